"""A right-to-left language mirrors the window, and its words stand right in any."""

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QSize, Qt

from app.model import Direction
from tests.unit.ui.fitting import misfits
from tests.unit.ui.stage import Stage, bury, message, person
from tests.unit.ui.test_fits import dialogs, pose

HEBREW = "שלום, מה שלומך היום?"
ARABIC = "مرحبا، كيف حالك؟"


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


@pytest.mark.parametrize("is_mirrored", [False, True])
@pytest.mark.parametrize("text", [HEBREW, ARABIC, "plain words"])
@pytest.mark.parametrize("direction", [Direction.IN, Direction.OUT])
def test_text_stays_inside_its_bubble(
    stage: Stage, is_mirrored: bool, text: str, direction: Direction
) -> None:
    way = Qt.LayoutDirection.RightToLeft if is_mirrored else Qt.LayoutDirection.LeftToRight
    stage.app.setLayoutDirection(way)
    try:
        stage.be_ready(person("Ann"))
        stage.open_chat("Ann")
        stage.deliver((message("Ann", f"{text} {text}", direction=direction),))
        stage.settle()
        view = stage.view
        placed = view.delegate.placed(0, view.visualRect(view.chat_model.index(0)))
        layout = placed.bubble.layout
        assert layout is not None
        for at in range(layout.lineCount()):
            words = layout.lineAt(at).naturalTextRect().toAlignedRect()
            assert words.left() >= 0
            assert words.right() <= placed.frame.width()
        assert stage.view.viewport().rect().contains(placed.frame)
    finally:
        stage.app.setLayoutDirection(Qt.LayoutDirection.LeftToRight)
