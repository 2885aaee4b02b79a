"""What is drawn grows with the size of text, is sharp on any screen, and large enough to hit."""

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtGui import QColor, QPainter, QPixmap
from PySide6.QtTest import QTest

from app.model import Reaction
from tests.unit.ui.stage import Stage, bury, click, message, person, wait_until
from ui.buttons import IconButton
from ui.chat.extras import day_pill
from ui.chat.frame import draw_frame
from ui.chat.pointer import Place, hover_at
from ui.fields import SearchField
from ui.fonts import PERCENTS
from ui.icons import pixmap
from ui.look import Look
from ui.rescale import resize_text


@pytest.fixture
def field(stage: Stage) -> Iterator[SearchField]:
    made = SearchField(stage.look)
    stage.look.theme.dress(made)
    made.resize(300, made.sizeHint().height())
    made.show()
    yield made
    resize_text(stage.app, stage.look, 100)
    bury(made)


def crosses(field: SearchField) -> list[IconButton]:
    return [one for one in field.findChildren(IconButton) if one.isVisible()]


def lens(field: SearchField) -> QRect:
    """What is inked in front of where words begin."""
    image, end = field.grab().toImage(), field.textMargins().left()
    ground = image.pixelColor(end, image.height() // 2)
    inked = [
        QPoint(x, y)
        for x in range(6, end)
        for y in range(image.height() // 4, 3 * image.height() // 4)
        if abs(image.pixelColor(x, y).lightness() - ground.lightness()) > 30
    ]
    assert inked
    return QRect(
        QPoint(min(one.x() for one in inked), min(one.y() for one in inked)),
        QPoint(max(one.x() for one in inked), max(one.y() for one in inked)),
    )


def test_lens_grows_with_the_words_and_never_lies_on_them(stage: Stage, field: SearchField) -> None:
    before = lens(field).width()
    resize_text(stage.app, stage.look, 200)
    field.resize(500, field.sizeHint().height())
    assert lens(field).width() >= 1.8 * before
    assert field.textMargins().left() > stage.look.fonts.px(16) + stage.look.fonts.px(6)


def test_cross_comes_with_words_and_takes_them_away(stage: Stage, field: SearchField) -> None:
    for percent in (100, 200):
        resize_text(stage.app, stage.look, percent)
        field.resize(500, field.sizeHint().height())
        assert not crosses(field)
        QTest.keyClicks(field, "plan")
        (cross,) = crosses(field)
        assert field.rect().contains(cross.geometry())
        assert cross.width() >= stage.look.fonts.px(24)
        assert field.textMargins().right() >= field.width() - cross.x() - stage.look.fonts.px(12)
        click(cross)
        assert field.text() == ""


def test_cross_stands_at_the_other_end_when_mirrored(field: SearchField) -> None:
    field.setText("plan")
    (cross,) = crosses(field)
    assert cross.x() > field.width() / 2
    field.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
    assert cross.x() < field.width() / 2


def test_a_search_that_something_else_ends_has_no_cross(stage: Stage) -> None:
    made = SearchField(stage.look, has_cross=False)
    made.setText("plan")
    assert not made.findChildren(IconButton)
    bury(made)


@pytest.mark.parametrize("ratio", [1.0, 1.25, 1.5, 2.0])
def test_icons_are_drawn_in_the_pixels_of_the_screen(look: Look, ratio: float) -> None:
    for percent in PERCENTS:
        side = round(look.fonts.px(19) * percent / 100)
        drawn = pixmap("search", side, QColor("black"), ratio)
        assert drawn.width() == round(side * ratio)
        assert drawn.deviceIndependentSize().width() == pytest.approx(side, abs=0.5)


@pytest.mark.parametrize("ratio", [1.0, 1.25, 1.5, 1.75, 2.0])
@pytest.mark.parametrize("left", [20, 21, 22, 23])
def test_a_bubble_shows_no_seams_on_any_screen(ratio: float, left: int) -> None:
    """Left and top of it fall on each part of a pixel."""
    fill, edge = QColor("#d5efec"), QColor("#5c6370")
    screen = QPixmap(round(200 * ratio), round(120 * ratio))
    screen.setDevicePixelRatio(ratio)
    screen.fill(Qt.GlobalColor.white)
    area = QRect(left, left, 101, 61)
    with QPainter(screen) as painter:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        draw_frame(painter, area, 14, fill=fill, edge=edge, shadow=QColor(0, 0, 0, 0))
    image = screen.toImage()
    across = range(round((left + 3) * ratio), round((left + 98) * ratio))
    down = range(round((left + 3) * ratio), round((left + 58) * ratio))
    middle = round((left + 30) * ratio)
    assert {image.pixelColor(x, middle).name() for x in across} == {fill.name()}
    assert {image.pixelColor(middle, y).name() for y in down} == {fill.name()}
    line = [image.pixelColor(x, middle).name() for x in range(round((left + 3) * ratio))]
    assert set(line) == {"#ffffff", fill.name(), edge.name()}


def test_small_things_in_the_chat_can_be_hit_beside_what_is_drawn(stage: Stage) -> None:
    stage.be_ready(person("Ann"))
    stage.open_chat("Ann")
    stage.deliver((message("Ann", "hello", reactions=(Reaction("👍", ("",)),)),))
    stage.settle()
    view, look = stage.view, stage.look
    wait_until(lambda: view.chat_model.rowCount() == 1)
    said = view.message_at(0)
    placed = view.delegate.placed(0, view.visualRect(view.chat_model.index(0)))
    (chip,) = placed.bubble.chips
    least = look.fonts.px(24)
    assert placed.day is not None
    targets = {
        Place.CHIP: chip.rect.translated(placed.frame.topLeft()),
        Place.DAY: day_pill(said, placed.day, look),
    }
    for place, drawn in targets.items():
        middle = drawn.center()
        reach = [
            y
            for y in range(middle.y() - least, middle.y() + least)
            if hover_at(said, placed, QPoint(middle.x(), y), look).place is place
        ]
        assert len(reach) >= least
