"""Who is attacked, who else is there, and what must be true whatever was tried."""

import hashlib
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import psutil

from tests.e2e.headless import Headless

RSS_GROWTH_MAX_BYTES: Final = 64 << 20
DESCRIPTORS_MAX: Final = 64
THREADS_MAX: Final = 8
HONEST_S: Final = 2.0
"""An honest peer's message sent during an attack is delivered within this."""
_LOG_LINE: Final = re.compile(
    r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d,\d{3} [A-Z]+ [\w.]+: [^\x00-\x1f\x7f]*"
)


@dataclass(frozen=True)
class Cost:
    rss_bytes: int
    descriptors: int
    threads: int


class Scene:
    """``victim`` is attacked, ``honest`` is a person the victim knows well.

    All below ``folder`` but the victim's profile and the honest one's belongs to
    nobody's peers, except what was accepted: that lands in ``landing``.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.landing = folder / "landing"
        self._started: list[Headless] = []
        self._log_checked = 0
        self._spared = [folder / "victim", folder / "honest", self.landing]
        (folder / "canary").write_text("sings")
        for neighbour in ("landing2", "downloads2", "etc"):
            (folder / neighbour).mkdir()
        self.landing.mkdir()

    def begin(self) -> None:
        """Both meet, and the victim writes to the honest one: no stranger any more."""
        self.victim = self._start("victim", "--downloads", str(self.landing), "--log", "info")
        self.honest = self._start("honest", "--downloads", str(self.folder / "etc"))
        self.victim.sees(self.honest)
        self.honest.sees(self.victim)
        self.honest_word()
        self.victim.delivered(self.victim.send(self.honest, "you are no stranger"))

    def _start(self, name: str, *options: str) -> Headless:
        words = ["--name", name, "--bind", "127.0.0.1", *options]
        one = Headless(self.folder / name, *words)
        self._started.append(one)
        one.wait("ready")
        return one

    def end(self) -> None:
        for one in self._started:
            one.kill()
        for one in self._started:
            one.check_manners()

    def honest_word(self) -> None:
        """Somebody else is served meanwhile, at once."""
        self.honest.delivered(self.honest.send(self.victim, "still there?"), within_s=HONEST_S)

    @contextmanager
    def unharmed(self) -> Iterator[None]:
        """Around an attack: what it may not have cost, changed, or made the victim say."""
        before, outside = self.cost(), self._outside()
        yield
        self.honest_word()
        self.check_cost(before)
        assert self._outside() == outside
        assert self.victim.is_running()
        self.victim.check_manners()
        self.check_log()

    def cpu_s(self) -> float:
        """What the victim's process has computed so far."""
        times = psutil.Process(self.victim.process.pid).cpu_times()
        return float(times.user + times.system)

    def check_cost(self, before: Cost) -> None:
        now = self.cost()
        assert now.rss_bytes - before.rss_bytes <= RSS_GROWTH_MAX_BYTES
        assert now.descriptors - before.descriptors <= DESCRIPTORS_MAX
        assert now.threads - before.threads <= THREADS_MAX

    def check_log(self) -> None:
        """One line a record, and nobody's text in it that a terminal would obey."""
        *whole, rest = self.victim.log[self._log_checked :].split("\n")
        for line in whole:
            assert _LOG_LINE.fullmatch(line), line
        self._log_checked = len(self.victim.log) - len(rest)

    def cost(self) -> Cost:
        """What the victim's process holds right now."""
        process = psutil.Process(self.victim.process.pid)
        return Cost(process.memory_info().rss, process.num_fds(), process.num_threads())

    def _outside(self) -> dict[str, str]:
        """All below ``folder`` that no peer can have a hand in, as it is now."""
        found = {}
        for root, folders, files in os.walk(self.folder):
            folders[:] = [name for name in folders if Path(root, name) not in self._spared]
            for name in (*folders, *files):
                path = Path(root, name)
                is_file = path.is_file() and not path.is_symlink()
                content = hashlib.sha256(path.read_bytes()).hexdigest() if is_file else ""
                found[str(path)] = f"{path.lstat().st_mode:o} {path.lstat().st_mtime_ns} {content}"
        return found
