"""The writing half of: edits, deletions and reactions, ours and theirs.

Each says the same whenever and however often it comes: of edits and reactions the
highest order counts, a deletion counts for ever. What is about a message that is not
here yet waits for it on the disk.
"""

from typing import Final

from app.errors import ErrorCode, KnownError
from app.model import Message, MessageKind, MessageState
from app.store.chat import Chat, ChatRow
from app.store.finder import Found
from app.store.ordering import own_key
from app.store.rows import KIND_NUMBER, STATE_NUMBER, US, Row
from app.store.types import TIME_END_MS, ChatId, Deed, OwnDeed, Place
from net.protocol.errors import RemoteProtocolError
from net.protocol.identity import PeerId
from net.protocol.records import Delete, Edit, React, Record, Void, decode_record, encode_record
from net.protocol.text import clean_text

EARLIER_TEXTS_MAX: Final = 50
"""Kept of one message, the newest."""
REACTIONS_MAX: Final = 12
"""Different emoji of one person under one message."""
EARLY_DEEDS_MAX: Final = 256
"""Of one person in one chat: more than a window of records that overtook their texts."""
EARLY_DEEDS_MAX_BYTES: Final = 2 * 1024 * 1024
"""Of these together: thirty edits of the longest texts. The oldest make room."""


