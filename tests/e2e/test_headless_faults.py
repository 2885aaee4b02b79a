"""A machine that refuses: broken profiles, disks that are full or read-only, no network.

Each time a clear line, and nothing is lost.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from tests.e2e.conftest import Start
from tests.e2e.headless import Headless
from tests.e2e.mounts import inside, read_only, small_disk
from tests.e2e.rig import Rig
from tests.e2e.trees import MIB, tree, write_random

DATABASE = "landline.db"


@pytest.fixture
def used_profile(pair: tuple[Headless, Headless], tmp_path: Path) -> Path:
    """Anna's, after a text to Ben; nobody runs any more."""
    anna, ben = pair
    anna.delivered(anna.send(ben, "kept"))
    anna.quit()
    ben.quit()
    return tmp_path / "anna"


def _one_clear_line(one: Headless, *words: str) -> None:
    assert one.log.count("\n") == 1, one.log
    for word in words:
        assert word in one.log


def _bytes_of(folder: Path) -> list[bytes]:
    return [path.read_bytes() for path in folder.iterdir() if path.is_file()]


# --- identity -----------------------------------------------------------------


@pytest.mark.parametrize("content", [b"", b"short", b"x" * 33, b"\0" * 10_000])
def test_broken_identity_is_never_replaced(
    start: Start, used_profile: Path, content: bytes
) -> None:
    """G-14: whoever lost a key must be told, not become somebody else."""
    key = used_profile / "identity.key"
    key.write_bytes(content)
    database = (used_profile / DATABASE).read_bytes()
    anna = start("anna", is_ready=False)
    assert anna.ends_within(20) not in (0, 3, 4)
    _one_clear_line(anna, str(key))
    assert anna.lines == []
    assert key.read_bytes() == content
    assert (used_profile / DATABASE).read_bytes() == database


def test_missing_identity_makes_a_new_person_who_keeps_the_messages(
    start: Start, used_profile: Path
) -> None:
    (used_profile / "identity.key").unlink()
    anna = start("anna")
    assert [one["text"] for one in anna.ask("search", text="kept")["messages"]] == ["kept"]


def test_identity_that_others_can_read_is_closed(start: Start, used_profile: Path) -> None:
    """G-14."""
    (used_profile / "identity.key").chmod(0o644)
    start("anna")
    assert (used_profile / "identity.key").stat().st_mode & 0o777 == 0o600


def test_unreadable_settings_are_set_aside(start: Start, used_profile: Path) -> None:
    (used_profile / "settings.json").write_bytes(b"{nonsense")
    anna = start("anna")
    assert "settings" in anna.wait("error")["detail"]
    assert b"{nonsense" in _bytes_of(used_profile)


# --- database -----------------------------------------------------------------


def _damage_header(path: Path) -> None:
    path.write_bytes(b"no database at all" + path.read_bytes()[18:])


def _damage_pages(path: Path) -> None:
    data = bytearray(path.read_bytes())
    for start_of_page in range(4096, len(data), 4096):
        data[start_of_page : start_of_page + 64] = b"\xff" * 64
    path.write_bytes(data)


def _cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2 + 100])


def _make_foreign(path: Path) -> None:
    path.unlink()
    with closing(sqlite3.connect(path)) as other, other:
        other.execute("PRAGMA application_id = 77")
        other.execute("CREATE TABLE recipes (name TEXT)")
        other.execute("INSERT INTO recipes VALUES ('potato salad')")


DAMAGES = {
    "header": _damage_header,
    "pages": _damage_pages,
    "cut": _cut,
    "foreign": _make_foreign,
    "text": lambda path: path.write_text("dear diary\n" * 1000),
}


@pytest.mark.parametrize("damage", DAMAGES.values(), ids=DAMAGES.keys())
def test_damaged_database_is_set_aside_and_the_person_stays(
    start: Start, used_profile: Path, damage: object
) -> None:
    """G-04."""
    assert callable(damage)
    peer_id = _peer_id_of(start)
    damage(used_profile / DATABASE)
    damaged = (used_profile / DATABASE).read_bytes()
    anna, ben = start("anna"), start("ben")
    assert anna.peer_id == peer_id
    anna.wait("error", code="profile_broken")
    kept = [path for path in used_profile.iterdir() if path.read_bytes()[:4096] == damaged[:4096]]
    assert [path.name for path in kept if path.name != DATABASE] != []
    anna.sees(ben)
    anna.delivered(anna.send(ben, "still here"))
    anna.quit()
    again = start("anna")
    assert [one["text"] for one in again.messages_with(ben)] == ["still here"]
    assert again.all("error") == []


