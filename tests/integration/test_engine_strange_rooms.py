"""Rooms that strangers bring us into: who handed the word on does not make them less strange."""

import os
from pathlib import Path

from app.commands import AddMembers, ChangeRoom, CreateRoom, SendFiles, SendText, SetTrust
from app.engine.strangers import REQUEST_TOLD
from app.events import OfferAdded, PersonChanged, Ready, RoomChanged
from app.model import MessageKind, Room, Trust
from net.protocol.records import Held, RoomHave
from tests.hostile.peer import HostilePeer
from tests.integration.engines import Host


def trust(host: Host, other: Host) -> None:
    host.meet(other)
    host.submit(SetTrust(other.peer_id, accepted=True))
    host.wait(
        PersonChanged,
        lambda e: e.person.peer_id == other.peer_id and e.person.trust is Trust.ACCEPTED,
    )


def rooms(host: Host) -> dict[str, Room]:
    told = [event.room for event in host.events if isinstance(event, RoomChanged)]
    return {room.name: room for room in told}


def test_e21_a_strangers_room_is_a_request_also_when_a_contact_hands_it_on(tmp_path: Path) -> None:
    ann, cat, eve = (Host(tmp_path, name, takes_requests=True) for name in ("Ann", "Cat", "Eve"))
    with eve:
        with ann:
            eve.meet(ann)
        with cat:
            with ann:
                trust(ann, cat)
            eve.until(lambda: not any_online(eve, ann))
            eve.meet(cat)
            eve.submit(CreateRoom("Prizes", (ann.peer_id, cat.peer_id)))
            cat.until(lambda: "Prizes" in rooms(cat))
            room = rooms(cat)["Prizes"]
            eve.submit(SendText(room.room_id, "you have won"))
            cat.message("you have won")
    with cat, ann:
        said = ann.message("you have won")
        assert said.is_request
        assert not rooms(ann)["Prizes"].is_accepted


def any_online(host: Host, other: Host) -> bool:
    told = [e.person for e in host.events if isinstance(e, PersonChanged)]
    return [one.is_online for one in told if one.peer_id == other.peer_id][-1:] == [True]


def test_a_room_into_which_a_contact_brings_us_is_none_whoever_made_it(tmp_path: Path) -> None:
    ann, cat, eve = (Host(tmp_path, name, takes_requests=True) for name in ("Ann", "Cat", "Eve"))
    with cat, eve:
        eve.meet(cat)
        eve.submit(CreateRoom("Choir", (cat.peer_id,)))
        cat.until(lambda: "Choir" in rooms(cat))
        with ann:
            trust(ann, cat)
            cat.meet(ann)
            cat.submit(AddMembers(rooms(cat)["Choir"].room_id, (ann.peer_id,)))
            ann.until(lambda: "Choir" in rooms(ann))
            ann.until(lambda: rooms(ann)["Choir"].is_accepted)


def test_a_room_of_a_stranger_takes_three_posts_and_the_rest_once_it_is_accepted(
    tmp_path: Path,
) -> None:
    ann, eve = (Host(tmp_path, name, takes_requests=True) for name in ("Ann", "Eve"))
    texts = [f"text {number}" for number in range(6)]
    file = tmp_path / "file"
    file.write_text("x")
    with eve:
        with ann:
            eve.meet(ann)
            eve.submit(CreateRoom("Prizes", (ann.peer_id,)))
            ann.until(lambda: "Prizes" in rooms(ann))
            room = rooms(ann)["Prizes"].room_id
            for text in texts:
                eve.submit(SendText(room, text))
            ann.until(lambda: said(ann) == texts[:3])
            eve.submit(CreateRoom("More prizes", (ann.peer_id,)))
            eve.until(lambda: is_held(eve, ann))
            assert "More prizes" not in rooms(ann)
        with ann:
            ann.meet(eve)
            eve.until(lambda: is_held(eve, ann))
            assert said(ann) == []
            for number in range(2):
                eve.submit(SendFiles(room, (file,), ref=f"file {number}"))
                eve.wait(OfferAdded, lambda e, n=number: e.ref == f"file {n}")  # type: ignore[misc]
            ann.until(lambda: any(one.transfer for one in ann.messages()))
            ann.submit(ChangeRoom(room, is_accepted=True))
            ann.until(lambda: said(ann)[-3:] == texts[3:])
            ann.until(lambda: len([one for one in ann.messages() if one.transfer]) == 2)
            assert all(one.is_request is False for one in ann.messages()[-3:])


def test_strangers_in_a_room_of_a_contact_are_heard_whole_also_before_its_log(
    tmp_path: Path,
) -> None:
    ann, ben, cim = (Host(tmp_path, name, takes_requests=True) for name in ("Ann", "Ben", "Cim"))
    texts = [f"text {number}" for number in range(6)]
    with ann:
        with cim:
            trust(cim, ann)
            ann.meet(cim)
        with ben:
            ann.meet(ben)
            ann.submit(CreateRoom("Choir", (ben.peer_id, cim.peer_id)))
            ben.until(lambda: "Choir" in rooms(ben))
            room = rooms(ben)["Choir"].room_id
            ben.submit(ChangeRoom(room, is_accepted=True))
            for text in texts:
                ben.submit(SendText(room, text))
                ben.message(text)
    with ben, cim:
        cim.until(lambda: said(cim) == texts)
        assert rooms(cim)["Choir"].is_accepted


def test_d17_a_stranger_who_tells_of_rooms_without_end_is_not_asked_about_all(
    tmp_path: Path,
) -> None:
    """Each question is written down until they have it."""
    with Host(tmp_path, "Ann", takes_requests=True) as ann, HostilePeer() as mallory:
        mallory.meet(ann.wait(Ready).status.udp_port)
        mallory.agree()  # the victim's end of the lane is open
        rooms_told = range(REQUEST_TOLD + 8)
        seqs = [mallory.give(RoomHave(os.urandom(32), os.urandom(32))) for _ in rooms_told]
        mallory.hear(Held, lambda held: seqs[-1] in held.seqs)
        held = {seq for one in mallory.heard if isinstance(one, Held) for seq in one.seqs}
        assert held == set(seqs[REQUEST_TOLD:])


def said(host: Host) -> list[str]:
    return [one.text for one in host.messages() if one.kind is MessageKind.TEXT]


def is_held(host: Host, other: Host) -> bool:
    told = [e.person for e in host.events if isinstance(e, PersonChanged)]
    return [one.is_held for one in told if one.peer_id == other.peer_id][-1:] == [True]
