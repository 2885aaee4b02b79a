"""Everything on the screen follows a new size of text, at once and without a restart.

What is made later is right by itself, through Fonts.px. For what is there already
this walks all widgets: fonts of their own, fixed sizes, margins and gaps. The length
that was meant is remembered beside the rounded one, so that going up and down again
ends where it began.
"""

from collections.abc import Iterator
from typing import Final

from PySide6.QtCore import QObject, QSize
from PySide6.QtGui import QFont
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QFormLayout,
    QGridLayout,
    QLabel,
    QLayout,
    QSpacerItem,
    QWidget,
)

from ui.look import Look
from ui.widths import NO_LIMIT

_ANY: Final = QSize(NO_LIMIT, NO_LIMIT)
_FRAME: Final = QSize(0, 40)
"""What the window manager's title bar may take."""


def resize_text(app: QApplication, look: Look, percent: int) -> None:
    """``percent`` of the system's size, for all windows there are and will be."""
    before = look.fonts.scale
    was_points = look.fonts.body.pointSizeF()
    look.fonts.resize(percent)
    ratio = look.fonts.body.pointSizeF() / was_points
    if ratio == 1:
        return
    owned = [(widget, QFont(widget.font())) for widget in app.allWidgets()]
    app.setFont(look.fonts.body)
    for widget, font in owned:
        _resize_font(widget, font, ratio)
    step = _Step(before, look.fonts.scale)
    for widget, _ in owned:
        step.widget(widget)
    look.theme.rescale(look.fonts.scale)


def _resize_font(widget: QWidget, before: QFont, ratio: float) -> None:
    """Where the application's new font has not come through by itself."""
    now = widget.font()
    if now.pointSizeF() > 0 and abs(now.pointSizeF() - before.pointSizeF()) < 0.01:
        now.setPointSizeF(round(before.pointSizeF() * ratio, 4))
        widget.setFont(now)


class _Step:
    def __init__(self, before: float, after: float) -> None:
        self._before = before
        self._after = after

    def widget(self, widget: QWidget) -> None:
        grow = getattr(widget, "grow", None)
        if grow is not None:
            grow(self._after / self._before)
        if isinstance(widget, QAbstractButton) and not widget.icon().isNull():
            widget.setIconSize(self._size(widget, "icon", widget.iconSize()))
        self._limits(widget)
        layout = widget.layout()
        if layout is not None:
            for one in layouts_in(layout):
                self._layout(one)
        widget.updateGeometry()

    def _limits(self, widget: QWidget) -> None:
        if widget.objectName().startswith("qt_"):
            return  # parts of Qt's own widgets keep their own measure
        least, most = widget.minimumSize(), widget.maximumSize()
        room = widget.screen().availableSize() - _FRAME if widget.isWindow() else _ANY
        widget.setMinimumSize(self._size(widget, "least", least, room))
        widget.setMaximumSize(self._size(widget, "most", most))
        margins = widget.contentsMargins()
        sides = (margins.left(), margins.top(), margins.right(), margins.bottom())
        if isinstance(widget, QLabel) and any(sides):  # the others' are the sheet's
            widget.setContentsMargins(*self._lengths(widget, "inside", sides))

    def _layout(self, layout: QLayout) -> None:
        margins = layout.contentsMargins()
        sides = (margins.left(), margins.top(), margins.right(), margins.bottom())
        layout.setContentsMargins(*self._lengths(layout, "margins", sides))
        if isinstance(layout, QGridLayout | QFormLayout):
            gaps = (layout.horizontalSpacing(), layout.verticalSpacing())
            across, down = self._lengths(layout, "gaps", gaps)
            layout.setHorizontalSpacing(across)
            layout.setVerticalSpacing(down)
        else:
            layout.setSpacing(self._lengths(layout, "gap", (layout.spacing(),))[0])
        for number in range(layout.count()):
            spacer = layout.itemAt(number).spacerItem()
            if spacer is not None:
                self._spacer(layout, f"spacer{number}", spacer)
        layout.invalidate()

    def _spacer(self, layout: QLayout, name: str, spacer: QSpacerItem) -> None:
        size, policy = spacer.sizeHint(), spacer.sizePolicy()
        size = self._size(layout, name, size)
        spacer.changeSize(
            size.width(), size.height(), policy.horizontalPolicy(), policy.verticalPolicy()
        )

    def _size(self, owner: QObject, name: str, size: QSize, room: QSize = _ANY) -> QSize:
        now, most = (size.width(), size.height()), (room.width(), room.height())
        return QSize(*self._lengths(owner, name, now, most))

    def _lengths(
        self, owner: QObject, name: str, now: tuple[int, ...], most: tuple[int, ...] = ()
    ) -> list[int]:
        shown, meant = owner.property(f"meant-{name}") or ([], [])
        if shown != list(now):  # set anew since
            # nor do 1, a line, and 0 and -1, no length, grow
            meant = [one / self._before if 1 < one < NO_LIMIT else 0.0 for one in now]
        grown = [
            round(one * self._after) if one else kept for one, kept in zip(meant, now, strict=True)
        ]
        if most:
            grown = [min(pair) for pair in zip(grown, most, strict=True)]
        owner.setProperty(f"meant-{name}", [grown, meant])
        return grown


def layouts_in(layout: QLayout) -> Iterator[QLayout]:
    """This one, and those in it, the outer first."""
    yield layout
    for number in range(layout.count()):
        inner = layout.itemAt(number).layout()
        if inner is not None:
            yield from layouts_in(inner)
