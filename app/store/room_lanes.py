"""The writing half of: what goes to members of rooms, and to who missed something there."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Final

from app.store.outgoing import OutgoingWriter
from app.store.room_logs import RoomLogWriter
from app.store.rows import Row
from app.store.types import Place
from net.protocol.identity import PeerId
from net.protocol.records import RoomEntry, RoomPost, encode_record
from net.protocol.rooms import RoomId

_LANES: Final = "SELECT p.person_row, p.peer_id, l.lane_row, l.next_seq"
_LANE_OF: Final = "LEFT JOIN lane AS l ON l.person_row = p.person_row AND l.is_outgoing = 1"


class RoomLaneWriter(RoomLogWriter, OutgoingWriter):
    def send_to(
        self, peers: Iterable[PeerId], record: bytes, lane_id: Callable[[], bytes]
    ) -> tuple[Place, ...]:
        """One record into the lanes of these people."""
        return self._fan_out(self._lanes_of(peers), record, lane_id)

    def entry_records(self, room_id: RoomId, entry_ids: Iterable[bytes]) -> Iterator[bytes]:
        """As others take them in."""
        room = self._room_row(room_id)
        query = "SELECT entry, signature FROM room_entry WHERE room_row = ? AND entry_id = ?"
        for entry_id in entry_ids:
            for entry, signature in self._rows(query, (room, entry_id)):
                yield encode_record(RoomEntry(room_id, entry, signature))

    def give(
        self,
        room_id: RoomId,
        entry_ids: Iterable[bytes],
        numbers: Mapping[PeerId, int],
        since: Mapping[bytes, int],
        ends: Mapping[PeerId, int],
        *,
        ours: PeerId,
        limit_bytes: int,
    ) -> tuple[list[bytes], bool]:
        """Records for somebody who has not these entries, nor posts from ``numbers`` on; and
        whether there is more. ``since``: what was posted before they came is not for them.
        ``ends``: from here on nobody takes what these said."""
        records: list[bytes] = []
        left = limit_bytes
        for record in self._given(room_id, entry_ids, numbers, since, ends, ours=ours):
            left -= len(record)
            if left < 0 and records:
                return records, True
            records.append(record)
        return records, False

    def _lanes_of_members(self, room: int) -> list[Row]:
        """Not of those we have blocked."""
        return self._rows(
            f"{_LANES} FROM room_member AS i JOIN person AS p ON p.person_row = i.author {_LANE_OF}"
            " WHERE i.room_row = ? AND NOT p.is_blocked ORDER BY i.place",
            (room,),
        )

    def _lanes_of(self, peers: Iterable[PeerId]) -> list[Row]:
        query = f"{_LANES} FROM person AS p {_LANE_OF} WHERE p.peer_id = ? AND NOT p.is_blocked"
        return [row for peer in peers for row in self._rows(query, (peer,))]

    def _fan_out(
        self,
        lanes: Iterable[Row],
        record: bytes,
        lane_id: Callable[[], bytes],
        message_row: int | None = None,
    ) -> tuple[Place, ...]:
        """``lanes``: rows of _LANES; a lane is made where there is none."""
        places, rows = [], []
        for person, peer_id, known_lane, known_seq in lanes:
            lane, seq = known_lane, known_seq
            if lane is None:
                self.lane_for(peer_id, lane_id)
                lane, seq, _ = self._lane(peer_id)
            rows.append((lane, seq, person))
            places.append(Place(PeerId(peer_id), seq, record))
        self._put_all(rows, record, message_row)
        return tuple(places)

    def _put_all(
        self, rows: Sequence[tuple[int, int, int]], record: bytes, message_row: int | None
    ) -> None:
        """``rows``: lane, its next number, and whose it is."""
        run = self._connection.executemany
        run("UPDATE lane SET next_seq = ? WHERE lane_row = ?", [(s + 1, ln) for ln, s, _ in rows])
        run(
            "INSERT INTO outbox (lane_row, seq, record, message_row) VALUES (?, ?, ?, ?)",
            [(lane, seq, record, message_row) for lane, seq, _ in rows],
        )
        if message_row is not None:
            run(
                "INSERT INTO receipt (message_row, person_row, lane_row, seq) VALUES (?, ?, ?, ?)",
                [(message_row, person, lane, seq) for lane, seq, person in rows],
            )

    def _given(
        self,
        room_id: RoomId,
        entry_ids: Iterable[bytes],
        numbers: Mapping[PeerId, int],
        since: Mapping[bytes, int],
        ends: Mapping[PeerId, int],
        *,
        ours: PeerId,
    ) -> Iterator[bytes]:
        """Entries first: without them nobody can tell whose the posts are."""
        yield from self.entry_records(room_id, entry_ids)
        room = self._room_row(room_id)
        feeds = self._rows(
            "SELECT f.feed_row, ifnull(p.peer_id, ?) FROM room_feed AS f"
            " LEFT JOIN person AS p ON p.person_row = f.author WHERE f.room_row = ?",
            (ours, room),
        )
        for feed, author in feeds:
            first = max(numbers.get(author, 1), since.get(author, 1))
            for row in self._connection.execute(
                "SELECT number, digest, signature, body FROM room_post"
                " WHERE feed_row = ? AND number >= ? AND number < ? ORDER BY number",
                (feed, first, ends.get(author, 2**62)),
            ):
                yield encode_record(RoomPost(room_id, author, *row))
