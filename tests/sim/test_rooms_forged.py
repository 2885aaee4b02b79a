"""Posts that are not what they say: in another's name, from before one's time, two for one."""

import asyncio
from pathlib import Path

import msgspec
import pytest

from app.commands import AddMembers, SendText
from net.protocol.records import RoomAsk, RoomPost, encode_record
from net.protocol.rooms import EVERYONE
from tests.sim.rooms import chat, make_room, meet_all, play, rooms_of, shown, texts
from tests.sim.test_rooms_hostile import hand, hand_and_wait, known, post, text
from tests.sim.virtual import Air, Side, until


def in_the_name_of(author: Side, said: RoomPost) -> RoomPost:
    return msgspec.structs.replace(said, author=author.peer)


def with_other_words(said: RoomPost) -> RoomPost:
    return msgspec.structs.replace(said, body=encode_record(text(2, "other words")))


def without_proof(said: RoomPost) -> RoomPost:
    return msgspec.structs.replace(said, signature=bytes(64))


def test_nobody_posts_in_anothers_name_or_puts_words_into_their_mouth(tmp_path: Path) -> None:
    async def scene(air: Air, sides: list[Side]) -> None:
        ann, ben, eve = sides
        await meet_all(air, *sides)
        room = await make_room(ann, ben, eve)
        room_id = known(ben, room).room_id
        hers = post(room_id, ann.identity, 1, text(1, "her words"))
        await hand_and_wait(
            eve,
            ben,
            in_the_name_of(ann, post(room_id, eve.identity, 1, text(3, "eve's words"))),
            with_other_words(hers),
            without_proof(hers),
            msgspec.structs.replace(hers, number=2),
        )
        await asyncio.sleep(5)
        assert await texts(ben, room) == []
        await hand_and_wait(eve, ben, hers)
        assert await texts(ben, room) == ["her words"]

    play(tmp_path, 3, scene)


def test_nothing_is_said_to_everyone_without_its_authors_signature(tmp_path: Path) -> None:
    async def scene(air: Air, sides: list[Side]) -> None:
        ben, eve = sides
        await meet_all(air, *sides)
        hers = post(EVERYONE, eve.identity, 1, text(1, "her words"))
        elsewhere = post(
            known(ben, await make_room(eve, ben)).room_id, eve.identity, 1, text(4, "x")
        )
        await hand_and_wait(
            eve,
            ben,
            with_other_words(hers),
            without_proof(hers),
            msgspec.structs.replace(elsewhere, room=EVERYONE),
        )
        await asyncio.sleep(5)
        assert shown(ben) == []
        await hand_and_wait(eve, ben, hers)
        assert shown(ben) == ["her words"]

    play(tmp_path, 2, scene)


def test_a_newcomer_who_asks_for_all_is_given_nothing_from_before(tmp_path: Path) -> None:
    async def scene(air: Air, sides: list[Side]) -> None:
        ann, ben, eve = sides
        await meet_all(air, *sides)
        room = await make_room(ann, ben)
        ann.do(SendText(room, "between us"))
        await until(lambda: "between us" in shown(ben))
        ann.do(AddMembers(room, (eve.text_id,)))
        await until(lambda: room in rooms_of(eve) and len(rooms_of(ben)[room].members) == 3)
        for giver in (ann, ben):
            await hand(eve, giver, RoomAsk(known(eve, room).room_id, (), ()))
        await asyncio.sleep(30)
        assert not [frame for frame in eve.heard if b"between us" in repr(frame).encode()]
        assert await texts(eve, room) == []

    play(tmp_path, 3, scene)


def test_a_newcomer_misses_nothing_of_before_and_asks_nobody_for_it(tmp_path: Path) -> None:
    """What was said before is no gap: neither now nor after a new start."""

    async def scene(air: Air, sides: list[Side]) -> None:
        ann, ben, cim = sides
        await meet_all(air, *sides)
        room = await make_room(ann, ben)
        for number in range(3):
            ann.do(SendText(room, f"before {number}"))
        await until(lambda: len(shown(ben)) == 3)
        ann.do(AddMembers(room, (cim.text_id,)))
        await until(lambda: room in rooms_of(cim) and len(rooms_of(ben)[room].members) == 3)
        assert known(cim, room).digest == known(ann, room).digest
        ann.do(SendText(room, "after"))
        await until(lambda: "after" in shown(cim), within_s=1)
        await cim.stop()
        await cim.start()
        assert known(cim, room).digest == known(ann, room).digest

    play(tmp_path, 3, scene)


@pytest.mark.parametrize("is_restarted", [False, True], ids=["running", "started again"])
def test_of_two_posts_under_one_number_each_keeps_its_own_and_nobody_doubles_any(
    tmp_path: Path, *, is_restarted: bool
) -> None:
    """Eve tells Ben one thing and Cim another; Ben and Cim then hand on what they have."""

    async def scene(air: Air, sides: list[Side]) -> None:
        ann, ben, cim, eve = sides
        await meet_all(air, *sides)
        room = await make_room(ann, ben, cim, eve)
        await ann.stop()
        room_id = known(ben, room).room_id
        first = post(room_id, eve.identity, 1, text(1, "for ben"))
        second = post(room_id, eve.identity, 1, text(2, "for cim"))
        await hand_and_wait(eve, ben, first)
        await hand_and_wait(eve, cim, second)
        await eve.stop()
        if is_restarted:
            for side in (ben, cim):
                await side.stop()
                await side.start()
            air.meet(ben, cim)
        for _ in range(3):
            await hand_and_wait(ben, cim, first)
            await hand_and_wait(cim, ben, second)
        await asyncio.sleep(60)
        for side, kept in ((ben, "for ben"), (cim, "for cim")):
            assert sorted(await texts(side, room)) == ["for ben", "for cim"]
            assert await bodies(side) == [encode_record(text(1 + (side is cim), kept))]
        await ann.start()
        air.meet(ann, ben)
        air.meet(ann, cim)
        await until(lambda: known(ann, room).digest == known(ben, room).digest)
        ben.do(SendText(room, "still here"))
        await until(lambda: all("still here" in shown(side) for side in (ann, cim)))
        for side in (ann, ben, cim):
            said_here = await texts(side, room)
            assert len(said_here) == len(set(said_here))
            ids = [message.message_id for message in await chat(side, room)]
            assert len(ids) == len(set(ids))
            assert not side.faults()

    play(tmp_path, 4, scene)


async def bodies(side: Side) -> list[bytes]:
    """Of the posts under number 1."""
    rows = await side.core.write(
        lambda w: w._rows("SELECT body FROM room_post WHERE number = 1 ORDER BY feed_row")
    )
    return [body for (body,) in rows]
