"""Light and dark: our own palettes, since a plain X11 or Wayland session has no scheme to follow.

``Theme`` turns one set of ``Tokens`` into the application's QPalette and style
sheet (resources/themes/window.qss) and says ``changed`` to what paints itself.
Text tokens keep 4.5:1 against every ground they stand on; a test computes it.
"""

from dataclasses import asdict, dataclass
from enum import StrEnum
from string import Template
from typing import Final

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QColor, QGuiApplication, QPalette
from PySide6.QtWidgets import QApplication

from ui.resources import THEMES


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
    on_accent: str
    accent_soft: str
    mine: str
    mine_dim: str
    """Times and states in a bubble of our own."""
    theirs: str
    ok: str
    warn: str
    bad: str
    hover: str
    selected: str
    code: str
    track: str
    """What a progress bar fills."""
    online: str
    offline: str
    shadow: str
    """With its transparency in front, as QColor reads it."""


LIGHT: Final = Tokens(
    bg="#f4f5f7",
    panel="#ffffff",
    side="#eef0f3",
    line="#dfe2e8",
    text="#1b1f27",
    dim="#566072",
    faint="#5e687a",
    hint="#8a93a3",
    accent="#0f766e",
    on_accent="#ffffff",
    accent_soft="#d5efec",
    mine="#d5efec",
    mine_dim="#4b5c62",
    theirs="#ffffff",
    ok="#12682f",
    warn="#964a07",
    bad="#b42318",
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
    on_accent="#10211f",
    accent_soft="#12403c",
    mine="#134540",
    mine_dim="#b3c4c6",
    theirs="#232831",
    ok="#4ade80",
    warn="#fbbf24",
    bad="#ff9a94",
    hover="#222832",
    selected="#1d3a38",
    code="#14171c",
    track="#39414d",
    online="#22c55e",
    offline="#7b8494",
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

    def __init__(self, app: QApplication, choice: ThemeChoice = ThemeChoice.SYSTEM) -> None:
        super().__init__(app)
        self._app = app
        self._sheet = Template((THEMES / "window.qss").read_text(encoding="utf-8"))
        self.choice = choice
        self.tokens = self._wanted()
        QGuiApplication.styleHints().colorSchemeChanged.connect(self._on_scheme_changed)
        self._apply()

    @property
    def is_dark(self) -> bool:
        return self.tokens is DARK

    def choose(self, choice: ThemeChoice) -> None:
        self.choice = choice
        wanted = self._wanted()
        if wanted is not self.tokens:
            self.tokens = wanted
            self._apply()
            self.changed.emit()

    def color(self, name: str) -> QColor:
        return QColor(getattr(self.tokens, name))

    def _wanted(self) -> Tokens:
        if self.choice is not ThemeChoice.SYSTEM:
            return DARK if self.choice is ThemeChoice.DARK else LIGHT
        scheme = QGuiApplication.styleHints().colorScheme()
        return DARK if scheme == Qt.ColorScheme.Dark else LIGHT

    def _on_scheme_changed(self) -> None:
        self.choose(self.choice)

    def _apply(self) -> None:
        self._app.setPalette(_palette(self.tokens))
        self._app.setStyleSheet(self._sheet.substitute(asdict(self.tokens)))


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
