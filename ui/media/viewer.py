"""Pictures of a chat in a window of their own, one after the other."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from PySide6.QtCore import QEvent, QSize, Qt, Signal, SignalInstance
from PySide6.QtGui import QImage, QKeySequence, QPixmap, QShortcut
from PySide6.QtWidgets import QDialog, QHBoxLayout, QVBoxLayout, QWidget

from app.model import Message
from ui.buttons import IconButton
from ui.labels import ElidedLabel
from ui.look import Look
from ui.media.album import Album
from ui.media.canvas import Canvas
from ui.media.decode import Shot, read_fitted, read_picture
from ui.plain import shown_line, window_title
from ui.worker import Worker

_SHARE: Final = 0.72
"""Of the screen, at first."""
_FRAME: Final = QSize(8, 40)
"""What a window manager puts around it, about."""
_LEAST: Final = QSize(420, 320)


@dataclass(frozen=True, slots=True)
class Slide:
    """``name`` as its sender wrote it."""

    shot: Shot
    name: str
    time_ms: int


def slides_of(message: Message, album: Album) -> list[Slide]:
    names = message.transfer.names if message.transfer else ()
    pairs = zip(album.shots, names, strict=False)
    return [Slide(shot, name, message.time_ms) for shot, name in pairs]


class Viewer(QDialog):
    copy_wanted = Signal(object)
    save_wanted = Signal(object)
    open_wanted = Signal(object)
    folder_wanted = Signal(object)
    """The Path of the picture that is shown, each."""

    def __init__(self, look: Look, worker: Worker, parent: QWidget | None) -> None:
        super().__init__(parent)
        self._look = look
        self._worker = worker
        self._slides: tuple[Slide, ...] = ()
        self._at = 0
        self._is_reading_all = False
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowFlag(Qt.WindowType.Window)
        self.setObjectName("viewer")
        self.canvas = Canvas(look)
        self._name = ElidedLabel()
        self._name.setFont(look.fonts.bold)
        self._about = ElidedLabel()
        self._about.setFont(look.fonts.small)
        self._about.setProperty("rank", "dim")
        icons = (
            "left",
            "right",
            "zoom-out",
            "zoom-in",
            "zoom-fit",
            "copy",
            "save",
            "open",
            "folder",
        )
        self.buttons = {icon: IconButton(look, icon, side=30) for icon in icons}
        self._lay_out()
        self._listen()
        self.retranslate()
        screen = self.screen().availableGeometry().size()
        least = QSize(look.fonts.px(_LEAST.width()), look.fonts.px(_LEAST.height()))
        self.setMinimumSize(least.boundedTo(screen - _FRAME))
        self.resize((screen * _SHARE).expandedTo(self.minimumSize()))
        self.canvas.setFocus()

    def _lay_out(self) -> None:
        px = self._look.fonts.px
        words = QVBoxLayout()
        words.setSpacing(0)
        words.addWidget(self._name)
        words.addWidget(self._about)
        self._bar = QWidget()
        self._bar.setObjectName("viewer-bar")
        self._bar.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        row = QHBoxLayout(self._bar)
        row.setContentsMargins(px(12), px(8), px(8), px(8))
        row.setSpacing(px(2))
        row.addLayout(words, 1)
        for icon, button in self.buttons.items():
            if icon in ("zoom-out", "copy"):
                row.addSpacing(px(10))
            row.addWidget(button)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self._bar)
        column.addWidget(self.canvas, 1)
        for before, after in pairwise([self.canvas, *self.buttons.values()]):
            QWidget.setTabOrder(before, after)

    def _listen(self) -> None:
        canvas, buttons = self.canvas, self.buttons
        canvas.zoomed.connect(self._on_zoomed)
        canvas.stepped.connect(self.step)
        acts: dict[str, Callable[[], object]] = {
            "left": lambda: self.step(-1),
            "right": lambda: self.step(1),
            "zoom-out": lambda: canvas.zoom_by(-1),
            "zoom-in": lambda: canvas.zoom_by(1),
            "zoom-fit": self._toggle_fit,
            "copy": lambda: self._want(self.copy_wanted),
            "save": lambda: self._want(self.save_wanted),
            "open": lambda: self._want(self.open_wanted),
            "folder": lambda: self._want(self.folder_wanted),
        }
        for icon, act in acts.items():
            buttons[icon].clicked.connect(act)
        keys: dict[str, Callable[[], object]] = {
            "PgUp": acts["left"],
            "PgDown": acts["right"],
            "+": acts["zoom-in"],
            "=": acts["zoom-in"],
            "-": acts["zoom-out"],
            "0": canvas.fit,
            "1": canvas.zoom_full,
            "Ctrl+C": acts["copy"],
            "Ctrl+S": acts["save"],
        }
        for key, act in keys.items():
            QShortcut(QKeySequence(key), self).activated.connect(act)

    # --- Slides ------------------------------------------------------------
    @property
    def slide(self) -> Slide:
        return self._slides[self._at]

    def show_slides(self, slides: Sequence[Slide], at: int) -> None:
        """One of them at first."""
        self._slides, self._at = tuple(slides), at
        self._show_slide()

    def show_around(self, slides: Sequence[Slide]) -> None:
        """What else there is to see; the one that is shown stays."""
        if self.slide in slides:
            self._at = slides.index(self.slide)
            self._slides = tuple(slides)
            self._show_words()

    def step(self, by: int) -> None:
        if 0 <= self._at + by < len(self._slides):
            self._at += by
            self._show_slide()

    def _show_slide(self) -> None:
        """First as much of it as the screen can show; every pixel once somebody zooms in."""
        slide = self.slide
        self._is_reading_all = False
        self.canvas.show_size(slide.shot.size)
        self._show_words()
        screen = self.screen().size() * self.devicePixelRatioF()
        self._worker.run(
            self,
            lambda: read_fitted(slide.shot.path, screen),
            lambda image: self._on_read(slide, image),
        )

    def _on_read(self, slide: Slide, image: QImage | None) -> None:
        if slide != self.slide:
            return
        if image is None:
            self.canvas.show_note(self.tr("This picture cannot be shown any more."))
            return
        self.canvas.show_picture(QPixmap.fromImage(image))
        self._read_all_if_needed()

    def _read_all_if_needed(self) -> None:
        if self.canvas.needs_all_pixels and self.canvas.zoom and not self._is_reading_all:
            slide, self._is_reading_all = self.slide, True
            self._worker.run(
                self,
                lambda: read_picture(slide.shot.path),
                lambda image: self._on_all_read(slide, image),
            )

    def _on_all_read(self, slide: Slide, image: QImage | None) -> None:
        if slide == self.slide and image is not None:
            self.canvas.show_picture(QPixmap.fromImage(image))

    def _on_zoomed(self) -> None:
        self.canvas.setAccessibleName(self.tr("Picture"))
        if self._slides:
            self._show_words()
            self._read_all_if_needed()

    def _toggle_fit(self) -> None:
        if self.canvas.zoom is None:
            self.canvas.zoom_full()
        else:
            self.canvas.fit()

    def _want(self, signal: SignalInstance) -> None:
        signal.emit(self.slide.shot.path)

    # --- Words -------------------------------------------------------------
    def _show_words(self) -> None:
        slide, look = self.slide, self._look
        name = shown_line(slide.name)
        self.setWindowTitle(window_title(name))
        self._name.setText(name)
        parts = [look.format.full_time(slide.time_ms)]
        if len(self._slides) > 1:
            count, number = look.format.number(len(self._slides)), look.format.number(self._at + 1)
            parts.append(self.tr("{number} of {count}").format(number=number, count=count))
        parts.append(f"{slide.shot.width} × {slide.shot.height}")
        parts.append(look.format.zoom(self.canvas.scale))
        self._about.setText(" · ".join(parts))
        self.canvas.setAccessibleName(self.tr("Picture {name}").format(name=name))
        self.buttons["left"].setEnabled(self._at > 0)
        self.buttons["right"].setEnabled(self._at < len(self._slides) - 1)
        is_fitted = self.canvas.zoom is None
        fit = self.buttons["zoom-fit"]
        fit.set_icon("zoom-full" if is_fitted else "zoom-fit")
        if is_fitted:
            fit.set_name(self.tr("Every pixel"), "1")
        else:
            fit.set_name(self.tr("Fit into the window"), "0")

    def retranslate(self) -> None:
        named = {
            "left": (self.tr("Previous picture"), "PgUp"),
            "right": (self.tr("Next picture"), "PgDown"),
            "zoom-out": (self.tr("Smaller"), "-"),
            "zoom-in": (self.tr("Larger"), "+"),
            "zoom-fit": (self.tr("Fit into the window"), "0"),
            "copy": (self.tr("Copy picture"), "Ctrl+C"),
            "save": (self.tr("Save as…"), "Ctrl+S"),
            "open": (self.tr("Open with another program"), ""),
            "folder": (self.tr("Show in folder"), ""),
        }
        for icon, (name, key) in named.items():
            self.buttons[icon].set_name(name, key)
        if self._slides:
            self._show_words()

    def changeEvent(self, event: QEvent) -> None:
        if event.type() is QEvent.Type.LanguageChange:
            self.retranslate()
        super().changeEvent(event)
