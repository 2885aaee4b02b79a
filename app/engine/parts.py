"""The engine's parts, made and joined."""

from functools import partial

from app.engine.arrivals import Handler
from app.engine.chat import Chat
from app.engine.core import Core
from app.engine.deeds import Deeds
from app.engine.diagnosing import diagnose
from app.engine.everyone import Everyone
from app.engine.exchange import Exchange
from app.engine.forgetting import Forgetting
from app.engine.gaps import Gaps
from app.engine.helpers import Helpers
from app.engine.keys import KeyChanges
from app.engine.landings import Landings
from app.engine.lanes import Lanes
from app.engine.listings import Listings
from app.engine.offers import Offers
from app.engine.people import Acquaintance, People
from app.engine.pictures import Pictures
from app.engine.presence import Presence
from app.engine.pushes import Pushes
from app.engine.queue import Queue
from app.engine.reaching import Reaching
from app.engine.room_book import KnownRoom, RoomBook
from app.engine.room_posts import RoomPosts
from app.engine.room_sync import RoomSync
from app.engine.rooms import Rooms
from app.engine.runs import Runs
from app.engine.strangers import Strangers
from app.engine.transfers import Transfers
from app.engine.workers import Workers


class Parts:
    """Each is given what it stands on; what calls upwards is joined at the end."""

    def __init__(self, core: Core, handler: Handler, *, epoch: bytes) -> None:
        """``handler`` turns a record into what is done with it; ``epoch`` is this start's."""
        self._core = core
        self.people = People(core)
        self.chat = Chat(core, self.people)
        self.reaching = Reaching(core, self.people)
        self.presence = Presence(
            core, self.people, self.reaching, epoch=epoch, on_here=self._on_here
        )
        self.diagnose = partial(diagnose, core, self.people, self.presence, self.reaching)
        self.keys = KeyChanges(core, self.people)
        self.book = RoomBook(core, self.people)
        self.pictures = Pictures(core, self.people, self.book)
        self.strangers = Strangers(core, self.book.is_ours)
        self.gaps = Gaps(core, self.people, self.book)
        self.lanes = Lanes(core, handler, self.reaching.want, self.strangers, self.gaps)
        self._make_transfers(core)
        self._make_rooms(core, handler)
        self.deeds = Deeds(core, self.people, self.lanes, self.book, self.posts)
        self.forgetting = Forgetting(
            core,
            self.people,
            runs=self.runs,
            exchange=self.exchange,
            landings=self.landings,
            lanes=self.lanes,
        )
        self._join()

    def _make_transfers(self, core: Core) -> None:
        self.helpers = Helpers(core)
        self.runs = Runs(core, self.helpers)
        self.listings = Listings(core, self.people, self.helpers, self.runs.open_list)
        self.workers = Workers(core)
        self.exchange = Exchange(
            core, self.people, runs=self.runs, listings=self.listings, workers=self.workers
        )
        self.offers = Offers(core, self.people, self.book, self.runs, self.workers)
        self.pushes = Pushes(core, self.people, self.helpers, self.runs, self.exchange.serve)
        self.queue = Queue(
            core,
            self.people,
            runs=self.runs,
            exchange=self.exchange,
            pushes=self.pushes,
            workers=self.workers,
        )
        self.landings = Landings(core, self.runs, self.workers)
        self.transfers = Transfers(
            core,
            self.people,
            runs=self.runs,
            exchange=self.exchange,
            queue=self.queue,
            landings=self.landings,
            workers=self.workers,
        )

    def _make_rooms(self, core: Core, handler: Handler) -> None:
        self.rooms = Rooms(core, self.people, self.lanes, self.book)
        self.posts = RoomPosts(core, self.people, self.lanes, self.book, self.rooms)
        self.everyone = Everyone(core, self.people, self.lanes)
        self.sync = RoomSync(core, self.people, self.lanes, self.book, self.rooms)
        self.sync.handler = handler

    def _join(self) -> None:
        self.chat.lanes = self.offers.lanes = self.lanes
        self.transfers.lanes = self.exchange.lanes = self.lanes
        self.lanes.on_held_changed = self.people.tell
        self.people.on_decided = self._on_decided
        self.people.on_forgotten = self.lanes.forget
        self.rooms.on_grown, self.rooms.on_behind = self._on_grown, self.sync.seek
        self.rooms.on_unsaved = self.sync.tell_on
        self.posts.on_news, self.posts.on_deleted = self.sync.tell_on, self.sync.retry_early

    def _on_here(self, person: Acquaintance) -> None:
        self._core.spawn(self._welcome(person))

    async def _welcome(self, person: Acquaintance) -> None:
        await self.lanes.open(person)
        await self.sync.on_here(person)

    def _on_decided(self, person: Acquaintance) -> None:
        """They are no stranger any more."""
        self.keys.on_decided(person)
        self.gaps.look(person)
        for room in self.book.shared_with(person.peer):
            self.gaps.look(room)
        if self.strangers.on_decided(person.peer):
            for other in self.people:
                self.lanes.release(other)
        if person.is_contact:
            self.lanes.release(person)
            self.presence.greet(person)
            self.pictures.look_at(person)

    def _on_grown(self, room: KnownRoom) -> None:
        self.sync.retry_early(room)
        self.sync.tell_on(room)
        self.gaps.look(room)
