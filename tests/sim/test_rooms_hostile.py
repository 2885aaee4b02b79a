"""Rooms with somebody in or around them who keeps to no rule: the others lose nothing by it."""

import asyncio
import time
from collections.abc import Sequence
from pathlib import Path
from typing import cast

import apsw
import pytest

from app.commands import AddMembers, RemoveMember, SendText
from app.engine.arrivals import Arrival
from app.engine.people import EFFORT_BURST, EFFORT_PER_S, Acquaintance
from app.engine.room_book import STRANGE_ROOMS_MAX, KnownRoom
from app.model import RoomAct
from net.protocol.identity import Identity
from net.protocol.records import (
    Delete,
    Edit,
    Record,
    RoomAsk,
    RoomEntry,
    RoomHave,
    RoomPost,
    Text,
    encode_record,
)
from net.protocol.rooms import (
    Act,
    Add,
    Create,
    Leave,
    Newcomer,
    Rename,
    RoomId,
    SignedEntry,
    post_digest,
    sign_entry,
    sign_post,
)
from tests.disk import disk
from tests.sim.rooms import (
    chat,
    make_room,
    meet_all,
    play,
    rooms_of,
    shown,
    texts,
)
from tests.sim.virtual import Air, Side, VirtualLoop, run, until


async def hand(sender: Side, to: Side, *records: Record) -> None:
    """Into the lane, past all that the sender's own engine would say."""
    await sender.office.parts.sync._put([to.peer], [encode_record(record) for record in records])


async def hand_and_wait(sender: Side, to: Side, *records: Record) -> None:
    await hand(sender, to, *records)
    person = sender.office.parts.people.find(to.text_id)
    await until(lambda: sender.office.parts.lanes.is_drained(person))
    await asyncio.sleep(0.1)


def known(side: Side, room: str) -> KnownRoom:
    return side.office.parts.book.must_find(room)


def post(room: RoomId, author: Identity, number: int, body: Record) -> RoomPost:
    data = encode_record(body)
    digest = post_digest(data)
    signature = sign_post(author, room, number, digest)
    return RoomPost(room, author.peer_id, number, digest, signature, data)


def text(name: int, words: str) -> Text:
    return Text(name.to_bytes(16, "big"), 1, 1, words)


def entry(room: RoomId, signed: SignedEntry) -> RoomEntry:
    return RoomEntry(room, signed.entry, signed.signature)


def act(side: Side, room: KnownRoom, what: Act, parents: Sequence[bytes] = ()) -> RoomEntry:
    signed = sign_entry(side.identity, parents or room.log.parents_now(), 7, what)
    return entry(room.room_id, signed)


def outbox_bytes(side: Side) -> int:
    query = "SELECT total(length(record)) FROM outbox"
    future = side.store.submit(lambda w: w._number(query) or 0)
    return future.result()


def test_many_questions_at_once_are_answered_once(tmp_path: Path) -> None:
    async def scene(air: Air, sides: list[Side]) -> None:
        ann, ben = sides
        await meet_all(air, *sides)
        room = await make_room(ann, ben)
        for number in range(8):
            ann.do(SendText(room, str(number) * 60_000))
        await until(lambda: len(shown(ben)) == 8)
        await asyncio.sleep(60)
        ask = RoomAsk(known(ben, room).room_id, (), ())
        ben.is_deaf = True
        await hand(ben, ann, *[ask] * 200)
        await asyncio.sleep(1)
        assert outbox_bytes(ann) < 2 * 256 * 1024

    play(tmp_path, 2, scene)


def test_rooms_that_a_stranger_tells_of_keep_nobody_from_joining_one(tmp_path: Path) -> None:
    async def scene(air: Air, sides: list[Side]) -> None:
        ann, ben, eve = sides
        await meet_all(air, *sides)
        empty = [RoomHave(bytes([n]) * 32, bytes(32)) for n in range(STRANGE_ROOMS_MAX)]
        await hand_and_wait(eve, ben, *empty)
        room = await make_room(ann, ben)
        ann.do(SendText(room, "hello"))
        await until(lambda: shown(ben) == ["hello"])

    play(tmp_path, 3, scene)


