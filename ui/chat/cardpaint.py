"""Drawing the card of a transfer. Reads geometry and state, decides nothing."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QPoint, QRect, QRectF, Qt
from PySide6.QtGui import QFontMetrics, QPainter, QPen

from app.model import Transfer, TransferState
from ui.chat.actions import Action
from ui.chat.brush import ALIGN_CENTER, ALIGN_END, Brush
from ui.chat.card import NOBODY, Button, Card, Who
from ui.look import Look
from ui.plain import shown_line

if TYPE_CHECKING:
    from ui.search.marks import Marks

_ICONS: Final = {
    Action.PAUSE: "pause",
    Action.RESUME: "resume",
    Action.CANCEL: "close",
    Action.RETRY: "retry",
    Action.OPEN: "open",
    Action.SHOW_IN_FOLDER: "folder",
    Action.MOVE_FIRST: "first",
    Action.MOVE_UP: "up",
    Action.MOVE_DOWN: "down",
}
_MAIN: Final = frozenset({Action.ACCEPT, Action.KEEP_REST, Action.SEND_AGAIN})
_RIGHT: Final = Qt.TextElideMode.ElideRight
_MIDDLE: Final = Qt.TextElideMode.ElideMiddle
"""So that ".pdf.exe" stays in sight."""


@dataclass(frozen=True, slots=True)
class CardState:
    """What is known about it besides the transfer itself."""

    who: Who = NOBODY
    hovered: Action | None = None
    is_armed: bool = True
    is_mine: bool = False
    """In a bubble of our own."""
    about: str = ""
    marks: "Marks | None" = None
    """The words that are looked for."""
    is_found: bool = False
    """The match that is shown right now."""


class CardPainter(Brush):
    def __init__(self, painter: QPainter, look: Look, state: CardState) -> None:
        super().__init__(painter, look)
        self._state = state
        self._dim = "mine_dim" if state.is_mine else "dim"

    def draw(self, transfer: Transfer, card: Card, corner: QPoint) -> None:
        self._painter.save()
        self._painter.translate(corner)
        look = self._look
        self._draw_badge(transfer, card.badge)
        self._draw_title(card.title, transfer)
        if card.about is not None:
            self._write_elided(card.about, self._state.about, look.fonts.small, "dim", _RIGHT)
        if card.bar is not None:
            self._draw_bar(transfer, card.bar)
        self._draw_lines(transfer, card)
        for button in card.buttons:
            self._draw_button(button)
        self._painter.restore()

    def _draw_title(self, area: QRect, transfer: Transfer) -> None:
        """Shortened is the name, not how many more there are."""
        words, font, marks = self._look.transfer_words, self._look.fonts.bold, self._state.marks
        title, metrics = words.title(transfer), QFontMetrics(self._look.fonts.bold)
        over = metrics.horizontalAdvance(title) - area.width()
        shown = title
        if over > 0:
            shown = words.title(transfer, lambda name: _shortened(name, over, metrics))
        if marks is None or not marks.spans(title):
            self._write_elided(area, shown, font, "text", _MIDDLE)
            return
        from ui.search.marks import draw_lines  # noqa: PLC0415 - there is something to mark

        line = metrics.elidedText(shown, _MIDDLE, area.width())
        self._painter.setPen(self._color("text"))
        draw_lines(self._painter, area, line, font, marks, is_here=self._state.is_found)

    def _draw_badge(self, transfer: Transfer, area: QRect) -> None:
        look = self._look
        self._fill(QRectF(area), self._px(7), "panel" if self._state.is_mine else "accent_soft")
        label = badge_text(transfer)
        if label:
            self._write(area, ALIGN_CENTER, label, look.fonts.tiny_bold, "accent")
        else:
            name = "folder" if transfer.folders else "file"
            self._draw_icon(name, area, self._px(22), "accent")

    def _draw_lines(self, transfer: Transfer, card: Card) -> None:
        look, words, small = self._look, self._look.transfer_words, self._look.fonts.small
        for line in card.lines:
            self._write_elided(line.rect, line.text, small, self._dim, _RIGHT)
        if not card.lines:
            self._write_elided(card.detail, self._detail(transfer, card), small, self._dim, _RIGHT)
        if card.rate is not None and transfer.rate > 0:
            rate = look.format.rate(transfer.rate)
            self._write_elided(card.rate, rate, small, self._dim, _RIGHT)
        if card.left is not None:
            left = words.time_left(transfer, look.format)
            self._write(card.left, ALIGN_END, left, small, self._dim)
        if card.files is not None:
            files = words.files_done(transfer, look.format)
            self._write_elided(card.files, files, small, self._dim, _RIGHT)
        for note in card.notes:
            token = "bad" if note.is_bad else self._dim
            self._write_elided(note.rect, note.text, small, token, _RIGHT)

    def _detail(self, transfer: Transfer, card: Card) -> str:
        words, who, fmt = self._look.transfer_words, self._state.who, self._look.format
        if card.rate is not None:
            return words.amount(transfer, fmt)
        return words.detail(transfer, who.name, fmt, is_here=who.is_here)

    def _draw_bar(self, transfer: Transfer, area: QRect) -> None:
        radius = area.height() / 2
        self._fill(QRectF(area), radius, "track")
        whole = transfer.wanted_bytes
        share = transfer.done_bytes / whole if whole > 0 else 1.0
        done = QRect(area)
        done.setWidth(round(max(area.height(), area.width() * min(1.0, share))))
        is_moving = transfer.state is TransferState.RUNNING
        self._fill(QRectF(self._inside(done, area)), radius, "accent" if is_moving else "hint")

    def _draw_button(self, button: Button) -> None:
        self._painter.setOpacity(1.0 if self._state.is_armed else 0.5)
        if button.has_words:
            self._draw_worded_button(button)
        else:
            self._draw_icon_button(button)
        self._painter.setOpacity(1.0)

    def _draw_worded_button(self, button: Button) -> None:
        is_hovered = self._state.hovered is button.action and self._state.is_armed
        is_main = button.action in _MAIN
        shape = QRectF(button.rect).adjusted(0.5, 0.5, -0.5, -0.5)
        self._painter.setPen(QPen(self._color("accent" if is_main else "hint"), 1))
        fill = "accent" if is_main else "hover" if is_hovered else "panel"
        self._painter.setBrush(self._color(fill))
        self._painter.drawRoundedRect(shape, self._px(8), self._px(8))
        label = self._look.transfer_words.action(button.action)
        font, token = self._look.fonts.body, "on_accent" if is_main else "text"
        inside = button.rect.adjusted(self._px(6), 0, -self._px(6), 0)
        self._write(inside, ALIGN_CENTER, label, font, token)

    def _draw_icon_button(self, button: Button) -> None:
        if self._state.hovered is button.action:
            ground = self._color("text")
            ground.setAlphaF(0.1)
            self._fill(QRectF(button.rect), self._px(8), ground)
        self._draw_icon(_ICONS[button.action], button.rect, self._px(18), self._dim)


def badge_text(transfer: Transfer) -> str:
    """The ending of the only file, which decides what opens it; nothing for several."""
    if transfer.folders or transfer.files != 1 or len(transfer.names) != 1:
        return ""
    ending = shown_line(transfer.names[0]).rpartition(".")[2]
    is_ending = ending != shown_line(transfer.names[0]) and ending.isalnum()
    return ending.upper() if is_ending and 0 < len(ending) <= 4 else ""


def _shortened(name: str, by_px: int, metrics: QFontMetrics) -> str:
    """In its middle: how it begins and ends tells what it is."""
    return metrics.elidedText(name, _MIDDLE, metrics.horizontalAdvance(name) - by_px)
