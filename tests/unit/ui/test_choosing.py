"""A picture of one's own or of a room: chosen, dropped, pasted, cut, taken away."""

import gc
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPoint, QRect, Qt, QUrl
from PySide6.QtGui import QColor, QDropEvent, QGuiApplication, QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from shiboken6 import isValid

from app.commands import ChangeRoom, ChangeSettings
from app.events import RoomChanged, SettingsChanged
from net.protocol.limits import PICTURE_MAX_BYTES
from tests.unit.ui.stage import Stage, click, person, room, wait_until
from tests.unit.ui.test_decode import EXIF_TURNED
from tests.unit.ui.test_drop import drop, enter
from tests.unit.ui.test_portraits import PINK, avatar_in, encoded, plain, shows
from ui.choosing import PIXELS_MAX
from ui.dialogs.crop import CropDialog
from ui.dialogs.cropview import STEPS, CropView
from ui.media.portrait import SENT_SIDE_PX
from ui.settings.face import MyPicture
from ui.settings.profile import ProfilePage
from ui.settings.welcome import WelcomePage


@pytest.fixture
def here(stage: Stage) -> Stage:
    stage.window.resize(1250, 700)
    stage.be_ready(person("Ann"))
    return stage


@pytest.fixture
def mine(here: Stage) -> MyPicture:
    """On the profile's page, which a change of language makes anew: the translators of earlier
    tests go first, for Qt takes that for one."""
    gc.collect()
    here.settle()
    click(avatar_in(here.window.side.me))
    window = here.board.settings.window
    assert window is not None
    page = window.pages()[window.list.currentRow()]
    assert isinstance(page, ProfilePage)
    wait_until(window.isActiveWindow)
    return page.picture


def cropping(here: Stage) -> CropDialog:
    """Once the picture has been read."""

    def found() -> list[CropDialog]:
        return [
            one
            for top in QApplication.topLevelWidgets()
            for one in (top, *top.findChildren(CropDialog))
            if isinstance(one, CropDialog) and one.isVisible()
        ]

    wait_until(lambda: bool(found()))
    return found()[0]


def file_mime(path: Path) -> QMimeData:
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(path))])
    return mime


def picture_mime(image: QImage) -> QMimeData:
    mime = QMimeData()
    mime.setImageData(image)
    return mime


def let_fall(widget: QWidget, mime: QMimeData) -> QDropEvent:
    assert enter(widget, mime, QPoint(5, 5)).isAccepted()
    return drop(widget, mime, QPoint(5, 5))


def sent(here: Stage) -> QImage:
    """As it goes out."""
    wait_until(lambda: any(one.picture for one in here.sent(ChangeSettings)))
    data = here.last(ChangeSettings).picture
    assert data is not None
    assert len(data) <= PICTURE_MAX_BYTES
    return QImage.fromData(data)


# --- One's own ---------------------------------------------------------------
def test_a_dropped_file_is_cut_made_small_and_sent(
    here: Stage, mine: MyPicture, tmp_path: Path
) -> None:
    path = tmp_path / "holiday.png"
    assert plain(900, 600).save(str(path))
    event = let_fall(mine, file_mime(path))
    assert event.dropAction() is Qt.DropAction.CopyAction
    click(cropping(here).yes)
    image = sent(here)
    assert (image.width(), image.height()) == (SENT_SIDE_PX, SENT_SIDE_PX)
    assert image.pixelColor(100, 100) == PINK


def test_what_the_camera_turned_is_upright_and_says_nothing_of_the_camera(
    here: Stage, mine: MyPicture, tmp_path: Path
) -> None:
    path = tmp_path / "a.jpg"
    data = encoded(plain(640, 320), b"jpeg")
    path.write_bytes(data[:2] + EXIF_TURNED + data[2:])
    let_fall(mine, file_mime(path))
    dialog = cropping(here)
    assert dialog.view.part() == QRect(0, 160, 320, 320)
    click(dialog.yes)
    sent(here)
    assert b"Exif" not in (here.last(ChangeSettings).picture or b"")


def test_a_pasted_picture_is_cut_too_and_cancel_sends_nothing(here: Stage, mine: MyPicture) -> None:
    QGuiApplication.clipboard().setImage(plain(90, 60))
    click(mine.paste)
    dialog = cropping(here)
    click(dialog.no)
    wait_until(lambda: not isValid(dialog))
    mine.window().activateWindow()
    wait_until(mine.isActiveWindow)
    mine.choose.setFocus()
    QTest.keySequence(mine.choose, "Ctrl+V")
    assert not here.sent(ChangeSettings)
    click(cropping(here).yes)
    assert sent(here).size() == plain(60, 60).size()


def test_f12_a_huge_pasted_picture_is_made_smaller_before_it_is_shown(
    here: Stage, mine: MyPicture
) -> None:
    QGuiApplication.clipboard().setImage(plain(4000, 2000))
    click(mine.paste)
    part = cropping(here).view.part()
    assert part.width() ** 2 <= PIXELS_MAX
    cropping(here).reject()


