"""What every widget that paints or words something is given: one bundle, made once."""

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QDate

from ui.fonts import Fonts
from ui.format import Format
from ui.theme import Theme
from ui.words import Words


@dataclass(frozen=True, slots=True)
class Look:
    theme: Theme
    fonts: Fonts
    words: Words
    format: Format
    today: Callable[[], QDate] = QDate.currentDate
