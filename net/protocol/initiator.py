"""Calls we make: KNOCK where only a beacon spoke, INIT, FINISH.

Source: PROTOCOL, "Datagram handshake".
"""

from collections import OrderedDict
from dataclasses import dataclass
from typing import Final

from net.protocol.cookie import NO_COOKIE
from net.protocol.errors import RemoteProtocolError
from net.protocol.gate import new_proofs
from net.protocol.handshake import (
    CopiedPeerError,
    Handshake,
    ProofError,
    SelfPeerError,
    WrongPeerError,
)
from net.protocol.identity import PeerId
from net.protocol.packet import Address
from net.protocol.peer_session import Session
from net.protocol.session_core import SessionCore, is_host_address
from net.protocol.session_event import ConnectFailed, ConnectFault
from net.protocol.session_packet import (
    CALL,
    INDEX_BYTES,
    RENEWAL,
    HandshakePacket,
    encode_finish,
    encode_init,
    encode_knock,
)

ATTEMPTS_MAX: Final = 2048
"""Calls to addresses that the user or a former session vouches for."""
KNOCKS_MAX: Final = 512
"""Calls on a beacon's word alone: as many as strangers are listed."""
ATTEMPT_S: Final = 5.0
REPEAT_FIRST_S: Final = 0.15
"""Far above a round trip on a LAN, below what a person notices."""
REPEAT_GROWTH: Final = 1.6
REPEAT_MOST_S: Final = 0.5
KNOCKS_PER_CONNECT: Final = 2
"""48 bytes: less than the one beacon that may have had a forged sender."""
RETRIES_MAX: Final = 3
"""Cookies followed in one attempt; more would let a forger of RETRY make us send."""
GRACE_S: Final = 1.0
"""After a wrong one answered: a racing forger must not end a call the right one would take."""


class Attempt:
    """One call to one address. ``due_s`` belongs to Deadlines."""

    __slots__ = (
        "address",
        "begun_s",
        "cookie",
        "due_s",
        "expected",
        "fault",
        "give_up_s",
        "handshake",
        "index",
        "is_knocking",
        "is_proven",
        "is_quiet",
        "knocks_left",
        "message",
        "proofs",
        "repeat_s",
        "retries_left",
        "sent_s",
    )

    def __init__(
        self,
        index: int,
        handshake: Handshake,
        address: Address,
        expected: PeerId | None,
        *,
        is_proven: bool,
        is_quiet: bool,
        now_s: float,
    ) -> None:
        """``is_quiet``: nobody asked for it, so nobody hears of its failure."""
        self.index = index
        self.handshake = handshake
        self.message = handshake.write()
        self.address = address
        self.expected = expected
        self.is_proven = is_proven
        self.is_quiet = is_quiet
        self.is_knocking = not is_proven
        self.knocks_left = KNOCKS_PER_CONNECT
        self.retries_left = RETRIES_MAX
        self.cookie = NO_COOKIE
        self.fault = ConnectFault.TIMEOUT
        self.begun_s = now_s
        self.give_up_s = now_s + ATTEMPT_S
        self.proofs = new_proofs(now_s)
        self.repeat_s = REPEAT_FIRST_S
        self.sent_s = now_s
        self.due_s: float | None = None

    def next_datagram(self) -> bytes | None:
        """What to send now, if anything is left to say."""
        if not self.is_knocking:
            return encode_init(self.index, self.cookie, self.message)
        if self.knocks_left == 0:
            return None
        self.knocks_left -= 1
        return encode_knock(self.index)


@dataclass(frozen=True, slots=True)
class Answer:
    session: Session
    called: Address
    round_trip_s: float


