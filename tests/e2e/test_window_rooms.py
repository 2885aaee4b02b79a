"""Two real windows and one without: what one does to words the other sees; a room of three."""

from collections.abc import Callable, Iterator

import pytest

from app.model import Message
from tests.e2e.conftest import Instances, skip_without
from tests.e2e.desktop import (
    Area,
    Desktop,
    Person,
    accept_from_stranger,
    insist,
    open_chat,
    open_desktop,
    open_window,
    say,
    wait_until,
)
from tests.e2e.headless import Headless
from tests.e2e.rig import HERE

LEFT = Area(10, 30, 850, 560)
RIGHT = Area(890, 30, 850, 560)
TRIO = "of-the-trio"
ROOM = "Atlas"
Pair = tuple[Desktop, Person, Person]


@pytest.fixture(scope="module")
def pair(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pair]:
    """Ann and Bob, who have said hello to each other."""
    skip_without()
    with open_desktop(tmp_path_factory.mktemp("rooms")) as desktop:
        ann = open_window(desktop, f"Ann-{TRIO}", LEFT)
        bob = open_window(desktop, f"Bob-{TRIO}", RIGHT)
        say(desktop, ann, bob.name, "Hello")
        say(desktop, bob, ann.name, "Hello to you")
        yield desktop, ann, bob
        desktop.look("last")
        for person in (ann, bob):
            assert "Traceback" not in desktop.log(person.name)


def _rows(desktop: Desktop, person: Person) -> Area:
    """Where the messages stand in somebody's window."""
    area = desktop.area_of(person.window)
    return Area(area.left + 300, area.top + 70, area.width - 310, area.height - 150)


def _until_seen(
    desktop: Desktop,
    watcher: Person,
    what: str,
    act: Callable[[], None],
    is_so: Callable[[Message], bool],
) -> None:
    """``act`` in one window; it is in the other one's database, and their picture is another."""
    before = desktop.picture_of(_rows(desktop, watcher))
    insist(what, act, lambda: any(is_so(one) for one in watcher.messages()))
    area = _rows(desktop, watcher)
    wait_until(f"{what}, in sight", lambda: desktop.picture_of(area) != before)


def _go_to_newest(desktop: Desktop, person: Person, chat: str, *more: str) -> None:
    """By keyboard from the composer to the row that was said last."""
    open_chat(desktop, person, chat)
    desktop.press(person.window, "shift+Tab", "shift+Tab", "End", *more)


def test_what_one_does_to_words_the_other_sees(pair: Pair) -> None:
    desktop, ann, bob = pair
    say(desktop, ann, bob.name, "Lunch at noon")
    wait_until("Bob has it", lambda: bob.has("Lunch at noon"))

    def reply() -> None:
        _go_to_newest(desktop, bob, ann.name, "ctrl+r")
        desktop.write(bob.window, "Gladly")
        desktop.press(bob.window, "Return")

    def edit() -> None:
        open_chat(desktop, ann, bob.name)
        desktop.press(ann.window, "Up", "ctrl+a")
        desktop.write(ann.window, "Lunch at one")
        desktop.press(ann.window, "Return")

    def react() -> None:
        _go_to_newest(desktop, bob, ann.name, "Up", "Return", "Down", "Right", "Return")

    _until_seen(desktop, ann, "it is answered", reply, lambda one: _answers(one, "Lunch at noon"))
    _until_seen(desktop, bob, "it is edited", edit, lambda one: one.text == "Lunch at one")
    assert any(_answers(one, "Lunch at one") for one in bob.messages())
    _until_seen(desktop, ann, "a reaction is there", react, lambda one: bool(one.reactions))
    reacted = next(one for one in ann.messages() if one.reactions)
    assert (reacted.text, reacted.reactions[0].emoji) == ("Lunch at one", "👍")
    _until_seen(
        desktop,
        ann,
        "it is deleted",
        lambda: _delete_newest(desktop, bob, ann.name),
        lambda one: one.is_deleted,
    )
    assert not ann.has("Gladly")


def _answers(message: Message, text: str) -> bool:
    return message.text == "Gladly" and message.reply is not None and message.reply.text == text


def _delete_newest(desktop: Desktop, person: Person, chat: str) -> None:
    """The last of the menu; asked once, Enter would keep it."""
    _go_to_newest(desktop, person, chat, "Return", "Up", "Return")
    dialog = desktop.window_of(person.process, "Delete this message")
    desktop.press(dialog, "Tab", "space")


def test_a_room_is_made_and_filled_by_hand(pair: Pair, instances: Instances) -> None:
    desktop, ann, bob = pair
    cleo = instances.start(f"Cleo-{TRIO}", place=HERE)
    ann_id = cleo.wait("peer", name=ann.name, online=True)["peer_id"]
    say(desktop, ann, cleo.profile.name, "You are coming too")
    _make_room(desktop, ann)
    room = cleo.wait("room", name=ROOM)["room"]
    assert len(cleo.wait("room", room=room)["members"]) == 2

    say(desktop, ann, ROOM, "Welcome")
    wait_until("all have it", lambda: _delivered(ann, "Welcome") == (2, 2))
    assert bob.has("Welcome")
    assert cleo.wait("message", room=room, text="Welcome")["peer_id"] == ann_id

    def call_ann() -> None:
        open_chat(desktop, bob, ROOM)
        desktop.write(bob.window, "@ann")
        desktop.press(bob.window, "Return")
        desktop.write(bob.window, "look")
        desktop.press(bob.window, "Return")

    said = f"@{ann.name} look"
    _until_seen(desktop, ann, "Ann is called", call_ann, lambda one: one.mentions == (ann_id,))
    assert ann.has(said)
    _take_file(desktop, cleo, bob, room)


def _take_file(desktop: Desktop, giver: Headless, taker: Person, room: str) -> None:
    """It is offered in the room by somebody unknown, and accepted from its card there."""
    source = desktop.folder / "plan.txt"
    source.write_bytes(b"a plan\n" * 10_000)
    giver.ask("send_files", to=room, paths=[str(source)])
    wait_until("it is on offer", lambda: any(one.names for one in taker.transfers()))
    accept_from_stranger(desktop, taker)
    arrived = taker.downloads / source.name
    wait_until("the file is there", arrived.exists)
    assert arrived.read_bytes() == source.read_bytes()
    assert {one.chat_id for one in taker.messages() if one.transfer} == {room}


def _make_room(desktop: Desktop, person: Person) -> None:
    """From the search field back to what begins something, then through the dialog."""
    desktop.press(person.window, "ctrl+k", "shift+Tab", "shift+Tab", "space", "Down", "Return")
    dialog = desktop.window_of(person.process, "New room")
    desktop.write(dialog, ROOM)
    desktop.press(dialog, "Tab")
    desktop.write(dialog, TRIO)
    desktop.press(dialog, "Tab", "space", "Down", "space", "Return")


def _delivered(person: Person, text: str) -> tuple[int, int]:
    """To how many of how many, as the ladder in the window says it."""
    found = [one.receipts for one in person.messages() if one.text == text and one.receipts]
    return (found[0].delivered, found[0].members) if found else (0, 0)
