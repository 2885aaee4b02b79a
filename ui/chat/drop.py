"""What will happen when the files under the pointer are let go."""

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QPoint, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from ui.files import MANY_MODIFIER, Tally, count_paths
from ui.look import Look
from ui.worker import Worker


class DropOverlay(QWidget):
    """Covers the chat while files hover; names recipient, count and size."""

    def __init__(self, look: Look, worker: Worker, parent: QWidget) -> None:
        super().__init__(parent)
        self._look = look
        self._worker = worker
        self._name = ""
        self._doubt = ""
        self._detail = ""
        self._people: int | None = None
        self._round = 0
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.hide()

    def announce(
        self, name: str, paths: tuple[Path, ...], people: int | None = None, *, doubt: str = ""
    ) -> None:
        """``name`` is ready for a sentence; ``people``: how many of a room will get
        them; ``doubt``: that the name looks like another's. The size is added as soon as it
        is counted."""
        self._round += 1
        this_round = self._round
        self._name, self._doubt = name, doubt
        self._people = people
        self._detail = self.tr("%n item(s)", "", len(paths))
        self.setAccessibleName(". ".join(filter(None, (self._title(), doubt))))
        self.raise_()
        self.show()
        self.update()
        self._worker.run(
            self,
            lambda: count_paths(paths, self._cancelled(this_round)),
            lambda tally: self._on_counted(this_round, tally),
        )

    def dismiss(self) -> None:
        self._round += 1
        self.hide()

    def _cancelled(self, this_round: int) -> Callable[[], bool]:
        return lambda: this_round != self._round or self._worker.is_stopping()

    def _on_counted(self, this_round: int, tally: Tally) -> None:
        if this_round == self._round:
            self._detail = self._describe(tally)
            self.update()

    def _describe(self, tally: Tally) -> str:
        what = self._look.transfer_words.count(tally.files, tally.folders)
        size = self._look.format.size(tally.size_bytes)
        if not tally.is_whole:
            size = self.tr("more than {size}").format(size=size)
        if self._people is None:
            sentence = self.tr("{what}, {size} · {name} will be asked first")
        else:
            sentence = self.tr("{what}, {size} · %n people will be asked first", "", self._people)
        return sentence.format(what=what, size=size, name=self._name)

    def _hint(self) -> str:
        return self.tr("Hold {key} to choose more people").format(key=MANY_MODIFIER)

    def _title(self) -> str:
        return self.tr("Send to {name}").format(name=self._name)

    def paintEvent(self, _event: QPaintEvent) -> None:
        look, px = self._look, self._look.fonts.px
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        veil = look.theme.color("panel")
        veil.setAlphaF(0.88)
        painter.fillRect(self.rect(), veil)
        box = self._box()
        painter.setBrush(look.theme.color("panel"))
        pen = QPen(look.theme.color("accent"), 2, Qt.PenStyle.CustomDashLine)
        pen.setDashPattern([4, 3])
        painter.setPen(pen)
        painter.drawRoundedRect(QRectF(box), px(18), px(18))
        upper = QRect(box.left(), box.center().y() - px(38), box.width(), px(28))
        self._write(painter, upper, self._title(), large=True, color=look.theme.color("text"))
        lower = QRect(box.left(), upper.bottom() + px(2), box.width(), px(24))
        self._write(painter, lower, self._detail, large=False, color=look.theme.color("dim"))
        lowest = lower.translated(0, px(26))
        last, token = (self._doubt, "warn") if self._doubt else (self._hint(), "faint")
        self._write(painter, lowest, last, large=False, color=look.theme.color(token))

    def _box(self) -> QRect:
        px = self._look.fonts.px
        box = QRect(QPoint(0, 0), QSize(min(px(496), self.width() - px(48)), px(172)))
        box.moveCenter(self.rect().center())
        return box

    def _write(
        self, painter: QPainter, area: QRect, text: str, *, large: bool, color: QColor
    ) -> None:
        font = self._look.fonts.large if large else self._look.fonts.body
        room = area.adjusted(self._look.fonts.px(20), 0, -self._look.fonts.px(20), 0)
        line = QFontMetrics(font).elidedText(text, Qt.TextElideMode.ElideMiddle, room.width())
        painter.setFont(font)
        painter.setPen(color)
        painter.drawText(room, Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextSingleLine, line)
