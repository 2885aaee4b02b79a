"""Light and dark: our own palettes, since a plain X11 or Wayland session has no scheme to follow.

``Theme`` turns one set of ``Tokens`` into the application's QPalette and style
sheet (resources/themes/window.qss) and says ``changed`` to what paints itself.
Text tokens keep 4.5:1 against every ground they stand on, 7:1 in high contrast; a
test computes it.

The sheet is given to windows (``dress``), whose dialogs and menus inherit it: given
to the application, Qt would take every widget apart twice at each change.
"""

import re
from dataclasses import asdict, dataclass
from enum import StrEnum
from functools import lru_cache
from string import Template
from typing import Final
from weakref import WeakSet

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QColor, QGuiApplication, QPalette
from PySide6.QtWidgets import QApplication, QWidget
from shiboken6 import isValid

from ui.resources import THEMES

CONTRAST: Final = 4.5
HIGH_CONTRAST: Final = 7.0
"""Of text with its ground. Source: WCAG 2.2, 1.4.3 and 1.4.6."""


@dataclass(frozen=True, slots=True)
class Tokens:
    """The colours by what they are for."""

    bg: str
    """Behind the chat."""
    panel: str
    """Header, composer, information."""
    side: str
    """The column at the left."""
    line: str
    text: str
    dim: str
    """Second-rank text."""
    faint: str
    """Headings and times at the left, placeholders."""
    hint: str
    """Marks and outlines of controls: 3:1, never text."""
    accent: str
    accent_lit: str
    """Of what is filled with it, under the pointer; so is ``bad_lit``."""
    on_accent: str
    accent_soft: str
    mine: str
    mine_dim: str
    """Times and states in a bubble of our own."""
    theirs: str
    ok: str
    warn: str
    bad: str
    bad_lit: str
    hover: str
    selected: str
    code: str
    track: str
    """What a progress bar fills."""
    online: str
    offline: str
    shadow: str
    """With its transparency in front, as QColor reads it."""
    found: str = "#ffe58a"
    """Behind a word that is looked for, the same in all themes that name no other."""
    found_here: str = "#ffb445"
    """Behind the match that is shown right now."""
    on_found: str = "#1b1f27"


LIGHT: Final = Tokens(
    bg="#f4f5f7",
    panel="#ffffff",
    side="#eef0f3",
    line="#dfe2e8",
    text="#1b1f27",
    dim="#566072",
    faint="#5e687a",
    hint="#7d8696",
    accent="#0f766e",
    accent_lit="#0b5f58",
    on_accent="#ffffff",
    accent_soft="#d5efec",
    mine="#d5efec",
    mine_dim="#4b5c62",
    theirs="#ffffff",
    ok="#12682f",
    warn="#964a07",
    bad="#b42318",
    bad_lit="#951c12",
    hover="#e4e8ee",
    selected="#dcebe9",
    code="#f1f3f6",
    track="#cfd5de",
    online="#22c55e",
    offline="#9aa3b2",
    shadow="#12101828",
)
DARK: Final = Tokens(
    bg="#15181d",
    panel="#1b1f26",
    side="#181b21",
    line="#2a303a",
    text="#e7eaf0",
    dim="#a0a9b9",
    faint="#98a2b3",
    hint="#6b7585",
    accent="#2dd4bf",
    accent_lit="#5ce2d2",
    on_accent="#10211f",
    accent_soft="#12403c",
    mine="#134540",
    mine_dim="#b3c4c6",
    theirs="#232831",
    ok="#4ade80",
    warn="#fbbf24",
    bad="#ff9a94",
    bad_lit="#ffb5b0",
    hover="#222832",
    selected="#1d3a38",
    code="#14171c",
    track="#39414d",
    online="#22c55e",
    offline="#7b8494",
    shadow="#00000000",
    found="#b58a1f",
    found_here="#fbbf24",
    on_found="#15181d",
)


LIGHT_HIGH: Final = Tokens(
    bg="#ffffff",
    panel="#ffffff",
    side="#ffffff",
    line="#5c6370",
    text="#000000",
    dim="#23272f",
    faint="#2b303a",
    hint="#4a505c",
    accent="#004d47",
    accent_lit="#00635c",
    on_accent="#ffffff",
    accent_soft="#dff5f2",
    mine="#dff5f2",
    mine_dim="#1f2b2a",
    theirs="#ffffff",
    ok="#00461c",
    warn="#663000",
    bad="#8a0d06",
    bad_lit="#a3170f",
    hover="#e6e9ee",
    selected="#d3efeb",
    code="#f3f4f6",
    track="#80868f",
    online="#00601f",
    offline="#4a505c",
    shadow="#00000000",
)
DARK_HIGH: Final = Tokens(
    bg="#000000",
    panel="#000000",
    side="#000000",
    line="#9aa3b0",
    text="#ffffff",
    dim="#e4e8ee",
    faint="#d8dde6",
    hint="#b4bcc9",
    accent="#5ff0de",
    accent_lit="#94f6ea",
    on_accent="#000000",
    accent_soft="#06332f",
    mine="#06332f",
    mine_dim="#dcebe9",
    theirs="#0c0e11",
    ok="#7cf0a4",
    warn="#ffd75e",
    bad="#ffb8b3",
    bad_lit="#ffd2cf",
    hover="#20252d",
    selected="#0d3a36",
    code="#101317",
    track="#6a7280",
    online="#4ade80",
    offline="#b4bcc9",
    shadow="#00000000",
)