def test_rooms_of_strangers_without_us_keep_nobody_from_joining_one(tmp_path: Path) -> None:
    """Neither in this run nor in the next; and what is said there is shown to nobody else."""

    async def scene(air: Air, sides: list[Side]) -> None:
        ann, ben, eve = sides
        await meet_all(air, *sides)
        for number in range(STRANGE_ROOMS_MAX):
            first = sign_entry(eve.identity, (), 7, Create(bytes([number]) * 16, "x", "Eve", ()))
            room_id = RoomId(first.entry_id)
            said_there = post(room_id, eve.identity, 1, text(number, "spam"))
            await hand(eve, ben, entry(room_id, first), said_there)
        await hand_and_wait(eve, ben)
        for again in range(2):
            if again:
                await ben.stop()
                await ben.start()
                air.meet(ann, ben)
            room = await make_room(ann, ben)
            ann.do(SendText(room, f"hello {again}"))
            await until(lambda again=again: f"hello {again}" in shown(ben))  # type: ignore[misc]
        assert "spam" not in shown(ben)

    play(tmp_path, 3, scene)


def test_who_leaves_under_a_low_number_starves_nobody_of_the_others_words(tmp_path: Path) -> None:
    """What they said above it is taken by nobody any more, so nobody hands it on."""

    async def scene(air: Air, sides: list[Side]) -> None:
        ann, ben, cim, eve = sides
        await meet_all(air, *sides)
        room = await make_room(eve, ann, ben, cim)
        await cim.stop()
        for number in range(8):
            eve.do(SendText(room, str(number) * 60_000))
        await until(lambda: len(shown(ann)) == 8)
        for peer in (ann, ben):
            await hand(eve, peer, act(eve, known(eve, room), Leave(1)))
        await until(lambda: len(rooms_of(ann)[room].members) == 3)
        ann.do(SendText(room, "hello"))
        await until(lambda: "hello" in shown(ben))
        await ann.stop()
        await eve.stop()
        await cim.start()
        air.meet(ben, cim)
        await until(lambda: "hello" in shown(cim))
        await until(lambda: known(ben, room).digest == known(cim, room).digest)
        ben.heard.clear()
        await asyncio.sleep(60)
        assert len(ben.heard) < 200

    play(tmp_path, 4, scene)


def test_who_adds_somebody_cannot_make_them_deaf_for_others(tmp_path: Path) -> None:
    async def scene(air: Air, sides: list[Side]) -> None:
        ann, ben, eve = sides
        await meet_all(air, *sides)
        room = await make_room(ann, eve)
        log = known(eve, room)
        deaf = Add((Newcomer(ben.identity.public_key, "Ben"),), ((ann.peer, 2**60),))
        signed = sign_entry(eve.identity, log.log.parents_now(), 7, deaf)
        earlier = ann.store.submit(
            lambda w: list(w.entry_records(log.room_id, log.log.missing(())))
        ).result()
        await eve.office.parts.sync._put([ben.peer], earlier)
        for peer in (ann, ben):
            await hand(eve, peer, entry(log.room_id, signed))
        await until(lambda: room in rooms_of(ben) and len(rooms_of(ann)[room].members) == 3)
        ann.do(SendText(room, "one"))
        ann.do(SendText(room, "two"))
        await until(lambda: shown(ben) == ["one", "two"])
        await asyncio.sleep(60)
        assert await texts(ben, room) == ["one", "two"]

    play(tmp_path, 3, scene)


def test_a_puppet_reads_no_more_than_who_added_it_may(tmp_path: Path) -> None:
    async def scene(air: Air, sides: list[Side]) -> None:
        ann, ben, eve, puppet = sides
        await meet_all(air, *sides)
        room = await make_room(ann, ben)
        ann.do(SendText(room, "before eve"))
        await until(lambda: "before eve" in shown(ben))
        ann.do(AddMembers(room, (eve.text_id,)))
        await until(lambda: room in rooms_of(eve))
        add = Add((Newcomer(puppet.identity.public_key, "Puppet"),), ())
        for peer in (ann, ben):
            await hand(eve, peer, act(eve, known(eve, room), add))
        await until(lambda: len(rooms_of(ann)[room].members) == 4)
        entries = ann.store.submit(
            lambda w: list(
                w.entry_records(known(ann, room).room_id, known(ann, room).log.missing(()))
            )
        ).result()
        await ann.office.parts.sync._put([puppet.peer], entries)
        await until(lambda: room in rooms_of(puppet))
        await hand(puppet, ann, RoomAsk(known(ann, room).room_id, (), ()))
        await asyncio.sleep(60)
        assert "before eve" not in shown(puppet)

    play(tmp_path, 4, scene)


