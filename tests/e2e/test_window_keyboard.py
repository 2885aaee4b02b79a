"""A window that is used by keys alone, from the start to the end; a screen reader watches."""

from collections.abc import Callable
from pathlib import Path

from app.model import Message, MessageKind, TransferState
from tests.e2e.conftest import BEN
from tests.e2e.desktop import (
    STOP_S,
    Area,
    Desktop,
    Person,
    insist,
    open_chat,
    open_window,
    say,
    wait_until,
)
from tests.e2e.headless import Headless
from tests.e2e.screenreader import ScreenReader

PROGRAMS = ("at-spi-bus-launcher",)
TABS = 12
ENTRIES = 12
"""Of a menu, at most."""
NEWEST = "shift+Tab shift+Tab End"
"""From the composer to the row that was said last."""
Hands = tuple[Desktop, Person]


def test_all_of_it_goes_by_keys(
    desktop: Desktop, reader: ScreenReader, ben: Headless, tmp_path: Path
) -> None:
    ann = open_window(desktop, "Ann-at-the-keys", Area(10, 30, 1200, 760))
    hands = desktop, ann
    me = str(ben.wait("peer", name=ann.name)["peer_id"])
    say(desktop, ann, BEN, "Hello by keys")
    ben.send(me, "Hello yourself")
    wait_until("Ben is heard", lambda: ann.has("Hello yourself"))

    _do(hands, "it is answered", f"{NEWEST} ctrl+r", "An answer", _is_answer)
    _do(hands, "it is edited", "Up End", " edited", _is_edited)
    ben.send(me, "Now a file")
    wait_until("Ben is heard", lambda: ann.has("Now a file"))
    _do(hands, "it has a reaction", f"{NEWEST} Return Down Right Return", "", _has_reaction)

    _pin_from_the_list(hands)
    (tmp_path / "keys.txt").write_text("by keys")
    ben.ask("send_files", to=me, paths=[str(tmp_path / "keys.txt")])
    wait_until("Ann is asked", lambda: bool(ann.transfers()))
    _accept(desktop, reader, ann)
    wait_until("it is here", (ann.downloads / "keys.txt").exists)

    _walk_with_tab(desktop, reader, ann)
    _open_and_leave(desktop, reader, ann, "ctrl+j", "Transfers")
    _settings(desktop, ann)
    desktop.press(ann.window, "ctrl+plus", "ctrl+0")
    desktop.press(ann.window, "ctrl+q")
    assert ann.process.wait(STOP_S * 3) == 0
    assert "Traceback" not in desktop.log(ann.name)


def _do(hands: Hands, what: str, keys: str, text: str, is_it: Callable[[Message], bool]) -> None:
    """From the composer: ``keys``, then ``text`` and Enter, if there is any."""
    desktop, ann = hands

    def act() -> None:
        open_chat(desktop, ann, BEN)
        desktop.press(ann.window, *keys.split())
        if text:
            desktop.write(ann.window, text)
            desktop.press(ann.window, "Return")

    insist(what, act, lambda: any(is_it(one) for one in ann.messages()))


def _is_answer(one: Message) -> bool:
    return one.text == "An answer" and one.reply is not None


def _is_edited(one: Message) -> bool:
    return one.text.endswith("edited") and one.edited_ms is not None


def _has_reaction(one: Message) -> bool:
    return bool(one.reactions) and one.kind is MessageKind.TEXT


def _pin_from_the_list(hands: Hands) -> None:
    """The keys that many keyboards have instead of one for menus; its first entry has the focus."""
    desktop, ann = hands

    def act() -> None:
        open_chat(desktop, ann, BEN)
        desktop.press(ann.window, "ctrl+k", "Down", "shift+F10", "Return")

    insist("Ben is pinned", act, lambda: bool(ann.window_settings().pinned))
    desktop.press(ann.window, "Escape", "Escape")


def _accept(desktop: Desktop, reader: ScreenReader, ann: Person) -> None:
    """Down in the card's menu until its entry has the focus."""

    def act() -> None:
        open_chat(desktop, ann, BEN)
        desktop.press(ann.window, *NEWEST.split(), "Menu")
        for _ in range(ENTRIES):
            here = reader.focused()
            if here is not None and here.name == "Accept":
                desktop.press(ann.window, "Return")
                return
            desktop.press(ann.window, "Down")
        desktop.press(ann.window, "Escape")

    insist(
        "the file is accepted",
        act,
        lambda: any(one.state is not TransferState.OFFERED for one in ann.transfers()),
    )


def _walk_with_tab(desktop: Desktop, reader: ScreenReader, ann: Person) -> None:
    """Wherever Tab leads has a name, and it leads through all columns."""
    open_chat(desktop, ann, BEN)
    names = []
    for _ in range(TABS):
        desktop.press(ann.window, "Tab")
        here = reader.focused()
        names.append(here.name if here is not None else "")
    assert all(names), names
    assert len(set(names)) > TABS // 2, names


def _open_and_leave(
    desktop: Desktop, reader: ScreenReader, ann: Person, key: str, heading: str
) -> None:
    insist(
        f"{heading} is open",
        lambda: desktop.press(ann.window, key),
        lambda: reader.find("label", heading) is not None,
    )
    insist(
        f"{heading} is left",
        lambda: desktop.press(ann.window, "Escape"),
        lambda: reader.find("label", heading) is None,
    )


def _settings(desktop: Desktop, ann: Person) -> None:
    def is_open() -> bool:
        return bool(desktop.windows_of(ann.process, "Settings"))

    insist("settings are open", lambda: desktop.press(ann.window, "ctrl+comma"), is_open)
    dialog = desktop.window_of(ann.process, "Settings")
    desktop.press(dialog, "Escape")
    wait_until("settings are left", lambda: not is_open())
