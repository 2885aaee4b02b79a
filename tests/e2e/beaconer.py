"""A Landline as far as discovery goes, in a process of its own: who it sees, a JSON line each.

Ends by itself, so that whoever reads its lines never waits for ever, or when its
standard input ends. Run as ``python -m tests.e2e.beaconer NAME [bind ADDRESS]``.
"""

import asyncio
import hashlib
import json
import os
import subprocess
import sys
import time
from collections.abc import Iterable, Iterator
from itertools import chain
from pathlib import Path
from typing import Any

from net.discovery import Discovery
from net.ports import open_ports
from net.protocol.identity import PeerId
from net.protocol.packet import Address
from net.protocol.sightings import Sighting
from net.udp import UdpSockets
from tests.e2e.rig import Place

ROOT = Path(__file__).resolve().parents[2]
LIFE_S = 20.0


def name_to_id(name: str) -> PeerId:
    return PeerId(hashlib.sha256(name.encode()).digest())


class Beaconer:
    """One that runs at a place; the test's end of it."""

    def __init__(self, place: Place, name: str, *bind: str) -> None:
        self.name = name
        self._said: list[dict[str, Any]] = []
        self._process = subprocess.Popen(
            place.command([sys.executable, "-m", "tests.e2e.beaconer", name, *bind]),
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self.wait("ready")

    def wait(self, event: str, **fields: Any) -> dict[str, Any]:
        """The next line that fits. AssertionError when the process ended without one."""
        return self._first(self._lines(), {"event": event, **fields})

    def sees(self, other: "Beaconer", **fields: Any) -> dict[str, Any]:
        """When and where it saw the other first, now or long ago."""
        who = name_to_id(other.name).hex()
        return self._first(chain(self._said, self._lines()), {"event": "saw", "who": who, **fields})

    def _first(self, lines: Iterable[dict[str, Any]], fields: dict[str, Any]) -> dict[str, Any]:
        for line in lines:
            if fields.items() <= line.items():
                return line
        raise AssertionError(f"{self.name} never said {fields}, but {self._said}")

    def close(self) -> list[dict[str, Any]]:
        """End it; all that it saw, of whomever. Idempotent."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.close()
        if not self._process.stdout.closed:
            for _ in self._lines():
                continue
            self._process.stdout.close()
        self._process.wait()
        return [line for line in self._said if line["event"] == "saw"]

    def _lines(self) -> Iterator[dict[str, Any]]:
        assert self._process.stdout is not None
        for text in self._process.stdout:
            line = json.loads(text)
            self._said.append(line)
            yield line


async def _run(name: str, bind: list[str]) -> None:
    loop = asyncio.get_running_loop()
    ports = open_ports(bind=bind)
    started_s = time.monotonic()

    def say(event: str, **fields: Any) -> None:
        at_s = round(time.monotonic() - started_s, 3)
        print(json.dumps({"event": event, "at_s": at_s, **fields}), flush=True)

    def on_sighting(sighting: Sighting) -> None:
        if sighting.is_new_address or sighting.is_new_epoch:
            host, port = sighting.address
            say("saw", who=sighting.peer_id.hex(), host=host, port=port)

    def on_datagram(data: bytes, address: Address) -> None:
        discovery.receive_unicast(data, address)

    udp = UdpSockets(loop, ports.udp, on_datagram)
    discovery = Discovery(
        loop,
        name_to_id(name),
        os.urandom(8),
        ports.port,
        ports.port,
        bind=bind,
        on_sighting=on_sighting,
        on_networks=lambda count: say("networks", count=count),
        send=udp.send,
    )
    say("ready", port=ports.port)
    discovery.start()
    over = asyncio.Event()
    loop.add_reader(sys.stdin.fileno(), over.set)
    loop.call_later(LIFE_S, over.set)
    await over.wait()
    loop.remove_reader(sys.stdin.fileno())
    discovery.stop()
    udp.close()
    ports.close()


if __name__ == "__main__":
    asyncio.run(_run(sys.argv[1], sys.argv[2:]))
