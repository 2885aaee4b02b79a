"""G-13: the key, locked by the system's keyring, which may be locked, empty or another one."""

import os
from collections.abc import Iterator
from pathlib import Path

import keyring
import pytest
from hypothesis import HealthCheck, given, settings
from keyring.backend import KeyringBackend
from keyring.errors import KeyringLocked, PasswordDeleteError

from app import identity_file
from app.backup import Cost, read_backup, write_backup
from app.errors import ErrorCode, KnownError
from app.identity_file import SEED_BYTES, is_locked, load_seed, lock, unlock
from app.profile import Profile
from app.store.store import Store
from tests.unit.changes import EDITS, change

SEED = bytes(range(SEED_BYTES))
CHEAP = Cost(1, 8)


class Ring(KeyringBackend):
    """In memory; does what a test tells it to."""

    priority = 1.0  # type: ignore[assignment]

    def __init__(self) -> None:
        super().__init__()
        self.kept: dict[tuple[str, str], str] = {}
        self.fault: Exception | None = None
        self.forgets = False

    def get_password(self, service: str, username: str) -> str | None:
        self._fail()
        return self.kept.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        self._fail()
        if not self.forgets:
            self.kept[service, username] = password

    def delete_password(self, service: str, username: str) -> None:
        self._fail()
        if self.kept.pop((service, username), None) is None:
            raise PasswordDeleteError(username)

    def _fail(self) -> None:
        if self.fault:
            raise self.fault


@pytest.fixture
def ring() -> Iterator[Ring]:
    before = keyring.get_keyring()
    made = Ring()
    keyring.set_keyring(made)
    yield made
    keyring.set_keyring(before)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    made = tmp_path / "identity.key"
    made.write_bytes(SEED)
    return made


def test_locked_and_unlocked_it_is_the_same_key(ring: Ring, path: Path) -> None:
    lock(path, SEED)
    assert is_locked(path)
    assert SEED not in path.read_bytes()
    assert path.stat().st_mode & 0o077 == 0
    assert load_seed(path) == SEED
    before = path.read_bytes()
    lock(path, SEED)
    assert path.read_bytes() == before
    unlock(path, SEED)
    assert path.read_bytes() == SEED
    assert not is_locked(path)
    assert ring.kept == {}


@pytest.mark.parametrize("fault", [KeyringLocked("locked"), OSError("no bus"), RuntimeError("?")])
def test_g13_a_keyring_that_fails_changes_nothing(ring: Ring, path: Path, fault: Exception) -> None:
    ring.fault = fault
    with pytest.raises(KnownError) as plain:
        lock(path, SEED)
    assert plain.value.code is ErrorCode.KEYRING
    assert path.read_bytes() == SEED

    ring.fault = None
    lock(path, SEED)
    locked = path.read_bytes()
    ring.fault = fault
    with pytest.raises(KnownError) as refused:
        load_seed(path)
    assert refused.value.code is ErrorCode.KEYRING
    assert path.read_bytes() == locked
    ring.fault = None
    assert load_seed(path) == SEED


def test_g13_a_keyring_that_keeps_nothing_is_found_out_before_the_key_is_locked(
    ring: Ring, path: Path
) -> None:
    ring.forgets = True
    with pytest.raises(KnownError):
        lock(path, SEED)
    assert path.read_bytes() == SEED


@pytest.mark.parametrize("kept", [None, "", "no hex", "00" * 31])
def test_g13_another_keyring_says_that_the_key_is_not_there(
    ring: Ring, path: Path, kept: str | None
) -> None:
    lock(path, SEED)
    (place,) = ring.kept
    ring.kept.clear()
    if kept is not None:
        ring.kept[place] = kept
    with pytest.raises(KnownError) as refused:
        load_seed(path)
    assert refused.value.code is ErrorCode.KEYRING
    assert "backup" in refused.value.detail


def test_g13_a_wrong_key_or_a_damaged_file_is_never_replaced(ring: Ring, path: Path) -> None:
    lock(path, SEED)
    (place,) = ring.kept
    ring.kept[place] = "11" * 32
    before = path.read_bytes()
    with pytest.raises(KnownError) as refused:
        load_seed(path)
    assert refused.value.code is ErrorCode.PROFILE_BROKEN
    assert path.read_bytes() == before


def test_unlocking_needs_no_keyring(ring: Ring, path: Path) -> None:
    """The profile is open: its key is known."""
    lock(path, SEED)
    ring.fault = KeyringLocked("locked")
    unlock(path, SEED)
    assert path.read_bytes() == SEED


def test_g13_a_locked_keyring_keeps_the_profile_shut_and_whole(ring: Ring, tmp_path: Path) -> None:
    folder = tmp_path / "ann"
    profile = Profile.open(folder)
    seed = profile.seed
    profile.database.write_bytes(b"all that was said")
    profile.lock_identity()
    assert profile.locks_identity
    profile.close()

    before = {one.name: one.read_bytes() for one in folder.iterdir() if one.is_file()}
    ring.fault = KeyringLocked("locked")
    with pytest.raises(KnownError) as refused:
        Profile.open(folder)
    assert refused.value.code is ErrorCode.KEYRING
    assert {one.name: one.read_bytes() for one in folder.iterdir() if one.is_file()} == before

    ring.fault = None
    again = Profile.open(folder)
    assert again.seed == seed
    again.lock_identity(False)
    assert not again.locks_identity
    again.close()


def test_a_backup_of_a_locked_profile_opens_where_there_is_no_such_keyring(
    ring: Ring, tmp_path: Path
) -> None:
    profile = Profile.open(tmp_path / "ann")
    store = Store(profile.database)
    store.start()
    store.stop()
    profile.lock_identity()
    target = tmp_path / "ann.backup"
    write_backup(profile.path, target, "a long word", cost=CHEAP)
    profile.close()
    ring.fault = OSError("another computer")
    read_backup(target, tmp_path / "again", "a long word")
    assert (tmp_path / "again" / "identity.key").read_bytes() == profile.seed


def test_a_file_of_the_wrong_length_is_no_locked_one(path: Path) -> None:
    path.write_bytes(identity_file._MAGIC + os.urandom(50))
    assert not is_locked(path)
    with pytest.raises(KnownError) as refused:
        load_seed(path)
    assert refused.value.code is ErrorCode.PROFILE_BROKEN


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(edits=EDITS)
def test_g13_g14_a_locked_key_that_was_changed_is_refused_and_left(
    ring: Ring, tmp_path: Path, edits: list[tuple[int, int, bytes]]
) -> None:
    path = tmp_path / "identity.key"
    path.write_bytes(SEED)
    lock(path, SEED)
    locked = path.read_bytes()
    changed = change(locked, edits)
    path.write_bytes(changed)
    if changed == locked:
        assert load_seed(path) == SEED
    else:
        with pytest.raises(KnownError) as caught:
            load_seed(path)
        assert caught.value.code in (ErrorCode.PROFILE_BROKEN, ErrorCode.KEYRING)
    assert path.read_bytes() == changed
