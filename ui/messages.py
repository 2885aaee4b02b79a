"""What the user does to a message that is there: react, delete, forward, look back."""

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

from app.commands import DeleteMessage, ForwardMessage, React
from app.model import Message, Transfer
from ui.chat.menu import is_for_all
from ui.desk import Desk
from ui.ids import chat_bytes, is_everyone
from ui.look import Look
from ui.names import person_name, placed_chat_name, told_chat_name
from ui.outbox import Outbox
from ui.roster import Entry


class MessageActions(QObject):
    def __init__(self, desk: Desk, look: Look, outbox: Outbox, window: QWidget) -> None:
        super().__init__(window)
        self._desk = desk
        self._look = look
        self._outbox = outbox
        self._window = window

    def toggle_reaction(self, message: Message, emoji: str) -> None:
        """Ours under this message: given, or taken back."""
        if is_everyone(message.room_id):
            return
        is_on = not any(one.emoji == emoji and "" in one.people for one in message.reactions)
        self._desk.submit(React(message.message_id, emoji, is_on=is_on, chat=message.chat_id))

    def ask_to_delete(self, message: Message) -> None:
        from ui.dialogs.delete import DeleteDialog  # noqa: PLC0415 - dialogs load when opened

        is_room = is_for_all(message)
        where = message.transfer.peer_id if message.transfer else message.chat_id
        entry = self._desk.roster.get(where)
        name = placed_chat_name(entry, self._look) if entry else ""
        dialog = DeleteDialog(self._look, name, self._window, is_room=is_room)
        dialog.accepted.connect(lambda: self._desk.submit(DeleteMessage(message.message_id)))
        dialog.open()

    def ask_where_to_forward(self, message: Message) -> None:
        from ui.dialogs.forward import ForwardDialog  # noqa: PLC0415

        if message.transfer is not None:
            self._ask_where_files_go(message, message.transfer)
            return
        chats = [
            (entry.chat_id, told_chat_name(entry, self._look))
            for entry in sorted(self._desk.roster, key=_distance)
            if entry.can_send
        ]
        dialog = ForwardDialog(self._look, chats, self._window)
        dialog.chat_chosen.connect(lambda chat_id: self._forward(message, (chat_id,)))
        dialog.open()

    def _ask_where_files_go(self, message: Message, transfer: Transfer) -> None:
        from ui.dialogs.many import ForwardManyDialog  # noqa: PLC0415

        dialog = ForwardManyDialog(
            self._look,
            transfer,
            chats=self._outbox.chats(),
            count=self._outbox.count,
            parent=self._window,
        )
        dialog.chats_chosen.connect(lambda chat_ids: self._forward(message, chat_ids))
        dialog.open()

    def _forward(self, message: Message, chat_ids: tuple[str, ...]) -> None:
        first, *more = chat_ids
        self._desk.submit(
            ForwardMessage(message.message_id, first, message.chat_id, also=tuple(more))
        )

    def show_earlier(self, message: Message) -> None:
        from ui.dialogs.earlier import EarlierDialog  # noqa: PLC0415

        history = self._desk.history
        if history is not None:
            identifier, chat = bytes.fromhex(message.message_id), chat_bytes(message.chat_id)
            EarlierDialog(self._look, history.earlier_texts(identifier, chat), self._window).open()

    def show_receipts(self, message: Message) -> None:
        from ui.dialogs.receipts import ReceiptsDialog  # noqa: PLC0415

        history = self._desk.history
        if history is not None:
            came = [
                (person_name(one.peer_id, self._desk.roster, self._look), one.state)
                for one in history.receipts(bytes.fromhex(message.message_id))
            ]
            ReceiptsDialog(self._look, came, self._window).open()


def _distance(entry: Entry) -> tuple[bool, bool]:
    """Rooms and who is here before who is away, and who may pose as another last."""
    is_here = entry.room is not None or (entry.person is not None and entry.person.is_online)
    return entry.is_doubtful, not is_here
