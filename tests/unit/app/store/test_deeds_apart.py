"""What is done to one message is done to no other, and each says whether anything changed."""

import pytest

from app.errors import ErrorCode, KnownError
from app.model import Message, Reaction, RoomAct
from app.store import lookup
from app.store.deeds import EARLIER_TEXTS_MAX, REACTIONS_MAX, Deed
from app.store.rows import peer_text, write_news
from app.store.types import TIME_END_MS
from app.store.writer import Writer
from net.protocol.records import Delete, Edit, React
from tests.unit.app.store import lodge
from tests.unit.app.store.desk import NOW_MS, Desk, an_id, an_offer, item, offer_item, peer_id

ANN, BEN = peer_id(1), peer_id(2)
FIRST, SECOND = an_id(2**64 + 1), an_id(2**64 + 2)
"""The ids of ``item(1)`` and ``item(2)``."""


def edit(order: int, text: str, message: bytes = FIRST) -> Edit:
    return Edit(message, order, NOW_MS + order, text)


def react(order: int, emoji: str = "👍", message: bytes = FIRST, *, is_on: bool = True) -> React:
    return React(ANN, message, order, emoji, is_on)


def do(desk: Desk, *deeds: Deed) -> list[Message | None]:
    return [desk.do(lambda w, d=deed: w.do(ANN, d)) for deed in deeds]  # type: ignore[misc]


@pytest.fixture
def two(desk: Desk) -> Desk:
    """Two texts of Ann's, each edited and reacted to."""
    desk.meet()
    desk.receive(ANN, item(1, "one"), item(2, "two"))
    do(desk, edit(5, "ONE"), edit(5, "TWO", SECOND), react(1), react(1, message=SECOND))
    return desk


def as_it_is(desk: Desk, message: bytes) -> object:
    return desk.do(lambda w: (w.message(message, ANN), w.earlier_texts(message)))


@pytest.mark.parametrize(
    "deed", [edit(9, "1"), Delete(FIRST), react(9, is_on=False), react(9, "🎉")], ids=repr
)
def test_a_deed_leaves_all_other_messages_as_they_were(two: Desk, deed: Deed) -> None:
    first, second = as_it_is(two, FIRST), as_it_is(two, SECOND)
    assert do(two, deed) != [None]
    assert as_it_is(two, FIRST) != first
    assert as_it_is(two, SECOND) == second


def test_a_long_history_takes_no_room_from_others(two: Desk) -> None:
    second = as_it_is(two, SECOND)
    do(two, *(edit(10 + order, f"t{order}") for order in range(EARLIER_TEXTS_MAX + 3)))
    assert as_it_is(two, SECOND) == second


def test_history_says_when_each_text_was_said(two: Desk) -> None:
    do(two, edit(9, "once more"))
    earlier = two.do(lambda w: w.earlier_texts(FIRST)) or []
    assert [(e.text, e.time_ms) for e in earlier] == [("one", NOW_MS), ("ONE", NOW_MS + 5)]


def test_an_edit_from_the_end_of_time_is_shown_at_its_end(two: Desk) -> None:
    (changed,) = do(two, Edit(FIRST, 9, 2**62 - 1, "late"))
    assert changed is not None
    assert changed.edited_ms == TIME_END_MS - 1


def test_what_is_deleted_takes_no_reactions_and_its_neighbour_does(two: Desk) -> None:
    assert do(two, Delete(FIRST), react(9, "🎉"))[1] is None
    (changed,) = do(two, react(9, "🎉", SECOND))
    assert changed is not None
    assert [one.emoji for one in changed.reactions] == ["👍", "🎉"]
    ours = two.do(lambda w: w.react_own(SECOND, ANN, BEN, "🎉", is_on=True, now_ms=NOW_MS))
    assert ours.message is not None
    assert do(two, Delete(SECOND)) != [None]


def test_the_order_of_a_reaction_counts_for_one_message_of_one_person(two: Desk) -> None:
    do(two, react(2**62 - 1, message=SECOND))
    (changed,) = do(two, react(2, is_on=False))
    assert changed is not None
    assert changed.reactions == ()
    ours = two.do(lambda w: w.react_own(SECOND, ANN, BEN, "👍", is_on=True, now_ms=NOW_MS))
    assert ours.message is not None
    assert ours.message.reactions == (Reaction("👍", ("", peer_text(ANN))),)


def test_reactions_are_counted_for_one_message_of_one_person(two: Desk) -> None:
    emoji = [chr(0x1F600 + number) for number in range(REACTIONS_MAX)]
    *_, last = do(two, *(react(9, one) for one in emoji))
    assert last is None, "with the first there are enough"
    assert do(two, react(9, "🎉", SECOND)) != [None]
    ours = two.do(lambda w: w.react_own(FIRST, ANN, BEN, "🎉", is_on=True, now_ms=NOW_MS))
    assert ours.message is not None


