"""Messages by their words: newest arrival first, by index, within one conversation or in all."""

import json
from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import Final

from app.folding import OTHER_LATIN, fold
from app.model import Match, Message
from app.store.finder import Finder
from app.store.rows import (
    MESSAGE_COLUMNS,
    MESSAGE_TABLES,
    Value,
    peer_text,
    read_message,
    room_text,
)
from app.store.search import (
    is_inside_word,
    like_pattern,
    match_expression,
    place_word,
    search_terms,
)
from app.store.types import ChatId
from net.protocol.identity import PeerId
from net.protocol.rooms import RoomId

INSIDE_WORDS_ROWS: Final = 20_000
"""How many of the newest messages are read for words inside words, which the index
cannot find: some 10 ms. Beginnings of words are found in all."""
SLICE_ROWS: Final = 50_000
"""So many are read at once where all are: some 30 ms, then it is asked whether anybody waits."""
FILES_ROWS: Final = 20_000
"""How many of the newest transfers are read for words in file names."""
ALL_ROWS: Final = -1
"""Instead of FILES_ROWS: of all transfers."""
_ROW_END: Final = 2**63 - 1


class Lookup(Finder):
    def search(self, text: str, limit: int, chat: ChatId | None = None) -> list[Message]:
        """Messages with every word of ``text``, newest arrival first, also in file names.

        A word matches from its beginning in all messages, and inside other words
        in the newest INSIDE_WORDS_ROWS. CJK matches anywhere in all messages.
        """
        conversation = None if chat is None else self._find_conversation(chat)
        if chat is not None and conversation is None:
            return []
        rows = self._rows_with(search_terms(text), conversation, limit, _ROW_END)
        return self.read_matches(rows)

    def matches(
        self, text: str, limit: int, chat: ChatId | None = None, before_row: int = _ROW_END
    ) -> list[Match]:
        """As ``search``, only where they are. ``before_row``: of the last one found, to go on.

        Without ``chat``: in the texts of all conversations, file names left out.
        """
        return self._matches(search_terms(text), limit, chat, before_row, self._rows_with)

    def deep_matches(
        self,
        text: str,
        limit: int,
        chat: ChatId | None = None,
        before_row: int = _ROW_END,
        *,
        is_wanted: Callable[[], bool],
    ) -> list[Match]:
        """As ``matches``, and inside other words in all messages too: a million take a second.

        Ends early, with what it has, once ``is_wanted`` says no.
        """

        def rows_with(
            terms: list[str], conversation: int | None, limit: int, before_row: int
        ) -> list[int]:
            expression = match_expression(terms)
            rows = set[int]()
            if expression is None or any(map(is_inside_word, terms)):
                rows.update(self._everywhere(terms, conversation, limit, before_row, is_wanted))
            if expression:
                rows.update(self._indexed(expression, conversation, limit, before_row))
            return sorted(rows, reverse=True)[:limit]

        return self._matches(search_terms(text), limit, chat, before_row, rows_with)

    def file_matches(self, text: str, limit: int, rows: int = FILES_ROWS) -> list[Match]:
        """Messages that offer files with every word of ``text`` in their names, anywhere;
        ``rows``: of how many transfers, the newest."""
        terms = search_terms(text)
        if not terms or limit <= 0:
            return []
        found, values = _holds_all("n.names", terms)
        offers = self._rows(
            "SELECT m.message_row FROM"
            " (SELECT transfer_row, names FROM transfer ORDER BY transfer_row DESC LIMIT ?) AS n"
            " JOIN message AS m ON m.transfer_row = n.transfer_row"
            f" WHERE m.is_deleted = 0 AND {found} ORDER BY m.message_row DESC LIMIT ?",
            (rows, *values, limit),
        )
        return self._places([row[0] for row in offers], wants_files=True)

    def read_matches(self, rows: Sequence[int]) -> list[Message]:
        """The messages of these rows, in their order; those that are gone are left out."""
        query = (
            f"SELECT {MESSAGE_COLUMNS} FROM json_each(?) AS j CROSS JOIN {MESSAGE_TABLES}"
            " WHERE m.message_row = j.value ORDER BY j.key"
        )
        return self._values(read_message, query, (json.dumps(list(rows)),))

    def filled(self, chat: ChatId, edges: Sequence[int]) -> list[bool]:
        """Between each two neighbours of ``edges``, order keys: is there a message?"""
        conversation = self._find_conversation(chat)
        query = (
            "SELECT EXISTS (SELECT 1 FROM message"
            " WHERE conversation_row = ? AND order_key >= ? AND order_key < ?)"
        )
        pairs = pairwise(edges)
        return [bool(self._number(query, (conversation, *pair))) for pair in pairs]

    # --- Inside ------------------------------------------------------------
    def _matches(
        self,
        terms: list[str],
        limit: int,
        chat: ChatId | None,
        before_row: int,
        rows_with: Callable[[list[str], int | None, int, int], list[int]],
    ) -> list[Match]:
        conversation = None if chat is None else self._find_conversation(chat)
        if (chat is not None and conversation is None) or not terms:
            return []
        found: list[Match] = []
        while len(found) < limit:
            rows = rows_with(terms, conversation, limit, before_row)
            found += self._places(rows, wants_files=conversation is not None)
            if len(rows) < limit:
                break
            before_row = rows[-1]
        return found[:limit]

    def _rows_with(
        self, terms: list[str], conversation: int | None, limit: int, before_row: int
    ) -> list[int]:
        if not terms or limit <= 0:
            return []
        expression = match_expression(terms)
        rows = set[int]()
        if expression:
            rows.update(self._indexed(expression, conversation, limit, before_row))
        if len(rows) < limit and (expression is None or any(map(is_inside_word, terms))):
            rows.update(self._inside_words(terms, conversation, limit, before_row))
        return sorted(rows, reverse=True)[:limit]

    def _indexed(
        self, expression: str, conversation: int | None, limit: int, before_row: int
    ) -> list[int]:
        """Rows of matching messages, newest first."""
        wanted = f"words : ({expression})"
        if conversation is not None:
            wanted += f' AND place : "{place_word(conversation)}"'
        rows = self._rows(
            "SELECT rowid FROM message_search WHERE message_search MATCH ? AND rowid < ?"
            " ORDER BY rowid DESC LIMIT ?",
            (wanted, before_row, limit),
        )
        return [row[0] for row in rows]

    def _everywhere(
        self,
        terms: list[str],
        conversation: int | None,
        limit: int,
        before_row: int,
        is_wanted: Callable[[], bool],
    ) -> list[int]:
        """Rows with the terms anywhere in them, newest first: all are read, slice by slice."""
        in_text, text_values = _holds_all("m.text", terms)
        in_names, name_values = _holds_all("t.names", terms)
        query = (
            "SELECT m.message_row FROM message AS m"
            " LEFT JOIN transfer AS t ON t.transfer_row = m.transfer_row"
            " WHERE m.message_row >= ? AND m.message_row < ? AND m.is_deleted = 0"
            " AND (?3 IS NULL OR m.conversation_row = ?3)"
            f" AND ({in_text} OR (t.names IS NOT NULL AND {in_names}))"
            " ORDER BY m.message_row DESC LIMIT ?"
        )
        newest = self._number("SELECT max(message_row) FROM message") or 0
        end = min(before_row, newest + 1)
        found: list[int] = []
        while end > 0 and len(found) < limit and is_wanted():
            start = end - SLICE_ROWS
            values = (start, end, conversation, *text_values, *name_values, limit - len(found))
            found += [row[0] for row in self._rows(query, values)]
            end = start
        return found

    def _inside_words(
        self, terms: list[str], conversation: int | None, limit: int, before_row: int
    ) -> list[int]:
        newest = "SELECT message_row, text, transfer_row FROM message WHERE is_deleted = 0"
        values: list[Value] = []
        if conversation is None:
            newest += " ORDER BY message_row DESC LIMIT ?"
        else:
            newest += " AND conversation_row = ? ORDER BY order_key DESC LIMIT ?"
            values.append(conversation)
        in_text, text_values = _holds_all("n.text", terms)
        in_names, name_values = _holds_all("t.names", terms)
        rows = self._rows(
            f"SELECT n.message_row FROM ({newest}) AS n"
            " LEFT JOIN transfer AS t ON t.transfer_row = n.transfer_row"
            f" WHERE ({in_text} OR (t.names IS NOT NULL AND {in_names}))"
            " AND n.message_row < ? ORDER BY n.message_row DESC LIMIT ?",
            (*values, INSIDE_WORDS_ROWS, *text_values, *name_values, before_row, limit),
        )
        return [row[0] for row in rows]

    def _places(self, rows: list[int], *, wants_files: bool) -> list[Match]:
        found = self._rows(
            "SELECT m.message_row, m.order_key, p.peer_id, r.room_id FROM json_each(?) AS j"
            " CROSS JOIN message AS m ON m.message_row = j.value"
            " JOIN conversation AS c ON c.conversation_row = m.conversation_row"
            " LEFT JOIN person AS p ON p.person_row = c.person_row"
            " LEFT JOIN room AS r ON r.room_row = c.room_row"
            " WHERE ? OR m.transfer_row IS NULL",
            (json.dumps(rows), wants_files),
        )
        return [
            Match(row, key, room_text(RoomId(room)) if room else peer_text(PeerId(person)))
            for row, key, person, room in found
        ]


def _holds_all(column: str, terms: list[str]) -> tuple[str, list[Value]]:
    """An SQL condition with its values: every term is somewhere in the column.

    LIKE is quick and knows ASCII. Where more may fold to the same letters, Python looks.
    """
    parts: list[str] = []
    values: list[Value] = []
    for term in terms:
        folded = fold(term)
        is_other = f"octet_length({column}) > length({column})"
        if folded.isascii():
            is_other += f" AND {column} GLOB '*[{OTHER_LATIN}]*'"
        parts.append(f"({column} LIKE ? ESCAPE '\\' OR ({is_other} AND holds_word({column}, ?)))")
        values += [like_pattern(folded if folded.isascii() else term), folded]
    return " AND ".join(parts), values
