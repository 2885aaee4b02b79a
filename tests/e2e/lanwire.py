"""The impaired cable of lanrig: one process in the switch's namespace carries frames by hand.

Seeded, so a run can be repeated. Talked to over a SOCK_SEQPACKET socket, one JSON object
a packet: ``set``, ``del``, ``stats``, ``quit``.
"""

import contextlib
import fcntl
import heapq
import json
import os
import random
import select
import signal
import socket
import struct
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

OUT, IN = 0, 1
"""Directions: host -> LAN, LAN -> host."""
QUEUE_FRAMES = 20_000
QUEUE_S = 0.5
"""Of a cable with a rate: half a second of buffer, then tail drop."""
COUNTERS = (
    "in_frames", "out_frames", "lost", "dup", "reordered", "corrupted", "queue_drop", "delivered",
)  # fmt: skip

Impairment = dict[str, Any]


def ask(path: str, message: dict[str, Any]) -> str:
    with socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET) as client:
        client.settimeout(10)
        client.connect(path)
        client.send(json.dumps(message).encode())
        return client.recv(65536).decode()


def stop(path: str, pid_file: Path) -> None:
    """Ask it to end, and see that it does; nothing happens where none runs."""
    with contextlib.suppress(OSError):
        ask(path, {"op": "quit"})
        time.sleep(0.2)
    with contextlib.suppress(OSError, ValueError):
        os.kill(int(pid_file.read_text()), signal.SIGTERM)


class Cable:
    """One impaired cable: AF_PACKET on the host's port, TAP on the bridge."""

    TUNSETIFF, IFF_TAP, IFF_NO_PI = 0x400454CA, 0x2, 0x1000

    def __init__(self, host: str, port: str, bridge: str) -> None:
        self.host, self.port, self.bridge = host, port, bridge
        self.tap = os.open("/dev/net/tun", os.O_RDWR | os.O_NONBLOCK)
        self._plug(f"w-{host}")
        self.packets = socket.socket(
            socket.AF_PACKET, socket.SOCK_RAW | socket.SOCK_NONBLOCK, socket.htons(3)
        )
        self.packets.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 8 << 20)
        self.packets.bind((port, 0))
        self.counts = dict.fromkeys(COUNTERS, 0)
        self._busy_until = [0.0, 0.0]
        self._burst_left = [0, 0]
        self.set({})

    def _plug(self, tap_name: str) -> None:
        flags = self.IFF_TAP | self.IFF_NO_PI
        fcntl.ioctl(self.tap, self.TUNSETIFF, struct.pack("16sH14x", tap_name.encode(), flags))
        # ip netns exec remounts /sys for this namespace, so /sys/class/net is right here
        mtu_file = Path(f"/sys/class/net/{self.port}/mtu")
        mtu = mtu_file.read_text().strip() if mtu_file.exists() else "1500"
        Path(f"/proc/sys/net/ipv6/conf/{tap_name}/disable_ipv6").write_text("1")
        _ip("link", "set", tap_name, "mtu", mtu, "txqueuelen", "2000")
        _ip("link", "set", self.port, "nomaster")
        _ip("link", "set", self.port, "promisc", "on")
        _ip("link", "set", tap_name, "master", self.bridge, "up")

    def set(self, impairment: Impairment) -> None:
        self.impairment = impairment
        self._random = random.Random(f"{impairment.get('seed', 1)}/{self.host}")

    def close(self) -> None:
        with contextlib.suppress(OSError, subprocess.SubprocessError):
            _ip("link", "set", self.port, "promisc", "off")
            _ip("link", "set", self.port, "master", self.bridge)
        self.packets.close()
        os.close(self.tap)

    def copies(self, way: int, frame: bytes, now: float) -> list[tuple[float, bytes]]:
        """When to deliver what: nothing when the frame is lost."""
        self.counts["out_frames" if way == OUT else "in_frames"] += 1
        if self._passes_clean(way, frame):
            return [(now, frame)]
        if self._is_lost(way):
            self.counts["lost"] += 1
            return []
        count = 2 if self._hits("dup") else 1
        self.counts["dup"] += count - 1
        if len(frame) > 42 and self._hits("corrupt"):
            frame = self._with_flipped_bit(frame)
        at = self._time_of(way, len(frame), now)
        if at is None:
            self.counts["queue_drop"] += 1
            return []
        return [(at + copy * 0.001, frame) for copy in range(count)]

    def deliver(self, way: int, frame: bytes) -> None:
        try:
            if way == OUT:
                os.write(self.tap, frame)
            else:
                self.packets.send(frame)
            self.counts["delivered"] += 1
        except OSError:
            self.counts["queue_drop"] += 1

    def read(self, way: int) -> bytes | None:
        """The next frame that came from the host (OUT) or the LAN (IN); None when there is none."""
        while True:
            try:
                if way == IN:
                    return os.read(self.tap, 70000)
                frame, address = self.packets.recvfrom(70000)
            except OSError:
                return None
            if address[2] != 4:  # PACKET_OUTGOING: our own
                return frame

    def _hits(self, name: str) -> bool:
        percent = self.impairment.get(name)
        return bool(percent) and self._random.random() * 100 < percent

    def _passes_clean(self, way: int, frame: bytes) -> bool:
        """ARP, the direction that was not asked for, and all but UDP where so asked."""
        want = self.impairment.get("dir", "both")
        if frame[12:14] == b"\x08\x06" or (want, way) in {("out", IN), ("in", OUT)}:
            return True
        return bool(self.impairment.get("udp_only")) and not _is_udp(frame)

    def _is_lost(self, way: int) -> bool:
        if self._burst_left[way]:
            self._burst_left[way] -= 1
            return True
        if self._hits("loss"):
            self._burst_left[way] = max(0, int(self.impairment.get("burst") or 1) - 1)
            return True
        return False

    def _with_flipped_bit(self, frame: bytes) -> bytes:
        self.counts["corrupted"] += 1
        flipped = bytearray(frame)
        place = 42 + int(self._random.random() * (len(flipped) - 42))
        flipped[place] ^= 1 << int(self._random.random() * 8)
        return bytes(flipped)

    def _time_of(self, way: int, size: int, now: float) -> float | None:
        """When a frame arrives; None when the queue of a slow cable is full."""
        at = now
        if rate := self.impairment.get("rate"):
            start = max(now, self._busy_until[way])
            if start - now > QUEUE_S:
                return None
            self._busy_until[way] = at = start + size * 8 / (rate * 1e6)
        at += (self.impairment.get("delay") or 0) / 1e3
        if jitter := self.impairment.get("jitter"):
            at = max(now, at + self._random.uniform(-1, 1) * jitter / 1e3)
        if self._hits("reorder"):  # held back, so later frames overtake it
            at += (self.impairment.get("gap") or 20) / 1e3
            self.counts["reordered"] += 1
        return at