def test_news_are_nobodys_to_take_back_or_to_put_words_into(tmp_path: Path) -> None:
    async def scene(air: Air, sides: list[Side]) -> None:
        ann, eve, puppet = sides
        await meet_all(air, *sides)
        room = await make_room(ann, eve)
        eve.do(AddMembers(room, (puppet.text_id,)))
        await until(lambda: len(rooms_of(ann)[room].members) == 3)
        news = (await chat(ann, room))[-1]
        name, room_id = bytes.fromhex(news.message_id), known(ann, room).room_id
        edit = post(room_id, eve.identity, 1, Edit(name, 2**60, 7, "nothing happened"))
        gone = post(room_id, eve.identity, 2, Delete(name))
        await hand_and_wait(eve, ann, edit, gone)
        now = (await chat(ann, room))[-1]
        assert (now.news, now.text, now.is_deleted) == (news.news, "", False)

    play(tmp_path, 3, scene)


def test_who_is_no_member_is_told_nothing_of_who_says_how_much(tmp_path: Path) -> None:
    async def scene(air: Air, sides: list[Side]) -> None:
        ann, ben, eve = sides
        await meet_all(air, *sides)
        room = await make_room(ann, ben, eve)
        ann.do(RemoveMember(room, eve.text_id))
        await until(lambda: not rooms_of(eve)[room].is_member)
        ann.do(SendText(room, "hello"))
        await until(lambda: "hello" in shown(ben))
        asks: list[RoomAsk] = []
        listen = eve.office.parts.sync.on_ask
        eve.office.parts.sync.on_ask = lambda p, ask: asks.append(ask) or listen(p, ask)  # type: ignore[method-assign,func-returns-value]
        await hand(eve, ben, RoomHave(known(ann, room).room_id, bytes(32)))
        await asyncio.sleep(10)
        assert not [number for ask in asks for number in ask.numbers]

    play(tmp_path, 3, scene)


def test_no_number_keeps_somebody_from_being_removed(tmp_path: Path) -> None:
    async def scene(air: Air, sides: list[Side]) -> None:
        ann, eve = sides
        await meet_all(air, *sides)
        room = await make_room(ann, eve)
        log = known(ann, room)
        last = post(log.room_id, eve.identity, 2**62 - 1, text(1, "x"))
        await hand_and_wait(eve, ann, last)
        await asyncio.sleep(5)
        if shown(ann):
            log.numbers[eve.peer] = 2**62  # as it is once the 65,535 before it are here
        ann.do(RemoveMember(room, eve.text_id))
        await until(lambda: rooms_of(ann)[room].members == ("",), within_s=5)

    play(tmp_path, 2, scene)


def test_a_second_text_under_one_number_is_answered_once(tmp_path: Path) -> None:
    async def scene(air: Air, sides: list[Side]) -> None:
        ann, eve = sides
        await meet_all(air, *sides)
        room = await make_room(ann, eve)
        room_id = known(ann, room).room_id
        await hand_and_wait(eve, ann, post(room_id, eve.identity, 1, text(1, "x" * 60_000)))
        rivals = [post(room_id, eve.identity, 1, text(n, "y")) for n in range(2, 102)]
        eve.is_deaf = True
        await hand(eve, ann, *rivals)
        await asyncio.sleep(1)
        assert outbox_bytes(ann) < 4 * 60_000

    play(tmp_path, 2, scene)


