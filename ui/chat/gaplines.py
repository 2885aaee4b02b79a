"""The lines that say where something is missing in the chat that is open."""

from PySide6.QtCore import QObject

from ui.chat.view import ChatView
from ui.desk import Desk


class GapLines(QObject):
    """Each stands above the message behind the gap, until all before that has come."""

    def __init__(self, view: ChatView, desk: Desk) -> None:
        super().__init__(view)
        self._view = view
        view.chat_model.gap_keys = desk.gap_keys
        desk.gaps_changed.connect(self._on_changed)

    def _on_changed(self, chat_id: str) -> None:
        model = self._view.chat_model
        if model.rowCount() and model.row(0).message.chat_id == chat_id:
            with self._view.held_in_place():
                model.mark_gaps()
