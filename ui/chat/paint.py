"""Drawing one row of the chat. Reads geometry and state, decides nothing."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QPoint, QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QFontMetrics, QPainter, QPen, QTextLayout

from app.model import Direction, Message, MessageState, Transfer
from ui.avatar import draw_avatar, draw_shown, name_color
from ui.chat.brush import ALIGN_CENTER, ALIGN_START, Brush
from ui.chat.bubble import (
    MARK,
    PADDING_X,
    PADDING_Y,
    RADIUS,
    SIDE_MARGIN,
    Pictures,
    Placed,
    meta_text,
)
from ui.chat.card import Card
from ui.chat.cardpaint import CardPainter, CardState
from ui.chat.extras import (
    GAP_ALIGN,
    QUOTE_BAR,
    QUOTE_PADDING,
    Chip,
    chip_text,
    day_pill,
    gap_text,
    lay_gap,
    quoted_line,
)
from ui.chat.frame import draw_frame
from ui.chat.marks import MARKS, mark_rect
from ui.chat.rows import Row
from ui.chat.textlayout import Block
from ui.icons import mark_pixmap
from ui.look import Look
from ui.media.paint import PicturePainter

if TYPE_CHECKING:
    from ui.media.previews import Previews

NO_CARD: Final = CardState()


@dataclass(slots=True)
class RowState:
    """What the pointer, the keyboard and the clock add to a row."""

    author: str = ""
    picture: str = ""
    """The hash of the author's; empty: none."""
    receiver: str = ""
    """For whom a card of ours in a room is."""
    waits: bool = False
    """Until they accept us, whatever was tried."""
    quoted: str = ""
    """Whose words the message quotes."""
    card: CardState = NO_CARD
    """Of the card it holds."""
    has_focus: bool = False
    selection: list[QTextLayout.FormatRange] = field(default_factory=list)
    previews: "Previews | None" = None
    hovered_code: str | None = None
    copied_code: str | None = None
    """Of the lines whose button is hovered, or was pressed a moment ago."""


