"""What the two ends of a transfer say to each other after ``hello``.

A header is one JSON object. Unknown fields are passed over (a later version may add
some); everything known is checked to the letter: no number for a flag, no NaN, no
key twice, no half surrogate pair. Source: PROTOCOL, "Transfers".
"""

import json
import struct
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Annotated, Any, Final, NamedTuple, NoReturn, TypeAlias

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


class Pull(Struct, frozen=True, tag_field="t", tag="pull"):
    """Receiver, to a sender who has called: yes, send on this stream. Or ``refuse``."""


class Compare(Struct, frozen=True, tag_field="t", tag="compare"):
    """Receiver, once, before ``fetch``: what are the hashes of these? ``count`` Parts follow
    as content; the answer is content too, the BLAKE3 of each BLOCK_BYTES of each part in
    turn, the last block of a part as short as it is. Zeros stand for what cannot be read."""

    count: FileNumber


class Fetch(Struct, frozen=True, tag_field="t", tag="fetch"):
    """Receiver: send me these. ``count`` Pieces follow as content; none: I have it all.
    What is ``left_out`` was not wanted; all else that is not asked for is there already."""

    count: FileNumber
    left_out_files: FileNumber = 0
    left_out_bytes: Size = 0


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


Header: TypeAlias = (
    Accept | Refuse | Pull | Compare | Fetch | Files | Checked | End | Done | Alive | Cancel
)


class Part(NamedTuple):
    """The first ``size`` bytes of a file, at least one."""

    file: int
    size: int


class Piece(NamedTuple):
    """Files ``first`` to ``first + files - 1``, ``size`` bytes in all: the first one from
    ``offset`` on; less than the rest of it only if it is the only one."""

    first: int
    files: int
    offset: int
    size: int


PART_BYTES: Final = 12
PIECE_BYTES: Final = 24
_PART: Final = struct.Struct(">IQ")
_PIECE: Final = struct.Struct(">IIQQ")


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


def encode_parts(parts: Iterable[Part]) -> bytes:
    return b"".join(_PART.pack(*part) for part in parts)


def decode_parts(data: bytes) -> Iterator[Part]:
    """Raises RemoteProtocolError for parts that are empty or not in the order of their files."""
    before = -1
    for part in map(Part._make, _PART.iter_unpack(data)):
        if part.file <= before or part.size == 0:
            raise RemoteProtocolError("parts out of order")
        before = part.file
        yield part


def encode_pieces(pieces: Iterable[Piece]) -> bytes:
    return b"".join(_PIECE.pack(*piece) for piece in pieces)


def decode_pieces(data: bytes) -> Iterator[Piece]:
    """Raises RemoteProtocolError for pieces that are empty, overlap or are not in order."""
    reached = (0, 0)
    for piece in map(Piece._make, _PIECE.iter_unpack(data)):
        if piece.files == 0 or (piece.first, piece.offset) < reached:
            raise RemoteProtocolError("pieces out of order")
        if piece.files == 1 and piece.size:  # more of the same file may follow
            reached = (piece.first, piece.offset + piece.size)
        else:
            reached = (piece.first + piece.files, 0)
        yield piece


def plan_runs(piece: Piece, sizes: Iterator[int]) -> Iterator[Files]:
    """Runs that cover a piece; ``sizes``: of its files, as the manifest says.

    A file of RUN_AIM_BYTES or more is a run by itself (after the small ones before it).
    Raises RemoteProtocolError for a piece that these files do not have.
    """
    offset, left = piece.offset, piece.size
    start, count, size = piece.first, 0, 0
    for number, whole in enumerate(islice(sizes, piece.files), piece.first):
        rest = whole - offset if number == piece.first else whole
        if piece.files == 1:
            rest = min(rest, left)
        if rest < 0 or rest > left:
            raise RemoteProtocolError("a piece beyond a file's end")
        if count and (size + rest > RUN_AIM_BYTES or count == RUN_FILES_MAX):
            yield Files(start, count, offset if start == piece.first else 0, size)
            start, count, size = number, 0, 0
        count, size, left = count + 1, size + rest, left - rest
    if left or start + count != piece.first + piece.files:
        raise RemoteProtocolError("a piece of files that there are not")
    yield Files(start, count, offset if start == piece.first else 0, size)


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
