"""The channel: whole records from any cut, waits that end, last words that arrive."""

import errno
import os
import socket
import struct
import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from net.protocol.errors import LocalProtocolError
from net.protocol.limits import CONTENT_BYTES
from net.protocol.stream import StreamType
from net.protocol.transfer import Alive, Cancel, Done, End, Fetch, Header, encode_header
from net.transfer import channel as channel_module
from net.transfer.channel import SealedChannel
from net.transfer.faults import Fault, TransferFault
from net.transfer.progress import Progress
from net.transfer.waiting import is_ready
from tests.unit.net.transfer.talk import WAIT_S, linked, running
from tests.unit.net.transfer.talk import End as Peer


@pytest.fixture
def ends() -> Iterator[tuple[SealedChannel, Peer]]:
    with linked() as (near, far):
        yield near.channel(idle_s=1.0), far


def test_b07_records_cut_anywhere_are_read_whole(ends: tuple[SealedChannel, Peer]) -> None:
    channel, peer = ends
    data = b"".join(
        (
            peer.sealer.seal(StreamType.HEADER, encode_header(Fetch(1))),
            peer.sealer.seal(StreamType.CONTENT, b"content"),
            peer.sealer.seal(StreamType.HEADER, encode_header(End())),
        )
    )
    peer.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def read() -> list[Header | bytes]:
        words: list[Header | bytes] = []
        for _ in range(3):
            word = channel.receive()
            words.append(bytes(word) if isinstance(word, memoryview) else word)
        return words

    with running(read) as reading:
        for at in range(len(data)):
            peer.sock.send(data[at : at + 1])
        assert reading.result(WAIT_S) == [Fetch(1), b"content", End()]


