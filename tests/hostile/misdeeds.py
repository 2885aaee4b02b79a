"""All that hostile peers do as a program: one table, each by itself, harmless where all is well.

A misdeed raises AssertionError where the victim did what it never may, as far as that shows from
outside. What it cost them is for whoever watches.
"""

import os
from collections.abc import Callable
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from enum import Enum
from functools import partial
from itertools import chain
from typing import Final

from net.protocol.limits import DISCOVERY_PORT
from net.protocol.packet import PacketType
from net.protocol.records import (
    Ack,
    Bye,
    Data,
    Decision,
    Edit,
    Heard,
    Pong,
    React,
    Read,
    Typing,
    Verdict,
    Void,
)
from net.protocol.stream import StreamHandshake, StreamType
from net.streams import StreamHello
from tests.hostile import datagrams
from tests.hostile.attacker import HUNG_UP, Attacker
from tests.hostile.calls import CHAT, ENDINGS, HELLOS, OTHERS, STREAM_PAYLOADS, frame_of
from tests.hostile.frauds import ASKING, SENDING
from tests.hostile.peer import hears_the_end
from tests.hostile.words import HIGHEST, NAMES, NUMBERS, PAYLOADS, RECORDS, offer, pack, text
from tests.unit.net.transfer.talk import End

STRANGERS: Final = 12
"""Handshakes of one host are counted (16 a second): the rest of the table needs some, too."""
FLOOD: Final = 2000
CONNECTIONS: Final = 200


class Needs(Enum):
    """What the victim must have done before."""

    NOTHING = "nothing"
    TRUST = "offers of this seed's Mallory are accepted unasked"
    OFFERS = "something was offered to this seed's Mallory"


@dataclass(frozen=True)
class Misdeed:
    do: Callable[[Attacker], None]
    needs: Needs = Needs.NOTHING

    def is_possible(self, attacker: Attacker) -> bool:
        match self.needs:
            case Needs.TRUST:
                return attacker.is_trusted
            case Needs.OFFERS:
                return attacker.has_offers
        return True


# --- datagrams of nobody ----------------------------------------------------------------------


def throw_garbage(attacker: Attacker) -> None:
    packets = [*datagrams.garbage(), *datagrams.OTHER_FORMATS, *datagrams.OF_THE_FUTURE]
    attacker.random.shuffle(packets)
    attacker.throw(packets)


def throw_parts_of_no_session(attacker: Attacker) -> None:
    kinds = (PacketType.RETRY, PacketType.RESPONSE, PacketType.FINISH, PacketType.DATA)
    attacker.throw(list(chain.from_iterable(map(datagrams.of_no_session, kinds))))


def throw_own_packets_again(attacker: Attacker) -> None:
    """All that was said so far from elsewhere, then each kind cut everywhere and changed."""
    attacker.mallory.is_answered()
    said = attacker.mallory.sent
    attacker.throw(said[-FLOOD:])
    attacker.throw(datagrams.cuts({packet[3]: packet for packet in said}.values()))
    attacker.throw(list(datagrams.changed(said[-1])))


def call_with_weak_keys(attacker: Attacker) -> None:
    attacker.throw(datagrams.low_order_calls())


def flood_with_calls(attacker: Attacker) -> None:
    attacker.throw(datagrams.calls(FLOOD))


def flood_with_beacons(attacker: Attacker) -> None:
    """Of people at a port of ours, who answer no knock."""
    packets = datagrams.beacons(40_000, FLOOD)
    attacker.throw(packets)
    attacker.throw(packets, DISCOVERY_PORT)


# --- inside a session -------------------------------------------------------------------------


def speak_before_hello(attacker: Attacker) -> None:
    with attacker.stranger() as other:
        other.call(attacker.port)
        other.say(Bye(), Heard(HIGHEST), Pong(1), Typing(is_on=True), Ack(os.urandom(8), HIGHEST))
        other.give(text("before a hello"))
        other.give(offer(os.urandom(16), ["before a hello"]))
        other.listen(0.1)


def speak_after_goodbye(attacker: Attacker) -> None:
    with attacker.stranger() as other:
        other.meet(attacker.port)
        other.say(Bye(), other.hello("Ghost"))
        other.give(text("after goodbye"))
        other.listen(0.1)


