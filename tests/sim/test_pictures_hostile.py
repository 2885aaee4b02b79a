"""Pictures that nobody asked for, and questions for ours, in virtual time."""

import asyncio
from pathlib import Path

import pytest

from app.commands import ChangeSettings, GetPicture, SetTrust
from app.engine import pictures
from app.events import PictureRead
from net.protocol.records import Frame, Hello, PictureAsk, PictureGive, picture_hash
from tests.sim.rooms import ask, meet_all, play
from tests.sim.virtual import Air, Side, until

MINE, FACE = b"what I look like", b"face"
WHILE_S = 20.0
"""Longer than anybody waits to ask, and than anything takes to be kept."""


def hello(image: bytes) -> Hello:
    """Newer than what their engine has said."""
    return Hello(99, bytes(8), "Eve", "pc", "1.0.0", 1, 48484, picture=picture_hash(image))


def heard(side: Side, kind: type[Frame]) -> list[Frame]:
    return [frame for frame in side.heard if isinstance(frame, kind)]


async def kept(ann: Side, other: Side) -> bytes:
    image: bytes = (await ask(ann, GetPicture(other.text_id), PictureRead)).image
    return image


def test_a_stranger_is_not_asked_and_what_they_give_is_not_kept(tmp_path: Path) -> None:
    async def scene(air: Air, sides: list[Side]) -> None:
        ann, eve = sides
        await meet_all(air, ann, eve)
        eve.heard.clear()
        eve.say(ann.peer, hello(MINE), PictureGive(MINE))
        await asyncio.sleep(WHILE_S)
        assert heard(eve, PictureAsk) == []
        ann.do(SetTrust(eve.text_id, accepted=True))
        await until(lambda: heard(eve, PictureAsk) == [PictureAsk(picture_hash(MINE))])
        assert await kept(ann, eve) == b""

    play(tmp_path, 2, scene)


def test_of_a_contact_only_what_was_asked_for_is_kept(tmp_path: Path) -> None:
    async def scene(air: Air, sides: list[Side]) -> None:
        ann, eve = sides
        await meet_all(air, ann, eve)
        ann.do(SetTrust(eve.text_id, accepted=True))
        eve.heard.clear()
        eve.say(ann.peer, PictureGive(b"not asked for"))
        await asyncio.sleep(WHILE_S)
        assert await kept(ann, eve) == b""
        eve.say(ann.peer, hello(MINE))
        await until(lambda: bool(heard(eve, PictureAsk)))
        eve.say(ann.peer, PictureGive(b"another one"))
        await asyncio.sleep(WHILE_S)
        assert await kept(ann, eve) == b""
        eve.say(ann.peer, PictureGive(MINE))
        await asyncio.sleep(WHILE_S)
        assert await kept(ann, eve) == MINE

    play(tmp_path, 2, scene)


def test_all_together_are_given_ours_at_a_bounded_rate(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pictures, "GIVES_BURST", 3)
    monkeypatch.setattr(pictures, "GIVES_PER_S", 0.001)

    async def scene(air: Air, sides: list[Side]) -> None:
        ann, *others = sides
        await meet_all(air, *sides)
        ann.do(ChangeSettings(picture=FACE))
        for other in others:
            ann.do(SetTrust(other.text_id, accepted=True))
        await asyncio.sleep(1)
        for other in others:
            other.heard.clear()
            other.say(ann.peer, *[PictureAsk(picture_hash(FACE))] * 2)
        await asyncio.sleep(WHILE_S)
        assert sum(len(heard(other, PictureGive)) for other in others) == 3

    play(tmp_path, 4, scene)
