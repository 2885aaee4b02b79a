"""The tray, a second start, and the window between them."""

import socket
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication, QSystemTrayIcon

from app.events import PersonChanged
from tests.unit.ui.stage import Stage, id_of, message, person, wait_until
from ui.desktop import instance
from ui.desktop.bus import BusTeller
from ui.desktop.instance import Reception, hand_over
from ui.desktop.note import Note
from ui.desktop.place import DesktopPlace


@pytest.fixture
def tray_is_there(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(QSystemTrayIcon, "isSystemTrayAvailable", staticmethod(lambda: True))


@pytest.fixture
def place(stage: Stage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[DesktopPlace]:
    monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", f"unix:path={tmp_path}/no-bus")
    stage.be_ready(person("Ann"))
    board = stage.board
    made = DesktopPlace(stage.window, stage.desk, stage.look, board, tmp_path)
    yield made
    stage.window.goes_on = lambda: False
    made.stop()


@pytest.fixture
def quits(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    asked: list[str] = []
    monkeypatch.setattr(QApplication, "quit", staticmethod(lambda: asked.append("quit")))
    return asked


# --- The tray --------------------------------------------------------------
@pytest.mark.usefixtures("tray_is_there")
def test_closed_window_stays_in_the_tray_and_a_click_brings_it_back(
    stage: Stage, place: DesktopPlace, quits: list[str]
) -> None:
    stage.window.close()
    assert not stage.window.isVisible()
    assert quits == []
    assert stage.board.preferences.window.settings.knows_tray
    place.tray.toggled.emit()
    assert stage.window.isVisible()
    stage.window.close()
    place.tray.quit_wanted.emit()
    assert quits


@pytest.mark.usefixtures("place")
def test_window_never_hides_where_no_tray_is(stage: Stage, quits: list[str]) -> None:
    stage.window.close()
    assert quits


@pytest.mark.usefixtures("tray_is_there", "place")
def test_setting_ends_the_app_with_its_window(stage: Stage, quits: list[str]) -> None:
    stage.board.preferences.window.change(closes_to_tray=False)
    stage.window.close()
    assert quits


@pytest.mark.usefixtures("tray_is_there")
def test_window_comes_back_when_the_tray_goes(
    stage: Stage, place: DesktopPlace, monkeypatch: pytest.MonkeyPatch
) -> None:
    stage.window.close()
    assert not stage.window.isVisible()
    monkeypatch.setattr(QSystemTrayIcon, "isSystemTrayAvailable", staticmethod(lambda: False))
    place.tray.look()
    assert stage.window.isVisible()
    assert not place.tray.is_there


@pytest.mark.usefixtures("tray_is_there")
def test_menu_names_who_wrote_and_f07_takes_no_key_from_a_name(
    stage: Stage, place: DesktopPlace
) -> None:
    stage.tell(PersonChanged(person("Q&A <b>")))
    stage.deliver((message("Q&A <b>", "hello"),))
    icon = place.tray.icon
    assert icon is not None
    wait_until(lambda: icon.toolTip() == "Landline · 1 unread")
    place.tray._fill_menu()
    entries = {one.text(): one for one in place.tray._menu.actions()}
    entries["Q&&A <b> · 1"].trigger()
    assert stage.board.chat.peer_id == id_of("Q&A <b>")
    entries["Do not disturb"].trigger()
    assert stage.board.preferences.window.settings.is_undisturbed


def test_no_bus_refuses_the_note_and_the_window_goes_on(place: DesktopPlace) -> None:
    assert isinstance(place.teller, BusTeller)
    refused: list[Note] = []
    place.teller.refused.connect(refused.append)
    for number in range(3):
        place.teller.show(Note(str(number), "title", "body"))
    wait_until(lambda: len(refused) == 3)
    assert {one.key for one in refused} == {"0", "1", "2"}


# --- A second start --------------------------------------------------------
@pytest.fixture
def reception(app: QApplication, tmp_path: Path) -> Iterator[Reception]:
    made = Reception(tmp_path)
    yield made
    made.stop()


def test_second_start_hands_over_and_the_first_is_called(
    reception: Reception, tmp_path: Path, stage: Stage
) -> None:
    called: list[dict[str, object]] = []
    reception.called.connect(called.append)
    answers: list[bool] = []
    stage.worker.run(stage.desk, lambda: hand_over(tmp_path, {"files": ["/a"]}), answers.append)
    wait_until(lambda: bool(answers))
    assert answers == [True]
    assert called == [{"files": ["/a"], "token": ""}]


@pytest.mark.usefixtures("reception")
@pytest.mark.parametrize("line", [b"\n", b"[1]\n", b"nonsense\n", b"[" * 100_000 + b"\n"])
def test_nonsense_at_the_socket_calls_nobody(
    reception: Reception, tmp_path: Path, line: bytes, stage: Stage
) -> None:
    called: list[object] = []
    reception.called.connect(called.append)
    answers: list[bytes] = []

    def speak() -> bytes:
        with socket.socket(socket.AF_UNIX) as there:
            there.connect(str(tmp_path / instance.NAME))
            there.sendall(line)
            return there.recv(16)

    stage.worker.run(stage.desk, speak, answers.append)
    wait_until(lambda: bool(answers))
    assert answers == [b""]
    assert called == []


@pytest.mark.usefixtures("reception")
def test_callers_beyond_the_cap_are_sent_away(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(instance, "HAND_OVER_S", 600.0)
    with ExitStack() as undo:
        silent = [undo.enter_context(socket.socket(socket.AF_UNIX)) for _ in range(9)]
        for there in silent:
            there.connect(str(tmp_path / instance.NAME))
        wait_until(lambda: any(map(_has_ended, silent)))
        assert [_has_ended(there) for there in silent] == [False] * instance.CALLERS_MAX + [True]


def _has_ended(there: socket.socket) -> bool:
    try:
        return there.recv(1, socket.MSG_DONTWAIT | socket.MSG_PEEK) == b""
    except BlockingIOError:
        return False


def test_nobody_there_is_no_hand_over(tmp_path: Path) -> None:
    assert not hand_over(tmp_path, {})
    with socket.socket(socket.AF_UNIX) as dead:
        dead.bind(str(tmp_path / instance.NAME))
    assert not hand_over(tmp_path, {})


def test_socket_of_one_that_was_killed_is_replaced(tmp_path: Path, app: QApplication) -> None:
    with socket.socket(socket.AF_UNIX) as dead:
        dead.bind(str(tmp_path / instance.NAME))
    made = Reception(tmp_path)
    with socket.socket(socket.AF_UNIX) as there:
        there.connect(str(tmp_path / instance.NAME))
    made.stop()
    assert not (tmp_path / instance.NAME).exists()


def test_only_the_user_may_speak_to_the_window(reception: Reception, tmp_path: Path) -> None:
    assert (tmp_path / instance.NAME).stat().st_mode & 0o077 == 0


def test_path_too_long_for_a_socket_lies_in_the_session_s_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    deep = tmp_path / ("x" * 120)
    monkeypatch.setenv("XDG_RUNTIME_DIR", "/run/user/1000")
    assert instance._address(deep).startswith("/run/user/1000/landline-")
    monkeypatch.delenv("XDG_RUNTIME_DIR")
    assert instance._address(deep) == ""


def test_call_of_a_second_start_brings_the_window_to_the_front(
    stage: Stage, place: DesktopPlace
) -> None:
    stage.window.showMinimized()
    place._on_called({"token": 7})
    assert not stage.window.isMinimized()
    assert stage.window.isVisible()
