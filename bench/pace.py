"""How fast the window is over the profile of bench.hoard, in the process of bench.start."""

import random
from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from typing import Final

import apsw

from app.events import MessagesAdded
from app.model import Message
from app.store.search import match_expression, search_terms
from bench.frames import Frames, timed_ms
from bench.hoard import HAN_WORD, MESSAGES, PEOPLE, RARE_WORD, chat_id, chat_key, order_key
from ui.desk import Desk
from ui.sidebar.panel import SidePanel
from ui.switchboard import Switchboard
from ui.window import Window

TURNS: Final = 40
FRAMES: Final = 400
STEP_PX: Final = 97
"""A turn of the wheel, and no divisor of anything."""
ROUNDS: Final = 4
KEYS: Final = ["p", "pr", "pri", "prin", "print", "prin", "pri", "pr", "p", ""]
"""As they stand in the search field, key by key."""
_ROWS: Final = 50
_LONG_EVERY: Final = 4
"""Of the chats that are opened, each so manieth is the long one."""
_SEED: Final = 7
_RAW: Final = """
    SELECT m.text FROM message AS m WHERE m.message_row IN (SELECT rowid FROM message_search
        WHERE message_search MATCH ? ORDER BY rowid DESC LIMIT ?)"""


def measure(window: Window, desk: Desk) -> dict[str, list[float]]:
    return Pace(window.findChild(Switchboard), desk, window.side).measure()


class Pace:
    """One thing after the other, each so often that its slow ones are seen."""

    def __init__(self, board: Switchboard, desk: Desk, side: SidePanel) -> None:
        self._board, self._desk, self._side = board, desk, side
        self._view = board.chat.page.view
        self._model = self._view.chat_model
        self._chance = random.Random(_SEED)
        self._frames = Frames(self._view.viewport())

    def measure(self) -> dict[str, list[float]]:
        return {
            "open": list(self._open()),
            "scroll": list(self._scroll()),
            "jump": list(self._jump()),
            "append": list(self._append()),
            "han": list(self._search(HAN_WORD)),
            "rare": list(self._search(RARE_WORD)),
            "filter": list(self._filter()),
        }

    def _open(self) -> Iterator[float]:
        for turn in range(TURNS):
            number = 1 if turn % _LONG_EVERY == 0 else self._chance.randrange(2, PEOPLE + 1)
            yield self._frames.timed_ms(partial(self._board.open_person, chat_id(number)))

    def _scroll(self) -> Iterator[float]:
        """Up, through what has to be read from the disk."""
        self._board.open_person(chat_id(1))
        bar = self._view.verticalScrollBar()
        for _ in range(FRAMES):
            yield self._frames.timed_ms(lambda: bar.setValue(bar.value() - STEP_PX))

    def _jump(self) -> Iterator[float]:
        for _ in range(TURNS):
            key = order_key(self._chance.randrange(MESSAGES))
            yield self._frames.timed_ms(partial(self._go_to, key))

    def _go_to(self, key: int) -> None:
        history = self._desk.history
        assert history is not None
        self._view.show_row(self._model.open_at(history, chat_key(1), key))

    def _append(self) -> Iterator[float]:
        self._frames.timed_ms(self._board.chat.go_to_bottom)
        last = self._model.row(self._model.rowCount() - 1).message
        for turn in range(TURNS):
            event = MessagesAdded((_later(last, turn + 1),))
            yield self._frames.timed_ms(partial(self._desk.on_event, event))

    def _search(self, word: str) -> Iterator[float]:
        """As the window asks: on its own connection."""
        assert self._desk.open_history is not None
        reader = self._desk.open_history()
        for _ in range(TURNS):
            yield timed_ms(partial(reader.search, word, _ROWS))  # type: ignore[attr-defined]
        reader.close()

    def _filter(self) -> Iterator[float]:
        frames = Frames(self._side.search)
        for text in KEYS * ROUNDS:
            yield frames.timed_ms(partial(self._side.search.setText, text))


def _later(last: Message, turn: int) -> Message:
    text = f"message {turn} of those that are added"
    key = last.order_key + turn * (1 << 26)
    return replace(last, message_id=f"{turn:032x}", text=text, order_key=key)


def measure_raw(database: str) -> dict[str, list[float]]:
    """The same searches, put to SQLite without any of ours."""
    connection = apsw.Connection(database, flags=apsw.SQLITE_OPEN_READONLY)
    told = {}
    for name, word in (("raw han", HAN_WORD), ("raw rare", RARE_WORD)):
        values = (match_expression(search_terms(word)), _ROWS)
        ask = partial(lambda values: connection.execute(_RAW, values).fetchall(), values)
        told[name] = [timed_ms(ask) for _ in range(TURNS)]
    connection.close()
    return told
