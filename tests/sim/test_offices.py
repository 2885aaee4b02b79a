"""What two engines make of each other, whatever comes between: decisions, lanes, stores."""

import asyncio
import os
import random
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any

import apsw
import pytest
from msgspec import Raw

from app.commands import CancelMessage, MarkRead, SendText
from app.engine.presence import SHIFT_TICKS, TICK_S
from app.errors import ErrorCode
from app.events import MessagesChanged, PersonChanged
from app.model import MessageState
from net.protocol.identity import PeerId
from net.protocol.packet import Address
from net.protocol.records import (
    Ack,
    Bye,
    Data,
    Edit,
    Hello,
    Ping,
    Read,
    Record,
    Text,
    encode_record,
)
from net.protocol.session_event import Established
from tests.disk import disk
from tests.sim.virtual import Air, AirNode, Side, VirtualLoop, Weather, run, until

QUEUED, SENT, DELIVERED, READ, FAILED = MessageState
LADDER = [QUEUED, SENT, DELIVERED, READ]

Scene = Callable[[Air, Side, Side], Coroutine[Any, Any, None]]


def play(folder: Path, scene: Scene, *, seed: object = 0, vfs: str | None = None) -> None:
    """Ann and Bob have started and never met; Bob's disk is ``vfs``."""

    async def scenario(loop: VirtualLoop) -> None:
        air = Air(loop, seed)
        ann, bob = Side(air, folder / "Ann"), Side(air, folder / "Bob", vfs)
        await ann.start()
        await bob.start()
        await scene(air, ann, bob)
        await ann.stop()
        await bob.stop()

    run(scenario)


def give(side: Side, to: Side, lane: bytes, low: int, *records: tuple[int, Record]) -> None:
    raws = tuple((seq, Raw(encode_record(record))) for seq, record in records)
    side.say(to.peer, Data(lane, low, raws))


def text(words: str, message: bytes | None = None) -> Text:
    return Text(message or os.urandom(16), 1, 1, words)


def test_texts_cross_a_bad_network_once_in_order_and_rung_by_rung(tmp_path: Path) -> None:
    async def scene(air: Air, ann: Side, bob: Side) -> None:
        air.weather = Weather(loss=0.3, twice=0.1, jitter_s=0.02)
        air.meet(ann, bob)
        for number in range(200):
            ann.do(SendText(bob.text_id, f"ann {number}"))
            bob.do(SendText(ann.text_id, f"bob {number}"))
            await asyncio.sleep(0.003)
        await until(lambda: len(bob.shown()) == len(ann.shown()) == 200)
        ids = [m.message_id for m in ann.messages() if m.direction == "out"]
        await until(lambda: all(DELIVERED in ann.states(i) for i in ids))
        assert bob.shown() == [f"ann {n}" for n in range(200)]
        assert ann.shown() == [f"bob {n}" for n in range(200)]
        for message in ids:
            states = ann.states(message)
            assert states == sorted(states, key=LADDER.index)
        assert not ann.faults()

    play(tmp_path, scene)


@pytest.mark.parametrize("seed", range(12))
def test_turmoil_loses_nothing_and_shows_nothing_twice(tmp_path: Path, seed: int) -> None:
    """Sessions begin anew, people are killed and start again, texts are taken back."""

    async def scene(air: Air, ann: Side, bob: Side) -> None:
        chance = random.Random(seed)
        air.weather = Weather(chance.choice([0, 0.1, 0.4]), 0.1, 0.002, chance.choice([0, 0.05]))
        air.meet(ann, bob)
        killed: set[Side] = set()
        for number in range(60):
            one, other = chance.sample([ann, bob], 2)
            deed = chance.random()
            if deed < 0.08:
                air.meet(one, other)
            elif deed < 0.12:
                one.kill()
                other.sessions.clear()
                killed.add(one)
                await one.start()
                air.meet(one, other)
            elif deed < 0.2:
                one.do(MarkRead(other.text_id))
            elif deed < 0.3 and (mine := [m for m in one.messages() if m.direction == "out"]):
                one.do(CancelMessage(chance.choice(mine).message_id))
            else:
                one.do(SendText(other.text_id, f"{number}"))
            await asyncio.sleep(chance.choice([0, 0.001, 0.03, 0.3]))
        air.weather = Weather()
        air.meet(ann, bob)
        for one, other in ((ann, bob), (bob, ann)):
            await until(lambda one=one: is_settled(one))  # type: ignore[misc]
            check_turn(one, other, is_exact=other not in killed)

    play(tmp_path, scene, seed=seed)


