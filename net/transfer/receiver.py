"""The receiving end: fetch a manifest that was accepted, and everything it lists."""

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from net.protocol.errors import RemoteProtocolError
from net.protocol.manifest import HASH_BYTES, Entry, Totals
from net.protocol.names import safe_path
from net.protocol.transfer import (
    Checked,
    Compare,
    Done,
    End,
    Fetch,
    Files,
    Header,
    Piece,
    encode_pieces,
)
from net.transfer.channel import SealedChannel
from net.transfer.choices import EVERYTHING, Choices
from net.transfer.faults import NAMES_MAX, Fault, TransferFault, disk_fault
from net.transfer.landing import Landing, is_complete
from net.transfer.offered import Shown, expect_manifest, receive_manifest
from net.transfer.plan import FileState, Plan
from net.transfer.progress import Progress
from net.transfer.survey import Survey
from net.transfer.twins import Twins
from net.transfer.writing import Placed, TreeWriter


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
    landing: str
    """The name of its own folder there: new_landing()'s, and the same one to go on."""
    choices: Choices = EVERYTHING
    files: int | None = None
    folders: int | None = None
    names: tuple[str, ...] | None = None

    @property
    def shown(self) -> Shown:
        """What the manifest must be true to."""
        return Shown(self.manifest_hash, self.size_bytes, self.files, self.folders, self.names)


@dataclass(frozen=True, slots=True)
class Received:
    """``path``: of the only thing at the top, or the destination if there are several.
    ``names``: all that came there, as it is called there; empty when some came before a kill."""

    path: Path
    names: tuple[str, ...]
    left_out_files: int = 0
    left_out_bytes: int = 0


def receive_transfer(
    channel: SealedChannel, request: ReceiveRequest, progress: Progress
) -> Received:
    """Fetch what is wanted and not here; durable when it returns, and the sender told so.

    Blocking: runs in the transfer's own thread, after ``hello``. Closes the channel.
    Raises TransferFault; what was received stays in its folder, to go on with. SOURCE_CHANGED
    comes when all else is there. In the end too the caller discards the folder, once it has
    written down that this is done.
    """
    channel.attach(progress, is_sender=False)
    landing = None
    try:
        with _local_faults():
            landing = _open_landing(request)
            received = _Receiver(channel, request, progress, landing).run()
    except TransferFault as fault:
        channel.break_off(fault)
        raise
    except BaseException:
        channel.break_off(TransferFault(Fault.INTERNAL))
        raise
    finally:
        if landing is not None:
            landing.close()
    channel.part(Done())  # it has landed, whatever becomes of this word
    return received


def finish_landed(request: ReceiveRequest) -> Received | None:
    """Where all had arrived when the program was killed, give it its real names.

    None: there is something to fetch. Raises TransferFault.
    """
    if not is_complete(request.destination, request.landing, request.choices):
        return None
    with _local_faults():
        landing = _open_landing(request)
        try:
            names = landing.commit(request.choices, lambda: None)
        finally:
            landing.close()
    return Received(_path_of(request, names), ())


def _open_landing(request: ReceiveRequest) -> Landing:
    return Landing(request.destination, request.landing, request.transfer_id, request.manifest_hash)


