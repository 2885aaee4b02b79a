"""Two ends of a transfer for tests: real sockets, real handshake, real files."""

import os
import socket
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from net.protocol.identity import Identity
from net.protocol.limits import STREAM_PREFIX_BYTES
from net.protocol.stream import RecordOpener, RecordSealer, StreamHandshake, StreamType
from net.protocol.transfer import (
    PIECE_BYTES,
    Fetch,
    Header,
    Piece,
    decode_header,
    decode_pieces,
    encode_header,
    encode_pieces,
)
from net.transfer.channel import SealedChannel
from net.transfer.choices import EVERYTHING, Choices
from net.transfer.landing import discard_landing
from net.transfer.progress import Progress
from net.transfer.receiver import Received, ReceiveRequest, receive_transfer
from net.transfer.scan import Block, Sources, scan_sources
from net.transfer.sender import serve_transfer

TRANSFER_ID = bytes(range(16))
LANDING = ".landline-0123456789abcdef"
WAIT_S = 30.0
T = TypeVar("T")


@dataclass
class End:
    """One end of a sealed stream, to drive by hand: what a hostile peer has."""

    sock: socket.socket
    sealer: RecordSealer
    opener: RecordOpener

    def channel(self, *, idle_s: float = WAIT_S) -> SealedChannel:
        return SealedChannel(self.sock, self.sealer, self.opener, idle_s=idle_s)

    def say(self, header: Header) -> None:
        self.say_bytes(encode_header(header))

    def say_bytes(self, body: bytes, kind: StreamType = StreamType.HEADER) -> None:
        self.sock.sendall(self.sealer.seal(kind, body))

    def give(self, content: bytes) -> None:
        self.say_bytes(content, StreamType.CONTENT)

    def hear(self) -> tuple[StreamType, bytes]:
        prefix = self._read(STREAM_PREFIX_BYTES)
        length, kind = self.opener.parse_prefix(prefix)
        return kind, self.opener.open(prefix, self._read(length))

    def hear_header(self) -> Header:
        kind, body = self.hear()
        assert kind is StreamType.HEADER, kind
        return decode_header(body)

    def ask(self, *pieces: Piece) -> None:
        """As a receiver that wants these."""
        self.say(Fetch(len(pieces)))
        if pieces:
            self.give(encode_pieces(pieces))

    def hear_fetch(self) -> list[Piece]:
        fetch = self.hear_header()
        assert isinstance(fetch, Fetch)
        return list(decode_pieces(self.hear_content(fetch.count * PIECE_BYTES)))

    def hear_content(self, size: int) -> bytes:
        content = b""
        while len(content) < size:
            kind, body = self.hear()
            assert kind is StreamType.CONTENT, (kind, body)
            content += body
        assert len(content) == size
        return content

    def finish(self) -> None:
        """Nothing more will be said; who waits for our end need not."""
        self.sock.shutdown(socket.SHUT_WR)

    def _read(self, size: int) -> bytes:
        data = b""
        while len(data) < size:
            more = self.sock.recv(size - len(data))
            if not more:
                raise EOFError
            data += more
        return data


def connect() -> tuple[End, End]:
    """A TCP connection over loopback with the handshake done."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        near = socket.create_connection(listener.getsockname())
        far, _ = listener.accept()
    near.settimeout(WAIT_S)
    far.settimeout(WAIT_S)
    identities = Identity(os.urandom(32)), Identity(os.urandom(32))
    first = StreamHandshake(identities[0], os.urandom, is_initiator=True)
    second = StreamHandshake(identities[1], os.urandom, is_initiator=False)
    for teller, hearer in ((first, second), (second, first), (first, second)):
        record = teller.send()
        assert record is not None
        hearer.receive(record[STREAM_PREFIX_BYTES:])
    return End(near, first.sealer, first.opener), End(far, second.sealer, second.opener)


@contextmanager
def linked() -> Iterator[tuple[End, End]]:
    near, far = connect()
    try:
        yield near, far
    finally:
        near.sock.close()
        far.sock.close()


@contextmanager
def running(work: Callable[[], T]) -> Iterator["Future[T]"]:
    """The work in a thread of its own; joined at the end."""
    with ThreadPoolExecutor(1) as pool:
        yield pool.submit(work)


def scan(*paths: Path) -> Sources:
    blocks: list[Block] = []
    return Sources(scan_sources(paths, lambda: False, blocks.append).totals, blocks)


def request_for(
    sources: Sources, destination: Path, choices: Choices = EVERYTHING
) -> ReceiveRequest:
    totals = sources.manifest.totals
    return ReceiveRequest(
        TRANSFER_ID,
        totals.manifest_hash,
        totals.size_bytes,
        destination,
        LANDING,
        choices,
        names=totals.names,
    )


@dataclass
class Outcome:
    got: Received
    sent: Progress
    received: Progress


def transfer(sources: Sources, destination: Path, choices: Choices = EVERYTHING) -> Outcome:
    """The whole talk between both real ends."""
    sent, received = Progress(), Progress()
    with linked() as (near, far):
        sender, receiver = near.channel(), far.channel()
        with running(lambda: serve_transfer(sender, sources, sent)) as serving:
            got = receive_transfer(receiver, request_for(sources, destination, choices), received)
            serving.result(WAIT_S)
    discard_landing(destination, LANDING)
    return Outcome(got, sent, received)


def tree_of(folder: Path) -> dict[str, bytes | None]:
    """Everything below a folder: content by path, None for a folder."""
    return {
        str(path.relative_to(folder)): path.read_bytes() if path.is_file() else None
        for path in sorted(folder.rglob("*"))
    }
