"""The receiving end against senders that lie, cut, stall and smuggle: nothing lands."""

import errno
import os
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from blake3 import blake3

from net.protocol.limits import CONTENT_BYTES, HEADER_MAX_BYTES, TAG_BYTES
from net.protocol.manifest import Entry, EntryKind, Manifest, ManifestWriter
from net.protocol.stream import StreamType
from net.protocol.transfer import (
    PART_BYTES,
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
    Refuse,
    decode_parts,
    encode_header,
)
from net.transfer import blocks, landing, plan, survey
from net.transfer import channel as channel_module
from net.transfer.blocks import UNREADABLE
from net.transfer.choices import Choices
from net.transfer.faults import Fault, TransferFault
from net.transfer.landing import discard_landing, is_complete
from net.transfer.progress import Progress
from net.transfer.receiver import Received, ReceiveRequest, receive_transfer
from tests.unit.net.transfer.talk import LANDING, TRANSFER_ID, WAIT_S, linked, running
from tests.unit.net.transfer.talk import End as Peer

FILE, FOLDER = EntryKind.FILE, EntryKind.FOLDER
Drive = Callable[[Peer], object]


def manifest_of(*entries: Entry) -> Manifest:
    writer = ManifestWriter()
    for entry in entries:
        writer.add(entry)
    return writer.finish()


MANIFEST = manifest_of(
    Entry(0, FOLDER, "top"), Entry(1, FILE, "a", 10), Entry(1, FILE, "b", 5), Entry(1, FILE, "c")
)
BIG = manifest_of(Entry(0, FILE, "big", 3 * CONTENT_BYTES))


@pytest.fixture
def inbox(tmp_path: Path) -> Path:
    folder = tmp_path / "inbox"
    folder.mkdir()
    return folder


def say_manifest(peer: Peer, manifest: Manifest) -> None:
    totals = manifest.totals
    peer.say(Accept(totals.encoded_bytes, totals.manifest_hash.hex()))
    peer.give(b"".join(manifest.chunks))


def give_manifest(peer: Peer, manifest: Manifest = MANIFEST) -> None:
    say_manifest(peer, manifest)
    totals = manifest.totals
    assert peer.hear_fetch() == [Piece(0, totals.files, 0, totals.size_bytes)]


def receive(
    inbox: Path,
    drive: Drive,
    manifest: Manifest = MANIFEST,
    *,
    ends: bool = True,
    shown: dict[str, Any] | None = None,
    progress: Progress | None = None,
) -> Received | BaseException | None:
    """What the real receiver makes of a sender played by ``drive``."""
    totals = manifest.totals
    request = ReceiveRequest(
        TRANSFER_ID, totals.manifest_hash, totals.size_bytes, inbox, LANDING, **(shown or {})
    )
    with linked() as (near, far):
        channel = near.channel(idle_s=1.0)
        with running(
            lambda: receive_transfer(channel, request, progress or Progress())
        ) as receiving:
            drive(far)
            if ends:
                far.finish()
            got = receiving.exception(WAIT_S) or receiving.result()
        assert near.sock.fileno() < 0
        return got


def path_of(got: Received | BaseException | None) -> Path:
    assert isinstance(got, Received), got
    return got.path


def assert_nothing_landed(inbox: Path) -> None:
    """What was received waits, in private, to go on."""
    assert set(os.listdir(inbox)) <= {LANDING}
    discard_landing(inbox, LANDING)
    assert os.listdir(inbox) == []


def assert_refused(inbox: Path, drive: Drive, manifest: Manifest = MANIFEST) -> None:
    fault = receive(inbox, drive, manifest)
    assert isinstance(fault, TransferFault)
    assert fault.fault is Fault.BROKEN_PEER
    assert_nothing_landed(inbox)


