"""SECURITY.md names a test for each promise: it must stay true."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
_ROW = re.compile(r"^\| (.+) \| (.+) \| (.+) \| (.+) \|$", re.MULTILINE)


def test_each_promise_names_tests_that_are_there() -> None:
    text = (ROOT / "SECURITY.md").read_text(encoding="utf-8")
    head, *rows = _ROW.findall(text)
    assert head == ("against", "promise", "how", "guarded by")
    assert len(rows) > 20
    for _against, promise, _how, guards in rows:
        files = re.findall(r"`([\w/]+\.py)`", guards)
        assert files, promise
        for file in files:
            assert "def test_" in (ROOT / "tests" / file).read_text(encoding="utf-8"), file
