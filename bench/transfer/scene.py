"""One run: the cable, where things are, how many turns, and the table that sums it up."""

import subprocess
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from bench.common import Report, Table, median, progress
from bench.transfer.cable import Cable
from bench.transfer.loads import check_arrived, fresh
from bench.transfer.pair import Pair, Sample
from bench.transfer.rivals import Rival, Send

LANDLINE = "Landline"
GB = 1e9


class Turns(NamedTuple):
    """Seconds of each way by name; ours in full."""

    seconds: dict[str, list[float]]
    ours: list[Sample]

    @property
    def ours_s(self) -> float:
        return median([sample.seconds for sample in self.ours])

    def worst(self, name: str) -> float:
        return max(float(getattr(sample, name)) for sample in self.ours)

    def middle(self, name: str) -> float:
        return median([float(getattr(sample, name)) for sample in self.ours])

    def best_of(self, rivals: Sequence[Rival]) -> tuple[str, float] | None:
        """The fastest of these that ran, and its seconds."""
        ran = [(median(self.seconds[r.name]), r.name) for r in rivals if self.seconds.get(r.name)]
        return min(ran)[::-1] if ran else None


@dataclass(slots=True)
class Scene:
    cable: Cable
    folder: Path
    """In memory."""
    turns: int
    report: Report
    summary: Table

    def compare(self, what: str, ours_s: float, beside: str, theirs_s: float, goal: str) -> None:
        """``goal`` is for how many times as fast Landline is."""
        shown = f"{beside} {theirs_s:.3g} s"
        self.summary.add(what, f"{ours_s:.3g} s", shown, f"{theirs_s / ours_s:.2f}", goal)

    def tell(self, what: str, ours: str, goal: str, beside: str = "") -> None:
        self.summary.add(what, ours, beside, "", goal)

    @contextmanager
    def open(self, rivals: Sequence[Rival], folder: Path) -> Iterator[dict[str, Send]]:
        """Those that are installed, by name; the others are told of once."""
        with ExitStack() as undo:
            ways = {}
            for rival in rivals:
                missing = rival.missing()
                if missing:
                    self._leave_out(rival.name, f"no {', '.join(missing)} here")
                else:
                    ways[rival.name] = undo.enter_context(rival.start(self.cable, folder))
            yield ways

    def by_turns(self, pair: Pair, path: Path, ways: dict[str, Send], *, warm_up: int = 1) -> Turns:
        """Everyone once a turn, each into a fresh folder in memory."""
        turns = Turns({name: [] for name in ways}, [])
        target = self.folder / "landed"
        for turn in range(warm_up + self.turns):
            progress(f"transfer: {path.name}, turn {turn + 1} of {warm_up + self.turns}")
            for name in list(ways):
                seconds = self._try(name, ways, path, fresh(target))
                if seconds is not None and turn >= warm_up:
                    turns.seconds[name].append(seconds)
            ours = pair.send(path, fresh(target))
            check_arrived(path, target)
            turns.ours.extend([ours] if turn >= warm_up else [])
        fresh(target)
        return turns

    def show(self, title: str, size_bytes: int, turns: Turns) -> None:
        """A table of all ways, the fastest first."""
        table = self.report.table(
            title, "way", "s", "slowest s", "MB/s", "Landline is x times as fast"
        )
        rows = {**turns.seconds, LANDLINE: [sample.seconds for sample in turns.ours]}
        for name, seconds in sorted(rows.items(), key=lambda row: median(row[1] or [0.0])):
            if seconds:
                middle = median(seconds)
                rate = size_bytes / middle / 1e6
                table.add(name, middle, max(seconds), rate, middle / turns.ours_s)

    def _try(self, name: str, ways: dict[str, Send], path: Path, into: Path) -> float | None:
        try:
            seconds = ways[name](path, into)
        except subprocess.CalledProcessError as error:
            self._leave_out(name, error.stderr.decode(errors="replace").strip().partition("\n")[0])
            del ways[name]
            return None
        check_arrived(path, into)
        return seconds

    def _leave_out(self, name: str, why: str) -> None:
        told = f"{name} ({why})"
        if told not in self.report.left_out:
            progress(f"transfer: without {told}")
            self.report.left_out.append(told)
