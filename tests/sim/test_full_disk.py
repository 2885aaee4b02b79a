"""A disk that takes nothing for a while: what it refused never was, or comes again."""

import asyncio
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any

import pytest

from app.commands import ChangeRoom, CreateRoom, SendFiles, SendText
from app.engine.run import Outcome
from app.errors import ErrorCode
from app.events import Failed, RoomChanged
from app.model import TransferState
from app.store.rows import TRANSFER_NUMBER
from tests.sim.promises import room_digests, rooms_of
from tests.sim.virtual import VirtualLoop, run, until
from tests.sim.world import Host, World

pytestmark = pytest.mark.allows_log("store: nothing of this commit is kept")

Scene = Callable[..., Coroutine[Any, Any, None]]
"""Of hosts."""


def play(folder: Path, scene: Scene, *names: str) -> None:
    """Ann, Bob and who else is named know each other."""

    async def scenario(loop: VirtualLoop) -> None:
        world = World(loop, 0, folder)
        hosts = [Host(world, name) for name in ("ann", "bob", *names)]
        for host in hosts:
            await host.start()
        world.beacons()
        others = len(hosts) - 1
        await until(lambda: all(h.office.parts.presence.online_count == others for h in hosts))
        await scene(*hosts)
        for host in hosts:
            if host.is_up:
                await host.quit()

    run(scenario)


def rooms_told(host: Host) -> list[str]:
    changed = [event.room for _, event in host.told if isinstance(event, RoomChanged)]
    return [room.room_id for room in changed if not room.is_everyone]


def answers(host: Host) -> list[ErrorCode]:
    """To commands with a ref."""
    return [event.code for _, event in host.told if isinstance(event, Failed) and event.ref]


async def is_refused(host: Host, command: CreateRoom | ChangeRoom) -> None:
    host.is_full = True
    host.do(command)
    await until(lambda: answers(host) == [ErrorCode.NO_SPACE])
    host.is_full = False


def test_a_change_of_a_room_that_the_disk_refused_never_was(tmp_path: Path) -> None:
    async def scene(ann: Host, bob: Host) -> None:
        ann.do(CreateRoom("Lab", (bob.text_id,)))
        await until(lambda: bool(rooms_told(bob)))
        await is_refused(ann, ChangeRoom(rooms_told(bob)[0], name="Other", ref="r"))
        assert rooms_of(ann) == rooms_of(bob)
        ann.do(ChangeRoom(rooms_told(bob)[0], name="Third"))
        await until(lambda: "Third" in repr(rooms_of(bob)))
        await until(lambda: room_digests(ann) == room_digests(bob))
        assert rooms_of(ann) == rooms_of(bob)
        news = "SELECT count(*) FROM message WHERE news IS NOT NULL"
        assert ann.rows(news) == bob.rows(news)
        ann.kill()
        await ann.start()
        assert room_digests(ann) == room_digests(bob)

    play(tmp_path, scene)


def test_a_room_that_the_disk_refused_never_was(tmp_path: Path) -> None:
    async def scene(ann: Host, bob: Host) -> None:
        await is_refused(ann, CreateRoom("Lab", (bob.text_id,), ref="r"))
        assert rooms_of(ann) == {}
        await is_made_after_all(ann, bob)

    play(tmp_path, scene)


@pytest.mark.expects_log("a task of the engine failed")
def test_a_room_that_the_store_could_not_write_never_was(tmp_path: Path) -> None:
    """For any reason: not only those that a disk has."""

    async def scene(ann: Host, bob: Host) -> None:
        assert ann.store.connection is not None
        ann.store.connection.execute(
            "CREATE TRIGGER refusal BEFORE INSERT ON room"
            " BEGIN SELECT raise(ABORT, 'not today'); END"
        )
        ann.do(CreateRoom("Lab", (bob.text_id,), ref="r"))
        await until(lambda: answers(ann) == [ErrorCode.INTERNAL])
        assert rooms_of(ann) == {}
        ann.store.connection.execute("DROP TRIGGER refusal")
        await is_made_after_all(ann, bob)

    play(tmp_path, scene)


async def is_made_after_all(host: Host, other: Host) -> None:
    """Once, and for both."""
    host.do(CreateRoom("Lab", (other.text_id,)))
    await until(lambda: bool(rooms_told(other)))
    (room,) = rooms_of(host).items()
    assert room in rooms_of(other).items()


def test_a_post_is_kept_while_its_room_is_not_on_the_disk_yet(tmp_path: Path) -> None:
    async def scene(ann: Host, bob: Host) -> None:
        bob.is_full = True
        ann.do(CreateRoom("Lab", (bob.text_id,)))
        await until(lambda: bool(rooms_told(ann)))
        await asyncio.sleep(0.5)
        ann.do(SendText(rooms_told(ann)[0], "hello"))
        bob.is_full = False
        await until(lambda: "hello" in repr(rooms_of(bob)), within_s=5)
        assert rooms_of(ann) == rooms_of(bob)

    play(tmp_path, scene)


def test_entries_that_the_disk_refused_are_asked_of_whoever_has_them(tmp_path: Path) -> None:
    async def scene(ann: Host, bob: Host, cat: Host) -> None:
        bob.is_full = True
        ann.do(CreateRoom("Lab", (bob.text_id, cat.text_id)))
        await until(lambda: bool(rooms_told(cat)))
        cat.do(SendText(rooms_told(cat)[0], "hello"))
        await asyncio.sleep(1)
        ann.kill()
        bob.is_full = False
        await until(lambda: "hello" in repr(rooms_of(bob)))
        assert rooms_told(bob) == rooms_told(cat)

    play(tmp_path, scene, "cat")


def test_what_the_disk_refused_is_told_to_others_until_somebody_gives_it_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Those who have it may tell everybody else of it, by chance."""

    async def scene(ann: Host, bob: Host, cat: Host) -> None:
        monkeypatch.setattr(cat.office.parts.sync, "tell_on", lambda _room: None)
        bob.is_full = True
        ann.do(CreateRoom("Lab", (bob.text_id, cat.text_id)))
        await until(lambda: bool(rooms_told(cat)))
        await asyncio.sleep(1)
        ann.kill()
        bob.is_full = False
        await until(lambda: room_digests(bob) == room_digests(cat) != {}, within_s=120)

    play(tmp_path, scene, "cat")


def test_the_end_of_a_transfer_is_written_down_once_there_is_room(tmp_path: Path) -> None:
    async def scene(ann: Host, bob: Host) -> None:
        source = tmp_path / "note"
        source.write_text("x")
        ann.do(SendFiles(bob.text_id, (source,)))
        await until(lambda: bool(bob.rows("SELECT 1 FROM transfer")), within_s=5)
        ((transfer_id,),) = bob.rows("SELECT transfer_id FROM transfer")
        stored = await bob.core.write(lambda w: w.transfer(transfer_id))
        assert stored is not None
        running = TransferState.RUNNING
        await bob.core.write(lambda w: w.update_transfer(stored.transfer_id, state=running))
        bob.is_full = True
        bob.office.parts.exchange._on_end(stored, Outcome(path=tmp_path / "landed"))
        await asyncio.sleep(30)
        assert bob.rows("SELECT state FROM transfer") == [(TRANSFER_NUMBER[running],)]
        bob.is_full = False
        done = TRANSFER_NUMBER[TransferState.DONE]
        for host in (bob, ann):
            await until(
                lambda h=host: h.rows("SELECT state FROM transfer") == [(done,)], within_s=15
            )

    play(tmp_path, scene)
