"""Files and folders: whole, under their real name only when whole, or not at all."""

import os
from pathlib import Path

import pytest

from tests.e2e.conftest import Start
from tests.e2e.headless import Headless, Line, wait_until
from tests.e2e.rig import Rig
from tests.e2e.trees import MIB, make_folder, tree, write_random

FINAL = ("done", "declined", "cancelled", "failed")


def _offer(sender: Headless, receiver: Headless, *paths: Path) -> str:
    """Offers ``paths``; the transfer's id, once the receiver was asked."""
    answer = sender.ask("send_files", to=receiver.peer_id, paths=[str(path) for path in paths])
    transfer = str(answer["transfer"])
    receiver.wait("offer", transfer=transfer, direction="in")
    return transfer


def _end(one: Headless, transfer: str, *, within_s: float = 60) -> Line:
    return one.wait(
        "transfer",
        transfer=transfer,
        where=lambda line: line["state"] in FINAL,
        within_s=within_s,
    )


def _fetch(sender: Headless, receiver: Headless, *paths: Path) -> Path:
    """Sends and accepts ``paths``; where they landed, once both sides call it done."""
    transfer = _offer(sender, receiver, *paths)
    receiver.ask("accept", transfer=transfer)
    ended = _end(receiver, transfer)
    assert ended["state"] == "done", ended
    assert ended["bytes"] == ended["size"]
    assert _end(sender, transfer)["state"] == "done"
    return Path(ended["path"])


def _names(folder: Path) -> list[str]:
    return sorted(os.listdir(folder))


def _nothing_left(tmp_path: Path, person: str = "ben") -> None:
    """Also no hidden folder, as soon as nobody can go on with it."""
    _no_real_name(tmp_path, person)
    wait_until(lambda: _names(tmp_path / f"{person}-downloads") == [])


def _no_real_name(tmp_path: Path, person: str = "ben") -> None:
    downloads = tmp_path / f"{person}-downloads"
    assert [name for name in _names(downloads) if not name.startswith(".landline-")] == []


@pytest.fixture
def source(tmp_path: Path) -> Path:
    folder = tmp_path / "source"
    folder.mkdir()
    return folder


@pytest.mark.timeout(300)
def test_big_file_and_folder_cross_the_network_whole(rig: Rig, start: Start, source: Path) -> None:
    anna, ben = start("anna", place=rig["h1"]), start("ben", place=rig["h2"])
    anna.sees(ben)
    ben.sees(anna)
    film = write_random(source / "影片 film.mkv", 300 * MIB)
    landed = _fetch(anna, ben, film)
    assert landed.name == film.name
    assert tree(landed) == tree(film)
    folder = make_folder(source / "项目 project")
    landed = _fetch(ben, anna, folder)
    assert landed.name == folder.name
    assert tree(landed) == tree(folder)


def test_progress_is_told_and_ends_at_the_size(
    pair: tuple[Headless, Headless], source: Path
) -> None:
    anna, ben = pair
    film = write_random(source / "film", 200 * MIB)
    _fetch(anna, ben, film)
    for one in pair:
        told = [line["bytes"] for line in one.all("transfer", size=200 * MIB)]
        assert told == sorted(told)
        assert told[-1] == 200 * MIB


def test_several_files_and_folders_land_side_by_side(
    pair: tuple[Headless, Headless], source: Path, tmp_path: Path
) -> None:
    anna, ben = pair
    folder = make_folder(source / "folder")
    one, two = write_random(source / "one", 1000), write_random(source / "二", 2000, seed=3)
    landed = _fetch(anna, ben, one, folder, two)
    assert landed == tmp_path / "ben-downloads"
    assert _names(landed) == sorted(["folder", "one", "二"])
    for path in (one, two, folder):
        assert tree(landed / path.name) == tree(path)


def test_empty_file_and_empty_folder_arrive(pair: tuple[Headless, Headless], source: Path) -> None:
    anna, ben = pair
    (source / "empty file").touch()
    (source / "empty folder").mkdir()
    for name in ("empty file", "empty folder"):
        landed = _fetch(anna, ben, source / name)
        assert tree(landed) == tree(source / name)


def test_existing_file_is_never_overwritten(
    pair: tuple[Headless, Headless], source: Path, tmp_path: Path
) -> None:
    anna, ben = pair
    downloads = tmp_path / "ben-downloads"
    (downloads / "note.txt").write_text("mine")
    (source / "note.txt").write_text("theirs")
    assert _fetch(anna, ben, source / "note.txt") == downloads / "note (2).txt"
    assert _fetch(anna, ben, source / "note.txt") == downloads / "note (3).txt"
    assert (downloads / "note.txt").read_text() == "mine"
    assert (downloads / "note (2).txt").read_text() == "theirs"


