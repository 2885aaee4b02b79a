"""Encrypted datagram sessions with any number of peers over one pair of UDP sockets.

Pure: datagrams and the time go in, datagrams and events come out. One thread.
Source: PROTOCOL, "Datagram handshake" and "Datagram sessions".
"""

from typing import Final

from net.protocol.gate import IsKnownHost, ProofGate, nobody
from net.protocol.handshake import Entropy
from net.protocol.identity import Identity, PeerId
from net.protocol.initiator import Attempt, Initiator
from net.protocol.packet import Address, PacketType, peek_type
from net.protocol.peer_session import Session
from net.protocol.responder import HalfOpen, Responder
from net.protocol.session_core import SessionCore, is_host_address
from net.protocol.session_event import SessionEvent
from net.protocol.session_packet import (
    SEALED,
    SEALED_MIN_BYTES,
    HandshakePacket,
    decode_handshake,
    decode_sealed_header,
)
from net.protocol.session_table import SessionTable


class DatagramEndpoint:
    """The whole of it. ``entropy(n)`` gives n unguessable bytes; ``now_s`` is monotonic.
    ``is_known`` hosts have a share of what strangers may use up."""

    def __init__(
        self,
        identity: Identity,
        entropy: Entropy,
        now_s: float,
        is_known: IsKnownHost = nobody,
    ) -> None:
        self._core: Final = SessionCore(identity, entropy)
        self._table: Final = SessionTable(self._core)
        self._initiator: Final = Initiator(self._core)
        self._responder: Final = Responder(self._core, is_known, now_s)
        self._gate: Final = ProofGate(is_known, now_s)

    def connect(
        self,
        address: Address,
        now_s: float,
        *,
        expected: PeerId | None = None,
        proven: bool = True,
    ) -> None:
        """Call whoever is at this address; ends in Established or in ConnectFailed.

        ``proven``: the user or a former session vouches for the address. Otherwise
        (a beacon's word) two KNOCKs of 24 bytes are all it gets until it answers.
        With a session there already, new keys are made; the old ones serve until
        the peer has shown to hold the new. A second call for the same address and
        peer while one is under way joins it. When a session with ``expected`` comes
        about in another way meanwhile, that Established is this call's too.
        """
        self._initiator.start(address, expected, now_s, is_proven=proven)

    def receive(self, datagram: bytes, address: Address, now_s: float) -> None:
        """Take whatever came in. Never raises; what is not for us is dropped, and so is what
        came from where no one host can be."""
        kind = peek_type(datagram)
        if kind is None or not is_host_address(address):
            return
        if kind in SEALED:
            self._on_sealed(datagram, address, now_s)
        else:
            packet = decode_handshake(kind, datagram)
            if packet is not None:
                self._on_handshake(packet, datagram, address, now_s)

    def send(self, peer: PeerId, payload: bytes, now_s: float) -> bool:
        """Seal and queue one datagram; False when there is no session (``connect`` then).

        Raises LocalProtocolError above PAYLOAD_MAX_BYTES. An empty payload keeps the
        path open and is not reported at the other end.
        """
        session = self._table.send(peer, payload, now_s)
        if session is None:
            return False
        if self._table.needs_rekey(session, now_s) and not self._initiator.is_calling(peer):
            self._initiator.start(session.address, peer, now_s, is_proven=True, is_quiet=True)
        return True

    def has_session(self, peer: PeerId) -> bool:
        return self._table.sending(peer) is not None

    def address_of(self, peer: PeerId) -> Address | None:
        session = self._table.sending(peer)
        return session.address if session else None

    def heard_s(self, peer: PeerId) -> float | None:
        """When anything authentic last came from this peer; None without a session."""
        return self._table.heard_s(peer)

    def pin(self, peer: PeerId, is_pinned: bool = True) -> None:
        """Pinned peers are never evicted, however many strangers come. The caller bounds
        how many there are."""
        self._table.pin(peer, is_pinned)

    def close(self, peer: PeerId) -> None:
        """Forget this peer's keys and stop calling it. No event, no word to the peer."""
        self._initiator.satisfy(peer)
        self._table.close(peer)

    def tick(self, now_s: float) -> None:
        """Do what is due. Call at ``next_deadline`` or later."""
        for item in self._core.deadlines.pop_due(now_s):
            if isinstance(item, Session):
                self._table.on_due(item, now_s)
            elif isinstance(item, Attempt):
                self._initiator.on_due(item, now_s)
            elif isinstance(item, HalfOpen):
                self._responder.on_due(item)

    def next_deadline(self) -> float | None:
        return self._core.deadlines.next()

    def take_datagrams(self) -> list[tuple[bytes, Address]]:
        """What is to be sent, in order; the caller has it now."""
        datagrams, self._core.datagrams = self._core.datagrams, []
        return datagrams

    def take_events(self) -> list[SessionEvent]:
        events, self._core.events = self._core.events, []
        return events

    def _on_sealed(self, datagram: bytes, address: Address, now_s: float) -> None:
        if len(datagram) < SEALED_MIN_BYTES:
            return
        index, counter = decode_sealed_header(datagram)
        slot = self._core.slots.get(index)
        if isinstance(slot, Session):
            self._table.on_sealed(slot, counter, datagram, address, now_s)
        elif isinstance(slot, HalfOpen):
            slot.keep_early(datagram, address)

    def _on_handshake(
        self, packet: HandshakePacket, datagram: bytes, address: Address, now_s: float
    ) -> None:
        match packet.kind:
            case PacketType.KNOCK:
                self._responder.on_knock(packet, address, now_s)
            case PacketType.INIT if not self._initiator.is_own_init(packet, now_s):
                self._responder.on_init(packet, address, now_s)
            case PacketType.RETRY:
                self._initiator.on_retry(packet, address, now_s)
            case PacketType.RESPONSE:
                self._on_response(packet, address, now_s)
            case PacketType.FINISH:
                self._on_finish(packet, datagram, now_s)

    def _may_prove(self, call: Attempt | HalfOpen, now_s: float) -> bool:
        return self._gate.admits(call.proofs, call.address[0], now_s)

    def _on_response(self, packet: HandshakePacket, address: Address, now_s: float) -> None:
        slot = self._core.slots.get(packet.index)
        if not isinstance(slot, Attempt) or not self._may_prove(slot, now_s):
            return
        answer = self._initiator.on_response(packet, address, now_s)
        if answer is not None:
            self._initiator.satisfy(answer.session.peer)
            self._table.add(
                answer.session,
                now_s,
                called=answer.called,
                round_trip_s=answer.round_trip_s,
            )

    def _on_finish(self, packet: HandshakePacket, datagram: bytes, now_s: float) -> None:
        slot = self._core.slots.get(packet.index)
        if isinstance(slot, Session):
            self._table.on_repeated_finish(slot, datagram, now_s)
        elif isinstance(slot, HalfOpen) and self._may_prove(slot, now_s):
            session = self._responder.on_finish(slot, packet, datagram, now_s)
            if session is not None:
                self._initiator.satisfy(session.peer)
                is_fresh = self._table.add(session, now_s)
                if is_fresh and not session.is_called:
                    # They renew what we no longer have: only a call tells them so.
                    self._initiator.start(session.address, session.peer, now_s, is_proven=True)
                early, slot.early = slot.early, []
                for overtaker, source in early:
                    self._on_sealed(overtaker, source, now_s)