def _path_of(request: ReceiveRequest, names: list[str]) -> Path:
    """``names``: what came to the destination; what was there already did not."""
    if len(names if request.names is None else request.names) != 1:
        return request.destination
    return request.destination / (names or safe_path(request.names or ()))[0]


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
        self._twins: Twins
        self._plan: Plan

    def run(self) -> Received:
        channel, landing = self._channel, self._landing
        totals = self._receive_manifest()
        survey = Survey(landing, totals, self._twins, self._request.choices, self._on_found)
        self._plan = survey.plan
        survey.look()
        if survey.count:
            channel.send_header(Compare(survey.count))
            channel.send_whole(survey.parts)
            survey.compare(self._their_hashes(survey.blocks))
        pieces = self._fetch(totals)
        writer = landing.start_writing(self._twins, self._plan, channel.say_alive)
        for piece in pieces:
            self._receive_piece(piece, writer)
        channel.receive_header(End)
        choices = self._request.choices
        is_whole = choices.takes_rest or not self._plan.has_bad
        writer.finish(is_whole=is_whole)
        if not is_whole:
            landing.syncer.wait(is_last=True, on_wait=channel.say_alive)
            bad = islice(self._plan.bad_paths(landing.entries()), NAMES_MAX)
            raise TransferFault(Fault.SOURCE_CHANGED, names=tuple(bad))
        names = landing.commit(choices, channel.check_in)
        progress = self._progress
        path = _path_of(self._request, names)
        left_out = progress.left_out_files, progress.left_out_bytes
        return Received(path, tuple(names), *left_out)

    def _receive_manifest(self) -> Totals:
        """To the byte what was accepted, or RemoteProtocolError."""
        channel, landing, shown = self._channel, self._landing, self._request.shown
        size_bytes = expect_manifest(channel, shown)
        twins = self._twins = Twins(size_bytes, folds=landing.has_folding_disk())

        def take(data: memoryview, entries: list[Entry]) -> None:
            landing.add_manifest(data)
            for entry in entries:
                twins.add(entry)

        totals = receive_manifest(channel, size_bytes, shown, take)
        twins.resolve(landing.entries())
        return totals

    def _fetch(self, totals: Totals) -> list[Piece]:
        """Ask for what is missing, if there is room for it."""
        plan, progress = self._plan, self._progress
        pieces = list(plan.pieces(self._landing.entries()))
        due_bytes = sum(piece.size for piece in pieces)
        due_files = plan.states.count(FileState.WANTED)
        self._landing.require_space(due_bytes, due_files)
        progress.left_out_files, progress.left_out_bytes = plan.left_out_files, plan.left_out_bytes
        progress.done_bytes = totals.size_bytes - plan.left_out_bytes - due_bytes
        progress.done_files = totals.files - plan.left_out_files - due_files
        left_out = plan.left_out_files, plan.left_out_bytes
        self._channel.send_header(Fetch(len(pieces), *left_out))
        self._channel.send_whole(encode_pieces(pieces))
        return pieces

    def _on_found(self) -> None:
        """What is here counts as soon as it is found: hashing a large file takes its time."""
        self._progress.done_bytes = self._plan.here_bytes
        self._channel.say_alive()

    def _their_hashes(self, count: int) -> Iterator[bytes]:
        while count:
            hashes = bytes(self._fitting(self._channel.receive(), count * HASH_BYTES))
            if len(hashes) % HASH_BYTES:
                raise RemoteProtocolError("a piece of a hash")
            for at in range(0, len(hashes), HASH_BYTES):
                yield hashes[at : at + HASH_BYTES]
            count -= len(hashes) // HASH_BYTES

    def _receive_piece(self, piece: Piece, writer: TreeWriter) -> None:
        """In as many runs as the sender cares to make."""
        first, end = piece.first, piece.first + piece.files
        while first < end:
            run = self._channel.receive_header(Files)
            offset = piece.offset if first == piece.first else 0
            if (run.first, run.offset) != (first, offset) or first + run.count > end:
                raise RemoteProtocolError("a run out of order")
            files = writer.expect(run)
            size = sum(file.entry.size for file in files) - offset
            if run.size != (piece.size if piece.files == 1 else size):
                raise RemoteProtocolError("a run of another size than its files")
            self._receive_run(run, files, writer)
            first += run.count

    def _receive_run(self, run: Files, files: list[Placed], writer: TreeWriter) -> None:
        progress, before = self._progress, self._progress.done_files
        left = run.size
        while left:
            data = self._channel.receive()
            if isinstance(data, Checked) and run.count == 1:
                progress.done_bytes -= run.size - left
                self._discard(data, files, writer)
                return
            data = self._fitting(data, left)
            writer.write(data)
            left -= len(data)
            progress.done_bytes += len(data)
            progress.done_files = before + max(0, writer.files_done - run.first)
            self._landing.syncer.wait(is_last=False, on_wait=self._channel.say_alive)
        writer.finish_run()
        done = run.count if self._ends_files(run, files) else 0
        progress.done_files = before + done
        checked = self._channel.receive_header(Checked)
        if checked.changed:
            bad = self._discard(checked, files, writer)
            progress.done_files -= min(done, len(bad))
            progress.done_bytes -= run.size if run.count == 1 else _sum_of(bad)
        elif self._plan.states[run.first] == FileState.BAD:
            writer.discard(files)  # a part of what was found to be changed before
            progress.done_files -= done
            progress.done_bytes -= run.size

    def _ends_files(self, run: Files, files: list[Placed]) -> bool:
        """Not if it is a gap of one file that has more."""
        end, size = run.offset + run.size, files[-1].entry.size
        return run.count > 1 or self._plan.ends_file(run.first, end, size)

    def _discard(self, checked: Checked, files: list[Placed], writer: TreeWriter) -> list[Placed]:
        """Some of it is not what was offered: that is not kept, all else goes on."""
        numbers = set(checked.changed)
        bad = [file for file in files if file.number in numbers]
        if not numbers or len(bad) != len(numbers):
            raise RemoteProtocolError("checked other files than it sent")
        fresh = [file for file in bad if self._plan.states[file.number] != FileState.BAD]
        for file in fresh:
            if file.number in self._plan.gaps:  # what was here of it goes too
                gaps_bytes = sum(size for _, size in self._plan.gaps[file.number])
                self._progress.done_bytes -= file.entry.size - gaps_bytes
        writer.discard(bad)
        if self._request.choices.takes_rest:
            self._progress.left_out_files += len(fresh)
            self._progress.left_out_bytes += _sum_of(fresh)
        return bad

    def _fitting(self, received: memoryview | Header, most: int) -> memoryview:
        if not isinstance(received, memoryview) or len(received) > most:
            raise RemoteProtocolError("content does not have the size it was said to have")
        return received


def _sum_of(files: list[Placed]) -> int:
    return sum(file.entry.size for file in files)
