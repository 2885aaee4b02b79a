"""Who I am, at the top of the list: the name others see, changed in place."""

from PySide6.QtCore import QEvent, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLineEdit,
    QPushButton,
    QStackedLayout,
    QVBoxLayout,
    QWidget,
)

from net.protocol.limits import NAME_MAX_BYTES
from net.protocol.text import clean_name, cut_utf8
from ui.avatar import Avatar
from ui.buttons import IconButton
from ui.labels import ElidedLabel
from ui.look import Look
from ui.plain import menu_text, shown_name

_AVATAR = 38


class NameEdit(QLineEdit):
    """Enter keeps, Escape and an empty name do not."""

    kept = Signal(str)
    left = Signal()

    def event(self, event: QEvent) -> bool:
        """Escape is meant for the name, before it is the window's shortcut."""
        is_key = event.type() is QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent)
        if is_key and event.key() == Qt.Key.Key_Escape:
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.left.emit()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.kept.emit(clean_name(cut_utf8(self.text(), NAME_MAX_BYTES), ""))
        else:
            super().keyPressEvent(event)


class NameButton(QPushButton):
    """As much of the name as there is room for."""

    def __init__(self) -> None:
        super().__init__()
        self._name = ""

    def show_name(self, name: str) -> None:
        self._name = name
        self._fit()

    def minimumSizeHint(self) -> QSize:
        return QSize(0, super().minimumSizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        room = max(0, self.width() - 2 * self.fontMetrics().averageCharWidth())
        line = self.fontMetrics().elidedText(self._name, Qt.TextElideMode.ElideRight, room)
        self.setText(menu_text(line))


class MePanel(QWidget):
    renamed = Signal(str)
    new_wanted = Signal()
    """A room, or somebody elsewhere."""
    menu_wanted = Signal()
    profile_wanted = Signal()

    def __init__(self, look: Look) -> None:
        super().__init__()
        self._look = look
        self._peer_id = ""
        self._name = ""
        self._state = ElidedLabel()
        self._state.setFont(look.fonts.small)
        self._state.setProperty("rank", "dim")
        self._avatar = Avatar(look, look.fonts.px(_AVATAR), ground="side")
        self._avatar.setCursor(Qt.CursorShape.PointingHandCursor)
        self._shown = NameButton()
        self._shown.setObjectName("my-name")
        self._shown.setFont(look.fonts.bold)
        self._edit = NameEdit()
        self._edit.setObjectName("my-name-edit")
        self.new_button = IconButton(look, "plus")
        self.menu_button = IconButton(look, "menu")
        self._lay_out()
        self._listen()
        self.retranslate()

    def _lay_out(self) -> None:
        px = self._look.fonts.px
        self._name_place = QStackedLayout()
        self._name_place.addWidget(self._shown)
        self._name_place.addWidget(self._edit)
        middle = QVBoxLayout()
        middle.setSpacing(0)
        middle.setContentsMargins(0, 0, 0, 0)
        middle.addLayout(self._name_place)
        state_row = QHBoxLayout()
        state_row.setContentsMargins(px(4), 0, 0, 0)
        state_row.addWidget(self._state, 1)
        middle.addLayout(state_row)
        row = QHBoxLayout(self)
        row.setContentsMargins(px(14), px(10), px(12), px(10))
        row.setSpacing(px(6))
        row.addWidget(self._avatar)
        row.addLayout(middle, 1)
        row.addWidget(self.new_button)
        row.addWidget(self.menu_button)

    def _listen(self) -> None:
        self._shown.clicked.connect(self.start_editing)
        self._edit.kept.connect(self._on_kept)
        self._edit.left.connect(self._stop_editing)
        self._edit.editingFinished.connect(self._stop_editing)
        self._avatar.clicked.connect(self.profile_wanted)
        self.new_button.clicked.connect(self.new_wanted)
        self.menu_button.clicked.connect(self.menu_wanted)

    def show_me(self, peer_id: str, name: str, picture: bytes = b"") -> None:
        self._peer_id, self._name = peer_id, name
        shown = shown_name(name, self.tr("Unnamed"))
        self._shown.show_name(shown)
        self._avatar.show_person(peer_id or name, shown, None, picture)
        self.retranslate()

    def show_state(self, text: str) -> None:
        self._state.setText(text)

    def tab_order(self) -> list[QWidget]:
        return [self._shown, self._edit, self.new_button, self.menu_button]

    def start_editing(self) -> None:
        self._edit.setText(self._name)
        self._name_place.setCurrentWidget(self._edit)
        self._edit.setFocus()
        self._edit.selectAll()

    def retranslate(self) -> None:
        self._shown.setToolTip(self.tr("Change the name that others see"))
        self._shown.setAccessibleName(self.tr("My name: {name}").format(name=self._name))
        self._edit.setAccessibleName(self.tr("My name"))
        self._avatar.setToolTip(self.tr("My picture"))
        self.new_button.set_name(self.tr("New room or address"))
        self.menu_button.set_name(self.tr("Menu"))

    def changeEvent(self, event: QEvent) -> None:
        if event.type() is QEvent.Type.LanguageChange:
            self.retranslate()
        super().changeEvent(event)

    def _on_kept(self, name: str) -> None:
        had_focus = self._edit.hasFocus()
        self._stop_editing()
        if had_focus:
            self._shown.setFocus()
        if name and name != self._name:
            self.renamed.emit(name)

    def _stop_editing(self) -> None:
        self._name_place.setCurrentWidget(self._shown)