def is_settled(side: Side) -> bool:
    mine = [m.message_id for m in side.messages() if m.direction == "out"]
    return all({DELIVERED, READ, FAILED} & set(side.states(i)) for i in mine)


def check_turn(writer: Side, reader: Side, *, is_exact: bool) -> None:
    """A text is shown once; again only after a kill at the moment it was shown."""
    shown = reader.shown()
    for message in (m for m in writer.messages() if m.direction == "out"):
        states = writer.states(message.message_id)
        if FAILED not in states:
            assert message.text in shown
            assert [s for s in states if s is not QUEUED] == sorted(
                (s for s in states if s is not QUEUED), key=LADDER.index
            )
    if is_exact:
        assert len(shown) == len(set(shown))
        assert shown == sorted(shown, key=int)
    allowed = {ErrorCode.WRONG_STATE}  # a cancel that came too late
    assert {fault.code for fault in writer.faults()} <= allowed


def test_late_datagram_of_a_former_lane_changes_nothing(tmp_path: Path) -> None:
    async def scene(air: Air, ann: Side, bob: Side) -> None:
        air.meet(ann, bob)
        await asyncio.sleep(0.5)  # Ann's own lane is agreed on and silent
        give(ann, bob, b"lane-one", 1, (1, text("one")), (2, text("two")))
        await until(lambda: bob.shown() == ["one", "two"])
        give(ann, bob, b"lane-two", 1, (2, text("four")))
        await asyncio.sleep(0.01)
        give(ann, bob, b"lane-one", 3, (3, text("late")))
        give(ann, bob, b"lane-two", 1, (1, text("three")))
        await until(lambda: len(bob.shown()) == 4)
        assert bob.shown() == ["one", "two", "three", "four"]

    play(tmp_path, scene)


def test_what_a_former_lane_held_back_is_shown_when_another_begins(tmp_path: Path) -> None:
    async def scene(air: Air, ann: Side, bob: Side) -> None:
        air.meet(ann, bob)
        await asyncio.sleep(0.5)  # Ann's own lane is agreed on and silent
        give(ann, bob, b"lane-one", 1, (2, text("early")))
        await asyncio.sleep(0.1)
        give(ann, bob, b"lane-two", 1, (2, text("of the same number")), (1, text("first")))
        await until(lambda: len(bob.shown()) == 3)
        assert bob.shown() == ["early", "first", "of the same number"]

    play(tmp_path, scene)


def test_text_held_back_for_order_is_shown_as_it_was_edited_meanwhile(tmp_path: Path) -> None:
    async def scene(air: Air, ann: Side, bob: Side) -> None:
        air.meet(ann, bob)
        await asyncio.sleep(0.5)  # Ann's own lane is agreed on and silent
        second = os.urandom(16)
        give(ann, bob, b"lane-one", 1, (2, text("secnd", second)))
        await asyncio.sleep(0.1)
        give(ann, bob, b"lane-one", 1, (3, Edit(second, 9, 9, "second")))
        await asyncio.sleep(0.1)
        give(ann, bob, b"lane-one", 1, (1, text("first")))
        await until(lambda: len(bob.shown()) == 2)
        assert bob.shown() == ["first", "second"]
        assert not bob.events(MessagesChanged)

    play(tmp_path, scene)


def test_b12_one_id_under_two_numbers_at_once_is_shown_once(tmp_path: Path) -> None:
    async def scene(air: Air, ann: Side, bob: Side) -> None:
        air.meet(ann, bob)
        twice = text("once", os.urandom(16))
        await asyncio.sleep(0.5)  # Ann's own lane is agreed on and silent
        give(ann, bob, b"lane-one", 1, (1, twice), (2, twice), (3, text("then")))
        await until(lambda: "then" in bob.shown())
        assert bob.shown() == ["once", "then"]

    play(tmp_path, scene)


