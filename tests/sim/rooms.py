"""People in a room, in virtual time: what tests of rooms do with them and see of them."""

import asyncio
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any

from app.commands import Command, CreateRoom, GetHistory
from app.events import HistoryListed, MessagesAdded, RoomChanged, StatesChanged
from app.model import Message, Receipts, Room
from tests.sim.virtual import Air, Side, VirtualLoop, run, until

Scene = Callable[[Air, list[Side]], Coroutine[Any, Any, None]]

SHOWN_MARKED_S = 0.5
"""What was shown is marked so on the disk; killed before that, it would be shown again."""
NAMES = ("Ann", "Ben", "Cim", "Dee", "Eve")


def play(folder: Path, people: int, scene: Scene, *, seed: object = 0) -> None:
    """So many people have started; all but the scene's own meetings are still to come."""

    async def scenario(loop: VirtualLoop) -> None:
        air = Air(loop, seed)
        sides = [Side(air, folder / name) for name in NAMES[:people]]
        for side, name in zip(sides, NAMES, strict=False):
            await side.start()
            side.core.name = name
        try:
            await scene(air, sides)
        finally:  # threads of stores would keep a test that failed from ending
            for side in sides:
                if side.peer in air.sides:
                    await side.stop()

    run(scenario)


async def meet_all(air: Air, *sides: Side) -> None:
    """Everybody knows everybody's name."""
    for index, one in enumerate(sides):
        for other in sides[index + 1 :]:
            air.meet(one, other)
    people = len(sides) - 1
    await until(lambda: all(side.office.parts.presence.online_count == people for side in sides))


async def ask(side: Side, command: Command, kind: type[Any]) -> Any:
    before = len(side.events(kind))
    side.do(command)
    await until(lambda: len(side.events(kind)) > before)
    return side.events(kind)[-1]


async def make_room(owner: Side, *others: Side) -> str:
    command = CreateRoom("Lab", tuple(other.text_id for other in others))
    room: Room = (await ask(owner, command, RoomChanged)).room
    await until(lambda: all(room.room_id in rooms_of(other) for other in others))
    return room.room_id


def rooms_of(side: Side) -> dict[str, Room]:
    return {event.room.room_id: event.room for event in side.events(RoomChanged)}


async def chat(side: Side, room: str) -> list[Message]:
    listed = await ask(side, GetHistory(room, 1000), HistoryListed)
    return list(listed.messages)


async def texts(side: Side, room: str) -> list[str]:
    return [message.text for message in await chat(side, room) if not message.news]


def said(side: Side, text: str) -> Message:
    return next(message for message in side.messages() if message.text == text)


def receipts(side: Side, message_id: str) -> Receipts | None:
    changes = [c for event in side.events(StatesChanged) for c in event.changes]
    return next((c.receipts for c in reversed(changes) if c.message_id == message_id), None)


def shown_in_this_run(side: Side) -> list[Message]:
    events = [event for event in side.told[-1] if isinstance(event, MessagesAdded)]
    return [message for event in events for message in event.messages]


def shown(side: Side) -> list[str]:
    return [text for text in side.shown() if text]


async def until_so(is_so: Callable[[], Coroutine[Any, Any, bool]]) -> None:
    for _ in range(1200):
        if await is_so():
            return
        await asyncio.sleep(0.1)
    raise AssertionError("not in time")


async def all_have(sides: list[Side], room: str, count: int) -> bool:
    first = await texts(sides[0], room)
    return len(first) == count and all([await texts(s, room) == first for s in sides[1:]])
