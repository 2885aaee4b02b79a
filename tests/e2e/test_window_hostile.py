"""Hostile people against a real window: a stranger who floods, and one who was trusted first.

What they cost the engine is held in tests/integration/test_hostile_*; here the window stands
behind it, with the chat open in which they write.
"""

import os
from collections.abc import Iterator

import pytest
from msgspec import Raw

from net.protocol.records import (
    Data,
    Edit,
    Offer,
    React,
    Text,
    Typing,
    encode_frame,
    encode_record,
)
from net.protocol.stream import StreamType
from net.streams import StreamHello
from tests.e2e.conftest import BEN
from tests.e2e.desktop import Area, Desktop, Person, open_chat, open_window, say, wait_until
from tests.e2e.headless import Headless
from tests.hostile.oracles import HONEST_S, Cost, hold
from tests.hostile.peer import HostilePeer

AREA = Area(10, 30, 1200, 760)
MARKUP = "<img src='file:///etc/passwd'><b>&amp;</b><script>alert(1)</script>"
HEAVY = {
    "f01-markup": MARKUP * 20,
    "f02-giant-markup": "<table>" * 5_000,
    "f04-bidirectional": "\u202e\u2066txt.exe\u2069" * 500,
    "d10-one-word": "W" * 60_000,
    "d10-combining": "a" + "\u0301" * 20_000,
    "d10-emoji": "👩‍👩‍👧‍👦" * 2_000,
    "d10-lines": "\n" * 30_000,
    "d10-code": "```\n" + "x" * 30_000 + "\n```",
    "d10-marks": "*_`~" * 10_000,
    "d10-han": "汉" * 20_000,
    "d10-links": "http://example.org/" + "a/" * 8_000,
}
SENTENCE = "still there?"


class Siege:
    """Ann at her window, Ben whom she knows, and how to reach her."""

    def __init__(self, desktop: Desktop, ben: Headless) -> None:
        self.desktop, self.ben = desktop, ben
        self.ann = open_window(desktop, "Ann-under-attack", AREA)
        seen = ben.wait("peer", name=self.ann.name, online=True)
        self.peer_id = str(seen["peer_id"])
        self.port = int(seen["address"].rpartition(":")[2])
        say(desktop, self.ann, BEN, "Hello Ben")
        self._before = Cost.of(self.ann.process.pid)

    def is_unharmed(self) -> None:
        message = self.ben.send(self.peer_id, SENTENCE)
        self.ben.delivered(message, within_s=HONEST_S)
        assert self.ann.process.poll() is None
        hold(Cost.of(self.ann.process.pid).faults(self._before))
        assert "Traceback" not in self.desktop.log(self.ann.name)


@pytest.fixture
def siege(desktop: Desktop, ben: Headless) -> Siege:
    return Siege(desktop, ben)


@pytest.fixture
def mallory(siege: Siege) -> Iterator[HostilePeer]:
    with HostilePeer("Mallory") as made:
        made.meet(siege.port)
        made.say_hello()
        yield made


def text(words: str) -> Text:
    return Text(os.urandom(16), 1, 1, words)


def give_by_stream(mallory: HostilePeer, record: Text) -> None:
    """As large texts come."""
    mallory.seq += 1
    data = Data(mallory.lane, 1, ((mallory.seq, Raw(encode_record(record))),))
    end = mallory.dial(StreamHello(v=1, use="chat"))
    with end.sock:
        end.sock.sendall(end.sealer.seal(StreamType.FRAME, b"\x91" + encode_frame(data)))
        mallory.is_answered()


def texts_of(person: Person, name: str) -> list[str]:
    return [one.text for one in person.messages() if one.text.startswith(name)]


def test_strangers_leave_three_texts_each_and_the_window_stays_quick(
    siege: Siege, mallory: HostilePeer
) -> None:
    names = [MARKUP, f"{BEN}\u200b", "\u202ekcolB", "W" * 120, "\n\nAccept"]
    for number, name in enumerate(names):
        with HostilePeer() as other:
            other.meet(siege.port)
            other.say_hello(name)
            for place in range(20):
                other.give(text(f"stranger {number} text {place}"))
            other.is_answered()
    for place in range(3):
        mallory.tell(text(f"Mallory {place}"))
    for place in range(200):
        mallory.give(text(f"Mallory more {place}"))
        mallory.say(Typing(is_on=place % 2 == 0))
    mallory.is_answered()
    wait_until("Mallory's three are there", lambda: len(texts_of(siege.ann, "Mallory")) == 3)
    siege.is_unharmed()
    for number in range(len(names)):
        assert len(texts_of(siege.ann, f"stranger {number}")) == 3
    assert len(texts_of(siege.ann, "Mallory")) == 3
    say(siege.desktop, siege.ann, BEN, "I can still write")
    siege.ben.wait("message", text="I can still write")


def test_what_a_trusted_one_writes_costs_the_window_nothing(
    siege: Siege, mallory: HostilePeer
) -> None:
    say(siege.desktop, siege.ann, "Mallory", "Hello Mallory")
    open_chat(siege.desktop, siege.ann, "Mallory")
    for words in HEAVY.values():
        message = text(words)
        give_by_stream(mallory, message)
        wait_until("it is there", lambda sent=words: siege.ann.has(sent))  # type: ignore[misc]
        mallory.give(React(message.message, mallory.identity.peer_id, 9, "👍"))
        mallory.give(Edit(message.message, 10, 9, words[::-1][:150]))
        siege.is_unharmed()
    names = tuple(f"{MARKUP[:40]}{number}.txt" for number in range(20))
    mallory.give(Offer(os.urandom(16), 1, 1, os.urandom(16), bytes(32), 20, 0, 2**50, names))
    mallory.is_answered()
    siege.is_unharmed()
    say(siege.desktop, siege.ann, BEN, "I can still write")
    siege.ben.wait("message", text="I can still write")
    assert len(siege.desktop.windows_of(siege.ann.process, "Landline")) == 1
