"""Pictures that are pasted or taken of the screen: looked at, kept, sent; and what is text."""

import sys
from pathlib import Path

import pytest
from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QMimeData, QPoint, QRect, QSize, Qt, QUrl
from PySide6.QtGui import QColor, QImage
from PySide6.QtTest import QTest

from app.commands import SendFiles
from tests.unit.ui.stage import Stage, click, id_of, person, wait_until
from ui.compose.part import PartView
from ui.compose.pictures import FOLDER, keep_picture
from ui.compose.portal import path_of
from ui.compose.screenshot import child_environment, read_image, run_tool
from ui.dialogs.picture import PictureDialog, encode_png
from ui.look import Look

SHIFT = Qt.KeyboardModifier.ShiftModifier
SIZE = QSize(400, 200)


def picture(color: str = "teal") -> QImage:
    made = QImage(SIZE, QImage.Format.Format_RGB32)
    made.fill(QColor(color))
    return made


def clipping(**kinds: bytes) -> QMimeData:
    """Kinds are spelled with _ for / and -: image_png."""
    data = QMimeData()
    for kind, content in kinds.items():
        data.setData(kind.replace("_", "/", 1).replace("_", "-"), content)
    return data


@pytest.fixture
def chat(stage: Stage) -> Stage:
    stage.meet("Ann")
    stage.be_ready(person("Ann"))
    stage.open_chat("Ann")
    return stage


def dialogs(stage: Stage) -> list[PictureDialog]:
    return [one for one in stage.window.findChildren(PictureDialog) if one.isVisible()]


def paste_picture(stage: Stage) -> PictureDialog:
    data = QMimeData()
    data.setImageData(picture())
    assert stage.composer.edit.canInsertFromMimeData(data)
    stage.composer.edit.insertFromMimeData(data)
    (dialog,) = dialogs(stage)
    return dialog


def test_pasted_picture_is_shown_then_sent_as_a_file(chat: Stage, tmp_path: Path) -> None:
    dialog = paste_picture(chat)
    assert "Ann" in dialog.title.text()
    wait_until(lambda: dialog.caption.text().count(" · ") == 2)
    assert dialog.caption.text().startswith("PNG · 400 × 200 · ")
    assert chat.sent(SendFiles) == []
    QTest.keyClick(dialog.yes, Qt.Key.Key_Return)
    wait_until(lambda: bool(chat.sent(SendFiles)))
    sent = chat.last(SendFiles)
    (path,) = sent.paths
    assert sent.person == id_of("Ann")
    assert path.parent == tmp_path / FOLDER
    assert path.name.startswith("Picture ")
    assert QImage(str(path)).convertedTo(QImage.Format.Format_RGB32) == picture()
    assert dialogs(chat) == []


def test_picture_that_is_not_sent_leaves_nothing(chat: Stage, tmp_path: Path) -> None:
    click(paste_picture(chat).no)
    chat.settle()
    assert chat.sent(SendFiles) == []
    assert not (tmp_path / FOLDER).exists()


def test_text_wins_over_its_picture(chat: Stage) -> None:
    """As office programs copy cells: text, HTML and a picture of them."""
    data = clipping(text_html=b"<table></table>")
    data.setText("1\t2")
    data.setImageData(picture())
    chat.composer.edit.insertFromMimeData(data)
    assert chat.composer.text() == "1\t2"
    assert dialogs(chat) == []


def test_picture_wins_over_html_alone(chat: Stage) -> None:
    """As browsers copy an image."""
    data = clipping(text_html=b"<img src='https://example.org/a.png'>")
    data.setImageData(picture())
    chat.composer.edit.insertFromMimeData(data)
    assert len(dialogs(chat)) == 1
    dialogs(chat)[0].reject()


def test_files_win_over_their_names_and_icons(chat: Stage, tmp_path: Path) -> None:
    """As Finder and Dolphin copy files: addresses, names, an icon."""
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(tmp_path / name)) for name in ("a b.txt", "图.png")])
    data.setText("a b.txt\n图.png")
    data.setImageData(picture())
    chat.composer.edit.insertFromMimeData(data)
    assert chat.last(SendFiles).paths == (tmp_path / "a b.txt", tmp_path / "图.png")
    assert dialogs(chat) == []


@pytest.mark.parametrize("kind", ["gnome", "mate"])
def test_copied_files_of_either_file_manager(chat: Stage, kind: str) -> None:
    data = QMimeData()
    lines = b"copy\nfile:///tmp/a%20b\nfile:///tmp/%E5%9B%BE"
    data.setData(f"x-special/{kind}-copied-files", lines)
    chat.composer.edit.insertFromMimeData(data)
    assert chat.last(SendFiles).paths == (Path("/tmp/a b"), Path("/tmp/图"))


def test_f12_text_that_only_looks_like_copied_files_is_text(chat: Stage) -> None:
    """Somebody else's words must not send a file."""
    data = QMimeData()
    data.setText("x-special/nautilus-clipboard\ncopy\nfile:///etc/passwd")
    chat.composer.edit.insertFromMimeData(data)
    assert chat.sent(SendFiles) == []
    assert "passwd" in chat.composer.text()


def test_two_pictures_of_one_second_are_two_files(tmp_path: Path) -> None:
    kept = [keep_picture(tmp_path / "new", "Picture 1", b"x") for _ in range(3)]
    names = [one.name for one in kept if isinstance(one, Path)]
    assert names == ["Picture 1.png", "Picture 1 (2).png", "Picture 1 (3).png"]


