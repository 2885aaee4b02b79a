"""Where a firewall lets TCP through and UDP not: the same chat, by itself, and back again."""

from collections.abc import Iterator

import pytest

from tests.e2e.conftest import Start
from tests.e2e.headless import AT_ONCE_S, GONE_S, Headless, wait_until
from tests.e2e.rig import Rig

UDP = "meta l4proto udp"
ALL_BUT_BEACONS = "udp dport != 48483"
BACK_S = 30.0
"""The longest pause between two tries of UDP, and a handshake."""

pytestmark = pytest.mark.timeout(180)


class Talk:
    """Two people who tell each other numbered texts; what was told must come once, in order."""

    def __init__(self, *people: Headless) -> None:
        self._told: dict[Headless, list[str]] = {one: [] for one in people}

    def __iter__(self) -> Iterator[tuple[Headless, Headless]]:
        one, other = self._told
        return iter(((one, other), (other, one)))

    def tell(self, count: int = 5, size: int = 0) -> list[tuple[Headless, str]]:
        """So many each way; their ids with who sent them."""
        sent = []
        for sender, receiver in self:
            for _ in range(count):
                text = f"{len(self._told[sender])} {'x' * size}"
                self._told[sender].append(text)
                sent.append((sender, sender.send(receiver, text)))
        return sent

    def arrive(self, sent: list[tuple[Headless, str]], within_s: float = 20.0) -> None:
        for sender, message in sent:
            sender.delivered(message, within_s=within_s)

    def check(self) -> None:
        for sender, receiver in self:
            assert receiver.heard_from(sender) == self._told[sender]


def _accept_each_other(talk: Talk) -> None:
    for one, other in talk:
        one.ask("trust", peer=other.peer_id, accepted=True)


def _is_by_udp(rig: Rig, talk: Talk) -> bool:
    """Whether texts both ways move nothing over TCP."""
    before = rig.tcp_segments("h1")
    talk.arrive(talk.tell(1))
    return rig.tcp_segments("h1") == before


def test_who_is_called_by_address_and_has_only_tcp_is_talked_to(rig: Rig, start: Start) -> None:
    rig.wall("h1", UDP)
    anna, ben = start("anna", place=rig["h1"]), start("ben", place=rig["h2"])
    assert anna.ask("connect", address=rig["h2"].ip)["peer_id"] == ben.peer_id
    anna.sees(ben, within_s=AT_ONCE_S)
    ben.sees(anna, within_s=AT_ONCE_S)
    assert "by_stream" in anna.ask("diagnose")["findings"]
    assert ben.sees(anna)["address"] == f"{rig['h1'].ip}:{anna.port}"
    talk = Talk(anna, ben)
    _accept_each_other(talk)
    talk.arrive(talk.tell())
    talk.arrive(talk.tell(2, size=30_000))
    talk.check()
    since = anna.mark()
    ben.kill()
    anna.loses(ben, since=since, within_s=GONE_S)


@pytest.mark.parametrize("drops", [UDP, ALL_BUT_BEACONS], ids=["all", "all but beacons"])
def test_udp_that_fails_and_comes_back_loses_and_doubles_nothing(
    rig: Rig, start: Start, drops: str
) -> None:
    rig.wall("h1")
    anna, ben = start("anna", place=rig["h1"]), start("ben", place=rig["h2"])
    anna.sees(ben)
    ben.sees(anna)
    talk = Talk(anna, ben)
    _accept_each_other(talk)
    assert _is_by_udp(rig, talk)
    marks = anna.mark(), ben.mark()
    rig.wall("h1", drops)
    talk.arrive(talk.tell(), within_s=10.0)
    talk.arrive(talk.tell(2, size=30_000))
    assert not anna.all("peer", since=marks[0], online=False)
    assert not ben.all("peer", since=marks[1], online=False)
    assert not _is_by_udp(rig, talk)
    under_way = talk.tell(20)
    rig.wall("h1")
    talk.arrive(under_way)
    wait_until(lambda: _is_by_udp(rig, talk), BACK_S)
    talk.arrive(talk.tell(20))
    talk.check()


def test_idle_people_stay_and_a_clean_exit_is_seen_at_once(rig: Rig, start: Start) -> None:
    """Nobody writes: the silence alone makes them go over."""
    rig.wall("h1")
    anna, ben = start("anna", place=rig["h1"]), start("ben", place=rig["h2"])
    anna.sees(ben)
    ben.sees(anna)
    rig.wall("h1", UDP)
    since = anna.mark()
    wait_until(lambda: rig.tcp_segments("h1") > 0, GONE_S)
    talk = Talk(anna, ben)
    talk.arrive(talk.tell(1), within_s=AT_ONCE_S)
    assert not anna.all("peer", since=since, online=False)
    ben.quit()
    anna.loses(ben, since=since, within_s=AT_ONCE_S)


def test_who_comes_back_with_only_tcp_is_found_where_they_were(rig: Rig, start: Start) -> None:
    anna, ben = start("anna", place=rig["h1"]), start("ben", place=rig["h2"])
    anna.sees(ben)
    ben.sees(anna)
    talk = Talk(anna, ben)
    _accept_each_other(talk)
    talk.arrive(talk.tell(1))
    ben.kill()
    rig.wall("h1", UDP)
    anna.loses(ben, since=anna.mark(), within_s=GONE_S)
    waiting = anna.send(ben, "while you were away")
    again = start("ben", place=rig["h2"])
    anna.delivered(waiting)
    assert again.wait("message", id=waiting)["text"] == "while you were away"
