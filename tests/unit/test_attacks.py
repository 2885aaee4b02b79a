"""docs/attacks.md says which test stands against which attack: it must stay true."""

import ast
import re
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

from tests.layers import imports

ROOT = Path(__file__).parents[2]
TABLE = ROOT / "docs" / "attacks.md"
CASES = {"A": 22, "B": 18, "C": 25, "D": 18, "E": 23, "F": 14, "G": 17}
TABLES = ("words", "calls", "lies")
"""Of tests/hostile: cases of several tests, and of the program there."""
UNPACKERS = {"zlib", "gzip", "bz2", "lzma", "zipfile", "tarfile", "brotli", "zstandard", "snappy"}

_ROW = re.compile(r"^\| ([A-G]-\d\d) \| ([^|]+) \| ([^|]+) \|$", re.MULTILINE)
_NUMBER = re.compile(r"(?:^|_)([a-g]\d\d)(?=_|$)")
_RANGE = re.compile(r"(?:^|_)([a-g])(\d\d)_to_\1(\d\d)(?=_|$)")
_LABEL = re.compile(r"""["']([A-Ga-g])-?(\d\d)[- ]\w""")


def test_every_case_has_a_row() -> None:
    wanted = [f"{group}-{n:02}" for group, count in CASES.items() for n in range(1, count + 1)]
    assert [number for number, _, _ in rows()] == wanted


def test_a_row_names_files_with_tests_of_its_number() -> None:
    there = numbers_in_tests()
    for number, _, stands in rows():
        named = set(re.findall(r"`([\w/]+\.py)`", stands))
        assert named <= there[number], number
        assert bool(named) == bool(there[number]), f"{number} is tested now"


def test_a_case_without_a_test_says_why() -> None:
    for number, _, stands in rows():
        assert len(stands.strip()) > len("later"), number


def test_b18_nothing_unpacks_what_a_peer_sent() -> None:
    found = [
        f"{path.name}: {one.module}"
        for room in ("net", "app")
        for path in (ROOT / room).rglob("*.py")
        for one in imports(ast.parse(path.read_text("utf-8")), room, is_package=False)
        if one.module.partition(".")[0] in UNPACKERS
    ]
    assert found == []


def rows() -> list[tuple[str, str, str]]:
    return _ROW.findall(TABLE.read_text("utf-8"))


def numbers_in_tests() -> dict[str, set[str]]:
    """By number, the test files whose tests, or labels of their cases, bear it."""
    found: dict[str, set[str]] = defaultdict(set)
    for path in (ROOT / "tests").rglob("test_*.py"):
        text = path.read_text("utf-8")
        labels = {number for one in (text, *_tables_of(text)) for number in _of_labels(one)}
        for number in {*_of_names(text), *labels}:
            found[number].add(path.relative_to(ROOT / "tests").as_posix())
    return found


def _tables_of(text: str) -> Iterator[str]:
    """The modules from which it takes cases that it shares with others."""
    for module in re.findall(r"^from tests\.hostile\.(\w+) import", text, re.MULTILINE):
        if module in TABLES:
            yield (ROOT / "tests" / "hostile" / f"{module}.py").read_text("utf-8")


def _of_names(text: str) -> Iterator[str]:
    for name in re.findall(r"def test_(\w+)", text):
        for number in _NUMBER.findall(name):
            yield f"{number[0].upper()}-{number[1:]}"
        for group, first, last in _RANGE.findall(name):
            for number in range(int(first), int(last) + 1):
                yield f"{group.upper()}-{number:02}"


def _of_labels(text: str) -> Iterator[str]:
    for group, number in _LABEL.findall(text):
        yield f"{group.upper()}-{number}"
