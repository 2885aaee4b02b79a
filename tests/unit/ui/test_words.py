"""A sentence for everything the engine can say, in both languages."""

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QDate, QLocale, QTime
from PySide6.QtWidgets import QApplication

from app.errors import ErrorCode
from app.events import Failed
from app.model import Direction, MessageState, Reason, TransferState, Trust
from tests.unit.ui.stage import offer, person
from ui.chat.actions import Action
from ui.chat.cardpaint import badge_text
from ui.format import Format, moment
from ui.language import Language, LanguageChoice
from ui.look import Look
from ui.roster import Section


@pytest.fixture(params=[LanguageChoice.ENGLISH, LanguageChoice.CHINESE])
def spoken(app: QApplication, look: Look, request: pytest.FixtureRequest) -> Iterator[Look]:
    language = Language(app, request.param)
    look.format.locale = QLocale(request.param.value)
    yield look
    language.choose(LanguageChoice.ENGLISH)


def test_every_code_reason_and_state_has_words(spoken: Look) -> None:
    words = spoken.words
    said = [words.error(code) for code in ErrorCode]
    said += [spoken.transfer_words.reason(reason) for reason in [None, *Reason]]
    said += [words.message_state(state) for state in MessageState]
    said += [words.trust(trust) for trust in Trust]
    said += [spoken.transfer_words.action(action) for action in Action]
    said += [words.section(section) for section in Section]
    said += [words.presence(person("Ann", trust=trust), spoken.format) for trust in Trust]
    assert all(said)
    assert not any("{" in text or "%n" in text for text in said)


@pytest.mark.parametrize("direction", list(Direction))
@pytest.mark.parametrize("state", list(TransferState))
def test_every_card_has_its_line(spoken: Look, state: TransferState, direction: Direction) -> None:
    for rate in (0.0, 1.5e6):
        for folders in (0, 2):
            transfer = offer("Ann", state=state, direction=direction, rate=rate, folders=folders)
            line = spoken.transfer_words.line(transfer, "Ann", spoken.format)
            assert line
            assert "{" not in line
            assert "%n" not in line


IN, OUT, State = Direction.IN, Direction.OUT, TransferState
USER, PEER, FULL = Reason.BY_USER, Reason.BY_PEER, Reason.NO_SPACE


@pytest.mark.parametrize(
    ("way", "state", "reason", "said"),
    [
        (OUT, State.OFFERED, None, "Ann is asked first · 5.00 MB"),
        (IN, State.WAITING, None, "Waiting its turn · 5.00 MB"),
        (OUT, State.WAITING, None, "Waiting for Ann · 5.00 MB"),
        (IN, State.RUNNING, None, "0 bytes of 5.00 MB"),
        (IN, State.PAUSED, None, "5.00 MB · Paused"),
        (IN, State.PAUSED, USER, "5.00 MB · Paused by you"),
        (OUT, State.PAUSED, PEER, "5.00 MB · Paused by Ann"),
        (IN, State.PAUSED, FULL, "5.00 MB · Paused: the disk is full, goes on when there is room"),
        (IN, State.DONE, None, "5.00 MB · checked and saved"),
        (OUT, State.DONE, None, "5.00 MB · arrived and checked"),
        (IN, State.DECLINED, None, "You declined · 5.00 MB"),
        (OUT, State.DECLINED, None, "Declined by Ann · 5.00 MB"),
        (IN, State.CANCELLED, USER, "Cancelled · 5.00 MB"),
        (IN, State.CANCELLED, PEER, "Taken back by Ann · 5.00 MB"),
        (OUT, State.CANCELLED, PEER, "Cancelled by Ann · 5.00 MB"),
        (OUT, State.CANCELLED, USER, "Cancelled · 5.00 MB"),
        (IN, State.FAILED, FULL, "5.00 MB · Not enough room on the disk"),
        (OUT, State.FAILED, FULL, "5.00 MB · On the computer of Ann: Not enough room on the disk"),
        (OUT, State.FAILED, USER, "5.00 MB · Stopped by you"),
    ],
)
def test_a_card_says_who_did_what(
    look: Look, way: Direction, state: TransferState, reason: Reason | None, said: str
) -> None:
    transfer = offer("Ann", direction=way, state=state, reason=reason)
    assert look.transfer_words.line(transfer, "Ann", look.format) == said


@pytest.mark.parametrize("way", list(Direction))
def test_what_waits_for_somebody_away_says_so(look: Look, way: Direction) -> None:
    transfer = offer("Ann", direction=way, state=State.WAITING)
    line = look.transfer_words.line(transfer, "Ann", look.format, is_here=False)
    assert line == "Waiting until Ann is here · 5.00 MB"


