"""The mirror of who is there: each change is told once, news of unknown chats do no harm."""

from dataclasses import replace

import pytest
from PySide6.QtTest import QSignalSpy
from PySide6.QtWidgets import QApplication

from app.events import StateChange
from app.model import (
    Conversation,
    Direction,
    Message,
    MessageKind,
    MessageState,
    TransferState,
    Trust,
)
from tests.unit.ui.stage import id_of, message, offer, person, room, room_id_of, said, wait_until
from ui.roster import Entry, Roster, Section

ANN, DESIGN = id_of("Ann"), room_id_of("Design")
CARD = offer("Ann", direction=Direction.OUT)
OWN = message("Ann", "", direction=Direction.OUT, kind=MessageKind.FILES, transfer=CARD)
SENT = StateChange(OWN.message_id, ANN, MessageState.SENT)


@pytest.fixture
def roster(app: QApplication) -> Roster:
    made = Roster()
    made.load([Conversation(person("Ann"), OWN, unread=2), Conversation(None, room=room("Design"))])
    wait_until(lambda: not made._timer.isActive())
    return made


def last(roster: Roster, chat_id: str = ANN) -> Message:
    entry = roster.get(chat_id)
    assert entry is not None
    assert entry.last is not None
    return entry.last


def test_every_change_is_told(roster: Roster) -> None:
    told = QSignalSpy(roster.changed)
    changes = (
        lambda: roster.put_person(person("Ann", device="other")),
        lambda: roster.put_person(person("Bob")),
        lambda: roster.put_room(room("Design", "Ann")),
        lambda: roster.put_room(room("Music")),
        lambda: roster.set_lookalikes({ANN: person("Bob")}),
        lambda: roster.set_states([SENT]),
        lambda: roster.set_transfer(replace(CARD, state=TransferState.RUNNING)),
        lambda: roster.change_messages([replace(OWN, is_deleted=True)]),
        lambda: roster.set_draft(ANN, "well"),
        lambda: roster.mark_read(ANN),
        lambda: roster.add_messages([message("Ann", "hi")]),
        lambda: roster.load([Conversation(person("Cat"))]),
        lambda: roster.forget(ANN),
    )
    for number, change in enumerate(changes, 1):
        change()
        wait_until(lambda n=number: told.count() >= n)  # type: ignore[misc]
    assert told.count() == len(changes)
    assert roster._timer.interval() >= 100  # F-14: whatever comes, ten times a second at most


def test_what_says_the_same_again_is_not_told(roster: Roster) -> None:
    told = QSignalSpy(roster.changed)
    roster.put_person(person("Ann"))
    roster.put_room(room("Design"))
    roster.set_lookalikes({})
    roster.set_draft(ANN, "")
    roster.mark_read(DESIGN)
    roster.hear_everyone(False)
    QApplication.processEvents()
    assert told.count() == 0


def test_news_of_a_chat_that_is_not_here_does_no_harm(roster: Roster) -> None:
    other = message("Eve", "hi")
    roster.change_messages([other])
    roster.set_states([replace(SENT, peer_id=id_of("Eve"))])
    roster.set_transfer(offer("Eve"))
    roster.mark_read(id_of("Eve"))
    roster.set_draft(id_of("Eve"), "well")
    roster.forget(id_of("Eve"))
    assert [entry.chat_id for entry in roster] == [ANN, DESIGN]


def test_only_news_of_the_last_message_changes_the_last_line(roster: Roster) -> None:
    roster.set_states([replace(SENT, message_id="0" * 32, state=MessageState.FAILED)])
    roster.set_transfer(replace(CARD, transfer_id="0" * 32))
    assert last(roster) == OWN
    theirs = message("Ann", "hi")
    roster.add_messages([theirs])
    roster.change_messages([replace(OWN, is_deleted=True)])
    roster.set_states([replace(SENT, message_id=theirs.message_id)])
    roster.set_transfer(replace(CARD, state=TransferState.DONE))
    assert last(roster) == theirs


@pytest.mark.parametrize("is_stored", [True, False])
def test_a_card_in_a_room_follows_its_transfer(roster: Roster, is_stored: bool) -> None:
    card = said("Music", "", "", kind=MessageKind.FILES, transfer=CARD)
    if is_stored:
        roster.load([Conversation(None, card, room=room("Music", "Ann"))])
    else:
        roster.put_room(room("Music", "Ann"))
        roster.add_messages([card])
    roster.set_transfer(replace(CARD, state=TransferState.DONE))
    shown = last(roster, room_id_of("Music")).transfer
    assert shown is not None
    assert shown.state is TransferState.DONE


def test_forgetting_takes_pin_and_mark_along_and_says_so_once(roster: Roster) -> None:
    for marks in (roster.pinned, roster.marked):
        told = QSignalSpy(roster.marks_changed)
        roster.put_person(person("Ann"))
        marks[ANN] = None
        roster.forget(ANN)
        assert not marks
        roster.forget(ANN)
        assert told.count() == 1


def test_everyone_is_left_and_joined_again_without_other_rooms(roster: Roster) -> None:
    roster.put_room(room("All", is_everyone=True))
    roster.put_room(room("Design", "Ann"))
    roster.hear_everyone(False)
    heard = {entry.given_name: entry.can_send for entry in roster if entry.room}
    assert heard == {"Design": True, "All": False}
    roster.put_room(room("All", is_everyone=True, is_muted=True))
    everyone = roster.get(room_id_of("All"))
    assert everyone is not None
    assert not everyone.can_send
    roster.hear_everyone(True)
    assert everyone.can_send


@pytest.mark.parametrize(("is_online", "section"), [(True, Section.HERE), (False, Section.AWAY)])
def test_a_stranger_whom_one_wrote_to_asks_for_nothing(is_online: bool, section: Section) -> None:
    own = message("Eve", "hello?", direction=Direction.OUT)
    entry = Entry(person("Eve", trust=Trust.NEW, is_online=is_online), last=own)
    assert entry.section is section
    entry.last = None
    assert entry.section is (section if is_online else None)
    entry.draft = "hello?"
    assert entry.section is section
