"""Whoever changes address, or loses the network for a while, goes on without a lost text."""

from tests.e2e.conftest import Start
from tests.e2e.headless import Headless
from tests.e2e.rig import Rig
from tools.headless import wait_until

TEXTS = 60


def _texts(one: Headless, other: Headless, author: Headless) -> list[str]:
    way = "out" if author is one else "in"
    rows = one.messages_with(other)
    return [row["text"] for row in rows if row["direction"] == way]


def _both_have_all(anna: Headless, ben: Headless) -> None:
    for author, word in ((anna, "anna"), (ben, "ben")):
        wanted = [f"{word} {number}" for number in range(TEXTS)]
        for one, other in ((anna, ben), (ben, anna)):
            wait_until(lambda o=one, p=other, a=author, w=wanted: _texts(o, p, a) == w)  # type: ignore[misc]


def _met(rig: Rig, start: Start) -> tuple[Headless, Headless]:
    anna, ben = start("anna", place=rig["h1"]), start("ben", place=rig["h2"])
    anna.sees(ben)
    ben.sees(anna)
    return anna, ben


def test_texts_go_on_while_an_address_changes_again_and_again(rig: Rig, start: Start) -> None:
    anna, ben = _met(rig, start)
    rig.impair("all", loss=10, delay=2)
    for number in range(TEXTS):
        if number % 15 == 7:
            rig.readdr("h2", f"192.168.77.{100 + number}/24")
        anna.send(ben, f"anna {number}")
        ben.send(anna, f"ben {number}")
    _both_have_all(anna, ben)


def test_texts_go_on_over_a_cable_that_is_pulled_and_put_back(rig: Rig, start: Start) -> None:
    anna, ben = _met(rig, start)
    for number in range(TEXTS):
        if number % 20 == 5:
            rig.link("h2", is_up=False)
        if number % 20 == 15:
            rig.link("h2", is_up=True)
        anna.send(ben, f"anna {number}")
        ben.send(anna, f"ben {number}")
    _both_have_all(anna, ben)
