"""To whom the same files go: several people and rooms, ticked in one list."""

from collections.abc import Callable, Sequence
from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from app.model import Transfer
from ui.dialogs.base import PlainDialog
from ui.dialogs.picker import Chats, PeoplePicker
from ui.files import PATHS_MAX, Tally, accept_copy, count_paths, holds_files, local_paths
from ui.labels import ElidedLabel, PlainLabel
from ui.look import Look
from ui.opening import choose_files, choose_folder
from ui.worker import Worker

_WIDTH = 500


Count = Callable[[Sequence[str]], int]
"""How many people are asked when files go to these conversations."""


class ManyDialog(PlainDialog):
    """Subclasses put what is sent above the list, and say whether that is anything yet.

    ``button_text``: of the button that sends, for so many people."""

    chats_chosen = Signal(object)
    """A tuple of conversations' ids."""

    def __init__(
        self,
        look: Look,
        chats: Chats,
        *,
        count: Count,
        button_text: Callable[[int], str],
        parent: QWidget | None,
    ) -> None:
        super().__init__(look, parent, width=_WIDTH)
        self._count = count
        self._button_text = button_text
        self.what = ElidedLabel()
        self.detail = PlainLabel()
        self.detail.setFont(look.fonts.small)
        self.detail.setProperty("rank", "dim")
        self.files = QHBoxLayout()
        self.files.setSpacing(look.fonts.px(8))
        lines = QVBoxLayout()
        lines.setSpacing(look.fonts.px(1))
        lines.addWidget(self.what)
        lines.addWidget(self.detail)
        self.files.addLayout(lines, 1)
        self.picker = PeoplePicker(look, chats)
        self.sum = PlainLabel(wraps=True)
        self.sum.setProperty("rank", "dim")
        self.body.addLayout(self.files)
        self.body.addWidget(self.picker)
        self.body.addWidget(self.sum)
        self._leave = self.add_button()
        self.send = self.add_button(is_main=True, is_default=True)
        self._leave.clicked.connect(self.reject)
        self.send.clicked.connect(self._choose)
        self.picker.changed.connect(self.show_choice)
        self.picker.search.setFocus()

    def has_something(self) -> bool:
        """Overridden where it may be nothing yet."""
        return True

    def show_choice(self) -> None:
        people = self._count(self.picker.chosen())
        self.send.setEnabled(people > 0 and self.has_something())
        self.send.setText(self._button_text(people))
        self.sum.setText(self.look.transfer_words.asked(people))

    def _choose(self) -> None:
        self.chats_chosen.emit(self.picker.chosen())
        self.accept()

    def retranslate(self) -> None:
        self._leave.setText(self.tr("Cancel"))
        self.show_choice()


class SendManyDialog(ManyDialog):
    """Files and folders are added by button or dropped here."""

    send_wanted = Signal(object, object)
    """A tuple of paths, and one of conversations' ids."""

    def __init__(
        self,
        look: Look,
        worker: Worker,
        paths: tuple[Path, ...],
        *,
        chats: Chats,
        count: Count,
        parent: QWidget | None,
    ) -> None:
        super().__init__(look, chats, count=count, button_text=self._asking, parent=parent)
        self._worker = worker
        self.paths: tuple[Path, ...] = ()
        self._counting: tuple[Path, ...] = ()
        self._tally: Tally | None = None
        self.add_files, self.add_folder = QPushButton(), QPushButton()
        for button in (self.add_files, self.add_folder):
            button.setAutoDefault(False)
            self.files.addWidget(button)
        self.setTabOrder(self.add_files, self.add_folder)
        self.setTabOrder(self.add_folder, self.picker.search)
        self.setAcceptDrops(True)
        self.picker.search.setAcceptDrops(False)
        self.add_files.clicked.connect(self._choose_files)
        self.add_folder.clicked.connect(self._choose_folder)
        self.chats_chosen.connect(lambda chosen: self.send_wanted.emit(self.paths, chosen))
        self.add(paths)
        self.retranslate()
        if not paths:
            self.add_files.setFocus()

    def has_something(self) -> bool:
        return bool(self.paths)

    def _asking(self, people: int) -> str:
        return self.tr("Send to %n", "people", people) if people else self.tr("Send")

    def add(self, paths: tuple[Path, ...]) -> None:
        """What is there already is not added again."""
        self.paths = tuple(dict.fromkeys((*self.paths, *paths)))[:PATHS_MAX]
        self._tally = None
        counted = self._counting = self.paths
        if counted:
            self._worker.run(
                self,
                lambda: count_paths(counted, lambda: self._is_over(counted)),
                lambda tally: self._on_counted(counted, tally),
            )
        self._show_files()
        self.show_choice()

    def _is_over(self, counted: tuple[Path, ...]) -> bool:
        """Whether nobody needs this count any more. On a worker's thread."""
        return counted is not self._counting or self._worker.is_stopping()

    def _on_counted(self, counted: tuple[Path, ...], tally: Tally) -> None:
        if not self._is_over(counted):
            self._tally = tally
            self._show_files()

    def done(self, result: int) -> None:
        self._counting = ()
        super().done(result)

    def _show_files(self) -> None:
        names = [path.name or str(path) for path in self.paths]
        if names:
            self.what.setText(self.look.transfer_words.names(names))
        else:
            self.what.setText(self.tr("No files yet"))
        self.detail.setText(self._described())

    def _described(self) -> str:
        if not self.paths:
            return self.tr("Add some, or drop them here")
        if self._tally is None:
            return self.tr("%n item(s)", "", len(self.paths))
        what = self.look.transfer_words.count(self._tally.files, self._tally.folders)
        size = self.look.format.size(self._tally.size_bytes)
        if not self._tally.is_whole:
            size = self.tr("more than {size}").format(size=size)
        return f"{what} · {size}"

    def _choose_files(self) -> None:
        choose_files(self, self.tr("Send files"), self.add)

    def _choose_folder(self) -> None:
        choose_folder(self, self.tr("Send a folder"), lambda folder: self.add((folder,)))

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if holds_files(event.mimeData()):
            accept_copy(event)
        else:
            event.ignore()

    def dropEvent(self, event: QDropEvent) -> None:
        accept_copy(event)
        self.add(local_paths(event.mimeData()))

    def retranslate(self) -> None:
        self.setWindowTitle(self.tr("Send to several people"))
        self.title.setText(self.tr("Send to several people"))
        self.add_files.setText(self.tr("Add files…"))
        self.add_folder.setText(self.tr("Add a folder…"))
        self._show_files()
        super().retranslate()


class ForwardManyDialog(ManyDialog):
    """Files that came, or went, go on."""

    def __init__(
        self,
        look: Look,
        transfer: Transfer,
        *,
        chats: Chats,
        count: Count,
        parent: QWidget | None,
    ) -> None:
        super().__init__(look, chats, count=count, button_text=self._asking, parent=parent)
        self._transfer = transfer
        self.retranslate()

    def _asking(self, people: int) -> str:
        return self.tr("Forward to %n", "people", people) if people else self.tr("Forward")

    def retranslate(self) -> None:
        words, one = self.look.transfer_words, self._transfer
        what, size = words.count(one.files, one.folders), self.look.format.size(one.size_bytes)
        self.setWindowTitle(self.tr("Forward"))
        self.title.setText(self.tr("Forward to"))
        self.what.setText(words.title(one))
        self.detail.setText(f"{what} · {size}")
        super().retranslate()
