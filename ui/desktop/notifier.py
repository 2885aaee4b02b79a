"""Which of the things that happen are told outside the window, and when that is taken back."""

from collections.abc import Callable
from typing import Final

from PySide6.QtCore import QDeadlineTimer, QObject, QTimer, Signal
from PySide6.QtGui import QImage

from app.commands import MarkRead
from app.model import Direction, Message, Reason, Transfer, TransferState
from ui.chat.line import said_line
from ui.desk import Desk
from ui.desktop.calls import is_call, is_said
from ui.desktop.note import OPEN, READ, Face, Note, Teller
from ui.look import Look
from ui.names import person_name, told_chat_name
from ui.roster import Entry, Section
from ui.window_file import WindowFile

GATHER_MS: Final = 300
"""What comes within it is one note."""
REQUESTS: Final = "requests"
REQUESTS_EVERY_MS: Final = 60_000
"""Strangers cost nothing to make up: more of them change no note before that."""
_OVER: Final = frozenset({TransferState.DONE, TransferState.FAILED})
_OWN_DOING: Final = frozenset({Reason.BY_USER, Reason.STOPPED})
_TOLD_MAX: Final = 1000
FACE_PX: Final = 96
"""As large as a desktop shows it on a dense screen."""


class Notifier(QObject):
    chat_wanted = Signal(str, str)
    """A conversation, empty for the window alone, and the desktop's leave to come to the front."""

    def __init__(
        self,
        desk: Desk,
        look: Look,
        file: WindowFile,
        teller: Teller,
        is_seen: Callable[[str], bool],
    ) -> None:
        """``is_seen``: whether the user has this conversation in front right now."""
        super().__init__()
        self._desk = desk
        self._look = look
        self._file = file
        self._teller = teller
        self._is_seen = is_seen
        self._waiting: dict[str, list[Message]] = {}
        """Not told yet, by conversation."""
        self._shown: dict[str, int] = {}
        """How much each conversation's note is about."""
        self._told: dict[tuple[str, TransferState], None] = {}
        """Ends of transfers, so that each is told once."""
        self._requests_rest = QDeadlineTimer()
        self._timer = QTimer(self, singleShot=True, interval=GATHER_MS)
        self._timer.timeout.connect(self._tell_waiting)
        desk.messages_added.connect(self._on_messages)
        desk.transfer_changed.connect(self._on_transfer)
        desk.roster.changed.connect(self.take_back_seen)
        teller.acted.connect(self._on_acted)
        teller.replied.connect(self._on_replied)

    # --- What happens ------------------------------------------------------
    def _on_messages(self, messages: tuple[Message, ...]) -> None:
        if not self._file.settings.notifies or self._file.settings.is_undisturbed:
            return
        for message in messages:
            is_request = is_said(message) and message.is_request
            is_told = is_request or is_call(message, self._desk.roster)
            if is_told and not self._is_seen(message.chat_id):
                key = REQUESTS if is_request else message.chat_id
                self._waiting.setdefault(key, []).append(message)
                self._face(key)  # it is there by the time the note is shown
        if self._waiting and not self._timer.isActive():
            self._timer.start()

    def _tell_waiting(self) -> None:
        waiting, self._waiting = self._waiting, {}
        for key, messages in waiting.items():
            if key == REQUESTS:
                self._tell_requests()
                continue
            entry = self._desk.roster.get(key)
            if entry is not None and not self._is_seen(key):
                count = self._shown[key] = self._shown.get(key, 0) + len(messages)
                self._teller.show(self._about_words(entry, messages[-1], count))

    def _tell_requests(self) -> None:
        if self._requests_rest.hasExpired():
            self._requests_rest = QDeadlineTimer(REQUESTS_EVERY_MS)
            self._teller.show(self._about_requests())

    def _on_transfer(self, transfer: Transfer) -> None:
        entry = self._desk.roster.get(transfer.peer_id)
        key = (transfer.transfer_id, transfer.state)
        is_news = transfer.state in _OVER and transfer.reason not in _OWN_DOING
        if not is_news or entry is None or entry.is_muted or key in self._told:
            return
        self._told[key] = None
        if len(self._told) > _TOLD_MAX:
            del self._told[next(iter(self._told))]
        settings = self._file.settings
        is_wanted = settings.notifies and not settings.is_undisturbed
        if is_wanted and not self._is_seen(transfer.peer_id):
            self._shown.setdefault(transfer.peer_id, 0)
            self._teller.show(self._about_transfer(entry, transfer))

    def take_back_seen(self) -> None:
        """What was read meanwhile, here, needs no note any more."""
        for key in list(self._shown):
            entry = self._desk.roster.get(key)
            if entry is None or self._is_seen(key) or (self._shown[key] and not entry.unread):
                del self._shown[key]
                self._teller.withdraw(key)

    # --- Words -------------------------------------------------------------
    def _about_words(self, entry: Entry, last: Message, count: int) -> Note:
        settings = self._file.settings
        told = self.tr("%n new message(s)", "", count)
        if not settings.notifies_words:
            return self._note(entry.chat_id, "Landline", told)
        title = told_chat_name(entry, self._look)
        if count > 1:
            title = f"{title} · {told}"
        return self._note(entry.chat_id, title, self._line(entry, last))

    def _line(self, entry: Entry, message: Message) -> str:
        if message.transfer is not None:
            title = self._look.transfer_words.title(message.transfer)
            line = self.tr("Wants to send you {name}").format(name=title)
        else:
            line = said_line(message.text)
        if entry.room is None:
            return line
        author = person_name(message.peer_id, self._desk.roster, self._look)
        return self._look.room_words.said(author, line)

    def _about_requests(self) -> Note:
        """No name, no words, no sound: a stranger chose all of them."""
        count = sum(entry.section is Section.REQUESTS for entry in self._desk.roster)
        told = self.tr("%n request(s) from strangers", "", max(count, 1))
        return Note(REQUESTS, "Landline", told, ((OPEN, self.tr("Open")),), is_silent=True)

    def _about_transfer(self, entry: Entry, transfer: Transfer) -> Note:
        title = self._look.transfer_words.title(transfer)
        if transfer.state is TransferState.FAILED:
            told = self.tr("{name} has stopped").format(name=title)
        elif transfer.direction is Direction.IN:
            told = self.tr("{name} has arrived").format(name=title)
        else:
            told = self.tr("{name} was received").format(name=title)
        if not self._file.settings.notifies_words:
            return self._note(entry.chat_id, "Landline", self.tr("A transfer has ended"))
        return self._note(entry.chat_id, told_chat_name(entry, self._look), told)

    def _note(self, chat_id: str, title: str, body: str) -> Note:
        entry = self._desk.roster.get(chat_id)
        answers = self.tr("Reply") if entry is not None and entry.can_send else ""
        actions = ((OPEN, self.tr("Open")), (READ, self.tr("Mark as read")))
        silent = not self._file.settings.sounds
        face = self._face(chat_id) if self._file.settings.notifies_words else None
        return Note(chat_id, title, body, actions, is_silent=silent, reply=answers, face=face)

    def _face(self, chat_id: str) -> Face | None:
        """Once it is decoded; who writes again is seen then."""
        entry = self._desk.roster.get(chat_id)
        source = entry.picture if entry is not None else ""
        disc = self._look.pictures.get(source, FACE_PX)
        if disc is None:
            return None
        image = disc.toImage().convertToFormat(QImage.Format.Format_RGBA8888)
        return Face(image.width(), bytes(image.constBits()))

    # --- What the user does with it ----------------------------------------
    def _on_acted(self, key: str, action: str, token: str) -> None:
        if action == READ and key != REQUESTS:
            self._mark_read(key)
        else:
            self.chat_wanted.emit("" if key == REQUESTS else key, token)

    def _on_replied(self, key: str, text: str) -> None:
        entry = self._desk.roster.get(key)
        if text.strip() and entry is not None and entry.can_send:
            self._desk.send_text(key, text.strip())
            self._mark_read(key)

    def _mark_read(self, chat_id: str) -> None:
        self._desk.roster.mark_read(chat_id)
        self._desk.submit(MarkRead(chat_id))
        self.take_back_seen()
