"""A lane joined in memory: the sender's machine, a bad wire, the receiver's machine."""

import heapq
import itertools
import random
from dataclasses import dataclass, field

import pytest

from net.protocol.delivery import Flight, Incoming, Outgoing
from net.protocol.limits import (
    HOLD_S,
    PAYLOAD_MAX_BYTES,
    STREAM_PATIENCE_S,
    WINDOW_RECORDS,
)
from net.protocol.sequencer import Sequencer

LANE = b"lane-one"


@dataclass
class Wire:
    """Two lanes' ends under a fake clock; ``loss`` and ``dup`` are shares of one."""

    rng: random.Random
    loss: float
    delay_s: float = 0.001
    jitter_s: float = 0.002
    dup: float = 0.05
    now_s: float = 0.0
    queue: list[tuple[float, int, object]] = field(default_factory=list)
    counter: int = 0

    def send(self, item: object) -> None:
        for _ in range(2 if self.rng.random() < self.dup else 1):
            if self.rng.random() >= self.loss:
                at = self.now_s + self.delay_s + self.rng.random() * self.jitter_s
                self.counter += 1
                heapq.heappush(self.queue, (at, self.counter, item))


@dataclass
class Run:
    wire: Wire
    sender: Outgoing = field(default_factory=lambda: Outgoing(1))
    receiver: Incoming = field(default_factory=lambda: Incoming(LANE, 1))
    shown: list[int] = field(default_factory=list)
    delivered: list[int] = field(default_factory=list)
    sequencer: Sequencer[int] = field(default_factory=Sequencer)
    disk: set[int] = field(default_factory=set)

    def pump(self) -> None:
        for flight in self.sender.take_flights(self.wire.now_s, PAYLOAD_MAX_BYTES):
            self.wire.send(flight)

    def arrive(self, item: object) -> None:
        if isinstance(item, Flight):
            self.take_in(item)
        else:
            next_seq, beyond = item  # type: ignore[misc]
            self.delivered += self.sender.acknowledge(next_seq, beyond, self.wire.now_s)

    def take_in(self, flight: Flight) -> None:
        fresh = self.receiver.admit(flight.low, [seq for seq, _ in flight.records])
        assert not self.disk & set(fresh), "a record was committed twice"
        self.disk.update(fresh)
        next_seq = self.receiver.next_seq
        while next_seq in self.disk:
            next_seq += 1
        self.receiver.commit(next_seq, {s for s in self.disk if s > next_seq}, fresh)
        for seq in fresh:
            self.sequencer.put(seq, seq, self.wire.now_s)
        self.shown += self.sequencer.take(self.receiver.next_seq, self.wire.now_s)
        self.wire.send(self.receiver.acknowledgement())

    def run(self, until_s: float) -> None:
        while self.wire.now_s < until_s and not self.sender.is_empty:
            self.pump()
            deadline = self.sender.next_deadline_s()
            ahead = [t for t in (deadline, self.wire.queue[0][0] if self.wire.queue else None) if t]
            self.wire.now_s = max(self.wire.now_s, min(ahead, default=until_s))
            while self.wire.queue and self.wire.queue[0][0] <= self.wire.now_s:
                self.arrive(heapq.heappop(self.wire.queue)[2])


@pytest.mark.parametrize("loss", [0.0, 0.1, 0.3, 0.5, 0.8])
@pytest.mark.parametrize("seed", range(5))
def test_every_record_arrives_once_and_in_order(seed: int, loss: float) -> None:
    run = Run(Wire(random.Random(seed), loss))
    for seq in range(1, 501):
        run.sender.put(seq, bytes(run.wire.rng.randrange(1, 400)))
    run.run(until_s=60)
    assert run.sender.is_empty
    assert sorted(run.delivered) == list(range(1, 501))
    assert run.shown == list(range(1, 501)) or loss >= 0.5, "order kept unless held beyond HOLD_S"
    assert sorted(run.shown) == list(range(1, 501))


