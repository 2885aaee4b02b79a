"""The geometry of one row: day pill, "New" line, bubble with text or card, time and mark.

Laid out once per width and kept; painting and hit testing only read it.
"""

from collections import OrderedDict
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QPoint, QRect, QSize, Qt
from PySide6.QtGui import QFontMetrics, QTextLayout, QTextOption

from app.model import Direction, Message, News
from ui.chat.card import CARD_WIDTH, Card, lay_out, shape_of
from ui.chat.cast import NO_CAST
from ui.chat.extras import Chip, gap_height, gap_text, lay_foot, lay_head
from ui.chat.links import Link, find_links
from ui.chat.markdown import Span, read_markdown
from ui.chat.mentions import find_mention
from ui.chat.news import news_text
from ui.chat.rows import Row, row_id
from ui.chat.textlayout import Block, Content, break_lines, fit_meta, lay_text
from ui.look import Look
from ui.media.album import Album, Grid, lay_pictures
from ui.mirror import is_mirrored, mirrored
from ui.plain import shown_text

if TYPE_CHECKING:
    from ui.media.previews import Previews

SIDE_MARGIN: Final = 18
PADDING_X: Final = 12
PADDING_Y: Final = 8
NEWS_PADDING_Y: Final = 3
RADIUS: Final = 14
_TEXT_MAX_WIDTH: Final = 420
_CODE_MAX_WIDTH: Final = 640
"""Of a text with code in it, whose lines are seldom short."""
_SHARE: Final = 0.8
"""Of the chat's width: the other side's margin tells whose bubble it is."""
_WIDTH_STEP: Final = 8
"""Widths are rounded down to it, so that dragging the window's edge reuses layouts."""
DAY_HEIGHT: Final = 38
NEW_HEIGHT: Final = 28
AUTHOR_HEIGHT: Final = 19
FACE: Final = 30
_FACE_GAP: Final = 8
_GAP: Final = 4
_GROUP_GAP: Final = 10
MARK: Final = 15
PICTURE_EDGE: Final = 4
"""Of the bubble around its pictures."""
_META_GAP: Final = 10
_KEPT: Final = 128
"""Layouts, of 7 KB each: some screens full. Sizes are kept with the rows."""
_CONTENTS_KEPT: Final = 400
"""What all rows of the window say, to lay them out anew."""


@dataclass(slots=True)
class Bubble:
    """Positions relative to the bubble's top left corner."""

    size: QSize
    text: str
    layout: QTextLayout | None
    links: list[Link]
    meta: QRect
    card: Card | None
    more: QRect | None
    """The line that opens the whole of a very long message."""
    text_at: QPoint = field(default_factory=QPoint)
    forwarded: QRect | None = None
    quote: QRect | None = None
    chips: list[Chip] = field(default_factory=list)
    pictures: "Pictures | None" = None
    blocks: list[Block] = field(default_factory=list)
    """Positions from where the text stands."""

    def mirror(self) -> None:
        """All but words and pictures, which keep their sides, and cards, which do it themselves."""
        box = QRect(QPoint(0, 0), self.size)
        self.meta = mirrored(self.meta, box)
        self.more = self.more and mirrored(self.more, box)
        self.forwarded = self.forwarded and mirrored(self.forwarded, box)
        self.quote = self.quote and mirrored(self.quote, box)
        for chip in self.chips:
            chip.rect = mirrored(chip.rect, box)
        if self.pictures is not None:
            caption = mirrored(self.pictures.caption, box)
            self.pictures = replace(self.pictures, caption=caption)


@dataclass(frozen=True, slots=True)
class Pictures:
    """What stands in a bubble instead of a card, once the files turned out to be pictures."""

    album: Album
    grid: Grid
    place: QRect
    caption: QRect
    """Left of time and mark."""


@dataclass(slots=True)
class Placed:
    """A row's parts in the coordinates of the view's viewport."""

    day: QRect | None
    new_line: QRect | None
    frame: QRect
    bubble: Bubble
    author: QRect | None = None
    """In a room, above the bubble."""
    face: QRect | None = None
    """And beside both."""
    gap_line: QRect | None = None
    """Right above all that is its author's."""


