"""What the two ends of a transfer say to each other after ``hello``.

A header is one JSON object. Unknown fields are passed over (a later version may add
some); everything known is checked to the letter: no number for a flag, no NaN, no
key twice, no half surrogate pair. Source: PROTOCOL, "Transfers".
"""

import json
from collections.abc import Iterator, Sequence
from typing import Annotated, Any, Final, NoReturn, TypeAlias

import msgspec
from msgspec import Meta, Struct

from net.protocol.errors import LocalProtocolError, RemoteProtocolError
from net.protocol.limits import (
    CONTENT_BYTES,
    HEADER_MAX_BYTES,
    MANIFEST_ENTRIES_MAX,
    MANIFEST_MAX_BYTES,
    RUN_FILES_MAX,
    TRANSFER_MAX_BYTES,
)

RUN_AIM_BYTES: Final = 16 * CONTENT_BYTES
"""Small files are gathered into runs of this size: headers cost nothing, and word of a
changed file comes soon."""

Size: TypeAlias = Annotated[int, Meta(ge=0, le=TRANSFER_MAX_BYTES)]
FileNumber: TypeAlias = Annotated[int, Meta(ge=0, le=MANIFEST_ENTRIES_MAX)]
Code: TypeAlias = Annotated[str, Meta(min_length=1, max_length=32, pattern="^[a-z_]+\\Z")]
HashText: TypeAlias = Annotated[str, Meta(pattern="^[0-9a-f]{64}\\Z")]


class Accept(Struct, frozen=True, tag_field="t", tag="accept"):
    """Sender: yes, I have it. ``manifest_size`` bytes of manifest follow as content."""

    manifest_size: Annotated[int, Meta(ge=0, le=MANIFEST_MAX_BYTES)]
    manifest_hash: HashText


class Refuse(Struct, frozen=True, tag_field="t", tag="refuse"):
    """Sender, instead of ``accept``. The last header."""

    code: Code


class Fetch(Struct, frozen=True, tag_field="t", tag="fetch"):
    """Receiver: send from byte ``offset`` of file number ``file`` to the end of all.

    ``file`` may be one past the last: then nothing is missing.
    """

    file: FileNumber
    offset: Size


class Files(Struct, frozen=True, tag_field="t", tag="files"):
    """Sender: a run. ``size`` bytes of content follow: files ``first`` to
    ``first + count - 1`` back to back, the first one from ``offset`` on."""

    first: FileNumber
    count: Annotated[int, Meta(ge=1, le=RUN_FILES_MAX)]
    offset: Size
    size: Size


class Checked(Struct, frozen=True, tag_field="t", tag="checked"):
    """Sender, after a run: these files of it were not what the manifest says (changed,
    vanished, unreadable). What was sent for them is filling and must be discarded."""

    changed: Annotated[tuple[FileNumber, ...], Meta(max_length=RUN_FILES_MAX)] = ()


class End(Struct, frozen=True, tag_field="t", tag="end"):
    """Sender: that was all."""


class Done(Struct, frozen=True, tag_field="t", tag="done"):
    """Receiver: everything is on the disk under its real name. Nothing else means that."""


class Alive(Struct, frozen=True, tag_field="t", tag="alive"):
    """Either: still here, the disk is slow. Means nothing else, may come at any header."""


class Cancel(Struct, frozen=True, tag_field="t", tag="cancel"):
    """Either, at any time, also where content was due. The last header."""

    code: Code


Header: TypeAlias = Accept | Refuse | Fetch | Files | Checked | End | Done | Alive | Cancel


def encode_header(header: Header) -> bytes:
    body = msgspec.json.encode(header)
    if len(body) > HEADER_MAX_BYTES:
        raise LocalProtocolError(f"a header of {len(body)} bytes")
    return body


def decode_header(body: bytes) -> Header:
    """Raises RemoteProtocolError for whatever is not exactly one known header."""
    header: Header = decode_strictly(body, Header)
    return header


def decode_strictly(body: bytes, kind: Any) -> Any:
    """A JSON header as a value of the msgspec type ``kind``. Raises RemoteProtocolError."""
    if len(body) > HEADER_MAX_BYTES:
        raise RemoteProtocolError("header too long")
    try:
        plain = json.loads(
            body.decode("utf-8"), object_pairs_hook=_unique, parse_constant=_refuse_constant
        )
        return msgspec.convert(plain, kind, strict=True)
    except RemoteProtocolError:
        raise
    except (ValueError, RecursionError) as error:
        # ValueError: bad UTF-8, bad JSON, numbers of 5,000 digits, wrong types
        raise RemoteProtocolError(f"unreadable header: {type(error).__name__}") from error


def plan_runs(
    sizes: Sequence[int] | Iterator[int], *, first: int = 0, offset: int = 0
) -> Iterator[Files]:
    """Runs that cover ``sizes``, the sizes of files number ``first`` and on.

    A file of RUN_AIM_BYTES or more is a run by itself (after the small ones before it).
    """
    start, count, size = first, 0, 0
    for number, whole in enumerate(sizes, first):
        left = whole - offset if number == first else whole
        if count and (size + left > RUN_AIM_BYTES or count == RUN_FILES_MAX):
            yield Files(start, count, offset if start == first else 0, size)
            start, count, size = number, 0, 0
        count, size = count + 1, size + left
    if count:
        yield Files(start, count, offset if start == first else 0, size)


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise RemoteProtocolError("a key twice in one header")
    for value in (*found, *found.values()):
        if isinstance(value, str):
            value.encode()  # UnicodeEncodeError, a ValueError, for half a surrogate pair
    return found


def _refuse_constant(word: str) -> NoReturn:
    raise RemoteProtocolError(f"{word} is no JSON")
