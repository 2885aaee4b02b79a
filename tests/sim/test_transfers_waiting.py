"""Transfers that a kill or a full disk has stopped: how they stand, and when they go on."""

import asyncio
import os
from collections.abc import Callable, Coroutine
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from app.commands import SendFiles
from app.engine.queue import ROOM_LOOK_S
from app.engine.run import Outcome
from app.events import Failed, TransferChanged
from app.model import Reason, TransferState
from app.store.types import StoredTransfer
from net.protocol.records import Verdict
from net.transfer.faults import Fault
from net.transfer.landing import Landing, new_landing
from tests.sim.test_full_disk import play
from tests.sim.virtual import until
from tests.sim.world import Host

OFFERED, WAITING, RUNNING, PAUSED, DONE, DECLINED, CANCELLED, FAILED = TransferState

Scene = Callable[[Host, StoredTransfer], Coroutine[Any, Any, None]]


def play_accepted(folder: Path, scene: Scene) -> None:
    """Bob has accepted a file that is said to run, and its sender is gone."""

    async def with_both(ann: Host, bob: Host) -> None:
        source = folder / "note"
        source.write_text("x")
        ann.do(SendFiles(bob.text_id, (source,)))
        await until(lambda: bool(bob.rows("SELECT 1 FROM transfer")))
        ((transfer_id,),) = bob.rows("SELECT transfer_id FROM transfer")
        await ann.quit()
        await until(lambda: bob.office.parts.presence.online_count == 0)
        transfers = bob.office.parts.transfers
        stored = await bob.core.write(lambda w: w.transfer(transfer_id))
        assert stored is not None
        await bob.core.write(lambda w: transfers._say(w, stored, Verdict.ACCEPTED, lambda _: None))
        into = str(folder)
        await bob.core.write(lambda w: w.update_transfer(transfer_id, state=RUNNING, into=into))
        await scene(bob, await look(bob, transfer_id))

    play(folder, with_both)


async def look(host: Host, transfer_id: bytes) -> StoredTransfer:
    stored = await host.core.write(lambda w: w.transfer(transfer_id))
    assert stored is not None
    return stored


def told(host: Host) -> list[tuple[TransferState, Reason | None]]:
    """In this run."""
    events = [event for run, event in host.told if run == host.run]
    changed = [event.transfer for event in events if isinstance(event, TransferChanged)]
    return [(transfer.state, transfer.reason) for transfer in changed]


def test_what_ran_at_a_kill_waits_at_the_next_start(tmp_path: Path) -> None:
    async def scene(bob: Host, stored: StoredTransfer) -> None:
        bob.kill()
        await bob.start()
        assert (await look(bob, stored.transfer_id)).state is WAITING

    play_accepted(tmp_path, scene)


def test_what_a_full_disk_stopped_goes_on_when_there_is_room(tmp_path: Path) -> None:
    async def scene(bob: Host, stored: StoredTransfer) -> None:
        bob.office.parts.exchange._on_end(stored, Outcome(Fault.NO_SPACE))
        await until(lambda: told(bob)[-1:] == [(PAUSED, Reason.NO_SPACE)])
        await until(lambda: told(bob)[-1:] == [(WAITING, None)], within_s=2 * ROOM_LOOK_S)

    play_accepted(tmp_path, scene)


def test_room_is_looked_for_until_there_is_some(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def scene(bob: Host, stored: StoredTransfer) -> None:
        place = tmp_path / "stick"
        await bob.core.write(lambda w: w.update_transfer(stored.transfer_id, into=str(place)))
        bob.office.parts.exchange._on_end(stored, Outcome(Fault.NO_SPACE))
        await until(lambda: told(bob)[-1:] == [(PAUSED, Reason.NO_SPACE)])
        bob.kill()
        await bob.start()
        loop = bob.world.loop
        not_before_s = loop.time() + 10 * ROOM_LOOK_S
        await until(lambda: loop.time() >= not_before_s)
        assert told(bob) == []
        place.mkdir()
        await until(lambda: told(bob) == [(WAITING, None)], within_s=2 * ROOM_LOOK_S)

    play_accepted(tmp_path, scene)


def test_what_was_accepted_elsewhere_while_it_ran_leaves_nothing_behind(tmp_path: Path) -> None:
    """Its thread still wrote when its partial folder was to be removed."""

    async def scene(bob: Host, stored: StoredTransfer) -> None:
        inbox, name = tmp_path / "inbox", new_landing()
        ran = replace(stored, into=str(inbox), landing=name)
        written = Landing(inbox, name, stored.transfer_id, stored.manifest_hash)
        parts = bob.office.parts
        parts.landings.drop(ran)
        await asyncio.sleep(1)
        assert (inbox / name).exists()
        os.rename(inbox / name, tmp_path / "kept")  # or what is empty would not stay
        written.close()
        os.rename(tmp_path / "kept", inbox / name)
        parts.exchange._on_end(ran, Outcome(Fault.BY_USER, is_ours=True))
        await until(lambda: not (inbox / name).exists())

    play_accepted(tmp_path, scene)


@pytest.mark.expects_log("store: nothing of this commit is kept")
def test_what_the_disk_refuses_to_write_down_does_not_run_and_is_put_off(tmp_path: Path) -> None:
    async def scene(bob: Host, stored: StoredTransfer) -> None:
        await bob.core.write(lambda w: w.update_transfer(stored.transfer_id, state=WAITING))
        parts = bob.office.parts
        bob.is_full = True
        await parts.exchange.receive(stored, ())
        bob.is_full = False
        assert (await look(bob, stored.transfer_id)).state is WAITING
        assert [event.code for _, event in bob.told if isinstance(event, Failed)]
        assert not parts.queue._retries.is_due(stored.transfer_id)
        assert parts.runs.claim(stored.transfer_id), "nobody else has it"

    play_accepted(tmp_path, scene)
