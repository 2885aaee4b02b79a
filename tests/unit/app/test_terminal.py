"""What others wrote, on its way to somebody's terminal (ATTACKS C-12, F-04, F-06)."""

import io
import json
import logging
import unicodedata
from collections.abc import Iterator

import pytest

from app import terminal
from app.arguments import parse_arguments
from app.events import PersonChanged
from app.headless.shell import Printer
from app.model import Person
from app.moving import run as move

COMMAND = "\x1b]0;owned\x07\x9b2J"
FORGED = "x\r\n2026-01-01 00:00:00,000 ERROR root: forged\u2028again\x85"
TURNED = "\u202egpj.exe\u2066\u200f\u061c"
HIDDEN = "a\u200bb\u00adc\U000e0041\ufeff\x7f"
POISON = {
    "c12-commands": COMMAND,
    "f06-second-line": FORGED,
    "f04-turned": TURNED,
    "f04-hidden": HIDDEN,
}
poisoned = pytest.mark.parametrize("text", POISON.values(), ids=POISON.keys())


def is_harmless(shown: str) -> bool:
    """One line of what is seen, in the order in which it stands there."""
    return not any(
        unicodedata.category(char) in ("Cc", "Cf", "Cs", "Zl", "Zp") and char != "\u200d"
        for char in shown
    )


@poisoned
def test_f04_line_of_json_does_nothing_to_a_terminal_and_means_the_same(text: str) -> None:
    out = io.BytesIO()
    Printer(out).print(PersonChanged(Person("id", name=text, device=f"汉字 {text} 👩\u200d👧")))
    line = out.getvalue().decode()
    assert line.endswith("\n")
    assert is_harmless(line[:-1])
    assert "汉字" in line
    assert json.loads(line)["name"] == text


@pytest.fixture
def log() -> Iterator[io.StringIO]:
    """What a logger with the program's own form of lines wrote."""
    made = io.StringIO()
    handler = logging.StreamHandler(made)
    handler.setFormatter(terminal.Lines())
    logger = logging.getLogger("tests.terminal")
    logger.addHandler(handler)
    logger.propagate = False
    logger.setLevel(logging.INFO)
    yield made
    logger.removeHandler(handler)


@poisoned
def test_f06_record_of_the_log_is_one_harmless_line(text: str, log: io.StringIO) -> None:
    logging.getLogger("tests.terminal").info("a peer said %s", text)
    (line,) = log.getvalue().removesuffix("\n").split("\n")
    assert "INFO tests.terminal: a peer said" in line
    assert is_harmless(line)


@poisoned
def test_f06_no_line_of_a_traceback_passes_for_a_record(text: str, log: io.StringIO) -> None:
    logger = logging.getLogger("tests.terminal")
    try:
        raise ValueError(f"{text}\n2026-01-01 00:00:00,000 ERROR root: forged")
    except ValueError:
        logger.exception("it failed")
    first, *rest = log.getvalue().removesuffix("\n").split("\n")
    assert "ERROR tests.terminal: it failed" in first
    assert any("forged" in line for line in rest)
    assert all(line.startswith("  ") and is_harmless(line) for line in rest)


@poisoned
def test_f04_errors_of_the_command_line_repeat_nothing_raw(
    text: str, capsys: pytest.CaptureFixture[str]
) -> None:
    for parse in (lambda: parse_arguments([text, "--log", text], "main.py"), lambda: move([text])):
        with pytest.raises(SystemExit) as left:
            parse()
        assert left.value.code == 2
    told = capsys.readouterr().err.removesuffix("\n").split("\n")
    assert told[-1].startswith("main.py: error: ")
    assert all(map(is_harmless, told))


@poisoned
def test_f04_last_words_are_one_harmless_line(
    text: str, capsys: pytest.CaptureFixture[str]
) -> None:
    terminal.say_error(f"there is no {text}")
    told = capsys.readouterr().err
    assert told.startswith("landline: there is no ")
    assert is_harmless(told.removesuffix("\n"))
