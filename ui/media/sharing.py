"""What was shared in the conversation that is open: kept right in the panel at the right."""

from typing import Final

from PySide6.QtCore import QObject, QPoint, QTimer, Signal
from PySide6.QtWidgets import QWidget

from app.model import Message, Transfer
from ui.chat.actions import Action, can_open
from ui.chat.menu import build_menu
from ui.chat.panel import ChatPanel
from ui.decisions import Decisions
from ui.desk import Desk
from ui.ids import chat_bytes
from ui.look import Look
from ui.media.previews import Previews
from ui.media.shared import SHOWN, SharedSection
from ui.names import placed_chat_name

_ALL_MAX: Final = 500
"""Files of one chat in the list of all, the newest."""


class Sharing(QObject):
    pictures_wanted = Signal(object, int)
    """A Message of pictures, and which of them."""

    def __init__(
        self, desk: Desk, look: Look, chat: ChatPanel, previews: Previews, decisions: Decisions
    ) -> None:
        super().__init__(chat)
        self._desk = desk
        self._look = look
        self._chat = chat
        self._previews = previews
        self._decisions = decisions
        self._sections: list[SharedSection] = []
        self._filled_for = ""
        """The conversation."""
        self._timer = QTimer(self, singleShot=True, interval=0)
        self._timer.timeout.connect(self._fill)
        desk.messages_changed.connect(self.refresh)
        desk.transfer_changed.connect(self._on_transfer)
        chat.page.view.chat_model.modelReset.connect(self._on_reset)

    def make_section(self) -> SharedSection:
        """For one of the panels; what is in it is that of the open conversation."""
        section = SharedSection(self._look, self._previews)
        section.opened.connect(self.open)
        section.menu_wanted.connect(self._open_menu)
        section.all_wanted.connect(self.open_all)
        section.shown.connect(self.refresh)
        self._sections.append(section)
        return section

    def refresh(self) -> None:
        """Soon; another conversation may be open by now."""
        self._timer.start()

    def _on_reset(self) -> None:
        """Also when many messages come at once, which share nothing."""
        if self._chat.peer_id != self._filled_for:
            self.refresh()

    def _on_transfer(self, transfer: Transfer) -> None:
        if transfer.state.is_final:
            self.refresh()

    def _fill(self) -> None:
        """Only what is in sight: reading costs little, but not nothing."""
        seen = [section for section in self._sections if section.isVisible()]
        self._filled_for = self._chat.peer_id if seen else ""
        if seen:
            found = self._shared(SHOWN + 1)
            for section in seen:
                section.show_files(found)

    def _shared(self, limit: int) -> list[Message]:
        history, chat_id = self._desk.history, self._chat.peer_id
        if history is None or not chat_id:
            return []
        return history.shared(chat_bytes(chat_id), limit)

    def open(self, message: Message) -> None:
        """Pictures large, a file with its program; what may run is only shown where it lies."""
        transfer = message.transfer
        if transfer is None:
            return
        if self._previews.album(message) is not None:
            self.pictures_wanted.emit(message, 0)
        elif can_open(transfer):
            self._decisions.act(Action.OPEN, transfer)
        else:
            self._decisions.act(Action.SHOW_IN_FOLDER, transfer)

    def open_all(self) -> None:
        from ui.media.allfiles import AllFilesDialog  # noqa: PLC0415 - dialogs load when opened

        entry = self._chat.entry
        if entry is None:
            return
        sentence = self.tr("Shared with {name}") if entry.room is None else self.tr("In {name}")
        name = placed_chat_name(entry, self._look)
        window = self._chat.window()
        dialog = AllFilesDialog(
            self._look,
            self._previews,
            self._shared(_ALL_MAX),
            lambda: sentence.format(name=name),
            window if isinstance(window, QWidget) else None,
        )
        dialog.opened.connect(self.open)
        dialog.menu_wanted.connect(self._open_menu)
        dialog.open()

    def _open_menu(self, message: Message, at: QPoint) -> None:
        """As on its card."""
        menu = build_menu(self._chat.page.view, message)
        menu.aboutToHide.connect(menu.deleteLater)
        menu.popup(at)
