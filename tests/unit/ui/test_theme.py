"""Every text can be read on what it stands on: 4.5:1; marks and outlines 3:1."""

import pytest
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QApplication

from ui.avatar import COLORS, avatar_color
from ui.look import Look
from ui.resources import THEMES
from ui.theme import DARK, LIGHT, ThemeChoice, Tokens

GROUNDS = {
    "text": ("bg", "panel", "side", "mine", "theirs", "hover", "selected", "code", "accent_soft"),
    "dim": ("bg", "panel", "side", "theirs", "hover", "selected"),
    "faint": ("side", "panel", "bg", "hover", "selected"),
    "mine_dim": ("mine",),
    "accent": ("bg", "panel", "mine", "theirs", "accent_soft"),
    "on_accent": ("accent",),
    "ok": ("panel",),
    "warn": ("panel",),
    "bad": ("panel", "theirs", "mine"),
    "panel": ("dim",),
}
PAIRS = [(ink, ground) for ink, grounds in GROUNDS.items() for ground in grounds]


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


@pytest.mark.parametrize("tokens", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize(("ink", "ground"), PAIRS)
def test_text_is_readable(tokens: Tokens, ink: str, ground: str) -> None:
    assert contrast(getattr(tokens, ink), getattr(tokens, ground)) >= 4.5


@pytest.mark.parametrize("tokens", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize("ground", ["panel", "theirs"])
def test_outline_of_a_control_is_seen(tokens: Tokens, ground: str) -> None:
    assert contrast(tokens.hint, getattr(tokens, ground)) >= 3.0


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


def test_style_sheet_names_no_colour_of_its_own() -> None:
    sheet = (THEMES / "window.qss").read_text(encoding="utf-8")
    assert "rgb(" not in sheet
    assert all(not QColor.isValidColorName(word) for word in sheet.split() if word.startswith("#"))
