"""The writing half of: rooms and their logs, and what waits for them to grow."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from app.errors import BugError, ErrorCode, KnownError
from app.events import StateChange
from app.model import Message, Room
from app.store.ordering import CLOCK_END, CLOCK_SHIFT
from app.store.receipts import ReceiptWriter
from app.store.room_types import RoomNews, RoomSaved, RoomView, StoredRoom
from app.store.rows import ROOM_COLUMNS, US, Row, read_room
from app.store.types import TIME_END_MS
from app.store.window import Window
from net.protocol.errors import RemoteProtocolError
from net.protocol.identity import PeerId
from net.protocol.room_log import RoomLog
from net.protocol.rooms import EVERYONE, RoomId, SignedEntry, picture_of
from net.protocol.text import clean_name

FEED_WIDTH: Final = 65_536
"""Posts of one author that may be here beyond the first missing one. Who is further ahead
goes on from there: what is missing then was missed by everybody we ever met since."""
EARLY_MAX: Final = 256
"""Records of one person that wait for entries of a log."""
EARLY_MAX_BYTES: Final = 4 * 1024 * 1024
"""Of these together: a hundred pictures. The oldest make room, and are asked for again."""


@dataclass(frozen=True, slots=True)
class Feed:
    """One author's posts in one room, and which of them are here."""

    room: int
    author: int
    row: int
    window: Window


