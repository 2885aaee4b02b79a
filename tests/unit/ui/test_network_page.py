"""The network page says what the engine found, where this computer is, and who answered."""

from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QLineEdit, QPushButton

from app.commands import Connect, DiagnoseNetwork
from app.diagnosis import CardView, Finding, NetworkView, find
from app.errors import ErrorCode
from app.events import Connected, Failed, NetworkDiagnosed
from tests.unit.ui.stage import Stage, id_of, named, person
from ui.language import Language, LanguageChoice
from ui.settings.diagnosis import DiagnosisWords
from ui.settings.network import NetworkPage
from ui.theme import ThemeChoice

PAGE = 5
CARD = CardView("wlan0", ("192.168.1.5", "fd00::5"), is_heard=True)
WELL = NetworkView((CARD,), 48_484, heard=3, here=3)


@pytest.fixture
def page(stage: Stage) -> NetworkPage:
    stage.be_ready(person("Ann"))
    window = stage.board.settings.open()
    window.open_page(PAGE)
    page = window.pages()[PAGE]
    assert isinstance(page, NetworkPage)
    return page


def diagnose(stage: Stage, view: NetworkView) -> None:
    stage.tell(NetworkDiagnosed(view, find(view)))


def texts(page: NetworkPage) -> list[str]:
    return [one.text() for one in page.findChildren(QLabel) if one.isVisible()]


def test_it_asks_while_it_is_shown_and_only_then(stage: Stage, page: NetworkPage) -> None:
    assert stage.sent(DiagnoseNetwork)
    assert "Looking…" in texts(page)
    assert page._timer.isActive()
    stage.board.settings.open().open_page(0)
    assert not page._timer.isActive()
    asked = len(stage.sent(DiagnoseNetwork))
    stage.desk.networks_changed.emit(2)
    assert len(stage.sent(DiagnoseNetwork)) == asked


def test_what_is_found_is_said_with_what_helps(stage: Stage, page: NetworkPage) -> None:
    diagnose(stage, WELL)
    assert {"Nothing is in the way.", "3 people are here."} <= {*texts(page)}
    diagnose(stage, NetworkView(WELL.cards, 48_490, is_port_moved=True, by_stream=1, here=1))
    shown = texts(page)
    assert "1 of the people here is reached by TCP only." in shown
    assert any("allow UDP 48490" in one for one in shown)
    assert "Another program has port 48484; Landline uses 48490." in shown
    assert "Nothing is in the way." not in shown
    stage.look.theme.choose(ThemeChoice.DARK)
    assert texts(page) == shown


def test_addresses_are_copied_as_they_are_typed(stage: Stage, page: NetworkPage) -> None:
    diagnose(stage, WELL)
    for view, address in ((WELL, "192.168.1.5"), (_moved(), "192.168.1.5:48490")):
        diagnose(stage, view)
        (button,) = named(page, QPushButton, f"Copy {address}")
        button.click()
        assert QApplication.clipboard().text() == address
    named(page, QPushButton, "Copy [fd00::5]:48490")[0].click()
    assert QApplication.clipboard().text() == "[fd00::5]:48490"
    diagnose(stage, NetworkView())
    assert "It has no address that others could type." in texts(page)


def _moved() -> NetworkView:
    return NetworkView((CARD,), 48_490, is_port_moved=True)


def test_an_address_is_called_and_its_answer_is_told(stage: Stage, page: NetworkPage) -> None:
    (edit,) = named(page, QLineEdit, "Connect to an address")
    edit.setText(" 192.0.2.7 ")
    QTest.keyClick(edit, Qt.Key.Key_Return)
    call = stage.last(Connect)
    assert call.address == "192.0.2.7"
    assert "Calling…" in texts(page)
    stage.tell(Failed(ErrorCode.UNREACHABLE, "", "somebody else's"))
    assert "Calling…" in texts(page)
    stage.tell(Failed(ErrorCode.UNREACHABLE, "", call.ref))
    assert "Nobody answered at that address." in texts(page)
    assert edit.text() == " 192.0.2.7 "
    page.call.click()
    stage.tell(Connected(id_of("Ann"), call.ref))
    assert edit.text() == ""
    assert any(one.startswith("Connected:") for one in texts(page))


@pytest.fixture(params=[LanguageChoice.ENGLISH, LanguageChoice.CHINESE])
def spoken(app: QApplication, request: pytest.FixtureRequest) -> Iterator[LanguageChoice]:
    language = Language(app, request.param)
    yield request.param
    language.choose(LanguageChoice.ENGLISH)


def test_each_finding_has_words_of_its_own(spoken: LanguageChoice) -> None:
    words = DiagnosisWords()
    said = [words.finding(one, WELL) for one in Finding]
    assert len({*said}) == len(Finding)
    assert all(sentence and help_ and "{" not in sentence + help_ for sentence, help_ in said)
    assert all(
        any("\u4e00" <= char <= "\u9fff" for char in sentence) is (spoken is LanguageChoice.CHINESE)
        for sentence, _ in said
    )


@pytest.mark.parametrize("port", [48_484, 48_490])
def test_every_system_is_told_both_ports(port: int) -> None:
    told = dict(DiagnosisWords().firewalls(port))
    assert {*told} == {"Windows", "macOS", "Linux"}
    for command in told["Linux"].splitlines():
        assert "48483" in command
        assert f"{port}/tcp" in command
