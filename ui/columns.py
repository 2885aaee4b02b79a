"""What stands side by side: three columns, two, or in a narrow window one at a time."""

from collections.abc import Sequence
from typing import Final, Protocol

from PySide6.QtCore import QEvent, QObject, Signal
from PySide6.QtWidgets import QStackedWidget, QWidget

from ui.look import Look
from ui.sidebar.panel import WIDTH, SidePanel

_CHAT_LEAST: Final = 300
_INFO_FROM_WIDTH: Final = 1100
"""Narrower, the panel at the right opens only when asked for."""
_COMINGS: Final = (QEvent.Type.ShowToParent, QEvent.Type.HideToParent)


class Aside(Protocol):
    """A panel at the right."""

    def fill(self, fills: bool) -> None:
        """``fills``: it is all that is seen, and leads back."""

    def own_width(self) -> int:
        """Pixels, beside others."""


class Columns(QObject):
    """``blank`` is what ``middle`` shows while nothing is open there."""

    narrowed = Signal(bool)
    """One at a time from now on, or not any more."""
    widened = Signal()
    """There is room for what is at the right, or no more."""

    def __init__(self, look: Look, side: SidePanel, middle: QStackedWidget, blank: QWidget) -> None:
        super().__init__(middle)
        self._look = look
        self._side = side
        self._middle = middle
        self._blank = blank
        self._asides: dict[QWidget, Aside] = {}
        self._width = 0
        self.is_narrow = False
        self.is_wide = False
        side.installEventFilter(self)
        middle.currentChanged.connect(self.fit)
        look.theme.changed.connect(self.fit)

    def add(self, panels: Sequence[QWidget]) -> None:
        """What may stand at the right, hidden by now."""
        for panel in panels:
            self._asides[panel] = panel  # type: ignore[assignment]
            panel.installEventFilter(self)
        self.fit()

    def resize(self, width: int) -> None:
        """The window's, in pixels."""
        self._width = width
        self.fit()

    def fit(self) -> None:
        px = self._look.fonts.px
        both = px(WIDTH) + px(_CHAT_LEAST)
        was = self.is_narrow, self.is_wide
        self.is_narrow = self._width < both
        self.is_wide = self._width >= px(_INFO_FROM_WIDTH)
        self._side.fill(self.is_narrow)
        for aside in self._asides.values():
            aside.fill(self.is_narrow)
        shown = sum(one.own_width() for panel, one in self._asides.items() if not panel.isHidden())
        if self.is_narrow:
            self._show_one(is_aside=shown > 0)
        else:
            self._middle.show()
            # what is at the right takes the list's place rather than the chat's
            self._side.setVisible(not shown or self._width >= both + shown)
        if was[0] != self.is_narrow:
            self.narrowed.emit(self.is_narrow)
        if was[1] != self.is_wide:
            self.widened.emit()

    def _show_one(self, *, is_aside: bool) -> None:
        """The list, unless something was opened from it or there is a fault to be told."""
        is_list = self._middle.currentWidget() is self._blank and self._side.isEnabled()
        self._side.setVisible(is_list and not is_aside)
        self._middle.setVisible(not is_list and not is_aside)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        is_coming = watched in self._asides and event.type() in _COMINGS
        if is_coming or event.type() is QEvent.Type.EnabledChange:
            self.fit()
        return super().eventFilter(watched, event)
