"""Who is meant by a few letters, in any script."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ui.search.names import Wanted


@pytest.mark.parametrize(
    ("name", "typed"),
    [
        ("陈立", "陈"),
        ("陈立", "chenli"),
        ("陈立", "CL"),
        ("陈立", "chen l"),
        ("陈立", "li"),
        ("设计组 Design", "sjz"),
        ("Marta Kowalska", "mk"),
        ("Marta Kowalska", "kow"),
        ("Tomás Núñez", "nunez"),
        ("Jonas Groß", "gross"),
        ("Ольга Иванова", "olga"),
        ("ＡＢＣ Lab", "abc"),
        ("HTMLTeam 5", "team5"),
    ],
)
def test_name_is_meant(name: str, typed: str) -> None:
    assert Wanted(typed).is_name(name)


@pytest.mark.parametrize(
    ("name", "typed"),
    [("陈立", "hen"), ("陈立", "lc"), ("Marta Kowalska", "km"), ("Ann", "annb"), ("Ann", "?")],
)
def test_name_is_not_meant(name: str, typed: str) -> None:
    assert not Wanted(typed).is_name(name)


@given(st.text(max_size=60), st.text(min_size=1, max_size=30))
def test_any_name_and_search_are_answered(name: str, typed: str) -> None:
    assert Wanted(name).is_name(name)
    Wanted(typed).is_name(name)


def test_name_made_to_be_slow_is_not() -> None:
    assert not Wanted("a" * 39 + "b").is_name(" ".join(["a" * 40] * 7))
