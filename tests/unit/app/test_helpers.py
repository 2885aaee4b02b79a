"""Helpers: few at once, over in time, and what came of them is heard on the loop."""

import asyncio
import contextlib
import threading
from collections.abc import Callable, Coroutine
from pathlib import Path

import pytest

from app.engine.core import Core
from app.engine.helpers import Helpers
from app.profile import Profile
from net.protocol.identity import Identity
from net.transfer.faults import Fault, TransferFault
from net.transfer.progress import Progress

FOR_EVER_S = 1000.0
STEP_S = 0.01


@pytest.fixture
def play(tmp_path: Path) -> Callable[[Callable[[Helpers], Coroutine[None, None, None]]], None]:
    """Runs a test's coroutine with helpers of their own, and stops these."""

    def run(scene: Callable[[Helpers], Coroutine[None, None, None]]) -> None:
        async def whole() -> None:
            with contextlib.closing(Profile.open(tmp_path / "profile")) as profile:
                loop = asyncio.get_running_loop()
                core = Core(loop, profile, Identity(bytes(32)), None, lambda _: None)
                helpers = Helpers(core)
                await scene(helpers)
                await helpers.stop()

        asyncio.run(whole())

    return run


def until_cancelled(progress: Progress) -> None:
    while True:
        progress.check()
        threading.Event().wait(STEP_S)


def heard(future: "asyncio.Future[object]") -> Callable[[object], None]:
    """An ``on_end`` that must be called on the loop, once."""

    def on_end(result: object) -> None:
        assert asyncio.get_running_loop() is future.get_loop()
        future.set_result(result)

    return on_end


def test_what_a_helper_returns_and_raises_is_heard(play) -> None:
    async def scene(helpers: Helpers) -> None:
        loop = asyncio.get_running_loop()
        good, bad = loop.create_future(), loop.create_future()

        def refuse(_: Progress) -> None:
            raise TransferFault(Fault.NOT_OFFERED)

        assert helpers.start("a", lambda _: 5, heard(good), most=1, timeout_s=FOR_EVER_S)
        assert helpers.start("b", refuse, heard(bad), most=1, timeout_s=FOR_EVER_S)
        assert await good == 5
        assert (await bad).fault is Fault.NOT_OFFERED

    play(scene)


@pytest.mark.expects_log("unforeseen")
def test_a_bug_in_a_helper_is_told_as_one(play) -> None:
    async def scene(helpers: Helpers) -> None:
        future = asyncio.get_running_loop().create_future()
        helpers.start("a", lambda _: 1 // 0, heard(future), most=1, timeout_s=FOR_EVER_S)
        assert (await future).fault is Fault.INTERNAL

    play(scene)


def test_more_than_that_many_of_a_kind_are_not_started(play) -> None:
    async def scene(helpers: Helpers) -> None:
        future = asyncio.get_running_loop().create_future()
        first = helpers.start("a", until_cancelled, heard(future), most=1, timeout_s=FOR_EVER_S)
        assert first
        assert helpers.start("a", until_cancelled, most=1, timeout_s=FOR_EVER_S) is None
        assert helpers.start("b", until_cancelled, most=1, timeout_s=FOR_EVER_S)
        first.cancel(Fault.BY_USER)
        assert (await future).fault is Fault.BY_USER
        assert helpers.start("a", until_cancelled, most=1, timeout_s=FOR_EVER_S)

    play(scene)


def test_a_helper_ends_in_time(play) -> None:
    async def scene(helpers: Helpers) -> None:
        future = asyncio.get_running_loop().create_future()
        helpers.start("a", until_cancelled, heard(future), most=1, timeout_s=STEP_S)
        assert (await future).fault is Fault.STOPPED

    play(scene)


def test_nothing_starts_after_the_end(play) -> None:
    async def scene(helpers: Helpers) -> None:
        helpers.start("a", until_cancelled, most=1, timeout_s=FOR_EVER_S)
        await helpers.stop()
        assert helpers.start("a", until_cancelled, most=1, timeout_s=FOR_EVER_S) is None

    play(scene)
