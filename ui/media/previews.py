"""Pictures of the chat at hand. Painting only asks; disk and decoding are a worker's.

A row asks for its album while it is laid out and stays an ordinary card until all headers
are read. So its place has its final size before the first picture is decoded.
"""

from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from PySide6.QtCore import QObject, QSize, QTimer, Signal
from PySide6.QtGui import QImage, QPixmap

from app.model import Direction, Message, Transfer, Trust
from ui.desk import Desk
from ui.media.album import Album
from ui.media.decode import Wish, measure, read_thumbnail
from ui.media.files import sources_of
from ui.media.whereabouts import has_size, likely_paths, may_be_pictures
from ui.worker import Worker

_ALBUMS_KEPT: Final = 2000
"""Where the files of a transfer lie: some hundred bytes each."""
_BYTES_KEPT: Final = 24 * 1024 * 1024
"""Of decoded pictures, some sixty on an ordinary screen; the ones not looked at longest go."""
_BATCH: Final = 16
"""Transfers looked up in the database at once: a millisecond."""
_WANTED_MAX: Final = 400
"""Transfers to be looked up: more than the rows of a window."""
_WISHES_MAX: Final = 32
"""More than a screen shows: what was scrolled past is not decoded any more."""
_LISTED: Final = (Trust.ACCEPTED, Trust.VERIFIED)


@dataclass(frozen=True, slots=True)
class _Key:
    path: Path
    wish: Wish