def test_one_run_and_its_end_is_a_transfer(inbox: Path) -> None:
    def drive(peer: Peer) -> None:
        give_manifest(peer)
        peer.say(Files(0, 3, 0, 15))
        for part in (b"aaa", b"aaaaaaabb", b"bbb"):
            peer.give(part)
        peer.say(Checked())
        peer.say(End())
        assert peer.hear_header() == Done()
        assert peer.hear()[0] is StreamType.CLOSE

    assert path_of(receive(inbox, drive)) == inbox / "top"
    assert (inbox / "top/b").read_bytes() == b"bbbbb"


def test_b07_content_cut_anywhere_gives_the_same_files(inbox: Path) -> None:
    for cut in range(1, 15):

        def drive(peer: Peer, cut: int = cut) -> None:
            give_manifest(peer)
            peer.say(Files(0, 3, 0, 15))
            peer.give((b"a" * 10 + b"b" * 5)[:cut])
            peer.say(Alive())
            peer.give((b"a" * 10 + b"b" * 5)[cut:])
            peer.say(Checked())
            peer.say(End())

        path = path_of(receive(inbox, drive))
        assert [(path / name).read_bytes() for name in "abc"] == [b"a" * 10, b"b" * 5, b""]


def after_manifest(*words: object) -> Drive:
    """A sender that is honest as far as the manifest, then says this."""

    def drive(peer: Peer) -> None:
        give_manifest(peer)
        _say_all(peer, words)

    return drive


def _say_all(peer: Peer, words: tuple[object, ...]) -> None:
    for word in words:
        if isinstance(word, bytes):
            peer.give(word)
        else:
            peer.say(word)  # type: ignore[arg-type]


RUN = Files(0, 3, 0, 15)
LIES: dict[str, Drive] = {
    "b05-more-content-than-said": after_manifest(RUN, b"x" * 16),
    "b08-header-inside-content": after_manifest(RUN, b"x" * 5, RUN),
    "b08-end-inside-content": after_manifest(RUN, b"x" * 5, End()),
    "b08-checked-inside-a-packed-run": after_manifest(RUN, b"x" * 5, Checked((0,))),
    "b08-content-without-a-run": after_manifest(b"x"),
    "b08-run-inside-run": after_manifest(RUN, RUN),
    "b09-run-too-short": after_manifest(Files(0, 3, 0, 14)),
    "b09-run-too-long": after_manifest(Files(0, 3, 0, 16)),
    "b09-run-of-nothing": after_manifest(Files(0, 3, 0, 0)),
    "b10-more-files-than-listed": after_manifest(Files(0, 4, 0, 15)),
    "b10-fewer-files-than-listed": after_manifest(Files(0, 2, 0, 15), b"x" * 15, Checked(), End()),
    "b10-end-before-anything": after_manifest(End()),
    "run-out-of-order": after_manifest(Files(1, 2, 0, 5)),
    "run-again": after_manifest(RUN, b"x" * 15, Checked(), RUN),
    "b13-run-from-the-middle": after_manifest(Files(0, 3, 1, 14)),
    "b13-run-from-elsewhere": after_manifest(Files(0, 3, 1, 15)),
    "checked-of-no-run": after_manifest(Checked()),
    "checked-other-files": after_manifest(RUN, b"x" * 15, Checked((3,))),
    "end-without-checked": after_manifest(RUN, b"x" * 15, End()),
    "b11-fetch-from-a-sender": after_manifest(Fetch(0)),
    "b11-done-from-a-sender": after_manifest(Done()),
    "b11-accept-again": after_manifest(Accept(0, "0" * 64)),
    "b11-nothing-accepted": lambda peer: peer.say(RUN),
    "b11-content-first": lambda peer: peer.give(b"x"),
    "chat-on-this-stream": lambda peer: peer.say_bytes(b"x", StreamType.FRAME),
    "header-that-is-none": lambda peer: peer.say_bytes(b"{}"),
    "d03-only-signs-of-life": lambda peer: [peer.say(Alive()) for _ in range(300)],
}


@pytest.mark.parametrize("drive", LIES.values(), ids=LIES.keys())
def test_a_sender_that_breaks_the_rules_delivers_nothing(inbox: Path, drive: Drive) -> None:
    assert_refused(inbox, drive)


