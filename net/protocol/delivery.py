"""Delivery of records in lanes: what to send again, what to acknowledge.

A lane is one direction between two people: records numbered from 1 without
holes, for ever, across sessions and restarts. The disk on either side is the
truth (outbox there, received window here); these machines are its working copy.

Source: PROTOCOL, "Lanes". Numbers: limits.py.
"""

import heapq
from collections import OrderedDict
from collections.abc import Iterable, Sequence, Set
from dataclasses import dataclass, field
from typing import Final

from net.protocol.limits import (
    IN_FLIGHT_BYTES,
    REORDER_FLIGHTS,
    RTO_CAP_S,
    RTO_FIRST_S,
    RTO_FLOOR_S,
    RTO_GROWTH,
    RTO_SILENT_CAP_S,
    STREAM_PATIENCE_S,
    WINDOW_FIRST_DATAGRAMS,
    WINDOW_MAX_DATAGRAMS,
    WINDOW_MIN_DATAGRAMS,
    WINDOW_RECORDS,
)

DATA_OVERHEAD_BYTES: Final = 32
"""Frame tag, lane, low and the payload's own array, at their largest."""
RECORD_OVERHEAD_BYTES: Final = 16
"""A record's sequence number and its msgpack header, at their largest."""
BY_STREAM: Final = -1
"""Instead of a datagram's number."""


class RoundTrip:
    """Smoothed round trip and the retransmission time from it. Source: RFC 6298."""

    def __init__(self) -> None:
        self.smoothed_s: float | None = None
        self._variance_s = 0.0

    def measure(self, sample_s: float) -> None:
        if self.smoothed_s is None:
            self.smoothed_s, self._variance_s = sample_s, sample_s / 2
            return
        error = abs(sample_s - self.smoothed_s)
        self._variance_s += (error - self._variance_s) / 4
        self.smoothed_s += (sample_s - self.smoothed_s) / 8

    @property
    def timeout_s(self) -> float:
        if self.smoothed_s is None:
            return RTO_FIRST_S
        return max(RTO_FLOOR_S, self.smoothed_s + 4 * self._variance_s)


@dataclass(slots=True)
class _Entry:
    seq: int
    record: bytes
    sends: int = 0
    flight: int = BY_STREAM
    """Number of the datagram that carried it last."""
    sent_s: float = 0.0
    timeout_s: float = 0.0
    is_out: bool = False
    """On its way; False: waits to be sent (again)."""


@dataclass(frozen=True, slots=True)
class Flight:
    """One datagram's worth of records, each ``(seq, record)``."""

    low: int
    records: tuple[tuple[int, bytes], ...]
    first_seqs: tuple[int, ...]
    """Those sent for the first time: their state becomes sent."""


