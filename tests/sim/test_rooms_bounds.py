"""Rooms that are made up, and what is made up in rooms: all of it has an end."""

from pathlib import Path

import pytest

from app.commands import ChangeRoom, SendText, SetTrust
from app.engine import everyone, room_book
from app.errors import ErrorCode
from app.events import Failed, RoomChanged
from net.protocol import room_log
from net.protocol.identity import Identity
from net.protocol.limits import PICTURE_MAX_BYTES
from net.protocol.records import RoomHave
from net.protocol.rooms import EVERYONE, Add, Create, Newcomer, RoomId, sign_entry
from tests.sim.rooms import ask, make_room, meet_all, play, rooms_of, shown
from tests.sim.test_rooms_hostile import act, entry, hand, hand_and_wait, known, post, text
from tests.sim.virtual import Air, Side, until


def test_of_too_many_strange_rooms_the_oldest_goes_but_first_those_without_a_log(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(room_book, "STRANGE_ROOMS_MAX", 3)

    async def scene(air: Air, sides: list[Side]) -> None:
        ben, eve = sides
        await meet_all(air, *sides)
        logs = [sign_entry(eve.identity, (), n, Create(bytes(16), "x", "", ())) for n in range(4)]
        rooms = [RoomId(first.entry_id) for first in logs]

        async def tell(number: int) -> None:
            await hand_and_wait(eve, ben, entry(rooms[number], logs[number]))

        def known_rooms() -> list[RoomId]:
            return [room.room_id for room in ben.office.parts.book]

        await tell(0)
        made_up = [RoomId(bytes([n]) * 32) for n in range(2)]
        await hand_and_wait(eve, ben, *(RoomHave(room, bytes(32)) for room in made_up))
        assert known_rooms() == [rooms[0], *made_up]
        await tell(1)
        await tell(2)
        assert known_rooms() == rooms[:3]
        await tell(3)
        assert known_rooms() == rooms[1:]
        on_disk = ben.store.submit(lambda w: [room.room_id for room in w.rooms_stored()]).result()
        assert set(rooms) & set(on_disk) == set(rooms[1:])

    play(tmp_path, 2, scene)


def test_who_adds_somebody_sets_no_number_of_theirs_nor_of_people_made_up(tmp_path: Path) -> None:
    async def scene(air: Air, sides: list[Side]) -> None:
        ben, eve = sides
        await meet_all(air, *sides)
        room = await make_room(eve)
        log = known(eve, room)
        unknown = Identity(bytes(32)).peer_id
        since = tuple(sorted([(eve.peer, 3), (ben.peer, 1000), (unknown, 5)]))
        adding = act(eve, log, Add((Newcomer(ben.identity.public_key, "Ben"),), since))
        created = eve.store.submit(
            lambda w: list(w.entry_records(log.room_id, log.log.missing(())))
        ).result()
        await eve.office.parts.sync._put([ben.peer], created)
        await hand(eve, ben, adding)
        await until(lambda: room in rooms_of(ben))
        assert known(ben, room).numbers == {eve.peer: 3}

    play(tmp_path, 2, scene)


def test_who_has_signed_all_they_may_is_told_so_and_nobody_hears_more(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(room_log, "ROOM_ENTRIES_OF_ONE_MAX", 2)

    async def scene(air: Air, sides: list[Side]) -> None:
        ann, ben = sides
        await meet_all(air, *sides)
        room = await make_room(ann, ben)
        for name in ("Other", "Third"):
            await ask(ben, ChangeRoom(room, name=name), RoomChanged)
        refused = await ask(ben, ChangeRoom(room, name="Fourth"), Failed)
        assert refused.code is ErrorCode.WRONG_STATE
        ben.do(SendText(room, "hello"))
        await until(lambda: shown(ann) == ["hello"])
        assert rooms_of(ann)[room].name == rooms_of(ben)[room].name == "Third"

    play(tmp_path, 2, scene)


def test_the_largest_picture_is_taken(tmp_path: Path) -> None:
    async def scene(air: Air, sides: list[Side]) -> None:
        ann, ben = sides
        await meet_all(air, *sides)
        room = await make_room(ann, ben)
        picture = bytes(PICTURE_MAX_BYTES)
        ann.do(ChangeRoom(room, picture=picture))
        await until(lambda: rooms_of(ben)[room].picture == picture)

    play(tmp_path, 2, scene)


def test_d09_strangers_together_do_not_fill_the_disk_by_the_room_of_everyone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(everyone, "STRANGERS_BURST_BYTES", 1000)

    async def scene(air: Air, sides: list[Side]) -> None:
        ann, ben, eve = sides
        await meet_all(air, *sides)
        ben.do(SetTrust(ann.text_id, accepted=True))
        for number in (1, 2):
            said = post(EVERYONE, eve.identity, number, text(number, f"{number}" * 600))
            await hand_and_wait(eve, ben, said)
        assert shown(ben) == ["1" * 600]
        ann.do(SendText("room:everyone", "3" * 1000))
        await until(lambda: shown(ben) == ["1" * 600, "3" * 1000])

    play(tmp_path, 3, scene)
