"""The few fonts of the window, all cut from the system's own, so that 200 % text stays in step."""

import sys
from typing import Final

from PySide6.QtGui import QFont, QFontDatabase, QFontInfo
from PySide6.QtWidgets import QApplication

PERCENTS: Final = (100, 110, 125, 150, 175, 200)
"""Sizes of text, in percent of the system's."""

DESIGN_PX: Final = 13.5
"""The body size the window was drawn for; lengths are scaled by what the user really has."""
_PREFERRED: Final = ("Inter", "Noto Sans", "DejaVu Sans")
"""For a bare X session, where Qt knows no desktop font and takes whatever comes first."""
_HAN: Final = ("Noto Sans CJK SC", "Source Han Sans SC", "WenQuanYi Micro Hei")
"""Named, or a Japanese cut is taken for Chinese text."""
_GENERIC: Final = frozenset({"", "sans", "sans serif", "sans-serif"})
"""What Qt calls the font where no desktop named one."""
_BARE_POINTS: Final = 10.0


class Fonts:
    """Built once the QApplication is there; ``px`` scales a length of the design."""

    def __init__(self, base: QFont, percent: int = 100) -> None:
        """``base``: at 100 percent."""
        self._base = base
        self.resize(percent)

    def resize(self, percent: int) -> None:
        """All fonts and lengths anew; what is on the screen is told by ui.rescale."""
        self.percent = min(max(percent, PERCENTS[0]), PERCENTS[-1])
        base = self.body = _cut(self._base, self.percent / 100, self._base.weight())
        self.bold = _cut(base, weight=QFont.Weight.DemiBold)
        self.title = _cut(base, 15 / DESIGN_PX, QFont.Weight.DemiBold)
        self.large = _cut(base, 17 / DESIGN_PX, QFont.Weight.DemiBold)
        self.small = _cut(base, 12.5 / DESIGN_PX)
        self.tiny = _cut(base, 11.5 / DESIGN_PX)
        self.tiny_bold = _cut(base, 11.5 / DESIGN_PX, QFont.Weight.DemiBold)
        self.mono = QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont)
        self.mono.setPointSizeF(base.pointSizeF() * 13 / DESIGN_PX)
        self.scale = QFontInfo(base).pixelSize() / DESIGN_PX

    def px(self, length: float) -> int:
        return round(length * self.scale)


def install_fonts(app: QApplication, percent: int = 100) -> Fonts:
    """Give a bare Linux session a good font; leave a desktop's choice alone."""
    base = app.font()
    if base.pointSizeF() <= 0:
        base.setPointSizeF(_BARE_POINTS)
    if sys.platform.startswith("linux"):
        _choose_linux(base)
    fonts = Fonts(base, percent)
    app.setFont(fonts.body)
    return fonts


def _choose_linux(base: QFont) -> None:
    installed = set(QFontDatabase.families())
    family = base.family()
    if family.lower() in _GENERIC:
        family = next((name for name in _PREFERRED if name in installed), family)
        base.setPointSizeF(max(base.pointSizeF(), _BARE_POINTS))
    base.setFamilies([family, *(name for name in _HAN if name in installed)])


def _cut(base: QFont, ratio: float = 1.0, weight: int = QFont.Weight.Normal) -> QFont:
    font = QFont(base)
    font.setPointSizeF(base.pointSizeF() * ratio)
    font.setWeight(weight)
    return font
