"""Who is known, trusted and remembered."""

import pytest

from app.errors import BugError, ErrorCode, KnownError
from app.model import Trust, Way
from net.protocol.records import picture_hash
from tests.unit.app.store import lodge
from tests.unit.app.store.desk import NOW_MS, Desk, item, peer_id


def test_a_person_saved_again_is_renamed_and_stays_trusted(desk: Desk) -> None:
    ann = desk.meet(1, "Ann")
    desk.do(lambda w: w.set_trust(ann, accepted=True, muted=True))
    desk.meet(1, "Ann B.")
    (stored,) = desk.do(lambda w: w.people())
    assert (stored.name, stored.trust, stored.muted) == ("Ann B.", Trust.ACCEPTED, True)


def test_people_come_most_recently_seen_first_with_their_newest_address_first(desk: Desk) -> None:
    for number in (1, 2, 3):
        desk.do(
            lambda w, n=number: w.save_person(  # type: ignore[misc]
                peer_id(n), bytes(32), name="", device="", app_version="", now_ms=n % 3
            )
        )
        for port in (1, 2):
            address = f"10.0.0.{number}:{port}"
            desk.do(lambda w, n=number, a=address: w.remember_address(peer_id(n), a, NOW_MS))  # type: ignore[misc]
    listed = desk.do(lambda w: w.people())
    assert [one.addresses for one in listed] == [
        (f"10.0.0.{number}:2", f"10.0.0.{number}:1") for number in (2, 1, 3)
    ]
    assert listed == [desk.do(lambda w, n=n: w.person(peer_id(n))) for n in (2, 1, 3)]  # type: ignore[misc]


def test_who_comes_again_is_known_as_they_are_now(desk: Desk) -> None:
    ann = desk.meet(1, "Ann")
    desk.do(
        lambda w: w.save_person(
            ann, bytes(32), name="Ann", device="tablet", app_version="2", now_ms=NOW_MS + 1
        )
    )
    (stored,) = desk.do(lambda w: w.people())
    assert (stored.device, stored.app_version, stored.last_seen_ms) == ("tablet", "2", NOW_MS + 1)


def test_e06_another_key_for_a_known_id_changes_nothing(desk: Desk) -> None:
    ann = desk.meet(1, "Ann")
    with pytest.raises(BugError):
        desk.do(
            lambda w: w.save_person(
                ann, b"\1" * 32, name="Mallory", device="", app_version="", now_ms=NOW_MS
            )
        )
    (stored,) = desk.do(lambda w: w.people())
    assert (stored.public_key, stored.name) == (bytes(32), "Ann")


def test_only_the_fields_given_change(desk: Desk) -> None:
    ann = desk.meet()
    desk.do(lambda w: w.set_trust(ann, accepted=True))
    stored = desk.do(lambda w: w.set_trust(ann, auto_accept=True))
    assert (stored.trust, stored.auto_accept, stored.muted) == (Trust.ACCEPTED, True, False)


def test_what_is_said_of_one_person_is_said_of_nobody_else(desk: Desk) -> None:
    ben, ann, cat = desk.meet(1, "Ben"), desk.meet(2, "Ann"), desk.meet(3, "Cat")
    desk.do(lambda w: w.set_picture(ben, b"Ben"))
    before = desk.do(lambda w: w.person(ben))
    desk.do(lambda w: w.set_trust(ann, verified=True, auto_accept=True, auto_accept_max_bytes=5))
    desk.do(lambda w: w.set_successor(ann, cat, is_moved=True))
    desk.do(lambda w: w.remember_way(ann, Way.SENDER))
    desk.do(lambda w: w.set_picture(ann, b"face"))
    desk.do(lambda w: w.set_picture(ann, b""))
    stored = desk.do(lambda w: w.person(ann))
    assert stored is not None
    assert (stored.trust, stored.auto_accept_max_bytes) == (Trust.VERIFIED, 5)
    assert (stored.successor, stored.is_moved, stored.way) == (cat, True, Way.SENDER)
    assert desk.do(lambda w: w.person(ben)) == before


def test_verified_is_accepted_and_both_are_taken_back_together(desk: Desk) -> None:
    ann = desk.meet()
    assert desk.do(lambda w: w.set_trust(ann, verified=True)).trust is Trust.VERIFIED
    assert desk.do(lambda w: w.set_trust(ann, verified=False)).trust is Trust.ACCEPTED
    desk.do(lambda w: w.set_trust(ann, verified=True, auto_accept=True))
    stored = desk.do(lambda w: w.set_trust(ann, accepted=False))
    assert (stored.trust, stored.auto_accept) == (Trust.NEW, False)


def test_a_picture_replaces_the_one_before_and_is_found_by_its_hash(desk: Desk) -> None:
    ann = desk.meet(1)
    desk.do(lambda w: w.set_trust(ann, accepted=True))
    for image in (b"one", b"two"):
        desk.do(lambda w, image=image: w.set_picture(ann, image))
    (stored,) = desk.do(lambda w: w.people())
    assert stored.picture == picture_hash(b"two")
    with desk.reader() as reader:
        assert reader.picture(picture_hash(b"two")) == b"two"
        assert reader.picture(picture_hash(b"one")) == b""
    desk.do(lambda w: w.set_picture(ann, b""))
    assert desk.do(lambda w: w.people())[0].picture is None


