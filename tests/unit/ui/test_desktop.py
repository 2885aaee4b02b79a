"""The tray, a second start, and the window between them."""

import json
import socket
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from PySide6.QtTest import QSignalSpy
from PySide6.QtWidgets import QApplication, QSystemTrayIcon

from app.events import PersonChanged
from tests.unit.ui.stage import Stage, id_of, message, person, wait_until
from tests.unit.ui.wall import Wall
from ui.desktop import door, instance, late
from ui.desktop.bus import BusTeller
from ui.desktop.door import CALLERS_MAX, PORT_NAME, SOCKET_NAME, knock
from ui.desktop.instance import REQUEST_MAX_BYTES, Reception, hand_over
from ui.desktop.note import OPEN, Note
from ui.desktop.notifier import REQUESTS
from ui.desktop.place import DesktopPlace
from ui.desktop.tray import TrayTeller, _icon_with


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
    assert place.tray.icon is not None
    place.tray.icon.activated.emit(QSystemTrayIcon.ActivationReason.Context)
    assert not stage.window.isVisible()
    place.tray.icon.activated.emit(QSystemTrayIcon.ActivationReason.Trigger)
    assert stage.window.isVisible()
    stage.window.close()
    place.tray.quit_wanted.emit()
    assert quits


def test_window_never_hides_where_no_tray_is(
    stage: Stage, place: DesktopPlace, quits: list[str]
) -> None:
    assert place.tray.icon is None
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
    assert not icon.contextMenu().isEmpty()  # some trays read it once, before it is opened
    icon.contextMenu().aboutToShow.emit()
    entries = {one.text(): one for one in icon.contextMenu().actions()}
    entries["Q&&A <b> · 1"].trigger()
    assert stage.board.chat.peer_id == id_of("Q&A <b>")
    entries["Do not disturb"].trigger()
    assert stage.board.preferences.window.settings.is_undisturbed


@pytest.mark.usefixtures("tray_is_there")
def test_f07_what_the_tray_shows_holds_no_markup(
    place: DesktopPlace, monkeypatch: pytest.MonkeyPatch
) -> None:
    shown: list[tuple[str, str]] = []
    icon = place.tray.icon
    assert icon is not None
    monkeypatch.setattr(icon, "showMessage", lambda title, body, _icon: shown.append((title, body)))
    TrayTeller(place.tray).show(Note("a", "Eve <b>", "<img src='http://10.0.0.5/s'> 1 > 0"))
    assert shown == [("Eve ‹b>", "‹img src='http://10.0.0.5/s'> 1 > 0")]


@pytest.mark.usefixtures("tray_is_there")
def test_tray_s_entries_open_and_quit(stage: Stage, place: DesktopPlace, quits: list[str]) -> None:
    assert place.tray.icon is not None
    entries = {one.text(): one for one in place.tray.icon.contextMenu().actions()}
    stage.window.close()
    entries["Open Landline"].trigger()
    assert stage.window.isVisible()
    entries["Quit"].trigger()
    assert quits


@pytest.mark.usefixtures("tray_is_there")
def test_one_tray_has_one_icon_and_none_once_all_stops(place: DesktopPlace) -> None:
    icon = place.tray.icon
    place.tray.look()
    assert place.tray.icon is icon
    place.stop()
    assert place.tray.icon is None
    assert not place.tray._timer.isActive()


def colours(unread: int) -> set[str]:
    image = _icon_with(unread).pixmap(32, 32).toImage()
    return {image.pixelColor(x, y).name() for x in range(32) for y in range(32)}


def test_icon_bears_a_count_as_far_as_it_fits(app: QApplication) -> None:
    red = "#c81e1e"
    assert red not in colours(0)
    assert red in colours(3)
    shown = [_icon_with(count).pixmap(32, 32).toImage() for count in (98, 99, 100)]
    assert shown[0] != shown[1] == shown[2]


@pytest.mark.usefixtures("tray_is_there")
def test_tray_shows_notes_itself_where_no_bus_does(
    place: DesktopPlace, monkeypatch: pytest.MonkeyPatch
) -> None:
    shown: list[tuple[object, ...]] = []
    monkeypatch.setattr(QSystemTrayIcon, "showMessage", lambda _, *words: shown.append(words[:2]))
    acted: list[tuple[str, str, str]] = []
    place.teller.acted.connect(lambda *words: acted.append(words))
    place.teller.refused.emit(Note("a", "Ann", "hello"))
    place.teller.refused.emit(Note("b", "Bob", "hi"))
    assert shown == [("Ann", "hello"), ("Bob", "hi")]
    assert place.tray.icon is not None
    place.tray.icon.messageClicked.emit()
    assert acted == [("b", OPEN, "")]


