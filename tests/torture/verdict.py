"""What is found after a power cut, against what was promised before it."""

from pathlib import Path

import apsw

from app.store.opening import open_database
from app.store.room_types import StoredRoom
from app.store.window import Window
from app.store.writer import Writer
from net.protocol.identity import PeerId
from net.protocol.room_log import RoomLog
from net.protocol.rooms import (
    SignedEntry,
)
from tests.sim.chaos import BrokenPromiseError
from tests.torture.ledger import PEER, Lab, Promises
from tests.unit.app.store.desk import an_id


def judge(path: Path, promises: Promises, lab: Lab) -> tuple[SignedEntry, ...]:
    """The entries of the room's log that are there. Raises BrokenPromiseError."""
    connection, report = open_database(path)
    try:
        _need(report.set_aside is None, "the database was set aside")
        _need(connection.execute("PRAGMA integrity_check").get == "ok", "it is damaged")
        _need(not connection.execute("PRAGMA foreign_key_check").fetchall(), "a row hangs in air")
        _Judge(connection, promises, lab).check()
        rooms = Writer(connection).rooms_stored()
        return rooms[0].entries if rooms else ()
    finally:
        connection.close()


class _Judge:
    def __init__(self, connection: apsw.Connection, promises: Promises, lab: Lab) -> None:
        self._connection = connection
        self._promises = promises
        self._lab = lab
        self._writer = Writer(connection)
        rows = self._rows("SELECT message_id, state FROM message WHERE news IS NULL")
        self._states = dict(rows)
        _need(len(rows) == len(self._states), "a message is there twice")

    def check(self) -> None:
        self._check_sent()
        self._check_received()
        self._check_order()
        self._check_posted()
        self._check_taken()
        self._check_rooms(self._writer.rooms_stored())

    def _rows(self, sql: str) -> list[tuple[object, ...]]:
        return self._connection.execute(sql).fetchall()

    def _check_sent(self) -> None:
        waiting = {record.message_id for record in self._writer.pending(PEER, 0, 100_000)}
        for message_id in self._promises.sent:
            _need(message_id in self._states, "a text of ours is lost")
            is_far = self._states[message_id] >= 2
            _need(is_far != (message_id in waiting), "neither delivered nor waiting, or both")
        for message_id in self._promises.delivered:
            _need(self._states[message_id] == 2, "a state went back")

    def _check_received(self) -> None:
        lane = self._writer.inbound(PEER)
        held = set() if lane is None else {*range(1, lane.next_seq), *lane.beyond}
        _need(held >= self._promises.received, "a record that was taken comes again")
        for seq in held:
            _need(an_id(2**64 + seq) in self._states, "a record was taken, and its text is lost")

    def _check_order(self) -> None:
        """Of each lane and of each author in the room."""
        last: dict[object, int] = {}
        query = (
            "SELECT lane_row, seq FROM message WHERE seq IS NOT NULL"
            " ORDER BY conversation_row, order_key"
        )
        for lane, seq in self._connection.execute(query):
            _need(last.get(lane, 0) < seq, "texts stand in another order")
            last[lane] = seq

    def _check_posted(self) -> None:
        """Numbered, kept for all, and on its way to each of the two others."""
        query = (
            "SELECT m.seq, m.message_id,"
            " (SELECT count(*) FROM outbox AS o WHERE o.message_row = m.message_row),"
            " (SELECT count(*) FROM receipt AS r WHERE r.message_row = m.message_row)"
            " FROM message AS m JOIN room_feed AS f ON m.lane_row = -f.feed_row"
            " WHERE m.author = 0 AND m.news IS NULL"
        )
        found = self._connection.execute(query).fetchall()
        _need({row[:2] for row in found} >= self._promises.posted, "a post of ours is lost")
        _need(all(row[2:] == (2, 2) for row in found), "a post does not go to all members")

    def _check_taken(self) -> None:
        """What a feed says it has it has, and shows."""
        query = (
            "SELECT f.feed_row, f.next_number, f.beyond,"
            " ifnull((SELECT peer_id FROM person WHERE person_row = f.author), x'')"
            " FROM room_feed AS f"
        )
        taken = set()
        for feed, next_number, beyond, author in self._connection.execute(query).fetchall():
            held = {*range(1, next_number), *Window(next_number, beyond).beyond}
            for table, key in (("room_post", "feed_row"), ("message", "-lane_row")):
                column = "number" if table == "room_post" else "seq"
                there = self._rows(f"SELECT {column} FROM {table} WHERE {key} = {feed}")
                _need({row[0] for row in there} == held, f"{table} is not what the feed says")
            taken |= {(PeerId(author), number) for number in held}
        _need(taken >= self._promises.taken, "a post of another is lost")

    def _check_rooms(self, rooms: list[StoredRoom]) -> None:
        entries = rooms[0].entries if rooms else ()
        there = {signed.entry_id for signed in entries}
        _need(there >= self._promises.entries, "an entry of the room is lost")
        if not rooms:
            return
        log = RoomLog(self._lab.room_id)
        for signed in entries:
            log.load(signed)
        [(name, members)] = self._connection.execute(
            "SELECT name, (SELECT count(*) FROM room_member AS m WHERE m.room_row = r.room_row)"
            " FROM room AS r"
        ).fetchall()
        _need(name == log.state.name, "the room is not what its log says")
        _need(members == 3, "a member is lost")


def _need(is_so: bool, promise: str) -> None:
    if not is_so:
        raise BrokenPromiseError(promise)
