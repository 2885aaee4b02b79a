"""Who misbehaves towards one address: somebody with a valid key, and all whom they make up."""

import hashlib
import random
import socket
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager, suppress
from functools import cached_property
from typing import Any, Final

from net.protocol.errors import ProtocolError
from net.protocol.identity import Identity, encode_peer_id
from net.protocol.records import Ack, Data, Decision, Offer, Verdict, decode_record
from net.protocol.transfer import Accept
from net.streams import StreamHello
from tests.hostile.peer import PATIENCE_S, HostilePeer, hears_the_end
from tests.hostile.trick import PLAIN, Trick
from tests.hostile.words import text
from tests.unit.net.transfer.talk import End

GREETINGS: Final = 3
FETCHED_S: Final = 3.0
"""What is fetched unasked is fetched at once."""
OFFERED: Final = 3
"""So often, as a network may lose it."""
HUNG_UP: Final = (OSError, EOFError, ProtocolError, AssertionError)
"""How an end by the other side shows in the middle of a lie."""


class Attacker:
    """``mallory`` is one person all along, by the seed; ``stranger`` is somebody new each time."""

    def __init__(self, target: str, port: int, seed: int = 0, host: str = "") -> None:
        """``host`` is an address of this machine; without it the one from which they get there."""
        self.target, self.port = target, port
        self.host = host or _host_towards(target)
        self.random = random.Random(seed)
        self._key = key_of(seed)
        self._stack = ExitStack()

    def close(self) -> None:
        self._stack.close()

    def keep(self, sock: socket.socket) -> None:
        """Open, until ``close``."""
        self._stack.enter_context(sock)

    @cached_property
    def mallory(self) -> HostilePeer:
        """They have met the victim, and said as much as a stranger may."""
        made = HostilePeer("Mallory", self.host, self.target, self._key)
        self._stack.enter_context(made).meet(self.port)
        for number in range(GREETINGS):
            made.tell(text(f"hello {number}"))
        return made

    @property
    def peer_id(self) -> str:
        """Mallory's."""
        return encode_peer_id(Identity(self._key).peer_id)

    def stranger(self, name: str = "Nobody") -> HostilePeer:
        """To be entered; they have said nothing yet."""
        made = HostilePeer(name, self.host, self.target)
        made.port = self.port
        return made

    # --- without a session ---------------------------------------------------

    def throw(self, packets: Sequence[bytes], port: int = 0) -> None:
        """From one address; what comes back is no more than these."""
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
            sock.bind((self.host, 0))
            sock.settimeout(0.2)
            for packet in packets:
                with suppress(ConnectionError):  # nobody listens at that port
                    sock.sendto(packet, (self.target, port or self.port))
            got = 0
            with suppress(TimeoutError):
                while True:
                    got += len(sock.recv(65_535))
        assert got <= sum(map(len, packets)), f"{got} bytes to an address that has proven nothing"

    def knock(self) -> socket.socket:
        """A bare connection."""
        return socket.create_connection((self.target, self.port), PATIENCE_S, (self.host, 0))

    # --- streams -------------------------------------------------------------

    def lie(self, hello: StreamHello | bytes | None, say: Callable[[End], object]) -> None:
        """On a stream of Mallory's, until it is ended by the other side, or by us."""
        end = self.dial(hello)
        with closing(end.sock):
            with suppress(*HUNG_UP):
                say(end)
            _hear_out(end)

    def dial(self, hello: StreamHello | bytes | None) -> End:
        """A stream of Mallory's, as soon as this host has not too many that are unproven."""
        deadline_s = time.monotonic() + PATIENCE_S
        while True:
            try:
                return self.mallory.dial(hello)
            except (EOFError, ConnectionError):
                assert time.monotonic() < deadline_s, "nothing is let in any more"
                self.mallory.listen(0.05)

    # --- transfers -----------------------------------------------------------

    @cached_property
    def is_trusted(self) -> bool:
        """What Mallory offers is fetched unasked."""
        trick = Trick(PLAIN, b"x" * 15)
        number = self.mallory.give(trick.offer())
        for _ in range(OFFERED):
            with self._fetched(trick, FETCHED_S / OFFERED) as end:
                if end is not None:
                    trick.give_all(end)
                    return True
            self.mallory.give(trick.offer(), seq=number)
        return False

    def deceive(self, trick: Trick, play: Callable[[End], object], **lies: Any) -> None:
        """Offer it, and be its sender as soon as it is fetched."""
        self.mallory.tell(trick.offer(**lies))
        with self._fetched(trick, PATIENCE_S) as end:
            assert end is not None, "nobody came for what was offered"
            with suppress(*HUNG_UP):
                play(end)
            _hear_out(end)
        self.mallory.tell(Decision(trick.transfer, Verdict.CANCELLED, number=1 << 50))

    @contextmanager
    def _fetched(self, trick: Trick, within_s: float) -> Iterator[End | None]:
        """The victim's stream for it; others of theirs are hung up on."""
        while True:
            try:
                end, hello = self.mallory.accept(within_s)
            except TimeoutError:
                yield None
                return
            except (EOFError, ConnectionError, ProtocolError):
                continue  # they called for something else, and have given it up
            with closing(end.sock):
                if hello.get("transfer") == trick.transfer.hex():
                    yield end
                    return

    @property
    def has_offers(self) -> bool:
        return bool(self._offers)

    def take_offer(self) -> Offer:
        assert self._offers, "nothing is offered any more"
        return self._offers.pop()

    def fetch(self, say: Callable[[End], object]) -> None:
        """Come for something that was offered, hear what it is, and go on with this."""

        def play(end: End) -> None:
            accept = end.hear_header()
            assert isinstance(accept, Accept)
            end.hear_content(accept.manifest_size)
            say(end)

        self.lie(hello_for(self.take_offer()), play)

    @cached_property
    def _offers(self) -> list[Offer]:
        """What the victim has for Mallory, as far as it comes at once."""
        seen = len(self.mallory.heard)
        for _ in range(OFFERED):
            for lane in {frame.lane for frame in self.mallory.heard if isinstance(frame, Data)}:
                self.mallory.say(Ack(lane, 1))
            self.mallory.listen(FETCHED_S / 2 / OFFERED)
        found: dict[bytes, Offer] = {}
        for frame in self.mallory.heard[seen:]:
            records = frame.records if isinstance(frame, Data) else ()
            for record in (decode_record(bytes(raw)) for _, raw in records):
                if isinstance(record, Offer):
                    found[record.transfer] = record
        return list(found.values())


def key_of(seed: int) -> bytes:
    """Mallory's."""
    return hashlib.sha256(f"mallory {seed}".encode()).digest()


def hello_for(offer: Offer) -> StreamHello:
    return StreamHello(v=1, use="transfer", transfer=offer.transfer.hex())


def _hear_out(end: End) -> None:
    with suppress(*HUNG_UP):
        end.finish()
        hears_the_end(end.sock)


def _host_towards(target: str) -> str:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        sock.connect((target, 9))
        return str(sock.getsockname()[0])
