"""Everything the store can be told. Lives on the store thread, inside its transaction."""

from typing import Final

from app.model import Message
from app.store.forgetting import ForgettingWriter
from app.store.gaps import GapTable
from app.store.incoming import IncomingWriter
from app.store.people import PeopleWriter
from app.store.room_posts import RoomWriter
from app.store.transfers import TransferWriter
from app.store.types import ChatId

_INDEX_NEW: Final = """
    INSERT INTO message_search (rowid, words, place)
    SELECT m.message_row,
        search_words(m.text || ifnull(
            (SELECT char(10) || group_concat(n.value, char(10)) FROM json_each(t.names) AS n), '')),
        place_word(m.conversation_row)
    FROM message AS m LEFT JOIN transfer AS t ON t.transfer_row = m.transfer_row
    WHERE m.message_row > ifnull((SELECT rowid FROM message_search ORDER BY rowid DESC LIMIT 1), 0)
    ORDER BY m.message_row"""


class Writer(PeopleWriter, ForgettingWriter, RoomWriter, IncomingWriter, TransferWriter, GapTable):
    """Given to each job of ``Store.submit``; not kept beyond it.

    Holds nothing in memory: what a failed job did is undone by the database alone.
    """

    def search(self, text: str, limit: int, chat: ChatId | None = None) -> list[Message]:
        self.index_new_messages()
        return super().search(text, limit, chat)

    def index_new_messages(self) -> None:
        """Puts what was added since the last time into the search index.

        The store does this once before each commit. FTS5 writes a segment out at
        every savepoint, so indexing row by row took two thirds of a message's cost.
        """
        self._run(_INDEX_NEW)
