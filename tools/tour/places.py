"""Every place of the window, what one does to get there, and the words under its picture."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from PySide6.QtCore import QEventLoop, QTimer
from PySide6.QtWidgets import QApplication, QWidget

from tools.tour.life import Cast
from ui.switchboard import Switchboard
from ui.window import Window

SETTLE_MS = 350
"""For a list that scrolls, a picture that is read, an entry that is no longer hovered."""
PATIENCE_MS = 15_000


@dataclass(frozen=True, slots=True)
class Guide:
    """Who leads through the window; everything is left as it was found."""

    window: Window
    board: Switchboard
    cast: Cast

    def open(self, chat_id: str) -> None:
        self.board.open_person(chat_id)
        self.settle()

    def settle(self) -> None:
        loop = QEventLoop()
        QTimer.singleShot(SETTLE_MS, loop.quit)
        loop.exec()

    def wait_until(self, is_so: Callable[[], bool]) -> None:
        """Raises TimeoutError."""
        for _ in range(PATIENCE_MS // SETTLE_MS):
            if is_so():
                return
            self.settle()
        raise TimeoutError("the window never came to show it")

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
    yield guide.window


@place(
    "pictures",
    "Pictures",
    "Pictures that were received stand in the chat; a click opens the viewer.",
)
def _pictures(guide: Guide) -> Iterator[QWidget]:
    guide.open(guide.cast.marta.peer_id)
    yield guide.window


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
    "request",
    "A request",
    "Who is not known yet waits in one quiet row until one answers.",
)
def _request(guide: Guide) -> Iterator[QWidget]:
    guide.open(guide.cast.stranger.peer_id)
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
    "transfers",
    "Transfers",
    "All files at one place: what runs, waits, is paused or has failed, and the history with a"
    " search.",
)
def _transfers(guide: Guide) -> Iterator[QWidget]:
    guide.board.transfers.toggle()
    guide.settle()
    yield guide.window
    guide.board.transfers.toggle()
