"""Proof of an address without memory of it."""

import random

from hypothesis import given
from hypothesis import strategies as st

from net.protocol.cookie import NO_COOKIE, SECRET_LIFE_S, CookieJar
from tests.unit.changes import EDITS, change

HERE, THERE = ("10.0.0.1", 48484), ("10.0.0.2", 48484)


def jar() -> CookieJar:
    return CookieJar(random.Random(1).randbytes, 0.0)


def test_cookie_is_good_at_its_address_only() -> None:
    cookies = jar()
    cookie = cookies.bake(HERE, 0.0)
    assert cookies.is_ours(cookie, HERE, 1.0)
    for other in (THERE, ("10.0.0.1", 48485), ("fe80::1%2", 48484)):
        assert not cookies.is_ours(cookie, other, 1.0)


def test_no_cookie_is_no_cookie() -> None:
    assert not jar().is_ours(NO_COOKIE, HERE, 0.0)
    assert not jar().is_ours(b"", HERE, 0.0)


def test_cookie_lives_at_least_one_secret_and_at_most_two() -> None:
    for start in (0.0, 0.4, 0.99):
        cookies = jar()
        baked_s = start * SECRET_LIFE_S
        cookie = cookies.bake(HERE, baked_s)
        assert cookies.is_ours(cookie, HERE, baked_s + 0.99 * SECRET_LIFE_S)
        assert not cookies.is_ours(cookie, HERE, baked_s + 3 * SECRET_LIFE_S)


def test_d08_a_flood_of_others_makes_no_cookie_stale() -> None:
    cookies = jar()
    cookie = cookies.bake(HERE, 0.0)
    for number in range(100):
        cookies.bake(THERE, 0.01 * number)
        cookies.is_ours(NO_COOKIE, THERE, 0.01 * number)
    assert cookies.is_ours(cookie, HERE, 1.0)


def test_cookie_of_before_a_long_sleep_is_stale() -> None:
    cookies = jar()
    cookie = cookies.bake(HERE, 0.0)
    assert not cookies.is_ours(cookie, HERE, 8 * 3600.0)


def test_cookie_of_another_process_is_not_ours() -> None:
    other = CookieJar(random.Random(2).randbytes, 0.0)
    assert not jar().is_ours(other.bake(HERE, 0.0), HERE, 0.0)


@given(edits=EDITS, other=st.binary(max_size=40))
def test_a05_no_other_bytes_are_a_cookie(edits: list[tuple[int, int, bytes]], other: bytes) -> None:
    cookies = jar()
    cookie = cookies.bake(HERE, 0.0)
    for changed in (change(cookie, edits), other):
        assert cookies.is_ours(changed, HERE, 1.0) == (changed == cookie)
