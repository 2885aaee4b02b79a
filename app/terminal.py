"""What this program says to a terminal: nothing in it is obeyed there, whoever wrote it."""

import logging
import re
import sys
from types import TracebackType
from typing import Final

_Raised = tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None]

_UNSAFE: Final = re.compile(
    "[\x00-\x1f\x7f-\x9f\xad\u061c\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff"
    "\ufff9-\ufffb\ud800-\udfff\U000e0000-\U000e007f]"
)
"""Commands of terminals, line breaks of every kind, and what turns or hides the text around it."""


def escaped(text: str) -> str:
    """``text`` as one line, with ``\\x1b`` in place of what a terminal would obey."""
    return _UNSAFE.sub(lambda found: found[0].encode("unicode_escape").decode(), text)


def escaped_json(line: bytes) -> bytes:
    """The same JSON; U+2028, which many readers end a line at, and the like stand escaped in it."""
    if (
        line.isascii() and b"\x7f" not in line
    ):  # what is below a space never stands in JSON as it is
        return line
    return _UNSAFE.sub(_json_escape, line.decode()).encode()


def say_error(text: str) -> None:
    """One line on standard error, from any thread."""
    print(f"landline: {escaped(text)}", file=sys.stderr, flush=True)


def start_logging(level: str) -> None:
    """To standard error, a line a record; the lines of a traceback are set in."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(Lines())
    logging.basicConfig(handlers=[handler], level=level.upper())


class Lines(logging.Formatter):
    """One harmless line a record, and those of a traceback."""

    def __init__(self) -> None:
        super().__init__("%(asctime)s %(levelname)s %(name)s: %(message)s")

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802 - overrides
        return escaped(super().formatMessage(record))

    def formatException(self, ei: _Raised) -> str:  # noqa: N802 - overrides
        lines = super().formatException(ei).split("\n")
        return "\n".join(f"  {escaped(line)}" for line in lines)


def _json_escape(found: re.Match[str]) -> str:
    units = found[0].encode("utf-16-be", "surrogatepass").hex()
    return "".join(f"\\u{units[at : at + 4]}" for at in range(0, len(units), 4))
