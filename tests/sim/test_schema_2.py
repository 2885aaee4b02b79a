"""G-12: profiles written before there were rooms. All is kept, and rooms work in them."""

import os
from collections.abc import Callable, Coroutine
from contextlib import closing
from pathlib import Path
from typing import Any

import apsw
import pytest

from app.commands import SendText
from app.identity_file import SEED_BYTES
from app.model import Message, MessageKind, MessageState, TransferState, Trust
from app.store.opening import mark_suspect, open_database
from app.store.schema import load_migrations, schema_version
from app.store.types import IncomingItem, IncomingMessage
from app.store.writer import Writer
from tests.sim.rooms import chat, make_room, meet_all, said, shown, texts
from tests.sim.virtual import Air, Side, VirtualLoop, run, until
from tests.unit.app.store.desk import Desk

SCHEMA_2 = load_migrations()[:2]
TABLES = (
    *("person", "address", "conversation", "lane", "transfer", "message", "outbox"),
    *("earlier_text", "reaction", "early_deed"),
)
DATA = Path(__file__).parents[1] / "data"

Scene = Callable[[Air, Side, Side], Coroutine[Any, Any, None]]


def write_profile(folder: Path, name: str) -> Path:
    """As the Landline of then left it; returns its database."""
    folder.mkdir(mode=0o700)
    key = folder / "identity.key"
    key.write_bytes(name[0].lower().encode() * SEED_BYTES)
    key.chmod(0o600)
    database = folder / "landline.db"
    connection, _ = open_database(database, migrations=SCHEMA_2)
    with closing(connection):
        connection.execute((DATA / f"schema_2_{name.lower()}.sql").read_text(encoding="utf-8"))
        Writer(connection).index_new_messages()
    return database


def rows_of(connection: apsw.Connection, columns: dict[str, list[str]]) -> dict[str, list[object]]:
    return {
        table: connection.execute(f"SELECT {', '.join(names)} FROM {table}").fetchall()
        for table, names in columns.items()
    }


def columns_of(connection: apsw.Connection) -> dict[str, list[str]]:
    query = "SELECT name FROM pragma_table_info(?)"
    return {t: [name for (name,) in connection.execute(query, (t,))] for t in TABLES}


def play(folder: Path, scene: Scene) -> None:
    """Ann and Ben are back, each with what they had then; they have not met since."""

    async def scenario(loop: VirtualLoop) -> None:
        air = Air(loop)
        sides = [Side(air, folder / name) for name in ("Ann", "Ben")]
        for side, name in zip(sides, ("Ann", "Ben"), strict=True):
            write_profile(folder / name, name)
            await side.start()
            side.core.name = name
        await scene(air, sides[0], sides[1])
        for side in sides:
            await side.stop()

    run(scenario)


def by_text(messages: list[Message]) -> dict[str, Message]:
    return {message.text: message for message in messages}


@pytest.mark.parametrize("name", ["Ann", "Ben"])
def test_g12_every_row_of_schema_2_is_kept(tmp_path: Path, name: str) -> None:
    database = write_profile(tmp_path / name, name)
    with closing(apsw.Connection(str(database))) as old:
        assert schema_version(old) == len(SCHEMA_2)
        columns = columns_of(old)
        before = rows_of(old, columns)
    connection, report = open_database(database)
    with closing(connection):
        assert schema_version(connection) == len(load_migrations())
        assert rows_of(connection, columns) == before
        assert connection.execute("PRAGMA integrity_check").get == "ok"
        assert not connection.execute("PRAGMA foreign_key_check").fetchall()
    assert report.backup is not None
    with closing(apsw.Connection(str(report.backup))) as backup:
        assert (schema_version(backup), rows_of(backup, columns)) == (len(SCHEMA_2), before)


@pytest.mark.expects_log("could not be used")
@pytest.mark.expects_log("7 messages were recovered")
def test_g04_a_damaged_database_of_schema_2_is_recovered_into_the_newest(tmp_path: Path) -> None:
    """Nothing of rooms is looked for in vain."""
    database = write_profile(tmp_path / "Ann", "Ann")
    with closing(apsw.Connection(str(database))) as old:
        query = "SELECT rootpage FROM sqlite_schema WHERE name = 'message_order'"
        page = int(old.execute(query).get)
    with database.open("r+b") as file:
        file.seek((page - 1) * 4096)
        file.write(os.urandom(4096))
    mark_suspect(database)
    with Desk(database) as desk:
        (ben,) = desk.do(lambda w: w.people())
        assert len(desk.chat(ben.peer_id)) == 7
        assert desk.do(lambda w: w.queued_count()) == 2
        assert desk.do(lambda w: w.rooms_stored()) == []


