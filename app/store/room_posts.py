"""The writing half of: what is said in rooms, by us and by others."""

from collections.abc import Callable, Iterable

from app.errors import ErrorCode, KnownError
from app.model import Message, MessageKind, MessageState
from app.store.chat import ChatRow
from app.store.deeds import DeedWriter
from app.store.ordering import Placer, newest_key, own_key
from app.store.room_lanes import RoomLaneWriter
from app.store.room_logs import FEED_WIDTH, Feed
from app.store.room_types import RoomReceived
from app.store.rows import US
from app.store.types import PLAIN, TIME_END_MS, Deed, Extras, IncomingMessage, Place, Published
from net.protocol.identity import PeerId
from net.protocol.limits import DELETED_POSTS_MAX
from net.protocol.records import Delete, Edit, React, RoomPost, encode_record
from net.protocol.rooms import RoomId, post_digest
from net.protocol.text import clean_text

Sign = Callable[[int, bytes], bytes]
"""From a post's number and digest to its author's, our own, signature."""


class RoomWriter(RoomLaneWriter, DeedWriter):
    # --- Posts of ours -----------------------------------------------------

    def post_text(
        self,
        room_id: RoomId,
        message_id: bytes,
        *,
        text: str,
        time_ms: int,
        encode: Callable[[int], bytes],
        sign: Sign,
        ours: PeerId,
        lane_id: Callable[[], bytes],
        extras: Extras = PLAIN,
        peers: Iterable[PeerId] | None = None,
    ) -> Published:
        """A chat row of ours, and in the same transaction its post in the lane of each member,
        or of these ``peers``.

        ``encode`` makes the body from the order key. Raises KnownError WRONG_STATE when we
        are no member.
        """
        room = self._room_row(room_id)
        feed, number = self._next_number(room)
        conversation = self._room_conversation(room)
        key = own_key(newest_key(self._connection, conversation), time_ms, message_id)
        row = ChatRow(
            conversation=conversation,
            author=US,
            order_key=key,
            message_id=message_id,
            kind=MessageKind.TEXT,
            text=text,
            time_ms=time_ms,
            state=MessageState.QUEUED,
            lane=-feed.row,
            seq=number,
            transfer=None,
            extras=extras,
        )
        message_row = self._insert(row)
        self._run("UPDATE room SET is_accepted = 1 WHERE room_row = ?", (room,))
        post = _post(room_id, ours, number, encode(key), sign)
        self._keep_post(feed, post, message_id)
        lanes = self._lanes_of_members(room) if peers is None else self._lanes_of(peers)
        places = self._fan_out(lanes, encode_record(post), lane_id, message_row)
        if not places:
            self._run("UPDATE message SET state = 2 WHERE message_row = ?", (message_row,))
        return Published(places, self._message_at(message_row), post=(room_id, number))

    def post_deed(
        self, room_id: RoomId, deed: Deed, *, sign: Sign, ours: PeerId, lane_id: Callable[[], bytes]
    ) -> Published:
        """What was done here already goes to all members; what it deletes goes to nobody."""
        room = self._room_row(room_id)
        feed, number = self._next_number(room)
        voided: tuple[Place, ...] = ()
        if isinstance(deed, Delete):
            deed = Delete(deed.message, self._numbers_about(feed.row, deed.message))
            voided = self._void(room_id, feed.row, deed.message, ours)
        post = _post(room_id, ours, number, encode_record(deed), sign)
        self._keep_post(feed, post, deed.message if isinstance(deed, Edit) else None)
        places = self._fan_out(self._lanes_of_members(room), encode_record(post), lane_id)
        return Published(places, voided=voided, post=(room_id, number))

    # --- Posts of others ---------------------------------------------------

    def receive_post(
        self, post: RoomPost, content: IncomingMessage | Deed | None, ours: PeerId
    ) -> RoomReceived:
        """Takes each number once. ``content`` is what its body says; None for what is shown
        to nobody. A post of ours that comes back is one that this disk had lost.

        Two posts under one number are of an author whose disk was an older copy of itself:
        both are shown, the first is handed on, and the author posts the other again.
        """
        room, author = self._room_row(RoomId(post.room)), self._author_row(post.author, ours)
        feed = self._feed(room, author)
        feed.window.advance(post.number - FEED_WIDTH + 1)
        if not (post.body or self._is_void(feed.row, post.number)):
            return RoomReceived(feed.window.next_seq, is_unproven=True)
        about = _about(content)
        if about and self._is_deleted(about, author):
            post, content = _without_body(post), None
        rival = self._rival(feed, post)
        if not (rival or self._take_post(feed, post, about)):
            return RoomReceived(feed.window.next_seq)
        message, is_change = None, False
        if isinstance(content, IncomingMessage):
            message = self._add_post(feed, None if rival else post.number, content)
        elif content is not None:
            message, is_change = self._do_in_room(feed, content, ours), True
        if feed.window.wants(post.number):
            feed.window.take(post.number)
        self._save_feed(feed)
        return RoomReceived(feed.window.next_seq, message, is_change, rival)

    def post_again(
        self,
        post: RoomPost,
        content: IncomingMessage | Deed | None,
        *,
        sign: Sign,
        ours: PeerId,
        lane_id: Callable[[], bytes],
    ) -> Published | None:
        """Ours under the number of ``post``, which others know as another, gets a new one.

        ``content`` is what the body of ``post`` says. None when that was done already.
        """
        room_id = RoomId(post.room)
        room = self._room_row(room_id)
        feed = self._feed(room, US)
        row = self._row(
            "SELECT body, about FROM room_post WHERE feed_row = ? AND number = ? AND digest <> ?",
            (feed.row, post.number, post.digest),
        )
        if row is None:
            return None
        feed, number = self._next_number(room)
        again = _post(room_id, ours, number, row[0], sign)
        self._run(
            "UPDATE room_post SET digest = ?, signature = ?, body = ?, about = ?"
            " WHERE feed_row = ? AND number = ?",
            (post.digest, post.signature, post.body, _about(content), feed.row, post.number),
        )
        self._keep_post(feed, again, row[1])
        self._run(
            "UPDATE message SET seq = ? WHERE lane_row = ? AND seq = ?",
            (number, -feed.row, post.number),
        )
        places = self._fan_out(self._lanes_of_members(room), encode_record(again), lane_id)
        return Published(places, post=(room_id, number))

    def receive_by_the_way(
        self, room_id: RoomId, peer_id: PeerId, content: IncomingMessage
    ) -> Message | None:
        """A text of somebody whose numbers have gaps: nobody waits for those before it."""
        feed = self._feed(self._room_row(room_id), self._person_row(peer_id))
        return self._add_post(feed, None, content)

    def mark_room_read(self, room_id: RoomId) -> list[tuple[PeerId, int]]:
        """The user has read this room: of each member below which number that is news."""
        room = self._room_row(room_id)
        self._run(
            "UPDATE message SET state = 3 WHERE conversation_row = ? AND author <> 0 AND state < 3",
            (self._room_conversation(room),),
        )
        rows = self._rows(
            "UPDATE room_feed SET receipted = next_number WHERE room_row = ?1 AND author <> 0"
            " AND receipted < next_number AND author IN"
            " (SELECT i.author FROM room_member AS i WHERE i.room_row = ?1)"
            " RETURNING (SELECT p.peer_id FROM person AS p WHERE p.person_row = author),"
            " next_number",
            (room,),
        )
        return [(PeerId(peer_id), number) for peer_id, number in rows]

    # --- Inside: posts -----------------------------------------------------

    def _next_number(self, room: int) -> tuple[Feed, int]:
        """Our feed and the number the next post gets. Raises KnownError WRONG_STATE."""
        query = "SELECT 1 FROM room_member WHERE room_row = ? AND author = 0"
        if not self._row(query, (room,)):
            raise KnownError(ErrorCode.WRONG_STATE, "only members say something in a room")
        feed = self._feed(room, US)
        number = feed.window.next_seq
        feed.window.take(number)
        self._save_feed(feed)
        return feed, number

    def _keep_post(self, feed: Feed, post: RoomPost, about: bytes | None) -> None:
        self._run(
            "INSERT INTO room_post (feed_row, number, digest, signature, body, about)"
            " VALUES (?, ?, ?, ?, ?, ?)",
            (feed.row, post.number, post.digest, post.signature, post.body, about),
        )

    def _rival(self, feed: Feed, post: RoomPost) -> bytes | None:
        """The record of another post under its number."""
        row = self._row(
            "SELECT digest, signature, body FROM room_post"
            " WHERE feed_row = ? AND number = ? AND digest <> ?",
            (feed.row, post.number, post.digest),
        )
        if row is None:
            return None
        return encode_record(RoomPost(post.room, post.author, post.number, *row))

    def _take_post(self, feed: Feed, post: RoomPost, about: bytes | None) -> bool:
        """Whether it is new, or has the body that was missing.

        By the posts that are here, not by the window: who added us has named its beginning.
        """
        known = self._row(
            "SELECT length(body) FROM room_post WHERE feed_row = ? AND number = ?",
            (feed.row, post.number),
        )
        if known is None:
            self._keep_post(feed, post, about)
            return True
        if known[0] or not post.body:
            return False
        self._run(
            "UPDATE room_post SET body = ?, about = ? WHERE feed_row = ? AND number = ?",
            (post.body, about, feed.row, post.number),
        )
        return True

    def _add_post(self, feed: Feed, number: int | None, content: IncomingMessage) -> Message | None:
        query = "SELECT 1 FROM message WHERE message_id = ? AND author IN (0, ?)"
        if self._row(query, (content.message_id, feed.author)):
            return None
        query = "SELECT 1 FROM message WHERE lane_row = ? AND seq = ?"
        if number and self._row(query, (-feed.row, number)):
            number = None
        conversation = self._room_conversation(feed.room)
        placer = Placer(self._connection, conversation, -feed.row, feed.window)
        row = ChatRow(
            conversation=conversation,
            author=feed.author,
            order_key=placer.place(number, content.order)
            if number
            else placer.place_apart(content.order),
            message_id=content.message_id,
            kind=MessageKind.TEXT,
            text=clean_text(content.text),
            time_ms=min(content.time_ms, TIME_END_MS - 1),
            state=MessageState.DELIVERED,
            lane=-feed.row if number else None,
            seq=number,
            transfer=None,
            is_announced=feed.author == US,
            extras=content.extras,
        )
        message_row = self._insert(row)
        if self._take_up_early(message_row, row) and self._is_deleted(row.message_id, row.author):
            self._forget_words(feed.row, row.message_id)
        return self._message_at(message_row)

    def _do_in_room(self, feed: Feed, deed: Deed, ours: PeerId) -> Message | None:
        target: int | None = feed.author
        if isinstance(deed, React):
            query = "SELECT person_row FROM person WHERE peer_id = ?"
            target = US if deed.author == ours else self._number(query, (deed.author,))
        if target is None:
            return None
        if isinstance(deed, Delete):
            self._forget_words(feed.row, deed.message)
            query = "INSERT OR IGNORE INTO room_void (feed_row, number) VALUES (?, ?)"
            self._connection.executemany(query, [(feed.row, number) for number in deed.numbers])
        conversation = self._room_conversation(feed.room)
        row = self._find_row(conversation, target, deed.message)
        if row is not None:
            return self._apply(row, feed.author, deed)
        self._keep_early(conversation, feed.author, target, deed)
        return None

    def _is_void(self, feed_row: int, number: int) -> bool:
        query = "SELECT 1 FROM room_void WHERE feed_row = ? AND number = ?"
        return self._row(query, (feed_row, number)) is not None

    def _numbers_about(self, feed_row: int, message_id: bytes) -> tuple[int, ...]:
        """A text and its edits, the oldest DELETED_POSTS_MAX."""
        rows = self._rows(
            "SELECT number FROM room_post WHERE feed_row = ? AND about = ? ORDER BY number LIMIT ?",
            (feed_row, message_id, DELETED_POSTS_MAX),
        )
        return tuple(number for (number,) in rows)

    def _forget_words(self, feed_row: int, message_id: bytes) -> None:
        """Of a deleted text and of its edits: they are not handed on any more."""
        query = "UPDATE room_post SET body = x'' WHERE feed_row = ? AND about = ?"
        self._run(query, (feed_row, message_id))

    def _is_deleted(self, message_id: bytes, author: int) -> bool:
        query = "SELECT 1 FROM message WHERE message_id = ? AND author = ? AND is_deleted"
        return self._row(query, (message_id, author)) is not None

    def _void(
        self, room_id: RoomId, feed_row: int, message_id: bytes, ours: PeerId
    ) -> tuple[Place, ...]:
        """The words of a deleted text of ours, and of its edits, leave the disk and the lanes."""
        rows = self._rows(
            "SELECT number, digest, signature, body FROM room_post"
            " WHERE feed_row = ? AND about = ? AND body <> x''",
            (feed_row, message_id),
        )
        self._forget_words(feed_row, message_id)
        places = []
        for row in rows:
            said = encode_record(RoomPost(room_id, ours, *row))
            silent = encode_record(RoomPost(room_id, ours, *row[:3]))
            waiting = self._rows(
                "UPDATE outbox SET record = ? WHERE record = ? RETURNING seq,"
                " (SELECT p.peer_id FROM lane AS l JOIN person AS p"
                "  ON p.person_row = l.person_row WHERE l.lane_row = outbox.lane_row)",
                (silent, said),
            )
            places += [Place(PeerId(peer_id), seq, silent) for seq, peer_id in waiting]
        return tuple(places)


def _post(room_id: RoomId, ours: PeerId, number: int, body: bytes, sign: Sign) -> RoomPost:
    digest = post_digest(body)
    return RoomPost(room_id, ours, number, digest, sign(number, digest), body)


def _without_body(post: RoomPost) -> RoomPost:
    return RoomPost(post.room, post.author, post.number, post.digest, post.signature)


def _about(content: IncomingMessage | Deed | None) -> bytes | None:
    """The author's message that a post is or edits: its words go when that is deleted."""
    if isinstance(content, IncomingMessage):
        return content.message_id
    return content.message if isinstance(content, Edit) else None
