"""Nothing of a blocked person comes in, although anybody can have a session."""

import asyncio
from pathlib import Path

from app.commands import SendText, SetTrust
from app.model import MessageState
from tests.sim.rooms import meet_all, play, said
from tests.sim.virtual import Air, Side, until


def test_what_a_blocked_person_says_waits_at_theirs_until_they_are_none(tmp_path: Path) -> None:
    async def scene(air: Air, sides: list[Side]) -> None:
        ann, eve = sides
        await meet_all(air, ann, eve)
        ann.do(SetTrust(eve.text_id, blocked=True))
        await asyncio.sleep(1)
        air.meet(ann, eve)
        eve.do(SendText(ann.text_id, "let me in"))
        await asyncio.sleep(10)
        assert ann.shown() == []
        assert MessageState.DELIVERED not in eve.states(said(eve, "let me in").message_id)
        ann.do(SetTrust(eve.text_id, blocked=False))
        air.meet(ann, eve)
        await until(lambda: ann.shown() == ["let me in"])

    play(tmp_path, 2, scene)
