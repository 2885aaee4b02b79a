"""Who is on the network sees each other, soon, and sees each other leave."""

import signal

import pytest

from tests.e2e.conftest import Start
from tests.e2e.headless import AT_ONCE_S, GONE_S, MEET_S, Headless
from tests.e2e.rig import Place, Rig


def _meet(one: Headless, other: Headless) -> None:
    """Both have just said ready."""
    one.sees(other, within_s=MEET_S)
    other.sees(one, within_s=MEET_S)


def _chat(one: Headless, other: Headless) -> None:
    for sender, receiver in ((one, other), (other, one)):
        message = sender.send(receiver, f"from {sender.profile.name}")
        sender.delivered(message)
        assert receiver.wait("message", id=message)["text"] == f"from {sender.profile.name}"


def test_two_hosts_meet_within_the_promise_and_chat(rig: Rig, start: Start) -> None:
    anna = start("anna", place=rig["h1"])
    ben = start("ben", place=rig["h2"])
    _meet(anna, ben)
    assert anna.sees(ben)["address"].endswith(f":{ben.port}")
    assert anna.sees(ben)["name"] == "ben"
    _chat(anna, ben)


def test_hosts_without_ipv6_meet_and_chat(rig: Rig, start: Start) -> None:
    with rig.only_ipv4("h1", "h2"):
        anna, ben = start("anna", place=rig["h1"]), start("ben", place=rig["h2"])
        _meet(anna, ben)
        assert anna.sees(ben)["address"] == f"{rig['h2'].ip}:{ben.port}"
        _chat(anna, ben)


def test_three_hosts_started_at_once_meet(rig: Rig, start: Start) -> None:
    people = [
        start(f"person{number}", place=rig[f"h{number}"], is_ready=False) for number in (1, 2, 3)
    ]
    for one in people:
        one.wait("ready")
    for one in people:
        for other in people:
            if other is not one:
                one.sees(other, within_s=MEET_S)


def test_hosts_without_a_default_route_meet(rig: Rig, start: Start) -> None:
    for host in ("h1", "h2"):
        rig[host].run("ip", "route", "del", "default")
        rig[host].run("ip", "route", "del", "224.0.0.0/4")
    try:
        _meet(start("anna", place=rig["h1"]), start("ben", place=rig["h2"]))
    finally:
        for host in ("h1", "h2"):
            rig[host].run("ip", "route", "add", "default", "dev", "eth0")
            rig[host].run("ip", "route", "add", "224.0.0.0/4", "dev", "eth0")


def test_hosts_without_ipv4_meet_and_chat(rig: Rig, start: Start) -> None:
    for host in ("h1", "h2"):
        rig[host].run("ip", "-4", "addr", "flush", "dev", "eth0")
    try:
        anna, ben = start("anna", place=rig["h1"]), start("ben", place=rig["h2"])
        _meet(anna, ben)
        _chat(anna, ben)
    finally:
        for host in ("h1", "h2"):
            rig.readdr(host, f"{rig[host].ip}/24")
            rig[host].run("ip", "route", "replace", "default", "dev", "eth0")


def test_clean_exit_is_seen_at_once(rig: Rig, start: Start) -> None:
    anna, ben = start("anna", place=rig["h1"]), start("ben", place=rig["h2"])
    _meet(anna, ben)
    since = anna.mark()
    ben.quit()
    gone = anna.loses(ben, since=since, within_s=AT_ONCE_S)
    assert gone["address"] is None


@pytest.mark.timeout(180)
def test_killed_peer_is_away_within_the_promise_and_back_when_it_comes(
    rig: Rig, start: Start
) -> None:
    anna, ben = start("anna", place=rig["h1"]), start("ben", place=rig["h2"])
    _meet(anna, ben)
    since = anna.mark()
    ben.kill()
    anna.loses(ben, since=since, within_s=GONE_S)
    since = anna.mark()
    again = start("ben", place=rig["h2"])
    anna.wait("peer", peer_id=again.peer_id, online=True, since=since, within_s=MEET_S)
    _chat(anna, again)


@pytest.mark.timeout(180)
def test_pulled_cable_is_noticed_and_healed(rig: Rig, start: Start) -> None:
    anna, ben = start("anna", place=rig["h1"]), start("ben", place=rig["h2"])
    _meet(anna, ben)
    marks = anna.mark(), ben.mark()
    rig.link("h2", is_up=False)
    anna.loses(ben, since=marks[0], within_s=GONE_S)
    ben.loses(anna, since=marks[1], within_s=GONE_S)
    text = anna.send(ben, "while the cable is out")
    since = anna.mark()
    rig.link("h2", is_up=True)
    anna.wait("peer", peer_id=ben.peer_id, online=True, since=since)
    anna.delivered(text)


