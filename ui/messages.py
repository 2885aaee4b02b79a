"""What the user does to a message that is there: react, delete, forward, look back."""

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

from app.commands import DeleteMessage, ForwardMessage, React
from app.model import Message, Trust
from ui.desk import Desk
from ui.ids import peer_bytes
from ui.look import Look


class MessageActions(QObject):
    def __init__(self, desk: Desk, look: Look, window: QWidget) -> None:
        super().__init__(window)
        self._desk = desk
        self._look = look
        self._window = window

    def toggle_reaction(self, message: Message, emoji: str) -> None:
        """Ours under this message: given, or taken back."""
        is_on = not any(one.emoji == emoji and "" in one.people for one in message.reactions)
        self._desk.submit(React(message.message_id, emoji, is_on=is_on, chat=message.peer_id))

    def ask_to_delete(self, message: Message) -> None:
        from ui.dialogs.delete import DeleteDialog  # noqa: PLC0415 - dialogs load when opened

        entry = self._desk.roster.get(message.peer_id)
        name = self._look.words.placed_name(entry.person) if entry else ""
        dialog = DeleteDialog(self._look, name, self._window)
        dialog.accepted.connect(lambda: self._desk.submit(DeleteMessage(message.message_id)))
        dialog.open()

    def ask_where_to_forward(self, message: Message) -> None:
        from ui.dialogs.forward import ForwardDialog  # noqa: PLC0415

        people = [
            (entry.person.peer_id, self._look.words.name(entry.person))
            for entry in sorted(self._desk.roster, key=lambda one: not one.person.is_online)
            if entry.person.trust is not Trust.BLOCKED
        ]
        dialog = ForwardDialog(self._look, people, self._window)
        dialog.person_chosen.connect(
            lambda peer_id: self._desk.submit(
                ForwardMessage(message.message_id, peer_id, message.peer_id)
            )
        )
        dialog.open()

    def show_earlier(self, message: Message) -> None:
        from ui.dialogs.earlier import EarlierDialog  # noqa: PLC0415

        history = self._desk.history
        if history is not None:
            identifier, peer = bytes.fromhex(message.message_id), peer_bytes(message.peer_id)
            EarlierDialog(self._look, history.earlier_texts(identifier, peer), self._window).open()
