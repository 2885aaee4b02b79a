"""The ladder of a message as icons: told by shape, never by colour alone."""

from typing import Final

from app.model import MessageState

MARKS: Final = {
    MessageState.QUEUED: "mark-queued",
    MessageState.SENT: "mark-sent",
    MessageState.DELIVERED: "mark-delivered",
    MessageState.READ: "mark-read",
    MessageState.FAILED: "mark-failed",
}
