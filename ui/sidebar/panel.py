"""The column at the left: me, search, people, the state of the network."""

from PySide6.QtCore import QEvent, QPoint, QRect, QRectF, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from ui.fields import SearchField
from ui.labels import ElidedLabel, PlainLabel
from ui.look import Look
from ui.roster import Roster, Section
from ui.sidebar.me import MePanel
from ui.sidebar.model import build_rows
from ui.sidebar.view import ListWidget
from ui.widths import hold_width

WIDTH = 292
SEARCH_KEY = "Ctrl+K"


class SearchEdit(SearchField):
    """Down goes into the list, Escape empties. The key that leads here stands in it."""

    down_pressed = Signal()
    entered = Signal()

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if self.text() or self.hasFocus() or self.isRightToLeft():
            return  # mirrored, words of another direction stand there
        px, theme = self.look.fonts.px, self.look.theme
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(self.look.fonts.tiny)
        metrics = painter.fontMetrics()
        size = QSize(metrics.horizontalAdvance(SEARCH_KEY) + px(10), metrics.height() + px(2))
        chip = QRect(QPoint(self.width() - size.width() - px(9), 0), size)
        chip.moveTop((self.height() - size.height()) // 2)
        painter.setPen(theme.color("line"))
        painter.drawRoundedRect(QRectF(chip).adjusted(0.5, 0.5, -0.5, -0.5), px(4), px(4))
        painter.setPen(theme.color("faint"))
        painter.drawText(chip, Qt.AlignmentFlag.AlignCenter, SEARCH_KEY)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape and self.text():
            self.clear()
        elif event.key() == Qt.Key.Key_Down:
            self.down_pressed.emit()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.entered.emit()
        else:
            super().keyPressEvent(event)


class StateDot(QWidget):
    """The network's state beside the words that tell it."""

    def __init__(self, look: Look) -> None:
        super().__init__()
        self._look = look
        self._token = "offline"
        self.setFixedSize(QSize(look.fonts.px(8), look.fonts.px(8)))
        look.theme.changed.connect(self.update)

    def show_token(self, token: str) -> None:
        self._token = token
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self._look.theme.color(self._token))
        painter.drawEllipse(self.rect())