# --- Notes and the count ---------------------------------------------------
@pytest.fixture
def wall(monkeypatch: pytest.MonkeyPatch) -> Wall:
    made = Wall()
    monkeypatch.setattr("ui.desktop.place._make_teller", lambda: made)
    return made


def test_what_the_user_looks_at_is_not_told_and_the_rest_opens_by_a_click(
    wall: Wall, stage: Stage, place: DesktopPlace
) -> None:
    stage.tell(PersonChanged(person("Bob")))
    stage.open_chat("Ann")
    stage.window.activateWindow()
    wait_until(stage.window.isActiveWindow)
    stage.deliver((message("Ann", "seen"), message("Bob", "not seen")))
    wait_until(lambda: bool(wall.told))
    assert [note.key for note in wall.told] == [id_of("Bob")]
    stage.window.hide()
    wall.acted.emit(id_of("Bob"), OPEN, "")
    assert stage.window.isVisible()
    assert stage.board.chat.peer_id == id_of("Bob")
    place.open("nobody")
    assert stage.board.chat.peer_id == id_of("Bob")


def test_open_chat_behind_other_windows_is_told_of(
    wall: Wall, stage: Stage, place: DesktopPlace, monkeypatch: pytest.MonkeyPatch
) -> None:
    stage.open_chat("Ann")
    monkeypatch.setattr(stage.window, "isActiveWindow", lambda: False)
    stage.deliver((message("Ann", "hello"),))
    wait_until(lambda: bool(wall.told))
    monkeypatch.undo()
    wall.show(Note(REQUESTS, "Landline", "1 request"))
    stage.window.activated.emit()
    assert stage.window.isActiveWindow()
    assert not wall.notes


def test_unread_is_counted_outside_until_it_is_read_or_all_stops(
    wall: Wall, stage: Stage, place: DesktopPlace
) -> None:
    stage.deliver((message("Ann", "one"), message("Ann", "two")))
    wait_until(lambda: wall.counts == [2])
    place.stop()
    assert wall.counts == [2, 0]


@pytest.mark.usefixtures("tray_is_there", "wall", "place")
def test_first_hiding_says_where_the_window_went(wall: Wall, stage: Stage) -> None:
    for _ in range(2):
        stage.window.close()
        stage.window.show()
    assert [note.key for note in wall.told] == ["tray"]


@pytest.mark.usefixtures("tray_is_there")
def test_hidden_start_with_a_tray_stays_hidden(stage: Stage, place: DesktopPlace) -> None:
    stage.window.hide()
    place._show_without_tray()
    assert not stage.window.isVisible()


@pytest.mark.usefixtures("tray_is_there")
def test_click_on_the_icon_raises_a_window_that_is_behind_others(
    stage: Stage, place: DesktopPlace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stage.window, "isActiveWindow", lambda: False)
    place.tray.toggled.emit()
    assert stage.window.isVisible()


def test_no_bus_refuses_the_note_and_the_window_goes_on(place: DesktopPlace) -> None:
    assert isinstance(place.teller, BusTeller)
    refused: list[Note] = []
    place.teller.refused.connect(refused.append)
    for number in range(3):
        place.teller.show(Note(str(number), "title", "body"))
    wait_until(lambda: len(refused) == 3)
    assert {one.key for one in refused} == {"0", "1", "2"}


