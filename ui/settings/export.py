"""A chat as one file: HTML that needs nothing else, or plain text. No thread of the window's."""

import contextlib
import os
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Final, TextIO
from urllib.parse import quote

from app.model import Direction, Message, News
from net.protocol.names import is_risky
from ui.plain import shown_line, whole_text

if TYPE_CHECKING:
    from app.store.types import ChatId
    from ui.desk import Pages

_PAGE: Final = 500
"""Messages in memory at a time."""
_STYLE: Final = """
:root { color-scheme: light dark; --bg: #f4f5f7; --text: #1b1f27; --dim: #566072;
  --mine: #d5efec; --theirs: #fff; --line: #0f766e; }
@media (prefers-color-scheme: dark) { :root { --bg: #15181d; --text: #e7eaf0; --dim: #a0a9b9;
  --mine: #134540; --theirs: #232831; --line: #2dd4bf; } }
body { background: var(--bg); color: var(--text); font: 15px/1.45 system-ui, sans-serif;
  max-width: 46em; margin: 2em auto; padding: 0 1em; }
h2, .news { font-size: .85em; font-weight: 600; color: var(--dim); text-align: center; }
article { background: var(--theirs); border-radius: 10px; padding: .5em .8em;
  margin: .5em 20% .5em 0; overflow-wrap: anywhere; }
article.mine { background: var(--mine); margin: .5em 0 .5em 20%; }
article p { margin: .1em 0; white-space: pre-wrap; }
blockquote { border-left: 3px solid var(--line); margin: .2em 0; padding-left: .6em; }
small, blockquote { color: var(--dim); } a { color: var(--line); }
"""


@dataclass(frozen=True, slots=True)
class ExportWords:
    """All that is said, made ready in the window's thread; the calls may come from any."""

    title: str
    language: str
    me: str
    names: Mapping[str, str]
    nobody: str
    deleted: str
    edited: str
    forwarded: str
    day: Callable[[int], str]
    clock: Callable[[int], str]
    news: Callable[[News, str], str]


@dataclass(frozen=True, slots=True)
class Export:
    """``start_ms`` is in, ``end_ms`` is not. ``links``: to received files, beside their names."""

    target: Path
    is_html: bool = True
    links: bool = False
    start_ms: int = 0
    end_ms: int = 2**62
    told: Callable[[int], object] = field(default=lambda _count: None)
    """How many messages are written, now and then."""
    is_cancelled: Callable[[], bool] = field(default=lambda: False)


def export_chat(pages: "Pages", chat: "ChatId", export: Export, words: ExportWords) -> int | None:
    """How many messages were written; None when it was cancelled.

    What was at the target is replaced only by a whole new file. Raises OSError and KnownError.
    """
    fresh = export.target.with_name(f".{export.target.name}.part")
    encoding = "utf-8-sig" if sys.platform == "win32" and not export.is_html else "utf-8"
    fresh.unlink(missing_ok=True)
    try:
        descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with open(descriptor, "w", encoding=encoding, errors="replace") as file:
            count = _write(file, _wanted(pages, chat, export), export, words)
            file.flush()
            os.fsync(file.fileno())
        if count is not None:
            os.replace(fresh, export.target)
    finally:
        with contextlib.suppress(FileNotFoundError):
            fresh.unlink()
    return count


def _wanted(pages: "Pages", chat: "ChatId", export: Export) -> Iterator[Message]:
    key = -1
    while page := pages.messages_after(chat, key, _PAGE):
        key = page[-1].order_key
        yield from (one for one in page if export.start_ms <= one.time_ms < export.end_ms)


def _write(
    file: TextIO, messages: Iterator[Message], export: Export, words: ExportWords
) -> int | None:
    paper = _Html(file, words, export) if export.is_html else _Text(file, words)
    paper.begin()
    count, day = 0, ""
    for message in messages:
        if count % _PAGE == 0:
            export.told(count)
            if export.is_cancelled():
                return None
        today = words.day(message.time_ms)
        if today != day:
            day = today
            paper.day(day)
        if message.news is not None:
            is_ours = message.direction is Direction.OUT
            author = "" if is_ours else words.names.get(message.peer_id, words.nobody)
            paper.news(words.news(message.news, author))
        else:
            paper.message(message)
        count += 1
    paper.end()
    return count


