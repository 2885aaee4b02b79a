"""The middle column's parts and where they stand. Decides nothing."""

from PySide6.QtCore import QEvent, QObject, QSize, Qt, Signal
from PySide6.QtGui import QDragEnterEvent, QDragLeaveEvent, QDragMoveEvent, QDropEvent
from PySide6.QtWidgets import QPushButton, QStackedWidget, QVBoxLayout, QWidget

from ui.chat.composer import Composer
from ui.chat.drop import DropOverlay
from ui.chat.header import ChatHeader
from ui.chat.model import ChatModel
from ui.chat.request import RequestBar
from ui.chat.view import ChatView
from ui.empty import EmptyPage
from ui.files import holds_files, local_paths
from ui.icons import pixmap
from ui.look import Look
from ui.notice import Notice
from ui.worker import Worker


class ChatPage(QWidget):
    """Header, chat, request bar and composer, or the page that says nobody is chosen."""

    files_hovered = Signal(object)
    """Paths; an empty tuple when they left."""
    files_dropped = Signal(object)

    def __init__(self, look: Look, model: ChatModel, worker: Worker) -> None:
        super().__init__()
        self._look = look
        self._is_taking_files = False
        self.setObjectName("chat")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setAcceptDrops(True)
        self.header = ChatHeader(look)
        self.view = ChatView(model, look)
        self.request = RequestBar(look)
        self.composer = Composer(look)
        self.empty = EmptyPage(look)
        self._stack = QStackedWidget()
        self._lay_out()
        self.newer = QPushButton(self.view)
        self.newer.setObjectName("newer")
        self.newer.hide()
        self.newer.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.notice = Notice(look, self._stack)
        self.drop = DropOverlay(look, worker, self)
        self._stack.installEventFilter(self)
        self.view.installEventFilter(self)
        self._color_newer()
        look.theme.changed.connect(self._color_newer)

    def _lay_out(self) -> None:
        chat = QWidget()
        column = QVBoxLayout(chat)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.view, 1)
        column.addWidget(self.request)
        column.addWidget(self.composer)
        self._chat = chat
        self._stack.addWidget(self.empty)
        self._stack.addWidget(chat)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addWidget(self.header)
        whole.addWidget(self._stack, 1)
        self.header.hide()

    def show_chat(self, shows: bool) -> None:
        self.header.setVisible(shows)
        self._stack.setCurrentWidget(self._chat if shows else self.empty)

    def show_newer(self, text: str) -> None:
        """The button that leads back to the bottom; an empty text takes it away."""
        self.newer.setText(text)
        self.newer.setVisible(bool(text))
        self._place_newer()

    # --- Overlays ----------------------------------------------------------
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() is QEvent.Type.Resize:
            if watched is self._stack:
                self.notice.fit()
                self.drop.setGeometry(self._stack.geometry())
            elif watched is self.view:
                self._place_newer()
        return super().eventFilter(watched, event)

    def _place_newer(self) -> None:
        px = self._look.fonts.px
        size = self.newer.sizeHint()
        left = self.view.width() - size.width() - px(22)
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
        if self._is_taking_files and holds_files(event.mimeData()):
            self._accept_copy(event)
            self.files_hovered.emit(local_paths(event.mimeData()))
        else:
            event.ignore()

    def dragMoveEvent(self, event: QDragMoveEvent) -> None:
        self._accept_copy(event)

    def dragLeaveEvent(self, _event: QDragLeaveEvent) -> None:
        self.files_hovered.emit(())

    def dropEvent(self, event: QDropEvent) -> None:
        paths = local_paths(event.mimeData())
        self.files_hovered.emit(())
        if paths:
            self._accept_copy(event)
            self.files_dropped.emit(paths)

    @staticmethod
    def _accept_copy(event: QDropEvent) -> None:
        """File managers also offer to move: what is sent stays where it is."""
        event.setDropAction(Qt.DropAction.CopyAction)
        event.accept()
