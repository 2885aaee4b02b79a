"""What floods of beacons may and may not do to the table of who was heard where."""

import tracemalloc

import pytest

from net.protocol.sightings import (
    ADDRESSES_MAX,
    EPOCHS_MAX,
    SOURCES_MAX,
    STRANGERS_MAX,
    Drop,
)
from tests.unit.net.protocol.hearing import BOB, HOST, SOURCE_PORT, Table, flags, host, peer


@pytest.fixture
def table() -> Table:
    return Table()


def test_d04_fifty_thousand_identities_leave_a_small_table_and_pinned_ones(table: Table) -> None:
    for number in range(20):
        table.table.pin(peer(number))
        table.hear(peer(number), host(number + 10))
    for number in range(50_000):
        table.now_s += 0.01
        table.hear(peer(1000 + number), host(1000 + number))
    assert len(table.table._strangers) == STRANGERS_MAX
    assert len(table.table._sources) <= SOURCES_MAX
    for number in range(20):
        sighting = table.hear(peer(number), host(number + 10))
        assert sighting is not None
        assert not sighting.is_new_epoch


def test_d04_the_stranger_silent_longest_makes_room(table: Table) -> None:
    for number in range(STRANGERS_MAX):
        table.hear(peer(number), host(number + 10))
    table.now_s += 10
    assert flags(table.hear(peer(0), host(10))) == (False, False)
    table.hear(peer(STRANGERS_MAX), host(9))
    assert flags(table.hear(peer(0), host(10))) == (False, False)
    assert flags(table.hear(peer(1), host(11))) == (True, True)


def test_d05_a_flood_of_strangers_is_told_at_a_bounded_rate(table: Table) -> None:
    told = 0
    for number in range(20_000):
        table.now_s += 0.0005
        told += table.hear(peer(number), host(number)) is not None
    assert told <= 1024 + 10 * 128


def test_d05_people_already_proven_are_heard_through_a_flood_of_strangers(table: Table) -> None:
    table.table.pin(BOB)
    table.hear()
    heard = 0
    for number in range(20_000):
        table.now_s += 0.001
        table.hear(peer(number), host(1000 + number))
        if number % 5000 == 0:
            heard += table.hear() is not None
    assert heard == 4


def test_d05_a_proven_person_who_moves_is_heard_through_a_flood_of_strangers(
    table: Table,
) -> None:
    table.table.pin(BOB)
    table.hear()
    for number in range(2000):
        table.hear(peer(number), host(1000 + number))
    assert table.only_drop() is Drop.TOO_MANY_SIGHTINGS
    assert flags(table.hear(at="10.0.0.3", epoch=2)) == (True, True)


def test_d05_of_one_host_no_more_datagrams_are_looked_into_than_its_rate(table: Table) -> None:
    for _ in range(1000):
        assert table.table.observe(b"no beacon", (HOST, SOURCE_PORT), table.now_s) is None
    dropped = table.table.dropped
    assert (dropped[Drop.MALFORMED], dropped[Drop.TOO_MANY_FROM_SOURCE]) == (256, 744)
    assert table.hear() is None
    assert flags(table.hear(peer(1), "10.0.0.3")) == (True, True)
    table.now_s += 1
    assert flags(table.hear()) == (True, True)


@pytest.mark.parametrize("is_pinned", [False, True])
@pytest.mark.parametrize("wanders", [False, True])
@pytest.mark.parametrize("restarts", [False, True])
def test_d05_one_id_is_told_at_a_bounded_rate_whatever_it_does(
    table: Table, is_pinned: bool, wanders: bool, restarts: bool
) -> None:
    """Proven ones too, for anybody can forge their beacons; but not where and as they were."""
    if is_pinned:
        table.table.pin(BOB)
    told = 0
    for number in range(200):
        at = host(number + 10) if wanders else HOST
        table.now_s += 0.05
        told += table.hear(at=at, epoch=number if restarts else 1) is not None
    is_known = is_pinned and not wanders and not restarts
    assert told == 200 if is_known else told <= 1 + 16 + 10 * 0.5
    entry = table.table._entry(BOB)
    assert entry is not None
    assert (len(entry.recent) <= 16, len(entry.answered) <= EPOCHS_MAX) == (True, True)


def test_d06_one_beacon_replayed_at_full_speed_is_told_once(table: Table) -> None:
    told = 0
    for _ in range(20_000):
        table.now_s += 0.00001
        told += table.hear(sequence=1) is not None
    assert told == 1
    table.now_s += 10
    assert flags(table.hear()) == (False, False)


def test_d07_a_forged_source_cannot_make_us_knock_at_a_victim_for_long(table: Table) -> None:
    told = 0
    for number in range(10_000):
        table.now_s += 0.001
        told += table.hear(peer(number), "10.0.0.66") is not None
    assert told <= 64 + 10 * 4


def test_one_id_cannot_be_everywhere_at_once(table: Table) -> None:
    told = 0
    for number in range(10_000):
        table.now_s += 0.001
        told += table.hear(at=host(number + 10), epoch=number) is not None
    assert told <= 1 + 16 + 10 * 0.5
    (entry,) = table.table._strangers.values()
    assert len(entry.paths) <= ADDRESSES_MAX
    assert len(entry.epochs) <= EPOCHS_MAX


def test_what_is_refused_for_its_rate_is_told_later(table: Table) -> None:
    for number in range(100):
        table.hear(peer(number))
    assert table.hear(BOB) is None
    assert table.only_drop() is Drop.TOO_MANY_SIGHTINGS
    table.now_s += 1
    assert flags(table.hear(BOB)) == (True, True)


def test_a_table_full_in_every_way_takes_few_megabytes() -> None:
    tracemalloc.start()
    table = Table()
    for path in range(ADDRESSES_MAX):
        for number in range(STRANGERS_MAX):
            table.now_s += 0.01
            table.hear(peer(number), host(number * 8 + path), epoch=path)
    used_bytes, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert used_bytes < 4 * 1024 * 1024


def test_a_hundred_people_on_one_host_are_all_heard_at_every_beacon(table: Table) -> None:
    """A terminal server: once they have proven themselves."""
    for number in range(100):
        table.table.pin(peer(number))
        table.now_s += 0.3
        assert table.hear(peer(number), epoch=number, port=20000 + number)
    for _ in range(5):
        for number in range(100):
            table.now_s += 0.05
            assert flags(table.hear(peer(number), epoch=number, port=20000 + number)) in (
                (False, False),
                (False, True),
            )
