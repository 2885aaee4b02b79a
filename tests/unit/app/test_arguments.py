"""The command line that both shells share."""

from pathlib import Path

import pytest

from app.arguments import Arguments, parse_arguments
from main import main


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
        ["--port", "٥٠٠٠"],
        ["--port", "²"],
        ["--log", "loud"],
        ["--what"],
        ["extra"],
    ],
)
def test_options_that_make_no_sense_are_refused(arguments: list[str]) -> None:
    with pytest.raises(SystemExit) as left:
        parse_arguments(arguments, "main.py")
    assert left.value.code == 2


@pytest.mark.parametrize(
    "name", ["--profile=evil", "--hidden", "--", "--import-profile=x", "-h", "landline:chat/x"]
)
def test_c16_a_file_that_looks_like_an_option_is_a_file(name: str) -> None:
    found = parse_arguments(["--name", "Ann", "--send", name, "b"], "main.py", has_window=True)
    assert found == Arguments(name="Ann", send=(Path(name).absolute(), Path("b").absolute()))


def test_c16_behind_two_dashes_nothing_is_an_option() -> None:
    for words in (["--", "--send", "x"], ["--", "--profile=evil", "--send"]):
        with pytest.raises(SystemExit):
            parse_arguments(words, "main.py", has_window=True)
    assert parse_arguments(["--", "--send"], "main.py", has_window=True) == Arguments(link="--send")


def test_c16_a_file_that_looks_like_a_move_of_the_profile_moves_nothing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    given: list[list[str]] = []
    monkeypatch.setattr("ui.app.run", lambda arguments: given.append(arguments) or 0)
    for words in (["--send", "--export-profile=x"], ["--", "landline:", "--import-profile=x"]):
        assert main(words) == 0
        assert given[-1] == words


def test_an_option_is_not_guessed_from_its_beginning() -> None:
    with pytest.raises(SystemExit):
        parse_arguments(["--prof", "/x"], "main.py", has_window=True)
