"""A store whose commits a seed decides, and the rooms and people who keep it busy."""

import random
from collections.abc import Callable, Iterable
from concurrent.futures import Future
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

import apsw

from app.engine.room_book import KnownRoom
from app.model import MessageKind
from app.store.opening import open_database
from app.store.room_types import RoomReceived, RoomSaved
from app.store.store import Store
from app.store.types import IncomingMessage, OpenReport, Published
from app.store.writer import Writer
from net.protocol.identity import Identity, PeerId
from net.protocol.records import RoomPost
from net.protocol.room_log import RoomLog
from net.protocol.rooms import (
    Act,
    Create,
    Newcomer,
    Rename,
    RoomId,
    SignedEntry,
    encode_room_id,
    post_digest,
    sign_entry,
    sign_post,
)
from tests.unit.app.store.desk import NOW_MS, an_id, peer_id

T = TypeVar("T")

CHECKPOINT_PAGES = 60
"""Far more often than in earnest, so that cuts also meet the log being copied back."""


class SeededStore(Store):
    """In the thread of the test: what goes into one commit is decided by ``chance``."""

    def __init__(self, path: Path, vfs: str | None, chance: random.Random) -> None:
        super().__init__(path, vfs)
        self._chance = chance
        self._connection: apsw.Connection | None = None

    def start(self) -> OpenReport:
        self._connection, report = open_database(self._path, self._vfs)
        self._writer = Writer(self._connection)
        self._connection.set_wal_hook(self._on_wal)
        self._accepts = True
        return report

    def submit(self, work: Callable[[Writer], T]) -> Future[T]:
        future = super().submit(work)
        if self._chance.random() < 0.35:
            self.flush()
        return future

    def flush(self) -> None:
        assert self._connection is not None
        while self._jobs:
            self._commit(self._connection, self._writer, self._take())

    def stop(self) -> None:
        self.flush()
        self._accepts = False
        connection, self._connection = self._connection, None
        if connection:
            connection.close()

    def do(self, work: Callable[[Writer], T]) -> T:
        future = super().submit(work)
        self.flush()
        return future.result(0)

    def _tend_log(self, connection: apsw.Connection) -> None:
        if self._log_pages >= CHECKPOINT_PAGES:
            connection.wal_checkpoint(mode=apsw.SQLITE_CHECKPOINT_PASSIVE)
            self._log_pages = 0


@dataclass
class Promises:
    """What futures said is durable. Only ever grows."""

    sent: set[bytes] = field(default_factory=set)
    delivered: set[bytes] = field(default_factory=set)
    received: set[int] = field(default_factory=set)
    """Numbers of the lane towards us."""
    posted: set[tuple[int, bytes]] = field(default_factory=set)
    """Our posts: number and message id."""
    taken: set[tuple[PeerId, int]] = field(default_factory=set)
    """Posts of others."""
    entries: set[bytes] = field(default_factory=set)


class Lab:
    """A room with two others, as an engine keeps it: the log, and posts that all sign."""

    def __init__(self, chance: random.Random) -> None:
        self.me = Identity(chance.randbytes(32))
        self.others = (Identity(chance.randbytes(32)), Identity(chance.randbytes(32)))
        newcomers = tuple(Newcomer(other.public_key, "other") for other in self.others)
        act = Create(chance.randbytes(16), "Lab", "me", newcomers)
        self.first = sign_entry(self.me, (), NOW_MS, act)
        self.room_id = RoomId(self.first.entry_id)
        self.log = RoomLog(self.room_id)

    @property
    def ours(self) -> PeerId:
        return self.me.peer_id

    def next_entry(self, number: int) -> SignedEntry:
        """The room's beginning, or another name for it; in the log at once, as in earnest."""
        signed = self.first
        if len(self.log):
            act: Act = Rename(f"name {number}")
            author = self.others[number % 2]
            signed = sign_entry(author, self.log.parents_now(), NOW_MS + number, act)
        self.log.add(signed)
        return signed

    def load(self, entries: Iterable[SignedEntry]) -> None:
        """What a disk has of the log: as after a start."""
        self.log = RoomLog(self.room_id)
        for signed in entries:
            self.log.load(signed)

    def saver(self, signed: SignedEntry) -> Callable[[Writer], RoomSaved]:
        view = KnownRoom(self.room_id, encode_room_id(self.room_id), self.log).view()
        return lambda w: w.save_room(
            self.room_id, [signed], view, [], ours=self.ours, is_accepted=True, since={}
        )

    def poster(self, message_id: bytes, text: str) -> Callable[[Writer], Published]:
        def work(w: Writer) -> Published:
            return w.post_text(
                self.room_id,
                message_id,
                text=text,
                time_ms=NOW_MS,
                encode=lambda key: b"%d %s" % (key, message_id),
                sign=lambda number, digest: sign_post(self.me, self.room_id, number, digest),
                ours=self.ours,
                lane_id=lambda: b"lane-out",
            )

        return work

    def taker(self, author: Identity, number: int, text: str) -> Callable[[Writer], RoomReceived]:
        """The post with this number of ``author``: the same whenever it comes again."""
        body = b"%d of somebody" % number
        digest = post_digest(body)
        signature = sign_post(author, self.room_id, number, digest)
        post = RoomPost(self.room_id, author.peer_id, number, digest, signature, body)
        message_id = an_id((2 + self.others.index(author)) * 2**64 + number)
        order = NOW_MS + number << 16
        content = IncomingMessage(message_id, MessageKind.TEXT, text, order, NOW_MS)
        return lambda w: w.receive_post(post, content, self.ours)


PEER = peer_id(1)
