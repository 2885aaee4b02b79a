"""Where a transfer lands: a folder of its own first, then, whole, its real place.

    destination/.landline-<16 hex digits>/   0700, nobody else looks in
        journal     how far it is (see journal.py), locked while we are at it
        manifest    the bytes whose hash was accepted
        files/      what was received, under safe names

When everything in ``files`` is on the disk its entries move to ``destination`` (see
moving.py). So under a real name there is never half a file. A transfer that ended
before goes on in the folder it left; whoever gives it up removes that.
"""

import contextlib
import errno
import logging
import os
import re
import secrets
import sys
from collections.abc import Callable, Generator
from pathlib import Path
from typing import Final

from net.protocol.manifest import Entry, entries_of
from net.protocol.names import PARTIAL_PREFIX
from net.transfer.choices import Choices
from net.transfer.durable import write_all
from net.transfer.folders import PRIVATE_MODE, Folder, open_folder
from net.transfer.journal import (
    COMPLETE,
    JOURNAL_NAME,
    READ_MAX_BYTES,
    Journal,
    JournalError,
    JournalState,
    Position,
    lock_file,
    read_journal,
)
from net.transfer.moving import move_all
from net.transfer.plan import FileState, Plan
from net.transfer.syncer import Syncer
from net.transfer.twins import Twins
from net.transfer.writing import TreeWriter

log = logging.getLogger(__name__)

MANIFEST_NAME: Final = "manifest"
FILES_NAME: Final = "files"
SPARE_BYTES: Final = 1024 * 1024
"""For the journal, the manifest and folders."""
_ENTRY_BYTES: Final = 4096
"""A file takes whole blocks, and its name some room."""
_OURS: Final = frozenset({JOURNAL_NAME, MANIFEST_NAME, FILES_NAME})
_PRIVATE_FILE: Final = 0o600
_READ_BYTES: Final = 64 * 1024
_PARTIAL: Final = re.compile(re.escape(PARTIAL_PREFIX) + r"[0-9a-f]{16}\Z")


def new_landing() -> str:
    """The name of a folder that nobody has and nobody can foresee."""
    return PARTIAL_PREFIX + secrets.token_hex(8)


