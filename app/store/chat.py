"""How a row enters a chat: the only place."""

from dataclasses import dataclass

from app.errors import ErrorCode, KnownError
from app.model import Direction, Message, MessageKind, MessageState
from app.store.finder import Finder
from app.store.rows import KIND_NUMBER, STATE_NUMBER, US, peer_text
from app.store.types import PLAIN, Extras
from net.protocol.identity import PeerId


@dataclass(frozen=True, slots=True)
class ChatRow:
    """A row of ``message`` before it has one; ``author`` is a person_row or US."""

    conversation: int
    author: int
    order_key: int
    message_id: bytes
    kind: MessageKind
    text: str
    time_ms: int
    state: MessageState
    lane: int | None
    """None for a post that came under a number of another."""
    seq: int | None
    transfer: int | None
    is_announced: bool = True
    extras: Extras = PLAIN


class Chat(Finder):
    def _insert(self, row: ChatRow) -> int:
        """Returns the message_row."""
        self._run(
            """
            INSERT INTO message (conversation_row, author, order_key, message_id, kind, text,
                time_ms, state, lane_row, seq, transfer_row, is_announced,
                reply_author, reply_id, mentions, is_forwarded)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)""",
            (
                row.conversation,
                row.author,
                row.order_key,
                row.message_id,
                KIND_NUMBER[row.kind],
                row.text,
                row.time_ms,
                STATE_NUMBER[row.state],
                row.lane,
                row.seq,
                row.transfer,
                row.is_announced,
                *(row.extras.reply or (None, None)),
                b"".join(row.extras.mentions),
                row.extras.is_forwarded,
            ),
        )
        return self._connection.last_insert_rowid()

    def _show(self, row: ChatRow, peer_id: PeerId, is_request: bool = False) -> Message:
        """A row just inserted that has no extras, as the shells see it."""
        return Message(
            message_id=row.message_id.hex(),
            peer_id=peer_text(peer_id),
            direction=Direction.OUT if row.author == US else Direction.IN,
            kind=row.kind,
            text=row.text,
            time_ms=row.time_ms,
            state=row.state,
            order_key=row.order_key,
            is_request=is_request,
            transfer=None if row.transfer is None else self._transfer_at(row.transfer),
        )

    def _transfer_row(self, transfer_id: bytes) -> int:
        query = "SELECT transfer_row FROM transfer WHERE transfer_id = ?"
        row = self._number(query, (transfer_id,))
        if row is None:
            raise KnownError(ErrorCode.NO_SUCH_TRANSFER, f"no transfer {transfer_id.hex()}")
        return row
