"""What the user decides about transfers, from a card, a menu or the dialog."""

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

from app.commands import AcceptTransfer, CancelTransfer, DeclineTransfer
from app.errors import ErrorCode
from app.events import Failed
from app.model import Transfer
from ui.chat.actions import Action
from ui.desk import Desk
from ui.look import Look
from ui.names import person_name
from ui.opening import choose_folder, open_folder
from ui.worker import Worker


class Decisions(QObject):
    def __init__(self, desk: Desk, look: Look, worker: Worker, window: QWidget) -> None:
        super().__init__(window)
        self._desk = desk
        self._look = look
        self._worker = worker
        self._window = window

    def act(self, action: Action, transfer: Transfer) -> None:
        acts: dict[Action, Callable[[Transfer], None]] = {
            Action.ACCEPT: lambda one: self._desk.submit(AcceptTransfer(one.transfer_id)),
            Action.SAVE_TO: self._choose_place,
            Action.DECLINE: lambda one: self._desk.submit(DeclineTransfer(one.transfer_id)),
            Action.CANCEL: lambda one: self._desk.submit(CancelTransfer(one.transfer_id)),
            Action.SHOW_IN_FOLDER: self._show_in_folder,
        }
        acts[action](transfer)

    def open_details(self, transfer: Transfer) -> None:
        from ui.dialogs.offer import OfferDialog  # noqa: PLC0415 - dialogs load when opened

        name = person_name(transfer.peer_id, self._desk.roster, self._look)
        dialog = OfferDialog(self._look, transfer, name, self._desk.downloads(), self._window)
        dialog.decided.connect(self.act)
        self._desk.transfer_changed.connect(dialog.update_transfer)
        dialog.look_for_room(self._worker)
        dialog.open()

    def open_downloads(self) -> None:
        self._open(self._desk.downloads())

    def _choose_place(self, transfer: Transfer) -> None:
        choose_folder(
            self._window,
            self.tr("Save to"),
            lambda folder: self._desk.submit(AcceptTransfer(transfer.transfer_id, into=folder)),
        )

    def _show_in_folder(self, transfer: Transfer) -> None:
        if transfer.path:
            path = Path(transfer.path)
            self._open(path if len(transfer.names) > 1 else path.parent)

    def _open(self, folder: Path) -> None:
        """A disk may be slow to answer or the folder gone: asked in a worker."""

        def opened(is_there: bool) -> None:
            if is_there:
                open_folder(folder)
            else:
                self._desk.failed.emit(Failed(ErrorCode.NO_SUCH_PATH, str(folder)))

        self._worker.run(self, folder.is_dir, opened)
