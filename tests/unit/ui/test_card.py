"""What a transfer's card says and offers in each state, and that it stays where it is."""

import re
from itertools import pairwise

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QFontMetrics, QGuiApplication
from PySide6.QtTest import QTest

from app.events import OfferAdded, PersonChanged, TransferChanged
from app.model import Direction, MessageKind, Reason, Transfer, TransferState, Way
from tests.unit.ui.sinks import drawn
from tests.unit.ui.stage import Stage, message, offer, person, wait_until
from ui.chat.actions import Action, actions_of, can_open, menu_actions_of
from ui.chat.card import Who, lay_out, shape_of, wrap
from ui.chat.view import ChatView
from ui.look import Look

IN, OUT = Direction.IN, Direction.OUT
State = TransferState


def line(look: Look, *, is_here: bool = True, **fields: object) -> str:
    transfer = offer("Ben", **fields)
    return look.transfer_words.line(transfer, "Ben", look.format, is_here=is_here)


def test_shortened_is_the_first_name_and_not_how_many_more(stage: Stage) -> None:
    stage.be_ready(person("Ann"))
    stage.window.resize(stage.window.minimumSize())
    names = ("minutes of the " + "very " * 20 + "long meeting.pdf", "b", "c")
    given = offer("Ann", names=names, files=3)
    stage.open_chat("Ann")
    stage.deliver((message("Ann", "", kind=MessageKind.FILES, transfer=given),))
    stage.settle()
    (seen,) = drawn(stage.view)[0]
    assert re.search(r"minutes.*….*pdf.* and 2 more", seen)
    assert "very " * 20 not in seen


def test_name_that_there_is_room_for_is_not_shortened(stage: Stage) -> None:
    stage.be_ready(person("Ann"))
    stage.open_chat("Ann")
    names = [f"photos-20{year}" + ".jpg" * (year % 3) for year in range(10, 30)]
    for name in names:
        given = offer("Ann", names=(name,))
        stage.deliver((message("Ann", "", kind=MessageKind.FILES, transfer=given),))
        stage.settle()
        stage.view.scrollToBottom()
        (seen,) = drawn(stage.view)[0]
        assert name in seen


# --- Words -----------------------------------------------------------------
@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"direction": OUT}, "Ben is asked first · 5.00 MB"),
        ({"state": State.WAITING}, "Waiting its turn · 5.00 MB"),
        ({"state": State.WAITING, "direction": OUT}, "Waiting for Ben · 5.00 MB"),
        (
            {"state": State.WAITING, "reason": Reason.CONNECTION_LOST, "done_bytes": 1_000_000},
            "Connection lost, trying again · 1.00 of 5.00 MB",
        ),
        (
            {"state": State.WAITING, "reason": Reason.UNREACHABLE},
            "Ben cannot be reached, trying again · 5.00 MB",
        ),
        ({"state": State.RUNNING, "done_bytes": 1, "rate": 2e6}, "1 bytes of 5.00 MB · 2.00 MB/s"),
        ({"state": State.PAUSED, "reason": Reason.BY_PEER}, "5.00 MB · Paused by Ben"),
        ({"state": State.PAUSED, "reason": Reason.BY_USER}, "5.00 MB · Paused by you"),
        (
            {"state": State.PAUSED, "reason": Reason.NO_SPACE},
            "5.00 MB · Paused: the disk is full, goes on when there is room",
        ),
        (
            {"state": State.PAUSED, "reason": Reason.NO_SPACE, "direction": OUT},
            "5.00 MB · Paused: the disk of Ben is full, goes on when there is room",
        ),
        ({"state": State.DECLINED, "direction": OUT}, "Declined by Ben · 5.00 MB"),
        ({"state": State.CANCELLED, "reason": Reason.BY_PEER}, "Taken back by Ben · 5.00 MB"),
        (
            {"state": State.FAILED, "reason": Reason.NO_SPACE, "direction": OUT},
            "5.00 MB · On the computer of Ben: Not enough room on the disk",
        ),
    ],
)
def test_state_is_told_in_plain_words(look: Look, fields: dict[str, object], said: str) -> None:
    assert line(look, **fields) == said


