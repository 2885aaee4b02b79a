"""A receiver, and what a sender says to it, for tests of the one by the other."""

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

from net.protocol.limits import CONTENT_BYTES
from net.protocol.manifest import Entry, EntryKind, Manifest, ManifestWriter
from net.protocol.transfer import (
    Accept,
    Piece,
)
from net.transfer.faults import Fault, TransferFault
from net.transfer.landing import discard_landing
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


def say_all(peer: Peer, words: tuple[object, ...]) -> None:
    for word in words:
        if isinstance(word, bytes):
            peer.give(word)
        else:
            peer.say(word)  # type: ignore[arg-type]
