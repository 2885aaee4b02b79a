"""The file with the seed: as it is, or locked by a key that the system's keyring keeps.

    plain    seed (32)
    locked   magic (8) || name of the key (16) || XSalsa20-Poly1305 (nonce 24, seed 32, tag 16)

The keyring: Secret Service or KWallet, the keychain of macOS, the Credential Manager of Windows.
A file is locked only after its key was read back, and no failure of a keyring changes the file.
"""

import secrets
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Final

from app.errors import ErrorCode, KnownError
from app.files import write_private

if TYPE_CHECKING:
    from nacl.secret import SecretBox

IDENTITY_NAME: Final = "identity.key"
SEED_BYTES: Final = 32
SERVICE: Final = "Landline"
_MAGIC: Final = b"LLlock\0\1"
_NAME_BYTES: Final = 16
_KEY_BYTES: Final = 32
_LOCKED_BYTES: Final = len(_MAGIC) + _NAME_BYTES + 24 + SEED_BYTES + 16


def load_seed(path: Path) -> bytes:
    """Raises FileNotFoundError, OSError; KnownError PROFILE_BROKEN, KEYRING."""
    data = path.read_bytes()
    if sys.platform != "win32":
        path.chmod(0o600)
    if _is_locked(data):
        return _open(path, data)
    if len(data) != SEED_BYTES:
        raise _damaged(path, f"{len(data)} bytes instead of {SEED_BYTES}")
    return data


def make_seed(path: Path) -> bytes:
    """A new person's. Raises OSError."""
    seed = secrets.token_bytes(SEED_BYTES)
    write_private(path, seed)
    return seed


def is_locked(path: Path) -> bool:
    """False also where there is no file."""
    try:
        return _is_locked(path.read_bytes())
    except OSError:
        return False


def _is_locked(data: bytes) -> bool:
    return data.startswith(_MAGIC) and len(data) == _LOCKED_BYTES


def lock(path: Path, seed: bytes) -> None:
    """Nothing where it is locked. Raises KnownError KEYRING, OSError."""
    if _is_locked(path.read_bytes()):
        return
    name, key = secrets.token_bytes(_NAME_BYTES), secrets.token_bytes(_KEY_BYTES)
    with _known_errors():
        import keyring  # noqa: PLC0415 - 0.3 s, for the few who have it locked

        keyring.set_password(SERVICE, name.hex(), key.hex())
    if _key(name) != key:
        raise _refused("the keyring does not give back what it was given")
    write_private(path, _MAGIC + name + _box(key).encrypt(seed))


def unlock(path: Path, seed: bytes) -> None:
    """The seed as it is; its key is forgotten, if that can be. Raises OSError."""
    data = path.read_bytes()
    write_private(path, seed)
    if _is_locked(data):
        with suppress(KnownError), _known_errors():
            import keyring  # noqa: PLC0415

            keyring.delete_password(SERVICE, _name(data).hex())


def _open(path: Path, data: bytes) -> bytes:
    from nacl.exceptions import CryptoError  # noqa: PLC0415

    key = _key(_name(data))
    if key is None:
        raise _refused("the keyring that is here has no key for it. Put a backup back")
    try:
        return bytes(_box(key).decrypt(data[len(_MAGIC) + _NAME_BYTES :]))
    except CryptoError as error:
        raise _damaged(path, "the keyring's key does not fit") from error


def _name(data: bytes) -> bytes:
    return data[len(_MAGIC) : len(_MAGIC) + _NAME_BYTES]


def _key(name: bytes) -> bytes | None:
    with _known_errors():
        import keyring  # noqa: PLC0415

        text = keyring.get_password(SERVICE, name.hex())
    try:
        key = bytes.fromhex(text or "")
    except ValueError:
        return None
    return key if len(key) == _KEY_BYTES else None


def _box(key: bytes) -> "SecretBox":
    from nacl.secret import SecretBox  # noqa: PLC0415 - not before the first frame

    return SecretBox(key)


@contextmanager
def _known_errors() -> Iterator[None]:
    """Backends raise what their system does, D-Bus and all."""
    try:
        yield
    except Exception as error:
        raise _refused(f"{type(error).__name__}: {error}") from error


def _refused(why: str) -> KnownError:
    detail = f"the system's keyring does not open this profile's key: {why}. Nothing was changed"
    return KnownError(ErrorCode.KEYRING, detail)


def _damaged(path: Path, how: str) -> KnownError:
    detail = (
        f"{path} is damaged ({how}). Put a backup of it back, or move it away to start as a new "
        "person; messages are kept"
    )
    return KnownError(ErrorCode.PROFILE_BROKEN, detail)
