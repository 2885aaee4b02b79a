"""Links, files to send, a hidden start: what they show, and that nothing happens by itself."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt, QUrl
from PySide6.QtGui import QDesktopServices, QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QDialog, QLineEdit, QPushButton, QSystemTrayIcon

from app.arguments import parse_arguments
from app.commands import Connect, SendFiles
from tests.unit.ui.stage import Stage, click, id_of, person, wait_until
from ui.desktop.errand import Errand, errand_of, from_words, to_words
from ui.desktop.links import ChatLink, ConnectLink, parse_link
from ui.desktop.place import DesktopPlace
from ui.dialogs.connect import ConnectDialog
from ui.dialogs.many import SendManyDialog


@pytest.fixture
def place(stage: Stage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[DesktopPlace]:
    monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", f"unix:path={tmp_path}/no-bus")
    stage.be_ready(person("Ann"))
    made = DesktopPlace(stage.window, stage.desk, stage.look, stage.board, tmp_path)
    yield made
    stage.window.goes_on = lambda: False
    made.stop()


def dialogs(stage: Stage, kind: type[QDialog]) -> list[QDialog]:
    stage.settle()
    return [one for one in stage.window.findChildren(kind) if one.isVisible()]


# --- Links -----------------------------------------------------------------
@pytest.mark.parametrize(
    ("text", "link"),
    [
        ("landline:connect?address=192.168.1.20", ConnectLink("192.168.1.20")),
        (
            "landline://connect/?address=%5Bfe80::1%25eth0%5D:48484",
            ConnectLink("[fe80::1%eth0]:48484"),
        ),
        (f"landline:chat/{id_of('Ann')}", ChatLink(id_of("Ann"))),
        (f"landline://chat/{id_of('Ann').lower()}", ChatLink(id_of("Ann"))),
    ],
)
def test_links_are_read_as_browsers_hand_them_on(text: str, link: object) -> None:
    assert parse_link(text) == link


@pytest.mark.parametrize(
    "text",
    [
        "",
        "landline:",
        "landline:send?file=/etc/passwd",
        "https://connect?address=1.2.3.4",
        "landline:connect",
        "landline:connect?address=",
        "landline:connect?address=1.2.3.4&name=Ann",
        "landline:connect?address=1.2.3.4&address=5.6.7.8",
        "landline:connect?address=1.2.3.4%0Arm%20-rf",
        "landline:connect?address=%E2%80%AE1.2.3.4",
        "landline:connect?address=" + "1" * 200,
        "landline:connect?address=1.2.3.4#x",
        "landline://ann@connect/?address=1.2.3.4",
        "landline://[/",
        "landline:chat/",
        "landline:chat/../../x",
        f"landline:chat/{id_of('Ann')}?text=hi",
        f"landline:chat/{id_of('Ann')[:-1]}1",
        "landline:chat/文",
        "landline:chat/a\nb",
        "landline:" + "x" * 1_000_000,
    ],
)
def test_hostile_links_mean_nothing(text: str) -> None:
    assert parse_link(text) is None


def test_link_to_an_address_only_fills_the_dialog_in(stage: Stage, place: DesktopPlace) -> None:
    place.begin(Errand(link="landline:connect?address=10.0.0.7"))
    (dialog,) = dialogs(stage, ConnectDialog)
    assert stage.sent(Connect) == []
    assert dialog.findChild(QLineEdit).text() == "10.0.0.7"
    QTest.keyClick(dialog, Qt.Key.Key_Return)
    assert stage.sent(Connect) == []
    place.begin(Errand(link="landline:connect?address=10.0.0.7"))
    (dialog,) = dialogs(stage, ConnectDialog)
    (main,) = [one for one in dialog.findChildren(QPushButton) if one.property("main")]
    click(main)
    assert stage.sent(Connect) == [Connect("10.0.0.7")]


def test_f10_links_without_end_open_one_dialog_that_does_not_change(
    stage: Stage, place: DesktopPlace
) -> None:
    for number in range(20):
        place._on_called({"link": f"landline:connect?address=10.0.0.{number}"})
    (dialog,) = dialogs(stage, ConnectDialog)
    assert dialog.findChild(QLineEdit).text() == "10.0.0.0"


def test_link_to_somebody_known_opens_the_chat(stage: Stage, place: DesktopPlace) -> None:
    place._on_called({"link": f"landline:chat/{id_of('Ann')}"})
    assert stage.board.chat.peer_id == id_of("Ann")


@pytest.mark.parametrize("text", [f"landline:chat/{id_of('Nobody')}", "landline:what", "x"])
def test_other_links_are_answered_with_a_sentence(
    stage: Stage, place: DesktopPlace, text: str
) -> None:
    before = len(stage.commands)
    place.begin(Errand(link=text))
    assert stage.board.notice.isVisible()
    assert stage.board.chat.peer_id == ""
    assert stage.commands[before:] == []


@pytest.mark.usefixtures("place")
def test_system_s_own_links_come_to_the_window(stage: Stage) -> None:
    QDesktopServices.openUrl(QUrl("landline:connect?address=10.0.0.8"))
    (dialog,) = dialogs(stage, ConnectDialog)
    assert dialog.findChild(QLineEdit).text() == "10.0.0.8"


# --- Files -----------------------------------------------------------------
def test_files_of_a_second_start_wait_for_their_receiver(
    stage: Stage, place: DesktopPlace, tmp_path: Path
) -> None:
    file = tmp_path / "a.txt"
    file.write_text("a")
    place._on_called({"send": [str(file)], "token": ""})
    (dialog,) = dialogs(stage, SendManyDialog)
    assert isinstance(dialog, SendManyDialog)
    assert dialog.paths == (file,)
    assert not dialog.send.isEnabled()
    assert stage.sent(SendFiles) == []
    wait_until(lambda: dialog._tally is not None)


def test_errand_is_the_same_after_the_way_to_the_first_window(tmp_path: Path) -> None:
    given = ["--hidden", "--send", "a", str(tmp_path / "b\udcff")]
    errand = errand_of(parse_arguments(given, "main.py", has_window=True))
    assert errand.send == (Path("a").absolute(), tmp_path / "b\udcff")
    assert from_words(to_words(errand)) == errand
    assert from_words(to_words(Errand())) == Errand()


@pytest.mark.parametrize(
    "words",
    [
        {"send": "/etc"},
        {"send": ["/a", 7]},
        {"send": None, "link": 3, "is_hidden": "yes"},
        {"link": ["landline:"], "more": {}},
    ],
)
def test_odd_words_of_a_second_start_ask_for_nothing(words: dict[str, object]) -> None:
    assert from_words(words) == Errand()


def test_relative_paths_are_not_taken() -> None:
    assert from_words({"send": ["a", "/b", "/c\0"]}).send == (Path("/b"),)


# --- Hidden, and back ------------------------------------------------------
def test_hidden_start_without_a_tray_is_found_in_the_task_bar(
    stage: Stage, place: DesktopPlace
) -> None:
    stage.window.hide()
    place._show_without_tray()
    assert stage.window.isVisible()
    assert stage.window.isMinimized()


def test_hidden_second_start_leaves_the_window_where_it_is(
    stage: Stage, place: DesktopPlace
) -> None:
    stage.window.hide()
    place._on_called({"is_hidden": True})
    assert not stage.window.isVisible()


def test_click_on_the_icon_hides_also_where_it_took_the_focus(
    stage: Stage, place: DesktopPlace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(QSystemTrayIcon, "isSystemTrayAvailable", staticmethod(lambda: True))
    place.tray.look()
    stage.board.preferences.window.change(closes_to_tray=False)
    monkeypatch.setattr(stage.window, "isActiveWindow", lambda: False)
    place._on_state(Qt.ApplicationState.ApplicationInactive)
    place.tray.toggled.emit()
    assert not stage.window.isVisible()
    place.tray.toggled.emit()
    assert stage.window.isVisible()


def test_window_does_not_hide_from_a_session_that_ends(
    place: DesktopPlace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(QSystemTrayIcon, "isSystemTrayAvailable", staticmethod(lambda: True))
    place.tray.look()
    assert place._goes_on()
    monkeypatch.setattr(QGuiApplication, "isSavingSession", lambda _: True)
    assert not place._goes_on()