class ThemeChoice(StrEnum):
    """As settings.json spells it."""

    SYSTEM = "system"
    LIGHT = "light"
    DARK = "dark"


class Theme(QObject):
    """The colours in force. One per application, living in the GUI thread."""

    changed = Signal()
    """Colours or lengths: everything that paints itself does so anew."""

    def __init__(
        self,
        app: QApplication,
        choice: ThemeChoice = ThemeChoice.SYSTEM,
        *,
        is_high: bool = False,
        desktop: str = ThemeChoice.SYSTEM,
        scale: float = 1.0,
    ) -> None:
        """``desktop``: as in ``follow``. ``scale``: of the sheet's lengths, as Fonts has it."""
        super().__init__(app)
        self._app = app
        self._sheet = (THEMES / "window.qss").read_text(encoding="utf-8")
        self._dressed: WeakSet[QWidget] = WeakSet()
        self._scale = scale
        self.choice = choice
        self.wants_high = is_high
        self._desktop = desktop
        # Both kept: PySide takes the second for gone as soon as the first is.
        self._hints = QGuiApplication.styleHints()
        self._contrast = self._hints.accessibility()
        self._hints.colorSchemeChanged.connect(self.refresh)
        self._contrast.contrastPreferenceChanged.connect(self.refresh)
        self.tokens = self._wanted()
        self._apply()

    @property
    def is_dark(self) -> bool:
        return self.tokens in (DARK, DARK_HIGH)

    @property
    def is_high(self) -> bool:
        return self.tokens in (LIGHT_HIGH, DARK_HIGH)

    @property
    def contrast(self) -> float:
        """What text keeps with its ground, at least."""
        return HIGH_CONTRAST if self.is_high else CONTRAST

    def dress(self, window: QWidget) -> None:
        """``window``, and what it is the parent of, is drawn by the sheet from now on."""
        self._dressed.add(window)
        window.setStyleSheet(self._made)

    def choose(self, choice: ThemeChoice) -> None:
        self.choice = choice
        self.refresh()

    def choose_high(self, is_high: bool) -> None:
        """Whatever the system asks for: high contrast where either wants it."""
        self.wants_high = is_high
        self.refresh()

    def follow(self, desktop: str) -> None:
        """What the desktop said itself, spelled as a ThemeChoice; Qt knows of some desktops only.

        Anything but light or dark: Qt's word counts.
        """
        self._desktop = desktop
        self.refresh()

    def refresh(self) -> None:
        wanted = self._wanted()
        if wanted is not self.tokens:
            self.tokens = wanted
            self._apply()
            self.changed.emit()

    def rescale(self, scale: float) -> None:
        self._scale = scale
        self._apply()
        self.changed.emit()

    def color(self, name: str) -> QColor:
        return QColor(getattr(self.tokens, name))

    def _wanted(self) -> Tokens:
        if self._wants_high():
            return DARK_HIGH if self._wants_dark() else LIGHT_HIGH
        return DARK if self._wants_dark() else LIGHT

    def _wants_dark(self) -> bool:
        chosen = self._desktop if self.choice is ThemeChoice.SYSTEM else self.choice
        if chosen in (ThemeChoice.LIGHT, ThemeChoice.DARK):
            return chosen == ThemeChoice.DARK
        return self._hints.colorScheme() is Qt.ColorScheme.Dark

    def _wants_high(self) -> bool:
        is_asked = self._contrast.contrastPreference() is Qt.ContrastPreference.HighContrast
        return self.wants_high or is_asked

    def _apply(self) -> None:
        self._app.setPalette(_palette(self.tokens))
        self._made = Template(_scaled(self._sheet, self._scale)).substitute(asdict(self.tokens))
        for window in self._dressed:
            if isValid(window):
                window.setStyleSheet(self._made)


@lru_cache(maxsize=2)
def _scaled(sheet: str, scale: float) -> str:
    """Its lengths grow with the text, in steps that keep a border and its padding in balance."""
    scale = round(scale * _STEPS) / _STEPS
    return _LENGTH.sub(lambda found: f"{max(1, round(int(found[1]) * scale))}px", sheet)


_STEPS: Final = 8
_LENGTH: Final = re.compile(r"\b([1-9]\d*)px\b")


def _palette(tokens: Tokens) -> QPalette:
    """What Fusion needs to draw menus, dialogs and scroll bars in our colours."""
    role = QPalette.ColorRole
    colors = {
        role.Window: tokens.panel,
        role.WindowText: tokens.text,
        role.Base: tokens.panel,
        role.AlternateBase: tokens.bg,
        role.Text: tokens.text,
        role.PlaceholderText: tokens.faint,
        role.Button: tokens.panel,
        role.ButtonText: tokens.text,
        role.BrightText: tokens.bad,
        role.ToolTipBase: tokens.panel,
        role.ToolTipText: tokens.text,
        role.Highlight: tokens.accent,
        role.HighlightedText: tokens.on_accent,
        role.Link: tokens.accent,
        role.LinkVisited: tokens.accent,
        role.Accent: tokens.accent,
        role.Light: tokens.hover,
        role.Midlight: tokens.hover,
        role.Mid: tokens.line,
        role.Dark: tokens.line,
        role.Shadow: tokens.line,
    }
    palette = QPalette()
    for name, color in colors.items():
        palette.setColor(name, QColor(color))
    for name in (role.WindowText, role.Text, role.ButtonText):
        palette.setColor(QPalette.ColorGroup.Disabled, name, QColor(tokens.hint))
    return palette