def test_b10_a_run_beyond_what_was_asked_for_is_refused(inbox: Path) -> None:
    manifest = manifest_of(*(Entry(0, FILE, name, 5) for name in "abc"))

    def drive(peer: Peer) -> None:
        say_manifest(peer, manifest)
        assert peer.hear_fetch() == [Piece(0, 2, 0, 10)]
        _say_all(peer, (Files(0, 3, 0, 15), b"x" * 15, Checked(), End()))

    wanted = Choices(only=frozenset({"a", "b"}))
    fault = receive(inbox, drive, manifest, shown={"choices": wanted})
    assert isinstance(fault, TransferFault)
    assert fault.fault is Fault.BROKEN_PEER
    assert_nothing_landed(inbox)


@pytest.mark.parametrize("is_cut", [False, True])
@pytest.mark.parametrize("then", [Checked(), Checked((0,))])
def test_c24_what_has_changed_stays_out_though_a_later_part_of_it_had_not(
    inbox: Path, monkeypatch: pytest.MonkeyPatch, then: Checked, is_cut: bool
) -> None:
    for module in (blocks, plan, survey):
        monkeypatch.setattr(module, "BLOCK_BYTES", CONTENT_BYTES)
    part = b"x" * CONTENT_BYTES

    def begin(peer: Peer) -> None:
        give_manifest(peer, BIG)
        _say_all(peer, (Files(0, 1, 0, 3 * CONTENT_BYTES), part, part))

    def go_on(peer: Peer) -> None:
        say_manifest(peer, BIG)
        assert peer.hear_header() == Compare(1)
        assert [*decode_parts(peer.hear_content(PART_BYTES))] == [Part(0, 2 * CONTENT_BYTES)]
        peer.give(UNREADABLE + blake3(part).digest())
        gaps = [(0, CONTENT_BYTES), (2 * CONTENT_BYTES, CONTENT_BYTES)]
        assert peer.hear_fetch() == [Piece(0, 1, *gap) for gap in gaps]
        first, second = (Files(0, 1, *gap) for gap in gaps)
        sent = part[:100] if is_cut else part
        _say_all(peer, (first, sent, Checked((0,)), second, part, then, End()))

    assert isinstance(receive(inbox, begin, BIG), TransferFault)
    progress = Progress()
    wanted = Choices(takes_rest=True)
    got = receive(inbox, go_on, BIG, shown={"choices": wanted}, progress=progress)
    assert isinstance(got, Received), got
    assert (got.left_out_files, got.left_out_bytes) == (1, BIG.totals.size_bytes)
    assert (progress.done_files, progress.done_bytes) == (0, 0)
    assert_nothing_landed(inbox)


@pytest.mark.parametrize(
    "hashes",
    [[bytes(33)], [bytes(32), bytes(64)], [bytes(96)], [End()], [bytes(32), Fetch(0)]],
    ids=["a piece", "more later", "more at once", "none", "a header between"],
)
def test_b14_hashes_that_are_no_answer_are_refused(
    inbox: Path, monkeypatch: pytest.MonkeyPatch, hashes: list[object]
) -> None:
    for module in (blocks, plan, survey):
        monkeypatch.setattr(module, "BLOCK_BYTES", CONTENT_BYTES)
    part = b"x" * CONTENT_BYTES

    def begin(peer: Peer) -> None:
        give_manifest(peer, BIG)
        _say_all(peer, (Files(0, 1, 0, 3 * CONTENT_BYTES), part, part))

    def answer(peer: Peer) -> None:
        say_manifest(peer, BIG)
        assert peer.hear_header() == Compare(1)
        peer.hear_content(PART_BYTES)
        _say_all(peer, tuple(hashes))

    assert isinstance(receive(inbox, begin, BIG), TransferFault)
    assert_refused(inbox, answer, BIG)