def test_nothing_counts_as_delivered_while_the_way_back_is_cut() -> None:
    run = Run(Wire(random.Random(1), loss=1.0))
    run.sender.put(1, b"hello")
    run.run(until_s=20)
    assert run.delivered == []
    assert run.sender.low == 1


def test_silence_backs_off_to_one_try_in_two_seconds() -> None:
    sender = Outgoing(1)
    sender.put(1, b"hello")
    now_s, sends = 0.0, []
    while now_s < 30:
        sends += [now_s for _ in sender.take_flights(now_s, PAYLOAD_MAX_BYTES)]
        now_s = max(now_s, sender.next_deadline_s() or 30)
    late = [b - a for a, b in itertools.pairwise(sends) if a > 15]
    assert min(late) == pytest.approx(2.0)


def test_a_lost_datagram_is_sent_again_when_three_younger_ones_arrived() -> None:
    sender = Outgoing(1)
    for seq in range(1, 6):
        sender.put(seq, bytes(1000))
    flights = sender.take_flights(0.0, PAYLOAD_MAX_BYTES)
    assert [f.records[0][0] for f in flights] == [1, 2, 3, 4, 5]
    assert sender.acknowledge(1, b"\x07", 0.001) == [2, 3, 4]
    assert [s for f in sender.take_flights(0.001, PAYLOAD_MAX_BYTES) for s, _ in f.records] == [1]


def test_ack_for_records_never_sent_is_ignored() -> None:
    """D-18, E-17: a forged or confused acknowledgement proves nothing."""
    sender = Outgoing(1)
    sender.put(1, b"one")
    assert sender.acknowledge(2**62 - 1, b"\xff" * 128, 0.0) == []
    sender.take_flights(0.0, PAYLOAD_MAX_BYTES)
    assert sender.acknowledge(2, b"", 0.1) == [1]


def test_first_sends_are_told_apart_from_repeats() -> None:
    sender = Outgoing(7)
    sender.put(7, b"x")
    assert sender.take_flights(0.0, PAYLOAD_MAX_BYTES)[0].first_seqs == (7,)
    sender.restart()
    assert sender.take_flights(0.1, PAYLOAD_MAX_BYTES)[0].first_seqs == ()


def test_memory_of_a_lane_is_bounded() -> None:
    sender = Outgoing(1)
    seq = 1
    while sender.has_room:
        sender.put(seq, bytes(10))
        seq += 1
    assert seq - 1 == WINDOW_RECORDS


def test_receiver_admits_nothing_beyond_its_window() -> None:
    receiver = Incoming(LANE, 1)
    assert receiver.admit(1, [1, WINDOW_RECORDS, WINDOW_RECORDS + 1, 2**62 - 1]) == [
        1,
        WINDOW_RECORDS,
    ]


def test_a_refused_commit_is_admitted_again_and_never_acknowledged() -> None:
    """G-03: no acknowledgement when the disk said no."""
    receiver = Incoming(LANE, 1)
    assert receiver.admit(1, [1, 2]) == [1, 2]
    assert receiver.admit(1, [1, 2]) == []
    receiver.refuse([1, 2])
    assert receiver.acknowledgement() == (1, b"")
    assert receiver.admit(1, [1, 2]) == [1, 2]


def test_large_records_wait_for_the_stream_and_hold_nothing_up() -> None:
    sender = Outgoing(1)
    sender.put(1, bytes(60_000))
    sender.put(2, b"small")
    assert [s for f in sender.take_flights(0.0, PAYLOAD_MAX_BYTES) for s, _ in f.records] == [2]
    assert sender.has_large(PAYLOAD_MAX_BYTES)
    assert [(s, first) for s, _, first in sender.take_large(PAYLOAD_MAX_BYTES, 0.0)] == [(1, True)]
    assert sender.take_large(PAYLOAD_MAX_BYTES, 0.0) == []
    sender.release_large()
    assert [s for s, _, _ in sender.take_large(PAYLOAD_MAX_BYTES, 1.0)] == [1]
    assert sender.acknowledge(1, b"\x01", 1.0) == [2]


