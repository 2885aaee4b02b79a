"""What was missed of a room, or came too early for it: whom it is asked of, and how soon."""

import asyncio
import os
from pathlib import Path
from typing import Any

import msgspec
import pytest

from app.commands import AddMembers, ChangeRoom, SendText
from app.engine import room_sync
from app.engine.people import Acquaintance
from app.engine.room_book import KnownRoom
from app.engine.room_sync import ANSWER_WITHIN_S, REST_S, TELL_ON_AFTER_S, TRIES_MAX
from app.events import RoomChanged
from net.protocol.identity import PeerId
from net.protocol.records import RoomGiven, RoomHave, RoomPost, encode_record
from net.protocol.rooms import post_digest, sign_post
from tests.sim.rooms import ask, make_room, meet_all, play, rooms_of, shown, texts
from tests.sim.test_rooms_hostile import hand, hand_and_wait, known, post, text
from tests.sim.virtual import Air, Side, until


def count_answers(side: Side, *, gives: bool = True, claims_more: bool = False) -> list[PeerId]:
    """Whom this side answers. Unless it ``gives`` it says nothing, or that there is more."""
    sync = side.office.parts.sync
    give, asked = sync._put_what_is_missing, []

    async def answer(room: KnownRoom, person: Acquaintance, *rest: Any) -> None:
        asked.append(person.peer)
        if gives:
            await give(room, person, *rest)
        elif claims_more:
            given = encode_record(RoomGiven(room.room_id, is_more=True))
            await sync._put([person.peer], [given])

    sync._put_what_is_missing = answer  # type: ignore[method-assign]
    return asked


def test_what_one_answer_does_not_hold_comes_without_a_rest_between(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(room_sync, "ROOM_GIVE_BYTES", 1000)
    count = 20 * TRIES_MAX

    async def scene(air: Air, sides: list[Side]) -> None:
        ann, ben, cim = sides
        await meet_all(air, *sides)
        room = await make_room(ann, ben, cim)
        await cim.stop()
        for number in range(count):
            ann.do(SendText(room, f"text {number}"))
        await until(lambda: len(shown(ben)) == count)
        ann.kill()
        await cim.start()
        air.meet(ben, cim)
        await until(lambda: len(shown(cim)) == count, within_s=REST_S)

    play(tmp_path, 3, scene)


def test_who_posts_before_they_are_known_as_a_member_is_asked_for_the_log(tmp_path: Path) -> None:
    async def scene(air: Air, sides: list[Side]) -> None:
        ann, ben, cim = sides
        await meet_all(air, *sides)
        room = await make_room(ann, ben)
        await ask(ann, ChangeRoom(room, name="Other"), RoomChanged)
        await until(lambda: rooms_of(ben)[room].name == "Other")
        ben.sessions.pop(ann.peer)
        ann.do(AddMembers(room, (cim.text_id,)))
        await until(lambda: room in rooms_of(cim))
        ann.kill()
        cim.do(SendText(room, "hello"))
        await until(lambda: shown(ben) == ["hello"], within_s=TELL_ON_AFTER_S / 2)
        assert cim.text_id in rooms_of(ben)[room].members

    play(tmp_path, 3, scene)


def test_who_never_answers_keeps_nobody_else_from_being_asked(tmp_path: Path) -> None:
    async def scene(air: Air, sides: list[Side]) -> None:
        ann, ben, cim, eve = sides
        await meet_all(air, *sides)
        room = await make_room(ann, ben, cim, eve)
        await ben.stop()
        await eve.stop()
        ann.do(SendText(room, "hello"))
        await until(lambda: "hello" in shown(cim))
        ann.kill()
        await ben.start()
        await eve.start()
        air.meet(ben, eve)
        asked = count_answers(eve, gives=False)
        await hand_and_wait(eve, ben, RoomHave(known(eve, room).room_id, os.urandom(32)))
        await asyncio.sleep((TRIES_MAX + 1) * ANSWER_WITHIN_S)
        assert asked == [ben.peer] * TRIES_MAX
        air.meet(ben, cim)
        await until(lambda: shown(ben) == ["hello"], within_s=2 * ANSWER_WITHIN_S)

    play(tmp_path, 4, scene)


def test_who_has_given_all_is_not_asked_again(tmp_path: Path) -> None:
    async def scene(air: Air, sides: list[Side]) -> None:
        ann, ben, cim = sides
        await meet_all(air, *sides)
        room = await make_room(ann, ben, cim)
        await cim.stop()
        ann.do(SendText(room, "hello"))
        await until(lambda: shown(ben) == ["hello"])
        ann.kill()
        asked = count_answers(ben)
        await cim.start()
        air.meet(ben, cim)
        await until(lambda: shown(cim) == ["hello"])
        await asyncio.sleep(2 * ANSWER_WITHIN_S)
        assert asked == [cim.peer]

    play(tmp_path, 3, scene)


def test_who_claims_to_have_more_and_gives_nothing_is_asked_a_few_times(tmp_path: Path) -> None:
    async def scene(air: Air, sides: list[Side]) -> None:
        ann, ben, eve = sides
        await meet_all(air, *sides)
        room = await make_room(ann, ben, eve)
        asked = count_answers(eve, gives=False, claims_more=True)
        await hand_and_wait(eve, ben, RoomHave(known(eve, room).room_id, os.urandom(32)))
        await asyncio.sleep(REST_S - 1)
        assert asked == [ben.peer] * TRIES_MAX
        await asyncio.sleep(REST_S)
        assert asked == [ben.peer] * (TRIES_MAX + 1), "once more after a rest"
        await asyncio.sleep(REST_S)
        assert len(asked) == TRIES_MAX + 1, "the next rest is longer"
        await asyncio.sleep(REST_S)
        assert len(asked) == TRIES_MAX + 2

    play(tmp_path, 3, scene)


def test_a_post_of_a_later_version_is_kept_and_handed_on(tmp_path: Path) -> None:
    async def scene(air: Air, sides: list[Side]) -> None:
        ann, ben, cim = sides
        await meet_all(air, *sides)
        room = await make_room(ann, ben, cim)
        await cim.stop()
        room_id, body = known(ben, room).room_id, b"\xc1 what nobody knows yet"
        digest = post_digest(body)
        signature = sign_post(ann.identity, room_id, 1, digest)
        await hand(ann, ben, RoomPost(room_id, ann.peer, 1, digest, signature, body))
        await hand_and_wait(ann, ben, post(room_id, ann.identity, 2, text(2, "after it")))
        ann.kill()
        await cim.start()
        air.meet(ben, cim)
        for side in (ben, cim):
            await until(lambda side=side: shown(side) == ["after it"])  # type: ignore[misc]
            assert known(side, room).numbers[ann.peer] == 3

    play(tmp_path, 3, scene)


def test_what_waited_and_proves_forged_keeps_nothing_else_waiting(tmp_path: Path) -> None:
    async def scene(air: Air, sides: list[Side]) -> None:
        ann, ben, cim, eve = sides
        await meet_all(air, *sides)
        room = await make_room(ann, ben, eve)
        hers = post(known(ben, room).room_id, cim.identity, 1, text(1, "hello"))
        forged = msgspec.structs.replace(hers, signature=bytes(64))
        await hand_and_wait(eve, ben, forged, hers)
        ann.do(AddMembers(room, (cim.text_id,)))
        await until(lambda: shown(ben) == ["hello"])
        assert await texts(ben, room) == ["hello"]
        waiting = ben.store.submit(lambda w: w.early_room(known(ben, room).room_id)).result()
        assert waiting == []

    play(tmp_path, 4, scene)
