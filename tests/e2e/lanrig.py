#!/usr/bin/env python3
"""lanrig: several "hosts" on one machine, as network namespaces on one switch.

Standard library only; needs root and iproute2 (ethtool is optional).
All names carry a prefix ($RIG) so several rigs can exist side by side and `down`
removes only what this rig made.

  lanrig.py up   [--hosts 3] [--far 0] [--net 192.168.77] [--mtu 1500]
  lanrig.py check                   verify broadcast, multicast, TCP, IPv6 link-local
  lanrig.py exec HOST -- CMD...     run in that host (own net + UTS namespace, hostname HOST)
  lanrig.py impair HOST|all [--loss %] [--dup %] [--delay ms] [--jitter ms] [--reorder %]
                         [--gap ms] [--corrupt %] [--rate mbit] [--seed N] [--dir both|in|out]
                         [--burst N] [--udp-only] [--ttl s]
  lanrig.py clear  HOST|all         take the impairment (the user-space wire) out again
  lanrig.py stats                   counters of the wire
  lanrig.py link   HOST up|down     pull / plug the cable
  lanrig.py block  HOST HOST        drop everything between two hosts (partition)
  lanrig.py unblock                 heal every partition
  lanrig.py readdr HOST IP/LEN      change a host's IPv4 address (DHCP renew, roaming)
  lanrig.py addif  HOST             a second interface in a second network (multi-homed host)
  lanrig.py pcap   HOST FILE [FILTER]  print the tcpdump command line for it
  lanrig.py status
  lanrig.py down

Some kernels lack CONFIG_NET_SCH_NETEM, so `tc qdisc add ... netem` fails
("Error: Specified qdisc kind is unknown").  `impair` therefore moves the host's
cable from the kernel bridge to a small user-space wire (AF_PACKET <-> TAP) that
does loss, duplication, delay, jitter, reordering, corruption and rate, seeded,
so a run can be repeated.  With no impairment the cable is plain veth + bridge.
Where netem exists, `impair --kernel` uses it instead.
"""

import argparse
import contextlib
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import lancheck
import lanwire

PFX = os.environ.get("RIG", "lr")
RUN = Path(f"/run/lanrig-{PFX}")
SW = f"{PFX}-sw"
CTL = str(RUN / "wire.sock")
STATE = RUN / "state.json"
IMPAIRMENTS = (
    "loss", "dup", "delay", "jitter", "reorder", "gap", "corrupt", "rate",
    "seed", "dir", "burst", "udp_only",
)  # fmt: skip

State = dict[str, Any]
Arguments = argparse.Namespace


def sh(
    *command: str, check: bool = True, ns: str | None = None, quiet: bool = False
) -> subprocess.CompletedProcess[str]:
    if ns:
        command = ("ip", "netns", "exec", ns, *command)
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if check and done.returncode:
        raise SystemExit(f"{' '.join(command)}: {done.stderr.strip()}")
    if done.returncode and not quiet and not check:
        print(f"warn: {' '.join(command)}: {done.stderr.strip()}", file=sys.stderr)
    return done


def sysctl(ns: str, key: str, value: object) -> None:
    sh("sysctl", "-qw", f"{key}={value}", ns=ns, check=False, quiet=True)


def load() -> State:
    try:
        return json.loads(STATE.read_text())
    except FileNotFoundError:
        raise SystemExit("rig is not up") from None


def save(state: State) -> None:
    STATE.write_text(json.dumps(state, indent=1))


def ns_of(host: str) -> str:
    return f"{PFX}-{host}"


