"""The engine at its desk: what the network tells goes to the part that deals with it."""

import asyncio
from collections.abc import Callable, Sequence
from typing import Any

from app.engine.arrivals import Arrival
from app.engine.core import Core
from app.engine.dispatcher import Dispatcher
from app.engine.parts import Parts
from app.engine.people import STRANGERS_MAX, Acquaintance
from app.events import NetworksChanged, Ready, Status
from app.model import Trust
from app.version import VERSION
from net.addresses import parse_address
from net.node import Node, NodeListener
from net.protocol.identity import PeerId, encode_peer_id
from net.protocol.limits import DEFAULT_PORT
from net.protocol.packet import Address
from net.protocol.records import (
    Ack,
    Bye,
    Data,
    Decision,
    Delete,
    Edit,
    Frame,
    Heard,
    Held,
    Hello,
    Offer,
    PictureAsk,
    PictureGive,
    Ping,
    Pong,
    React,
    Read,
    Record,
    RoomAsk,
    RoomEntry,
    RoomGiven,
    RoomHave,
    RoomPost,
    RoomRead,
    Text,
    Typing,
    Void,
)
from net.protocol.rooms import EVERYONE
from net.protocol.session_event import ConnectFailed, Established
from net.protocol.sightings import Sighting
from net.streams import Stream


class Office:
    """Owns the parts, opens and closes them; is the node's listener."""

    def __init__(
        self, core: Core, make_node: Callable[[NodeListener], Node], *, epoch: bytes
    ) -> None:
        """``make_node`` gives the network, not started, for this listener."""
        self._core = core
        self._networks = 0
        self._is_ready = False
        core.node = make_node(self)
        self.parts = Parts(core, self._on_record, epoch=epoch)
        self.dispatcher = Dispatcher(core, self.parts, self._status)

    async def open(self) -> None:
        """Loads what is remembered, meets the network, and says ``Ready`` before all else."""
        await self._core.write(lambda w: (w.forget_rooms(), w.forget_strangers(STRANGERS_MAX)))
        people, asking, rooms, given, waiting, queued, last = await self._core.write(
            lambda w: (
                w.people(),
                w.asking(),
                w.rooms_stored(),
                w.given_numbers(),
                w.peers_waited_for(),
                w.queued_count(),
                w.last_arrival(),
            )
        )
        self.parts.lanes.load(given)
        for stored in people:
            self.parts.people.load(stored, _parse_all(stored.addresses))
        self.parts.strangers.load_all(filter(None, map(self.parts.people.get, asking)))
        for room in rooms:
            known = self.parts.book.load(room)
            if not room.has_members:
                await self.parts.rooms.remember_members(known)
            self.parts.sync.retry_early(known)
        await self.parts.transfers.recover()
        await self.parts.pictures.open()
        self._core.node.start()
        self._core.emit(Ready(self._status(queued)))
        self._is_ready = True
        await self.parts.everyone.open()
        await self.parts.lanes.announce_rest(last)
        await self.parts.gaps.look_everywhere()
        for peer in waiting:
            person = self.parts.people.get(peer)
            if person:
                await self.parts.lanes.open(person)
        self.parts.presence.start()

    async def close(self, timeout_s: float) -> None:
        """Transfers pause, peers hear goodbye, what is unwritten is written, sockets close."""
        self.parts.chat.flush()
        self.parts.chat.typists.stop()
        self.parts.posts.stop()
        self.parts.sync.stop()
        self.parts.pictures.stop()
        self.parts.workers.stop()
        self.parts.queue.stop()
        self.parts.landings.stop()
        self.parts.pushes.stop()
        await asyncio.gather(self.parts.runs.stop(), self.parts.helpers.stop())
        self.parts.presence.stop()
        self.parts.lanes.stop()
        await self._core.drain(timeout_s)
        await self._core.node.stop()
        self.parts.workers.close()

    def _status(self, queued: int) -> Status:
        return Status(
            peer_id=encode_peer_id(self._core.identity.peer_id),
            name=self._core.name,
            version=VERSION,
            udp_port=self._core.node.port,
            tcp_port=self._core.node.port,
            peers=self.parts.presence.online_count,
            queued=queued,
            networks=self._networks,
            picture=self._core.picture,
        )

    # --- the node's news ---------------------------------------------------

    def on_established(self, event: Established) -> None:
        self.parts.presence.on_established(event)

    def on_frames(self, peer: PeerId, frames: Sequence[Frame]) -> None:
        person = self.parts.people.get(peer)
        if person is None:
            return
        person.heard_s = self._core.now_s()
        for frame in frames:
            _FRAMES[type(frame)](self, person, frame)

    def on_moved(self, peer: PeerId, address: Address) -> None:
        self.parts.presence.on_moved(peer, address)
        self.parts.runs.doubt(peer)

    def on_ended(self, peer: PeerId) -> None:
        self.parts.presence.on_ended(peer)

    def on_connect_failed(self, event: ConnectFailed) -> None:
        self.parts.reaching.on_connect_failed(event)

    def on_sighting(self, sighting: Sighting) -> None:
        self.parts.presence.on_sighting(sighting)

    def on_networks(self, count: int) -> None:
        self._networks = count
        if self._is_ready:
            self._core.emit(NetworksChanged(count))
            self.parts.presence.on_networks()
            self.parts.queue.hurry()

    def on_transfer_stream(self, stream: Stream) -> None:
        self.parts.pushes.call_off(stream)
        self.parts.exchange.on_stream(stream)

    def on_chat_stream_lost(self, peer: PeerId) -> None:
        self.parts.lanes.on_stream_lost(peer)

    def is_known(self, peer: PeerId) -> bool:
        person = self.parts.people.get(peer)
        return person is not None and person.trust is not Trust.BLOCKED

    def is_stranger(self, peer: PeerId) -> bool:
        return self.parts.people.get(peer) is None

    def is_contact(self, peer: PeerId) -> bool:
        person = self.parts.people.get(peer)
        return person is not None and person.is_contact

    def is_contact_host(self, host: str) -> bool:
        return self.parts.people.is_contact_host(host)

    # --- what a session brings ---------------------------------------------

    def _on_post(self, person: Acquaintance, post: RoomPost) -> Arrival:
        if post.room == EVERYONE:
            return self.parts.everyone.on_post(person, post)
        return self.parts.posts.on_post(person, post)

    def _on_offer(self, person: Acquaintance, offer: Offer) -> Arrival:
        is_shared = self.parts.book.is_shared(person, offer)
        return self.parts.transfers.on_offer(person, offer, is_shared=is_shared)

    def _on_hello(self, person: Acquaintance, hello: Hello) -> None:
        was_greeted = person.hello_serial >= 0
        self.parts.presence.on_hello(person, hello)
        if person.is_online:
            self.parts.keys.on_hello(person)
            self.parts.pictures.look_at(person)
        if person.hello_serial >= 0 and not was_greeted:
            self.parts.queue.hurry(person.peer)

    def _on_record(self, person: Acquaintance, record: Record) -> Arrival:
        person.is_kept = person.is_kept or not isinstance(record, _PASSING)
        handle = _RECORDS.get(type(record))
        return handle(self, person, record) if handle else Arrival()


