"""Two or three people, one seed, all that can go wrong; and what must be true all the while.

python -m tests.sim.chaos --seeds 10000        all from 0 on, over all cores
python -m tests.sim.chaos --seed 4711          one of them again, exactly as it was
"""

import argparse
import asyncio
import hashlib
import itertools
import logging
import multiprocessing
import os
import random
import sys
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path

from app.commands import (
    AddMembers,
    CancelMessage,
    ChangeRoom,
    CreateRoom,
    DeleteMessage,
    EditText,
    MarkRead,
    React,
    SendText,
)
from app.errors import ErrorCode
from app.events import Failed, GapsChanged, MessagesAdded, RoomChanged, StatesChanged
from app.model import Direction
from app.store.rows import STATE_NUMBER
from net.protocol.rooms import RoomId, encode_room_id
from tests.sim.promises import (
    BrokenPromiseError,
    Copy,
    check_pair,
    check_room_order,
    check_room_posts,
    check_told,
    need,
    pair_chat,
    room_digests,
    rooms_of,
)
from tests.sim.virtual import VirtualLoop
from tests.sim.world import Host, Weather, World

STEPS = 45
CALM_S = 900.0
"""Virtual. Longer than the longest pause between two tries to reach somebody who is back."""
DECADES_MS = 80 * 365 * 86_400_000
EXPECTED = {
    ErrorCode.WRONG_STATE,
    ErrorCode.NO_SPACE,
    ErrorCode.DISK_ERROR,
    ErrorCode.NO_SUCH_MESSAGE,
    ErrorCode.UNKNOWN_PERSON,
    ErrorCode.NO_SUCH_ROOM,
}
NAMES = ("ann", "bob", "cat")
THREE_EVERY = 4
"""Of so many seeds one has a third person, who can hand on what another missed."""
LATE_EVERY = 8
"""Of so many seeds one adds the third person to the room while all this happens."""