def test_g12_what_the_user_sees_of_schema_2_is_what_it_was(tmp_path: Path) -> None:
    with Desk(write_profile(tmp_path / "Ann", "Ann")) as desk:
        (ben,) = desk.do(lambda w: w.people())
        assert (ben.name, ben.trust, ben.addresses) == ("Ben", Trust.VERIFIED, ("10.0.0.2:48484",))
        (listed,) = desk.do(lambda w: w.conversations())
        assert (listed.draft, listed.room) == ("half a sent", None)
        messages = desk.chat(ben.peer_id)
        assert [m.text for m in messages] == [
            *("first", "second", "an answer", "", "", "waits one", "waits 2")
        ]
        assert [m.is_deleted for m in messages] == [False] * 3 + [True] + [False] * 3
        said_then = by_text(messages)
        assert said_then["first"].state is MessageState.READ
        assert said_then["waits 2"].state is MessageState.QUEUED
        assert {r.emoji for r in said_then["second"].reactions} == {"👍", "🎉"}
        assert said_then["second"].edited_ms is not None
        reply = said_then["an answer"].reply
        assert reply is not None
        assert reply.text == "second"
        (offer,) = desk.do(lambda w: w.transfers(10))
        assert (offer.names, offer.state) == (("report.txt",), TransferState.OFFERED)
        assert not any(m.room_id or m.news or m.receipts for m in messages)
        for words in ("second", "report", "waits"):
            assert desk.do(lambda w, words=words: w.search(words, 10))  # type: ignore[misc]


def test_g12_a_deletion_kept_by_schema_2_is_done_when_its_text_comes(tmp_path: Path) -> None:
    with Desk(write_profile(tmp_path / "Ann", "Ann")) as desk:
        (ben,) = desk.do(lambda w: w.people())
        late = IncomingMessage(b"\xee" * 16, MessageKind.TEXT, "unsaid", 1 << 60, 1)
        lane = desk.do(lambda w: w._row("SELECT lane_id FROM lane WHERE NOT is_outgoing"))
        assert lane is not None
        desk.do(lambda w: w.receive(ben.peer_id, lane[0], 1, [IncomingItem(4, late)]))
        last = desk.chat(ben.peer_id)[-1]
        assert (last.text, last.is_deleted) == ("", True)


def test_g12_what_waited_in_schema_2_arrives_once_and_both_say_the_same(tmp_path: Path) -> None:
    async def scene(air: Air, ann: Side, ben: Side) -> None:
        await meet_all(air, ann, ben)
        await until(lambda: "waits 2" in shown(ben))
        await until(lambda: MessageState.DELIVERED in ann.states(waiting))
        await until(lambda: not ann.store.submit(lambda w: w.queued_count()).result())
        mine, theirs = await chat(ann, ben.text_id), await chat(ben, ann.text_id)
        assert [m.text for m in mine] == [m.text for m in theirs]
        assert [m.message_id for m in mine] == [m.message_id for m in theirs]
        assert by_text(theirs)["waits one"].edited_ms is not None
        liked = by_text(theirs)["second"].reactions
        assert {r.emoji: r.people for r in liked} == {"👍": (ann.text_id,), "🎉": (ann.text_id,)}
        assert not ann.faults()
        assert not ben.faults()

    waiting = "0130d12a4aa7946a92d7c8f774c16acd"
    play(tmp_path, scene)


def test_g12_rooms_work_in_a_profile_of_schema_2(tmp_path: Path) -> None:
    async def scene(air: Air, ann: Side, ben: Side) -> None:
        await meet_all(air, ann, ben)
        room = await make_room(ann, ben)
        ann.do(SendText(room, "hello"))
        await until(lambda: "hello" in shown(ben))
        ben.do(SendText(room, "hi"))
        await until(lambda: "hi" in shown(ann))
        await until(lambda: MessageState.DELIVERED in ann.states(said(ann, "hello").message_id))
        await ann.stop()
        await ann.start()
        assert await texts(ann, room) == await texts(ben, room) == ["hello", "hi"]
        assert (await chat(ann, ben.text_id))[0].text == "first"

    play(tmp_path, scene)