def test_accepted_into_another_folder(
    pair: tuple[Headless, Headless], source: Path, tmp_path: Path
) -> None:
    anna, ben = pair
    other = tmp_path / "别处"
    other.mkdir()
    transfer = _offer(anna, ben, write_random(source / "file", 100_000))
    ben.ask("accept", transfer=transfer, into=str(other))
    assert _end(ben, transfer)["path"] == str(other / "file")
    _nothing_left(tmp_path)


def test_auto_accepted_person_is_not_asked(
    pair: tuple[Headless, Headless], source: Path, tmp_path: Path
) -> None:
    anna, ben = pair
    ben.ask("trust", peer=anna.peer_id, accepted=True, auto_accept=True)
    transfer = _offer(anna, ben, write_random(source / "file", 100_000))
    assert _end(ben, transfer)["state"] == "done"
    assert _names(tmp_path / "ben-downloads") == ["file"]


def test_declined_offer_writes_nothing_and_is_told(
    pair: tuple[Headless, Headless], source: Path, tmp_path: Path
) -> None:
    anna, ben = pair
    transfer = _offer(anna, ben, write_random(source / "file", 100_000))
    ben.ask("decline", transfer=transfer)
    assert _end(ben, transfer)["state"] == "declined"
    assert _end(anna, transfer)["state"] == "declined"
    _nothing_left(tmp_path)
    assert ben.refused("accept", transfer=transfer) == "wrong_state"


def test_offer_that_was_withdrawn_cannot_be_accepted(
    pair: tuple[Headless, Headless], source: Path, tmp_path: Path
) -> None:
    anna, ben = pair
    transfer = _offer(anna, ben, write_random(source / "file", 100_000))
    anna.ask("cancel", transfer=transfer)
    assert _end(ben, transfer)["state"] == "cancelled"
    assert ben.refused("accept", transfer=transfer) == "wrong_state"
    _nothing_left(tmp_path)


@pytest.mark.parametrize("who", ["sender", "receiver"])
def test_cancel_midway_leaves_nothing_under_a_real_name(
    pair: tuple[Headless, Headless], source: Path, tmp_path: Path, who: str
) -> None:
    anna, ben = pair
    big = source / "big"
    with big.open("wb") as file:
        file.truncate(2 << 30)
    transfer = _offer(anna, ben, big)
    ben.ask("accept", transfer=transfer)
    midway = ben.wait("transfer", transfer=transfer, where=lambda line: line["bytes"] > 0)
    assert midway["state"] == "running"
    (anna if who == "sender" else ben).ask("cancel", transfer=transfer)
    for one, mine in ((anna, "sender"), (ben, "receiver")):
        ended = _end(one, transfer)
        assert ended["state"] == "cancelled"
        assert ended["reason"] == ("by_user" if mine == who else "by_peer")
    _no_real_name(tmp_path)
    if who == "sender":  # the receiver may go on with what it has cancelled
        _nothing_left(tmp_path)
    small = write_random(source / "small", 1000)
    assert tree(_fetch(anna, ben, small)) == tree(small)


@pytest.mark.parametrize("who", ["sender", "receiver"])
def test_killed_side_leaves_nothing_under_a_real_name(
    pair: tuple[Headless, Headless], source: Path, tmp_path: Path, start: Start, who: str
) -> None:
    anna, ben = pair
    big = source / "big"
    with big.open("wb") as file:
        file.truncate(2 << 30)
    transfer = _offer(anna, ben, big)
    ben.ask("accept", transfer=transfer)
    ben.wait("transfer", transfer=transfer, where=lambda line: line["bytes"] > 0)
    killed, other = (anna, ben) if who == "sender" else (ben, anna)
    killed.kill()
    stopped = other.wait(
        "transfer",
        transfer=transfer,
        where=lambda line: line["state"] not in {"running", "done"} and line["bytes"] > 0,
    )
    assert stopped["state"] in {"failed", "waiting", "paused"}
    _no_real_name(tmp_path)
    if who == "receiver":
        ben = start("ben")
        ben.sees(anna)
        anna.ask("cancel", transfer=transfer)
    else:
        start("anna").ask("cancel", transfer=transfer)
    ben.wait("transfer", transfer=transfer, state="cancelled")
    _nothing_left(tmp_path)


def test_offer_to_someone_away_waits_for_them(
    pair: tuple[Headless, Headless], source: Path, start: Start
) -> None:
    anna, ben = pair
    since = anna.mark()
    ben.quit()
    anna.loses(ben, since=since, within_s=20)
    file = write_random(source / "file", 100_000)
    answer = anna.ask("send_files", to=ben.peer_id, paths=[str(file)])
    ben = start("ben")
    ben.wait("offer", transfer=answer["transfer"])
    ben.ask("accept", transfer=answer["transfer"])
    assert tree(Path(_end(ben, answer["transfer"])["path"])) == tree(file)


