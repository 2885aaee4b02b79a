"""The sending end: the manifest, hashes of what the other end has already, then every file
that it wants back to back, without a reply each."""

import logging
import os
import time
from collections.abc import Callable, Iterator
from itertools import islice
from typing import Final, Generic, TypeVar

from net.protocol.errors import RemoteProtocolError
from net.protocol.limits import BLOCK_BYTES, CONTENT_BYTES
from net.protocol.manifest import Entry
from net.protocol.transfer import (
    PART_BYTES,
    PIECE_BYTES,
    Accept,
    Checked,
    Compare,
    Done,
    End,
    Fetch,
    Files,
    Part,
    Refuse,
    decode_parts,
    decode_pieces,
    plan_runs,
)
from net.transfer.blocks import UNREADABLE, count_blocks, hash_blocks
from net.transfer.channel import SealedChannel
from net.transfer.faults import NAMES_MAX, Fault, TransferFault, is_scarce
from net.transfer.progress import Progress
from net.transfer.readahead import DiskWatch, ReadAhead
from net.transfer.scan import Sources
from net.transfer.sources import SourceFile, SourceTree, is_as_listed, read_into

log = logging.getLogger(__name__)

LOOK_EVERY_FILES: Final = 32
HASHES_AT_ONCE: Final = 64
"""1 GiB of a file: some seconds of a disk, and then the other side hears of it."""
T = TypeVar("T")


def serve_transfer(channel: SealedChannel, sources: Sources, progress: Progress) -> None:
    """Send what was accepted; returns when the receiver has it on its disk.

    Blocking: runs in the transfer's own thread, after ``hello``. Closes the channel.
    Raises TransferFault.
    """
    channel.attach(progress, is_sender=True)
    sender = _Sender(channel, sources, progress)
    try:
        sender.run()
    except TransferFault as fault:
        channel.break_off(fault)
        raise sender.explain(fault) from fault
    except BaseException:
        channel.break_off(TransferFault(Fault.INTERNAL))
        raise
    finally:
        sender.close()
    channel.part()


def refuse_transfer(channel: SealedChannel, fault: Fault) -> None:
    """Say that there is nothing to fetch here, and close the channel. Raises nothing."""
    channel.part(Refuse(fault))


