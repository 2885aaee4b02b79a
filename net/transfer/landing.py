"""Where a transfer lands: a folder of its own first, then, whole, its real place.

    destination/.landline-<16 hex digits>/   0700, nobody else looks in
        journal     how far it is (see journal.py), locked while we are at it
        manifest    the bytes whose hash was accepted
        files/      what was received, under safe names

When everything in ``files`` is on the disk its entries move to ``destination``, each by
one rename that replaces nothing. So under a real name there is never half a file, and
all that is left of a transfer that failed is this one folder.
"""

import contextlib
import errno
import logging
import os
import re
import secrets
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

from net.protocol.manifest import Entry, entries_of
from net.protocol.names import PARTIAL_PREFIX, collision_name
from net.transfer.durable import write_all
from net.transfer.folders import PRIVATE_MODE, Folder, open_folder
from net.transfer.journal import JOURNAL_NAME, READ_MAX_BYTES, Journal, lock_file, read_journal
from net.transfer.syncer import Syncer
from net.transfer.writing import TreeWriter

log = logging.getLogger(__name__)

MANIFEST_NAME: Final = "manifest"
FILES_NAME: Final = "files"
COLLISIONS_MAX: Final = 10_000
"""Then the folder is not one to land in."""
SPARE_BYTES: Final = 1024 * 1024
"""For the journal, the manifest and folders."""
_ENTRY_BYTES: Final = 4096
"""A file takes whole blocks, and its name some room."""
_PRIVATE_FILE: Final = 0o600
_READ_BYTES: Final = 64 * 1024
_PARTIAL: Final = re.compile(re.escape(PARTIAL_PREFIX) + r"[0-9a-f]{16}\Z")


class Landing:
    """One transfer's folder, from creation to ``commit`` or ``abandon``.

    Belongs to one thread. All methods raise OSError for what the disk says.
    """

    def __init__(self, destination: Path, transfer_id: bytes, manifest_hash: bytes) -> None:
        """Creates ``destination`` too if it is missing; it may be a link to a folder."""
        _make_destination(destination)
        self._destination = destination
        self._name = PARTIAL_PREFIX + secrets.token_hex(8)
        self._manifest = -1
        self._is_gone = False
        self.writer: TreeWriter | None = None
        with contextlib.ExitStack() as undo:
            self._target = open_folder(destination)
            undo.callback(self._target.close)
            self._target.make_folder(self._name, PRIVATE_MODE)
            undo.callback(self._remove)
            self._folder = self._target.open_folder(self._name)
            undo.callback(self._folder.close)
            self._folder.make_folder(FILES_NAME)
            self._files = self._folder.open_folder(FILES_NAME)
            undo.callback(self._files.close)
            journal = self._folder.create_file(JOURNAL_NAME, _PRIVATE_FILE)
            self._journal = Journal(journal, transfer_id, manifest_hash)
            undo.callback(self._journal.close)
            self._manifest = self._folder.create_file(MANIFEST_NAME, _PRIVATE_FILE)
            undo.callback(os.close, self._manifest)
            self.syncer = Syncer(self._manifest, self._journal, f"sync-{transfer_id.hex()[:8]}")
            self.syncer.start()
            undo.pop_all()

    def add_manifest(self, data: bytes | memoryview) -> None:
        """The next bytes of the manifest, which the caller checks."""
        write_all(self._manifest, data)

    def require_space(self, size_bytes: int, entries: int) -> None:
        """OSError(ENOSPC) now rather than after an hour."""
        needed = size_bytes + entries * _ENTRY_BYTES + SPARE_BYTES
        if self._target.free_bytes() < needed:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(self._destination))

    def start_writing(self, on_step: Callable[[], None] = lambda: None) -> TreeWriter:
        """The manifest is whole and checked: create what it lists."""
        self.writer = TreeWriter(self._files, self._entries(), self.syncer, on_step)
        return self.writer

    def commit(self, on_wait: Callable[[], None]) -> Path:
        """Everything was written: sync, move to the real names, sync those.

        The only thing at the top, or the destination if there are several. ``on_wait``
        runs now and then while the disk works, and may raise. If it fails, what had
        moved already is moved back.
        """
        writer = self.writer
        assert writer is not None
        self.syncer.wait(is_last=True, on_wait=on_wait)
        self._files.sync()
        moved: list[tuple[str, str]] = []
        try:
            for top in writer.tops:
                moved.append((top, self._move(top)))
            self._target.sync()
        except BaseException:
            self._move_back(moved)
            raise
        self.abandon()  # all is there: what stays behind is an empty folder at worst
        return self._destination / moved[0][1] if len(moved) == 1 else self._destination

    def abandon(self) -> None:
        """Remove all of it, as far as the disk lets us. Idempotent, also after commit."""
        self._close()
        self._remove()

    def _entries(self) -> Iterator[Entry]:
        os.lseek(self._manifest, 0, os.SEEK_SET)
        return entries_of(iter(lambda: os.read(self._manifest, _READ_BYTES), b""))

    def _move(self, top: str) -> str:
        """The name it got: its own, or the first number nobody has."""
        name = top
        for number in range(2, COLLISIONS_MAX):
            try:
                self._files.move_new(top, self._target, name)
            except FileExistsError:
                name = collision_name(top, number)
            else:
                return name
        raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), top)

    def _move_back(self, moved: list[tuple[str, str]]) -> None:
        for top, name in moved:
            with contextlib.suppress(OSError):
                self._target.move_new(name, self._files, top)

    def _close(self) -> None:
        self.syncer.stop()
        if self.writer is not None:
            self.writer.close()
        self._journal.close()
        if self._manifest >= 0:
            os.close(self._manifest)
            self._manifest = -1
        self._files.close()
        self._folder.close()

    def _remove(self) -> None:
        if not self._is_gone:
            self._is_gone = True
            _remove_quietly(self._target, self._name)
            self._target.close()


def _make_destination(path: Path) -> None:
    """With all above it, each name on the disk before anything is put below it."""
    if path.is_dir():
        return
    if path.parent != path:  # a drive that is not there has nothing above it
        _make_destination(path.parent)
    path.mkdir(exist_ok=True)
    with open_folder(path.parent) as above:
        above.sync()


def remove_leftovers(destination: Path) -> int:
    """Removes the folders of transfers that a crash has left there; how many.

    Only what is certainly ours and in nobody's use: our journal in it, and not locked.
    Raises nothing.
    """
    try:
        with open_folder(destination) as target:
            found = [name for name in target.names() if _PARTIAL.match(name)]
            return sum(_remove_leftover(target, name) for name in found)
    except OSError:
        return 0


def _remove_leftover(target: Folder, name: str) -> bool:
    try:
        with target.open_folder(name) as folder:
            journal = folder.open_file(JOURNAL_NAME)
            try:
                is_ours = read_journal(os.read(journal, READ_MAX_BYTES)) is not None
                if not is_ours or not lock_file(journal):
                    return False
            finally:
                os.close(journal)
    except OSError:
        return False
    return _remove_quietly(target, name)


def _remove_quietly(target: Folder, name: str) -> bool:
    try:
        target.remove(name)
    except FileNotFoundError:
        return False
    except OSError as error:
        log.info("a partial folder stays behind: %s", error)
        return False
    return True
