"""Tells where something is missing: what stands behind it was shown, for it kept us waiting.

The disk knows which numbers are missing. Here is only what was told last, and when to look again.
"""

import asyncio
from typing import TYPE_CHECKING, Final

from app.engine.core import Core
from app.engine.people import Acquaintance, People
from app.errors import KnownError
from app.events import GapsChanged
from app.model import Gap, Reach, Trust
from app.store.types import ChatId
from app.store.writer import Writer

if TYPE_CHECKING:
    from app.engine.room_book import KnownRoom, RoomBook

LOOK_EVERY_S: Final = 0.1
"""Whatever comes meanwhile: who sends every second number makes us look no more often."""


class Gaps:
    def __init__(self, core: Core, people: People, book: "RoomBook") -> None:
        self._core = core
        self._people = people
        self._book = book
        self._told: dict[str, tuple[Gap, ...]] = {}
        """By chat; of those alone where something is missing."""
        self._wanted: dict[str, Acquaintance | KnownRoom] = {}
        self._is_looking = False

    async def look_everywhere(self) -> None:
        """After a start, and when more, or less, is taken in."""
        people, rooms = await self._core.write(lambda w: w.gapped_chats())
        for peer in people:
            if person := self._people.get(peer):
                self.look(person)
        for room_id in rooms:
            if room := self._book.get(room_id):
                self.look(room)

    def look(self, chat: "Acquaintance | KnownRoom") -> None:
        """Soon; tells if it is otherwise than what was told. Where nothing is waited for the disk
        is not asked: strangers may leave out numbers in as many lanes as there are of them."""
        if not (self._waits(chat) or self.has(chat)):
            return
        self._wanted[chat.text_id] = chat
        if not self._is_looking:
            self._is_looking = True
            self._core.spawn(self._look())

    def has(self, chat: "Acquaintance | KnownRoom") -> bool:
        """Whether it was told that something is missing there."""
        return chat.text_id in self._told

    async def _look(self) -> None:
        try:
            while self._wanted:
                await self._look_once()
                await asyncio.sleep(LOOK_EVERY_S)
        except KnownError as error:  # whatever comes next makes us look again
            self._core.report(error)
        finally:
            self._is_looking = False

    async def _look_once(self) -> None:
        chats = tuple(self._wanted.values())
        self._wanted.clear()
        ids = [_chat_id(chat) for chat in chats]

        def read(w: Writer) -> list[tuple[Gap, ...]]:
            return [w.gaps(chat_id) for chat_id in ids]

        for chat, gaps in zip(chats, await self._core.write(read), strict=True):
            self._tell(chat.text_id, gaps if self._waits(chat) else ())

    def _tell(self, chat_id: str, gaps: tuple[Gap, ...]) -> None:
        if gaps == self._told.get(chat_id, ()):
            return
        if gaps:
            self._told[chat_id] = gaps
        else:
            del self._told[chat_id]
        self._core.emit(GapsChanged(chat_id, gaps))

    def _waits(self, chat: "Acquaintance | KnownRoom") -> bool:
        """Whether all that is missing is taken in when it comes. Of a request it is we who leave
        most of it with its sender."""
        is_free = self._core.profile.settings.reach is Reach.EVERYONE
        if isinstance(chat, Acquaintance):
            return chat.is_contact or (is_free and chat.trust is Trust.NEW)
        return self._book.is_in(chat) and (is_free or chat.is_accepted)


def _chat_id(chat: "Acquaintance | KnownRoom") -> ChatId:
    return chat.peer if isinstance(chat, Acquaintance) else chat.room_id
