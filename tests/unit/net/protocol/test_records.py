"""Frames and records: what is read, what is refused, and that nothing else ever happens."""

import struct

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from net.protocol.errors import LocalProtocolError, RemoteProtocolError
from net.protocol.limits import (
    PAYLOAD_MAX_BYTES,
    PICTURE_MAX_BYTES,
    RECORD_MAX_BYTES,
    TEXT_MAX_BYTES,
)
from net.protocol.records import (
    Ack,
    Bye,
    Data,
    Decision,
    Delete,
    Edit,
    Held,
    Hello,
    Offer,
    PictureAsk,
    PictureGive,
    Ping,
    React,
    Read,
    RoomAsk,
    RoomEntry,
    RoomGiven,
    RoomHave,
    RoomPost,
    RoomRead,
    Text,
    Typing,
    Verdict,
    Void,
    decode_payload,
    decode_record,
    encode_data,
    encode_frame,
    encode_record,
    pack_payloads,
)

ID, LANE, HASH = b"m" * 16, b"l" * 8, b"h" * 32
TEXT = Text(ID, 5, 6, "你好\n🙏")
RECORDS = [
    Void(),
    TEXT,
    Read(LANE, 7),
    Offer(ID, 5, 6, b"t" * 16, HASH, 3, 1, 2**40, ("a.txt", "文件夹")),
    Offer(ID, 5, 6, b"t" * 16, HASH, 3, 1, 2**40, ("a.txt",), HASH),
    Decision(b"t" * 16, Verdict.FAILED, "no_space"),
    Text(ID, 5, 6, "so?", (HASH, ID), (HASH, b"k" * 32), is_forwarded=True),
    Edit(ID, 9, 8, "now"),
    Delete(ID),
    Delete(ID, (3, 4)),
    React(HASH, ID, 9, "👍🏽"),
    React(HASH, ID, 10, "👍🏽", is_on=False),
    RoomEntry(HASH, b"entry", b"s" * 64),
    RoomPost(HASH, HASH, 1, HASH, b"s" * 64, b"body"),
    RoomRead(HASH, 4),
    RoomHave(HASH, HASH),
    RoomAsk(HASH, (HASH,), ((HASH, 3),)),
    RoomGiven(HASH, is_more=True),
]
FRAMES = [
    Hello(1, b"e" * 8, "Ann", "laptop", "1.0.0", 1, 48484),
    Ping(9),
    Bye(),
    Ack(LANE, 3, b"\x05"),
    Typing(is_on=True),
    Held(LANE, (3, 5)),
    Hello(2, b"e" * 8, "Ann", "laptop", "1.0.0", 1, 48484, picture=HASH),
    PictureAsk(HASH),
    PictureGive(b"as it came"),
]


def pack(value: object) -> bytes:
    return msgspec.msgpack.encode(value)


@pytest.mark.parametrize("record", RECORDS)
def test_record_is_read_as_it_was_written(record: Text) -> None:
    assert decode_record(encode_record(record)) == record


def test_frames_are_read_as_they_were_written_and_records_stay_sealed_in_them() -> None:
    data = encode_data(LANE, 2, [(2, encode_record(TEXT)), (3, encode_record(Void()))])
    payloads = pack_payloads([*map(encode_frame, FRAMES), data])
    *frames, last = decode_payload(payloads[0])
    assert frames == FRAMES
    assert isinstance(last, Data)
    assert [(seq, decode_record(raw)) for seq, raw in last.records] == [(2, TEXT), (3, Void())]


@given(st.lists(st.integers(1, 900), max_size=60))
def test_payloads_never_exceed_a_datagram_and_keep_the_order(sizes: list[int]) -> None:
    frames = [encode_data(LANE, 1, [(seq, pack("x" * size))]) for seq, size in enumerate(sizes, 1)]
    payloads = pack_payloads(frames)
    assert all(len(payload) <= PAYLOAD_MAX_BYTES for payload in payloads)
    read = [frame for payload in payloads for frame in decode_payload(payload)]
    assert [frame.records[0][0] for frame in read] == list(range(1, len(sizes) + 1))


def test_frame_that_fits_no_datagram_is_our_own_fault() -> None:
    with pytest.raises(LocalProtocolError):
        pack_payloads([bytes(PAYLOAD_MAX_BYTES)])


@given(st.binary(max_size=200))
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    for decode in (decode_payload, decode_record):
        try:
            decode(data)
        except RemoteProtocolError:
            continue


@given(st.integers(0, 10_000))
def test_any_cut_payload_is_refused(position: int) -> None:
    whole = pack_payloads([*map(encode_frame, FRAMES), encode_data(LANE, 1, [(1, pack(TEXT))])])[0]
    with pytest.raises(RemoteProtocolError):
        decode_payload(whole[: position % len(whole)])


def test_a06_bytes_after_the_last_frame_are_refused() -> None:
    with pytest.raises(RemoteProtocolError):
        decode_payload(pack_payloads([encode_frame(Bye())])[0] + b"\x00")


def test_a07_frames_of_a_later_version_are_passed_over() -> None:
    payload = pack([["from", "the", "future"]])
    with pytest.raises(RemoteProtocolError):
        decode_payload(payload)
    later = pack([[99, {"new": "thing"}], [5]])
    assert decode_payload(later) == (Bye(),)


def test_a07_fields_added_at_the_end_are_passed_over() -> None:
    assert decode_payload(pack([[3, 9, "new"]])) == (Ping(9),)