class Landing:
    """One transfer's folder, from creation or a former try to ``commit`` or ``close``.

    Belongs to one thread. All methods raise OSError for what the disk says.
    """

    def __init__(
        self, destination: Path, name: str, transfer_id: bytes, manifest_hash: bytes
    ) -> None:
        """Creates ``destination`` too if it is missing; it may be a link to a folder.

        What a transfer left under ``name`` but cannot be gone on with is removed. Raises
        BlockingIOError while another process is at it, FileExistsError or PermissionError
        for what no transfer of this user's has left there.
        """
        if not _PARTIAL.match(name):
            raise ValueError("not the name of a landing")
        _make_destination(destination)
        self._destination = destination
        self._name = name
        self._manifest = -1
        self._is_closed = False
        self._is_landed = False
        self._has_twins = False
        self.writer: TreeWriter | None = None
        with contextlib.ExitStack() as undo:
            self.target = open_folder(destination)
            undo.callback(self.target.close)
            self._open_or_make(transfer_id, manifest_hash)
            undo.callback(self._folder.close)
            undo.callback(self._files.close)
            undo.callback(self._journal.close)
            if self._is_resumed:
                with contextlib.suppress(FileNotFoundError):
                    self._folder.remove(MANIFEST_NAME)
            self._manifest = self._folder.create_file(MANIFEST_NAME, _PRIVATE_FILE)
            undo.callback(os.close, self._manifest)
            self._check_owner()
            self.syncer = Syncer(self._manifest, self._journal, f"sync-{transfer_id.hex()[:8]}")
            self.syncer.start()
            undo.pop_all()

    @property
    def files(self) -> Folder:
        """What was received so far, under the names that Twins gives."""
        return self._files

    @property
    def position(self) -> Position:
        """All before it is on the disk, by the journal's word of a former try."""
        return self._journal.position

    @property
    def is_resumed(self) -> bool:
        return self._is_resumed

    def has_folding_disk(self) -> bool:
        """Whether the disk takes ``A`` for ``a`` (and forms of one letter for each other)."""
        try:
            self._folder.look_at(JOURNAL_NAME.upper())
        except OSError:
            return sys.platform == "darwin"
        return True

    def add_manifest(self, data: bytes | memoryview) -> None:
        """The next bytes of the manifest, which the caller checks."""
        write_all(self._manifest, data)

    def entries(self) -> Generator[Entry]:
        """Of the manifest, once it is whole. Keeps a file open until it ends or is closed."""
        descriptor = self._folder.open_file(MANIFEST_NAME)
        try:
            yield from entries_of(iter(lambda: os.read(descriptor, _READ_BYTES), b""))
        finally:
            os.close(descriptor)

    def require_space(self, size_bytes: int, files: int) -> None:
        """OSError(ENOSPC) now rather than after an hour."""
        needed = size_bytes + files * _ENTRY_BYTES + SPARE_BYTES
        if self.target.free_bytes() < needed:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(self._destination))

    def start_writing(
        self, twins: Twins, plan: Plan, on_step: Callable[[], None] = lambda: None
    ) -> TreeWriter:
        """The manifest is whole and checked: create what is wanted of it.

        What comes before the journal's claim is claimed no more while it is written.
        """
        self._has_twins = twins.are_there
        first = plan.states.find(FileState.WANTED)
        if 0 <= first < self.position.file:
            self._journal.append(Position(first, 0))
        self.writer = TreeWriter(
            self._files,
            self.entries(),
            twins,
            plan,
            syncer=self.syncer,
            on_step=on_step,
            is_resumed=self._is_resumed,
        )
        return self.writer

    def commit(self, choices: Choices, on_wait: Callable[[], None]) -> list[str]:
        """Everything was written: sync, move to the real names, sync those.

        The names that came to the destination. ``on_wait`` runs now and then while the
        disk works, and may raise. The folder stays, and says that it is complete, until it
        is discarded: who is killed before that is written down need not fetch it again.
        """
        self.syncer.wait(is_last=True, on_wait=on_wait)
        self._files.sync()
        self._check_place()
        names = move_all(self._files, self.target, choices, on_wait, has_twins=self._has_twins)
        self._is_landed = True
        return names

    def close(self) -> None:
        """What is here stays here, to go on with; a folder without content does not.
        Idempotent."""
        if self._is_closed:
            return
        has_content = self.writer is not None and self.writer.has_content
        is_to_stay = self._is_resumed or self._is_landed or has_content
        is_to_go = not is_to_stay and self._is_there()
        self._close()
        if is_to_go:
            _remove_quietly(self.target, self._name)
        self.target.close()

    def _check_place(self) -> None:
        """FileNotFoundError if somebody has removed or swapped our folders while we wrote:
        what is in them would land nowhere, and nobody be told."""
        with (
            open_folder(self._destination) as target,
            target.open_folder(self._name) as folder,
            folder.open_folder(FILES_NAME) as files,
        ):
            is_there = target.identity() == self.target.identity()
            if not is_there or files.identity() != self._files.identity():
                raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), self._name)

    def _open_or_make(self, transfer_id: bytes, manifest_hash: bytes) -> None:
        try:
            self._is_resumed = True
            self._open(transfer_id, manifest_hash)
        except (FileNotFoundError, NotADirectoryError, JournalError):
            self._is_resumed = False
            self._clear()
            self._make(transfer_id, manifest_hash)

    def _clear(self) -> None:
        """Where others may write too, somebody may have put a folder of the user's own there."""
        try:
            with self.target.open_folder(self._name) as folder:
                if not _OURS.issuperset(folder.names()):
                    raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), self._name)
                _empty(folder)
        except FileNotFoundError:
            return
        self.target.remove_empty(self._name)

    def _is_there(self) -> bool:
        """Whether its name is still its own, and not another folder's by now."""
        try:
            return os.path.samestat(self.target.look_at(self._name), self._folder.look())
        except OSError:
            return False

    def _check_owner(self) -> None:
        """Who owns a folder can change what is in it: links to other files among them."""
        ours = os.fstat(self._manifest).st_uid
        places = (self._folder.look(), self._files.look(), self._folder.look_at(JOURNAL_NAME))
        if any(place.st_uid != ours for place in places):
            raise PermissionError(errno.EPERM, os.strerror(errno.EPERM), self._name)

    def _open(self, transfer_id: bytes, manifest_hash: bytes) -> None:
        with contextlib.ExitStack() as undo:
            self._folder = self.target.open_folder(self._name)
            undo.callback(self._folder.close)
            self._files = self._folder.open_folder(FILES_NAME)
            undo.callback(self._files.close)
            journal = self._folder.open_again(JOURNAL_NAME)
            self._journal = Journal(journal, transfer_id, manifest_hash)
            undo.pop_all()

    def _make(self, transfer_id: bytes, manifest_hash: bytes) -> None:
        with contextlib.ExitStack() as undo:
            self.target.make_folder(self._name, PRIVATE_MODE)
            undo.callback(_remove_quietly, self.target, self._name)
            self._folder = self.target.open_folder(self._name)
            undo.callback(self._folder.close)
            self._folder.make_folder(FILES_NAME)
            self._files = self._folder.open_folder(FILES_NAME)
            undo.callback(self._files.close)
            journal = self._folder.create_file(JOURNAL_NAME, _PRIVATE_FILE)
            self._journal = Journal(journal, transfer_id, manifest_hash)
            undo.pop_all()

    def _close(self) -> None:
        self._is_closed = True
        self.syncer.stop()
        if self.writer is not None:
            self.writer.close()
        self._journal.close()
        if self._manifest >= 0:
            os.close(self._manifest)
            self._manifest = -1
        self._files.close()
        self._folder.close()


