"""Headers of a transfer: strict in what they say, bounded in what they cost."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from net.protocol.errors import LocalProtocolError, RemoteProtocolError
from net.protocol.limits import (
    HEADER_MAX_BYTES,
    MANIFEST_ENTRIES_MAX,
    RUN_FILES_MAX,
    TRANSFER_MAX_BYTES,
)
from net.protocol.transfer import (
    RUN_AIM_BYTES,
    Accept,
    Alive,
    Cancel,
    Checked,
    Compare,
    Done,
    End,
    Fetch,
    Files,
    Header,
    Part,
    Piece,
    Refuse,
    decode_header,
    decode_parts,
    decode_pieces,
    encode_header,
    encode_parts,
    encode_pieces,
    plan_runs,
)
from tests.pace import examples

HEADERS: list[Header] = [
    Accept(12, "ab" * 32),
    Refuse("not_offered"),
    Compare(3),
    Fetch(0),
    Fetch(7, 2, 4096),
    Files(0, RUN_FILES_MAX, 3, TRANSFER_MAX_BYTES),
    Checked(),
    Checked((1, 2, 3)),
    End(),
    Done(),
    Alive(),
    Cancel("no_space"),
]


@pytest.mark.parametrize("header", HEADERS, ids=lambda header: type(header).__name__)
def test_a_header_is_read_as_it_was_written(header: Header) -> None:
    body = encode_header(header)
    assert decode_header(body) == header
    for cut in range(len(body)):
        with pytest.raises(RemoteProtocolError):
            decode_header(body[:cut])
    for trailing in (b"x", b"{}", b"\0", b","):
        with pytest.raises(RemoteProtocolError):
            decode_header(body + trailing)


def test_the_longest_list_of_changed_files_fits_one_header() -> None:
    last = MANIFEST_ENTRIES_MAX - 1
    changed = Checked(tuple(range(last - RUN_FILES_MAX + 1, last + 1)))
    assert decode_header(encode_header(changed)) == changed


def files(more: str = "", **words: object) -> bytes:
    """A header that is read as it stands, but for what the words change."""
    fields = {"first": 0, "count": 1, "offset": 0, "size": 0, **words}
    said = ",".join(f'"{name}":{value}' for name, value in fields.items() if value != "")
    return ('{"t":"files",' + said + more + "}").encode()


BAD = {
    "a02-empty": b"",
    "a06-two-headers": b'{"t":"end"}{"t":"end"}',
    "a08-deep": b'{"t":"end","x":' + b"[" * 60_000,
    "a09-nan": files(offset="NaN"),
    "a09-nan-where-nobody-looks": b'{"t":"end","x":NaN}',
    "a09-infinity": files(offset="Infinity"),
    "a09-1e400": files(offset="1e400"),
    "a09-flag": files(first="true"),
    "a09-fraction": files(first="0.0"),
    "a09-text": files(first='"0"'),
    "a09-null": files(first="null"),
    "a10-5000-digits": files(offset="1" * 5000),
    "a11-key-twice": files(',"first":0'),
    "a11-key-twice-inside": b'{"t":"end","x":{"a":1,"a":1}}',
    "a11-tag-twice": b'{"t":"end","t":"end"}',
    "a12-lone-surrogate": b'{"t":"cancel","code":"\\ud800"}',
    "a12-lone-surrogate-elsewhere": b'{"t":"end","x":"\\udfff"}',
    "a12-lone-surrogate-as-key": b'{"t":"end","\\ud800":1}',
    "a13-invalid-utf8": b'{"t":"end","x":"\xff"}',
    "a13-overlong-utf8": b'{"t":"end","x":"\xc0\xaf"}',
    "a13-utf16": '{"t":"end"}'.encode("utf-16"),
    "a13-byte-order-mark": b'\xef\xbb\xbf{"t":"end"}',
    "b09-negative": files(offset=-1),
    "b09-a-size-beyond-any": files(size=TRANSFER_MAX_BYTES + 1),
    "b09-an-offset-beyond-any": files(offset=TRANSFER_MAX_BYTES + 1),
    "b09-beyond-63-bits": files(offset=2**63),
    "b09-left-out-negative": b'{"t":"fetch","count":1,"left_out_bytes":-1}',
    "b03-manifest-of-4-gib": b'{"t":"accept","manifest_size":4294967295,"manifest_hash":"'
    + b"a" * 64 + b'"}',
    "b03-manifest-negative": b'{"t":"accept","manifest_size":-1,"manifest_hash":"' + b"a" * 64
    + b'"}',
    "b10-no-files": files(count=0),
    "b10-more-than-a-run": files(count=RUN_FILES_MAX + 1),
    "b10-a-million-files": files(count=1_000_000),
    "b10-first-negative": files(first=-1),
    "b10-first-beyond-any": files(first=MANIFEST_ENTRIES_MAX + 1),
    "b10-fetch-negative": b'{"t":"fetch","count":-1}',
    "b10-fetch-beyond-any": b'{"t":"fetch","count":1000001}',
    "b10-compare-beyond-any": b'{"t":"compare","count":1000001}',
    "b10-changed-beyond-a-run": b'{"t":"checked","changed":[' + b"1," * RUN_FILES_MAX + b"1]}",
    "unknown": b'{"t":"gimme"}',
    "no-tag": b'{"first":0,"count":1,"offset":0,"size":0}',
    "field-missing": files(size=""),
    "a-list": b'["end"]',
    "a-word": b"null",
    "code-of-another-kind": b'{"t":"cancel","code":"<b>x</b>"}',
    "code-empty": b'{"t":"cancel","code":""}',
    "code-long": b'{"t":"cancel","code":"' + b"a" * 33 + b'"}',
    "hash-short": b'{"t":"accept","manifest_size":1,"manifest_hash":"ab"}',
    "hash-newline": b'{"t":"accept","manifest_size":1,"manifest_hash":"' + b"a" * 64 + b'\\n"}',
    "too-long": b'{"t":"end","x":"' + b"a" * HEADER_MAX_BYTES + b'"}',
}  # fmt: skip


@pytest.mark.parametrize("body", BAD.values(), ids=BAD.keys())
def test_a_header_that_is_not_exactly_one_is_refused(body: bytes) -> None:
    with pytest.raises(RemoteProtocolError):
        decode_header(body)


def test_the_headers_that_the_bad_ones_were_made_from_are_read() -> None:
    """So what is refused above is refused for the reason given."""
    assert decode_header(files()) == Files(0, 1, 0, 0)
    largest = files(first=MANIFEST_ENTRIES_MAX, count=RUN_FILES_MAX, size=TRANSFER_MAX_BYTES)
    assert decode_header(largest) == Files(
        MANIFEST_ENTRIES_MAX, RUN_FILES_MAX, 0, TRANSFER_MAX_BYTES
    )
    for body, header in (
        (b'{"t":"end","x":{"a":1,"b":1}}', End()),
        (b'{"t":"cancel","code":"' + b"a" * 32 + b'"}', Cancel("a" * 32)),
        (
            b'{"t":"accept","manifest_size":1,"manifest_hash":"' + b"a" * 64 + b'"}',
            Accept(1, "a" * 64),
        ),
        (b'{"t":"fetch","count":1000000}', Fetch(MANIFEST_ENTRIES_MAX)),
        (b'{"t":"compare","count":1000000}', Compare(MANIFEST_ENTRIES_MAX)),
    ):
        assert decode_header(body) == header


def test_a07_unknown_fields_are_passed_over() -> None:
    assert decode_header(b'{"t":"end","later":{"x":[1.5,"y"]}}') == End()


def test_b15_our_own_header_above_the_cap_is_refused_not_cut() -> None:
    with pytest.raises(LocalProtocolError):
        encode_header(Cancel("x" * HEADER_MAX_BYTES))


JSON = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=5)),
    lambda inner: st.one_of(st.lists(inner), st.dictionaries(st.text(max_size=5), inner)),
    max_leaves=8,
)
KEYS = st.sampled_from(["t", "offset", "size", "first", "count", "changed", "code"])
TAGS = st.sampled_from(
    ["accept", "refuse", "compare", "fetch", "files", "checked", "end", "cancel"]
)


@settings(max_examples=examples(400), deadline=None)
@given(
    st.one_of(
        st.binary(max_size=100),
        JSON.map(lambda value: json.dumps(value).encode()),
        st.tuples(TAGS, st.dictionaries(KEYS, JSON)).map(
            lambda pair: json.dumps({**pair[1], "t": pair[0]}).encode()
        ),
    )
)
def test_the_decoder_takes_anything_and_raises_only_remote_protocol_error(body: bytes) -> None:
    try:
        header = decode_header(body)
    except RemoteProtocolError:
        return
    assert decode_header(encode_header(header)) == header


SIZES = st.lists(
    st.one_of(st.integers(0, 5000), st.integers(0, 3 * RUN_AIM_BYTES)), min_size=1, max_size=50
)


@settings(max_examples=examples(200), deadline=None)
@given(SIZES, st.data())
def test_runs_cover_every_byte_once_in_order(sizes: list[int], data: st.DataObject) -> None:
    first = data.draw(st.integers(0, len(sizes) - 1))
    files = data.draw(st.integers(1, len(sizes) - first))
    offset = data.draw(st.integers(0, sizes[first]))
    piece = Piece(first, files, offset, sum(sizes[first : first + files]) - offset)
    next_file = first
    for run in plan_runs(piece, iter(sizes[first:])):
        assert run.first == next_file
        assert run.offset == (offset if run.first == first else 0)
        covered = sizes[run.first : run.first + run.count]
        assert run.size == sum(covered) - run.offset
        assert run.size <= RUN_AIM_BYTES or run.count == 1
        next_file += run.count
    assert next_file == first + files


def test_a_piece_of_one_file_may_end_before_the_file_does() -> None:
    assert list(plan_runs(Piece(3, 1, 10, 20), iter([100]))) == [Files(3, 1, 10, 20)]


@pytest.mark.parametrize(
    "piece",
    [
        Piece(0, 1, 0, 11),
        Piece(0, 1, 11, 0),
        Piece(0, 2, 0, 14),
        Piece(0, 2, 0, 16),
        Piece(0, 3, 0, 15),
    ],
)
def test_b13_a_piece_that_the_files_do_not_have_is_refused(piece: Piece) -> None:
    with pytest.raises(RemoteProtocolError):
        list(plan_runs(piece, iter([10, 5])))


def test_d11_empty_files_fill_runs_by_count() -> None:
    files = 2 * RUN_FILES_MAX + 1
    counts = [run.count for run in plan_runs(Piece(0, files, 0, 0), iter([0] * files))]
    assert counts == [RUN_FILES_MAX, RUN_FILES_MAX, 1]


def test_lists_are_read_as_they_were_written() -> None:
    parts = [Part(0, 1), Part(7, TRANSFER_MAX_BYTES), Part(MANIFEST_ENTRIES_MAX, 5)]
    assert list(decode_parts(encode_parts(parts))) == parts
    pieces = [Piece(0, 3, 0, 9), Piece(3, 1, 16, 16), Piece(3, 1, 64, 5), Piece(3, 2, 70, 8)]
    assert list(decode_pieces(encode_pieces(pieces))) == pieces


@pytest.mark.parametrize(
    "parts", [[Part(1, 1), Part(1, 2)], [Part(2, 1), Part(1, 1)], [Part(0, 0)]]
)
def test_parts_out_of_order_are_refused(parts: list[Part]) -> None:
    with pytest.raises(RemoteProtocolError):
        list(decode_parts(encode_parts(parts)))


@pytest.mark.parametrize(
    "pieces",
    [
        [Piece(0, 0, 0, 0)],
        [Piece(1, 1, 0, 5), Piece(1, 1, 4, 5)],
        [Piece(0, 2, 0, 9), Piece(1, 1, 0, 5)],
        [Piece(1, 1, 0, 0), Piece(1, 1, 0, 0)],
        [Piece(5, 1, 0, 5), Piece(4, 1, 0, 5)],
    ],
)
def test_pieces_that_overlap_are_refused(pieces: list[Piece]) -> None:
    with pytest.raises(RemoteProtocolError):
        list(decode_pieces(encode_pieces(pieces)))
