"""D-08: who may cost a handshake, and that strangers do not use up what is for contacts."""

from net.protocol.gate import (
    ALL_BURST,
    HOST_BURST,
    KNOWN_BURST,
    KNOWN_HOST_BURST,
    Gate,
)

CONTACT = "10.0.0.1"


def is_known(host: str) -> bool:
    return host.startswith("10.0.0.")


def admitted(door: Gate, host: str, times: int) -> int:
    return sum(door.admits(host, 0.0) for _ in range(times))


def test_d08_one_host_is_admitted_so_often_and_no_more() -> None:
    assert admitted(Gate(is_known, 0.0), "10.6.6.6", 1000) == HOST_BURST


def test_d08_what_strangers_use_up_is_not_the_contacts_share() -> None:
    door = Gate(is_known, 0.0)
    strangers = (f"10.7.{number // 250}.{number % 250}" for number in range(1000))
    assert sum(door.admits(host, 0.0) for host in strangers) == ALL_BURST
    assert not door.admits("10.6.6.6", 0.0)
    assert admitted(door, CONTACT, 1000) == KNOWN_HOST_BURST
    assert admitted(door, "10.0.0.2", 1000) == KNOWN_HOST_BURST, "nor is one contact another's"


def test_d08_contacts_hosts_together_are_bounded_too() -> None:
    door = Gate(is_known, 0.0)
    hosts = [f"10.0.0.{number}" for number in range(250)]
    total = sum(admitted(door, host, 50) for host in hosts)
    assert total == KNOWN_BURST + ALL_BURST
