"""Strangers and keys in real windows: asked, compared, read from a screen, blocked."""

import re
import sys
from pathlib import Path

from app.model import MessageState, Trust
from app.store.reader import Reader
from net.protocol.identity import PeerId
from tests.e2e.conftest import Instances
from tests.e2e.desktop import Area, Desktop, Person, insist, open_chat, open_window, say, wait_until
from tests.e2e.rig import HERE
from tests.e2e.screenreader import ScreenReader
from ui.ids import peer_bytes

PROGRAMS = ("at-spi-bus-launcher",)
LEFT = Area(10, 30, 1200, 620)
RIGHT = Area(540, 360, 1200, 620)
WANTED, UNWANTED, ADVERT = "Wanda", "Unruly", "Advert"
FOURTH = "a fourth text"
NUMBER = re.compile(r"(\d{5} ){11}\d{5}")


def test_strangers_are_accepted_blocked_and_forgotten(
    desktop: Desktop, reader: ScreenReader, instances: Instances
) -> None:
    ann = open_window(desktop, "Ann-of-the-door", LEFT)
    strangers = {name: instances.start(name, place=HERE) for name in (WANTED, UNWANTED, ADVERT)}
    for name, one in strangers.items():
        me = str(one.wait("peer", name=ann.name)["peer_id"])
        for text in (f"{name} is here", "a second text", "a third text", FOURTH):
            one.send(me, text)
        wait_until(f"{name} is heard", lambda n=name: ann.has(f"{n} is here"))  # type: ignore[misc]
        one.wait("peer", peer_id=me, held=True)
    assert not ann.has(FOURTH)

    wanted, unwanted, advert = (peer_bytes(one.peer_id) for one in strangers.values())
    _decide(desktop, ann, reader, WANTED, "Accept this person")
    wait_until("she is accepted", lambda: _trust(ann, wanted) is Trust.ACCEPTED)
    wait_until("what was held comes in", lambda: ann.has(FOURTH))

    _decide(desktop, ann, reader, UNWANTED, "Block this person")
    wait_until("he is blocked", lambda: _trust(ann, unwanted) is Trust.BLOCKED)
    strangers[UNWANTED].send(me, "once more")

    _decide(desktop, ann, reader, ADVERT, "Delete this request")
    wait_until("what it said is gone", lambda: not ann.has(f"{ADVERT} is here"))
    wait_until("nobody asks any more", lambda: reader.find("list item", "Requests") is None)
    assert _trust(ann, advert) is not Trust.BLOCKED
    assert len([one for one in ann.messages() if one.text == FOURTH]) == 1
    assert not ann.has("once more")
    assert "Traceback" not in desktop.log(ann.name)


def _decide(desktop: Desktop, ann: Person, reader: ScreenReader, name: str, button: str) -> None:
    """A request is found by its name; its buttons do nothing for a moment."""
    insist(
        f"{name} is open",
        lambda: open_chat(desktop, ann, name),
        lambda: (
            reader.find("push button", button) is not None
            and reader.find_with("list item", f"{name} is here") is not None
        ),
    )
    insist(
        f"{button}: {name}",
        lambda: reader.act("push button", button, "Press"),
        lambda: reader.find("push button", button) is None,
    )


def _trust(person: Person, peer_id: PeerId) -> Trust | None:
    with Reader(person.profile / "landline.db") as database:
        found = database.person(peer_id)
    return found.trust if found else None


