"""What benchmarks share: numbers, tables, places to work in."""

import json
import os
import platform
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
RESULTS = ROOT / "build" / "bench"

Cell = str | float | int | None


@dataclass(slots=True)
class Table:
    """``rows`` hold numbers as measured; they are rounded only when printed."""

    title: str
    columns: tuple[str, ...]
    rows: list[tuple[Cell, ...]] = field(default_factory=list)

    def add(self, *cells: Cell) -> None:
        self.rows.append(cells)

    def lines(self) -> list[str]:
        cells = [self.columns, *[tuple(_shown(cell) for cell in row) for row in self.rows]]
        widths = [max(len(row[i]) for row in cells) for i in range(len(self.columns))]
        lines = [_padded(row, widths) for row in cells]
        return [f"\n{self.title}", lines[0], "-" * len(lines[0]), *lines[1:]]


def markdown(table: Table) -> list[str]:
    """Its lines, without the title."""
    rows = [table.columns, ["---"] * len(table.columns), *table.rows]
    shown = [[_shown(cell).replace("|", "\\|") for cell in row] for row in rows]
    return [f"| {' | '.join(row)} |" for row in shown]


@dataclass(slots=True)
class Report:
    tables: list[Table] = field(default_factory=list)
    left_out: list[str] = field(default_factory=list)
    """What could not be measured here, and why."""

    def table(self, title: str, *columns: str) -> Table:
        self.tables.append(Table(title, columns))
        return self.tables[-1]

    def print(self) -> None:
        for table in self.tables:
            print("\n".join(table.lines()), flush=True)
        for name in self.left_out:
            print(f"\nleft out: {name}", flush=True)

    def save(self, name: str) -> None:
        RESULTS.mkdir(parents=True, exist_ok=True)
        tables = [asdict(table) for table in self.tables]
        content = {"machine": machine(), "tables": tables, "left_out": self.left_out}
        text = json.dumps(content, indent=1, ensure_ascii=False)
        (RESULTS / f"{name}.json").write_text(text + "\n", encoding="utf-8")


def machine() -> str:
    load = f", load {os.getloadavg()[0]:.1f}" if hasattr(os, "getloadavg") else ""
    python = platform.python_version()
    return f"{os.cpu_count()} cores, {platform.system()}, Python {python}{load}"


def quantile(values: Sequence[float], share: float) -> float:
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def median(values: Sequence[float]) -> float:
    import statistics  # noqa: PLC0415 - a megabyte that windows being measured must not show

    return statistics.median(values)


def memory_folder() -> Path:
    """A fresh folder that no disk slows down; removed by whoever asked for it."""
    shared = Path("/dev/shm")
    return Path(tempfile.mkdtemp(prefix="landline-bench-", dir=shared if shared.is_dir() else None))


def disk_folder() -> Path:
    """A fresh folder on the project's disk. Left where it is: removing would slow the next run."""
    (RESULTS / "runs").mkdir(parents=True, exist_ok=True)
    return Path(tempfile.mkdtemp(prefix="run-", dir=RESULTS / "runs"))


def progress(line: str) -> None:
    print(f"  {line}", file=sys.stderr, flush=True)


def _shown(cell: Cell) -> str:
    if cell is None:
        return "-"
    if isinstance(cell, float):
        return f"{cell:,.0f}" if abs(cell) >= 1000 else f"{cell:.3g}"
    return f"{cell:,}" if isinstance(cell, int) else cell


def _padded(row: Sequence[str], widths: Sequence[int]) -> str:
    first, *others = zip(row, widths, strict=True)
    return "  ".join([first[0].ljust(first[1]), *(cell.rjust(width) for cell, width in others)])
