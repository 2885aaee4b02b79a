"""A stranger wrote: what the user can do, before anything else is given to them."""

from typing import Final

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QWidget

from app.model import Person
from ui.chat.arming import arm
from ui.icons import pixmap
from ui.labels import PlainLabel
from ui.look import Look
from ui.stacking import StackingBar

_TEXT: Final = 240
"""So wide its text stands beside the buttons, else above them."""


class RequestBar(StackingBar):
    accepted = Signal()
    blocked = Signal()
    forget_wanted = Signal()

    def __init__(self, look: Look) -> None:
        super().__init__(look)
        self._name = ""
        self._resembles: Person | None = None
        self._is_successor = False
        self.setObjectName("request-bar")
        self._icon = QLabel()
        self._text = PlainLabel(wraps=True)
        self._text.setFont(look.fonts.small)
        self._accept = QPushButton()
        self._accept.setProperty("main", True)
        self._block, self._forget = QPushButton(), QPushButton()
        px = look.fonts.px
        row = QHBoxLayout(self)
        row.setContentsMargins(px(16), px(10), px(14), px(10))
        row.setSpacing(px(8))
        said = QHBoxLayout()
        said.setSpacing(px(10))
        said.addWidget(self._icon, 0, Qt.AlignmentFlag.AlignTop)
        said.addWidget(self._text, 1)
        row.addLayout(said, 1)
        buttons = QHBoxLayout()
        buttons.setSpacing(px(8))
        buttons.addStretch(1)
        for button in (self._forget, self._block, self._accept):
            buttons.addWidget(button)
        row.addLayout(buttons)
        self.stack(row, besides=_TEXT)
        self._accept.clicked.connect(self.accepted)
        self._block.clicked.connect(self.blocked)
        self._forget.clicked.connect(self.forget_wanted)
        look.theme.changed.connect(self._show_doubt)
        self._show_doubt()
        self.retranslate()

    def tab_order(self) -> list[QWidget]:
        return [self._forget, self._block, self._accept]

    def show_person(
        self, name: str, resembles: Person | None = None, *, is_successor: bool = False
    ) -> None:
        """``name`` is ready for a sentence; ``resembles``: whose name theirs looks like;
        ``is_successor``: it may be that person, with another key."""
        is_other = (self._resembles is None) != (resembles is None)
        self._name, self._resembles = name, resembles
        self._is_successor = is_successor
        if is_other:
            self._show_doubt()
        self.retranslate()

    def _show_doubt(self) -> None:
        """Who may pose as somebody else is not recommended: the bar warns instead."""
        look, is_doubtful = self._look, self._resembles is not None
        self._icon.setVisible(is_doubtful)
        color = look.theme.color("warn")
        self._icon.setPixmap(pixmap("alert", look.fonts.px(20), color, self.devicePixelRatioF()))
        self.setProperty("doubtful", is_doubtful)
        self._accept.setProperty("main", not is_doubtful)
        for part in (self, self._accept):
            part.style().unpolish(part)
            part.style().polish(part)

    def retranslate(self) -> None:
        self._text.setText(self._sentence())
        self._accept.setAccessibleDescription(self._sentence())
        self._accept.setText(self.tr("Accept"))
        self._accept.setAccessibleName(self.tr("Accept this person"))
        self._forget.setText(self.tr("Delete"))
        self._forget.setAccessibleName(self.tr("Delete this request"))
        self._block.setText(self.tr("Block"))
        self._block.setAccessibleName(self.tr("Block this person"))
        self.fit()

    def _sentence(self) -> str:
        if self._resembles is not None and not self._resembles.peer_id:
            return self.tr(
                "Careful: this is a person who chose that name, nobody from Landline. They do not "
                "learn that you read this until you accept or answer."
            )
        if self._resembles is not None:
            known = self._look.words.placed_name(self._resembles)
            if self._is_successor:
                return self.tr(
                    "Careful: this may be {known} with another key, or somebody who took the "
                    "name. Compare the number in the chat with {known} before you accept. They do "
                    "not learn that you read this until you accept or answer."
                ).format(known=known)
            return self.tr(
                "Careful: this is not the {known} you know, but somebody whose name looks the "
                "same. They do not learn that you read this until you accept or answer."
            ).format(known=known)
        return self.tr(
            "{name} is not on your list yet. They do not learn that you read this "
            "until you accept or answer."
        ).format(name=self._name)

    def arm(self) -> None:
        """It came up, or is about somebody else now."""
        arm(self._accept, self._block, self._forget)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.arm()

    def changeEvent(self, event: QEvent) -> None:
        if event.type() is QEvent.Type.LanguageChange:
            self.retranslate()
        super().changeEvent(event)
