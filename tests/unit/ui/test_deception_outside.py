"""Group F outside of the chat: each dialog that repeats what others wrote, the settings, what is
told outside the window, and what leaves by the clipboard or as a file."""

import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QContextMenuEvent, QGuiApplication, QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog, QLabel, QMenu, QSystemTrayIcon

from app.commands import ListOfferedFiles
from app.errors import ErrorCode
from app.events import (
    EarlierText,
    Failed,
    OfferedFilesListed,
    PersonChanged,
    RoomChanged,
    TransferChanged,
)
from app.model import MessageKind, MessageState, OfferedFile, Trust
from tests.unit.ui.fitting import misfits
from tests.unit.ui.poison import BROKEN, CREW, FILE, FILES, MALLORY, POISONED, TEXT, Listener
from tests.unit.ui.sinks import drawn, hear, hear_menu, read_tip
from tests.unit.ui.stage import Stage, bury, message, room, said, wait_until
from tests.unit.ui.test_fits import dialogs
from tests.unit.ui.wall import Wall
from ui.chat.drop import DropOverlay
from ui.chat.menu import build_menu
from ui.desktop.notifier import Notifier
from ui.desktop.tray import Tray
from ui.dialogs.earlier import EarlierDialog
from ui.dialogs.receipts import ReceiptsDialog
from ui.labels import PlainLabel
from ui.media.allfiles import AllFilesDialog
from ui.media.decode import Shot
from ui.media.viewer import Slide, Viewer
from ui.settings.files import FilesPage
from ui.trust.blocked import BlockedList

OWN_WORDS = {
    *("BackupDialog", "ClearPicturesDialog", "ConnectDialog", "CropDialog", "DeleteProfileDialog"),
    *("KeySheet", "PictureDialog", "RestoreDialog", "SendDialog"),
}
"""Dialogs in which nobody else has a say."""
ELSEWHERE = {"LinkDialog"}
"""tests/unit/ui/test_pointer.py"""
CARRIED: dict[str, dict[str, set[str]]] = {
    "OfferDialog": {"zqn": {"text"}, "zqf": {"shown", "accessibleName", "toolTip"}},
    "DetailsDialog": {"zqn": {"text"}, "zqf": {"text"}},
    "DeleteDialog": {"zqn": {"text"}},
    "ForwardDialog": {"zqn": {"shown"}, "zqr": {"shown"}},
    "ForwardManyDialog": {"zqn": {"shown"}, "zqr": {"shown"}, "zqf": {"text"}},
    "SendManyDialog": {"zqn": {"shown"}, "zqr": {"shown"}, "zqf": {"text"}},
    "ReceiptsDialog": {"zqn": {"text"}},
    "WholeDialog": {"zqt": {"toPlainText"}},
    "EarlierDialog": {"zqt": {"toPlainText"}},
    "NewRoomDialog": {"zqn": {"shown", "accessibleName"}},
    "AddPeopleDialog": {"zqn": {"shown", "accessibleName"}},
    "LeaveDialog": {"zqr": {"text"}},
    "RemoveDialog": {"zqn": {"text"}},
    "VerifyDialog": {"zqn": {"text", "accessibleName"}},
    "ForgetDialog": {"zqn": {"text"}},
    "ExportDialog": {"zqn": {"currentText"}},
    "AllFilesDialog": {"zqn": {"text"}, "zqf": {"shown", "accessibleName"}},
    "SettingsWindow": {"zqn": {"text", "accessibleName"}},
    "Viewer": {"zqf": {"text", "windowTitle", "accessibleName"}},
}
"""For each dialog what it has to give out, and how."""


@pytest.fixture
def poisoned(poisoned: Stage) -> Stage:
    poisoned.deliver(poisoned.receive("Mallory", [TEXT]))
    return poisoned


