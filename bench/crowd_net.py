"""Two hosts on one cable for ``bench.crowd``: the client, and a card with many addresses."""

import os
import subprocess
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from ipaddress import IPv4Network

from tests.e2e.rig import REFUSALS, Place, RigUnavailableError, namespace

CARD = "eth0"
NETWORK = IPv4Network("10.77.0.0/16")
BROADCAST = str(NETWORK.broadcast_address)
CLIENT = str(NETWORK[-2])
CROWD_MAC = "02:00:00:00:4d:01"


def host_of(number: int) -> str:
    """The address of a neighbour, counted from 0."""
    return str(NETWORK[number + 1])


@dataclass(frozen=True, slots=True)
class Cable:
    client: Place
    crowd: Place


@contextmanager
def cable(neighbours: int) -> Iterator[Cable]:
    """Raises RigUnavailableError with the reason where there can be no namespaces."""
    if os.name != "posix" or os.geteuid() != 0:
        raise RigUnavailableError("network namespaces need root on Linux")
    with ExitStack() as undo:
        try:
            ends = [undo.enter_context(namespace(f"c{os.getpid()}-{one}")) for one in "ab"]
            _plug(*ends, neighbours)
        except (AssertionError, FileNotFoundError) as error:
            if isinstance(error, FileNotFoundError) or any(
                w in str(error).lower() for w in REFUSALS
            ):
                raise RigUnavailableError(str(error)) from error
            raise
        yield Cable(*ends)


def _plug(client: Place, crowd: Place, neighbours: int) -> None:
    peer = ("peer", "name", CARD, "netns", crowd.name)
    _ip(client, f"link add {CARD} type veth", *peer)
    _ip(crowd, f"link set {CARD} address {CROWD_MAC}")
    hosts = [host_of(number) for number in range(neighbours)]
    length = NETWORK.prefixlen
    _batch(crowd, [f"addr add {host}/{length} brd + dev {CARD}" for host in hosts])
    _ip(client, f"addr add {CLIENT}/{length} brd + dev {CARD}")
    for place in (client, crowd):
        _ip(place, f"link set {CARD} up")
    # Linux keeps 1,024 neighbours for all namespaces together, unless told of them like this
    told = f"lladdr {CROWD_MAC} dev {CARD} nud permanent"
    _batch(client, [f"neigh add {host} {told}" for host in hosts])


def _ip(place: Place, words: str, *more: str) -> None:
    _run(["ip", "-n", place.name, *words.split(), *more])


def _batch(place: Place, lines: list[str]) -> None:
    _run(["ip", "-n", place.name, "-batch", "-"], "\n".join(lines))


def _run(command: list[str], told: str = "") -> None:
    done = subprocess.run(command, input=told, capture_output=True, text=True, check=False)
    if done.returncode:
        raise AssertionError(f"{' '.join(command)}: {done.stderr.strip()}")
