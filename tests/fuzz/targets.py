"""What is fuzzed. A target takes any bytes, meets nothing but the errors that are documented, and
insists on what must be true whatever came in.

Seeds are made, not stored, so that they are of this version. What once crashed is kept in
``crashes/<target>/``; tests/unit/test_fuzz.py runs it all without the fuzzer.
"""

import json
import tempfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import apsw
import msgspec

from app.errors import BugError, ErrorCode, KnownError
from app.store.opening import mark_suspect
from app.store.reader import Reader
from net.protocol.beacon import Beacon, encode_beacon
from net.protocol.errors import RemoteProtocolError
from net.protocol.limits import PAYLOAD_MAX_BYTES
from net.protocol.manifest import Entry, EntryKind, ManifestReader, ManifestWriter
from net.protocol.names import safe_name, safe_path
from net.protocol.packet import Address, PacketType
from net.protocol.records import (
    Data,
    decode_payload,
    decode_record,
    encode_data,
    encode_frame,
    encode_record,
)
from net.protocol.rooms import decode_entry
from net.protocol.sightings import SightingTable
from net.protocol.transfer import (
    PART_BYTES,
    PIECE_BYTES,
    Accept,
    Alive,
    Cancel,
    Checked,
    Compare,
    Done,
    End,
    Fetch,
    Files,
    Part,
    Piece,
    Pull,
    Refuse,
    decode_header,
    decode_parts,
    decode_pieces,
    encode_header,
    encode_parts,
    encode_pieces,
    plan_runs,
)
from net.transfer.journal import _HEADER, _MAGIC, _RECORD, Position, _checksum, read_journal
from tests.sim.network import Host, Network
from tests.unit.app.store.desk import Desk
from tests.unit.net.protocol.test_manifest import TREE
from tests.unit.net.protocol.test_records import FRAMES, LANE, RECORDS

Pack = Callable[[Any], bytes]
Unpack = Callable[[bytes], Any]
HERE: Final = Path(__file__).parent


@dataclass(frozen=True)
class Target:
    run: Callable[[bytes], None]
    seeds: Callable[[], Iterable[bytes]]
    max_bytes: int
    unpack: Unpack | None = None
    """Where bytes are of a known format: the fuzzer changes values too, and packs them again."""
    pack: Pack | None = None

    def crashes(self) -> list[Path]:
        return sorted((HERE / "crashes" / self.run.__name__.strip("_")).glob("*"))


# --- Datagram --------------------------------------------------------------
STRANGER: Final[Address] = ("10.66.6.6", 6666)
HELLO: Final = encode_frame(FRAMES[0])


def _datagram(data: bytes) -> None:
    """Two who have met, and what somebody puts on their wire, step by step."""
    network, ann, ben = _who_have_met()
    table = SightingTable(ben.peer_id, ben.address[1], network.now_s)
    for way, body in _steps(data):
        before = len(network.log)
        match way % 4:
            case 0:
                table.observe(body, STRANGER, network.now_s)
            case 1:
                network.inject(body, STRANGER, ben)
                _insist_on_no_amplification(network, before, len(body))
            case 2:
                network.inject(body, ann.address, ben)
            case 3:
                network.send(ann, ben, body[:PAYLOAD_MAX_BYTES])
                network.run(0.01)
    ben.events.clear()
    network.send(ann, ben, HELLO)
    network.run(5.0)
    assert HELLO in ben.payloads(), "the honest one is not heard any more"


def _who_have_met() -> tuple[Network, Host, Host]:
    """One life: the seeds were sent in it, so nobody holds what somebody has yet to say."""
    network = Network(1)
    ann, ben = network.add("ann"), network.add("ben")
    network.meet(ann, ben)
    network.move(ann, ("10.9.9.9", 48484))
    network.send(ann, ben, HELLO)
    network.run(1.0)
    return network, ann, ben


def _insist_on_no_amplification(network: Network, before: int, came: int) -> None:
    went = sum(len(sent.datagram) for sent in network.log[before:] if sent.target == STRANGER)
    assert went <= came, f"{went} bytes for {came}"


