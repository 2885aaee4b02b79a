"""Somebody who floods a Landline, in a process of their own.

python -m bench.flooder KIND HOST PORT SECONDS     prints how many; KIND: junk, calls, ids, silent
"""

import os
import socket
import sys
import time
from collections.abc import Callable, Sequence
from typing import Final

from net.protocol.beacon import BEACON_BYTES, Beacon, encode_beacon
from net.protocol.cookie import NO_COOKIE
from net.protocol.identity import PEER_ID_BYTES, PeerId
from net.protocol.limits import DATAGRAM_MAX_BYTES, DISCOVERY_PORT
from net.protocol.noise import KEY_BYTES
from net.protocol.packet import PacketType, prefix
from net.protocol.session_packet import encode_init

JUNK_PER_S: Final = 100_000
IDENTITIES: Final = 50_000
SILENT: Final = 1000
OVER: Final = "over"
"""What a besieged window is told in the end."""
_PREPARED: Final = 2000
_PACKETS_A_TURN: Final = 500


def main(words: Sequence[str]) -> None:
    kind, host, port, seconds = words[0], words[1], int(words[2]), float(words[3])
    print(FLOODS[kind](host, port, time.monotonic() + seconds), flush=True)


def _junk(host: str, port: int, end_s: float) -> int:
    """Of every length, a third of it with a beginning that looks right."""
    starts = [prefix(kind) for kind in PacketType]
    packets = [
        (starts[number % len(starts)] if number % 3 == 0 else b"")
        + os.urandom(number * 7 % (DATAGRAM_MAX_BYTES - 4))
        for number in range(_PREPARED)
    ]
    return _throw(packets, host, port, end_s)


def _calls(host: str, port: int, end_s: float) -> int:
    """First messages of a handshake, each as if of somebody else."""
    packets = [
        encode_init(number + 1, NO_COOKIE, os.urandom(KEY_BYTES)) for number in range(_PREPARED)
    ]
    return _throw(packets, host, port, end_s)


def _ids(host: str, port: int, end_s: float) -> int:
    """Beacons of people who are not there."""
    packets = [
        encode_beacon(Beacon(PeerId(os.urandom(PEER_ID_BYTES)), os.urandom(8), 1, 40_000, 40_000))
        for _ in range(IDENTITIES)
    ]
    assert all(len(packet) == BEACON_BYTES for packet in packets)
    return _throw(packets, host, DISCOVERY_PORT, end_s)


def _throw(packets: Sequence[bytes], host: str, port: int, end_s: float) -> int:
    """At JUNK_PER_S, or as fast as this machine can."""
    count, begin_s = 0, time.monotonic()
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        sock.setblocking(False)
        sock.connect((host, port))
        while (now_s := time.monotonic()) < end_s:
            if count > (now_s - begin_s) * JUNK_PER_S:
                time.sleep(0.001)
                continue
            for _ in range(_PACKETS_A_TURN):
                try:
                    sock.send(packets[count % len(packets)])
                except OSError:  # the queue is full, or nobody listens there
                    continue
                count += 1
    return count


def _silent(host: str, port: int, end_s: float) -> int:
    """Connections that say nothing; whoever is hung up on calls again."""
    count = 0
    open_now: list[socket.socket] = []
    while time.monotonic() < end_s:
        while len(open_now) < SILENT:
            try:
                open_now.append(socket.create_connection((host, port), timeout=1.0))
            except OSError:
                break
            count += 1
        time.sleep(0.05)
        open_now = [one for one in open_now if not _is_hung_up(one)]
    for one in open_now:
        one.close()
    return count


def _is_hung_up(one: socket.socket) -> bool:
    one.setblocking(False)
    try:
        is_over = one.recv(1) == b""
    except BlockingIOError:
        return False
    except OSError:
        is_over = True
    if is_over:
        one.close()
    return is_over


FLOODS: Final[dict[str, Callable[[str, int, float], int]]] = {
    "junk": _junk,
    "calls": _calls,
    "ids": _ids,
    "silent": _silent,
}

if __name__ == "__main__":
    main(sys.argv[1:])