# ------------------------------------------------------------------- building
def plug(
    host: str,
    bridge: str,
    ip: str,
    *,
    gateway: str | None = None,
    ifname: str = "eth0",
    mtu: int = 1500,
    mac: str | None = None,
) -> str:
    """A veth between ``host`` (as ifname) and the switch namespace; the port's name there."""
    ns = ns_of(host)
    port = f"p-{host}" if ifname == "eth0" else f"p-{host}-{ifname[-1]}"
    peer = ("peer", "name", ifname, "netns", ns)
    sh("ip", "link", "add", port, "netns", SW, "type", "veth", *peer)
    if mac:
        sh("ip", "-n", ns, "link", "set", ifname, "address", mac)
    for where, name in ((SW, port), (ns, ifname)):
        sh("ip", "-n", where, "link", "set", name, "mtu", str(mtu))
        # frames on the wire must be real MTU-sized frames with real checksums
        offloads = ("tso", "off", "gso", "off", "gro", "off", "tx", "off")
        if shutil.which("ethtool"):
            sh("ethtool", "-K", name, *offloads, ns=where, check=False, quiet=True)
    sysctl(SW, f"net.ipv6.conf.{port}.disable_ipv6", 1)
    sh("ip", "-n", SW, "link", "set", port, "master", bridge, "up")
    sysctl(ns, f"net.ipv6.conf.{ifname}.accept_dad", 0)
    sysctl(ns, f"net.ipv6.conf.{ifname}.disable_ipv6", 0)
    sh("ip", "-n", ns, "addr", "add", ip, "brd", "+", "dev", ifname)
    sh("ip", "-n", ns, "link", "set", ifname, "up")
    if gateway:
        sh("ip", "-n", ns, "route", "add", "default", "via", gateway, "dev", ifname)
    elif ifname == "eth0":
        # who joins or sends multicast or 255.255.255.255 with INADDR_ANY needs a route to exist
        sh("ip", "-n", ns, "route", "add", "default", "dev", ifname)
    sh("ip", "-n", ns, "route", "replace", "224.0.0.0/4", "dev", "eth0")
    return port


def make_host(host: str) -> None:
    ns = ns_of(host)
    sh("ip", "netns", "add", ns)
    sysctl(ns, "net.ipv6.conf.all.accept_dad", 0)
    sysctl(ns, "net.ipv6.conf.default.accept_dad", 0)
    sysctl(ns, "net.ipv4.conf.all.rp_filter", 0)
    sysctl(ns, "net.ipv4.conf.default.rp_filter", 0)
    sysctl(ns, "net.ipv4.ping_group_range", "0 2147483647")
    sh("ip", "-n", ns, "link", "set", "lo", "up")


def next_net(net: str) -> str:
    first, _, last = net.rpartition(".")
    return f"{first}.{(int(last) + 1) % 256}"


def up(a: Arguments) -> None:
    if STATE.exists():
        raise SystemExit(f"rig {PFX} is already up; `lanrig.py down` first")
    RUN.mkdir(parents=True, exist_ok=True)
    state: State = {"hosts": {}, "net": a.net, "mtu": a.mtu, "pfx": PFX}
    save(state)
    sh("ip", "netns", "add", SW)
    for bridge in ("br0", "br1"):
        options = ("stp_state", "0", "mcast_snooping", "0", "forward_delay", "0")
        sh("ip", "-n", SW, "link", "add", bridge, "type", "bridge", *options)
        sysctl(SW, f"net.ipv6.conf.{bridge}.disable_ipv6", 1)
        sh("ip", "-n", SW, "link", "set", bridge, "up")
    far_net = next_net(a.net)
    hosts = state["hosts"]
    if a.far:
        hosts["gw"] = make_gateway(a.net, far_net, a.mtu)
    for i in range(1, a.hosts + 1):
        gateway = f"{a.net}.254" if a.far else None
        mac = f"02:00:00:00:4d:{i:02x}"
        hosts[f"h{i}"] = add_host(f"h{i}", "br0", f"{a.net}.{10 + i}", gateway, mac=mac, mtu=a.mtu)
    for i in range(1, a.far + 1):
        mac, gateway = f"02:00:00:00:4e:{i:02x}", f"{far_net}.254"
        hosts[f"f{i}"] = add_host(
            f"f{i}", "br1", f"{far_net}.{10 + i}", gateway, mac=mac, mtu=a.mtu
        )
    write_names(hosts)
    save(state)
    status(a)