@pytest.mark.parametrize("fields", [{"direction": OUT}, {"state": State.WAITING}])
def test_who_is_away_is_waited_for(look: Look, fields: dict[str, object]) -> None:
    assert line(look, is_here=False, **fields).startswith("Waiting until Ben is here")


@pytest.mark.parametrize("reason", [Reason.SOURCE_CHANGED, Reason.SOURCE_UNREADABLE])
def test_bad_files_are_named_and_the_rest_counted(look: Look, reason: Reason) -> None:
    bad = tuple(f"n{number}" for number in range(5))
    said = line(look, state=State.FAILED, reason=reason, bad_names=bad, files=9)
    assert "5 files" in said
    assert said.endswith("n0, n1, n2 and 2 more")
    many = line(look, state=State.FAILED, reason=reason, bad_names=("n",) * 20, files=99)
    assert "20 files or more" in many


def test_what_is_not_in_it_is_told(look: Look) -> None:
    assert line(look, direction=OUT, skipped_count=1).endswith("1 link was left out")
    assert line(look, direction=OUT, skipped_count=3).endswith("3 links were left out")
    left_out = {"state": State.DONE, "left_out_files": 2, "left_out_bytes": 4_000_000, "files": 3}
    assert line(look, direction=OUT, **left_out).endswith("2 files not wanted by Ben")
    assert (
        line(look, **left_out) == "1.00 MB · 1 file · checked and saved · 2 files left out by you"
    )


def test_time_left_counts_only_what_is_wanted(look: Look) -> None:
    running = {"state": State.RUNNING, "size_bytes": 100, "left_out_bytes": 40, "done_bytes": 50}
    told = look.transfer_words.time_left(offer("Ben", rate=1.0, **running), look.format)
    assert told == "10 s left"
    assert look.transfer_words.time_left(offer("Ben", **running), look.format) == ""


@pytest.mark.parametrize(
    ("way", "direction", "said"),
    [
        (Way.RECEIVER, IN, "Connected from here"),
        (Way.SENDER, IN, "Connected by Ben"),
        (Way.RECEIVER, OUT, "Connected by Ben"),
        (Way.SENDER, OUT, "Connected from here"),
        (None, IN, ""),
    ],
)
def test_way_is_told_in_the_tool_tip_only(
    look: Look, way: Way | None, direction: Direction, said: str
) -> None:
    transfer = offer("Ben", way=way, direction=direction, state=State.RUNNING)
    assert look.transfer_words.tip(transfer, "Ben") == ([said] if said else [])
    assert "onnected" not in look.transfer_words.line(transfer, "Ben", look.format)


@pytest.mark.parametrize(
    ("part", "whole", "text"),
    [(17_500_000_000, 28_200_000_000, "17.5 of 28.2 GB"), (9, 2_000_000, "9 bytes of 2.00 MB")],
)
def test_unit_is_said_once(look: Look, part: int, whole: int, text: str) -> None:
    assert look.format.share(part, whole) == text


# --- Actions ---------------------------------------------------------------
@pytest.mark.parametrize(
    ("fields", "actions"),
    [
        ({"state": State.WAITING}, {Action.PAUSE, Action.CANCEL}),
        (
            {"state": State.WAITING, "reason": Reason.UNREACHABLE},
            {Action.RETRY, Action.PAUSE, Action.CANCEL},
        ),
        ({"state": State.RUNNING}, {Action.PAUSE, Action.CANCEL}),
        ({"state": State.PAUSED, "reason": Reason.BY_USER}, {Action.RESUME, Action.CANCEL}),
        ({"state": State.PAUSED, "reason": Reason.BY_PEER}, {Action.CANCEL}),
        ({"state": State.PAUSED, "reason": Reason.NO_SPACE}, {Action.RESUME, Action.CANCEL}),
        ({"state": State.FAILED, "reason": Reason.CONNECTION_LOST}, {Action.RETRY}),
        ({"state": State.FAILED, "reason": Reason.NOT_OFFERED}, set()),
        ({"state": State.CANCELLED, "reason": Reason.BY_USER}, {Action.RETRY}),
        ({"state": State.CANCELLED, "reason": Reason.BY_PEER}, set()),
    ],
)
def test_actions_of_a_receiver(fields: dict[str, object], actions: set[Action]) -> None:
    assert {*actions_of(offer("Ben", **fields))} == actions


