"""Files of this program that anybody may have changed, and some that come from elsewhere: read to
something that means something, or refused as documented; never half, never with a crash.
"""

import json
import shutil
from dataclasses import asdict
from pathlib import Path

import pytest
from blake3 import blake3
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app import backup
from app.backup import Cost, read_backup, write_backup
from app.errors import ErrorCode, KnownError
from app.identity_file import SEED_BYTES, load_seed, make_seed
from app.profile import Profile
from app.settings import load_settings, save_settings
from net.protocol.errors import RemoteProtocolError
from net.protocol.manifest import HASH_BYTES, ManifestWriter
from net.transfer.faults import Fault, TransferFault
from net.transfer.listing import read_listing
from net.transfer.offer_list import BadListError, ListWriter, StoredList
from net.transfer.offered import Shown
from net.transfer.scan import Block, scan_sources
from tests.pace import examples
from tests.unit.app.store.desk import Desk
from tests.unit.changes import EDITS, change
from tests.unit.net.protocol.test_manifest import TREE
from ui.looks import Looks, read_looks
from ui.window_file import WindowSettings, read_window_settings

SETTINGS = [
    b'{"name":"Ann","theme":"dark","downloads":"/x","reach":"requests","transfers_at_once":3}',
    b'{"name":"","language":"zh_CN","tells_read":false,"of a newer version":[1]}',
]
WINDOW = [
    json.dumps(asdict(WindowSettings(geometry="AdnQ", text_percent=150, pinned="A B"))).encode(),
    b'{"geometry":"\\ud800","name":"A\\udfff","emoji_tone":99999999999999999999}',
]
WORD = "correct horse"

in_folder = settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
"""Each example writes the file anew."""


def is_sayable(words: object) -> bool:
    return not isinstance(words, str) or words.encode("utf-8", "replace").decode() == words


@in_folder
@given(data=st.binary(max_size=100), edits=EDITS, is_ours=st.booleans())
def test_an_identity_is_whole_or_refused_and_never_changed(
    tmp_path: Path, data: bytes, edits: list[tuple[int, int, bytes]], is_ours: bool
) -> None:
    path = tmp_path / "identity.key"
    if is_ours:
        path.unlink(missing_ok=True)
        data = change(make_seed(path), edits)
    path.write_bytes(data)
    if len(data) == SEED_BYTES:
        assert load_seed(path) == data
    else:
        with pytest.raises(KnownError) as caught:
            load_seed(path)
        assert caught.value.code is ErrorCode.PROFILE_BROKEN
    assert path.read_bytes() == data


@in_folder
@given(seed=st.sampled_from(SETTINGS) | st.binary(max_size=60), edits=EDITS)
def test_settings_are_read_or_kept_aside(
    tmp_path: Path, seed: bytes, edits: list[tuple[int, int, bytes]]
) -> None:
    path, aside = tmp_path / "settings.json", tmp_path / "settings.damaged.json"
    data = change(seed, edits)
    path.write_bytes(data)
    found, warning = load_settings(path)
    assert found.name
    assert (aside if warning else path).read_bytes() == data
    save_settings(path, found)
    assert load_settings(path) == (found, None)
    assert is_sayable(found.name)
    assert isinstance(read_looks(path), Looks)


@in_folder
@given(seed=st.sampled_from(WINDOW + SETTINGS) | st.binary(max_size=60), edits=EDITS)
def test_what_the_window_reads_before_its_first_frame_can_be_shown_and_written(
    tmp_path: Path, seed: bytes, edits: list[tuple[int, int, bytes]]
) -> None:
    path = tmp_path / "window.json"
    path.write_bytes(change(seed, edits))
    assert is_sayable(read_looks(path).name)
    found = read_window_settings(path)
    for name, value in asdict(found).items():
        assert type(value) is type(getattr(WindowSettings(), name))
        assert is_sayable(value)
    path.write_text(json.dumps(asdict(found)))
    assert read_window_settings(path) == found


