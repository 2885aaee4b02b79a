"""G-04, G-12: whatever lies where the database should be, Landline starts, deletes nothing."""

import os
import random
import shutil
import stat
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import apsw
import pytest

from app.errors import ErrorCode, KnownError
from app.model import Trust
from app.store.opening import mark_suspect, open_database
from app.store.schema import APPLICATION_ID, Migration, load_migrations, schema_version
from app.store.store import Store
from net.protocol.records import picture_hash
from tests.disk import Loss, disk, write_images
from tests.unit.app.store.desk import Desk, send

SET_ASIDE = "could not be used|messages were recovered"
MIGRATIONS = load_migrations()


def _fill(database: Path) -> None:
    with Desk(database) as desk:
        peer = desk.meet()
        words = "x" * 500
        desk.do(lambda w: w.set_trust(peer, verified=True))
        desk.do(lambda w: [send(w, peer, n, f"text {n} {words}") for n in range(1, 60)])


def _cut_short(database: Path) -> None:
    os.truncate(database, database.stat().st_size // 2)


def _empty(database: Path) -> None:
    os.truncate(database, 0)


def _overwrite_header(database: Path) -> None:
    with database.open("r+b") as file:
        file.write(b"not a database at all, and longer than a header of sqlite" * 4)


def _replace_by_text(database: Path) -> None:
    database.write_text("Dear diary,\n" * 500)


def _replace_by_a_foreign_database(database: Path) -> None:
    database.unlink()
    with closing(apsw.Connection(str(database))) as foreign:
        foreign.execute("CREATE TABLE recipes (name TEXT); INSERT INTO recipes VALUES ('soup')")


def _overwrite_page(database: Path, number: int) -> None:
    with database.open("r+b") as file:
        file.seek((number - 1) * 4096)
        file.write(b"\xff" * 4096)


def overwrite_root(database: Path, name: str) -> None:
    with closing(apsw.Connection(str(database))) as found:
        query = "SELECT rootpage FROM sqlite_schema WHERE name = ?"
        root = int(found.execute(query, (name,)).get)
    _overwrite_page(database, root)


def _leave_only_the_log(database: Path) -> None:
    """As after a crash, when somebody then deletes the database but not its log."""
    holder = apsw.Connection(str(database))
    holder.execute("CREATE TABLE more (x); INSERT INTO more VALUES (1)")
    log = Path(f"{database}-wal").read_bytes()
    holder.close()
    database.unlink()
    Path(f"{database}-wal").write_bytes(log)


@pytest.mark.expects_log(SET_ASIDE)
@pytest.mark.parametrize(
    "harm",
    [
        _cut_short,
        _empty,
        _overwrite_header,
        _replace_by_text,
        _replace_by_a_foreign_database,
        _leave_only_the_log,
    ],
)
def test_g04_unusable_file_is_set_aside_whole_and_a_fresh_one_begun(
    database: Path, harm: Callable[[Path], None]
) -> None:
    _fill(database)
    harm(database)
    before = {f.read_bytes() for f in database.parent.iterdir() if not f.name.endswith("-shm")}
    with Desk(database) as desk:
        assert desk.report.set_aside is not None
        moved = [f for f in database.parent.iterdir() if f.name.startswith("landline.db.damaged")]
        assert {f.read_bytes() for f in moved} >= before
        desk.send(desk.meet(), 1, "life goes on")
    with Desk(database) as desk:
        assert desk.report.set_aside is None


def _use_all(database: Path, number: int) -> ErrorCode | None:
    with Desk(database) as desk:
        try:
            desk.send(desk.meet(number), number)
            desk.chat_on_disk(desk.meet())
            desk.do(lambda w: (w.search("text", 100), w.conversations(), w.people()))
        except KnownError as error:
            return error.code
    return None


@pytest.mark.allows_log("store")
@pytest.mark.parametrize("seed", range(24))
def test_g04_random_damaged_page_never_keeps_landline_from_starting(
    database: Path, seed: int
) -> None:
    _fill(database)
    chance = random.Random(seed)
    pages = database.stat().st_size // 4096
    with database.open("r+b") as file:
        file.seek(chance.randrange(pages) * 4096)
        file.write(chance.randbytes(4096))
    first = _use_all(database, 100)  # meets the damage, or does not
    assert first in (None, ErrorCode.PROFILE_BROKEN)
    assert _use_all(database, 200) is None


@pytest.mark.expects_log(SET_ASIDE)
def test_g04_damage_met_while_running_is_looked_for_at_the_next_start(database: Path) -> None:
    _fill(database)
    overwrite_root(database, "message")
    with Desk(database) as desk:
        assert desk.report.set_aside is None  # one page of thousands: not looked at yet
    mark_suspect(database)
    with Desk(database) as desk:
        assert desk.report.set_aside is not None
    with Desk(database) as desk:
        assert desk.report.set_aside is None


@pytest.mark.expects_log(SET_ASIDE)
@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        pytest.param(b"unicode61", b"unicode62", id="tokenizer"),
        pytest.param(b"length(peer_id) = 32", b"length(peer_id) = 33", id="rule"),
        pytest.param(b"    kind ", b"    kint ", id="column"),
    ],
)
def test_g04_a_wrong_letter_in_the_schema_is_found_at_once_and_costs_no_message(
    database: Path, right: bytes, wrong: bytes
) -> None:
    _fill(database)
    data = database.read_bytes()
    assert right in data
    database.write_bytes(data.replace(right, wrong))
    with Desk(database) as desk:
        assert desk.report.recovered == 59
        desk.send(desk.meet(), 100)
    assert _use_all(database, 200) is None


