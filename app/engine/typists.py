"""Who is writing right now: said rarely, believed briefly, never kept."""

import asyncio

from app.engine.core import Core
from app.engine.people import Acquaintance, People
from app.events import TypingChanged
from net.protocol.identity import PeerId
from net.protocol.records import Typing, encode_frame

SAY_EVERY_S = 3.0
"""While it lasts: it is believed for longer than twice that."""
HEAR_EVERY_S = 1.0
"""Of one contact: who starts and stops all the time does not make the window flicker."""
BELIEVE_S = 7.0
"""Two of theirs may be lost."""


class Typists:
    def __init__(self, core: Core, people: People) -> None:
        self._core = core
        self._people = people
        self._said_s: dict[PeerId, float] = {}
        self._heard_s: dict[PeerId, float] = {}
        self._theirs: dict[PeerId, asyncio.TimerHandle] = {}

    def say(self, name: str, *, is_on: bool) -> None:
        """To somebody who is here, is no stranger, and unless the user keeps it to themselves.

        Raises KnownError for nobody.
        """
        person = self._people.find(name)
        said_s, now_s = self._said_s.get(person.peer), self._core.now_s()
        if not is_on:
            if self._said_s.pop(person.peer, None) is not None:
                self._core.node.send(person.peer, [encode_frame(Typing(is_on=False))])
            return
        if not (self._core.profile.settings.tells_typing and person.is_contact):
            return
        if said_s is None or now_s - said_s >= SAY_EVERY_S:
            self._said_s[person.peer] = now_s
            self._core.node.send(person.peer, [encode_frame(Typing(is_on=True))])

    def on_sent(self, person: Acquaintance) -> None:
        """A text tells the end of its writing."""
        self._said_s.pop(person.peer, None)

    def on_frame(self, person: Acquaintance, frame: Typing) -> None:
        if not frame.is_on:
            self.end(person)
        elif person.is_contact and self._is_due(person):
            was_known = self._forget(person.peer)
            self._theirs[person.peer] = self._core.loop.call_later(BELIEVE_S, self.end, person)
            if not was_known:
                self._tell(person, is_on=True)

    def end(self, person: Acquaintance) -> None:
        """They stopped, sent it, or left."""
        if self._forget(person.peer):
            self._tell(person, is_on=False)

    def stop(self) -> None:
        for handle in self._theirs.values():
            handle.cancel()
        self._theirs.clear()

    def _is_due(self, person: Acquaintance) -> bool:
        """Who starts and stops all the time does not make the window flicker."""
        heard_s, now_s = self._heard_s.get(person.peer, -BELIEVE_S), self._core.now_s()
        if person.peer not in self._theirs and now_s - heard_s < HEAR_EVERY_S:
            return False
        self._heard_s[person.peer] = now_s
        return True

    def _forget(self, peer: PeerId) -> bool:
        handle = self._theirs.pop(peer, None)
        if handle:
            handle.cancel()
        return handle is not None

    def _tell(self, person: Acquaintance, *, is_on: bool) -> None:
        self._core.emit(TypingChanged(person.text_id, is_on))