def _make_destination(path: Path) -> None:
    """With all above it, each name on the disk before anything is put below it."""
    if path.is_dir():
        return
    if path.parent != path:  # a drive that is not there has nothing above it
        _make_destination(path.parent)
    path.mkdir(exist_ok=True)
    with open_folder(path.parent) as above:
        above.sync()


def read_manifest(destination: Path, name: str) -> Generator[bytes]:
    """What is in a transfer's folder of its manifest, in blocks: maybe not all of it.

    Raises OSError."""
    with open_folder(destination) as target, target.open_folder(name) as folder:
        descriptor = folder.open_file(MANIFEST_NAME)
        try:
            yield from iter(lambda: os.read(descriptor, _READ_BYTES), b"")
        finally:
            os.close(descriptor)


def is_complete(destination: Path, name: str, choices: Choices) -> bool:
    """Whether a transfer's folder has all that is wanted, and only the real names are missing."""
    try:
        with open_folder(destination) as target, target.open_folder(name) as folder:
            state = _read_journal(folder)
    except OSError:
        return False
    return state is not None and state.position == COMPLETE._replace(offset=choices.mark)


def discard_landing(destination: Path, name: str) -> None:
    """Removes what a transfer left there: only what is certainly ours and in nobody's use,
    our journal in it, and not locked. Raises nothing."""
    with contextlib.suppress(OSError), open_folder(destination) as target:
        if _PARTIAL.match(name):
            _remove_leftover(target, name)


def _remove_leftover(target: Folder, name: str) -> None:
    try:
        with target.open_folder(name) as folder:
            journal = folder.open_file(JOURNAL_NAME)
            try:
                is_ours = read_journal(os.read(journal, READ_MAX_BYTES)) is not None
                if not is_ours or not lock_file(journal):
                    return
            finally:
                os.close(journal)
            _empty(folder)
        target.remove_empty(name)
    except FileNotFoundError:
        return
    except OSError as error:
        log.info("a partial folder stays behind: %s", error)


def _empty(folder: Folder) -> None:
    """By its handle: under its name there may be another one by now, and not ours to remove.
    The journal goes last: without it nobody knows whose the rest is."""
    for name in sorted(folder.names(), key=lambda each: each == JOURNAL_NAME):
        folder.remove(name)


def _read_journal(folder: Folder) -> JournalState | None:
    journal = folder.open_file(JOURNAL_NAME)
    try:
        return read_journal(os.read(journal, READ_MAX_BYTES))
    finally:
        os.close(journal)


def _remove_quietly(target: Folder, name: str) -> None:
    try:
        target.remove(name)
    except OSError as error:
        log.info("a partial folder stays behind: %s", error)