def _steps(data: bytes) -> Iterator[tuple[int, bytes]]:
    while len(data) >= 3:
        end = 3 + int.from_bytes(data[1:3], "big") % 1500
        yield data[0], data[3:end]
        data = data[end:]


def _step(way: int, body: bytes) -> bytes:
    return bytes([way]) + len(body).to_bytes(2, "big") + body


def _datagram_seeds() -> Iterator[bytes]:
    beacon = encode_beacon(Beacon(bytes(range(32)), b"e" * 8, 1, 48484, 48484))
    yield _step(0, beacon) + _step(0, beacon)
    network, _ann, _ben = _who_have_met()
    for kind in PacketType:
        for sent in network.seen(kind)[:1]:
            yield _step(1, sent.datagram) + _step(2, sent.datagram)
    yield _step(3, HELLO) + _step(3, b"")


# --- Record ----------------------------------------------------------------
def _record(data: bytes) -> None:
    with suppress(RemoteProtocolError):
        record = decode_record(data)
        assert decode_record(encode_record(record)) == record
    with suppress(RemoteProtocolError):
        decode_entry(data)
    with suppress(RemoteProtocolError):
        for frame in decode_payload(data):
            if isinstance(frame, Data):
                for _, raw in frame.records:
                    with suppress(RemoteProtocolError):
                        decode_record(raw)


def _record_seeds() -> Iterator[bytes]:
    yield from map(encode_record, RECORDS)
    for frame in FRAMES:
        yield msgspec.msgpack.encode([frame])
    yield b"\x91" + encode_data(LANE, 1, [(1, encode_record(RECORDS[1]))])


# --- Header ----------------------------------------------------------------
HEADERS: Final = (
    Accept(100, "0" * 64),
    Refuse("not_offered"),
    Pull(),
    Compare(3),
    Fetch(2, 1, 4),
    Files(0, 3, 10, 40),
    Checked((1, 3)),
    End(),
    Done(),
    Alive(),
    Cancel("cancelled"),
)
SIZES: Final = (0, 1, 5_000_000, 0, 17 << 20, 3)


def _header(data: bytes) -> None:
    with suppress(RemoteProtocolError):
        header = decode_header(data)
        assert decode_header(encode_header(header)) == header
    with suppress(RemoteProtocolError):
        parts = list(decode_parts(_whole(data, PART_BYTES)))
        assert encode_parts(parts) == _whole(data, PART_BYTES)
    with suppress(RemoteProtocolError):
        for piece in decode_pieces(_whole(data, PIECE_BYTES)):
            runs = list(plan_runs(piece, iter(SIZES[piece.first :])))
            assert sum(run.size for run in runs) == piece.size
            assert sum(run.count for run in runs) == piece.files