def test_e17_a_receipt_for_what_was_never_sent_reads_nothing(tmp_path: Path) -> None:
    async def scene(air: Air, ann: Side, bob: Side) -> None:
        air.meet(ann, bob)
        bob.do(SendText(ann.text_id, "one"))
        await until(lambda: ann.shown() == ["one"])
        air.meet(ann, bob)
        lane = next(f.lane for f in ann.heard if isinstance(f, Data) and f.records)
        ann.sessions.clear()
        bob.do(SendText(ann.text_id, "never sent"))
        await until(lambda: len(bob.messages()) == 2)
        air.sides[bob.peer].office.on_frames(
            ann.peer,
            [Data(b"lane-two", 1, ((1, Raw(encode_record(Read(lane, 2**62 - 1)))),))],
        )
        await asyncio.sleep(0.05)
        waiting = bob.messages()[-1].message_id
        assert READ not in bob.states(waiting)
        air.meet(ann, bob)
        await until(lambda: ann.shown() == ["one", "never sent"])

    play(tmp_path, scene)


def test_many_sessions_with_somebody_silent_leave_one_question_and_one_hello(
    tmp_path: Path,
) -> None:
    async def scene(air: Air, ann: Side, bob: Side) -> None:
        ann.air.weather.loss = 1.0
        for _ in range(50):
            air.meet(ann, bob)
        await asyncio.sleep(30)
        ann.air.weather.loss = 0.0
        bob.close_ears()
        await asyncio.sleep(4)
        assert sum(isinstance(frame, Data) for frame in bob.heard) <= 3
        assert sum(isinstance(frame, Hello) for frame in bob.heard) <= 2

    play(tmp_path, scene)


@pytest.mark.expects_log("numbering towards .* was started anew")
def test_claims_to_know_more_than_was_given_renew_a_lane_once_a_session(tmp_path: Path) -> None:
    async def scene(air: Air, ann: Side, bob: Side) -> None:
        air.meet(ann, bob)
        bob.close_ears()
        lanes = set()
        for _ in range(20):
            for frame in [f for f in bob.heard if isinstance(f, Data)]:
                lanes.add(frame.lane)
                bob.say(ann.peer, Ack(frame.lane, 2**62 - 1))
            await asyncio.sleep(0.2)
        assert len(lanes) == 1, "of a lane just made nothing is asked"

    play(tmp_path, scene)


@pytest.mark.allows_log("store: ")
def test_g03_a_disk_that_fails_for_a_while_stops_nothing_for_good(tmp_path: Path) -> None:
    """Neither what comes in, nor the states of what went out, nor a lane not loaded yet."""
    with disk() as vfs:

        def refuse(kind: str, _file: str) -> None:
            if kind == "write" and is_full:
                raise apsw.FullError("no space left")

        is_full = False
        vfs.before_operation = refuse

        async def scene(air: Air, ann: Side, bob: Side) -> None:
            nonlocal is_full
            is_full = True
            air.meet(ann, bob)
            ann.do(SendText(bob.text_id, "while it is full"))
            await asyncio.sleep(1)
            assert not bob.shown()
            is_full = False
            await until(lambda: bob.shown() == ["while it is full"])
            bob.do(SendText(ann.text_id, "answer"))
            await until(lambda: len(bob.messages()) == 2)
            is_full = True
            await asyncio.sleep(1)
            is_full = False
            answer = bob.messages()[-1].message_id
            await until(lambda: DELIVERED in bob.states(answer))
            assert ann.shown() == ["answer"]

        play(tmp_path, scene, vfs=vfs.name)


def test_what_is_shown_while_stopping_is_not_shown_again(tmp_path: Path) -> None:
    async def scene(air: Air, ann: Side, bob: Side) -> None:
        air.meet(ann, bob)
        await asyncio.sleep(0.5)  # Ann's own lane is agreed on and silent
        give(ann, bob, b"lane-one", 1, (1, text("last words")))
        await asyncio.sleep(0.0015)  # it is at the disk
        await bob.stop()
        await bob.start()
        air.meet(ann, bob)
        give(ann, bob, b"lane-one", 1, (1, text("last words")))
        await asyncio.sleep(3)
        assert bob.shown().count("last words") == 1

    play(tmp_path, scene)


