"""Where searches open from: the keys, the header, the days between messages."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QPoint
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QWidget

from app.model import Message
from ui.chat.panel import ChatPanel
from ui.desk import Desk
from ui.format import moment
from ui.look import Look
from ui.window import Window
from ui.window_file import WindowFile
from ui.worker import Worker

if TYPE_CHECKING:
    from PySide6.QtCore import QDate

    from ui.search.here import SearchHere
    from ui.search.jump import Jumper
    from ui.search.searcher import Searcher

HERE_KEY = "Ctrl+F"


class SearchPlace(QObject):
    """Makes its parts when they are asked for first."""

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
        self._searcher: Searcher | None = None
        self._jumper: Jumper | None = None
        self.here: SearchHere | None = None
        self.elsewhere: Callable[[], bool] = bool
        """Another page with a search of its own: it is used, if it is open."""
        chat.page.header.search_wanted.connect(self.open_here)
        chat.page.view.day_clicked.connect(self._on_day_clicked)
        file.changed.connect(self._on_settings)
        keys: dict[str, Callable[[], object]] = {
            HERE_KEY: self.open_here,
            "F3": lambda: self.step(1),
            "Shift+F3": lambda: self.step(-1),
        }
        for key, act in keys.items():
            QShortcut(QKeySequence(key), window).activated.connect(act)

    # --- In the open chat --------------------------------------------------
    def open_here(self) -> None:
        if self.elsewhere() or not self._chat.peer_id:
            return
        if self.here is None:
            from ui.search.here import SearchHere  # noqa: PLC0415 - loads when opened

            self.here = SearchHere(self._chat, self._desk, self._look, self._ask(), self._jump())
            self.here.day_wanted.connect(self._open_days_below)
        self.here.open()

    def step(self, direction: int) -> None:
        """1: to an older match, -1: to a newer one."""
        if self.here is not None and self.here.is_open:
            self.here.step(direction)

    def step_back(self) -> bool:
        """What Escape does here; whether it did something."""
        if self.here is None or not self.here.is_open:
            return False
        self.here.close()
        return True

    def on_chat_changed(self) -> None:
        if self.here is not None:
            self.here.on_chat_changed()

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
    def _ask(self) -> "Searcher":
        from ui.search.searcher import Searcher  # noqa: PLC0415 - loads with the first search

        if self._searcher is None:
            self._searcher = Searcher(self._desk, self._worker, self)
        return self._searcher

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
            self._jumper.is_calm = self._file.settings.reduces_motion