class SidePanel(QWidget):
    person_opened = Signal(str)

    def __init__(self, look: Look, roster: Roster) -> None:
        super().__init__()
        self._look = look
        self._roster = roster
        self._shows_requests = False
        self._networks: int | None = None
        self._is_stopped = False
        self._cover: QWidget | None = None
        self.setObjectName("side")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.fill(False)
        self.me = MePanel(look)
        self.search = SearchEdit(look)
        self.people = ListWidget(look, roster)
        self._empty = PlainLabel(wraps=True)
        self._foot = ElidedLabel()
        self._dot = StateDot(look)
        self._lay_out()
        self._listen()
        self.retranslate()
        self.refresh()

    def _lay_out(self) -> None:
        px = self._look.fonts.px
        self.search.setObjectName("search")
        self._empty.setAlignment(Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignTop)
        self._empty.setContentsMargins(px(24), px(28), px(24), 0)
        self._empty.setProperty("rank", "dim")
        search_row = QHBoxLayout()
        search_row.setContentsMargins(px(12), 0, px(12), px(8))
        search_row.addWidget(self.search)
        column = self._column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 1, 0)  # the line at the right edge
        column.setSpacing(0)
        column.addWidget(self.me)
        column.addLayout(search_row)
        column.addWidget(self.people, 1)
        column.addWidget(self._empty, 1)
        column.addWidget(self._make_foot())

    def fill(self, fills: bool) -> None:
        """``fills``: it is all that is seen, else a column of its own width."""
        hold_width(self, self._look.fonts.px(WIDTH), fills=fills)

    def add_above_foot(self, part: QWidget) -> None:
        """Made after the first frame."""
        self._column.insertWidget(self._column.count() - 1, part)

    def add_below_list(self, part: QWidget) -> None:
        """Made after the first frame."""
        self._column.insertWidget(self._column.indexOf(self._empty) + 1, part)

    def cover(self, part: QWidget | None) -> None:
        """``part`` in the place of search and list; None gives them their place back."""
        if self._cover is not None:
            self._cover.hide()
            self._column.removeWidget(self._cover)
        self._cover = part
        if part is not None:
            self._column.insertWidget(1, part, 1)
            part.show()
        self.search.setVisible(part is None)
        self.refresh()

    def _make_foot(self) -> QWidget:
        px = self._look.fonts.px
        foot = QWidget()
        foot.setObjectName("foot")
        foot.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._foot.setFont(self._look.fonts.small)
        self._foot.setProperty("rank", "dim")
        row = QHBoxLayout(foot)
        row.setContentsMargins(px(16), px(9), px(16), px(9))
        row.setSpacing(px(8))
        row.addWidget(self._dot)
        row.addWidget(self._foot, 1)
        return foot

    def _listen(self) -> None:
        self._roster.changed.connect(self.refresh)
        self.search.textChanged.connect(self.refresh)
        self.search.down_pressed.connect(self._enter_list)
        self.search.entered.connect(self._open_first)
        self.people.person_opened.connect(self.person_opened)
        self.people.requests_toggled.connect(self._on_requests_toggled)
        self._midnight = QTimer(self, interval=60_000)
        self._midnight.timeout.connect(self.people.viewport().update)
        self._midnight.start()

    # --- Showing -----------------------------------------------------------
    def refresh(self) -> None:
        search = self.search.text().strip()
        rows = build_rows(
            self._roster,
            search=search,
            shows_requests=self._shows_requests,
            shown_chat=self.people.delegate.shown_chat,
            people_round=self._roster.people_round,
            pinned=self._roster.pinned,
            marked=self._roster.marked,
        )
        self.people.show_rows(rows)
        self._empty.setText(self._empty_text(search))
        is_alone = not search and not any(row.is_somebody for row in rows)
        self.people.setVisible(bool(rows) and self._cover is None)
        self._empty.setVisible((is_alone or not rows) and self._cover is None)
        self.people.fit_rows(is_alone)
        self._show_state()

    def mark_shown(self, chat_id: str) -> None:
        """Whose chat is open, none for an empty id."""
        self.people.delegate.shown_chat = chat_id
        entry = self._roster.get(chat_id)
        if entry is not None and entry.section is Section.REQUESTS:
            self._shows_requests = True  # who is open is in sight
        self._roster.see(chat_id)
        self.refresh()
        self.people.mark_shown(chat_id)

    def show_networks(self, count: int) -> None:
        self._networks = count
        self._show_state()

    def _show_state(self) -> None:
        """Without a card there may still be somebody here: on this very computer."""
        if self._is_stopped or self._networks is None:
            state = self.tr("Not running") if self._is_stopped else self.tr("Starting…")
            self._foot.setText(state)
            self.me.show_state(state)
            return
        is_reachable = self._networks > 0 or any(
            e.person is not None and e.person.is_online for e in self._roster
        )
        self._dot.show_token("online" if is_reachable else "warn")
        self._foot.setText(self._look.words.networks(self._networks, is_reachable))
        self.me.show_state(self.tr("Available") if is_reachable else self.tr("No network"))

    def show_stopped(self) -> None:
        """Landline could not start; the middle says why."""
        self._is_stopped = True
        self.setEnabled(False)
        self._dot.show_token("warn")
        self.retranslate()

    def retranslate(self) -> None:
        self.search.setPlaceholderText(self.tr("Search people"))
        self.search.setAccessibleName(self.tr("Search people"))
        self.search.setToolTip(self.tr("Search people ({key})").format(key=SEARCH_KEY))
        self.people.setAccessibleName(self.tr("People and conversations"))
        self.people.setAccessibleDescription(
            self.tr("Choosing a row opens its conversation; choosing it again, its menu.")
        )
        self.people.viewport().update()
        self.refresh()

    def changeEvent(self, event: QEvent) -> None:
        if event.type() is QEvent.Type.LanguageChange:
            self.retranslate()
        super().changeEvent(event)

    def _empty_text(self, search: str) -> str:
        if search:
            return self.tr("Nobody here is called that.")
        if self._is_stopped:
            return ""
        return self.tr(
            "Looking for people on this network…\n\n"
            "Whoever opens Landline here appears by themselves."
        )

    def tab_order(self) -> list[QWidget]:
        return [*self.me.tab_order(), self.search, self.people]

    # --- Moving ------------------------------------------------------------
    def step(self, direction: int) -> None:
        """Open the next person down (1) or up (-1) from the one shown."""
        people = self.people.rows.chats()
        if not people:
            return
        shown = self.people.delegate.shown_chat
        if shown in people:
            self.person_opened.emit(people[(people.index(shown) + direction) % len(people)])
        else:
            self.person_opened.emit(self.people.rows.first())

    def open_number(self, number: int) -> None:
        """The conversation that is the ``number``-th in the list, from 0."""
        chats = self.people.rows.chats()
        if number < len(chats):
            self.person_opened.emit(chats[number])

    def focus_search(self) -> None:
        self.search.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.search.selectAll()

    def _enter_list(self) -> None:
        self.people.setFocus(Qt.FocusReason.TabFocusReason)

    def _open_first(self) -> None:
        first = self.people.rows.first()
        if first:
            self.search.clear()
            self.person_opened.emit(first)

    def _on_requests_toggled(self) -> None:
        self._shows_requests = not self._shows_requests
        self.refresh()
