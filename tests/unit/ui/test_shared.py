"""Files of a conversation in the panel at the right, and all of them in a dialog."""

from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, QSize, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QMenu

from app.events import TransferChanged
from app.model import Message, TransferState
from tests.unit.ui.pictures import paint
from tests.unit.ui.stage import Stage, bury, person, wait_until
from ui.chat.actions import Action
from ui.media.allfiles import AllFilesDialog
from ui.media.shared import SHOWN, SharedSection
from ui.media.viewer import Viewer


@pytest.fixture
def chat(stage: Stage) -> Stage:
    """With the panel at the right in sight."""
    for name in ("Ben", "Eve"):
        stage.meet(name)
    stage.be_ready(person("Ben"), person("Eve"))
    stage.window.resize(1300, 900)
    stage.open_chat("Ben")
    return stage


def _come(chat: Stage, name: str, path: Path) -> Message:
    """A file that has come in whole."""
    offered = chat.receive_offer(name, (path.name,))
    assert offered.transfer is not None
    identifier = bytes.fromhex(offered.transfer.transfer_id)
    done = chat.write(
        lambda w: w.update_transfer(identifier, state=TransferState.DONE, path=str(path))
    )
    chat.tell(TransferChanged(done))
    return offered


def _section(chat: Stage) -> SharedSection:
    (found,) = (one for one in chat.window.findChildren(SharedSection) if one.isVisible())
    return found


def _names(chat: Stage) -> list[str]:
    shown = (one for one in _section(chat).buttons if one.isVisible())
    return [one.message.transfer.names[0] for one in shown if one.message and one.message.transfer]


def _file(folder: Path, name: str) -> Path:
    (folder / name).write_bytes(b"0123456789")  # as large as the stage's offers say
    return folder / name


def test_the_newest_are_listed_and_only_those_of_this_conversation(
    chat: Stage, tmp_path: Path
) -> None:
    for number in range(SHOWN + 2):
        _come(chat, "Ben", _file(tmp_path, f"{number}.txt"))
    _come(chat, "Eve", _file(tmp_path, "eve.txt"))
    chat.receive_offer("Ben", ("never-accepted.txt",))
    wait_until(lambda: _names(chat) == ["5.txt", "4.txt", "3.txt", "2.txt"])
    assert _section(chat).all_button.isVisible()
    assert _section(chat).buttons[0].accessibleName().startswith("5.txt, 10 bytes")
    chat.open_chat("Eve")
    wait_until(lambda: _names(chat) == ["eve.txt"])
    assert not _section(chat).all_button.isVisible()


def test_a_click_opens_it_and_a_program_is_only_shown_where_it_lies(
    chat: Stage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _come(chat, "Ben", _file(tmp_path, "a.txt"))
    _come(chat, "Ben", _file(tmp_path, "setup.exe"))
    wait_until(lambda: _names(chat) == ["setup.exe", "a.txt"])
    asked: list[Action] = []
    monkeypatch.setattr(chat.board.decisions, "act", lambda action, _one: asked.append(action))
    for button in _section(chat).buttons[:2]:
        button.click()
    assert asked == [Action.SHOW_IN_FOLDER, Action.OPEN]


def test_a_picture_opens_in_the_viewer(chat: Stage, tmp_path: Path) -> None:
    path = tmp_path / "a.png"
    size = paint(path, QSize(40, 30))
    sent = chat.send_offer("Ben", (path,), size)
    media = chat.board.media
    wait_until(lambda: media.previews.album(sent) is not None)
    media.sharing.open(sent)
    assert chat.window.findChildren(Viewer)


def test_the_menu_is_that_of_the_card(
    chat: Stage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[QMenu] = []
    monkeypatch.setattr(QMenu, "popup", lambda menu, _at: opened.append(menu))
    _come(chat, "Ben", _file(tmp_path, "a.txt"))
    wait_until(lambda: _names(chat) == ["a.txt"])
    _section(chat).buttons[0].menu_wanted.emit(QPoint(10, 10))
    (menu,) = opened
    assert {"Copy path", "Save as…", "Show in folder"} <= {one.text() for one in menu.actions()}
    bury(menu)


def test_all_files_are_searched_by_name_and_opened_by_key(chat: Stage, tmp_path: Path) -> None:
    for name in ("Plan A.txt", "plan b.txt", "other.txt"):
        _come(chat, "Ben", _file(tmp_path, name))
    chat.board.media.sharing.open_all()
    (dialog,) = chat.window.findChildren(AllFilesDialog)
    model = dialog.list.model()
    assert model.rowCount() == 3
    dialog.search.setText("A.TXT plan")
    assert model.rowCount() == 1
    assert model.index(0, 0).data().startswith("Plan A")
    opened: list[Message] = []
    dialog.opened.disconnect()
    dialog.opened.connect(opened.append)
    dialog.list.setCurrentIndex(model.index(0, 0))
    QTest.keyClick(dialog.list, Qt.Key.Key_Return)
    assert len(opened) == 1
    dialog.search.setText("nothing like it")
    assert model.rowCount() == 0
    bury(dialog)


def test_everything_there_is_has_a_name(chat: Stage, tmp_path: Path) -> None:
    _come(chat, "Ben", _file(tmp_path, "a.txt"))
    chat.board.media.sharing.open_all()
    (dialog,) = chat.window.findChildren(AllFilesDialog)
    assert dialog.list.accessibleName()
    assert dialog.search.accessibleName()
    bury(dialog)
