"""What is accepted unasked leaves enough of the disk free."""

import os
import shutil
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

from app.engine.unasked import FREE_BYTES_KEPT, FREE_SHARE_KEPT, stays_free

SMALL_BYTES = 1 << 30
LARGE_BYTES = 1 << 40


def disk(
    monkeypatch: pytest.MonkeyPatch, total: int, free: int, names: int = 0, names_free: int = 0
) -> None:
    usage = SimpleNamespace(total=total, used=total - free, free=free)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage)
    count = SimpleNamespace(f_files=names, f_favail=names_free)
    monkeypatch.setattr(os, "statvfs", lambda _: count, raising=False)


@pytest.mark.parametrize(
    ("total", "kept"),
    [(LARGE_BYTES, FREE_BYTES_KEPT), (SMALL_BYTES, SMALL_BYTES // FREE_SHARE_KEPT)],
)
def test_a_gigabyte_of_the_disk_stays_free_or_a_twentieth_of_a_small_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, total: int, kept: int
) -> None:
    disk(monkeypatch, total, kept + 1000)
    assert stays_free(tmp_path, 1000, 1)
    assert not stays_free(tmp_path, 1001, 1)


@pytest.mark.skipif(sys.platform == "win32", reason="its disks have no end of names")
def test_d11_a_twentieth_of_the_names_that_a_disk_can_have_stays_free(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    disk(monkeypatch, LARGE_BYTES, LARGE_BYTES, 2000, 110)
    assert stays_free(tmp_path, 0, 10)
    assert not stays_free(tmp_path, 0, 11)
    disk(monkeypatch, LARGE_BYTES, LARGE_BYTES)  # a file system that does not count them
    assert stays_free(tmp_path, 0, 11)


def test_a_folder_that_is_not_there_yet_is_made(tmp_path: Path) -> None:
    assert stays_free(tmp_path / "a" / "b", 0, 0)
    assert (tmp_path / "a" / "b").is_dir()


def test_what_is_wrong_with_a_folder_is_said_by_who_accepts(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    assert stays_free(tmp_path / "file", 0, 0)
