"""The writing half of: a person and all that was said with them goes."""

from typing import Final

from app.store.queries import Queries
from app.store.rows import STORED_COLUMNS, TRANSFER_COLUMNS, read_stored_transfer
from app.store.types import StoredTransfer
from net.protocol.errors import RemoteProtocolError
from net.protocol.identity import PeerId
from net.protocol.records import Edit, React, decode_record

NEVER_DEALT_WITH: Final = """
    NOT (p.is_accepted OR p.is_verified OR p.is_blocked OR p.is_muted OR p.is_auto_accept)
    AND NOT EXISTS (SELECT 1 FROM conversation AS c WHERE c.person_row = p.person_row)
    AND NOT EXISTS (SELECT 1 FROM transfer AS t WHERE t.person_row = p.person_row)
    AND NOT EXISTS (SELECT 1 FROM room_member AS i WHERE i.author = p.person_row)
    AND NOT EXISTS (SELECT 1 FROM room_feed AS f WHERE f.author = p.person_row)
    AND NOT EXISTS (SELECT 1 FROM receipt AS v WHERE v.person_row = p.person_row)
    AND NOT EXISTS (SELECT 1 FROM person AS k WHERE k.successor = p.person_row)
    AND NOT EXISTS (SELECT 1 FROM lane AS l JOIN outbox AS o
        ON o.lane_row = l.lane_row WHERE l.person_row = p.person_row)"""
"""Of a row ``p`` of person: nothing on this disk would miss it."""


class ForgettingWriter(Queries):
    def void_pair(self, peer_id: PeerId, void_record: bytes) -> list[int]:
        """What of the chat waits in the outbox is not said any more: texts and offers, edits and
        reactions. What takes something back still is. ``void_record`` keeps the numbers; returns
        them."""
        lane = self._number(
            "SELECT lane_row FROM lane JOIN person USING (person_row)"
            " WHERE peer_id = ? AND is_outgoing",
            (peer_id,),
        )
        rows = self._rows(
            "UPDATE outbox SET record = ?, message_row = NULL WHERE message_row IN"
            " (SELECT message_row FROM message WHERE conversation_row = ?) RETURNING seq",
            (void_record, self._find_conversation(peer_id)),
        )
        alone = self._rows(
            "SELECT seq, record FROM outbox WHERE lane_row = ? AND message_row IS NULL", (lane,)
        )
        deeds = [seq for seq, record in alone if _is_said(record)]
        self._connection.executemany(
            "UPDATE outbox SET record = ? WHERE lane_row = ? AND seq = ?",
            [(void_record, lane, seq) for seq in deeds],
        )
        return sorted([seq for (seq,) in rows] + deeds)

    def forget_messages(self, peer_id: PeerId, limit: int) -> int:
        """Deletes up to ``limit`` messages of the chat, the newest first; how many they were."""
        conversation = self._find_conversation(peer_id)
        self._run(
            "DELETE FROM message WHERE message_row IN (SELECT message_row FROM message"
            " WHERE conversation_row = ? ORDER BY order_key DESC LIMIT ?)",
            (conversation, limit),
        )
        return self._connection.changes()

    def forget_rest(self, peer_id: PeerId) -> list[StoredTransfer]:
        """Once no message is left: the chat, addresses, trust, and the transfers that stand in
        no room. Returns these."""
        person = self._person_row(peer_id)
        gone = (
            "t.person_row = ? AND NOT EXISTS"
            " (SELECT 1 FROM message AS m WHERE m.transfer_row = t.transfer_row)"
        )
        transfers = self._values(
            read_stored_transfer,
            f"SELECT p.peer_id, {STORED_COLUMNS}, {TRANSFER_COLUMNS} FROM transfer AS t"
            f" JOIN person AS p ON p.person_row = t.person_row WHERE {gone}",
            (person,),
        )
        self._run(f"DELETE FROM transfer AS t WHERE {gone}", (person,))
        self._run("DELETE FROM conversation WHERE person_row = ?", (person,))
        for table in ("address", "picture"):
            self._run(f"DELETE FROM {table} WHERE person_row = ?", (person,))
        self._run(
            "UPDATE person SET is_accepted = 0, is_verified = 0, is_blocked = 0, is_muted = 0,"
            " is_auto_accept = 0, auto_accept_max_bytes = NULL, way = NULL,"
            " successor = NULL, is_moved = 0 WHERE person_row = ?",
            (person,),
        )
        return transfers

    def drop_stranger(self, peer_id: PeerId) -> bool:
        """Deletes what is left of somebody, unless something here still refers to them."""
        row = self._row(
            f"DELETE FROM person AS p WHERE p.peer_id = ? AND {NEVER_DEALT_WITH} RETURNING 1",
            (peer_id,),
        )
        return row is not None


def _is_said(record: bytes) -> bool:
    """An edit or a reaction in a chat of two: it has no chat row of its own."""
    try:
        return isinstance(decode_record(record), Edit | React)
    except RemoteProtocolError:
        return False  # of another version
