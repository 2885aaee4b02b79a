"""A right-to-left language mirrors the window, and its words stand right in any."""

from collections.abc import Callable, Iterator

import pytest
from PySide6.QtCore import QPoint, QRect, QSize, Qt
from PySide6.QtGui import QColor, QImage
from PySide6.QtWidgets import QWidget

from app.commands import ListTransfers
from app.events import TransferChanged, TransfersListed
from app.model import Direction, MessageKind, Quote, Reaction, TransferState
from tests.unit.ui.fitting import misfits
from tests.unit.ui.stage import Stage, bury, id_of, message, offer, person, wait_until
from tests.unit.ui.test_fits import dialogs, pose
from ui.chat.pointer import Hover, Place, hover_at
from ui.icons import pixmap
from ui.media.shared import FileButton
from ui.mirror import mirrored as turned

HEBREW = "שלום, מה שלומך היום?"
ARABIC = "مرحبا، كيف حالك؟"
GIVEN = (
    offer("Ann", files=3, names=("a.txt", "b.txt", "c.txt")),
    offer("Ann", state=TransferState.DONE, names=("a long name of a report.pdf",)),
    offer(
        "Ann", state=TransferState.RUNNING, direction=Direction.OUT, done_bytes=1_200_000, rate=3e6
    ),
)


@pytest.fixture
def mirrored(stage: Stage) -> Iterator[Stage]:
    stage.app.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
    stage.meet(HEBREW)
    stage.be_ready(person(HEBREW), person("Ben"))
    stage.window.resize(QSize(1366, 738))
    stage.open_chat(HEBREW)
    stage.settle()
    yield stage
    stage.app.setLayoutDirection(Qt.LayoutDirection.LeftToRight)


def test_columns_change_sides(mirrored: Stage) -> None:
    window = mirrored.window
    assert window.side.x() > window.middle.x()
    assert misfits(window) == []
    assert not window.grab().isNull()


def test_header_and_composer_are_mirrored(mirrored: Stage) -> None:
    header, composer = mirrored.page.header, mirrored.composer
    assert header._avatar.x() > header.info_button.x()
    assert composer.attach_button.x() > composer.send_button.x()


def test_every_dialog_is_whole_when_mirrored(mirrored: Stage) -> None:
    faults = []
    for kind in dialogs():
        dialog = pose(kind, mirrored)
        dialog.show()
        mirrored.settle()
        faults += [f"{kind.__name__}: {one}" for one in misfits(dialog)]
        bury(dialog)
    assert not faults, "\n".join(faults)


# --- What paints itself ----------------------------------------------------
def turn(stage: Stage, way: Qt.LayoutDirection) -> None:
    stage.app.setLayoutDirection(way)
    stage.settle()


@pytest.fixture
def plain(stage: Stage) -> Iterator[Stage]:
    """In English order; Ann has said, offered and given things."""
    stage.meet("Ann")
    stage.be_ready(person("Ann"), person("Ben", is_online=False), person("Eve"))
    stage.window.resize(QSize(1366, 738))
    stage.open_chat("Ann")
    for one in GIVEN:
        said = message("Ann", "", kind=MessageKind.FILES, transfer=one, direction=one.direction)
        stage.deliver((said,))
        stage.tell(TransferChanged(one))
    yield stage
    turn(stage, Qt.LayoutDirection.LeftToRight)


def _list(stage: Stage) -> QWidget:
    return stage.window.side.people.viewport()


def _chat(stage: Stage) -> QWidget:
    return stage.view.viewport()


def _shared(stage: Stage) -> QWidget:
    row = FileButton(stage.look, stage.board.media.previews)
    row.show_file(stage.view.message_at(1))
    row.setParent(stage.window)
    row.setGeometry(0, 0, 300, row.sizeHint().height())
    return row


def _results(stage: Stage) -> QWidget:
    stage.board.search.open_everywhere()
    found = stage.board.search.everywhere
    assert found is not None
    found.words.setText("n")
    wait_until(lambda: found.view.results.rowCount() > 2)
    return found.view.viewport()


