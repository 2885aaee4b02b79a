"""One lane from outbox to screen: a bad wire, a stream that breaks, disks that refuse, and deaths
of either side anywhere between a commit and what follows it."""

import itertools
from enum import IntEnum

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from app.store.window import Window
from net.protocol import delivery
from net.protocol.delivery import Flight, Incoming, Outgoing
from net.protocol.limits import HOLD_S, PAYLOAD_MAX_BYTES, STREAM_PATIENCE_S
from net.protocol.sequencer import Sequencer
from tests.pace import pace

LANE = b"lane-one"
WINDOW_RECORDS = 12
IN_FLIGHT_BYTES = 20_000
HELD_AGAIN_S = 20.0
VOID = b"void"

which = st.integers(0, 1000)
times = st.sampled_from([0.0, 0.004, 0.02, 0.2, HOLD_S, STREAM_PATIENCE_S, HELD_AGAIN_S])


class State(IntEnum):
    QUEUED = 0
    SENT = 1
    DELIVERED = 2


class Lane(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.now_s = 100.0
        self.written: list[bytes] = []
        """The sender's disk: record n at n - 1, with its state beside it."""
        self.states: list[State] = []
        self.disk: dict[int, bytes] = {}
        """The receiver's disk."""
        self.window = Window(1, width=WINDOW_RECORDS)
        self.flying: list[Flight] = []
        self.acks: list[tuple[int, bytes]] = []
        self.stream: list[tuple[int, bytes]] = []
        self.arrived: list[dict[int, bytes]] = []
        """On their way to the receiver's disk."""
        self.acked: list[int] = []
        """On their way to the sender's disk."""
        self.outgoing = Outgoing(1)
        self.begin_receiver()

    # --- The sender ----------------------------------------------------------

    @rule(count=st.integers(1, 5), size=st.sampled_from([1, 300, 1100, 5000]))
    def write(self, count: int, size: int) -> None:
        for _ in range(count):
            self.written.append(len(self.written).to_bytes(4, "big") + bytes(size))
            self.states.append(State.QUEUED)
        self.fill()
        self.pump()

    @rule(which=which)
    def take_back(self, which: int) -> None:
        """What was not delivered goes on as a Void."""
        waiting = [n for n, state in enumerate(self.states, 1) if state is not State.DELIVERED]
        if waiting and self.written:
            seq = waiting[which % len(waiting)]
            self.written[seq - 1] = VOID
            if seq < self.outgoing.next_seq:
                self.outgoing.put(seq, VOID)

    @rule()
    def pump(self) -> None:
        for flight in self.outgoing.take_flights(self.now_s, PAYLOAD_MAX_BYTES):
            assert self.disk.keys() >= set(range(1, flight.low))
            for seq, _ in flight.records:
                self.go(seq, is_first=seq in flight.first_seqs)
            self.flying.append(flight)
        for seq, record, is_first in self.outgoing.take_large(PAYLOAD_MAX_BYTES, self.now_s):
            self.go(seq, is_first=is_first)
            self.stream.append((seq, record))

    @rule()
    def settle(self) -> None:
        """What was acknowledged reaches the sender's disk."""
        for seq in self.acked:
            self.states[seq - 1] = State.DELIVERED
        self.acked.clear()
        self.fill()

    @rule()
    def sender_dies(self) -> None:
        """What was acknowledged but not written down yet goes again."""
        self.acked.clear()
        self.stream.clear()
        self.outgoing = Outgoing(self.first_waiting())
        self.fill()

    @rule()
    def meet_again(self) -> None:
        self.outgoing.restart()

    # --- The network ---------------------------------------------------------

    @precondition(lambda self: self.flying)
    @rule(which=which, is_kept=st.booleans(), is_quick=st.booleans())
    def arrive(self, which: int, is_kept: bool, is_quick: bool = False) -> None:
        """``is_kept``: it comes again. ``is_quick``: the disk does not let them wait."""
        at = which % len(self.flying)
        flight = self.flying[at] if is_kept else self.flying.pop(at)
        self.take_in(flight.low, dict(flight.records))
        if is_quick and self.arrived:
            self.commit()

    @precondition(lambda self: self.flying or self.acks)
    @rule(which=which)
    def lose(self, which: int) -> None:
        lost = self.flying if self.flying else self.acks
        del lost[which % len(lost)]

    @precondition(lambda self: self.acks)
    @rule(which=which, is_kept=st.booleans())
    def hear(self, which: int, is_kept: bool) -> None:
        at = which % len(self.acks)
        next_seq, beyond = self.acks[at] if is_kept else self.acks.pop(at)
        acked = self.outgoing.acknowledge(next_seq, beyond, self.now_s)
        assert acked == sorted(set(acked))
        for seq in acked:
            assert seq in self.disk, "delivered, and not on their disk"
            assert self.states[seq - 1] is State.SENT
        self.acked += acked

    @precondition(lambda self: self.stream)
    @rule()
    def arrive_by_stream(self) -> None:
        seq, record = self.stream.pop(0)
        self.take_in(1, {seq: record})

    @rule()
    def break_stream(self) -> None:
        self.stream.clear()
        self.outgoing.release_large()

    @precondition(lambda self: self.unsent())
    @rule()
    def acknowledge_what_was_not_sent(self) -> None:
        """It says nothing: neither they nor who forged it can have it from this life."""
        named = sum(1 << (seq - 1) for seq in self.unsent())
        beyond = named.to_bytes((named.bit_length() + 7) // 8, "little")
        assert self.outgoing.acknowledge(0, beyond, self.now_s) == []

    @rule(seconds=times)
    def pass_time(self, seconds: float) -> None:
        self.now_s += seconds
        self.show()

    # --- The receiver --------------------------------------------------------

    @precondition(lambda self: self.flying)
    @rule(which=which)
    def hold(self, which: int) -> None:
        """They want it later: their user has not accepted yet."""
        flight = self.flying.pop(which % len(self.flying))
        self.outgoing.postpone([seq for seq, _ in flight.records], self.now_s, HELD_AGAIN_S)

    @precondition(lambda self: self.arrived)
    @rule()
    def commit(self) -> None:
        """In the order of arrival, as one thread writes."""
        arrived = self.arrived.pop(0)
        self.write_down(arrived)
        self.incoming.commit(self.window.next_seq, self.window.beyond, arrived)
        for seq in arrived:
            self.sequencer.put(seq, seq, self.now_s)
            self.put_s[seq] = self.now_s
        self.acks.append(self.incoming.acknowledgement())
        self.show()

    @precondition(lambda self: self.arrived)
    @rule()
    def refuse(self) -> None:
        """The disk is full."""
        self.incoming.refuse(self.arrived.pop(0))

    @rule(reached=st.integers(0, 3))
    def receiver_dies(self, reached: int) -> None:
        """``reached``: of the commits under way; nobody was told of any."""
        for arrived in self.arrived[:reached]:
            self.write_down(arrived)
        self.arrived.clear()
        self.stream.clear()
        self.outgoing.release_large()
        self.begin_receiver()

    # --- What must hold ------------------------------------------------------

    @invariant()
    def only_what_is_on_the_disk_is_claimed(self) -> None:
        next_seq, beyond = self.incoming.acknowledgement()
        claimed = [*range(1, next_seq)]
        claimed += [
            next_seq + 1 + bit for bit in range(8 * len(beyond)) if beyond[bit // 8] >> bit % 8 & 1
        ]
        assert self.disk.keys() >= set(claimed)
        assert len(beyond) <= WINDOW_RECORDS // 8 + 1

    @invariant()
    def what_waits_is_bounded(self) -> None:
        assert self.outgoing.next_seq - self.outgoing.low <= WINDOW_RECORDS + 1
        assert len(self.incoming.beyond) < WINDOW_RECORDS
        assert len(self.incoming._committing) <= WINDOW_RECORDS

    @invariant()
    def what_is_due_is_due_some_time(self) -> None:
        """Nothing is forgotten: it waits to be sent, or a timer runs."""
        if not self.outgoing.is_empty and self.outgoing.next_deadline_s() is None:
            assert self.outgoing._waiting

    def teardown(self) -> None:
        """All lines hold, both live: everything arrives, once, in order."""
        for _ in range(40 + 4 * len(self.written)):
            self.pump()
            while self.flying:
                self.arrive(0, is_kept=False)
            while self.stream:
                self.arrive_by_stream()
            while self.arrived:
                self.commit()
            while self.acks:
                self.hear(0, is_kept=False)
            self.settle()
            self.now_s += 1.0
        self.now_s += HOLD_S
        self.show()
        count = len(self.written)
        assert self.states == [State.DELIVERED] * count
        assert self.outgoing.is_empty
        assert sorted(self.disk) == list(range(1, count + 1))
        assert self.incoming.acknowledgement() == (count + 1, b"")
        assert sorted(self.shown) == list(range(1, count + 1))

    # --- How it is done ------------------------------------------------------

    def first_waiting(self) -> int:
        """The lowest number that is not delivered, by the sender's disk."""
        waiting = (n for n, state in enumerate(self.states, 1) if state is not State.DELIVERED)
        return next(waiting, len(self.states) + 1)

    def unsent(self) -> list[int]:
        return [seq for seq, entry in self.outgoing._entries.items() if not entry.sends]

    def fill(self) -> None:
        for seq in range(self.outgoing.next_seq, len(self.written) + 1):
            if self.outgoing.has_room and self.states[seq - 1] is not State.DELIVERED:
                self.outgoing.put(seq, self.written[seq - 1])

    def go(self, seq: int, *, is_first: bool) -> None:
        assert self.states[seq - 1] is not State.DELIVERED, "the ladder goes back"
        assert is_first or self.states[seq - 1] is State.SENT
        self.states[seq - 1] = State.SENT

    def begin_receiver(self) -> None:
        """From the disk; what is there and was not shown is shown now."""
        self.incoming = Incoming(LANE, self.window.next_seq, set(self.window.beyond))
        self.sequencer: Sequencer[int] = Sequencer()
        self.put_s: dict[int, float] = {}
        self.shown = sorted(self.disk)

    def take_in(self, low: int, records: dict[int, bytes]) -> None:
        fresh = self.incoming.admit(low, records)
        assert not self.disk.keys() & set(fresh), "a record is taken twice"
        if fresh:
            self.arrived.append({seq: records[seq] for seq in fresh})
        else:
            self.acks.append(self.incoming.acknowledgement())

    def write_down(self, arrived: dict[int, bytes]) -> None:
        for seq, record in arrived.items():
            assert self.window.wants(seq), "a record is committed twice"
            assert record in (VOID, self.written[seq - 1]) or self.written[seq - 1] == VOID
            self.window.take(seq)
            self.disk[seq] = record

    def show(self) -> None:
        """In order; ahead of others only after a wait, and never ahead of what is here."""
        next_seq = self.incoming.next_seq
        shown = self.sequencer.take(next_seq, self.now_s)
        assert shown == sorted(set(shown) - set(self.shown))
        self.shown += shown
        left = self.put_s.keys() - set(self.shown)
        for early, late in itertools.product(left, shown):
            assert early > late, "shown before one that is here"
        for seq in shown:
            is_waited = any(self.put_s[s] + HOLD_S <= self.now_s for s in shown if s >= seq)
            assert seq < next_seq or is_waited
        for seq in left:
            assert seq > next_seq
            assert self.put_s[seq] + HOLD_S > self.now_s


def test_a_lane_brings_everything_once_in_order_through_losses_and_deaths(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(delivery, "WINDOW_RECORDS", WINDOW_RECORDS)
    monkeypatch.setattr(delivery, "IN_FLIGHT_BYTES", IN_FLIGHT_BYTES)
    run_state_machine_as_test(Lane, settings=pace(60, 50))
