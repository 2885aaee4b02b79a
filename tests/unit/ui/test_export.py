"""Export of a chat: all of it, nothing that runs, never half a file."""

from collections.abc import Sequence
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import pytest

from app.events import RoomChanged
from app.model import (
    Direction,
    Message,
    MessageKind,
    MessageState,
    News,
    Quote,
    Reaction,
    RoomAct,
    Transfer,
    TransferState,
)
from tests.unit.ui.stage import (
    MINUTE_MS,
    START_MS,
    Stage,
    bury,
    id_of,
    peer_of,
    person,
    room,
    wait_until,
)
from ui.format import moment
from ui.settings.export import Export, ExportWords, export_chat
from ui.settings.exporting import ExportDialog

CHAT = peer_of("Ann")
EVIL = "<img src=x onerror=alert(1)>&\"'</p><script>x</script>\u202e"
WORDS = ExportWords(
    title="Ann <b>",
    language="en",
    me="Me",
    names={id_of("Ann"): "Ann <i>"},
    nobody="Unnamed",
    deleted="deleted",
    edited="edited",
    forwarded="forwarded",
    day=lambda ms: f"day {(ms - START_MS) // 86_400_000}",
    clock=lambda ms: f"+{(ms - START_MS) // MINUTE_MS}",
    news=lambda news, author: f"{author or 'I'} {news.act}",
)


class Shelf:
    """Pages of a chat that keeps count of what was held at once."""

    def __init__(self, messages: Sequence[Message]) -> None:
        self.messages = messages
        self.most = 0

    def messages_after(self, _chat: object, order_key: int, limit: int) -> list[Message]:
        first = next(
            (at for at, one in enumerate(self.messages) if one.order_key > order_key),
            len(self.messages),
        )
        page = list(self.messages[first : first + limit])
        self.most = max(self.most, len(page))
        return page


def said(number: int, text: str, **fields: object) -> Message:
    time_ms = START_MS + number * MINUTE_MS
    made = Message(
        f"{number:032x}", id_of("Ann"), Direction.IN, MessageKind.TEXT, text, time_ms,
        MessageState.READ, time_ms << 16,
    )  # fmt: skip
    return replace(made, **fields)  # type: ignore[arg-type]


def card(number: int, path: Path) -> Message:
    transfer = Transfer(
        "t", id_of("Ann"), Direction.IN, TransferState.DONE, 1, 5, (EVIL,), path=str(path)
    )
    return said(number, "", kind=MessageKind.FILES, transfer=transfer)


def write(target: Path, messages: Sequence[Message], **fields: object) -> str:
    export = Export(target, **fields)  # type: ignore[arg-type]
    assert export_chat(Shelf(messages), CHAT, export, WORDS) is not None  # type: ignore[arg-type]
    return target.read_text(encoding="utf-8")


