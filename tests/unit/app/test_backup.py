"""Backups: all of a profile and no more, opened by the passphrase only, or nothing is left."""

import errno
import io
import struct
from pathlib import Path

import apsw
import pytest
from msgspec import structs
from nacl import exceptions, pwhash

import main
from app import backup
from app.backup import CHUNK_BYTES, Cost, read_backup, write_backup
from app.errors import ErrorCode, KnownError
from app.model import Trust
from app.profile import Profile
from net.protocol.records import picture_hash
from tests.unit.app.store.desk import Desk

WORD = "correct horse"
CHEAP = Cost(passes=1, memory_kib=64)
ENTRY = struct.Struct(">BQ")


@pytest.fixture
def profile(tmp_path: Path) -> Path:
    made = Profile.open(tmp_path / "me")
    made.change(made.settings)
    made.close()
    return made.path


def save(profile: Path, target: Path) -> Path:
    assert write_backup(profile, target, WORD, cost=CHEAP)
    return target


def refused(source: Path, folder: Path, word: str = WORD) -> ErrorCode:
    """Nothing may be left of it."""
    before = sorted(folder.parent.iterdir())
    with pytest.raises(KnownError) as caught:
        read_backup(source, folder, word)
    assert sorted(folder.parent.iterdir()) == before
    return caught.value.code


def sealed(target: Path, plain: bytes) -> Path:
    """What somebody who knows the passphrase could make."""
    header = backup._new_header(CHEAP)
    chunks = backup._seal(iter([plain]), header, backup._box(header, WORD))
    target.write_bytes(header + b"".join(chunks))
    return target


def test_a_profile_moves_whole_while_it_is_in_use(profile: Path, tmp_path: Path) -> None:
    with Desk(profile / "landline.db") as desk:
        ann = desk.meet()
        for number in range(1, 4):
            desk.send(ann, number, f"text {number} " + "x" * CHUNK_BYTES * (number == 2))
        desk.do(lambda w: (w.set_picture(ann, b"her face"), w.set_own_picture(b"my face")))
        target = save(profile, tmp_path / "b.landline")
    assert b"text 1" not in target.read_bytes()
    moved = tmp_path / "new" / "profile"
    read_backup(target, moved, WORD)
    for name in ("identity.key", "settings.json"):
        assert (moved / name).read_bytes() == (profile / name).read_bytes()
    assert (moved / "landline.db.suspect").exists()  # the first start looks at every page
    with Desk(moved / "landline.db") as desk:
        assert [one.text[:6] for one in desk.chat(ann)] == ["text 1", "text 2", "text 3"]
        assert desk.do(lambda w: w.own_picture()) == b"my face"
        assert desk.do(lambda w: w.picture(picture_hash(b"her face"))) == b"her face"
    assert Profile.open(moved).seed == (profile / "identity.key").read_bytes()
    assert not list(profile.glob(".backup-*"))


def test_e06_who_is_trusted_blocked_or_moved_is_so_in_the_backup_too(
    profile: Path, tmp_path: Path
) -> None:
    with Desk(profile / "landline.db") as desk:
        vera, eve, old, new = (desk.meet(number, "Somebody") for number in range(1, 5))
        desk.do(
            lambda w: (
                w.set_trust(vera, verified=True),
                w.set_trust(eve, blocked=True),
                w.set_trust(new, verified=True),
                w.set_successor(old, new, is_moved=True),
            )
        )
        before = desk.do(lambda w: w.people())
        target = save(profile, tmp_path / "b.landline")
    read_backup(target, tmp_path / "new", WORD)
    with Desk(tmp_path / "new" / "landline.db") as desk:
        after = {one.peer_id: one for one in desk.do(lambda w: w.people())}
    assert after == {one.peer_id: one for one in before}
    assert (after[vera].trust, after[eve].trust) == (Trust.VERIFIED, Trust.BLOCKED)
    assert (after[old].successor, after[old].is_moved) == (new, True)


def test_it_tells_how_far_it_is(profile: Path, tmp_path: Path) -> None:
    with Desk(profile / "landline.db") as desk:
        desk.send(desk.meet(), 1, "x" * 3 * CHUNK_BYTES)
    told: list[tuple[int, int]] = []
    write_backup(profile, tmp_path / "b", WORD, cost=CHEAP, told=lambda *one: told.append(one))
    assert len(told) > 3
    assert told == sorted(told)
    assert told[-1][0] == told[-1][1]


@pytest.fixture
def made(profile: Path, tmp_path: Path) -> Path:
    with Desk(profile / "landline.db") as desk:
        desk.send(desk.meet(), 1, "hello")
    return save(profile, tmp_path / "b.landline")


def test_another_passphrase_opens_nothing(made: Path, tmp_path: Path) -> None:
    assert refused(made, tmp_path / "x", WORD + " ") is ErrorCode.BAD_REQUEST


