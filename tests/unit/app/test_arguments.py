"""The command line that both shells share."""

from pathlib import Path

import pytest

from app.arguments import Arguments, parse_arguments


def test_options_are_taken_as_given() -> None:
    assert parse_arguments([], "main.py") == Arguments()
    given = ["--profile", "/x", "--port", "5000", "--bind", "::1", "--bind", "10.0.0.1"]
    found = parse_arguments([*given, "--name", "Ann"], "main.py")
    assert found == Arguments(Path("/x"), name="Ann", port=5000, bind=("::1", "10.0.0.1"))


@pytest.mark.parametrize(
    "arguments",
    [
        ["--port", "0"],
        ["--port", "1023"],
        ["--port", "65536"],
        ["--port", "x"],
        ["--log", "loud"],
        ["--what"],
        ["extra"],
    ],
)
def test_options_that_make_no_sense_are_refused(arguments: list[str]) -> None:
    with pytest.raises(SystemExit) as left:
        parse_arguments(arguments, "main.py")
    assert left.value.code == 2