def _peer_id_of(start: Start) -> str:
    one = start("anna")
    peer_id = one.peer_id
    one.quit()
    return peer_id


def test_empty_database_file_is_a_new_one(start: Start, used_profile: Path) -> None:
    (used_profile / DATABASE).write_bytes(b"")
    assert start("anna").ask("status")["event"] == "status"


def test_database_of_a_newer_version_is_left_alone(start: Start, used_profile: Path) -> None:
    with closing(sqlite3.connect(used_profile / DATABASE)) as database, database:
        database.execute("PRAGMA user_version = 9999")
    before = (used_profile / DATABASE).read_bytes()
    anna = start("anna", is_ready=False)
    assert anna.ends_within(20) not in (0, 3, 4)
    _one_clear_line(anna, "newer")
    assert (used_profile / DATABASE).read_bytes() == before


# --- disks --------------------------------------------------------------------


def test_read_only_profile_is_a_clear_line(start: Start, used_profile: Path) -> None:
    anna = start("anna", is_ready=False, wrapper=read_only(used_profile))
    assert anna.ends_within(20) not in (0, 3, 4)
    _one_clear_line(anna, str(used_profile))


def test_profile_that_is_a_file_is_a_clear_line(start: Start, tmp_path: Path) -> None:
    (tmp_path / "anna").write_text("a file")
    anna = start("anna", is_ready=False)
    assert anna.ends_within(20) not in (0, 3, 4)
    _one_clear_line(anna, str(tmp_path / "anna"))


def test_read_only_downloads_fail_the_transfer_which_can_go_elsewhere(
    start: Start, tmp_path: Path
) -> None:
    downloads = tmp_path / "read-only"
    downloads.mkdir()
    anna = start("anna")
    ben = start("ben", "--downloads", str(downloads), wrapper=read_only(downloads))
    anna.sees(ben)
    file = write_random(tmp_path / "file", 3 * MIB)
    transfer = _refused_transfer(anna, ben, file, "not_writable")
    assert list(downloads.iterdir()) == []
    _lands_elsewhere(ben, transfer, file, tmp_path / "elsewhere")


def test_full_downloads_fail_the_transfer_which_can_go_elsewhere(
    start: Start, tmp_path: Path
) -> None:
    """D-12: known before the first byte."""
    downloads = tmp_path / "small"
    downloads.mkdir()
    anna = start("anna")
    ben = start("ben", "--downloads", str(downloads), wrapper=small_disk(downloads, 8 * MIB))
    anna.sees(ben)
    file = write_random(tmp_path / "file", 20 * MIB)
    transfer = _refused_transfer(anna, ben, file, "no_space")
    assert list(inside(ben.process.pid, downloads).iterdir()) == []
    _lands_elsewhere(ben, transfer, file, tmp_path / "elsewhere")


def _refused_transfer(anna: Headless, ben: Headless, file: Path, reason: str) -> str:
    transfer = str(anna.ask("send_files", to=ben.peer_id, paths=[str(file)])["transfer"])
    ben.wait("offer", transfer=transfer)
    ref = ben.say("accept", transfer=transfer)
    line = ben.wait("", where=lambda line: reason in (line.get("reason"), line.get("code")))
    assert line.get("transfer") == transfer or line.get("ref") == ref
    return transfer


def _lands_elsewhere(ben: Headless, transfer: str, file: Path, elsewhere: Path) -> None:
    elsewhere.mkdir()
    ben.ask("accept", transfer=transfer, into=str(elsewhere))
    done = ben.wait("transfer", transfer=transfer, state="done", within_s=60)
    assert tree(Path(done["path"])) == tree(file)


