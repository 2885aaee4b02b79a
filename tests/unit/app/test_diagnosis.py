"""What the network does, and what is said of it: each fault by its own signs, none without."""

from dataclasses import replace

import pytest

from app.diagnosis import CardView, Finding, NetworkView, find

CARD = CardView("eth0", ("192.168.1.5",), is_heard=True)
TUNNEL = CardView("tun0", ("10.8.0.2",), is_virtual=True, is_spoken=False)
WELL = NetworkView((CARD,), 48_484, heard=2, here=2)
ALONE = replace(WELL, heard=0, here=0)
DEAF = replace(CARD, is_heard=False)


def test_where_all_is_well_nothing_is_said() -> None:
    assert find(WELL) == ()
    assert find(replace(WELL, cards=(CARD, TUNNEL))) == ()
    assert find(replace(WELL, cards=(replace(CARD, is_heard=None),))) == ()


@pytest.mark.parametrize(
    ("view", "findings"),
    [
        (replace(ALONE, cards=()), {Finding.NO_NETWORK}),
        (ALONE, {Finding.NOBODY_HEARD}),
        (replace(ALONE, cards=(CARD, TUNNEL)), {Finding.NOBODY_HEARD, Finding.VPN}),
        (replace(ALONE, cards=(DEAF,)), {Finding.KEPT_OUT}),
        (replace(ALONE, cards=(DEAF, CARD)), {Finding.NOBODY_HEARD}),
        (replace(ALONE, is_listening=False), {Finding.NOT_LISTENING}),
        (replace(ALONE, heard=1, unanswered=1), {Finding.UNANSWERED}),
        (replace(WELL, by_stream=1), {Finding.BY_STREAM}),
        (replace(WELL, is_port_moved=True), {Finding.PORT_MOVED}),
        (replace(WELL, cards=(replace(CARD, is_spoken=False),)), {Finding.NOT_SPOKEN}),
    ],
)
def test_each_fault_has_its_own_signs(view: NetworkView, findings: set[Finding]) -> None:
    assert set(find(view)) == findings


def test_the_worst_comes_first() -> None:
    found = find(replace(ALONE, cards=(DEAF, TUNNEL), is_port_moved=True, unanswered=1))
    assert list(found) == sorted(found, key=list(Finding).index)
    assert found[0] is Finding.KEPT_OUT
