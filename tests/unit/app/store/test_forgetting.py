"""A person is forgotten: nothing of what was said, by either side, is left anywhere."""

import pytest

from app.model import Trust, Way
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
from tests.unit.app.store.desk import LANE, NOW_MS, Desk, an_id, an_offer, item, offer_item

THEIRS = an_id(2**64 + 1)
WORD = "shibboleth"
VOID = encode_record(Void())


@pytest.fixture
def ann(desk: Desk) -> PeerId:
    """With whom everything was done that can be done in a chat."""
    ann = desk.meet()
    desk.send(ann, 1, f"our {WORD}")
    desk.send(ann, 2, f"still waiting {WORD}")
    desk.receive(ann, item(1, f"their {WORD}"), offer_item(2, an_offer(7, f"{WORD}.txt")))
    early = an_id(99)
    desk.do(
        lambda w: (
            w.acknowledge(ann, (1).to_bytes(8, "big"), [1]),
            w.do(ann, Edit(THEIRS, NOW_MS << 17, NOW_MS, f"edited {WORD}")),
            w.do(ann, React(ann, THEIRS, 1, "👍")),
            w.do(ann, Edit(early, 1, NOW_MS, f"early {WORD}")),
            w.add_record(ann, encode_record(Edit(an_id(1), 5, NOW_MS, f"our edit {WORD}"))),
            w.add_record(ann, encode_record(React(ann, THEIRS, 1, "🎉"))),
            w.add_record(ann, encode_record(Delete(an_id(1)))),
            w.add_record(ann, encode_record(RoomRead(bytes(32), 3))),
            w.set_draft(ann, f"draft {WORD}"),
            w.set_picture(ann, f"picture {WORD}".encode()),
            w.remember_address(ann, f"{WORD}.example:1", NOW_MS),
            w.remember_way(ann, Way.SENDER),
            w.set_trust(ann, verified=True, auto_accept=True, muted=True, auto_accept_max_bytes=5),
        )
    )
    return ann


def forget(desk: Desk, peer: PeerId) -> list[int]:
    numbers = desk.do(lambda w: w.void_pair(peer, VOID))
    while desk.do(lambda w: w.forget_messages(peer, 2)):
        continue
    desk.do(lambda w: w.forget_rest(peer))
    return numbers


def cells_with(desk: Desk, word: str) -> list[str]:
    """Every table in which it stands. The search's own keep single words until they are merged,
    and find nothing by them."""
    tables = (
        "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'message_search%'"
    )
    found = []
    for (table,) in desk.do(lambda w: w._rows(tables)):
        for row in desk.do(lambda w, t=table: w._rows(f"SELECT * FROM {t}")):  # type: ignore[misc]
            if word in repr(row):
                found.append(table)
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


def test_what_takes_back_and_what_is_of_rooms_still_goes_out(desk: Desk, ann: PeerId) -> None:
    voided = forget(desk, ann)
    waiting = desk.do(lambda w: w.pending(ann, 0, 100))
    assert [decode_record(one.record) for one in waiting] == [
        Void(),
        Void(),
        Void(),
        Delete(an_id(1)),
        RoomRead(bytes(32), 3),
    ]
    assert voided == [one.seq for one in waiting[:3]], "the lane in memory follows"


def test_what_came_before_does_not_come_again(desk: Desk, ann: PeerId) -> None:
    forget(desk, ann)
    assert desk.receive(ann, item(1, f"their {WORD}")).messages == ()
    assert [one.text for one in desk.receive(ann, item(3, "new")).messages] == ["new"]
    assert desk.do(lambda w: w.inbound(ann)).lane_id == LANE  # type: ignore[union-attr]
