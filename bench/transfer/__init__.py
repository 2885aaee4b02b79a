"""Files between two real instances, on a cable of their own, beside what else brings files.

Two headless processes in two network namespaces; all ways by turns in one run, medians.
"""

import shutil
from collections.abc import Callable, Sequence

from bench.common import Report, Table, machine, memory_folder
from bench.transfer import beside, crowd, disk, kills, memory
from bench.transfer.cable import cable
from bench.transfer.readme import write_summary
from bench.transfer.scene import Scene

TURNS = 5
PARTS: dict[str, Callable[[Scene], None]] = {
    "tiny": beside.tiny,
    "large": memory.one_large,
    "folders": memory.folders,
    "linear": memory.linear,
    "disk": disk.durable,
    "link": memory.slow_link,
    "texts": beside.texts,
    "crowd": crowd.crowd,
    "kills": kills.kills,
}


def run(turns: int = TURNS, parts: Sequence[str] = ()) -> Report:
    """All parts, when none is named; only then the table in the README is written anew."""
    report, began = Report(), machine()
    with cable() as made:
        title = f"Files, {made.title}, medians of {turns}"
        summary = Table(title, ("what", "Landline", "beside it", "times as fast", "goal"))
        for name in parts or PARTS:
            folder = memory_folder()
            try:
                PARTS[name](Scene(made, folder, turns, report, summary))
            finally:
                shutil.rmtree(folder)
    report.tables.append(summary)
    if not parts:
        write_summary(report, summary, began)
    return report
