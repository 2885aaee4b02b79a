"""The settings window: applied at once, found in both languages, whole by keyboard."""

import re
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QShortcut
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QApplication,
    QComboBox,
    QLabel,
    QLineEdit,
    QListWidget,
    QPlainTextEdit,
    QWidget,
)

from app import identity_file
from app.commands import ChangeSettings, SetTrust
from app.errors import ErrorCode
from app.events import Failed, PersonChanged, SettingsChanged
from app.identity_file import IDENTITY_NAME
from app.model import Reach, Trust
from app.version import VERSION
from tests.unit.ui.stage import Stage, bury, id_of, named, person, wait_until
from ui.buttons import Switch
from ui.desktop import autostart
from ui.ids import own_digits, peer_bytes, safety_digits
from ui.language import Language, LanguageChoice
from ui.resources import RESOURCES
from ui.settings.keys import KeyTable
from ui.settings.licences import BROUGHT, licence_text, licences, reflowed
from ui.settings.sheet import KeySheet, keys_of
from ui.settings.window import SettingsWindow

ROOT = Path(__file__).parents[3]
LOCKED = identity_file._MAGIC + bytes(identity_file._LOCKED_BYTES - len(identity_file._MAGIC))


@pytest.fixture
def window(stage: Stage) -> SettingsWindow:
    ben = person("Ben", trust=Trust.VERIFIED, auto_accept=True, auto_accept_max_bytes=10**9)
    stage.be_ready(ben, person("Mia", muted=True), person("Eve", trust=Trust.BLOCKED))
    made = stage.board.settings.open()
    wait_until(made.isActiveWindow)
    return made


def come_to_front(stage: Stage) -> None:
    """Keys of a window that is not in front do nothing."""
    stage.be_ready()
    stage.window.activateWindow()
    wait_until(stage.window.isActiveWindow)


def shown_pages(window: SettingsWindow) -> list[str]:
    items = (window.list.item(at) for at in range(window.list.count()))
    return [one.text() for one in items if not one.isHidden()]


def shown_texts(window: SettingsWindow) -> list[str]:
    page = window.stack.currentWidget()
    return [one.text() for one in page.findChildren(QLabel) if one.isVisible()]


def test_its_key_opens_one_window(stage: Stage) -> None:
    come_to_front(stage)
    QTest.keyClick(stage.window, Qt.Key.Key_Comma, Qt.KeyboardModifier.ControlModifier)
    (window,) = stage.window.findChildren(SettingsWindow)
    assert stage.board.settings.open() is window
    wait_until(window.isActiveWindow)
    QTest.keyClick(window, Qt.Key.Key_Escape)
    wait_until(lambda: stage.board.settings.window is None)
    assert stage.board.settings.open().isVisible()


def test_a_switch_is_in_force_at_once(stage: Stage, window: SettingsWindow) -> None:
    file = stage.board.preferences.window
    for name, field in (
        ("Show what was said", "notifies_words"),
        ("Sound", "sounds"),
        ("Notify me of messages", "notifies"),
        ("Stay in the tray when the window is closed", "closes_to_tray"),
        ("High contrast", "high_contrast"),
        ("Reduce motion", "reduces_motion"),
    ):
        (switch,) = named(window, Switch, name)
        before = getattr(file.settings, field)
        assert switch.isChecked() is before
        switch.click()
        assert getattr(file.settings, field) is not before
        switch.click()
        assert getattr(file.settings, field) is before
    (switch,) = named(window, Switch, "Anyone here may write to me")
    switch.click()
    assert stage.last(ChangeSettings) == ChangeSettings(reach=Reach.EVERYONE)


def test_g13_the_switch_of_the_keyring_says_what_is_so(
    stage: Stage, window: SettingsWindow
) -> None:
    file = stage.board.preferences.window.folder / IDENTITY_NAME
    (switch,) = named(window, Switch, "Lock my key with this computer's keyring")
    assert not switch.isChecked()
    switch.click()
    assert stage.last(ChangeSettings) == ChangeSettings(locks_identity=True)
    stage.tell(Failed(ErrorCode.KEYRING, "it is locked"))
    assert not switch.isChecked()
    shown = [one.text() for one in window.findChildren(QLabel) if "keyring did not" in one.text()]
    assert shown == [stage.board.notice._text.text()], "the notice alone lies behind this window"
    file.write_bytes(LOCKED)
    stage.tell(SettingsChanged("me", "requests", locks_identity=True))
    assert switch.isChecked()
    assert not any("keyring did not" in one.text() for one in window.findChildren(QLabel))


