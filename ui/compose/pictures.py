"""Pictures on their way out: pasted or taken of the screen, looked at, kept as a file, sent."""

import itertools
from pathlib import Path
from typing import Final

from PySide6.QtCore import QDateTime, QObject, Qt, Signal
from PySide6.QtGui import QImage, QKeySequence, QShortcut
from PySide6.QtWidgets import QWidget

from app.errors import ErrorCode
from app.events import Failed
from ui.chat.panel import ChatPanel
from ui.compose.keys import SCREENSHOT_KEY
from ui.look import Look
from ui.names import placed_told_name
from ui.sending import Sending
from ui.worker import Worker

FOLDER: Final = "pictures"
"""In the profile: a receiver may come for them days later."""


class PicturePlace(QObject):
    failed = Signal(object)
    """Failed."""
    refused = Signal(str)
    """A sentence that says why not."""

    def __init__(
        self, chat: ChatPanel, sending: Sending, look: Look, worker: Worker, profile: Path
    ) -> None:
        super().__init__(chat)
        self._chat = chat
        self._sending = sending
        self._look = look
        self._worker = worker
        self._folder = profile / FOLDER
        self._is_shooting = False
        chat.page.composer.picture_pasted.connect(self._on_pasted)
        sending.screenshot_wanted.connect(self.shoot)
        context = Qt.ShortcutContext.WidgetWithChildrenShortcut
        key = QShortcut(QKeySequence(SCREENSHOT_KEY), chat, context=context)
        key.activated.connect(self.shoot)

    def _on_pasted(self, image: QImage) -> None:
        self._preview(image, self.tr("Picture"))

    def _preview(self, image: QImage, stem: str) -> None:
        """Asks whether to send it; ``stem`` begins the name of its file."""
        entry, chat_id = self._chat.entry, self._chat.peer_id
        if entry is None or image.isNull() or not self._can_send():
            return
        from ui.dialogs.picture import PictureDialog  # noqa: PLC0415 - dialogs load when opened

        name = placed_told_name(entry, self._look)
        dialog = PictureDialog(self._look, self._worker, image, name, self._window())
        dialog.send_wanted.connect(lambda data: self._send(data, stem, chat_id))
        dialog.open()

    def _can_send(self) -> bool:
        sentence = self._sending.outbox.why_not(self._chat.peer_id)
        if sentence:
            self.refused.emit(sentence)
        return self._chat.can_send and not sentence

    def _send(self, data: bytes, stem: str, chat_id: str) -> None:
        time = QDateTime.currentDateTime().toString("yyyy-MM-dd HH.mm.ss")
        folder, name = self._folder, f"{stem} {time}"
        self._worker.run(
            self,
            lambda: keep_picture(folder, name, data),
            lambda kept: self._on_kept(kept, chat_id),
        )

    def _on_kept(self, kept: Path | str, chat_id: str) -> None:
        if isinstance(kept, Path):
            self._sending.outbox.send(chat_id, (kept,))
        else:
            self.failed.emit(Failed(ErrorCode.DISK_ERROR, kept))

    def _window(self) -> QWidget:
        return self._chat.window()

    # --- The screen --------------------------------------------------------
    def shoot(self) -> None:
        """One at a time. The dialog names the conversation that is open when it is done."""
        if self._is_shooting or not self._can_send():
            return
        from ui.compose.screenshot import Screenshot  # noqa: PLC0415 - loaded when wanted

        self._is_shooting = True
        shot = Screenshot(self._window(), self._worker)
        shot.taken.connect(self._on_shot)
        shot.begin()

    def _on_shot(self, image: QImage | None) -> None:
        """None: the user has thought better of it; null: there is no way to take one here."""
        self._is_shooting = False
        if image is not None and image.isNull():
            self.refused.emit(self.tr("This system gives no pictures of its screen."))
        elif image is not None:
            self._preview(image, self.tr("Screenshot"))


def keep_picture(folder: Path, name: str, data: bytes) -> Path | str:
    """Blocking. The new file, or what the system said."""
    from app.files import write_private  # noqa: PLC0415

    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        more = (f"{name} ({number}).png" for number in itertools.count(2))
        names = itertools.chain((f"{name}.png",), more)
        path = next(folder / one for one in names if not (folder / one).exists())
        write_private(path, data)
    except OSError as error:
        return str(error)
    return path
