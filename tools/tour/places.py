"""Every place of the window, what one does to get there, and the words under its picture."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from PySide6.QtCore import QCoreApplication, QEvent, QEventLoop, QTimer
from PySide6.QtWidgets import QApplication, QPushButton, QWidget

from tools.tour.life import Cast
from ui.compose.picker import EmojiPicker
from ui.dialogs.offer import OfferDialog
from ui.media.allfiles import AllFilesDialog
from ui.media.viewer import Viewer
from ui.settings.sheet import KeySheet
from ui.switchboard import Switchboard
from ui.trust.verify import VerifyDialog
from ui.window import Window

SETTLE_MS = 350
"""For a list that scrolls, a picture that is read, an entry that is no longer hovered."""
PATIENCE_MS = 15_000
NARROW = 480


@dataclass(frozen=True, slots=True)
class Guide:
    """Who leads through the window; everything is left as it was found."""

    window: Window
    board: Switchboard
    cast: Cast
    settle_ms: int = SETTLE_MS

    def open(self, chat_id: str) -> None:
        self.board.open_person(chat_id)
        self.settle()

    def settle(self) -> None:
        loop = QEventLoop()
        QTimer.singleShot(self.settle_ms, loop.quit)
        loop.exec()

    def wait_until(self, is_so: Callable[[], bool]) -> None:
        """Raises TimeoutError."""
        for _ in range(PATIENCE_MS // self.settle_ms):
            if is_so():
                return
            self.settle()
        raise TimeoutError("the window never came to show it")

    def wait_until_armed(self, dialog: QWidget) -> None:
        """What decides works only after a moment."""
        buttons = dialog.findChildren(QPushButton)
        self.wait_until(lambda: all(one.isEnabled() for one in buttons if one.property("main")))

    def newest(self, kind: type[QWidget]) -> QWidget:
        """The dialog that has just been opened."""
        self.wait_until(lambda: bool(_shown(kind)))
        self.settle()
        return _shown(kind)[-1]


def _shown(kind: type[QWidget]) -> list[QWidget]:
    return [
        one for one in QApplication.topLevelWidgets() if isinstance(one, kind) and one.isVisible()
    ]


@dataclass(frozen=True, slots=True)
class Place:
    key: str
    title: str
    words: str
    show: Callable[[Guide], Iterator[QWidget]]
    """Yields what is to be taken, then tidies up."""


PLACES: list[Place] = []


def place(key: str, title: str, words: str) -> Callable[..., Callable[[Guide], Iterator[QWidget]]]:
    def add(show: Callable[[Guide], Iterator[QWidget]]) -> Callable[[Guide], Iterator[QWidget]]:
        PLACES.append(Place(key, title, words, show))
        return show

    return add


@contextmanager
def at(one: Place, guide: Guide) -> Iterator[QWidget]:
    steps = one.show(guide)
    try:
        yield next(steps)
    finally:
        for _ in steps:
            raise AssertionError(f"{one.key} shows more than one thing")
        # What was closed goes now: within a loop of its own Qt would put that off for ever.
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
        guide.settle()


# --- The way through -------------------------------------------------------
@place(
    "chat",
    "A chat",
    "People on the left, the conversation in the middle, who it is on the right. Ticks say how far"
    " each message came; files are cards in the same conversation.",
)
def _chat(guide: Guide) -> Iterator[QWidget]:
    guide.open(guide.cast.ben.peer_id)
    arming = guide.board.chat.page.view.arming
    guide.wait_until(lambda: arming.is_armed(guide.cast.offer))
    yield guide.window


@place(
    "drop",
    "Drop files anywhere",
    "On a chat or on a row at the left; what is about to go, and to whom, stands there before"
    " anything is let go.",
)
def _drop(guide: Guide) -> Iterator[QWidget]:
    guide.open(guide.cast.ben.peer_id)
    view = guide.board.chat.page
    view.files_hovered.emit(tuple(sorted(guide.cast.folder.glob("*.png"))))
    guide.settle()
    yield guide.window
    view.files_hovered.emit(())


@place(
    "accept",
    "An offer, looked at",
    "Every name and size, what is there already, where it goes and how much room is left. Declining"
    " is the default, and buttons work only after a moment.",
)
def _accept(guide: Guide) -> Iterator[QWidget]:
    guide.open(guide.cast.ben.peer_id)
    model = guide.board.chat.page.view.chat_model
    transfer = model.row(model.rowCount() - 1).message.transfer
    assert transfer is not None
    guide.board.decisions.open_details(transfer)
    dialog = guide.newest(OfferDialog)
    guide.wait_until_armed(dialog)
    yield dialog
    dialog.close()


@place(
    "pictures",
    "Pictures",
    "Pictures stand in the chat once they have arrived; shared files are at the right.",
)
def _pictures(guide: Guide) -> Iterator[QWidget]:
    guide.open(guide.cast.marta.peer_id)
    guide.wait_until(lambda: guide.board.media.previews.is_idle)
    guide.settle()
    yield guide.window


@place(
    "viewer",
    "The viewer",
    "Every picture of the conversation, one after the other; zoomed by wheel or keys, copied,"
    " saved, shown in its folder.",
)
def _viewer(guide: Guide) -> Iterator[QWidget]:
    guide.open(guide.cast.marta.peer_id)
    view, media = guide.board.chat.page.view, guide.board.media
    shown = [view.message_at(number) for number in range(view.chat_model.rowCount())]
    pictures = next(one for one in shown if one.transfer is not None)
    guide.wait_until(lambda: media.previews.album(pictures) is not None)
    media.open_viewer(pictures, 1)
    viewer = guide.newest(Viewer)
    guide.settle()
    yield viewer
    viewer.close()


@place(
    "shared",
    "Shared files",
    "All files of a conversation, the newest first, searched by name.",
)
def _shared(guide: Guide) -> Iterator[QWidget]:
    guide.open(guide.cast.ben.peer_id)
    guide.board.media.sharing.open_all()
    dialog = guide.newest(AllFilesDialog)
    guide.settle()
    yield dialog
    dialog.close()


@place(
    "room",
    "A room",
    "Up to 200 people, without a server: whoever was away gets what was missed from anyone who has"
    " it.",
)
def _room(guide: Guide) -> Iterator[QWidget]:
    guide.open(guide.cast.room)
    yield guide.window


@place(
    "waiting",
    "Send later",
    "What is said to somebody who is away waits, visibly, and goes out when they come.",
)
def _waiting(guide: Guide) -> Iterator[QWidget]:
    guide.open(guide.cast.tomas.peer_id)
    yield guide.window


@place(
    "emoji",
    "Emoji",
    "Found by English and Chinese words, in Markdown as it is typed.",
)
def _emoji(guide: Guide) -> Iterator[QWidget]:
    guide.open(guide.cast.li.peer_id)
    edit = guide.board.chat.page.composer.edit
    edit.setPlainText("The **second** one, as `icon.svg`")
    guide.board.compose.open_emoji()
    guide.settle()
    yield guide.window
    for picker in guide.window.findChildren(EmojiPicker):
        picker.left.emit()
    edit.clear()


@place("search", "Search here", "In a chat: every match is marked, and one step away.")
def _search(guide: Guide) -> Iterator[QWidget]:
    guide.open(guide.cast.ben.peer_id)
    guide.board.search.open_here()
    here = guide.board.search.here
    assert here is not None
    here.bar.words.setText("report")
    guide.settle()
    yield guide.window
    here.close()


@place("everywhere", "Search everywhere", "Messages, files and people, in every chat at once.")
def _everywhere(guide: Guide) -> Iterator[QWidget]:
    guide.board.search.open_everywhere()
    everywhere = guide.board.search.everywhere
    assert everywhere is not None
    everywhere.words.setText("survey")
    guide.settle()
    yield guide.window
    guide.board.search.close_everywhere()


@place(
    "transfers",
    "Transfers",
    "All files at one place: what runs, waits, is paused or has failed, and the history with a"
    " search.",
)
def _transfers(guide: Guide) -> Iterator[QWidget]:
    guide.board.transfers.toggle()
    guide.settle()
    page = guide.board.transfers.page
    assert page is not None
    guide.wait_until(lambda: page.view.arming.is_armed(guide.cast.offer))
    guide.settle()
    yield guide.window
    guide.board.transfers.toggle()


@place(
    "request",
    "A request",
    "Who is not known yet waits in one quiet row: no sound, no preview, no file before you accept.",
)
def _request(guide: Guide) -> Iterator[QWidget]:
    guide.open(guide.cast.stranger.peer_id)
    guide.wait_until_armed(guide.board.chat.page.request)
    guide.settle()
    yield guide.window


@place(
    "verify",
    "Who is it really?",
    "The safety number of both, by eye or by the other's code; a new key under an old name is asked"
    " about.",
)
def _verify(guide: Guide) -> Iterator[QWidget]:
    guide.board.trust.verify(guide.cast.li.peer_id)
    dialog = guide.newest(VerifyDialog)
    guide.wait_until_armed(dialog)
    yield dialog
    dialog.close()


@place(
    "narrow",
    "A narrow window",
    "The list, the chat or who it is, one at a time, each with a way back.",
)
def _narrow(guide: Guide) -> Iterator[QWidget]:
    size = guide.window.size()
    guide.window.resize(NARROW, size.height())
    guide.open(guide.cast.ben.peer_id)
    yield guide.window
    guide.window.resize(size)


@place("settings", "Settings", "Applied at once, and found by a search in both languages.")
def _settings(guide: Guide) -> Iterator[QWidget]:
    window = guide.board.settings.open()
    guide.settle()
    yield window
    window.close()


@place("keys", "Keys", "Everything by keyboard; F1 shows how.")
def _keys(guide: Guide) -> Iterator[QWidget]:
    guide.board.settings.open_sheet()
    sheet = guide.newest(KeySheet)
    yield sheet
    sheet.close()
