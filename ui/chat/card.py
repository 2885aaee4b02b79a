"""The card of a transfer: where its parts stand, in a bubble and in the panel of transfers."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from PySide6.QtCore import QPoint, QRect, QSize, Qt
from PySide6.QtGui import QFont, QFontMetrics, QTextLayout, QTextOption

from app.model import Transfer, TransferState
from ui.chat.actions import Action, actions_of, is_worded
from ui.look import Look
from ui.mirror import is_mirrored, mirrored

CARD_WIDTH: Final = 400
_BADGE: Final = QSize(42, 48)
_BADGE_GAP: Final = 11
_BUTTON_HEIGHT: Final = 30
_BUTTON_GAP: Final = 8
_ICON_BUTTON: Final = 28
_BAR_HEIGHT: Final = 6
_LONG: Final = (59.0, 59.0 * 60, 99.0 * 3600)
"""Seconds that take the most room to tell."""
_NOTE_LINES: Final = 3
"""Of one note; a tool tip has the rest."""

_BEFORE_UNIT: Final = re.compile(r"(?<=\d) (?=[kMGT]?B\b)")
"""A size is never broken."""
_NARROW: Final = 380
"""Lines: wider, hardly any has to be broken, and none is."""
WIDE: Final = 640
"""Cards: from here on their lines are not narrow, whatever buttons they have."""

_WITH_BAR: Final = frozenset({TransferState.RUNNING, TransferState.PAUSED})
_WITH_BAR_ONCE_BEGUN: Final = frozenset({TransferState.WAITING, TransferState.FAILED})


@dataclass(frozen=True, slots=True)
class Who:
    """The other side: ready for a sentence, and whether they are on the network."""

    name: str = ""
    is_here: bool = True


NOBODY: Final = Who()


@dataclass(frozen=True, slots=True)
class Button:
    action: Action
    rect: QRect
    has_words: bool = False


@dataclass(frozen=True, slots=True)
class Note:
    """One line of a sentence that was broken into lines."""

    rect: QRect
    text: str
    is_bad: bool = False


@dataclass(frozen=True, slots=True)
class Card:
    """All rectangles relative to the card's own top left corner."""

    size: QSize
    badge: QRect
    title: QRect
    bar: QRect | None
    detail: QRect
    left: QRect | None
    """Where the time still needed stands."""
    buttons: tuple[Button, ...]
    lines: tuple[Note, ...] = ()
    """What stands in ``detail`` where that had to be broken into lines."""
    rate: QRect | None = None
    """Where the speed stands when there is no room for it beside the bytes."""
    files: QRect | None = None
    """Where the number of files that are there stands."""
    notes: tuple[Note, ...] = ()
    about: QRect | None = None
    """Below the title: whose it is, where the chat around it does not tell."""


def shape_of(transfer: Transfer) -> object:
    """What a card's parts depend on: it is laid out anew only when this changes."""
    return (
        transfer.state,
        transfer.reason,
        has_bar(transfer),
        0 if transfer.state is TransferState.RUNNING else transfer.done_bytes,
        transfer.path,
        transfer.bad_names,
        transfer.skipped_count,
        transfer.left_out_files,
    )


def lay_out(
    transfer: Transfer,
    width_px: int,
    look: Look,
    who: Who = NOBODY,
    *,
    has_about: bool = False,
    more: Sequence[Action] = (),
) -> Card:
    """``who``: the other side. ``more``: actions before its own."""
    px = look.fonts.px
    badge = QRect(QPoint(0, 0), QSize(px(_BADGE.width()), px(_BADGE.height())))
    own = actions_of(transfer)
    words = own if is_worded(transfer) else ()
    icons = (*more, *(() if words else own))
    left = badge.right() + 1 + px(_BADGE_GAP)
    right = width_px - len(icons) * px(_ICON_BUTTON)
    area = QRect(left, 0, max(1, right - left - (px(8) if icons else 0)), 0)
    column = _column(transfer, area, look, who, has_about=has_about)
    bottom = max(badge.bottom() + 1, column.bottom)
    middle = QRect(right, 0, px(_ICON_BUTTON), badge.height())
    buttons = tuple(
        Button(action, _centered(middle.translated(place * middle.width(), 0), px(_ICON_BUTTON)))
        for place, action in enumerate(icons)
    )
    if words:
        below = _worded(words, QPoint(0, bottom + px(10)), width_px, look)
        bottom = max(button.rect.bottom() for button in below) + 1
        buttons = (*buttons, *below)
    card = Card(
        size=QSize(width_px, bottom),
        badge=badge,
        title=column.title,
        bar=column.bar,
        detail=column.detail,
        left=column.left,
        buttons=buttons,
        lines=column.lines,
        rate=column.rate,
        files=column.files,
        notes=column.notes,
        about=column.about,
    )
    return _mirrored(card) if is_mirrored() else card