def test_saved_folder_is_named(look: Look) -> None:
    one = offer("Ann", state=TransferState.DONE, path="/home/x/Downloads/report.pdf")
    assert look.transfer_words.line(one, "Ann", look.format).endswith("saved to Downloads")
    both = offer("Ann", state=TransferState.DONE, path="/home/x/Downloads", names=("a", "b"))
    assert look.transfer_words.line(both, "Ann", look.format).endswith("saved to Downloads")


@pytest.mark.parametrize("name", ["{size}", "%1 %2 %n", "{", "}{", "{0}", "\\{name}"])
def test_f08_placeholders_in_names_are_only_text(look: Look, name: str) -> None:
    transfer = offer("Ann", state=TransferState.WAITING, names=(name, "b"))
    assert name in look.transfer_words.line(transfer, name, look.format, is_here=False)
    assert name in look.transfer_words.title(transfer)


def test_mended_profile_is_not_called_broken(look: Look) -> None:
    words = look.words
    mended = words.failed(Failed(ErrorCode.PROFILE_BROKEN, "x"))
    broken = words.failed(Failed(ErrorCode.PROFILE_BROKEN, "x", is_fatal=True))
    assert "fresh one" in mended
    assert mended != broken


def test_counts_follow_the_language(spoken: Look) -> None:
    one, many = spoken.transfer_words.count(1, 0), spoken.transfer_words.count(3, 1)
    assert (one, many) in {
        ("1 file", "3 files and 1 folder"),
        ("1 个文件", "3 个文件和 1 个文件夹"),
    }


def test_folder_alone_is_no_zero_files(look: Look) -> None:
    assert look.transfer_words.count(0, 1) == "1 folder"
    assert look.transfer_words.count(0, 0) == "0 files"


@pytest.mark.parametrize(
    ("names", "files", "title"),
    [
        (("a.txt",), 1, "a.txt"),
        (("a.txt", "b.txt"), 2, "a.txt and 1 more"),
        (("photos",), 4000, "photos"),
        (tuple(f"{n}.jpg" for n in range(20)), 50, "0.jpg and 49 more"),
        (("\u202e",), 1, "Unnamed"),
        ((), 0, "Unnamed"),
    ],
)
def test_title_of_a_card(look: Look, names: tuple[str, ...], files: int, title: str) -> None:
    assert look.transfer_words.title(offer("Ann", names=names, files=files)) == title


@pytest.mark.parametrize(
    ("name", "badge"),
    [
        ("a.mov", "MOV"),
        ("invoice.pdf.exe", "EXE"),
        ("invoice.pdf" + " " * 80 + ".exe", "EXE"),
        ("photo_\u202egnp.exe", "EXE"),
        ("noending", ""),
        ("a.verylong", ""),
        ("a.", ""),
        ("a.<b>", ""),
    ],
)
def test_f13_badge_shows_the_true_ending(name: str, badge: str) -> None:
    assert badge_text(offer("Ann", names=(name,))) == badge


# --- Times and sizes -------------------------------------------------------
@pytest.mark.parametrize(
    ("size", "text"),
    [
        (0, "0 bytes"),
        (999, "999 bytes"),
        (1500, "1.50 kB"),
        (412_000_000, "412 MB"),
        (28_200_000_000, "28.2 GB"),
    ],
)
def test_sizes_have_three_figures(size: int, text: str) -> None:
    assert Format(QLocale("en_GB")).size(size) == text


@pytest.mark.parametrize(
    ("locale", "clock"), [("en_GB", "09:05"), ("en_US", "9:05\u00a0AM"), ("zh_CN", "09:05")]
)
def test_clock_follows_the_locale(locale: str, clock: str) -> None:
    time_ms = moment(0)
    time_ms.setDate(QDate(2023, 11, 15))
    time_ms.setTime(QTime(9, 5))
    assert Format(QLocale(locale)).clock(time_ms.toMSecsSinceEpoch()) == clock


@pytest.mark.parametrize(
    ("ago", "listed", "heading"),
    [
        (0, "09:05", "Today"),
        (1, "Yesterday", "Yesterday"),
        (3, "Sun", "Sunday"),
        (40, "6 Oct", "Friday 6 October 2023"),
        (400, "11/10/2022", "Tuesday 11 October 2022"),
        (-2, "09:05", "Friday 17 November 2023"),
    ],
)
def test_days_are_told_as_people_do(look: Look, ago: int, listed: str, heading: str) -> None:
    today = QDate(2023, 11, 15)
    when = moment(0)
    when.setDate(today.addDays(-ago))
    when.setTime(QTime(9, 5))
    fmt = Format(QLocale("en_GB"))
    assert fmt.list_time(when.toMSecsSinceEpoch(), today) == listed
    assert fmt.day(when.toMSecsSinceEpoch(), today).replace(",", "") == heading


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0.2, "1 s left"),
        (59, "59 s left"),
        (61, "1 min left"),
        (5400, "2 h left"),
    ],
)
def test_time_left_is_coarse(look: Look, seconds: float, text: str) -> None:
    assert look.format.left(seconds) == text