class Play:
    """One seed from beginning to end."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.chance = world.chance
        people = 3 if world.seed % THREE_EVERY == 0 else 2
        self.hosts = [Host(world, name) for name in NAMES[:people]]
        self.is_late = world.seed % LATE_EVERY == 0
        """Rooms begin without the last of the hosts."""
        self.rooms: list[str] = []
        """That anybody was told of."""
        self._number = 0
        self._looked = dict.fromkeys(NAMES, 0)
        self._promised: dict[str, dict[bytes, int]] = {name: {} for name in NAMES}
        """By author, the own messages that were told of, and the highest state told."""
        self._shown: dict[tuple[str, int], set[bytes]] = {}
        self._gapped: dict[tuple[str, int], set[str]] = {}
        """By host and run, the chats in which something was told to be missing."""

    async def run(self) -> None:
        for host in self.hosts:
            await host.start()
        self.world.beacons()
        for _ in range(STEPS):
            await self._step()
            await asyncio.sleep(self.chance.choice([0, 0.001, 0.02, 0.2, 2.0]))
            self._check()
        await self._catch_up_without_one()
        await self._calm_down()
        self._check_all_arrived()
        for host in self.hosts:
            await host.quit()

    # --- what happens ------------------------------------------------------

    async def _step(self) -> None:
        one, other = self.chance.sample(self.hosts, 2)
        dice = self.chance.random()
        if not one.is_up:
            await one.start()
        elif dice < 0.38:
            self._send(one, other.text_id)
        elif dice < 0.5:
            self._gather(one)
        elif dice < 0.64:
            self._do_something(one)
        elif dice < 0.70:
            one.do(MarkRead(self.chance.choice([other.text_id, "nobody", *self.rooms])))
        elif dice < 0.80:
            self._change_weather()
        elif dice < 0.90:
            await self._hurt(one)
        else:
            await self._disturb(one, other)

    def _send(self, one: Host, chat: str) -> None:
        for _ in range(self.chance.choice([1, 1, 1, 5, 40])):
            self._number += 1
            size = self.chance.choice([0, 0, 0, 300, 3000])
            one.do(SendText(chat, f"{self._number} {'x' * size}"))

    def _gather(self, one: Host) -> None:
        """In a room of all, once there is one."""
        if not self.rooms:
            first = self.hosts[:-1] if self.is_late else self.hosts
            if one in first:
                others = tuple(host.text_id for host in first if host is not one)
                one.do(CreateRoom("Lab", others))
        elif self.is_late and self.chance.random() < 0.3:
            self._are_all_added()
        elif self.chance.random() < 0.1:
            self._number += 1
            one.do(ChangeRoom(self.chance.choice(self.rooms), name=f"Lab {self._number}"))
        else:
            self._send(one, self.chance.choice(self.rooms))

    def _are_all_added(self) -> bool:
        """Adds who is not."""
        return not any(self._add_who_is_late(host) for host in self.hosts if host.is_up)

    def _add_who_is_late(self, one: Host) -> bool:
        """To the rooms of which ``one`` is the admin; whether anybody was."""
        late = [
            (room.text_id, self.hosts[-1].text_id)
            for room in one.office.parts.book
            if room.state.admin == one.peer and self.hosts[-1].peer not in room.state.members
        ]
        for room, person in late:
            one.do(AddMembers(room, (person,)))
        return bool(late)

    def _do_something(self, one: Host) -> None:
        """To a message that is there."""
        rows = one.rows(
            "SELECT m.message_id, m.author, r.room_id FROM message AS m"
            " JOIN conversation AS c USING (conversation_row)"
            " LEFT JOIN room AS r ON r.room_row = c.room_row"
            " WHERE m.news IS NULL ORDER BY m.message_row DESC LIMIT 30"
        )
        if not rows:
            return
        message_id, author, room_id = self.chance.choice(rows)
        identifier = message_id.hex()
        chat = encode_room_id(RoomId(room_id)) if room_id else None
        self._number += 1
        if author or self.chance.random() < 0.3:
            emoji, is_on = self.chance.choice("👍🎉"), self.chance.random() < 0.7
            one.do(React(identifier, emoji, is_on=is_on, chat=chat))
        else:
            edit = EditText(identifier, f"edited {self._number}")
            deeds = [edit, DeleteMessage(identifier), CancelMessage(identifier)]
            one.do(self.chance.choice(deeds))

    def _change_weather(self) -> None:
        self.world.weather = Weather(
            loss=self.chance.choice([0, 0, 0.1, 0.5]),
            twice=self.chance.choice([0, 0.2]),
            bent=self.chance.choice([0, 0.05]),
            delay_s=self.chance.choice([0.0005, 0.02, 0.3]),
            jitter_s=self.chance.choice([0, 0.05, 0.5]),
            burst=self.chance.choice([0, 0, 0.02]),
        )

    async def _hurt(self, one: Host) -> None:
        match self.chance.randrange(4):
            case 0:
                one.kill()
            case 1:
                one.cut_power()
            case 2:
                one.pull_the_plug(self.chance.randrange(30))
            case 3:
                await one.quit()

    async def _disturb(self, one: Host, other: Host) -> None:
        match self.chance.randrange(6):
            case 0:
                self.world.blocked.add((one.name, other.name))
            case 1:
                self.world.blocked |= {(one.name, other.name), (other.name, one.name)}
            case 2:
                self.world.blocked.clear()
            case 3:
                one.move((f"10.0.{self.chance.randrange(1, 250)}.{self._number % 250 + 1}", 48484))
            case 4:
                one.clock_off_ms = self.chance.choice([-1, 0, 1]) * DECADES_MS
            case 5:
                one.is_full = not one.is_full
        if self.chance.random() < 0.1 and not any(host.is_full for host in self.hosts):
            await asyncio.sleep(3600)  # the lid is closed

    async def _catch_up_without_one(self) -> None:
        """What one said in a room and only one other has, that other hands on."""
        if len(self.hosts) < 3 or self.is_late:
            return
        away, *here = self.chance.sample(self.hosts, 3)
        if away.is_up:
            away.kill()
        await self._be_calm(here)
        await self._wait(lambda: _is_even(here), "what one member has was not handed on")

    async def _calm_down(self) -> None:
        """All is well again; so all arrives."""
        await self._be_calm(self.hosts)
        if self.is_late:
            await self._wait(self._are_all_added, "not added")
        await self._wait(self._is_settled, "not delivered")
        await asyncio.sleep(3.0)  # what was held back for order is shown by then
        self._check()
        for host in self.hosts:
            gapped = self._gapped.get((host.name, host.told[-1][0]))
            need(not gapped, f"{host.name} has all, and still waits for something")

    async def _be_calm(self, hosts: Sequence[Host]) -> None:
        self.world.weather, self.world.blocked = Weather(), set()
        for host in hosts:
            host.is_full = False
            if not host.is_up:
                await host.start()
            host.pull_the_plug(10**9)

    async def _wait(self, is_so: Callable[[], bool], fault: str) -> None:
        loop, began_s = self.world.loop, self.world.loop.time()
        while not is_so():
            await asyncio.sleep(1.0 if loop.time() < began_s + 60 else 20.0)
            self._check()
            if loop.time() > began_s + CALM_S:
                raise BrokenPromiseError(f"{fault} in {CALM_S} s of calm: {self._waiting()}")

    # --- what must be true -------------------------------------------------

    def _check(self) -> None:
        for host in self.hosts:
            self._take_in_events(host)
        copies = {host.name: Copy.of(host) for host in self.hosts}
        for one, copy in copies.items():
            check_told(copy, one, self._promised[one])
            late = self.hosts[-1].peer if self.is_late else None
            check_room_posts(copy, tuple(copies.values()), one, late)
            check_room_order(copy, one)
            for other, there in copies.items():
                if other != one:
                    check_pair(copy, there, (one, other))

    def _take_in_events(self, one: Host) -> None:
        promised = self._promised[one.name]
        for run, event in one.told[self._looked[one.name] :]:
            match event:
                case MessagesAdded():
                    for message in event.messages:
                        identifier = bytes.fromhex(message.message_id)
                        if message.direction is Direction.OUT:
                            promised.setdefault(identifier, 0)
                        else:
                            self._note_shown(one, run, identifier)
                case StatesChanged():
                    for change in event.changes:
                        identifier, state = (
                            bytes.fromhex(change.message_id),
                            STATE_NUMBER[change.state],
                        )
                        need(state >= promised.get(identifier, 0), "a state went back")
                        promised[identifier] = state
                case GapsChanged():
                    gapped = self._gapped.setdefault((one.name, run), set())
                    need(bool(event.gaps) or event.chat_id in gapped, "a gap went that never was")
                    (gapped.add if event.gaps else gapped.discard)(event.chat_id)
                case RoomChanged() if not (
                    event.room.is_everyone or event.room.room_id in self.rooms
                ):
                    self.rooms.append(event.room.room_id)
                case Failed() if event.code not in EXPECTED:
                    raise BrokenPromiseError(f"{one.name}: {event}")
        self._looked[one.name] = len(one.told)

    def _note_shown(self, one: Host, run: int, identifier: bytes) -> None:
        shown = self._shown.setdefault((one.name, run), set())
        need(identifier not in shown, f"{one.name} was shown a message twice")
        shown.add(identifier)

    def _waiting(self) -> dict[str, int]:
        query = "SELECT count(*) FROM outbox"
        return {host.name: host.rows(query)[0][0] for host in self.hosts}

    def _is_settled(self) -> bool:
        return not any(self._waiting().values()) and _is_even(self.hosts)

    def _check_all_arrived(self) -> None:
        """All copies of a chat say the same of all that was not taken back."""
        for one, other in itertools.permutations(self.hosts, 2):
            mine, theirs = pair_chat(one, other, is_own=True), pair_chat(other, one, is_own=False)
            need(mine == theirs, f"the chats of {one.name} and {other.name} differ")
            mine, theirs = rooms_of(one, self.hosts[-1]), rooms_of(other, self.hosts[-1])
            need(mine == theirs, f"{one.name} and {other.name}: rooms differ")
        late = self.hosts[-1]
        need(rooms_of(late) == rooms_of(late, late), f"{late.name} knows what was said before")
        for one, other in itertools.permutations(self.hosts[: -1 if self.is_late else None], 2):
            need(rooms_of(one) == rooms_of(other), f"{one.name} and {other.name}: rooms differ")


def _is_even(hosts: Sequence[Host]) -> bool:
    """They have the same of all rooms."""
    first, *others = (room_digests(host) for host in hosts)
    return all(digests == first for digests in others)


def play(seed: int) -> str:
    """Raises BrokenPromiseError. A hash of all that was told, the same for a seed always."""
    logging.disable(logging.CRITICAL)
    random.seed(seed)  # what is not a matter of secrecy draws from the common source
    with tempfile.TemporaryDirectory(prefix="landline-sim-", dir=_memory()) as folder:
        world: list[World] = []

        async def scenario() -> None:
            loop = asyncio.get_running_loop()
            assert isinstance(loop, VirtualLoop)
            world.append(World(loop, seed, Path(folder)))
            await Play(world[0]).run()

        loop = VirtualLoop()
        try:
            with asyncio.Runner(loop_factory=lambda: loop) as runner:
                runner.run(scenario())
        finally:
            logging.disable(logging.NOTSET)
        return hashlib.sha256(repr(world[0].trace).encode()).hexdigest()


def _memory() -> str | None:
    """Power cuts are made by the disk's images: no real disk need be slow for them."""
    return "/dev/shm" if os.path.isdir("/dev/shm") else None


def try_seed(seed: int) -> tuple[int, str]:
    """The seed, and what went wrong; empty if nothing."""
    try:
        play(seed)
    except Exception as error:  # noqa: BLE001 - whatever it is, the seed is what matters
        return seed, f"{type(error).__name__}: {error}"
    return seed, ""


def main(words: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=int, default=300)
    parser.add_argument("--first", type=int, default=0)
    parser.add_argument("--seed", type=int)
    wanted = parser.parse_args(words)
    if wanted.seed is not None:
        print(wanted.seed, play(wanted.seed))
        return 0
    failed = 0
    seeds = range(wanted.first, wanted.first + wanted.seeds)
    with multiprocessing.Pool() as pool:
        for done, (seed, fault) in enumerate(pool.imap_unordered(try_seed, seeds, chunksize=4), 1):
            if fault:
                failed += 1
                print(f"\nseed {seed}: {fault}\n  again: python -m tests.sim.chaos --seed {seed}")
            if done % 100 == 0:
                print(f"\r{done} of {len(seeds)}, {failed} failed", end="", flush=True)
    print(f"\n{len(seeds)} seeds, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
