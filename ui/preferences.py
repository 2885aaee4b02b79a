"""The choices that change the window itself: applied at once, and kept."""

from dataclasses import replace

from PySide6.QtCore import QObject, QTimer

from app.commands import ChangeSettings
from app.model import Reach
from ui.desk import Desk
from ui.language import Language, LanguageChoice
from ui.look import Look
from ui.looks import Chosen
from ui.theme import ThemeChoice
from ui.window_file import WindowFile


class Preferences(QObject):
    def __init__(
        self, desk: Desk, look: Look, language: Language, chosen: Chosen, window: WindowFile
    ) -> None:
        """``chosen``: what settings.json says; its theme and language are in force already."""
        super().__init__()
        self.window = window
        self._desk = desk
        self._look = look
        self._language = language
        self._reach, self._tells, self._at_once = chosen.reach, chosen.tells, chosen.at_once
        desk.roster.hear_everyone(chosen.tells.everyone)

    def now(self) -> Chosen:
        theme, language = self._look.theme.choice, self._language.choice
        return Chosen(theme, language, self._reach, self._tells, self._at_once)

    def choose_theme(self, choice: ThemeChoice) -> None:
        self._look.theme.choose(choice)
        self._desk.submit(ChangeSettings(theme=choice.value))

    def choose_language(self, choice: LanguageChoice) -> None:
        """Not while the menu that asked is still closing: every widget is about to be renamed."""
        QTimer.singleShot(0, self, lambda: self._change_language(choice))

    def _change_language(self, choice: LanguageChoice) -> None:
        self._language.choose(choice)
        self._look.format.locale = self._language.locale
        self._desk.submit(ChangeSettings(language=choice.value))

    def choose_reach(self, reach: Reach) -> None:
        self._reach = reach
        self._desk.submit(ChangeSettings(reach=reach))

    def tell_read(self, is_on: bool) -> None:
        self._tells = replace(self._tells, read=is_on)
        self._desk.submit(ChangeSettings(tells_read=is_on))

    def tell_typing(self, is_on: bool) -> None:
        self._tells = replace(self._tells, typing=is_on)
        self._desk.submit(ChangeSettings(tells_typing=is_on))

    def hear_everyone(self, is_on: bool) -> None:
        self._tells = replace(self._tells, everyone=is_on)
        self._desk.submit(ChangeSettings(hears_everyone=is_on))

    def choose_at_once(self, count: int) -> None:
        self._at_once = count
        self._desk.submit(ChangeSettings(transfers_at_once=count))
