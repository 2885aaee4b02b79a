"""What the user chose for the window alone is kept, whatever the disk says."""

import json
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication

from tests.unit.ui.stage import wait_until
from ui.window_file import WindowFile, WindowSettings, read_window_settings
from ui.worker import Worker


@pytest.fixture
def worker(app: QApplication) -> Iterator[Worker]:
    worker = Worker()
    yield worker
    worker.stop()


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"nonsense",
        b"[]",
        b'{"text_percent": "big", "enter_sends": 0, "geometry": null}',
        b"\xff\xfe",
        b"[" * 100_000,
    ],
)
def test_odd_content_means_the_defaults(content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "window.json"
    path.write_bytes(content)
    assert read_window_settings(path) == WindowSettings()


def test_what_is_known_is_read_and_the_rest_left(tmp_path: Path) -> None:
    path = tmp_path / "window.json"
    path.write_text('{"enter_sends": false, "text_percent": 150, "of a newer version": 1}')
    assert read_window_settings(path) == WindowSettings(enter_sends=False, text_percent=150)


def test_changes_are_in_force_at_once_and_the_last_one_is_kept(
    worker: Worker, tmp_path: Path
) -> None:
    path = tmp_path / "window.json"
    file = WindowFile(path, worker)
    told: list[WindowSettings] = []
    file.changed.connect(told.append)
    for percent in (125, 150, 175, 200, 200):
        file.change(text_percent=percent)
        assert file.settings.text_percent == percent
    assert [one.text_percent for one in told] == [125, 150, 175, 200]
    wait_until(lambda: path.exists() and json.loads(path.read_bytes())["text_percent"] == 200)
    assert read_window_settings(path) == file.settings


def test_close_writes_what_the_worker_could_not(worker: Worker, tmp_path: Path) -> None:
    path = tmp_path / "window.json"
    file = WindowFile(path, worker)
    worker.stop()
    file.change(sounds=False)
    assert not path.exists()
    file.close()
    assert json.loads(path.read_bytes()) == asdict(WindowSettings(sounds=False))


@pytest.mark.expects_log(r"window\.json could not be written")
def test_disk_that_takes_nothing_costs_no_more_than_the_choice(
    worker: Worker, tmp_path: Path
) -> None:
    path = tmp_path / "window.json"
    path.mkdir()
    file = WindowFile(path, worker)
    file.change(sounds=False)
    wait_until(lambda: not file._is_writing)
    assert not file.settings.sounds


def test_window_closed_before_there_was_a_profile_leaves_nothing(
    worker: Worker, tmp_path: Path
) -> None:
    file = WindowFile(tmp_path / "profile" / "window.json", worker)
    file.change(geometry="AAAA")
    worker.stop()
    file.close()
    assert list(tmp_path.iterdir()) == []
