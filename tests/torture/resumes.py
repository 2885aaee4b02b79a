"""kill -9 of sender, receiver or both, again and again in one transfer: it ends equal, and what
was sent again is counted."""

import random
import shutil
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Final

from tests.e2e.rig import HERE, Place, private_loopback
from tests.e2e.transfers import begin, end, midway
from tests.e2e.trees import MIB, tree
from tools.headless import Headless

SIZE_BYTES: Final = 4096 * MIB
BLOCK_BYTES: Final = 16 * MIB
"""What may be sent again after a kill."""
MBIT: Final = 2000
OVERHEAD: Final = 1.01
"""Of headers, on a loopback whose packets have 64 KiB."""
COUNTER: Final = "/sys/class/net/lo/statistics/tx_bytes"

Report = Callable[[str], None]


class Run:
    def __init__(self, kills: int, seed: int, size_bytes: int, folder: Path, place: Place) -> None:
        self.again: list[int] = []
        """Bytes that were sent and not on the disk after a kill, for each."""
        self._kills = kills
        self._size_bytes = size_bytes
        self._chance = random.Random(seed)
        self._folder = folder
        self._place = place
        self._people: dict[str, Headless] = {}

    def run(self, report: Report) -> None:
        """Raises AssertionError."""
        film = self._make_film()
        self._start("ann", "ben")
        self._people["ben"].sees(self._people["ann"], within_s=60)
        sent = self._sent_bytes()
        transfer = begin(self._people["ann"], self._people["ben"], film)
        there = 0
        for number in range(1, self._kills + 1):
            more = self._chance.randrange(self._size_bytes // (self._kills + 10))
            midway(self._people["ben"], transfer, there + more, since=self._people["ben"].mark())
            names = self._chance.choice([("ann",), ("ben",), ("ann", "ben")])
            for name in names:
                self._people[name].kill()
            there_now, sent_now = self._received_bytes(), self._sent_bytes()
            self.again.append(int((sent_now - sent) / OVERHEAD) - (there_now - there))
            there, sent = there_now, sent_now
            report(f"{number}: {' and '.join(names)} at {there // MIB} MiB,"
                   f" {self.again[-1] / MIB:.1f} MiB in vain")  # fmt: skip
            self._start(*names)
        ended = end(self._people["ben"], transfer, within_s=600)
        assert ended["state"] == "done", ended
        assert tree(Path(ended["path"])) == tree(film), "it did not end equal"
        assert sum(self.again) <= self._kills * BLOCK_BYTES, f"sent again: {self.again}"

    def stop(self) -> None:
        for one in self._people.values():
            one.kill()
            one.check_manners()

    def _start(self, *names: str) -> None:
        for name in names:
            downloads = self._folder / f"{name}-downloads"
            downloads.mkdir(exist_ok=True)
            options = ["--name", name, "--downloads", str(downloads)]
            options += ["--bind", "127.0.0.1"] if self._place is HERE else []
            self._people[name] = Headless(
                self._folder / name, *options, prefix=self._place.command([])
            )
        for name in names:
            self._people[name].wait("ready")

    def _make_film(self) -> Path:
        path, noise = self._folder / "film", self._chance.randbytes(MIB)
        with path.open("wb") as file:
            for number in range(self._size_bytes // MIB):
                file.write(number.to_bytes(8, "big") + noise[8:])
        return path

    def _received_bytes(self) -> int:
        found = (self._folder / "ben-downloads").glob(".landline-*/files/film")
        return sum(path.stat().st_size for path in found)

    def _sent_bytes(self) -> int:
        """By both: the receiver's few words are part of the headers."""
        return int(self._place.run("cat", COUNTER))


def resumes(kills: int, seed: int, report: Report, size_bytes: int = SIZE_BYTES) -> str:
    """The counts. Raises AssertionError; the folder is kept then."""
    folder = Path(tempfile.mkdtemp(prefix="landline-resumes-"))
    began_s = time.monotonic()
    with private_loopback() as place:
        if place is not HERE:
            limit = ("rate", f"{MBIT}mbit", "burst", "1m", "latency", "50ms")
            place.run("tc", "qdisc", "replace", "dev", "lo", "root", "tbf", *limit)
        run = Run(kills, seed, size_bytes, folder, place)
        try:
            run.run(report)
        except BaseException:
            report(f"all is in {folder}")
            raise
        finally:
            run.stop()
    shutil.rmtree(folder)
    mean, most = sum(run.again) / kills / MIB, max(run.again) / MIB
    return (
        f"{kills} kills in one transfer of {size_bytes // MIB} MiB, equal in the end; after each"
        f" {mean:.1f} MiB were sent again, {most:.1f} at most; {time.monotonic() - began_s:.0f} s"
    )
