"""Rooms among several engines: who is in them, what each sees, and what was missed."""

import asyncio
import random
import shutil
from pathlib import Path

import pytest

from app.commands import (
    AddMembers,
    ChangeRoom,
    ChangeSettings,
    CreateRoom,
    DeleteMessage,
    EditText,
    LeaveRoom,
    ListReceipts,
    ListRooms,
    MarkRead,
    React,
    RemoveMember,
    SendText,
    SetTrust,
)
from app.engine.everyone import EVERYONE_ID
from app.errors import ErrorCode
from app.events import (
    MessagesAdded,
    MessagesChanged,
    ReceiptsListed,
    RoomsListed,
)
from app.model import MessageState, Reaction, Receipts, RoomAct
from net.protocol.limits import PICTURE_MAX_BYTES
from tests.sim.rooms import (
    SHOWN_MARKED_S,
    all_have,
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
    texts,
    until_so,
)
from tests.sim.virtual import Air, Side, Weather, until


def test_a_text_reaches_all_members_and_the_ladder_is_summed(tmp_path: Path) -> None:
    async def scene(air: Air, sides: list[Side]) -> None:
        ann, ben, cim = sides
        await meet_all(air, *sides)
        room = await make_room(ann, ben, cim)
        assert rooms_of(ben)[room].members == (ann.text_id, "", cim.text_id)
        ann.do(SendText(room, "hello"))
        await until(lambda: all("hello" in shown(side) for side in (ben, cim)))
        mine, theirs = said(ann, "hello"), said(ben, "hello")
        assert (mine.room_id, mine.peer_id) == (room, "")
        assert (theirs.room_id, theirs.peer_id) == (room, ann.text_id)
        await until(lambda: receipts(ann, mine.message_id) == Receipts(2, 2, 0))
        ben.do(MarkRead(room))
        await until(lambda: receipts(ann, mine.message_id) == Receipts(2, 2, 1))
        assert ann.states(mine.message_id)[-1] is MessageState.DELIVERED
        cim.do(MarkRead(room))
        await until(lambda: ann.states(mine.message_id)[-1] is MessageState.READ)
        listed: ReceiptsListed = await ask(ann, ListReceipts(mine.message_id), ReceiptsListed)
        assert {(r.peer_id, r.state) for r in listed.receipts} == {
            (ben.text_id, MessageState.READ),
            (cim.text_id, MessageState.READ),
        }
        assert not [fault for side in sides for fault in side.faults()]

    play(tmp_path, 3, scene)


def test_who_keeps_reading_to_themselves_sends_no_receipt_in_a_room(tmp_path: Path) -> None:
    async def scene(air: Air, sides: list[Side]) -> None:
        ann, ben = sides
        await meet_all(air, *sides)
        room = await make_room(ann, ben)
        ben.do(ChangeSettings(tells_read=False))
        ann.do(SendText(room, "hello"))
        await until(lambda: shown(ben) == ["hello"])
        ben.do(MarkRead(room))
        await asyncio.sleep(5)
        assert receipts(ann, said(ann, "hello").message_id) == Receipts(1, 1, 0)

    play(tmp_path, 2, scene)


def test_who_was_away_gets_what_was_missed_from_another_when_its_author_is_gone(
    tmp_path: Path,
) -> None:
    async def scene(air: Air, sides: list[Side]) -> None:
        ann, ben, cim = sides
        await meet_all(air, *sides)
        room = await make_room(ann, ben, cim)
        await cim.stop()
        for number in range(300):
            ann.do(SendText(room, f"text {number}"))
        await until(lambda: len(shown(ben)) == 300)
        ann.kill()
        await cim.start()
        air.meet(ben, cim)
        await until(lambda: len(shown(cim)) == 300)
        assert shown(cim) == [f"text {n}" for n in range(300)]
        assert await texts(cim, room) == await texts(ben, room)

    play(tmp_path, 3, scene)