def add_host(host: str, bridge: str, ip: str, gateway: str | None, *, mac: str, mtu: int) -> State:
    make_host(host)
    port = plug(host, bridge, f"{ip}/24", gateway=gateway, mtu=mtu, mac=mac)
    return {"ip": ip, "port": port, "bridge": bridge}


def make_gateway(net: str, far_net: str, mtu: int) -> State:
    make_host("gw")
    plug("gw", "br0", f"{net}.254/24", ifname="eth0", mtu=mtu)
    sh("ip", "-n", ns_of("gw"), "route", "del", "default", check=False, quiet=True)
    plug("gw", "br1", f"{far_net}.254/24", ifname="eth1", mtu=mtu)
    sysctl(ns_of("gw"), "net.ipv4.ip_forward", 1)
    return {"ip": f"{net}.254", "port": "p-gw", "bridge": "br0", "router": True}


def write_names(hosts: State) -> None:
    """Names resolve inside the rig only."""
    for host, own in hosts.items():
        folder = Path(f"/etc/netns/{ns_of(host)}")
        folder.mkdir(parents=True, exist_ok=True)
        others = "".join(f"{one['ip']} {name}\n" for name, one in hosts.items() if name != host)
        local = "127.0.0.1 localhost\n::1 localhost\n"
        files = {"hosts": f"{local}{own['ip']} {host}\n{others}", "resolv.conf": "# no DNS here\n"}
        for name, text in files.items():
            if Path("/etc", name).exists():  # or ip cannot lay it over, and says so
                (folder / name).write_text(text)


# ---------------------------------------------------------------- taking down
def down(_a: Arguments) -> None:
    lanwire.stop(CTL, RUN / "wire.pid")
    listed = subprocess.run(["ip", "netns", "list"], capture_output=True, text=True, check=False)
    for line in listed.stdout.splitlines():
        name = line.partition(" ")[0]
        if name.startswith(PFX + "-"):
            end_processes(name)
            sh("ip", "netns", "del", name, check=False)
            shutil.rmtree(f"/etc/netns/{name}", ignore_errors=True)
    shutil.rmtree(RUN, ignore_errors=True)


def end_processes(ns: str) -> None:
    """Only processes living in this rig's own namespaces."""
    for number in (signal.SIGTERM, signal.SIGKILL):
        pids = pids_in(ns)
        for pid in pids:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, number)
        deadline = time.monotonic() + 3
        while pids and time.monotonic() < deadline and pids_in(ns):
            time.sleep(0.1)


def pids_in(ns: str) -> list[int]:
    listed = sh("ip", "netns", "pids", ns, check=False, quiet=True).stdout
    return [int(pid) for pid in listed.split()]


def status(_a: Arguments) -> None:
    for host, one in load()["hosts"].items():
        show = ("-6", "-br", "addr", "show", "dev", "eth0")
        words = sh("ip", "-n", ns_of(host), *show, check=False).stdout.split()
        six = next((word for word in words if word.startswith("fe80")), "")
        impaired = f"IMPAIRED {json.dumps(one['imp'])}" if one.get("imp") else ""
        where = f"{host:4} ns={ns_of(host):8} eth0 {one['ip']:15}"
        print(f"{where} {six:30} {one['bridge']} {impaired}")


def host_command(host: str, command: list[str]) -> list[str]:
    hosts = load()["hosts"]
    if host not in hosts:
        raise SystemExit(f"no host {host}; have {', '.join(hosts)}")
    rename = f"hostname {host} 2>/dev/null || echo {host} >/proc/sys/kernel/hostname"
    inside = ["unshare", "--uts", "sh", "-c", f'{rename}; exec "$@"', "sh", *command]
    return ["ip", "netns", "exec", ns_of(host), *inside]


def do_exec(a: Arguments) -> None:
    command = a.cmd[1:] if a.cmd[:1] == ["--"] else a.cmd
    os.execvp("ip", host_command(a.host, command))


