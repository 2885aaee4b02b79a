"""What contacts look like: told as a hash in Hello, and fetched once, from contacts alone.

Nobody who is not accepted learns of our picture, is asked for theirs, or is answered; a beacon
reaches none of this, for it begins with a Hello inside a session.
"""

import asyncio
import random
from typing import Final

from app import commands
from app.engine.core import Core
from app.engine.people import Acquaintance, People
from app.engine.room_book import RoomBook
from app.errors import ErrorCode, KnownError
from app.events import PictureRead
from net.protocol.identity import PeerId
from net.protocol.limits import PICTURE_MAX_BYTES
from net.protocol.rates import TokenBucket
from net.protocol.records import PictureAsk, PictureGive, encode_frame, picture_hash

ASK_AFTER_S: Final = 0.3
"""At most, by chance: not all contacts ask in the same moment."""
ASK_AGAIN_S: Final = 3.0
ASK_GROWTH: Final = 3.0
ASK_CAP_S: Final = 600.0
_GROWN_TRIES: Final = 8
"""The pause has its cap by then."""
REFUSED_S: Final = 60.0
"""By a full disk, which is the user's to empty."""
ASKS_BURST, ASKS_PER_S = 4, 0.05
"""Of one contact, each way: who changes pictures faster is seen later."""
GIVES_BURST, GIVES_PER_S = 32, 16
"""To all together: half a megabyte a second, however many contacts there are."""


class Pictures:
    def __init__(self, core: Core, people: People, book: RoomBook) -> None:
        self._core = core
        self._people = people
        self._book = book
        self._gives = TokenBucket(GIVES_BURST, GIVES_PER_S, core.now_s())
        self._talks: dict[PeerId, _Talk] = {}
        """With contacts alone."""
        self._is_stopped = False

    async def open(self) -> None:
        """Before anybody is greeted."""
        self._core.show_picture(await self._core.write(lambda w: w.own_picture()))

    def stop(self) -> None:
        self._is_stopped = True
        for talk in self._talks.values():
            talk.end()

    async def change(self, image: bytes) -> None:
        """Ours, empty for none; whoever has a session is to be greeted anew. Raises KnownError."""
        if len(image) > PICTURE_MAX_BYTES:
            detail = f"a picture has at most {PICTURE_MAX_BYTES} bytes"
            raise KnownError(ErrorCode.TOO_LONG, detail)
        await self._core.write(lambda w: w.set_own_picture(image))
        self._core.show_picture(image)

    async def read(self, command: commands.GetPicture) -> None:
        """Raises KnownError when there is nobody of that name."""
        name, image = command.chat, self._core.picture
        room = self._book.find(name) if name else None
        if room:
            room_id = room.room_id
            image = await self._core.write(lambda w: w.room_picture(room_id))
            chat_id = room.text_id
        elif name:
            person = self._people.find(name)
            chat_id, digest = person.text_id, person.picture if person.is_contact else None
            image = await self._core.write(lambda w: w.picture(digest)) if digest else b""
        else:
            chat_id = ""
        self._core.emit(PictureRead(chat_id, image, command.ref))

    # --- What they look like -------------------------------------------------
    def look_at(self, person: Acquaintance) -> None:
        """They said Hello, or are no stranger any more: is theirs another than the one here?"""
        if self._is_stopped or not (person.is_contact and person.is_online):
            return
        talk, told = self._talk(person), person.told_picture
        if told == person.picture:
            talk.end()
        elif told is None:
            talk.end()
            person.picture = None
            self._core.write_later(lambda w: w.set_picture(person.peer, b""))
            self._people.tell(person)
        elif talk.asked != told:
            talk.end()
            talk.asked = told
            after_s = random.uniform(0, ASK_AFTER_S)
            talk.timer = self._core.loop.call_later(after_s, self._ask, person)

    def on_ask(self, person: Acquaintance, ask: PictureAsk) -> None:
        """By stream, for no datagram holds it."""
        if not person.is_contact or ask.picture != self._core.picture_hash:
            return
        now_s, address = self._core.now_s(), person.stream_address
        if address and self._talk(person).gives.take(now_s) and self._gives.take(now_s):
            frame = encode_frame(PictureGive(self._core.picture))
            self._core.node.send_large(person.peer, address, [frame])

    def on_give(self, person: Acquaintance, give: PictureGive) -> None:
        """Only what was asked for, and once."""
        talk = self._talks.get(person.peer)
        if talk and person.is_contact and talk.asked == picture_hash(give.image):
            talk.end()
            self._core.spawn(self._keep(person, give.image))

    async def _keep(self, person: Acquaintance, image: bytes) -> None:
        """What the disk refuses is asked for again, much later."""
        try:
            await self._core.write(lambda w: w.set_picture(person.peer, image))
        except KnownError as error:
            self._core.report(error)
            talk = self._talk(person)
            if talk.asked is None and not self._is_stopped:
                talk.asked, talk.tries = picture_hash(image), 1
                talk.timer = self._core.loop.call_later(REFUSED_S, self._ask, person)
            return
        if not person.is_contact:  # forgotten or blocked meanwhile
            person.picture = None
            self._core.write_later(lambda w: w.set_picture(person.peer, b""))
            return
        person.picture = picture_hash(image)
        self._people.tell(person)
        self.look_at(person)  # they may have said another one meanwhile, or none

    def _ask(self, person: Acquaintance) -> None:
        """Again and again, ever more rarely. Every other time by a stream of ours, on which they
        can answer, for they may not be able to open one to us."""
        talk, address = self._talk(person), person.stream_address
        if talk.asked is None or not (person.is_contact and person.is_online):
            talk.end()
            return
        if talk.asks.take(self._core.now_s()):
            frame = encode_frame(PictureAsk(talk.asked))
            if talk.tries % 2 and address:
                self._core.node.send_large(person.peer, address, [frame])
            else:
                self._core.node.send(person.peer, [frame])
        talk.timer = self._core.loop.call_later(pause_s(talk.tries), self._ask, person)
        talk.tries += 1

    def _talk(self, person: Acquaintance) -> "_Talk":
        return self._talks.setdefault(person.peer, _Talk(self._core.now_s()))


def pause_s(tries: int) -> float:
    """Until the next question. Who never answers is asked for weeks, so nothing may grow."""
    return min(ASK_CAP_S, ASK_AGAIN_S * ASK_GROWTH ** min(tries, _GROWN_TRIES))


class _Talk:
    """What goes to and fro with one contact about pictures."""

    __slots__ = ("asked", "asks", "gives", "timer", "tries")

    def __init__(self, now_s: float) -> None:
        self.asks = TokenBucket(ASKS_BURST, ASKS_PER_S, now_s)
        self.gives = TokenBucket(ASKS_BURST, ASKS_PER_S, now_s)
        self.asked: bytes | None = None
        self.tries = 0
        self.timer: asyncio.TimerHandle | None = None

    def end(self) -> None:
        """Nothing is asked for any more."""
        self.asked, self.tries = None, 0
        if self.timer is not None:
            self.timer.cancel()
            self.timer = None
