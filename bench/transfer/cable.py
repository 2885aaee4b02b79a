"""Two hosts on one cable of their own, MTU 1500; this machine's loopback where that cannot be."""

import json
import os
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.e2e.rig import HERE, REFUSALS, Place, namespace

CARD = "eth0"
SENDER, RECEIVER = "10.78.0.1", "10.78.0.2"
MTU = 1500


@dataclass(frozen=True, slots=True)
class Cable:
    sender: Place
    receiver: Place
    title: str

    @property
    def is_own(self) -> bool:
        """Nobody else is on it, and it can be made slow."""
        return self.sender is not HERE

    @contextmanager
    def limited(self, rate: str) -> Iterator[None]:
        """Both directions, as tc writes it: 1gbit."""
        how = ("root", "tbf", "rate", rate, "burst", "128kb", "latency", "10ms")
        for place in (self.sender, self.receiver):
            place.run("tc", "qdisc", "add", "dev", CARD, *how)
        try:
            yield
        finally:
            for place in (self.sender, self.receiver):
                place.run("tc", "qdisc", "del", "dev", CARD, "root")

    def limited_bytes(self) -> int:
        """What went over the limited cable so far from the sender, frame headers counted."""
        shown = self.sender.run("tc", "-s", "-j", "qdisc", "show", "dev", CARD)
        return int(next(one for one in json.loads(shown) if one.get("root"))["bytes"])

    def wait_listening(self, port: int) -> None:
        """Until something at the receiver listens on this TCP port."""
        wanted = f":{port:04X} "
        while True:
            for line in self.receiver.run("cat", "/proc/net/tcp").splitlines():
                words = line.split()
                if f"{words[1]} ".endswith(wanted) and words[3] == "0A":
                    return


@contextmanager
def cable() -> Iterator[Cable]:
    with ExitStack() as undo:
        try:
            made = _join(undo)
        except (AssertionError, FileNotFoundError) as error:
            is_refusal = any(word in str(error).lower() for word in REFUSALS)
            if isinstance(error, AssertionError) and not is_refusal:
                raise
            made = _loopback(str(error))
        yield made


def _join(undo: ExitStack) -> Cable:
    if sys.platform != "linux" or os.geteuid() != 0:
        return _loopback("network namespaces need root on Linux")
    names = [f"b{os.getpid()}-{end}" for end in "ab"]
    ends = [undo.enter_context(namespace(name)) for name in names]
    _ip(f"-n {names[0]} link add {CARD} type veth peer name {CARD} netns {names[1]}")
    for name, address in zip(names, (SENDER, RECEIVER), strict=True):
        _ip(f"-n {name} addr add {address}/24 brd + dev {CARD}")
        _ip(f"-n {name} link set {CARD} mtu {MTU} up")
        _ip(f"-n {name} route add default dev {CARD}")  # else there is no multicast
    sender, receiver = (
        Place(end.name, address, end.prefix)
        for end, address in zip(ends, (SENDER, RECEIVER), strict=True)
    )
    control = sender.run("sysctl", "-n", "net.ipv4.tcp_congestion_control").strip()
    return Cable(sender, receiver, f"two hosts on a veth pair, MTU {MTU}, TCP {control}")


def _loopback(why: str) -> Cable:
    return Cable(HERE, HERE, f"over loopback: {why}")


def _ip(words: str) -> None:
    Place("here", "").run("ip", *words.split())


def free_port() -> int:
    """One that nothing here listens on; in a namespace of its own any is free."""
    import socket  # noqa: PLC0415

    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


def cpu_s(pid: int) -> float:
    """Of all threads of a process, in user and kernel mode."""
    words = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
    return (int(words[11]) + int(words[12])) / os.sysconf("SC_CLK_TCK")
