"""What runs right now, at the foot of the left column: how many, and how much of it is done."""

from PySide6.QtCore import QEvent, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QSizePolicy

from app.model import Transfer, TransferState
from ui.chat.brush import ALIGN_END, Brush
from ui.look import Look


class Batch:
    """What runs, and what was done beside it: the share does not fall when one ends."""

    def __init__(self) -> None:
        self._parts: dict[str, Transfer] = {}
        self._running: set[str] = set()

    def put(self, transfer: Transfer) -> bool:
        """Whether this tells something else than before."""
        identifier = transfer.transfer_id
        was_running = identifier in self._running
        if transfer.state is TransferState.RUNNING:
            self._running.add(identifier)
            self._parts[identifier] = transfer
            return True
        self._running.discard(identifier)
        if was_running and transfer.state is TransferState.DONE:
            self._parts[identifier] = transfer
        elif was_running:
            del self._parts[identifier]
        if not self._running:
            self._parts.clear()
        return was_running

    @property
    def count(self) -> int:
        return len(self._running)

    @property
    def rate(self) -> float:
        return sum(self._parts[one].rate for one in self._running)

    @property
    def done_bytes(self) -> int:
        return sum(one.done_bytes for one in self._parts.values())

    @property
    def wanted_bytes(self) -> int:
        return sum(one.wanted_bytes for one in self._parts.values())


class Gauge(QAbstractButton):
    """Leads to the page of all transfers. In sight only while something runs."""

    def __init__(self, look: Look, shortcut: str) -> None:
        """``shortcut`` as people read it, only told here."""
        super().__init__()
        self._look = look
        self._shortcut = shortcut
        self._batch = Batch()
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.hide()
        self._name()
        look.theme.changed.connect(self.update)

    def show_transfer(self, transfer: Transfer) -> None:
        count = self._batch.count
        if not self._batch.put(transfer):
            return
        if self._batch.count != count:
            self.setVisible(self._batch.count > 0)
            self._name()
        self.update()

    def _name(self) -> None:
        running = self._look.transfer_words.overall(self._batch.count, 0.0, self._look.format)
        self.setAccessibleName(running)
        self.setToolTip(self.tr("All transfers ({key})").format(key=self._shortcut))

    def share(self) -> str:
        return self._look.format.percent(self._batch.done_bytes, self._batch.wanted_bytes)

    def changeEvent(self, event: QEvent) -> None:
        if event.type() is QEvent.Type.LanguageChange:
            self._name()
        super().changeEvent(event)

    # --- Paint -------------------------------------------------------------
    def sizeHint(self) -> QSize:
        px = self._look.fonts.px
        return QSize(px(200), QFontMetrics(self._look.fonts.small).height() + px(32))

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        is_lit = self.underMouse() or self.isDown()
        _GaugePainter(painter, self._look).draw(
            self.rect(), self._batch, self.share(), is_lit=is_lit, has_focus=self.hasFocus()
        )


class _GaugePainter(Brush):
    def draw(self, area: QRect, batch: Batch, share: str, *, is_lit: bool, has_focus: bool) -> None:
        px, fonts, words = self._px, self._look.fonts, self._look.transfer_words
        self.mirror_in(area)
        shape = QRectF(area).adjusted(px(6), px(3), -px(6), -px(3))
        if is_lit:
            self._fill(shape, px(9), "hover")
        self._painter.fillRect(area.left(), area.top(), area.width(), 1, self._color("line"))
        inside = area.adjusted(px(16), px(10), -px(16), -px(8))
        text = QRect(inside)
        text.setHeight(QFontMetrics(fonts.small).height())
        icon = QRect(text.left(), text.top(), px(16), text.height())
        self._draw_icon("transfers", icon, px(16), "accent")
        used = QFontMetrics(fonts.small).horizontalAdvance(share) + px(8)
        self._write(text, ALIGN_END, share, fonts.small, "dim")
        line = text.adjusted(px(24), 0, -used, 0)
        said = words.overall(batch.count, 0.0, self._look.format)
        self._write_elided(line, said, fonts.small, "text", Qt.TextElideMode.ElideRight)
        self._draw_bar(QRect(inside.left(), text.bottom() + px(6), inside.width(), px(4)), batch)
        if has_focus:
            self._painter.setPen(QPen(self._color("accent"), 2))
            self._painter.setBrush(Qt.BrushStyle.NoBrush)
            self._painter.drawRoundedRect(shape, px(9), px(9))

    def _draw_bar(self, area: QRect, batch: Batch) -> None:
        self._fill(QRectF(area), area.height() / 2, "track")
        share = batch.done_bytes / batch.wanted_bytes if batch.wanted_bytes > 0 else 1.0
        done = QRect(area)
        done.setWidth(round(max(area.height(), area.width() * min(1.0, share))))
        self._fill(QRectF(done), area.height() / 2, "accent")
