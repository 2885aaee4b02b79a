"""Rooms among several engines: what two do at once, and what comes out of turn."""

import asyncio
import shutil
from pathlib import Path

import pytest

from app.commands import (
    AddMembers,
    ChangeRoom,
    ChangeSettings,
    CreateRoom,
    DeleteMessage,
    LeaveRoom,
    MarkRead,
    RemoveMember,
    SendText,
)
from app.engine import rooms
from app.errors import ErrorCode
from app.events import Failed, ReadMarked, RoomChanged
from app.model import MessageState, Reach, Receipts, RoomAct
from net.protocol.records import RoomRead
from net.protocol.rooms import RoomId
from tests.sim.rooms import (
    ask,
    chat,
    make_room,
    meet_all,
    play,
    receipts,
    rooms_of,
    said,
    shown,
    shown_in_this_run,
)
from tests.sim.test_rooms_hostile import hand_and_wait, known
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


@pytest.mark.expects_log("numbering towards .* was started anew")
def test_what_an_older_copy_said_under_a_number_given_before_reaches_the_absent_too(
    tmp_path: Path,
) -> None:
    """From another member: its author has told it under a number of its own since."""

    async def scene(air: Air, sides: list[Side]) -> None:
        ann, ben, cim = sides
        await meet_all(air, *sides)
        room = await make_room(ann, ben, cim)
        await cim.stop()
        await ann.stop()
        shutil.copytree(tmp_path / "Ann", tmp_path / "backup")
        await ann.start()
        air.meet(ann, ben)
        ann.do(SendText(room, "forgotten"))
        await until(lambda: shown(ben) == ["forgotten"])
        await ann.stop()
        shutil.rmtree(tmp_path / "Ann")
        shutil.copytree(tmp_path / "backup", tmp_path / "Ann")
        await ann.start()
        air.meet(ann, ben)
        ann.do(SendText(room, "hasty"))
        await until(lambda: "hasty" in shown(ben))
        await asyncio.sleep(60)
        await ann.stop()
        await cim.start()
        air.meet(ben, cim)
        await until(lambda: sorted(shown(cim)) == ["forgotten", "hasty"])

    play(tmp_path, 3, scene)


def test_who_answers_their_own_words_is_quoted(tmp_path: Path) -> None:
    async def scene(air: Air, sides: list[Side]) -> None:
        ann, ben = sides
        await meet_all(air, *sides)
        room = await make_room(ann, ben)
        ann.do(SendText(room, "lunch?"))
        await until(lambda: shown(ben) == ["lunch?"])
        ann.do(SendText(room, "at noon", reply_to=said(ann, "lunch?").message_id))
        await until(lambda: "at noon" in shown(ben))
        for side in sides:
            reply = said(side, "at noon").reply
            assert reply is not None
            assert reply.text == "lunch?"

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


def test_what_is_not_theirs_to_do_is_refused(tmp_path: Path) -> None:
    async def scene(air: Air, sides: list[Side]) -> None:
        ann, ben, cim = sides
        await meet_all(air, *sides)
        room = await make_room(ann, ben)
        for side, command, code in (
            (ben, RemoveMember(room, ann.text_id), ErrorCode.WRONG_STATE),
            (ann, RemoveMember(room, cim.text_id), ErrorCode.WRONG_STATE),
            (ann, LeaveRoom(ben.text_id), ErrorCode.NO_SUCH_ROOM),
        ):
            assert (await ask(side, command, Failed)).code is code
        await ask(ben, LeaveRoom(room), RoomChanged)
        assert (await ask(ben, ChangeRoom(room, name="x"), Failed)).code is ErrorCode.WRONG_STATE
        assert rooms_of(ann)[room].name == "Lab"

    play(tmp_path, 3, scene)


def test_a_room_is_never_larger_than_it_may_be(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rooms, "ROOM_MEMBERS_MAX", 2)

    async def scene(air: Air, sides: list[Side]) -> None:
        ann, ben, cim = sides
        await meet_all(air, *sides)
        room = await make_room(ann, ben)
        for command in (
            AddMembers(room, (cim.text_id,)),
            CreateRoom("Lab", (ben.text_id, cim.text_id)),
        ):
            assert (await ask(ann, command, Failed)).code is ErrorCode.TOO_LONG

    play(tmp_path, 3, scene)


