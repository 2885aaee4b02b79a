"""Every session there is: datagrams in and out, renewal's bookkeeping, forgetting.

Source: PROTOCOL, "Datagram sessions".
"""

from collections import OrderedDict
from typing import Final

from net.protocol.errors import LocalProtocolError
from net.protocol.identity import PeerId
from net.protocol.limits import PAYLOAD_MAX_BYTES
from net.protocol.packet import Address, PacketType, peek_type
from net.protocol.path import PathCheck
from net.protocol.peer_session import DEAD_AFTER_S, PeerSessions, Session
from net.protocol.session_core import SessionCore
from net.protocol.session_event import Ended, EndReason, Established, Moved, Received
from net.protocol.session_packet import TOKEN_BYTES

STRANGERS_MAX: Final = 4096
"""Peers with sessions that are not pinned; some 4 KB each."""
SUPERSEDED_S: Final = 60.0
"""How long a session we no longer send on still takes in what the peer sends on it."""
FINISH_FIRST_S: Final = (0.02, 0.5)
"""Least and most before FINISH is repeated: twice the measured round trip in between."""
FINISH_GROWTH: Final = 1.5
FINISH_MOST_S: Final = 0.5
UNCONFIRMED_S: Final = 5.0
UNUSED_S: Final = 2 * UNCONFIRMED_S
"""If for so long the peer sends on another session only, it has given up the one we use."""
ANSWER_EVERY_S: Final = 0.01
"""A repeated FINISH is answered at most this often: whoever replays it gets us to do little."""