def test_a_reaction_is_a_change_when_it_is_seen_to_come_or_go(desk: Desk) -> None:
    desk.meet()
    desk.receive(ANN, item(1))
    steps = [
        (react(3, is_on=False), False),
        (react(4), True),
        (react(4), False),
        (react(3, is_on=False), False),
        (react(5), True),
        (react(6, is_on=False), True),
        (react(7, is_on=False), False),
    ]
    assert [found is not None for found in do(desk, *(one for one, _ in steps))] == [
        is_change for _, is_change in steps
    ]


def test_a_reaction_of_ours_names_whose_message_it_is_under(two: Desk) -> None:
    ben = two.meet(2, "Ben")
    two.do(lambda w: w.receive(ben, b"bens-own", 1, [item(1, "his", number=7)]))
    deed = two.do(
        lambda w: w.react_own(an_id(2**64 + 7), None, lodge.US, "👍", is_on=True, now_ms=NOW_MS)
    )
    assert (deed.peer_id, deed.deed.author) == (ben, ben)


def test_nothing_is_done_to_what_is_not_here(two: Desk) -> None:
    for act in (
        lambda w: w.delete_own(an_id(70)),
        lambda w: w.edit_own(an_id(70), "x", NOW_MS),
        lambda w: w.react_own(FIRST, BEN, lodge.US, "👍", is_on=True, now_ms=NOW_MS),
    ):
        with pytest.raises(KnownError) as fault:
            two.do(act)
        assert fault.value.code is ErrorCode.NO_SUCH_MESSAGE


# --- In rooms ----------------------------------------------------------------
def test_what_is_said_in_a_chat_changes_nothing_in_a_room(lodge_of_three: Desk) -> None:
    """Others in it would go on seeing what was there."""
    desk = lodge_of_three
    desk.do(lambda w: lodge.hear(w, ANN, 1, "for all"))
    assert do(desk, edit(9, "for you"), Delete(FIRST), react(1)) == [None] * 3
    assert [(one.text, one.reactions) for one in desk.do(lodge.shown)] == [("for all", ())]


def test_news_of_a_room_are_no_message_of_anybody(lodge_of_three: Desk) -> None:
    desk = lodge_of_three
    told = lodge.RoomNews(FIRST, ANN, NOW_MS, write_news(RoomAct.RENAMED, (), "Lodge"))
    desk.do(lambda w: lodge.save(w, ANN, BEN, news=(told,)))
    deeds = (React(ANN, FIRST, 1, "👍"), Delete(FIRST))
    for number, deed in enumerate(deeds, 1):
        desk.do(lambda w, n=number, d=deed: lodge.hear_deed(w, ANN, n, d))  # type: ignore[misc]
    (news,) = desk.do(lambda w: w.messages_before(lodge.ROOM, None, 9))
    assert (news.is_deleted, news.reactions) == (False, ())
    with pytest.raises(KnownError) as fault:
        desk.do(lambda w: w.react_own(FIRST, None, lodge.US, "👍", is_on=True, now_ms=NOW_MS))
    assert fault.value.code is ErrorCode.NO_SUCH_MESSAGE


# --- In the search -----------------------------------------------------------
@pytest.fixture
def by_index(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> Desk:
    """Nothing is found by reading the newest texts, which would hide what the index lacks."""
    monkeypatch.setattr(lookup, "INSIDE_WORDS_ROWS", 0)
    desk.meet()
    return desk


def found(desk: Desk, text: str) -> list[str]:
    return [one.text for one in desk.do(lambda w: w.search(text, 9))]


def test_an_edit_leaves_the_words_of_others_in_the_search(by_index: Desk) -> None:
    desk = by_index
    desk.receive(ANN, offer_item(1, an_offer(5, "report.pdf")), item(2, "pear"), item(3, "plum"))
    do(desk, edit(5, "quince", an_id(2**64 + 3)))
    assert found(desk, "report") == [""]
    assert found(desk, "pear") == ["pear"]
    assert found(desk, "quince") == ["quince"]
    assert found(desk, "plum") == []


def test_a_text_edited_as_it_comes_keeps_none_before_it_out_of_the_search(by_index: Desk) -> None:
    desk = by_index

    def at_once(w: Writer) -> None:
        w.receive(ANN, b"their-id", 1, [item(1, "pear"), item(2, "plum")])
        w.do(ANN, edit(5, "quince", SECOND))

    desk.do(at_once)
    assert found(desk, "pear") == ["pear"]
    assert found(desk, "quince") == ["quince"]
