"""Sealed records: only whole, only once, only in order, only from the right one."""

import random

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from hypothesis import given
from hypothesis import strategies as st

from net.protocol import stream
from net.protocol.errors import LocalProtocolError, RemoteProtocolError
from net.protocol.handshake import SelfPeerError, WrongPeerError
from net.protocol.identity import Identity, PeerId
from net.protocol.limits import (
    CONTENT_BYTES,
    HANDSHAKE_BODY_MAX_BYTES,
    HEADER_MAX_BYTES,
    RECORD_MAX_BYTES,
    TAG_BYTES,
)
from net.protocol.stream import (
    RecordOpener,
    RecordSealer,
    StreamHandshake,
    StreamType,
    parse_handshake_prefix,
)

ALICE, BOB = Identity(b"a" * 32), Identity(b"b" * 32)
KEY = b"k" * 32
LARGEST = {
    StreamType.HEADER: HEADER_MAX_BYTES,
    StreamType.CONTENT: CONTENT_BYTES,
    StreamType.CLOSE: 0,
    StreamType.FRAME: RECORD_MAX_BYTES + 64,
}
SPEECH = [
    (StreamType.HEADER, b'{"t":"hello"}'),
    (StreamType.CONTENT, b"c" * 1000),
    (StreamType.CONTENT, b"d"),
    (StreamType.FRAME, b"frame"),
    (StreamType.CLOSE, b""),
]


def joined(
    expected: PeerId | None = None, responder: Identity = BOB
) -> tuple[StreamHandshake, StreamHandshake]:
    seeds = random.Random(7)
    a = StreamHandshake(ALICE, seeds.randbytes, is_initiator=True, expected=expected)
    b = StreamHandshake(responder, seeds.randbytes, is_initiator=False)
    while not (a.is_done and b.is_done):
        for speaker, listener in ((a, b), (b, a)):
            record = speaker.send()
            if record is not None:
                assert parse_handshake_prefix(record[:5]) == len(record) - 5
                listener.receive(record[5:])
    return a, b


def open_record(opener: RecordOpener, record: bytes) -> tuple[StreamType, bytes]:
    length, kind = opener.parse_prefix(record[:5])
    assert length == len(record) - 5
    return kind, opener.open(record[:5], record[5:])


class Reader:
    """What a socket loop does with bytes as they come."""

    def __init__(self, opener: RecordOpener) -> None:
        self._opener = opener
        self._rest = b""
        self.records: list[tuple[StreamType, bytes]] = []

    def feed(self, data: bytes) -> None:
        self._rest += data
        while len(self._rest) >= 5:
            length, kind = self._opener.parse_prefix(self._rest[:5])
            if len(self._rest) < 5 + length:
                return
            body, self._rest = self._rest[5 : 5 + length], self._rest[5 + length :]
            prefix = (length).to_bytes(4, "big") + bytes((kind,))
            self.records.append((kind, self._opener.open(prefix, body)))


@pytest.fixture
def wire() -> bytes:
    sealer = RecordSealer(KEY)
    return b"".join(sealer.seal(kind, body) for kind, body in SPEECH)


def test_both_sides_know_each_other_and_share_directions() -> None:
    a, b = joined(expected=BOB.peer_id)
    assert (a.peer, b.peer) == (BOB.peer_id, ALICE.peer_id)
    assert (a.public_key, b.public_key) == (BOB.public_key, ALICE.public_key)
    there = a.sealer.seal(StreamType.HEADER, b"there")
    back = b.sealer.seal(StreamType.HEADER, b"back")
    assert open_record(b.opener, there) == (StreamType.HEADER, b"there")
    assert open_record(a.opener, back) == (StreamType.HEADER, b"back")


def test_somebody_else_is_refused_before_anything_is_read() -> None:
    with pytest.raises(WrongPeerError):
        joined(expected=PeerId(b"x" * 32))


def test_own_profile_is_refused() -> None:
    with pytest.raises(SelfPeerError):
        joined(responder=ALICE)


