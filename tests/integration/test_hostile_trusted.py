"""Whose offers are accepted unasked, up to a size: no more than that is, whatever they say."""

import shutil
from typing import Any

import pytest

from net.protocol.records import Decision, Verdict
from tests.e2e.headless import Line
from tests.hostile.peer import HostilePeer
from tests.hostile.scene import Scene
from tests.hostile.trick import PLAIN, Trick

pytestmark = pytest.mark.usefixtures("landing")

CAP_BYTES = 1000


@pytest.fixture
def trusted(scene: Scene, mallory: HostilePeer) -> HostilePeer:
    trust = {"accepted": True, "auto_accept": True, "auto_accept_max": CAP_BYTES}
    scene.victim.ask("trust", peer=mallory.peer_id, **trust)
    return mallory


def told(scene: Scene, mallory: HostilePeer, trick: Trick, **lies: Any) -> Line:
    """The offer once all that follows from it by itself has begun."""
    mallory.tell(trick.offer(**lies))
    later = Trick(PLAIN)
    mallory.tell(later.offer(size_bytes=CAP_BYTES))
    scene.victim.wait("transfer", transfer=later.transfer.hex(), state="waiting")
    mallory.tell(Decision(later.transfer, Verdict.CANCELLED))
    lines = scene.victim.ask("transfers")["transfers"]
    return next(line for line in lines if line["transfer"] == trick.transfer.hex())


def test_f11_an_offer_above_the_limit_is_not_accepted_for_being_told_again_smaller(
    scene: Scene, trusted: HostilePeer
) -> None:
    trick = Trick(PLAIN)
    assert told(scene, trusted, trick, size_bytes=CAP_BYTES + 1)["state"] == "offered"
    assert told(scene, trusted, trick, size_bytes=1)["state"] == "offered"


def test_b12_what_was_stopped_here_does_not_begin_anew_for_being_told_again(
    scene: Scene, trusted: HostilePeer
) -> None:
    trick = Trick(PLAIN)
    assert told(scene, trusted, trick, size_bytes=1)["state"] in ("waiting", "running")
    scene.victim.ask("cancel", transfer=trick.transfer.hex())
    assert told(scene, trusted, trick, size_bytes=1)["state"] == "cancelled"


@pytest.mark.parametrize(
    "counts", [{"files": 10_001}, {"folders": 10_001}, {"files": 9_999, "folders": 2}]
)
def test_d11_a_limit_in_bytes_is_none_for_a_million_empty_files(
    scene: Scene, trusted: HostilePeer, counts: dict[str, int]
) -> None:
    trick = Trick(PLAIN)
    assert told(scene, trusted, trick, size_bytes=0, **counts)["state"] == "offered"


def test_d12_many_offers_that_are_each_within_the_limit_do_not_fill_the_disk(
    scene: Scene, trusted: HostilePeer
) -> None:
    """None of their content ever comes: what counts is what was promised to the first."""
    scene.victim.ask("trust", peer=trusted.peer_id, auto_accept_max=-1)
    most = 6 * shutil.disk_usage(scene.landing).free // 10
    tricks = [Trick(PLAIN) for _ in range(3)]
    states = [told(scene, trusted, trick, size_bytes=most)["state"] for trick in tricks]
    assert states[0] in ("waiting", "running")
    assert states[1:] == ["offered", "offered"]
    trusted.tell(Decision(tricks[0].transfer, Verdict.CANCELLED))
    again = Trick(PLAIN)
    assert told(scene, trusted, again, size_bytes=most)["state"] in ("waiting", "running")
    trusted.tell(Decision(again.transfer, Verdict.CANCELLED))
