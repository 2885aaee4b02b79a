"""The writing half of: who is known, how far they are trusted, where they were."""

from typing import Final

from app.model import Way
from app.store.forgetting import NEVER_DEALT_WITH
from app.store.queries import Queries
from app.store.types import ChatId, StoredPerson
from net.protocol.identity import PeerId
from net.protocol.records import picture_hash

ADDRESSES_MAX: Final = 8
"""Kept per person, the newest: home, office, cable, Wi-Fi, each with IPv4 and IPv6."""


class PeopleWriter(Queries):
    def save_person(
        self,
        peer_id: PeerId,
        public_key: bytes,
        *,
        name: str,
        device: str,
        app_version: str,
        now_ms: int,
    ) -> None:
        """Adds or renames; trust and history stay. Another key for a known id is a BugError."""
        self._run(
            """
            INSERT INTO person (peer_id, public_key, name, device, app_version, last_seen_ms)
            VALUES (?, ?, ?, ?, ?, ?)
            ON CONFLICT (peer_id) DO UPDATE SET public_key = excluded.public_key,
                name = excluded.name, device = excluded.device,
                app_version = excluded.app_version, last_seen_ms = excluded.last_seen_ms""",
            (peer_id, public_key, name, device, app_version, now_ms),
        )

    def set_trust(
        self,
        peer_id: PeerId,
        *,
        accepted: bool | None = None,
        verified: bool | None = None,
        auto_accept: bool | None = None,
        blocked: bool | None = None,
        muted: bool | None = None,
        auto_accept_max_bytes: int | None = None,
    ) -> StoredPerson:
        """Changes only what is not None; returns how things stand now. A negative
        ``auto_accept_max_bytes`` is no limit.

        Verified people are accepted; taking acceptance back takes both back, and
        auto-accept with them.
        """
        if verified:
            accepted = True
        if accepted is False:
            verified = auto_accept = False
        self._run(
            """
            UPDATE person SET is_accepted = ifnull(?, is_accepted),
                is_verified = ifnull(?, is_verified), is_auto_accept = ifnull(?, is_auto_accept),
                is_blocked = ifnull(?, is_blocked), is_muted = ifnull(?, is_muted)
            WHERE person_row = ?""",
            (accepted, verified, auto_accept, blocked, muted, self._person_row(peer_id)),
        )
        if auto_accept_max_bytes is not None:
            self._run(
                "UPDATE person SET auto_accept_max_bytes = ? WHERE peer_id = ?",
                (auto_accept_max_bytes if auto_accept_max_bytes >= 0 else None, peer_id),
            )
        stored = self.person(peer_id)
        assert stored is not None
        return stored

    def set_successor(self, peer_id: PeerId, successor: PeerId | None, *, is_moved: bool) -> None:
        """Who came with their name and device, but another key; nobody once that is settled,
        unless they have ``moved`` there."""
        self._run(
            "UPDATE person SET is_moved = ?, successor ="
            " (SELECT s.person_row FROM person AS s WHERE s.peer_id = ?) WHERE peer_id = ?",
            (is_moved, successor, peer_id),
        )

    def remember_way(self, peer_id: PeerId, way: Way) -> None:
        """Who reached whom for a transfer: tried first the next time."""
        self._run("UPDATE person SET way = ? WHERE peer_id = ?", (way.value, peer_id))

    def set_picture(self, peer_id: PeerId, image: bytes) -> None:
        """Empty: none. Of somebody who was forgotten nothing is kept."""
        row = "(SELECT person_row FROM person WHERE peer_id = ?)"
        self._run(f"DELETE FROM picture WHERE person_row = {row}", (peer_id,))
        if image:
            self._run(
                "INSERT INTO picture (person_row, hash, image)"
                " SELECT person_row, ?, ? FROM person WHERE peer_id = ?",
                (picture_hash(image), image, peer_id),
            )

    def set_own_picture(self, image: bytes) -> None:
        """Empty: none."""
        self._run("DELETE FROM own_picture")
        if image:
            self._run("INSERT INTO own_picture (place, image) VALUES (0, ?)", (image,))

    def remember_address(self, peer_id: PeerId, address: str, now_ms: int) -> None:
        """As the newest of ADDRESSES_MAX; the oldest goes."""
        person = self._person_row(peer_id)
        turn = 1 + (
            self._number("SELECT max(turn) FROM address WHERE person_row = ?", (person,)) or 0
        )
        self._run(
            "INSERT INTO address (person_row, address, seen_ms, turn) VALUES (?, ?, ?, ?)"
            " ON CONFLICT DO UPDATE SET seen_ms = excluded.seen_ms, turn = excluded.turn",
            (person, address, now_ms, turn),
        )
        self._run(
            "DELETE FROM address WHERE person_row = ? AND address NOT IN"
            " (SELECT address FROM address WHERE person_row = ? ORDER BY turn DESC LIMIT ?)",
            (person, person, ADDRESSES_MAX),
        )

    def set_draft(self, chat: ChatId, text: str, reply_id: bytes | None = None) -> None:
        if text and self._find_conversation(chat) is None:
            self._need_conversation(self._person_row(PeerId(chat)))  # a room has one from the start
        conversation = self._find_conversation(chat)
        self._run(
            "UPDATE conversation SET draft = ?, draft_reply = ? WHERE conversation_row = ?",
            (text, reply_id, conversation),
        )

    def forget_strangers(self, keep: int) -> int:
        """Forgets people nobody ever dealt with, all but the ``keep`` seen last.

        Never one who is trusted, blocked or muted, or with whom there is a chat, a
        transfer or a record under way. Returns how many went.
        """
        self._run(
            f"""
            DELETE FROM person WHERE person_row IN (
                SELECT p.person_row FROM person AS p WHERE {NEVER_DEALT_WITH}
                ORDER BY p.last_seen_ms DESC LIMIT -1 OFFSET ?)""",
            (keep,),
        )
        return self._connection.changes()
