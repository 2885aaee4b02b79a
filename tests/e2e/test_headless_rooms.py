"""Rooms between hosts: texts to all, what was missed from whoever has it, comings and goings."""

import os
from pathlib import Path

from tests.e2e.conftest import Start
from tests.e2e.headless import Headless, Line
from tests.e2e.rig import Rig
from tools.headless import wait_until

MISSED = 60


def _people(rig: Rig, start: Start) -> tuple[Headless, Headless, Headless]:
    anna, ben, cleo = (
        start(name, place=rig[host])
        for name, host in (("anna", "h1"), ("ben", "h2"), ("cleo", "h3"))
    )
    for one, other in ((anna, ben), (anna, cleo), (ben, cleo)):
        one.sees(other)
        other.sees(one)
    return anna, ben, cleo


def _room(owner: Headless, *others: Headless) -> str:
    people = [other.peer_id for other in others]
    room: str = owner.ask("room_create", name="实验室", people=people)["room"]
    for other in others:
        assert other.wait("room", room=room)["name"] == "实验室"
    return room


def _texts(one: Headless, room: str) -> list[str]:
    rows: list[Line] = one.ask("history", limit=1000, **{"with": room})["messages"]
    return [row["text"] for row in rows if row["kind"] == "text"]


def test_a_text_reaches_a_whole_room_over_a_bad_line(rig: Rig, start: Start) -> None:
    anna, ben, cleo = _people(rig, start)
    room = _room(anna, ben, cleo)
    rig.impair("all", loss=20, delay=3, reorder=20)
    for number in range(MISSED):
        (anna, ben, cleo)[number % 3].ask("send", to=room, text=f"text {number}")
    wait_until(lambda: all(len(_texts(one, room)) == MISSED for one in (anna, ben, cleo)))
    assert _texts(anna, room) == _texts(ben, room) == _texts(cleo, room)
    last = anna.ask("send", to=room, text="the end")["id"]
    done = anna.wait("state", id=last, state="delivered", room=room)
    assert done["receipts"] == {"members": 2, "delivered": 2, "read": 0}
    ben.say("read", **{"with": room})
    cleo.say("read", **{"with": room})
    anna.wait("state", id=last, state="read")
    listed = anna.ask("receipts", message=last)["receipts"]
    assert {entry["peer_id"]: entry["state"] for entry in listed} == {
        ben.peer_id: "read",
        cleo.peer_id: "read",
    }


def test_what_was_missed_comes_from_any_member_when_its_author_is_gone(
    rig: Rig, start: Start
) -> None:
    anna, ben, cleo = _people(rig, start)
    room = _room(anna, ben, cleo)
    cleo.kill()
    for number in range(MISSED):
        anna.ask("send", to=room, text=f"text {number}")
    wait_until(lambda: len(_texts(ben, room)) == MISSED)
    anna.kill()
    cleo = start("cleo", place=rig["h3"])
    cleo.sees(ben)
    wait_until(lambda: _texts(cleo, room) == [f"text {n}" for n in range(MISSED)])
    anna = start("anna", place=rig["h1"])
    assert anna.ask("status")["queued"] > 0
    wait_until(lambda: anna.ask("status")["queued"] == 0)


def test_members_come_and_go_for_all_alike(rig: Rig, start: Start) -> None:
    anna, ben, cleo = _people(rig, start)
    room = _room(anna, ben)
    ben.ask("room_add", room=room, people=[cleo.peer_id])
    assert cleo.wait("room", room=room)["members"] == [anna.peer_id, ben.peer_id]
    news = anna.wait("news", room=room, act="added")
    assert (news["peer_id"], news["people"]) == (ben.peer_id, [cleo.peer_id])
    assert cleo.refused("room_remove", room=room, peer=ben.peer_id) == "wrong_state"
    anna.ask("room_remove", room=room, peer=cleo.peer_id)
    cleo.wait("room", room=room, member=False)
    assert cleo.refused("send", to=room, text="still here?") == "wrong_state"
    anna.ask("room_leave", room=room)
    ben.wait("room", room=room, mine=True, members=[])
    rooms = ben.ask("rooms")["rooms"]
    assert [entry["room"] for entry in rooms if not entry["everyone"]] == [room]
    assert ben.refused("send", to="room:" + "A" * 52, text="x") == "no_such_room"


def test_files_for_a_room_come_to_each_member(rig: Rig, start: Start, tmp_path: Path) -> None:
    anna, ben, cleo = _people(rig, start)
    room = _room(anna, ben, cleo)
    source = tmp_path / "会议.bin"
    source.write_bytes(os.urandom(300_000))
    first = anna.ask("send_files", to=room, paths=[str(source)])
    assert first["room"] == room
    wait_until(lambda: len(anna.all("offer", room=room)) == 2)
    offers = {line["peer_id"]: line for line in anna.all("offer", room=room)}
    for one in (ben, cleo):
        offer = one.wait("offer", room=room, peer_id=anna.peer_id)
        assert offer["transfer"] == offers[one.peer_id]["transfer"]
        one.ask("accept", transfer=offer["transfer"], into=str(tmp_path / one.peer_id))
        done = one.wait("transfer", transfer=offer["transfer"], state="done")
        assert Path(done["path"]).read_bytes() == source.read_bytes()
        anna.wait("state", id=offer["id"], room=room, state="delivered")
        rows = one.ask("history", **{"with": room})["messages"]
        assert [row["kind"] for row in rows] == ["news", "files"]
        assert one.messages_with(anna) == []
    alone = anna.ask("room_create", name="alone")["room"]
    assert anna.refused("send_files", to=alone, paths=[str(source)]) == "wrong_state"
    assert anna.refused("send_files", to="room:everyone", paths=[str(source)]) == "wrong_state"
