"""What a token bucket lets through."""

from net.protocol.rates import TokenBucket


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
