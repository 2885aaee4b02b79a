"""G-04: a damaged database with rooms. Their chats stay readable, and life in them goes on."""

from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

import apsw
import pytest

from app.commands import ChangeRoom, ListRooms, SendText
from app.events import RoomChanged, RoomsListed
from app.model import Room
from app.store.opening import mark_suspect
from tests.sim.rooms import ask, make_room, meet_all, play, rooms_of, shown, texts, until_so
from tests.sim.test_rooms_hostile import known
from tests.sim.virtual import Air, Side, until

PAGE_BYTES = 4096
ROOM_TABLES = (
    *("room", "room_entry", "room_member", "room_feed", "room_post", "room_void"),
    *("receipt", "early_room_record"),
)
SAID = ["from ann", "from ben"]

pytestmark = [
    pytest.mark.expects_log("could not be used"),
    pytest.mark.expects_log("messages were recovered"),
]


def pages_of(database: Path, table: str) -> Sequence[int]:
    """The root, or the leaves when there are more than one."""
    with closing(apsw.Connection(str(database))) as found:
        query = "SELECT pageno FROM dbstat WHERE name = ? AND pagetype = 'leaf' ORDER BY path"
        return [page for (page,) in found.execute(query, (table,))]


def overwrite(database: Path, page: int) -> None:
    with database.open("r+b") as file:
        file.seek((page - 1) * PAGE_BYTES)
        file.write(b"\xff" * PAGE_BYTES)
    mark_suspect(database)


async def listed(side: Side, room: str) -> Room | None:
    answer: RoomsListed = await ask(side, ListRooms(), RoomsListed)
    return next((found for found in answer.rooms if found.room_id == room), None)


async def talk(air: Air, ann: Side, ben: Side) -> str:
    await meet_all(air, ann, ben)
    room = await make_room(ann, ben)
    await ask(ann, ChangeRoom(room, name="Lab 2"), RoomChanged)
    ann.do(SendText(room, "from ann"))
    await until(lambda: "from ann" in shown(ben))
    ben.do(SendText(room, "from ben"))
    await until(lambda: "from ben" in shown(ann))
    await until(lambda: rooms_of(ben)[room].name == "Lab 2")
    return room


async def goes_on(air: Air, ann: Side, ben: Side, room: str) -> None:
    """Both say something, all is everywhere once, and stays so."""
    air.meet(ann, ben)
    ben.do(SendText(room, "ben again"))
    await until(lambda: "ben again" in shown(ann))
    ann.do(SendText(room, "ann again"))
    await until(lambda: "ann again" in shown(ben))
    all_said = sorted([*SAID, "ann again", "ben again"])

    async def is_whole(side: Side) -> bool:
        return sorted(await texts(side, room)) == all_said

    for side in (ann, ben):
        await until_so(lambda side=side: is_whole(side))  # type: ignore[misc]
    await until(lambda: known(ann, room).digest == known(ben, room).digest)
    await ann.stop()
    await ann.start()
    assert known(ann, room).digest == known(ben, room).digest
    assert sorted(await texts(ann, room)) == all_said
    now = await listed(ann, room)
    assert now is not None
    assert (now.name, now.members) == ("Lab 2", ("", ben.text_id))
    assert not ann.faults()


@pytest.mark.parametrize("table", ROOM_TABLES)
def test_g04_damage_in_a_table_of_rooms_costs_no_text_and_no_room(
    tmp_path: Path, table: str
) -> None:
    async def scene(air: Air, sides: list[Side]) -> None:
        ann, ben = sides
        room = await talk(air, ann, ben)
        await ann.stop()
        overwrite(ann.profile.database, pages_of(ann.profile.database, table)[0])
        await ann.start()
        assert await texts(ann, room) == SAID
        now = await listed(ann, room)
        assert now is not None
        assert (now.name, now.is_member) == ("Lab 2", True)
        await goes_on(air, ann, ben, room)

    play(tmp_path, 2, scene)


@pytest.mark.parametrize("is_first", [True, False], ids=["its beginning", "its middle"])
def test_g04_what_is_lost_of_a_log_comes_back_from_another_member(
    tmp_path: Path, *, is_first: bool
) -> None:
    """An entry without what it builds on is no entry: it must not keep the rest from coming."""

    async def scene(air: Air, sides: list[Side]) -> None:
        ann, ben = sides
        room = await talk(air, ann, ben)
        for number in range(60):
            await ask(ann, ChangeRoom(room, name=f"Lab {number}"), RoomChanged)
        await ask(ann, ChangeRoom(room, name="Lab 2"), RoomChanged)
        await until(lambda: known(ann, room).digest == known(ben, room).digest)
        await ann.stop()
        pages = pages_of(ann.profile.database, "room_entry")
        assert len(pages) > 2
        overwrite(ann.profile.database, pages[0 if is_first else len(pages) // 2])
        await ann.start()
        assert await texts(ann, room) == SAID
        assert await listed(ann, room) is not None
        await goes_on(air, ann, ben, room)

    play(tmp_path, 2, scene)
