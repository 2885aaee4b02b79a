"""The rows of the page of all transfers: order, search, and what a change moves."""

from dataclasses import replace

from PySide6.QtCore import Qt

from app.model import Direction, Reason, Transfer, TransferState
from tests.unit.ui.stage import (
    offer,
)
from ui.transfers.model import Line, Part, TransfersModel, part_of

IN, OUT = Direction.IN, Direction.OUT
State = TransferState
LEFT = Qt.MouseButton.LeftButton
CONTROL = Qt.KeyboardModifier.ControlModifier


def named(line: Line) -> str:
    return line.transfer.names[0] if line.transfer else f"[{line.part.name}]"


def model_of(*transfers: Transfer, wanted: str = "") -> TransfersModel:
    model = TransfersModel(named, lambda one: wanted in one.names[0])
    model.put_all(transfers)
    return model


def shown(model: TransfersModel) -> list[str]:
    return [str(model.data(model.index(row))) for row in range(model.rowCount())]


def made(name: str, **fields: object) -> Transfer:
    return offer("Ben", names=(name,), **fields)


# --- The model -------------------------------------------------------------
def test_parts_stand_in_order_and_the_queue_by_its_key() -> None:
    model = model_of(
        made("old", state=State.DONE, time_ms=1),
        made("new", state=State.CANCELLED, time_ms=2),
        made("second", state=State.WAITING, queue_key=2, time_ms=9),
        made("first", state=State.WAITING, queue_key=1, time_ms=1),
        made("theirs", state=State.WAITING, direction=OUT, queue_key=0),
        made("failed", state=State.FAILED),
        made("paused", state=State.PAUSED),
        made("running", state=State.RUNNING),
        made("asked"),
    )
    assert shown(model) == [
        *("[ASKING]", "asked", "[RUNNING]", "running"),
        *("[WAITING]", "first", "second", "theirs", "[PAUSED]", "paused"),
        *("[FAILED]", "failed", "[OVER]", "new", "old"),
    ]
    assert model.queue() == [
        one.transfer_id
        for one in (model.line(5).transfer, model.line(6).transfer)
        if one is not None
    ]


def test_progress_moves_nothing_and_repaints_one_row() -> None:
    running = made("a", state=State.RUNNING, done_bytes=1)
    model = model_of(running, made("b", state=State.RUNNING), made("c", state=State.DONE))
    seen: list[object] = []
    for signal in (model.modelReset, model.rowsInserted, model.rowsRemoved, model.dataChanged):
        signal.connect(lambda *_: seen.append("moved"))
    model.repainted.connect(seen.append)
    model.put(replace(running, done_bytes=500, rate=9.0))
    assert seen == [model.number_of(running.transfer_id)]


def test_every_change_leaves_what_a_fresh_list_would_show() -> None:
    steps = [
        {"state": state, "reason": reason, "queue_key": key}
        for key, (state, reason) in enumerate(
            (state, reason) for state in State for reason in (None, Reason.BY_PEER)
        )
    ]
    others = [made(f"o{n}", state=state, time_ms=n) for n, state in enumerate(State)]
    model = model_of(*others)
    for number, step in enumerate([*steps, *reversed(steps)]):
        changed = replace(others[number % 3], **step)  # type: ignore[arg-type]
        others[number % 3] = changed
        model.put(changed)
        assert shown(model) == shown(model_of(*others))
        counts = {part: sum(part_of(one) is part for one in others) for part in Part}
        assert {part: model.count(part) for part in Part} == counts


def test_what_is_not_searched_for_comes_and_goes_unseen() -> None:
    hidden = made("hidden", state=State.RUNNING)
    model = model_of(made("seen"), hidden, wanted="s")
    assert shown(model) == ["[ASKING]", "seen"]
    model.put(replace(hidden, state=State.DONE))
    assert shown(model) == ["[ASKING]", "seen"]
    assert model.running() == []


def test_list_that_comes_late_is_older_than_what_was_told() -> None:
    told = made("a", state=State.DONE)
    model = model_of()
    model.put(told)
    model.put_all([replace(told, state=State.RUNNING)])
    assert shown(model) == ["[OVER]", "a"]