def test_the_start_with_the_session_is_the_systems_word(
    stage: Stage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    stage.be_ready()
    (switch,) = named(stage.board.settings.open(), Switch, "Start when I log in")
    assert not switch.isChecked()
    switch.click()
    assert autostart.is_on()
    assert switch.isChecked()
    switch.click()
    assert not autostart.is_on()


@pytest.mark.expects_log("could not be changed")
def test_a_start_that_cannot_be_set_is_not_shown_as_set(
    stage: Stage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "config").write_text("no folder")
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    stage.be_ready()
    (switch,) = named(stage.board.settings.open(), Switch, "Start when I log in")
    switch.click()
    assert not switch.isChecked()


def test_enter_is_chosen_for_the_composer(stage: Stage, window: SettingsWindow) -> None:
    (box,) = named(window, QComboBox, "Send with")
    box.activated.emit(1)
    assert stage.board.preferences.window.settings.enter_sends is False
    assert stage.composer.edit.enter_sends is False


def test_a_name_is_changed_and_an_empty_one_is_not(stage: Stage, window: SettingsWindow) -> None:
    (edit,) = named(window, QLineEdit, "My name")
    edit.setText("  \u202e ")
    edit.editingFinished.emit()
    assert edit.text() == "Me"
    assert not stage.sent(ChangeSettings)
    edit.setText("Annika")
    edit.editingFinished.emit()
    assert stage.last(ChangeSettings) == ChangeSettings(name="Annika")


def test_who_is_trusted_or_quiet_is_listed_and_asked_again(
    stage: Stage, window: SettingsWindow
) -> None:
    (button,) = named(window, QWidget, "Ask again Ben")
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    assert stage.last(SetTrust) == SetTrust(id_of("Ben"), auto_accept=False)
    window.search.setText("muted")
    assert "Mia" in shown_texts(window)
    (button,) = named(window, QWidget, "Notify me again Mia")
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    assert stage.last(SetTrust) == SetTrust(id_of("Mia"), muted=False)
    window.search.setText("compared")
    assert "Ben" in shown_texts(window)


def test_how_much_is_accepted_unasked_is_chosen_for_each(
    stage: Stage, window: SettingsWindow
) -> None:
    (box,) = named(window, QComboBox, "Size accepted from Ben")
    assert box.currentText() == "Up to 1 GB"
    box.activated.emit(box.findText("Any size"))
    assert stage.last(SetTrust) == SetTrust(id_of("Ben"), auto_accept_max_bytes=-1)
    box.activated.emit(box.findText("Up to 100 MB"))
    assert stage.last(SetTrust) == SetTrust(id_of("Ben"), auto_accept_max_bytes=10**8)


def test_lists_of_people_follow_what_happens_and_the_keyboard_stays(
    stage: Stage, window: SettingsWindow
) -> None:
    window.open_page(4)
    (box,) = named(window, QComboBox, "Size accepted from Ben")
    box.setFocus()
    wait_until(box.hasFocus)
    changed = person("Ben", auto_accept=True, auto_accept_max_bytes=123_000_000)
    stage.tell(PersonChanged(changed), PersonChanged(person("Ann", auto_accept=True)))
    wait_until(lambda: bool(named(window, QComboBox, "Size accepted from Ann")))
    (again,) = named(window, QComboBox, "Size accepted from Ben")
    assert again is not box
    assert again.currentText() == "Up to 123 MB"
    wait_until(again.hasFocus)
    window.search.setText("Ann")
    stage.tell(*(PersonChanged(person(name)) for name in ("Ann", "Ben")))
    wait_until(lambda: not named(window, QComboBox, "Size accepted from Ben"))
    assert shown_pages(window) == []
    window.search.setText("")
    window.open_page(4)
    assert any(text.startswith("From nobody.") for text in shown_texts(window))


def test_ones_own_half_of_each_safety_number_is_shown(window: SettingsWindow) -> None:
    window.open_page(1)
    shown = shown_texts(window)
    digits = own_digits(id_of("me"))
    assert digits in shown
    assert digits.replace(" ", "") in safety_digits(id_of("me"), id_of("Ben"))
    (button,) = named(window, QWidget, "Copy My safety code")
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    assert QApplication.clipboard().text() == digits
    (button,) = named(window, QWidget, "Copy My ID")
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    assert QApplication.clipboard().text() in [one.replace("\n", "") for one in shown]
    assert peer_bytes(QApplication.clipboard().text()) == peer_bytes(id_of("me"))


def test_search_goes_over_all_pages_and_lights_what_it_finds(window: SettingsWindow) -> None:
    QTest.keyClicks(window.search, "ticks read")
    assert shown_pages(window) == ["Chats"]
    page = window.pages()[2]
    (row,) = [one for one in page.rows if one.isVisible()]
    assert row.property("lit") is True
    QTest.keyClick(window.search, Qt.Key.Key_Escape)
    assert len(shown_pages(window)) == len(window.pages())
    assert not any(one.property("lit") for page in window.pages() for one in page.rows)
    window.search.setText("no such thing")
    assert shown_pages(window) == []
    assert "No setting has that name." in window.stack.currentWidget().text()  # type: ignore[attr-defined]


@pytest.mark.parametrize("spoken", [LanguageChoice.ENGLISH, LanguageChoice.CHINESE])
def test_search_takes_words_of_both_languages(
    stage: Stage, window: SettingsWindow, app: QApplication, spoken: LanguageChoice
) -> None:
    language = Language(app, spoken)
    stage.settle()
    try:
        assert window.search.placeholderText() == (
            "搜索设置" if spoken is LanguageChoice.CHINESE else "Search settings"
        )
        for words in ("Text size", "文字大小"):
            window.search.setText(words)
            assert len(shown_pages(window)) == 1
    finally:
        language.choose(LanguageChoice.ENGLISH)
        bury(window)


def test_f6_goes_from_the_pages_into_one_and_back(window: SettingsWindow) -> None:
    window.list.setFocus()
    QTest.keyClick(window.list, Qt.Key.Key_F6)
    page = window.stack.currentWidget()
    assert page.isAncestorOf(window.focusWidget())
    QTest.keyClick(window.focusWidget(), Qt.Key.Key_F6)
    assert window.focusWidget() is window.list


def test_everything_in_it_that_takes_keys_has_a_name(window: SettingsWindow) -> None:
    nameless = [
        type(one).__name__
        for one in window.findChildren(QWidget)
        if one.focusPolicy() & Qt.FocusPolicy.TabFocus
        and not one.objectName().startswith("qt_")
        and not one.accessibleName()
    ]
    assert nameless == []


def test_sizes_are_counted(stage: Stage, window: SettingsWindow) -> None:
    window.open_page(7)
    wait_until(lambda: any("B" in text and "…" not in text for text in shown_texts(window)))
    assert str(stage.board.preferences.window.folder) in shown_texts(window)


# --- Keys ------------------------------------------------------------------
def test_the_sheet_has_words_for_every_key_there_is(stage: Stage) -> None:
    groups = KeyTable().groups().values()
    told = {key for group in groups for one in group for key in one.keys}
    assert keys_of(stage.window) - told == set()
    assert len(stage.window.findChildren(QShortcut)) > 20


def test_the_sheet_shows_only_keys_that_do_something(stage: Stage) -> None:
    come_to_front(stage)
    QTest.keyClick(stage.window, Qt.Key.Key_F1)
    (sheet,) = stage.window.findChildren(KeySheet)
    texts = {one.text() for one in sheet.findChildren(QLabel)}
    assert {"Settings", "Ctrl+,", "Bold", "Ctrl+B", "Alt+Down  ·  Ctrl+Tab"} <= texts
    shown = {key for text in texts for key in re.split(r"  ·  | … ", text) if "Ctrl+" in key}
    assert shown - keys_of(stage.window) == set()


# --- Licences --------------------------------------------------------------
def test_everything_that_is_brought_along_has_its_licence() -> None:
    lock = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    locked = re.findall(r"^([A-Za-z0-9._-]+)==", lock, re.MULTILINE)
    assert {re.sub(r"[._-]+", "-", one).lower() for one in locked} == set(BROUGHT)
    found = licences()
    assert len(found) > 10
    for line, source in found.items():
        assert "·" in line, line
        assert len(licence_text(source)) > 400, line
    assert "GNU LESSER GENERAL PUBLIC LICENSE" in licence_text("pyside6-essentials")


OURS = {"icons", "licences", "sql", "themes", "translations"}
"""Folders of resources without anything that others made; ``licences`` are texts themselves."""


def test_every_resource_that_others_made_has_its_licence() -> None:
    shown = {licence_text(one) for one in licences().values()}
    foreign = [one for one in RESOURCES.iterdir() if one.name not in OURS]
    assert foreign
    for folder in foreign:
        assert (folder / "LICENSE").read_text(encoding="utf-8") in shown, folder
    assert not [one for name in OURS for one in (RESOURCES / name).glob("*LICEN[CS]E*")]
    assert (ROOT / "LICENSE").read_text(encoding="utf-8") in shown


def test_a_licence_loses_nothing_but_the_ends_of_its_lines() -> None:
    for line, source in licences().items():
        text = licence_text(source)
        assert reflowed(text).split() == text.split(), line
    mit = reflowed(licence_text(RESOURCES.parent / "LICENSE"))
    assert "to any person obtaining a copy of this software" in mit
    assert mit.startswith("MIT License\n\nCopyright")


def test_a_fault_report_begins_with_the_versions(window: SettingsWindow) -> None:
    (button,) = named(window, QWidget, "Copy For a fault report")
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    assert QApplication.clipboard().text().startswith(f"Landline {VERSION}, Qt 6.")


def test_about_shows_the_text_of_what_is_chosen(window: SettingsWindow) -> None:
    window.open_page(8)
    (names,), (text,) = (
        window.stack.currentWidget().findChildren(one) for one in (QListWidget, QPlainTextEdit)
    )
    assert "MIT License" in text.toPlainText()
    (at,) = names.findItems("Unicode", Qt.MatchFlag.MatchStartsWith)
    names.setCurrentItem(at)
    assert text.toPlainText().startswith("UNICODE LICENSE")
