"""A person is forgotten: nothing of what was said, by either side, is left anywhere."""

from collections.abc import Callable

import pytest

from app.model import Trust, Way
from app.store.types import NewTransfer
from app.store.writer import Writer
from net.protocol.identity import PeerId
from net.protocol.records import (
    Delete,
    Edit,
    React,
    RoomRead,
    Void,
    decode_record,
    encode_record,
)
from tests.unit.app.store import lodge
from tests.unit.app.store.desk import (
    LANE,
    NOW_MS,
    Desk,
    an_id,
    an_offer,
    in_room,
    item,
    meet,
    offer_item,
    peer_id,
    send,
    texts,
)

THEIRS = an_id(2**64 + 1)
WORD = "shibboleth"
VOID = encode_record(Void())


@pytest.fixture
def ann(desk: Desk) -> PeerId:
    """With whom everything was done that can be done in a chat."""
    ann = desk.meet()
    desk.do(lambda w: deal_with(w, ann, WORD))
    return ann


def deal_with(w: Writer, peer: PeerId, word: str) -> None:
    first = 10 * int.from_bytes(peer, "big")  # ids of ours are our own in all chats
    send(w, peer, first + 1, f"our {word}")
    send(w, peer, first + 2, f"still waiting {word}")
    w.receive(peer, LANE, 1, [item(1, f"their {word}")])
    w.receive(peer, LANE, 1, [offer_item(2, an_offer(first + 7, f"{word}.txt"))])
    w.acknowledge(peer, w.lane_for(peer, lambda: b"").lane_id, [1])
    w.do(peer, Edit(THEIRS, NOW_MS << 17, NOW_MS, f"edited {word}"))
    w.do(peer, React(peer, THEIRS, 1, "👍"))
    w.do(peer, Edit(an_id(99), 1, NOW_MS, f"early {word}"))
    w.add_record(peer, encode_record(Edit(an_id(first + 1), 5, NOW_MS, f"our edit {word}")))
    w.add_record(peer, encode_record(React(peer, THEIRS, 1, "🎉")))
    w.add_record(peer, encode_record(Delete(an_id(first + 1))))
    w.add_record(peer, encode_record(RoomRead(bytes(32), 3)))
    send(w, peer, first + 3, f"last {word}")
    w.set_draft(peer, f"draft {word}")
    w.set_picture(peer, f"picture {word}".encode())
    w.remember_address(peer, f"{word}.example:1", NOW_MS)
    w.remember_way(peer, Way.SENDER)
    w.set_trust(peer, verified=True, auto_accept=True, muted=True, auto_accept_max_bytes=5)
    w.set_successor(peer, peer, is_moved=True)


def forget(desk: Desk, peer: PeerId) -> list[int]:
    numbers = desk.do(lambda w: w.void_pair(peer, VOID))
    while desk.do(lambda w: w.forget_messages(peer, 2)):
        continue
    desk.do(lambda w: w.forget_rest(peer))
    return numbers


def cells_with(desk: Desk, word: str) -> list[str]:
    """Every table in which it stands."""
    return [table for table, _row in rows_with(desk, word)]


def rows_with(desk: Desk, word: str) -> list[tuple[str, str]]:
    """The search's own tables keep single words until they are merged, and find nothing by
    them."""
    tables = (
        "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'message_search%'"
    )
    found = []
    for (table,) in desk.do(lambda w: w._rows(tables)):
        for row in desk.do(lambda w, t=table: w._rows(f"SELECT * FROM {t}")):  # type: ignore[misc]
            if word in repr(row):
                found.append((table, repr(row)))
    return found


def test_no_word_of_theirs_or_ours_is_left_and_no_trust(desk: Desk, ann: PeerId) -> None:
    assert {"message", "outbox", "earlier_text", "early_deed", "picture", "address"} <= {
        *cells_with(desk, WORD)
    }
    forget(desk, ann)
    assert cells_with(desk, WORD) == []
    query = "SELECT rowid FROM message_search WHERE message_search MATCH ?"
    assert desk.do(lambda w: w._rows(query, (WORD,))) == []
    assert desk.chat(ann) == []
    (person,) = desk.do(lambda w: w.people())
    assert (person.trust, person.muted, person.auto_accept) == (Trust.NEW, False, False)
    assert (person.auto_accept_max_bytes, person.way, person.addresses) == (None, None, ())
    assert (person.successor, person.is_moved) == (None, False)


@pytest.mark.parametrize("who", ["met first", "met last"])
def test_what_was_said_and_done_with_others_stays(desk: Desk, who: str) -> None:
    others = [desk.meet(1, "Ann"), desk.meet(2, "Ben")]
    gone = others.pop(0 if who == "met first" else 1)
    (ben,) = others
    desk.do(lambda w: (deal_with(w, gone, WORD), deal_with(w, ben, "keepsake")))
    desk.do(lambda w: w.add_record(ben, encode_record(Edit(an_id(21), 6, NOW_MS, "keepsake"))))
    everything = rows_with(desk, "keepsake")
    known, waiting = desk.do(lambda w: (w.person(ben), w.pending(ben, 0, 100)))
    assert forget(desk, gone) == [2, 3, 4, 7]
    assert rows_with(desk, "keepsake") == everything
    assert desk.do(lambda w: (w.person(ben), w.pending(ben, 0, 100))) == (known, waiting)


