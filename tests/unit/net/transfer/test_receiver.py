"""The receiving end against senders that lie, cut, stall and smuggle: nothing lands."""

import errno
import os
from pathlib import Path
from typing import Any

import pytest

from net.protocol.limits import CONTENT_BYTES, HEADER_MAX_BYTES, TAG_BYTES
from net.protocol.manifest import Entry
from net.protocol.stream import StreamType
from net.protocol.transfer import (
    Accept,
    Alive,
    Cancel,
    Checked,
    Done,
    End,
    Fetch,
    Files,
    Piece,
    Refuse,
    encode_header,
)
from net.transfer import channel as channel_module
from net.transfer import landing
from net.transfer.choices import Choices
from net.transfer.faults import Fault, TransferFault
from net.transfer.landing import is_complete
from tests.unit.net.transfer.receiving import (
    BIG,
    FILE,
    MANIFEST,
    Drive,
    assert_nothing_landed,
    assert_refused,
    give_manifest,
    manifest_of,
    path_of,
    receive,
    say_all,
    say_manifest,
)
from tests.unit.net.transfer.talk import LANDING
from tests.unit.net.transfer.talk import End as Peer


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
        say_all(peer, words)

    return drive


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
        say_all(peer, (Files(0, 3, 0, 15), b"x" * 15, Checked(), End()))

    wanted = Choices(only=frozenset({"a", "b"}))
    fault = receive(inbox, drive, manifest, shown={"choices": wanted})
    assert isinstance(fault, TransferFault)
    assert fault.fault is Fault.BROKEN_PEER
    assert_nothing_landed(inbox)


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
        say_all(peer, (Files(0, 1, 0, 0), Checked(), End()))

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