def test_failed_handshake_is_over_for_good() -> None:
    seeds = random.Random(1)
    a = StreamHandshake(ALICE, seeds.randbytes, is_initiator=True)
    a.send()
    with pytest.raises(RemoteProtocolError):
        a.receive(bytes(193))
    assert a.send() is None
    with pytest.raises(RemoteProtocolError):
        a.receive(bytes(193))
    for wanted in ("peer", "sealer", "opener"):
        with pytest.raises(LocalProtocolError):
            getattr(a, wanted)


@pytest.mark.parametrize("point", [bytes(32), b"\x01" + bytes(31)])
def test_a17_low_order_key_breaks_the_stream(point: bytes) -> None:
    b = StreamHandshake(BOB, random.Random(1).randbytes, is_initiator=False)
    b.receive(point)
    with pytest.raises(RemoteProtocolError):
        b.send()
    assert b.send() is None


def test_b11_nothing_but_handshake_records_before_the_handshake() -> None:
    for kind in range(1, 256):
        with pytest.raises(RemoteProtocolError):
            parse_handshake_prefix(b"\0\0\0\x20" + bytes((kind,)))


@pytest.mark.parametrize(
    "size", [0, 1, 31, HANDSHAKE_BODY_MAX_BYTES + 1, 2**31 - 1, 2**31, 2**32 - 1]
)
def test_b01_b02_b03_handshake_of_impossible_size_is_refused(size: int) -> None:
    with pytest.raises(RemoteProtocolError):
        parse_handshake_prefix(size.to_bytes(4, "big") + b"\0")


@pytest.mark.parametrize(
    "opening",
    [
        b"GET / HTTP/1.1\r\n",
        b"\x16\x03\x01\x02\x00\x01",
        b"SSH-2.0-OpenSSH",
        b"\xff" * 9,
        b"\n\n\n",
    ],
)
def test_b16_other_protocols_end_at_the_first_prefix(opening: bytes) -> None:
    with pytest.raises(RemoteProtocolError):
        parse_handshake_prefix(opening[:5])


def test_stream_reads_the_same_whole_byte_by_byte_and_in_any_two_parts(wire: bytes) -> None:
    whole = Reader(RecordOpener(KEY))
    whole.feed(wire)
    assert whole.records == SPEECH
    single = Reader(RecordOpener(KEY))
    for value in wire:
        single.feed(bytes((value,)))
    assert single.records == SPEECH
    for cut in range(len(wire)):
        parts = Reader(RecordOpener(KEY))
        parts.feed(wire[:cut])
        parts.feed(wire[cut:])
        assert parts.records == SPEECH


def test_bytes_after_close_are_refused(wire: bytes) -> None:
    reader = Reader(RecordOpener(KEY))
    with pytest.raises(RemoteProtocolError):
        reader.feed(wire + b"\0\0\0\x11\x01")
    assert reader.records == SPEECH


def test_b17_a_cut_stream_is_never_complete(wire: bytes) -> None:
    for cut in range(len(wire)):
        opener = RecordOpener(KEY)
        Reader(opener).feed(wire[:cut])
        assert not opener.is_closed
    opener = RecordOpener(KEY)
    Reader(opener).feed(wire)
    assert opener.is_closed


def test_nothing_is_sealed_after_close() -> None:
    sealer = RecordSealer(KEY)
    sealer.seal(StreamType.CLOSE, b"")
    assert sealer.is_closed
    with pytest.raises(LocalProtocolError):
        sealer.seal(StreamType.HEADER, b"{}")