def say_payloads_that_are_none(attacker: Attacker) -> None:
    for payload in PAYLOADS.values():
        attacker.mallory.say_payload(payload)
    attacker.mallory.is_answered()


def give_records_that_are_none(attacker: Attacker) -> None:
    for record in RECORDS.values():
        attacker.mallory.give(record if isinstance(record, bytes) else pack(record))
    attacker.mallory.is_answered()


def give_absurd_numbers(attacker: Attacker) -> None:
    with attacker.stranger("Nobody of numbers") as other:
        other.meet(attacker.port)
        for number in NUMBERS:
            other.give(text(f"number {number}"), seq=number)
        other.give(text("a lane that jumps"), seq=HIGHEST - 1, low=HIGHEST - 1)
        other.give(text("and back"), seq=1)
        other.is_answered()


def give_ids_twice(attacker: Attacker) -> None:
    with attacker.stranger("Nobody twice") as other:
        other.meet(attacker.port)
        message, transfer = os.urandom(16), os.urandom(16)
        for place in range(4):
            other.give(text(f"{place} of one id", message))
            other.give(text(f"{place} of one number"), seq=1)
            other.give(offer(transfer, [f"{place} of one transfer"]))
        other.is_answered()


def forge_acks(attacker: Attacker) -> None:
    lanes = {frame.lane for frame in attacker.mallory.heard if isinstance(frame, Data)}
    for lane in (*lanes, os.urandom(8), attacker.mallory.lane):
        for number in (2, 1000, HIGHEST):
            attacker.mallory.say(Ack(lane, number, b"\xff" * 128))
    for number in range(200):
        attacker.mallory.say(Ack(os.urandom(8), number, b"\xff" * 128), Heard(HIGHEST))
    attacker.mallory.is_answered()


def decide_for_others(attacker: Attacker) -> None:
    """About transfers, texts and lanes that are not theirs."""
    mallory = attacker.mallory
    for verdict in Verdict:
        mallory.give(Decision(os.urandom(16), verdict, "by_user", HIGHEST))
    for number in range(1, 50):
        mallory.give(Read(os.urandom(8), number))
        mallory.give(Edit(os.urandom(16), HIGHEST, number, "never said"))
        mallory.give(React(mallory.victim, os.urandom(16), number, "👍"))
    mallory.is_answered()


def take_odd_names(attacker: Attacker) -> None:
    for name in (*NAMES, "honest", "victim", "\u202ekcolB", "\u200b", "<b>x</b>", "W" * 500):
        attacker.mallory.say_hello(name[:255])
    attacker.mallory.give(offer(os.urandom(16), NAMES))
    attacker.mallory.say_hello("Mallory")
    attacker.mallory.is_answered()


def flood_with_hellos(attacker: Attacker) -> None:
    for number in range(FLOOD):
        attacker.mallory.say_hello(f"name {number}")
    attacker.mallory.is_answered()


def flood_with_frames(attacker: Attacker) -> None:
    """256 questions in each datagram, and lanes that are new each time."""
    for number in range(100):
        attacker.mallory.say_frames([b"\x92\x03" + bytes((n % 128,)) for n in range(256)])
        attacker.mallory.say(Data(os.urandom(8), 1, ()), Typing(is_on=bool(number % 2)))
    attacker.mallory.is_answered()


