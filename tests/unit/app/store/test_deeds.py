"""Edits, deletions and reactions on the disk: the same end whatever the way there."""

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.errors import ErrorCode, KnownError
from app.model import Message, MessageKind, MessageState, Quote, Reaction
from app.store.deeds import EARLIER_TEXTS_MAX, REACTIONS_MAX, Deed
from app.store.rows import peer_text
from app.store.types import TIME_END_MS, Extras, Place
from app.store.writer import Writer
from net.protocol.identity import PeerId
from net.protocol.records import Delete, Edit, React, Void, encode_record
from tests.pace import examples
from tests.unit.app.store.desk import NOW_MS, Desk, an_id, an_offer, item, offer_item, peer_id

THEIRS = an_id(2**64 + 1)
"""The id of ``item(1)``."""
US = peer_id(999)
ANN = peer_text(peer_id(1))


@pytest.fixture
def ann(desk: Desk) -> PeerId:
    return desk.meet()


def do(desk: Desk, peer: PeerId, *deeds: Deed) -> list[Message | None]:
    return [desk.do(lambda w, d=deed: w.do(peer, d)) for deed in deeds]  # type: ignore[misc]


def only(desk: Desk, peer: PeerId) -> Message:
    (message,) = desk.chat(peer)
    return message


def edit(order: int, text: str, message: bytes = THEIRS) -> Edit:
    return Edit(message, order, NOW_MS + order, text)


# --- Edits -----------------------------------------------------------------
def test_edit_shows_the_new_text_and_keeps_the_old_one(desk: Desk, ann: PeerId) -> None:
    desk.receive(ann, item(1, "frist"))
    (changed,) = do(desk, ann, edit(5, "first"))
    assert changed == only(desk, ann)
    assert (changed.text, changed.edited_ms) == ("first", NOW_MS + 5)
    earlier = desk.do(lambda w: w.earlier_texts(THEIRS, ann))
    assert [(e.text, e.time_ms) for e in earlier or ()] == [("frist", NOW_MS)]


def test_edit_that_comes_twice_is_in_no_history(desk: Desk, ann: PeerId) -> None:
    desk.receive(ann, item(1, "a"))
    assert do(desk, ann, edit(5, "b"), edit(5, "b"))[1] is None
    assert [e.text for e in desk.do(lambda w: w.earlier_texts(THEIRS)) or ()] == ["a"]


def test_edit_to_nothing_changes_nothing(desk: Desk, ann: PeerId) -> None:
    desk.receive(ann, item(1, "a"))
    assert do(desk, ann, edit(5, "\x00")) == [None]
    assert only(desk, ann).text == "a"


def test_edit_that_comes_late_goes_into_the_history(desk: Desk, ann: PeerId) -> None:
    desk.receive(ann, item(1, "a"))
    assert do(desk, ann, edit(9, "c"), edit(5, "b"))[1] is None
    assert only(desk, ann).text == "c"
    assert [e.text for e in desk.do(lambda w: w.earlier_texts(THEIRS)) or ()] == ["a", "b"]


def test_search_follows_edits_and_deletions(desk: Desk, ann: PeerId) -> None:
    desk.receive(ann, item(1, "apfel 苹果树"), item(2, "pear"))

    def found(text: str) -> list[str]:
        return [m.text for m in desk.do(lambda w: w.search(text, 9))]

    assert found("apfel")
    assert found("苹果")
    do(desk, ann, edit(5, "birne 梨树"))
    assert not found("apfel")
    assert not found("苹果")
    assert found("birne") == found("梨树") == ["birne 梨树"]
    do(desk, ann, Delete(THEIRS))
    assert not found("birne")
    assert found("pear") == ["pear"]


def test_own_edit_goes_above_all_before_it_whatever_the_clock(desk: Desk, ann: PeerId) -> None:
    desk.send(ann, 1, "a")
    orders, times = [], []
    for now_ms, text in ((NOW_MS, "b"), (-1, "c"), (2**62, "d"), (5, "e")):
        deed = desk.do(lambda w, n=now_ms, t=text: w.edit_own(an_id(1), t, n))  # type: ignore[misc]
        record = deed.deed
        assert isinstance(record, Edit)
        orders.append(record.order)
        times.append(record.time_ms)
        assert deed.peer_id == ann
    assert orders == sorted(set(orders))
    assert times == [NOW_MS, 0, TIME_END_MS - 1, 5]
    assert only(desk, ann).text == "e"


