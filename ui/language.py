"""The window's language: Qt Linguist files, compiled, with Qt's own beside them."""

import logging
from enum import StrEnum

from PySide6.QtCore import QLibraryInfo, QLocale, QTranslator
from PySide6.QtWidgets import QApplication

from ui.resources import TRANSLATIONS
from ui.translate import compile_stale

log = logging.getLogger(__name__)


class LanguageChoice(StrEnum):
    """As settings.json spells it."""

    SYSTEM = "system"
    ENGLISH = "en"
    CHINESE = "zh_CN"


class Language:
    """Installs translators; Qt then sends LanguageChange to every widget."""

    def __init__(self, app: QApplication, choice: LanguageChoice) -> None:
        self._app = app
        self._translators: list[QTranslator] = []
        self.choice = choice
        self.locale = QLocale()
        self.choose(choice)

    def choose(self, choice: LanguageChoice) -> None:
        self.choice = choice
        language = _resolve(choice)
        self.locale = _locale(language)
        QLocale.setDefault(self.locale)
        _compile_translations()
        for old in self._translators:
            self._app.removeTranslator(old)
        self._translators = [
            found
            for found in (
                _load(f"qtbase_{language}", QLibraryInfo.path(_QT_TRANSLATIONS)),
                _load(f"landline_{language}", str(TRANSLATIONS)),
            )
            if found is not None
        ]
        for new in self._translators:
            self._app.installTranslator(new)


_QT_TRANSLATIONS = QLibraryInfo.LibraryPath.TranslationsPath


def _compile_translations() -> None:
    """Without them the window is English with rough plurals: worse, but open."""
    try:
        compile_stale()
    except (OSError, RuntimeError) as error:
        log.warning("translations could not be built: %s", error)


def _resolve(choice: LanguageChoice) -> str:
    """Chinese for a Chinese system, else English: the two that are complete."""
    if choice is not LanguageChoice.SYSTEM:
        return choice.value
    is_chinese = QLocale.system().language() == QLocale.Language.Chinese
    return (LanguageChoice.CHINESE if is_chinese else LanguageChoice.ENGLISH).value


def _locale(language: str) -> QLocale:
    """The user's own region where it speaks this language: its clock, its dates."""
    wanted, system = QLocale(language), QLocale.system()
    if system.language() == wanted.language():
        return system
    return wanted


def _load(name: str, folder: str) -> QTranslator | None:
    translator = QTranslator()
    return translator if translator.load(name, folder) else None
