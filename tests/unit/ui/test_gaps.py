"""E-19: a quiet line where something is missing, which goes when that has come."""

import pytest
from PySide6.QtCore import QPoint, QRect
from PySide6.QtWidgets import QApplication

from app.events import GapsChanged, MessagesAdded, RoomChanged
from app.model import Direction, Gap, Message
from tests.unit.ui.stage import START_MS, Stage, id_of, message, person, room, room_id_of, said
from ui.chat.bubble import Placed
from ui.chat.extras import GAP_BESIDE, gap_height, gap_text, lay_gap
from ui.chat.model import ROWS_MAX
from ui.look import Look
from ui.rescale import resize_text

LINE = "Something sent before this has not arrived yet"
HOSTILE = "<b>Eve</b>\u202e"


@pytest.fixture
def chat(stage: Stage) -> Stage:
    stage.meet("Ann")
    stage.receive("Ann", ["one", "two", "three"])
    stage.read_all("Ann")
    stage.be_ready(person("Ann"), person("Bob"))
    stage.open_chat("Ann")
    return stage


def gap_before(one: Message) -> Gap:
    return Gap(one.message_id, one.peer_id, one.order_key)


def tell_gap(stage: Stage, *messages: Message) -> None:
    stage.tell(GapsChanged(messages[0].chat_id, tuple(map(gap_before, messages))))


def numbers_behind_gaps(stage: Stage) -> list[int]:
    model = stage.view.chat_model
    return [at for at in range(model.rowCount()) if model.row(at).is_behind_gap]


def spoken(stage: Stage, number: int) -> str:
    model = stage.view.chat_model
    return str(model.data(model.index(number)))


def placed(stage: Stage, number: int) -> Placed:
    view = stage.view
    return view.delegate.placed(number, view.visualRect(view.chat_model.index(number)))


def is_drawn(stage: Stage, area: QRect) -> bool:
    """Whether there is anything but the ground in it."""
    shown = stage.view.viewport().grab(area).toImage()
    colours = {shown.pixel(x, y) for x in range(shown.width()) for y in range(0, shown.height(), 2)}
    return len(colours) > 1


def test_e19_a_line_stands_above_the_message_behind_the_gap(chat: Stage) -> None:
    before = placed(chat, 2)
    assert before.gap_line is None
    tell_gap(chat, chat.view.message_at(2))
    now = placed(chat, 2)
    assert now.gap_line is not None
    assert now.gap_line.bottom() < now.frame.top()
    assert now.gap_line.top() > placed(chat, 1).frame.bottom()
    assert is_drawn(chat, now.gap_line)
    assert numbers_behind_gaps(chat) == [2]


def test_e19_the_line_is_read_aloud_with_its_message(chat: Stage) -> None:
    tell_gap(chat, chat.view.message_at(2))
    assert spoken(chat, 2).startswith(f"{LINE}. Ann, ")
    assert "three" in spoken(chat, 2)
    assert LINE not in spoken(chat, 1)


def test_e19_what_was_missing_stands_in_its_place_and_the_line_goes(chat: Stage) -> None:
    third = chat.view.message_at(2)
    tell_gap(chat, third)
    late = message("Ann", "late", order_key=third.order_key - 1, time_ms=third.time_ms)
    chat.deliver((late,))
    chat.tell(GapsChanged(id_of("Ann"), ()))
    model = chat.view.chat_model
    shown = [model.row(at).message.text for at in range(model.rowCount())]
    assert shown == ["one", "two", "late", "three"]
    assert numbers_behind_gaps(chat) == []
    assert placed(chat, 3).gap_line is None
    assert not chat.desk.gap_keys


def test_e19_a_chat_that_is_opened_later_shows_its_gaps_and_no_others(chat: Stage) -> None:
    chat.meet("Bob")
    (bobs,) = chat.receive("Bob", ["hello"])
    tell_gap(chat, bobs)
    assert numbers_behind_gaps(chat) == []
    chat.open_chat("Bob")
    assert numbers_behind_gaps(chat) == [0]
    chat.open_chat("Ann")
    assert numbers_behind_gaps(chat) == []


def test_e19_told_before_the_message_is_shown_the_line_comes_with_it(chat: Stage) -> None:
    new = message("Ann", "new", order_key=1 << 60)
    tell_gap(chat, new)
    assert numbers_behind_gaps(chat) == []
    chat.deliver((new,))
    assert numbers_behind_gaps(chat) == [3]


def test_e19_the_reader_stays_where_they_are(stage: Stage) -> None:
    stage.meet("Ann")
    stage.receive("Ann", [f"message number {number}" for number in range(ROWS_MAX)])
    stage.read_all("Ann")
    stage.be_ready(person("Ann"))
    stage.open_chat("Ann")
    bar = stage.view.verticalScrollBar()
    bar.setValue(bar.maximum() // 2)
    stage.settle()
    top = stage.view.indexAt(QPoint(stage.view.width() // 2, 40))
    number, bottom = top.row(), stage.view.visualRect(top).bottom()
    assert number > 3
    tell_gap(stage, stage.view.message_at(number - 3))
    stage.settle()
    assert numbers_behind_gaps(stage) == [number - 3]
    assert stage.view.visualRect(stage.view.chat_model.index(number)).bottom() == bottom


def test_e19_rows_that_are_read_later_have_their_line(stage: Stage) -> None:
    stage.meet("Ann")
    sent = stage.receive("Ann", [f"message number {number}" for number in range(200)])
    stage.read_all("Ann")
    stage.be_ready(person("Ann"))
    tell_gap(stage, sent[5])
    stage.open_chat("Ann")
    model = stage.view.chat_model
    while model.has_older:
        model.load_older()
    assert numbers_behind_gaps(stage) == [5]


def test_e19_in_a_room_the_line_says_whose_words_are_missing(stage: Stage) -> None:
    stage.be_ready(person("Ann"), person(HOSTILE))
    stage.tell(RoomChanged(room("Design", "Ann", HOSTILE)))
    stage.board.open_person(room_id_of("Design"))
    first, second = said("Design", HOSTILE, "first"), said("Design", HOSTILE, "second")
    stage.tell(MessagesAdded((first, second)))
    assert not stage.view.chat_model.row(1).starts_group
    tell_gap(stage, second)
    line = spoken(stage, 1).split(". ")[0]
    assert line.startswith("Something ")
    assert line.endswith(" sent before this has not arrived yet")
    assert "<b>Eve</b>" in line
    assert "\u202e" not in line
    assert stage.view.chat_model.row(1).starts_group  # so that it is plain who speaks below it
    area = placed(stage, 1).gap_line
    assert area is not None
    assert is_drawn(stage, area)


def test_e19_our_own_messages_are_behind_no_gap(chat: Stage) -> None:
    own = message("Ann", "mine", direction=Direction.OUT, order_key=START_MS + 9 << 40)
    chat.deliver((own,))
    tell_gap(chat, chat.view.message_at(1))
    assert numbers_behind_gaps(chat) == [1]


@pytest.mark.parametrize("percent", [100, 150, 200])
@pytest.mark.parametrize("name", ["Ann " * 10, "W" * 40])
def test_e19_the_words_fit_the_narrowest_chat(
    app: QApplication, look: Look, percent: int, name: str
) -> None:
    resize_text(app, look, percent)
    words = gap_text(said("Design", "Ann", ""), name, look)
    for width_px in (320, 500, 1000):
        area, _ = lay_gap(words, width_px, look)
        beside = look.fonts.px(GAP_BESIDE)
        assert beside <= area.left()
        assert area.right() < width_px - beside
        assert gap_height(words, width_px, look) > area.bottom()
