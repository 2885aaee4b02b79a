"""Fields in which one of a few is chosen, and buttons that cannot be taken back."""

from dataclasses import replace

import pytest
from PySide6.QtCore import QDate, QLocale, QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QApplication, QWidget

from tests.unit.ui.stage import bury
from ui.buttons import ChoiceBox, DateBox
from ui.dialogs.ask import AskDialog
from ui.dialogs.delete import DeleteDialog
from ui.dialogs.leave import LeaveDialog, RemoveDialog
from ui.dialogs.send import SendDialog
from ui.format import Format
from ui.look import Look
from ui.month import Month
from ui.trust.forget import ForgetDialog


def turn_wheel(widget: QWidget) -> QWheelEvent:
    middle, none = QPointF(widget.rect().center()), Qt.MouseButton.NoButton
    turned = QWheelEvent(
        middle, widget.mapToGlobal(middle), QPoint(), QPoint(0, -120), none,
        Qt.KeyboardModifier.NoModifier, Qt.ScrollPhase.NoScrollPhase, False,
    )  # fmt: skip
    QApplication.sendEvent(widget, turned)
    return turned


def test_wheel_over_a_choice_scrolls_the_page_and_chooses_nothing(look: Look) -> None:
    box = ChoiceBox(look)
    box.addItems(["one", "two"])
    box.show()
    box.setFocus()
    turned = turn_wheel(box)
    assert box.currentIndex() == 0
    assert not turned.isAccepted()
    bury(box)


@pytest.mark.parametrize("name", ["en_US", "en_GB", "zh_CN", "de_DE"])
def test_day_is_written_as_the_locale_does_with_its_whole_year(look: Look, name: str) -> None:
    locale = QLocale(name)
    box = DateBox(replace(look, format=Format(locale)), QDate(2023, 11, 5))
    assert "2023" in box.text()
    assert locale.toDate(box.text(), box.displayFormat()) == QDate(2023, 11, 5)
    bury(box)


def test_only_what_cannot_be_taken_back_looks_grave(look: Look) -> None:
    dialogs: list[AskDialog] = [
        kind(look, "Ann", None) for kind in (DeleteDialog, LeaveDialog, RemoveDialog, ForgetDialog)
    ]
    assert all(one.yes.property("grave") and one.no.isDefault() for one in dialogs)
    dialogs.append(SendDialog(look, 20, None))
    assert not dialogs[-1].yes.property("grave")
    for one in dialogs:
        bury(one)


def test_every_day_of_a_calendar_without_marks_can_be_read(look: Look) -> None:
    """Qt's own weekends are red on any ground, and its arrows black."""
    month = Month(look, "From")
    month.setSelectedDate(QDate(2023, 11, 15))
    month.resize(320, 240)
    month.show()
    picture = month.grab().toImage()
    colors = {
        picture.pixelColor(x, y).name()
        for x in range(picture.width())
        for y in range(picture.height())
    }
    assert look.theme.tokens.text in colors
    assert "#ff0000" not in colors
    bury(month)