def test_checked_that_cuts_no_run_short_is_refused(inbox: Path) -> None:
    def drive(peer: Peer) -> None:
        give_manifest(peer, BIG)
        peer.say(Files(0, 1, 0, 3 * CONTENT_BYTES))
        peer.say(Checked())

    assert_refused(inbox, drive, BIG)


def test_f11_another_manifest_than_the_accepted_one_is_refused(inbox: Path) -> None:
    other = manifest_of(Entry(0, FILE, "evil", 15))

    def honest_hash(peer: Peer) -> None:
        peer.say(Accept(other.totals.encoded_bytes, other.totals.manifest_hash.hex()))

    def wrong_hash(peer: Peer) -> None:
        peer.say(Accept(other.totals.encoded_bytes, MANIFEST.totals.manifest_hash.hex()))
        peer.give(b"".join(other.chunks))

    assert_refused(inbox, honest_hash)
    assert_refused(inbox, wrong_hash)


@pytest.mark.parametrize(
    "shown", [{"files": 2}, {"folders": 0}, {"names": ("holiday.jpg",)}, {"names": ("top", "x")}]
)
def test_f11_an_offer_that_showed_something_else_is_refused(
    inbox: Path, shown: dict[str, Any]
) -> None:
    truth = {"files": 3, "folders": 1, "names": ("top",)}

    def drive(peer: Peer) -> None:
        totals = MANIFEST.totals
        peer.say(Accept(totals.encoded_bytes, totals.manifest_hash.hex()))
        peer.give(b"".join(MANIFEST.chunks))
        peer.hear_header()

    fault = receive(inbox, drive, shown=truth | shown)
    assert isinstance(fault, TransferFault)
    assert fault.fault is Fault.BROKEN_PEER
    honest = after_manifest(RUN, b"x" * 15, Checked(), End())
    assert path_of(receive(inbox, honest, shown=truth)) == inbox / "top"


def test_b09_a_manifest_of_another_length_than_said_is_refused(inbox: Path) -> None:
    totals = MANIFEST.totals
    for size in (0, 1, totals.encoded_bytes - 1, totals.encoded_bytes + 1):

        def drive(peer: Peer, size: int = size) -> None:
            peer.say(Accept(size, totals.manifest_hash.hex()))
            peer.give(b"".join(MANIFEST.chunks))
            peer.say(End())

        assert_refused(inbox, drive)


def test_b10_an_offer_of_nothing_is_refused(inbox: Path) -> None:
    nothing = manifest_of()
    assert_refused(
        inbox, lambda peer: peer.say(Accept(0, nothing.totals.manifest_hash.hex())), nothing
    )


def test_d12_an_offer_beyond_the_disk_is_a_clear_word_to_both(inbox: Path) -> None:
    huge = manifest_of(Entry(0, FILE, "huge", 2**61))

    def drive(peer: Peer) -> None:
        totals = huge.totals
        peer.say(Accept(totals.encoded_bytes, totals.manifest_hash.hex()))
        peer.give(b"".join(huge.chunks))
        assert peer.hear_header() == Cancel("no_space")

    fault = receive(inbox, drive, huge)
    assert isinstance(fault, TransferFault)
    assert fault.fault is Fault.NO_SPACE
    assert_nothing_landed(inbox)


@pytest.mark.parametrize(
    ("code", "told"),
    [
        (errno.ENOSPC, Fault.NO_SPACE),
        (errno.EDQUOT, Fault.NO_SPACE),
        (errno.EIO, Fault.DISK_ERROR),
        (errno.EROFS, Fault.NOT_WRITABLE),
        (errno.EMFILE, Fault.STOPPED),
    ],
)
def test_d12_g03_a_disk_that_fails_midway_is_a_clear_word_to_both(
    inbox: Path, monkeypatch: pytest.MonkeyPatch, code: int, told: Fault
) -> None:
    real = os.write

    def write(descriptor: int, data: Any) -> int:
        if len(data) == CONTENT_BYTES:
            raise OSError(code, os.strerror(code))
        return real(descriptor, data)

    monkeypatch.setattr(os, "write", write)

    def drive(peer: Peer) -> None:
        give_manifest(peer, BIG)
        peer.say(Files(0, 1, 0, 3 * CONTENT_BYTES))
        for _ in range(3):
            peer.give(bytes(CONTENT_BYTES))
        assert peer.hear_header() == Cancel(told.value)

    fault = receive(inbox, drive, BIG)
    assert isinstance(fault, TransferFault)
    assert (fault.fault, fault.is_remote) == (told, False)
    assert_nothing_landed(inbox)


