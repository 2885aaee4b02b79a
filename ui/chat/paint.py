"""Drawing one row of the chat. Reads geometry and state, decides nothing."""

from dataclasses import dataclass, field
from typing import Final

from PySide6.QtCore import QPoint, QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter, QPen, QTextLayout

from app.model import Direction, Message, MessageState, Transfer, TransferState
from ui.avatar import name_color
from ui.chat.actions import ASKING, Action
from ui.chat.bubble import MARK, PADDING_X, PADDING_Y, RADIUS, SIDE_MARGIN, Placed, meta_text
from ui.chat.card import Button, Card
from ui.chat.extras import QUOTE_BAR, QUOTE_PADDING, Chip, chip_text, quoted_line
from ui.chat.frame import draw_frame
from ui.chat.marks import MARKS
from ui.chat.rows import Row
from ui.icons import mark_pixmap, pixmap
from ui.look import Look
from ui.plain import shown_line

_ICON_OF: Final = {Action.CANCEL: "close", Action.SHOW_IN_FOLDER: "folder"}
_AlignLeft = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
_AlignRight = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
_AlignCenter = Qt.AlignmentFlag.AlignCenter


@dataclass(slots=True)
class RowState:
    """What the pointer, the keyboard and the clock add to a row."""

    name: str = ""
    """The other person, ready for a sentence."""
    author: str = ""
    receiver: str = ""
    """For whom a card of ours in a room is."""
    quoted: str = ""
    """Whose words the message quotes."""
    hovered: Action | None = None
    is_armed: bool = True
    has_focus: bool = False
    selection: list[QTextLayout.FormatRange] = field(default_factory=list)