def test_damage_anywhere_is_refused(made: Path, tmp_path: Path) -> None:
    data = made.read_bytes()
    for at in (3, 17, 24, 30, 45, 60, len(data) // 2, len(data) - 1):
        broken = bytearray(data)
        broken[at] ^= 1
        made.write_bytes(broken)
        code = refused(made, tmp_path / "x")
        assert code in (ErrorCode.BAD_REQUEST, ErrorCode.PROFILE_TOO_NEW)


def test_what_is_cut_or_longer_is_refused(made: Path, tmp_path: Path) -> None:
    data = made.read_bytes()
    header = backup._HEADER.size
    for size in (0, 10, header, header + 1, header + 16, len(data) - 1):
        made.write_bytes(data[:size])
        assert refused(made, tmp_path / "x") is ErrorCode.BAD_REQUEST
    made.write_bytes(data + b"\0")
    assert refused(made, tmp_path / "x") is ErrorCode.BAD_REQUEST


def test_foreign_files_are_refused(tmp_path: Path) -> None:
    other = tmp_path / "x.zip"
    other.write_bytes(b"PK\x03\x04" * 1000)
    assert refused(other, tmp_path / "x") is ErrorCode.BAD_REQUEST
    assert refused(tmp_path / "none", tmp_path / "x") is ErrorCode.NO_SUCH_PATH


@pytest.mark.parametrize(
    ("version", "passes", "memory_kib"),
    [(1, 17, 64), (1, 0, 64), (1, 1, 2**20 + 1), (1, 1, 2**32 - 1), (1, 1, 7), (0, 1, 64)],
)
def test_a_header_cannot_ask_for_all_memory_or_time(
    made: Path, tmp_path: Path, version: int, passes: int, memory_kib: int
) -> None:
    data = bytearray(made.read_bytes())
    data[16:25] = struct.pack(">BII", version, passes, memory_kib)
    made.write_bytes(data)
    assert refused(made, tmp_path / "x") is ErrorCode.BAD_REQUEST


def entry(number: int, data: bytes, size: int | None = None) -> bytes:
    return ENTRY.pack(number, len(data) if size is None else size) + data


KEY, SETTINGS, WINDOW = entry(0, bytes(32)), entry(1, b"{}"), entry(2, b"{}")
MIB = 1024 * 1024


@pytest.fixture
def database(profile: Path) -> bytes:
    """As a part of a backup: with it, whatever else is wrong is all that is wrong."""
    with Desk(profile / "landline.db"):
        pass
    return entry(3, (profile / "landline.db").read_bytes())


def test_what_somebody_packs_well_is_taken(database: bytes, tmp_path: Path) -> None:
    good = sealed(tmp_path / "h", KEY + SETTINGS + WINDOW + database)
    read_backup(good, tmp_path / "x", WORD)
    assert (tmp_path / "x" / "window.json").read_bytes() == b"{}"


@pytest.mark.parametrize(
    "before",
    [
        b"",
        entry(0, bytes(31)),
        entry(0, bytes(33)),
        KEY + KEY,
        SETTINGS + KEY,
        KEY + SETTINGS + SETTINGS,
        KEY + entry(1, b" " * (MIB + 1)),
        KEY + entry(2, b" " * 65_537),
        KEY + entry(1, b"x", 2**63),
        KEY + entry(9, b"x"),
    ],
)
def test_hostile_contents_before_a_good_database_leave_nothing(
    before: bytes, database: bytes, tmp_path: Path
) -> None:
    hostile = sealed(tmp_path / "h", before + database)
    assert refused(hostile, tmp_path / "x") is ErrorCode.BAD_REQUEST


@pytest.mark.parametrize(
    "after", [entry(3, b"x"), entry(9, b"x"), entry(4, b""), b"\0\0\0", KEY, SETTINGS]
)
def test_hostile_contents_behind_a_good_database_leave_nothing(
    after: bytes, database: bytes, tmp_path: Path
) -> None:
    hostile = sealed(tmp_path / "h", KEY + database + after)
    assert refused(hostile, tmp_path / "x") is ErrorCode.BAD_REQUEST


@pytest.mark.parametrize(
    "hostile",
    [
        KEY,
        KEY + entry(3, b"x" * 100, 2**61),
        KEY + entry(3, b"not a database at all" * 4),
    ],
)
def test_a_backup_without_a_whole_database_leaves_nothing(hostile: bytes, tmp_path: Path) -> None:
    assert refused(sealed(tmp_path / "h", hostile), tmp_path / "x") is ErrorCode.BAD_REQUEST


@pytest.mark.parametrize(("own", "code"), [(0, "bad_request"), (1, "profile_too_new")])
def test_a_database_of_others_or_of_the_future(tmp_path: Path, own: int, code: str) -> None:
    path = tmp_path / "d.db"
    with apsw.Connection(str(path)) as connection:
        connection.execute(f"CREATE TABLE x(y); PRAGMA application_id={0x4C4E444C * own}")
        connection.execute("PRAGMA user_version=999")
    connection.close()
    data = path.read_bytes()
    plain = ENTRY.pack(0, 32) + bytes(32) + ENTRY.pack(3, len(data)) + data
    assert refused(sealed(tmp_path / "h", plain), tmp_path / "x") == code


def test_a_profile_is_never_overwritten(profile: Path, made: Path) -> None:
    before = (profile / "identity.key").read_bytes()
    assert refused(made, profile) is ErrorCode.WRONG_STATE
    assert (profile / "identity.key").read_bytes() == before


def test_an_empty_folder_becomes_the_profile(made: Path, tmp_path: Path) -> None:
    (tmp_path / "x").mkdir()
    read_backup(made, tmp_path / "x", WORD)
    assert (tmp_path / "x" / "identity.key").exists()


def test_what_a_backup_that_broke_off_left_is_in_nobody_s_way(profile: Path, made: Path) -> None:
    made.with_name(f".{made.name}.part").write_bytes(b"half")
    save(profile, made)
    assert not list(made.parent.glob(".*.part"))


@pytest.mark.parametrize(
    ("number", "code"),
    [
        (errno.ENOSPC, ErrorCode.NO_SPACE),
        (errno.EDQUOT, ErrorCode.NO_SPACE),
        (errno.EACCES, ErrorCode.NOT_WRITABLE),
        (errno.EROFS, ErrorCode.NOT_WRITABLE),
        (errno.ENOENT, ErrorCode.NO_SUCH_PATH),
        (errno.EIO, ErrorCode.DISK_ERROR),
    ],
)
def test_what_the_disk_refuses_has_its_own_sentence(number: int, code: ErrorCode) -> None:
    with pytest.raises(KnownError) as caught, backup._known_errors(Path("/place")):
        raise OSError(number, "the reason")
    assert caught.value.code is code
    assert caught.value.detail == "/place: the reason"


def test_a_cancelled_backup_leaves_what_was_there(profile: Path, made: Path) -> None:
    before = made.read_bytes()
    assert not write_backup(profile, made, WORD, cost=CHEAP, is_cancelled=lambda: True)
    assert made.read_bytes() == before
    assert not [one for one in made.parent.iterdir() if one.name.startswith(".")]


def test_a_place_that_cannot_be_written_is_told(profile: Path, made: Path) -> None:
    with pytest.raises(KnownError) as caught:
        write_backup(profile, made.parent / "no" / "b", WORD, cost=CHEAP)
    assert caught.value.code is ErrorCode.NO_SUCH_PATH


def test_both_ways_by_command(
    profile: Path, made: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    def move(word: str, *arguments: str) -> int:
        monkeypatch.setattr("sys.stdin", io.StringIO(f"{word}\n"))
        return main.main(list(arguments))

    opened = Profile.open(profile)
    opened.change(structs.replace(opened.settings, downloads="/elsewhere"))
    opened.close()
    save(profile, made)
    new = tmp_path / "by-command"
    assert move("wrong", "--import-profile", str(made), "--profile", str(new)) == 1
    assert "could not be opened" in capsys.readouterr().err
    assert move(WORD, "--import-profile", str(made), "--profile", str(new)) == 0
    assert (new / "identity.key").read_bytes() == (profile / "identity.key").read_bytes()
    assert b"/elsewhere" not in (new / "settings.json").read_bytes()
    assert move(WORD[:7], "--export-profile", str(tmp_path / "c"), "--profile", str(new)) == 1
    assert not (tmp_path / "c").exists()
    monkeypatch.setattr(backup, "Cost", lambda: CHEAP)
    assert move(WORD[:8], "--export-profile", str(tmp_path / "c"), "--profile", str(new)) == 0
    read_backup(tmp_path / "c", tmp_path / "again", WORD[:8])
    assert (tmp_path / "again" / "identity.key").read_bytes() == (new / "identity.key").read_bytes()


@pytest.mark.parametrize(
    ("passes", "memory_kib"), [(0, 64), (1, 4), (16, 1024 * 1024), (2**32 - 1, 8), (1, 2**31)]
)
def test_b03_a_backup_cannot_ask_for_work_without_end(
    tmp_path: Path, passes: int, memory_kib: int
) -> None:
    header = backup._new_header(Cost(passes, memory_kib))
    source = tmp_path / "evil.backup"
    source.write_bytes(header + bytes(CHUNK_BYTES))
    assert refused(source, tmp_path / "new") is ErrorCode.BAD_REQUEST


def test_d15_memory_that_is_not_free_is_said(
    profile: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_words: object, **_cost: object) -> bytes:
        raise exceptions.RuntimeError("Unexpected failure in key derivation")

    with Desk(profile / "landline.db"):
        source = save(profile, tmp_path / "b.backup")
    monkeypatch.setattr(pwhash.argon2id, "kdf", fail)
    assert refused(source, tmp_path / "new") is ErrorCode.BAD_REQUEST
    with pytest.raises(KnownError, match="memory"):
        write_backup(profile, tmp_path / "c.backup", WORD, cost=CHEAP)
    assert not [one for one in profile.iterdir() if one.name.startswith(".backup-")]
