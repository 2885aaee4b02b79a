"""lanrig's self check: broadcast, multicast, unicast, TCP and IPv6 link-local really pass."""

import subprocess
import sys
from collections.abc import Callable
from typing import Any

GROUP = "224.0.0.167"

RECEIVER = r"""
import select, socket, struct, sys, time
group, seconds = sys.argv[1], float(sys.argv[2])
broadcasts = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
broadcasts.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
broadcasts.setsockopt(socket.SOL_SOCKET, socket.SO_BROADCAST, 1)
broadcasts.bind(("", 2425))
groups4 = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
groups4.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
groups4.bind(("", 53317))
join = struct.pack("4s4s", socket.inet_aton(group), b"\0" * 4)
groups4.setsockopt(socket.IPPROTO_IP, socket.IP_ADD_MEMBERSHIP, join)
groups6 = socket.socket(socket.AF_INET6, socket.SOCK_DGRAM)
groups6.bind(("::", 53318))
index = struct.pack("@I", socket.if_nametoindex("eth0"))
join = socket.inet_pton(socket.AF_INET6, "ff02::1234") + index
groups6.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_JOIN_GROUP, join)
streams = socket.socket()
streams.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
streams.bind(("", 2425))
streams.listen()
print("ready", flush=True)
seen = []
end = time.monotonic() + seconds
while time.monotonic() < end:
    for one in select.select([broadcasts, groups4, groups6, streams], [], [], 0.2)[0]:
        if one is not streams:
            seen.append(one.recv(65536).decode())
            continue
        client, _ = one.accept()
        size = 0
        while data := client.recv(65536):
            size += len(data)
        seen.append("tcp:%d" % size)
        client.close()
print(" ".join(sorted(seen)))
"""

SENDER = r"""
import socket, sys
directed, peer, group, peer6 = sys.argv[1:5]
out = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
out.setsockopt(socket.SOL_SOCKET, socket.SO_BROADCAST, 1)
out.sendto(b"dirbcast", (directed, 2425))
out.sendto(b"limbcast", ("255.255.255.255", 2425))
out.sendto(b"unicast", (peer, 2425))
out.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_TTL, 1)
out.sendto(b"mcast4", (group, 53317))
out6 = socket.socket(socket.AF_INET6, socket.SOCK_DGRAM)
index = socket.if_nametoindex("eth0")
out6.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_MULTICAST_IF, index)
out6.sendto(b"mcast6", ("ff02::1234", 53318, 0, index))
out6.sendto(b"unicast6", (peer6, 53318, 0, index))
stream = socket.create_connection((peer, 2425), 5)
stream.sendall(b"x" * 1000000)
stream.close()
"""

HostCommand = Callable[[str, list[str]], list[str]]


def check(
    hosts: dict[str, Any], net: str, ns_of: Callable[[str], str], command: HostCommand
) -> bool:
    """True when the first host reaches the others in every way; prints a line for each."""
    first, *others = [name for name in hosts if name.startswith("h")]
    receivers = {
        host: subprocess.Popen(
            command(host, [sys.executable, "-c", RECEIVER, GROUP, "3"]),
            stdout=subprocess.PIPE,
            text=True,
        )
        for host in others
    }
    for receiver in receivers.values():
        assert receiver.stdout is not None
        assert receiver.stdout.readline().strip() == "ready"
    addresses = [f"{net}.255", hosts[others[0]]["ip"], GROUP, link_local(ns_of(others[0]))]
    send = [sys.executable, "-c", SENDER, *addresses]
    subprocess.run(command(first, send), check=True, timeout=20)
    fine = True
    for host, receiver in receivers.items():
        got = receiver.communicate(timeout=20)[0].split()
        need = {"dirbcast", "limbcast", "mcast4", "mcast6"}
        need |= {"unicast", "unicast6", "tcp:1000000"} if host == others[0] else set()
        missing = need - set(got)
        fine = fine and not missing
        verdict = f"MISSING {' '.join(missing)}" if missing else "OK"
        print(f"{first} -> {host}: {' '.join(got)}  {verdict}")
    return fine


def link_local(ns: str) -> str:
    show = ["ip", "-n", ns, "-6", "-br", "addr", "show", "dev", "eth0"]
    words = subprocess.run(show, capture_output=True, text=True, check=True).stdout.split()
    return next(word for word in words if word.startswith("fe80")).partition("/")[0]
