"""What contacts have before strangers: a place that no flood takes, here or away."""

import asyncio
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any

import pytest

from app.commands import SetTrust
from app.events import PersonChanged
from app.model import Trust
from net.protocol.identity import PeerId
from net.protocol.records import Bye
from tests.sim.virtual import Air, AirNode, Side, VirtualLoop, run, until

Scene = Callable[[Air, Side, Side], Coroutine[Any, Any, None]]


def play(folder: Path, scene: Scene) -> None:
    async def scenario(loop: VirtualLoop) -> None:
        air = Air(loop)
        ann, bob = Side(air, folder / "Ann"), Side(air, folder / "Bob")
        await ann.start()
        await bob.start()
        try:
            await scene(air, ann, bob)
        finally:
            await ann.stop()
            await bob.stop()

    run(scenario)


async def trust(side: Side, other: Side, wanted: Trust, **changes: bool) -> None:
    side.do(SetTrust(other.text_id, **changes))  # type: ignore[arg-type]
    await until(lambda: side.events(PersonChanged)[-1].person.trust is wanted)


async def meet(air: Air, ann: Side, bob: Side) -> None:
    air.meet(ann, bob)
    for side in (ann, bob):
        await until(lambda side=side: side.office.parts.presence.online_count == 1)  # type: ignore[misc]


async def lose(ann: Side, bob: Side) -> None:
    bob.say(ann.peer, Bye())
    await until(lambda: ann.office.parts.presence.online_count == 0)


@pytest.fixture
def pinned(monkeypatch: pytest.MonkeyPatch) -> dict[tuple[str, PeerId], bool]:
    """Whom each node keeps whatever strangers do, and whether as a contact."""
    kept: dict[tuple[str, PeerId], bool] = {}

    def pin(node: AirNode, peer: PeerId, *, is_contact: bool) -> None:
        kept[node._side._folder.name, peer] = is_contact

    def unpin(node: AirNode, peer: PeerId) -> None:
        kept.pop((node._side._folder.name, peer), None)

    monkeypatch.setattr(AirNode, "pin", pin)
    monkeypatch.setattr(AirNode, "unpin", unpin)
    return kept


def test_d04_a_contact_who_is_away_is_kept_and_a_stranger_is_not(
    tmp_path: Path, pinned: dict[tuple[str, PeerId], bool]
) -> None:
    async def scene(air: Air, ann: Side, bob: Side) -> None:
        key = ("Ann", bob.peer)
        await meet(air, ann, bob)
        assert pinned[key] is False
        await lose(ann, bob)
        assert key not in pinned
        await meet(air, ann, bob)
        await trust(ann, bob, Trust.ACCEPTED, accepted=True)
        await lose(ann, bob)
        assert pinned[key] is True
        await ann.stop()
        pinned.clear()
        await ann.start()
        assert pinned == {key: True}
        await trust(ann, bob, Trust.BLOCKED, blocked=True)
        assert key not in pinned

    play(tmp_path, scene)


def test_d08_a_contacts_host_is_known_wherever_they_were_and_nobody_elses(tmp_path: Path) -> None:
    async def scene(air: Air, ann: Side, bob: Side) -> None:
        host, moved = bob.address[0], "10.0.0.77"
        await meet(air, ann, bob)
        assert not ann.office.is_contact_host(host)
        await trust(ann, bob, Trust.ACCEPTED, accepted=True)
        assert ann.office.is_contact_host(host)
        ann.office.on_moved(bob.peer, (moved, 48484))
        await until(lambda: ann.office.is_contact_host(moved))
        await asyncio.sleep(1.0)
        await ann.stop()
        await ann.start()
        assert ann.office.is_contact_host(host)
        assert ann.office.is_contact_host(moved)
        assert not ann.office.is_contact_host("10.0.0.78")
        await trust(ann, bob, Trust.BLOCKED, blocked=True)
        assert not ann.office.is_contact_host(host)

    play(tmp_path, scene)