@pytest.fixture(scope="module")
def backed_up(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    folder = tmp_path_factory.mktemp("backup")
    made = Profile.open(folder / "me")
    made.change(made.settings)
    made.close()
    with Desk(made.path / "landline.db"):
        pass
    write_backup(made.path, folder / "b", WORD, cost=Cost(passes=1, memory_kib=64))
    return (folder / "b").read_bytes()


@settings(in_folder, max_examples=examples(50))
@given(edits=EDITS)
def test_a_backup_is_whole_or_refused_and_leaves_nothing(
    tmp_path: Path, backed_up: bytes, edits: list[tuple[int, int, bytes]]
) -> None:
    """What it may ask for is less here, so that wrong costs take no time."""
    source, folder = tmp_path / "b", tmp_path / "new"
    data = change(backed_up, edits)
    source.write_bytes(data)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(backup, "_MEMORY_MAX_KIB", 1024)
        patch.setattr(backup, "_WORK_MAX_KIB", 2048)
        if data == backed_up:
            assert read_backup(source, folder, WORD)
        else:
            with pytest.raises(KnownError) as caught:
                read_backup(source, folder, WORD)
            assert caught.value.code in (ErrorCode.BAD_REQUEST, ErrorCode.PROFILE_TOO_NEW)
            assert sorted(tmp_path.iterdir()) == [source]
    shutil.rmtree(folder, ignore_errors=True)


# --- The list of an offer --------------------------------------------------
@pytest.fixture(scope="module")
def listed(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    folder = tmp_path_factory.mktemp("list")
    for number in range(3):
        (folder / f"{number}.txt").write_bytes(bytes(number))
    blocks: list[Block] = []
    scanned = scan_sources([folder], lambda: False, blocks.append)
    writer = ListWriter(folder / "lists")
    for block in blocks:
        writer.add(block)
    writer.finish(scanned.totals, "made")
    return (folder / "lists" / "made").read_bytes()


@in_folder
@given(edits=EDITS, is_signed=st.booleans(), is_late=st.booleans())
def test_g15_a_list_is_whole_or_refused_also_when_it_changes_while_it_is_read(
    tmp_path: Path,
    listed: bytes,
    edits: list[tuple[int, int, bytes]],
    is_signed: bool,
    is_late: bool,
) -> None:
    """``is_signed``: changed by who can compute a hash. ``is_late``: once it was opened."""
    path, data = tmp_path / "list", change(listed, edits)
    if is_signed:
        data = data[:-HASH_BYTES] + blake3(data[:-HASH_BYTES]).digest()
    path.write_bytes(listed if is_late else data)
    try:
        stored = StoredList(path)
    except BadListError:
        assert data != listed
        return
    if is_late:
        with path.open("r+b") as file:
            file.write(data)
            file.truncate()
    faults = []
    try:
        assert all(isinstance(block.chunk, bytes) for block in stored)
    except TransferFault as fault:
        faults.append(fault.fault)
    finally:
        stored.close()
    assert faults in ([], [Fault.DISK_ERROR])
    assert data != listed or not faults


def test_g15_a_list_whose_names_are_no_text_is_refused(tmp_path: Path, listed: bytes) -> None:
    path = tmp_path / "list"
    changed = listed[:-HASH_BYTES].replace(b"\xa5list0", b"\xa5\x80ist0")
    path.write_bytes(changed + blake3(changed).digest())
    with pytest.raises(BadListError):
        StoredList(path)


# --- The manifest of a transfer under way ----------------------------------
@given(edits=EDITS, cut=st.integers(0, 2000))
def test_g15_a_manifest_that_lies_here_is_the_offered_one_or_refused(
    edits: list[tuple[int, int, bytes]], cut: int
) -> None:
    writer = ManifestWriter()
    for entry in TREE:
        writer.add(entry)
    made = writer.finish()
    whole = b"".join(made.chunks)
    shown = Shown(made.totals.manifest_hash, made.totals.size_bytes, names=made.totals.names)
    data = change(whole, edits)
    blocks = data[: cut % len(whole)], data[cut % len(whole) :]
    if data == whole:
        assert read_listing(blocks, shown, 1000).count == len(TREE)
    else:
        with pytest.raises(RemoteProtocolError):
            read_listing(blocks, shown, 1000)
