"""The profile folder: made once, private, locked, and never replaced silently."""

import errno
import json
import stat
import sys
from pathlib import Path

import msgspec
import pytest

from app.errors import ErrorCode, KnownError
from app.model import Reach
from app.profile import Profile, _known_errors

needs_posix = pytest.mark.skipif(sys.platform == "win32", reason="POSIX permissions")


def mode_of(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


@needs_posix
def test_new_profile_is_for_its_owner_only(tmp_path: Path) -> None:
    profile = Profile.open(tmp_path / "new" / "profile")
    profile.change(profile.settings)
    profile.close()
    assert mode_of(profile.path) == 0o700
    assert {mode_of(path) for path in profile.path.iterdir()} == {0o600}


@needs_posix
def test_g14_identity_that_others_could_read_is_closed_to_them(tmp_path: Path) -> None:
    Profile.open(tmp_path).close()
    (tmp_path / "identity.key").chmod(0o644)
    tmp_path.chmod(0o755)
    Profile.open(tmp_path).close()
    assert mode_of(tmp_path / "identity.key") == 0o600
    assert mode_of(tmp_path) == 0o700


def test_identity_stays_the_same(tmp_path: Path) -> None:
    first = Profile.open(tmp_path)
    first.close()
    second = Profile.open(tmp_path)
    second.close()
    assert first.seed == second.seed
    assert len(first.seed) == 32


@pytest.mark.parametrize("damage", [b"", b"short", b"x" * 33])
def test_g14_damaged_identity_is_said_so_and_left_alone(tmp_path: Path, damage: bytes) -> None:
    Profile.open(tmp_path).close()
    (tmp_path / "identity.key").write_bytes(damage)
    with pytest.raises(KnownError) as caught:
        Profile.open(tmp_path)
    assert caught.value.code is ErrorCode.PROFILE_BROKEN
    assert (tmp_path / "identity.key").read_bytes() == damage
    (tmp_path / "identity.key").write_bytes(bytes(32))
    Profile.open(tmp_path).close()


@pytest.mark.parametrize(
    ("number", "code"),
    [
        (errno.ENOSPC, ErrorCode.NO_SPACE),
        (errno.EDQUOT, ErrorCode.NO_SPACE),
        (errno.EACCES, ErrorCode.NOT_WRITABLE),
        (errno.EROFS, ErrorCode.NOT_WRITABLE),
        (errno.EIO, ErrorCode.PROFILE_BROKEN),
    ],
)
def test_what_the_disk_refuses_has_its_own_code(number: int, code: ErrorCode) -> None:
    with pytest.raises(KnownError) as caught, _known_errors(Path("/place")):
        raise OSError(number, "the reason")
    assert caught.value.code is code
    assert "/place" in caught.value.detail


def test_second_use_of_a_profile_is_refused_until_the_first_ends(tmp_path: Path) -> None:
    first = Profile.open(tmp_path)
    with pytest.raises(KnownError) as caught:
        Profile.open(tmp_path)
    assert caught.value.code is ErrorCode.PROFILE_IN_USE
    first.close()
    Profile.open(tmp_path).close()


def test_profile_below_a_file_is_a_clear_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(KnownError):
        Profile.open(tmp_path / "file" / "profile")


def test_settings_are_kept(tmp_path: Path) -> None:
    profile = Profile.open(tmp_path)
    changed = msgspec.structs.replace(profile.settings, name="林晓", reach=Reach.EVERYONE)
    (tmp_path / "settings.json.new").write_text("a crash left this")
    profile.change(changed)
    assert profile.settings == changed
    profile.close()
    again = Profile.open(tmp_path)
    again.close()
    assert again.settings == changed


@pytest.mark.parametrize(
    "damage", ["", "{", "[]", '{"name": 5}', '{"reach": "nobody"}', '{"theme": true}', "[" * 10_000]
)
def test_unreadable_settings_are_set_aside_and_the_user_is_told(
    tmp_path: Path, damage: str
) -> None:
    (tmp_path / "settings.json").write_text(damage)
    profile = Profile.open(tmp_path)
    profile.close()
    assert profile.notice
    assert profile.settings.name
    assert (tmp_path / "settings.damaged.json").read_text() == damage


def test_settings_without_a_name_get_a_guessed_one(tmp_path: Path) -> None:
    (tmp_path / "settings.json").write_text(json.dumps({"theme": "dark", "from a later": 1}))
    profile = Profile.open(tmp_path)
    profile.close()
    assert profile.settings.theme == "dark"
    assert profile.settings.name