class SessionTable:
    """Sessions by peer. Strangers beyond STRANGERS_MAX: the one heard longest ago goes;
    a pinned one never."""

    __slots__ = ("_core", "_peers", "_pinned", "_strangers")

    def __init__(self, core: SessionCore) -> None:
        self._core = core
        self._peers: dict[PeerId, PeerSessions] = {}
        self._strangers: OrderedDict[PeerId, None] = OrderedDict()
        self._pinned: set[PeerId] = set()

    def sending(self, peer: PeerId) -> Session | None:
        sessions = self._peers.get(peer)
        return sessions.sending if sessions else None

    def heard_s(self, peer: PeerId) -> float | None:
        sessions = self._peers.get(peer)
        return sessions.heard_s if sessions else None

    def pin(self, peer: PeerId, is_pinned: bool) -> None:
        if is_pinned:
            self._pinned.add(peer)
            self._strangers.pop(peer, None)
        elif peer in self._pinned:
            self._pinned.discard(peer)
            if peer in self._peers:
                self._make_room()
                self._strangers[peer] = None

    def add(
        self,
        session: Session,
        now_s: float,
        *,
        called: Address | None = None,
        round_trip_s: float = 0.0,
    ) -> bool:
        """Take in what a handshake made; whether it is a fresh one (see Established).

        We as its initiator repeat FINISH until we hear something; as its responder we
        say something at once, so that they stop.
        """
        peer, is_fresh = session.peer, self._is_fresh(session, now_s)
        sessions = self._peers.get(peer) or self._admit(peer)
        self._core.slots[session.local_index] = session
        evicted = sessions.add(session)
        if evicted is not None:
            self._core.release(evicted.local_index, evicted)
        if session.is_initiator:
            self._await_confirmation(session, now_s, round_trip_s)
        else:
            self._answer(session, now_s)
        self._reschedule(sessions, now_s)
        key, at, process = session.public_key, session.address, session.process
        established = Established(peer, key, at, session.is_initiator, is_fresh, process, called)
        self._core.events.append(established)
        return is_fresh

    def needs_rekey(self, session: Session, now_s: float) -> bool:
        """Whether it is time for new keys, and none are being confirmed yet."""
        others = self._peers[session.peer].sessions
        return session.needs_rekey(now_s) and all(other.is_confirmed for other in others)

    def send(self, peer: PeerId, payload: bytes, now_s: float) -> Session | None:
        """Seal and queue; the session used, None when there is none that may be."""
        if len(payload) > PAYLOAD_MAX_BYTES:
            raise LocalProtocolError("payload does not fit into one datagram")
        while (session := self.sending(peer)) is not None and session.is_dead(now_s):
            self._drop(session, EndReason.EXPIRED)
        if session is None:
            return None
        self._core.datagrams.append((session.seal(payload), session.address))
        return session

    def on_sealed(
        self, session: Session, counter: int, datagram: bytes, address: Address, now_s: float
    ) -> None:
        """Take a datagram whose header names this session and counter."""
        if session.is_seen(counter):
            return
        opened = session.open(datagram, counter)
        if opened is None:
            return
        payload, is_newest = opened
        self._note_heard(session, now_s)
        if is_newest:
            self._look_at_path(session, address)
        kind = peek_type(datagram)
        if kind is PacketType.CHECK:
            # as much as came from there; so it earns no CHECK of ours
            self._core.datagrams.append((session.seal(payload, PacketType.ECHO), address))
            return
        if kind is PacketType.ECHO:
            self._move(session, payload, address)
            return
        self._ask_at(session, len(datagram), address, now_s)
        if payload:
            self._note_words(session, now_s)
            is_former = self._peers[session.peer].is_former(session)
            self._core.events.append(Received(session.peer, payload, address, is_former))

    def on_repeated_finish(self, session: Session, datagram: bytes, now_s: float) -> None:
        """They have not heard our answer to this very datagram yet."""
        if session.finish == datagram and not session.is_initiator:
            self._answer(session, now_s)

    def on_due(self, session: Session, now_s: float) -> None:
        if session.is_dead(now_s):
            self._drop(session, EndReason.EXPIRED)
        elif not session.is_confirmed:
            self._repeat_finish(session, now_s)
        elif self.sending(session.peer) is session:
            self._core.deadlines.schedule(session, session.established_s + DEAD_AFTER_S)
        elif now_s >= session.heard_s + SUPERSEDED_S:
            self._drop(session, EndReason.EXPIRED)
        else:
            self._core.deadlines.schedule(session, session.heard_s + SUPERSEDED_S)

    def close(self, peer: PeerId) -> None:
        """Forget all keys of a peer, without a word."""
        sessions = self._peers.pop(peer, None)
        self._strangers.pop(peer, None)
        for session in sessions.sessions if sessions else ():
            self._core.release(session.local_index, session)

    def _is_fresh(self, session: Session, now_s: float) -> bool:
        """Both sides must find the same, or one waits for what the other has said before:
        so it is fresh for both when it is for one, or when either owner asked for it."""
        before = self.sending(session.peer)
        if before is None or before.process != session.process or before.is_dead(now_s):
            return True
        is_crossing = before.is_called and not before.is_confirmed and not session.is_initiator
        return session.is_called and not is_crossing

    def _admit(self, peer: PeerId) -> PeerSessions:
        if peer not in self._pinned:
            self._make_room()
            self._strangers[peer] = None
        sessions = self._peers[peer] = PeerSessions(peer, self._core.identity.peer_id)
        return sessions

    def _make_room(self) -> None:
        if len(self._strangers) >= STRANGERS_MAX:
            silent = next(iter(self._strangers))
            self.close(silent)
            self._core.events.append(Ended(silent, EndReason.EVICTED))

    def _await_confirmation(self, session: Session, now_s: float, round_trip_s: float) -> None:
        least_s, most_s = FINISH_FIRST_S
        session.repeat_s = min(most_s, max(least_s, 2 * round_trip_s))
        self._core.deadlines.schedule(session, now_s + self._core.jitter(session.repeat_s))

    def _answer(self, session: Session, now_s: float) -> None:
        if now_s - session.answered_s >= ANSWER_EVERY_S:
            session.answered_s = now_s
            self._core.datagrams.append((session.seal(b""), session.address))

    def _note_heard(self, session: Session, now_s: float) -> None:
        session.heard_s = now_s
        if session.peer in self._strangers:
            self._strangers.move_to_end(session.peer)
        if not session.is_confirmed:
            session.is_confirmed = True
            self._choose(self._peers[session.peer], now_s)

    def _note_words(self, session: Session, now_s: float) -> None:
        """Their owner said something in it: not an answer, which others may have us ask for."""
        session.spoken_s = now_s
        sessions = self._peers[session.peer]
        if sessions.sending is not session:
            self._choose(sessions, now_s)
        used = sessions.sending
        if used is None or used is session or used.process != session.process:
            return
        if now_s - used.heard_s > UNUSED_S:
            self._drop(used, EndReason.EXPIRED)

    def _choose(self, sessions: PeerSessions, now_s: float) -> None:
        before = sessions.sending
        sessions.choose()
        if sessions.sending is not before:
            self._reschedule(sessions, now_s)

    def _reschedule(self, sessions: PeerSessions, now_s: float) -> None:
        """Confirmed sessions wait for their end: the one in use for its age, others sooner."""
        for session in sessions.sessions:
            if session.is_confirmed:
                end_s = session.established_s + DEAD_AFTER_S
                if session is not sessions.sending:
                    end_s = min(end_s, now_s + SUPERSEDED_S)
                self._core.deadlines.schedule(session, end_s)

    def _look_at_path(self, session: Session, address: Address) -> None:
        """``address``: where their newest came from."""
        if address == session.address:
            session.check = None
        elif session.check is None or session.check.address != address:
            session.check = PathCheck(address, self._core.entropy(TOKEN_BYTES))

    def _ask_at(self, session: Session, size_bytes: int, address: Address, now_s: float) -> None:
        check = session.check
        if check is None or check.address != address:
            return
        check.came(size_bytes)
        if check.take_turn(now_s):
            self._core.datagrams.append((session.seal(check.token, PacketType.CHECK), address))

    def _move(self, session: Session, token: bytes, address: Address) -> None:
        """They have read there what was sent there, and are there still."""
        check = session.check
        if check is None or (check.token, check.address) != (token, address):
            return
        session.address, session.check = address, None
        if self.sending(session.peer) is session:
            self._core.events.append(Moved(session.peer, address))

    def _repeat_finish(self, session: Session, now_s: float) -> None:
        if now_s >= session.established_s + UNCONFIRMED_S:
            self._drop(session, EndReason.UNCONFIRMED)
            return
        self._core.datagrams.append((session.finish, session.address))
        session.repeat_s = min(FINISH_MOST_S, session.repeat_s * FINISH_GROWTH)
        self._core.deadlines.schedule(session, now_s + self._core.jitter(session.repeat_s))

    def _drop(self, session: Session, reason: EndReason) -> None:
        self._core.release(session.local_index, session)
        sessions = self._peers[session.peer]
        sessions.remove(session)
        if sessions.sending is None:
            self.close(session.peer)
            self._core.events.append(Ended(session.peer, reason))
