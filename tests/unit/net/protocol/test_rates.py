"""What a token bucket lets through, and many of them."""

from net.protocol.rates import Rates, TokenBucket


def test_the_burst_passes_at_once_and_no_more() -> None:
    bucket = TokenBucket(3, 1, 100.0)
    assert [bucket.take(100.0) for _ in range(5)] == [True, True, True, False, False]


def test_then_as_many_a_second_as_allowed() -> None:
    bucket = TokenBucket(2, 4, 0.0)
    passed = sum(bucket.take(step / 1000) for step in range(10_000))
    assert passed == 2 + 4 * 10 - 1


def test_quiet_time_saves_no_more_than_one_burst() -> None:
    bucket = TokenBucket(2, 4, 0.0)
    assert sum(bucket.take(1e9) for _ in range(9)) == 2


def test_who_owes_waits_until_it_has_grown_again() -> None:
    bucket = TokenBucket(2, 4, 0.0)
    bucket.owe(6)
    assert [bucket.take(step / 4, 0) for step in range(6)] == [False] * 4 + [True] * 2


def test_g06_a_clock_that_goes_back_neither_fills_nor_breaks_it() -> None:
    bucket = TokenBucket(1, 1, 100.0)
    assert bucket.take(100.0)
    assert not bucket.take(50.0)
    assert not bucket.take(100.0)
    assert bucket.take(101.0)


def test_each_key_has_a_burst_of_its_own() -> None:
    rates = Rates[str](2, 1, 9)
    assert [rates.take("a", 0.0) for _ in range(3)] == [True, True, False]
    assert rates.take("b", 0.0)


def test_d08_so_many_are_watched_and_the_one_silent_longest_makes_room() -> None:
    rates = Rates[int](1, 1, 5)
    for key in range(5):
        assert rates.take(key, 0.0)
    assert not rates.take(0, 0.0), "and it has been heard of since"
    assert rates.take(5, 0.0)
    assert len(rates) == 5
    assert not rates.take(0, 0.0)
    assert rates.take(1, 0.0), "forgotten"