# --- A second start --------------------------------------------------------
@pytest.fixture(params=[True, False], ids=["socket", "loopback"])
def reception(
    app: QApplication,
    tmp_path: Path,
    request: pytest.FixtureRequest,
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[Reception]:
    """As on Linux and macOS, and as on Windows."""
    monkeypatch.setattr(door, "HAS_UNIX_SOCKETS", request.param)
    made = Reception(tmp_path)
    yield made
    made.stop()


def called_at(folder: Path) -> socket.socket:
    found = knock(folder, 10.0)
    assert found is not None
    return found[0]


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
        with called_at(tmp_path) as there:
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
        silent = [undo.enter_context(called_at(tmp_path)) for _ in range(9)]
        for there in silent:
            there.setblocking(False)
        wait_until(lambda: any(map(_has_ended, silent)))
        assert [_has_ended(there) for there in silent] == [False] * CALLERS_MAX + [True]


def _has_ended(there: socket.socket) -> bool:
    try:
        return there.recv(1, socket.MSG_PEEK) == b""
    except BlockingIOError:
        return False


@pytest.mark.parametrize("line", [b"", b"x" * (REQUEST_MAX_BYTES + 1)])
def test_who_says_nothing_or_too_much_is_hung_up_on(
    tmp_path: Path, line: bytes, stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(instance, "HAND_OVER_S", 30.0 if line else 0.05)
    reception = Reception(tmp_path)
    ends: list[bytes] = []

    def speak() -> bytes:
        with called_at(tmp_path) as there:
            try:
                there.sendall(line)
                return there.recv(16)
            except ConnectionError:
                return b""

    stage.worker.run(stage.desk, speak, ends.append)
    wait_until(lambda: bool(ends))
    assert ends == [b""]
    reception.stop()


def test_second_start_reaches_the_place(stage: Stage, place: DesktopPlace, tmp_path: Path) -> None:
    words = {"link": f"landline:chat/{id_of('Ann')}"}
    stage.worker.run(stage.desk, lambda: hand_over(tmp_path, words), lambda _: None)
    wait_until(lambda: stage.board.chat.peer_id == id_of("Ann"))


def test_a_start_at_the_same_moment_tries_until_the_first_listens(
    stage: Stage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(late, "_AGAIN_MS", 10)
    second = late.LateHandOver(tmp_path, {"files": []})
    taken = QSignalSpy(second.taken)
    wait_until(lambda: second._left < late._TRIES)

    def listen() -> bytes:
        with socket.socket(socket.AF_UNIX) as first:
            first.bind(str(tmp_path / SOCKET_NAME))
            first.listen()
            caller, _ = first.accept()
            with caller:
                said = caller.recv(1000)
                caller.sendall(b"ok\n")
        return said

    heard: list[bytes] = []
    stage.worker.run(stage.desk, listen, heard.append)
    wait_until(lambda: second.is_taken and bool(heard))
    assert b'"files"' in heard[0]
    assert (taken.count(), second._timer.isActive()) == (1, False)


def test_a_start_that_is_never_answered_gives_up(
    app: QApplication, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(late, "_AGAIN_MS", 1)
    alone = late.LateHandOver(tmp_path, {})
    wait_until(lambda: not alone._timer.isActive())
    assert (alone._left, alone.is_taken) == (0, False)


def test_nobody_there_is_no_hand_over(tmp_path: Path) -> None:
    assert not hand_over(tmp_path, {})
    with socket.socket(socket.AF_UNIX) as dead:
        dead.bind(str(tmp_path / SOCKET_NAME))
    assert not hand_over(tmp_path, {})


def test_socket_of_one_that_was_killed_is_replaced(tmp_path: Path, app: QApplication) -> None:
    with socket.socket(socket.AF_UNIX) as dead:
        dead.bind(str(tmp_path / SOCKET_NAME))
    made = Reception(tmp_path)
    with socket.socket(socket.AF_UNIX) as there:
        there.connect(str(tmp_path / SOCKET_NAME))
    made.stop()
    assert not (tmp_path / SOCKET_NAME).exists()


@pytest.mark.parametrize("secret", ["", "0" * 32, None, 7])
def test_a_program_that_cannot_read_the_profile_calls_nobody(
    app: QApplication,
    tmp_path: Path,
    secret: object,
    stage: Stage,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """On loopback everybody on the computer can knock."""
    monkeypatch.setattr(door, "HAS_UNIX_SOCKETS", False)
    made = Reception(tmp_path)
    called: list[object] = []
    made.called.connect(called.append)
    answers: list[bytes] = []

    def speak() -> bytes:
        with called_at(tmp_path) as there:
            there.sendall(json.dumps({"files": ["/a"], "secret": secret}).encode() + b"\n")
            return there.recv(16)

    stage.worker.run(stage.desk, speak, answers.append)
    wait_until(lambda: bool(answers))
    assert (answers, called) == ([b""], [])
    assert (tmp_path / PORT_NAME).stat().st_mode & 0o077 == 0
    made.stop()
    assert not (tmp_path / PORT_NAME).exists()


@pytest.mark.parametrize("left", ["", "nonsense", "1 secret"])
def test_a_port_file_of_one_that_was_killed_leads_nowhere(
    tmp_path: Path, left: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(door, "HAS_UNIX_SOCKETS", False)
    (tmp_path / PORT_NAME).write_text(left)
    assert not hand_over(tmp_path, {})


@pytest.mark.usefixtures("reception")
def test_only_the_user_may_speak_to_the_window(tmp_path: Path) -> None:
    (way,) = tmp_path.glob("window.*")
    assert way.stat().st_mode & 0o077 == 0


def test_path_too_long_for_a_socket_lies_in_the_session_s_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    deep = tmp_path / ("x" * 120)
    with TemporaryDirectory() as runtime:
        monkeypatch.setenv("XDG_RUNTIME_DIR", runtime)
        assert door._address(deep).startswith(f"{runtime}/landline-")
        Path(runtime).chmod(0o777)  # somebody else could be waiting there
        assert door._address(deep) == ""
    assert door._address(deep) == ""
    monkeypatch.delenv("XDG_RUNTIME_DIR")
    assert door._address(deep) == ""


def test_call_of_a_second_start_brings_the_window_to_the_front(
    stage: Stage, place: DesktopPlace
) -> None:
    stage.window.showMinimized()
    place._on_called({"token": 7})
    assert not stage.window.isMinimized()
    assert stage.window.isVisible()