def test_disk_that_takes_nothing_is_said(chat: Stage, tmp_path: Path) -> None:
    (tmp_path / FOLDER).write_bytes(b"in the way")
    click(paste_picture(chat).yes)
    wait_until(chat.board.notice.isVisible)
    assert chat.sent(SendFiles) == []


# --- A part of it --------------------------------------------------------------
@pytest.fixture
def view(look: Look) -> PartView:
    made = PartView(look, picture(), QSize(400, 300))
    made.resize(made.sizeHint())
    return made


def drag(view: PartView, start: QPoint, end: QPoint) -> None:
    QTest.mousePress(view, Qt.MouseButton.LeftButton, pos=start)
    QTest.mouseMove(view, end)
    QTest.mouseRelease(view, Qt.MouseButton.LeftButton, pos=end)


def test_pointer_chooses_a_part_and_a_press_the_whole(view: PartView) -> None:
    drag(view, QPoint(110, 60), QPoint(10, 10))
    assert view.part == QRect(QPoint(10, 10), QPoint(110, 60))
    assert view.chosen().size() == view.part.size()
    drag(view, QPoint(50, 50), QPoint(50, 50))
    assert view.part == picture().rect()


def test_keys_choose_a_part_within_the_picture(view: PartView) -> None:
    QTest.keyClick(view, Qt.Key.Key_Right)
    QTest.keyClick(view, Qt.Key.Key_Up, SHIFT)
    assert view.part == QRect(QPoint(10, 0), QPoint(399, 194))
    for _ in range(100):
        QTest.keyClick(view, Qt.Key.Key_Right)
    assert picture().rect().contains(view.part)
    assert view.part.width() >= 8


def test_part_is_what_is_sent(chat: Stage) -> None:
    dialog = paste_picture(chat)
    for _ in range(20):
        QTest.keyClick(dialog.view, Qt.Key.Key_Right)
    assert "200 × 200" in dialog.caption.text()
    click(dialog.yes)
    wait_until(lambda: bool(chat.sent(SendFiles)))
    (path,) = chat.last(SendFiles).paths
    assert QImage(str(path)).size() == QSize(200, 200)


def test_large_picture_fits_its_dialog(look: Look) -> None:
    view = PartView(look, QImage(8000, 4000, QImage.Format.Format_RGB32), QSize(500, 300))
    assert view.sizeHint() == QSize(500, 250)


# --- The platform's tool -------------------------------------------------------
def tool(tmp_path: Path, script: str) -> tuple[str, ...]:
    program = tmp_path / "tool.py"
    program.write_text(script)
    return sys.executable, str(program)


def test_picture_of_the_platform_s_tool_is_taken(tmp_path: Path) -> None:
    (tmp_path / "screen.png").write_bytes(encode_png(picture()))
    script = f"import shutil, sys; shutil.copy({str(tmp_path / 'screen.png')!r}, sys.argv[1])"
    shot = run_tool(tool(tmp_path, script), lambda: False)
    assert shot.is_over
    assert shot.image is not None
    assert shot.image.size() == SIZE


def test_tool_without_a_picture_means_that_the_user_gave_up(tmp_path: Path) -> None:
    shot = run_tool(tool(tmp_path, "raise SystemExit(1)"), lambda: False)
    assert (shot.image, shot.is_over) == (None, True)


def test_tool_that_cannot_start_is_no_way(tmp_path: Path) -> None:
    shot = run_tool((str(tmp_path / "nothing"),), lambda: False)
    assert (shot.image, shot.is_over) == (None, False)


def test_tool_ends_with_the_program(tmp_path: Path) -> None:
    shot = run_tool(tool(tmp_path, "import signal; signal.pause()"), lambda: True)
    assert shot.image is None


@pytest.mark.parametrize(
    ("response", "path"),
    [(0, Path("/tmp/a b/图.png")), (1, Path()), (2, None)],
    ids=["taken", "given up", "cannot"],
)
def test_portal_s_answer(response: int, path: Path | None) -> None:
    results = {"uri": ("s", "file:///tmp/a%20b/%E5%9B%BE.png")} if response == 0 else {}
    assert path_of(response, results) == path


def test_file_that_is_no_picture_is_none(tmp_path: Path) -> None:
    (tmp_path / "x.png").write_bytes(b"no picture")
    assert read_image(tmp_path / "x.png").isNull()


def test_libraries_of_a_frozen_program_are_not_for_its_children() -> None:
    environ = {"LD_LIBRARY_PATH": "/ours", "LD_LIBRARY_PATH_ORIG": "/theirs", "A": "b"}
    assert child_environment(environ) == {"LD_LIBRARY_PATH": "/theirs", "A": "b"}
    assert child_environment({"LD_LIBRARY_PATH": "/user"}) == {"LD_LIBRARY_PATH": "/user"}


def test_png_of_a_picture_is_that_picture() -> None:
    data = QByteArray(encode_png(picture()))
    buffer = QBuffer(data)
    buffer.open(QIODevice.OpenModeFlag.ReadOnly)
    read = QImage()
    assert read.load(buffer, "PNG")
    assert read.convertedTo(QImage.Format.Format_RGB32) == picture()
