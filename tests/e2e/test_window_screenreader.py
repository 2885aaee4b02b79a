"""A window that is used through the accessibility bus alone: no pixels, no keys, no pointer."""

from pathlib import Path

from jeepney.wrappers import DBusErrorResponse

from app.model import MessageState, TransferState
from tests.e2e.conftest import BEN
from tests.e2e.desktop import (
    Area,
    Desktop,
    Person,
    insist,
    open_window,
    wait_until,
)
from tests.e2e.headless import Headless
from tests.e2e.screenreader import ScreenReader, State

PROGRAMS = ("at-spi-bus-launcher",)
HELLO = "Lunch at noon?"
BYE = "See you there"
ANSWER = "Yes 好的, at the gate"


def test_somebody_is_found_read_answered_and_their_file_accepted(
    desktop: Desktop, reader: ScreenReader, ben: Headless, tmp_path: Path
) -> None:
    ann = open_window(desktop, f"Ann-beside-{BEN}", Area(10, 30, 1200, 760))
    me = str(ben.wait("peer", name=ann.name)["peer_id"])
    ben.send(me, HELLO)
    wait_until("it has come", lambda: ann.has(HELLO))
    _open_conversation(reader)
    assert _nameless(reader) == []
    said = reader.wait("list item", f"{BEN}, ", HELLO).name
    assert len(said) > len(BEN) + len(HELLO) + 4  # and when

    _answer(reader, ann)
    ben.wait("message", text=ANSWER)
    row = reader.wait("list item", "You, ")
    assert ANSWER in row.name
    wait_until("it is delivered", lambda: ann.has(ANSWER, MessageState.DELIVERED))
    ben.ask("read", **{"with": me})
    reader.wait("list item", "You, ", "Read")

    desktop.focus(ann.window)
    ben.send(me, BYE)
    wait_until("it is announced", lambda: any(one.endswith(BYE) for one in reader.announced()))

    _pin(reader, ann)

    content = "für dich\n".encode() * 1000
    (tmp_path / "menu.txt").write_bytes(content)
    ben.ask("send_files", to=me, paths=[str(tmp_path / "menu.txt")])
    _accept(reader, ann)
    wait_until("it is here", lambda: any(_is_done(one.state) for one in ann.transfers()))
    assert (ann.downloads / "menu.txt").read_bytes() == content
    assert "Traceback" not in desktop.log(ann.name)


def _open_conversation(reader: ScreenReader) -> None:
    """A stranger's is below a row of its own, once they have written."""

    def act() -> None:
        if reader.find("list item", row) is None:
            reader.act("list item", "Requests", "Toggle")
        reader.act("list item", row, "Toggle")

    row = f"{BEN}, online"
    """Not what they said, whose action is its menu."""
    insist(
        "the conversation is open",
        act,
        lambda: reader.find("list", f"Messages with {BEN}") is not None,
    )


def _answer(reader: ScreenReader, ann: Person) -> None:
    """Written at once, sent by the button."""
    reader.wait("text", f"Message to {BEN}").write(ANSWER)
    insist(
        "it is said",
        lambda: reader.act("push button", "Send", "Press"),
        lambda: ann.has(ANSWER),
    )


def _pin(reader: ScreenReader, ann: Person) -> None:
    """The row of a conversation that is open has its menu as its action."""

    def press() -> None:
        if not reader.press_in_menu("Pin to the top"):
            reader.act("list item", f"{BEN}, online", "Toggle")

    insist("Ben is pinned", press, lambda: bool(ann.window_settings().pinned))


def _accept(reader: ScreenReader, ann: Person) -> None:
    """A row's one action opens its menu, which takes the focus."""

    def press() -> None:
        if not reader.press_in_menu("Accept"):
            reader.act("list item", f"{BEN}, ", "Toggle")

    wait_until("Ann is asked", lambda: bool(ann.transfers()))
    wait_until(
        "the row of the file is there",
        lambda: any(
            role == "list item" and "menu.txt, " in name for _, role, name in reader.everything()
        ),
    )
    insist(
        "the file is accepted",
        press,
        lambda: any(one.state is not TransferState.OFFERED for one in ann.transfers()),
    )


def _is_done(state: TransferState) -> bool:
    return state is TransferState.DONE


def _nameless(reader: ScreenReader) -> list[str]:
    """What takes the focus and could only be called by its kind, in sight or not."""
    found = []
    for one, role, name in reader.everything():
        try:
            if not name.strip() and one.is_(State.FOCUSABLE) and one.is_(State.SHOWING):
                found.append(f"{role} {one.path}")
        except DBusErrorResponse:
            continue
    return found
