"""The summary as a table in README.md, between two comments."""

from datetime import UTC, datetime
from pathlib import Path

from bench.common import ROOT, Report, Table, markdown

BEGIN, END = "<!-- bench transfer -->", "<!-- end of bench transfer -->"
README = ROOT / "README.md"


def write_summary(report: Report, summary: Table, began: str, path: Path = README) -> None:
    """Replaces what stands there. ``began``: the machine when the run began, with its load.

    Raises ValueError when a comment is missing.
    """
    text = path.read_text(encoding="utf-8")
    before, begin, rest = text.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not begin or not end:
        raise ValueError(f"{path} has no {BEGIN} ... {END}")
    told = "\n".join(["", "", *_story(report, summary, began), "", *markdown(summary), "", ""])
    path.write_text(f"{before}{begin}{told}{end}{after}", encoding="utf-8")


def _story(report: Report, summary: Table, began: str) -> list[str]:
    day = datetime.now(UTC).date().isoformat()
    lines = [f"{day}. {summary.title}. The cores are shared by both ends: {began} at the start."]
    if report.left_out:
        lines.append(f"Left out: {', '.join(report.left_out)}.")
    return lines