class DeedWriter(Chat):
    def do(self, peer_id: PeerId, deed: Deed) -> Message | None:
        """What the other side of a pair did. The row as it is now; None when nothing changed,
        or when the message is not here (yet)."""
        person = self._person_row(peer_id)
        conversation = self._need_conversation(person)
        author = self._author(deed, person)
        if author is None:
            return None
        row = self._find_row(conversation, author, deed.message)
        if row is not None:
            return self._apply(row, person, deed)
        if author == person:
            self._keep_early(conversation, person, author, deed)
        return None

    def edit_own(self, message_id: bytes, text: str, now_ms: int) -> OwnDeed:
        """Raises KnownError NO_SUCH_MESSAGE; WRONG_STATE for what is no text any more."""
        found = self._own(message_id)
        row = found.row
        kind, state, is_deleted, newest = self._needed(
            "SELECT kind, state, is_deleted, edit_order FROM message WHERE message_row = ?", row
        )
        if kind != KIND_NUMBER[MessageKind.TEXT] or is_deleted:
            raise KnownError(ErrorCode.WRONG_STATE, "only a text that is there can be edited")
        if state == STATE_NUMBER[MessageState.FAILED]:
            raise KnownError(ErrorCode.WRONG_STATE, "the text was taken back")
        time_ms = min(max(now_ms, 0), TIME_END_MS - 1)
        edit = Edit(message_id, own_key(newest, now_ms, message_id), time_ms, text)
        return self._own_deed(found, edit)

    def delete_own(self, message_id: bytes) -> OwnDeed:
        """What was not delivered yet is not sent any more; of posts in rooms that is done when
        the deletion is posted. Raises KnownError NO_SUCH_MESSAGE."""
        found, void = self._own(message_id), encode_record(Void())
        waiting = self._rows(
            "UPDATE outbox SET record = ?1 WHERE message_row = (SELECT m.message_row"
            "  FROM message AS m WHERE m.message_row = ?2 AND m.lane_row > 0) RETURNING seq,"
            " (SELECT p.peer_id FROM lane AS l JOIN person AS p"
            "  ON p.person_row = l.person_row WHERE l.lane_row = outbox.lane_row)",
            (void, found.row),
        )
        voided = tuple(Place(PeerId(peer_id), seq, void) for seq, peer_id in waiting)
        return self._own_deed(found, Delete(message_id), voided)

    def react_own(
        self,
        message_id: bytes,
        chat: ChatId | None,
        our_id: PeerId,
        emoji: str,
        *,
        is_on: bool,
        now_ms: int,
    ) -> OwnDeed:
        """Under a message of either side; ``our_id`` names it to the other if it is ours,
        ``chat`` narrows it to one conversation.

        Raises KnownError NO_SUCH_MESSAGE; WRONG_STATE for a deleted one, or one that has
        REACTIONS_MAX of ours.
        """
        found = self._must_find(message_id, chat)
        row = found.row
        (is_deleted,) = self._needed("SELECT is_deleted FROM message WHERE message_row = ?", row)
        if is_deleted or (is_on and self._has_enough_reactions(row, US)):
            raise KnownError(ErrorCode.WRONG_STATE, "it can bear no more reactions")
        newest = self._number(
            "SELECT max(reaction_order) FROM reaction WHERE message_row = ? AND author = 0", (row,)
        )
        order = own_key(-1 if newest is None else newest, now_ms, message_id)
        author = our_id if found.author == US else self._peer_id(found.author)
        return self._own_deed(found, React(author, message_id, order, emoji, is_on))

    # --- Inside ------------------------------------------------------------

    def _own_deed(self, found: Found, deed: Deed, voided: tuple[Place, ...] = ()) -> OwnDeed:
        message = self._apply(found.row, US, deed)
        return OwnDeed(found.peer_id, found.room_id, deed, message, voided)

    def _apply(self, row: int, by: int, deed: Deed) -> Message | None:
        match deed:
            case Edit():
                is_new = self._edit(row, deed)
            case Delete():
                is_new = self._delete(row)
            case React():
                is_new = self._react(row, by, deed)
        return self._message_at(row) if is_new else None

    def _edit(self, row: int, edit: Edit) -> bool:
        text, newest, time_ms, edited_ms, kind, is_deleted = self._needed(
            "SELECT text, edit_order, time_ms, edited_ms, kind, is_deleted FROM message"
            " WHERE message_row = ?",
            row,
        )
        new_text = clean_text(edit.text)
        if is_deleted or kind != KIND_NUMBER[MessageKind.TEXT] or not new_text:
            return False
        new_ms = min(edit.time_ms, TIME_END_MS - 1)
        if (edit.order, new_text) <= (newest, text):
            if edit.order < newest:
                self._keep_earlier(row, edit.order, new_text, new_ms)
            return False
        self._keep_earlier(row, newest, text, time_ms if edited_ms is None else edited_ms)
        self._run(
            "UPDATE message SET text = ?, edit_order = ?, edited_ms = ? WHERE message_row = ?",
            (new_text, edit.order, new_ms, row),
        )
        self._index_again(row)
        return True

    def _keep_earlier(self, row: int, order: int, text: str, time_ms: int) -> None:
        self._run(
            "INSERT OR IGNORE INTO earlier_text VALUES (?, ?, ?, ?)", (row, order, text, time_ms)
        )
        self._run(
            "DELETE FROM earlier_text WHERE message_row = ? AND edit_order NOT IN"
            " (SELECT edit_order FROM earlier_text WHERE message_row = ?"
            " ORDER BY edit_order DESC LIMIT ?)",
            (row, row, EARLIER_TEXTS_MAX),
        )

    def _delete(self, row: int) -> bool:
        if self._needed("SELECT is_deleted FROM message WHERE message_row = ?", row)[0]:
            return False
        self._run("DELETE FROM earlier_text WHERE message_row = ?", (row,))
        self._run("DELETE FROM reaction WHERE message_row = ?", (row,))
        self._run(
            "UPDATE message SET text = '', is_deleted = 1, edited_ms = NULL, mentions = x'',"
            " reply_author = NULL, reply_id = NULL, is_forwarded = 0, transfer_row = NULL"
            " WHERE message_row = ?",
            (row,),
        )
        self._index_again(row)
        return True

    def _react(self, row: int, by: int, react: React) -> bool:
        if self._needed("SELECT is_deleted FROM message WHERE message_row = ?", row)[0]:
            return False
        known = self._row(
            "SELECT reaction_order, is_on FROM reaction"
            " WHERE message_row = ? AND author = ? AND emoji = ?",
            (row, by, react.emoji),
        )
        if known is None and self._has_enough_reactions(row, by):
            return False
        if known is not None and (react.order, react.is_on) <= (known[0], bool(known[1])):
            return False
        self._run(
            "INSERT OR REPLACE INTO reaction VALUES (?, ?, ?, ?, ?)",
            (row, by, react.emoji, react.order, react.is_on),
        )
        return react.is_on or (known is not None and bool(known[1]))

    def _has_enough_reactions(self, row: int, by: int) -> bool:
        query = "SELECT count(*) FROM reaction WHERE message_row = ? AND author = ?"
        return (self._number(query, (row, by)) or 0) >= REACTIONS_MAX

    def _index_again(self, row: int) -> None:
        """A row that is not indexed yet will be, as it is then."""
        self._run(
            "INSERT OR REPLACE INTO message_search (rowid, words, place)"
            " SELECT m.message_row, search_words(m.text), place_word(m.conversation_row)"
            " FROM message AS m WHERE m.message_row = ? AND m.message_row <="
            " (SELECT rowid FROM message_search ORDER BY rowid DESC LIMIT 1)",
            (row,),
        )

    # --- Deeds before their message ----------------------------------------

    def _keep_early(self, conversation: int, author: int, target: int, deed: Deed) -> None:
        """``target``: the author of the message that is not here."""
        self._run(
            "INSERT INTO early_deed (conversation_row, author, target, message_id, record)"
            " VALUES (?, ?, ?, ?, ?)",
            (conversation, author, target, deed.message, encode_record(deed)),
        )
        self._run(
            "DELETE FROM early_deed WHERE conversation_row = ?1 AND author = ?2 AND deed_row IN"
            " (SELECT deed_row FROM (SELECT deed_row, row_number() OVER newer AS place,"
            "   sum(length(record)) OVER newer AS size_bytes FROM early_deed"
            "   WHERE conversation_row = ?1 AND author = ?2"
            "   WINDOW newer AS (ORDER BY deed_row DESC))"
            "  WHERE place > ?3 OR size_bytes > ?4)",
            (conversation, author, EARLY_DEEDS_MAX, EARLY_DEEDS_MAX_BYTES),
        )

    def _take_up_early(self, message_row: int, row: ChatRow) -> bool:
        """Whether there was any for the message that was just inserted."""
        early = self._rows(
            "SELECT deed_row, record, author FROM early_deed WHERE message_id = ?"
            " AND conversation_row = ? AND ifnull(target, author) = ? ORDER BY deed_row",
            (row.message_id, row.conversation, row.author),
        )
        for deed_row, record, author in early:
            deed = _read_deed(record)
            if deed is not None:
                self._apply(message_row, author, deed)
            self._run("DELETE FROM early_deed WHERE deed_row = ?", (deed_row,))
        return bool(early)

    # --- Finding -----------------------------------------------------------

    def _author(self, deed: Deed, person: int) -> int | None:
        """Whose message the deed of ``person`` is about; None when it is none of this pair's.

        An edit or a deletion is about their own, and nobody else's.
        """
        if not isinstance(deed, React):
            return person
        known = self._number("SELECT person_row FROM person WHERE peer_id = ?", (deed.author,))
        if known is None:
            return US
        return person if known == person else None

    def _find_row(self, conversation: int, author: int, message_id: bytes) -> int | None:
        return self._number(
            "SELECT message_row FROM message"
            " WHERE message_id = ? AND author = ? AND conversation_row = ? AND news IS NULL",
            (message_id, author, conversation),
        )

    def _own(self, message_id: bytes) -> Found:
        """Raises KnownError NO_SUCH_MESSAGE, also for somebody else's."""
        found = self._must_find(message_id)
        if found.author != US:
            raise KnownError(ErrorCode.NO_SUCH_MESSAGE, f"{message_id.hex()} is not ours")
        return found

    def _peer_id(self, person: int) -> PeerId:
        (peer_id,) = self._needed("SELECT peer_id FROM person WHERE person_row = ?", person)
        return PeerId(peer_id)

    def _needed(self, sql: str, row: int) -> Row:
        """Of a row that is known to be there."""
        found = self._row(sql, (row,))
        assert found is not None
        return found


def _read_deed(record: bytes) -> Deed | None:
    """None for one that another version of Landline kept."""
    try:
        deed: Record = decode_record(record)
    except RemoteProtocolError:
        return None
    return deed if isinstance(deed, Deed) else None
