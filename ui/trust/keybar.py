"""Above a chat: its person may have another key now, and nothing is sent until that is decided."""

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from app.model import Person
from ui.announcer import announce
from ui.chat.arming import arm
from ui.icons import pixmap
from ui.labels import PlainLabel
from ui.look import Look
from ui.stacking import StackingBar


class KeyBar(StackingBar):
    """Each signal carries the peer id of the one with the new key."""

    compare_wanted = Signal(str)
    other_wanted = Signal(str)
    """It is somebody else of that name."""
    block_wanted = Signal(str)
    open_wanted = Signal(str)

    def __init__(self, look: Look) -> None:
        super().__init__(look)
        self._person: Person | None = None
        self.setObjectName("key-bar")
        self._icon = QLabel()
        self._title, self._text = PlainLabel(wraps=True), PlainLabel(wraps=True)
        self._title.setFont(look.fonts.bold)
        self._text.setFont(look.fonts.small)
        self._compare, self._other, self._block = QPushButton(), QPushButton(), QPushButton()
        self._compare.setProperty("main", True)
        self._open = QPushButton()
        self._lay_out()
        self._connect()
        look.theme.changed.connect(self._color_icon)
        self._color_icon()
        self.retranslate()
        self.hide()

    def _lay_out(self) -> None:
        px = self._look.fonts.px
        buttons = QHBoxLayout()
        buttons.setSpacing(px(8))
        for button in (self._compare, self._open, self._other, self._block):
            buttons.addWidget(button)
        buttons.addStretch(1)
        lines = QVBoxLayout()
        lines.setSpacing(px(5))
        lines.addWidget(self._title)
        lines.addWidget(self._text)
        lines.addLayout(buttons)
        self.stack(buttons, besides=70)
        row = QHBoxLayout(self)
        row.setContentsMargins(px(16), px(12), px(16), px(12))
        row.setSpacing(px(12))
        row.addWidget(self._icon, 0, Qt.AlignmentFlag.AlignTop)
        row.addLayout(lines, 1)

    def _connect(self) -> None:
        for button, signal in (
            (self._compare, self.compare_wanted),
            (self._other, self.other_wanted),
            (self._block, self.block_wanted),
            (self._open, self.open_wanted),
        ):
            button.clicked.connect(lambda _=False, wanted=signal: wanted.emit(self._successor()))

    def _successor(self) -> str:
        return (self._person.successor if self._person else None) or ""

    def tab_order(self) -> list[QWidget]:
        return [self._compare, self._open, self._other, self._block]

    def show_person(self, person: Person | None) -> None:
        """Whose chat this is; None for a room. Shown where there is something to decide."""
        before, self._person = self._successor(), person
        is_needed = bool(self._successor())
        is_new = self._successor() != before
        if is_new:
            self._arm()
        if is_needed:
            self.retranslate()
        self.setVisible(is_needed)
        self.fit()
        if is_needed and is_new:
            announce(self, f"{self._title.text()}. {self._text.text()}")

    def retranslate(self) -> None:
        self._open.setText(self.tr("Open the new chat"))
        self._compare.setText(self.tr("Compare the number…"))
        self._other.setText(self.tr("It is somebody else"))
        self._block.setText(self.tr("Block the new key"))
        if self._person is None:
            return
        name = self._look.words.placed_name(self._person)
        if self._person.is_moved:
            title = self.tr("{name} goes on with another key")
            text = self.tr("You have compared it. What was said with the old key stays here.")
        else:
            title = self.tr("Somebody came as {name}, with another key")
            text = self.tr(
                "{name} may have set up Landline anew, or somebody poses as them. Call {name} and "
                "compare the number. Until you decide, nothing is sent here."
            )
        self._title.setText(title.format(name=name))
        self._text.setText(text.format(name=name))
        self.fit()
        self._open.setVisible(self._person.is_moved)
        for button in (self._compare, self._other, self._block):
            button.setVisible(not self._person.is_moved)

    def _color_icon(self) -> None:
        look = self._look
        color = look.theme.color("warn")
        self._icon.setPixmap(pixmap("alert", look.fonts.px(22), color, self.devicePixelRatioF()))

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._arm()

    def _arm(self) -> None:
        """The decision is about another key now."""
        arm(self._other, self._block)

    def changeEvent(self, event: QEvent) -> None:
        if event.type() is QEvent.Type.LanguageChange:
            self.retranslate()
        super().changeEvent(event)