def test_a_member_hears_of_the_room_from_any_other(tmp_path: Path) -> None:
    """Who added them is gone before they came."""

    async def scene(air: Air, sides: list[Side]) -> None:
        ann, ben, cim = sides
        await meet_all(air, *sides)
        await cim.stop()
        room = await make_room(ann, ben)
        ann.do(AddMembers(room, (cim.text_id,)))
        await until(lambda: len(rooms_of(ben)[room].members) == 3)
        ann.do(SendText(room, "welcome"))
        await until(lambda: "welcome" in shown(ben))
        ann.kill()
        await cim.start()
        air.meet(ben, cim)
        await until(lambda: shown(cim) == ["welcome"])
        assert rooms_of(cim)[room].members == (ann.text_id, ben.text_id, "")

    play(tmp_path, 3, scene)


def test_newcomers_see_what_is_said_from_then_on(tmp_path: Path) -> None:
    async def scene(air: Air, sides: list[Side]) -> None:
        ann, ben, cim = sides
        await meet_all(air, *sides)
        room = await make_room(ann, ben)
        ann.do(SendText(room, "between us"))
        ben.do(SendText(room, "yes"))
        await until(lambda: "yes" in shown(ann) and "between us" in shown(ben))
        ben.do(AddMembers(room, (cim.text_id,)))
        await until(lambda: room in rooms_of(cim) and len(rooms_of(ann)[room].members) == 3)
        ann.do(SendText(room, "hello all"))
        await until(lambda: "hello all" in shown(cim))
        await asyncio.sleep(60)
        assert await texts(cim, room) == ["hello all"]
        cim.do(SendText(room, "hi"))
        await until(lambda: all("hi" in shown(side) for side in (ann, ben)))

    play(tmp_path, 3, scene)


def test_who_was_removed_hears_and_says_nothing_more(tmp_path: Path) -> None:
    async def scene(air: Air, sides: list[Side]) -> None:
        ann, ben, cim = sides
        await meet_all(air, *sides)
        room = await make_room(ann, ben, cim)
        cim.do(SendText(room, "before"))
        await until(lambda: all("before" in shown(side) for side in (ann, ben)))
        ann.do(RemoveMember(room, cim.text_id))
        await until(lambda: all(not _has(side, room, cim) for side in (ann, ben)))
        await until(lambda: not rooms_of(cim)[room].is_member)
        ann.do(SendText(room, "after"))
        await until(lambda: "after" in shown(ben))
        cim.do(SendText(room, "me too"))
        await until(lambda: bool(cim.faults()))
        assert cim.faults()[-1].code is ErrorCode.WRONG_STATE
        await asyncio.sleep(60)
        assert "after" not in shown(cim)
        assert receipts(ann, said(ann, "after").message_id) == Receipts(1, 1, 0)

    play(tmp_path, 3, scene)


def _has(side: Side, room: str, other: Side) -> bool:
    return other.text_id in rooms_of(side)[room].members


def test_only_the_admin_removes_and_the_longest_member_follows(tmp_path: Path) -> None:
    async def scene(air: Air, sides: list[Side]) -> None:
        ann, ben, cim = sides
        await meet_all(air, *sides)
        room = await make_room(ann, ben, cim)
        ben.do(RemoveMember(room, cim.text_id))
        await until(lambda: bool(ben.faults()))
        assert ben.faults()[-1].code is ErrorCode.WRONG_STATE
        ann.do(LeaveRoom(room))
        await until(lambda: all(not _has(side, room, ann) for side in (ben, cim)))
        assert rooms_of(cim)[room].members[0] == ben.text_id
        ben.do(RemoveMember(room, cim.text_id))
        await until(lambda: rooms_of(ben)[room].members == ("",))
        ben.do(SendText(room, "alone"))
        await until(lambda: any(m.text == "alone" for m in ben.messages()))
        await until(lambda: said(ben, "alone").message_id != "")
        assert (await chat(ben, room))[-1].state is MessageState.DELIVERED

    play(tmp_path, 3, scene)