def test_messages_go_newest_first_so_many_at_a_time(desk: Desk) -> None:
    ann = desk.meet()
    for number in range(1, 6):
        desk.send(ann, number, f"text {number}")
    desk.do(lambda w: w.void_pair(ann, VOID))
    assert desk.do(lambda w: w.forget_messages(ann, 3)) == 3
    assert texts(desk.chat(ann)) == ["text 1", "text 2"]


def test_transfers_are_given_back_but_those_that_stand_in_a_room(desk: Desk, ann: PeerId) -> None:
    desk.do(lambda w: lodge.save(w, ann))
    desk.receive(ann, in_room(offer_item(3, an_offer(50, "in the room")), lodge.ROOM))
    desk.do(lambda w: w.void_pair(ann, VOID))
    desk.do(lambda w: w.forget_messages(ann, 100))
    (gone,) = desk.do(lambda w: w.forget_rest(ann))
    assert gone.transfer.names == (f"{WORD}.txt",)
    assert [one.names for one in desk.do(lambda w: w.transfers(10))] == [("in the room",)]


def test_what_takes_back_and_what_is_of_rooms_still_goes_out(desk: Desk, ann: PeerId) -> None:
    voided = forget(desk, ann)
    waiting = desk.do(lambda w: w.pending(ann, 0, 100))
    assert [decode_record(one.record) for one in waiting] == [
        Void(),
        Void(),
        Void(),
        Delete(an_id(11)),
        RoomRead(bytes(32), 3),
        Void(),
    ]
    numbers = [one.seq for one in waiting]
    assert voided == [*numbers[:3], numbers[5]], "the lane in memory follows"


def test_a_record_of_another_version_still_goes_out(desk: Desk) -> None:
    ann = desk.meet()
    desk.do(lambda w: w.add_record(ann, b"what nobody can read"))
    assert desk.do(lambda w: w.void_pair(ann, VOID)) == []


def test_what_came_before_does_not_come_again(desk: Desk, ann: PeerId) -> None:
    forget(desk, ann)
    assert desk.receive(ann, item(1, f"their {WORD}")).messages == ()
    assert [one.text for one in desk.receive(ann, item(3, "new")).messages] == ["new"]
    assert desk.do(lambda w: w.inbound(ann)).lane_id == LANE  # type: ignore[union-attr]


# --- Who can go --------------------------------------------------------------

AN_OFFER = NewTransfer(an_id(1), bytes(32), 1, 0, 1, ("a",), NOW_MS)


def be_read_in_a_room(w: Writer, peer: PeerId) -> None:
    lodge.save(w, peer)
    lodge.say(w, 1)
    w.acknowledge(peer, (1).to_bytes(8, "big"), [1])
    w.mark_read_by_member(lodge.ROOM, peer, 2)
    lodge.save(w)


def follow_somebody(w: Writer, peer: PeerId) -> None:
    w.set_trust(meet(w, 3, "Cat"), accepted=True)
    w.set_successor(peer_id(3), peer, is_moved=False)


DEALINGS: dict[str, Callable[[Writer, PeerId], object]] = {
    "accepted": lambda w, peer: w.set_trust(peer, accepted=True),
    "blocked": lambda w, peer: w.set_trust(peer, blocked=True),
    "muted": lambda w, peer: w.set_trust(peer, muted=True),
    "trusted to send": lambda w, peer: w.set_trust(peer, auto_accept=True),
    "in a chat": lambda w, peer: w.set_draft(peer, "Dear"),
    "in a transfer": lambda w, peer: w.add_transfer(peer, AN_OFFER),
    "in a room": lodge.save,
    "once in a room": lambda w, peer: lodge.save(w, since={peer: 5}),
    "who has read our words in a room": be_read_in_a_room,
    "who may be somebody else with a new key": follow_somebody,
    "for whom something waits": lambda w, peer: w.add_record(peer, VOID),
}


@pytest.mark.parametrize("dealing", DEALINGS)
def test_only_strangers_nobody_dealt_with_can_go(desk: Desk, dealing: str) -> None:
    ann, ben = desk.meet(1, "Ann"), desk.meet(2, "Ben")
    desk.do(lambda w: DEALINGS[dealing](w, ann))
    assert not desk.do(lambda w: w.drop_stranger(ann))
    assert desk.do(lambda w: w.forget_strangers(0)) == 1
    assert desk.do(lambda w: (w.person(ann) is not None, w.person(ben))) == (True, None)


def test_only_the_stranger_who_is_meant_is_dropped(desk: Desk) -> None:
    ann, ben = desk.meet(1, "Ann"), desk.meet(2, "Ben")
    assert desk.do(lambda w: w.drop_stranger(ann))
    assert [one.peer_id for one in desk.do(lambda w: w.people())] == [ben]
