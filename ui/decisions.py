"""What the user decides about transfers, from a card, a menu, the panel or the dialog."""

import os
import stat
from collections.abc import Callable
from enum import Enum, auto
from pathlib import Path
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QObject
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QWidget

from app.commands import (
    AcceptTransfer,
    CancelTransfer,
    DeclineTransfer,
    PauseTransfer,
    ResumeTransfer,
    SendFiles,
)
from app.errors import ErrorCode
from app.events import Failed
from app.model import Transfer, Trust
from ui.chat.actions import ASKING, Action, actions_of
from ui.desk import Desk
from ui.look import Look
from ui.media.files import LocalFiles
from ui.names import person_name
from ui.opening import open_file, open_folder
from ui.worker import Worker

if TYPE_CHECKING:
    from app.store.types import StoredTransfer

LARGE_BYTES: Final = 4_000_000_000
LARGE_FILES: Final = 10_000
"""Above, and from strangers, what comes is shown with the room there is for it first."""


class _Found(Enum):
    NOTHING = auto()
    FOLDER = auto()
    FILE = auto()
    """Nothing runs when it is opened."""
    PROGRAM = auto()


class Decisions(QObject):
    def __init__(self, desk: Desk, look: Look, worker: Worker, window: QWidget) -> None:
        super().__init__(window)
        self._desk = desk
        self._look = look
        self._worker = worker
        self._window = window
        self.files = LocalFiles(desk, worker, window)
        self._acts: dict[Action, Callable[[Transfer], None]] = {
            Action.ACCEPT: self._accept,
            Action.CHOOSE: self.open_details,
            Action.DECLINE: lambda one: desk.submit(DeclineTransfer(one.transfer_id)),
            Action.PAUSE: lambda one: desk.submit(PauseTransfer(one.transfer_id)),
            Action.RESUME: lambda one: desk.submit(ResumeTransfer(one.transfer_id)),
            Action.CANCEL: lambda one: desk.submit(CancelTransfer(one.transfer_id)),
            Action.RETRY: lambda one: desk.submit(ResumeTransfer(one.transfer_id)),
            Action.KEEP_REST: self._keep_rest,
            Action.SEND_AGAIN: self._send_again,
            Action.OPEN: self._open_received,
            Action.SHOW_IN_FOLDER: self._show_in_folder,
            Action.COPY_PATH: self._copy_path,
            Action.COPY_FILES: self.files.copy,
            Action.SAVE_AS: self.files.ask_where_to_save,
        }

    def act(self, action: Action, transfer: Transfer) -> None:
        self._acts[action](transfer)

    def open_details(self, transfer: Transfer) -> None:
        name = person_name(transfer.peer_id, self._desk.roster, self._look)
        if actions_of(transfer) != ASKING:
            from ui.dialogs.details import DetailsDialog  # noqa: PLC0415 - dialogs load when opened

            DetailsDialog(self._look, transfer, name, self._window).open()
            return
        from ui.dialogs.offer import OfferDialog  # noqa: PLC0415

        dialog = OfferDialog(self._look, transfer, name, self._desk.downloads(), self._window)
        dialog.accepted_as.connect(self._desk.submit)
        dialog.declined.connect(lambda: self.act(Action.DECLINE, transfer))
        self._desk.transfer_changed.connect(dialog.update_transfer)
        dialog.ask_for_all(self._desk, self._worker)
        dialog.open()

    def open_downloads(self) -> None:
        self._open(self._desk.downloads())

    # --- Deciding ----------------------------------------------------------
    def _accept(self, transfer: Transfer) -> None:
        if self._needs_a_look(transfer):
            self.open_details(transfer)
        else:
            self._desk.submit(AcceptTransfer(transfer.transfer_id))

    def _needs_a_look(self, transfer: Transfer) -> bool:
        person = self._desk.roster.person(transfer.peer_id)
        is_strange = person is None or person.trust is Trust.NEW
        return is_strange or transfer.size_bytes > LARGE_BYTES or transfer.files > LARGE_FILES

    def _keep_rest(self, transfer: Transfer) -> None:
        self._desk.submit(ResumeTransfer(transfer.transfer_id, takes_rest=True))

    def _send_again(self, transfer: Transfer) -> None:
        stored = self._stored(transfer)
        if stored is not None and stored.sources:
            self._desk.submit(SendFiles(transfer.peer_id, tuple(map(Path, stored.sources))))
        else:
            self._tell_gone(transfer.names[0] if transfer.names else "")

    def _stored(self, transfer: Transfer) -> "StoredTransfer | None":
        """With what is never shown: where it came from, what was chosen of it."""
        history = self._desk.history
        return history.transfer(bytes.fromhex(transfer.transfer_id)) if history else None

    # --- What has arrived --------------------------------------------------
    def _show_in_folder(self, transfer: Transfer) -> None:
        if transfer.path:
            path = Path(transfer.path)
            self._open(path if len(transfer.names) > 1 else path.parent)
        else:
            self.files.find(transfer, lambda paths: self.show_in_folder(paths[0]))

    def show_in_folder(self, path: Path) -> None:
        self._open(path.parent)

    def _open_received(self, transfer: Transfer) -> None:
        """What may run is only shown where it lies."""
        if transfer.path is not None:
            self.open_path(Path(transfer.path))

    def open_path(self, path: Path) -> None:
        """A file that lies here, of whomever."""

        def opened(found: _Found) -> None:
            if found is _Found.FILE:
                open_file(path)
            elif found is _Found.NOTHING:
                self._tell_gone(str(path))
            else:
                open_folder(path.parent)

        self._worker.run(self, lambda: _look_at(path), opened)

    @staticmethod
    def _copy_path(transfer: Transfer) -> None:
        QGuiApplication.clipboard().setText(transfer.path or "")

    def _open(self, folder: Path) -> None:
        """A disk may be slow to answer or the folder gone: asked in a worker."""

        def opened(found: _Found) -> None:
            if found is _Found.FOLDER:
                open_folder(folder)
            else:
                self._tell_gone(str(folder))

        self._worker.run(self, lambda: _look_at(folder), opened)

    def _tell_gone(self, detail: str) -> None:
        self._desk.failed.emit(Failed(ErrorCode.NO_SUCH_PATH, detail))


def _look_at(path: Path) -> _Found:
    """Blocking. The link at a path's end is not followed for a file."""
    try:
        if path.is_dir():
            return _Found.FOLDER
        mode = path.lstat().st_mode
    except OSError:
        return _Found.NOTHING
    may_run = os.name == "posix" and mode & 0o111
    return _Found.FILE if stat.S_ISREG(mode) and not may_run else _Found.PROGRAM
