"""The summary as a table in README.md, between two comments."""

import os
from datetime import UTC, datetime
from pathlib import Path

from bench.common import ROOT, Report, Table, machine, markdown

BEGIN, END = "<!-- bench transfer -->", "<!-- end of bench transfer -->"
README = ROOT / "README.md"


def write_summary(report: Report, summary: Table, path: Path = README) -> None:
    """Replaces what stands there. Raises ValueError when a comment is missing."""
    text = path.read_text(encoding="utf-8")
    before, begin, rest = text.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not begin or not end:
        raise ValueError(f"{path} has no {BEGIN} ... {END}")
    told = "\n".join(["", "", *_story(report, summary), "", *markdown(summary), "", ""])
    path.write_text(f"{before}{begin}{told}{end}{after}", encoding="utf-8")


def _story(report: Report, summary: Table) -> list[str]:
    day = datetime.now(UTC).date().isoformat()
    cores = os.cpu_count()
    lines = [f"{summary.title}. {day}, {cores} cores shared by both ends ({machine()})."]
    if report.left_out:
        lines.append(f"Left out: {', '.join(report.left_out)}.")
    return lines
