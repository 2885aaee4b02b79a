"""Each field that others fill has its bound: at it, it is read, and one beyond it is refused."""

from collections.abc import Callable

import msgspec
import pytest

from net.protocol.errors import LocalProtocolError, RemoteProtocolError
from net.protocol.limits import PICTURE_MAX_BYTES, RECORD_MAX_BYTES
from net.protocol.records import (
    Bye,
    Text,
    decode_payload,
    decode_record,
    encode_frame,
    encode_record,
    pack_payloads,
)
from net.protocol.rooms import decode_entry

ID, LANE, HASH, SIGNATURE = b"m" * 16, b"l" * 8, b"h" * 32, b"s" * 64
Build = Callable[[int], list[object]]


def hello(**fields: object) -> list[object]:
    fitting = {"epoch": LANE, "name": "Ann", "device": "pc", "app": "1.0.0", "version": 1}
    words = {"serial": 1, **fitting, "port": 48484, "capabilities": [], **fields}
    return [1, *words.values()]


def offer(names: list[str]) -> list[object]:
    return [3, ID, 5, 6, ID, HASH, 3, 1, 9, names]


def post(number: int = 1, body: bytes = b"body", **lengths: int) -> list[object]:
    room, author, digest = (bytes(lengths.get(name, 32)) for name in ("room", "author", "digest"))
    return [9, room, author, number, digest, bytes(lengths.get("signature", 64)), body]


def entry(*act: object, author: bytes = HASH, parents: int = 0) -> list[object]:
    return [author, [HASH] * parents, 7, [*act]]


