"""Hosts of their own for tests: a small switched network of namespaces (see lanrig.py).

A place is where a program runs: ``here`` or a host of the rig. All a place has to
know is how to start a command in it.
"""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

LANRIG = Path(__file__).with_name("lanrig.py")
REFUSALS = (
    "not permitted",
    "permission denied",
    "not supported",
    "unknown device type",
    "make-rslave",  # in a chroot that is no mount point of its own
)
"""What a system says that may not, or cannot, make networks."""
PACKAGES = {"ip": "iproute2", "unshare": "util-linux", "nft": "nftables"}


class RigUnavailableError(Exception):
    """Why this machine cannot have a rig: the reason to skip."""


@dataclass(frozen=True, slots=True)
class Place:
    """Somewhere to start programs. ``ip`` is its IPv4 address for others."""

    name: str
    ip: str
    prefix: tuple[str, ...] = ()

    def command(self, command: Sequence[str]) -> list[str]:
        """``command`` as it has to be started from here; it stays one process throughout."""
        return [*self.prefix, *command]

    def run(self, *command: str) -> str:
        done = subprocess.run(self.command(command), capture_output=True, text=True, check=False)
        if done.returncode:
            raise AssertionError(f"{self.name}: {' '.join(command)}: {done.stderr.strip()}")
        return done.stdout


HERE = Place("here", "127.0.0.1")


class Rig:
    """A network that is up. Every change to it is undone by ``restore``."""

    def __init__(self, prefix: str, hosts: int) -> None:
        self._environment = {**os.environ, "RIG": prefix}
        self._prefix = prefix
        self._moved: set[str] = set()
        self._walled: set[str] = set()
        self._throttled: set[str] = set()
        self._lrig("up", "--hosts", str(hosts))
        self.hosts = {
            f"h{number}": Place(
                f"h{number}",
                f"192.168.77.{10 + number}",
                ("ip", "netns", "exec", f"{prefix}-h{number}"),
            )
            for number in range(1, hosts + 1)
        }

    def __getitem__(self, host: str) -> Place:
        return self.hosts[host]

    def impair(self, host: str, **how: float | str) -> None:
        """``loss=30, delay=5 ...`` as lanrig's options; ``host`` may be "all"."""
        options = [word for name, value in how.items() for word in (f"--{name}", str(value))]
        self._lrig("impair", host, *options)

    def clear(self, host: str = "all") -> None:
        self._lrig("clear", host)

    def block(self, one: str, other: str) -> None:
        self._lrig("block", one, other)

    def unblock(self) -> None:
        self._lrig("unblock")

    def wall(self, host: str, *drops: str) -> None:
        """A firewall at this host: drops what fits, both ways, and counts TCP segments with
        something in them. ``drops`` as nft writes them: ``meta l4proto udp``."""
        self.unwall(host)
        rules = "".join(f"{drop} drop\n" for drop in drops)
        chains = "".join(
            f"chain {way} {{\ntype filter hook {way} priority 0\n{rules}"
            "tcp flags & (psh|fin|syn|rst) != 0 counter name segments\n}\n"
            for way in ("input", "output")
        )
        self[host].run("nft", f"table inet wall {{\ncounter segments {{ }}\n{chains}}}")
        self._walled.add(host)

    def unwall(self, host: str) -> None:
        if host in self._walled:
            self._walled.discard(host)
            self[host].run("nft", "delete", "table", "inet", "wall")

    def tcp_segments(self, host: str) -> int:
        """So far, since the wall was put up."""
        listed = self[host].run("nft", "list", "counter", "inet", "wall", "segments")
        return int(listed.partition("packets ")[2].split()[0])

    def throttle(self, host: str, mbit: int) -> None:
        """What this host sends, by its own kernel: no process of ours carries the frames."""
        limit = ("rate", f"{mbit}mbit", "burst", "256k", "latency", "50ms")
        self[host].run("tc", "qdisc", "replace", "dev", "eth0", "root", "tbf", *limit)
        self._throttled.add(host)

    def unthrottle(self, host: str) -> None:
        if host in self._throttled:
            self._throttled.discard(host)
            self[host].run("tc", "qdisc", "del", "dev", "eth0", "root")

    def sent_bytes(self, host: str) -> int:
        """By its network card, all headers included, since the rig was made."""
        return int(self[host].run("cat", "/sys/class/net/eth0/statistics/tx_bytes"))

    def readdr(self, host: str, address: str) -> None:
        """``address`` as ip/length; the Place keeps the first one."""
        self._moved.add(host)
        self._lrig("readdr", host, address)

    def link(self, host: str, *, is_up: bool) -> None:
        self._lrig("link", host, "up" if is_up else "down")

    @contextmanager
    def only_ipv4(self, *hosts: str) -> Iterator[None]:
        key = "net.ipv6.conf.eth0.disable_ipv6"
        for host in hosts:
            self[host].run("sysctl", "-qw", f"{key}=1")
        try:
            yield
        finally:
            for host in hosts:
                self[host].run("sysctl", "-qw", f"{key}=0")

    @contextmanager
    def cardless(self) -> Iterator[Place]:
        """A host with no network card but loopback."""
        with namespace(f"{self._prefix}-alone") as place:
            yield place

    def restore(self) -> None:
        self.clear()
        self.unblock()
        for host in tuple(self._walled):
            self.unwall(host)
        for name, place in self.hosts.items():
            self.unthrottle(name)
            self.link(name, is_up=True)
            if name in self._moved:
                self._lrig("readdr", name, f"{place.ip}/24")
        self._moved.clear()

    def down(self) -> None:
        self._lrig("down")

    def _lrig(self, *words: str) -> str:
        done = subprocess.run(
            [sys.executable, str(LANRIG), *words],
            env=self._environment,
            capture_output=True,
            text=True,
            stdin=subprocess.DEVNULL,
            check=False,
        )
        if done.returncode:
            raise AssertionError(f"lanrig {' '.join(words)}: {done.stderr.strip()}")
        return done.stdout


