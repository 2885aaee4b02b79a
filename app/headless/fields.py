"""Fields of a request that say more than one thing."""

from pathlib import Path

from app.errors import ErrorCode, KnownError
from net.protocol.limits import ROOM_PICTURE_MAX_BYTES


def split_people(to: str | tuple[str, ...]) -> tuple[str, tuple[str, ...]]:
    """The first of those who are named, and the others."""
    return (to, ()) if isinstance(to, str) else (to[0], to[1:])


def picture_at(path: str) -> bytes:
    """A picture's bytes, none for an empty path. Raises KnownError NO_SUCH_PATH or TOO_LONG."""
    if not path:
        return b""
    try:
        with Path(path).open("rb") as file:
            return file.read(ROOM_PICTURE_MAX_BYTES + 1)
    except (OSError, ValueError) as error:
        raise KnownError(ErrorCode.NO_SUCH_PATH, f"{path[:200]!r}: {error}") from error
