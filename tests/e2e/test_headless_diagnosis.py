"""Why somebody is not seen is told from what the network really does, firewalls and all."""

from collections.abc import Iterator

import pytest

from tests.e2e.conftest import Start
from tests.e2e.headless import Headless, wait_until
from tests.e2e.rig import Rig

BEACONS = "udp dport 48483"
SESSIONS = ("udp dport 48484", "tcp dport 48484")


def findings(one: Headless) -> list[str]:
    found: list[str] = one.ask("diagnose")["findings"]
    return found


def told(one: Headless, *wanted: str) -> None:
    wait_until(lambda: findings(one) == [*wanted], 20.0, f"until {wanted} is found")


@pytest.fixture
def deaf(rig: Rig) -> Iterator[Rig]:
    """A firewall at the first host lets beacons out and none in."""
    rules = f"type filter hook input priority 0\n{BEACONS} drop\n"
    rig["h1"].run("nft", f"table inet deaf {{\nchain in {{\n{rules}}}\n}}")
    yield rig
    rig["h1"].run("nft", "delete", "table", "inet", "deaf")


def test_nobody_then_somebody_then_another_port(rig: Rig, start: Start) -> None:
    anna = start("anna", place=rig["h1"])
    told(anna, "nobody_heard")
    (card,) = anna.ask("diagnose")["cards"]
    assert card["addresses"][0] == rig["h1"].ip
    wait_until(lambda: anna.ask("diagnose")["cards"][0]["heard"], 10.0, "until it hears itself")
    assert card["spoken"]
    assert not card["virtual"]
    ben = start("ben", place=rig["h2"])
    anna.sees(ben)
    told(anna)
    third = start("third", place=rig["h1"])
    third.sees(ben)
    told(third, "port_moved")


def test_a_firewall_here_is_told_by_our_own_beacons(deaf: Rig, start: Start) -> None:
    anna = start("anna", place=deaf["h1"])
    told(anna, "kept_out")


def test_a_firewall_between_two_who_hear_each_other(rig: Rig, start: Start) -> None:
    rig.wall("h1", *SESSIONS)
    anna = start("anna", place=rig["h1"])
    start("ben", place=rig["h2"])
    told(anna, "unanswered")
    assert anna.ask("diagnose")["unanswered"] == 1


def test_what_may_not_go_out_and_no_card_at_all(rig: Rig, start: Start) -> None:
    rig.wall("h1", BEACONS)
    told(start("anna", place=rig["h1"]), "not_spoken", "kept_out")
    with rig.cardless() as place:
        told(alone := start("alone", place=place), "no_network")
        alone.kill()