def test_changed_source_is_kept_without_its_bad_files_or_sent_again() -> None:
    failed = {"state": State.FAILED, "reason": Reason.SOURCE_CHANGED, "bad_names": ("a",)}
    assert actions_of(offer("Ben", files=2, **failed)) == (Action.KEEP_REST,)
    assert actions_of(offer("Ben", files=1, **failed)) == ()
    assert actions_of(offer("Ben", files=2, direction=OUT, **failed)) == (Action.SEND_AGAIN,)


@pytest.mark.parametrize(
    "name",
    ["setup.exe", "run.sh", "page.html", ".hidden.pdf", "report", "x.desktop", "a.pdf.js", "x.lnk"],
)
def test_what_may_run_is_never_opened(name: str) -> None:
    done = offer("Ben", state=State.DONE, path=f"/x/{name}", names=(name,))
    assert not can_open(done)
    assert actions_of(done) == (Action.SHOW_IN_FOLDER,)


def test_what_is_opened_goes_by_its_name_on_the_disk() -> None:
    """What the sender calls it says nothing of what the system would do."""
    done = {"state": State.DONE, "names": ("report.pdf",)}
    assert can_open(offer("Ben", path="/x/report.pdf", **done))
    assert not can_open(offer("Ben", path="/x/report.exe", **done))
    assert not can_open(offer("Ben", path="/x/report.pdf", folders=1, **done))


def test_path_is_copied_from_the_menu() -> None:
    done = offer("Ben", state=State.DONE, path="/x/report.pdf")
    assert menu_actions_of(done)[-1] is Action.COPY_PATH
    assert Action.COPY_PATH not in menu_actions_of(offer("Ben", state=State.RUNNING))


# --- Places ----------------------------------------------------------------
EVERY = [
    offer(
        "Ben",
        state=state,
        direction=direction,
        reason=reason,
        files=5,
        done_bytes=done,
        bad_names=("W" * 255, "b"),
        skipped_count=2,
        left_out_files=1,
        path="/x/report.pdf",
    )
    for state in State
    for direction in Direction
    for reason in (None, Reason.NO_SPACE, Reason.SOURCE_CHANGED, Reason.SOURCE_UNREADABLE)
    for done in (0, 5)
]


@pytest.mark.parametrize("width", [130, 300, 400])
def test_nothing_on_a_card_overlaps_or_sticks_out(look: Look, width: int) -> None:
    for transfer in EVERY:
        card = lay_out(transfer, width, look, Who("Ben"))
        lines = [
            *(card.title, card.bar, card.detail, card.rate, card.files),
            *(one.rect for one in card.notes),
        ]
        assert all(card.detail.contains(one.rect) for one in card.lines)
        shown = [rect for rect in lines if rect is not None]
        assert all(above.bottom() < below.top() for above, below in pairwise(shown))
        own = [one.rect for one in card.buttons]
        assert all(rect.right() < width for rect in own)
        assert max(rect.bottom() for rect in (*shown, card.badge, *own)) < card.size.height()
        assert not any(one.intersects(two) for one in own for two in shown)
        assert not any(one.intersects(two) for one, two in pairwise(own))


@pytest.mark.parametrize("state", [State.DONE, State.RUNNING, State.PAUSED, State.WAITING])
def test_badge_and_buttons_stand_at_the_top_however_many_lines_there_are(
    look: Look, state: State
) -> None:
    transfer = offer(
        "Ben", state=state, files=3, names=("a", "b", "c"), done_bytes=1_000_000, path="/x"
    )
    card = lay_out(transfer, 400, look, has_about=True)
    assert card.badge.top() == 0
    assert card.buttons
    assert {one.rect.center().y() for one in card.buttons} == {card.badge.center().y()}


@pytest.mark.parametrize("is_here", [True, False])
def test_narrow_card_says_all_in_more_lines(look: Look, is_here: bool) -> None:
    for transfer in EVERY:
        card = lay_out(transfer, 260, look, Who("Ben", is_here))
        words, fmt = look.transfer_words, look.format
        said = words.detail(transfer, "Ben", fmt, is_here=is_here)
        if card.rate is not None:
            said = words.amount(transfer, fmt)
        shown = " ".join(one.text for one in card.lines) or said
        assert shown == said
        width = QFontMetrics(look.fonts.small).horizontalAdvance(said)
        assert card.lines or width <= card.detail.width()