def dialogs_about_it(stage: Stage) -> dict[str, Callable[[], object]]:
    """By class: each that repeats what somebody else wrote, opened as the user opens it."""
    board, look, window = stage.board, stage.look, stage.window
    text = message("Mallory", TEXT, room_id=None)
    files = message("Mallory", "", kind=MessageKind.FILES, transfer=FILES)
    named = look.words.placed_name(POISONED)
    picture = Path(__file__).parents[3] / "resources" / "icons" / "landline.svg"

    def view() -> None:
        viewer = Viewer(look, stage.worker, window)
        viewer.show_slides([Slide(Shot(picture, 40, 40), FILE, 0)], 0)
        viewer.show()

    def settings() -> None:
        stage.tell(PersonChanged(replace(POISONED, auto_accept=True)))
        pages = board.settings.open()
        pages.open_page([type(one) for one in pages.pages()].index(FilesPage))

    def accept() -> None:
        board.decisions.open_details(FILES)
        entries = (OfferedFile(FILE, 5), OfferedFile(f"{FILE}/{FILE}", 5))
        asked = stage.last(ListOfferedFiles)
        stage.tell(OfferedFilesListed(FILES.transfer_id, entries, 2, asked.ref))

    return {
        "OfferDialog": accept,
        "DetailsDialog": lambda: board.decisions.open_details(BROKEN),
        "DeleteDialog": lambda: board.messages.ask_to_delete(text),
        "ForwardDialog": lambda: board.messages.ask_where_to_forward(text),
        "ForwardManyDialog": lambda: board.messages.ask_where_to_forward(files),
        "SendManyDialog": lambda: board.sending.outbox.ask_for_many(
            "", (Path("/tmp") / FILE.replace("/", ""),)
        ),
        "ReceiptsDialog": lambda: ReceiptsDialog(look, [(named, MessageState.READ)], window).open(),
        "EarlierDialog": lambda: EarlierDialog(look, [EarlierText(TEXT, 1)], window).open(),
        "AllFilesDialog": lambda: AllFilesDialog(
            look, board.media.previews, (files,), lambda: f"Shared with {named}", window
        ).open(),
        "SettingsWindow": settings,
        "WholeDialog": lambda: board._open_whole(text),
        "NewRoomDialog": board.rooms.ask_for_new,
        "AddPeopleDialog": lambda: board.rooms.ask_whom_to_add(room("Other", "Ann")),
        "LeaveDialog": lambda: board.rooms.ask_to_leave(CREW),
        "RemoveDialog": lambda: board.rooms.ask_to_remove(CREW, MALLORY.peer_id),
        "VerifyDialog": lambda: board.trust.verify(MALLORY.peer_id),
        "ForgetDialog": lambda: board.trust.ask_to_forget(MALLORY.peer_id),
        "ExportDialog": lambda: board.settings.export(MALLORY.peer_id),
        "Viewer": view,
    }


def open_one(stage: Stage, name: str, show: Callable[[], object]) -> QDialog:
    show()
    stage.settle()
    (dialog,) = [one for one in stage.window.findChildren(QDialog) if type(one).__name__ == name]
    return dialog


def test_f01_every_dialog_is_tried_or_has_only_words_of_ours(poisoned: Stage) -> None:
    tried = set(dialogs_about_it(poisoned))
    assert {one.__name__ for one in dialogs()} == tried | OWN_WORDS | ELSEWHERE
    assert set(CARRIED) == tried


def test_f01_no_dialog_obeys_what_it_repeats(poisoned: Stage) -> None:
    wrong = []
    for name, show in dialogs_about_it(poisoned).items():
        dialog, ears = open_one(poisoned, name, show), Listener()
        ears.add(hear(dialog))
        wrong += [f"{name}: {fault}" for fault in ears.faults()]
        for mark, ways in CARRIED[name].items():
            met = {sink.rpartition(".")[2] for sink in ears.carriers(mark)}
            wrong += [f"{name} does not give out {mark} as {way}" for way in ways - met]
        bury(dialog)
    assert wrong == []


