"""Whether a window could open is tried, not guessed; what is missing is one line."""

import os
import socket
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tools import debian, start

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="of Linux desktops")


@pytest.fixture(autouse=True)
def _no_desktop(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def wayland(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A compositor that answers."""
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(str(tmp_path / "wayland-9"))
        server.listen()
        yield tmp_path / "wayland-9"


def test_no_variable_is_no_display() -> None:
    assert not start._has_display()


@pytest.mark.parametrize("display", ["", ":", "nonsense", ":x", ":8191", "127.0.0.1:58000"])
def test_display_that_does_not_answer_is_none(
    monkeypatch: pytest.MonkeyPatch, display: str
) -> None:
    monkeypatch.setenv("DISPLAY", display)
    assert not start._has_display()


def test_display_over_the_network_that_answers_is_one(monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        monkeypatch.setenv("DISPLAY", f"127.0.0.1:{port - 6000}.0")
        assert start._has_display() is (port >= 6000)


def test_compositor_that_answers_is_a_display(
    monkeypatch: pytest.MonkeyPatch, wayland: Path
) -> None:
    monkeypatch.setenv("WAYLAND_DISPLAY", wayland.name)
    assert start._has_display()
    monkeypatch.setenv("WAYLAND_DISPLAY", str(wayland))
    assert start._has_display()


def test_compositor_that_is_gone_is_no_display(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))
    monkeypatch.setenv("WAYLAND_DISPLAY", "wayland-9")
    assert not start._has_display()


def test_library_is_missing_only_when_it_does_not_load() -> None:
    table = {"libc.so.6": "libc6", "libnonexistent.so.9": "libnonexistent9"}
    assert debian.missing_libraries(table) == ["libnonexistent9"]


def test_program_is_missing_only_when_it_is_nowhere() -> None:
    assert debian.missing_programs({"sh": "dash", "no-such-program": "nothing"}) == ["nothing"]


def test_nothing_missing_needs_nobody(capfd: pytest.CaptureFixture[str]) -> None:
    assert debian.provide([], "the window")
    assert capfd.readouterr().err == ""


def test_user_who_may_not_install_is_told_what_to_install(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    apt = tmp_path / "apt-get"
    apt.write_text("#!/bin/sh\nexit 77\n")
    apt.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    assert not debian.provide(["libb", "liba", "liba"], "the window")
    line = "landline: the window needs more packages: sudo apt install liba libb\n"
    assert capfd.readouterr().err == line
