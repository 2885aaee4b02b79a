"""Size of text, contrast and motion: as window.json and the desktop say, in force at once."""

from bisect import bisect_left, bisect_right
from collections.abc import Callable

from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QApplication, QWidget

from ui.fonts import PERCENTS
from ui.look import Look
from ui.menukey import add_menu_key
from ui.rescale import resize_text
from ui.window_file import WindowFile, WindowSettings


class Comfort(QObject):
    """Belongs to one window; made after its first frame."""

    def __init__(self, window: QWidget, look: Look, file: WindowFile) -> None:
        super().__init__(window)
        self._look = look
        self._file = file
        self._flash_ms = QApplication.cursorFlashTime()
        self._still(file.settings.is_still)
        file.changed.connect(self._on_changed)
        keys: dict[str, Callable[[], None]] = {
            "Ctrl++": self.enlarge,
            "Ctrl+=": self.enlarge,  # the same key without Shift
            "Ctrl+-": self.shrink,
            "Ctrl+0": self.reset,
        }
        add_menu_key(window)
        for key, act in keys.items():
            shortcut = QShortcut(QKeySequence(key), window)
            shortcut.setContext(Qt.ShortcutContext.ApplicationShortcut)
            shortcut.activated.connect(act)

    def enlarge(self) -> None:
        at = bisect_right(PERCENTS, self._look.fonts.percent)
        self._file.change(text_percent=PERCENTS[min(at, len(PERCENTS) - 1)])

    def shrink(self) -> None:
        at = bisect_left(PERCENTS, self._look.fonts.percent)
        self._file.change(text_percent=PERCENTS[max(at - 1, 0)])

    def reset(self) -> None:
        self._file.change(text_percent=PERCENTS[0])

    def _still(self, is_still: bool) -> None:
        """The caret; what else moves asks the settings itself."""
        QApplication.setCursorFlashTime(0 if is_still else self._flash_ms)

    def _on_changed(self, chosen: WindowSettings) -> None:
        app = QApplication.instance()
        if isinstance(app, QApplication) and chosen.text_percent != self._look.fonts.percent:
            resize_text(app, self._look, chosen.text_percent)
        self._look.theme.choose_high(chosen.is_high)
        self._look.theme.follow(chosen.desktop_scheme)
        self._still(chosen.is_still)
