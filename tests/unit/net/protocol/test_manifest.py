"""The manifest: what goes in comes out, and nothing else gets through."""

import msgspec
import pytest
from blake3 import blake3
from hypothesis import given, settings
from hypothesis import strategies as st

from net.protocol.errors import LocalProtocolError, RemoteProtocolError
from net.protocol.limits import (
    FILE_NAME_MAX_CHARS,
    MANIFEST_CHUNK_MAX_BYTES,
    MANIFEST_ENTRIES_MAX,
    MANIFEST_FOLDERS_MAX,
    MANIFEST_TOPS_MAX,
    OFFER_NAMES_MAX,
    PATH_DEPTH_MAX,
    TRANSFER_MAX_BYTES,
)
from net.protocol.manifest import Entry, EntryKind, Manifest, ManifestReader, ManifestWriter
from tests.pace import examples

FILE, FOLDER = EntryKind.FILE, EntryKind.FOLDER


def write(*entries: Entry) -> Manifest:
    writer = ManifestWriter()
    for entry in entries:
        writer.add(entry)
    return writer.finish()


def chunk(rows: object) -> bytes:
    body = msgspec.msgpack.encode(rows)
    return len(body).to_bytes(4, "big") + body


def read(data: bytes, step: int | None = None) -> tuple[list[Entry], ManifestReader]:
    reader = ManifestReader()
    entries: list[Entry] = []
    for start in range(0, len(data), step or max(len(data), 1)):
        entries += reader.receive(data[start : start + (step or len(data))])
    return entries, reader


TREE = (
    Entry(0, FOLDER, "photos", 0, 1),
    Entry(0, FILE, "readme.txt", 12, -(2**63)),
    Entry(1, FOLDER, "empty", 0, 2**63 - 1),
    Entry(1, EntryKind.EXECUTABLE, "run", 5, 0),
    Entry(1, FILE, "空.jpg", 0, 7),
)


def test_a_manifest_is_read_as_it_was_written_whole_and_byte_by_byte() -> None:
    manifest = write(*TREE)
    data = b"".join(manifest.chunks)
    assert tuple(manifest.entries()) == TREE
    for step in (None, 1, 3):
        entries, reader = read(data, step)
        assert tuple(entries) == TREE
        assert reader.finish() == manifest.totals
    totals = manifest.totals
    assert (totals.files, totals.folders, totals.entries) == (3, 2, 5)
    assert (totals.size_bytes, totals.tops, totals.names) == (17, 2, ("photos", "readme.txt"))
    assert (totals.encoded_bytes, totals.manifest_hash) == (len(data), blake3(data).digest())


def test_folders_and_files_are_numbered_apart() -> None:
    writer = ManifestWriter()
    assert [writer.add(entry) for entry in TREE] == [1, 0, 2, 1, 2]


def test_ten_thousand_entries_stay_in_bounded_chunks() -> None:
    manifest = write(*(Entry(0, FILE, f"{n:05d}" + "名" * (n % 300), n) for n in range(10_000)))
    assert max(map(len, manifest.chunks)) <= MANIFEST_CHUNK_MAX_BYTES + 4
    entries, reader = read(b"".join(manifest.chunks), 250_000)
    assert len(entries) == 10_000
    assert len(reader.finish().names) == OFFER_NAMES_MAX


def test_nothing_at_all_is_an_empty_manifest() -> None:
    assert read(b"")[1].finish() == write().totals


