"""What is read before the first frame, and what is not loaded for it."""

import os
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from app.arguments import parse_arguments
from app.events import Event, Failed, Stopped
from app.model import Reach
from ui.language import LanguageChoice
from ui.looks import Looks, read_looks
from ui.sessionbus import survive_without_session_bus
from ui.startup import ENGINE_STEPS, Startup
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
    wanted = Looks(
        name="Ann",
        theme=ThemeChoice.DARK,
        language=LanguageChoice.CHINESE,
        reach=Reach.EVERYONE,
    )
    assert read_looks(settings) == wanted
    assert read_looks(tmp_path / "none.json") == Looks()


@pytest.mark.parametrize(
    ("environ", "has_id", "expected"),
    [
        ({}, False, {"DBUS_FATAL_WARNINGS": "0"}),
        ({}, True, {}),
        ({"DBUS_SESSION_BUS_ADDRESS": "unix:x"}, False, {"DBUS_SESSION_BUS_ADDRESS": "unix:x"}),
        ({"DBUS_FATAL_WARNINGS": "1"}, False, {"DBUS_FATAL_WARNINGS": "1"}),
    ],
)
def test_machine_without_an_id_does_not_end_the_window(
    environ: dict[str, str], has_id: bool, expected: dict[str, str], tmp_path: Path
) -> None:
    machine_id = tmp_path / "machine-id"
    if has_id:
        machine_id.write_text("0" * 32)
    survive_without_session_bus(environ, [machine_id, tmp_path / "another"])
    assert environ == expected


def test_engine_s_libraries_are_not_loaded_with_the_window() -> None:
    """They would double the time to the first frame."""
    heavy = (
        "asyncio cryptography nacl apsw msgspec psutil blake3 filelock concurrent.futures"
        " app.engine app.store app.events app.commands app.profile"
        " ui.chat.bubble ui.chat.view ui.media ui.switchboard PySide6.QtNetwork"
    )
    code = f"import sys, ui.app; print([m for m in {heavy.split()} if m in sys.modules])"
    assert _told(code) == "[]"


def test_source_of_modules_is_not_read_again_for_features_of_pyside() -> None:
    """It would be kept, 11 MB of it."""
    code = (
        "import ui, linecache; before = len(linecache.cache);"
        " import ui.app, ui.switchboard; print(len(linecache.cache) - before)"
    )
    assert _told(code) == "0"


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux has a priority for each thread")
def test_engine_s_threads_step_back_behind_the_window(tmp_path: Path) -> None:
    taken = tmp_path / "profile"
    taken.write_text("no folder")
    told: list[tuple[int, Event]] = []

    def hear(event: Event) -> None:
        told.append((os.getpriority(os.PRIO_PROCESS, threading.get_native_id()), event))

    before = os.getpriority(os.PRIO_PROCESS, threading.get_native_id())
    arguments = parse_arguments(["--profile", str(taken)], "main.py", has_window=True)
    startup = Startup(arguments, hear, lambda *_: None)
    startup.begin()
    startup._thread.join()
    startup.end()
    assert [type(event) for _, event in told] == [Failed, Stopped]
    assert {nice for nice, _ in told} == {min(before + ENGINE_STEPS, 19)}
    assert os.getpriority(os.PRIO_PROCESS, threading.get_native_id()) == before


def test_openssl_of_the_system_is_not_loaded_beside_cryptography_s_own() -> None:
    code = (
        "import sys, ui.app, app.engine.engine, hmac, hashlib;"
        " assert hmac.digest(b'', b'', 'sha256') != hashlib.sha256(b'').digest();"
        " print([m for m in ('_ssl', '_hashlib') if sys.modules.get(m)])"
    )
    assert _told(code) == "[]"


def _told(code: str) -> str:
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    return done.stdout.strip()
