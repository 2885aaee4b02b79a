"""One drop for several hosts: each has an offer, a progress and an end of their own."""

from pathlib import Path

import pytest

from tests.e2e.conftest import Start
from tests.e2e.headless import Headless
from tests.e2e.rig import Rig
from tests.e2e.trees import MIB, make_folder, tree, write_random


@pytest.mark.timeout(300)
def test_one_drop_reaches_two_hosts_and_a_room_whatever_one_of_them_does(
    rig: Rig, start: Start, tmp_path: Path
) -> None:
    anna, ben, cleo = (
        start(name, place=rig[host])
        for name, host in (("anna", "h1"), ("ben", "h2"), ("cleo", "h3"))
    )
    for other in (ben, cleo):
        anna.sees(other)
        other.sees(anna)
    room = anna.ask("room_create", name="Lab", people=[cleo.peer_id])["room"]
    cleo.wait("room", room=room)
    album = make_folder(tmp_path / "album")
    write_random(album / "film.mkv", 8 * MIB)
    paths = [str(album)]

    unknown = anna.refused("send_files", to=[ben.peer_id, "nobody at all"], paths=paths)
    assert unknown == "unknown_person"
    assert "nobody at all" in anna.wait("error")["detail"]
    assert anna.all("offer") == []
    first = anna.ask("send_files", to=[ben.peer_id, cleo.peer_id, room], paths=paths)
    assert first["peer_id"] == ben.peer_id
    offers = [
        anna.wait("offer", peer_id=ben.peer_id),
        anna.wait("offer", peer_id=cleo.peer_id, where=lambda line: "room" not in line),
        anna.wait("offer", peer_id=cleo.peer_id, room=room),
    ]
    to_ben, to_cleo, in_room = (str(line["transfer"]) for line in offers)
    cleo.wait("offer", transfer=to_cleo)
    cleo.wait("offer", transfer=in_room, room=room)
    cleo.ask("decline", transfer=to_cleo)
    ben.wait("offer", transfer=to_ben)
    for one, transfer in ((ben, to_ben), (cleo, in_room)):
        one.ask("accept", transfer=transfer)
    for one, transfer in ((ben, to_ben), (cleo, in_room)):
        path = Path(one.wait("transfer", transfer=transfer, state="done", within_s=60)["path"])
        assert tree(path) == tree(album)
        anna.wait("transfer", transfer=transfer, state="done")
    anna.wait("transfer", transfer=to_cleo, state="declined")


def test_a_list_of_one_is_as_one(pair: tuple[Headless, Headless], tmp_path: Path) -> None:
    anna, ben = pair
    (tmp_path / "a.txt").write_text("a")
    offer = anna.ask("send_files", to=[ben.peer_id], paths=[str(tmp_path / "a.txt")])
    assert offer["peer_id"] == ben.peer_id
    ben.wait("offer", transfer=offer["transfer"])
