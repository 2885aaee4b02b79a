"""A window with a real database behind it, played to by hand: events in, commands out."""

import hashlib
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from itertools import count
from pathlib import Path
from typing import TypeVar

from PySide6.QtCore import (
    QCoreApplication,
    QDate,
    QDeadlineTimer,
    QEvent,
    QEventLoop,
    QLocale,
    QPoint,
    Qt,
)
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from shiboken6 import isValid

from app.commands import Command
from app.events import Event, MessagesAdded, PersonChanged, Ready, Status
from app.model import (
    Direction,
    Message,
    MessageKind,
    MessageState,
    News,
    Person,
    Room,
    RoomAct,
    Transfer,
    TransferState,
    Trust,
)
from app.store.reader import Reader
from app.store.store import Store
from app.store.types import IncomingItem, IncomingMessage, IncomingOffer, NewTransfer
from app.store.writer import Writer
from net.protocol.identity import PeerId, encode_peer_id
from net.protocol.rooms import RoomId, encode_room_id
from ui.chat.arming import Arming
from ui.chat.composer import Composer
from ui.chat.page import ChatPage
from ui.chat.view import ChatView
from ui.desk import Desk
from ui.fonts import install_fonts
from ui.format import Format
from ui.language import Language, LanguageChoice
from ui.look import Look
from ui.looks import Chosen
from ui.preferences import Preferences
from ui.roster import Roster
from ui.switchboard import Switchboard
from ui.theme import Theme, ThemeChoice
from ui.window import Window
from ui.window_file import WindowFile
from ui.words import Words
from ui.worker import Worker

T = TypeVar("T")
C = TypeVar("C")
W = TypeVar("W", bound=QWidget)
PATIENCE_MS = 10_000
LOOK_AGAIN_MS = 20
START_MS = 1_700_000_000_000
MINUTE_MS = 60_000


def make_look(app: QApplication) -> Look:
    fonts = install_fonts(app)
    theme = Theme(app, ThemeChoice.LIGHT, scale=fonts.scale)
    locale = QLocale("en_GB")
    today = QDate(2023, 11, 15)
    return Look(theme, fonts, Words(), Format(locale), today=lambda: today)


def peer_of(name: str) -> PeerId:
    return PeerId(hashlib.sha256(name.encode()).digest())


def id_of(name: str) -> str:
    return encode_peer_id(peer_of(name))


def person(name: str, **fields: object) -> Person:
    values = {"is_online": True, "trust": Trust.ACCEPTED, "device": "desk", **fields}
    return Person(peer_id=id_of(name), name=name, **values)  # type: ignore[arg-type]


_numbers = count(1)


def message(name: str, text: str, **fields: object) -> Message:
    """Later than every one made before it."""
    number = next(_numbers)
    time_ms = START_MS + number * 1000
    values = {
        "message_id": f"{number:032x}",
        "direction": Direction.IN,
        "kind": MessageKind.TEXT,
        "time_ms": time_ms,
        "state": MessageState.DELIVERED,
        "order_key": time_ms << 16,
        **fields,
    }
    return Message(peer_id=id_of(name), text=text, **values)  # type: ignore[arg-type]


def room(name: str, *people: str, **fields: object) -> Room:
    """Of oneself, its admin, and these people."""
    members = ("", *(id_of(one) for one in people))
    values = {"room_id": room_id_of(name), "name": name, "members": members, **fields}
    return Room(**values)  # type: ignore[arg-type]


def room_id_of(name: str) -> str:
    return encode_room_id(RoomId(hashlib.sha256(b"room" + name.encode()).digest()))


def said(name: str, author: str, text: str, **fields: object) -> Message:
    """In that room; ``author`` empty: by oneself."""
    direction = Direction.IN if author else Direction.OUT
    made = message(author, text, direction=direction, room_id=room_id_of(name), **fields)
    return made if author else replace(made, peer_id="")


def news(name: str, author: str, act: RoomAct, *people: str, to: str = "") -> Message:
    """``people``: names, an empty one is oneself; ``to``: the new name of the room."""
    ids = tuple(id_of(one) if one else "" for one in people)
    told = News(act, ids, to)
    kind, state = MessageKind.NEWS, MessageState.READ
    return said(name, author, "", kind=kind, news=told, state=state)


def offer(name: str, **fields: object) -> Transfer:
    values = {
        "transfer_id": f"{next(_numbers):032x}",
        "direction": Direction.IN,
        "state": TransferState.OFFERED,
        "files": 1,
        "size_bytes": 5_000_000,
        "names": ("report.pdf",),
        **fields,
    }
    return Transfer(peer_id=id_of(name), **values)  # type: ignore[arg-type]


def wait_until(is_so: Callable[[], bool]) -> None:
    """Lets events happen until it is so; fails when that never comes."""
    deadline = QDeadlineTimer(PATIENCE_MS)
    while not is_so():
        assert not deadline.hasExpired(), "waited in vain"
        QApplication.processEvents(QEventLoop.ProcessEventsFlag.WaitForMoreEvents, LOOK_AGAIN_MS)


def wait_until_armed(arming: Arming, transfer: Transfer) -> None:
    """A window that comes to the front meanwhile begins to count anew."""
    wait_until(lambda: arming.is_armed(transfer.transfer_id))


def bury(widget: QWidget) -> None:
    """Delete it now: outside a running loop Qt would put that off for ever."""
    if not isValid(widget):
        return
    focused = QApplication.focusWidget()
    if focused is not None:
        focused.clearFocus()  # or it is told so while it is being deleted
    widget.close()
    widget.deleteLater()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