class Previews(QObject):
    measured = Signal(object)
    """Ids of transfers whose rows have to be laid out anew: a frozenset."""
    decoded = Signal()
    """One more picture is there."""

    def __init__(self, desk: Desk, worker: Worker, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.is_on = True
        self._desk = desk
        self._worker = worker
        self._albums: OrderedDict[str, Album | None] = OrderedDict()
        self._trusted: dict[str, bool] = {}
        """Whose pictures were asked for, and what the answer was."""
        self._wanted: dict[str, Transfer] = {}
        self._kept: OrderedDict[_Key, QPixmap] = OrderedDict()
        self._kept_bytes = 0
        self._wishes: OrderedDict[_Key, str] = OrderedDict()
        self._is_measuring = False
        self._is_decoding = False
        self._timer = QTimer(self, singleShot=True, interval=0)
        self._timer.timeout.connect(self._measure_next)

    # --- Albums ------------------------------------------------------------
    def album(self, message: Message) -> Album | None:
        """None for what is shown as a card: also while its files were not looked at yet."""
        transfer = message.transfer
        if transfer is None or not self.is_on or not may_be_pictures(transfer):
            return None
        if not self.is_trusted(transfer):
            return None
        if transfer.transfer_id in self._albums:
            self._albums.move_to_end(transfer.transfer_id)
            return self._albums[transfer.transfer_id]
        self._want(transfer)
        return None

    @property
    def is_idle(self) -> bool:
        """Whether all that was asked for is there, or known not to be."""
        return not (self._wanted or self._wishes or self._is_measuring or self._is_decoding)

    def is_known(self, transfer_id: str) -> bool:
        """Whether its files were looked at."""
        return transfer_id in self._albums

    def is_trusted(self, transfer: Transfer) -> bool:
        """Whether it is one's own, or of somebody who is on the list."""
        if transfer.direction is Direction.OUT:
            return True
        is_listed = self._is_listed(transfer.peer_id)
        self._trusted[transfer.peer_id] = is_listed
        return is_listed

    def _is_listed(self, peer_id: str) -> bool:
        person = self._desk.roster.person(peer_id)
        return person is not None and person.trust in _LISTED

    def has_other_trust(self) -> bool:
        """Whether somebody whose pictures were asked for was accepted or blocked since the
        last question."""
        before = self._trusted
        self._trusted = {one: self._is_listed(one) for one in before}
        return self._trusted != before

    def _want(self, transfer: Transfer) -> None:
        if len(self._wanted) < _WANTED_MAX:
            self._wanted[transfer.transfer_id] = transfer
            if not self._is_measuring:
                self._timer.start()

    def _measure_next(self) -> None:
        """Newest first: that is where a chat opens."""
        if self._is_measuring or not self._wanted:
            return
        ids = list(self._wanted)[-_BATCH:]
        batch = [self._wanted.pop(one) for one in ids]
        found = [(one, likely_paths(one, sources_of(one, self._desk))) for one in batch]
        self._is_measuring = True
        self._worker.run(self, lambda: _measure(found), self._on_measured)

    def read_all(
        self,
        owner: QObject,
        messages: Sequence[Message],
        then: Callable[[list[tuple[Message, Album]]], None],
    ) -> None:
        """Those among them that are shown as pictures, later, while ``owner`` is there."""
        found = [
            (message, transfer, likely_paths(transfer, sources_of(transfer, self._desk)))
            for message in messages
            if (transfer := message.transfer) is not None
            and may_be_pictures(transfer)
            and self.is_trusted(transfer)
        ]

        def read() -> list[tuple[Message, Album]]:
            albums = ((message, read_album(one, paths)) for message, one, paths in found)
            return [(message, album) for message, album in albums if album is not None]

        self._worker.run(owner, read, then)

    def _on_measured(self, albums: dict[str, Album | None]) -> None:
        self._is_measuring = False
        for transfer_id, album in albums.items():
            self._albums[transfer_id] = album
        while len(self._albums) > _ALBUMS_KEPT:
            self._albums.popitem(last=False)
        ready = frozenset(one for one, album in albums.items() if album is not None)
        if ready:
            self.measured.emit(ready)
        if self._wanted:
            self._timer.start()

    # --- Pictures ----------------------------------------------------------
    def pixmap(self, album: Album, number: int, wish: Wish) -> QPixmap | None:
        """None while it is not decoded; the row is painted again then."""
        key = _Key(album.shots[number].path, wish)
        found = self._kept.get(key)
        if found is not None:
            self._kept.move_to_end(key)
            return found
        self._wishes[key] = album.transfer_id
        self._wishes.move_to_end(key)
        if len(self._wishes) > _WISHES_MAX:
            self._wishes.popitem(last=False)
        self._decode_next()
        return None

    def any_pixmap(self, album: Album) -> QPixmap | None:
        """One of its first picture, of whatever size, if there is one at hand."""
        first = album.shots[0].path
        return next((kept for key, kept in self._kept.items() if key.path == first), None)

    def _decode_next(self) -> None:
        """One at a time: the other threads are for work somebody waits for."""
        if self._is_decoding or not self._wishes:
            return
        key, transfer_id = self._wishes.popitem()
        self._is_decoding = True
        self._worker.run(
            self,
            lambda: read_thumbnail(key.path, key.wish),
            lambda image: self._on_decoded(key, transfer_id, image),
        )

    def _on_decoded(self, key: _Key, transfer_id: str, image: QImage | None) -> None:
        self._is_decoding = False
        if image is None:  # gone or broken: an ordinary card again
            self._albums[transfer_id] = None
            self.measured.emit(frozenset({transfer_id}))
        else:
            self._keep(key, QPixmap.fromImage(image))
            self.decoded.emit()
        self._decode_next()

    def _keep(self, key: _Key, picture: QPixmap) -> None:
        self._kept[key] = picture
        self._kept_bytes += _bytes(picture.size())
        while self._kept_bytes > _BYTES_KEPT and len(self._kept) > 1:
            _, oldest = self._kept.popitem(last=False)
            self._kept_bytes -= _bytes(oldest.size())


def _measure(found: Sequence[tuple[Transfer, tuple[Path, ...]]]) -> dict[str, Album | None]:
    return {one.transfer_id: read_album(one, paths) for one, paths in found}


def read_album(transfer: Transfer, paths: Sequence[Path]) -> Album | None:
    """All of it or nothing. Blocking."""
    if len(paths) != transfer.files or not has_size(transfer, paths):
        return None
    shots = [shot for path in paths if (shot := measure(path)) is not None]
    return Album(transfer.transfer_id, tuple(shots)) if len(shots) == len(paths) else None


def _bytes(size: QSize) -> int:
    return 4 * size.width() * size.height()