def test_b17_a_stream_cut_anywhere_is_never_complete(inbox: Path) -> None:
    words: list[tuple[object, ...]] = [
        (),
        (RUN,),
        (RUN, b"x" * 7),
        (RUN, b"x" * 15),
        (RUN, b"x" * 15, Checked()),
    ]
    for said in words:
        fault = receive(inbox, after_manifest(*said))
        assert isinstance(fault, TransferFault)
        assert fault.fault is Fault.CONNECTION_LOST
        assert_nothing_landed(inbox)


@pytest.mark.parametrize(("said", "left"), [((), []), ((RUN,), []), ((RUN, b"x"), [LANDING])])
def test_only_what_brought_content_leaves_a_folder_to_go_on_with(
    inbox: Path, said: tuple[object, ...], left: list[str]
) -> None:
    assert isinstance(receive(inbox, after_manifest(*said)), TransferFault)
    assert os.listdir(inbox) == left


def test_e18_what_has_landed_is_told_by_its_folder_though_it_brought_no_content(
    inbox: Path,
) -> None:
    """Until that is written down: who was killed before must not ask for it again."""
    empty = manifest_of(Entry(0, FILE, "empty"))

    def drive(peer: Peer) -> None:
        give_manifest(peer, empty)
        _say_all(peer, (Files(0, 1, 0, 0), Checked(), End()))

    assert path_of(receive(inbox, drive, empty)) == inbox / "empty"
    assert is_complete(inbox, LANDING, Choices())


def test_b17_a_close_record_before_the_end_is_never_complete(inbox: Path) -> None:
    def drive(peer: Peer) -> None:
        after_manifest(RUN, b"x" * 15, Checked())(peer)
        peer.say_bytes(b"", StreamType.CLOSE)

    fault = receive(inbox, drive)
    assert isinstance(fault, TransferFault)
    assert fault.fault is Fault.CONNECTION_LOST
    assert_nothing_landed(inbox)


