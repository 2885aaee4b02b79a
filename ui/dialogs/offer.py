"""What is offered, in full, and the decision. Enter declines nothing and accepts nothing early."""

import shutil
from pathlib import Path
from typing import Final

from PySide6.QtCore import QPoint, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import (
    QGridLayout,
    QHeaderView,
    QMenu,
    QPushButton,
    QTreeView,
    QWidget,
)

from app.commands import AcceptTransfer
from app.errors import ErrorCode
from app.events import Failed, OfferedFilesListed
from app.model import Existing, OfferedFile, Transfer
from net.protocol.names import safe_name
from ui.buttons import ChoiceBox
from ui.chat.actions import ASKING, Action, actions_of
from ui.chat.arming import ARMING_MS, arm
from ui.desk import Desk
from ui.dialogs.base import PlainDialog
from ui.dialogs.checks import CheckDelegate
from ui.dialogs.offer_tree import EXISTING, NAME, SIZE, UNKNOWN_BYTES, Node, OfferTree
from ui.labels import ElidedLabel, PlainLabel
from ui.look import Look
from ui.opening import choose_folder
from ui.plain import shown_line, tooltip
from ui.worker import Worker

_SIZE: Final = QSize(640, 600)
_OFFERED: Final = (Existing.KEEP, Existing.REPLACE, Existing.SKIP)


