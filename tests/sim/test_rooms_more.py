"""Rooms among several engines: what two do at once, and what comes out of turn."""

import asyncio
import shutil
from pathlib import Path

import pytest

from app.commands import (
    AddMembers,
    ChangeRoom,
    CreateRoom,
    DeleteMessage,
    LeaveRoom,
    RemoveMember,
    SendText,
)
from app.events import RoomChanged
from app.model import MessageState, Receipts
from tests.sim.rooms import (
    ask,
    make_room,
    meet_all,
    play,
    receipts,
    rooms_of,
    said,
    shown,
    shown_in_this_run,
)
from tests.sim.virtual import Air, Side, Weather, until


def test_who_is_named_twice_is_added_once(tmp_path: Path) -> None:
    async def scene(air: Air, sides: list[Side]) -> None:
        ann, ben, cim = sides
        await meet_all(air, *sides)
        room = await make_room(ann, ben)
        ann.do(AddMembers(room, (cim.text_id, cim.text_id)))
        await until(lambda: room in rooms_of(cim))
        assert rooms_of(ann)[room].members == ("", ben.text_id, cim.text_id)
        twice = await ask(ann, CreateRoom("Two", (ben.text_id, ben.text_id)), RoomChanged)
        assert twice.room.members == ("", ben.text_id)
        assert not ann.faults()

    play(tmp_path, 3, scene)


def test_the_last_words_of_who_leaves_count(tmp_path: Path) -> None:
    """Said and left in one breath."""

    async def scene(air: Air, sides: list[Side]) -> None:
        ann, ben, cim = sides
        await meet_all(air, *sides)
        room = await make_room(ann, ben, cim)
        await cim.stop()
        ann.do(SendText(room, "goodbye"))
        ann.do(LeaveRoom(room))
        await until(lambda: ann.text_id not in rooms_of(ben)[room].members)
        assert shown(ben) == ["goodbye"]
        ann.kill()
        await cim.start()
        air.meet(ben, cim)
        await until(lambda: "goodbye" in shown(cim))

    play(tmp_path, 3, scene)


def test_who_has_left_hears_nothing_of_who_does_not_know_yet(tmp_path: Path) -> None:
    async def scene(air: Air, sides: list[Side]) -> None:
        ann, ben = sides
        await meet_all(air, *sides)
        room = await make_room(ann, ben)
        ann.sessions.clear()
        ben.sessions.clear()
        ann.do(LeaveRoom(room))
        ben.do(SendText(room, "still there?"))
        await until(lambda: not rooms_of(ann)[room].is_member)
        await until(lambda: bool(said(ben, "still there?")))
        air.meet(ann, ben)
        await until(lambda: ann.text_id not in rooms_of(ben)[room].members)
        await asyncio.sleep(60)
        assert shown(ann) == []

    play(tmp_path, 2, scene)


@pytest.mark.parametrize("seed", range(5))
def test_a_log_that_comes_out_of_order_is_there_at_once(tmp_path: Path, seed: int) -> None:
    async def scene(air: Air, sides: list[Side]) -> None:
        ann, ben, cim = sides
        await meet_all(air, *sides)
        room = await make_room(ann, ben)
        for number in range(5):
            await ask(ann, ChangeRoom(room, name=f"name {number}"), RoomChanged)
        air.weather = Weather(0, 0, 0.001, 0.2)
        ann.do(AddMembers(room, (cim.text_id,)))
        await until(lambda: room in rooms_of(cim), within_s=6)

    play(tmp_path, 3, scene, seed=seed)


@pytest.mark.expects_log("numbering towards .* was started anew")
def test_a_text_that_came_back_is_deleted_with_its_words(tmp_path: Path) -> None:
    """It came back under a number that was given to another meanwhile."""

    async def scene(air: Air, sides: list[Side]) -> None:
        ann, ben = sides
        await meet_all(air, *sides)
        room = await make_room(ann, ben)
        await ann.stop()
        shutil.copytree(tmp_path / "Ann", tmp_path / "backup")
        await ann.start()
        air.meet(ann, ben)
        ann.do(SendText(room, "the secret word"))
        await until(lambda: "the secret word" in shown(ben))
        await ann.stop()
        shutil.rmtree(tmp_path / "Ann")
        shutil.copytree(tmp_path / "backup", tmp_path / "Ann")
        await ann.start()
        air.meet(ann, ben)
        ann.do(SendText(room, "hasty"))
        await until(lambda: any(m.text == "the secret word" for m in shown_in_this_run(ann)))
        await until(lambda: "hasty" in shown(ben))
        await asyncio.sleep(60)
        ann.do(DeleteMessage(said(ben, "the secret word").message_id))
        await asyncio.sleep(5)
        for side in sides:
            bodies = await side.core.write(
                lambda w: [body for (body,) in w._rows("SELECT body FROM room_post")]
            )
            assert not any(b"the secret" in body for body in bodies)

    play(tmp_path, 2, scene)


def test_nobody_waits_for_the_receipt_of_who_is_gone(tmp_path: Path) -> None:
    async def scene(air: Air, sides: list[Side]) -> None:
        ann, ben, cim = sides
        await meet_all(air, *sides)
        room = await make_room(ann, ben, cim)
        await cim.stop()
        ann.do(SendText(room, "hello"))
        await until(lambda: "hello" in shown(ben))
        mine = said(ann, "hello").message_id
        await until(lambda: receipts(ann, mine) == Receipts(2, 1, 0))
        ann.do(RemoveMember(room, cim.text_id))
        await until(lambda: receipts(ann, mine) == Receipts(1, 1, 0))
        assert ann.states(mine)[-1] is MessageState.DELIVERED

    play(tmp_path, 3, scene)
