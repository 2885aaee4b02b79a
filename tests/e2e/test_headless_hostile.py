"""Hostile peers as a program on one host, the real process on another, an honest one on a third."""

import os
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from net.protocol.names import safe_name
from tests.e2e.headless import Headless
from tests.e2e.rig import Rig
from tests.hostile.misdeeds import MISDEEDS
from tests.hostile.oracles import figures, told_in_ms
from tests.hostile.program import ANYBODY, MALLORY, TRUSTED, misbehave, trust
from tests.hostile.scene import Scene

REQUEST_TEXTS = 3
REQUESTS = 100


@pytest.fixture
def scene(rig: Rig, tmp_path: Path) -> Iterator[Scene]:
    rig.impair("h2", loss=5, delay=2, reorder=5)  # whoever is hostile has the better line
    scene = Scene(tmp_path, rig["h1"], rig["h2"], takes_requests=True)
    try:
        scene.begin()
        yield scene
        figures.append(f"misdeeds on the rig: the victim's loop, {told_in_ms(scene.beats_s)}")
    finally:
        scene.end()


def test_every_misdeed_from_another_host_harms_nobody(
    scene: Scene, rig: Rig, tmp_path: Path
) -> None:
    target = (rig["h1"].ip, scene.victim.port)
    with scene.unharmed():
        done = misbehave(rig["h3"], *target, *ANYBODY)
    assert_left_requests_only(scene.victim, scene.honest)
    assert os.listdir(scene.landing) == []
    trust(scene.victim, tmp_path / "etc")
    with scene.unharmed(lands=True):
        done += misbehave(rig["h3"], *target, *TRUSTED)
    assert [line["misdeed"] for line in done] == list(MISDEEDS)
    assert not [line for line in done if "skipped" in line]
    for name in os.listdir(scene.landing):
        assert safe_name(name) == name


def assert_left_requests_only(victim: Headless, honest: Headless) -> None:
    """Three texts and an offer of each stranger, of a hundred people at most, are all they left."""
    victim.ask("status")
    messages = [line for line in victim.all("message") if line["direction"] == "in"]
    texts = Counter(line["peer_id"] for line in messages if line["peer_id"] != honest.peer_id)
    offers = Counter(line["peer_id"] for line in victim.all("offer"))
    assert texts[MALLORY] == REQUEST_TEXTS
    assert max(texts.values()) == REQUEST_TEXTS
    assert max(offers.values()) == 1
    assert len(texts | offers) <= REQUESTS
    assert all(line["request"] for line in messages if line["peer_id"] in texts)
