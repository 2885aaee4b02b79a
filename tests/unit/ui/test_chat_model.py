"""A window of at most 300 rows onto any conversation, over a real database."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from app.events import StateChange
from app.model import Direction, Message, MessageState, TransferState
from app.store.reader import Reader
from tests.unit.ui.stage import MINUTE_MS, START_MS, Stage, id_of, message, offer, peer_of
from ui.chat.model import PAGE_ROWS, ROWS_MAX, ChatModel

DAY_MS = 24 * 60 * MINUTE_MS


@pytest.fixture
def history(stage: Stage, tmp_path: Path) -> Iterator[Reader]:
    stage.meet("Ann")
    stage.receive("Ann", [f"m{number}" for number in range(1000)])
    reader = Reader(tmp_path / "landline.db")
    yield reader
    reader.close()


def texts(model: ChatModel) -> list[str]:
    return [model.row(at).message.text for at in range(model.rowCount())]


def numbers(model: ChatModel) -> list[int]:
    return [int(text[1:]) for text in texts(model)]


def fresh() -> ChatModel:
    return ChatModel(lambda row: row.message.text)


def test_newest_page_opens(history: Reader) -> None:
    model = fresh()
    model.open_newest(history, peer_of("Ann"))
    assert numbers(model) == list(range(1000 - PAGE_ROWS, 1000))
    assert model.has_older
    assert not model.has_newer


def test_window_slides_to_the_start_and_back_without_a_gap(history: Reader) -> None:
    model = fresh()
    model.open_newest(history, peer_of("Ann"))
    while model.has_older:
        model.load_older()
        assert model.rowCount() <= ROWS_MAX
        found = numbers(model)
        assert found == list(range(found[0], found[0] + len(found)))
    assert numbers(model)[0] == 0
    assert model.has_newer
    while model.has_newer:
        model.load_newer()
        assert model.rowCount() <= ROWS_MAX
    assert numbers(model)[-1] == 999
    assert model.has_older


def test_opening_at_a_key_shows_both_sides(history: Reader) -> None:
    model = fresh()
    wanted = history.messages_before(peer_of("Ann"), None, 500)[0]
    row = model.open_at(history, peer_of("Ann"), wanted.order_key)
    assert model.row(row).message == wanted
    assert 0 < row < model.rowCount() - 1
    assert model.has_older
    assert model.has_newer


def test_new_row_goes_where_its_key_says() -> None:
    model = fresh()
    first, second, third = (message("Ann", text) for text in "abc")
    model.add([third, first])
    model.add([second])
    assert texts(model) == ["a", "b", "c"]


def test_same_message_twice_stays_one_row() -> None:
    model = fresh()
    one = message("Ann", "a")
    model.add([one])
    model.add([one])
    assert texts(model) == ["a"]


def test_row_beyond_the_window_stays_on_disk(history: Reader) -> None:
    model = fresh()
    key = history.messages_before(peer_of("Ann"), None, 500)[0].order_key
    model.open_at(history, peer_of("Ann"), key)
    before = numbers(model)
    late = START_MS + 5000 * MINUTE_MS
    model.add([message("Ann", "m5000", order_key=late << 16)])
    model.add([message("Ann", "m-1", order_key=1)])
    assert numbers(model) == before


def filled(history: Reader) -> ChatModel:
    """As many rows as the window holds, the newest at its end."""
    model = fresh()
    model.open_newest(history, peer_of("Ann"))
    while model.rowCount() < ROWS_MAX:
        model.load_older()
    assert not model.has_newer
    return model


def newer(number: int) -> Message:
    return message("Ann", f"m{number}", order_key=START_MS + (2000 + number) * MINUTE_MS << 16)


def test_full_window_makes_room_for_what_a_reader_at_the_end_follows(history: Reader) -> None:
    model = filled(history)
    model.add([newer(1000), newer(1001)], follows=True)
    found = numbers(model)
    assert found == list(range(found[0], 1002))
    assert ROWS_MAX - PAGE_ROWS <= len(found) <= ROWS_MAX
    assert (model.has_older, model.has_newer) == (True, False)


def test_full_window_leaves_the_newest_on_disk_for_a_reader_above(history: Reader) -> None:
    model = filled(history)
    before = numbers(model)
    model.add([newer(1000)])
    assert numbers(model) == before
    assert model.has_newer


def test_what_rushes_past_is_not_kept_and_can_be_read_above(history: Reader) -> None:
    model = fresh()
    model.open_newest(history, peer_of("Ann"))
    model.has_older = False
    model.add([newer(1000 + number) for number in range(PAGE_ROWS + 5)], follows=True)
    assert numbers(model) == list(range(1005, 1005 + PAGE_ROWS))
    assert model.has_older


def test_states_and_transfers_change_their_row_only() -> None:
    model = fresh()
    own = message("Ann", "mine", direction=Direction.OUT, state=MessageState.SENT)
    other = message("Ann", "theirs")
    files = message("Ann", "", transfer=offer("Ann"))
    model.add([own, other, files])
    model.set_states([StateChange(own.message_id, id_of("Ann"), MessageState.READ)])
    assert files.transfer is not None
    done = offer("Ann", transfer_id=files.transfer.transfer_id, state=TransferState.DONE)
    model.set_transfer(done)
    assert model.row(0).message.state is MessageState.READ
    assert model.row(1).message == other
    assert model.row(2).message.transfer == done


def test_state_for_the_same_id_of_the_other_author_changes_nothing() -> None:
    """Ids are unique per author only."""
    model = fresh()
    theirs = message("Ann", "a", state=MessageState.DELIVERED)
    model.add([theirs])
    model.set_states([StateChange(theirs.message_id, id_of("Ann"), MessageState.FAILED)])
    assert model.row(0).message == theirs


def test_first_row_of_a_day_carries_the_day() -> None:
    model = fresh()
    model.add([message("Ann", text, time_ms=START_MS + days * DAY_MS) for text, days in DAYS])
    assert [model.row(at).starts_day for at in range(4)] == [True, False, True, True]


DAYS = (("a", 0), ("b", 0), ("c", 1), ("d", 5))


def test_day_moves_up_when_an_older_row_of_it_is_added() -> None:
    model = fresh()
    first, second = message("Ann", "a"), message("Ann", "b")
    model.add([second])
    assert model.row(0).starts_day
    model.add([first])
    assert [model.row(at).starts_day for at in range(2)] == [True, False]


def test_new_line_stands_at_the_first_unread_from_the_other_side() -> None:
    model = fresh()
    read, unread, later = (message("Ann", text) for text in "abc")
    model.add([read, unread, later])
    model.mark_unread_from(unread.order_key)
    assert [model.row(at).starts_unread for at in range(3)] == [False, True, False]
    model.mark_unread_from(None)
    assert not any(model.row(at).starts_unread for at in range(3))


def test_rows_of_one_side_close_in_time_form_a_group() -> None:
    model = fresh()
    times = [0, MINUTE_MS, 2 * MINUTE_MS, 20 * MINUTE_MS]
    ways = [Direction.IN, Direction.IN, Direction.OUT, Direction.OUT]
    model.add(
        message("Ann", "x", time_ms=START_MS + time_ms, direction=way)
        for time_ms, way in zip(times, ways, strict=True)
    )
    assert [model.row(at).starts_group for at in range(4)] == [True, False, True, True]


@pytest.mark.parametrize("time_ms", [0, 253_402_300_799_999, 2**61])
def test_g06_any_clock_of_a_peer_has_a_day(time_ms: int) -> None:
    model = fresh()
    model.add([message("Ann", "x", time_ms=time_ms)])
    assert model.row(0).starts_day
