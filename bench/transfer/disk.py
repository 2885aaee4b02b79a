"""On a disk, where "done" means that it survives a power cut."""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from bench.common import disk_folder, median, progress
from bench.transfer.cable import Cable
from bench.transfer.loads import (
    FOLDER_FILES,
    GIB,
    check_arrived,
    chill,
    many_files,
    one_file,
)
from bench.transfer.pair import pair
from bench.transfer.rivals import RSYNC_OVER_SSH, Rival, Send, timed
from bench.transfer.scene import LANDLINE, Scene
from tests.e2e.rig import HERE


@contextmanager
def _copy(_cable: Cable, _folder: Path) -> Iterator[Send]:
    command = 'cp -r "$1" "$2" && sync -f "$2"'

    def send(path: Path, into: Path) -> float:
        return timed(HERE, ["sh", "-c", command, "sh", str(path), str(into)])

    yield send


COPY = Rival("cp + sync", ("cp", "sync"), _copy, is_sealed=False)


def durable(scene: Scene) -> None:
    """Nothing is removed between runs: ext4 makes files slowly after it has removed many."""
    folder = disk_folder()
    large = one_file(folder / "large", GIB)
    what = "1 GiB on disk, durable"
    seconds = _by_turns(scene, large, (COPY,), os.sync)
    _tell(scene, what, seconds, {COPY.name: ">= 1"})
    small = many_files(folder / "small", FOLDER_FILES)
    what = f"{FOLDER_FILES:,} files of 4 KiB on disk, cold"
    seconds = _by_turns(scene, small, (RSYNC_OVER_SSH, COPY), lambda: chill(small))
    _tell(scene, what, seconds, {RSYNC_OVER_SSH.name: ">= 2", COPY.name: "> 1"})
    for one in (large, *folder.glob("*/large")):
        one.unlink()


def _by_turns(
    scene: Scene, path: Path, rivals: tuple[Rival, ...], prepare: Callable[[], None]
) -> dict[str, list[float]]:
    """``prepare`` comes before each: nothing is left to write, or to find in the cache.

    Now one begins, now the other: some disks are fast until their allowance is spent.
    """
    folder = path.parent
    results: dict[str, list[float]] = {}
    with scene.open(rivals, folder) as sends, pair(scene.cable, folder) as both:
        sends[LANDLINE] = lambda path, into: both.send(path, into).seconds
        for turn in range(scene.turns):
            progress(f"transfer: {path.name} on disk, turn {turn + 1} of {scene.turns}")
            for name, send in list(sends.items())[:: -1 if turn % 2 else 1]:
                into = folder / f"{path.name}-{turn}-{name.partition(' ')[0]}"
                into.mkdir()
                prepare()
                results.setdefault(name, []).append(send(path, into))
                check_arrived(path, into)
    return results


def _tell(scene: Scene, what: str, results: dict[str, list[float]], goals: dict[str, str]) -> None:
    table = scene.report.table(what, "way", "s", "slowest s", "Landline is x times as fast")
    ours_s = median(results[LANDLINE])
    for name, seconds in results.items():
        table.add(name, median(seconds), max(seconds), median(seconds) / ours_s)
    for name, goal in goals.items():
        if name in results:
            scene.compare(what, ours_s, name, median(results[name]), goal)