def _transfers(stage: Stage) -> QWidget:
    stage.board.transfers.toggle()
    page = stage.board.transfers.page
    assert page is not None
    stage.tell(TransfersListed(GIVEN, stage.last(ListTransfers).ref))
    return page.view.viewport()


def edges(widget: QWidget) -> tuple[list[int], list[int]]:
    """How far from the left, and from the right, something stands out from the ground, by line."""
    image = widget.grab().toImage().convertToFormat(QImage.Format.Format_Grayscale8)
    width, ground = image.width(), image.pixelColor(0, 0).value()
    ink = bytes(abs(shade - ground) > 40 for shade in range(256))
    rows = range(image.height())
    lines = [bytes(image.constScanLine(y)[:width]).translate(ink) for y in rows]
    lefts = [width - len(one.lstrip(b"\0")) for one in lines]
    rights = [width - len(one.rstrip(b"\0")) for one in lines]
    return _nearest(lefts), _nearest(rights)


def _nearest(edge: list[int]) -> list[int]:
    """In about a line of text: a single row of pixels is full of holes."""
    return [min(edge[max(0, at - 9) : at + 10]) for at in range(len(edge))]


def is_alike(before: list[int], after: list[int]) -> bool:
    """But for the outermost pixels of letters, which begin and end differently."""
    wrong = 0
    for at, one in enumerate(before):
        is_there = any(abs(one - other) <= 6 for other in after[max(0, at - 5) : at + 6])
        wrong = 0 if is_there else wrong + 1
        if wrong > 5:
            return False
    return True


@pytest.mark.parametrize("place", [_list, _chat, _results, _transfers, _shared])
def test_painted_rows_are_turned_over(plain: Stage, place: Callable[[Stage], QWidget]) -> None:
    """What stood near one edge stands as near to the other; only letters keep their shape."""
    widget = place(plain)
    plain.settle()
    left, right = edges(widget)
    turn(plain, Qt.LayoutDirection.RightToLeft)
    other_left, other_right = edges(widget)
    assert len(left) == len(other_left) > 20
    assert not is_alike(left, right)
    assert is_alike(left, other_right)
    assert is_alike(right, other_left)


