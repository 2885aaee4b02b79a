"""Fields of a request that say more than one thing, or stand in a line that is none."""

from pathlib import Path

import msgspec

from app.errors import ErrorCode, KnownError
from net.protocol.limits import PICTURE_MAX_BYTES


def split_people(to: str | tuple[str, ...]) -> tuple[str, tuple[str, ...]]:
    """The first of those who are named, and the others."""
    return (to, ()) if isinstance(to, str) else (to[0], to[1:])


def picture_at(path: str) -> bytes:
    """A picture's bytes, none for an empty path; one too many where it is too large.

    Raises KnownError NO_SUCH_PATH.
    """
    if not path:
        return b""
    try:
        with Path(path).open("rb") as file:
            return file.read(PICTURE_MAX_BYTES + 1)
    except (OSError, ValueError) as error:
        raise KnownError(ErrorCode.NO_SUCH_PATH, f"{path[:200]!r}: {error}") from error


def ref_of(line: bytes) -> str | None:
    """The request's mark, also where the rest of the line is wrong."""
    try:
        request = msgspec.json.decode(line)
    except (msgspec.MsgspecError, UnicodeError, RecursionError):
        return None
    ref = request.get("ref") if isinstance(request, dict) else None
    return ref if isinstance(ref, str) else None