class RowPainter:
    """Bound to one QPainter for one row."""

    def __init__(self, painter: QPainter, look: Look, state: RowState) -> None:
        self._painter = painter
        self._look = look
        self._state = state
        self._px = look.fonts.px
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)

    def draw(self, row: Row, placed: Placed) -> None:
        if placed.day is not None:
            self._draw_day(row.message, placed.day)
        if placed.new_line is not None:
            self._draw_new_line(placed.new_line)
        if row.is_news:
            self._draw_news(placed)
            return
        if placed.author is not None:
            self._draw_author(row.message, placed.author)
        self._draw_frame(row.message, placed.frame)
        if placed.bubble.card is not None and row.message.transfer is not None:
            self._draw_card(row.message.transfer, placed, placed.bubble.card)
            self._draw_receiver(placed)
        else:
            self._draw_head(row.message, placed)
            self._draw_text(row.message, placed)
        self._draw_meta(row.message, placed)
        for chip in placed.bubble.chips:
            self._draw_chip(row.message, chip, placed.frame.topLeft())

    # --- Between messages --------------------------------------------------
    def _draw_day(self, message: Message, area: QRect) -> None:
        look, px = self._look, self._px
        text = look.format.day(message.time_ms, look.today())
        metrics = QFontMetrics(look.fonts.tiny)
        pill = QRect(0, 0, metrics.horizontalAdvance(text) + px(22), metrics.height() + px(6))
        pill.moveCenter(area.center())
        self._fill(QRectF(pill), pill.height() / 2, "hover")
        self._write(pill, _AlignCenter, text, look.fonts.tiny, "dim")

    def _draw_new_line(self, area: QRect) -> None:
        look, px = self._look, self._px
        text = look.words.new_line()
        half = QFontMetrics(look.fonts.tiny).horizontalAdvance(text) // 2 + px(14)
        center = area.center()
        faded = self._color("accent")
        faded.setAlphaF(0.4)
        self._painter.setPen(QPen(faded, 1))
        left, right = area.left() + px(SIDE_MARGIN), area.right() - px(SIDE_MARGIN)
        self._painter.drawLine(left, center.y(), center.x() - half, center.y())
        self._painter.drawLine(center.x() + half, center.y(), right, center.y())
        self._write(area, _AlignCenter, text, look.fonts.tiny, "accent")

    def _draw_news(self, placed: Placed) -> None:
        layout, frame = placed.bubble.layout, placed.frame
        self._fill(QRectF(frame), min(frame.height() / 2, self._px(RADIUS)), "hover")
        if self._state.has_focus:
            self._draw_ring(frame, min(frame.height() / 2, self._px(RADIUS)))
        if layout is not None:
            self._painter.setPen(self._color("dim"))
            layout.draw(self._painter, QPointF(frame.topLeft() + placed.bubble.text_at))

    def _draw_author(self, message: Message, area: QRect) -> None:
        look = self._look
        inside = area.adjusted(self._px(PADDING_X), 0, 0, 0)
        font = look.fonts.tiny_bold
        elided = Qt.TextElideMode.ElideRight
        line = QFontMetrics(font).elidedText(self._state.author, elided, inside.width())
        self._painter.setFont(font)
        self._painter.setPen(name_color(message.peer_id, look.theme.tokens.bg))
        self._painter.drawText(inside, _AlignLeft | Qt.TextFlag.TextSingleLine, line)

    def _draw_ring(self, frame: QRect, radius: float) -> None:
        self._painter.setPen(QPen(self._color("accent"), 2))
        self._painter.setBrush(Qt.BrushStyle.NoBrush)
        ring = QRectF(frame).adjusted(0.5, 0.5, -0.5, -0.5)
        self._painter.drawRoundedRect(ring, radius, radius)

    # --- The bubble --------------------------------------------------------
    def _draw_frame(self, message: Message, frame: QRect) -> None:
        is_mine = message.direction is Direction.OUT
        radius = self._px(RADIUS)
        draw_frame(
            self._painter,
            frame,
            min(radius, frame.height() // 2),
            fill=self._color("mine" if is_mine else "theirs"),
            edge=self._color("mine" if is_mine else "line"),
            shadow=self._color("shadow"),
        )
        if self._state.has_focus:
            self._draw_ring(frame, radius)

    def _draw_head(self, message: Message, placed: Placed) -> None:
        px, fonts, corner = self._px, self._look.fonts, placed.frame.topLeft()
        token = "mine_dim" if message.direction is Direction.OUT else "dim"
        if placed.bubble.forwarded is not None:
            area = placed.bubble.forwarded.translated(corner)
            self._write(area, _AlignLeft, self._look.words.forwarded(), fonts.small, token)
        if placed.bubble.quote is None:
            return
        box = placed.bubble.quote.translated(corner)
        ground = self._color("text")
        ground.setAlphaF(0.06)
        self._fill(QRectF(box), px(5), ground)
        bar = QRectF(box.left(), box.top(), px(QUOTE_BAR), box.height())
        self._fill(bar, px(QUOTE_BAR) / 2, "accent")
        inside = box.adjusted(px(QUOTE_BAR + QUOTE_PADDING), px(4), -px(QUOTE_PADDING), -px(4))
        upper, lower = QRect(inside), QRect(inside)
        upper.setHeight(inside.height() // 2)
        lower.setTop(upper.bottom() + 1)
        right = Qt.TextElideMode.ElideRight
        self._write_elided(upper, self._state.quoted, fonts.tiny_bold, "accent", right)
        self._write_elided(lower, quoted_line(message, self._look), fonts.small, token, right)

    def _draw_chip(self, message: Message, chip: Chip, corner: QPoint) -> None:
        """One's own is outlined."""
        area = QRectF(chip.rect.translated(corner)).adjusted(0.5, 0.5, -0.5, -0.5)
        is_own = "" in chip.reaction.people
        ground = self._color("accent" if is_own else "text")
        ground.setAlphaF(0.16 if is_own else 0.07)
        self._painter.setPen(QPen(self._color("accent"), 1) if is_own else Qt.PenStyle.NoPen)
        self._painter.setBrush(ground)
        self._painter.drawRoundedRect(area, area.height() / 2, area.height() / 2)
        text = chip_text(chip.reaction)
        self._write(area.toRect(), _AlignCenter, text, self._look.fonts.body, "text")

    def _draw_text(self, message: Message, placed: Placed) -> None:
        bubble = placed.bubble
        if bubble.layout is not None:
            faint = "mine_dim" if message.direction is Direction.OUT else "dim"
            self._painter.setPen(self._color(faint if message.is_deleted else "text"))
            corner = QPointF(placed.frame.topLeft() + bubble.text_at)
            in_sight = QRectF(self._painter.viewport())
            bubble.layout.draw(self._painter, corner, self._state.selection, in_sight)
        if bubble.more is not None:
            line = bubble.more.translated(placed.frame.topLeft())
            self._write(
                line, _AlignLeft, self._look.words.show_all(), self._look.fonts.small, "accent"
            )

    def _draw_meta(self, message: Message, placed: Placed) -> None:
        look, px = self._look, self._px
        area = placed.bubble.meta.translated(placed.frame.topLeft())
        is_mine = message.direction is Direction.OUT
        token = "mine_dim" if is_mine else "dim"
        self._write(area, _AlignLeft, meta_text(message, look), look.fonts.tiny, token)
        if is_mine:
            mark = QRect(0, 0, px(MARK), px(MARK))
            mark.moveRight(area.right())
            mark.moveTop(area.center().y() - px(MARK) // 2)
            self._draw_mark(message.state, mark)

    def _draw_mark(self, state: MessageState, area: QRect) -> None:
        token = {MessageState.READ: "accent", MessageState.FAILED: "bad"}.get(state, "mine_dim")
        ratio = self._painter.device().devicePixelRatioF()
        color, ground = self._color(token), self._color("mine")
        drawn = mark_pixmap(MARKS[state], area.width(), color, ground, ratio)
        self._painter.drawPixmap(area.topLeft(), drawn)

    # --- The card ----------------------------------------------------------
    def _draw_card(self, transfer: Transfer, placed: Placed, card: Card) -> None:
        px = self._px
        corner = placed.frame.topLeft()
        dx, dy = corner.x() + px(PADDING_X), corner.y() + px(PADDING_Y)
        self._draw_badge(transfer, card.badge.translated(dx, dy))
        title = self._look.words.title(transfer)
        bold = self._look.fonts.bold
        middle = Qt.TextElideMode.ElideMiddle  # so that ".pdf.exe" stays in sight
        self._write_elided(card.title.translated(dx, dy), title, bold, "text", middle)
        self._draw_detail(transfer, card, dx, dy)
        if card.bar is not None:
            self._draw_bar(transfer, card.bar.translated(dx, dy))
        for button in card.buttons:
            self._draw_button(Button(button.action, button.rect.translated(dx, dy)))

    def _draw_badge(self, transfer: Transfer, area: QRect) -> None:
        look = self._look
        is_mine = transfer.direction is Direction.OUT
        self._fill(QRectF(area), self._px(7), "panel" if is_mine else "accent_soft")
        label = badge_text(transfer)
        if label:
            self._write(area, _AlignCenter, label, look.fonts.tiny_bold, "accent")
            return
        name = "folder" if transfer.folders else "file"
        side = self._px(22)
        icon = pixmap(name, side, self._color("accent"), self._painter.device().devicePixelRatioF())
        place = QRect(0, 0, side, side)
        place.moveCenter(area.center())
        self._painter.drawPixmap(place.topLeft(), icon)

    def _draw_detail(self, transfer: Transfer, card: Card, dx: int, dy: int) -> None:
        look = self._look
        token = "mine_dim" if transfer.direction is Direction.OUT else "dim"
        if transfer.state is TransferState.FAILED:
            token = "bad"
        line = look.words.transfer_line(transfer, self._state.name, look.format)
        area = card.detail.translated(dx, dy)
        self._write_elided(area, line, look.fonts.small, token, Qt.TextElideMode.ElideRight)
        if card.left is not None and transfer.rate > 0:
            seconds = (transfer.size_bytes - transfer.done_bytes) / transfer.rate
            left = look.format.left(max(0.0, seconds))
            self._write(card.left.translated(dx, dy), _AlignRight, left, look.fonts.small, token)

    def _draw_receiver(self, placed: Placed) -> None:
        """Beside the time, on a card of ours in a room."""
        if not self._state.receiver:
            return
        look, left = self._look, placed.frame.left() + self._px(PADDING_X)
        meta = placed.bubble.meta.translated(placed.frame.topLeft())
        area = QRect(left, meta.top(), meta.left() - self._px(10) - left, meta.height())
        line = look.room_words.for_whom(self._state.receiver)
        elided = Qt.TextElideMode.ElideRight
        self._write_elided(area, line, look.fonts.tiny, "mine_dim", elided)

    def _draw_bar(self, transfer: Transfer, area: QRect) -> None:
        radius = area.height() / 2
        self._fill(QRectF(area), radius, "track")
        share = transfer.done_bytes / transfer.size_bytes if transfer.size_bytes else 1.0
        done = QRectF(area)
        done.setWidth(max(area.height(), area.width() * min(1.0, share)))
        self._fill(done, radius, "dim" if transfer.state is TransferState.PAUSED else "accent")

    def _draw_button(self, button: Button) -> None:
        self._painter.setOpacity(1.0 if self._state.is_armed else 0.5)
        if button.action in ASKING:
            self._draw_text_button(button)
        else:
            self._draw_icon_button(button)
        self._painter.setOpacity(1.0)

    def _draw_text_button(self, button: Button) -> None:
        is_hovered = self._state.hovered is button.action and self._state.is_armed
        is_main = button.action is Action.ACCEPT
        shape = QRectF(button.rect).adjusted(0.5, 0.5, -0.5, -0.5)
        self._painter.setPen(QPen(self._color("accent" if is_main else "hint"), 1))
        fill = "accent" if is_main else "hover" if is_hovered else "theirs"
        self._painter.setBrush(self._color(fill))
        self._painter.drawRoundedRect(shape, self._px(8), self._px(8))
        label = self._look.words.action(button.action)
        token = "on_accent" if is_main else "text"
        self._write(button.rect, _AlignCenter, label, self._look.fonts.body, token)

    def _draw_icon_button(self, button: Button) -> None:
        if self._state.hovered is button.action:
            ground = self._color("text")
            ground.setAlphaF(0.1)
            self._fill(QRectF(button.rect), self._px(8), ground)
        side = self._px(18)
        ratio = self._painter.device().devicePixelRatioF()
        icon = pixmap(_ICON_OF[button.action], side, self._color("dim"), ratio)
        place = QRect(0, 0, side, side)
        place.moveCenter(button.rect.center())
        self._painter.drawPixmap(place.topLeft(), icon)

    # --- Tools -------------------------------------------------------------
    def _color(self, token: str) -> QColor:
        return self._look.theme.color(token)

    def _fill(self, shape: QRectF, radius: float, color: str | QColor) -> None:
        self._painter.setPen(Qt.PenStyle.NoPen)
        self._painter.setBrush(self._color(color) if isinstance(color, str) else color)
        self._painter.drawRoundedRect(shape, radius, radius)

    def _write(
        self, area: QRect, align: Qt.AlignmentFlag, text: str, font: QFont, token: str
    ) -> None:
        self._painter.setFont(font)
        self._painter.setPen(self._color(token))
        self._painter.drawText(area, align | Qt.TextFlag.TextSingleLine, text)

    def _write_elided(
        self, area: QRect, text: str, font: QFont, token: str, mode: Qt.TextElideMode
    ) -> None:
        line = QFontMetrics(font).elidedText(text, mode, area.width())
        self._write(area, _AlignLeft, line, font, token)


def badge_text(transfer: Transfer) -> str:
    """The ending of the only file, which decides what opens it; nothing for several."""
    if transfer.folders or transfer.files != 1 or len(transfer.names) != 1:
        return ""
    ending = shown_line(transfer.names[0]).rpartition(".")[2]
    is_ending = ending != shown_line(transfer.names[0]) and ending.isalnum()
    return ending.upper() if is_ending and 0 < len(ending) <= 4 else ""