def test_news_of_a_room_stand_among_its_texts(tmp_path: Path) -> None:
    async def scene(air: Air, sides: list[Side]) -> None:
        ann, ben, cim = sides
        await meet_all(air, *sides)
        room = await make_room(ann, ben)
        ben.do(ChangeRoom(room, name="实验室"))
        await until(lambda: rooms_of(ann)[room].name == "实验室")
        ann.do(ChangeRoom(room, picture=b"png"))
        await until(lambda: rooms_of(ben)[room].picture == b"png")
        ann.do(AddMembers(room, (cim.text_id,)))
        await until(lambda: room in rooms_of(cim))
        cim.do(LeaveRoom(room))
        await until(lambda: not _has(ben, room, cim))
        news = [message.news for message in await chat(ben, room) if message.news]
        assert [item.act for item in news] == [
            RoomAct.CREATED,
            RoomAct.RENAMED,
            RoomAct.PICTURE,
            RoomAct.ADDED,
            RoomAct.LEFT,
        ]
        assert (news[1].name, news[3].people) == ("实验室", (cim.text_id,))
        first = [message.news for message in await chat(cim, room) if message.news]
        assert [(item.act, item.people) for item in first][:1] == [(RoomAct.ADDED, ("",))]

    play(tmp_path, 3, scene)


def test_edits_deletions_and_reactions_reach_all(tmp_path: Path) -> None:
    async def scene(air: Air, sides: list[Side]) -> None:
        ann, ben, cim = sides
        await meet_all(air, *sides)
        room = await make_room(ann, ben, cim)
        ann.do(SendText(room, "one"))
        ann.do(SendText(room, "two"))
        await until(lambda: all(len(shown(side)) == 2 for side in (ben, cim)))
        one, two = said(ann, "one").message_id, said(ann, "two").message_id
        cim.do(React(one, "👍", chat=room))
        ann.do(EditText(one, "eins"))
        ann.do(DeleteMessage(two))

        async def as_wanted(side: Side) -> bool:
            rows = {message.message_id: message for message in await chat(side, room)}
            who = "" if side is cim else cim.text_id
            is_edited = rows[one].text == "eins" and rows[one].edited_ms is not None
            is_liked = rows[one].reactions == (Reaction("👍", (who,)),)
            return is_edited and is_liked and rows[two].is_deleted

        for side in sides:
            await until_so(lambda side=side: as_wanted(side))  # type: ignore[misc]
        assert ben.events(MessagesChanged)

    play(tmp_path, 3, scene)


def test_words_that_were_deleted_are_handed_on_to_nobody(tmp_path: Path) -> None:
    async def scene(air: Air, sides: list[Side]) -> None:
        ann, ben, cim = sides
        await meet_all(air, *sides)
        room = await make_room(ann, ben, cim)
        await cim.stop()
        ann.do(SendText(room, "the secret word"))
        await until(lambda: bool(shown(ben)))
        secret = said(ann, "the secret word").message_id
        ann.do(EditText(secret, "the secret words"))
        ann.do(DeleteMessage(secret))
        ann.do(SendText(room, "later"))
        await until(lambda: "later" in shown(ben))
        await ann.stop()
        await cim.start()
        air.meet(ben, cim)
        await until(lambda: "later" in shown(cim))
        await ann.start()
        air.meet(ann, cim)
        await until(lambda: ann.office.parts.presence.online_count == 1)
        await until(
            lambda: ann.office.parts.lanes.is_drained(ann.office.parts.people.find(cim.text_id))
        )
        assert await texts(cim, room) == ["later"]
        for file in cim.profile.database.parent.glob("*.db*"):
            assert b"the secret" not in file.read_bytes()

    play(tmp_path, 3, scene)