class _Sender:
    def __init__(self, channel: SealedChannel, sources: Sources, progress: Progress) -> None:
        self._channel = channel
        self._manifest = sources.manifest
        self._progress = progress
        self._sources = sources
        self._tree = SourceTree(sources)
        self._room = memoryview(bytearray(CONTENT_BYTES))
        self._filled = 0
        self._left = 0
        self._ahead = ReadAhead()
        self._watch = DiskWatch()
        self._is_cold = False
        self._disk_s = 0.0  # spent in opening and reading, sending left out
        self._counted = -1
        """The file that was counted last: another gap of it is no other file."""
        self._bad_bytes: dict[int, int] = {}
        """Sizes of the files that were not as listed, by their numbers."""
        self._changed: list[str] = []
        self._unreadable: list[str] = []

    def close(self) -> None:
        self._ahead.stop()
        self._tree.close()

    def explain(self, fault: TransferFault) -> TransferFault:
        """The receiver can only know that a file was not as listed; we know why."""
        if fault.fault is not Fault.SOURCE_CHANGED or not (self._changed or self._unreadable):
            return fault
        code = Fault.SOURCE_CHANGED if self._changed else Fault.SOURCE_UNREADABLE
        return TransferFault(code, names=tuple(self._changed + self._unreadable))

    def run(self) -> None:
        totals = self._manifest.totals
        self._channel.send_header(Accept(totals.encoded_bytes, totals.manifest_hash.hex()))
        for chunk in self._manifest.chunks:
            self._pack(memoryview(chunk))
        self._flush()
        asked = self._channel.receive_header(Compare, Fetch)
        if isinstance(asked, Compare):
            self._send_hashes(self._receive_list(asked.count, PART_BYTES))
        fetch = asked if isinstance(asked, Fetch) else self._channel.receive_header(Fetch)
        try:
            self._send_pieces(fetch, self._receive_list(fetch.count, PIECE_BYTES))
        except RemoteProtocolError as error:
            raise TransferFault(Fault.BROKEN_PEER, str(error)) from error
        self._channel.send_header(End())
        self._channel.receive_header(Done)
        self._progress.leave_out(len(self._bad_bytes), sum(self._bad_bytes.values()))

    def _receive_list(self, count: int, item_bytes: int) -> bytes:
        """What follows ``compare`` or ``fetch``; never longer than all files need."""
        totals = self._manifest.totals
        if count > 2 * totals.files + totals.size_bytes // BLOCK_BYTES:
            raise TransferFault(Fault.BROKEN_PEER, "a list of more than there is")
        return self._channel.receive_whole(count * item_bytes)

    def _send_hashes(self, parts: bytes) -> None:
        tree = SourceTree(self._sources)
        files = _Cursor(tree.files(), lambda file: file.number)
        try:
            for part in decode_parts(parts):
                file = next(files.begin_at(part.file), None)
                if file is None or part.size > file.entry.size:
                    raise TransferFault(Fault.BROKEN_PEER, "wants hashes of what there is not")
                self._send_hashes_of(tree, file, part)
        except RemoteProtocolError as error:
            raise TransferFault(Fault.BROKEN_PEER, str(error)) from error
        finally:
            tree.close()
        self._flush()

    def _send_hashes_of(self, tree: SourceTree, file: SourceFile, part: Part) -> None:
        """Zeros from where it cannot be read, or when it is not what was listed."""
        left = count_blocks(part.size)
        try:
            descriptor = tree.open(file)
            try:
                if is_as_listed(descriptor, file.entry):
                    for number, block in enumerate(hash_blocks(descriptor, part.size)):
                        self._pack(memoryview(block))
                        rest = part.size - number * BLOCK_BYTES
                        self._progress.done_bytes += min(BLOCK_BYTES, rest)
                        left -= 1
                        if left % HASHES_AT_ONCE == 0:
                            self._flush()
                        self._channel.say_alive()
            finally:
                os.close(descriptor)
        except OSError as error:
            log.info("not readable while compared: %s", error)
        for _ in range(left):
            self._pack(memoryview(UNREADABLE))

    def _send_pieces(self, fetch: Fetch, pieces: bytes) -> None:
        """Whatever is not asked for counts as done, but for what is not wanted."""
        totals, progress = self._manifest.totals, self._progress
        due_bytes = due_files = reached = halves = 0
        for piece in decode_pieces(pieces):
            due_bytes += piece.size
            due_files += piece.files
            halves += piece.first < reached  # more of the file that the piece before ended in
            reached = piece.first + piece.files
        left_files = totals.files - (due_files - halves)
        if (
            fetch.left_out_files > left_files
            or fetch.left_out_bytes > totals.size_bytes - due_bytes
        ):
            raise TransferFault(Fault.BROKEN_PEER, "leaves out what it asks for, or is not there")
        progress.left_out_files, progress.left_out_bytes = (
            fetch.left_out_files,
            fetch.left_out_bytes,
        )
        progress.done_bytes = totals.size_bytes - fetch.left_out_bytes - due_bytes
        progress.done_files = left_files - fetch.left_out_files
        files = _Cursor(self._tree.files(), lambda file: file.number)
        listed = (entry for entry in self._manifest.entries() if not entry.is_folder)
        sizes = _Cursor(enumerate(entry.size for entry in listed), lambda numbered: numbered[0])
        for piece in decode_pieces(pieces):
            piece_sizes = (size for _, size in sizes.begin_at(piece.first))
            for run in plan_runs(piece, piece_sizes):
                self._send_run(run, list(islice(files.begin_at(run.first), run.count)))

    def _send_run(self, run: Files, files: list[SourceFile]) -> None:
        self._channel.send_header(run)
        changed = []
        offset = run.offset
        for index, file in enumerate(files):
            if index % LOOK_EVERY_FILES == 0:
                self._look_ahead(files, index)
            self._channel.say_alive()  # a cold disk finds a hundred small files a second
            self._left = run.size if run.count == 1 else file.entry.size - offset
            if not self._send_file(file, offset):
                changed.append(file.number)
                self._bad_bytes[file.number] = file.entry.size
                if run.count > 1:  # a run of one file is cut short instead
                    self._fill()
            self._progress.done_files += file.number != self._counted
            self._counted = file.number
            offset = 0
        self._flush()
        self._channel.send_header(Checked(tuple(changed)))

    def _look_ahead(self, files: list[SourceFile], index: int) -> None:
        """Once small files turn out to lie on a slow disk, have the rest read in good time."""
        was_cold, disk_s = self._is_cold, self._disk_s
        self._disk_s = 0.0
        self._is_cold = was_cold or self._watch.is_cold(LOOK_EVERY_FILES, disk_s)
        if self._is_cold and (index == 0 or not was_cold):
            self._ahead.ask([self._tree.path(file) for file in files[index + 1 :]])

    def _send_file(self, file: SourceFile, offset: int) -> bool:
        """Whether exactly the listed bytes went out; ``_left`` of them did not."""
        self._disk_s -= time.perf_counter()
        try:
            descriptor = self._tree.open(file)
            try:
                is_good = self._send_open_file(descriptor, file.entry, offset)
            finally:
                os.close(descriptor)
        except OSError as error:
            if is_scarce(error):
                raise TransferFault(Fault.STOPPED, str(error)) from error
            log.info("not readable while sent: %s", error)
            _note(self._unreadable, file)
            return False
        finally:
            self._disk_s += time.perf_counter()
        if not is_good:
            _note(self._changed, file)
        return is_good

    def _send_open_file(self, descriptor: int, entry: Entry, offset: int) -> bool:
        """Checked before, so that nothing else is given away; and after, for it may change."""
        if not is_as_listed(descriptor, entry):
            return False
        if offset:
            os.lseek(descriptor, offset, os.SEEK_SET)
        while self._left:
            room = self._room[self._filled :][: self._left]
            count = read_into(descriptor, room)
            if count == 0:
                return False
            self._advance(count)
        return is_as_listed(descriptor, entry)

    def _fill(self) -> None:
        """Zeros in place of bytes that are not there any more, so that the run keeps its size."""
        while self._left:
            room = self._room[self._filled :][: self._left]
            room[:] = bytes(len(room))
            self._advance(len(room))

    def _advance(self, count: int) -> None:
        """``count`` more bytes of a file stand in the room."""
        self._left -= count
        self._filled += count
        self._progress.done_bytes += count
        if self._filled == CONTENT_BYTES:
            self._flush()

    def _pack(self, data: memoryview) -> None:
        while data:
            piece = data[: CONTENT_BYTES - self._filled]
            self._room[self._filled : self._filled + len(piece)] = piece
            self._filled += len(piece)
            data = data[len(piece) :]
            if self._filled == CONTENT_BYTES:
                self._flush()

    def _flush(self) -> None:
        if self._filled:
            self._disk_s += time.perf_counter()
            self._channel.send_content(self._room[: self._filled])
            self._disk_s -= time.perf_counter()
            self._filled = 0


class _Cursor(Generic[T]):
    """Goes forward over numbered things; the one it stands on can be had again."""

    def __init__(self, things: Iterator[T], number_of: Callable[[T], int]) -> None:
        self._things = things
        self._number_of = number_of
        self._here: T | None = None

    def begin_at(self, number: int) -> Iterator[T]:
        """That one and what comes after it."""
        while self._here is None or self._number_of(self._here) < number:
            self._here = next(self._things, None)
            if self._here is None:
                return
        yield self._here
        for thing in self._things:
            self._here = thing
            yield thing


def _note(places: list[str], file: SourceFile) -> None:
    if len(places) < NAMES_MAX:
        places.append(file.place)
