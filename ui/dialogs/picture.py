"""A picture before it is sent: what it is, how large, and which part of it."""

from typing import Final

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QSize, QTimer, Signal
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QWidget

from ui.compose.part import PartView
from ui.dialogs.base import PlainDialog
from ui.labels import PlainLabel
from ui.look import Look
from ui.worker import Worker

_WIDTH: Final = 560
_HEIGHT: Final = 320
"""Of the picture at most."""
_PAUSE_MS: Final = 200
"""Until a part that is being chosen is measured."""


class PictureDialog(PlainDialog):
    send_wanted = Signal(object)
    """The bytes of a PNG."""

    def __init__(
        self, look: Look, worker: Worker, image: QImage, name: str, parent: QWidget | None
    ) -> None:
        super().__init__(look, parent, width=_WIDTH)
        self._worker = worker
        self._name = name
        self._data: bytes | None = None
        """The part that is chosen, once it is encoded."""
        self._round = 0
        self._is_sending = False
        self._pause = QTimer(self, singleShot=True, interval=_PAUSE_MS)
        self._pause.timeout.connect(self._measure)
        self.view = PartView(look, image, self._room())
        self.caption = PlainLabel()
        self.caption.setProperty("rank", "dim")
        self._hint = PlainLabel(wraps=True)
        self._hint.setFont(look.fonts.small)
        self._hint.setProperty("rank", "faint")
        for part in (self.view, self.caption, self._hint):
            self.body.addWidget(part)
        self.no = self.add_button()
        self.yes = self.add_button(is_main=True, is_default=True)
        self.no.clicked.connect(self.reject)
        self.yes.clicked.connect(self._send)
        self.view.part_changed.connect(self._on_part_changed)
        self.retranslate()
        self.yes.setFocus()
        self._measure()

    def _room(self) -> QSize:
        """The buttons stay in sight on any screen."""
        px = self.look.fonts.px
        height = min(px(_HEIGHT), self.screen().availableGeometry().height() * 2 // 5)
        return QSize(self.width() - px(52), height)

    def _on_part_changed(self) -> None:
        self._data = None
        self._round += 1
        self._pause.start()
        self._show_caption()

    def _measure(self) -> None:
        this_round, image = self._round, self.view.chosen()
        self._worker.run(
            self, lambda: encode_png(image), lambda data: self._on_encoded(this_round, data)
        )

    def _on_encoded(self, this_round: int, data: bytes) -> None:
        if this_round != self._round:
            return
        self._data = data
        self._show_caption()
        if self._is_sending:
            self._send()

    def _send(self) -> None:
        """At once, or as soon as it is encoded."""
        self._is_sending = True
        for part in (self.yes, self.view):
            part.setEnabled(False)
        if self._data is not None:
            self.send_wanted.emit(self._data)
            self.accept()

    # --- Words -------------------------------------------------------------
    def retranslate(self) -> None:
        self.setWindowTitle(self.tr("Send a picture"))
        self.title.setText(self.tr("Send to {name}?").format(name=self._name))
        self.view.setAccessibleName(self.tr("The picture"))
        hint = self.tr("Drag over the picture to send only a part of it.")
        self._hint.setText(hint)
        self.view.setAccessibleDescription(
            self.tr("Arrows move the upper left corner of the part, with Shift the lower right one")
        )
        self.no.setText(self.tr("Do not send"))
        self.yes.setText(self.tr("Send"))
        self._show_caption()

    def _show_caption(self) -> None:
        part = self.view.part
        number = self.look.format.number
        measures = f"{number(part.width())} × {number(part.height())}"
        size = "" if self._data is None else f" · {self.look.format.size(len(self._data))}"
        self.caption.setText(f"PNG · {measures}{size}")


def encode_png(image: QImage) -> bytes:
    """Blocking: some 50 ms for a screen."""
    data = QByteArray()
    buffer = QBuffer(data)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    image.save(buffer, "PNG")
    return bytes(data.data())