class Tags(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.links: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.links += [value or "" for name, value in attrs if name in ("href", "src")]
        assert not [name for name, _ in attrs if name.startswith("on")]


def test_f01_nothing_of_others_is_markup(tmp_path: Path) -> None:
    quote = Quote(id_of("Ann"), "a", EVIL, is_here=True)
    messages = [said(1, EVIL, reply=quote, reactions=(Reaction(EVIL, ("",)),))]
    page = write(tmp_path / "a.html", [*messages, card(2, tmp_path / "x")])
    tags = Tags()
    tags.feed(page)
    assert not {"script", "img", "i"} & set(tags.tags)
    assert tags.tags.count("b") == 2
    assert tags.links == []
    assert "\u202e" not in page
    assert "default-src 'none'" in page


def test_all_that_was_said_is_there(tmp_path: Path) -> None:
    news = said(3, "", kind=MessageKind.NEWS, news=News(RoomAct.LEFT))
    messages = [
        said(1, "hello\nworld", edited_ms=5, is_forwarded=True),
        said(2, "mine", direction=Direction.OUT, reactions=(Reaction("👍", ("", "x")),)),
        news,
        said(4, "", is_deleted=True),
        said(2000, "tomorrow 你好", reply=Quote(id_of("Ann"), "a", "before", is_here=True)),
    ]
    text = write(tmp_path / "a.txt", messages, is_html=False).lstrip("\ufeff")
    assert text == (
        "Ann <b>\n\nday 0\n\n"
        "[+1, edited, forwarded] Ann <i>: hello\n    world\n"
        "[+2] Me: mine\n    👍 2\n"
        "* Ann <i> left\n"
        "[+4] Ann <i>: deleted\n"
        "\nday 1\n\n"
        "[+2000] Ann <i>: > before\n    tomorrow 你好\n"
    )
    page = write(tmp_path / "a.html", messages)
    assert '<p class="news">Ann &lt;i&gt; left</p>' in page
    assert page.count(' class="mine"') == 1
    assert page.endswith("</body></html>\n")
    for words in ("hello\nworld", "👍 2", "before", "你好", "<h2>day 1</h2>", "edited"):
        assert words in page


@pytest.mark.parametrize("breaker", ["\n", "\r", "\u2028", "\u2029"])
def test_f06_no_line_of_a_text_looks_like_another_message(tmp_path: Path, breaker: str) -> None:
    text = write(tmp_path / "a.txt", [said(1, f"hi{breaker}[+2] Me: yes")], is_html=False)
    assert not any(line.startswith("[+2]") for line in text.splitlines())


def test_files_are_linked_only_if_asked_and_relative(tmp_path: Path) -> None:
    messages = [card(1, tmp_path / "in" / 'a #"b.pdf')]
    tags = Tags()
    tags.feed(write(tmp_path / "a.html", messages, links=True))
    assert tags.links == ["./in/a%20%23%22b.pdf"]


def test_c16_what_may_run_is_named_and_not_linked(tmp_path: Path) -> None:
    messages = [card(1, tmp_path / "in" / "report.pdf.exe")]
    tags = Tags()
    page = write(tmp_path / "a.html", messages, links=True)
    tags.feed(page)
    assert tags.links == []
    assert "📎" in page


def test_days_are_chosen_and_pages_stay_small(tmp_path: Path) -> None:
    shelf = Shelf([said(number, f"n{number}.") for number in range(1, 1800)])
    start, end = START_MS + 600 * MINUTE_MS, START_MS + 610 * MINUTE_MS
    export = Export(tmp_path / "a.txt", is_html=False, start_ms=start, end_ms=end)
    assert export_chat(shelf, CHAT, export, WORDS) == 10  # type: ignore[arg-type]
    text = export.target.read_text(encoding="utf-8")
    assert "n600." in text
    assert "n609." in text
    assert "n610." not in text
    assert shelf.most <= 500


def test_progress_is_told_now_and_then(tmp_path: Path) -> None:
    told: list[int] = []
    write(tmp_path / "a.html", [said(number, "x") for number in range(1001)], told=told.append)
    assert told == [0, 500, 1000]


@pytest.mark.parametrize("fails", [False, True])
def test_a_stop_or_fault_leaves_what_was_there(tmp_path: Path, fails: bool) -> None:
    target = tmp_path / "a.html"
    target.write_text("before")

    def stop() -> bool:
        if fails:
            raise OSError("disk")
        return True

    shelf, export = Shelf([said(1, "x")]), Export(target, is_cancelled=stop)
    if fails:
        with pytest.raises(OSError, match="disk"):
            export_chat(shelf, CHAT, export, WORDS)  # type: ignore[arg-type]
    else:
        assert export_chat(shelf, CHAT, export, WORDS) is None  # type: ignore[arg-type]
    assert target.read_text() == "before"
    assert list(tmp_path.iterdir()) == [target]


def test_the_dialog_writes_what_is_on_the_disk(stage: Stage, tmp_path: Path) -> None:
    stage.meet("Ann")
    stage.be_ready(person("Ann"))
    stage.deliver(stage.receive("Ann", ["one", "two <3"]))
    entry = stage.desk.roster.get(id_of("Ann"))
    assert entry is not None
    menu = stage.board.list_menu.build(entry, is_shown=False)
    (action,) = [one for one in menu.actions() if one.text() == "Export…"]
    action.trigger()
    bury(menu)
    (dialog,) = stage.window.findChildren(ExportDialog)
    assert dialog.chat.currentText() == "Ann"
    assert not dialog.start.isVisible()
    dialog.write_to(tmp_path / "ann.html")
    wait_until(lambda: dialog.written is not None)
    assert dialog.state.text().startswith("2 messages are in")
    assert dialog.go.text() == "Show in its folder"
    page = (tmp_path / "ann.html").read_text(encoding="utf-8")
    assert "two &lt;3" in page
    assert page.index("one") < page.index("two")


def test_the_dialog_writes_some_days_as_text(stage: Stage, tmp_path: Path) -> None:
    stage.meet("Ann")
    stage.be_ready(person("Ann"), person("Bob"))
    stage.tell(RoomChanged(room("Design", "Ann")))
    stage.deliver(stage.receive("Ann", ["one"]))
    day = moment(START_MS).date()
    for first, is_in in ((day, True), (day.addDays(1), False)):
        stage.board.settings.export()
        (dialog,) = stage.window.findChildren(ExportDialog)
        chats = [dialog.chat.itemText(at) for at in range(dialog.chat.count())]
        assert sorted(chats) == ["Ann", "Design"]  # with Bob nothing was said
        dialog.chat.setCurrentText("Ann")
        assert dialog.links.isVisible()
        dialog.kind.setCurrentIndex(1)
        dialog.range.setCurrentIndex(1)
        assert not dialog.links.isVisible()
        dialog.start.setDate(first)
        dialog.end.setDate(first)
        target = tmp_path / f"{first.toJulianDay()}.txt"
        dialog.write_to(target)
        assert not dialog.go.isEnabled()
        wait_until(lambda shown=dialog: shown.written is not None)  # type: ignore[misc]
        assert ("one" in target.read_text(encoding="utf-8-sig")) is is_in
        bury(dialog)


def test_the_dialog_says_when_a_place_cannot_be_written(stage: Stage, tmp_path: Path) -> None:
    stage.meet("Ann")
    stage.be_ready(person("Ann"))
    stage.deliver(stage.receive("Ann", ["one"]))
    stage.board.settings.export()
    (dialog,) = stage.window.findChildren(ExportDialog)
    dialog.write_to(tmp_path / "no" / "such.txt")
    wait_until(lambda: "could not be written" in dialog.state.text())
    assert dialog.go.isEnabled()
