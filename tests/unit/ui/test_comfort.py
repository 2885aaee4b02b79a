"""Size of text and contrast are in force at once, everywhere, and kept."""

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from tests.unit.ui.stage import Stage, person, wait_until
from ui.fonts import PERCENTS, Fonts
from ui.rescale import resize_text
from ui.theme import LIGHT_HIGH
from ui.window_file import read_window_settings


@pytest.fixture
def two(stage: Stage) -> Stage:
    stage.meet("Ann")
    stage.deliver(stage.receive("Ann", ["one", "two " * 40]))
    stage.be_ready(person("Ann"), person("Bob"))
    stage.open_chat("Ann")
    yield stage
    resize_text(stage.app, stage.look, 100)


def press(stage: Stage, key: Qt.Key) -> None:
    stage.window.activateWindow()
    wait_until(stage.window.isActiveWindow)
    QTest.keyClick(stage.composer.edit, key, Qt.KeyboardModifier.ControlModifier)
    stage.settle()


def measures(stage: Stage) -> list[object]:
    """All that a size of text may touch, of every widget in sight."""
    found: list[object] = []
    for one in (stage.window, *stage.window.findChildren(QWidget)):
        if not one.isVisible() or one.objectName().startswith("qt_"):
            continue  # Qt measures those late, or for itself
        layout = one.layout()
        margins = layout.contentsMargins() if layout is not None else None
        spacing = layout.spacing() if layout is not None else None
        points = round(one.font().pointSizeF(), 2)
        found.append((points, one.sizeHint(), one.maximumSize(), margins, spacing))
    return found


def test_keys_enlarge_shrink_and_reset_step_by_step(two: Stage) -> None:
    fonts = two.look.fonts
    for percent in PERCENTS[1:]:
        press(two, Qt.Key.Key_Plus)
        assert fonts.percent == percent
    press(two, Qt.Key.Key_Equal)
    assert fonts.percent == PERCENTS[-1]
    press(two, Qt.Key.Key_Minus)
    assert fonts.percent == PERCENTS[-2]
    press(two, Qt.Key.Key_0)
    assert fonts.percent == 100


def test_everything_is_twice_as_large_at_200(two: Stage) -> None:
    view, side = two.view, two.window.side
    before = (
        view.sizeHintForRow(0),
        side.people.sizeHintForRow(1),
        two.composer.send_button.sizeHint().width(),
        two.page.header._avatar.sizeHint().width(),
        two.page.header._name.font().pointSizeF(),
        two.composer.edit.fontMetrics().height(),
        two.app.font().pointSizeF(),
    )
    two.board.preferences.window.change(text_percent=200)
    two.settle()
    after = (
        view.sizeHintForRow(0),
        side.people.sizeHintForRow(1),
        two.composer.send_button.sizeHint().width(),
        two.page.header._avatar.sizeHint().width(),
        two.page.header._name.font().pointSizeF(),
        two.composer.edit.fontMetrics().height(),
        two.app.font().pointSizeF(),
    )
    for small, large in zip(before, after, strict=True):
        assert 1.8 * small <= large <= 2.3 * small


def test_going_up_and_down_again_ends_where_it_began(two: Stage) -> None:
    before = measures(two)
    for percent in (*PERCENTS, *reversed(PERCENTS)):
        resize_text(two.app, two.look, percent)
    two.settle()
    assert measures(two) == before


def test_what_is_made_later_has_the_size_in_force(two: Stage) -> None:
    resize_text(two.app, two.look, 200)
    fresh = Fonts(two.look.fonts._base, 200)
    assert two.look.fonts.scale == fresh.scale
    assert two.look.fonts.px(100) == fresh.px(100)


def test_size_and_contrast_are_kept_for_the_next_start(two: Stage, tmp_path: Path) -> None:
    file = two.board.preferences.window
    file.change(text_percent=150, high_contrast=True)
    assert two.look.theme.tokens is LIGHT_HIGH
    path = tmp_path / "window.json"
    wait_until(lambda: read_window_settings(path) == file.settings)
    assert QApplication.font().pointSizeF() == pytest.approx(two.look.fonts.body.pointSizeF())


@pytest.mark.parametrize("wrong", [-5, 0, 99, 201, 100_000])
def test_a_size_nobody_offers_is_bounded(look_fonts: Fonts, wrong: int) -> None:
    look_fonts.resize(wrong)
    assert 100 <= look_fonts.percent <= 200


@pytest.fixture
def look_fonts(app: QApplication) -> Fonts:
    return Fonts(app.font())


def test_the_caret_stands_still_where_motion_is_reduced(two: Stage) -> None:
    flash_ms = QApplication.cursorFlashTime()
    file = two.board.preferences.window
    file.change(reduces_motion=True)
    assert QApplication.cursorFlashTime() == 0
    file.change(reduces_motion=False)
    assert QApplication.cursorFlashTime() == flash_ms > 0
