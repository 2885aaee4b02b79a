"""The first run: one's name, who is here, an address; the list at the left fills meanwhile."""

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLineEdit,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from app.commands import ChangeSettings, Connect
from net.protocol.limits import NAME_MAX_BYTES
from net.protocol.text import clean_name, cut_utf8
from ui.desk import Desk
from ui.labels import PlainLabel
from ui.look import Look
from ui.settings.face import MyPicture
from ui.worker import Worker

_WIDTH = 380


class WelcomePage(QScrollArea):
    finished = Signal()
    restore_wanted = Signal()

    def __init__(self, look: Look, desk: Desk, worker: Worker) -> None:
        super().__init__()
        self.setObjectName("welcome")
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._look = look
        self._desk = desk
        self._title = PlainLabel(wraps=True)
        self._title.setFont(look.fonts.large)
        self._name_text, self._hint = PlainLabel(wraps=True), self._dim()
        self.picture = MyPicture(look, desk, worker, ground="bg")
        self._picture_hint = self._dim()
        self._address_text, self.people = self._dim(), PlainLabel(wraps=True)
        self.name, self.address = QLineEdit(desk.my_name), QLineEdit()
        self.name.setMaxLength(NAME_MAX_BYTES)
        self.address.setMaxLength(120)
        self.address.setPlaceholderText("192.168.1.20")
        self.connect_button, self.start = QPushButton(), QPushButton()
        self.start.setProperty("main", True)
        self.restore = QPushButton()
        self.restore.setProperty("quiet", True)
        self._lay_out()
        self.name.returnPressed.connect(self._finish)
        self.start.clicked.connect(self._finish)
        self.address.returnPressed.connect(self._connect)
        self.connect_button.clicked.connect(self._connect)
        self.restore.clicked.connect(self.restore_wanted)
        desk.roster.changed.connect(self._count)
        self.retranslate()

    def _dim(self) -> PlainLabel:
        label = PlainLabel(wraps=True)
        label.setProperty("rank", "dim")
        return label

    def _lay_out(self) -> None:
        px = self._look.fonts.px
        inside = QWidget()
        inside.setMaximumWidth(px(_WIDTH))
        column = QVBoxLayout(inside)
        column.setContentsMargins(px(12), px(12), px(12), px(12))
        column.setSpacing(px(8))
        address = QHBoxLayout()
        address.addWidget(self.address, 1)
        address.addWidget(self.connect_button)
        column.addWidget(self._title)
        column.addSpacing(px(8))
        for part in (self._name_text, self.name, self._hint):
            column.addWidget(part)
        column.addSpacing(px(8))
        column.addWidget(self.picture)
        column.addWidget(self._picture_hint)
        column.addSpacing(px(12))
        column.addWidget(self.people)
        column.addWidget(self._address_text)
        column.addLayout(address)
        column.addSpacing(px(16))
        column.addWidget(self.start)
        column.addWidget(self.restore)
        whole = QWidget()
        whole.setObjectName("welcome-inside")
        self.setWidget(whole)
        outer = QVBoxLayout(whole)
        outer.addStretch(2)
        row = QHBoxLayout()
        row.addStretch(1)
        row.addWidget(inside, 1000)  # as wide as it may be, before anything beside it
        row.addStretch(1)
        outer.addLayout(row)
        outer.addStretch(3)
        for before, after in zip(self._order(), self._order()[1:], strict=False):
            QWidget.setTabOrder(before, after)

    def _order(self) -> list[QWidget]:
        picture = self.picture.tab_order()
        rest = [self.address, self.connect_button, self.start, self.restore]
        return [self.name, *picture, *rest]

    def begin(self) -> None:
        self.name.setFocus(Qt.FocusReason.OtherFocusReason)
        self.name.selectAll()

    def retranslate(self) -> None:
        self._title.setText(self.tr("Welcome to Landline"))
        self._name_text.setText(self.tr("Your name, as others see it"))
        self.name.setAccessibleName(self.tr("Your name, as others see it"))
        self._hint.setText(self.tr("It can be changed at any time."))
        self.picture.setAccessibleName(self.tr("Your picture"))
        self._picture_hint.setText(self.tr("Whoever you accept sees it. You need not have one."))
        self._address_text.setText(
            self.tr("Somebody is elsewhere? Enter the address of their computer.")
        )
        self.address.setAccessibleName(self.tr("Address"))
        self.connect_button.setText(self.tr("Connect"))
        self.start.setText(self.tr("Start"))
        self.restore.setText(self.tr("I come from another computer…"))
        self._count()

    def _count(self) -> None:
        here = self._desk.roster.people_here()
        looking = self.tr("Looking for people on this network…")
        self.people.setText(self.tr("%n people are here", "", here) if here else looking)

    def _connect(self) -> None:
        address = self.address.text().strip()
        if address:
            self._desk.submit(Connect(address))
            self.address.clear()

    def _finish(self) -> None:
        """A name without a visible character leaves the one that was guessed."""
        name = clean_name(cut_utf8(self.name.text(), NAME_MAX_BYTES), "")
        if name and name != self._desk.my_name:
            self._desk.submit(ChangeSettings(name=name))
        self.finished.emit()

    def changeEvent(self, event: QEvent) -> None:
        if event.type() is QEvent.Type.LanguageChange:
            self.retranslate()
        super().changeEvent(event)