FRAMES: dict[str, tuple[Build, int]] = {
    "hello name": (lambda n: hello(name="x" * n), 1024),
    "hello device": (lambda n: hello(device="x" * n), 1024),
    "hello app": (lambda n: hello(app="x" * n), 1024),
    "hello port": (lambda n: hello(port=n), 65_535),
    "hello capabilities": (lambda n: hello(capabilities=["x"] * n), 64),
    "hello capability": (lambda n: hello(capabilities=["x" * n]), 1024),
    "hello serial": (lambda n: hello(serial=n), 2**62 - 1),
    "heard serial": (lambda n: [2, n], 2**62 - 1),
    "pong token": (lambda n: [4, n], 2**62 - 1),
    "data low": (lambda n: [6, LANE, n, []], 2**62 - 1),
    "data number": (lambda n: [6, LANE, 1, [[n, 0]]], 2**62 - 1),
    "data records": (lambda n: [6, LANE, 1, [[1, 0]] * n], 1024),
    "ack number": (lambda n: [7, LANE, n], 2**62 - 1),
    "ack beyond": (lambda n: [7, LANE, 1, bytes(n)], 128),
    "held numbers": (lambda n: [9, LANE, [1] * n], 64),
    "held number": (lambda n: [9, LANE, [n]], 2**62 - 1),
    "picture": (lambda n: [11, bytes(n)], PICTURE_MAX_BYTES),
}
RECORDS: dict[str, tuple[Build, int]] = {
    "text order": (lambda n: [1, ID, n, 6, "hi"], 2**62 - 1),
    "text time": (lambda n: [1, ID, 5, n, "hi"], 2**62 - 1),
    "text mentions": (lambda n: [1, ID, 5, 6, "hi", None, [HASH] * n], 32),
    "read number": (lambda n: [2, LANE, n], 2**62 - 1),
    "offer names": (lambda n: offer(["x"] * n), 20),
    "offer name": (lambda n: offer(["x" * n]), 1024),
    "offer files": (lambda n: [3, ID, 5, 6, ID, HASH, n, 1, 9, []], 2**62 - 1),
    "offer folders": (lambda n: [3, ID, 5, 6, ID, HASH, 3, n, 9, []], 2**62 - 1),
    "offer size": (lambda n: [3, ID, 5, 6, ID, HASH, 3, 1, n, []], 2**62 - 1),
    "decision verdict": (lambda n: [4, ID, n], 7),
    "decision reason": (lambda n: [4, ID, 1, "x" * n], 32),
    "decision number": (lambda n: [4, ID, 1, "", n], 2**62 - 1),
    "decision heard": (lambda n: [4, ID, 1, "", 1, n], 2**62 - 1),
    "edit order": (lambda n: [5, ID, n, 6, "hi"], 2**62 - 1),
    "delete numbers": (lambda n: [6, ID, [1] * n], 1024),
    "delete number": (lambda n: [6, ID, [n]], 2**62 - 1),
    "react order": (lambda n: [7, HASH, ID, n, "👍"], 2**62 - 1),
    "react emoji": (lambda n: [7, HASH, ID, 9, "👍" * n], 16),
    "entry bytes": (lambda n: [8, HASH, bytes(n), SIGNATURE], RECORD_MAX_BYTES),
    "post number": (post, 2**62 - 2),
    "post bytes": (lambda n: post(body=bytes(n)), RECORD_MAX_BYTES),
    "room read number": (lambda n: [10, HASH, n], 2**62 - 1),
    "ask marks": (lambda n: [12, HASH, [HASH] * n, []], 256),
    "ask authors": (lambda n: [12, HASH, [], [[HASH, 1]] * n], 512),
    "ask number": (lambda n: [12, HASH, [], [[HASH, n]]], 2**62 - 1),
}
ENTRIES: dict[str, tuple[Build, int]] = {
    "parents": (lambda n: entry(5, "Lab", parents=n), 16),
    "create name": (lambda n: entry(1, ID, "x" * n, "Ann", []), 1024),
    "create own name": (lambda n: entry(1, ID, "Lab", "x" * n, []), 1024),
    "create members": (lambda n: entry(1, ID, "Lab", "Ann", [[HASH, "x"]] * n), 200),
    "add name": (lambda n: entry(2, [[HASH, "x" * n]], []), 1024),
    "add members": (lambda n: entry(2, [[HASH, "x"]] * n, []), 200),
    "add authors": (lambda n: entry(2, [[HASH, "x"]], [[HASH, 1]] * n), 512),
    "remove number": (lambda n: entry(3, HASH, n), 2**62 - 1),
    "leave number": (lambda n: entry(4, n), 2**62 - 1),
    "rename": (lambda n: entry(5, "x" * n), 1024),
    "picture": (lambda n: entry(6, bytes(n)), PICTURE_MAX_BYTES),
}
LENGTHS: dict[str, tuple[Build, int]] = {
    "text id": (lambda n: [1, bytes(n), 5, 6, "hi"], 16),
    "text answered": (lambda n: [1, ID, 5, 6, "hi", [HASH, bytes(n)]], 16),
    "text answered author": (lambda n: [1, ID, 5, 6, "hi", [bytes(n), ID]], 32),
    "text mention": (lambda n: [1, ID, 5, 6, "hi", None, [bytes(n)]], 32),
    "read lane": (lambda n: [2, bytes(n), 7], 8),
    "offer id": (lambda n: [3, bytes(n), 5, 6, ID, HASH, 3, 1, 9, []], 16),
    "offer transfer": (lambda n: [3, ID, 5, 6, bytes(n), HASH, 3, 1, 9, []], 16),
    "offer manifest": (lambda n: [3, ID, 5, 6, ID, bytes(n), 3, 1, 9, []], 32),
    "offer room": (lambda n: [*offer([]), bytes(n)], 32),
    "decision transfer": (lambda n: [4, bytes(n), 1], 16),
    "edit id": (lambda n: [5, bytes(n), 5, 6, "hi"], 16),
    "delete id": (lambda n: [6, bytes(n)], 16),
    "react author": (lambda n: [7, bytes(n), ID, 9, "👍"], 32),
    "react id": (lambda n: [7, HASH, bytes(n), 9, "👍"], 16),
    "entry room": (lambda n: [8, bytes(n), b"entry", SIGNATURE], 32),
    "entry signature": (lambda n: [8, HASH, b"entry", bytes(n)], 64),
    "post room": (lambda n: post(room=n), 32),
    "post author": (lambda n: post(author=n), 32),
    "post digest": (lambda n: post(digest=n), 32),
    "post signature": (lambda n: post(signature=n), 64),
    "room read room": (lambda n: [10, bytes(n), 4], 32),
    "have room": (lambda n: [11, bytes(n), HASH], 32),
    "have digest": (lambda n: [11, HASH, bytes(n)], 32),
    "ask room": (lambda n: [12, bytes(n), [], []], 32),
    "ask mark": (lambda n: [12, HASH, [bytes(n)], []], 32),
    "ask author": (lambda n: [12, HASH, [], [[bytes(n), 1]]], 32),
    "given room": (lambda n: [13, bytes(n), True], 32),
}
FRAME_LENGTHS: dict[str, tuple[Build, int]] = {
    "hello epoch": (lambda n: hello(epoch=bytes(n)), 8),
    "hello picture": (lambda n: [*hello(), bytes(n)], 32),
    "data lane": (lambda n: [6, bytes(n), 1, []], 8),
    "ack lane": (lambda n: [7, bytes(n), 1], 8),
    "held lane": (lambda n: [9, bytes(n)], 8),
    "picture asked": (lambda n: [10, bytes(n)], 32),
}
ENTRY_LENGTHS: dict[str, tuple[Build, int]] = {
    "author": (lambda n: entry(5, "Lab", author=bytes(n)), 32),
    "parent": (lambda n: [HASH, [bytes(n)], 7, [5, "Lab"]], 32),
    "create nonce": (lambda n: entry(1, bytes(n), "Lab", "Ann", []), 16),
    "newcomer": (lambda n: entry(2, [[bytes(n), "x"]], []), 32),
    "removed": (lambda n: entry(3, bytes(n), 1), 32),
}