def test_history_of_one_message_is_bounded(desk: Desk, ann: PeerId) -> None:
    desk.receive(ann, item(1, "start"))
    do(desk, ann, *(edit(order, f"t{order}") for order in range(EARLIER_TEXTS_MAX + 9)))
    earlier = desk.do(lambda w: w.earlier_texts(THEIRS)) or []
    assert len(earlier) == EARLIER_TEXTS_MAX
    assert earlier[-1].text == f"t{EARLIER_TEXTS_MAX + 7}"


def test_nobody_edits_or_deletes_what_another_wrote(desk: Desk, ann: PeerId) -> None:
    desk.send(ann, 1, "mine")
    eve = desk.meet(2, "Eve")
    desk.do(lambda w: w.receive(eve, b"eves-lan", 1, [item(1, "hers", number=7)]))
    ours, hers = an_id(1), an_id(2**64 + 7)
    deeds = [edit(9, "x", ours), Delete(ours), edit(9, "x", hers), Delete(hers)]
    assert do(desk, ann, *deeds) == [None] * 4
    assert only(desk, ann).text == "mine"
    assert only(desk, eve).text == "hers"


def test_files_are_not_edited(desk: Desk, ann: PeerId) -> None:
    desk.receive(ann, offer_item(1, an_offer(5, "a.txt")))
    assert do(desk, ann, edit(9, "b.txt")) == [None]
    assert only(desk, ann).text == ""


# --- Deletions -------------------------------------------------------------
def test_deletion_leaves_the_place_and_nothing_else(desk: Desk, ann: PeerId) -> None:
    first = item(1, "secret")
    assert first.message
    extras = Extras((US, an_id(3)), (US,), is_forwarded=True)
    desk.receive(ann, replace(first, message=replace(first.message, extras=extras)))
    do(desk, ann, edit(5, "still secret"), React(ann, THEIRS, 5, "👍"))
    (gone,) = do(desk, ann, Delete(THEIRS))
    assert gone == only(desk, ann)
    assert gone.is_deleted
    assert (gone.text, gone.edited_ms, gone.reply, gone.mentions) == ("", None, None, ())
    assert (gone.reactions, gone.is_forwarded) == ((), False)
    assert desk.do(lambda w: w.earlier_texts(THEIRS)) == []
    assert (
        do(desk, ann, edit(99, "back"), React(ann, THEIRS, 99, "👍"), Delete(THEIRS)) == [None] * 3
    )
    assert only(desk, ann).text == ""


def test_deleted_offer_shows_no_names(desk: Desk, ann: PeerId) -> None:
    desk.receive(ann, offer_item(1, an_offer(5, "secret.txt")))
    do(desk, ann, Delete(THEIRS))
    assert only(desk, ann).transfer is None
    assert desk.do(lambda w: w.search("secret", 9)) == []


def test_deleted_before_it_went_out_never_goes_out(desk: Desk, ann: PeerId) -> None:
    queued = desk.send(ann, 1, "oops")
    deed = desk.do(lambda w: w.delete_own(an_id(1)))
    assert deed.voided == (Place(ann, queued.seq, encode_record(Void())),)
    assert [p.record for p in desk.do(lambda w: w.pending(ann, 0, 9))] == [encode_record(Void())]
    lane = desk.do(lambda w: w.lane_for(ann, lambda: b"x" * 8))
    changes = desk.do(lambda w: w.acknowledge(ann, lane.lane_id, [queued.seq]))
    assert [change.state for change in changes] == [MessageState.DELIVERED]


def test_only_what_was_deleted_never_goes_out(desk: Desk, ann: PeerId) -> None:
    ben = desk.meet(2, "Ben")
    desk.send(ann, 1)
    desk.send(ben, 2)
    kept = desk.send(ben, 3)
    desk.do(lambda w: w.add_record(ben, b"read"))
    deed = desk.do(lambda w: w.delete_own(an_id(2)))
    assert (deed.peer_id, deed.voided) == (ben, (Place(ben, 1, encode_record(Void())),))
    assert [p.record for p in desk.do(lambda w: w.pending(ben, 1, 9))] == [kept.record, b"read"]
    assert encode_record(Void()) not in [p.record for p in desk.do(lambda w: w.pending(ann, 0, 9))]


