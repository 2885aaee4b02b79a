"""G-04: numbers of lost lanes and feeds are never given again: messages still have them."""

from pathlib import Path

import pytest

from app.model import MessageState
from app.store.opening import mark_suspect
from tests.unit.app.store import lodge
from tests.unit.app.store.desk import Desk, item, peer_id, send
from tests.unit.app.store.test_opening import overwrite_root

ANN, BEN = peer_id(1), peer_id(2)

pytestmark = [
    pytest.mark.expects_log("could not be used"),
    pytest.mark.expects_log("messages were recovered"),
]


@pytest.fixture
def filled(database: Path) -> Path:
    """Two texts each way with two people, and in a room with both."""
    with Desk(database) as desk:
        for number, peer in ((1, ANN), (2, BEN)):
            desk.meet(number)
            theirs = [item(seq, number=10 * number + seq) for seq in (1, 2)]
            desk.do(lambda w, p=peer, t=theirs: w.receive(p, b"their-id", 1, t))  # type: ignore[misc]
            desk.do(lambda w, p=peer, n=number: [send(w, p, 10 * n + at) for at in (1, 2)])  # type: ignore[misc]
        desk.do(lambda w: lodge.save(w, ANN, BEN))
        desk.do(lambda w: (lodge.say(w, 1, "old"), lodge.say(w, 2, "old")))
        desk.do(lambda w: [lodge.hear(w, BEN, at, message=50 + at) for at in (1, 2)])
    mark_suspect(database)
    return database


def test_g04_new_lanes_leave_messages_of_lost_ones_alone(filled: Path) -> None:
    overwrite_root(filled, "lane")
    with Desk(filled) as desk:
        old = [one for peer in (ANN, BEN) for one in desk.chat(peer)]
        for number, peer in ((1, ANN), (2, BEN)):
            desk.meet(number)
            desk.send(peer, 100 + number, "new")
            again = item(1, "new", number=70 + number)
            desk.do(lambda w, p=peer, i=again: w.receive(p, b"their-id", 1, [i]))  # type: ignore[misc]
            lane = number.to_bytes(8, "big")
            assert desk.do(lambda w, p=peer, ours=lane: w.acknowledge(p, ours, [1]))  # type: ignore[misc]
        shown = [one for peer in (ANN, BEN) for one in desk.chat(peer)]
        assert [one for one in shown if one.text != "new"] == old
        assert {one.state for one in shown if one.text == "new"} == {MessageState.DELIVERED}
        assert [one.receipts.delivered for one in desk.do(lodge.shown) if one.receipts] == [0, 0]


def test_g04_new_feeds_leave_posts_of_lost_ones_alone(filled: Path) -> None:
    overwrite_root(filled, "room_feed")
    with Desk(filled) as desk:
        old = {one.message_id: one.order_key for one in desk.do(lodge.shown)}
        desk.do(lambda w: (lodge.say(w, 100, "new"), lodge.hear(w, BEN, 1, "new", message=90)))
        shown = desk.do(lodge.shown)
        assert {one.message_id: one.order_key for one in shown if one.text != "new"} == old
        assert sum(one.text == "new" for one in shown) == 2
        desk.do(lambda w: w.mark_read_by_member(lodge.ROOM, ANN, 2))
        read = [one.text for one in desk.do(lodge.shown) if one.receipts and one.receipts.read]
        assert read == ["new"]
