"""Writing, for the gallery: marks, emoji, and a picture before it is sent."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QMimeData, QRect

from tools import poses
from ui.compose.picker import EmojiPicker
from ui.dialogs.picture import PictureDialog

if TYPE_CHECKING:
    from tools.gallery import Studio

Target = Callable[[str], Path]
TEXT = "It is **today**, `make run` and:\n```\nfor a in b:\n    print(a)\n```"


def _marks(studio: "Studio", target: Target) -> None:
    studio.window.resize(1200, 800)
    studio.board.open_person(poses.BEN.peer_id)
    edit = studio.board.chat.page.composer.edit
    edit.setPlainText(TEXT)
    studio.take(studio.window, target("compose"))
    edit.clear()


def _emoji(studio: "Studio", target: Target) -> None:
    for name, wanted in (("emoji", ""), ("emoji-search", "笑"), ("emoji-none", "qqq")):
        studio.board.compose.open_emoji()
        (picker,) = studio.window.findChildren(EmojiPicker)
        picker.search.setText(wanted)
        studio.take(studio.window, target(name))
        picker.left.emit()
        studio.settle()


def _picture(studio: "Studio", target: Target) -> None:
    pasted = QMimeData()
    pasted.setImageData(studio.window.grab().toImage())
    studio.board.chat.page.composer.edit.insertFromMimeData(pasted)
    (dialog,) = studio.window.findChildren(PictureDialog)
    studio.take(dialog, target("picture"))
    dialog.view.part = QRect(290, 60, 600, 400)
    dialog.view.part_changed.emit()
    studio.take(dialog, target("picture-part"))
    dialog.close()


SCENES = (_marks, _emoji, _picture)