@contextmanager
def namespace(name: str) -> Iterator[Place]:
    """A network namespace with nothing but loopback."""
    _run("ip", "netns", "add", name)
    try:
        _run("ip", "-n", name, "link", "set", "lo", "up")
        yield Place(name, "127.0.0.1", ("ip", "netns", "exec", name))
    finally:
        _run("ip", "netns", "del", name)


@contextmanager
def private_loopback() -> Iterator[Place]:
    """A place where nobody else's instances are heard; ``HERE`` where that cannot be."""
    with ExitStack() as stack:
        try:
            _need_root_and("ip")
            place = stack.enter_context(namespace(f"here-{os.getpid()}"))
        except (RigUnavailableError, AssertionError):
            place = HERE
        yield place


def _need_root_and(*programs: str) -> None:
    if sys.platform != "linux":
        raise RigUnavailableError("hosts of a rig need Linux")
    if os.geteuid() != 0:
        raise RigUnavailableError("hosts of a rig need root")
    for program in programs:
        if not shutil.which(program):
            raise RigUnavailableError(f"hosts of a rig need {program} ({PACKAGES[program]})")


def make_rig(hosts: int = 3) -> Rig:
    """A rig with a prefix of its own. Raises RigUnavailableError with the reason."""
    _need_root_and(*PACKAGES)
    prefix = f"t{os.getpid()}"
    try:
        return Rig(prefix, hosts)
    except AssertionError as error:
        subprocess.run(
            [sys.executable, str(LANRIG), "down"], env={**os.environ, "RIG": prefix}, check=False
        )
        if any(word in str(error).lower() for word in REFUSALS):
            raise RigUnavailableError(f"no network namespaces here: {error}") from error
        raise


def _run(*command: str) -> None:
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise AssertionError(f"{' '.join(command)}: {done.stderr.strip()}")
