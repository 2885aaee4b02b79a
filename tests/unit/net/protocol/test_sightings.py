"""What beacons may and may not do to the table of who was heard where."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from net.protocol.beacon import Beacon, encode_beacon
from net.protocol.packet import Address
from net.protocol.schedule import silence_limit_s
from net.protocol.sightings import (
    ADDRESSES_MAX,
    Drop,
    Sighting,
    SightingTable,
)
from tests.unit.net.protocol.hearing import BOB, HOST, OWN, SOURCE_PORT, Table, flags, host, peer


@pytest.fixture
def table() -> Table:
    return Table()


def test_first_heard_then_heard_again_then_restarted_then_moved(table: Table) -> None:
    first = table.hear()
    epoch = (1).to_bytes(8, "big")
    assert first == Sighting(BOB, epoch, (HOST, 48484), 48484, True, True, is_answer_due=False)
    assert flags(table.hear()) == (False, False)
    assert flags(table.hear(epoch=2)) == (True, False)
    assert flags(table.hear(at="10.0.0.3")) == (False, True)
    assert flags(table.hear(port=48490)) == (False, True)


def test_copies_by_other_paths_are_told_once_for_each_path(table: Table) -> None:
    assert flags(table.hear(sequence=1)) == (True, True)
    assert table.hear(sequence=1) is None
    assert flags(table.hear(at="fe80::2%eth0", sequence=1)) == (False, True)
    assert table.hear(at="fe80::2%eth0", sequence=1) is None
    assert table.only_drop() is Drop.DUPLICATE
    assert flags(table.hear(sequence=2)) == (False, False)
    assert table.hear(at="fe80::2%eth0", sequence=2) is None


def test_d07_an_address_is_answered_once_a_start_and_not_for_one_datagram(table: Table) -> None:
    def is_due(**beacon: Any) -> bool | None:
        sighting = table.hear(**beacon)
        return None if sighting is None else sighting.is_answer_due

    assert [is_due() for _ in range(4)] == [False, True, False, False]
    assert is_due(at="10.0.0.3") is False
    assert is_due(at="10.0.0.3") is False
    assert is_due(at="10.0.0.4", epoch=2) is False
    assert is_due(at="10.0.0.4", epoch=2, sequence=77) is True
    assert is_due(peer_id=peer(1), sequence=1) is False
    assert is_due(peer_id=peer(1), sequence=1) is None  # a copy by broadcast counts too
    assert is_due(peer_id=peer(1), at="10.0.0.5", sequence=1) is False
    assert is_due(peer_id=peer(1), sequence=2) is True


def test_a_path_that_only_brings_copies_stays_known(table: Table) -> None:
    for sequence in range(20):
        told = [table.hear(sequence=sequence), table.hear(at="fe80::2%eth0", sequence=sequence)]
        assert sum(s is not None and s.is_new_address for s in told) == (2 if not sequence else 0)
        table.now_s += 5


def test_more_paths_than_are_kept_do_not_push_each_other_out(table: Table) -> None:
    for sequence in range(10):
        told = [table.hear(at=host(path + 10), sequence=sequence) for path in range(31)]
        new = sum(sighting is not None and sighting.is_new_address for sighting in told)
        assert new == (0 if sequence else ADDRESSES_MAX)
        table.now_s += 5


def test_a_copy_by_a_new_path_is_told_once_the_others_are_silent(table: Table) -> None:
    for path in range(ADDRESSES_MAX):
        table.hear(at=host(path), sequence=1)
    assert table.hear(at=host(99), sequence=1) is None
    table.now_s += silence_limit_s(0) + 0.1
    assert flags(table.hear(at=host(99), sequence=1)) == (False, True)


def test_g08_an_address_silent_for_long_is_new_again(table: Table) -> None:
    table.hear()
    table.hear(at="10.0.0.3")
    table.now_s += silence_limit_s(0) + 0.1
    assert flags(table.hear()) == (False, True)


def test_with_more_people_an_address_may_be_silent_longer(table: Table) -> None:
    table.table.set_live_peers(1000)
    table.hear()
    table.now_s += 60
    assert flags(table.hear()) == (False, False)


def test_a20_own_beacons_looped_back_are_dropped(table: Table) -> None:
    assert table.hear(OWN, at="10.0.0.1") is None
    assert table.hear(OWN, at="10.9.9.9", epoch=99) is None
    assert table.only_drop() is Drop.OWN


@pytest.mark.parametrize(
    "source",
    [
        ("10.0.0.1", SOURCE_PORT),
        ("127.0.0.1", SOURCE_PORT),
        ("10.0.0.255", SOURCE_PORT),
        ("8.8.8.8", SOURCE_PORT),
        ("2001:4860:4860::8888", SOURCE_PORT),
        ("255.255.255.255", SOURCE_PORT),
        ("0.0.0.0", SOURCE_PORT),
        ("239.255.189.99", SOURCE_PORT),
        ("ff12::8000:bd63%eth0", SOURCE_PORT),
        ("::", SOURCE_PORT),
        ("not an address", SOURCE_PORT),
        ("10.0.0.2", 0),
    ],
)
def test_a20_nobody_can_be_where_this_came_from(table: Table, source: Address) -> None:
    assert table.hear(at=source[0], source_port=source[1]) is None
    assert table.only_drop() is Drop.BAD_SOURCE


@pytest.mark.parametrize("at", ["10.200.1.2", "192.168.3.4", "169.254.1.1", "fd00::1", "11.0.0.0"])
def test_other_private_networks_on_the_wire_and_public_ones_of_ours_are_heard(
    table: Table, at: str
) -> None:
    assert flags(table.hear(at=at)) == (True, True)


def test_another_instance_at_our_own_address_is_somebody_else(table: Table) -> None:
    assert flags(table.hear(at="10.0.0.1", port=48485)) == (True, True)
    assert flags(table.hear(at="127.0.0.1", port=48485)) == (False, True)


@given(st.binary(max_size=1200), st.integers(0, 65535))
def test_no_datagram_raises_or_is_remembered_unless_a_beacon(data: bytes, port: int) -> None:
    table = SightingTable(OWN, 48484, 0.0)
    assert table.observe(data, (HOST, port), 0.0) is None


def test_e05_an_old_beacon_replayed_does_not_hide_the_newer(table: Table) -> None:
    table.hear(epoch=1, sequence=1)
    table.hear(at="10.0.0.3", epoch=2, sequence=1)
    assert table.hear(epoch=1, sequence=1) is None
    assert flags(table.hear(at="10.0.0.3", epoch=2, sequence=2)) == (False, False)


def test_a_forged_high_sequence_does_not_silence_the_true_one(table: Table) -> None:
    table.hear(sequence=1)
    table.hear(at="10.6.6.6", sequence=0xFFFFFFFF)
    assert flags(table.hear(sequence=2)) == (False, False)


def test_who_proves_itself_keeps_what_was_heard_and_may_lose_it_again(table: Table) -> None:
    table.hear()
    table.table.pin(BOB)
    table.table.pin(BOB)
    assert flags(table.hear()) == (False, False)
    table.table.unpin(BOB)
    assert flags(table.hear()) == (False, False)
    table.table.unpin(BOB)
    table.table.unpin(peer(5))
    table.table.pin(peer(6))
    table.table.unpin(peer(6))
    assert flags(table.hear(peer(6))) == (True, True)


def test_own_beacons_are_noted_by_our_own_addresses_alone(table: Table) -> None:
    assert table.hear(OWN, at="10.0.0.1") is None
    for number in range(2000):  # somebody plays them back from everywhere
        table.hear(OWN, at=host(number))
    assert table.table.own_heard_s == {"10.0.0.1": table.now_s}
    table.table.set_networks([], {"127.0.0.1"})
    assert table.table.own_heard_s == {}


def test_others_count_as_heard_until_they_are_silent(table: Table) -> None:
    table.hear(BOB)
    table.hear(BOB, at="10.0.0.3")
    table.hear(peer(1))
    table.table.pin(BOB)
    assert table.table.heard_count(table.now_s) == 2
    assert table.table.heard_count(table.now_s + silence_limit_s(0) + 1) == 0


def test_e15_a_beacon_with_our_id_that_is_not_ours_is_worth_a_look(table: Table) -> None:
    assert table.hear(OWN, "10.0.0.1", epoch=7) is None
    assert table.hear(OWN, HOST, epoch=7) is None
    assert table.table.take_copy() is None  # our own, looped back or played back by others
    assert table.hear(OWN, HOST, epoch=8, port=50_000) is None
    assert table.table.take_copy() == (HOST, 50_000)
    assert table.table.take_copy() is None
    table.hear(OWN, "10.0.0.1", epoch=8)
    assert table.table.take_copy() is None  # where we are ourselves: of our last start


def test_e15_beacons_with_our_id_make_us_knock_seldom_whoever_forges_them(table: Table) -> None:
    looks = 0
    for number in range(600):
        table.hear(OWN, host(number), epoch=8 + number)
        looks += table.table.take_copy() is not None
        table.now_s += 1 / 6
    assert 3 <= looks <= 7


def test_without_an_epoch_of_our_own_nobody_is_a_copy() -> None:
    table = SightingTable(OWN, 48484, 0.0)
    data = encode_beacon(Beacon(OWN, b"e" * 8, 1, 48484, 48484))
    assert table.observe(data, (HOST, SOURCE_PORT), 0.0) is None
    assert table.take_copy() is None