def test_a_change_to_what_it_was_is_no_news(tmp_path: Path) -> None:
    async def scene(air: Air, sides: list[Side]) -> None:
        ann, ben = sides
        await meet_all(air, *sides)
        room = await make_room(ann, ben)
        for name in ("Lab", "Other"):
            await ask(ann, ChangeRoom(room, name=name), RoomChanged)
        await until(lambda: rooms_of(ben)[room].name == "Other")
        told = [message.news.act for message in await chat(ben, room) if message.news]
        assert told == [RoomAct.CREATED, RoomAct.RENAMED]

    play(tmp_path, 2, scene)


def test_a_room_is_muted_for_oneself(tmp_path: Path) -> None:
    async def scene(air: Air, sides: list[Side]) -> None:
        ann, ben = sides
        await meet_all(air, *sides)
        room = await make_room(ann, ben)
        assert (await ask(ben, ChangeRoom(room, is_muted=True), RoomChanged)).room.is_muted
        await ask(ben, ChangeRoom(room, name="Other"), RoomChanged)
        await until(lambda: rooms_of(ann)[room].name == "Other")
        assert (rooms_of(ben)[room].is_muted, rooms_of(ann)[room].is_muted) == (True, False)

    play(tmp_path, 2, scene)


@pytest.mark.parametrize("deed", ["writes", "changes"])
def test_a_room_is_accepted_by_who_makes_it_and_by_who_does_something_there(
    tmp_path: Path, deed: str
) -> None:
    async def scene(air: Air, sides: list[Side]) -> None:
        ann, ben = sides
        await meet_all(air, *sides)
        room = await make_room(ann, ben)
        assert (rooms_of(ann)[room].is_accepted, rooms_of(ben)[room].is_accepted) == (True, False)
        ben.do(SendText(room, "hello") if deed == "writes" else ChangeRoom(room, name="Other"))
        await until(lambda: known(ben, room).is_accepted)

    play(tmp_path, 2, scene)


def test_a_stranger_is_not_told_that_their_room_was_read_before_it_is_accepted(
    tmp_path: Path,
) -> None:
    async def scene(air: Air, sides: list[Side]) -> None:
        ann, ben = sides
        ben.do(ChangeSettings(reach=Reach.REQUESTS))
        await meet_all(air, *sides)
        room = await make_room(ann, ben)
        for text, has_read in (("first", 0), ("second", 1)):
            ann.do(SendText(room, text))
            await until(lambda text=text: text in shown(ben))  # type: ignore[misc]
            assert (await ask(ben, MarkRead(room), ReadMarked)).chat_id == room
            await asyncio.sleep(5)
            assert receipts(ann, said(ann, text).message_id) == Receipts(1, 1, has_read)
            ben.do(ChangeRoom(room, is_accepted=True))
            await until(lambda: rooms_of(ben)[room].is_accepted)

    play(tmp_path, 2, scene)


def test_who_was_never_met_hears_that_their_words_were_read(tmp_path: Path) -> None:
    """Somebody else has handed them on."""

    async def scene(air: Air, sides: list[Side]) -> None:
        ann, ben, cim = sides
        for other in (ben, cim):
            air.meet(ann, other)
        await until(lambda: ann.office.parts.presence.online_count == 2)
        room = await make_room(ann, ben, cim)
        cim.do(SendText(room, "hello"))
        await until(lambda: shown(ben) == ["hello"])
        await ask(ben, MarkRead(room), ReadMarked)
        air.meet(ben, cim)
        mine = said(cim, "hello").message_id
        await until(lambda: receipts(cim, mine) == Receipts(2, 2, 1))

    play(tmp_path, 3, scene)


def test_what_was_not_said_yet_cannot_have_been_read(tmp_path: Path) -> None:
    async def scene(air: Air, sides: list[Side]) -> None:
        ann, eve = sides
        await meet_all(air, *sides)
        room = await make_room(ann, eve)
        ann.do(SendText(room, "hello"))
        ann.do(SendText(room, "hello again"))
        await until(lambda: len(shown(eve)) == 2)
        await hand_and_wait(eve, ann, RoomRead(RoomId(bytes(32)), 1))

        async def read(next_number: int) -> list[int]:
            """Of ann's texts, by how many others each was read."""
            room_id = known(ann, room).room_id
            await hand_and_wait(eve, ann, RoomRead(room_id, next_number))
            await asyncio.sleep(5)
            told = [receipts(ann, said(ann, text).message_id) for text in shown(eve)]
            return [receipt.read for receipt in told if receipt]

        assert await read(2) == [1, 0]
        await read(1000)
        ann.do(SendText(room, "later"))
        await until(lambda: "later" in shown(eve))
        assert await read(1) == [1, 1, 0]

    play(tmp_path, 2, scene)