def test_b04_b06_d02_silence_and_a_trickle_end_by_themselves(
    inbox: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(channel_module, "RECORD_S", 0.5)
    silent = receive(inbox, after_manifest(RUN), ends=False)
    assert isinstance(silent, TransferFault)
    assert silent.fault is Fault.CONNECTION_LOST

    trickled: list[int] = []

    def trickle(peer: Peer) -> None:
        after_manifest(RUN)(peer)
        peer.sock.settimeout(0.05)
        for byte in peer.sealer.seal(StreamType.CONTENT, bytes(1000)):
            try:
                peer.sock.send(bytes([byte]))
                trickled.append(byte)
                peer.sock.recv(1)
            except TimeoutError:
                continue
            except OSError:
                return

    slow = receive(inbox, trickle, ends=False)
    assert len(trickled) < 1000, "it was not waited for till its end"
    assert isinstance(slow, TransferFault)
    assert slow.fault is Fault.CONNECTION_LOST
    assert_nothing_landed(inbox)


@pytest.mark.parametrize(
    "prefix",
    [
        bytes(5),
        (0).to_bytes(4, "big") + b"\x01",
        (TAG_BYTES).to_bytes(4, "big") + b"\x02",
        (CONTENT_BYTES + TAG_BYTES + 1).to_bytes(4, "big") + b"\x02",
        (HEADER_MAX_BYTES + TAG_BYTES + 1).to_bytes(4, "big") + b"\x01",
        b"\x7f\xff\xff\xff\x02",
        b"\x80\x00\x00\x00\x02",
        b"\xff\xff\xff\xff\x02",
        b"\x00\x00\x00\x20\xff",
        b"GET /",
        b"\x16\x03\x01\x02\x00",
        b"SSH-2",
    ],
    ids=repr,
)
def test_b01_b02_b03_b16_a_bad_prefix_is_refused_before_its_body(
    inbox: Path, prefix: bytes
) -> None:
    assert_refused(inbox, lambda peer: peer.sock.sendall(prefix))


def test_b05_a_record_that_was_changed_on_the_way_is_refused(inbox: Path) -> None:
    record = bytearray()

    def drive(peer: Peer) -> None:
        record[:] = peer.sealer.seal(StreamType.HEADER, encode_header(Accept(0, "0" * 64)))
        record[-1] ^= 1
        peer.sock.sendall(record)

    assert_refused(inbox, drive)


def test_a_cancel_between_and_inside_runs_is_the_peers_word(inbox: Path) -> None:
    for said in ((), (RUN, b"x" * 5), (RUN, b"x" * 15), (RUN, b"x" * 15, Checked())):
        for word in (Cancel("by_user"), Cancel("never_heard_of"), Refuse("by_peer")):
            fault = receive(inbox, after_manifest(*said, word))
            assert isinstance(fault, TransferFault)
            assert (fault.fault, fault.is_remote) == (Fault.BY_PEER, True)
            assert_nothing_landed(inbox)


def test_what_has_landed_stays_even_if_the_sender_is_gone_by_then(inbox: Path) -> None:
    def drive(peer: Peer) -> None:
        after_manifest(RUN, b"x" * 15, Checked(), End())(peer)
        peer.sock.close()

    assert path_of(receive(inbox, drive, ends=False)) == inbox / "top"


def test_a_bug_here_ends_the_stream_and_leaves_nothing(
    inbox: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(landing.Landing, "start_writing", broken)

    def drive(peer: Peer) -> None:
        totals = MANIFEST.totals
        peer.say(Accept(totals.encoded_bytes, totals.manifest_hash.hex()))
        peer.give(b"".join(MANIFEST.chunks))
        peer.hear_fetch()
        assert peer.hear_header() == Cancel("internal")

    assert isinstance(receive(inbox, drive), ZeroDivisionError)
    assert_nothing_landed(inbox)


class SlowDisk:
    """The sync of the big file waits until it is let go on."""

    def __init__(self, patch: pytest.MonkeyPatch) -> None:
        self.go_on = threading.Event()
        self._real = os.fdatasync
        patch.setattr(os, "fdatasync", self._sync)
        patch.setattr("net.transfer.writing.SYNC_ALONE_BYTES", 1)

    def _sync(self, descriptor: int) -> None:
        if os.fstat(descriptor).st_size == BIG.totals.size_bytes:
            self.go_on.wait(WAIT_S)
        self._real(descriptor)


def test_a_disk_that_is_slower_than_the_network_holds_the_sender_up_and_says_so(
    inbox: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(channel_module, "ALIVE_EVERY_S", 0.0)
    monkeypatch.setattr("net.transfer.writing.CLAIM_EVERY_BYTES", 1)
    monkeypatch.setattr("net.transfer.syncer.UNSYNCED_MAX_BYTES", 1)
    monkeypatch.setattr("net.transfer.syncer.WAIT_STEP_S", 0.01)
    go_on = threading.Event()
    real = os.fdatasync

    def sync(descriptor: int) -> None:
        go_on.wait(WAIT_S)
        real(descriptor)

    monkeypatch.setattr(os, "fdatasync", sync)

    def drive(peer: Peer) -> None:
        give_manifest(peer, BIG)
        _say_all(peer, (Files(0, 1, 0, 3 * CONTENT_BYTES), bytes(CONTENT_BYTES)))
        assert [peer.hear_header() for _ in range(3)] == [Alive()] * 3
        go_on.set()
        _say_all(peer, (*[bytes(CONTENT_BYTES)] * 2, Checked(), End()))

    assert path_of(receive(inbox, drive, BIG)) == inbox / "big"


def give_big(peer: Peer) -> None:
    give_manifest(peer, BIG)
    content = [bytes(CONTENT_BYTES)] * 3
    _say_all(peer, (Files(0, 1, 0, 3 * CONTENT_BYTES), *content, Checked(), End()))


def test_a_slow_disk_is_told_to_the_sender(inbox: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(channel_module, "ALIVE_EVERY_S", 0.0)
    monkeypatch.setattr("net.transfer.syncer.WAIT_STEP_S", 0.01)
    disk = SlowDisk(monkeypatch)

    def drive(peer: Peer) -> None:
        give_big(peer)
        for _ in range(4):  # not only as the file is opened
            assert peer.hear_header() == Alive()
        disk.go_on.set()
        while (word := peer.hear_header()) == Alive():
            pass
        assert word == Done()

    assert path_of(receive(inbox, drive, BIG)) == inbox / "big"


def test_c24_what_is_kept_of_a_changed_offer_is_on_the_disk_before_that_is_told(
    inbox: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(channel_module, "ALIVE_EVERY_S", 0.0)
    monkeypatch.setattr("net.transfer.syncer.WAIT_STEP_S", 0.01)
    disk = SlowDisk(monkeypatch)
    offered = manifest_of(Entry(0, FILE, "bad", 5), Entry(0, FILE, "big", BIG.totals.size_bytes))

    def drive(peer: Peer) -> None:
        give_manifest(peer, offered)
        _say_all(peer, (Files(0, 1, 0, 5), bytes(5), Checked((0,))))
        content = [bytes(CONTENT_BYTES)] * 3
        _say_all(peer, (Files(1, 1, 0, 3 * CONTENT_BYTES), *content, Checked(), End()))
        for _ in range(8):
            assert peer.hear_header() == Alive()
        disk.go_on.set()
        while (word := peer.hear_header()) == Alive():
            pass
        assert word == Cancel("source_changed")

    monkeypatch.setattr(landing.Landing, "close", _let_go(disk, landing.Landing.close))
    fault = receive(inbox, drive, offered)
    assert isinstance(fault, TransferFault)
    assert (fault.fault, fault.names) == (Fault.SOURCE_CHANGED, ("bad",))


def test_a_cancel_while_the_disk_is_slow_is_heard(
    inbox: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    disk = SlowDisk(monkeypatch)

    def drive(peer: Peer) -> None:
        give_big(peer)
        peer.say(Cancel("by_user"))
        with pytest.raises(EOFError):
            peer.hear()
        disk.go_on.set()

    monkeypatch.setattr(landing.Landing, "close", _let_go(disk, landing.Landing.close))
    fault = receive(inbox, drive, BIG)
    assert isinstance(fault, TransferFault)
    assert fault.fault is Fault.BY_PEER
    assert_nothing_landed(inbox)


def _let_go(disk: SlowDisk, close: Callable[[Any], None]) -> Callable[[Any], None]:
    def let_go(arrival: Any) -> None:
        disk.go_on.set()
        close(arrival)

    return let_go


def test_a_sender_that_is_gone_while_the_disk_is_slow_has_sent_it_all(
    inbox: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    disk = SlowDisk(monkeypatch)
    heard = threading.Event()
    real = channel_module.SealedChannel.check_in

    def check_in(channel: channel_module.SealedChannel) -> None:
        real(channel)
        heard.set()

    monkeypatch.setattr(channel_module.SealedChannel, "check_in", check_in)

    def drive(peer: Peer) -> None:
        give_big(peer)
        peer.sock.close()
        heard.wait(WAIT_S)
        disk.go_on.set()

    assert path_of(receive(inbox, drive, BIG, ends=False)) == inbox / "big"