def test_offer_outlives_a_restart_of_both_sides(
    pair: tuple[Headless, Headless], source: Path, start: Start
) -> None:
    anna, ben = pair
    file = write_random(source / "file", 100_000)
    transfer = _offer(anna, ben, file)
    anna.kill()
    ben.kill()
    anna, ben = start("anna"), start("ben")
    listed = {line["transfer"]: line for line in ben.ask("transfers")["transfers"]}
    assert listed[transfer]["state"] == "offered"
    ben.ask("accept", transfer=transfer)
    assert tree(Path(_end(ben, transfer)["path"])) == tree(file)


def test_accepted_while_the_sender_is_away_starts_when_it_comes(
    pair: tuple[Headless, Headless], source: Path, start: Start
) -> None:
    anna, ben = pair
    file = write_random(source / "file", 100_000)
    transfer = _offer(anna, ben, file)
    since = ben.mark()
    anna.quit()
    ben.loses(anna, since=since, within_s=20)
    ben.ask("accept", transfer=transfer)
    ben.wait("transfer", transfer=transfer, state="waiting")
    start("anna")
    assert tree(Path(_end(ben, transfer)["path"])) == tree(file)


def test_source_that_is_gone_is_named_and_nothing_is_written(
    pair: tuple[Headless, Headless], source: Path, tmp_path: Path
) -> None:
    anna, ben = pair
    file = write_random(source / "file", 100_000)
    transfer = _offer(anna, ben, file)
    file.unlink()
    ben.ask("accept", transfer=transfer)
    ended = _end(ben, transfer)
    assert ended["state"] == "failed"
    assert ended["reason"] in {"not_offered", "source_changed", "source_unreadable"}
    assert _end(anna, transfer)["state"] == "failed"
    _nothing_left(tmp_path)


def test_source_that_changed_since_the_offer_is_refused(
    pair: tuple[Headless, Headless], source: Path, tmp_path: Path
) -> None:
    """What is written is exactly what was shown."""
    anna, ben = pair
    file = write_random(source / "file", 100_000)
    transfer = _offer(anna, ben, file)
    write_random(file, 300_000, seed=9)
    ben.ask("accept", transfer=transfer)
    ended = _end(ben, transfer)
    assert ended["state"] == "failed"
    assert ended["reason"] in {"not_offered", "source_changed"}
    _nothing_left(tmp_path)


def test_links_and_devices_in_a_folder_are_not_followed(
    pair: tuple[Headless, Headless], source: Path
) -> None:
    """C-20."""
    anna, ben = pair
    folder = source / "folder"
    folder.mkdir()
    (folder / "plain").write_text("plain")
    (folder / "link").symlink_to("/etc/hostname")
    (folder / "loop").symlink_to(folder)
    os.mkfifo(folder / "pipe")
    landed = _fetch(anna, ben, folder)
    assert _names(landed) == ["plain"]


def test_chat_goes_on_beside_a_transfer(pair: tuple[Headless, Headless], source: Path) -> None:
    anna, ben = pair
    big = source / "big"
    with big.open("wb") as file:
        file.truncate(2 << 30)
    transfer = _offer(anna, ben, big)
    ben.ask("accept", transfer=transfer)
    ben.wait("transfer", transfer=transfer, where=lambda line: line["bytes"] > 0)
    for number in range(20):
        anna.delivered(anna.send(ben, f"beside {number}"))
        ben.delivered(ben.send(anna, f"beside {number}"))
    running = ben.ask("transfers")["transfers"][0]
    assert running["state"] == "running"
    ben.ask("cancel", transfer=transfer)
    _end(anna, transfer)


def test_two_transfers_run_at_once(pair: tuple[Headless, Headless], source: Path) -> None:
    anna, ben = pair
    there = write_random(source / "there", 50 * MIB)
    back = write_random(source / "back", 50 * MIB, seed=5)
    one, two = _offer(anna, ben, there), _offer(ben, anna, back)
    ben.ask("accept", transfer=one)
    anna.ask("accept", transfer=two)
    assert tree(Path(_end(ben, one)["path"])) == tree(there)
    assert tree(Path(_end(anna, two)["path"])) == tree(back)


def test_stranger_is_not_written_by_an_accept_of_another(
    pair: tuple[Headless, Headless], source: Path, start: Start, tmp_path: Path
) -> None:
    """A transfer is the business of the two it is between."""
    anna, ben = pair
    transfer = _offer(anna, ben, write_random(source / "file", 1000))
    carl = start("carl")
    carl.sees(anna)
    assert carl.refused("accept", transfer=transfer) == "no_such_transfer"
    _nothing_left(tmp_path, "carl")
