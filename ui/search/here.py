"""Search in the open chat: what is found is marked, and the view goes from match to match."""

from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QObject, QPoint, Signal
from PySide6.QtGui import QAccessible
from PySide6.QtWidgets import QWidget

from app.model import Direction, Match, Message
from ui.announcer import announce
from ui.chat.panel import ChatPanel
from ui.chat.rows import NO_ROW
from ui.chat.sliding import Spot
from ui.desk import Desk
from ui.ids import chat_bytes
from ui.look import Look
from ui.search.bar import SearchBar
from ui.search.jump import Jumper
from ui.search.marks import Marks
from ui.search.searcher import Searcher

if TYPE_CHECKING:
    from ui.desk import History

BATCH: Final = 1000
"""Matches read at once; the next are read when somebody has stepped through these."""
_END_KEY: Final = 2**63 - 1


class SearchHere(QObject):
    day_wanted = Signal(object)
    """The widget at which a calendar shall open."""

    def __init__(
        self, chat: ChatPanel, desk: Desk, look: Look, searcher: Searcher, jumper: Jumper
    ) -> None:
        super().__init__(chat)
        self._chat = chat
        self._look = look
        self._searcher = searcher
        self._jumper = jumper
        self._chat_id = ""
        self._matches: list[Match] = []
        """From the newest to the oldest."""
        self._at: int | None = None
        self._is_bounded = False
        self._is_complete = True
        """All messages were read for words inside words; until then there may be more."""
        self._is_awaited = False
        """A step behind the last match, until all was looked through."""
        self._has_news = False
        """Something was said since."""
        self._anchor = _END_KEY
        """Matches are looked for from here on upwards, while one types."""
        self._origin: Spot | None = None
        self._has_left = False
        self.bar = SearchBar(look)
        self.bar.hide()
        chat.page.add_below_header(self.bar)
        before = (chat.page.header.info_button, *self.bar.tab_order(), chat.page.view)
        for one, other in pairwise(before):
            QWidget.setTabOrder(one, other)
        self._listen(desk)

    def _listen(self, desk: Desk) -> None:
        bar = self.bar
        bar.words.textChanged.connect(self._on_words_changed)
        bar.words.stepped.connect(self.step)
        bar.older_button.clicked.connect(lambda: self.step(1))
        bar.newer_button.clicked.connect(lambda: self.step(-1))
        bar.day_button.clicked.connect(lambda: self.day_wanted.emit(bar.day_button))
        bar.close_button.clicked.connect(self.close)
        desk.messages_added.connect(self._on_messages_added)
        desk.messages_changed.connect(self._on_messages_changed)

    @property
    def is_open(self) -> bool:
        return bool(self._chat_id)

    def open(self) -> None:
        if not self.is_open:
            self._chat_id = self._chat.peer_id
            self._origin, self._has_left = self._jumper.spot(), False
            self._anchor = self._lowest_key()
            self.bar.words.clear()
            self.bar.show_no_count()
            self.bar.show()
        self.bar.words.setFocus()
        self.bar.words.selectAll()

    def close(self) -> None:
        """Back to where the reader was before the search."""
        goes_back = self._has_left and self._chat_id == self._chat.peer_id
        self.leave()
        if goes_back:
            self._jumper.go_back(self._origin)
        self._chat.page.composer.edit.setFocus()

    def leave(self) -> None:
        """Closes it; the view stays where it is."""
        if self.is_open:
            self._chat_id = ""
            self._searcher.forget()
            self._matches, self._at = [], None
            self._show_marks(None)
            self.bar.hide()

    def on_chat_changed(self) -> None:
        if self._chat_id != self._chat.peer_id:
            self.leave()

    # --- Asking ------------------------------------------------------------
    def _on_words_changed(self, _text: str) -> None:
        if self.is_open:
            self._at = None
            self._look_up(self._on_found_at_once)

    def _look_up(
        self,
        then: Callable[[list[Match]], None],
        before: Match | None = None,
        *,
        is_deep: bool = False,
    ) -> None:
        """In the index, which answers at once, or in all that was written."""
        from app.store.search import search_terms  # noqa: PLC0415 - with the first search

        text = self.bar.words.text()
        terms = search_terms(text)
        if not terms:
            self._searcher.forget()
            self._matches = []
            self._show_marks(None)
            self.bar.show_no_count()
            return
        self._show_marks(Marks(self._look.theme, terms))
        chat = chat_bytes(self._chat_id)
        rows = {"before_row": before.row} if before else {}
        is_wanted = self._searcher.is_wanted

        def read(history: "History") -> list[Match]:
            if is_deep:
                return history.deep_matches(text, BATCH, chat, **rows, is_wanted=is_wanted)
            return history.matches(text, BATCH, chat, **rows)

        self._searcher.ask(read, then)

    def _on_found_at_once(self, found: Sequence[Match]) -> None:
        self._is_complete = self._is_awaited = False
        if found:
            self._on_found(found)
            self._look_up(self._on_all_found_again, is_deep=True)
        else:
            self._take(found)
            self._look_up(self._on_all_found, is_deep=True)

    def _on_found(self, found: Sequence[Match]) -> None:
        """The nearest one above is shown; where it is in sight already, nothing moves."""
        self._take(found)
        older = (at for at, one in enumerate(self._matches) if one.order_key <= self._anchor)
        if self._matches:
            self._show_match(next(older, 0), lights=False)

    def _on_found_again(self, found: Sequence[Match]) -> None:
        """After a change in the chat: the same one stays, and the view too."""
        key = self._matches[self._at].order_key if self._at is not None else self._anchor
        self._take(found)
        keys = [one.order_key for one in self._matches]
        self._at = keys.index(key) if key in keys else None
        self._show_count()

    def _on_all_found(self, found: Sequence[Match]) -> None:
        self._on_found(found)
        self._go_on()

    def _on_all_found_again(self, found: Sequence[Match]) -> None:
        self._on_found_again(found)
        self._go_on()

    def _go_on(self) -> None:
        """All was looked through: with a step that waits for it, or with what came meanwhile."""
        self._is_complete = True
        self._show_count()
        is_awaited, self._is_awaited = self._is_awaited, False
        if is_awaited:
            self.step(1)
        else:
            self._look_for_news()

    def _on_more_found(self, found: Sequence[Match]) -> None:
        last = len(self._matches)
        self._take([*self._matches, *found], is_bounded=len(found) == BATCH)
        self._show_match(last if found else 0)

    def _take(self, found: Sequence[Match], *, is_bounded: bool | None = None) -> None:
        self._is_bounded = len(found) == BATCH if is_bounded is None else is_bounded
        self._matches = sorted(found, key=lambda one: one.order_key, reverse=True)
        self._at = None
        self._show_count()

    # --- What is said meanwhile --------------------------------------------
    def _on_messages_added(self, messages: tuple[Message, ...]) -> None:
        if self._concerns(messages):
            self._has_news = True
            if self._is_complete:
                self._look_for_news()

    def _on_messages_changed(self, messages: tuple[Message, ...]) -> None:
        if self._concerns(messages) and self.bar.words.text().strip():
            self._look_up(self._on_all_found_again, is_deep=True)

    def _concerns(self, messages: tuple[Message, ...]) -> bool:
        ours = [one for one in messages if one.chat_id == self._chat_id]
        if any(one.direction is Direction.OUT for one in ours):
            self._has_left = False  # the reader has gone on from here
        return bool(ours) and self.is_open

    def _look_for_news(self) -> None:
        if self._has_news and self.bar.words.text().strip():
            self._has_news = False
            self._look_up(self._on_news_found)

    def _on_news_found(self, found: Sequence[Match]) -> None:
        """The newest alone were looked through: what was found further up still stands there."""
        known = {one.row: one for one in (*self._matches, *found)}
        is_bounded = self._is_bounded
        self._on_found_again(list(known.values()))
        self._is_bounded = is_bounded
        self._show_count()
        self._look_for_news()

    # --- Showing -----------------------------------------------------------
    def step(self, direction: int) -> None:
        """To the next older match (1) or the next newer one (-1); behind the last the first."""
        if not self._matches:
            return
        at = -1 if self._at is None else self._at
        wanted = at + direction
        if wanted >= len(self._matches) and self._is_bounded and not self._is_complete:
            self._is_awaited = True  # another question would take the place of the one for all
        elif wanted >= len(self._matches) and self._is_bounded:
            oldest = min(self._matches, key=lambda one: one.row)
            self._look_up(self._on_more_found, oldest, is_deep=True)
        else:
            self._show_match(wanted % len(self._matches))
            self._anchor = self._matches[self._at or 0].order_key

    def _show_match(self, at: int, *, lights: bool = True) -> None:
        self._at = at
        before = self._jumper.spot()
        row = self._jumper.go(self._matches[at].order_key, lights=lights)
        self._has_left = self._has_left or self._jumper.spot() != before
        marks = self._chat.page.view.delegate.marks
        if marks is not None:
            marks.here = row or NO_ROW
            self._chat.page.view.viewport().update()
        self._show_count()
        if QAccessible.isActive():
            announce(self.bar, f"{self.bar.count.text()}, {self._said(self._matches[at])}")

    def _said(self, match: Match) -> str:
        model = self._chat.page.view.chat_model
        number = model.number_at(match.order_key)
        return "" if number is None else str(model.data(model.index(number)))

    def _show_count(self) -> None:
        number = 0 if self._at is None else self._at + 1
        count = len(self._matches)
        if count or self._is_complete:
            is_bounded = self._is_bounded or not self._is_complete
            self.bar.show_count(number, count, is_bounded=is_bounded)
        else:
            self.bar.show_no_count()

    def _show_marks(self, marks: Marks | None) -> None:
        view = self._chat.page.view
        if marks is not None and view.delegate.marks is not None:
            marks.here = view.delegate.marks.here
        view.delegate.marks = marks
        view.viewport().update()

    def _lowest_key(self) -> int:
        """Of the last row in sight."""
        view = self._chat.page.view
        room = view.viewport().rect()
        index = view.indexAt(QPoint(room.center().x(), room.bottom() - 1))
        return view.message_at(index.row()).order_key if index.isValid() else _END_KEY
