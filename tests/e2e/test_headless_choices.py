"""What is chosen of an offer, and sources that are not any more what was offered."""

import os
import shutil
from pathlib import Path

import pytest

from tests.e2e.conftest import Start
from tests.e2e.headless import Headless
from tests.e2e.rig import Rig
from tests.e2e.transfers import arrives, begin, end, midway
from tests.e2e.trees import MIB, tree, write_random

pytestmark = pytest.mark.timeout(120)


def make_photos(root: Path) -> Path:
    (root / "may/raw").mkdir(parents=True)
    for number, name in enumerate(("a.jpg", "b.jpg", "may/c.jpg", "may/raw/d.raw")):
        write_random(root / name, 100_000 + number, seed=number)
    return root


def test_keep_replace_skip_and_a_part_of_an_offer(
    pair: tuple[Headless, Headless], tmp_path: Path
) -> None:
    anna, ben = pair
    photos, downloads = make_photos(tmp_path / "photos"), tmp_path / "ben-downloads"
    there = downloads / "photos"
    arrives(ben, begin(anna, ben, photos), photos)
    (there / "b.jpg").write_bytes(b"Ben's own")
    (there / "may/c.jpg").unlink()

    ended = end(ben, begin(anna, ben, photos, only=["photos/may/raw"]))
    assert (ended["state"], ended["left_out"]["files"], ended["bytes"]) == ("done", 3, 100_003)
    assert [path.name for path in Path(ended["path"]).rglob("*")] == ["may", "raw", "d.raw"]
    shutil.rmtree(ended["path"])

    choices = {"photos/b.jpg": "keep", "photos/may/raw": "leave_out"}
    transfer = begin(anna, ben, photos, existing="skip", choices=choices)
    assert end(ben, transfer)["state"] == "done"
    assert (there / "b.jpg").read_bytes() == b"Ben's own"
    assert tree(there / "b (2).jpg") == tree(photos / "b.jpg")
    assert tree(there / "may/c.jpg") == tree(photos / "may/c.jpg")
    (there / "b (2).jpg").unlink()

    (there / "own.txt").write_text("Ben's own")
    assert end(ben, begin(anna, ben, photos, existing="replace"))["state"] == "done"
    (there / "own.txt").unlink()
    assert tree(there) == tree(photos)
    assert os.listdir(downloads) == ["photos"]


@pytest.fixture
def album(tmp_path: Path) -> Path:
    """Large ones, so that there is time to change what comes after them."""
    album = tmp_path / "album"
    album.mkdir()
    for number in range(8):
        write_random(album / f"{number}.mov", 10 * MIB, seed=number)
    return album


BAD = ["4.mov", "5.mov", "6.mov", "7.mov"]


def spoil(album: Path) -> None:
    """Changed, vanished, growing, and no file any more."""
    write_random(album / "4.mov", 10 * MIB, seed=99)
    (album / "5.mov").unlink()
    with (album / "6.mov").open("ab") as file:
        file.write(b"more")
    (album / "7.mov").unlink()
    (album / "7.mov").mkdir()


def test_c24_what_changed_while_it_was_sent_is_named_and_the_rest_can_be_kept(
    rig: Rig, start: Start, album: Path, tmp_path: Path
) -> None:
    """And of a fresh offer only that is fetched."""
    anna, ben = start("anna", place=rig["h1"]), start("ben", place=rig["h2"])
    anna.sees(ben)
    ben.sees(anna)
    rig.throttle("h1", 200)
    transfer = begin(anna, ben, album)
    midway(ben, transfer)
    spoil(album)
    names = [f"album/{name}" for name in BAD]
    failed = end(ben, transfer)
    assert (failed["state"], failed["reason"]) == ("failed", "source_changed")
    assert sorted(failed["bad_names"]) == names
    assert end(anna, transfer)["reason"] in {"source_changed", "source_unreadable"}
    downloads = tmp_path / "ben-downloads"
    assert [name for name in os.listdir(downloads) if name[0] != "."] == []

    before = rig.sent_bytes("h1")
    ben.ask("accept", transfer=transfer, choices=dict.fromkeys(names, "leave_out"))
    ended = ben.wait("transfer", transfer=transfer, state="done")
    assert ended["left_out"]["files"] == len(BAD)
    there = Path(ended["path"])
    assert {f"{number}.mov" for number in range(4)} == set(os.listdir(there))
    assert rig.sent_bytes("h1") - before < 2 * MIB, "it was here already"

    (album / "7.mov").rmdir()
    before = rig.sent_bytes("h1")
    arrives(ben, begin(anna, ben, album, existing="skip"), album)
    assert os.listdir(downloads) == ["album"]
    assert rig.sent_bytes("h1") - before < 22 * MIB, "4.mov and 6.mov alone"