def test_a_number_is_compared_a_code_is_read_and_another_key_blocks(
    desktop: Desktop, reader: ScreenReader, instances: Instances
) -> None:
    ann = open_window(desktop, "Ann-of-the-keys", LEFT)
    bob = open_window(desktop, "Bob-of-the-keys", RIGHT)
    say(desktop, ann, bob.name, "Hello")
    say(desktop, bob, ann.name, "Hello to you")
    wait_until("both know each other", lambda: ann.has("Hello to you", MessageState.DELIVERED))

    code = _show_code(desktop, reader, bob)
    theirs = _number(reader)
    reader.look_at(ann.process.pid)
    _open_verification(desktop, reader, ann)
    assert _number(reader) == theirs
    _read_code(desktop, reader, code)
    bob_id = _id_of(ann, bob.name)
    wait_until("Bob is verified", lambda: _trust(ann, bob_id) is Trust.VERIFIED)
    reader.wait("label", "Verified: this is")
    _close_dialog(desktop, ann)

    reader.look_at(bob.process.pid)
    _press(reader, "Both are the same")
    wait_until("and so is Ann", lambda: _trust(bob, _id_of(bob, ann.name)) is Trust.VERIFIED)
    desktop.press(bob.window, "ctrl+q")
    bob.process.wait(30)

    reader.look_at(ann.process.pid)
    _meet_another_key(desktop, reader, instances, ann, bob)
    for person in (ann, bob):
        assert "Traceback" not in desktop.log(person.name)


def _open_verification(desktop: Desktop, reader: ScreenReader, person: Person) -> None:
    insist(
        "the comparison is open",
        lambda: reader.act("push button", "Verify…", "Press"),
        lambda: bool(desktop.windows_of(person.process, "Verify")),
    )
    reader.wait("push button", "Both are the same")


def _close_dialog(desktop: Desktop, person: Person) -> None:
    insist(
        "the comparison is closed",
        lambda: desktop.press(desktop.window_of(person.process, "Verify"), "Escape"),
        lambda: not desktop.windows_of(person.process, "Verify"),
    )


def _show_code(desktop: Desktop, reader: ScreenReader, person: Person) -> Path:
    """A picture of the screen on which their code is."""
    reader.look_at(person.process.pid)
    _open_verification(desktop, reader, person)
    desktop.focus(desktop.window_of(person.process, "Verify"))
    desktop.look("code")
    return desktop.folder / "code.png"


def _number(reader: ScreenReader) -> str:
    """The one safety number on this screen."""
    numbers = {name for _, _, name in reader.everything() if NUMBER.fullmatch(name)}
    assert len(numbers) == 1, numbers
    return numbers.pop()


def _read_code(desktop: Desktop, reader: ScreenReader, picture: Path) -> None:
    command = [sys.executable, "-m", "tests.e2e.clipboard", "image", str(picture)]
    desktop.start("camera", command)
    wait_until("it is copied", lambda: "copied" in desktop.log("camera"))
    _press(reader, "From the clipboard")


def _press(reader: ScreenReader, button: str) -> None:
    reader.wait("push button", button).act("Press")


def _id_of(person: Person, name: str) -> PeerId:
    with Reader(person.profile / "landline.db") as database:
        return next(one.peer_id for one in database.people() if one.name == name)


def _meet_another_key(
    desktop: Desktop, reader: ScreenReader, instances: Instances, ann: Person, bob: Person
) -> None:
    """Somebody comes with Bob's name and device: nothing is said to Bob before it is decided."""

    wait_until("Bob is away", lambda: reader.find_with("list item", "away,") is not None)
    new = instances.start("another-key", "--name", bob.name, place=HERE)
    reader.wait("label", "Somebody came as")
    _write(desktop, reader, ann, "a secret")

    insist(
        "the new key is blocked",
        lambda: reader.act("push button", "Block the new key", "Press"),
        lambda: _trust(ann, peer_bytes(new.peer_id)) is Trust.BLOCKED,
    )
    wait_until("Bob's chat is free", lambda: reader.find("label", "Somebody came as") is None)
    insist(
        "Bob is written to again",
        lambda: _write(desktop, reader, ann, "still you"),
        lambda: ann.has("still you"),
    )
    assert not ann.has("a secret")
    assert not new.all("message", direction="in")


def _write(desktop: Desktop, reader: ScreenReader, person: Person, text: str) -> None:
    """In the chat that is open."""
    composer = reader.wait("text", "Message to")
    composer.focus()
    composer.write(text)
    desktop.press(person.window, "Return")