def test_what_is_done_grows_from_the_side_where_lines_begin(plain: Stage) -> None:
    gauge, accent = plain.board.transfers.gauge, plain.look.theme.color("accent")
    turn(plain, Qt.LayoutDirection.RightToLeft)
    image = gauge.grab().toImage()
    half, height = image.width() // 2, image.height()
    below = [(x, y) for x in range(image.width()) for y in range(height // 2, height)]
    done = [x for x, y in below if image.pixelColor(x, y) == accent]
    assert done
    assert min(done) > half


def _hover(stage: Stage, inside: QPoint) -> Hover:
    """At a place of the last bubble, from its corner."""
    view, row = stage.view, stage.view.chat_model.rowCount() - 1
    placed = view.delegate.placed(row, view.visualRect(view.chat_model.index(row)))
    at = placed.frame.topLeft() + inside
    return hover_at(view.message_at(row), placed, at, stage.look)


def test_what_is_drawn_over_there_is_pressed_over_there(mirrored: Stage) -> None:
    quote = Quote(id_of(HEBREW), f"{1:032x}", "first words", is_here=True)
    said = message(
        HEBREW,
        f"{HEBREW} {HEBREW} {HEBREW}",
        direction=Direction.OUT,
        reply=quote,
        reactions=(Reaction("👍", ("",)), Reaction("🎉", (id_of(HEBREW),))),
    )
    mirrored.deliver((said,))
    mirrored.settle()
    view, row = mirrored.view, mirrored.view.chat_model.rowCount() - 1
    placed = view.delegate.placed(row, view.visualRect(view.chat_model.index(row)))
    bubble, width = placed.bubble, placed.frame.width()
    assert placed.frame.center().x() < view.viewport().width() / 2
    first, second = (chip.rect for chip in bubble.chips)
    assert second.right() < first.left() < width - 20
    assert first.right() > width / 2
    assert _hover(mirrored, first.center()).emoji == "👍"
    assert bubble.quote is not None
    assert _hover(mirrored, bubble.quote.center()).place is Place.QUOTE
    assert bubble.meta.center().x() < width / 2
    at_the_mark = QPoint(bubble.meta.left() + 3, bubble.meta.center().y())
    assert _hover(mirrored, at_the_mark).place is Place.MARK


def test_buttons_of_a_card_are_pressed_where_they_are_drawn(mirrored: Stage) -> None:
    running = offer(HEBREW, state=TransferState.RUNNING, done_bytes=1_000, names=("a.bin",))
    mirrored.deliver((message(HEBREW, "", kind=MessageKind.FILES, transfer=running),))
    mirrored.settle()
    view, row = mirrored.view, mirrored.view.chat_model.rowCount() - 1
    placed = view.delegate.placed(row, view.visualRect(view.chat_model.index(row)))
    card = placed.bubble.card
    assert card is not None
    assert card.bar is not None
    corner = QPoint(placed.frame.width() - card.size.width(), 0) / 2
    for button in card.buttons:
        assert button.rect.right() < card.bar.left() < card.badge.left()
        middle = button.rect.center() + QPoint(corner.x(), mirrored.look.fonts.px(8))
        assert _hover(mirrored, middle).action is button.action


@pytest.mark.parametrize("way", [*Qt.LayoutDirection][:2])
@pytest.mark.parametrize(("text", "is_left"), [(HEBREW, False), ("plain words", True)])
def test_words_stand_by_their_own_direction_whatever_the_window_does(
    plain: Stage, way: Qt.LayoutDirection, text: str, is_left: bool
) -> None:
    """Also where a quote, or the time below them, makes the bubble wider than they are."""
    turn(plain, way)
    quote = Quote(id_of("Ann"), f"{1:032x}", "a good deal longer than the answer", is_here=True)
    plain.deliver((message("Ann", text, reply=quote),))
    plain.settle()
    view, row = plain.view, plain.view.chat_model.rowCount() - 1
    placed = view.delegate.placed(row, view.visualRect(view.chat_model.index(row)))
    layout, at = placed.bubble.layout, placed.bubble.text_at
    assert layout is not None
    words = layout.lineAt(0).naturalTextRect().translated(at.x(), 0)
    from_left, from_right = words.left(), placed.frame.width() - words.right()
    assert (from_left < from_right) is is_left
    assert min(from_left, from_right) == pytest.approx(plain.look.fonts.px(12), abs=2)


def test_time_never_stands_on_the_words(plain: Stage) -> None:
    for way in (Qt.LayoutDirection.RightToLeft, Qt.LayoutDirection.LeftToRight):
        turn(plain, way)
        for text in (HEBREW, "plain words", f"{HEBREW} {HEBREW} {HEBREW}", "two words " * 9):
            plain.deliver((message("Ann", text),))
            plain.settle()
            view, row = plain.view, plain.view.chat_model.rowCount() - 1
            placed = view.delegate.placed(row, view.visualRect(view.chat_model.index(row)))
            layout, at = placed.bubble.layout, placed.bubble.text_at
            assert layout is not None
            for number in range(layout.lineCount()):
                line = layout.lineAt(number).naturalTextRect().translated(at)
                assert not line.toRect().intersects(placed.bubble.meta)


def test_a_rectangle_turned_twice_is_itself() -> None:
    box, inside = QRect(7, 0, 101, 10), QRect(9, 2, 20, 5)
    assert turned(inside, box) == QRect(86, 2, 20, 5)
    assert turned(turned(inside, box), box) == inside


def test_what_points_onwards_points_the_other_way(plain: Stage) -> None:
    def drawn(name: str) -> QImage:
        return pixmap(name, 40, QColor("black"), 1.0).toImage()

    ahead, round_one = drawn("send"), drawn("search")
    turn(plain, Qt.LayoutDirection.RightToLeft)
    assert drawn("send") == ahead.flipped(Qt.Orientation.Horizontal)
    assert drawn("search") == round_one