def read_frame(frame: object) -> None:
    decode_payload(msgspec.msgpack.encode([frame]))


def read_record(record: object) -> None:
    decode_record(msgspec.msgpack.encode(record))


def read_entry(signed: object) -> None:
    decode_entry(msgspec.msgpack.encode(signed))


Read = Callable[[object], None]


def rows(*tables: tuple[Read, dict[str, tuple[Build, int]]]) -> list[object]:
    return [
        pytest.param(read, build, most, id=f"{read.__name__} {name}")
        for read, table in tables
        for name, (build, most) in table.items()
    ]


@pytest.mark.parametrize(
    ("read", "build", "most"),
    rows((read_frame, FRAMES), (read_record, RECORDS), (read_entry, ENTRIES)),
)
def test_b02_one_beyond_the_bound_is_refused(read: Read, build: Build, most: int) -> None:
    read(build(most))
    with pytest.raises(RemoteProtocolError):
        read(build(most + 1))


@pytest.mark.parametrize(
    ("read", "build", "size"),
    rows((read_frame, FRAME_LENGTHS), (read_record, LENGTHS), (read_entry, ENTRY_LENGTHS)),
)
def test_a16_what_has_one_length_has_no_other(read: Read, build: Build, size: int) -> None:
    read(build(size))
    for wrong in (0, size - 1, size + 1):
        with pytest.raises(RemoteProtocolError):
            read(build(wrong))


@pytest.mark.parametrize(
    ("read", "value"),
    [
        (read_frame, hello(port=-1)),
        (read_record, post(0)),
        (read_record, [10, HASH, 0]),
        (read_record, [6, ID, [0]]),
        (read_record, [4, ID, 0]),
        (read_record, [7, HASH, ID, 9, ""]),
        (read_record, [12, HASH, [], [[HASH, 0]]]),
        (read_entry, entry(2, [], [])),
        (read_entry, entry(3, HASH, 0)),
        (read_entry, entry(4, 0)),
    ],
    ids=str,
)
def test_b01_less_than_the_least_is_refused(read: Read, value: object) -> None:
    with pytest.raises(RemoteProtocolError):
        read(value)


@pytest.mark.parametrize("frame", [5, None, "text", b"bytes", {}, {5: 5}, [], [[]], [True], [None]])
def test_a07_a_frame_that_names_no_kind_is_refused(frame: object) -> None:
    with pytest.raises(RemoteProtocolError):
        read_frame(frame)


def test_b15_a_record_of_ours_above_the_limit_is_our_own_fault() -> None:
    with pytest.raises(LocalProtocolError):
        encode_record(Text(ID, 5, 6, "x" * RECORD_MAX_BYTES))


def test_b02_no_payload_of_ours_has_more_frames_than_are_read() -> None:
    payloads = pack_payloads([encode_frame(Bye())] * 300, RECORD_MAX_BYTES)
    assert [len(decode_payload(payload)) for payload in payloads] == [256, 44]