class Initiator:
    """All our calls. Too many of a kind: the oldest of that kind gives way."""

    __slots__ = ("_attempts", "_by_expected", "_core")

    def __init__(self, core: SessionCore) -> None:
        self._core = core
        kinds: tuple[OrderedDict[tuple[Address, PeerId | None], Attempt], ...]
        kinds = (OrderedDict(), OrderedDict())
        self._attempts = dict(zip((True, False), kinds, strict=True))
        """By whether the address was vouched for."""
        self._by_expected: dict[PeerId, dict[int, Attempt]] = {}

    def is_calling(self, peer: PeerId) -> bool:
        return peer in self._by_expected

    def is_own_init(self, packet: HandshakePacket, now_s: float) -> bool:
        """Whether this INIT is one of ours that came back: our own address, or a mirror."""
        attempt = self._core.slots.get(packet.index)
        if not isinstance(attempt, Attempt) or attempt.message != packet.message:
            return False
        self._note(attempt, ConnectFault.SELF, now_s)
        return True

    def start(
        self,
        address: Address,
        expected: PeerId | None,
        now_s: float,
        *,
        is_proven: bool,
        is_quiet: bool = False,
    ) -> None:
        fault = None
        if not is_host_address(address):
            fault = ConnectFault.BAD_ADDRESS
        elif expected == self._core.identity.peer_id:
            fault = ConnectFault.SELF
        if fault is not None:
            self._core.events.append(ConnectFailed(address, expected, fault))
            return
        key = (address, expected)
        attempt = self._attempts[True].get(key) or self._attempts[False].get(key)
        if attempt is None:
            attempt = self._begin(key, now_s, is_proven=is_proven, is_quiet=is_quiet)
        elif not attempt.is_knocking:
            attempt.is_quiet = attempt.is_quiet and is_quiet
            return
        elif is_proven:
            self._trust(attempt, now_s)
        else:
            attempt.knocks_left = KNOCKS_PER_CONNECT
        self._send(attempt, now_s)

    def on_retry(self, packet: HandshakePacket, address: Address, now_s: float) -> None:
        """A cookie: they can hear us there, and want to see it again."""
        attempt = self._core.slots.get(packet.index)
        if not isinstance(attempt, Attempt) or attempt.address != address:
            return
        if attempt.retries_left == 0 or attempt.cookie == packet.cookie:
            return
        attempt.retries_left -= 1
        attempt.cookie = packet.cookie
        if attempt.is_knocking:
            attempt.is_knocking = False
            attempt.give_up_s = now_s + ATTEMPT_S
        attempt.repeat_s = REPEAT_FIRST_S
        self._send(attempt, now_s)

    def on_response(self, packet: HandshakePacket, address: Address, now_s: float) -> Answer | None:
        """What came of a call, if this answers one of ours. A forged or broken answer
        leaves the call as it was, waiting for the true one."""
        attempt = self._core.slots.get(packet.index)
        if not isinstance(attempt, Attempt) or attempt.is_knocking:
            return None
        handshake = attempt.handshake.fork()
        try:
            remote_index = int.from_bytes(handshake.read(packet.message)[:INDEX_BYTES], "big")
            message = handshake.write(RENEWAL if attempt.is_quiet else CALL)
        except ProofError as error:
            self._note(attempt, _fault_of(error), now_s)
            return None
        except RemoteProtocolError:
            return None
        finish = encode_finish(remote_index, message)
        # smaller than what came from there; it goes again to where they have heard us
        self._core.datagrams.append((finish, address))
        self._forget(attempt)
        session = Session(
            handshake,
            is_initiator=True,
            is_called=not attempt.is_quiet,
            local_index=attempt.index,
            remote_index=remote_index,
            address=attempt.address,
            finish=finish,
            begun_s=attempt.begun_s,
            now_s=now_s,
        )
        return Answer(session, attempt.address, now_s - attempt.sent_s)

    def on_due(self, attempt: Attempt, now_s: float) -> None:
        if now_s >= attempt.give_up_s:
            self._fail(attempt)
        else:
            self._send(attempt, now_s)

    def satisfy(self, peer: PeerId) -> None:
        """A session with this peer has come about: calls for it have nothing left to do."""
        for attempt in tuple(self._by_expected.get(peer, {}).values()):
            self._forget(attempt)

    def _begin(
        self,
        key: tuple[Address, PeerId | None],
        now_s: float,
        *,
        is_proven: bool,
        is_quiet: bool,
    ) -> Attempt:
        self._make_room(is_proven=is_proven)
        address, expected = key
        index = self._core.new_index()
        handshake = self._core.new_handshake(index, is_initiator=True, expected=expected)
        attempt = Attempt(
            index,
            handshake,
            address,
            expected,
            is_proven=is_proven,
            is_quiet=is_quiet,
            now_s=now_s,
        )
        self._attempts[is_proven][key] = self._core.slots[index] = attempt
        if expected is not None:
            self._by_expected.setdefault(expected, {})[index] = attempt
        return attempt

    def _make_room(self, *, is_proven: bool) -> None:
        attempts = self._attempts[is_proven]
        if len(attempts) >= (ATTEMPTS_MAX if is_proven else KNOCKS_MAX):
            self._fail(next(iter(attempts.values())))

    def _trust(self, attempt: Attempt, now_s: float) -> None:
        """Somebody vouches for the address now: no need to knock."""
        key = (attempt.address, attempt.expected)
        del self._attempts[False][key]
        self._make_room(is_proven=True)
        self._attempts[True][key] = attempt
        attempt.is_proven, attempt.is_knocking = True, False
        attempt.give_up_s = now_s + ATTEMPT_S

    def _send(self, attempt: Attempt, now_s: float) -> None:
        datagram = attempt.next_datagram()
        due_s = attempt.give_up_s
        if datagram is not None:
            self._core.datagrams.append((datagram, attempt.address))
            attempt.sent_s = now_s
            due_s = min(due_s, now_s + self._core.jitter(attempt.repeat_s))
            attempt.repeat_s = min(REPEAT_MOST_S, attempt.repeat_s * REPEAT_GROWTH)
        self._core.deadlines.schedule(attempt, due_s)

    def _note(self, attempt: Attempt, fault: ConnectFault, now_s: float) -> None:
        """This is what the call will have failed of, unless the right one still answers."""
        attempt.fault = fault
        attempt.give_up_s = min(attempt.give_up_s, now_s + GRACE_S)

    def _fail(self, attempt: Attempt) -> None:
        self._forget(attempt)
        if not attempt.is_quiet:
            failed = ConnectFailed(attempt.address, attempt.expected, attempt.fault)
            self._core.events.append(failed)

    def _forget(self, attempt: Attempt) -> None:
        self._core.release(attempt.index, attempt)
        self._attempts[attempt.is_proven].pop((attempt.address, attempt.expected), None)
        if attempt.expected is not None:
            siblings = self._by_expected[attempt.expected]
            del siblings[attempt.index]
            if not siblings:
                del self._by_expected[attempt.expected]


def _fault_of(error: ProofError) -> ConnectFault:
    if isinstance(error, WrongPeerError):
        return ConnectFault.WRONG_PEER
    if isinstance(error, CopiedPeerError):
        return ConnectFault.COPY
    return ConnectFault.SELF if isinstance(error, SelfPeerError) else ConnectFault.BAD_PEER
