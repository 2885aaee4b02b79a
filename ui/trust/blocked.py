"""Who is blocked, and the way back: a part of the settings."""

from PySide6.QtCore import QEvent
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from app.model import Person, Trust
from ui.avatar import Avatar
from ui.labels import ElidedLabel, PlainLabel
from ui.look import Look
from ui.roster import Roster
from ui.trust.place import TrustPlace


class BlockedList(QWidget):
    """Follows the roster by itself; grows with its place."""

    def __init__(self, look: Look, roster: Roster, trust: TrustPlace) -> None:
        super().__init__()
        self._look = look
        self._roster = roster
        self._trust = trust
        self._shown: list[Person] = []
        self.rows: list[_Row] = []
        self._empty = PlainLabel(wraps=True)
        self._empty.setFont(look.fonts.small)
        self._empty.setProperty("rank", "dim")
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.addWidget(self._empty)
        roster.changed.connect(self._follow)
        self.retranslate()
        self._follow()

    def _follow(self) -> None:
        blocked = [
            entry.person
            for entry in self._roster
            if entry.person is not None and entry.person.trust is Trust.BLOCKED
        ]
        blocked.sort(key=lambda one: (one.name.casefold(), one.peer_id))
        if [(one.peer_id, one.name) for one in blocked] == [
            (one.peer_id, one.name) for one in self._shown
        ]:
            return
        self._shown = blocked
        self._show()

    def _show(self) -> None:
        for row in self.rows:
            self._column.removeWidget(row)
            row.hide()
            row.deleteLater()
        self.rows = [_Row(self._look, one, self._trust) for one in self._shown]
        for number, row in enumerate(self.rows):
            self._column.insertWidget(number, row)
        self._empty.setVisible(not self.rows)

    def retranslate(self) -> None:
        self.setAccessibleName(self.tr("Blocked people"))
        self._empty.setText(
            self.tr("Nobody is blocked. Whoever you block cannot reach you and is not told.")
        )
        self._show()

    def changeEvent(self, event: QEvent) -> None:
        if event.type() is QEvent.Type.LanguageChange:
            self.retranslate()
        super().changeEvent(event)


class _Row(QWidget):
    def __init__(self, look: Look, person: Person, trust: TrustPlace) -> None:
        super().__init__()
        px, name = look.fonts.px, look.words.name(person)
        avatar = Avatar(look, px(30), ground="panel")
        avatar.show_person(person.peer_id, name, None)
        label = ElidedLabel()
        label.setText(name)
        self.unblock, self.forget = QPushButton(self.tr("Unblock")), QPushButton(self.tr("Forget…"))
        self.forget.setProperty("quiet", True)
        placed = look.words.placed_name(person)
        self.unblock.setAccessibleName(self.tr("Unblock {name}").format(name=placed))
        self.forget.setAccessibleName(self.tr("Forget {name}").format(name=placed))
        row = QHBoxLayout(self)
        row.setContentsMargins(0, px(4), 0, px(4))
        row.setSpacing(px(10))
        row.addWidget(avatar)
        row.addWidget(label, 1)
        row.addWidget(self.forget)
        row.addWidget(self.unblock)
        self.unblock.clicked.connect(lambda: trust.block(person.peer_id, False))
        self.forget.clicked.connect(lambda: trust.ask_to_forget(person.peer_id))