def test_peer_whose_address_changes_stays_reachable(rig: Rig, start: Start) -> None:
    with rig.only_ipv4("h1", "h2"):
        anna, ben = start("anna", place=rig["h1"]), start("ben", place=rig["h2"])
        _meet(anna, ben)
        since = anna.mark()
        rig.readdr("h2", "192.168.77.88/24")
        moved = f"192.168.77.88:{ben.port}"
        anna.wait("peer", peer_id=ben.peer_id, address=moved, since=since)
        _chat(anna, ben)


def test_restarted_peer_is_back_at_once(rig: Rig, start: Start) -> None:
    anna, ben = start("anna", place=rig["h1"]), start("ben", place=rig["h2"])
    _meet(anna, ben)
    ben.kill()
    again = start("ben", place=rig["h2"])
    again.sees(anna, within_s=MEET_S)
    message = anna.send(again, "are you back?")
    anna.delivered(message)
    assert again.wait("message", id=message)["text"] == "are you back?"


def test_several_instances_without_a_network_card_meet_and_chat(rig: Rig, start: Start) -> None:
    with rig.cardless() as alone:
        people = [start(name, place=alone) for name in ("anna", "ben", "carl")]
        assert len({one.port for one in people}) == 3
        for one in people:
            assert one.wait("ready")["networks"] == 0
            for other in people:
                if other is not one:
                    one.sees(other)
        _chat(people[0], people[1])
        _chat(people[1], people[2])
        for one in people:
            one.quit()


def test_network_card_that_comes_later_is_used(rig: Rig, start: Start) -> None:
    anna = start("anna", place=rig["h1"])
    rig["h2"].run("ip", "link", "set", "eth0", "down")
    ben = start("ben", place=rig["h2"])
    try:
        assert ben.wait("ready")["networks"] == 0
    finally:
        rig["h2"].run("ip", "link", "set", "eth0", "up")
        rig["h2"].run("ip", "route", "replace", "default", "dev", "eth0")
    ben.sees(anna)
    anna.sees(ben)
    _chat(anna, ben)


def test_address_by_hand_reaches_whom_no_beacon_reaches(rig: Rig, start: Start) -> None:
    drop = ("nft", "add", "rule", "inet", "quiet", "in", "udp", "dport", "48483", "drop")
    hook = "{ type filter hook input priority 0 ; }"
    hosts = [rig["h1"], rig["h2"]]
    for host in hosts:
        host.run("nft", "add", "table", "inet", "quiet")
        host.run("nft", "add", "chain", "inet", "quiet", "in", hook)
        host.run(*drop)
    try:
        anna, ben = start("anna", place=hosts[0]), start("ben", place=hosts[1])
        answer = anna.ask("connect", address=hosts[1].ip)
        assert answer == {"event": "connected", "peer_id": ben.peer_id, "ref": answer["ref"]}
        ben.sees(anna)
        _chat(anna, ben)
        _remembers_where_it_was(anna, ben, start, hosts[0])
    finally:
        for host in hosts:
            host.run("nft", "delete", "table", "inet", "quiet")


def _remembers_where_it_was(anna: Headless, ben: Headless, start: Start, place: Place) -> None:
    anna.quit()
    again = start("anna", place=place)
    again.sees(ben)
    _chat(again, ben)


def test_address_with_port_by_hand(standing_pair: tuple[Headless, Headless]) -> None:
    anna, ben = standing_pair
    answer = anna.ask("connect", address=f"127.0.0.1:{ben.port}")
    assert answer["peer_id"] == ben.peer_id


def test_own_address_by_hand_is_an_error(standing_pair: tuple[Headless, Headless]) -> None:
    anna, _ = standing_pair
    assert anna.refused("connect", address=f"127.0.0.1:{anna.port}") in {
        "bad_address",
        "unreachable",
        "wrong_state",
    }


def test_nobody_sees_itself(standing_pair: tuple[Headless, Headless]) -> None:
    for one in standing_pair:
        assert one.all("peer", peer_id=one.peer_id) == []


def test_peer_that_was_only_stopped_for_a_while_is_back(
    pair: tuple[Headless, Headless],
) -> None:
    """A laptop that slept: nothing of what was sent meanwhile is lost."""
    anna, ben = pair
    ben.signal(signal.SIGSTOP)
    message = anna.send(ben, "sleep well")
    ben.signal(signal.SIGCONT)
    anna.delivered(message)