class OfferDialog(PlainDialog):
    """The value it was opened with does not change: accepting binds exactly what was shown."""

    accepted_as = Signal(object)
    """AcceptTransfer."""
    declined = Signal()

    def __init__(
        self, look: Look, transfer: Transfer, name: str, downloads: Path, parent: QWidget | None
    ) -> None:
        super().__init__(look, parent, width=_SIZE.width())
        self._transfer = transfer
        self._name = name
        self._folder = downloads
        self._is_elsewhere = False
        self._free_bytes: int | None = None
        self._worker: Worker | None = None
        self._ref = ""
        self._is_whole = False
        self._is_gone = False
        """Its sender does not have it any more."""
        self._is_armed = False
        self._make_parts()
        self._lay_out()
        self._listen()
        self._show_first_names()
        self.retranslate()
        arm(self._decline)
        QTimer.singleShot(ARMING_MS, self, self._on_armed)

    def _make_parts(self) -> None:
        look = self.look
        self._summary = PlainLabel(wraps=True)
        self._summary.setProperty("rank", "dim")
        self.tree = OfferTree(look, self)
        self.view = QTreeView()
        self.view.setObjectName("offer-tree")
        self.view.setModel(self.tree)
        self.view.setUniformRowHeights(True)
        self.view.setAllColumnsShowFocus(True)
        side = look.fonts.px(15)
        self.view.setStyleSheet(f"::indicator {{ width: {side}px; height: {side}px; }}")
        self.view.setIndentation(look.fonts.px(20))
        self.view.setIconSize(QSize(look.fonts.px(17), look.fonts.px(17)))
        self.view.setItemDelegate(CheckDelegate(look, self.view))
        self.view.setTextElideMode(Qt.TextElideMode.ElideMiddle)  # ".pdf.exe" stays in sight
        self.view.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.view.setMinimumHeight(look.fonts.px(110))
        header = self.view.header()
        header.setStretchLastSection(False)
        header.setSectionsMovable(False)
        header.setSectionResizeMode(NAME, QHeaderView.ResizeMode.Stretch)
        for column in (SIZE, EXISTING):
            header.setSectionResizeMode(column, QHeaderView.ResizeMode.Fixed)
        self._sum = PlainLabel(wraps=True)
        self._room = PlainLabel(wraps=True)
        self._place_label = PlainLabel()
        self._place = ElidedLabel(mode=Qt.TextElideMode.ElideMiddle)
        self._change = QPushButton()
        self._change.setAutoDefault(False)
        self._existing_label = PlainLabel()
        self._existing = ChoiceBox(look)
        for existing in _OFFERED:
            self._existing.addItem("", existing.value)
        self._decline = self.add_button(is_default=True)
        self._accept = self.add_button(is_main=True)
        self._accept.setEnabled(False)

    def _lay_out(self) -> None:
        px = self.look.fonts.px
        grid = QGridLayout()
        grid.setHorizontalSpacing(px(10))
        grid.setVerticalSpacing(px(8))
        grid.setColumnStretch(1, 1)
        grid.addWidget(self._place_label, 0, 0)
        grid.addWidget(self._place, 0, 1)
        grid.addWidget(self._change, 0, 2)
        grid.addWidget(self._existing_label, 1, 0)
        grid.addWidget(self._existing, 1, 1, 1, 2, Qt.AlignmentFlag.AlignLeft)
        self.body.addWidget(self._summary)
        self.body.addWidget(self.view, 1)
        self.body.addWidget(self._sum)
        self.body.addLayout(grid)
        self.body.addWidget(self._room)
        self.setTabOrder(self.view, self._change)
        self.setTabOrder(self._change, self._existing)
        self.setTabOrder(self._existing, self._decline)
        self.setTabOrder(self._decline, self._accept)

    def _listen(self) -> None:
        self.tree.chosen.connect(self._show_sum)
        self.tree.chosen.connect(self.view.viewport().update)
        self.view.customContextMenuRequested.connect(self._open_menu)
        self._change.clicked.connect(self._choose_place)
        self._existing.activated.connect(lambda at: self.tree.set_existing(_OFFERED[at]))
        self._decline.clicked.connect(self._on_declined)
        self._accept.clicked.connect(self._on_accepted)

    def showEvent(self, event: QShowEvent) -> None:
        """As high as it is good, and never higher than the screen."""
        available = self.screen().availableGeometry().height() - self.look.fonts.px(40)
        self.setMaximumHeight(max(self.minimumSizeHint().height(), available))
        self.resize(self.width(), min(self.look.fonts.px(_SIZE.height()), available))
        super().showEvent(event)

    # --- What there is -----------------------------------------------------
    def ask_for_all(self, desk: Desk, worker: Worker) -> None:
        """The whole list, and the free space: a network disk may take its time."""
        self._worker = worker
        desk.offer_listed.connect(self._on_listed)
        desk.listing_failed.connect(self._on_listing_failed)
        self._ref = desk.list_offer(self._transfer.transfer_id)
        self._look_for_room()
        self.retranslate()

    def _show_first_names(self) -> None:
        """All that is known before the list is here."""
        transfer = self._transfer
        unnamed = self.look.transfer_words.unnamed(transfer)
        is_one = transfer.files == 1 and not transfer.folders and not unnamed
        size_bytes = transfer.size_bytes if is_one else UNKNOWN_BYTES
        files = (OfferedFile(safe_name(name), size_bytes) for name in transfer.names)
        self.tree.show(files, unnamed, UNKNOWN_BYTES)

    def _on_listed(self, event: OfferedFilesListed) -> None:
        if event.ref != self._ref:
            return
        self._ref = ""
        self._is_whole = True
        listed_bytes = sum(one.size_bytes for one in event.files if not one.is_folder)
        rest = max(0, event.count - len(event.files))
        self.tree.show(event.files, rest, max(0, self._transfer.size_bytes - listed_bytes))
        if self.tree.rowCount() == 1:
            self.view.expand(self.tree.index(0, 0))
        self.retranslate()

    def _on_listing_failed(self, event: Failed) -> None:
        if event.ref == self._ref:
            self._ref = ""
            self._is_gone = event.code is ErrorCode.NO_SUCH_PATH
            self.retranslate()

    def update_transfer(self, transfer: Transfer) -> None:
        """Taken back or answered elsewhere: nothing is left to decide."""
        is_this = transfer.transfer_id == self._transfer.transfer_id
        if is_this and actions_of(transfer) != ASKING:
            self.reject()

    # --- Where to ----------------------------------------------------------
    def _choose_place(self) -> None:
        choose_folder(self, self.tr("Save to"), self.show_place)

    def show_place(self, folder: Path) -> None:
        """What the user chose."""
        self._folder, self._is_elsewhere = folder, True
        self._free_bytes = None
        self._look_for_room()
        self.retranslate()

    def _look_for_room(self) -> None:
        folder = self._folder
        if self._worker is not None:
            self._worker.run(
                self, lambda: _free_bytes(folder), lambda free: self._on_free_bytes(folder, free)
            )

    def _on_free_bytes(self, folder: Path, free_bytes: int | None) -> None:
        if folder == self._folder:
            self._free_bytes = free_bytes
            self.retranslate()

    # --- Words -------------------------------------------------------------
    def retranslate(self) -> None:
        words = self.look.transfer_words
        self.title.setText(self.tr("{name} wants to send you files").format(name=self._name))
        self.setWindowTitle(self.tr("Files"))
        self._summary.setText(self._summary_text())
        self.view.setAccessibleName(self.tr("Names"))
        self._place_label.setText(self.tr("Save to"))
        self._show_place()
        self._change.setText(self.tr("Change…"))
        self._change.setAccessibleName(self.tr("Change the folder"))
        self._existing_label.setText(self.tr("If a name is taken"))
        for part in (self._existing, self._existing.view()):
            part.setAccessibleName(self.tr("If a name is taken"))
        for at, existing in enumerate(_OFFERED):
            self._existing.setItemText(at, words.existing(existing))
        self._decline.setText(words.action(Action.DECLINE))
        self._accept.setText(words.action(Action.ACCEPT))
        self._fit_columns()
        self._show_sum()

    def _fit_columns(self) -> None:
        """As wide as the widest words in them."""
        px, metrics, words = self.look.fonts.px, self.fontMetrics(), self.look.transfer_words
        header = [str(self.tree.headerData(at, Qt.Orientation.Horizontal)) for at in range(3)]
        sizes = [header[SIZE], self.look.format.size(888_000_000)]
        taken = [header[EXISTING], *map(words.existing, _OFFERED)]
        for column, texts in ((SIZE, sizes), (EXISTING, taken)):
            width = max(map(metrics.horizontalAdvance, texts)) + px(24)
            self.view.header().resizeSection(column, width)

    def _summary_text(self) -> str:
        transfer = self._transfer
        what = self.look.transfer_words.count(transfer.files, transfer.folders)
        summary = f"{self.look.format.size(transfer.size_bytes)} · {what}"
        if self._is_whole:
            return summary
        if self._ref:
            return self.tr("{summary} · asking for the whole list…").format(summary=summary)
        if self._is_gone:
            sentence = self.tr("{summary} · {name} does not have this any more")
            return sentence.format(summary=summary, name=self._name)
        return self.tr("{summary} · the first names:").format(summary=summary)

    def _show_place(self) -> None:
        place = shown_line(str(self._folder))
        self._place.setToolTip(tooltip(place))
        if self._free_bytes is not None:
            free = self.tr("{size} free").format(size=self.look.format.size(self._free_bytes))
            place = f"{place} · {free}"
        self._place.setText(place)

    def _show_sum(self) -> None:
        fmt, transfer = self.look.format, self._transfer
        unwanted_files, unwanted_bytes = self.tree.unwanted()
        wanted_bytes = max(0, transfer.size_bytes - unwanted_bytes)
        files = fmt.number(max(0, transfer.files - unwanted_files))
        if self.tree.wants_all():
            text = self.tr("Everything is chosen")
        elif self.tree.wants_nothing():
            text = self.tr("Nothing is chosen")
        elif self._is_whole:
            text = self.tr("Chosen: {files} of %Ln file(s), {size}", "", transfer.files)
            text = text.format(files=files, size=fmt.size(wanted_bytes))
        else:
            text = self.tr("A part of it is chosen")
        self._sum.setText(text)
        missing = wanted_bytes - self._free_bytes if self._free_bytes is not None else 0
        self._room.setVisible(missing > 0)
        sentence = self.tr("Not enough room there: {size} are missing.")
        self._room.setText(sentence.format(size=fmt.size(max(0, missing))))
        self._room.setProperty("rank", "bad")
        self._accept.setEnabled(self._is_armed and not self.tree.wants_nothing())

    # --- Deciding ----------------------------------------------------------
    def build_menu(self, point: QPoint) -> QMenu:
        """What can be said of the row there, or of all."""
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        index = self.view.indexAt(point)
        if index.isValid() and not self.tree.node(index).is_rest:
            self._add_existing(menu, self.tree.node(index))
        for label, check in (
            (self.tr("Choose all"), Qt.CheckState.Checked),
            (self.tr("Choose nothing"), Qt.CheckState.Unchecked),
        ):
            action = menu.addAction(label)
            action.triggered.connect(lambda _=False, wanted=check: self.tree.check_all(wanted))
        return menu

    def _add_existing(self, menu: QMenu, node: Node) -> None:
        words, path = self.look.transfer_words, node.path
        choices = {None: self.tr("As for all"), **{one: words.existing(one) for one in _OFFERED}}
        below = menu.addMenu(self.tr("If the name is taken"))
        for existing, label in choices.items():
            action = below.addAction(label)
            action.setCheckable(True)
            action.setChecked(existing is node.existing)
            action.triggered.connect(
                lambda _=False, one=existing: self.tree.set_existing_of(path, one)
            )
        menu.addSeparator()

    def _open_menu(self, point: QPoint) -> None:
        self.build_menu(point).popup(self.view.viewport().mapToGlobal(point))

    def _on_armed(self) -> None:
        self._is_armed = True
        self._show_sum()

    def _on_declined(self) -> None:
        self.declined.emit()
        self.accept()

    def _on_accepted(self) -> None:
        wanted = self.tree.wanted()
        self.accepted_as.emit(
            AcceptTransfer(
                self._transfer.transfer_id,
                into=self._folder if self._is_elsewhere else None,
                existing=self.tree.existing,
                choices=wanted.choices,
                only=wanted.only,
            )
        )
        self.accept()


def _free_bytes(folder: Path) -> int | None:
    """Of the nearest folder that is there; None when the system will not say."""
    for place in (folder, *folder.parents):
        if place.is_dir():
            try:
                return shutil.disk_usage(place).free
            except OSError:
                return None
    return None
