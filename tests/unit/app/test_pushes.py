"""Whose turn it is when a receiver is called for one of many transfers."""

from types import SimpleNamespace
from typing import Any

from app.engine.pushes import _Line

A, B, C = (SimpleNamespace(transfer_id=bytes([number]) * 16) for number in range(3))


def called(line: Any, times: int) -> list[Any]:
    return [line.next() for _ in range(times)]


def test_each_has_its_turn_for_of_some_the_receiver_wants_nothing_now() -> None:
    line = _Line()
    line.update([A, B, C])
    assert called(line, 5) == [A, B, C, A, B]
    line.update([A, B, C])
    assert called(line, 2) == [C, A]


def test_what_is_fresh_is_called_for_first() -> None:
    line = _Line()
    line.update([A, C])
    assert called(line, 1) == [A]
    line.update([A, B, C])
    assert line.fresh
    assert called(line, 3) == [B, C, A]
    line.update([A, B, C])
    assert not line.fresh


def test_what_waits_no_more_is_not_called_for() -> None:
    line = _Line()
    line.update([A, B, C])
    called(line, 2)
    line.update([A, C])
    assert called(line, 2) == [A, C]
    line.update([])
    assert line.next() is None