@pytest.mark.parametrize("width", range(210, 430, 20))
def test_speed_and_time_left_are_whole_however_narrow_a_card_is(look: Look, width: int) -> None:
    state, size = State.RUNNING, 88_800_000_000
    running = offer("Ben", state=state, files=5, size_bytes=size, done_bytes=size // 11, rate=888e6)
    card = lay_out(running, width, look, Who("Ben"))
    metrics, fmt = QFontMetrics(look.fonts.small), look.format
    said = look.transfer_words.amount(running, fmt)
    assert card.left is not None
    assert card.files is not None
    if card.rate is None:
        said = f"{said} · {fmt.rate(running.rate)}"
    else:
        assert metrics.horizontalAdvance(fmt.rate(running.rate)) <= card.rate.width()
        assert not card.rate.intersects(card.left)
    assert metrics.horizontalAdvance(said) <= card.detail.width()
    left = look.transfer_words.time_left(running, fmt)
    assert metrics.horizontalAdvance(left) <= card.left.width()
    assert card.left.bottom() < card.files.top()


def test_sentence_is_broken_where_it_must_and_cut_at_last(look: Look) -> None:
    font, width = look.fonts.small, 100
    text = "文件 file 😀 " * 40
    lines = wrap(text, font, width)
    assert len(lines) == 3
    assert lines[-1].endswith("…")
    assert "".join(lines[:2]).replace(" ", "") in text.replace(" ", "")
    assert wrap("short", font, width) == ["short"]


def test_progress_keeps_the_shape_of_a_card() -> None:
    values = {"transfer_id": "0" * 32, "state": State.RUNNING, "files": 9}
    one = offer("Ben", done_bytes=1, done_files=1, rate=1.0, **values)
    two = offer("Ben", done_bytes=4_000_000, done_files=7, rate=9e9, way=Way.SENDER, **values)
    assert shape_of(one) == shape_of(two)


# --- In a chat -------------------------------------------------------------
@pytest.fixture
def chat(stage: Stage) -> Stage:
    stage.be_ready(person("Ben"))
    stage.open_chat("Ben")
    return stage


def show(chat: Stage, transfer: Transfer) -> None:
    row = message("Ben", "", kind=MessageKind.FILES, transfer=transfer, order_key=1 << 61)
    chat.tell(OfferAdded(transfer, row))


def test_progress_repaints_one_row_and_lays_out_none(chat: Stage) -> None:
    values = {"transfer_id": "0" * 32, "state": State.RUNNING}
    chat.deliver(tuple(message("Ben", "hello") for _ in range(5)))
    show(chat, offer("Ben", done_bytes=1, **values))
    view: ChatView = chat.view
    repainted: list[int] = []
    changed: list[int] = []
    view.chat_model.repainted.connect(repainted.append)
    view.chat_model.dataChanged.connect(lambda first, _last: changed.append(first.row()))
    chat.tell(TransferChanged(offer("Ben", done_bytes=2_000_000, rate=1e6, **values)))
    assert repainted == [view.chat_model.rowCount() - 1]
    assert changed == []


def test_path_of_what_arrived_is_copied_by_keyboard(chat: Stage) -> None:
    show(chat, offer("Ben", state=State.DONE, path="/x/report.pdf"))
    chat.view.setFocus(Qt.FocusReason.TabFocusReason)
    QGuiApplication.clipboard().setText("before")
    QTest.keyClick(chat.view, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert QGuiApplication.clipboard().text() == "/x/report.pdf"


def test_card_says_at_once_that_somebody_came(chat: Stage) -> None:
    show(chat, offer("Ben", direction=OUT))
    model = chat.view.chat_model

    def described() -> str:
        return str(model.data(model.index(model.rowCount() - 1)))

    assert "asked first" in described()
    painted = chat.view.viewport().grab().toImage()
    chat.tell(PersonChanged(person("Ben", is_online=False)))
    wait_until(lambda: "Waiting until Ben is here" in described())
    wait_until(lambda: chat.view.viewport().grab().toImage() != painted)
