"""Transfers that are stopped in every way there is, and go on from there to a whole."""

import os
import signal
from pathlib import Path

import pytest

from tests.e2e.conftest import Start
from tests.e2e.headless import Headless, Line, wait_until
from tests.e2e.mounts import inside, small_disk
from tests.e2e.rig import Rig
from tests.e2e.trees import MIB, tree, write_random

SIZE = 700 * MIB
BLOCK = 16 * MIB
"""As much may be sent again after a kill."""


@pytest.fixture
def film(tmp_path: Path) -> Path:
    """Long enough to be stopped midway; no two pieces of it are alike."""
    path = tmp_path / "film"
    noise = os.urandom(MIB)
    with path.open("wb") as file:
        for number in range(SIZE // MIB):
            file.write(number.to_bytes(8, "big") + noise[8:])
    return path


def begin(anna: Headless, ben: Headless, path: Path) -> str:
    """Anna offers, Ben accepts, bytes move."""
    transfer = str(anna.ask("send_files", to=ben.peer_id, paths=[str(path)])["transfer"])
    ben.wait("offer", transfer=transfer)
    ben.ask("accept", transfer=transfer)
    midway(anna, transfer)
    midway(ben, transfer)
    return transfer


def midway(one: Headless, transfer: str) -> Line:
    return one.wait("transfer", transfer=transfer, where=lambda line: 0 < line["bytes"] < SIZE)


def is_whole(ben: Headless, transfer: str, path: Path) -> bool:
    done = ben.wait("transfer", transfer=transfer, state="done", within_s=90)
    return tree(Path(done["path"])) == tree(path)


@pytest.mark.parametrize("who", ["sender", "receiver"])
def test_paused_by_either_side_and_resumed_by_it(
    pair: tuple[Headless, Headless], film: Path, who: str
) -> None:
    anna, ben = pair
    transfer = begin(anna, ben, film)
    one, other = (anna, ben) if who == "sender" else (ben, anna)
    assert one.ask("pause", transfer=transfer)["state"] == "paused"
    one.wait("transfer", transfer=transfer, state="paused", reason="by_user")
    other.wait("transfer", transfer=transfer, state="paused", reason="by_peer")
    assert other.refused("resume", transfer=transfer) == "wrong_state"
    assert not (film.parent / "ben-downloads" / "film").exists()
    one.ask("resume", transfer=transfer)
    assert is_whole(ben, transfer, film)
    anna.wait("transfer", transfer=transfer, state="done")


def test_paused_by_both_and_through_kills_until_both_resume(
    pair: tuple[Headless, Headless], film: Path, start: Start
) -> None:
    anna, ben = pair
    transfer = begin(anna, ben, film)
    anna.ask("pause", transfer=transfer)
    ben.wait("transfer", transfer=transfer, state="paused", reason="by_peer")
    ben.ask("pause", transfer=transfer)
    anna.kill()
    ben.kill()
    anna, ben = start("anna"), start("ben")
    assert ben.ask("transfers")["transfers"][0]["state"] == "paused"
    assert ben.ask("resume", transfer=transfer)["reason"] == "by_peer"
    assert anna.ask("resume", transfer=transfer)["state"] in {"paused", "waiting"}
    assert is_whole(ben, transfer, film)
    anna.wait("transfer", transfer=transfer, state="done")


@pytest.mark.parametrize("who", ["sender", "receiver", "both"])
def test_killed_midway_it_goes_on_by_itself(
    pair: tuple[Headless, Headless], film: Path, start: Start, who: str
) -> None:
    anna, ben = pair
    transfer = begin(anna, ben, film)
    if who in {"sender", "both"}:
        anna.kill()
    if who in {"receiver", "both"}:
        ben.kill()
    before = ben.all("transfer", transfer=transfer)[-1]["bytes"]
    since = ben.mark() if ben.is_running() else 0
    anna = anna if anna.is_running() else start("anna")
    ben = ben if ben.is_running() else start("ben")
    again = ben.wait(
        "transfer",
        transfer=transfer,
        since=since,
        where=lambda line: line["state"] in {"running", "done"} and line["bytes"] > 0,
    )
    assert again["bytes"] >= before - BLOCK, "sent again"
    assert is_whole(ben, transfer, film)
    anna.wait("transfer", transfer=transfer, state="done", within_s=60)


def test_cancelled_by_the_receiver_and_taken_up_again_after_a_restart(
    pair: tuple[Headless, Headless], film: Path, start: Start
) -> None:
    anna, ben = pair
    transfer = begin(anna, ben, film)
    ben.ask("cancel", transfer=transfer)
    anna.wait("transfer", transfer=transfer, state="cancelled", reason="by_peer")
    ben.quit()
    ben = start("ben")
    ben.ask("resume", transfer=transfer)
    assert is_whole(ben, transfer, film)
    anna.wait("transfer", transfer=transfer, state="done")


def test_disk_that_fills_up_midway_pauses_it_until_there_is_room(
    start: Start, tmp_path: Path
) -> None:
    """D-12."""
    downloads = tmp_path / "small"
    downloads.mkdir()
    anna = start("anna")
    ben = start("ben", "--downloads", str(downloads), wrapper=small_disk(downloads, 800 * MIB))
    anna.sees(ben)
    film = tmp_path / "film"
    with film.open("wb") as big:
        big.truncate(780 * MIB)
    transfer = anna.ask("send_files", to=ben.peer_id, paths=[str(film)])["transfer"]
    ben.wait("offer", transfer=transfer)
    seen = inside(ben.process.pid, downloads)
    ben.ask("accept", transfer=transfer)
    ben.wait("transfer", transfer=transfer, state="running")
    other = seen / "another program"
    with other.open("wb") as file:
        file.write(b"x" * (40 * MIB))
    ben.wait("transfer", transfer=transfer, state="paused", reason="no_space", within_s=60)
    anna.wait("transfer", transfer=transfer, state="paused", reason="no_space")
    assert [path.name for path in seen.iterdir() if path.name[0] != "."] == ["another program"]
    other.unlink()
    ben.wait("transfer", transfer=transfer, state="done", within_s=60)
    anna.wait("transfer", transfer=transfer, state="done")
    assert (seen / "film").stat().st_size == 780 * MIB
    wait_until(lambda: [path.name for path in seen.iterdir()] == ["film"])


def test_at_most_as_many_as_wanted_run_at_once_and_the_queue_is_the_order(
    pair: tuple[Headless, Headless], tmp_path: Path, start: Start
) -> None:
    anna, ben = pair
    assert ben.ask("set", transfers_at_once=1)["transfers_at_once"] == 1
    names = ["one", "two", "three"]
    ids = []
    for name in names:
        (tmp_path / name).write_bytes(os.urandom(MIB))
        line = anna.ask("send_files", to=ben.peer_id, paths=[str(tmp_path / name)])
        ids.append(line["transfer"])
        ben.wait("offer", transfer=line["transfer"])
    since = ben.mark()
    anna.quit()
    ben.loses(anna, since=since, within_s=20)
    for transfer in ids:
        ben.ask("accept", transfer=transfer)
    places = [ben.ask("move", transfer=ids[2], before=ids[0])["place"]]
    listed = {line["transfer"]: line["place"] for line in ben.ask("transfers")["transfers"]}
    assert [*places, listed[ids[0]], listed[ids[1]]] == sorted(listed.values())
    since = ben.mark()
    start("anna")
    for transfer in ids:
        ben.wait("transfer", transfer=transfer, state="done")
    told = [line["names"][0] for line in ben.all("transfer", since=since)]
    assert list(dict.fromkeys(told)) == ["three", "one", "two"]
    assert told == sorted(told, key=["three", "one", "two"].index)
    assert [t["names"] for t in ben.ask("transfers", text="TW")["transfers"]] == [["two"]]


def test_what_is_larger_than_allowed_is_asked_about(
    pair: tuple[Headless, Headless], tmp_path: Path
) -> None:
    anna, ben = pair
    trust = ben.ask(
        "trust", peer=anna.peer_id, accepted=True, auto_accept=True, auto_accept_max=1000
    )
    assert trust["auto_accept_max"] == 1000
    ids = []
    for size in (1001, 1000):
        path = tmp_path / f"of {size}"
        path.write_bytes(os.urandom(size))
        answer = anna.ask("send_files", to=ben.peer_id, paths=[str(path)])
        ids.append(answer["transfer"])
    ben.wait("transfer", transfer=ids[1], state="done")
    listed = {line["transfer"]: line["state"] for line in ben.ask("transfers")["transfers"]}
    assert listed == {ids[0]: "offered", ids[1]: "done"}


def test_who_stands_still_takes_no_place_from_others(
    pair: tuple[Headless, Headless], film: Path, start: Start, tmp_path: Path
) -> None:
    anna, ben = pair
    carl = start("carl")
    carl.sees(ben)
    ben.ask("set", transfers_at_once=1)
    transfer = begin(anna, ben, film)
    anna.signal(signal.SIGSTOP)
    try:
        note = tmp_path / "note"
        note.write_bytes(os.urandom(1000))
        other = carl.ask("send_files", to=ben.peer_id, paths=[str(note)])["transfer"]
        ben.wait("offer", transfer=other)
        ben.ask("accept", transfer=other)
        ben.wait("transfer", transfer=other, state="done")
    finally:
        anna.signal(signal.SIGCONT)
    assert is_whole(ben, transfer, film)


@pytest.mark.timeout(180)
@pytest.mark.parametrize("moving", ["h1", "h2"])
def test_it_goes_on_at_another_address_and_over_a_cable_that_was_pulled(
    rig: Rig, start: Start, tmp_path: Path, moving: str
) -> None:
    film = write_random(tmp_path / "film", 200 * MIB)
    anna, ben = start("anna", place=rig["h1"]), start("ben", place=rig["h2"])
    anna.sees(ben)
    ben.sees(anna)
    rig.impair("all", rate=200)
    transfer = begin(anna, ben, film)
    rig.readdr(moving, "192.168.77.201/24")
    before = ben.all("transfer", transfer=transfer)[-1]["bytes"]
    ben.wait("transfer", transfer=transfer, where=lambda line: line["bytes"] > before + 2 * BLOCK)
    rig.link(moving, is_up=False)
    since = ben.mark()
    ben.loses(anna, since=since, within_s=30)
    rig.link(moving, is_up=True)
    assert is_whole(ben, transfer, film)
    anna.wait("transfer", transfer=transfer, state="done")


def test_a_part_of_an_offer_is_taken_as_it_was_chosen(
    pair: tuple[Headless, Headless], tmp_path: Path
) -> None:
    anna, ben = pair
    trip = tmp_path / "trip"
    (trip / "raw").mkdir(parents=True)
    for name in ("a", "b", "c", "raw/d"):
        (trip / name).write_bytes(os.urandom(20_000))
    there = tmp_path / "ben-downloads" / "trip"
    there.mkdir()
    (there / "a").write_bytes((trip / "a").read_bytes())
    (there / "b").write_bytes(b"older")
    transfer = anna.ask("send_files", to=ben.peer_id, paths=[str(trip)])["transfer"]
    ben.wait("offer", transfer=transfer)
    ben.ask(
        "accept",
        transfer=transfer,
        existing="skip",
        choices={"trip/b": "replace", "trip/raw": "leave_out"},
    )
    for one in (ben, anna):
        done = one.wait("transfer", transfer=transfer, state="done")
        assert done["left_out"] == {"files": 1, "bytes": 20_000}
        assert (done["files_done"], done["bytes"]) == (3, 60_000)
    assert tree(there) == {name: tree(trip)[name] for name in (".", "a", "b", "c")}