def _mirrored(card: Card) -> Card:
    box = QRect(QPoint(0, 0), card.size)

    def turned(rect: QRect | None) -> QRect | None:
        return rect and mirrored(rect, box)

    return replace(
        card,
        badge=mirrored(card.badge, box),
        title=mirrored(card.title, box),
        bar=turned(card.bar),
        detail=mirrored(card.detail, box),
        left=turned(card.left),
        buttons=tuple(replace(one, rect=mirrored(one.rect, box)) for one in card.buttons),
        lines=tuple(replace(one, rect=mirrored(one.rect, box)) for one in card.lines),
        rate=turned(card.rate),
        files=turned(card.files),
        notes=tuple(replace(one, rect=mirrored(one.rect, box)) for one in card.notes),
        about=turned(card.about),
    )


@dataclass(slots=True)
class _Column:
    title: QRect
    detail: QRect
    about: QRect | None = None
    bar: QRect | None = None
    left: QRect | None = None
    rate: QRect | None = None
    files: QRect | None = None
    lines: tuple[Note, ...] = ()
    notes: tuple[Note, ...] = ()
    bottom: int = 0

    def drop(self, distance: int) -> None:
        for rect in (self.title, self.about, self.bar, self.left, self.rate, self.files):
            if rect is not None:
                rect.translate(0, distance)
        for line in self.lines:
            line.rect.translate(0, distance)
        self.detail.translate(0, distance)

    def end(self) -> int:
        rects = (self.detail, self.left, self.files)
        return max(rect.bottom() for rect in rects if rect is not None) + 1


