"""Beacons come soon at first, then the more rarely the more people there are."""

import random
from collections import Counter
from collections.abc import Iterator
from itertools import pairwise

import pytest

from net.protocol.schedule import (
    ANSWER_SPREAD_S,
    INTERVAL_MIN_S,
    JITTER,
    NETWORK_BEACONS_PER_S,
    RETRIES,
    RETRY_S,
    BeaconSchedule,
    answer_delay_s,
    interval_s,
    silence_limit_s,
)

ENTROPY = random.Random(5).randbytes


def run(schedule: BeaconSchedule, live_peers: int, *, is_complete: bool = True) -> Iterator[float]:
    """The times of its beacons, each sent when it is due."""
    while True:
        now_s = schedule.due_s
        yield now_s
        schedule.sent(now_s, live_peers, is_complete=is_complete)


def first(count: int, times: Iterator[float]) -> list[float]:
    return [next(times) for _ in range(count)]


def test_three_at_once_then_every_five_seconds() -> None:
    times = first(10, run(BeaconSchedule(ENTROPY, 100.0), 0))
    assert times[:3] == [100.0, 100.15, 100.4]
    assert RETRY_S <= times[3] - times[2] <= (1 + JITTER) * INTERVAL_MIN_S
    gaps = [b - a for a, b in pairwise(times[3:])]
    assert all(abs(gap - INTERVAL_MIN_S) <= JITTER * INTERVAL_MIN_S + 1e-9 for gap in gaps)
    assert len({round(gap, 6) for gap in gaps}) == len(gaps)


@pytest.mark.parametrize("people", [2, 50, 100, 500, 2000])
def test_all_together_stay_under_twenty_beacons_a_second(people: int) -> None:
    """The start aside, which is three for each at once."""
    span_s = 600
    count = 0
    for index in range(people):
        schedule = BeaconSchedule(ENTROPY, index / people)
        for time_s in run(schedule, people - 1):
            if time_s > 10 + span_s:
                break
            count += time_s > 10
    assert count / span_s < 20


def test_a_thousand_switched_on_together_do_not_go_on_together() -> None:
    """All know all within two seconds; in no ten seconds after the first rounds are there
    many more beacons than in others."""
    people, window_s, entropy = 1000, 10.0, random.Random(7).randbytes
    sent_s: list[float] = []
    for index in range(people):
        schedule = BeaconSchedule(entropy, index / people)
        while schedule.due_s < 300:
            now_s = schedule.due_s
            sent_s.append(now_s)
            known = min(people, round(people * now_s / 2))
            schedule.sent(now_s, known, is_complete=True)
    later_s = [time_s for time_s in sent_s if time_s > 60]
    counts = Counter(int(time_s // window_s) for time_s in later_s if time_s < 300)
    assert max(counts.values()) / window_s < 1.5 * NETWORK_BEACONS_PER_S


def test_many_more_people_make_no_one_wait_longer_than_their_number_asks() -> None:
    """Others would count us as gone."""
    schedule = BeaconSchedule(ENTROPY, 0.0)
    times = run(schedule, 10)
    first(6, times)
    gaps = [b - a for a, b in pairwise(first(50, run(schedule, 1000)))]
    assert max(gaps) <= (1 + JITTER) * interval_s(1000)
    assert min(gaps[2:]) >= (1 - JITTER) * interval_s(1000)


def test_a_change_of_networks_starts_over() -> None:
    schedule = BeaconSchedule(ENTROPY, 0.0)
    first(6, run(schedule, 0))
    schedule.restart(50.0)
    assert first(3, run(schedule, 0)) == [50.0, 50.15, 50.4]


def test_after_a_stall_the_rest_of_the_burst_does_not_come_all_at_once() -> None:
    schedule = BeaconSchedule(ENTROPY, 0.0)
    schedule.sent(30.0, 0, is_complete=True)
    assert schedule.due_s > 30.05
    schedule.sent(schedule.due_s, 0, is_complete=True)
    assert schedule.due_s > 30.1


def test_a_card_that_refuses_is_tried_sooner_but_not_for_ever() -> None:
    times = first(3 + RETRIES + 3, run(BeaconSchedule(ENTROPY, 0.0), 0, is_complete=False))
    gaps = [b - a for a, b in pairwise(times[2:])]
    assert [round(gap, 6) for gap in gaps[:RETRIES]] == [RETRY_S] * RETRIES
    assert gaps[RETRIES + 1] > 2 * RETRY_S


@pytest.mark.parametrize("people", [0, 10, 89, 90, 1000])
def test_silence_is_doubtful_only_after_two_beacons_are_late(people: int) -> None:
    assert silence_limit_s(people) > 2 * interval_s(people) * (1 + JITTER)
    assert silence_limit_s(0) < 15


@pytest.mark.parametrize("people", [0, 10, 100, 5000])
def test_newcomers_are_answered_at_random_within_a_second(people: int) -> None:
    delays = [answer_delay_s(people, ENTROPY) for _ in range(1000)]
    assert min(delays) >= 0
    assert max(delays) <= ANSWER_SPREAD_S[1]
    assert max(delays) > 0.9 * min(ANSWER_SPREAD_S[1], max(ANSWER_SPREAD_S[0], people / 500))
