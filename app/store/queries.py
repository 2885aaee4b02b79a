"""Everything the store can be asked. Pages go by key: a page costs the same anywhere."""

from itertools import groupby
from typing import Final

from app.events import EarlierText, Receipt
from app.model import Conversation, Message, Room, Transfer, TransferState
from app.store.lookup import Lookup
from app.store.rows import (
    CHAT,
    MESSAGE_COLUMNS,
    MESSAGE_TABLES,
    PERSON_COLUMNS,
    PERSON_WIDTH,
    QUOTED,
    ROOM_COLUMNS,
    ROOM_WIDTH,
    STORED_COLUMNS,
    TRANSFER_COLUMNS,
    TRANSFER_NUMBER,
    Row,
    Value,
    peer_text,
    read_message,
    read_person,
    read_room,
    read_state,
    read_stored_person,
    read_stored_transfer,
    read_strings,
    read_transfer_of,
)
from app.store.search import like_pattern
from app.store.types import ChatId, PendingRecord, SentFiles, StoredPerson, StoredTransfer
from net.protocol.identity import PeerId
from net.protocol.rooms import RoomId

KEY_END: Final = 2**63 - 1
_MESSAGES: Final = f"SELECT {MESSAGE_COLUMNS} FROM {MESSAGE_TABLES}"
_STORED_TRANSFERS: Final = (
    f"SELECT p.peer_id, {STORED_COLUMNS}, {TRANSFER_COLUMNS}"
    " FROM transfer AS t JOIN person AS p ON p.person_row = t.person_row"
)


