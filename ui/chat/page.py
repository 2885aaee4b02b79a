"""The parts of a conversation and where they stand. Decides nothing."""

from PySide6.QtCore import QEvent, QObject, QSize, Qt, Signal
from PySide6.QtGui import QDragEnterEvent, QDragLeaveEvent, QDragMoveEvent, QDropEvent
from PySide6.QtWidgets import QPushButton, QVBoxLayout, QWidget

from ui.chat.blank import BlankPage
from ui.chat.bubble import SIDE_MARGIN
from ui.chat.callout import MentionList
from ui.chat.composer import Composer
from ui.chat.context import ContextStrip
from ui.chat.header import ChatHeader
from ui.chat.model import ChatModel
from ui.chat.request import RequestBar
from ui.chat.roombar import GoneBar, RoomBar
from ui.chat.view import ChatView
from ui.files import accept_copy, holds_files, is_for_many, local_paths
from ui.icons import pixmap
from ui.look import Look
from ui.trust.keybar import KeyBar


class ChatPage(QWidget):
    """Header, chat, request bar and composer; takes files dropped anywhere on it."""

    files_hovered = Signal(object)
    """Paths; an empty tuple when they left."""
    files_dropped = Signal(object)
    files_dropped_for_many = Signal(object)
    """Also for others than who is shown here."""

    def __init__(self, look: Look, model: ChatModel) -> None:
        super().__init__()
        self._look = look
        self._is_taking_files = False
        self.setObjectName("chat")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setAcceptDrops(True)
        self.header = ChatHeader(look)
        self.view = ChatView(model, look)
        self.blank = BlankPage(look, model, self.view)
        self.key_bar = KeyBar(look)
        self.request = RequestBar(look)
        self.room_bar = RoomBar(look)
        self.context = ContextStrip(look)
        self.composer = Composer(look)
        self.gone = GoneBar(look)
        self.mentions = MentionList(look, self.composer.edit, self)
        self.view.setMinimumHeight(1)  # the bars come first
        column = self._column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.header)
        column.addWidget(self.key_bar)
        column.addWidget(self.view, 1)
        column.addWidget(self.request)
        column.addWidget(self.room_bar)
        column.addWidget(self.context)
        column.addWidget(self.composer)
        column.addWidget(self.gone)
        self.newer = QPushButton(self.view)
        self.newer.setObjectName("newer")
        self.newer.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.newer.hide()
        self.view.installEventFilter(self)
        self._color_newer()
        look.theme.changed.connect(self._color_newer)
        look.theme.changed.connect(self._keep_column)

    def add_below_header(self, part: QWidget) -> None:
        """Made when it is opened."""
        self._column.insertWidget(1, part)

    def tab_order(self) -> list[QWidget]:
        return [
            self.header.back_button,
            self.header.search_button,
            self.header.folder_button,
            self.header.info_button,
            *self.key_bar.tab_order(),
            self.view,
            *self.request.tab_order(),
            *self.room_bar.tab_order(),
            self.context.close_button,
            self.composer.attach_button,
            self.composer.edit,
            self.composer.emoji_button,
            self.composer.send_button,
            self.gone.on_button,
        ]

    def show_newer(self, text: str, *, is_bare: bool = False) -> None:
        """The button that leads back to the bottom; an empty text takes it away. ``is_bare``:
        it covers as little as can be, and only tells what it is."""
        if self.newer.property("bare") != is_bare:
            self.newer.setProperty("bare", is_bare)
            self.newer.style().polish(self.newer)
        self.newer.setText("" if is_bare else text)
        self.newer.setToolTip(text if is_bare else "")
        self.newer.setAccessibleName(text)
        self.newer.setVisible(bool(text))
        self._place_newer()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self.view and event.type() is QEvent.Type.Resize:
            self._place_newer()
            self._keep_column()
        return super().eventFilter(watched, event)

    def _keep_column(self) -> None:
        """What stands above and below the chat begins where the chat does."""
        aside = self.view.aside_px()
        for bar in (
            *(self.key_bar, self.request, self.room_bar),
            *(self.context, self.composer, self.gone),
        ):
            bar.setContentsMargins(aside, 0, aside, 0)

    def _place_newer(self) -> None:
        px = self._look.fonts.px
        size = self.newer.sizeHint()
        left = self.view.width() - self.view.aside_px() - size.width() - px(SIDE_MARGIN)
        self.newer.setGeometry(
            left, self.view.height() - size.height() - px(14), size.width(), size.height()
        )

    def _color_newer(self) -> None:
        look = self._look
        side = look.fonts.px(16)
        self.newer.setIconSize(QSize(side, side))
        arrow = pixmap("down", side, look.theme.color("accent"), self.devicePixelRatioF())
        self.newer.setIcon(arrow)

    # --- Files -------------------------------------------------------------
    def take_files(self, takes: bool) -> None:
        """Whether there is somebody to send them to."""
        self._is_taking_files = takes

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        is_own = event.source() is not None  # dragged out of this very chat
        if self._is_taking_files and not is_own and holds_files(event.mimeData()):
            accept_copy(event)
            self.files_hovered.emit(local_paths(event.mimeData()))
        else:
            event.ignore()

    def dragMoveEvent(self, event: QDragMoveEvent) -> None:
        accept_copy(event)

    def dragLeaveEvent(self, _event: QDragLeaveEvent) -> None:
        self.files_hovered.emit(())

    def dropEvent(self, event: QDropEvent) -> None:
        paths = local_paths(event.mimeData())
        self.files_hovered.emit(())
        if paths:
            accept_copy(event)
            is_many = is_for_many(event)
            (self.files_dropped_for_many if is_many else self.files_dropped).emit(paths)
