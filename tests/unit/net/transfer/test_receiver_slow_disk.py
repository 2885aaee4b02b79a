"""The receiving end on a disk that is slower than the network."""

import os
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from net.protocol.limits import CONTENT_BYTES
from net.protocol.manifest import Entry
from net.protocol.transfer import (
    Alive,
    Cancel,
    Checked,
    Done,
    End,
    Files,
)
from net.transfer import channel as channel_module
from net.transfer import landing
from net.transfer.faults import Fault, TransferFault
from tests.unit.net.transfer.receiving import (
    BIG,
    FILE,
    assert_nothing_landed,
    give_manifest,
    manifest_of,
    path_of,
    receive,
    say_all,
)
from tests.unit.net.transfer.talk import WAIT_S
from tests.unit.net.transfer.talk import End as Peer


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
        say_all(peer, (Files(0, 1, 0, 3 * CONTENT_BYTES), bytes(CONTENT_BYTES)))
        assert [peer.hear_header() for _ in range(3)] == [Alive()] * 3
        go_on.set()
        say_all(peer, (*[bytes(CONTENT_BYTES)] * 2, Checked(), End()))

    assert path_of(receive(inbox, drive, BIG)) == inbox / "big"


def give_big(peer: Peer) -> None:
    give_manifest(peer, BIG)
    content = [bytes(CONTENT_BYTES)] * 3
    say_all(peer, (Files(0, 1, 0, 3 * CONTENT_BYTES), *content, Checked(), End()))


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
        say_all(peer, (Files(0, 1, 0, 5), bytes(5), Checked((0,))))
        content = [bytes(CONTENT_BYTES)] * 3
        say_all(peer, (Files(1, 1, 0, 3 * CONTENT_BYTES), *content, Checked(), End()))
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
