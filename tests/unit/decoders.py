"""Everything in net/, app/ and ui/ that reads what others wrote, with good bytes for each."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

import msgspec

from app.arguments import Arguments, parse_arguments
from app.engine.chat import parse_id, parse_mentions
from app.errors import ErrorCode, KnownError
from app.headless.fields import ref_of
from app.headless.requests import parse_line
from net.addresses import format_address, parse_address
from net.protocol.beacon import Beacon, decode_beacon, encode_beacon
from net.protocol.errors import RemoteProtocolError
from net.protocol.identity import Identity, decode_peer_id, encode_peer_id
from net.protocol.manifest import ManifestReader, ManifestWriter, decode_chunk
from net.protocol.packet import PacketType, peek_type
from net.protocol.records import (
    Data,
    decode_payload,
    decode_record,
    encode_data,
    encode_frame,
    encode_record,
    pack_payloads,
)
from net.protocol.rooms import (
    Add,
    Create,
    Leave,
    Newcomer,
    Picture,
    Remove,
    Rename,
    RoomId,
    SignedEntry,
    decode_entry,
    decode_room_id,
    encode_room_id,
    read_entry,
    sign_entry,
)
from net.protocol.session_packet import (
    SEALED_MIN_BYTES,
    HandshakePacket,
    decode_handshake,
    decode_sealed_header,
    encode_finish,
    encode_init,
    encode_knock,
    encode_response,
    encode_retry,
    encode_sealed_header,
)
from net.protocol.stream import parse_handshake_prefix
from net.protocol.transfer import (
    PART_BYTES,
    PIECE_BYTES,
    Part,
    Piece,
    decode_header,
    decode_parts,
    decode_pieces,
    decode_strictly,
    encode_header,
    encode_parts,
    encode_pieces,
)
from net.streams import StreamHello
from net.transfer.journal import read_journal
from tests.fuzz.targets import HEADERS, TARGETS
from tests.unit.net.protocol.test_manifest import TREE
from tests.unit.net.protocol.test_records import FRAMES, LANE, RECORDS
from ui.desktop.errand import Errand, from_words, to_words
from ui.desktop.links import ChatLink, ConnectLink, parse_link
from ui.trust.code import Finding, judge, write_code

ME: Final = Identity(b"m" * 32)
YOU: Final = Identity(b"y" * 32)
MY_ID, YOUR_ID = encode_peer_id(ME.peer_id), encode_peer_id(YOU.peer_id)


@dataclass(frozen=True)
class Decoder:
    read: Callable[[bytes], Any]
    seeds: tuple[bytes, ...]
    write: Callable[[Any], bytes] | None = None
    """None: what it reads says no more than that it was read."""
    errors: tuple[type[Exception], ...] = ()
    """Documented. Without any it answers None."""


# --- Helpers that make bytes of what is read -------------------------------
def as_text(data: bytes) -> str:
    """With halves of character pairs too, as file systems and programs give them."""
    return data.decode("utf-8", "surrogateescape")


def read_datagram(data: bytes) -> HandshakePacket | None:
    kind = peek_type(data)
    return None if kind is None else decode_handshake(kind, data)


def is_data(data: bytes) -> bool:
    return peek_type(data) is PacketType.DATA and len(data) >= SEALED_MIN_BYTES


def write_datagram(packet: HandshakePacket) -> bytes:
    match packet.kind:
        case PacketType.KNOCK:
            return encode_knock(packet.index)
        case PacketType.RETRY:
            return encode_retry(packet.index, packet.cookie)
        case PacketType.INIT:
            return encode_init(packet.index, packet.cookie, packet.message)
        case PacketType.RESPONSE:
            return encode_response(packet.index, packet.message)
    return encode_finish(packet.index, packet.message)


def read_manifest(data: bytes) -> tuple[Any, ...]:
    reader = ManifestReader()
    entries = reader.receive(data)
    reader.finish()
    return tuple(entries)


def write_manifest(entries: tuple[Any, ...]) -> bytes:
    writer = ManifestWriter()
    for entry in entries:
        writer.add(entry)
    return b"".join(writer.finish().chunks)


def write_payload(frames: tuple[Any, ...]) -> bytes:
    made = [
        encode_data(one.lane, one.low, [(seq, bytes(raw)) for seq, raw in one.records])
        if isinstance(one, Data)
        else encode_frame(one)
        for one in frames
    ]
    return pack_payloads(made, 1 << 20)[0] if made else b"\x90"


def whole(data: bytes, item_bytes: int) -> bytes:
    """As a list is received: so many items."""
    return data[: len(data) // item_bytes * item_bytes]


def read_signed(data: bytes) -> Any:
    return read_entry(SignedEntry(data[64:], data[:64]))


def read_arguments(data: bytes) -> Arguments:
    return parse_arguments(as_text(data).split("\n"), "landline", has_window=True)


def read_words(data: bytes) -> Errand | None:
    words = json.loads(data)
    return from_words(words) if isinstance(words, dict) else None


def read_link(data: bytes) -> ChatLink | ConnectLink | None:
    return parse_link(as_text(data))


def write_link(link: ChatLink | ConnectLink) -> bytes:
    if isinstance(link, ChatLink):
        return f"landline:chat/{link.peer_id}".encode()
    return f"landline:connect?address={link.address.replace('%', '%25')}".encode()


def read_code(data: bytes) -> Finding:
    return judge((as_text(data),), my_id=MY_ID, their_id=YOUR_ID).finding


ENTRIES: Final = tuple(
    sign_entry(ME, (b"p" * 32,), 7, act)
    for act in (
        Create(b"n" * 16, "Lab", "Me", (Newcomer(YOU.public_key, "You"),)),
        Add((Newcomer(YOU.public_key, "You"),), ((YOU.peer_id, 3),)),
        Remove(YOU.peer_id, 3),
        Leave(2),
        Rename("实验室"),
        Picture(b"png"),
    )
)
REMOTE: Final = (RemoteProtocolError,)
DECODERS: Final = {
    "beacon": Decoder(
        decode_beacon, (encode_beacon(Beacon(ME.peer_id, b"e" * 8, 1, 2000, 2001)),), encode_beacon
    ),
    "datagram": Decoder(
        read_datagram,
        (
            encode_knock(7),
            encode_retry(7, b"c" * 16),
            encode_init(7, b"c" * 16, b"n" * 32),
            encode_response(7, b"n" * 197),
            encode_finish(7, b"n" * 162),
        ),
        write_datagram,
    ),
    "data header": Decoder(
        lambda data: decode_sealed_header(data) if is_data(data) else None,
        (encode_sealed_header(PacketType.DATA, 7, 9) + b"t" * 16,),
        lambda found: encode_sealed_header(PacketType.DATA, *found) + bytes(16),
    ),
    "record": Decoder(decode_record, tuple(map(encode_record, RECORDS)), encode_record, REMOTE),
    "payload": Decoder(
        decode_payload,
        tuple(
            pack_payloads([encode_frame(one), encode_data(LANE, 1, [(1, encode_record(record))])])[
                0
            ]
            for one, record in zip(FRAMES, RECORDS, strict=False)
        ),
        write_payload,
        REMOTE,
    ),
    "room entry": Decoder(
        decode_entry, tuple(one.entry for one in ENTRIES), msgspec.msgpack.encode, REMOTE
    ),
    "signed entry": Decoder(
        read_signed, tuple(one.signature + one.entry for one in ENTRIES), None, REMOTE
    ),
    "manifest": Decoder(read_manifest, tuple(TARGETS["manifest"].seeds()), write_manifest, REMOTE),
    "chunk": Decoder(
        decode_chunk,
        tuple(chunk[4:] for chunk in [write_manifest(tuple(TREE))]),
        None,
        REMOTE,
    ),
    "header": Decoder(decode_header, tuple(map(encode_header, HEADERS)), encode_header, REMOTE),
    "stream hello": Decoder(
        lambda data: decode_strictly(data, StreamHello),
        (
            b'{"t":"hello","v":1,"for":"transfer","transfer":"' + b"0" * 32 + b'","push":true}',
            b'{"t":"hello","v":1,"for":"session","port":48484}',
        ),
        msgspec.json.encode,
        REMOTE,
    ),
    "parts": Decoder(
        lambda data: list(decode_parts(whole(data, PART_BYTES))),
        (encode_parts([Part(1, 1), Part(4, 5_000_000)]),),
        encode_parts,
        REMOTE,
    ),
    "pieces": Decoder(
        lambda data: list(decode_pieces(whole(data, PIECE_BYTES))),
        (encode_pieces([Piece(0, 3, 0, 5_000_001), Piece(4, 1, 9, 100), Piece(4, 1, 200, 50)]),),
        encode_pieces,
        REMOTE,
    ),
    "handshake record": Decoder(
        lambda data: parse_handshake_prefix(data[:5]),
        (b"\0\0\0\x20\0",),
        lambda size: size.to_bytes(4, "big") + b"\0",
        REMOTE,
    ),
    "journal": Decoder(read_journal, tuple(TARGETS["journal"].seeds())[:1]),
    "peer id": Decoder(
        lambda data: decode_peer_id(as_text(data)),
        (MY_ID.encode(),),
        lambda peer: encode_peer_id(peer).encode(),
        (ValueError,),
    ),
    "room id": Decoder(
        lambda data: decode_room_id(as_text(data)),
        (encode_room_id(RoomId(b"r" * 32)).encode(),),
        lambda room: encode_room_id(room).encode(),
        (ValueError,),
    ),
    "address": Decoder(
        lambda data: parse_address(as_text(data), 48484),
        (b"10.0.0.1", b"10.0.0.1:99", b"[fe80::1%2]:48484", b"fd00::7"),
        lambda address: format_address(address).encode(),
        (ValueError,),
    ),
    "id of a request": Decoder(
        lambda data: parse_id(as_text(data), ErrorCode.NO_SUCH_MESSAGE),
        (b"00ff" * 8,),
        lambda found: found.hex().encode(),
        (KnownError,),
    ),
    "mentions": Decoder(
        lambda data: parse_mentions(as_text(data).split(",")),
        (f"{MY_ID},{YOUR_ID}".encode(),),
        lambda found: ",".join(map(encode_peer_id, found)).encode(),
        (KnownError,),
    ),
    "request": Decoder(
        lambda data: parse_line(data).command(),
        (
            b'{"do":"send","to":"me","text":"\\u00e9"}',
            b'{"do":"send_files","to":["a","b"],"paths":["/x"],"ref":"7"}',
        ),
        None,
        (KnownError,),
    ),
    "mark of a request": Decoder(ref_of, (b'{"ref":"7"}',)),
    "link": Decoder(
        read_link,
        (
            b"landline:connect?address=10.0.0.1:99",
            b"landline://chat/" + MY_ID.encode(),
            b"landline:connect?address=%5Bfe80::1%252%5D",
        ),
        write_link,
    ),
    "command line": Decoder(
        read_arguments,
        (
            b"--port\n48484\n--bind\n10.0.0.1\n--hidden",
            b"--name\nAnn\n--send\n/x",
            b"landline:chat",
        ),
        None,
        (SystemExit,),
    ),
    "words of a second start": Decoder(
        read_words,
        (b'{"link":"landline:chat","is_hidden":true,"send":["/x","/a b"]}', b"{}"),
        lambda errand: json.dumps(to_words(errand)).encode(),
        (ValueError, RecursionError),
    ),
    "QR code": Decoder(read_code, (write_code(YOUR_ID, MY_ID).encode(),)),
}