class Outgoing:
    """The sending half of a lane. Records enter in sequence and leave when acknowledged."""

    def __init__(self, next_seq: int) -> None:
        """``next_seq`` is the sequence number of the first record that will be put in."""
        self._entries: OrderedDict[int, _Entry] = OrderedDict()
        self._waiting: list[int] = []
        self._timers: list[tuple[float, int, int]] = []
        self._next_seq = next_seq
        self._bytes = 0
        self._flights = 0
        self._flights_out: dict[int, set[int]] = {}
        self._newest_acked = -1
        self._window = float(WINDOW_FIRST_DATAGRAMS)
        self._heard_s = float("-inf")
        self.round_trip = RoundTrip()

    @property
    def next_seq(self) -> int:
        return self._next_seq

    @property
    def low(self) -> int:
        """All below are acknowledged."""
        return next(iter(self._entries), self._next_seq)

    @property
    def is_empty(self) -> bool:
        return not self._entries

    @property
    def has_room(self) -> bool:
        """False: leave further records in the outbox until acknowledgements came."""
        return self._next_seq - self.low < WINDOW_RECORDS and self._bytes < IN_FLIGHT_BYTES

    def put(self, seq: int, record: bytes) -> None:
        """Sequence numbers must follow one another; a known one replaces its record.

        One that was acknowledged meanwhile is passed over.
        """
        known = self._entries.get(seq)
        if known:
            self._bytes += len(record) - len(known.record)
            known.record = record
            return
        if seq < self._next_seq:
            return
        self._entries[seq] = _Entry(seq, record)
        self._next_seq = seq + 1
        self._bytes += len(record)
        heapq.heappush(self._waiting, seq)

    def restart(self) -> None:
        """A new session or a new path: all that is unacknowledged goes out again at once."""
        for entry in self._entries.values():
            self._set_waiting(entry)
        self._timers.clear()
        self._flights_out.clear()
        self._window = float(WINDOW_FIRST_DATAGRAMS)

    def take_flights(self, now_s: float, payload_bytes: int) -> list[Flight]:
        """What may be sent now, a datagram each; records larger than that stay (``take_large``)."""
        self._expire(now_s)
        flights: list[Flight] = []
        while len(self._flights_out) < self._window:
            entries = self._fill(payload_bytes - DATA_OVERHEAD_BYTES)
            if not entries:
                break
            flights.append(self._launch(entries, now_s))
        return flights

    def take_large(self, payload_bytes: int, now_s: float) -> list[tuple[int, bytes, bool]]:
        """Records for the stream: ``(seq, record, is_first)``.

        They stay out until it breaks; one that the other end could not take in (a full
        disk, say) goes again after STREAM_PATIENCE_S.
        """
        limit = payload_bytes - DATA_OVERHEAD_BYTES - RECORD_OVERHEAD_BYTES
        large = [s for s in self._waiting if s in self._entries and self._is_large(s, limit)]
        taken = []
        for seq in sorted(large):
            entry = self._entries[seq]
            taken.append((seq, entry.record, entry.sends == 0))
            self._send_out(entry, BY_STREAM, STREAM_PATIENCE_S, now_s)
        if large:
            self._waiting = [s for s in self._waiting if s not in set(large)]
            heapq.heapify(self._waiting)
        return taken

    def has_large(self, payload_bytes: int) -> bool:
        limit = payload_bytes - DATA_OVERHEAD_BYTES - RECORD_OVERHEAD_BYTES
        return any(s in self._entries and self._is_large(s, limit) for s in self._waiting)

    def release_large(self) -> None:
        """The stream broke: what went that way and was not acknowledged waits again.

        By the way it went, not by its size: it may have been taken back meanwhile.
        """
        for entry in self._entries.values():
            if entry.is_out and entry.flight == BY_STREAM:
                self._set_waiting(entry)

    def postpone(self, seqs: Iterable[int], now_s: float, pause_s: float) -> None:
        """The other side wants these later: they go again after ``pause_s``, and take no room
        among what is on its way."""
        known = {seq for seq in seqs if seq in self._entries and self._entries[seq].sends}
        self._waiting = [seq for seq in self._waiting if seq not in known]
        heapq.heapify(self._waiting)
        for seq in sorted(known):
            entry = self._entries[seq]
            self._land(entry)
            self._send_out(entry, BY_STREAM, pause_s, now_s)

    def acknowledge(self, next_seq: int, beyond: bytes, now_s: float) -> list[int]:
        """The sequence numbers that are acknowledged by this for the first time, ascending.

        Numbers never sent are ignored: a forged or confused acknowledgement proves nothing.
        """
        self._heard_s = max(self._heard_s, now_s)
        acked = [seq for seq in self._named(next_seq, beyond) if self._entries[seq].sends]
        for seq in acked:
            self._finish(self._entries.pop(seq), now_s)
        if acked:
            self._window = min(WINDOW_MAX_DATAGRAMS, self._window + 1)
            self._find_lost(now_s)
        return acked

    def next_deadline_s(self) -> float | None:
        while self._timers and not self._is_current(self._timers[0]):
            heapq.heappop(self._timers)
        return self._timers[0][0] if self._timers else None

    def _named(self, next_seq: int, beyond: bytes) -> list[int]:
        named = []
        for seq in self._entries:
            if seq >= next_seq:
                break
            named.append(seq)
        for index, bits in enumerate(beyond):
            for bit in range(8):
                seq = next_seq + 1 + index * 8 + bit
                if bits >> bit & 1 and seq in self._entries:
                    named.append(seq)
        return named

    def _is_large(self, seq: int, limit: int) -> bool:
        return len(self._entries[seq].record) > limit

    def _fill(self, room: int) -> list[_Entry]:
        """The first waiting records that fit one datagram together."""
        entries: list[_Entry] = []
        skipped: list[int] = []
        left = room
        while self._waiting:
            seq = heapq.heappop(self._waiting)
            entry = self._entries.get(seq)
            if entry is None or entry.is_out:
                continue
            size = len(entry.record) + RECORD_OVERHEAD_BYTES
            if size > room:
                skipped.append(seq)
                continue
            if size > left:
                skipped.append(seq)
                break
            entries.append(entry)
            left -= size
        for seq in skipped:
            heapq.heappush(self._waiting, seq)
        return entries

    def _launch(self, entries: Sequence[_Entry], now_s: float) -> Flight:
        self._flights += 1
        self._flights_out[self._flights] = {e.seq for e in entries}
        first = tuple(e.seq for e in entries if e.sends == 0)
        for entry in entries:
            self._send_out(entry, self._flights, self._timeout_of(entry, now_s), now_s)
        return Flight(self.low, tuple((e.seq, e.record) for e in entries), first)

    def _send_out(self, entry: _Entry, flight: int, timeout_s: float, now_s: float) -> None:
        entry.is_out, entry.flight, entry.sent_s = True, flight, now_s
        entry.timeout_s = timeout_s
        entry.sends += 1
        heapq.heappush(self._timers, (now_s + timeout_s, entry.seq, entry.sends))

    def _timeout_of(self, entry: _Entry, now_s: float) -> float:
        base = self.round_trip.timeout_s
        if entry.sends == 0:
            return base
        is_silent = now_s - self._heard_s > RTO_SILENT_CAP_S
        cap = RTO_SILENT_CAP_S if is_silent else max(RTO_CAP_S, base)
        return min(cap, max(base, entry.timeout_s) * RTO_GROWTH)

    def _is_current(self, timer: tuple[float, int, int]) -> bool:
        entry = self._entries.get(timer[1])
        return entry is not None and entry.is_out and entry.sends == timer[2]

    def _expire(self, now_s: float) -> None:
        expired = False
        while self._timers and self._timers[0][0] <= now_s:
            timer = heapq.heappop(self._timers)
            if self._is_current(timer):
                self._set_waiting(self._entries[timer[1]])
                expired = True
        if expired and now_s - self._heard_s > 2 * self.round_trip.timeout_s:
            self._window = max(WINDOW_MIN_DATAGRAMS, self._window / 2)

    def _set_waiting(self, entry: _Entry) -> None:
        if entry.is_out:
            self._land(entry)
            entry.is_out = False
            heapq.heappush(self._waiting, entry.seq)

    def _land(self, entry: _Entry) -> None:
        """One record less of its datagram is on the way; the last one frees the window."""
        left = self._flights_out.get(entry.flight)
        if left is None:
            return
        left.discard(entry.seq)
        if not left:
            del self._flights_out[entry.flight]

    def _finish(self, entry: _Entry, now_s: float) -> None:
        self._bytes -= len(entry.record)
        if not entry.is_out:
            return
        self._land(entry)
        self._newest_acked = max(self._newest_acked, entry.flight)
        if entry.sends == 1 and entry.flight != BY_STREAM:
            self.round_trip.measure(now_s - entry.sent_s)

    def _find_lost(self, now_s: float) -> None:
        """Fast retransmit: what left before datagrams that arrived is lost, not late."""
        patience_s = 1.25 * (self.round_trip.smoothed_s or RTO_FIRST_S)
        overtaken = []
        for flight, seqs in self._flights_out.items():
            if flight >= self._newest_acked:
                break
            is_old = self._newest_acked - flight >= REORDER_FLIGHTS
            entries = (self._entries[seq] for seq in seqs)
            overtaken += [e for e in entries if is_old or now_s - e.sent_s > patience_s]
        for entry in overtaken:
            self._set_waiting(entry)


