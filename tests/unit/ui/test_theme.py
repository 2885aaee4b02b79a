"""Every text can be read on what it stands on: 4.5:1, 7:1 in high contrast; marks 3:1."""

from dataclasses import fields

import pytest
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QApplication, QWidget

from tests.unit.ui.stage import bury
from ui.avatar import COLORS, avatar_color
from ui.look import Look
from ui.resources import THEMES
from ui.theme import (
    CONTRAST,
    DARK,
    DARK_HIGH,
    HIGH_CONTRAST,
    LIGHT,
    LIGHT_HIGH,
    ThemeChoice,
    Tokens,
)

GROUNDS = {
    "text": ("bg", "panel", "side", "mine", "theirs", "hover", "selected", "code", "accent_soft"),
    "dim": ("bg", "panel", "side", "theirs", "hover", "selected"),
    "faint": ("side", "panel", "bg", "hover", "selected"),
    "mine_dim": ("mine",),
    "accent": ("bg", "panel", "side", "mine", "theirs", "accent_soft"),
    "on_accent": ("accent", "accent_lit", "bad", "bad_lit"),
    "ok": ("panel",),
    "warn": ("panel",),
    "bad": ("panel", "theirs", "mine", "hover"),
    "panel": ("dim",),
    "on_found": ("found", "found_here"),
}
PAIRS = [(ink, ground) for ink, grounds in GROUNDS.items() for ground in grounds]


ALL = {"light": LIGHT, "dark": DARK, "high light": LIGHT_HIGH, "high dark": DARK_HIGH}
THEMES_WITH_LEAST = [(name, HIGH_CONTRAST if name.startswith("high") else CONTRAST) for name in ALL]


def brightness(color: str) -> float:
    parts = (QColor(color).redF(), QColor(color).greenF(), QColor(color).blueF())
    linear = [
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    ]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    """WCAG 2.1, 1.4.3."""
    darker, lighter = sorted((brightness(one), brightness(other)))
    return (lighter + 0.05) / (darker + 0.05)


@pytest.mark.parametrize(("theme", "least"), THEMES_WITH_LEAST)
@pytest.mark.parametrize(("ink", "ground"), PAIRS)
def test_text_is_readable(theme: str, least: float, ink: str, ground: str) -> None:
    tokens = ALL[theme]
    assert contrast(getattr(tokens, ink), getattr(tokens, ground)) >= least


@pytest.mark.parametrize("theme", ALL)
@pytest.mark.parametrize("ink", ["hint", "accent"])
@pytest.mark.parametrize("ground", ["panel", "theirs", "bg", "side"])
def test_outline_of_a_control_and_of_the_focus_is_seen(theme: str, ink: str, ground: str) -> None:
    tokens = ALL[theme]
    assert contrast(getattr(tokens, ink), getattr(tokens, ground)) >= 3.0


@pytest.mark.parametrize("theme", ["high light", "high dark"])
@pytest.mark.parametrize("ink", ["line", "track", "online", "offline"])
@pytest.mark.parametrize("ground", ["panel", "side", "bg"])
def test_lines_and_marks_are_seen_in_high_contrast(theme: str, ink: str, ground: str) -> None:
    assert contrast(getattr(ALL[theme], ink), getattr(ALL[theme], ground)) >= 3.0


def test_every_token_is_held_to_something() -> None:
    inks = {ink for ink, _ in PAIRS} | {"hint", "line", "track", "online", "offline", "shadow"}
    grounds = {ground for _, ground in PAIRS}
    assert inks | grounds == {one.name for one in fields(Tokens)}


@pytest.mark.parametrize("color", COLORS)
def test_initials_are_readable_on_every_avatar(color: str) -> None:
    assert contrast("#ffffff", color) >= 4.5


def test_colour_comes_from_the_id_not_the_name() -> None:
    assert avatar_color("A" * 52) == avatar_color("A" * 52)
    assert len({avatar_color(f"{n:052d}").name() for n in range(200)}) == len(COLORS)


def test_choice_changes_palette_and_tells(look: Look, app: QApplication) -> None:
    told = []
    look.theme.changed.connect(lambda: told.append(look.theme.is_dark))
    look.theme.choose(ThemeChoice.DARK)
    assert app.palette().window().color().name() == DARK.panel
    look.theme.choose(ThemeChoice.DARK)
    look.theme.choose(ThemeChoice.LIGHT)
    assert app.palette().window().color().name() == LIGHT.panel
    assert told == [True, False]


def test_high_contrast_has_a_light_and_a_dark_face(look: Look) -> None:
    theme = look.theme
    theme.choose_high(True)
    assert theme.tokens is LIGHT_HIGH
    theme.choose(ThemeChoice.DARK)
    assert theme.tokens is DARK_HIGH
    assert theme.is_dark
    theme.choose_high(False)
    assert theme.tokens is DARK


def test_a_dressed_window_s_sheet_changes_with_the_theme(look: Look) -> None:
    window = QWidget()
    look.theme.dress(window)
    look.theme.choose(ThemeChoice.DARK)
    assert DARK.panel in window.styleSheet()
    bury(window)
    look.theme.choose(ThemeChoice.LIGHT)


def test_style_sheet_names_no_colour_of_its_own() -> None:
    sheet = (THEMES / "window.qss").read_text(encoding="utf-8")
    assert "rgb(" not in sheet
    assert all(not QColor.isValidColorName(word) for word in sheet.split() if word.startswith("#"))
