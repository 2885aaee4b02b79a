"""The receiving end: fetch a manifest that was accepted, and everything it lists."""

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn

from net.protocol.errors import RemoteProtocolError
from net.protocol.manifest import Entry, ManifestReader, Totals
from net.protocol.names import safe_path
from net.protocol.transfer import Accept, Checked, Done, End, Fetch, Files, Header
from net.transfer.channel import SealedChannel
from net.transfer.faults import NAMES_MAX, Fault, TransferFault, disk_fault
from net.transfer.landing import Landing
from net.transfer.progress import Progress
from net.transfer.writing import TreeWriter


@dataclass(frozen=True, slots=True)
class ReceiveRequest:
    """What was accepted, and where it goes.

    The hash binds what will be written to the offer; everything else that the offer
    showed (None: it was not shown) must then be true of the manifest, or whoever
    accepted saw a lie. ``names`` are the first ones at the top, safe or as sent.
    """

    transfer_id: bytes
    manifest_hash: bytes
    size_bytes: int
    destination: Path
    files: int | None = None
    folders: int | None = None
    names: tuple[str, ...] | None = None

    def is_shown(self, totals: Totals) -> bool:
        """Whether the offer told the truth about this manifest."""
        return (
            totals.manifest_hash == self.manifest_hash
            and totals.size_bytes == self.size_bytes
            and self.files in (None, totals.files)
            and self.folders in (None, totals.folders)
            and (self.names is None or safe_path(self.names) == safe_path(totals.names))
        )


def receive_transfer(channel: SealedChannel, request: ReceiveRequest, progress: Progress) -> Path:
    """Fetch it all; returns where it landed, durable, after telling the sender so.

    That is the only thing at the top of the transfer, or the destination if there are
    several. Blocking: runs in the transfer's own thread, after ``hello``. Closes the
    channel. Raises TransferFault; then nothing of it stays on the disk.
    """
    channel.attach(progress, is_sender=False)
    landing = None
    try:
        with _local_faults():
            landing = Landing(request.destination, request.transfer_id, request.manifest_hash)
            path = _Receiver(channel, request, progress, landing).run()
    except TransferFault as fault:
        channel.break_off(fault)
        raise
    except BaseException:
        channel.break_off(TransferFault(Fault.INTERNAL))
        raise
    finally:
        if landing is not None:
            landing.abandon()
    channel.part(Done())  # it has landed, whatever becomes of this word
    return path


@contextlib.contextmanager
def _local_faults() -> Iterator[None]:
    try:
        yield
    except OSError as error:  # the channel turns its own into faults
        raise disk_fault(error) from error
    except RemoteProtocolError as error:
        raise TransferFault(Fault.BROKEN_PEER, str(error)) from error


class _Receiver:
    def __init__(
        self, channel: SealedChannel, request: ReceiveRequest, progress: Progress, landing: Landing
    ) -> None:
        self._channel = channel
        self._request = request
        self._progress = progress
        self._landing = landing

    def run(self) -> Path:
        self._receive_manifest()
        writer = self._landing.start_writing(self._channel.say_alive)
        self._channel.send_header(Fetch(0, 0))
        while isinstance(run := self._channel.receive_header(Files, End), Files):
            self._receive_run(run, writer)
        writer.finish()
        return self._landing.commit(self._channel.check_in)

    def _receive_manifest(self) -> None:
        """To the byte what was accepted, or RemoteProtocolError."""
        accept = self._channel.receive_header(Accept)
        if accept.manifest_hash != self._request.manifest_hash.hex():
            raise RemoteProtocolError("another manifest than was offered")
        reader = ManifestReader()
        left = accept.manifest_size
        while left:
            data = self._fitting(self._channel.receive(), left)
            self._landing.add_manifest(data)
            reader.receive(data)
            left -= len(data)
        self._check(reader.finish())

    def _check(self, totals: Totals) -> None:
        if totals.entries == 0 or not self._request.is_shown(totals):
            raise RemoteProtocolError("the manifest is not the one that was offered")
        self._landing.require_space(totals.size_bytes, totals.entries)

    def _receive_run(self, run: Files, writer: TreeWriter) -> None:
        if run.first != writer.files_done or run.offset:
            raise RemoteProtocolError("a run out of order")
        entries = writer.expect(run.count)
        left = sum(entry.size for entry in entries)
        if left != run.size:
            raise RemoteProtocolError("a run of another size than its files")
        while left:
            data = self._channel.receive()
            if isinstance(data, Checked) and run.count == 1:
                self._refuse_changed(data, run, entries)
            data = self._fitting(data, left)
            writer.write(data)
            left -= len(data)
            self._progress.done_bytes += len(data)
            self._progress.done_files = writer.files_done
            self._landing.syncer.wait(is_last=False, on_wait=self._channel.say_alive)
        writer.finish_run()
        self._progress.done_files = writer.files_done
        checked = self._channel.receive_header(Checked)
        if checked.changed:
            self._refuse_changed(checked, run, entries)

    def _refuse_changed(self, checked: Checked, run: Files, entries: list[Entry]) -> NoReturn:
        """Some of it is not what was offered: then none of it is delivered."""
        places = [number - run.first for number in checked.changed]
        if not places or not all(0 <= place < run.count for place in places):
            raise RemoteProtocolError("checked other files than it sent")
        names = tuple(entries[place].name for place in places[:NAMES_MAX])
        raise TransferFault(Fault.SOURCE_CHANGED, names=names)

    def _fitting(self, received: memoryview | Header, most: int) -> memoryview:
        if not isinstance(received, memoryview) or len(received) > most:
            raise RemoteProtocolError("content does not have the size it was said to have")
        return received