# ----------------------------------------------------------------- impairment
def impair(a: Arguments) -> None:
    state = load()
    hosts = [h for h in state["hosts"] if h != "gw"] if a.host == "all" else [a.host]
    if a.kernel:
        for host in hosts:
            impair_in_kernel(state["hosts"][host]["port"], a)
        return
    forget_dead_wire(state)
    if not Path(CTL).exists():
        start_wire(a.ttl)
    impairment = {name: getattr(a, name) for name in IMPAIRMENTS}
    for host in hosts:
        one = state["hosts"][host]
        message = {"op": "set", "host": host, "port": one["port"], "bridge": one["bridge"]}
        print(lanwire.ask(CTL, {**message, "fresh": not one.get("imp"), "imp": impairment}))
        one["imp"] = impairment
    save(state)


def impair_in_kernel(port: str, a: Arguments) -> None:
    words = ["tc", "qdisc", "replace", "dev", port, "root", "netem"]
    if a.delay:
        words += ["delay", f"{a.delay}ms", f"{a.jitter}ms"]
    if a.loss:
        words += ["loss", f"{a.loss}%"]
    if a.dup:
        words += ["duplicate", f"{a.dup}%"]
    if a.reorder:
        words += ["reorder", f"{a.reorder}%", "gap", "5"]
    if a.corrupt:
        words += ["corrupt", f"{a.corrupt}%"]
    if a.rate:
        words += ["rate", f"{a.rate}mbit"]
    sh(*words, ns=SW)


def forget_dead_wire(state: State) -> None:
    """The wire reached its --ttl and has replugged the cables by itself."""
    with contextlib.suppress(FileNotFoundError):
        pid = (RUN / "wire.pid").read_text()
        if not Path(f"/proc/{pid}").exists():
            Path(CTL).unlink(missing_ok=True)
            for one in state["hosts"].values():
                one.pop("imp", None)


def start_wire(ttl_s: float) -> None:
    own = str(Path(__file__).resolve())
    command = ["ip", "netns", "exec", SW, sys.executable, own, "_wire", "--ttl", str(ttl_s)]
    with (RUN / "wire.log").open("a") as log:
        wire = subprocess.Popen(
            command, stdout=log, stderr=log, stdin=subprocess.DEVNULL, start_new_session=True
        )
    (RUN / "wire.pid").write_text(str(wire.pid))
    for _ in range(100):
        if Path(CTL).exists():
            return
        time.sleep(0.05)
    raise SystemExit((RUN / "wire.log").read_text())


def clear(a: Arguments) -> None:
    state = load()
    for host in [*state["hosts"]] if a.host == "all" else [a.host]:
        one = state["hosts"][host]
        sh("tc", "qdisc", "del", "dev", one["port"], "root", ns=SW, check=False, quiet=True)
        if one.pop("imp", None):
            message = {"op": "del", "host": host, "port": one["port"], "bridge": one["bridge"]}
            try:
                print(lanwire.ask(CTL, message))
            except OSError:  # the wire reached its --ttl and has already replugged the cable
                master = ("master", one["bridge"])
                sh("ip", "-n", SW, "link", "set", one["port"], *master, check=False)
    save(state)


def stats(_a: Arguments) -> None:
    print(json.dumps(json.loads(lanwire.ask(CTL, {"op": "stats"})), indent=1))


def run_wire(a: Arguments) -> None:
    lanwire.run(CTL, a.ttl)


# ---------------------------------------------------------------- link events
def link(a: Arguments) -> None:
    sh("ip", "-n", SW, "link", "set", load()["hosts"][a.host]["port"], a.what)


def block(a: Arguments) -> None:
    hosts = load()["hosts"]
    sh("nft", "add", "table", "bridge", "rig", ns=SW)
    hook = "{ type filter hook forward priority 0 ; }"
    sh("nft", "add", "chain", "bridge", "rig", "cut", hook, ns=SW)
    one, other = (f"w-{h}" if hosts[h].get("imp") else hosts[h]["port"] for h in (a.a, a.b))
    for source, target in ((one, other), (other, one)):
        rule = ("iifname", source, "oifname", target, "drop")
        sh("nft", "add", "rule", "bridge", "rig", "cut", *rule, ns=SW)