def test_a05_every_flipped_bit_of_a_record_is_refused() -> None:
    record = RecordSealer(KEY).seal(StreamType.HEADER, b"hello")
    for bit in range(len(record) * 8):
        changed = bytearray(record)
        changed[bit // 8] ^= 1 << bit % 8
        opener = RecordOpener(KEY)
        with pytest.raises((RemoteProtocolError, LocalProtocolError)):
            opener.open(bytes(changed[:5]), bytes(changed[5:]))


def test_records_replayed_dropped_or_swapped_are_refused() -> None:
    sealer = RecordSealer(KEY)
    first, second = (sealer.seal(StreamType.HEADER, text) for text in (b"one", b"two"))
    for fine, wrong in (([first], first), ([], second)):
        opener = RecordOpener(KEY)
        for record in fine:
            open_record(opener, record)
        for record in (wrong, first, second):  # the first fault is the end of it
            with pytest.raises(RemoteProtocolError):
                open_record(opener, record)


@pytest.mark.parametrize(
    ("fault", "is_counted"),
    [
        (b"\0\0\0\x13\1" + bytes(19), True),
        (b"\xff\xff\xff\xff\1", False),
        (b"\0\0\0\x13\x09", False),
        (b"\0", False),
    ],
)
def test_after_one_fault_even_the_true_next_record_is_refused(
    fault: bytes, is_counted: bool
) -> None:
    sealer, opener = RecordSealer(KEY), RecordOpener(KEY)
    records = [sealer.seal(StreamType.HEADER, text) for text in (b"one", b"two")]
    with pytest.raises(RemoteProtocolError):
        open_record(opener, fault)
    with pytest.raises(RemoteProtocolError):
        open_record(opener, records[is_counted])


def test_e01_a_record_sent_back_is_refused() -> None:
    a, _ = joined()
    with pytest.raises(RemoteProtocolError):
        open_record(a.opener, a.sealer.seal(StreamType.HEADER, b"mine"))


def test_e04_a_recorded_stream_is_refused_by_the_next_one() -> None:
    seeds = random.Random(3)
    recorded: list[bytes] = []
    for run in range(2):
        a = StreamHandshake(ALICE, seeds.randbytes, is_initiator=True)
        b = StreamHandshake(BOB, seeds.randbytes, is_initiator=False)
        if run == 1:
            b.receive(recorded[0])
            b.send()
            with pytest.raises(RemoteProtocolError):
                b.receive(recorded[1])
            return
        first = a.send()
        assert first is not None
        b.receive(first[5:])
        second = b.send()
        assert second is not None
        a.receive(second[5:])
        third = a.send()
        assert third is not None
        recorded += [first[5:], third[5:]]


@pytest.mark.parametrize("kind", LARGEST)
def test_b02_largest_of_each_type_passes_and_one_more_does_not(kind: StreamType) -> None:
    size = LARGEST[kind]
    record = RecordSealer(KEY).seal(kind, bytes(size))
    assert open_record(RecordOpener(KEY), record) == (kind, bytes(size))
    with pytest.raises(LocalProtocolError):
        RecordSealer(KEY).seal(kind, bytes(size + 1))
    length = (size + 1 + TAG_BYTES).to_bytes(4, "big")
    with pytest.raises(RemoteProtocolError):
        RecordOpener(KEY).parse_prefix(length + bytes((kind,)))


@pytest.mark.parametrize("kind", [StreamType.HEADER, StreamType.CONTENT, StreamType.FRAME])
def test_b01_empty_records_are_refused(kind: StreamType) -> None:
    with pytest.raises(LocalProtocolError):
        RecordSealer(KEY).seal(kind, b"")
    for length in range(TAG_BYTES + 1):
        with pytest.raises(RemoteProtocolError):
            RecordOpener(KEY).parse_prefix(length.to_bytes(4, "big") + bytes((kind,)))


@pytest.mark.parametrize("length", [0x7FFFFFFF, 0x80000000, 0xFFFFFFFF])
def test_b03_length_above_cap_is_refused_before_allocation(length: int) -> None:
    for kind in range(256):
        with pytest.raises(RemoteProtocolError):
            RecordOpener(KEY).parse_prefix(length.to_bytes(4, "big") + bytes((kind,)))


def test_b11_handshake_records_after_the_handshake_are_refused() -> None:
    with pytest.raises(RemoteProtocolError):
        RecordOpener(KEY).parse_prefix(b"\0\0\0\x20\0")
    with pytest.raises(LocalProtocolError):
        RecordSealer(KEY).seal(StreamType.HANDSHAKE, bytes(32))


@given(st.binary(max_size=8))
def test_any_prefix_is_a_size_in_bounds_or_refused(prefix: bytes) -> None:
    try:
        length, kind = RecordOpener(KEY).parse_prefix(prefix)
    except RemoteProtocolError:
        return
    assert len(prefix) == 5
    assert TAG_BYTES <= length <= LARGEST[kind] + TAG_BYTES


@given(st.binary(max_size=200))
def test_any_bytes_open_nothing(data: bytes) -> None:
    with pytest.raises((RemoteProtocolError, LocalProtocolError)):
        RecordOpener(KEY).open(data[:5], data[5:])


@given(st.binary(min_size=32, max_size=400))
def test_any_handshake_body_is_refused_by_the_caller(body: bytes) -> None:
    a = StreamHandshake(ALICE, random.Random(1).randbytes, is_initiator=True)
    a.send()
    with pytest.raises(RemoteProtocolError):
        a.receive(body)


def test_into_writes_only_the_record_and_returns_its_size() -> None:
    sealer, opener = RecordSealer(KEY), RecordOpener(KEY)
    out = bytearray(b"\xaa" * 100)
    size = sealer.seal_into(StreamType.CONTENT, memoryview(b"content"), out)
    assert size == 5 + 7 + TAG_BYTES
    assert out[size:] == b"\xaa" * (100 - size)
    plain = memoryview(bytearray(b"\xbb" * 50))
    record = memoryview(out)[:size]
    assert opener.open_into(record[:5], record[5:], plain) == 7
    assert plain[:7] == b"content"
    assert plain[7:] == b"\xbb" * 43


def test_into_without_room_is_our_own_fault_and_harms_nothing() -> None:
    sealer, opener = RecordSealer(KEY), RecordOpener(KEY)
    with pytest.raises(LocalProtocolError):
        sealer.seal_into(StreamType.CONTENT, b"content", bytearray(27))
    record = sealer.seal(StreamType.CONTENT, b"content")
    with pytest.raises(LocalProtocolError):
        opener.open_into(record[:5], record[5:], memoryview(bytearray(6)))
    assert open_record(opener, record) == (StreamType.CONTENT, b"content")


def test_key_moves_on_by_noises_rekey_and_both_sides_follow(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(stream, "RECORDS_PER_KEY", 3)
    sealer, opener = RecordSealer(KEY), RecordOpener(KEY)
    records = [sealer.seal(StreamType.HEADER, b"%d" % number) for number in range(10)]
    for number, record in enumerate(records):
        assert open_record(opener, record) == (StreamType.HEADER, b"%d" % number)
    last_nonce = bytes(4) + b"\xff" * 8  # Noise 4.2: REKEY seals 32 zero bytes with it
    second_key = AESGCM(KEY).encrypt(last_nonce, bytes(32), b"")[:32]
    nonce = (3).to_bytes(12, "big")
    assert AESGCM(second_key).decrypt(nonce, records[3][5:], records[3][:5]) == b"3"


def test_a_side_that_does_not_move_its_key_is_cut_off(monkeypatch: pytest.MonkeyPatch) -> None:
    sealer, opener = RecordSealer(KEY), RecordOpener(KEY)
    records = [sealer.seal(StreamType.HEADER, b"%d" % number) for number in range(5)]
    monkeypatch.setattr(stream, "RECORDS_PER_KEY", 3)
    for record in records[:3]:
        open_record(opener, record)
    with pytest.raises(RemoteProtocolError):
        open_record(opener, records[3])


def test_e23_a_counter_is_spent_even_when_sealing_fails() -> None:
    sealer = RecordSealer(KEY)
    body = memoryview(b"0123456789")[::2]  # AES-GCM takes no strided buffer
    with pytest.raises(BufferError):
        sealer.seal(StreamType.CONTENT, body)
    after = sealer.seal(StreamType.CONTENT, b"x")
    assert AESGCM(KEY).decrypt((1).to_bytes(12, "big"), after[5:], after[:5]) == b"x"