def _column(transfer: Transfer, area: QRect, look: Look, who: Who, *, has_about: bool) -> _Column:
    """Name, bar and lines one under the other, right of the badge."""
    px = look.fonts.px
    small = QFontMetrics(look.fonts.small).height()
    title = QRect(area.left(), 0, area.width(), QFontMetrics(look.fonts.bold).height())
    line = QRect(area.left(), title.bottom() + 1, area.width(), small)
    column = _Column(title, line)
    if has_about:
        column.about = line.translated(0, px(1))
        line = line.translated(0, small + px(1))
    if has_bar(transfer):
        line = _place_bar(column, line, look)
    if transfer.state is TransferState.RUNNING:
        _place_progress(column, line, look)
    else:
        gap = 0 if column.bar else px(3)
        _place_detail(column, transfer, line.translated(0, gap), look, who)
    if column.bar and transfer.files > 1:
        top = column.detail.bottom() + 1 + px(1)
        column.files = QRect(line.left(), top, line.width(), line.height())
        if column.rate is not None and column.left is not None:
            column.files.moveTop(column.left.bottom() + 1 + px(1))
    badge_height = px(_BADGE.height())
    column.drop(max(0, (badge_height - column.end()) // 2))
    notes = look.transfer_words.notes(transfer, who.name)
    place = QRect(area.left(), column.end() + px(2), area.width(), small)
    is_bad = transfer.state is TransferState.FAILED
    column.notes = _notes(notes, place, look.fonts.small, is_bad=is_bad)
    end = column.notes[-1].rect.bottom() + 1 if column.notes else column.end()
    column.bottom = max(badge_height, end)
    return column


def _place_bar(column: _Column, line: QRect, look: Look) -> QRect:
    """The bar, and the line below it."""
    px = look.fonts.px
    column.bar = QRect(line.left(), line.top() + px(5), line.width(), px(_BAR_HEIGHT))
    return line.translated(0, column.bar.bottom() + px(4) - line.top())


def _place_progress(column: _Column, line: QRect, look: Look) -> None:
    """What changes all the time, each in a place of its own."""
    px = look.fonts.px
    column.detail = line
    if line.width() >= _widest_detail(look) + _widest_left(look) + px(4):
        column.left, column.detail = _split(line, look)
        return
    pitch = line.height() + px(1)
    below = line.translated(0, pitch)
    if line.width() >= _widest_rate(look) + _widest_left(look) + px(4):
        column.left, column.rate = _split(below, look)
    else:
        column.rate, column.left = below, below.translated(0, pitch)


def _place_detail(column: _Column, transfer: Transfer, line: QRect, look: Look, who: Who) -> None:
    """Stands still, so in a narrow card it may be broken into lines."""
    column.detail = line
    if line.width() > look.fonts.px(_NARROW):
        return
    words, fmt, font = look.transfer_words, look.format, look.fonts.small
    text = words.detail(transfer, who.name, fmt, is_here=who.is_here)
    pieces = wrap(text, font, line.width(), lines_max=2)
    column.lines = tuple(
        Note(line.translated(0, at * line.height()), piece) for at, piece in enumerate(pieces)
    )
    column.detail = line.adjusted(0, 0, 0, (len(pieces) - 1) * line.height())


def has_bar(transfer: Transfer) -> bool:
    """Whether how much of it is done is shown as a bar."""
    has_begun = transfer.done_bytes > 0
    return transfer.state in _WITH_BAR or (has_begun and transfer.state in _WITH_BAR_ONCE_BEGUN)


def _split(line: QRect, look: Look) -> tuple[QRect, QRect]:
    """Its right end for the time still needed, as wide as that ever is."""
    width = min(line.width() // 2, _widest_left(look))
    left = QRect(line.right() + 1 - width, line.top(), width, line.height())
    return left, line.adjusted(0, 0, -width - look.fonts.px(4), 0)


def _widest_left(look: Look) -> int:
    metrics = QFontMetrics(look.fonts.small)
    return max(metrics.horizontalAdvance(look.format.left(seconds)) for seconds in _LONG)


def _widest_detail(look: Look) -> int:
    """Of what runs: narrower cards have the time still needed below it."""
    share = f"{look.format.share(888_000_000, 88_800_000_000)} · "
    return QFontMetrics(look.fonts.small).horizontalAdvance(share) + _widest_rate(look)


def _widest_rate(look: Look) -> int:
    return QFontMetrics(look.fonts.small).horizontalAdvance(look.format.rate(888_000_000))


def _notes(
    sentences: Sequence[str], first: QRect, font: QFont, *, is_bad: bool
) -> tuple[Note, ...]:
    """``is_bad``: the first of them says what went wrong."""
    pitch = first.height()
    notes: list[Note] = []
    for number, sentence in enumerate(sentences):
        for line in wrap(sentence, font, first.width()):
            place = first.translated(0, len(notes) * pitch)
            notes.append(Note(place, line, is_bad=is_bad and number == 0))
    return tuple(notes)


def wrap(text: str, font: QFont, width_px: int, lines_max: int = _NOTE_LINES) -> list[str]:
    """In lines that fit; what is left over is cut off with an ellipsis."""
    layout = QTextLayout(_BEFORE_UNIT.sub("\u00a0", text), font)
    option = QTextOption()
    option.setWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
    layout.setTextOption(option)
    layout.beginLayout()
    starts = []
    while (line := layout.createLine()).isValid():
        line.setLineWidth(width_px)
        starts.append(line.textStart())
    layout.endLayout()
    units = text.encode("utf-16-le")
    ends = [*starts[1:], len(units) // 2]
    pieces = [_cut(units, start, end) for start, end in zip(starts, ends, strict=True)]
    if len(pieces) <= lines_max:
        return pieces
    rest = _cut(units, starts[lines_max - 1], len(units) // 2)
    elided = QFontMetrics(font).elidedText(rest, Qt.TextElideMode.ElideRight, width_px)
    return [*pieces[: lines_max - 1], elided]


def _cut(units: bytes, start: int, end: int) -> str:
    """Qt counts UTF-16 units."""
    return units[2 * start : 2 * end].decode("utf-16-le", "replace").strip()


def _worded(
    actions: Sequence[Action], corner: QPoint, width_px: int, look: Look
) -> tuple[Button, ...]:
    """Widths of our own words: no name, however long, can push them away. What does not fit
    beside the others stands below them."""
    px = look.fonts.px
    metrics = QFontMetrics(look.fonts.body)
    height = max(px(_BUTTON_HEIGHT), metrics.height() + px(8))
    buttons = []
    at = QPoint(corner)
    for action in actions:
        wanted = metrics.horizontalAdvance(look.transfer_words.action(action)) + px(28)
        width = min(wanted, width_px)
        if at.x() > corner.x() and at.x() + width > width_px:
            at = QPoint(corner.x(), at.y() + height + px(_BUTTON_GAP))
        buttons.append(Button(action, QRect(at, QSize(width, height)), has_words=True))
        at.setX(at.x() + width + px(_BUTTON_GAP))
    return tuple(buttons)


def _centered(area: QRect, side_px: int) -> QRect:
    square = QRect(0, 0, side_px, side_px)
    square.moveCenter(area.center())
    return square