class Wire:
    """All impaired cables of a rig, one epoll loop, one heap of frames under way."""

    def __init__(self, path: str) -> None:
        self._server = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self._server.bind(path)
        self._server.listen(4)
        self._cables: dict[str, Cable] = {}
        self._ends: dict[int, tuple[Cable, int]] = {}
        self._heap: list[tuple[float, int, Cable, int, bytes]] = []
        self._sequence = 0
        self._is_done = False
        self._epoll = select.epoll()
        self._epoll.register(self._server, select.EPOLLIN)

    def run(self, ttl_s: float) -> None:
        end = time.monotonic() + ttl_s
        while not self._is_done and time.monotonic() < end:
            self._deliver_due()
            for number, _ in self._epoll.poll(self._pause()):
                if number == self._server.fileno():
                    self._serve()
                elif number in self._ends:
                    self._carry(*self._ends[number])

    def close(self) -> None:
        for cable in self._cables.values():
            cable.close()
        self._epoll.close()
        self._server.close()

    def _deliver_due(self) -> None:
        now = time.monotonic()
        while self._heap and self._heap[0][0] <= now:
            _, _, cable, way, frame = heapq.heappop(self._heap)
            if cable.host in self._cables:
                cable.deliver(way, frame)

    def _pause(self) -> float:
        if not self._heap:
            return 1.0
        return max(0.0, min(1.0, self._heap[0][0] - time.monotonic()))

    def _carry(self, cable: Cable, way: int) -> None:
        for _ in range(64):
            frame = cable.read(way)
            if frame is None:
                return
            for at, copy in cable.copies(way, frame, time.monotonic()):
                self._push(at, cable, way, copy)

    def _push(self, at: float, cable: Cable, way: int, frame: bytes) -> None:
        if at <= time.monotonic() and not self._heap:
            cable.deliver(way, frame)
        elif len(self._heap) > QUEUE_FRAMES:
            cable.counts["queue_drop"] += 1
        else:
            self._sequence += 1
            heapq.heappush(self._heap, (at, self._sequence, cable, way, frame))

    def _serve(self) -> None:
        client, _ = self._server.accept()
        with client:
            client.settimeout(5)
            client.send(self._answer(json.loads(client.recv(65536))).encode())

    def _answer(self, message: dict[str, Any]) -> str:
        match message["op"]:
            case "set":
                self._add(message).set(message["imp"])
            case "del":
                self._remove(message["host"])
            case "stats":
                cables = self._cables.items()
                return json.dumps({h: {**c.counts, "imp": c.impairment} for h, c in cables})
            case "quit":
                self._is_done = True
                return "bye"
        return "ok"

    def _add(self, message: dict[str, Any]) -> Cable:
        host = message["host"]
        if host not in self._cables:
            cable = self._cables[host] = Cable(host, message["port"], message["bridge"])
            self._ends |= {cable.tap: (cable, IN), cable.packets.fileno(): (cable, OUT)}
            for number in (cable.tap, cable.packets.fileno()):
                self._epoll.register(number, select.EPOLLIN)
        return self._cables[host]

    def _remove(self, host: str) -> None:
        cable = self._cables.pop(host, None)
        if cable:
            for number in (cable.tap, cable.packets.fileno()):
                self._epoll.unregister(number)
                del self._ends[number]
            cable.close()


def run(path: str, ttl_s: float) -> None:
    """The wire's own process, until ``quit``, SIGTERM or ``ttl_s``; replugs every cable."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    Path(path).unlink(missing_ok=True)
    wire = Wire(path)
    try:
        wire.run(ttl_s)
    finally:
        wire.close()
        Path(path).unlink(missing_ok=True)


def _ip(*words: str) -> None:
    subprocess.run(["ip", *words], check=True)


def _is_udp(frame: bytes) -> bool:
    if len(frame) < 34:
        return False
    kind = frame[12:14]
    return (kind == b"\x08\x00" and frame[23] == 17) or (kind == b"\x86\xdd" and frame[20] == 17)
