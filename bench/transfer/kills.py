"""One large file whose sender or receiver is killed again and again, over a cable of 1 Gbit/s."""

import filecmp
import time
from contextlib import ExitStack

from bench.common import median, progress
from bench.transfer.loads import GIB, MIB, fresh, one_file
from bench.transfer.pair import PATIENCE_S, Instance, Pair, meet
from bench.transfer.scene import Scene

FILE_BYTES = 4 * GIB
KILLS = 50
LIFE_BYTES = 60 * MIB
"""So much arrives at least between two kills: all of them fit into one file."""
RATE = "1gbit"
CONTENT_SHARE = 1448 / 1514
"""Of a full frame on the wire."""


class Lives:
    """Both ends, each started anew after its death."""

    def __init__(self, scene: Scene, undo: ExitStack) -> None:
        self._scene = scene
        self._both: dict[str, Instance] = {}
        undo.callback(lambda: [one.kill() for one in self._both.values()])
        for name in ("anna", "ben"):
            self.start(name)
        meet(*self._both.values())

    @property
    def pair(self) -> Pair:
        return Pair(self._both["anna"], self._both["ben"])

    def start(self, name: str) -> None:
        cable = self._scene.cable
        place = cable.sender if name == "anna" else cable.receiver
        self._both[name] = Instance(self._scene.folder, place, name)

    def kill(self, name: str) -> None:
        self._both[name].kill()

    def arrived(self, least_bytes: int, since: int = 0) -> int:
        """How much has, once it is at least so much, while more is coming."""
        line = self.pair.ben.wait(
            "transfer",
            where=lambda line: line["bytes"] >= least_bytes,
            state="running",
            since=since,
            within_s=PATIENCE_S,
        )
        return int(line["bytes"])


def kills(scene: Scene) -> None:
    """What is sent again, and how soon it goes on."""
    if not scene.cable.is_own:
        return
    path = one_file(scene.folder / "huge", FILE_BYTES)
    into = fresh(scene.folder / "landed")
    with ExitStack() as undo:
        undo.enter_context(scene.cable.limited(RATE))
        lives = Lives(scene, undo)
        before = scene.cable.limited_bytes()
        transfer = lives.pair.offer(path)
        lives.pair.ben.say("accept", transfer=transfer, into=str(into))
        pauses_s = _kill_by_turns(lives)
        lives.pair.ben.when_done(transfer)
        sent = (scene.cable.limited_bytes() - before) * CONTENT_SHARE
    if not filecmp.cmp(path, into / path.name, shallow=False):
        raise AssertionError("what arrived is something else")
    again_mib = (sent - FILE_BYTES) / KILLS / MIB
    scene.tell(f"4 GiB, {KILLS} kills: sent again for each", f"{again_mib:.1f} MiB", "<= 16 MiB")
    beside = f"longest {max(pauses_s):.1f} s"
    scene.tell("from starting it again to running", f"{median(pauses_s):.1f} s", "", beside)


def _kill_by_turns(lives: Lives) -> list[float]:
    """The seconds from each start until it runs again."""
    pauses_s, done, since = [], 0, 0
    for number in range(KILLS):
        progress(f"transfer: kill {number + 1} of {KILLS}")
        done = lives.arrived(done + LIFE_BYTES, since)
        name = ("anna", "ben")[number % 2]
        lives.kill(name)
        start_s = time.perf_counter()
        since = 0 if name == "ben" else lives.pair.ben.mark()
        lives.start(name)
        lives.arrived(done, since)
        pauses_s.append(time.perf_counter() - start_s)
    return pauses_s
