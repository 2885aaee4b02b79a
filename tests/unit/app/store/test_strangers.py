"""What people who were not accepted have left here, and who of them waits for an answer."""

import pytest

from app.model import RoomAct
from app.store.rows import write_news
from net.protocol.identity import PeerId
from tests.unit.app.store import lodge
from tests.unit.app.store.desk import NOW_MS, Desk, an_id, an_offer, item, offer_item, peer_id
from tests.unit.app.store.lodge import OTHER_ROOM, ROOM

ANN, BEN = peer_id(1), peer_id(2)


@pytest.fixture
def two(desk: Desk) -> Desk:
    desk.meet(1, "Ann")
    desk.meet(2, "Ben")
    return desk


def left(desk: Desk, peer: PeerId = ANN) -> tuple[int, int]:
    return desk.do(lambda w: w.left_by(peer))


def test_texts_and_offers_of_theirs_in_their_chat_are_counted(two: Desk) -> None:
    assert left(two) == (0, 0)
    two.receive(ANN, item(1), item(2), offer_item(3, an_offer(7, "a.txt")))
    two.send(ANN, 1, "ours")
    two.do(lambda w: w.receive(BEN, b"bens-own", 1, [item(1, number=50)]))
    assert (left(two), left(two, BEN)) == ((2, 1), (1, 0))


def test_what_they_left_in_a_room_counts_until_that_is_accepted(two: Desk) -> None:
    """Who was brought in, or what was renamed, is no text."""
    told = lodge.RoomNews(an_id(9), ANN, NOW_MS, write_news(RoomAct.RENAMED, (), "Lodge"))
    two.receive(ANN, item(1))
    for room in (ROOM, OTHER_ROOM):
        two.do(lambda w, r=room: lodge.save(w, ANN, BEN, room=r, is_accepted=r == ROOM))  # type: ignore[misc]
    two.do(lambda w: lodge.save(w, ANN, BEN, room=OTHER_ROOM, is_accepted=False, news=(told,)))
    two.do(lambda w: lodge.hear(w, ANN, 1, message=11))
    two.do(lambda w: lodge.hear(w, ANN, 1, message=12, room=OTHER_ROOM))
    two.do(lambda w: lodge.hear(w, BEN, 1, message=13, room=OTHER_ROOM))
    assert (left(two), left(two, BEN)) == ((2, 0), (1, 0))
    two.do(lambda w: w.accept_room(OTHER_ROOM))
    assert (left(two), left(two, BEN)) == ((1, 0), (0, 0))


def test_who_has_a_chat_with_us_asks_until_accepted_or_blocked(two: Desk) -> None:
    for peer, answer in ((ANN, "accepted"), (BEN, "blocked")):
        two.receive(peer, item(1))
        assert two.do(lambda w: w.asking()) == [peer]
        two.do(lambda w, p=peer, a=answer: w.set_trust(p, **{a: True}))  # type: ignore[misc]
        assert two.do(lambda w: w.asking()) == []