def _whole(data: bytes, item_bytes: int) -> bytes:
    """As a list is received: so many items."""
    return data[: len(data) // item_bytes * item_bytes]


def _header_seeds() -> Iterator[bytes]:
    yield from map(encode_header, HEADERS)
    yield encode_parts([Part(1, 1), Part(4, 5_000_000)])
    yield encode_pieces([Piece(0, 3, 0, 5_000_001), Piece(4, 1, 9, 100), Piece(4, 1, 200, 50)])


# --- Manifest --------------------------------------------------------------
def _manifest(data: bytes) -> None:
    reader, cut = ManifestReader(), len(data) // 2
    with suppress(RemoteProtocolError):
        entries = reader.receive(data[:cut]) + reader.receive(data[cut:])
        totals = reader.finish()
        assert totals.entries == len(entries)
        for entry in entries:
            name = safe_name(entry.name)
            assert name not in ("", ".", ".."), "a name that leads elsewhere"
            assert not {"/", "\\", "\0"} & set(name), "a name that is a path"
            assert safe_path([name]) == (name,)
        again = ManifestWriter()
        for entry in entries:
            again.add(entry)
        assert again.finish().totals.size_bytes == totals.size_bytes


def _manifest_seeds() -> Iterator[bytes]:
    names = ("..", "a/b", "con.txt", "\u202etxt.exe", "e\u0301" * 100, "x" * 255, ".landline-1")
    for entries in (TREE, [Entry(0, EntryKind.FILE, name, 1, 1) for name in names]):
        writer = ManifestWriter()
        for entry in entries:
            with suppress(Exception):  # a name that we would not send: the next
                writer.add(entry)
        yield b"".join(writer.finish().chunks)


def _unpack_chunk(data: bytes) -> Any:
    return msgspec.msgpack.decode(data[4:])


def _pack_chunk(value: Any) -> bytes:
    body = msgspec.msgpack.encode(value)
    return len(body).to_bytes(4, "big") + body


# --- Journal ---------------------------------------------------------------
def _journal(data: bytes) -> None:
    """As it was found; and with right checksums, as somebody would make it who can compute."""
    for found in (data, _with_checksums(data)):
        state = read_journal(found)
        if state is not None:
            assert state.size_bytes <= len(found)
            assert read_journal(found[: state.size_bytes]) == state
            assert read_journal(found[: state.size_bytes] + b"torn") == state


def _with_checksums(data: bytes) -> bytes:
    header = _MAGIC + data[len(_MAGIC) : _HEADER.size].ljust(_HEADER.size - len(_MAGIC), b"\0")
    made = header + _checksum(header)
    for start in range(_HEADER.size, len(data) - _RECORD.size + 1, _RECORD.size):
        body = data[start : start + _RECORD.size]
        made += body + _checksum(header, len(made), body)
    return made


def _journal_seeds() -> Iterator[bytes]:
    body = b"t" * 16 + b"m" * 32 + b"".join(_RECORD.pack(*Position(n, n << 24)) for n in range(4))
    yield _with_checksums(_MAGIC + body)
    yield _MAGIC + body


# --- Database --------------------------------------------------------------
def _database(data: bytes) -> None:
    """At the latest at the second start it is whole, or begun again beside what was there."""
    with tempfile.TemporaryDirectory(prefix="landline-fuzz-", dir=_memory()) as folder:
        path = Path(folder) / "landline.db"
        path.write_bytes(data)
        if data[-1:] >= b"\x80":
            mark_suspect(path)
        try:
            with Desk(path) as desk:
                aside = desk.report.set_aside
                if aside is not None:
                    assert aside.read_bytes() == data, "what was set aside is not what was there"
                _use(desk, 77)
        except (KnownError, BugError) as error:
            if isinstance(error, BugError) or error.code is not ErrorCode.PROFILE_TOO_NEW:
                with Desk(path) as desk:
                    _use(desk, 78)


def _use(desk: Desk, number: int) -> None:
    peer = desk.meet(number, "Newcomer")
    desk.send(peer, number, "here now")
    with closing(Reader(desk.path)) as reader:
        assert any(one.text == "here now" for one in reader.messages_before(peer, None, 10))
        reader.conversations()
        reader.matches("here", 5)


def _database_seeds() -> Iterator[bytes]:
    with tempfile.TemporaryDirectory(dir=_memory()) as folder:
        path = Path(folder) / "landline.db"
        yield _small(path)
        with Desk(path) as desk:
            peer = desk.meet()
            desk.send(peer, 1, "hello 你好")
            desk.send(peer, 2, "twice")
        yield _small(path)


def _small(path: Path) -> bytes:
    """In pages of 512 bytes: the less there is, the more of it is changed."""
    with Desk(path):
        pass
    with closing(apsw.Connection(str(path))) as connection:
        shrink = "PRAGMA journal_mode=delete; PRAGMA page_size=512; VACUUM"
        connection.execute(f"{shrink}; PRAGMA journal_mode=wal").fetchall()
    return path.read_bytes()


def _memory() -> str | None:
    return "/dev/shm" if Path("/dev/shm").is_dir() else None


TARGETS: Final = {
    "datagram": Target(_datagram, _datagram_seeds, 4096),
    "record": Target(_record, _record_seeds, 4096, msgspec.msgpack.decode, msgspec.msgpack.encode),
    "header": Target(
        _header, _header_seeds, 2048, json.loads, lambda value: json.dumps(value).encode()
    ),
    "manifest": Target(_manifest, _manifest_seeds, 8192, _unpack_chunk, _pack_chunk),
    "journal": Target(_journal, _journal_seeds, 1024),
    "database": Target(_database, _database_seeds, 256 * 1024),
}