def test_what_is_wanted_later_goes_again_later_and_holds_nothing_up() -> None:
    sender = Outgoing(1)
    sender.put(1, b"held")
    sender.take_flights(0.0, PAYLOAD_MAX_BYTES)
    sender.postpone([1, 7], 0.001, 20.0)
    sender.put(2, b"other")
    assert [s for f in sender.take_flights(0.002, PAYLOAD_MAX_BYTES) for s, _ in f.records] == [2]
    assert sender.acknowledge(1, b"\x01", 0.003) == [2]
    assert sender.take_flights(19.9, PAYLOAD_MAX_BYTES) == []
    assert sender.next_deadline_s() == pytest.approx(20.001)
    assert [s for f in sender.take_flights(20.1, PAYLOAD_MAX_BYTES) for s, _ in f.records] == [1]
    sender.postpone([1], 20.2, 20.0)
    sender.restart()
    assert [s for f in sender.take_flights(20.3, PAYLOAD_MAX_BYTES) for s, _ in f.records] == [1]
    assert sender.acknowledge(3, b"", 20.4) == [1]


def test_what_was_never_sent_cannot_be_wanted_later() -> None:
    sender = Outgoing(1)
    sender.put(1, b"new")
    sender.postpone([1], 0.0, 20.0)
    assert [s for f in sender.take_flights(0.0, PAYLOAD_MAX_BYTES) for s, _ in f.records] == [1]


def test_e19_an_item_out_of_order_is_held_then_shown_then_its_gap_is_filled() -> None:
    sequencer: Sequencer[str] = Sequencer()
    sequencer.put(2, "two", 0.0)
    assert sequencer.take(1, 0.1) == []
    assert sequencer.next_deadline_s() == HOLD_S
    assert not sequencer.is_ahead(1)
    assert sequencer.take(1, HOLD_S) == ["two"]
    assert sequencer.is_ahead(1)
    sequencer.put(1, "one", 3.0)
    assert sequencer.take(3, 3.0) == ["one"]
    assert not sequencer.is_ahead(3)


def test_who_has_waited_long_enough_is_not_shown_before_one_that_came_later() -> None:
    sequencer: Sequencer[str] = Sequencer()
    sequencer.put(5, "five", 0.0)
    sequencer.put(4, "four", 1.0)
    sequencer.put(6, "six", 1.0)
    assert sequencer.take(3, HOLD_S) == ["four", "five"]
    assert sequencer.take(3, HOLD_S + 1.0) == ["six"]


def test_what_the_sender_calls_settled_is_not_waited_for() -> None:
    """A receiver restored from a backup: what came since will not be given again."""
    receiver = Incoming(LANE, 5, {7})
    assert receiver.admit(100, [100, 101]) == [100, 101]
    receiver.commit(102, set(), [100, 101])
    assert receiver.acknowledgement() == (102, b"")


def test_settled_up_to_what_came_early_includes_it() -> None:
    receiver = Incoming(LANE, 1, {5, 6, 8})
    assert receiver.admit(5, []) == []
    assert receiver.acknowledgement() == (7, b"\x01")


def test_a_large_record_taken_back_goes_on_when_its_stream_breaks() -> None:
    sender = Outgoing(1)
    sender.put(1, bytes(60_000))
    sender.take_large(PAYLOAD_MAX_BYTES, 0.0)
    sender.put(1, b"void")
    sender.release_large()
    assert [f.records for f in sender.take_flights(0.1, PAYLOAD_MAX_BYTES)] == [((1, b"void"),)]


def test_a_large_record_that_is_never_acknowledged_goes_again() -> None:
    sender = Outgoing(1)
    sender.put(1, bytes(60_000))
    sender.take_large(PAYLOAD_MAX_BYTES, 0.0)
    again_s = sender.next_deadline_s()
    assert again_s == STREAM_PATIENCE_S
    assert sender.take_flights(again_s, PAYLOAD_MAX_BYTES) == []
    assert [seq for seq, _, _ in sender.take_large(PAYLOAD_MAX_BYTES, again_s)] == [1]