@pytest.mark.expects_log(SET_ASIDE)
def test_g04_a_format_of_no_known_version_is_set_aside(database: Path) -> None:
    _fill(database)
    data = bytearray(database.read_bytes())
    data[44:48] = (99).to_bytes(4, "big")  # the schema format number in SQLite's header
    database.write_bytes(data)
    with Desk(database) as desk:
        assert desk.report.set_aside is not None
        assert desk.report.set_aside.read_bytes() == data


@pytest.mark.expects_log("could not be used")
@pytest.mark.expects_log("59 messages were recovered")
@pytest.mark.parametrize(
    "name",
    ["message_order", "message_place", "message_search_data", "address", "picture", "transfer"],
)
def test_g04_damage_elsewhere_costs_no_message(database: Path, name: str) -> None:
    _fill(database)
    overwrite_root(database, name)
    mark_suspect(database)
    with Desk(database) as desk:
        assert desk.report.recovered == 59
        assert len(desk.chat(desk.meet())) == 59
        assert len(desk.do(lambda w: w.search("text", 100))) == 59
        assert desk.do(lambda w: w.queued_count()) == 59
        assert desk.do(lambda w: w.people())[0].trust is Trust.VERIFIED
    with closing(apsw.Connection(str(database))) as found:
        assert found.execute("PRAGMA integrity_check").get == "ok"


@pytest.mark.expects_log("could not be used")
@pytest.mark.expects_log("messages were recovered")
def test_g04_a_broken_history_leaves_people_their_trust_and_lanes_without_a_gap(
    database: Path,
) -> None:
    _fill(database)
    overwrite_root(database, "message")
    mark_suspect(database)
    with Desk(database) as desk:
        assert desk.report.recovered == 0
        (ann,) = desk.do(lambda w: w.people())
        assert ann.trust is Trust.VERIFIED
        pending = desk.do(lambda w: w.pending(ann.peer_id, 0, 100))
        assert [p.seq for p in pending] == list(range(1, 60))
        lane = desk.do(lambda w: w.lane_for(ann.peer_id, lambda: b""))
        assert lane.lane_id != (1).to_bytes(8, "big")


@pytest.mark.expects_log("could not be used")
@pytest.mark.expects_log("messages were recovered")
@pytest.mark.parametrize("broken", ["message", "person"])
def test_g04_pictures_are_recovered_with_their_people_and_without_them_given_to_nobody(
    database: Path, broken: str
) -> None:
    face, mine = b"face" * 5000, b"mine"
    _fill(database)
    with Desk(database) as desk:
        ann = desk.meet()
        desk.do(lambda w: (w.set_picture(ann, face), w.set_own_picture(mine)))
    overwrite_root(database, broken)
    mark_suspect(database)
    with Desk(database) as desk:
        is_whole = broken != "person"
        assert desk.do(lambda w: w.own_picture()) == mine
        assert desk.do(lambda w: w.picture(picture_hash(face))) == (face if is_whole else b"")
        desk.meet()
        (found,) = desk.do(lambda w: w.people())
        assert found.picture == (picture_hash(face) if is_whole else None)