def click(widget: QWidget, point: QPoint | None = None) -> None:
    place = widget.rect().center() if point is None else point
    QTest.mouseClick(widget, Qt.MouseButton.LeftButton, pos=place)


class Stage:
    def __init__(self, app: QApplication, look: Look, folder: Path) -> None:
        self.app = app
        self.look = look
        self.commands: list[Command] = []
        self._seqs: dict[str, int] = {}
        self._store = Store(folder / "landline.db")
        self._store.start()
        self.worker = Worker()
        roster = Roster()
        self.desk = Desk(roster)
        self.desk.open_history = lambda: Reader(folder / "landline.db")
        self.desk.send_command = self.commands.append
        self.desk.downloads = lambda: folder
        language = Language(app, LanguageChoice.ENGLISH)
        preferences = Preferences(
            self.desk,
            look,
            language,
            Chosen(),
            WindowFile(folder / "window.json", self.worker),
        )
        self.window = Window(look, roster)
        self.board = Switchboard(self.window, self.desk, look, preferences, self.worker)
        self.window.resize(1000, 700)
        self.window.show()

    @property
    def page(self) -> ChatPage:
        return self.board.chat.page

    @property
    def view(self) -> ChatView:
        return self.page.view

    @property
    def composer(self) -> Composer:
        return self.page.composer

    def close(self) -> None:
        self.worker.stop()
        self.window.close()
        self.desk.close_history()
        self._store.stop()
        bury(self.window)

    # --- The engine's part -------------------------------------------------
    def write(self, work: Callable[[Writer], T]) -> T:
        return self._store.submit(work).result(timeout=10)

    def tell(self, *events: Event) -> None:
        for event in events:
            self.desk.on_event(event)
        self.app.processEvents()

    def be_ready(self, *people: Person) -> None:
        status = Status(id_of("me"), "Me", "1.0", 48484, 48484, 0, 0, networks=1)
        self.tell(Ready(status), *(PersonChanged(one) for one in people))

    def meet(self, name: str) -> None:
        """Into the database, as the engine does before anything else."""
        key = hashlib.sha256(b"key" + name.encode()).digest()
        self.write(
            lambda w: w.save_person(
                peer_of(name), key, name=name, device="desk", app_version="1.0", now_ms=START_MS
            )
        )
        self.write(lambda w: w.set_trust(peer_of(name), accepted=True))

    def receive(self, name: str, texts: Sequence[str]) -> tuple[Message, ...]:
        """Stored, one minute apart, and returned as the engine would announce them."""
        first = self._seqs.get(name, 0) + 1
        self._seqs[name] = first + len(texts) - 1
        items = [self._item(name, first + at, text) for at, text in enumerate(texts)]
        lane = hashlib.sha256(b"lane" + name.encode()).digest()[:8]
        return self.write(lambda w: w.receive(peer_of(name), lane, 1, items)).messages

    def receive_offer(self, name: str, names: tuple[str, ...]) -> Message:
        number = self._seqs[name] = self._seqs.get(name, 0) + 1
        transfer = IncomingOffer(_digest(f"t{name}{number}"), bytes(32), len(names), 0, 10, names)
        item = self._item(name, number, "", transfer)
        lane = hashlib.sha256(b"lane" + name.encode()).digest()[:8]
        return self.write(lambda w: w.receive(peer_of(name), lane, 1, [item])).messages[0]

    def send_offer(self, name: str, paths: Sequence[Path], size_bytes: int) -> Message:
        """Files of ours that have arrived there."""
        names = tuple(path.name for path in paths)
        number = next(_numbers)
        sources = tuple(map(str, paths))
        new = NewTransfer(
            _digest(f"own{number}"), bytes(32), len(paths), 0, size_bytes, names, START_MS, sources
        )
        self.write(lambda w: w.add_transfer(peer_of(name), new))
        done = TransferState.DONE
        stored = self.write(lambda w: w.update_transfer(new.transfer_id, state=done))
        return message(name, "", direction=Direction.OUT, kind=MessageKind.FILES, transfer=stored)

    def read_all(self, name: str) -> None:
        self.write(lambda w: w.mark_read(peer_of(name)))

    def deliver(self, messages: tuple[Message, ...]) -> None:
        self.tell(MessagesAdded(messages))

    def _item(
        self, name: str, number: int, text: str, transfer: IncomingOffer | None = None
    ) -> IncomingItem:
        time_ms = START_MS + number * MINUTE_MS
        kind = MessageKind.FILES if transfer else MessageKind.TEXT
        made = IncomingMessage(
            _digest(f"{name}{number}"), kind, text, time_ms << 16, time_ms, transfer
        )
        return IncomingItem(number, made)

    # --- The user's part ---------------------------------------------------
    def open_chat(self, name: str) -> None:
        self.board.open_person(id_of(name))
        self.settle()

    def settle(self) -> None:
        """Let everything that was put off for a moment happen."""
        for _ in range(3):
            self.app.processEvents()

    def last(self, kind: type[C]) -> C:
        found = [one for one in self.commands if isinstance(one, kind)]
        assert found, f"no {kind.__name__} among {self.commands}"
        return found[-1]

    def sent(self, kind: type[C]) -> list[C]:
        return [one for one in self.commands if isinstance(one, kind)]


def named(root: QWidget, kind: type[W], name: str) -> list[W]:
    """Those that a screen reader calls so."""
    return [one for one in root.findChildren(kind) if one.accessibleName() == name]


def _digest(text: str) -> bytes:
    return hashlib.sha256(text.encode()).digest()[:16]


def now_ms() -> int:
    return time.time_ns() // 1_000_000
