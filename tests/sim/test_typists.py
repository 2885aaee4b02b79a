"""Who is writing right now: how often it is said, to whom, and for how long it is believed."""

import asyncio
from pathlib import Path

from app.commands import SendText, SetTrust, SetTyping
from app.engine.typists import BELIEVE_S, HEAR_EVERY_S, SAY_EVERY_S
from app.events import PersonChanged, TypingChanged
from net.protocol.records import Typing
from tests.sim.rooms import ask, meet_all, play
from tests.sim.virtual import Air, Side, until

ARRIVED_S = 0.05
"""Whatever was said has been heard by then."""


async def befriend(air: Air, *sides: Side) -> None:
    await meet_all(air, *sides)
    for side in sides:
        for other in sides:
            if other is not side:
                await ask(side, SetTrust(other.text_id, accepted=True), PersonChanged)


def heard(side: Side) -> list[bool]:
    return [frame.is_on for frame in side.heard if isinstance(frame, Typing)]


def told(side: Side) -> list[bool]:
    return [event.is_typing for event in side.events(TypingChanged)]


def test_typing_is_said_as_often_as_it_takes_to_be_believed(tmp_path: Path) -> None:
    async def scene(air: Air, sides: list[Side]) -> None:
        ann, ben = sides
        await befriend(air, *sides)
        for _ in range(40):
            ann.do(SetTyping(ben.text_id))
            await asyncio.sleep(SAY_EVERY_S / 10 + 0.001)
        assert heard(ben) == [True] * 4
        assert told(ben) == [True]
        await asyncio.sleep(BELIEVE_S)
        assert told(ben) == [True, False]

    play(tmp_path, 2, scene)


def test_a_text_ends_typing_and_more_of_it_is_said_at_once(tmp_path: Path) -> None:
    async def scene(air: Air, sides: list[Side]) -> None:
        ann, ben = sides
        await befriend(air, *sides)
        ann.do(SetTyping(ben.text_id))
        ann.do(SendText(ben.text_id, "so"))
        await until(lambda: told(ben) == [True, False])
        ann.do(SetTyping(ben.text_id, is_typing=False))
        await asyncio.sleep(HEAR_EVERY_S)
        assert heard(ben) == [True], "the text has said it"
        ann.do(SetTyping(ben.text_id))
        await until(lambda: told(ben) == [True, False, True])

    play(tmp_path, 2, scene)


def test_who_starts_and_stops_all_the_time_is_shown_once_a_second(tmp_path: Path) -> None:
    async def scene(air: Air, sides: list[Side]) -> None:
        ann, ben = sides
        await befriend(air, *sides)
        for is_on in (True, False) * 5:
            ann.do(SetTyping(ben.text_id, is_typing=is_on))
            await asyncio.sleep(ARRIVED_S)
        assert heard(ben) == [True, False] * 5
        assert told(ben) == [True, False]
        await asyncio.sleep(HEAR_EVERY_S)
        ann.do(SetTyping(ben.text_id))
        await until(lambda: told(ben) == [True, False, True])

    play(tmp_path, 2, scene)


def test_nothing_is_said_to_a_stranger_nor_shown_of_one(tmp_path: Path) -> None:
    async def scene(air: Air, sides: list[Side]) -> None:
        ann, ben = sides
        await meet_all(air, *sides)
        ann.do(SetTyping(ben.text_id))
        await asyncio.sleep(ARRIVED_S)
        assert heard(ben) == []
        ben.say(ann.peer, Typing(is_on=True))
        await asyncio.sleep(ARRIVED_S)
        assert told(ann) == []

    play(tmp_path, 2, scene)
