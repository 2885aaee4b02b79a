"""Rooms that strangers bring us into: who handed the word on does not make them less strange."""

from pathlib import Path

from app.commands import AddMembers, CreateRoom, SendText, SetTrust
from app.events import PersonChanged, RoomChanged
from app.model import Room, Trust
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