@contextmanager
def _filled(folder: Path) -> Iterator[None]:
    """No byte is left on the disk that has ``folder``."""
    filler = folder / "filler"
    with filler.open("wb", buffering=0) as file:
        for size in (MIB, 4096, 1):
            try:
                while file.write(b"x" * size):
                    pass
            except OSError:
                continue
    try:
        yield
    finally:
        filler.unlink()


def _on_a_small_disk(start: Start, name: str, tmp_path: Path) -> Headless:
    profile = tmp_path / name
    profile.mkdir(mode=0o700)
    return start(name, wrapper=small_disk(profile, 16 * MIB))


def test_text_that_found_no_room_is_refused_and_can_be_sent_again(
    start: Start, tmp_path: Path
) -> None:
    """G-03: nothing is called queued that is not on disk."""
    anna = _on_a_small_disk(start, "anna", tmp_path)
    ben = start("ben")
    anna.sees(ben)
    anna.delivered(anna.send(ben, "before"))
    texts = [f"{number} " + "x" * 20_000 for number in range(20)]
    with _filled(inside(anna.process.pid, tmp_path / "anna")):
        assert anna.refused("send", to=ben.peer_id, text=texts[0]) in {"no_space", "disk_error"}
        assert anna.ask("status")["queued"] == 0
    for text in texts:
        anna.delivered(anna.send(ben, text))
    assert ben.heard_from(anna) == ["before", *texts]
    assert [one["text"] for one in anna.messages_with(ben)] == ["before", *texts]


@pytest.mark.parametrize("size_bytes", [900, 30_000], ids=["datagram", "stream"])
def test_text_whose_receiver_has_no_room_is_not_delivered_until_it_has(
    start: Start, tmp_path: Path, size_bytes: int
) -> None:
    """G-03: no acknowledgement, the text waits, the user is told."""
    anna = start("anna")
    ben = _on_a_small_disk(start, "ben", tmp_path)
    anna.sees(ben)
    ben.sees(anna)
    anna.ask("trust", peer=ben.peer_id, accepted=True)
    ben.ask("trust", peer=anna.peer_id, accepted=True)
    text = "x" * size_bytes
    with _filled(inside(ben.process.pid, tmp_path / "ben")):
        message = anna.send(ben, text)
        told = ben.wait("error", where=lambda line: line["code"] in {"no_space", "disk_error"})
        assert "ref" not in told
        assert anna.messages_with(ben)[-1]["state"] in {"queued", "sent"}
        assert ben.all("message", id=message) == []
    anna.delivered(message)
    assert ben.wait("message", id=message)["text"] == text
    assert len(ben.all("message", id=message)) == 1


def test_profile_on_a_full_disk_is_a_clear_line(start: Start, tmp_path: Path) -> None:
    profile = tmp_path / "anna"
    profile.mkdir(mode=0o700)
    wrapper = small_disk(profile, 16 * 1024)
    anna = start("anna", is_ready=False, wrapper=wrapper)
    assert anna.ends_within(20) not in (0, 3, 4)
    _one_clear_line(anna)
    assert anna.lines == []


# --- network ------------------------------------------------------------------


def test_machine_without_a_network_card_starts_and_says_so(rig: Rig, start: Start) -> None:
    with rig.cardless() as alone:
        anna = start("anna", place=alone)
        assert anna.wait("ready")["networks"] == 0
        assert anna.refused("connect", address="192.168.77.12") == "unreachable"
        anna.quit()
        assert anna.log == ""


def test_machine_without_even_loopback_is_a_clear_line_or_runs(rig: Rig, start: Start) -> None:
    with rig.cardless() as alone:
        alone.run("ip", "link", "set", "lo", "down")
        anna = start("anna", place=alone)
        anna.quit()


def test_machine_without_ipv6_starts(rig: Rig, start: Start) -> None:
    with rig.cardless() as alone:
        for scope in ("all", "default", "lo"):
            alone.run("sysctl", "-qw", f"net.ipv6.conf.{scope}.disable_ipv6=1")
        anna, ben = start("anna", place=alone), start("ben", place=alone)
        anna.sees(ben)
        anna.delivered(anna.send(ben, "no six"))