@pytest.mark.allows_log("store: ")
def test_what_a_full_disk_kept_out_is_whole_afterwards(tmp_path: Path) -> None:
    """With the news, and with what was posted before one's time."""
    with disk() as vfs:

        def refuse(kind: str, _file: str) -> None:
            if kind == "write" and is_full:
                raise apsw.FullError("no space left")

        is_full = False
        vfs.before_operation = refuse

        async def scenario(loop: VirtualLoop) -> None:
            nonlocal is_full
            air = Air(loop, 0)
            ann, ben = Side(air, tmp_path / "Ann"), Side(air, tmp_path / "Ben", vfs.name)
            for side, name in ((ann, "Ann"), (ben, "Ben")):
                await side.start()
                side.core.name = name
            await meet_all(air, ann, ben)
            room = await make_room(ann)
            ann.do(SendText(room, "before"))
            await asyncio.sleep(1)
            is_full = True
            ann.do(AddMembers(room, (ben.text_id,)))
            await asyncio.sleep(5)
            is_full = False
            await until(lambda: room in rooms_of(ben))
            await asyncio.sleep(5)
            assert [m.news.act for m in await chat(ben, room) if m.news] == [RoomAct.ADDED]
            await ben.stop()
            await ben.start()
            assert known(ben, room).digest == known(ann, room).digest
            await ben.stop()
            await ann.stop()

        run(scenario)


def test_a_long_log_that_comes_at_once_is_taken_in_at_once(tmp_path: Path) -> None:
    async def scene(air: Air, sides: list[Side]) -> None:
        ann, ben = sides
        await meet_all(air, *sides)
        room = await make_room(ann, ben)
        log = known(ann, room).log
        records: list[Record] = []
        parents = log.parents_now()
        for number in range(1000):
            signed = sign_entry(ann.identity, parents, number, Rename(f"name {number}"))
            parents = (signed.entry_id,)
            records.append(entry(log.room, signed))
        await hand(ann, ben, *records)
        await asyncio.sleep(0.001)
        person = ben.office.parts.people.find(ann.text_id)
        began_s = time.process_time()
        arrivals = [ben.office._on_record(person, record) for record in records]
        effects = [arrival.effect for arrival in arrivals if arrival.effect]
        results = await ben.core.write(lambda w: [effect.run(w) for effect in effects])
        for effect, result in zip(effects, results, strict=True):
            effect.after(result)
        assert time.process_time() - began_s < 20
        await until(lambda: len(known(ben, room).log) == 1001)

    play(tmp_path, 2, scene)


def test_d09_entries_that_take_long_leave_time_for_everybody_else(tmp_path: Path) -> None:
    async def scene(air: Air, sides: list[Side]) -> None:
        ann, ben, cim = sides
        await meet_all(air, *sides)
        room = await make_room(ann, ben)
        loop, cost_s, count = cast("VirtualLoop", ben.core.loop), 0.1, 60
        inbox = ben.office.parts.lanes._in
        handle, taken = inbox._handler, []

        def slow(person: Acquaintance, record: Record) -> Arrival:
            if isinstance(record, RoomEntry):
                loop.now_s += cost_s
                taken.append(loop.now_s)
            return handle(person, record)

        inbox._handler = slow
        await hand(ann, ben, *(act(ann, known(ann, room), Rename(f"{n}")) for n in range(count)))
        cim.do(SendText(ben.text_id, "still there?"))
        await until(lambda: "still there?" in ben.shown())
        assert len(taken) <= EFFORT_BURST / cost_s + 2
        await until(lambda: len(known(ben, room).log) == count + 1)
        lasted_s = taken[-1] - taken[0]
        assert len(taken) <= (EFFORT_BURST + lasted_s * EFFORT_PER_S) / cost_s + 2

    play(tmp_path, 3, scene)


def test_who_hands_on_a_text_without_its_words_does_not_suppress_it(tmp_path: Path) -> None:
    async def scene(air: Air, sides: list[Side]) -> None:
        ann, ben, cim, eve = sides
        await meet_all(air, *sides)
        room = await make_room(ann, ben, cim, eve)
        await cim.stop()
        ann.do(SendText(room, "hello"))
        await until(lambda: "hello" in shown(ben) and "hello" in shown(eve))
        await ann.stop()
        await ben.stop()
        await cim.start()
        air.meet(eve, cim)
        row = eve.store.submit(
            lambda w: w._row("SELECT digest, signature FROM room_post WHERE number = 1")
        ).result()
        assert row is not None
        empty = RoomPost(known(eve, room).room_id, ann.peer, 1, *row)
        await hand_and_wait(eve, cim, empty)
        await eve.stop()
        await ben.start()
        air.meet(ben, cim)
        await asyncio.sleep(60)
        assert "hello" in shown(cim)

    play(tmp_path, 4, scene)