def test_a_tick_asks_once_for_all_who_are_here(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A thousand people must not cost it a thousand questions."""
    asking: list[AirNode] = []
    limit = property(lambda node: asking.append(node) or 12.0)

    async def scene(air: Air, ann: Side, bob: Side) -> None:
        carl = Side(air, tmp_path / "Carl")
        await carl.start()
        air.meet(ann, bob)
        air.meet(ann, carl)
        await until(lambda: ann.office.parts.presence.online_count == 2)
        with monkeypatch.context() as patched:
            patched.setattr(AirNode, "silence_limit_s", limit)
            await asyncio.sleep(10 * TICK_S)
        assert 9 <= asking.count(ann.core.node) <= 11
        await carl.stop()

    play(tmp_path, scene)


@pytest.mark.parametrize("is_renewal", [False, True])
def test_a_new_address_is_told_and_kept_at_the_next_tick(tmp_path: Path, is_renewal: bool) -> None:
    async def scene(air: Air, ann: Side, bob: Side) -> None:
        air.meet(ann, bob)
        await until(lambda: ann.office.parts.presence.online_count == 1)
        await asyncio.sleep(2 * TICK_S)
        moved = ("10.0.0.77", 48484)
        if is_renewal:
            key = bob.identity.public_key
            ann.office.on_established(Established(bob.peer, key, moved, True, False, b"1"))
        else:
            ann.office.on_moved(bob.peer, moved)
        await asyncio.sleep(2 * TICK_S)
        person = ann.office.parts.people.get(bob.peer)
        assert person is not None
        assert person.addresses[0] == moved
        assert ann.events(PersonChanged)[-1].person.address == "10.0.0.77:48484"

    play(tmp_path, scene)


def test_a_change_of_ours_is_told_until_they_have_heard_it_there(tmp_path: Path) -> None:
    """Else one lost datagram would leave them writing to where we were."""

    async def scene(air: Air, ann: Side, bob: Side) -> None:
        air.meet(ann, bob)
        await until(lambda: ann.office.parts.presence.online_count == 1)
        await asyncio.sleep(TICK_S)
        bob.close_ears()
        ann.office.on_networks(1)
        await asyncio.sleep((SHIFT_TICKS + 1) * TICK_S)
        assert sum(isinstance(frame, Ping) for frame in bob.heard) > SHIFT_TICKS
        bob.is_deaf = False
        bob.heard.clear()
        ann.office.on_networks(1)
        await asyncio.sleep((SHIFT_TICKS + 1) * TICK_S)
        assert sum(isinstance(frame, Ping) for frame in bob.heard) == 1

    play(tmp_path, scene)


def test_d07_a_port_that_was_only_claimed_by_stream_gets_a_knock(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    called: list[tuple[Address, bool]] = []

    def connect(_: AirNode, address: Address, *, expected: PeerId, proven: bool = True) -> None:
        called.append((address, proven))

    async def scene(air: Air, ann: Side, bob: Side) -> None:
        air.meet(ann, bob)
        await until(lambda: len(called) >= 2)
        assert set(called) == {(ann.address, False), (bob.address, False)}

    monkeypatch.setattr(AirNode, "is_by_stream", lambda *_: True)
    monkeypatch.setattr(AirNode, "connect", connect)
    play(tmp_path, scene)


def test_who_left_is_here_no_more_and_again_when_back(tmp_path: Path) -> None:
    async def scene(air: Air, ann: Side, bob: Side) -> None:
        air.meet(ann, bob)
        await until(lambda: ann.office.parts.presence.online_count == 1)
        bob.say(ann.peer, Bye())
        await until(lambda: ann.office.parts.presence.online_count == 0)
        air.meet(bob, ann)
        await until(lambda: ann.office.parts.presence.online_count == 1)

    play(tmp_path, scene)