class RoomLogWriter(ReceiptWriter):
    def rooms_stored(self) -> list[StoredRoom]:
        """Each with its log, in the order in which it came."""
        rooms = []
        query = (
            "SELECT room_row, room_id, is_accepted FROM room WHERE room_id <> ? ORDER BY room_row"
        )
        for room, room_id, is_accepted in self._rows(query, (EVERYONE,)):
            query = "SELECT entry, signature FROM room_entry WHERE room_row = ? ORDER BY entry_row"
            entries = tuple(SignedEntry(*row) for row in self._rows(query, (room,)))
            query = "SELECT 1 FROM early_room_record WHERE room_id = ?"
            has_early = self._row(query, (room_id,)) is not None
            query = "SELECT 1 FROM room_member WHERE room_row = ?"
            has_members = self._row(query, (room,)) is not None
            numbers = self._numbers(room)
            rooms.append(
                StoredRoom(room_id, entries, numbers, has_early, has_members, bool(is_accepted))
            )
        return rooms

    def mend_logs(self) -> None:
        """Of a damaged disk: what is not whole, or has lost what it builds on, goes, so that
        others give it again. A room without a name is called as its log says."""
        query = "SELECT room_row, room_id FROM room WHERE room_id <> ?"
        for room, room_id in self._rows(query, (EVERYONE,)):
            log = RoomLog(room_id)
            query = "SELECT entry_row, entry_id, entry, signature FROM room_entry"
            entries = self._rows(f"{query} WHERE room_row = ? ORDER BY entry_row", (room,))
            for row, entry_id, *fields in entries:
                if not _is_loaded(log, entry_id, SignedEntry(*fields)):
                    self._run("DELETE FROM room_entry WHERE entry_row = ?", (row,))
            self._run(
                "UPDATE room SET name = ?, picture = ? WHERE room_row = ? AND name = ''",
                (clean_name(log.state.name, "?"), self._picture(room, log.state.picture), room),
            )

    def save_room(
        self,
        room_id: RoomId,
        entries: Sequence[SignedEntry],
        view: RoomView,
        news: Iterable[RoomNews],
        *,
        ours: PeerId,
        is_accepted: bool,
        since: Mapping[bytes, int],
    ) -> RoomSaved:
        """Entries just taken in, and what the log says with them.

        ``is_accepted``: False for a request. ``since``: what was posted before we came.
        """
        self._run(
            "INSERT OR IGNORE INTO room (room_id, name, is_accepted) VALUES (?, ?, 0)",
            (room_id, view.name),
        )
        room = self._room_row(room_id)
        self._connection.executemany(
            "INSERT OR IGNORE INTO room_entry (room_row, entry_id, entry, signature)"
            " VALUES (?, ?, ?, ?)",
            self._new_entries(room, entries),
        )
        self._run(
            "UPDATE room SET name = ?, picture = ?, is_accepted = ? WHERE room_row = ?",
            (view.name, self._picture(room, view.picture), is_accepted, room),
        )
        self._save_members(room, [self._member_row(*member, ours) for member in view.members])
        conversation = self._room_conversation(room)
        self._begin_feeds(room, since, ours)
        changes = self._drop_receipts(room, conversation)
        added = [self._add_news(conversation, item, ours) for item in news]
        messages = tuple(message for message in added if message is not None)
        return RoomSaved(self._room_at(room), messages, tuple(changes))

    def need_everyone(self, name: str) -> Room:
        """The room of all who are on the network. ``name``: for those who cannot word it."""
        self._run(
            "INSERT OR IGNORE INTO room (room_id, name, is_accepted) VALUES (?, ?, 1)",
            (EVERYONE, name),
        )
        room = self._room_row(EVERYONE)
        self._save_members(room, [US])
        self._room_conversation(room)
        return self._room_at(room)

    def accept_room(self, room_id: RoomId) -> Room:
        self._run("UPDATE room SET is_accepted = 1 WHERE room_id = ?", (room_id,))
        return self._room_at(self._room_row(room_id))

    def mute_room(self, room_id: RoomId, *, is_muted: bool) -> Room:
        self._run("UPDATE room SET is_muted = ? WHERE room_id = ?", (is_muted, room_id))
        return self._room_at(self._room_row(room_id))

    def keep_early_room(self, peer_id: PeerId, room_id: RoomId, record: bytes) -> None:
        """A record that cannot be understood before the log has grown."""
        person = self._person_row(peer_id)
        self._run(
            "INSERT INTO early_room_record (person_row, room_id, record) VALUES (?, ?, ?)",
            (person, room_id, record),
        )
        self._run(
            "DELETE FROM early_room_record WHERE person_row = ?1 AND record_row IN"
            " (SELECT record_row FROM (SELECT record_row, row_number() OVER newer AS place,"
            "   sum(length(record)) OVER newer AS size_bytes FROM early_room_record"
            "   WHERE person_row = ?1 WINDOW newer AS (ORDER BY record_row DESC))"
            "  WHERE place > ?2 OR size_bytes > ?3)",
            (person, EARLY_MAX, EARLY_MAX_BYTES),
        )

    def early_room(self, room_id: RoomId) -> list[tuple[int, PeerId, bytes]]:
        """What waits: its row, who brought it, the record."""
        rows = self._rows(
            "SELECT e.record_row, p.peer_id, e.record FROM early_room_record AS e"
            " JOIN person AS p ON p.person_row = e.person_row"
            " WHERE e.room_id = ? ORDER BY e.record_row",
            (room_id,),
        )
        return [(row, PeerId(peer_id), record) for row, peer_id, record in rows]

    def drop_early_room(self, rows: Iterable[int]) -> None:
        self._connection.executemany(
            "DELETE FROM early_room_record WHERE record_row = ?", [(row,) for row in rows]
        )

    def forget_rooms(self, only: RoomId | None = None) -> int:
        """Rooms whose log we were told of, but that we never were in. Returns how many."""
        self._run(
            "DELETE FROM conversation WHERE room_row IN (SELECT room_row FROM room)"
            " AND draft = '' AND NOT EXISTS (SELECT 1 FROM message AS m"
            "  WHERE m.conversation_row = conversation.conversation_row)"
            " AND room_row NOT IN (SELECT room_row FROM room_member WHERE author = 0)"
            " AND (?1 IS NULL OR room_row = (SELECT room_row FROM room WHERE room_id = ?1))",
            (only,),
        )
        self._run(
            "DELETE FROM room WHERE room_row NOT IN"
            " (SELECT room_row FROM conversation WHERE room_row IS NOT NULL)"
            " AND (?1 IS NULL OR room_id = ?1)",
            (only,),
        )
        return self._connection.changes()

    # --- Inside ------------------------------------------------------------

    def _new_entries(self, room: int, entries: Sequence[SignedEntry]) -> list[Row]:
        """All behind the last one that is here: they are written in the order of their coming."""
        query = "SELECT 1 FROM room_entry WHERE room_row = ? AND entry_id = ?"
        rows: list[Row] = []
        for signed in reversed(entries):
            entry_id = signed.entry_id
            if self._row(query, (room, entry_id)):
                break
            rows.append((room, entry_id, signed.entry, signed.signature))
        return rows[::-1]

    def _room_row(self, room_id: RoomId) -> int:
        row = self._number("SELECT room_row FROM room WHERE room_id = ?", (room_id,))
        if row is None:
            raise KnownError(ErrorCode.NO_SUCH_ROOM, "there is no such room")
        return row

    def _room_at(self, room: int) -> Room:
        query = f"SELECT {ROOM_COLUMNS} FROM room AS r WHERE r.room_row = ?"
        found = self._value(read_room, query, (room,))
        if found is None:
            raise BugError("a room that was just written is gone")
        return found

    def _room_conversation(self, room: int) -> int:
        self._run("INSERT OR IGNORE INTO conversation (room_row) VALUES (?)", (room,))
        query = "SELECT conversation_row FROM conversation WHERE room_row = ?"
        found = self._number(query, (room,))
        assert found is not None
        return found

    def _member_row(self, peer_id: PeerId, key: bytes, name: str, ours: PeerId) -> int:
        """People whom only the log names are remembered by what it calls them."""
        if peer_id == ours:
            return US
        self._run(
            "INSERT OR IGNORE INTO person"
            " (peer_id, public_key, name, device, app_version, last_seen_ms)"
            " VALUES (?, ?, ?, '', '', 0)",
            (peer_id, key, name),
        )
        return self._person_row(peer_id)

    def _save_members(self, room: int, authors: list[int]) -> None:
        query = "SELECT author FROM room_member WHERE room_row = ? ORDER BY place"
        if [author for (author,) in self._rows(query, (room,))] == authors:
            return
        self._run("DELETE FROM room_member WHERE room_row = ?", (room,))
        self._connection.executemany(
            "INSERT INTO room_member (room_row, place, author) VALUES (?, ?, ?)",
            [(room, place, author) for place, author in enumerate(authors)],
        )

    def _author_row(self, author: bytes, ours: PeerId) -> int:
        return US if author == ours else self._person_row(PeerId(author))

    def _picture(self, room: int, entry_id: bytes) -> bytes:
        row = self._row(
            "SELECT entry, signature FROM room_entry WHERE room_row = ? AND entry_id = ?",
            (room, entry_id),
        )
        return b"" if row is None else picture_of(SignedEntry(*row))

    def _add_news(self, conversation: int, item: RoomNews, ours: PeerId) -> Message | None:
        """None when it is here. Read already: nobody is to be called for it."""
        author = self._author_row(item.author, ours)
        query = "SELECT 1 FROM message WHERE message_id = ? AND author = ?"
        if self._row(query, (item.message_id, author)):
            return None
        time_ms = min(item.time_ms, TIME_END_MS - 1)
        wanted = min(time_ms << CLOCK_SHIFT, CLOCK_END) | int.from_bytes(item.message_id[:2], "big")
        while self._row(
            "SELECT 1 FROM message WHERE conversation_row = ? AND order_key = ?",
            (conversation, wanted),
        ):
            wanted += 1
        self._run(
            "INSERT INTO message (conversation_row, order_key, author, message_id, kind, text,"
            " time_ms, state, news) VALUES (?, ?, ?, ?, 0, '', ?, 3, ?)",
            (conversation, wanted, author, item.message_id, time_ms, item.news),
        )
        return self._message_at(self._connection.last_insert_rowid())

    def _drop_receipts(self, room: int, conversation: int) -> list[StateChange]:
        """Nobody waits for those who are gone."""
        rows = self._rows(
            "DELETE FROM receipt WHERE state < 3 AND message_row IN"
            "  (SELECT message_row FROM message WHERE conversation_row = ? AND author = 0"
            "   AND state < 3)"
            " AND person_row NOT IN (SELECT author FROM room_member WHERE room_row = ?)"
            " RETURNING message_row",
            (conversation, room),
        )
        return self._sum_up(sorted(row for (row,) in rows))

    def _numbers(self, room: int) -> dict[PeerId, int]:
        """By author, the first post that is not here; the empty id is oneself."""
        rows = self._rows(
            "SELECT ifnull(p.peer_id, x''), f.next_number FROM room_feed AS f"
            " LEFT JOIN person AS p ON p.person_row = f.author WHERE f.room_row = ?",
            (room,),
        )
        return {PeerId(peer_id): number for peer_id, number in rows}

    def _feed(self, room: int, author: int) -> Feed:
        self._run(
            "INSERT OR IGNORE INTO room_feed (room_row, author) VALUES (?, ?)", (room, author)
        )
        row = self._row(
            "SELECT feed_row, next_number, beyond FROM room_feed WHERE room_row = ? AND author = ?",
            (room, author),
        )
        assert row is not None
        return Feed(room, author, row[0], Window(row[1], row[2], FEED_WIDTH))

    def _save_feed(self, feed: Feed) -> None:
        self._run(
            "UPDATE room_feed SET next_number = ?, beyond = ? WHERE feed_row = ?",
            (feed.window.next_seq, feed.window.encode_beyond(), feed.row),
        )

    def _begin_feeds(self, room: int, since: Mapping[bytes, int], ours: PeerId) -> None:
        for author, number in since.items():
            if author != ours and self._row("SELECT 1 FROM person WHERE peer_id = ?", (author,)):
                feed = self._feed(room, self._author_row(author, ours))
                feed.window.advance(number)
                self._save_feed(feed)


def _is_loaded(log: RoomLog, entry_id: bytes, signed: SignedEntry) -> bool:
    if signed.entry_id != entry_id:
        return False
    try:
        log.load(signed)
    except RemoteProtocolError:
        return False
    return True
