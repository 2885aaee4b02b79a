"""What every widget that paints or words something is given: one bundle, made once."""

from collections.abc import Callable
from dataclasses import dataclass, field

from PySide6.QtCore import QDate

from ui.fonts import Fonts
from ui.format import Format
from ui.pictures import Pictures
from ui.room_words import RoomWords
from ui.theme import Theme
from ui.transfer_words import TransferWords
from ui.words import Words


@dataclass(frozen=True, slots=True)
class Look:
    theme: Theme
    fonts: Fonts
    words: Words
    format: Format
    today: Callable[[], QDate] = QDate.currentDate
    transfer_words: TransferWords = field(default_factory=TransferWords)
    room_words: RoomWords = field(default_factory=RoomWords)
    pictures: Pictures = field(default_factory=Pictures)
