"""Painted rows in a mirrored window: laid out from left to right, and turned over."""

from PySide6.QtCore import QRect, QRectF
from PySide6.QtGui import QGuiApplication


def is_mirrored() -> bool:
    """The window reads from right to left."""
    return QGuiApplication.isRightToLeft()


def mirrored(rect: QRect, within: QRect) -> QRect:
    """As far from the right edge of ``within`` as it was from the left one."""
    left = within.left() + within.right() - rect.right()
    return QRect(left, rect.top(), rect.width(), rect.height())


def mirrored_f(rect: QRectF, within: QRect) -> QRectF:
    left = 2 * within.left() + within.width() - rect.right()
    return QRectF(left, rect.top(), rect.width(), rect.height())
