"""G-13: locking the key while the engine runs, and a keyring that refuses at the next start."""

from pathlib import Path

import keyring
import pytest
from keyring.errors import KeyringLocked

from app.commands import ChangeSettings
from app.errors import ErrorCode, KnownError
from app.events import Failed, SettingsChanged
from app.profile import Profile
from tests.integration.engines import Host
from tests.unit.app.test_identity_file import Ring, ring

__all__ = ["ring"]


def settings(host: Host) -> list[SettingsChanged]:
    return [event for event in host.events if isinstance(event, SettingsChanged)]


def test_g13_the_key_is_locked_and_told_so_and_a_refusal_changes_nothing(
    ring: Ring, tmp_path: Path
) -> None:
    with Host(tmp_path / "a", "Ann") as ann:
        ring.fault = KeyringLocked("no")
        ann.submit(ChangeSettings(name="Anna", locks_identity=True, ref="1"))
        ann.until(lambda: any(isinstance(event, Failed) for event in ann.events))
        (failed,) = [event for event in ann.events if isinstance(event, Failed)]
        assert (failed.code, failed.ref) == (ErrorCode.KEYRING, "1")
        assert settings(ann) == []

        ring.fault = None
        ann.submit(ChangeSettings(locks_identity=True))
        ann.until(lambda: bool(settings(ann)))
        assert settings(ann)[0].locks_identity
        assert settings(ann)[0].name == "Ann"
        folder = ann.profile.path
    ring.fault = KeyringLocked("no")
    with pytest.raises(KnownError, match="Nothing was changed"):
        Profile.open(folder)
    assert keyring.get_keyring() is ring
