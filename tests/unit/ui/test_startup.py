"""What is read before the first frame, and what is not loaded for it."""

import subprocess
import sys
from pathlib import Path

import pytest

from app.model import Reach
from app.profile import default_profile_path
from ui.arguments import Arguments, parse_arguments
from ui.language import LanguageChoice
from ui.looks import Looks, read_looks, usual_profile_folder
from ui.theme import ThemeChoice

ROOT = Path(__file__).resolve().parents[3]


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"nonsense",
        b"[]",
        b'{"theme": 7, "name": []}',
        b'{"theme": "pink", "language": "xx", "reach": null}',
        b"\xff\xfe",
        b"[" * 100_000,
    ],
)
def test_odd_settings_mean_the_defaults(content: bytes, tmp_path: Path) -> None:
    settings = tmp_path / "settings.json"
    settings.write_bytes(content)
    assert read_looks(settings) == Looks()


def test_settings_are_read_for_the_first_frame(tmp_path: Path) -> None:
    settings = tmp_path / "settings.json"
    settings.write_text(
        '{"name": "Ann", "theme": "dark", "language": "zh_CN", "reach": "everyone", "more": 1}'
    )
    wanted = Looks("Ann", ThemeChoice.DARK, LanguageChoice.CHINESE, Reach.EVERYONE)
    assert read_looks(settings) == wanted
    assert read_looks(tmp_path / "none.json") == Looks()


def test_usual_folder_is_the_profile_s_own() -> None:
    assert usual_profile_folder() == default_profile_path()


def test_arguments_of_the_window() -> None:
    assert parse_arguments([]) == Arguments()
    found = parse_arguments(["--profile", "/x", "--port", "5000", "--bind", "::1", "--name", "Ann"])
    assert found == Arguments(Path("/x"), name="Ann", port=5000, bind=("::1",))


@pytest.mark.parametrize("arguments", [["--port", "0"], ["--port", "x"], ["--what"], ["extra"]])
def test_arguments_that_make_no_sense_are_refused(arguments: list[str]) -> None:
    with pytest.raises(SystemExit) as left:
        parse_arguments(arguments)
    assert left.value.code == 2


def test_engine_s_libraries_are_not_loaded_with_the_window() -> None:
    """They would double the time to the first frame."""
    heavy = (
        "asyncio cryptography nacl apsw msgspec psutil blake3 filelock concurrent.futures"
        " app.engine app.store app.events app.commands app.profile ui.chat.view ui.switchboard"
    )
    code = f"import sys, ui.app; print([m for m in {heavy.split()} if m in sys.modules])"
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    assert done.stdout.strip() == "[]"