def test_words_that_were_deleted_are_in_no_page_of_the_file(tmp_path: Path) -> None:
    words = "nobody shall read this again, " * 500
    path = tmp_path / "landline.db"
    with Desk(path) as desk:
        ann = desk.meet()
        for number in range(1, 40):
            desk.send(ann, number, words if number == 20 else f"text {number}")
            desk.do(lambda w, n=number: w.acknowledge(ann, lane_of(w, ann), [n]))  # type: ignore[misc]
        desk.do(lambda w: w.delete_own(an_id(20)))
    data = path.read_bytes()
    assert b"text 19" in data
    assert b"nobody shall read" not in data


def lane_of(w: Writer, peer: PeerId) -> bytes:
    return w.lane_for(peer, lambda: b"x" * 8).lane_id


# --- Reactions -------------------------------------------------------------
def test_reactions_of_both_sides_stand_in_the_order_they_were_given(
    desk: Desk, ann: PeerId
) -> None:
    desk.receive(ann, item(1))
    do(desk, ann, React(ann, THEIRS, 1, "🎉"), React(ann, THEIRS, 2, "👍"))
    desk.do(lambda w: w.react_own(THEIRS, ann, US, "👍", is_on=True, now_ms=NOW_MS))
    assert only(desk, ann).reactions == (Reaction("🎉", (ANN,)), Reaction("👍", (ANN, "")))
    desk.do(lambda w: w.react_own(THEIRS, None, US, "👍", is_on=False, now_ms=0))
    assert only(desk, ann).reactions == (Reaction("🎉", (ANN,)), Reaction("👍", (ANN,)))


def test_reaction_names_whose_message_it_is_under(desk: Desk, ann: PeerId) -> None:
    desk.send(ann, 1, "mine")
    do(desk, ann, React(US, an_id(1), 1, "👍"))
    assert only(desk, ann).reactions == (Reaction("👍", (ANN,)),)
    deed = desk.do(lambda w: w.react_own(an_id(1), None, US, "🎉", is_on=True, now_ms=1))
    record = deed.deed
    assert isinstance(record, React)
    assert record.author == US


def test_own_reaction_stands_above_own_ones_whatever_the_clock_and_whatever_others_claim(
    desk: Desk, ann: PeerId
) -> None:
    desk.receive(ann, item(1), item(2))
    highest = 2**62 - 1
    do(desk, ann, React(ann, THEIRS, highest, "🎉"))
    orders = []
    for emoji, is_on, now_ms in (("👍", True, NOW_MS), ("🙂", True, NOW_MS + 9), ("👍", False, 0)):
        deed = desk.do(
            lambda w, e=emoji, on=is_on, t=now_ms: w.react_own(  # type: ignore[misc]
                THEIRS, ann, US, e, is_on=on, now_ms=t
            )
        )
        record = deed.deed
        assert isinstance(record, React)
        assert record.author == ann
        orders.append(record.order)
    assert orders == sorted(set(orders))
    assert orders[-1] < highest


def test_one_person_gives_so_many_and_no_more(desk: Desk, ann: PeerId) -> None:
    desk.receive(ann, item(1))
    emoji = [chr(0x1F600 + number) for number in range(REACTIONS_MAX + 3)]
    do(desk, ann, *(React(ann, THEIRS, order, one) for order, one in enumerate(emoji)))
    assert [r.emoji for r in only(desk, ann).reactions] == emoji[:REACTIONS_MAX]
    do(desk, ann, React(ann, THEIRS, 99, emoji[0], is_on=False))
    assert [r.emoji for r in only(desk, ann).reactions] == emoji[1:REACTIONS_MAX]


def test_own_reactions_are_as_many_and_none_to_what_is_deleted(desk: Desk, ann: PeerId) -> None:
    desk.receive(ann, item(1), item(2))

    def react(number: int, *, is_on: bool = True) -> None:
        emoji = chr(0x1F600 + number)
        desk.do(lambda w: w.react_own(THEIRS, ann, US, emoji, is_on=is_on, now_ms=NOW_MS))

    for number in range(REACTIONS_MAX):
        react(number)
    with pytest.raises(KnownError) as fault:
        react(REACTIONS_MAX)
    assert fault.value.code is ErrorCode.WRONG_STATE
    react(0, is_on=False)
    do(desk, ann, Delete(THEIRS))
    with pytest.raises(KnownError) as fault:
        react(1, is_on=False)
    assert fault.value.code is ErrorCode.WRONG_STATE