@pytest.mark.expects_log("could not be used")
@pytest.mark.expects_log("messages were recovered")
def test_g04_what_lies_before_and_behind_the_damage_is_recovered(database: Path) -> None:
    _fill(database)
    with closing(apsw.Connection(str(database))) as found:
        query = "SELECT pageno FROM dbstat WHERE name = 'message' AND pagetype = 'leaf'"
        pages = [page for (page,) in found.execute(query)]
    _overwrite_page(database, pages[len(pages) // 2])
    mark_suspect(database)
    with Desk(database) as desk:
        numbers = {int(m.text.split()[1]) for m in desk.chat(desk.meet())}
        lost = 59 - desk.report.recovered
        assert len(numbers) == desk.report.recovered
        assert {1, 2, 3, 57, 58, 59} <= numbers
        assert 0 < lost < 12
        ann = desk.meet()
        waiting = desk.do(lambda w: w.pending(ann, 0, 100))
        assert len(waiting) == 59  # the texts are in their records


@pytest.mark.expects_log("could not be used")
@pytest.mark.expects_log("59 messages were recovered")
@pytest.mark.parametrize("nth", [3, 8, 20, 40])
def test_g04_without_room_to_recover_the_damaged_file_stays_where_it_is(
    database: Path, nth: int
) -> None:
    _fill(database)
    overwrite_root(database, "message_order")
    mark_suspect(database)
    before = database.read_bytes()
    with disk() as device:

        def refuse(_kind: str, file: str) -> None:
            if device.operations >= nth:
                raise apsw.FullError("injected")

        device.before_operation = refuse
        with pytest.raises(KnownError) as raised:
            Store(database, device.name).start()
        assert raised.value.code is ErrorCode.NO_SPACE
    assert database.read_bytes() == before
    with Desk(database) as desk:
        assert desk.report.recovered == 59


@pytest.mark.expects_log("could not be used")
@pytest.mark.expects_log("60 messages were recovered")
@pytest.mark.allows_log("nothing of this commit is kept")
def test_g04_a_text_that_is_no_text_any_more_costs_only_itself(database: Path) -> None:
    _fill(database)
    found = database.read_bytes().replace(b"text 7 xxx", b"text 7 \xff\xfex")
    database.write_bytes(found)
    assert _use_all(database, 100) is ErrorCode.PROFILE_BROKEN
    with Desk(database) as desk:
        chat = {message.text[:10] for message in desk.chat(desk.meet())}
    assert {"text 6 xxx", "text 7 \ufffd\ufffdx", "text 8 xxx"} <= chat


def test_a_mark_of_suspicion_costs_a_sound_database_nothing(database: Path) -> None:
    _fill(database)
    mark_suspect(database)
    with Desk(database) as desk:
        assert desk.report.set_aside is None
        assert len(desk.chat(desk.meet())) == 59
    assert not Path(f"{database}.suspect").exists()


@pytest.mark.expects_log(SET_ASIDE)
def test_g04_two_files_set_aside_in_one_second_keep_both(database: Path) -> None:
    names = set()
    for _ in range(3):
        _replace_by_text(database)
        with Desk(database) as desk:
            names.add(desk.report.set_aside)
    assert len(names) == 3


def test_g04_a_stale_shared_memory_file_does_no_harm(database: Path) -> None:
    _fill(database)
    Path(f"{database}-shm").write_bytes(random.Random(1).randbytes(32_768))
    with Desk(database) as desk:
        assert len(desk.chat(desk.meet())) == 59


def test_g12_newer_schema_is_refused_and_left_as_it_is(database: Path) -> None:
    _fill(database)
    with closing(apsw.Connection(str(database))) as future:
        future.pragma("user_version", len(MIGRATIONS) + 1)
    before = database.read_bytes()
    with pytest.raises(KnownError) as raised:
        Store(database).start()
    assert raised.value.code is ErrorCode.PROFILE_TOO_NEW
    assert database.read_bytes() == before
    assert [f.name for f in database.parent.iterdir()] == ["landline.db"]


ADD_MOOD = Migration(len(MIGRATIONS) + 1, "mood", "ALTER TABLE person ADD COLUMN mood TEXT;")
BROKEN = Migration(
    len(MIGRATIONS) + 2, "broken", "CREATE TABLE half (x); INSERT INTO nowhere VALUES (1);"
)


def test_g12_a_backup_is_made_before_a_migration(database: Path) -> None:
    _fill(database)
    connection, report = open_database(database, migrations=(*MIGRATIONS, ADD_MOOD))
    with closing(connection):
        assert schema_version(connection) == len(MIGRATIONS) + 1
        assert connection.execute("SELECT mood FROM person").get is None
    assert report.backup is not None
    with Desk(report.backup) as desk:
        assert len(desk.chat(desk.meet())) == 59
    assert stat.S_IMODE(report.backup.stat().st_mode) == 0o600


def test_g12_migration_that_fails_leaves_the_last_whole_schema(database: Path) -> None:
    _fill(database)
    with pytest.raises(apsw.SQLError):
        open_database(database, migrations=(*MIGRATIONS, ADD_MOOD, BROKEN))
    connection, _ = open_database(database, migrations=(*MIGRATIONS, ADD_MOOD))
    with closing(connection):
        assert connection.execute("SELECT count(*) FROM message").get == 59
        assert not connection.table_exists(None, "half")


@pytest.mark.parametrize("loss", Loss)
def test_g12_power_cut_in_a_migration_leaves_one_schema_or_the_other(
    tmp_path: Path, loss: Loss
) -> None:
    chance = random.Random(loss.value)
    _fill(tmp_path / "landline.db")
    for number, cut_at in enumerate(range(1, 40, 3)):
        before, after = tmp_path / f"{number}-before", tmp_path / f"{number}-after"
        shutil.copytree(tmp_path, before, ignore=shutil.ignore_patterns("*-*"))
        after.mkdir()
        with disk() as device:
            cut = device.cut_at(cut_at)
            connection, _ = open_database(
                before / "landline.db", device.name, (*MIGRATIONS, ADD_MOOD)
            )
            connection.close()
        write_images(cut(), after, chance, loss)
        connection, report = open_database(after / "landline.db", None, (*MIGRATIONS, ADD_MOOD))
        with closing(connection):
            assert report.set_aside is None
            assert connection.execute("SELECT count(*) FROM message").get == 59
            assert connection.execute("PRAGMA integrity_check").get == "ok"


@pytest.mark.parametrize("nth", range(1, 30, 2))
def test_g03_a_disk_that_refuses_at_the_first_start_leaves_nothing_in_the_way(
    database: Path, nth: int
) -> None:
    with disk() as device:

        def refuse(_kind: str, _file: str) -> None:
            if device.operations >= nth:
                raise apsw.FullError("injected")

        device.before_operation = refuse
        with pytest.raises(KnownError) as raised:
            Store(database, device.name).start()
        assert raised.value.code is ErrorCode.NO_SPACE
    with Desk(database) as desk:
        assert desk.report.set_aside is None
        desk.meet()


@pytest.mark.skipif(sys.platform == "win32", reason="an open file cannot be deleted")
@pytest.mark.parametrize("suffix", ["", "-wal"])
@pytest.mark.expects_log("deleted while in use")
@pytest.mark.allows_log("could not be used|were recovered")
def test_g04_database_deleted_while_open_promises_nothing_more(database: Path, suffix: str) -> None:
    with Desk(database) as desk:
        peer = desk.meet()
        Path(f"{database}{suffix}").unlink()
        with pytest.raises(KnownError) as raised:
            desk.send(peer, 1)
        assert raised.value.code is ErrorCode.DISK_ERROR
    with Desk(database) as desk:
        desk.send(desk.meet(), 2)


def test_no_backup_without_a_migration(database: Path) -> None:
    for _ in range(2):
        with Desk(database) as desk:
            assert desk.report.backup is None


def test_migrations_with_a_gap_are_refused(tmp_path: Path) -> None:
    (tmp_path / "001_a.sql").write_text("")
    (tmp_path / "003_c.sql").write_text("")
    with pytest.raises(ValueError, match="gap"):
        load_migrations(tmp_path)


def test_the_database_is_marked_as_ours_and_durable(database: Path) -> None:
    connection, _ = open_database(database)
    with closing(connection):
        assert connection.pragma("application_id") == APPLICATION_ID
        assert connection.pragma("user_version") == len(MIGRATIONS)
        assert connection.pragma("journal_mode") == "wal"
        assert connection.pragma("synchronous") == 2
        assert connection.pragma("fullfsync") == 1
        assert connection.pragma("foreign_keys") == 1


@pytest.mark.skipif(sys.platform == "win32", reason="POSIX modes")
def test_files_of_the_database_are_for_their_owner_only(database: Path) -> None:
    database.touch(mode=0o644)
    database.unlink()
    old_mask = os.umask(0)
    try:
        with Desk(database) as desk:
            desk.meet()
            modes = {stat.S_IMODE(f.stat().st_mode) for f in database.parent.iterdir()}
        database.chmod(0o644)
        with Desk(database):
            modes.add(stat.S_IMODE(database.stat().st_mode))
    finally:
        os.umask(old_mask)
    assert modes == {0o600}


@pytest.mark.skipif(sys.platform == "win32" or os.geteuid() == 0, reason="root writes anywhere")
def test_a_folder_that_cannot_be_written_is_a_known_error(database: Path) -> None:
    database.parent.chmod(0o500)
    try:
        with pytest.raises(KnownError) as raised:
            Store(database).start()
    finally:
        database.parent.chmod(0o700)
    assert raised.value.code is ErrorCode.NOT_WRITABLE


def test_a_folder_in_place_of_the_file_is_a_known_error(database: Path) -> None:
    database.mkdir()
    with pytest.raises(KnownError):
        Store(database).start()
