"""One conversation at a time: what is shown, read, written and sent."""

from pathlib import Path

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.commands import (
    CancelMessage,
    EditText,
    MarkRead,
    SetTyping,
)
from app.errors import ErrorCode
from app.events import Failed, StateChange
from app.model import Direction, Message, MessageKind, Person, Room, Transfer
from net.protocol.limits import TEXT_MAX_BYTES
from ui.chat.describe import describe_row
from ui.chat.menu import is_editable
from ui.chat.model import ChatModel
from ui.chat.page import ChatPage
from ui.chat.rows import row_id
from ui.chat.sliding import Spot
from ui.chat.standing import Standing
from ui.compose.drafts import Drafts
from ui.desk import Desk
from ui.ids import chat_bytes
from ui.look import Look
from ui.names import cast_of, placed_chat_name
from ui.roster import Entry, Section

_TOO_LONG = Failed(ErrorCode.TOO_LONG, f"a text has {TEXT_MAX_BYTES} bytes at most")


class ChatPanel(QWidget):
    info_toggled = Signal(bool)
    failed = Signal(object)
    """Failed: what the user asked for here cannot be."""
    files_given = Signal(str, object)
    """A conversation's id and paths, pasted or dropped."""

    def __init__(self, desk: Desk, look: Look) -> None:
        super().__init__()
        self._desk = desk
        self._look = look
        self._chat_id = ""
        self._drafts = Drafts(desk)
        self._begun = ""
        """What stood in the composer before a message was edited in it."""
        self._spots: dict[str, Spot] = {}
        self._shown: object = None
        """What the header and the bars were last filled from."""
        self._unseen = 0
        self._typists: set[str] = set()
        """Who writes to us right now."""
        self._here: set[str] = set()
        """Who of this conversation is on the network."""
        self._model = ChatModel(lambda row: describe_row(row, self.page.view.delegate.cast, look))
        self.page = ChatPage(look, self._model)
        self._standing = Standing(self.page, desk, look)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.page)
        self._listen_to_desk()
        self._listen_to_page()

    def _listen_to_desk(self) -> None:
        desk = self._desk
        desk.roster.changed.connect(self._on_roster_changed)
        desk.messages_added.connect(self._on_messages_added)
        desk.states_changed.connect(self._on_states_changed)
        desk.messages_changed.connect(self._on_messages_changed)
        desk.typing_changed.connect(self._on_typing_changed)
        desk.transfer_changed.connect(self._on_transfer_changed)
        desk.send_refused.connect(self._on_send_refused)
        desk.name_changed.connect(self._show_chat)

    def _listen_to_page(self) -> None:
        page = self.page
        page.composer.text_entered.connect(self._on_text_entered)
        page.composer.files_pasted.connect(self.send_files)
        page.composer.too_long.connect(lambda: self.failed.emit(_TOO_LONG))
        page.composer.draft_changed.connect(self._on_draft_changed)
        page.composer.edit.up_pressed.connect(self._edit_last)
        page.composer.edit.left.connect(self.leave_context)
        page.composer.typing_changed.connect(self._tell_typing)
        page.context.left.connect(self.leave_context)
        page.view.reply_wanted.connect(self.reply)
        page.view.edit_wanted.connect(self.edit)
        page.view.quote_clicked.connect(self._show_quoted)
        page.files_dropped.connect(self.send_files)
        page.view.bottom_changed.connect(self._on_bottom_changed)
        page.view.typed.connect(page.composer.type_letter)
        page.view.cancel_wanted.connect(lambda one: self._desk.submit(CancelMessage(one)))
        page.newer.clicked.connect(self.go_to_bottom)
        page.header.info_toggled.connect(self.info_toggled)

    # --- Which conversation ------------------------------------------------
    @property
    def peer_id(self) -> str:
        """Whose chat is open, a room's too; empty for none."""
        return self._chat_id

    @property
    def entry(self) -> Entry | None:
        return self._desk.roster.get(self._chat_id)

    @property
    def person(self) -> Person | None:
        return self.entry.person if self.entry else None

    @property
    def room(self) -> Room | None:
        return self.entry.room if self.entry else None

    def open_person(self, peer_id: str) -> None:
        """Lands where the reader left, else at the first unread, else at the end."""
        entry = self._desk.roster.get(peer_id)
        if peer_id == self._chat_id or entry is None:
            return
        self._leave()
        self._chat_id = peer_id
        self.page.header.show_typing(peer_id in self._typists)
        self._show_chat()
        self.page.mentions.show_chat(peer_id)
        self.page.composer.show_chat(self._name(), entry.draft, takes_files=not entry.is_everyone)
        self._show_messages()
        self._standing.show(entry)
        answered = self._drafts.answered(entry)
        if answered is not None:
            self.reply(answered)
        self._read_if_seen()

    def close_person(self) -> None:
        self._leave()
        self._chat_id = ""
        self._model.clear()
        self.page.take_files(False)

    def _leave(self) -> None:
        if not self._chat_id:
            return
        self.tell_draft()
        self.leave_context()
        spot = self.page.view.spot()
        if spot is None:
            self._spots.pop(self._chat_id, None)
        else:
            self._spots[self._chat_id] = spot
        self.page.view.selection.clear()

    def _show_messages(self) -> None:
        history = self._desk.history
        view = self.page.view
        self._unseen = 0
        self._model.unread_key = None
        if history is None:
            self._model.clear()
            return
        chat = chat_bytes(self._chat_id)
        unread_key = history.first_unread(chat)
        spot = self._spots.get(self._chat_id)
        self._model.unread_key = unread_key
        if spot is not None and unread_key is None:
            row = self._model.open_at(history, chat, spot.order_key)
            view.go_to_row(row, spot.offset_px)
        elif unread_key is not None:
            view.go_to_row(self._model.open_at(history, chat, unread_key))
        else:
            self._model.open_newest(history, chat)
            view.go_to_bottom()
        self._show_newer()

    # --- Reading -----------------------------------------------------------
    def go_to_bottom(self) -> None:
        history = self._desk.history
        if self._model.has_newer and history is not None:
            self._model.open_newest(history, chat_bytes(self._chat_id))
        self.page.view.go_to_bottom()
        self._on_bottom_changed(is_at_bottom=True)

    def _is_in_front(self) -> bool:
        return self.window().isActiveWindow()

    def _read_if_seen(self) -> None:
        """Read means seen: the window in front, the reader at the end.

        A stranger's words stay unread: they would be told of it.
        """
        entry = self._desk.roster.get(self._chat_id)
        if entry is None or not entry.unread or entry.section is Section.REQUESTS:
            return
        if self._is_in_front() and self.page.view.is_at_bottom:
            self._desk.roster.mark_read(self._chat_id)
            self._desk.submit(MarkRead(self._chat_id))

    def _on_bottom_changed(self, is_at_bottom: bool) -> None:
        if is_at_bottom:
            self._unseen = 0
            self._read_if_seen()
        self._show_newer()

    def _show_newer(self) -> None:
        view = self.page.view
        if view.is_at_bottom:
            self.page.show_newer("")
        elif self._unseen:
            self.page.show_newer(self.tr("%n new", "", self._unseen))
        else:
            self.page.show_newer(self.tr("To the end"), is_bare=True)

    def changeEvent(self, event: QEvent) -> None:
        if event.type() is QEvent.Type.LanguageChange:
            self._show_chat()
            self._show_newer()
            self.page.view.relay()
        super().changeEvent(event)

    def on_window_activated(self) -> None:
        self.page.view.arming.disarm_all()
        self.page.view.viewport().update()
        self._read_if_seen()

    # --- What happens ------------------------------------------------------
    def _on_roster_changed(self) -> None:
        """Ten times a second at most, whatever a peer does (ATTACKS F-14)."""
        if self._standing.snapshot(self.entry) != self._shown:
            self._show_chat()
        self._read_if_seen()

    def _on_messages_added(self, messages: tuple[Message, ...]) -> None:
        ours = [message for message in messages if message.chat_id == self._chat_id]
        if not ours:
            return
        is_own = any(message.direction is Direction.OUT for message in ours)
        was_at_bottom = self.page.view.is_at_bottom
        self._place_new_line(ours, is_own=is_own, is_seen=was_at_bottom and self._is_in_front())
        with self.page.view.held_in_place():
            self._model.add(ours, follows=was_at_bottom)
        if is_own:
            self.go_to_bottom()
        elif was_at_bottom:
            self.page.view.go_to_bottom()
        else:
            self._unseen += sum(one.kind is not MessageKind.NEWS for one in ours)
        self._show_newer()
        if self._standing.snapshot(self.entry) != self._shown:
            self._show_chat()
        self._read_if_seen()

    def _place_new_line(self, messages: list[Message], *, is_own: bool, is_seen: bool) -> None:
        """Above the first that came while nobody looked; an answer takes it away."""
        entry = self._desk.roster.get(self._chat_id)
        said = [one for one in messages if one.kind is not MessageKind.NEWS]
        had_read_all = entry is not None and entry.unread <= len(said)
        if is_own:
            self._model.mark_unread_from(None)
        elif said and had_read_all and not is_seen:
            self._model.mark_unread_from(said[0].order_key)

    def _on_states_changed(self, changes: tuple[StateChange, ...]) -> None:
        self._model.set_states(one for one in changes if one.chat_id == self._chat_id)

    def _on_messages_changed(self, messages: tuple[Message, ...]) -> None:
        ours = [message for message in messages if message.chat_id == self._chat_id]
        if not ours:
            return
        context = self.page.context.reply or self.page.context.edit
        if context is not None and any(row_id(one) == row_id(context) for one in ours):
            self.leave_context()
        with self.page.view.held_in_place():
            self._model.change(ours)

    def _on_typing_changed(self, peer_id: str, is_typing: bool) -> None:
        (self._typists.add if is_typing else self._typists.discard)(peer_id)
        if peer_id == self._chat_id:
            self.page.header.show_typing(is_typing)

    def _on_transfer_changed(self, transfer: Transfer) -> None:
        if self._model.has_transfer(transfer.transfer_id):
            with self.page.view.held_in_place():
                self._model.set_transfer(transfer)

    # --- Showing who it is ------------------------------------------------
    def _name(self) -> str:
        return placed_chat_name(self.entry, self._look) if self.entry else ""

    def _show_chat(self) -> None:
        entry = self.entry
        self._shown = self._standing.snapshot(entry)
        if entry is None:
            return
        people = self._standing.people(entry)
        cast = cast_of(entry, people, self._desk.roster, self._look, self._desk.my_name)
        self._model.cast = self.page.view.delegate.cast = cast
        here = {one for one in people if cast.is_here(one)}
        if here != self._here:
            self._here = here
            self.page.view.relay()  # cards say for whom they wait
        self.page.view.setAccessibleName(self.tr("Messages with {name}").format(name=self._name()))
        self._standing.show(entry)

    # --- Writing and sending -----------------------------------------------
    @property
    def can_send(self) -> bool:
        return self.entry is not None and self.entry.can_send

    @property
    def _takes_answers(self) -> bool:
        """What is said to everyone refers to nothing and stays as it is."""
        return self.entry is not None and self.can_send and not self.entry.is_everyone

    def send_files(self, paths: tuple[Path, ...]) -> None:
        if paths and self.can_send:
            self.files_given.emit(self._chat_id, paths)

    def tell_draft(self) -> None:
        """Whatever is begun, now: the window is about to close."""
        if self._chat_id:
            self.page.composer.tell_draft()

    def _on_text_entered(self, text: str) -> None:
        context = self.page.context
        if context.edit is None:
            reply_to = context.reply.message_id if context.reply else None
            self._desk.send_text(self._chat_id, text, reply_to, self.page.mentions.mentioned(text))
            self.page.mentions.forget()
        elif text != context.edit.text:
            self._desk.submit(EditText(context.edit.message_id, text))
        self.leave_context()
        self.page.composer.tell_draft()

    def _tell_typing(self, is_typing: bool) -> None:
        is_told = self.person is not None and self.page.context.edit is None
        if is_told:
            self._desk.submit(SetTyping(self._chat_id, is_typing=is_typing))

    # --- Answering and editing ---------------------------------------------
    def reply(self, message: Message) -> None:
        if self._takes_answers:
            is_own = message.direction is Direction.OUT
            name = "" if is_own else self.page.view.delegate.cast.author(message)
            self.leave_context()
            self.page.context.show_reply(message, name)
            self._begin_context()

    def edit(self, message: Message) -> None:
        """What was begun meanwhile waits as the draft."""
        if self._takes_answers:
            self.leave_context()
            self._begun = self.page.composer.text()
            self.page.context.show_edit(message)
            self.page.composer.replace_text(message.text)
            self._begin_context()

    def leave_context(self) -> None:
        """An ordinary text again."""
        if self.page.context.edit is not None:
            self.page.composer.replace_text(self._begun)
        self.page.context.clear()
        self.page.composer.edit.has_context = False

    def _begin_context(self) -> None:
        self.page.composer.edit.has_context = True
        self.page.composer.edit.setFocus(Qt.FocusReason.OtherFocusReason)

    def _edit_last(self) -> None:
        """The newest text of one's own that is in sight."""
        for number in reversed(range(self._model.rowCount())):
            message = self._model.row(number).message
            if is_editable(message):
                self.edit(message)
                return

    def _show_quoted(self, message: Message) -> None:
        history, quote = self._desk.history, message.reply
        if history is None or quote is None:
            return
        chat = chat_bytes(self._chat_id)
        quoted = history.message(bytes.fromhex(quote.message_id), chat)
        if quoted is None:
            return
        number = self._model.number_of(quoted)
        if number is None:
            number = self._model.open_at(history, chat, quoted.order_key)
        self.page.view.show_row(number)

    def _on_send_refused(self, peer_id: str, text: str) -> None:
        if peer_id == self._chat_id:
            self.page.composer.put_back(text)
        else:
            self._desk.roster.set_draft(peer_id, text)

    def _on_draft_changed(self, text: str) -> None:
        context = self.page.context
        if context.edit is not None:
            text = self._begun
        self._drafts.keep(self._chat_id, text, context.reply)
