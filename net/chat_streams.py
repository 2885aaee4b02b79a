"""Chat streams by person: kept, closed, the newest found.

Both sides may call at once. Were one of the two closed, each side might choose the
other's; so two are kept, and each side sends on the newer that it knows.
"""

import asyncio
from collections.abc import Callable, Iterator
from typing import Final

from net.protocol.identity import PeerId
from net.streams import ChatStream, Stream

STREAMS_A_PERSON: Final = 2
"""One that each side has opened."""


class ChatStreams:
    def __init__(
        self,
        on_payload: Callable[[ChatStream, bytes], None],
        on_closed: Callable[[ChatStream], None],
    ) -> None:
        """``on_closed`` follows for each, also after ``drop``; not after ``stop``."""
        self._on_payload = on_payload
        self._on_closed = on_closed
        self._by_peer: dict[PeerId, list[ChatStream]] = {}
        self._closing: set[asyncio.Task[None]] = set()
        self._is_stopped = False

    def __iter__(self) -> Iterator[PeerId]:
        return iter(self._by_peer)

    def of(self, peer: PeerId) -> tuple[ChatStream, ...]:
        """The newest last: it is sent on, for the older may be half dead."""
        return tuple(self._by_peer.get(peer, ()))

    def add(self, stream: Stream) -> ChatStream:
        """Takes it over; the oldest of too many is closed."""
        streams = self._by_peer.setdefault(stream.peer, [])
        added = ChatStream(stream, self._on_payload, self._on_end)
        streams.append(added)
        if len(streams) > STREAMS_A_PERSON:
            self._close(streams.pop(0))
        return added

    def keep_newest(self, most: int, is_meant: Callable[[PeerId], bool]) -> None:
        """Of the people who are meant: the others' streams are closed, soon."""
        meant = [peer for peer in self._by_peer if is_meant(peer)]
        for peer in meant[: max(0, len(meant) - most)]:
            self.drop(peer)

    def drop(self, peer: PeerId) -> None:
        """Closes all of this person's, soon; they are not found any more."""
        for stream in self._by_peer.pop(peer, ()):
            self._close(stream)

    async def stop(self) -> None:
        self._is_stopped = True
        streams = [stream for several in self._by_peer.values() for stream in several]
        await asyncio.gather(*(stream.close() for stream in streams), *self._closing)

    def _close(self, stream: ChatStream) -> None:
        task = asyncio.get_running_loop().create_task(stream.close())
        self._closing.add(task)
        task.add_done_callback(self._closing.discard)

    def _on_end(self, stream: ChatStream) -> None:
        streams = self._by_peer.get(stream.peer, [])
        if stream in streams:
            streams.remove(stream)
            if not streams:
                del self._by_peer[stream.peer]
        if not self._is_stopped:
            self._on_closed(stream)