def test_reaction_of_an_outsider_is_nothing(desk: Desk, ann: PeerId) -> None:
    desk.receive(ann, item(1))
    eve = desk.meet(2, "Eve")
    assert do(desk, eve, React(ann, THEIRS, 1, "👎"), React(US, THEIRS, 1, "👎")) == [None, None]
    assert only(desk, ann).reactions == ()


# --- In any order ----------------------------------------------------------
DEEDS: list[Deed] = [
    edit(1, "one"),
    edit(2, "two"),
    edit(2, "too"),
    React(peer_id(1), THEIRS, 3, "👍"),
    React(peer_id(1), THEIRS, 4, "👍", is_on=False),
    React(peer_id(1), THEIRS, 5, "🎉"),
]


@settings(
    max_examples=examples(40),
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(way=st.permutations([*DEEDS, *DEEDS, None]), number=st.integers(10, 2**40))
def test_in_whatever_order_and_however_often_the_end_is_the_same(
    desk: Desk, way: list[Deed | None], number: int
) -> None:
    """None is the text itself."""
    peer = desk.meet(number)
    for step in way:
        if step is None:
            desk.do(lambda w: w.receive(peer, b"their-id", 1, [item(1, "zero")]))
        else:
            deed = replace_author(step, peer)
            desk.do(lambda w, d=deed: w.do(peer, d))  # type: ignore[misc]
    shown = only(desk, peer)
    assert (shown.text, [r.emoji for r in shown.reactions]) == ("two", ["🎉"])


def replace_author(deed: Deed, peer: PeerId) -> Deed:
    if isinstance(deed, React):
        return React(peer, deed.message, deed.order, deed.emoji, deed.is_on)
    return deed


# --- Answers ---------------------------------------------------------------
def test_answer_shows_what_it_answers_as_it_is_now(desk: Desk, ann: PeerId) -> None:
    desk.receive(ann, item(1, "how?"))
    extras = Extras((ann, THEIRS))
    sent = desk.do(
        lambda w: w.add_message(
            ann,
            an_id(1),
            kind=MessageKind.TEXT,
            text="so",
            time_ms=NOW_MS,
            encode=lambda _: b"r",
            extras=extras,
        )
    )
    assert sent.message
    assert sent.message.reply == Quote(ANN, THEIRS.hex(), "how?", is_here=True)
    do(desk, ann, edit(5, "HOW?"))
    assert desk.chat(ann)[1].reply == Quote(ANN, THEIRS.hex(), "HOW?", is_here=True)
    do(desk, ann, Delete(THEIRS))
    assert desk.chat(ann)[1].reply == Quote(ANN, THEIRS.hex(), "", is_here=True)


def test_answer_to_what_is_not_in_this_chat_quotes_nothing(desk: Desk, ann: PeerId) -> None:
    eve = desk.meet(2, "Eve")
    desk.do(lambda w: w.receive(eve, b"eves-lan", 1, [item(1, "hers", number=7)]))
    first = item(1, "look")
    assert first.message
    extras = Extras((eve, an_id(2**64 + 7)))
    (shown,) = desk.receive(
        ann, replace(first, message=replace(first.message, extras=extras))
    ).messages
    assert shown.reply == Quote(peer_text(eve), an_id(2**64 + 7).hex())


def test_what_is_not_ours_or_no_text_any_more_is_not_edited(desk: Desk, ann: PeerId) -> None:
    desk.receive(ann, item(1))
    desk.send(ann, 1)
    desk.do(lambda w: w.cancel_message(an_id(1), b"void"))
    desk.send(ann, 2)
    desk.do(lambda w: w.delete_own(an_id(2)))
    files = {"kind": MessageKind.FILES, "text": "", "time_ms": NOW_MS, "encode": lambda _: b"r"}
    desk.do(lambda w: w.add_message(ann, an_id(3), **files))  # type: ignore[arg-type]
    for identifier, code in (
        (THEIRS, ErrorCode.NO_SUCH_MESSAGE),
        (an_id(1), ErrorCode.WRONG_STATE),
        (an_id(2), ErrorCode.WRONG_STATE),
        (an_id(3), ErrorCode.WRONG_STATE),
    ):
        with pytest.raises(KnownError) as fault:
            desk.do(lambda w, i=identifier: w.edit_own(i, "x", NOW_MS))  # type: ignore[misc]
        assert fault.value.code is code
