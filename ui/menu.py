"""The menu at the upper left: the few settings there are so far, and the way out."""

from collections.abc import Callable
from enum import StrEnum
from typing import Final, TypeVar

from PySide6.QtCore import QObject, Qt, Signal, SignalInstance
from PySide6.QtGui import QActionGroup
from PySide6.QtWidgets import QMenu, QWidget

from app.model import Reach
from ui.language import LanguageChoice
from ui.looks import Chosen
from ui.theme import ThemeChoice

Choice = TypeVar("Choice", StrEnum, int)
AT_ONCE: Final = (1, 2, 3, 5, 10)
"""Transfers; others may be set elsewhere."""
MANY_KEY: Final = "Ctrl+Shift+O"
TRANSFERS_KEY: Final = "Ctrl+J"


class MainMenu(QObject):
    theme_chosen = Signal(object)
    language_chosen = Signal(object)
    reach_chosen = Signal(object)
    tells_read_chosen = Signal(bool)
    tells_typing_chosen = Signal(bool)
    everyone_chosen = Signal(bool)
    downloads_wanted = Signal()
    transfers_wanted = Signal()
    at_once_chosen = Signal(int)
    connect_wanted = Signal()
    room_wanted = Signal()
    about_wanted = Signal()
    quit_wanted = Signal()

    def build(self, parent: QWidget, now: Chosen) -> QMenu:
        """A fresh menu in the language in force; it goes when closed."""
        menu = QMenu(parent)
        menu.addAction(self.tr("New room…")).triggered.connect(self.room_wanted)
        menu.addAction(self.tr("Connect to an address…")).triggered.connect(self.connect_wanted)
        transfers = menu.addAction(self.tr("Transfers"))
        transfers.setShortcut(TRANSFERS_KEY)
        transfers.triggered.connect(self.transfers_wanted)
        menu.addSeparator()
        self._add_choices(
            menu.addMenu(self.tr("Appearance")), self._themes(), now.theme, self.theme_chosen.emit
        )
        self._add_choices(
            menu.addMenu(self.tr("Language")),
            self._languages(),
            now.language,
            self.language_chosen.emit,
        )
        menu.addAction(self.tr("Folder for received files…")).triggered.connect(
            self.downloads_wanted
        )
        self._add_choices(
            menu.addMenu(self.tr("Transfers at once")),
            {one: str(one) for one in sorted({*AT_ONCE, now.at_once})},
            now.at_once,
            self.at_once_chosen.emit,
        )
        anyone = menu.addAction(self.tr("Anyone here may write to me"))
        anyone.setCheckable(True)
        anyone.setChecked(now.reach is Reach.EVERYONE)
        anyone.triggered.connect(
            lambda checked: self.reach_chosen.emit(Reach.EVERYONE if checked else Reach.REQUESTS)
        )
        self._add_switch(
            menu, self.tr("Tell that I have read"), now.tells.read, self.tells_read_chosen
        )
        self._add_switch(
            menu, self.tr("Tell that I am writing"), now.tells.typing, self.tells_typing_chosen
        )
        self._add_switch(
            menu, self.tr("Be in “Everyone here”"), now.tells.everyone, self.everyone_chosen
        )
        menu.addSeparator()
        menu.addAction(self.tr("About Landline")).triggered.connect(self.about_wanted)
        leave = menu.addAction(self.tr("Quit"))
        leave.setShortcut("Ctrl+Q")
        leave.triggered.connect(self.quit_wanted)
        return menu

    @staticmethod
    def _add_switch(menu: QMenu, text: str, is_on: bool, chosen: SignalInstance) -> None:
        entry = menu.addAction(text)
        entry.setCheckable(True)
        entry.setChecked(is_on)
        entry.triggered.connect(lambda checked: chosen.emit(checked))  # noqa: PLW0108 - Qt calls a bare emit without arguments

    def _themes(self) -> dict[ThemeChoice, str]:
        return {
            ThemeChoice.SYSTEM: self.tr("As the system"),
            ThemeChoice.LIGHT: self.tr("Light"),
            ThemeChoice.DARK: self.tr("Dark"),
        }

    def _languages(self) -> dict[LanguageChoice, str]:
        """Each in its own words, so that whoever needs it can read it."""
        return {
            LanguageChoice.SYSTEM: self.tr("As the system"),
            LanguageChoice.ENGLISH: "English",
            LanguageChoice.CHINESE: "简体中文",
        }

    @staticmethod
    def _add_choices(
        menu: QMenu, choices: dict[Choice, str], chosen: Choice, tell: Callable[[Choice], object]
    ) -> None:
        group = QActionGroup(menu)
        for choice, label in choices.items():
            action = menu.addAction(label)
            action.setCheckable(True)
            action.setChecked(choice == chosen)
            action.triggered.connect(lambda _=False, one=choice: tell(one))
            group.addAction(action)


def pop_up(menu: QMenu, button: QWidget, *, above: bool = False) -> None:
    """At a button's corner; it goes when closed."""
    menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    corner = button.rect().topLeft() if above else button.rect().bottomLeft()
    place = button.mapToGlobal(corner)
    if above:
        place.setY(place.y() - menu.sizeHint().height() - 4)
    menu.popup(place)