def test_a_hello_of_a_version_without_pictures_is_read() -> None:
    (hello,) = decode_payload(pack([[1, 1, b"e" * 8, "Ann", "laptop", "1", 1, 48484]]))
    assert isinstance(hello, Hello)
    assert hello.picture is None


@pytest.mark.parametrize(
    "frame",
    [
        [1, 1, b"e" * 8, "Ann", "laptop", "1", 1, 48484, [], b"short"],
        [1, 1, b"e" * 8, "Ann", "laptop", "1", 1, 48484, [], b""],
        [10, HASH + b"x"],
        [10, "text of thirty-two characters...."],
        [11, b""],
        [11, bytes(PICTURE_MAX_BYTES + 1)],
        [11, "text"],
    ],
    ids=["short hash", "no hash", "hash", "text", "no picture", "too large", "no bytes"],
)
def test_pictures_that_no_landline_tells_are_refused(frame: list[object]) -> None:
    with pytest.raises(RemoteProtocolError):
        decode_payload(pack([frame]))


def test_a_picture_of_the_largest_size_fits_a_frame_of_a_stream() -> None:
    give = PictureGive(bytes(PICTURE_MAX_BYTES))
    (payload,) = pack_payloads([encode_frame(give)], RECORD_MAX_BYTES)
    assert decode_payload(payload) == (give,)


def test_a08_depth_of_a_hundred_thousand_is_refused() -> None:
    for decode in (decode_payload, decode_record):
        with pytest.raises(RemoteProtocolError):
            decode(b"\x91" * 100_000)
        with pytest.raises(RemoteProtocolError):
            decode(b"\x92\x63" * 100_000)


@pytest.mark.parametrize("number", [True, 1.0, float("nan"), float("inf"), -1, 2**62, 2**63, "1"])
def test_a09_a10_number_that_is_no_count_is_refused(number: object) -> None:
    with pytest.raises(RemoteProtocolError):
        decode_record(pack([1, ID, number, 0, "text"]))
    with pytest.raises(RemoteProtocolError):
        decode_payload(pack([[3, number]]))


def test_a10_number_beyond_64_bits_cannot_be_written_in_this_form_at_all() -> None:
    with pytest.raises(OverflowError):
        pack(2**64)
    with pytest.raises(RemoteProtocolError):
        decode_record(b"\x95\x01\xc4\x10" + ID + b"\xcf" + b"\xff" * 8 + b"\x00\xa1x")


@pytest.mark.parametrize(
    "text",
    [
        b"\xed\xa0\x80",
        b"\xc0\xaf",
        b"\xff\xfe",
        "你好".encode("gbk"),
        "日本".encode("shift-jis"),
        "hi".encode("utf-16"),
    ],
    ids=["A-12 lone surrogate", "overlong", "no UTF-8", "GBK", "Shift-JIS", "UTF-16"],
)
def test_a12_a13_text_that_is_not_utf8_is_refused(text: bytes) -> None:
    with pytest.raises(RemoteProtocolError):
        decode_record(
            b"\x95\x01\xc4\x10" + ID + b"\x05\x06" + struct.pack(">BB", 0xD9, len(text)) + text
        )


def test_a12_half_a_surrogate_pair_of_ours_is_not_sent() -> None:
    with pytest.raises(LocalProtocolError):
        encode_record(Text(ID, 1, 1, "\ud800"))


@pytest.mark.parametrize("length", [0, 15, 17, 4096])
def test_a16_id_of_wrong_length_is_refused(length: int) -> None:
    with pytest.raises(RemoteProtocolError):
        decode_record(pack([1, b"x" * length, 1, 1, "text"]))


@pytest.mark.parametrize("text", ["", "x" * (TEXT_MAX_BYTES + 1), "长" * 22_000])
def test_text_of_no_or_too_many_bytes_is_refused(text: str) -> None:
    with pytest.raises(RemoteProtocolError):
        decode_record(pack([1, ID, 1, 1, text]))


def test_more_frames_than_a_payload_may_have_are_refused() -> None:
    with pytest.raises(RemoteProtocolError):
        decode_payload(pack([[5]] * 257))


def test_length_claimed_beyond_what_is_there_allocates_nothing() -> None:
    with pytest.raises(RemoteProtocolError):
        decode_payload(b"\xdd\xff\xff\xff\xff")
    with pytest.raises(RemoteProtocolError):
        decode_record(b"\x95\x01\xc6\xff\xff\xff\xff")


def test_a_text_of_a_version_without_replies_is_read() -> None:
    assert decode_record(pack([1, ID, 5, 6, "hi"])) == Text(ID, 5, 6, "hi")


@pytest.mark.parametrize(
    "record",
    [
        [5, ID, 9, 8, ""],
        [5, ID, 9, 8, "x" * (TEXT_MAX_BYTES + 1)],
        [5, ID, 9, 8, "字" * (TEXT_MAX_BYTES // 3 + 1)],
        [6, ID[1:]],
        [7, HASH, ID, 9, "hi", True],
        [7, HASH, ID, 9, "", True],
        [7, HASH, ID, 9, "👍" * 17, True],
        [7, HASH, ID, 9, "\u202e👍", True],
        [7, HASH, ID, 9, "👍", 1],
        [1, ID, 5, 6, "hi", [HASH, ID, ID]],
        [1, ID, 5, 6, "hi", None, [HASH] * 33],
    ],
)
def test_deeds_that_no_landline_writes_are_refused(record: list[object]) -> None:
    with pytest.raises(RemoteProtocolError):
        decode_record(pack(record))
