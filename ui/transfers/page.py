"""The page of all transfers: search, overall speed, and the list. Made when it is opened."""

from typing import Final

from PySide6.QtCore import QEvent, Qt, QTimer, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from app.commands import MoveTransfer
from app.events import Failed, TransfersListed
from app.model import Transfer
from ui.buttons import IconButton
from ui.chat.actions import MOVING, Action
from ui.chat.header import HEIGHT
from ui.decisions import Decisions
from ui.desk import Desk
from ui.fields import SearchField
from ui.labels import ElidedLabel, PlainLabel
from ui.look import Look
from ui.names import is_here, person_name
from ui.plain import shown_line
from ui.transfers.delegate import MARGIN, WIDEST
from ui.transfers.model import Line, TransfersModel
from ui.transfers.view import TransfersView

_ASK_MS: Final = 250
"""After the last letter: what is here is searched at once, the rest is asked for then."""


class TransfersPage(QWidget):
    closed = Signal()
    chat_wanted = Signal(str)
    """The peer id whose chat shall be shown."""

    def __init__(self, desk: Desk, look: Look, decisions: Decisions) -> None:
        super().__init__()
        self._desk = desk
        self._look = look
        self._decisions = decisions
        self._ref = ""
        self._found: set[str] = set()
        """What the engine found, by names that are not shown."""
        self._people: dict[str, tuple[str, bool]] = {}
        self._model = TransfersModel(self._describe, self._matches, self)
        self.view = TransfersView(self._model, look, desk.roster)
        self.search = SearchField(look)
        self._title = PlainLabel()
        self._overall = ElidedLabel()
        self.folder_button = IconButton(look, "folder")
        self.close_button = IconButton(look, "close")
        self._empty = PlainLabel(wraps=True)
        self._ask_timer = QTimer(self, singleShot=True, interval=_ASK_MS)
        self._lay_out()
        self._listen()
        self.retranslate()
        self._ask()

    def _lay_out(self) -> None:
        px, fonts = self._look.fonts.px, self._look.fonts
        self.setObjectName("transfers")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._title.setFont(fonts.title)
        self._overall.setFont(fonts.small)
        self._overall.setProperty("rank", "dim")
        self._empty.setAlignment(Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignTop)
        self._empty.setContentsMargins(px(24), px(40), px(24), 0)
        self._empty.setProperty("rank", "dim")
        names = QVBoxLayout()
        names.setSpacing(px(1))
        names.addStretch(1)
        names.addWidget(self._title)
        names.addWidget(self._overall)
        names.addStretch(1)
        head = self.head = QWidget()
        head.setObjectName("chat-header")
        head.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        row = QHBoxLayout(head)
        head.setFixedHeight(px(HEIGHT))
        row.setContentsMargins(px(18), 0, px(16), 0)
        row.setSpacing(px(6))
        row.addLayout(names, 1)
        row.addWidget(self.folder_button)
        row.addWidget(self.close_button)
        search_row = QHBoxLayout()
        search_row.setContentsMargins(px(MARGIN), px(12), px(MARGIN), px(4))
        search_row.addWidget(self.search)
        self.search.setMaximumWidth(px(WIDEST))
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(head)
        column.addLayout(search_row)
        column.addWidget(self.view, 1)
        column.addWidget(self._empty, 1)

    def _listen(self) -> None:
        desk, view = self._desk, self.view
        desk.transfers_listed.connect(self._on_listed)
        desk.listing_failed.connect(self._on_listing_failed)
        desk.transfer_changed.connect(self._on_transfer)
        desk.offer_added.connect(self._on_transfer)
        desk.roster.changed.connect(self._on_roster_changed)
        view.action_wanted.connect(self.act)
        view.details_wanted.connect(self._decisions.open_details)
        view.chat_wanted.connect(lambda transfer: self.chat_wanted.emit(transfer.peer_id))
        self.search.textChanged.connect(self._on_searched)
        self.search.returnPressed.connect(self._enter_list)
        self._ask_timer.timeout.connect(self._ask)
        self.folder_button.clicked.connect(self._decisions.open_downloads)
        self.close_button.clicked.connect(self.closed)

    def tab_order(self) -> list[QWidget]:
        return [self.search, self.view, self.folder_button, self.close_button]

    def focus_search(self) -> None:
        self.search.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.search.selectAll()

    def on_window_activated(self) -> None:
        """Its first click may have been meant for another window."""
        self.view.arming.disarm_all()
        self.view.viewport().update()

    def step_back(self) -> bool:
        """What Escape does: the search goes first. Whether there was one."""
        had_search = bool(self.search.text())
        self.search.clear()
        return had_search

    def _enter_list(self) -> None:
        self.view.setFocus(Qt.FocusReason.TabFocusReason)

    # --- What is shown -----------------------------------------------------
    def _describe(self, line: Line) -> str:
        return self.view.delegate.describe(line)

    def _matches(self, transfer: Transfer) -> bool:
        wanted = self.search.text().strip().casefold()
        if not wanted or transfer.transfer_id in self._found:
            return True
        name = person_name(transfer.peer_id, self._desk.roster, self._look)
        return any(wanted in shown_line(one).casefold() for one in (name, *transfer.names))

    def _on_searched(self) -> None:
        """The engine's finds belong to what was searched for before."""
        self._found.clear()
        with self.view.kept_current():
            self._model.search_again()
        self._ask_timer.start()
        self._show_state()

    def _ask(self) -> None:
        self._ref = self._desk.list_transfers(self.search.text().strip())

    def _on_listed(self, event: TransfersListed) -> None:
        if event.ref != self._ref:
            return
        self._ref = ""
        if self.search.text().strip():
            self._found = {one.transfer_id for one in event.transfers}
        with self.view.kept_current():
            self._model.put_all(event.transfers)
        self._people = self._seen_people()
        self._show_state()

    def _on_listing_failed(self, event: Failed) -> None:
        if event.ref == self._ref:
            self._ref = ""
            self._desk.failed.emit(event)

    def _on_transfer(self, transfer: Transfer) -> None:
        with self.view.kept_current():
            self._model.put(transfer)
        self._show_state()

    def _on_roster_changed(self) -> None:
        """It also changes with each progress; names and presence are what counts here."""
        people = self._seen_people()
        if people != self._people:
            self._people = people
            self.view.relay()

    def _seen_people(self) -> dict[str, tuple[str, bool]]:
        roster = self._desk.roster
        return {
            one: (person_name(one, roster, self._look), is_here(one, roster))
            for one in self._model.people()
        }

    def _show_state(self) -> None:
        running = self._model.running()
        rate = sum(one.rate for one in running)
        words, fmt = self._look.transfer_words, self._look.format
        nothing = self.tr("Nothing is running")
        self._overall.setText(words.overall(len(running), rate, fmt) if running else nothing)
        is_empty = not self._model.rowCount() and not self._ref
        self._empty.setVisible(is_empty)
        self.view.setVisible(not is_empty)
        if is_empty:
            self._empty.setText(self._empty_text())

    def _empty_text(self) -> str:
        if self.search.text().strip():
            return self.tr("No transfer has that in a name.")
        return self.tr("Nothing was sent or received yet.\n\nDrop files on a conversation.")

    # --- Acting ------------------------------------------------------------
    def act(self, action: Action, transfer: Transfer) -> None:
        if action in MOVING:
            self._move(action, transfer.transfer_id)
        else:
            self._decisions.act(action, transfer)

    def _move(self, action: Action, transfer_id: str) -> None:
        """Each by the id it shall stand before."""
        queue = self._model.queue()
        if transfer_id not in queue:
            return
        at = queue.index(transfer_id)
        is_last = at == len(queue) - 1
        if (action is Action.MOVE_DOWN and is_last) or (action is not Action.MOVE_DOWN and not at):
            return
        behind = queue[at + 2] if at + 2 < len(queue) else None
        above = queue[0] if action is Action.MOVE_FIRST else queue[at - 1]
        before = behind if action is Action.MOVE_DOWN else above
        self._desk.submit(MoveTransfer(transfer_id, before))

    # --- Words -------------------------------------------------------------
    def retranslate(self) -> None:
        self._title.setText(self.tr("Transfers"))
        self.search.setPlaceholderText(self.tr("Search by file or person"))
        self.search.setAccessibleName(self.tr("Search transfers"))
        self.search.setToolTip(self.tr("Search transfers ({key})").format(key="Ctrl+F"))
        self.view.setAccessibleName(self.tr("Transfers"))
        self.folder_button.set_name(self.tr("Open the folder for received files"))
        self.close_button.set_name(self.tr("Close"), "Esc")
        self.view.relay()
        self._show_state()

    def changeEvent(self, event: QEvent) -> None:
        if event.type() is QEvent.Type.LanguageChange:
            self.retranslate()
        super().changeEvent(event)