def flood_with_texts(attacker: Attacker) -> None:
    for number in range(FLOOD // 4):
        attacker.mallory.give(text(f"spam {number}", order=number))
    attacker.mallory.give(Void())
    attacker.mallory.is_answered()


def flood_with_offers(attacker: Attacker) -> None:
    for number in range(FLOOD // 8):
        attacker.mallory.give(offer(os.urandom(16), [f"{number}"], HIGHEST))
    attacker.mallory.is_answered()


def flood_with_people(attacker: Attacker) -> None:
    with ExitStack() as stack:
        for number in range(STRANGERS):
            other = stack.enter_context(attacker.stranger(f"Nobody {number}"))
            other.meet(attacker.port)
            for place in range(5):
                other.give(text(f"stranger {number} text {place}"))
                other.give(offer(os.urandom(16), [f"{place}"]))
            other.is_answered()


# --- connections ------------------------------------------------------------------------------


def speak_other_protocols(attacker: Attacker) -> None:
    for said in OTHERS.values():
        with attacker.knock() as sock, suppress(ConnectionError):
            sock.sendall(said)
            hears_the_end(sock)


def stay_silent(attacker: Attacker) -> None:
    """Connections that say nothing, half a handshake or a byte at a time, all at once."""
    with ExitStack() as stack:
        said = b"\0\0\0\x20\0" + os.urandom(32)
        half = StreamHandshake(attacker.mallory.identity, os.urandom, is_initiator=True).send()
        assert half is not None
        for number in range(CONNECTIONS):
            with suppress(OSError):
                sock = stack.enter_context(attacker.knock())
                sock.sendall((b"", half, said[: number % len(said)])[number % 3])
        attacker.mallory.is_answered()


def say_hellos_that_are_none(attacker: Attacker) -> None:
    for body in HELLOS.values():
        attacker.lie(body, lambda _: None)
    for kind in (StreamType.CONTENT, StreamType.FRAME, StreamType.CLOSE):
        attacker.lie(None, lambda end, kind=kind: end.say_bytes(b"x", kind))  # type: ignore[misc]
    attacker.mallory.is_answered()


def break_rules_of_streams(attacker: Attacker) -> None:
    for say in ENDINGS.values():
        attacker.lie(CHAT, say)
    for payload in STREAM_PAYLOADS:
        attacker.lie(CHAT, lambda end, body=payload: end.say_bytes(body, StreamType.FRAME))  # type: ignore[misc]
    attacker.mallory.is_answered()


def cut_and_trickle_texts(attacker: Attacker) -> None:
    mallory = attacker.mallory

    def say(end: End, cut: int) -> None:
        body = frame_of(mallory, mallory.seq + 1, "x" * 60_000)
        record = end.sealer.seal(StreamType.FRAME, body)[:cut]
        for start in range(64):
            end.sock.sendall(record[start : start + 1])
        end.sock.sendall(record[64:])

    for cut in (1, 5, 6, 2000, 59_999):
        attacker.lie(CHAT, partial(say, cut=cut))
    mallory.is_answered()


def open_streams_and_never_read(attacker: Attacker) -> None:
    """For chats, transfers, lists of them and pushes that nobody knows of."""
    uses = ("chat", "transfer", "manifest")
    with ExitStack() as stack:
        for number in range(60):
            hello = StreamHello(v=1, use=uses[number % 3], transfer=os.urandom(16).hex())
            with suppress(*HUNG_UP):
                stack.enter_context(attacker.mallory.dial(hello).sock)
        attacker.mallory.is_answered()


def _table(*deeds: Callable[[Attacker], None]) -> dict[str, Misdeed]:
    return {do.__name__.replace("_", "-"): Misdeed(do) for do in deeds}


GROUPS: Final[dict[str, dict[str, Misdeed]]] = {
    "datagrams": _table(
        throw_garbage, throw_parts_of_no_session, throw_own_packets_again, call_with_weak_keys
    ),
    "session": _table(
        speak_before_hello,
        speak_after_goodbye,
        say_payloads_that_are_none,
        give_records_that_are_none,
        give_absurd_numbers,
        give_ids_twice,
        forge_acks,
        decide_for_others,
        take_odd_names,
    ),
    "connections": _table(
        speak_other_protocols,
        stay_silent,
        say_hellos_that_are_none,
        break_rules_of_streams,
        cut_and_trickle_texts,
        open_streams_and_never_read,
    ),
    "floods": _table(
        flood_with_calls,
        flood_with_beacons,
        flood_with_people,
        flood_with_hellos,
        flood_with_frames,
        flood_with_texts,
        flood_with_offers,
    ),
    "send": {name: Misdeed(do, Needs.TRUST) for name, do in SENDING.items()},
    "ask": {name: Misdeed(do, Needs.OFFERS) for name, do in ASKING.items()},
}
MISDEEDS: Final = {
    f"{group}/{name}": misdeed
    for group, misdeeds in GROUPS.items()
    for name, misdeed in misdeeds.items()
}
