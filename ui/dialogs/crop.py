"""Which part of a picture becomes one of a person or a room."""

from typing import Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QSlider, QWidget

from ui.dialogs.base import PlainDialog
from ui.dialogs.cropview import STEPS, CropView
from ui.labels import PlainLabel
from ui.look import Look

_WIDTH: Final = 380
_SIDE: Final = 280


class CropDialog(PlainDialog):
    chosen = Signal(object)
    """A QRect in pixels of the picture."""

    def __init__(self, look: Look, image: QImage, parent: QWidget | None) -> None:
        super().__init__(look, parent, width=_WIDTH)
        px = look.fonts.px
        available = self.screen().availableGeometry()
        self.view = CropView(look, image, min(px(_SIDE), available.height() * 2 // 5))
        self.slider = QSlider(Qt.Orientation.Horizontal)
        self.slider.setRange(0, STEPS)
        self.slider.setEnabled(self.view.can_zoom())
        self._smaller, self._larger = PlainLabel("−"), PlainLabel("+")
        self._hint = PlainLabel(wraps=True)
        self._hint.setFont(look.fonts.small)
        self._hint.setProperty("rank", "dim")
        row = QHBoxLayout()
        row.setSpacing(px(10))
        for part in (self._smaller, self.slider, self._larger):
            row.addWidget(part)
        self.body.addWidget(self.view, 0, Qt.AlignmentFlag.AlignHCenter)
        self.body.addLayout(row)
        self.body.addWidget(self._hint)
        self.no: QPushButton = self.add_button()
        self.yes: QPushButton = self.add_button(is_main=True, is_default=True)
        self.no.clicked.connect(self.reject)
        self.yes.clicked.connect(self._choose)
        self.slider.valueChanged.connect(self.view.zoom)
        self.view.zoomed.connect(self.slider.setValue)
        self.retranslate()
        self.view.setFocus()

    def _choose(self) -> None:
        self.chosen.emit(self.view.part())
        self.accept()

    def retranslate(self) -> None:
        self.setWindowTitle(self.tr("Choose a part"))
        self.title.setText(self.tr("Which part shall be seen?"))
        self._hint.setText(self.tr("Drag the picture, turn the wheel. Only this square is kept."))
        self.view.setAccessibleName(self.tr("The picture"))
        self.view.setAccessibleDescription(
            self.tr("Arrows move it, plus and minus make it larger and smaller")
        )
        self.slider.setAccessibleName(self.tr("Size"))
        self.no.setText(self.tr("Cancel"))
        self.yes.setText(self.tr("Use this part"))
