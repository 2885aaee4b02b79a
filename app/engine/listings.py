"""What is in an offer, file by file: looked up for the user, and told to whom it was offered.

Changes nothing of any transfer.
"""

import asyncio
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Final, TypeVar

from app.engine.chat import parse_id
from app.engine.core import Core
from app.engine.helpers import Helpers
from app.engine.people import People
from app.engine.runs import DIAL_TIMEOUT_S
from app.errors import ErrorCode, KnownError
from app.events import OfferedFilesListed
from app.model import Direction, OfferedFile
from app.store.types import StoredTransfer
from net.protocol.errors import RemoteProtocolError
from net.streams import Stream
from net.transfer.channel import SealedChannel
from net.transfer.dial import dial
from net.transfer.faults import Fault, TransferFault
from net.transfer.landing import read_manifest
from net.transfer.listing import (
    MANIFEST,
    Listing,
    ask_listing,
    give_manifest,
    read_listing,
)
from net.transfer.offer_list import StoredList
from net.transfer.offered import Shown
from net.transfer.progress import Progress
from net.transfer.sender import refuse_transfer

AT_ONCE: Final = 2
"""Lists that are asked for, and told: each is some 100 bytes an entry to send and check."""
LIST_S: Final = 60.0
"""The longest list there can be needs some 10 s on a network of 100 Mbit/s."""

T = TypeVar("T")

_GONE: Final = (Fault.NOT_OFFERED, Fault.SOURCE_CHANGED, Fault.SOURCE_UNREADABLE)


class Listings:
    def __init__(
        self,
        core: Core,
        people: People,
        helpers: Helpers,
        open_list: Callable[[StoredTransfer, Progress], StoredList],
    ) -> None:
        """``open_list``: of an offer of ours, for a thread, which closes it; raises
        TransferFault."""
        self._core = core
        self._people = people
        self._helpers = helpers
        self._open_list = open_list
        self._told: set[bytes] = set()
        """People who are being told a list."""

    async def list(self, transfer_id: str, limit: int, ref: str | None) -> None:
        """Of an offer of ours, or of one to us: what lies here of it, else its sender's word.

        Raises KnownError NO_SUCH_TRANSFER, NO_SUCH_PATH (its sender does not have it any
        more), UNREACHABLE, TOO_FAST (others are being listed).
        """
        identifier = parse_id(transfer_id, ErrorCode.NO_SUCH_TRANSFER)
        stored = await self._core.write(lambda w: w.transfer(identifier))
        if stored is None:
            raise KnownError(ErrorCode.NO_SUCH_TRANSFER, f"no transfer {transfer_id}")
        if stored.transfer.direction is Direction.OUT:
            listing = await self._run(lambda progress: self._read_ours(stored, limit, progress))
        else:
            listing = await self._ask(stored, limit)
        files = tuple(OfferedFile(e.path, e.size_bytes, e.is_folder) for e in listing.entries)
        self._core.emit(OfferedFilesListed(transfer_id, files, listing.count, ref))

    def tell(self, stored: StoredTransfer, stream: Stream) -> None:
        """To whoever holds the other end, who was offered it. One at once to each, few in
        all; others are hung up on."""
        peer = stored.peer_id
        if peer in self._told:
            stream.sock.close()
            return
        channel = SealedChannel(stream.sock, stream.sealer, stream.opener)

        def work(progress: Progress) -> None:
            try:
                listed = self._open_list(stored, progress)
            except TransferFault as fault:
                refuse_transfer(channel, fault.fault)
                raise
            with closing(listed):
                give_manifest(channel, listed.sources.manifest, progress)

        def end(_: TransferFault | None) -> None:
            self._told.discard(peer)

        if self._helpers.start("list", work, end, most=AT_ONCE, timeout_s=LIST_S):
            self._told.add(peer)
        else:
            stream.sock.close()

    async def _ask(self, stored: StoredTransfer, limit: int) -> Listing:
        sender = self._people.of(stored)
        addresses = sender.stream_addresses if sender.is_online else ()
        identity, entropy = self._core.identity, self._core.entropy
        folder = Path(stored.into) if stored.into else self._core.downloads

        def work(progress: Progress) -> Listing:
            here = _read_landed(stored, folder, limit)
            if here:
                return here
            if not addresses:
                raise TransferFault(Fault.UNREACHABLE, f"{sender.name} is not here")
            channel = dial(
                addresses,
                identity,
                entropy,
                stored.peer_id,
                stored.transfer_id,
                timeout_s=DIAL_TIMEOUT_S,
                progress=progress,
                use=MANIFEST,
            )
            return ask_listing(channel, _shown(stored), limit, progress)

        return await self._run(work)

    def _read_ours(self, stored: StoredTransfer, limit: int, progress: Progress) -> Listing:
        try:
            with closing(self._open_list(stored, progress)) as listed:
                return read_listing(listed.sources.manifest.chunks, _shown(stored), limit)
        except RemoteProtocolError as error:
            raise TransferFault(Fault.SOURCE_CHANGED, str(error)) from error

    async def _run(self, work: Callable[[Progress], T]) -> T:
        """In a helper. Raises KnownError."""
        done: asyncio.Future[T | TransferFault] = self._core.loop.create_future()

        def end(result: T | TransferFault) -> None:
            if not done.done():  # the engine may have stopped waiting
                done.set_result(result)

        if not self._helpers.start("ask", work, end, most=AT_ONCE, timeout_s=LIST_S):
            raise KnownError(ErrorCode.TOO_FAST, "other offers are being listed")
        result = await done
        if isinstance(result, TransferFault):
            is_gone = result.fault in _GONE
            code = ErrorCode.NO_SUCH_PATH if is_gone else ErrorCode.UNREACHABLE
            raise KnownError(code, str(result))
        return result


def _read_landed(stored: StoredTransfer, folder: Path, limit: int) -> Listing | None:
    """Where a part of the transfer lies: what was fetched before, if it is whole."""
    if stored.landing is None:
        return None
    try:
        return read_listing(read_manifest(folder, stored.landing), _shown(stored), limit)
    except (OSError, RemoteProtocolError):
        return None


def _shown(stored: StoredTransfer) -> Shown:
    transfer = stored.transfer
    return Shown(
        stored.manifest_hash,
        transfer.size_bytes,
        transfer.files,
        transfer.folders,
        transfer.names,
    )
