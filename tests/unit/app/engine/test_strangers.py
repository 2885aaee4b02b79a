"""What a stranger may leave, counted record by record."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from msgspec import structs

from app.engine import strangers
from app.engine.core import Core
from app.engine.people import Acquaintance
from app.engine.strangers import (
    REQUEST_DEEDS,
    REQUEST_LOG_MAX_BYTES,
    REQUEST_TOLD,
    Concerning,
    Number,
    Strangers,
)
from app.model import Reach, Trust
from app.profile import Profile
from net.protocol.identity import Identity, PeerId
from net.protocol.records import (
    Decision,
    Delete,
    Edit,
    Offer,
    React,
    Read,
    Record,
    RoomAsk,
    RoomEntry,
    RoomGiven,
    RoomHave,
    RoomPost,
    RoomRead,
    Text,
    Verdict,
    Void,
)

LANE, ID, HASH, SIGNATURE = b"l" * 8, b"m" * 16, b"h" * 32, b"s" * 64
OURS = b"o" * 32
"""A room that we share, which is no request."""
TEXT = Text(ID, 1, 1, "hello")


def offer(room: bytes | None = None) -> Offer:
    return Offer(ID, 1, 1, ID, HASH, 1, 0, 5, ("a.txt",), room)


def post(body: bytes = b"hello", room: bytes = HASH) -> RoomPost:
    return RoomPost(room, HASH, 1, HASH, SIGNATURE, body)


def entry(size: int = 5, room: bytes = HASH) -> RoomEntry:
    return RoomEntry(room, bytes(size), SIGNATURE)


def somebody(number: int = 1, trust: Trust = Trust.NEW) -> Acquaintance:
    return Acquaintance(PeerId(bytes([number]) * 32), f"{number}", b"k" * 32, trust=trust)


def is_ours(_: Acquaintance, record: Concerning) -> bool:
    return record.room == OURS


EVE = somebody()


class Door:
    """Records of one lane, each with the next number."""

    def __init__(self, profile: Profile) -> None:
        self.profile = profile
        core = Core(None, profile, Identity(profile.seed), None, lambda _: None)  # type: ignore[arg-type]
        self.strangers = Strangers(core, is_ours)
        self._seq = 0

    def admits(self, record: Record, who: Acquaintance = EVE, number: Number | None = None) -> bool:
        self._seq += 1
        return self.strangers.admits(who, number or (LANE, self._seq), record)

    def admitted(self, *records: Record) -> int:
        return sum(self.admits(record) for record in records)


@pytest.fixture
def door(tmp_path: Path) -> Iterator[Door]:
    profile = Profile.open(tmp_path / "profile")
    yield Door(profile)
    profile.close()


def test_three_texts_and_one_offer_and_no_more(door: Door) -> None:
    assert [door.admits(TEXT) for _ in range(5)] == [True, True, True, False, False]
    assert [door.admits(offer()) for _ in range(3)] == [True, False, False]


def test_posts_in_a_room_of_theirs_count_as_texts(door: Door) -> None:
    assert [door.admits(one) for one in (TEXT, post(), post(), post(), TEXT)] == [
        True, True, True, False, False,
    ]  # fmt: skip


def test_what_is_on_the_disk_counts(door: Door) -> None:
    door.strangers.load(EVE.peer, texts=2, offers=1)
    assert [door.admits(TEXT), door.admits(TEXT), door.admits(offer())] == [True, False, False]


@pytest.mark.parametrize("record", [TEXT, post(), offer(), Delete(ID), entry()])
def test_what_comes_again_counts_once(door: Door, record: Record) -> None:
    first = (LANE, 1000)
    assert [door.admits(record, number=first) for _ in range(50)] == [True] * 50


def test_a_text_has_a_thousand_bytes_however_few_characters(door: Door) -> None:
    assert not door.admits(Text(ID, 1, 1, "x" * 1001))
    assert not door.admits(Text(ID, 1, 1, "长" * 334))
    assert not door.admits(Edit(ID, 1, 1, "x" * 1001))
    assert not door.admits(post(bytes(1201)))
    assert door.admits(Text(ID, 1, 1, "长" * 333 + "x"))
    assert door.admits(Edit(ID, 1, 1, "x" * 1000))
    assert door.admits(post(bytes(1200)))


def test_deeds_of_all_kinds_are_counted_together(door: Door) -> None:
    deeds: tuple[Record, ...] = (Edit(ID, 1, 1, "x"), Delete(ID), React(HASH, ID, 1, "👍"))
    assert door.admitted(*deeds * REQUEST_DEEDS) == REQUEST_DEEDS == 30
    assert door.admits(TEXT)


def test_entries_are_taken_of_one_room_up_to_a_size(door: Door) -> None:
    half = REQUEST_LOG_MAX_BYTES // 2
    assert door.admits(entry(half), number=(LANE, 900))
    assert not door.admits(entry(5, room=b"x" * 32))
    assert not door.admits(entry(half + 1))
    assert door.admits(entry(half))
    assert not door.admits(entry(1))
    assert door.admits(entry(half), number=(LANE, 900))


def test_a_room_too_large_for_a_request_takes_no_place(door: Door) -> None:
    assert not door.admits(entry(REQUEST_LOG_MAX_BYTES + 1))
    assert door.admits(entry(REQUEST_LOG_MAX_BYTES, room=b"x" * 32))


def test_d17_rooms_that_they_tell_of_are_bounded_and_no_request(
    door: Door, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(strangers, "REQUESTS_MAX", 0)
    rooms = [RoomHave(bytes([number]) * 32, HASH) for number in range(REQUEST_TOLD + 5)]
    assert [door.admits(have) for have in rooms] == [True] * REQUEST_TOLD + [False] * 5
    assert door.admits(rooms[0])
    assert not door.admits(TEXT)


def test_what_leaves_nothing_here_is_not_counted(door: Door) -> None:
    for record in (
        Void(),
        Read(LANE, 1),
        Decision(ID, Verdict.PAUSED),
        RoomRead(HASH, 1),
        RoomAsk(HASH, (), ()),
        RoomGiven(HASH),
        entry(room=OURS),
        post(room=OURS),
        RoomHave(OURS, HASH),
        offer(OURS),
    ):
        assert door.admitted(*[record] * 50) == 50
    assert door.admits(TEXT)


@pytest.mark.parametrize("trust", [Trust.ACCEPTED, Trust.VERIFIED])
def test_nothing_of_a_contact_is_counted(door: Door, trust: Trust) -> None:
    for record in (TEXT, offer(), post(), entry(room=b"x" * 32), RoomHave(HASH, HASH)):
        assert all(door.admits(record, somebody(2, trust)) for _ in range(50))


def test_anyone_may_write_where_that_is_set(door: Door) -> None:
    door.profile.change(structs.replace(door.profile.settings, reach=Reach.EVERYONE))
    assert door.admitted(*[TEXT] * 50) == 50
    door.profile.change(structs.replace(door.profile.settings, reach=Reach.REQUESTS))
    assert door.admitted(*[TEXT] * 50) == 0, "what came meanwhile counts"
    assert [door.admits(TEXT, somebody(2)) for _ in range(5)] == [True, True, True, False, False]


def test_d04_so_many_people_ask_at_once_and_a_place_that_is_free_is_anothers(
    door: Door, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(strangers, "REQUESTS_MAX", 3)
    one, two, three, four = (somebody(number) for number in range(1, 5))
    door.strangers.load_all([one])
    assert not door.strangers.on_decided(somebody(9).peer)
    assert [door.admits(TEXT, who) for who in (two, three, four)] == [True, True, False]
    assert door.admits(TEXT, one)
    assert not door.strangers.on_decided(four.peer)
    assert door.strangers.on_decided(one.peer)
    assert not door.strangers.on_decided(one.peer)
    assert door.admits(TEXT, four)
    door.strangers.forget(two.peer)
    assert door.admits(TEXT, one)


def test_who_was_refused_takes_no_place(door: Door, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(strangers, "REQUESTS_MAX", 1)
    assert not door.admits(Text(ID, 1, 1, "x" * 1001))
    assert door.admits(TEXT, somebody(2))