@pytest.mark.parametrize("content", [b"no picture", b"<svg xmlns='http://www.w3.org/2000/svg'/>"])
def test_what_is_no_picture_is_refused_with_a_word(
    here: Stage, mine: MyPicture, tmp_path: Path, content: bytes
) -> None:
    path = tmp_path / "a.png"
    path.write_bytes(content)
    let_fall(mine, file_mime(path))
    wait_until(mine.fault.isVisible)
    assert "PNG" in mine.fault.text()
    QGuiApplication.clipboard().setText("words")
    click(mine.paste)
    wait_until(mine.fault.isVisible)
    assert not here.sent(ChangeSettings)


def test_words_cannot_be_dropped_as_a_picture(mine: MyPicture) -> None:
    mime = QMimeData()
    mime.setText("https://example.org/a.png")
    assert not enter(mine, mime, QPoint(5, 5)).isAccepted()


def test_a_picture_can_be_taken_away_and_the_focus_stays(here: Stage, mine: MyPicture) -> None:
    assert not mine.remove.isVisible()
    here.tell(SettingsChanged("Me", "requests", picture=encoded(plain(64, 64))))
    wait_until(lambda: shows(mine, PINK))
    mine.remove.setFocus()
    QTest.keyClick(mine.remove, Qt.Key.Key_Space)
    assert here.last(ChangeSettings) == ChangeSettings(picture=b"")
    here.tell(SettingsChanged("Me", "requests"))
    wait_until(lambda: not shows(mine, PINK))
    assert not mine.remove.isVisible()
    assert mine.choose.hasFocus()


def test_the_first_run_offers_a_picture(stage: Stage) -> None:
    stage.be_ready()
    stage.board.settings.welcome()
    page = stage.window.middle.currentWidget()
    assert isinstance(page, WelcomePage)
    QGuiApplication.clipboard().setImage(plain(90, 60))
    click(page.picture.paste)
    click(cropping(stage).yes)
    sent(stage)


# --- A room's ----------------------------------------------------------------
def test_a_picture_of_a_room_is_dropped_or_pasted_by_its_members_alone(here: Stage) -> None:
    ours, others = room("Design", "Ann"), room("Design", members=(person("Ann").peer_id,))
    here.tell(RoomChanged(ours))
    here.board.open_person(ours.room_id)
    panel = here.board.room_info
    inside = panel.widget()
    let_fall(inside, picture_mime(plain(64, 64)))
    click(cropping(here).yes)
    wait_until(lambda: bool(here.sent(ChangeRoom)))
    assert here.last(ChangeRoom).picture
    QGuiApplication.clipboard().setImage(plain(64, 64))
    here.window.activateWindow()
    wait_until(here.window.isActiveWindow)
    panel._add.setFocus()
    QTest.keySequence(panel._add, "Ctrl+V")
    cropping(here).reject()
    here.tell(RoomChanged(others))
    wait_until(lambda: not panel._add.isVisible())
    assert not enter(inside, picture_mime(plain(64, 64)), QPoint(5, 5)).isAccepted()


# --- Cutting -----------------------------------------------------------------
@pytest.fixture
def view(here: Stage) -> CropView:
    dialog = CropDialog(here.look, plain(400, 200, QColor("black")), here.window)
    dialog.open()
    here.settle()
    return dialog.view


def test_the_middle_is_chosen_at_first_and_moves_by_keys_within_the_picture(view: CropView) -> None:
    assert view.part() == QRect(100, 0, 200, 200)
    QTest.keyClick(view, Qt.Key.Key_Left)
    assert view.part() == QRect(90, 0, 200, 200)
    for _ in range(50):
        QTest.keyClick(view, Qt.Key.Key_Right)
        QTest.keyClick(view, Qt.Key.Key_Up)
    assert view.part() == QRect(200, 0, 200, 200)


def test_the_pointer_drags_the_picture_below_the_circle(view: CropView) -> None:
    middle = view.rect().center()
    QTest.mousePress(view, Qt.MouseButton.LeftButton, pos=middle)
    QTest.mouseMove(view, middle + QPoint(view.width() // 4, 0))
    QTest.mouseRelease(view, Qt.MouseButton.LeftButton, pos=middle)
    assert view.part().left() in range(47, 54)
    QTest.mouseMove(view, middle)
    assert view.part().left() in range(47, 54)


def test_keys_and_slider_enlarge_alike_and_stop_at_the_bounds(view: CropView) -> None:
    slider = view.parentWidget().slider  # type: ignore[attr-defined]
    QTest.keyClick(view, Qt.Key.Key_Plus)
    assert slider.value() > 0
    assert view.part().width() < 200
    slider.setValue(STEPS)
    smallest = view.part()
    assert smallest.width() == 48
    assert QRect(190, 95, 10, 10).contains(smallest.center())
    QTest.keyClick(view, Qt.Key.Key_Plus)
    assert view.part() == smallest
    slider.setValue(0)
    assert view.part().width() == 200


@pytest.mark.parametrize("size", [(1, 1), (1, 500), (30, 20), (48, 4000)])
def test_the_part_is_a_square_within_any_picture(here: Stage, size: tuple[int, int]) -> None:
    image = plain(*size)
    dialog = CropDialog(here.look, image, here.window)
    dialog.open()
    for step in (0, STEPS // 2, STEPS):
        dialog.view.zoom(step)
        for key in (Qt.Key.Key_Down, Qt.Key.Key_Right, Qt.Key.Key_Down):
            QTest.keyClick(dialog.view, key)
        part = dialog.view.part()
        assert part.width() == part.height() >= 1
        assert image.rect().contains(part)
    dialog.close()