def test_only_a_contacts_picture_is_shown_in_the_list(desk: Desk) -> None:
    ann = desk.meet(1)
    desk.send(ann, 1)
    desk.do(lambda w: w.set_picture(ann, b"face"))

    def shown() -> str:
        (conversation,) = desk.do(lambda w: w.conversations())
        assert conversation.person
        return conversation.person.picture

    assert shown() == ""
    desk.do(lambda w: w.set_trust(ann, accepted=True))
    assert shown() == picture_hash(b"face").hex()
    desk.do(lambda w: w.set_trust(ann, blocked=True))
    assert shown() == ""


def test_ones_own_picture_is_one_and_can_be_none(desk: Desk) -> None:
    for image in (b"one", b"two", b""):
        desk.do(lambda w, image=image: w.set_own_picture(image))
        assert desk.do(lambda w: w.own_picture()) == image


def test_a_picture_goes_with_its_person(desk: Desk) -> None:
    ann = desk.meet(1)
    desk.do(lambda w: w.set_picture(ann, b"face"))
    desk.do(lambda w: w.drop_stranger(ann))
    desk.do(lambda w: w.set_picture(ann, b"face"))
    with desk.reader() as reader:
        assert reader.picture(picture_hash(b"face")) == b""


def test_unblocking_shows_the_trust_from_before(desk: Desk) -> None:
    ann = desk.meet()
    desk.do(lambda w: w.set_trust(ann, verified=True))
    assert desk.do(lambda w: w.set_trust(ann, blocked=True)).trust is Trust.BLOCKED
    assert desk.do(lambda w: w.set_trust(ann, blocked=False)).trust is Trust.VERIFIED


def test_nobody_is_trusted_who_is_not_known(desk: Desk) -> None:
    with pytest.raises(KnownError) as raised:
        desk.do(lambda w: w.set_trust(peer_id(9), accepted=True))
    assert raised.value.code is ErrorCode.UNKNOWN_PERSON


def test_the_eight_newest_addresses_are_kept_whatever_the_clock_says(desk: Desk) -> None:
    ann, bob = desk.meet(1), desk.meet(2)
    for number in range(12):
        now_ms = NOW_MS - number * 10**9  # a clock that runs backwards
        desk.do(lambda w, n=number, t=now_ms: w.remember_address(ann, f"10.0.0.{n}:48484", t))
    desk.do(lambda w: w.remember_address(ann, "10.0.0.6:48484", 0))
    desk.do(lambda w: w.remember_address(bob, "[fe80::1%eth0]:48484", NOW_MS))
    stored = {p.peer_id: p.addresses for p in desk.do(lambda w: w.people())}
    expected = [6, 11, 10, 9, 8, 7, 5, 4]
    assert stored[ann] == tuple(f"10.0.0.{n}:48484" for n in expected)
    assert stored[bob] == ("[fe80::1%eth0]:48484",)


def test_drafts_are_kept_and_cleared(desk: Desk) -> None:
    ann = desk.meet()
    desk.do(lambda w: w.set_draft(ann, "half a thou"))
    (row,) = desk.do(lambda w: w.conversations())
    assert (row.draft, row.last, row.unread) == ("half a thou", None, 0)
    desk.do(lambda w: w.set_draft(ann, ""))
    assert desk.do(lambda w: w.conversations()) == []


def test_draft_knows_what_it_answers(desk: Desk) -> None:
    ann = desk.meet()
    desk.do(lambda w: w.set_draft(ann, "half", bytes(range(16))))
    (row,) = desk.do(lambda w: w.conversations())
    assert row.draft_reply == bytes(range(16)).hex()
    desk.do(lambda w: w.set_draft(ann, "half"))
    (row,) = desk.do(lambda w: w.conversations())
    assert row.draft_reply is None


def test_a_draft_is_of_one_chat_and_an_empty_one_makes_none(desk: Desk) -> None:
    ann, ben = desk.meet(1, "Ann"), desk.meet(2, "Ben")
    desk.do(lambda w: w.set_draft(ann, ""))
    assert desk.do(lambda w: w.asking()) == []
    desk.do(lambda w: w.set_draft(ann, "to Ann"))
    desk.do(lambda w: w.set_draft(ben, "to Ben"))
    assert [one.draft for one in desk.do(lambda w: w.conversations())] == ["to Ben", "to Ann"]


def test_a_draft_in_a_room_needs_no_person(desk: Desk) -> None:
    desk.do(lodge.save)
    desk.do(lambda w: w.set_draft(lodge.ROOM, "to all"))
    assert [one.draft for one in desk.do(lambda w: w.conversations())] == ["to all"]


def test_d04_strangers_nobody_dealt_with_are_forgotten_oldest_first(desk: Desk) -> None:
    for number in range(1, 31):
        peer = peer_id(number)
        desk.do(
            lambda w, p=peer, n=number: w.save_person(
                p, bytes(32), name=f"p{n}", device="", app_version="", now_ms=NOW_MS + n
            )
        )
    desk.do(lambda w: w.set_trust(peer_id(1), accepted=True))
    desk.do(lambda w: w.set_trust(peer_id(2), blocked=True))
    desk.do(lambda w: w.set_draft(peer_id(3), "Dear"))
    desk.receive(peer_id(4), item(1))
    desk.do(lambda w: w.remember_address(peer_id(5), "10.0.0.5:1", NOW_MS))
    assert desk.do(lambda w: w.forget_strangers(10)) == 16
    kept = {p.name for p in desk.do(lambda w: w.people())}
    assert kept == {f"p{n}" for n in (1, 2, 3, 4, *range(21, 31))}
