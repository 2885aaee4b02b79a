"""The menu at the upper left: what one can begin, and the way out."""

from PySide6.QtCore import QObject, Qt, Signal, SignalInstance
from PySide6.QtWidgets import QMenu, QWidget

MANY_KEY = "Ctrl+Shift+O"
TRANSFERS_KEY = "Ctrl+J"
SETTINGS_KEY = "Ctrl+,"
SHEET_KEY = "F1"


class MainMenu(QObject):
    room_wanted = Signal()
    connect_wanted = Signal()
    transfers_wanted = Signal()
    search_wanted = Signal()
    settings_wanted = Signal()
    sheet_wanted = Signal()
    about_wanted = Signal()
    quit_wanted = Signal()

    def build(self, parent: QWidget) -> QMenu:
        """A fresh menu in the language in force; it goes when closed."""
        menu = QMenu(parent)
        self._add(menu, self.tr("New room…"), self.room_wanted)
        self._add(menu, self.tr("Connect to an address…"), self.connect_wanted)
        menu.addSeparator()
        self._add(menu, self.tr("Transfers"), self.transfers_wanted, TRANSFERS_KEY)
        self._add(menu, self.tr("Search"), self.search_wanted, "Ctrl+K")
        menu.addSeparator()
        self._add(menu, self.tr("Settings"), self.settings_wanted, SETTINGS_KEY)
        self._add(menu, self.tr("Keyboard shortcuts"), self.sheet_wanted, SHEET_KEY)
        self._add(menu, self.tr("About Landline"), self.about_wanted)
        menu.addSeparator()
        self._add(menu, self.tr("Quit"), self.quit_wanted, "Ctrl+Q")
        return menu

    @staticmethod
    def _add(menu: QMenu, text: str, wanted: SignalInstance, key: str = "") -> None:
        action = menu.addAction(text)
        if key:
            action.setShortcut(key)
        action.triggered.connect(wanted)


def pop_up(menu: QMenu, button: QWidget, *, above: bool = False) -> None:
    """At a button's corner; it goes when closed."""
    menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    corner = button.rect().topLeft() if above else button.rect().bottomLeft()
    place = button.mapToGlobal(corner)
    if above:
        place.setY(place.y() - menu.sizeHint().height() - 4)
    menu.popup(place)
