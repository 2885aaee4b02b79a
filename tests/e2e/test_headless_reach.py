"""Files where TCP gets through in one direction only: whoever can call does."""

from pathlib import Path

import pytest

from tests.e2e.conftest import Start
from tests.e2e.headless import Headless, Line
from tests.e2e.rig import Rig
from tests.e2e.trees import MIB, make_folder, tree, write_random

NO_WAY_IN = 'iifname "eth0" tcp flags & (syn | ack) == syn'
NO_WAY_OUT = 'oifname "eth0" tcp flags & (syn | ack) == syn'
FINAL = ("done", "declined", "cancelled", "failed")
WALLS = {
    # where, what is dropped there, and who then reaches whom when h1 sends to h2
    "sender lets nobody in": ("h1", NO_WAY_IN, "sender"),
    "receiver gets not out": ("h2", NO_WAY_OUT, "sender"),
    "receiver lets nobody in": ("h2", NO_WAY_IN, "receiver"),
    "sender gets not out": ("h1", NO_WAY_OUT, "receiver"),
}

pytestmark = pytest.mark.timeout(180)


def meet(start: Start, rig: Rig) -> tuple[Headless, Headless]:
    anna, ben = start("anna", place=rig["h1"]), start("ben", place=rig["h2"])
    anna.sees(ben)
    ben.sees(anna)
    return anna, ben


def accept(sender: Headless, receiver: Headless, *paths: Path) -> str:
    answer = sender.ask("send_files", to=receiver.peer_id, paths=[str(path) for path in paths])
    transfer = str(answer["transfer"])
    receiver.wait("offer", transfer=transfer, direction="in")
    receiver.ask("accept", transfer=transfer)
    return transfer


def end(one: Headless, transfer: str, *, within_s: float = 60) -> Line:
    return one.wait(
        "transfer",
        transfer=transfer,
        where=lambda line: line["state"] in FINAL,
        within_s=within_s,
    )


def arrives(sender: Headless, receiver: Headless, transfer: str, path: Path, way: str) -> None:
    """Whole, and both say who reached whom."""
    ended = end(receiver, transfer)
    assert (ended["state"], ended["way"]) == ("done", way), ended
    told = end(sender, transfer)
    assert (told["state"], told["way"]) == ("done", way), told
    assert tree(Path(ended["path"])) == tree(path)


@pytest.mark.parametrize("wall", WALLS.values(), ids=WALLS.keys())
def test_files_arrive_both_ways_where_only_one_can_call(
    rig: Rig, start: Start, tmp_path: Path, wall: tuple[str, str, str]
) -> None:
    host, drops, way = wall
    rig.wall(host, drops)
    anna, ben = meet(start, rig)
    film = write_random(tmp_path / "film", 20 * MIB)
    folder = make_folder(tmp_path / "folder")
    for path in (film, folder):
        arrives(anna, ben, accept(anna, ben, path), path, way)
    back = "receiver" if way == "sender" else "sender"
    for path in (film, folder):
        arrives(ben, anna, accept(ben, anna, path), path, back)


def test_several_offers_wait_for_their_turn_where_only_the_sender_can_call(
    rig: Rig, start: Start, tmp_path: Path
) -> None:
    rig.wall("h1", NO_WAY_IN)
    anna, ben = meet(start, rig)
    films = [write_random(tmp_path / f"film {n}", 5 * MIB, seed=n) for n in range(8)]
    transfers = [accept(anna, ben, film) for film in films]
    for transfer, film in zip(transfers, films, strict=True):
        arrives(anna, ben, transfer, film, "sender")


def test_what_nobody_can_call_for_waits_and_goes_by_itself_when_somebody_can(
    rig: Rig, start: Start, tmp_path: Path
) -> None:
    rig.wall("h1", NO_WAY_IN, NO_WAY_OUT)
    anna, ben = meet(start, rig)
    film = write_random(tmp_path / "film", MIB)
    transfer = accept(anna, ben, film)
    ben.wait("transfer", transfer=transfer, state="waiting", reason="unreachable")
    rig.wall("h1", NO_WAY_IN)
    arrives(anna, ben, transfer, film, "sender")


@pytest.mark.parametrize("victim", ["anna", "ben"])
def test_a_kill_in_the_middle_goes_on_where_only_the_sender_can_call(
    rig: Rig, start: Start, tmp_path: Path, victim: str
) -> None:
    rig.wall("h1", NO_WAY_IN)
    rig.impair("h1", rate=200)
    people = dict(zip(("anna", "ben"), meet(start, rig), strict=True))
    film = write_random(tmp_path / "film", 100 * MIB)
    transfer = accept(people["anna"], people["ben"], film)
    people["ben"].wait(
        "transfer", transfer=transfer, where=lambda line: line["bytes"] > 30 * MIB, within_s=30
    )
    people[victim].kill()
    rig.clear("h1")
    people[victim] = start(victim, place=rig["h1" if victim == "anna" else "h2"])
    arrives(people["anna"], people["ben"], transfer, film, "sender")


def test_offers_are_looked_into_where_the_sender_can_be_called(
    rig: Rig, start: Start, tmp_path: Path
) -> None:
    anna, ben = meet(start, rig)
    folder = make_folder(tmp_path / "folder")
    answer = anna.ask("send_files", to=ben.peer_id, paths=[str(folder)])
    ben.wait("offer", transfer=answer["transfer"], direction="in")
    listed = ben.ask("list_files", transfer=answer["transfer"])
    paths = [file["path"] for file in listed["files"]]
    assert listed["count"] == len(paths) == len(set(paths))
    assert sorted(paths) == sorted(
        str(path.relative_to(tmp_path)) for path in (folder, *folder.rglob("*"))
    )
    assert sum(file["size"] for file in listed["files"]) == answer["size"]
