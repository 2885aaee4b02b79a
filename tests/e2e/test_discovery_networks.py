"""People meet on every network there is: hosts with cards of their own, discovery alone."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass

import pytest

from tests.e2e.beaconer import Beaconer
from tests.e2e.headless import MEET_S
from tests.e2e.rig import Place, Rig

Begin = Callable[..., Beaconer]
DROP = "type filter hook output priority 0 ;"


@pytest.fixture
def begin() -> Iterator[Callable[..., Beaconer]]:
    with ExitStack() as stack:

        def begin_one(place: Place, name: str, *bind: str) -> Beaconer:
            one = Beaconer(place, name, *bind)
            stack.callback(one.close)
            return one

        yield begin_one


@dataclass(frozen=True)
class Change:
    """Something taken from a host, and how it comes back."""

    do: str = "true"
    undo: str = "true"


AS_THEY_ARE = Change()
IPV4_ONLY = Change(
    "sysctl -qw net.ipv6.conf.all.disable_ipv6=1", "sysctl -qw net.ipv6.conf.all.disable_ipv6=0"
)
IPV6_ONLY = Change("ip -4 addr flush dev eth0")
NO_ROUTES = Change("ip route del default && ip route del 224.0.0.0/4")
NO_CARD = Change("ip link set eth0 down", "ip link set eth0 up")


def dropping(what: str) -> Change:
    rule = f"add table ip t; add chain ip t o {{ {DROP} }}; add rule ip t o {what} drop"
    return Change(f"nft '{rule}'", "nft flush ruleset")


@pytest.fixture
def change(rig: Rig) -> Iterator[Callable[[str, Change], None]]:
    """Changes a host; afterwards it is whole again, and has its address and routes."""
    with ExitStack() as undo:

        def change_one(host: str, what: Change) -> None:
            if what is not AS_THEY_ARE:
                undo.callback(rig.readdr, host, f"{rig[host].ip}/24")
                undo.callback(rig[host].run, "sh", "-c", what.undo)
            rig[host].run("sh", "-c", what.do)

        yield change_one


@pytest.mark.parametrize(
    "changes",
    [
        [AS_THEY_ARE],
        [IPV4_ONLY],
        [IPV6_ONLY],
        [NO_ROUTES],
        [IPV4_ONLY, dropping("ip daddr 224.0.0.0/4")],
        [IPV4_ONLY, dropping("fib daddr type broadcast")],
    ],
    ids=["as-they-are", "ipv4-only", "ipv6-only", "no-routes", "no-multicast", "no-broadcast"],
)
def test_g08_two_hosts_meet_at_once(
    rig: Rig, begin: Begin, change: Callable[[str, Change], None], changes: list[Change]
) -> None:
    for host in ("h1", "h2"):
        for one in changes:
            change(host, one)
    old = begin(rig["h1"], "old")
    old.wait("networks", count=1)
    new = begin(rig["h2"], "new")
    assert new.sees(old)["at_s"] < MEET_S
    assert old.sees(new)["port"] == 48484


def test_one_whose_beacons_are_lost_is_met_by_its_answer(
    rig: Rig, begin: Begin, change: Callable[[str, Change], None]
) -> None:
    change("h1", IPV4_ONLY)
    change("h2", dropping("ip daddr { 224.0.0.0/4, 192.168.77.255 }"))
    silent, heard = begin(rig["h2"], "silent"), begin(rig["h1"], "heard")
    silent.sees(heard)
    assert heard.sees(silent)["at_s"] < MEET_S


def test_g08_a_card_that_comes_late_is_used_at_once(
    rig: Rig, begin: Begin, change: Callable[[str, Change], None]
) -> None:
    change("h2", NO_CARD)
    one, other = begin(rig["h1"], "one"), begin(rig["h2"], "other")
    other.wait("networks", count=0)
    rig["h2"].run("ip", "link", "set", "eth0", "up")
    came_s = other.wait("networks", count=1)["at_s"]
    assert other.sees(one)["at_s"] - came_s < MEET_S
    one.sees(other)


def test_g08_a_new_address_is_told_at_once(rig: Rig, begin: Begin) -> None:
    one, other = begin(rig["h1"], "one"), begin(rig["h2"], "other")
    one.sees(other, host=rig["h2"].ip)
    rig.readdr("h2", "192.168.77.99/24")
    one.sees(other, host="192.168.77.99")


def test_g08_a_cable_pulled_is_a_network_less(rig: Rig, begin: Begin) -> None:
    one = begin(rig["h1"], "one")
    one.wait("networks", count=1)
    rig.link("h1", is_up=False)
    one.wait("networks", count=0)
    rig.link("h1", is_up=True)
    one.wait("networks", count=1)


def test_several_on_one_host_meet_each_other_and_others(rig: Rig, begin: Begin) -> None:
    first, second = begin(rig["h1"], "first"), begin(rig["h1"], "second")
    third = begin(rig["h2"], "third")
    first.sees(second, port=48485)
    second.sees(first, port=48484)
    assert third.sees(first)["port"] == 48484
    assert third.sees(second)["port"] == 48485


def test_a_machine_without_any_card_is_a_network_of_its_own(rig: Rig, begin: Begin) -> None:
    with rig.cardless() as alone:
        first, second = begin(alone, "first"), begin(alone, "second")
        first.wait("networks", count=0)
        assert first.sees(second)["host"] == second.sees(first)["host"] == "127.0.0.1"


def test_bound_to_one_address_only_its_network_is_used(rig: Rig, begin: Begin) -> None:
    """No IPv6, no loopback: who is bound there sees who is there, and nobody else does."""
    one = begin(rig["h1"], "one", rig["h1"].ip)
    neighbour = begin(rig["h1"], "neighbour", "127.0.0.1")
    other = begin(rig["h2"], "other")
    assert other.sees(one)["host"] == rig["h1"].ip
    assert one.sees(other)["host"] == rig["h2"].ip
    assert {line["host"] for line in one.close()} == {rig["h2"].ip}
    assert {line["host"] for line in neighbour.close()} <= {"127.0.0.1"}