def _parse_all(texts: Sequence[str]) -> list[Address]:
    addresses = []
    for text in texts:
        try:
            addresses.append(parse_address(text, DEFAULT_PORT))
        except ValueError:
            continue  # of another version, or a damaged row: beacons will tell
    return addresses


_PASSING = Void | Read | Decision | RoomRead | RoomHave | RoomAsk | RoomGiven
"""Of these nothing stays on the disk that is not there already."""

_FRAMES: dict[type, Callable[[Office, Acquaintance, Any], None]] = {
    Hello: lambda o, p, f: o._on_hello(p, f),
    Heard: lambda o, p, f: o.parts.presence.on_heard(p, f),
    Ping: lambda o, p, f: o.parts.presence.on_ping(p, f),
    Pong: lambda o, p, f: o.parts.presence.on_pong(p, f),
    Bye: lambda o, p, _: o.parts.presence.on_bye(p),
    Data: lambda o, p, f: o.parts.lanes.on_data(p, f),
    Ack: lambda o, p, f: o.parts.lanes.on_ack(p, f),
    Held: lambda o, p, f: o.parts.lanes.on_held(p, f),
    PictureAsk: lambda o, p, f: o.parts.pictures.on_ask(p, f),
    PictureGive: lambda o, p, f: o.parts.pictures.on_give(p, f),
    Typing: lambda o, p, f: o.parts.chat.typists.on_frame(p, f),
}

_RECORDS: dict[type, Callable[[Office, Acquaintance, Any], Arrival]] = {
    Text: lambda o, p, r: o.parts.chat.on_text(p, r),
    Read: lambda o, p, r: o.parts.chat.on_read(p, r),
    Offer: lambda o, p, r: o._on_offer(p, r),
    Decision: lambda o, p, r: o.parts.transfers.on_decision(p, r),
    Edit: lambda o, p, r: o.parts.deeds.on_deed(p, r),
    Delete: lambda o, p, r: o.parts.deeds.on_deed(p, r),
    React: lambda o, p, r: o.parts.deeds.on_deed(p, r),
    RoomEntry: lambda o, p, r: o.parts.rooms.on_entry(p, r),
    RoomPost: lambda o, p, r: o._on_post(p, r),
    RoomRead: lambda o, p, r: o.parts.posts.on_read(p, r),
    RoomHave: lambda o, p, r: o.parts.sync.on_have(p, r),
    RoomAsk: lambda o, p, r: o.parts.sync.on_ask(p, r),
    RoomGiven: lambda o, p, r: o.parts.sync.on_given(p, r),
}