class Bubbles:
    """The layouts in use, oldest out first. Emptied when fonts, colours or language change."""

    def __init__(self, look: Look) -> None:
        self._look = look
        self.cast = NO_CAST
        self.previews: Previews | None = None
        """Tells which transfers are shown as pictures; None: none of them."""
        self._kept: OrderedDict[object, Bubble] = OrderedDict()
        self._contents: OrderedDict[object, Content] = OrderedDict()
        self._round = 0

    def clear(self) -> None:
        self._round += 1
        self._kept.clear()
        self._contents.clear()

    def row_height(self, row: Row, width_px: int) -> int:
        """Laid out only if nobody did for this row: most widths make the same bubble."""
        key = (self._round, *self._key(row.message, self._room(row.message, width_px)))
        if row.bubble_for != key:
            row.bubble_height = self.bubble(row.message, width_px).size.height()
            row.bubble_for = key
        return self._above(row, width_px) + row.bubble_height

    def place(self, row: Row, area: QRect) -> Placed:
        px = self._look.fonts.px
        bubble = self.bubble(row.message, area.width())
        top = area.top()
        day = new_line = gap_line = None
        if row.starts_day:
            day = QRect(area.left(), top, area.width(), px(DAY_HEIGHT))
            top += px(DAY_HEIGHT)
        if row.starts_unread:
            new_line = QRect(area.left(), top, area.width(), px(NEW_HEIGHT))
            top += px(NEW_HEIGHT)
        if row.is_behind_gap:
            height = self._gap_line_height(row, area.width())
            gap_line = QRect(area.left(), top, area.width(), height)
            top += height
        margin = px(SIDE_MARGIN)
        left = area.left() + margin
        if row.is_news:
            left += (area.width() - 2 * margin - bubble.size.width()) // 2
        elif row.message.direction is Direction.OUT:
            left = area.right() + 1 - margin - bubble.size.width()
        top += self._gap(row)
        author = face = None
        if row.has_face:
            left += px(FACE) + px(_FACE_GAP)
        if row.shows_author:
            face = QRect(area.left() + margin, top, px(FACE), px(FACE))
            author = QRect(left, top, area.right() + 1 - margin - left, px(AUTHOR_HEIGHT))
            top += author.height()
        frame = QRect(QPoint(left, top), bubble.size)
        if is_mirrored() and not row.is_news:
            frame = mirrored(frame, area)
            author, face = author and mirrored(author, area), face and mirrored(face, area)
        return Placed(day, new_line, frame, bubble, author, face, gap_line)

    def bubble(self, message: Message, width_px: int) -> Bubble:
        """The layout for a view this wide, from the shelf or fresh."""
        room = self._room(message, width_px)
        key = self._key(message, room)
        found = self._kept.get(key)
        if found is None:
            found = self._kept[key] = self._make(message, room, self._album(message))
            if len(self._kept) > _KEPT:
                self._kept.popitem(last=False)
        else:
            self._kept.move_to_end(key)
        return found

    def _room(self, message: Message, width_px: int) -> int:
        px = self._look.fonts.px
        room = int((width_px - 2 * px(SIDE_MARGIN)) * _SHARE) - 2 * px(PADDING_X)
        room = max(px(120), room - room % _WIDTH_STEP)
        return min(room, px(_most(message)))

    def _key(self, message: Message, room: int) -> tuple[object, ...]:
        """What a bubble's layout depends on."""
        transfer = message.transfer
        shape = (shape_of(transfer), self.cast.who(message)) if transfer else None
        said = (message.edited_ms, message.is_deleted, message.reply, message.reactions)
        is_card = self._album(message) is None
        return message.chat_id, row_id(message), room, shape, said, is_card, is_mirrored()

    def _album(self, message: Message) -> Album | None:
        return self.previews.album(message) if message.transfer and self.previews else None

    def _above(self, row: Row, width_px: int) -> int:
        px = self._look.fonts.px
        pills = (px(DAY_HEIGHT) if row.starts_day else 0) + (
            px(NEW_HEIGHT) if row.starts_unread else 0
        )
        author = px(AUTHOR_HEIGHT) if row.shows_author else 0
        gap_line = self._gap_line_height(row, width_px) if row.is_behind_gap else 0
        return pills + gap_line + self._gap(row) + author

    def _gap_line_height(self, row: Row, width_px: int) -> int:
        text = gap_text(row.message, self.cast.author(row.message), self._look)
        return gap_height(text, width_px, self._look)

    def _gap(self, row: Row) -> int:
        if row.starts_day or row.starts_unread or row.is_behind_gap:
            return 0
        return self._look.fonts.px(_GROUP_GAP if row.starts_group else _GAP)

    def _make(self, message: Message, room: int, album: Album | None) -> Bubble:
        if message.news is not None:
            return self._make_news(message.news, message, room)
        if album is not None:
            bubble = self._make_pictures(message, album, room)
        elif message.transfer is not None:
            bubble = self._make_card(message, room)
        else:
            bubble = self._make_text(message, room)
        if message.reactions:
            self._add_chips(bubble, message, room)
        if is_mirrored():
            bubble.mirror()
        return bubble

    def _add_chips(self, bubble: Bubble, message: Message, room: int) -> None:
        """A last row inside the bubble, with time and mark at its end; those of pictures stay
        beside their names."""
        px, look = self._look.fonts.px, self._look
        meta = QSize() if bubble.pictures else bubble.meta.size()
        foot = lay_foot(message, meta, room, look)
        below = bubble.size.height() - px(PADDING_Y) + px(6)
        top = bubble.meta.top() if bubble.card else below
        for chip in foot.chips:
            chip.rect.translate(px(PADDING_X), top)
        inner = max(bubble.size.width() - 2 * px(PADDING_X), foot.size.width())
        if not bubble.pictures:
            corner = QPoint(px(PADDING_X) + inner - meta.width(), top + foot.meta_top)
            bubble.meta = QRect(corner, meta)
        height = top + foot.size.height() + px(PADDING_Y)
        bubble.size = QSize(inner + 2 * px(PADDING_X), height)
        bubble.chips = foot.chips

    def _make_news(self, news: News, message: Message, room: int) -> Bubble:
        """A line in the middle that nobody said."""
        text = news_text(news, message, self.cast, self._look)
        option = QTextOption(Qt.AlignmentFlag.AlignHCenter)
        option.setWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
        layout = QTextLayout(text, self._look.fonts.tiny)
        layout.setTextOption(option)
        width = break_lines(layout, room, 0).width()
        size = QSize(width, break_lines(layout, width, 0).height())
        px = self._look.fonts.px
        padding = QSize(2 * px(PADDING_X), 2 * px(NEWS_PADDING_Y))
        text_at = QPoint(px(PADDING_X), px(NEWS_PADDING_Y))
        return Bubble(size + padding, text, layout, [], QRect(), None, None, text_at)

    def _make_card(self, message: Message, room: int) -> Bubble:
        assert message.transfer is not None
        px = self._look.fonts.px
        card = lay_out(message.transfer, room, self._look, self.cast.who(message))
        meta = self._meta_size(message)
        inner = QSize(room, card.size.height() + px(4) + meta.height())
        place = QRect(QPoint(room - meta.width(), inner.height() - meta.height()), meta)
        return Bubble(self._padded(inner), "", None, [], self._shifted(place), card, None)

    def _make_pictures(self, message: Message, album: Album, room: int) -> Bubble:
        """Nearly to the bubble's edge; below them the name, time and mark."""
        px = self._look.fonts.px
        edge, side = px(PICTURE_EDGE), px(PADDING_X) - px(2)
        meta = self._meta_size(message)
        grid = lay_pictures(album, room, px)
        place = QRect(QPoint(edge, edge), grid.size)
        size = QSize(grid.size.width() + 2 * edge, place.bottom() + 1 + meta.height() + px(10))
        below = QRect(side, place.bottom() + 1 + px(4), size.width() - 2 * side, meta.height())
        time = QRect(QPoint(below.right() + 1 - meta.width(), below.top()), meta)
        caption = below.adjusted(0, 0, -meta.width() - px(10), 0)
        pictures = Pictures(album, grid, place, caption)
        return Bubble(size, "", None, [], time, None, None, pictures=pictures)

    def _make_text(self, message: Message, room: int) -> Bubble:
        px = self._look.fonts.px
        content = self._content(message)
        laid = lay_text(content, room, self._look)
        head = lay_head(message, self.cast.quoted(message), room, self._look)
        size = QSize(max(laid.size.width(), head.width), laid.size.height())
        meta = self._meta_size(message)
        more = None
        if content.is_cut:
            height = QFontMetrics(self._look.fonts.small).height() + px(4)
            more = QRect(0, head.height + size.height(), room, height)
            size = QSize(room, size.height() + height)
        if message.reactions:  # time and mark are among them
            foot = lay_foot(message, meta, room, self._look).size
            inner, corner = QSize(max(size.width(), foot.width()), size.height()), QPoint()
        else:
            inner, corner = fit_meta(
                laid, size, meta, room, px(_META_GAP), has_line_below=content.is_cut
            )
        laid.widen(inner.width())
        indent = inner.width() - laid.size.width() if laid.leans_right else 0
        place = self._shifted(QRect(corner, meta).translated(0, head.height))
        for rect in (head.forwarded, head.quote):
            if rect is not None:
                rect.setWidth(inner.width())
        return Bubble(
            self._padded(QSize(inner.width(), inner.height() + head.height)),
            content.text,
            laid.layout,
            list(content.links),
            place,
            None,
            more and self._shifted(more),
            QPoint(px(PADDING_X) + indent, px(PADDING_Y) + head.height),
            head.forwarded and self._shifted(head.forwarded),
            head.quote and self._shifted(head.quote),
            blocks=laid.blocks,
        )

    def _content(self, message: Message) -> Content:
        """What is shown of a text, the same at every width."""
        if message.is_deleted:
            return Content(self._look.words.deleted())
        key = (message.chat_id, row_id(message), message.edited_ms)
        found = self._contents.get(key)
        if found is None:
            text, is_cut = shown_text(message.text)
            text, spans = read_markdown(text)
            spans += self._mentioned(message, text)
            links = () if self.cast.is_strange else tuple(find_links(text))
            found = Content(text, is_cut, links, tuple(spans))
            self._contents[key] = found
            if len(self._contents) > _CONTENTS_KEPT:
                self._contents.popitem(last=False)
        return found

    def _mentioned(self, message: Message, text: str) -> list[Span]:
        """Where the text says oneself's name, if its author meant us by it."""
        if not self.cast.mentions_me(message):
            return []
        return find_mention(text, self.cast.own_name)

    def _meta_size(self, message: Message) -> QSize:
        px = self._look.fonts.px
        metrics = QFontMetrics(self._look.fonts.tiny)
        width = metrics.horizontalAdvance(meta_text(message, self._look))
        if message.direction is Direction.OUT:
            width += px(4) + px(MARK)
        return QSize(width, max(metrics.height(), px(MARK)))

    def _padded(self, inner: QSize) -> QSize:
        px = self._look.fonts.px
        return QSize(inner.width() + 2 * px(PADDING_X), inner.height() + 2 * px(PADDING_Y))

    def _shifted(self, rect: QRect) -> QRect:
        px = self._look.fonts.px
        return rect.translated(px(PADDING_X), px(PADDING_Y))


def _most(message: Message) -> int:
    """How wide its bubble may be inside, in pixels of the design."""
    if message.transfer is not None:
        return CARD_WIDTH
    return _CODE_MAX_WIDTH if "```" in message.text else _TEXT_MAX_WIDTH


def meta_text(message: Message, look: Look) -> str:
    clock = look.format.clock(message.time_ms)
    return clock if message.edited_ms is None else f"{look.words.edited()} {clock}"
