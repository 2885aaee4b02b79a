"""Calls we take: RETRY for whoever has yet to prove an address, RESPONSE, the end of FINISH.

Everything before FINISH comes from nobody in particular, so it is cheap, bounded
and answered with no more bytes than it had. Source: PROTOCOL, "Datagram handshake".
"""

from collections import OrderedDict
from typing import Final

from net.protocol.cookie import NO_COOKIE, CookieJar
from net.protocol.errors import RemoteProtocolError
from net.protocol.gate import HOSTS_MAX, Gate, IsKnownHost, new_proofs
from net.protocol.handshake import Handshake, ProofError
from net.protocol.packet import Address
from net.protocol.peer_session import Session
from net.protocol.rates import Rates, TokenBucket
from net.protocol.session_core import SessionCore
from net.protocol.session_packet import (
    INDEX_BYTES,
    RENEWAL,
    HandshakePacket,
    encode_response,
    encode_retry,
)

HALF_OPEN_MAX: Final = 2048
"""Above what the handshakes a second below can fill in HALF_OPEN_S."""
EARLY_MAX: Final = 4
"""Datagrams kept that overtook the FINISH before them; 10 MB if every half-open call has them."""
HALF_OPEN_S: Final = 6.0
"""A little longer than a caller tries."""
FREE_RATE, FREE_BURST = 16.0, 32.0
"""INITs answered at once without a cookie; beyond that there is load, and a cookie is asked for."""
RETRY_RATE, RETRY_BURST = 2_000.0, 2_048.0
"""Cookies baked, to strangers' hosts in all: twenty times what handshakes are admitted. A flood of
100,000 forged calls a second is dropped at a fourth of the cost."""
KNOWN_RETRY_RATE, KNOWN_RETRY_BURST = 32.0, 64.0
"""Cookies beyond these, to one contact's host."""

_Key = tuple[int, bytes, Address]


class HalfOpen:
    """A call we have answered; FINISH is to come. ``due_s`` belongs to Deadlines."""

    __slots__ = (
        "address", "begun_s", "due_s", "early", "handshake", "index", "key", "proofs",
        "remote_index", "response",
    )  # fmt: skip

    def __init__(
        self,
        index: int,
        init: HandshakePacket,
        address: Address,
        handshake: Handshake,
        now_s: float,
    ) -> None:
        """Raises RemoteProtocolError when the caller's key is degenerate."""
        self.index = index
        self.begun_s = now_s
        self.proofs = new_proofs(now_s)
        self.key = _key_of(init, address)
        self.address = address
        """Where the answer goes, and nowhere else: whoever ends this call has read it there."""
        self.remote_index = init.index
        self.handshake = handshake
        handshake.read(init.message)
        message = handshake.write(index.to_bytes(INDEX_BYTES, "big"))
        self.response = encode_response(init.index, message)
        self.early: list[tuple[bytes, Address]] = []
        self.due_s: float | None = None

    def keep_early(self, datagram: bytes, address: Address) -> None:
        """A datagram that overtook FINISH: to be looked at when that comes."""
        if len(self.early) < EARLY_MAX:
            self.early.append((datagram, address))


class Responder:
    """All calls that are not sessions yet. Too many: the oldest goes."""

    __slots__ = (
        "_calls",
        "_core",
        "_free",
        "_gate",
        "_is_known",
        "_jar",
        "_known_retries",
        "_retries",
    )

    def __init__(self, core: SessionCore, is_known: IsKnownHost, now_s: float) -> None:
        self._core = core
        self._is_known = is_known
        self._jar = CookieJar(core.entropy, now_s)
        self._calls: OrderedDict[_Key, HalfOpen] = OrderedDict()
        self._free = TokenBucket(FREE_BURST, FREE_RATE, now_s)
        self._gate = Gate(is_known, now_s)
        self._retries = TokenBucket(RETRY_BURST, RETRY_RATE, now_s)
        self._known_retries = Rates[str](KNOWN_RETRY_BURST, KNOWN_RETRY_RATE, HOSTS_MAX)

    def on_knock(self, packet: HandshakePacket, address: Address, now_s: float) -> None:
        self._retry(packet, address, now_s)

    def on_init(self, packet: HandshakePacket, address: Address, now_s: float) -> None:
        call = self._calls.get(_key_of(packet, address))
        if call is None:
            if not self._may_answer(packet, address, now_s):
                return
            call = self._begin(packet, address, now_s)
        if call is not None:
            self._core.datagrams.append((call.response, address))

    def on_finish(
        self, call: HalfOpen, packet: HandshakePacket, datagram: bytes, now_s: float
    ) -> Session | None:
        """The session, if this ends the call.

        What anyone can forge leaves the call as it was. What only the caller can
        have sent, and does not prove who they are, ends it. From where it comes means
        nothing: see PathCheck.
        """
        handshake = call.handshake.fork()
        try:
            extra = handshake.read(packet.message)
        except ProofError:
            self._forget(call)
            return None
        except RemoteProtocolError:
            return None
        return Session(
            handshake,
            is_initiator=False,
            is_called=extra[:1] != RENEWAL,
            local_index=call.index,
            remote_index=call.remote_index,
            address=call.address,
            finish=datagram,
            begun_s=call.begun_s,
            now_s=now_s,
        )

    def on_due(self, call: HalfOpen) -> None:
        self._forget(call)

    def _may_answer(self, packet: HandshakePacket, address: Address, now_s: float) -> bool:
        """Whether this INIT is worth a key agreement; one without a cookie may get a RETRY."""
        if packet.cookie != NO_COOKIE and self._jar.is_ours(packet.cookie, address, now_s):
            return self._gate.admits(address[0], now_s)
        if self._free.take(now_s):
            return self._gate.admits_anyone(now_s)
        self._retry(packet, address, now_s)
        return False

    def _retry(self, packet: HandshakePacket, address: Address, now_s: float) -> None:
        if not self._may_retry(address[0], now_s):
            return
        cookie = self._jar.bake(address, now_s)
        self._core.datagrams.append((encode_retry(packet.index, cookie), address))

    def _may_retry(self, host: str, now_s: float) -> bool:
        if self._is_known(host) and self._known_retries.take(host, now_s):
            return True
        return self._retries.take(now_s)

    def _begin(self, packet: HandshakePacket, address: Address, now_s: float) -> HalfOpen | None:
        index = self._core.new_index()
        handshake = self._core.new_handshake(packet.index, is_initiator=False)
        try:
            call = HalfOpen(index, packet, address, handshake, now_s)
        except RemoteProtocolError:
            return None
        if len(self._calls) >= HALF_OPEN_MAX:
            self._forget(next(iter(self._calls.values())))
        self._calls[call.key] = self._core.slots[index] = call
        self._core.deadlines.schedule(call, now_s + HALF_OPEN_S)
        return call

    def _forget(self, call: HalfOpen) -> None:
        """A call that became a session has lost its index to it; the rest goes here."""
        self._core.release(call.index, call)
        self._calls.pop(call.key, None)


def _key_of(init: HandshakePacket, address: Address) -> _Key:
    """What makes an INIT the same INIT when it is repeated. Sent on from elsewhere it is
    another: it might be somebody else's address."""
    return init.index, init.message, address
