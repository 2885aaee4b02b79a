"""The guards themselves: each must be able to fail."""

import asyncio
import logging
import os
import socket
import threading

import pytest

from tests import leaks
from tests.leaks import LogWatch, Resources


def test_running_thread_is_left_behind(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(leaks, "GRACE_S", 0.01)
    before = Resources.now()
    gate = threading.Event()
    thread = threading.Thread(target=gate.wait, name="stray")
    thread.start()
    assert before.what_is_left() == ["thread stray"]
    gate.set()
    thread.join()
    assert before.what_is_left() == []


def test_thread_that_is_just_ending_is_waited_for() -> None:
    before = Resources.now()
    gate = threading.Event()
    thread = threading.Thread(target=gate.wait)
    thread.start()
    gate.set()
    assert before.what_is_left() == []


def test_open_socket_is_left_behind() -> None:
    before = Resources.now()
    with socket.socket() as one:
        assert [line.split()[:2] for line in before.what_is_left()] == [
            ["descriptor", str(one.fileno())]
        ]
    assert before.what_is_left() == []


def test_open_file_is_left_behind(tmp_path: os.PathLike[str]) -> None:
    before = Resources.now()
    path = os.path.join(tmp_path, "open")
    with open(path, "wb") as one:
        assert before.what_is_left() == [f"descriptor {one.fileno()} {path}"]
    assert before.what_is_left() == []


def test_open_event_loop_and_pending_task_are_left_behind() -> None:
    before = Resources.now()
    loop = asyncio.new_event_loop()
    task = loop.create_task(asyncio.sleep(3600), name="stray")
    left = before.what_is_left()
    assert any(line.startswith("task") and "stray" in line for line in left)
    assert any(line.startswith("open") for line in left)
    task.cancel()
    loop.run_until_complete(asyncio.gather(task, return_exceptions=True))
    loop.close()
    assert before.what_is_left() == []


@pytest.mark.allows_log("told")
def test_log_record_that_nobody_expected_is_a_fault() -> None:
    with LogWatch(expected=[], allowed=[]) as watch:
        logging.getLogger("landline.x").warning("told %d", 1)
        logging.getLogger("landline.x").info("quiet")
    assert watch.faults() == ["unexpected WARNING landline.x: told 1"]


@pytest.mark.expects_log("told")
def test_expected_log_record_is_no_fault() -> None:
    with LogWatch(expected=["told"], allowed=[]) as watch:
        logging.getLogger("landline.x").error("told")
    assert watch.faults() == []


def test_expected_log_record_that_never_came_is_a_fault() -> None:
    with LogWatch(expected=["told"], allowed=["other"]) as watch:
        pass
    assert watch.faults() == ["expected but never came: told"]
