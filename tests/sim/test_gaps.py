"""E-19: what was withheld shows as a gap, and fills it when it comes, whatever happened."""

import asyncio
from collections.abc import Callable
from pathlib import Path

import pytest
from msgspec import Raw

from app.commands import (
    ChangeRoom,
    ChangeSettings,
    EditText,
    GetHistory,
    LeaveRoom,
    SendText,
    SetTrust,
)
from app.events import GapsChanged, HistoryListed, MessagesChanged, RoomChanged
from app.model import Message, Reach
from app.store.gaps import GAPS_MAX
from net.protocol.limits import HOLD_S, WINDOW_RECORDS
from net.protocol.records import Ack, Data, Delete, Offer, Read, Record, Text, encode_record
from tests.sim.rooms import ask, make_room, meet_all, play, said
from tests.sim.virtual import Air, Side, until

LANE = b"one lane"
NEXT_LANE = b"the next"


def missing_in(side: Side, chat: str) -> list[str]:
    """The texts before which something is missing, as was told last in this run."""
    told = [e for e in side.told[-1] if isinstance(e, GapsChanged) and e.chat_id == chat]
    texts = {message.message_id: message.text for message in side.messages()}
    return [texts[gap.message_id] for gap in told[-1].gaps] if told else []


def has_gap_on_disk(side: Side, other: Side) -> bool:
    return side.store.submit(lambda w: w.gaps(other.peer)).result() != ()


async def chat(side: Side, other: Side | str) -> list[str]:
    with_whom = other if isinstance(other, str) else other.text_id
    listed = await ask(side, GetHistory(with_whom, 1000), HistoryListed)
    messages: tuple[Message, ...] = listed.messages
    return [message.text for message in messages if not message.news]


def give(side: Side, to: Side, *records: tuple[int, Record], lane: bytes = LANE) -> None:
    """Not what the side's engine would say."""
    side.say(to.peer, *(Data(lane, 1, ((seq, Raw(encode_record(one))),)) for seq, one in records))


def text(number: int) -> tuple[int, Text]:
    return number, Text(number.to_bytes(16, "big"), number, 1, f"text {number}")


async def take_over(air: Air, mal: Side, ben: Side) -> None:
    """What mal's engine asks of its own lane is over; from now on the test speaks for it."""
    air.meet(mal, ben)
    await until(lambda: any(isinstance(frame, Ack) for frame in mal.heard))
    mal.close_ears()


async def insist(
    side: Side, to: Side, is_so: Callable[[], bool], *records: tuple[int, Record]
) -> None:
    """As a lane does: again and again."""
    for _ in range(200):
        if is_so():
            return
        give(side, to, *records)
        await asyncio.sleep(0.1)
    pytest.fail("not in time")


async def say_one_by_one(who: Side, to: str, hearer: Side, *texts: str) -> None:
    """The second is kept from the hearer, who is shown the third all the same."""
    first, second, third = texts
    who.do(SendText(to, first))
    await until(lambda: first in hearer.shown())
    hearer.withheld = second.encode()
    who.do(SendText(to, second))
    await until(lambda: second in [message.text for message in who.messages()])
    who.do(SendText(to, third))
    await until(lambda: third in hearer.shown())


def test_e19_a_withheld_text_shows_as_a_gap_and_fills_it(tmp_path: Path) -> None:
    async def scene(air: Air, sides: list[Side]) -> None:
        ann, ben = sides
        air.meet(ann, ben)
        begun_s = air.loop.time()
        await say_one_by_one(ann, ben.text_id, ben, "first", "second", "third")
        assert air.loop.time() - begun_s >= HOLD_S
        await until(lambda: missing_in(ben, ann.text_id) == ["third"])
        ben.do(SendText(ann.text_id, "what?"))
        ben.withheld = None
        await until(lambda: not missing_in(ben, ann.text_id))
        assert ben.shown() == ["first", "third", "second"]
        assert await chat(ben, ann) == ["first", "second", "third", "what?"]
        assert len(ben.events(GapsChanged)) == 2

    play(tmp_path, 2, scene)


def test_e19_what_is_late_and_comes_in_time_is_no_gap(tmp_path: Path) -> None:
    async def scene(air: Air, sides: list[Side]) -> None:
        ann, ben = sides
        air.meet(ann, ben)
        ben.withheld = b"first"
        ann.do(SendText(ben.text_id, "first"))
        await until(lambda: len(ann.messages()) == 1)
        ann.do(SendText(ben.text_id, "second"))
        await until(lambda: has_gap_on_disk(ben, ann))
        ben.withheld = None
        await until(lambda: ben.shown() == ["first", "second"])
        assert not ben.events(GapsChanged)

    play(tmp_path, 2, scene)


