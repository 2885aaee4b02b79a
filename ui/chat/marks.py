"""The ladder of a message as icons: told by shape, never by colour alone."""

from typing import Final

from PySide6.QtCore import QRect

from app.model import MessageState
from ui.mirror import is_mirrored

MARKS: Final = {
    MessageState.QUEUED: "mark-queued",
    MessageState.SENT: "mark-sent",
    MessageState.DELIVERED: "mark-delivered",
    MessageState.READ: "mark-read",
    MessageState.FAILED: "mark-failed",
}


def mark_rect(meta: QRect, side_px: int) -> QRect:
    """Behind the time, in the line that holds both."""
    mark = QRect(meta.left(), 0, side_px, side_px)
    if not is_mirrored():
        mark.moveRight(meta.right())
    mark.moveTop(meta.center().y() - side_px // 2)
    return mark