class RowPainter(Brush):
    """Bound to one QPainter for one row."""

    def __init__(self, painter: QPainter, look: Look, state: RowState) -> None:
        super().__init__(painter, look)
        self._state = state

    def draw(self, row: Row, placed: Placed) -> None:
        if placed.day is not None:
            self._draw_day(row.message, placed.day)
        if placed.new_line is not None:
            self._draw_new_line(placed.new_line)
        if placed.gap_line is not None:
            self._draw_gap_line(row.message, placed.gap_line)
        if row.is_news:
            self._draw_news(placed)
            return
        if placed.author is not None:
            self._draw_author(row.message, placed.author)
        if placed.face is not None:
            self._draw_face(row.message, QRectF(placed.face))
        self._draw_frame(row.message, placed.frame)
        if placed.bubble.pictures is not None and row.message.transfer is not None:
            self._draw_pictures(row.message.transfer, placed, placed.bubble.pictures)
        elif placed.bubble.card is not None and row.message.transfer is not None:
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
        look = self._look
        text = look.format.day(message.time_ms, look.today())
        pill = day_pill(message, area, look)
        self._fill(QRectF(pill), pill.height() / 2, "hover")
        self._write(pill, ALIGN_CENTER, text, look.fonts.tiny, "dim")

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
        self._write(area, ALIGN_CENTER, text, look.fonts.tiny, "accent")

    def _draw_gap_line(self, message: Message, area: QRect) -> None:
        """Broken off on both sides, as what was said is."""
        look, px = self._look, self._px
        text = gap_text(message, self._state.author, look)
        said, breaks = lay_gap(text, area.width(), look)
        said.translate(area.topLeft())
        faded = self._color("dim")
        faded.setAlphaF(0.45)
        self._painter.setPen(QPen(faded, 1, Qt.PenStyle.DashLine))
        middle, apart = said.center().y(), px(10)
        left, right = area.left() + px(SIDE_MARGIN), area.right() - px(SIDE_MARGIN)
        self._painter.drawLine(left, middle, said.left() - apart, middle)
        self._painter.drawLine(said.right() + apart, middle, right, middle)
        self._painter.setFont(look.fonts.tiny)
        self._painter.setPen(self._color("dim"))
        self._painter.drawText(said, GAP_ALIGN | breaks, text)

    def _draw_news(self, placed: Placed) -> None:
        layout, frame = placed.bubble.layout, placed.frame
        self._fill(QRectF(frame), min(frame.height() / 2, self._px(RADIUS)), "hover")
        if self._state.has_focus:
            self._draw_ring(frame, min(frame.height() / 2, self._px(RADIUS)))
        if layout is not None:
            self._painter.setPen(self._color("dim"))
            layout.draw(self._painter, QPointF(frame.topLeft() + placed.bubble.text_at))

    def _draw_author(self, message: Message, area: QRect) -> None:
        theme = self._look.theme
        inside = area.adjusted(self._px(PADDING_X), 0, -self._px(PADDING_X), 0)
        font = self._look.fonts.tiny_bold
        elided = Qt.TextElideMode.ElideRight
        line = QFontMetrics(font).elidedText(self._state.author, elided, inside.width())
        self._painter.setFont(font)
        self._painter.setPen(name_color(message.peer_id, theme.tokens.bg, theme.contrast))
        flags = self._sided(ALIGN_START) | Qt.TextFlag.TextSingleLine
        self._painter.drawText(inside, flags, line)

    def _draw_face(self, message: Message, disc: QRectF) -> None:
        look, state = self._look, self._state
        if not draw_shown(self._painter, disc, state.picture, look):
            draw_avatar(self._painter, disc, message.peer_id, state.author, look.fonts.body)

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
            edge=self._color("mine" if is_mine and not self._look.theme.is_high else "line"),
            shadow=self._color("shadow"),
        )
        if self._state.has_focus:
            self._draw_ring(frame, radius)

    def _draw_head(self, message: Message, placed: Placed) -> None:
        px, fonts, corner = self._px, self._look.fonts, placed.frame.topLeft()
        token = "mine_dim" if message.direction is Direction.OUT else "dim"
        if placed.bubble.forwarded is not None:
            area = placed.bubble.forwarded.translated(corner)
            self._write(area, ALIGN_START, self._look.words.forwarded(), fonts.small, token)
        if placed.bubble.quote is None:
            return
        box = placed.bubble.quote.translated(corner)
        ground = self._color("text")
        ground.setAlphaF(0.06)
        self._fill(QRectF(box), px(5), ground)
        bar = self._inside(QRect(box.left(), box.top(), px(QUOTE_BAR), box.height()), box)
        self._fill(QRectF(bar), px(QUOTE_BAR) / 2, "accent")
        inside = box.adjusted(px(QUOTE_BAR + QUOTE_PADDING), px(4), -px(QUOTE_PADDING), -px(4))
        inside = self._inside(inside, box)
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
        self._write(area.toRect(), ALIGN_CENTER, text, self._look.fonts.body, "text")

    def _draw_text(self, message: Message, placed: Placed) -> None:
        bubble = placed.bubble
        if bubble.layout is not None:
            faint = "mine_dim" if message.direction is Direction.OUT else "dim"
            for block in bubble.blocks:
                self._draw_block(block, placed.frame.topLeft() + bubble.text_at)
            self._painter.setPen(self._color(faint if message.is_deleted else "text"))
            corner = QPointF(placed.frame.topLeft() + bubble.text_at)
            in_sight = QRectF(self._painter.viewport())
            bubble.layout.draw(self._painter, corner, self._state.selection, in_sight)
        if bubble.more is not None:
            line = bubble.more.translated(placed.frame.topLeft())
            self._write(
                line, ALIGN_START, self._look.words.show_all(), self._look.fonts.small, "accent"
            )

    def _draw_block(self, block: Block, corner: QPoint) -> None:
        self._fill(QRectF(block.rect.translated(corner)), self._px(7), "code")
        button = block.copy.translated(corner)
        if self._state.hovered_code == block.code:
            ground = self._color("text")
            ground.setAlphaF(0.1)
            self._fill(QRectF(button).adjusted(2, 2, -2, -2), self._px(6), ground)
        is_done = self._state.copied_code == block.code
        icon, token = ("check", "ok") if is_done else ("copy", "dim")
        self._draw_icon(icon, button, self._px(15), token)

    def _draw_meta(self, message: Message, placed: Placed) -> None:
        look, px = self._look, self._px
        area = placed.bubble.meta.translated(placed.frame.topLeft())
        is_mine = message.direction is Direction.OUT
        token = "mine_dim" if is_mine else "dim"
        self._write(area, ALIGN_START, meta_text(message, look), look.fonts.tiny, token)
        if is_mine:
            state = MessageState.QUEUED if self._state.waits else message.state
            self._draw_mark(state, mark_rect(area, px(MARK)))

    def _draw_mark(self, state: MessageState, area: QRect) -> None:
        token = {MessageState.READ: "accent", MessageState.FAILED: "bad"}.get(state, "mine_dim")
        ratio = self._painter.device().devicePixelRatioF()
        color, ground = self._color(token), self._color("mine")
        drawn = mark_pixmap(MARKS[state], area.width(), color, ground, ratio)
        self._painter.drawPixmap(area.topLeft(), drawn)

    # --- The card ----------------------------------------------------------
    def _draw_pictures(self, transfer: Transfer, placed: Placed, pictures: Pictures) -> None:
        corner = placed.frame.topLeft()
        if self._state.previews is not None:
            painter = PicturePainter(self._painter, self._look, self._state.previews)
            painter.draw(pictures.album, pictures.grid, corner + pictures.place.topLeft())
        if self._state.receiver:
            line = self._look.room_words.for_whom(self._state.receiver)
        else:
            line = self._look.transfer_words.title(transfer)
        token = "mine_dim" if self._state.card.is_mine else "dim"
        area, middle = pictures.caption.translated(corner), Qt.TextElideMode.ElideMiddle
        self._write_elided(area, line, self._look.fonts.tiny, token, middle)

    def _draw_card(self, transfer: Transfer, placed: Placed, card: Card) -> None:
        corner = placed.frame.topLeft() + QPoint(self._px(PADDING_X), self._px(PADDING_Y))
        CardPainter(self._painter, self._look, self._state.card).draw(transfer, card, corner)

    def _draw_receiver(self, placed: Placed) -> None:
        """Beside the time, on a card of ours in a room."""
        if not self._state.receiver:
            return
        look, frame, left = self._look, placed.frame, placed.frame.left() + self._px(PADDING_X)
        meta = self._inside(placed.bubble.meta.translated(frame.topLeft()), frame)
        room = QRect(left, meta.top(), meta.left() - self._px(10) - left, meta.height())
        area = self._inside(room, frame)
        line = look.room_words.for_whom(self._state.receiver)
        elided = Qt.TextElideMode.ElideRight
        self._write_elided(area, line, look.fonts.tiny, "mine_dim", elided)