def test_e19_the_gap_outlasts_a_kill_and_fills_in_place(tmp_path: Path) -> None:
    async def scene(air: Air, sides: list[Side]) -> None:
        ann, ben = sides
        air.meet(ann, ben)
        await say_one_by_one(ann, ben.text_id, ben, "first", "second", "third")
        ben.kill()
        ann.sessions.clear()
        await ben.start()
        await until(lambda: missing_in(ben, ann.text_id) == ["third"])
        air.meet(ann, ben)
        ben.withheld = None
        await until(lambda: "second" in ben.shown())
        await until(lambda: not missing_in(ben, ann.text_id))
        assert await chat(ben, ann) == ["first", "second", "third"]

    play(tmp_path, 2, scene)


def test_e19_what_was_held_back_when_it_was_killed_shows_its_gap(tmp_path: Path) -> None:
    async def scene(air: Air, sides: list[Side]) -> None:
        ann, ben = sides
        await take_over(air, ann, ben)
        await insist(ann, ben, lambda: has_gap_on_disk(ben, ann), text(2))
        assert not ben.shown()
        ben.kill()
        await ben.start()
        await until(lambda: missing_in(ben, ann.text_id) == ["text 2"])

    play(tmp_path, 2, scene)


def test_e19_what_is_no_message_fills_a_gap_without_a_word(tmp_path: Path) -> None:
    async def scene(air: Air, sides: list[Side]) -> None:
        ann, ben = sides
        await take_over(air, ann, ben)
        is_gap = lambda: missing_in(ben, ann.text_id) == ["text 3"]  # noqa: E731
        await insist(ann, ben, is_gap, text(1), text(3))
        give(ann, ben, (2, Read(bytes(8), 1)))
        await until(lambda: not missing_in(ben, ann.text_id))
        assert ben.shown() == ["text 1", "text 3"]

    play(tmp_path, 2, scene)


def test_e19_who_leaves_out_every_second_number_for_ever_makes_few_gaps(tmp_path: Path) -> None:
    async def scene(air: Air, sides: list[Side]) -> None:
        mal, ben, cim = sides
        await take_over(air, mal, ben)
        air.meet(cim, ben)
        numbers = range(2, 3 * WINDOW_RECORDS, 2)
        is_full = lambda: len(ben.shown()) == WINDOW_RECORDS // 2  # noqa: E731
        await insist(mal, ben, is_full, *(text(number) for number in numbers))
        few = [f"text {2 * number}" for number in range(1, GAPS_MAX + 1)]
        await until(lambda: missing_in(ben, mal.text_id) == few)
        told = len(ben.events(GapsChanged))
        mal.heard.clear()
        await insist(mal, ben, lambda: len(mal.heard) > 50, text(2 * WINDOW_RECORDS), text(2))
        cim.do(SendText(ben.text_id, "honest"))
        await until(lambda: "honest" in ben.shown())
        assert len(ben.events(GapsChanged)) == told
        give(mal, ben, (1, Delete(bytes(16))), lane=NEXT_LANE)  # as if installed anew
        await until(lambda: not missing_in(ben, mal.text_id))

    play(tmp_path, 3, scene)


def test_e19_what_a_stranger_has_to_hold_back_is_no_gap(tmp_path: Path) -> None:
    """It is not on its way: we leave it with its sender. Once they are accepted, it is."""

    async def scene(air: Air, sides: list[Side]) -> None:
        mal, ben = sides
        ben.do(ChangeSettings(reach=Reach.REQUESTS))
        await take_over(air, mal, ben)
        offer = Offer(bytes(16), 6, 1, b"t" * 16, bytes(32), 1, 0, 5, ("a",))
        given = [*(text(number) for number in range(1, 6)), (6, offer)]
        await insist(mal, ben, lambda: len(ben.messages()) == 4, *given)
        ben.do(SetTrust(mal.text_id, blocked=False))
        await until(lambda: mal.text_id in str(ben.told[-1][-1]))
        assert not ben.events(GapsChanged)
        ben.do(SetTrust(mal.text_id, accepted=True))
        await until(lambda: missing_in(ben, mal.text_id) == [""])
        give(mal, ben, text(4), text(5))
        await until(lambda: not missing_in(ben, mal.text_id))
        assert await chat(ben, mal) == [*(f"text {number}" for number in range(1, 6)), ""]

    play(tmp_path, 2, scene)