def test_answers_and_mentions_name_members(tmp_path: Path) -> None:
    async def scene(air: Air, sides: list[Side]) -> None:
        ann, ben, cim = sides
        await meet_all(air, *sides)
        room = await make_room(ann, ben, cim)
        ann.do(SendText(room, "who?"))
        await until(lambda: "who?" in shown(ben) and "who?" in shown(cim))
        question = said(ben, "who?").message_id
        ben.do(SendText(room, "Cim", reply_to=question, mentions=(cim.text_id,)))
        await until(lambda: "Cim" in shown(cim))
        answer = said(cim, "Cim")
        assert answer.reply is not None
        assert (answer.reply.peer_id, answer.reply.text) == (ann.text_id, "who?")
        assert answer.mentions == (cim.text_id,)

    play(tmp_path, 3, scene)


def test_somebody_blocked_is_not_shown_and_still_handed_on(tmp_path: Path) -> None:
    async def scene(air: Air, sides: list[Side]) -> None:
        ann, ben, cim = sides
        await meet_all(air, *sides)
        room = await make_room(ann, ben, cim)
        ben.do(SetTrust(ann.text_id, blocked=True))
        await asyncio.sleep(1)
        ann.do(SendText(room, "to all"))
        await until(lambda: "to all" in shown(cim))
        air.meet(ben, cim)
        await asyncio.sleep(60)
        assert "to all" not in await texts(ben, room)
        assert (
            ben.office.parts.book.must_find(room).digest
            == cim.office.parts.book.must_find(room).digest
        )

    play(tmp_path, 3, scene)


@pytest.mark.expects_log("numbering towards .* was started anew")
@pytest.mark.parametrize("is_hasty", [False, True], ids=["asks first", "posts first"])
def test_an_older_copy_of_a_profile_gets_its_own_texts_back(
    tmp_path: Path, *, is_hasty: bool
) -> None:
    """Also when it gave the number of one that was lost to another before it knew."""

    async def scene(air: Air, sides: list[Side]) -> None:
        ann, ben, cim = sides
        await meet_all(air, *sides)
        room = await make_room(ann, ben, cim)
        ann.do(SendText(room, "one"))
        await until(lambda: "one" in shown(ben))
        await ann.stop()
        shutil.copytree(tmp_path / "Ann", tmp_path / "backup")
        await ann.start()
        air.meet(ann, ben)
        ann.do(SendText(room, "two"))
        await until(lambda: "two" in shown(ben))
        await ann.stop()
        shutil.rmtree(tmp_path / "Ann")
        shutil.copytree(tmp_path / "backup", tmp_path / "Ann")
        await ann.start()
        air.meet(ann, ben)
        if is_hasty:
            ann.do(SendText(room, "three"))
        await until(lambda: any(m.text == "two" for m in shown_in_this_run(ann)))
        if not is_hasty:
            ann.do(SendText(room, "three"))
        await until(lambda: "three" in shown(ben))
        await until_so(lambda: all_have([ann, ben], room, 3))
        await asyncio.sleep(60)
        air.meet(ann, cim)
        air.meet(ben, cim)
        await until_so(lambda: all_have([ann, ben, cim], room, 3))
        assert sorted(await texts(ann, room)) == ["one", "three", "two"]
        logs = {side.office.parts.book.must_find(room).digest for side in (ann, ben, cim)}
        assert len(logs) == 1

    play(tmp_path, 3, scene)