class Queries(Lookup):
    """Reads only. The same for the writer's own connection and for a Reader's."""

    # --- People ------------------------------------------------------------

    def people(self) -> list[StoredPerson]:
        """All known, most recently seen first."""
        rows = self._rows(f"SELECT {PERSON_COLUMNS} FROM person AS p ORDER BY p.last_seen_ms DESC")
        found = self._rows("SELECT person_row, address FROM address ORDER BY person_row, turn DESC")
        addresses = {
            person: tuple(address for _, address in group)
            for person, group in groupby(found, key=lambda row: row[0])
        }
        return [read_stored_person(row, addresses.get(row[0], ())) for row in rows]

    def person(self, peer_id: PeerId) -> StoredPerson | None:
        row = self._row(f"SELECT {PERSON_COLUMNS} FROM person AS p WHERE p.peer_id = ?", (peer_id,))
        if row is None:
            return None
        query = "SELECT address FROM address WHERE person_row = ? ORDER BY turn DESC"
        return read_stored_person(row, tuple(a for (a,) in self._rows(query, (row[0],))))

    def own_picture(self) -> bytes:
        """Empty: none."""
        return self._value(lambda row: bytes(row[0]), "SELECT image FROM own_picture") or b""

    def picture(self, digest: bytes) -> bytes:
        """A contact's, by its hash; empty when it is not here."""
        query = "SELECT image FROM picture WHERE hash = ? LIMIT 1"
        return self._value(lambda row: bytes(row[0]), query, (digest,)) or b""

    def room_picture(self, room_id: RoomId) -> bytes:
        """Empty: none."""
        query = "SELECT picture FROM room WHERE room_id = ?"
        return self._value(lambda row: bytes(row[0]), query, (room_id,)) or b""

    def conversations(self) -> list[Conversation]:
        """Those with a message or a draft; the one with the newest arrival first.

        Everyone in them is away: presence is the engine's to tell.
        """
        query = f"""
            SELECT c.draft,
                (SELECT count(*) FROM message AS u WHERE u.conversation_row = c.conversation_row
                    AND u.author <> 0 AND u.state < 3),
                c.draft_reply,
                {PERSON_COLUMNS}, {ROOM_COLUMNS}, {MESSAGE_COLUMNS}
            FROM conversation AS c LEFT JOIN message AS m ON m.message_row =
                (SELECT n.message_row FROM message AS n
                    WHERE n.conversation_row = c.conversation_row
                    ORDER BY n.order_key DESC LIMIT 1){CHAT}
            LEFT JOIN transfer AS t ON t.transfer_row = m.transfer_row{QUOTED}
            WHERE m.message_row IS NOT NULL OR c.draft <> ''
            ORDER BY m.message_row DESC NULLS LAST, c.conversation_row DESC"""
        return self._values(_read_conversation, query)

    def left_by(self, peer_id: PeerId) -> tuple[int, int]:
        """How many texts, and how many offers, they have left in their chat with us, and in
        rooms that are requests."""
        row = self._row(
            "SELECT count(*), count(m.transfer_row) FROM"
            " (SELECT p.person_row, c.conversation_row FROM person AS p"
            "   JOIN conversation AS c ON c.person_row = p.person_row WHERE p.peer_id = ?1"
            "  UNION ALL SELECT p.person_row, c.conversation_row FROM room AS r"
            "   JOIN conversation AS c ON c.room_row = r.room_row"
            "   JOIN person AS p ON p.peer_id = ?1 WHERE NOT r.is_accepted) AS a"
            " CROSS JOIN message AS m ON m.conversation_row = a.conversation_row"
            " WHERE m.author = a.person_row AND m.news IS NULL",
            (peer_id,),
        )
        messages, offers = row or (0, 0)
        return messages - offers, offers

    def asking(self) -> list[PeerId]:
        """Strangers with whom there is a chat: nobody has answered them."""
        rows = self._rows(
            "SELECT p.peer_id FROM conversation AS c JOIN person AS p USING (person_row)"
            " WHERE NOT (p.is_accepted OR p.is_blocked)"
        )
        return [PeerId(peer_id) for (peer_id,) in rows]

    # --- Messages ----------------------------------------------------------

    def messages_before(self, chat: ChatId, order_key: int | None, limit: int) -> list[Message]:
        """The ``limit`` messages before that key, oldest first; None: the newest ones."""
        end = KEY_END if order_key is None else order_key
        return self._page(chat, "<", "DESC", end, limit)[::-1]

    def messages_after(self, chat: ChatId, order_key: int, limit: int) -> list[Message]:
        """The ``limit`` messages behind that key, oldest first."""
        return self._page(chat, ">", "ASC", order_key, limit)

    def messages_around(
        self, message_id: bytes, limit: int, chat: ChatId | None = None
    ) -> tuple[list[Message], int]:
        """About ``limit`` messages with this one in the middle, and its index in them.

        Empty and -1 when there is no such message.
        """
        found = self._found(message_id, chat)
        if found is None:
            return [], -1
        conversation, message = found.conversation, self._message_at(found.row)
        end = message.order_key
        before = self._page_of(conversation, "<", "DESC", end, limit // 2)[::-1]
        after = self._page_of(conversation, ">", "ASC", end, limit - len(before) - 1)
        return [*before, message, *after], len(before)

    def message(self, message_id: bytes, chat: ChatId | None = None) -> Message | None:
        """Ids are unique per author: our own is preferred, ``chat`` narrows it to one."""
        found = self._found(message_id, chat)
        return None if found is None else self._message_at(found.row)

    def earlier_texts(
        self, message_id: bytes, chat: ChatId | None = None
    ) -> list[EarlierText] | None:
        """What it said before its edits, oldest first; None when there is no such message."""
        found = self._found(message_id, chat)
        if found is None:
            return None
        query = "SELECT text, time_ms FROM earlier_text WHERE message_row = ? ORDER BY edit_order"
        return self._values(lambda row: EarlierText(*row), query, (found.row,))

    def receipts(self, message_id: bytes) -> list[Receipt]:
        """How far our message came with each member of its room, the furthest first."""
        rows = self._rows(
            "SELECT p.peer_id, v.state FROM message AS m"
            " JOIN receipt AS v ON v.message_row = m.message_row"
            " JOIN person AS p ON p.person_row = v.person_row"
            " WHERE m.message_id = ? AND m.author = 0 ORDER BY v.state DESC, p.name",
            (message_id,),
        )
        return [Receipt(peer_text(PeerId(peer_id)), read_state(state)) for peer_id, state in rows]

    def rooms(self) -> list[Room]:
        """All we are, or were, in."""
        query = (
            f"SELECT {ROOM_COLUMNS} FROM room AS r"
            " WHERE r.room_row IN (SELECT i.room_row FROM room_member AS i WHERE i.author = 0)"
            " OR EXISTS (SELECT 1 FROM conversation AS c JOIN message AS m"
            "  ON m.conversation_row = c.conversation_row WHERE c.room_row = r.room_row)"
            " ORDER BY r.room_row"
        )
        return self._values(read_room, query)

    def first_unread(self, chat: ChatId) -> int | None:
        """The order key of the oldest message not read yet."""
        return self._number(
            "SELECT min(order_key) FROM message"
            " WHERE conversation_row = ? AND author <> 0 AND state < 3",
            (self._find_conversation(chat),),
        )

    def last_arrival(self) -> int:
        """Grows with every message: what is here now has this number or a lower one."""
        return self._number("SELECT max(message_row) FROM message") or 0

    def unannounced(self, up_to: int = KEY_END, limit: int = 1000) -> list[Message]:
        """Received and durable, but not shown before the last stop; in order of arrival.

        ``up_to``: a ``last_arrival``, so that what comes meanwhile is not among them.
        """
        query = (
            f"{_MESSAGES} WHERE m.is_announced = 0 AND m.message_row <= ?"
            " ORDER BY m.message_row LIMIT ?"
        )
        return self._values(read_message, query, (up_to, limit))

    def shared(self, chat: ChatId, limit: int) -> list[Message]:
        """Messages of this conversation with a transfer that is done, the newest first."""
        rows = self._rows(
            "SELECT n.message_row FROM message AS n INDEXED BY message_shared"
            " JOIN transfer AS x ON x.transfer_row = n.transfer_row"
            " WHERE n.conversation_row = ? AND n.transfer_row IS NOT NULL AND n.is_deleted = 0"
            " AND x.state = ? ORDER BY n.transfer_row DESC LIMIT ?",
            (self._find_conversation(chat), TRANSFER_NUMBER[TransferState.DONE], max(limit, 0)),
        )
        return self.read_matches([row for (row,) in rows])

    # --- Outbox and transfers -----------------------------------------------

    def pending(self, peer_id: PeerId, after_seq: int, limit: int) -> list[PendingRecord]:
        """Records for ``peer_id`` that are not acknowledged, ascending from ``after_seq`` + 1."""
        rows = self._rows(
            """
            SELECT o.seq, o.record, m.message_id FROM person AS p
            JOIN lane AS l ON l.person_row = p.person_row AND l.is_outgoing = 1
            JOIN outbox AS o ON o.lane_row = l.lane_row
            LEFT JOIN message AS m ON m.message_row = o.message_row
            WHERE p.peer_id = ? AND o.seq > ? ORDER BY o.seq LIMIT ?""",
            (peer_id, after_seq, limit),
        )
        return [PendingRecord(*row) for row in rows]

    def peers_waited_for(self) -> list[PeerId]:
        """Whoever has a record in our outbox."""
        rows = self._rows("""
            SELECT p.peer_id FROM lane AS l JOIN person AS p ON p.person_row = l.person_row
            WHERE l.is_outgoing = 1 AND EXISTS
                (SELECT 1 FROM outbox AS o WHERE o.lane_row = l.lane_row)""")
        return [PeerId(row[0]) for row in rows]

    def given_numbers(self) -> dict[PeerId, int]:
        """For each of our lanes the number that its next record will get."""
        rows = self._rows(
            "SELECT p.peer_id, l.next_seq FROM lane AS l"
            " JOIN person AS p ON p.person_row = l.person_row WHERE l.is_outgoing = 1"
        )
        return {PeerId(peer_id): next_seq for peer_id, next_seq in rows}

    def queued_count(self) -> int:
        """Our messages that are not delivered yet."""
        query = "SELECT count(*) FROM outbox WHERE message_row IS NOT NULL"
        return self._number(query) or 0

    def transfer(self, transfer_id: bytes) -> StoredTransfer | None:
        query = f"{_STORED_TRANSFERS} WHERE t.transfer_id = ?"
        return self._value(read_stored_transfer, query, (transfer_id,))

    def transfers(self, limit: int, text: str = "") -> list[Transfer]:
        """Newest first. ``text``: only those with it in one of the first names at their top,
        or in the other side's name; ASCII letters in either case."""
        query = (
            f"SELECT p.peer_id, {TRANSFER_COLUMNS} FROM transfer AS t"
            " JOIN person AS p ON p.person_row = t.person_row"
            " WHERE ?1 = '' OR p.name LIKE ?2 ESCAPE '\\' OR EXISTS (SELECT 1"
            "  FROM json_each(t.names) AS e WHERE e.value LIKE ?2 ESCAPE '\\')"
            " ORDER BY t.transfer_row DESC LIMIT ?3"
        )
        return self._values(read_transfer_of, query, (text, like_pattern(text), limit))

    def under_way(self) -> list[StoredTransfer]:
        """Transfers that wait, run or are paused, oldest first. Not what was only offered:
        there may be any number of those."""
        query = f"{_STORED_TRANSFERS} WHERE t.state < 4 AND t.state > 0"
        return self._values(read_stored_transfer, f"{query} ORDER BY t.transfer_row")

    def landings(self) -> list[StoredTransfer]:
        """Transfers that may have a partial folder."""
        return self._values(
            read_stored_transfer, f"{_STORED_TRANSFERS} WHERE t.landing IS NOT NULL"
        )

    def standing_offers(self, manifest_hash: bytes | None = None) -> list[StoredTransfer]:
        """Our own, neither done nor declined; of one list only, if its hash is given."""
        query = f"{_STORED_TRANSFERS} WHERE t.direction = 1 AND t.state NOT IN (4, 5)"
        values: tuple[Value, ...] = ()
        if manifest_hash is not None:
            query += " AND t.manifest_hash = ?"
            values = (manifest_hash,)
        return self._values(read_stored_transfer, query, values)

    def sent_files(self) -> list[SentFiles]:
        """Of all our own transfers. Neither done, declined nor cancelled is needed."""
        rows = self._rows(
            "SELECT t.sources, t.state NOT IN (4, 5, 6), EXISTS (SELECT 1 FROM message AS m"
            "  WHERE m.transfer_row = t.transfer_row AND m.is_deleted = 0)"
            " FROM transfer AS t WHERE t.direction = 1"
        )
        return [SentFiles(read_strings(one), bool(two), bool(three)) for one, two, three in rows]

    # --- Inside ------------------------------------------------------------

    def _page(self, chat: ChatId, side: str, direction: str, key: int, limit: int) -> list[Message]:
        return self._page_of(self._find_conversation(chat), side, direction, key, limit)

    def _page_of(
        self, conversation: int | None, side: str, direction: str, key: int, limit: int
    ) -> list[Message]:
        return self._values(
            read_message,
            f"{_MESSAGES} WHERE m.conversation_row = ? AND m.order_key {side} ?"
            f" ORDER BY m.order_key {direction} LIMIT ?",
            (conversation, key, max(limit, 0)),
        )


def _read_conversation(row: Row) -> Conversation:
    """``row``: draft, unread, draft_reply, PERSON_COLUMNS, ROOM_COLUMNS, MESSAGE_COLUMNS."""
    rest = 3 + PERSON_WIDTH
    person, room, message = row[3:rest], row[rest : rest + ROOM_WIDTH], row[rest + ROOM_WIDTH :]
    is_room = room[0] is not None
    return Conversation(
        person=None if is_room else read_person(person),
        last=None if message[2] is None else read_message(message),
        unread=row[1],
        draft=row[0],
        draft_reply=row[2].hex() if row[2] else None,
        room=read_room(room) if is_room else None,
    )