def test_e19_nothing_is_expected_from_who_is_blocked_or_forgotten(tmp_path: Path) -> None:
    async def scene(air: Air, sides: list[Side]) -> None:
        mal, ben = sides
        await take_over(air, mal, ben)
        await insist(mal, ben, lambda: missing_in(ben, mal.text_id) == ["text 2"], text(2))
        ben.do(SetTrust(mal.text_id, blocked=True))
        await until(lambda: not missing_in(ben, mal.text_id))
        ben.do(SetTrust(mal.text_id, accepted=True, blocked=False))
        await until(lambda: missing_in(ben, mal.text_id) == ["text 2"])

    play(tmp_path, 2, scene)


def test_e19_whoever_may_write_unasked_shows_gaps_too(tmp_path: Path) -> None:
    async def scene(air: Air, sides: list[Side]) -> None:
        mal, ben = sides
        await take_over(air, mal, ben)
        await insist(mal, ben, lambda: missing_in(ben, mal.text_id) == ["text 2"], text(2))
        ben.do(ChangeSettings(reach=Reach.REQUESTS))
        await until(lambda: not missing_in(ben, mal.text_id))
        ben.do(ChangeSettings(reach=Reach.EVERYONE))
        await until(lambda: missing_in(ben, mal.text_id) == ["text 2"])

    play(tmp_path, 2, scene)


def in_a_room(
    tmp_path: Path, then: Callable[[Air, list[Side], str], object], *, is_filled: bool
) -> None:
    async def scene(air: Air, sides: list[Side]) -> None:
        ann, ben, _cim = sides
        await meet_all(air, *sides)
        room = await make_room(*sides)
        await say_one_by_one(ann, room, ben, "first", "second", "third")
        await until(lambda: missing_in(ben, room) == ["third"])
        assert not missing_in(ben, ann.text_id)
        (gap,) = [e for e in ben.events(GapsChanged) if e.chat_id == room][-1].gaps
        assert gap.peer_id == ann.text_id
        then(air, sides, room)
        await until(lambda: not missing_in(ben, room), 120.0)
        expected = ["first", "second", "third"] if is_filled else ["first", "third"]
        assert await chat(ben, room) == expected

    play(tmp_path, 3, scene)


def test_e19_a_withheld_post_shows_as_its_authors_gap_in_the_room(tmp_path: Path) -> None:
    def let_it_through(_air: Air, sides: list[Side], _room: str) -> None:
        sides[1].withheld = None

    in_a_room(tmp_path, let_it_through, is_filled=True)


def test_e19_after_a_restart_an_edit_fills_the_gap_that_it_left_in_a_room(tmp_path: Path) -> None:
    async def scene(air: Air, sides: list[Side]) -> None:
        ann, ben, _cim = sides
        await meet_all(air, *sides)
        room = await make_room(*sides)
        ann.do(SendText(room, "first"))
        await until(lambda: "first" in ben.shown())
        ben.withheld = b"edited"
        ann.do(EditText(said(ann, "first").message_id, "edited"))
        await until(lambda: bool(ann.events(MessagesChanged)))
        ann.do(SendText(room, "second"))
        await until(lambda: missing_in(ben, room) == ["second"])
        ben.kill()
        for side in sides:
            side.sessions.pop(ben.peer, None)
        await ben.start()
        await until(lambda: missing_in(ben, room) == ["second"])
        ben.withheld = None
        air.meet(ann, ben)
        await until(lambda: not missing_in(ben, room))
        assert await chat(ben, room) == ["edited", "second"]

    play(tmp_path, 3, scene)


def test_e19_a_strangers_room_shows_its_gaps_once_it_is_accepted(tmp_path: Path) -> None:
    async def scene(air: Air, sides: list[Side]) -> None:
        ann, ben = sides
        ben.do(ChangeSettings(reach=Reach.REQUESTS))
        await meet_all(air, *sides)
        room = await make_room(ann, ben)
        await say_one_by_one(ann, room, ben, "first", "second", "third")
        assert not ben.events(GapsChanged)
        assert (await ask(ben, ChangeRoom(room, is_accepted=True), RoomChanged)).room.is_accepted
        await until(lambda: missing_in(ben, room) == ["third"])

    play(tmp_path, 2, scene)


def test_e19_another_member_fills_the_gap_of_who_has_gone(tmp_path: Path) -> None:
    def go(air: Air, sides: list[Side], _room: str) -> None:
        ann, ben, cim = sides
        ann.kill()
        for side in (ben, cim):
            side.sessions.pop(ann.peer, None)
        ben.withheld = None
        air.meet(ben, cim)

    in_a_room(tmp_path, go, is_filled=True)


def test_e19_who_has_left_a_room_waits_for_nothing_there(tmp_path: Path) -> None:
    def leave(_air: Air, sides: list[Side], room: str) -> None:
        sides[1].do(ChangeRoom(room, is_muted=True))
        sides[1].do(LeaveRoom(room))

    in_a_room(tmp_path, leave, is_filled=False)