@dataclass(slots=True)
class Incoming:
    """The receiving half of a lane: what is on our disk, and what is on its way there."""

    lane: bytes
    next_seq: int
    beyond: set[int] = field(default_factory=set)
    _committing: set[int] = field(default_factory=set)

    def admit(self, low: int, seqs: Iterable[int]) -> list[int]:
        """Those to commit now: new, within the window, and not already at the disk.

        What is below ``low`` counts as received: the sender will not give it again, also
        if our disk is an older copy of itself and never had it.
        """
        if low > self.next_seq:
            self.commit(low, self.beyond, ())
        first = self.next_seq
        fresh = [
            seq
            for seq in seqs
            if first <= seq < first + WINDOW_RECORDS
            and seq not in self.beyond
            and seq not in self._committing
        ]
        self._committing.update(fresh)
        return fresh

    def commit(self, next_seq: int, beyond: Set[int], committed: Iterable[int]) -> None:
        """The store's word: this is durable now."""
        self._committing.difference_update(committed)
        self.next_seq = max(self.next_seq, next_seq)
        while self.next_seq in beyond:
            self.next_seq += 1
        self.beyond = {seq for seq in beyond if seq > self.next_seq}

    def refuse(self, seqs: Iterable[int]) -> None:
        """The store could not write: nothing is claimed, the sender tries again."""
        self._committing.difference_update(seqs)

    def acknowledgement(self) -> tuple[int, bytes]:
        """``(next_seq, beyond)`` as in an ``Ack`` frame."""
        bits = 0
        for seq in self.beyond:
            if 0 <= seq - self.next_seq - 1 < WINDOW_RECORDS:
                bits |= 1 << (seq - self.next_seq - 1)
        return self.next_seq, bits.to_bytes((bits.bit_length() + 7) // 8, "little")
