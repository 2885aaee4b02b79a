"""One session's keys and counters, and a peer's few sessions together.

Source: PROTOCOL, "Datagram sessions".
"""

from bisect import insort
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from net.protocol.handshake import Handshake
from net.protocol.identity import PeerId
from net.protocol.limits import DATAGRAM_HEADER_BYTES
from net.protocol.packet import Address, PacketType
from net.protocol.path import PathCheck
from net.protocol.replay import ReplayWindow
from net.protocol.session_packet import encode_sealed_header

REKEY_AFTER_S: Final = 3600.0
"""An hour of talk is the most that one stolen session key opens."""
REKEY_PATIENCE_S: Final = 300.0
"""How much longer the responder waits, so that both do not renew at the same moment."""
DEAD_AFTER_S: Final = 7200.0
"""Keys nobody managed to renew are forgotten."""
REKEY_AFTER_PACKETS: Final = 1 << 27
DEAD_AFTER_PACKETS: Final = 1 << 28
"""RFC 9001 appendix B.1: AES-GCM with packets below 2^11 bytes stays within 2^-57."""
OVERLAP_S: Final = 20.0
"""Handshakes done within this may have begun in another order for the other side: a call and its
knock are tried for ten seconds, and an answer waits for six."""
SESSIONS_PER_PEER: Final = 4
"""The one in use, one being confirmed, and those a peer (or its twin) may still send on."""

_NONCE_ZEROS: Final = bytes(4)


class Session:
    """Two keys, a send counter, a replay window. ``due_s`` belongs to Deadlines."""

    __slots__ = (
        "_opener",
        "_sealer",
        "_sent",
        "_window",
        "address",
        "answered_s",
        "begun_s",
        "check",
        "due_s",
        "established_s",
        "finish",
        "heard_s",
        "is_called",
        "is_confirmed",
        "is_initiator",
        "local_index",
        "peer",
        "process",
        "public_key",
        "remote_index",
        "repeat_s",
        "spoken_s",
    )

    def __init__(
        self,
        handshake: Handshake,
        *,
        is_initiator: bool,
        is_called: bool,
        local_index: int,
        remote_index: int,
        address: Address,
        finish: bytes,
        begun_s: float,
        now_s: float,
    ) -> None:
        """``handshake``: done. ``is_called``: not by the endpoint's own renewal.
        ``address``: where they were sent what they could not have gone on without.
        ``finish``: the datagram that ended it, ours or theirs. ``begun_s``: when its first
        was sent, or came.
        """
        assert handshake.peer is not None
        keys = handshake.keys()
        self._sealer = AESGCM(keys.send)
        self._opener = AESGCM(keys.receive)
        self._sent = 0
        self._window = ReplayWindow()
        self.peer: PeerId = handshake.peer
        self.public_key = handshake.public_key
        self.process = handshake.remote_static
        self.is_initiator = is_initiator
        self.is_called = is_called
        self.is_confirmed = not is_initiator
        """They have shown that they hold the keys: FINISH does, any datagram does."""
        self.local_index = local_index
        self.remote_index = remote_index
        self.address = address
        """Proven: what is for them goes there."""
        self.check: PathCheck | None = None
        """Of the address that their newest datagram came from, if it is another."""
        self.finish = finish
        self.begun_s = begun_s
        self.established_s = now_s
        self.heard_s = now_s
        self.spoken_s = float("-inf")
        """When their owner last said something in it; all else may be said in any session."""
        self.answered_s = float("-inf")
        self.repeat_s = 0.0
        self.due_s: float | None = None

    def seal(self, payload: bytes, kind: PacketType = PacketType.DATA) -> bytes:
        """The next datagram. The counter moves first: no nonce can come twice."""
        counter = self._sent
        self._sent += 1
        header = encode_sealed_header(kind, self.remote_index, counter)
        return header + self._sealer.encrypt(_NONCE_ZEROS + header[8:], payload, header)

    def is_seen(self, counter: int) -> bool:
        return not self._window.is_new(counter)

    def open(self, datagram: bytes, counter: int) -> tuple[bytes, bool] | None:
        """Payload, and whether it is the newest of all; None when not authentic.

        ``is_seen`` must have been asked: a counter that has passed does not pass again.
        """
        header = datagram[:DATAGRAM_HEADER_BYTES]
        try:
            payload = self._opener.decrypt(
                _NONCE_ZEROS + header[8:], datagram[DATAGRAM_HEADER_BYTES:], header
            )
        except InvalidTag:
            return None
        return payload, self._window.accept(counter)

    def is_dead(self, now_s: float) -> bool:
        return self._sent >= DEAD_AFTER_PACKETS or now_s >= self.established_s + DEAD_AFTER_S

    def needs_rekey(self, now_s: float) -> bool:
        patience_s = 0.0 if self.is_initiator else REKEY_PATIENCE_S
        age_s = now_s - self.established_s
        return self._sent >= REKEY_AFTER_PACKETS or age_s >= REKEY_AFTER_S + patience_s


class PeerSessions:
    """All sessions with one peer. Datagrams come in on any of them and go out on ``sending``.

    Oldest first by when they began: who calls anew has had the answer to the call before,
    so both know that order, also when the former FINISH comes last. If both call at once each
    may find another order. Then the lower id decides, and the other follows its words.
    """

    __slots__ = ("_we_decide", "peer", "sending", "sessions")

    def __init__(self, peer: PeerId, our_id: PeerId) -> None:
        self.peer = peer
        self._we_decide = our_id < peer
        self.sessions: list[Session] = []
        self.sending: Session | None = None

    def add(self, session: Session) -> Session | None:
        """Take it in; the one that has to go for it, if there are too many."""
        insort(self.sessions, session, key=lambda one: one.begun_s)
        evicted = None
        if len(self.sessions) > SESSIONS_PER_PEER:
            others = (old for old in self.sessions if old not in (session, self.sending))
            evicted = min(others, key=lambda old: old.heard_s)
            self.sessions.remove(evicted)
        self.choose()
        return evicted

    def remove(self, session: Session) -> None:
        self.sessions.remove(session)
        self.choose()

    @property
    def heard_s(self) -> float:
        return max(session.heard_s for session in self.sessions)

    def is_former(self, session: Session) -> bool:
        """Whether their process that made it has been followed by another."""
        return self.sending is not None and self.sending.process != session.process

    def choose(self) -> None:
        """Decide ``sending`` anew, after any change."""
        best: Session | None = None
        for session in self.sessions:
            if best is None or self._is_better(session, best):
                best = session
        self.sending = best

    def _is_better(self, newer: Session, older: Session) -> bool:
        """Whether to send on the later begun of two.

        Another process of theirs: yes, the former one is gone. Keys they have not
        shown to hold yet: no, the old ones still work. They decide, and have gone on in
        the older one: no.
        """
        if newer.process != older.process:
            return True
        if newer.is_confirmed != older.is_confirmed:
            return newer.is_confirmed
        if self._we_decide or newer.established_s - older.established_s > OVERLAP_S:
            return True
        return older.spoken_s <= max(newer.spoken_s, newer.established_s)