@pytest.mark.parametrize("letter", ["W", "好", "ﷺ"])
def test_f09_no_name_pushes_a_button_out_of_a_dialog(
    poisoned: Stage, letter: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    long = letter * 40
    monkeypatch.setattr(f"{__name__}.FILES", replace(FILES, names=(long * 6 + ".exe",) * 20))
    poisoned.tell(PersonChanged(replace(POISONED, name=long, device=long)))
    poisoned.tell(RoomChanged(replace(CREW, name=long)))
    wrong = []
    for name, show in dialogs_about_it(poisoned).items():
        dialog = open_one(poisoned, name, show)
        wrong += [f"{name}: {fault}" for fault in misfits(dialog)]
        room_px = dialog.screen().availableSize()
        size = dialog.frameSize()
        wrong += [] if size.boundedTo(room_px) == size else [f"{name} is {size.toTuple()}"]
        bury(dialog)
    assert wrong == []


# --- Outside of the window -------------------------------------------------
def test_f07_notes_and_the_tray_s_menu_repeat_it_as_one_line(
    poisoned: Stage, ears: Listener, monkeypatch: pytest.MonkeyPatch
) -> None:
    stage = poisoned
    monkeypatch.setattr(QSystemTrayIcon, "isSystemTrayAvailable", staticmethod(lambda: True))
    file, wall = stage.board.preferences.window, Wall()
    notifier = Notifier(stage.desk, stage.look, file, wall, lambda _chat_id: False)
    stage.deliver((message("Mallory", TEXT),))
    wait_until(lambda: len(wall.told) == 1)
    stage.deliver((said("Crew", "Mallory", TEXT),))
    wait_until(lambda: len(wall.told) == 2)
    stage.deliver((message("Mallory", "", kind=MessageKind.FILES, transfer=FILES),))
    wait_until(lambda: len(wall.told) == 3)
    stage.tell(TransferChanged(BROKEN))
    wait_until(lambda: len(wall.told) == 4)
    for note in wall.told:
        ears.take("Note.title", note.title)
        ears.take("Note.body", note.body)
    tray = Tray(stage.look, stage.desk.roster, file)
    tray._menu.aboutToShow.emit()
    ears.add(hear_menu(tray._menu))
    assert tray.icon is not None
    assert "zq" not in tray.icon.toolTip()
    tray.stop()
    notifier.deleteLater()
    words = {"Note.title", "QMenu.action"}
    carried = {"zqn": {*words, "Note.body"}, "zqr": words, "zqt": {"Note.body"}}
    ears.check(carried | {"zqf": {"Note.body"}})
    assert not any("\n" in one for texts in ears.heard.values() for one in texts)


def test_f06_no_title_of_the_window_and_no_alarm_repeats_it(
    poisoned: Stage, ears: Listener
) -> None:
    stage = poisoned
    stage.open_chat("Mallory")
    assert "zq" not in stage.window.windowTitle()
    stage.tell(Failed(ErrorCode.NO_SUCH_PATH, f"there is no {FILE}"))
    ears.take("Notice.tip", read_tip(stage.board.notice._text.toolTip()))
    ears.listen()
    overlay = DropOverlay(stage.look, stage.worker, stage.window)
    overlay.resize(600, 400)
    overlay.announce(stage.look.words.placed_name(POISONED), (Path(FILE.replace("/", "")),))
    wait_until(lambda: "zqn" in "".join(drawn(overlay)[0]))
    ears.add(hear(overlay))
    stage.tell(Failed(ErrorCode.PROFILE_BROKEN, f"there is no {FILE}", is_fatal=True))
    ears.take("EmptyPage.tip", read_tip(stage.window.empty._text.toolTip()))
    ears.check(
        {
            "zqf": {"Notice.tip", "EmptyPage.tip"},
            "zqn": {"DropOverlay.accessibleName", "DropOverlay.drawn"},
        }
    )


def test_f01_the_blocked_are_listed_by_what_can_be_read(poisoned: Stage, ears: Listener) -> None:
    stage = poisoned
    stage.tell(PersonChanged(replace(POISONED, trust=Trust.BLOCKED)))
    blocked = BlockedList(stage.look, stage.desk.roster, stage.board.trust)
    blocked.show()
    stage.settle()
    ears.add(hear(blocked))
    ears.check({"zqn": {"_Row.text", "_Row.accessibleName"}})
    bury(blocked)


# --- What leaves -----------------------------------------------------------
def test_c12_what_is_copied_runs_nothing_where_it_is_pasted(poisoned: Stage) -> None:
    """A terminal takes the end of a paste, or a command, from control characters."""
    stage, clipboard = poisoned, QGuiApplication.clipboard()
    evil = "ls\x1b[201~\x9b31m\x00\u202e\x7f; rm\r"
    stage.open_chat("Mallory")
    text = message("Mallory", f"{evil}\n```\n{evil}\n```\nhttps://example.org/\x1b]0;x\x07")
    stage.deliver((text,))
    stage.settle()
    menu = build_menu(stage.view, text)
    copies = [one for one in menu.actions() if one.text().startswith("Copy")]
    assert len(copies) == 3
    for action in copies:
        clipboard.setText("")
        action.trigger()
        assert clipboard.text()
        assert not re.search(
            "[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]", clipboard.text()
        )
        assert clipboard.mimeData().formats() == ["text/plain"]
    bury(menu)


def test_a_value_is_copied_without_what_lets_it_break(stage: Stage) -> None:
    address = "[fe80::1234:5678:9abc:def0%enp0s31f6]:48484"
    label = PlainLabel(address, stage.window, wraps=True)
    label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    label.show()
    label.setSelection(0, len(QLabel.text(label)))
    QTest.keySequence(label, QKeySequence(QKeySequence.StandardKey.Copy))
    assert QGuiApplication.clipboard().text() == address
    QGuiApplication.clipboard().setText("")
    place = label.rect().center()
    QApplication.sendEvent(
        label, QContextMenuEvent(QContextMenuEvent.Reason.Mouse, place, label.mapToGlobal(place))
    )
    (menu,) = label.findChildren(QMenu)
    menu.actions()[0].trigger()
    assert QGuiApplication.clipboard().text() == address
    bury(menu)
