"""Deeds that come before their message wait for it on the disk, so many."""

import pytest

from app.model import Message, Reaction
from app.store import deeds, room_logs
from app.store.deeds import EARLY_DEEDS_MAX, Deed
from app.store.rows import peer_text
from app.store.writer import Writer
from net.protocol.identity import PeerId
from net.protocol.records import Delete, Edit, React
from tests.unit.app.store import lodge
from tests.unit.app.store.desk import NOW_MS, Desk, an_id, item, peer_id

ANN, BEN = peer_id(1), peer_id(2)
FIRST, SECOND = an_id(2**64 + 1), an_id(2**64 + 2)
"""The ids of ``item(1)`` and ``item(2)``."""


def edit(order: int, text: str, message: bytes = FIRST) -> Edit:
    return Edit(message, order, NOW_MS + order, text)


def do(desk: Desk, peer: PeerId, *deeds: Deed) -> list[Message | None]:
    return [desk.do(lambda w, d=deed: w.do(peer, d)) for deed in deeds]  # type: ignore[misc]


@pytest.fixture
def ann(desk: Desk) -> PeerId:
    return desk.meet()


def test_deeds_that_overtake_their_text_wait_for_it_over_a_restart(desk: Desk, ann: PeerId) -> None:
    assert do(desk, ann, edit(5, "right"), React(ann, FIRST, 6, "👍")) == [None, None]
    assert desk.chat(ann) == []
    desk.store.stop()
    with Desk(desk.path) as again:
        (shown,) = again.receive(ann, item(1, "wrong")).messages
        assert (shown.text, shown.reactions) == ("right", (Reaction("👍", (peer_text(ANN),)),))
        assert shown == again.chat(ann)[0]


def test_deletion_that_overtakes_its_text_keeps_it_from_ever_being_seen(
    desk: Desk, ann: PeerId
) -> None:
    do(desk, ann, Delete(FIRST))
    (shown,) = desk.receive(ann, item(1, "never seen")).messages
    assert (shown.is_deleted, shown.text) == (True, "")


def test_deeds_for_texts_that_never_come_are_bounded(desk: Desk, ann: PeerId) -> None:
    eve = desk.meet(2, "Eve")
    do(desk, ann, edit(1, "kept"))

    def flood(w: Writer) -> None:
        for number in range(EARLY_DEEDS_MAX + 50):
            w.do(eve, edit(number, "x", an_id(number)))

    desk.do(flood)
    rows = desk.do(lambda w: w._rows("SELECT author, count(*) FROM early_deed GROUP BY author"))
    assert sorted(count for _, count in rows) == [1, EARLY_DEEDS_MAX]
    assert desk.receive(ann, item(1)).messages[0].text == "kept"


def test_d17_bytes_of_what_waits_are_bounded_too(
    desk: Desk, ann: PeerId, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(deeds, "EARLY_DEEDS_MAX_BYTES", 1000)
    monkeypatch.setattr(room_logs, "EARLY_MAX_BYTES", 1000)
    eve = desk.meet(2, "Eve")
    do(desk, ann, edit(1, "kept"))
    for number in range(10):
        do(desk, eve, edit(number, "x" * 200, an_id(number)))
        desk.do(lambda w, n=number: w.keep_early_room(eve, bytes(32), b"%d" % n + bytes(299)))  # type: ignore[misc]

    def left(w: Writer) -> tuple[list[int], list[int]]:
        query = "SELECT sum(length(record)) FROM early_deed GROUP BY author ORDER BY author"
        rooms = "SELECT length(record) FROM early_room_record"
        return [size for (size,) in w._rows(query)], [size for (size,) in w._rows(rooms)]

    (of_ann, of_eve), of_rooms = desk.do(left)
    assert of_ann < 100
    assert 600 < of_eve <= 1000
    assert of_rooms == [300, 300, 300]
    assert desk.receive(ann, item(1)).messages[0].text == "kept"
    newest = desk.do(lambda w: w.early_room(bytes(32)))
    assert [record[:1] for _, _, record in newest] == [b"7", b"8", b"9"]


def waiting(desk: Desk) -> list[tuple[PeerId, int]]:
    """Whose, and for which message, in order."""
    query = "SELECT peer_id, message_id FROM early_deed JOIN person ON person_row = author"
    rows = desk.do(lambda w: w._rows(f"{query} ORDER BY deed_row"))
    return [(PeerId(peer), int.from_bytes(message, "big")) for peer, message in rows]


def test_what_waits_for_a_message_is_for_no_other(desk: Desk) -> None:
    desk.meet()
    do(desk, ANN, edit(5, "ONE"), edit(5, "TWO", SECOND))
    desk.receive(ANN, item(1, "one"))
    assert [one.text for one in desk.chat(ANN)] == ["ONE"]
    assert len(waiting(desk)) == 1
    desk.receive(ANN, item(2, "two"))
    assert [one.text for one in desk.chat(ANN)] == ["ONE", "TWO"]
    assert waiting(desk) == []


def test_what_is_about_an_outsiders_message_waits_for_nothing(desk: Desk) -> None:
    desk.meet(1, "Ann")
    desk.meet(2, "Ben")
    assert do(desk, ANN, React(BEN, FIRST, 1, "👍")) == [None]
    desk.do(lambda w: lodge.save(w, ANN))
    desk.do(lambda w: lodge.hear_deed(w, ANN, 1, React(peer_id(50), FIRST, 1, "👍")))
    assert waiting(desk) == []


def test_what_waits_in_a_room_is_for_its_author_there(lodge_of_three: Desk) -> None:
    desk = lodge_of_three
    desk.do(lambda w: lodge.hear_deed(w, ANN, 2, Delete(FIRST)))
    desk.receive(ANN, item(1, "in the chat"))
    desk.do(lambda w: lodge.hear(w, BEN, 1, "of Ben"))
    assert [one.text for one in desk.chat(ANN)] == ["in the chat"]
    assert [one.text for one in desk.do(lodge.shown)] == ["of Ben"]


def test_the_newest_of_each_persons_in_each_chat_wait(
    lodge_of_three: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(deeds, "EARLY_DEEDS_MAX", 2)
    desk = lodge_of_three
    desk.do(lambda w: w.do(ANN, Delete(an_id(11))))
    desk.do(lambda w: lodge.hear_deed(w, ANN, 1, Delete(an_id(12))))
    for number in range(1, 5):
        desk.do(lambda w, n=number: lodge.hear_deed(w, BEN, n, Delete(an_id(20 + n))))  # type: ignore[misc]
    desk.do(lambda w: lodge.hear_deed(w, ANN, 2, Delete(an_id(13))))
    desk.do(lambda w: w.do(ANN, Delete(an_id(14))))
    assert waiting(desk) == [(ANN, 11), (ANN, 12), (BEN, 23), (BEN, 24), (ANN, 13), (ANN, 14)]


def test_what_waits_may_have_as_many_bytes_as_is_said(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk.meet()
    do(desk, ANN, Delete(an_id(1)))
    size = desk.do(lambda w: w._rows("SELECT length(record) FROM early_deed"))[0][0]
    monkeypatch.setattr(deeds, "EARLY_DEEDS_MAX_BYTES", 2 * size)
    do(desk, ANN, Delete(an_id(2)))
    assert waiting(desk) == [(ANN, 1), (ANN, 2)]
    do(desk, ANN, Delete(an_id(3)))
    assert waiting(desk) == [(ANN, 2), (ANN, 3)]
