"""Pictures of people and rooms at hand. Painting only asks; disk and decoding are a worker's."""

import logging
from collections import OrderedDict
from collections.abc import Callable, Sequence
from contextlib import closing
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QObject, QRectF, Qt, QTimer, Signal
from PySide6.QtGui import QColor, QImage, QPainter, QPixmap

from app.errors import KnownError

if TYPE_CHECKING:
    from ui.desk import History
    from ui.worker import Worker

log = logging.getLogger(__name__)

KEPT_PIXELS: Final = 2 * 1024 * 1024
"""8 MiB: a thousand people of a list, or a screen full of the largest."""
WANTED_MAX: Final = 128
"""More are not on one screen; what was wanted first is forgotten first."""
GATHER_MS: Final = 20
"""What is wanted within it is made together: each batch costs a repaint."""
AT_ONCE: Final = 16
"""Handed over together: one read of the disk, one repaint."""

Source = bytes | str
"""The picture itself, or the hash (64 hex digits) of a contact's, which is on the disk. Empty:
none."""
_Wish = tuple[Source, int]
"""And the side in device pixels."""


class Pictures(QObject):
    """Discs, each in the size it is painted in."""

    changed = Signal()
    """One more is there."""

    def __init__(self) -> None:
        super().__init__()
        self._worker: Worker | None = None
        self._open_history: Callable[[], History | None] = lambda: None
        self._kept: OrderedDict[_Wish, QPixmap] = OrderedDict()
        self._pixels = 0
        self._broken: OrderedDict[Source, None] = OrderedDict()
        self._wanted: OrderedDict[_Wish, None] = OrderedDict()
        self._is_busy = False
        self._timer = QTimer(self, singleShot=True, interval=GATHER_MS)
        self._timer.timeout.connect(self._work)

    def attend(self, worker: "Worker", open_history: Callable[[], "History | None"]) -> None:
        """From now on pictures can be had. ``open_history`` is called on the worker's thread."""
        self._worker, self._open_history, self._is_busy = worker, open_history, False
        self.changed.emit()

    def get(self, source: Source, side: int) -> QPixmap | None:
        """None while it is not there, and for what is no picture. Another size of it serves
        until this one is there."""
        if not source or side <= 0 or source in self._broken:
            return None
        wish = source, side
        found = self._kept.get(wish)
        if found is not None:
            self._kept.move_to_end(wish)
            return found
        if self._worker is not None:
            self._want(wish)
        return next((disc for (one, _), disc in self._kept.items() if one == source), None)

    def _want(self, wish: _Wish) -> None:
        self._wanted[wish] = None
        self._wanted.move_to_end(wish)
        if len(self._wanted) > WANTED_MAX:
            self._wanted.popitem(last=False)
        if not self._is_busy and not self._timer.isActive():
            self._timer.start()

    def _work(self) -> None:
        """The newest wishes first: what has been scrolled away can wait."""
        worker, open_history = self._worker, self._open_history
        count = min(AT_ONCE, len(self._wanted))
        wishes = [self._wanted.popitem()[0] for _ in range(count)]
        if worker is None or not wishes:
            return
        self._is_busy = True
        worker.run(self, lambda: _discs(wishes, open_history), self._take)

    def _take(self, found: "Sequence[tuple[_Wish, QImage | None]]") -> None:
        self._is_busy = False
        for wish, image in found:
            if image is None:
                self._give_up(wish[0])
            else:
                self._keep(wish, QPixmap.fromImage(image))
        if self._wanted:
            self._timer.start()
        if found:
            self.changed.emit()

    def _keep(self, wish: _Wish, disc: QPixmap) -> None:
        before = self._kept.pop(wish, None)
        self._kept[wish] = disc
        self._pixels += _pixels(disc) - (_pixels(before) if before else 0)
        while self._pixels > KEPT_PIXELS and len(self._kept) > 1:
            self._pixels -= _pixels(self._kept.popitem(last=False)[1])

    def _give_up(self, source: Source) -> None:
        """Said once: a list is painted again and again."""
        if source in self._broken:
            return
        self._broken[source] = None
        if len(self._broken) > WANTED_MAX:
            self._broken.popitem(last=False)
        log.info("a picture of %s cannot be shown", source if isinstance(source, str) else "a room")


def _discs(
    wishes: Sequence[_Wish], open_history: Callable[[], "History | None"]
) -> list[tuple[_Wish, QImage | None]]:
    """On a worker's thread. None: it is there, and is no picture; what is not there is left out."""
    from ui.media.portrait import round_picture  # noqa: PLC0415 - after the first frame

    images = _read({source for source, _ in wishes if isinstance(source, str)}, open_history)
    found = []
    for source, side in wishes:
        data = images.get(source, b"") if isinstance(source, str) else source
        if data:
            found.append(((source, side), round_picture(data, side)))
    return found


def _read(digests: set[str], open_history: Callable[[], "History | None"]) -> dict[str, bytes]:
    if not digests:
        return {}
    try:
        history = open_history()
        if history is None:
            return {}
        with closing(history):
            return {one: history.picture(bytes.fromhex(one)) for one in digests}
    except KnownError as error:
        log.info("pictures of people cannot be read: %s", error)
        return {}


def draw_picture(painter: QPainter, disc: QRectF, picture: QPixmap, line: QColor) -> None:
    """With an edge, for a white one on white."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
    painter.drawPixmap(disc, picture, QRectF(picture.rect()))
    painter.setPen(line)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawEllipse(disc.adjusted(0.5, 0.5, -0.5, -0.5))
    painter.restore()


def _pixels(disc: QPixmap) -> int:
    return disc.width() * disc.height()
