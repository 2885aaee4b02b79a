"""The settings window, the sheet of keys and the first run, for the gallery."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QMimeData

from tools import poses
from ui.dialogs.crop import CropDialog
from ui.dialogs.cropview import STEPS
from ui.settings.exporting import ExportDialog
from ui.settings.restoring import RestoreDialog
from ui.settings.saving import BackupDialog
from ui.settings.sheet import KeySheet

if TYPE_CHECKING:
    from tools.gallery import Studio


def settings(studio: "Studio", target: Callable[[str], Path]) -> None:
    window = studio.board.settings.open()
    for number in range(len(window.pages())):
        window.open_page(number)
        studio.take(window, target(f"settings-{number + 1}"))
    window.search.setText("i")
    studio.take(window, target("settings-search"))
    window.close()


def crop(studio: "Studio", target: Callable[[str], Path]) -> None:
    """A part of the window becomes a picture."""
    mime = QMimeData()
    mime.setImageData(studio.window.grab().toImage())
    studio.board.rooms.chooser.take(mime, lambda _: None)
    studio.settle()
    (dialog,) = studio.window.findChildren(CropDialog)
    dialog.slider.setValue(STEPS // 3)
    studio.take(dialog, target("crop"))
    dialog.close()


def keys(studio: "Studio", target: Callable[[str], Path]) -> None:
    studio.board.settings.open_sheet()
    (sheet,) = studio.window.findChildren(KeySheet)
    studio.take(sheet, target("keys"))
    sheet.close()


def welcome(studio: "Studio", target: Callable[[str], Path]) -> None:
    roster = studio.desk.roster
    last = {one.chat_id: one.last for one in roster}
    for one in roster:
        one.last = None
    studio.board.settings.welcome()
    studio.take(studio.window, target("welcome"))
    studio.board.step_back()
    for one in roster:
        one.last = last[one.chat_id]


def backup(studio: "Studio", target: Callable[[str], Path]) -> None:
    studio.board.settings.back_up()
    (dialog,) = studio.window.findChildren(BackupDialog)
    studio.take(dialog, target("backup"))
    dialog.close()


def restore(studio: "Studio", target: Callable[[str], Path]) -> None:
    studio.board.settings.restore()
    (dialog,) = studio.window.findChildren(RestoreDialog)
    dialog.take(Path("/media/stick/Anna 2024-11-12.landline-backup"))
    dialog.word.setText("correct horse")
    studio.take(dialog, target("restore"))
    dialog.close()


def export(studio: "Studio", target: Callable[[str], Path]) -> None:
    studio.board.settings.export(poses.BEN.peer_id)
    (dialog,) = studio.window.findChildren(ExportDialog)
    dialog.range.setCurrentIndex(1)
    studio.take(dialog, target("export"))
    dialog.close()


SCENES = (settings, crop, keys, backup, restore, export, welcome)