def test_the_largest_entry_fits_into_a_chunk_about_to_close() -> None:
    long = Entry(0, FILE, "\U0001f600" * 1000, TRANSFER_MAX_BYTES // 40, 2**63 - 1)
    manifest = write(*([long] * 39))
    assert tuple(read(b"".join(manifest.chunks))[0]) == (long,) * 39


@pytest.mark.parametrize("length", [0, MANIFEST_CHUNK_MAX_BYTES + 1, 0x7FFFFFFF, 2**31, 2**32 - 1])
def test_b01_b02_b03_a_chunk_length_is_refused_before_its_bytes_come(length: int) -> None:
    with pytest.raises(RemoteProtocolError):
        ManifestReader().receive(length.to_bytes(4, "big"))


BAD_ROWS = {
    "b09-negative-size": [0, 0, "a", -1, 0],
    "b09-size-beyond-63-bits": [0, 0, "a", 2**63, 0],
    "b09-size-beyond-the-limit": [0, 0, "a", TRANSFER_MAX_BYTES + 1, 0],
    "a09-flag-as-size": [0, 0, "a", True, 0],
    "a09-nan-as-size": [0, 0, "a", float("nan"), 0],
    "a10-mtime-beyond-64-bits": [0, 0, "a", 1, 2**63],
    "unknown-kind": [0, 3, "a", 1, 0],
    "c21-folder-not-listed": [1, 0, "a", 1, 0],
    "parent-negative": [-1, 0, "a", 1, 0],
    "parent-in-bytes": [b"0", 0, "a", 1, 0],
    "folder-with-a-size": [0, 1, "a", 1, 0],
    "c01-dot": [0, 0, ".", 1, 0],
    "c01-dot-dot": [0, 1, "..", 0, 0],
    "c01-path": [0, 0, "a/../../x", 1, 0],
    "c02-absolute": [0, 0, "/etc/x", 1, 0],
    "c05-nul": [0, 0, "a.txt\0.exe", 1, 0],
    "a15-empty-name": [0, 0, "", 1, 0],
    "a15-endless-name": [0, 0, "a" * (FILE_NAME_MAX_CHARS + 1), 1, 0],
    "name-in-bytes": [0, 0, b"a", 1, 0],
    "too-short": [0, 0],
    "a-map": {"parent": 0},
}


@pytest.mark.parametrize("row", BAD_ROWS.values(), ids=BAD_ROWS.keys())
def test_an_entry_that_breaks_a_rule_is_refused(row: object) -> None:
    with pytest.raises(RemoteProtocolError):
        ManifestReader().receive(chunk([row]))


def test_a07_fields_of_a_later_version_are_passed_over() -> None:
    assert read(chunk([[0, 0, "a", 1, 2, "later"]]))[0] == [Entry(0, FILE, "a", 1, 2)]


def test_a08_a12_a13_nonsense_is_refused() -> None:
    deep = b"\x91" * 60_000
    for body in (
        deep,
        b"\x91\x95\x00\x00\xa3\xed\xa0\x80\x01\x00",
        b"\x91\x95\x00\x00\xa2\xc0\xaf\x01\x00",
        b"\x90",
        b"\xc1",
    ):
        with pytest.raises(RemoteProtocolError):
            ManifestReader().receive(len(body).to_bytes(4, "big") + body)


def test_a06_trailing_bytes_in_a_chunk_are_refused() -> None:
    body = msgspec.msgpack.encode([[0, 0, "a", 1, 0]]) + b"\x00"
    with pytest.raises(RemoteProtocolError):
        ManifestReader().receive(len(body).to_bytes(4, "big") + body)


def test_b08_a_manifest_cut_inside_a_chunk_is_refused() -> None:
    data = b"".join(write(*TREE).chunks)
    for end in range(1, len(data)):
        with pytest.raises(RemoteProtocolError):
            read(data[:end])[1].finish()


def test_c21_a_tree_cannot_be_circular_or_out_of_order() -> None:
    for rows in (
        [[0, 1, "a", 0, 0], [1, 0, "b", 1, 0], [0, 0, "c", 1, 0]],
        [[0, 0, "a", 0, 0], [1, 0, "b", 1, 0]],
        [[1, 1, "a", 0, 0]],
    ):
        with pytest.raises(RemoteProtocolError):
            ManifestReader().receive(chunk(rows))


def test_c22_depth_and_path_length_have_an_end() -> None:
    deep = [[n, 1, "d", 0, 0] for n in range(PATH_DEPTH_MAX + 1)]
    with pytest.raises(RemoteProtocolError, match="deep"):
        ManifestReader().receive(chunk(deep))
    ManifestReader().receive(chunk(deep[:-1]))
    with pytest.raises(RemoteProtocolError, match="path"):
        ManifestReader().receive(chunk([[n, 1, "d" * 200, 0, 0] for n in range(21)]))


def test_d12_sizes_that_only_overflow_together_are_refused() -> None:
    with pytest.raises(RemoteProtocolError, match="disk"):
        ManifestReader().receive(chunk([[0, 0, "a", TRANSFER_MAX_BYTES, 0], [0, 0, "b", 1, 0]]))


@pytest.mark.parametrize(
    ("parent", "kind", "most", "fitting"),
    [
        (1, FILE, MANIFEST_ENTRIES_MAX - 1, []),
        (1, FOLDER, MANIFEST_FOLDERS_MAX - 1, [[1, FILE, "x"]]),
        (0, FILE, MANIFEST_TOPS_MAX - 1, [[1, FILE, "x"]]),
    ],
    ids=["entries", "folders", "tops"],
)
def test_b10_c22_d11_numbers_of_entries_have_an_end(
    parent: int, kind: EntryKind, most: int, fitting: list[object]
) -> None:
    reader = ManifestReader()
    reader.receive(chunk([[0, FOLDER, "top"]]))
    for start in range(0, most, 5000):
        reader.receive(chunk([[parent, kind, "x"]] * min(5000, most - start)))
    with pytest.raises(RemoteProtocolError, match="many"):
        reader.receive(chunk([[parent, kind, "x"]]))
    if fitting:
        reader.receive(chunk(fitting))


def test_b03_a_manifest_beyond_its_largest_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    data = b"".join(write(*TREE).chunks)
    monkeypatch.setattr("net.protocol.manifest.MANIFEST_MAX_BYTES", len(data))
    assert read(data)[0]
    for step in (None, 1):
        with pytest.raises(RemoteProtocolError, match="long"):
            read(data + chunk([[1, FILE, "x"]]), step)


def test_b15_the_writer_refuses_what_a_reader_would() -> None:
    with pytest.raises(LocalProtocolError):
        ManifestWriter().add(Entry(0, FILE, "a/b"))
    with pytest.raises(LocalProtocolError):
        ManifestWriter().add(Entry(0, FILE, "a", TRANSFER_MAX_BYTES + 1))


ROW = st.tuples(
    st.one_of(st.integers(0, 4), st.integers()),
    st.integers(0, 3),
    st.text(max_size=8),
    st.integers(-1, 2**64 - 1).filter(lambda value: value < 2**64),
    st.integers(-(2**63), 2**63 - 1),
).filter(lambda row: -(2**63) <= row[0] < 2**64)


@settings(max_examples=examples(300), deadline=None)
@given(st.one_of(st.binary(max_size=200), st.lists(ROW, min_size=1, max_size=12).map(chunk)))
def test_the_reader_takes_anything_and_raises_only_remote_protocol_error(data: bytes) -> None:
    try:
        entries, reader = read(data)
        totals = reader.finish()
    except RemoteProtocolError:
        return
    assert len(entries) == totals.entries
    assert sum(entry.size for entry in entries) == totals.size_bytes <= TRANSFER_MAX_BYTES
