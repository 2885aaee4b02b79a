"""What is offered, in full, and the decision. Enter declines nothing and accepts nothing early."""

import shutil
from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from app.model import Direction, Transfer, TransferState
from ui.chat.actions import ASKING, Action, actions_of
from ui.chat.arming import arm
from ui.dialogs.base import PlainDialog
from ui.dialogs.names import NameList
from ui.labels import PlainLabel
from ui.look import Look
from ui.plain import shown_line
from ui.worker import Worker


class OfferDialog(PlainDialog):
    """The value it was opened with does not change: accepting binds exactly what was shown."""

    decided = Signal(object, object)
    """Action, Transfer."""

    def __init__(
        self, look: Look, transfer: Transfer, name: str, downloads: Path, parent: QWidget | None
    ) -> None:
        super().__init__(look, parent)
        self._transfer = transfer
        self._name = name
        self._downloads = downloads
        self._free_bytes: int | None = None
        self._summary = PlainLabel(wraps=True)
        self._summary.setProperty("rank", "dim")
        self._names = NameList(look, transfer.names)
        self._place = PlainLabel(wraps=True)
        self._place.setProperty("rank", "dim")
        for part in (self._summary, self._names, self._place):
            self.body.addWidget(part)
        self._make_buttons()
        self.retranslate()

    @property
    def _is_asking(self) -> bool:
        is_in = self._transfer.direction is Direction.IN
        return is_in and self._transfer.state is TransferState.OFFERED

    def _make_buttons(self) -> None:
        self._choices = {}
        if not self._is_asking:
            self._close = self.add_button(is_default=True)
            self._close.clicked.connect(self.reject)
            return
        for action in reversed(ASKING):
            is_safe = action is Action.DECLINE
            button = self.add_button(is_main=action is Action.ACCEPT, is_default=is_safe)
            button.clicked.connect(lambda _=False, chosen=action: self._decide(chosen))
            self._choices[action] = button
        arm(*self._choices.values())

    def _decide(self, action: Action) -> None:
        self.decided.emit(action, self._transfer)
        self.accept()

    def look_for_room(self, worker: Worker) -> None:
        """Free space is asked for in a worker: a network disk may take its time."""
        if self._is_asking:
            folder = self._downloads
            worker.run(self, lambda: _free_bytes(folder), self._on_free_bytes)

    def update_transfer(self, transfer: Transfer) -> None:
        """Taken back or answered elsewhere: nothing is left to decide."""
        if transfer.transfer_id == self._transfer.transfer_id and not actions_of(transfer):
            self.reject()

    def _on_free_bytes(self, free_bytes: int | None) -> None:
        self._free_bytes = free_bytes
        self.retranslate()

    def retranslate(self) -> None:
        words, fmt, transfer = self.look.words, self.look.format, self._transfer
        sentence = (
            self.tr("{name} wants to send you files")
            if transfer.direction is Direction.IN
            else self.tr("For {name}")
        )
        self.title.setText(sentence.format(name=self._name))
        self.setWindowTitle(self.tr("Files"))
        what = words.count(transfer.files, transfer.folders)
        summary = f"{what}, {fmt.size(transfer.size_bytes)}"
        if words.unnamed(transfer):
            summary = self.tr("{summary} · the first names:").format(summary=summary)
        self._summary.setText(summary)
        self._names.setAccessibleName(self.tr("Names"))
        self._place.setText(self._place_text())
        for action, button in self._choices.items():
            button.setText(words.action(action))
        if not self._is_asking:
            self._close.setText(self.tr("Close"))

    def _place_text(self) -> str:
        if not self._is_asking:
            return ""
        place = self.tr("Saved to {folder}").format(folder=shown_line(str(self._downloads)))
        if self._free_bytes is None:
            return place
        free = self.tr("{size} free").format(size=self.look.format.size(self._free_bytes))
        return f"{place} · {free}"


def _free_bytes(folder: Path) -> int | None:
    """Of the nearest folder that is there; None when the system will not say."""
    for place in (folder, *folder.parents):
        if place.is_dir():
            try:
                return shutil.disk_usage(place).free
            except OSError:
                return None
    return None
