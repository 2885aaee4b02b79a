"""At the foot of the list: somewhere else this very profile runs, too, and what to do about it."""

from PySide6.QtCore import QEvent, Qt
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from ui.announcer import announce
from ui.buttons import IconButton
from ui.icons import pixmap
from ui.labels import PlainLabel
from ui.look import Look
from ui.plain import isolated


class CopyBar(QWidget):
    """Stays until it is closed: each of both gets only a part of what is said."""

    def __init__(self, look: Look) -> None:
        super().__init__()
        self._look = look
        self._address = ""
        self.setObjectName("copy-bar")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._icon = QLabel()
        self._title, self._text = PlainLabel(wraps=True), PlainLabel(wraps=True)
        self._title.setFont(look.fonts.bold)
        self._text.setFont(look.fonts.small)
        self.close_button = IconButton(look, "close", side=26, icon_side=16)
        self.close_button.clicked.connect(self.hide)
        self._lay_out()
        look.theme.changed.connect(self._color_icon)
        self._color_icon()
        self.retranslate()

    def _lay_out(self) -> None:
        px = self._look.fonts.px
        lines = QVBoxLayout()
        lines.setSpacing(px(3))
        lines.addWidget(self._title)
        lines.addWidget(self._text)
        row = QHBoxLayout(self)
        row.setContentsMargins(px(14), px(10), px(8), px(10))
        row.setSpacing(px(10))
        row.addWidget(self._icon, 0, Qt.AlignmentFlag.AlignTop)
        row.addLayout(lines, 1)
        row.addWidget(self.close_button, 0, Qt.AlignmentFlag.AlignTop)

    def tell(self, address: str) -> None:
        """``address``: of the other one."""
        self._address = address
        self.retranslate()
        self.show()
        announce(self, f"{self._title.text()}. {self._text.text()}")

    def retranslate(self) -> None:
        self._title.setText(self.tr("You are on two computers at once"))
        self._text.setText(
            self.tr(
                "This profile runs at {address}, too. Each message reaches only one of the two: "
                "quit Landline on one of them for good."
            ).format(address=isolated(self._address))
        )
        self.setAccessibleName(self._title.text())
        self.close_button.set_name(self.tr("Close"))

    def _color_icon(self) -> None:
        look = self._look
        color = look.theme.color("warn")
        self._icon.setPixmap(pixmap("alert", look.fonts.px(20), color, self.devicePixelRatioF()))

    def changeEvent(self, event: QEvent) -> None:
        if event.type() is QEvent.Type.LanguageChange:
            self.retranslate()
        super().changeEvent(event)
