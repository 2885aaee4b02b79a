"""What is in an offer, file by file: asked of its sender, or read where it lies already.

Nothing changes by it at either end. Whatever a manifest says is believed only if it is
the one that the offer bound. Source: PROTOCOL, "Looking into an offer".
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from net.protocol.errors import RemoteProtocolError
from net.protocol.manifest import Entry, Manifest, ManifestReader
from net.protocol.names import safe_name
from net.protocol.transfer import Accept
from net.transfer.channel import SealedChannel
from net.transfer.faults import Fault, TransferFault
from net.transfer.offered import Shown, expect_manifest, receive_manifest
from net.transfer.progress import Progress

MANIFEST: Final = "manifest"
"""What such a stream is for."""
LISTED_MAX: Final = 100_000
"""Entries in one answer; a window shows a few thousand, and says how many there are."""
LISTED_MAX_CHARS: Final = 8 * 1024 * 1024
"""Of their paths together: deep folders name each of theirs again and again."""


@dataclass(frozen=True, slots=True)
class ListedEntry:
    """``path``: safe names from the top, joined by "/"."""

    path: str
    size_bytes: int
    is_folder: bool


@dataclass(frozen=True, slots=True)
class Listing:
    """The first entries, in the manifest's order; ``count``: all there are."""

    entries: tuple[ListedEntry, ...]
    count: int


class _Lister:
    """Keeps the first entries; those behind them are counted only."""

    def __init__(self, limit: int) -> None:
        self._limit = min(limit, LISTED_MAX)
        self._entries: list[ListedEntry] = []
        self._folders = [""]
        self._chars = 0

    def add(self, entries: Iterable[Entry]) -> None:
        for entry in entries:
            if len(self._entries) >= self._limit or self._chars >= LISTED_MAX_CHARS:
                return  # for good: what is in a folder that was left out has no path
            path = self._folders[entry.parent] + safe_name(entry.name)
            if entry.is_folder:
                self._folders.append(f"{path}/")
            self._chars += len(path)
            self._entries.append(ListedEntry(path, entry.size, entry.is_folder))

    def finish(self, count: int) -> Listing:
        return Listing(tuple(self._entries), count)


def ask_listing(channel: SealedChannel, shown: Shown, limit: int, progress: Progress) -> Listing:
    """Of the sender, after ``hello``: the first ``limit`` entries, LISTED_MAX at most.

    Blocking; closes the channel. Raises TransferFault.
    """
    channel.attach(progress, is_sender=False)
    lister = _Lister(limit)
    try:
        size_bytes = expect_manifest(channel, shown)
        totals = receive_manifest(
            channel, size_bytes, shown, lambda _, entries: lister.add(entries)
        )
    except RemoteProtocolError as error:
        fault = TransferFault(Fault.BROKEN_PEER, str(error))
        channel.break_off(fault)
        raise fault from error
    except TransferFault as fault:
        channel.break_off(fault)
        raise
    channel.part()
    return lister.finish(totals.entries)


def read_listing(blocks: Iterable[bytes], shown: Shown, limit: int) -> Listing:
    """Of a manifest that lies here, cut anyhow. Raises RemoteProtocolError if it is not
    whole, or another one, and what ``blocks`` raises."""
    lister, reader = _Lister(limit), ManifestReader()
    for block in blocks:
        lister.add(reader.receive(block))
    totals = reader.finish()
    shown.check(totals)
    return lister.finish(totals.entries)


def give_manifest(channel: SealedChannel, manifest: Manifest, progress: Progress) -> None:
    """To the receiver of the offer, after its ``hello``; closes the channel.

    Blocking. Raises TransferFault.
    """
    channel.attach(progress, is_sender=True)
    totals = manifest.totals
    try:
        channel.send_header(Accept(totals.encoded_bytes, totals.manifest_hash.hex()))
        for chunk in manifest.chunks:
            channel.send_content(memoryview(chunk))
    except TransferFault as fault:
        channel.break_off(fault)
        raise
    channel.part()