def test_a_room_and_its_texts_survive_kills(tmp_path: Path) -> None:
    async def scene(air: Air, sides: list[Side]) -> None:
        ann, ben = sides
        await meet_all(air, *sides)
        room = await make_room(ann, ben)
        for number in range(20):
            ann.do(SendText(room, str(number)))
            await asyncio.sleep(0.004)
            if number % 5 == 4:
                victim = (ann, ben)[number // 5 % 2]
                await asyncio.sleep(SHOWN_MARKED_S)
                victim.kill()
                (ben if victim is ann else ann).sessions.clear()
                await victim.start()
                air.meet(ann, ben)
        await until_so(lambda: all_have([ann, ben], room, 20))
        assert [m.text for m in await chat(ben, room) if not m.news] == list(map(str, range(20)))
        assert shown(ben) == list(map(str, range(20)))

    play(tmp_path, 2, scene)


def test_bad_orders_are_refused(tmp_path: Path) -> None:
    async def scene(air: Air, sides: list[Side]) -> None:
        ann, ben = sides
        await meet_all(air, *sides)
        room = await make_room(ann, ben)
        big = bytes(PICTURE_MAX_BYTES + 1)
        for command, code in [
            (CreateRoom(" ", ()), ErrorCode.BAD_REQUEST),
            (CreateRoom("x", ("nobody",)), ErrorCode.UNKNOWN_PERSON),
            (AddMembers(room, (ben.text_id,)), ErrorCode.WRONG_STATE),
            (AddMembers("room:" + "A" * 52, (ben.text_id,)), ErrorCode.NO_SUCH_ROOM),
            (SendText("room:AAAAAA", "x"), ErrorCode.NO_SUCH_ROOM),
            (SendText(room, " "), ErrorCode.EMPTY),
            (SendText(room, "x", reply_to="0" * 32), ErrorCode.NO_SUCH_MESSAGE),
            (ChangeRoom(room, picture=big), ErrorCode.TOO_LONG),
            (RemoveMember(room, ann.text_id), ErrorCode.UNKNOWN_PERSON),
            (EditText((await chat(ann, room))[0].message_id, "news"), ErrorCode.NO_SUCH_MESSAGE),
        ]:
            before = len(ann.faults())
            ann.do(command)
            await until(lambda before=before: len(ann.faults()) > before)  # type: ignore[misc]
            assert ann.faults()[-1].code is code, command
        listed: RoomsListed = await ask(ann, ListRooms(), RoomsListed)
        assert [found.room_id for found in listed.rooms] == [EVERYONE_ID, room]

    play(tmp_path, 2, scene)


@pytest.mark.parametrize("seed", range(10))
def test_turmoil_in_a_room_leaves_all_with_the_same(tmp_path: Path, seed: int) -> None:
    """Loss, kills, comings and goings: in the end all members have one list of texts."""

    async def scene(air: Air, sides: list[Side]) -> None:
        chance = random.Random(seed)
        await meet_all(air, *sides)
        room = await make_room(sides[0], *sides[1:])
        air.weather = Weather(chance.choice([0, 0.1, 0.3]), 0.1, 0.002, chance.choice([0, 0.05]))
        away: set[Side] = set()
        count = 0
        for number in range(50):
            deed, side = chance.random(), chance.choice(sides)
            if deed < 0.15 and len(away) < len(sides) - 1 and side not in away:
                await asyncio.sleep(SHOWN_MARKED_S)
                side.kill()
                for other in sides:
                    other.sessions.pop(side.peer, None)
                away.add(side)
            elif deed < 0.3 and away:
                back = chance.choice(sorted(away, key=sides.index))
                await back.start()
                away.discard(back)
                for other in sides:
                    if other is not back and other not in away and chance.random() < 0.7:
                        air.meet(back, other)
            elif deed < 0.36 and side not in away:
                side.do(ChangeRoom(room, name=f"name {number}"))
            elif side not in away:
                side.do(SendText(room, f"{number}"))
                await until(lambda s=side, n=number: any(m.text == str(n) for m in s.messages()))  # type: ignore[misc]
                count += 1
            await asyncio.sleep(chance.choice([0.001, 0.05, 1.0]))
        for side in sorted(away, key=sides.index):
            await side.start()
        await meet_all(air, *sides)
        await until_so(lambda: all_have(sides, room, count))
        books = [side.office.parts.book.must_find(room) for side in sides]
        await until(lambda: len({known.digest for known in books}) == 1, within_s=300)
        assert len({known.state.name for known in books}) == 1
        for side in sides:
            mine = [m.text for m in side.messages() if not m.news]
            assert len(set(mine)) == count
            for events in side.told:  # a kill right after it was shown may show it again
                batches = [e.messages for e in events if isinstance(e, MessagesAdded)]
                ids = [message.message_id for batch in batches for message in batch]
                assert len(ids) == len(set(ids))

    play(tmp_path, 4, scene, seed=seed)
