"""Two people, one seed, everything that can go wrong; and what must be true all the while.

python -m tests.sim.chaos --seeds 10000        all from 0 on, over all cores
python -m tests.sim.chaos --seed 4711          one of them again, exactly as it was
"""

import argparse
import asyncio
import hashlib
import logging
import multiprocessing
import os
import random
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from app.commands import CancelMessage, DeleteMessage, EditText, MarkRead, React, SendText
from app.errors import ErrorCode
from app.events import Failed, MessagesAdded, StatesChanged
from app.model import Direction, MessageState
from app.store.rows import STATE_NUMBER
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
}
_FAR = (STATE_NUMBER[MessageState.DELIVERED], STATE_NUMBER[MessageState.READ])
_FAILED = STATE_NUMBER[MessageState.FAILED]


class BrokenPromiseError(AssertionError):
    """What Landline promises was not so."""


class Play:
    """One seed from beginning to end."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.chance = world.chance
        self.hosts = [Host(world, "ann"), Host(world, "bob")]
        self._number = 0
        self._looked: dict[str, int] = {"ann": 0, "bob": 0}
        self._promised: dict[str, dict[bytes, int]] = {"ann": {}, "bob": {}}
        """By author, the own messages that were told of, and the highest state told."""
        self._shown: dict[tuple[str, int], set[bytes]] = {}

    async def run(self) -> None:
        for host in self.hosts:
            await host.start()
        self.world.beacons()
        for _ in range(STEPS):
            await self._step()
            await asyncio.sleep(self.chance.choice([0, 0.001, 0.02, 0.2, 2.0]))
            self._check()
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
        elif dice < 0.5:
            self._send(one, other)
        elif dice < 0.64:
            self._do_something(one)
        elif dice < 0.70:
            one.do(MarkRead(other.text_id) if other.is_up else MarkRead("nobody"))
        elif dice < 0.80:
            self._change_weather()
        elif dice < 0.90:
            await self._hurt(one)
        else:
            await self._disturb(one, other)

    def _send(self, one: Host, other: Host) -> None:
        for _ in range(self.chance.choice([1, 1, 1, 5, 40])):
            self._number += 1
            size = self.chance.choice([0, 0, 0, 300, 3000])
            one.do(SendText(self._id_of(other), f"{self._number} {'x' * size}"))

    def _do_something(self, one: Host) -> None:
        """To a message that is there."""
        rows = one.rows("SELECT message_id, author FROM message ORDER BY message_row DESC LIMIT 30")
        if not rows:
            return
        message_id, author = self.chance.choice(rows)
        identifier = message_id.hex()
        self._number += 1
        if author or self.chance.random() < 0.3:
            one.do(React(identifier, self.chance.choice("👍🎉"), is_on=self.chance.random() < 0.7))
        else:
            one.do(
                self.chance.choice(
                    [
                        EditText(identifier, f"edited {self._number}"),
                        DeleteMessage(identifier),
                        CancelMessage(identifier),
                    ]
                )
            )

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

    async def _calm_down(self) -> None:
        """All is well again; so all arrives."""
        self.world.weather, self.world.blocked = Weather(), set()
        for host in self.hosts:
            host.is_full = False
            host.pull_the_plug(10**9)
            if not host.is_up:
                await host.start()
        end_s = self.world.loop.time() + CALM_S
        while not self._is_settled():
            await asyncio.sleep(1.0)
            self._check()
            if self.world.loop.time() > end_s:
                raise BrokenPromiseError(f"not delivered in {CALM_S} s of calm: {self._waiting()}")
        await asyncio.sleep(3.0)  # what was held back for order is shown by then
        self._check()

    # --- what must be true -------------------------------------------------

    def _check(self) -> None:
        for one, other in (self.hosts, self.hosts[::-1]):
            self._take_in_events(one)
            self._check_own(one, other)
            self._check_order(one, other)

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
                        _need(state >= promised.get(identifier, 0), "a state went back")
                        promised[identifier] = state
                case Failed() if event.code not in EXPECTED:
                    raise BrokenPromiseError(f"{one.name}: {event}")
        self._looked[one.name] = len(one.told)

    def _note_shown(self, one: Host, run: int, identifier: bytes) -> None:
        shown = self._shown.setdefault((one.name, run), set())
        _need(identifier not in shown, f"{one.name} was shown a message twice")
        shown.add(identifier)

    def _check_own(self, one: Host, other: Host) -> None:
        """Nothing accepted is lost; nothing is called delivered that is not on the other disk."""
        there = dict(one.rows("SELECT message_id, state FROM message WHERE author = 0"))
        arrived = {row[0] for row in other.rows("SELECT message_id FROM message WHERE author <> 0")}
        waiting = {
            row[0]
            for row in one.rows(
                "SELECT m.message_id FROM outbox AS o JOIN message AS m USING (message_row)"
            )
        }
        deleted = {row[0] for row in one.rows("SELECT message_id FROM message WHERE is_deleted")}
        for identifier, told in self._promised[one.name].items():
            _need(identifier in there, f"{one.name} lost a message of its own")
            _need(there[identifier] >= told, "the disk is behind what was told")
        for identifier, state in there.items():
            if state in _FAR:
                is_here = identifier in arrived or identifier in deleted
                _need(is_here, f"called delivered, and not at {other.name}")
            elif state != _FAILED:
                _need(identifier in waiting, f"{one.name} has a message that nobody will send")

    def _check_order(self, one: Host, other: Host) -> None:
        """Of one author, as they were written, in both chats."""
        own = [
            r[0]
            for r in one.rows("SELECT message_id FROM message WHERE author = 0 ORDER BY order_key")
        ]
        theirs = other.rows("SELECT message_id FROM message WHERE author <> 0 ORDER BY order_key")
        place = {identifier: at for at, identifier in enumerate(own)}
        places = [place[row[0]] for row in theirs if row[0] in place]
        _need(places == sorted(places), f"{other.name} has {one.name}'s texts in another order")
        _need(len(theirs) == len(set(theirs)), f"{other.name} has a text twice")

    def _waiting(self) -> dict[str, int]:
        query = "SELECT count(*) FROM outbox"
        return {host.name: host.rows(query)[0][0] for host in self.hosts}

    def _is_settled(self) -> bool:
        return not any(self._waiting().values())

    def _check_all_arrived(self) -> None:
        """Both chats say the same of all that was not taken back."""
        ann, bob = self.hosts
        for one, other in ((ann, bob), (bob, ann)):
            mine, theirs = _chat(one, "author = 0"), _chat(other, "author <> 0")
            _need(mine == theirs, f"the chats of {one.name} and {other.name} differ")

    def _id_of(self, host: Host) -> str:
        return host.text_id


def _chat(host: Host, authors: str) -> dict[bytes, object]:
    """Text and reactions of one side's messages that were neither deleted nor taken back."""
    rows = host.rows(
        "SELECT message_id, text FROM message"
        f" WHERE {authors} AND NOT is_deleted AND state <> {_FAILED}"
    )
    given = host.rows(
        "SELECT m.message_id, e.emoji, e.author = m.author FROM reaction AS e"
        f" JOIN message AS m USING (message_row) WHERE e.is_on AND m.{authors}"
    )
    reactions: dict[bytes, set[object]] = {}
    for identifier, emoji, is_by_author in given:
        reactions.setdefault(identifier, set()).add((emoji, is_by_author))
    return {identifier: (text, reactions.get(identifier)) for identifier, text in rows}


def _need(is_so: bool, promise: str) -> None:
    if not is_so:
        raise BrokenPromiseError(promise)


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
