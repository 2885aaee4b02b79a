"""What does not fit: text wider or higher than the widget that shows it."""

from collections.abc import Iterator

from PySide6.QtCore import QPoint, QRect
from PySide6.QtWidgets import (
    QAbstractButton,
    QComboBox,
    QHeaderView,
    QLabel,
    QLineEdit,
    QScrollArea,
    QWidget,
)

from ui.buttons import IconButton
from ui.labels import ElidedLabel

SLACK_PX = 1
"""Of rounding."""

TARGET = 24
"""Pixels at 100 percent. Source: WCAG 2.2, 2.5.8."""
FONT_HEIGHT = 17


def misfits(root: QWidget) -> list[str]:
    """One line for each visible part of ``root`` that is cut off, narrowed or outside."""
    return [
        f"{type(one).__name__} {_text(one)!r}: {fault}"
        for one in (root, *root.findChildren(QWidget))
        if one.isVisible() and not one.objectName().startswith("qt_")
        for fault in _faults(one)
    ]


def _faults(one: QWidget) -> Iterator[str]:
    size = one.size()
    least = round(TARGET * one.fontMetrics().height() / FONT_HEIGHT)
    if isinstance(one, QAbstractButton) and min(size.width(), size.height()) < least:
        yield f"is {size.toTuple()} to hit, of {least} at least"
    if isinstance(one, QLabel) and one.wordWrap():
        height = one.heightForWidth(size.width())
        if height > size.height() + SLACK_PX:
            yield f"needs {height} px of height and has {size.height()}"
    elif isinstance(one, QLabel | QAbstractButton | QComboBox) and not isinstance(one, IconButton):
        hint = one.minimumSizeHint() if isinstance(one, QComboBox) else one.sizeHint()
        if hint.width() > size.width() + SLACK_PX or hint.height() > size.height() + SLACK_PX:
            yield f"needs {hint.toTuple()} and has {size.toTuple()}"
    elif isinstance(one, ElidedLabel) and size.height() < one.minimumSizeHint().height():
        yield f"is {size.height()} px high"
    elif isinstance(one, QLineEdit):
        text = one.placeholderText()
        room = size.width() - 2 * one.fontMetrics().averageCharWidth()
        if one.fontMetrics().horizontalAdvance(text) > room:
            yield f"its hint {text!r} does not go into {room} px"
    elif isinstance(one, QHeaderView):
        for section in range(one.count()):
            if not one.isSectionHidden(section) and (
                one.sectionSizeHint(section) > one.sectionSize(section) + SLACK_PX
            ):
                yield f"column {section} is {one.sectionSize(section)} px wide"
    if _is_outside(one):
        yield "lies outside of what it stands in"


def _is_outside(one: QWidget) -> bool:
    """In something that scrolls across it may be."""
    parent = one.parentWidget()
    if one.isWindow() or parent is None or parent.objectName() == "qt_scrollarea_viewport":
        return False
    if isinstance(one, QScrollArea) or not parent.isVisible():
        return False
    return not parent.rect().adjusted(-1, -1, 1, 1).contains(one.geometry())


def overlaps(row: list[QWidget]) -> list[str]:
    """Which of these lie on each other."""
    found = []
    placed = [(one, QRect(one.mapToGlobal(QPoint()), one.size())) for one in row]
    for at, (one, area) in enumerate(placed):
        found += [
            f"{_text(one)!r} and {_text(other)!r}"
            for other, beside in placed[at + 1 :]
            if area.intersects(beside)
        ]
    return found


def _text(one: QWidget) -> str:
    for name in ("text", "accessibleName", "objectName"):
        said = getattr(one, name, None)
        if callable(said):
            found = said()
            if isinstance(found, str) and found:
                return found
    return ""
