"""What came from somebody else is marked so, where the system has a mark for it."""

import ctypes
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from net.transfer import origin
from net.transfer.folders import PathFolder, open_folder


@pytest.fixture
def descriptor(tmp_path: Path) -> Iterator[int]:
    number = os.open(tmp_path / "setup.exe", os.O_RDWR | os.O_CREAT)
    yield number
    os.close(number)


def test_windows_is_told_that_it_came_from_elsewhere(
    tmp_path: Path, descriptor: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = PathFolder(tmp_path)
    monkeypatch.setattr(origin.sys, "platform", "win32")
    origin.mark_origin(folder, "setup.exe", descriptor)
    stream = tmp_path / "setup.exe:Zone.Identifier"
    assert stream.read_bytes() == b"[ZoneTransfer]\r\nZoneId=3\r\n"


def test_macos_is_told_that_it_came_from_elsewhere(
    tmp_path: Path, descriptor: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls = []

    class Libc:
        def fsetxattr(self, *arguments: Any) -> int:
            calls.append(arguments)
            return 0

    monkeypatch.setattr(origin.sys, "platform", "darwin")
    monkeypatch.setattr(origin, "libc", Libc())
    with open_folder(tmp_path) as folder:
        origin.mark_origin(folder, "setup.exe", descriptor)
    [(place, name, value, size, position, options)] = calls
    assert (place, name, position, options) == (descriptor, b"com.apple.quarantine", 0, 0)
    assert isinstance(size, ctypes.c_size_t)
    assert size.value == len(value)
    assert value.startswith(b"0081;")
    assert value.endswith(b";Landline;")


def test_a_disk_without_a_place_for_it_loses_no_file(
    tmp_path: Path, descriptor: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = PathFolder(tmp_path)
    (tmp_path / "setup.exe:Zone.Identifier").mkdir()
    monkeypatch.setattr(origin.sys, "platform", "win32")
    origin.mark_origin(folder, "setup.exe", descriptor)