def _author(message: Message, words: ExportWords) -> str:
    if message.direction is Direction.OUT:
        return words.me
    return words.names.get(message.peer_id, words.nobody)


def _body(message: Message, words: ExportWords) -> str:
    return words.deleted if message.is_deleted else whole_text(message.text)


def _reactions(message: Message) -> str:
    found = (f"{shown_line(one.emoji)} {len(one.people)}" for one in message.reactions)
    return "  ".join(found)


def _marks(message: Message, words: ExportWords) -> list[str]:
    marks = [words.clock(message.time_ms)]
    marks += [words.edited] if message.edited_ms is not None else []
    return marks + ([words.forwarded] if message.is_forwarded else [])


class _Text:
    """Every line after a message's first is set in, so that none looks like another message."""

    def __init__(self, file: TextIO, words: ExportWords) -> None:
        self._file = file
        self._words = words

    def begin(self) -> None:
        self._file.write(f"{self._words.title}\n")

    def day(self, day: str) -> None:
        self._file.write(f"\n{day}\n\n")

    def news(self, sentence: str) -> None:
        self._file.write(f"* {shown_line(sentence)}\n")

    def message(self, message: Message) -> None:
        words = self._words
        lines = [*_quoted(message, "> "), *_body(message, words).split("\n")]
        if message.transfer is not None:
            lines = [f"[{shown_line(name)}]" for name in message.transfer.names]
        lines += [_reactions(message)] if message.reactions else []
        marks = ", ".join(_marks(message, words))
        self._file.write(f"[{marks}] {_author(message, words)}: ")
        self._file.write("\n    ".join(lines) + "\n")

    def end(self) -> None:
        """Nothing is open."""


class _Html:
    def __init__(self, file: TextIO, words: ExportWords, export: Export) -> None:
        self._file = file
        self._words = words
        self._export = export

    def begin(self) -> None:
        title = escape(self._words.title)
        self._file.write(
            f'<!DOCTYPE html>\n<html lang="{escape(self._words.language)}"><head>'
            '<meta charset="utf-8"><meta name="viewport" content="width=device-width">'
            '<meta http-equiv="Content-Security-Policy" '
            "content=\"default-src 'none'; style-src 'unsafe-inline'\">"
            f"<title>{title}</title><style>{_STYLE}</style></head><body><h1>{title}</h1>\n"
        )

    def day(self, day: str) -> None:
        self._file.write(f"<h2>{escape(day)}</h2>\n")

    def news(self, sentence: str) -> None:
        self._file.write(f'<p class="news">{escape(shown_line(sentence))}</p>\n')

    def message(self, message: Message) -> None:
        words = self._words
        kind = ' class="mine"' if message.direction is Direction.OUT else ""
        quoted = "".join(f"<blockquote>{escape(one)}</blockquote>" for one in _quoted(message))
        body = f'<p dir="auto">{escape(_body(message, words))}</p>'
        if message.transfer is not None:
            body = f"<p>{self._files(message)}</p>"
        foot = " · ".join([*_marks(message, words), *filter(None, [_reactions(message)])])
        self._file.write(
            f"<article{kind}><b>{escape(_author(message, words))}</b>{quoted}{body}"
            f"<small>{escape(foot)}</small></article>\n"
        )

    def _files(self, message: Message) -> str:
        transfer = message.transfer
        assert transfer is not None
        names = "<br>".join(f"📎 {escape(shown_line(one))}" for one in transfer.names)
        link = _link(transfer.path, self._export.target.parent) if self._export.links else ""
        return f'<a href="{escape(link)}">{names}</a>' if link else names

    def end(self) -> None:
        self._file.write("</body></html>\n")


def _quoted(message: Message, mark: str = "") -> list[str]:
    if message.reply is None or not message.reply.text:
        return []
    return [mark + shown_line(message.reply.text)]


def _link(path: str | None, folder: Path) -> str:
    """Relative; empty for a file on another drive, and for what may run when it is opened."""
    if not path or is_risky(Path(path).name):
        return ""
    try:
        relative = Path(os.path.relpath(path, folder)).as_posix()
    except ValueError:
        return ""
    return "./" + quote(relative, errors="replace")
