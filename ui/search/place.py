"""Where searches open from: the keys, the header, the days between messages."""

from collections.abc import Callable
from functools import partial
from itertools import pairwise
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QPoint, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QWidget

from app.model import Message
from ui.chat.panel import ChatPanel
from ui.desk import Desk
from ui.format import moment
from ui.look import Look
from ui.search.offer import EverywhereOffer
from ui.window import Window
from ui.window_file import WindowFile
from ui.worker import Worker

if TYPE_CHECKING:
    from PySide6.QtCore import QDate

    from ui.search.everywhere import Everywhere
    from ui.search.here import SearchHere
    from ui.search.jump import Jumper
    from ui.search.searcher import Searcher

HERE_KEY = "Ctrl+F"
EVERYWHERE_KEY = "Ctrl+Shift+F"
_CHATS = 9
"""Conversations with a key of their own: Ctrl+1 to Ctrl+9."""


class SearchPlace(QObject):
    """Makes its parts when they are asked for first."""

    chat_wanted = Signal(str)

    def __init__(
        self,
        window: Window,
        desk: Desk,
        look: Look,
        worker: Worker,
        chat: ChatPanel,
        *,
        file: WindowFile,
    ) -> None:
        super().__init__(window)
        self._window = window
        self._desk = desk
        self._look = look
        self._worker = worker
        self._chat = chat
        self._file = file
        self._jumper: Jumper | None = None
        self.here: SearchHere | None = None
        self.everywhere: Everywhere | None = None
        """While it is open."""
        self.elsewhere: Callable[[], bool] = bool
        """Another page with a search of its own: it is used, if it is open."""
        chat.page.header.search_wanted.connect(self.open_here)
        chat.page.view.day_clicked.connect(self._on_day_clicked)
        file.changed.connect(self._on_settings)
        keys: dict[str, Callable[[], object]] = {
            HERE_KEY: self.open_here,
            EVERYWHERE_KEY: self.open_everywhere,
            "F3": lambda: self.step(1),
            "Shift+F3": lambda: self.step(-1),
        }
        self._offer = self._make_offer()
        for number in range(_CHATS):
            keys[f"Ctrl+{number + 1}"] = partial(window.side.open_number, number)
        for key, act in keys.items():
            QShortcut(QKeySequence(key), window).activated.connect(act)

    # --- In the open chat --------------------------------------------------
    def open_here(self) -> None:
        if self.elsewhere() or not self._chat.peer_id:
            return
        if self.here is None:
            from ui.search.here import SearchHere  # noqa: PLC0415 - loads when opened

            self.here = SearchHere(
                self._chat, self._desk, self._look, self._searcher(), self._jump()
            )
            self.here.day_wanted.connect(self._open_days_below)
        self.here.open()

    def step(self, direction: int) -> None:
        """1: to an older match, -1: to a newer one."""
        if self.here is not None and self._is_open_here():
            self.here.step(direction)

    def step_back(self) -> bool:
        """What Escape does here; whether it did something."""
        found = self.everywhere
        if found is not None and (found.is_used() or not self._is_open_here()):
            self.close_everywhere()
        elif self.here is not None and self._is_open_here():
            self.here.close()
        else:
            return False
        return True

    def _is_open_here(self) -> bool:
        return self.here is not None and self.here.is_open

    def on_chat_changed(self) -> None:
        if self.here is not None:
            self.here.on_chat_changed()
        if not self._is_open_here():
            self._chat.page.view.delegate.marks = None

    # --- Everywhere --------------------------------------------------------
    def _make_offer(self) -> EverywhereOffer:
        """Below the people that are found by name; with nobody found, Enter takes it."""
        side = self._window.side
        offer = EverywhereOffer(side.search)
        side.add_below_list(offer)
        offer.clicked.connect(self.open_everywhere)
        side.search.entered.connect(self._on_entered)
        QWidget.setTabOrder(side.people, offer)
        return offer

    def _on_entered(self) -> None:
        side = self._window.side
        if side.search.text().strip() and not side.people.rows.first():
            self.open_everywhere()

    def focus_names(self) -> None:
        """The switcher: people and rooms by name."""
        self.close_everywhere()
        self._make_room()
        self._window.side.focus_search()

    def _make_room(self) -> None:
        """In a narrow window the list has given way."""
        if self._window.side.isHidden():
            self._window.list_wanted.emit()

    def open_everywhere(self) -> None:
        """With what stands in the field above the list, if anything does."""
        side = self._window.side
        typed = side.search.text()
        self._make_room()
        if self.everywhere is None:
            from ui.search.everywhere import Everywhere  # noqa: PLC0415 - loads when opened

            found = self.everywhere = Everywhere(self._desk, self._look, self._searcher())
            found.closed.connect(self.close_everywhere)
            found.chat_wanted.connect(self._open_chat)
            found.message_wanted.connect(self._show_message)
            side.search.clear()
            side.cover(found)
            for before, after in pairwise([side.me.menu_button, *found.tab_order()]):
                QWidget.setTabOrder(before, after)
        if typed:
            self.everywhere.words.setText(typed)
        self.everywhere.words.setFocus()
        self.everywhere.words.selectAll()

    def close_everywhere(self) -> None:
        """The view of the chat stays where it is."""
        if self.everywhere is None:
            return
        found, self.everywhere = self.everywhere, None
        self._window.side.cover(None)
        found.deleteLater()
        self.on_chat_changed()
        self._chat.page.view.viewport().update()
        open_chat = self._chat.page.composer.edit if self._chat.peer_id else None
        (open_chat or self._window.side.search).setFocus()

    def _open_chat(self, chat_id: str) -> None:
        self.close_everywhere()
        self.chat_wanted.emit(chat_id)

    def _show_message(self, message: Message) -> None:
        """What was found stays beside it, for the next one."""
        if self.here is not None:
            self.here.leave()
        self.chat_wanted.emit(message.chat_id)
        if self.everywhere is None or self._chat.peer_id != message.chat_id:
            return
        view = self._chat.page.view
        row = self._jump().go(message.order_key)
        view.delegate.marks = self.everywhere.new_marks()
        if row is not None:
            view.delegate.marks.here = row
        view.viewport().update()
        self.everywhere.view.setFocus()

    # --- Days --------------------------------------------------------------
    def _on_day_clicked(self, message: Message, below: QPoint) -> None:
        self._open_days(moment(message.time_ms).date(), below)

    def _open_days_below(self, widget: QWidget) -> None:
        view = self._chat.page.view
        index = view.indexAt(QPoint(view.viewport().width() // 2, self._look.fonts.px(20)))
        day = self._look.today()
        if index.isValid():
            day = moment(view.message_at(index.row()).time_ms).date()
        corner = widget.mapToGlobal(widget.rect().bottomRight())
        self._open_days(day, corner + QPoint(1, self._look.fonts.px(5)))

    def _open_days(self, day: "QDate", corner: QPoint) -> None:
        from ui.search.days import DayPicker, day_key  # noqa: PLC0415 - loads when opened

        if self._desk.history is None:
            return
        jumper = self._jump()
        days = DayPicker(self._look, self._desk.history, self._chat.peer_id, self._window)
        days.day_chosen.connect(lambda chosen: jumper.go_to_day(day_key(chosen)))
        days.open_at(day, corner)

    # --- Parts -------------------------------------------------------------
    def _searcher(self) -> "Searcher":
        from ui.search.searcher import Searcher  # noqa: PLC0415 - loads with the first search

        return Searcher(self._desk, self._worker, self)

    def _jump(self) -> "Jumper":
        from ui.search.flash import Flash  # noqa: PLC0415 - loads with the first search
        from ui.search.jump import Jumper  # noqa: PLC0415

        if self._jumper is None:
            view = self._chat.page.view
            flash = Flash(self._look.theme, self)
            view.delegate.flash = flash
            flash.changed.connect(view.viewport().update)
            self._jumper = Jumper(self._chat, self._desk, flash)
            self._on_settings()
        return self._jumper

    def _on_settings(self) -> None:
        if self._jumper is not None:
            self._jumper.is_calm = self._file.settings.is_still