def test_content_and_headers_arrive_as_sent(ends: tuple[SealedChannel, Peer]) -> None:
    channel, peer = ends
    content = bytes(range(256)) * (CONTENT_BYTES // 256)

    def write() -> None:
        channel.send_header(End())
        for size in (1, CONTENT_BYTES):
            channel.send_content(memoryview(content)[:size])

    with running(write) as writing:
        assert peer.hear_header() == End()
        assert peer.hear_content(1) == content[:1]
        assert peer.hear_content(CONTENT_BYTES) == content
        writing.result(WAIT_S)


def test_b15_too_much_content_for_a_record_is_our_own_error(
    ends: tuple[SealedChannel, Peer],
) -> None:
    channel, _ = ends
    for size in (0, CONTENT_BYTES + 1):
        with pytest.raises(LocalProtocolError):
            channel.send_content(memoryview(bytes(size)))


@pytest.mark.parametrize(
    "rest", [End(), b"6789", b"678901234"], ids=["header", "more", "much more"]
)
def test_b09_content_of_another_size_than_was_said_is_refused(
    ends: tuple[SealedChannel, Peer], rest: Header | bytes
) -> None:
    channel, peer = ends
    peer.give(b"12345")
    peer.give(rest) if isinstance(rest, bytes) else peer.say(rest)
    with pytest.raises(TransferFault) as fault:
        channel.receive_whole(8)
    assert fault.value.fault is Fault.BROKEN_PEER


SENDS: list[Callable[[SealedChannel], None]] = [
    lambda channel: channel.send_header(End()),
    lambda channel: channel.send_content(memoryview(b"x")),
]


@pytest.mark.parametrize("send", SENDS, ids=["header", "content"])
def test_after_a_cancel_nothing_is_sent_but_that(
    ends: tuple[SealedChannel, Peer], send: Callable[[SealedChannel], None]
) -> None:
    channel, peer = ends
    progress = Progress()
    channel.attach(progress, is_sender=True)
    progress.cancel(Fault.BY_USER)
    with pytest.raises(TransferFault) as fault:
        send(channel)
    with running(lambda: channel.break_off(fault.value)) as parting:
        assert peer.hear_header() == Cancel("by_user")
        peer.finish()
        parting.result(WAIT_S)


ENDINGS = {
    "cancel": (StreamType.HEADER, encode_header(Cancel("paused")), Fault.PAUSED),
    "out of turn": (StreamType.HEADER, encode_header(End()), Fault.BROKEN_PEER),
    "no header": (StreamType.HEADER, b"{}", Fault.BROKEN_PEER),
    "b08-header in content": (StreamType.CONTENT, encode_header(Alive()), Fault.BROKEN_PEER),
}


@pytest.mark.parametrize("send", SENDS, ids=["header", "content"])
@pytest.mark.parametrize(("kind", "body", "expected"), ENDINGS.values(), ids=ENDINGS.keys())
def test_whoever_has_ended_it_or_speaks_out_of_turn_is_sent_no_more(
    send: Callable[[SealedChannel], None], kind: StreamType, body: bytes, expected: Fault
) -> None:
    with linked() as (near, peer):
        channel = near.channel()
        channel.attach(Progress(), is_sender=True)
        peer.say_bytes(body, kind)
        assert is_ready(near.sock, timeout_s=WAIT_S)
        with pytest.raises(TransferFault) as fault:
            send(channel)
    assert fault.value.fault is expected


class Failing(socket.socket):
    """Fails to read, each time in another way."""

    errors: list[OSError]

    def recv_into(self, *_: object) -> int:
        raise self.errors.pop(0)


@pytest.mark.parametrize("code", [errno.ETIMEDOUT, errno.ECONNRESET, errno.EHOSTUNREACH])
def test_a_step_without_news_is_no_end_and_a_broken_connection_is(code: int) -> None:
    with linked() as (near, _):
        near.sock = sock = Failing(fileno=near.sock.detach())
        steps = [TimeoutError("timed out"), BlockingIOError(errno.EAGAIN, ""), InterruptedError()]
        sock.errors = [*steps, OSError(code, os.strerror(code))]
        with pytest.raises(TransferFault, match=os.strerror(code)) as fault:
            near.channel().receive()
        assert sock.errors == []
    assert fault.value.fault is Fault.CONNECTION_LOST


def test_a_receiver_that_speaks_misses_nothing_that_comes(
    ends: tuple[SealedChannel, Peer],
) -> None:
    channel, peer = ends
    channel.attach(Progress(), is_sender=False)
    peer.give(b"content")
    channel.send_header(Alive())
    content = channel.receive()
    assert isinstance(content, memoryview)
    assert content == b"content"


@pytest.fixture
def blocked(monkeypatch: pytest.MonkeyPatch) -> threading.Event:
    """Set when a step has passed in which nothing moved."""
    monkeypatch.setattr(channel_module, "STEP_S", 0.01)
    event = threading.Event()
    real = SealedChannel._wait_longer

    def wait_longer(*words: Any) -> float:
        try:
            return real(*words)
        finally:
            event.set()

    monkeypatch.setattr(SealedChannel, "_wait_longer", wait_longer)
    return event


def send_until_it_ends(channel: SealedChannel) -> TransferFault:
    """Content that nobody reads, for ever."""
    while True:
        try:
            channel.send_content(memoryview(bytes(CONTENT_BYTES)))
        except TransferFault as fault:
            return fault


def test_a_cancel_is_noticed_while_the_peer_reads_nothing(
    blocked: threading.Event, ends: tuple[SealedChannel, Peer]
) -> None:
    channel, _ = ends
    progress = Progress()
    channel.attach(progress, is_sender=True)
    with running(lambda: send_until_it_ends(channel)) as sending:
        assert blocked.wait(WAIT_S)
        progress.cancel(Fault.STOPPED)
        assert sending.result(WAIT_S).fault is Fault.STOPPED


def test_a_cancel_is_noticed_while_the_peer_says_nothing(
    ends: tuple[SealedChannel, Peer],
) -> None:
    channel, _ = ends
    progress = Progress()
    channel.attach(progress, is_sender=False)
    with running(channel.receive) as receiving:
        progress.cancel(Fault.BY_USER)
        fault = receiving.exception(WAIT_S)
    assert isinstance(fault, TransferFault)
    assert fault.fault is Fault.BY_USER


def test_a_cancel_is_noticed_while_content_keeps_coming(ends: tuple[SealedChannel, Peer]) -> None:
    channel, peer = ends
    progress = Progress()
    channel.attach(progress, is_sender=False)
    peer.give(b"more")
    progress.cancel(Fault.BY_USER)
    with pytest.raises(TransferFault) as fault:
        channel.receive()
    assert fault.value.fault is Fault.BY_USER


def test_signs_of_life_are_enough_of_a_peer_that_cannot_read_now(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """One is heard in each step in which nothing goes out; silence ends it after three."""
    monkeypatch.setattr(channel_module, "STEP_S", 0.01)
    with linked() as (near, peer):
        channel = near.channel(idle_s=0.03)
        channel.attach(Progress(), is_sender=True)
        for _ in range(60):
            peer.say(Alive())
        peer.say(Cancel("no_space"))
        assert send_until_it_ends(channel).fault is Fault.NO_SPACE


BAD_RECORDS = {
    "b02-too-long": b"\xff\xff\xff\xff\x02",
    "b16-another-protocol": b"GET / HTTP/1.1\r\n",
    "not-sealed": (20).to_bytes(4, "big") + b"\x01" + bytes(20),
    "chat-before-its-body": (100).to_bytes(4, "big") + bytes([StreamType.FRAME]),
}


@pytest.mark.parametrize("record", BAD_RECORDS.values(), ids=BAD_RECORDS.keys())
def test_b03_b16_what_is_no_record_of_a_transfer_is_the_peers_fault(
    ends: tuple[SealedChannel, Peer], record: bytes
) -> None:
    channel, peer = ends
    peer.sock.sendall(record)
    peer.finish()
    with pytest.raises(TransferFault) as fault:
        channel.receive()
    assert fault.value.fault is Fault.BROKEN_PEER


def test_the_first_cancel_counts() -> None:
    progress = Progress()
    progress.cancel(Fault.BY_USER)
    progress.cancel(Fault.STOPPED)
    assert progress.fault is Fault.BY_USER


def test_a_peer_that_reads_nothing_is_given_up(ends: tuple[SealedChannel, Peer]) -> None:
    channel, _ = ends
    channel.attach(Progress(), is_sender=True)
    assert send_until_it_ends(channel).fault is Fault.CONNECTION_LOST


def test_the_peers_cancel_is_heard_while_it_reads_nothing(
    ends: tuple[SealedChannel, Peer],
) -> None:
    channel, peer = ends
    channel.attach(Progress(), is_sender=True)
    with running(lambda: send_until_it_ends(channel)) as sending:
        peer.hear_content(CONTENT_BYTES)
        peer.say(Alive())
        peer.say(Cancel("no_space"))
        fault = sending.result(WAIT_S)
    assert (fault.fault, fault.is_remote) == (Fault.NO_SPACE, True)


def test_the_peers_last_word_is_heard_though_its_socket_is_gone(
    ends: tuple[SealedChannel, Peer],
) -> None:
    channel, peer = ends
    channel.attach(Progress(), is_sender=True)
    with running(lambda: send_until_it_ends(channel)) as sending:
        peer.hear_content(CONTENT_BYTES)
        peer.say(Cancel("no_space"))
        peer.sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        peer.sock.close()  # a reset follows the word at once
        fault = sending.result(WAIT_S)
    assert (fault.fault, fault.is_remote) == (Fault.NO_SPACE, True)


def test_a_last_word_arrives_behind_a_half_sent_record(
    blocked: threading.Event, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Though it was ended, and the peer takes its time to read."""
    monkeypatch.setattr(channel_module, "PARTING_S", WAIT_S)
    with linked() as (near, peer):
        near.sock.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, CONTENT_BYTES // 8)
        peer.sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, CONTENT_BYTES // 8)
        channel = near.channel()
        progress = Progress()
        channel.attach(progress, is_sender=True)
        with running(lambda: send_until_it_ends(channel)) as sending:
            assert blocked.wait(WAIT_S)
            progress.cancel(Fault.BY_USER)
            fault = sending.result(WAIT_S)
        blocked.clear()
        with running(lambda: channel.break_off(fault)) as parting:
            assert blocked.wait(WAIT_S)
            _hear_the_end(peer)
            parting.result(WAIT_S)


def _hear_the_end(peer: Peer) -> None:
    kind, body = peer.hear()
    while kind is StreamType.CONTENT:
        kind, body = peer.hear()
    assert body == encode_header(Cancel("by_user"))
    assert peer.hear() == (StreamType.CLOSE, b"")
    peer.finish()


def test_a_last_word_is_not_wiped_out_by_what_we_did_not_read(
    ends: tuple[SealedChannel, Peer],
) -> None:
    """Closing a socket with unread data resets it, and the word on its way with it."""
    channel, peer = ends
    for _ in range(8):
        peer.give(bytes(CONTENT_BYTES // 8))
    with running(lambda: channel.part(Done())) as parting:
        assert peer.hear_header() == Done()
        peer.finish()
        parting.result(WAIT_S)


def test_parting_from_a_peer_that_never_ends_is_bounded(
    ends: tuple[SealedChannel, Peer], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(channel_module, "PARTING_S", 0.01)
    channel, peer = ends
    channel.part(Done())
    channel.part(Done())
    assert peer.hear_header() == Done()


ENDED = [TransferFault(Fault.BY_PEER, is_remote=True), TransferFault(Fault.CONNECTION_LOST)]


@pytest.mark.parametrize("fault", ENDED, ids=str)
def test_nothing_is_told_to_a_peer_that_ended_it_or_is_gone(
    ends: tuple[SealedChannel, Peer], fault: TransferFault
) -> None:
    channel, peer = ends
    channel.break_off(fault)
    with pytest.raises((EOFError, ConnectionResetError)):
        peer.hear()
