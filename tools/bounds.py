"""docs/bounds.md: every number that bounds what others can make us do, with its reason.

    python -m tools.bounds

Numbers stand in the code where they are used; this collects them. What is a bound shows by its
name; what it is for, by the text under it.
"""

import ast
import importlib
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from PySide6.QtCore import QSize

ROOT: Final = Path(__file__).resolve().parents[1]
PAGE: Final = ROOT / "docs" / "bounds.md"
ROOMS: Final = (
    *("net/protocol", "net", "net/transfer", "app/engine", "app/store", "app"),
    *("ui", "ui/media", "ui/trust"),
)
_BOUND: Final = re.compile(
    r"_MAX(_|$)|_BURST$|_RATE$|_PER_S$|_TIMEOUT_S$|^HALF_OPEN_S$|^REQUEST_|_EVERY_S$|[A-Z]_KEPT$"
    r"|_(PER_HOST|PER_PEER|PER_CONNECT|PER_WAKEUP|A_PERSON|A_TICK|AT_ONCE|TRIED|HEARD)$"
)
_HEAD: Final = """# Bounds

What others can make this computer keep, compute, open, send and wait for. Made by
`python -m tools.bounds` from the code, where each number stands beside its use; a test keeps the
page true. Nothing that belongs to a contact is ever evicted for a stranger's sake.
"""


@dataclass(frozen=True)
class Bound:
    names: str
    values: str
    reason: str


def bounds(path: Path) -> Iterator[Bound]:
    """In the order of the file."""
    body = ast.parse(path.read_text("utf-8")).body
    dotted = ".".join(path.relative_to(ROOT).with_suffix("").parts)
    for statement, following in zip(body, [*body[1:], None], strict=True):
        names = [name for name in _names(statement) if _BOUND.search(name)]
        if names:
            module = importlib.import_module(dotted)
            values = ", ".join(_shown(name, getattr(module, name)) for name in names)
            yield Bound(", ".join(names), values, _text(following))


def _names(statement: ast.stmt | None) -> list[str]:
    if isinstance(statement, ast.AnnAssign):
        return [statement.target.id] if isinstance(statement.target, ast.Name) else []
    if not isinstance(statement, ast.Assign):
        return []
    (target,) = statement.targets
    parts = target.elts if isinstance(target, ast.Tuple) else [target]
    return [part.id for part in parts if isinstance(part, ast.Name)]


def _text(statement: ast.stmt | None) -> str:
    is_text = isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant)
    return " ".join(str(statement.value.value).split()) if is_text else ""


def _shown(name: str, value: object) -> str:
    if isinstance(value, int) and "BYTES" in name and value >= 4096 and value % 1024 == 0:
        power = min(3, (value.bit_length() - 1) // 10)
        while value % 1024**power:
            power -= 1
        return f"{value // 1024**power:,} {('bytes', 'KiB', 'MiB', 'GiB')[power]}"
    if isinstance(value, QSize):
        return f"{value.width()} × {value.height()}"
    return f"{value:,}" if isinstance(value, int | float) else str(value)


def page() -> str:
    lines = [_HEAD]
    for room in ROOMS:
        for path in sorted((ROOT / room).glob("*.py")):
            found = list(bounds(path))
            if found:
                lines += [
                    f"\n## {path.relative_to(ROOT)}\n",
                    "| bound | value | why |",
                    "|---|---|---|",
                ]
                lines += [
                    f"| `{one.names}` | {one.values} | {_cell(one.reason)} |" for one in found
                ]
    return "\n".join(lines) + "\n"


def _cell(text: str) -> str:
    return text.replace("``", "`").replace("|", "\\|")


if __name__ == "__main__":
    PAGE.write_text(page(), "utf-8")
    sys.exit()