def unblock(_a: Arguments) -> None:
    sh("nft", "delete", "table", "bridge", "rig", ns=SW, check=False)


def readdr(a: Arguments) -> None:
    state = load()
    ns = ns_of(a.host)
    had = sh("ip", "-n", ns, "route", "show", "default").stdout.split()
    sh("ip", "-n", ns, "-4", "addr", "flush", "dev", "eth0")
    sh("ip", "-n", ns, "addr", "add", a.ip, "brd", "+", "dev", "eth0")
    sh("ip", "-n", ns, "route", "replace", *(had or ["default", "dev", "eth0"]))
    sh("ip", "-n", ns, "route", "replace", "224.0.0.0/4", "dev", "eth0")
    state["hosts"][a.host]["ip"] = a.ip.partition("/")[0]
    save(state)


def addif(a: Arguments) -> None:
    state = load()
    ip = f"{next_net(state['net'])}.{100 + int(a.host[1:])}/24"
    plug(a.host, "br1", ip, ifname="eth1", mtu=state["mtu"])
    print("eth1", ip)


def pcap(a: Arguments) -> None:
    print(f"ip netns exec {ns_of(a.host)} tcpdump -U -n -i eth0 -w {a.file} {a.filter}")


def check(_a: Arguments) -> None:
    state = load()
    sys.exit(not lancheck.check(state["hosts"], state["net"], ns_of, host_command))


# --------------------------------------------------------------- command line
def parser() -> argparse.ArgumentParser:
    raw = argparse.RawDescriptionHelpFormatter
    top = argparse.ArgumentParser(description=__doc__, formatter_class=raw)
    verbs = top.add_subparsers(dest="op", required=True)
    one = verbs.add_parser("up")
    one.add_argument("--hosts", type=int, default=3)
    one.add_argument("--far", type=int, default=0)
    one.add_argument("--net", default="192.168.77")
    one.add_argument("--mtu", type=int, default=1500)
    one.set_defaults(run=up)
    for name, plain in (("down", down), ("status", status), ("stats", stats)):
        verbs.add_parser(name).set_defaults(run=plain)
    for name, plain in (("check", check), ("unblock", unblock)):
        verbs.add_parser(name).set_defaults(run=plain)
    add_impair(verbs.add_parser("impair"))
    for name, run, words in (
        ("clear", clear, ("host",)),
        ("block", block, ("a", "b")),
        ("readdr", readdr, ("host", "ip")),
        ("addif", addif, ("host",)),
    ):
        one = verbs.add_parser(name)
        for word in words:
            one.add_argument(word)
        one.set_defaults(run=run)
    add_others(verbs)
    return top


def add_impair(one: argparse.ArgumentParser) -> None:
    one.add_argument("host")
    for name in ("loss", "dup", "delay", "jitter", "reorder", "gap", "corrupt", "rate"):
        one.add_argument("--" + name, type=float, default=0)
    one.add_argument("--seed", type=int, default=1)
    one.add_argument("--burst", type=int, default=1)
    one.add_argument("--dir", choices=["both", "in", "out"], default="both")
    one.add_argument("--udp-only", dest="udp_only", action="store_true")
    one.add_argument("--ttl", type=float, default=3600)
    one.add_argument("--kernel", action="store_true")
    one.set_defaults(run=impair)


def add_others(verbs: Any) -> None:
    one = verbs.add_parser("exec")
    one.add_argument("host")
    one.add_argument("cmd", nargs=argparse.REMAINDER)
    one.set_defaults(run=do_exec)
    one = verbs.add_parser("link")
    one.add_argument("host")
    one.add_argument("what", choices=["up", "down"])
    one.set_defaults(run=link)
    one = verbs.add_parser("pcap")
    one.add_argument("host")
    one.add_argument("file")
    one.add_argument("filter", nargs="?", default="")
    one.set_defaults(run=pcap)
    one = verbs.add_parser("_wire")
    one.add_argument("--ttl", type=float, default=3600)
    one.set_defaults(run=run_wire)


def main() -> None:
    a = parser().parse_args()
    a.run(a)


if __name__ == "__main__":
    main()
