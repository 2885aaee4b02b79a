"""ATTACKS B over real TCP: other protocols, half-open calls, cut and lying streams."""

import socket
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress

import pytest

from net.fallback import STRANGERS_PER_HOST
from net.node import STRANGERS_MAX as CHAT_STRANGERS_MAX
from net.protocol.errors import RemoteProtocolError
from net.protocol.limits import (
    HANDSHAKE_BODY_MAX_BYTES,
    HEADER_MAX_BYTES,
)
from net.protocol.records import Ack, Heard, Pong, encode_frame
from net.protocol.stream import StreamType
from net.streams import HANDSHAKE_TIMEOUT_S, UNPROVEN_MAX, UNPROVEN_PER_HOST_MAX, StreamHello
from tests.e2e.headless import Line, wait_until
from tests.hostile.calls import (
    CHAT,
    ENDINGS,
    HELLOS,
    OTHERS,
    PING,
    SESSION,
    STREAM_PAYLOADS,
    frame_of,
)
from tests.hostile.peer import HOST, PATIENCE_S, HostilePeer, hears_the_end
from tests.hostile.scene import Scene
from tests.unit.net.transfer.talk import End

PASSING = 4
"""Sockets that are about to be closed, or stand in for lost datagrams of somebody honest."""


@contextmanager
def knock(scene: Scene, host: str = HOST) -> Iterator[socket.socket]:
    """A bare TCP connection to the victim."""
    target = (HOST, scene.victim.port)
    with socket.create_connection(target, PATIENCE_S, (host, 0)) as sock:
        yield sock


@pytest.mark.parametrize("said", OTHERS.values(), ids=OTHERS.keys())
def test_what_is_no_handshake_is_hung_up_on(scene: Scene, said: bytes) -> None:
    """At most one Noise answer comes back, and never more than a fresh handshake's."""
    with knock(scene) as sock:
        sock.sendall(said)
        assert len(hears_the_end(sock)) <= 5 + HANDSHAKE_BODY_MAX_BYTES


@pytest.mark.parametrize("size", range(0, 37, 6))
def test_b04_b17_a_call_that_is_cut_leaves_nothing(scene: Scene, size: int) -> None:
    before = scene.cost()
    with knock(scene) as sock:
        sock.sendall((b"\x00\x00\x00\x20\x00" + bytes(range(32)))[:size])
    wait_until(lambda: scene.cost().descriptors <= before.descriptors)


def test_d01_b06_calls_that_say_nothing_or_trickle_are_few_and_soon_over(scene: Scene) -> None:
    """From nine hosts at once: 64 places, 8 a host, 5 s each."""
    before = scene.cost()
    hosts = [f"127.0.0.{number}" for number in range(11, 21)]
    calls = UNPROVEN_PER_HOST_MAX + 2
    with ExitStack() as stack:
        socks = [stack.enter_context(knock(scene, host)) for host in hosts for _ in range(calls)]
        trickling = socks[::calls]
        for sock in trickling:
            sock.sendall(b"\0")
        scene.honest_word()
        assert scene.cost().descriptors - before.descriptors <= UNPROVEN_MAX + PASSING
        for byte in b"\0\0\x20\0":
            for sock in trickling:
                sock.settimeout(HANDSHAKE_TIMEOUT_S / 16)
                _send_quietly(sock, bytes((byte,)))
        wait_until(lambda: scene.cost().descriptors <= before.descriptors, 3 * HANDSHAKE_TIMEOUT_S)


def _send_quietly(sock: socket.socket, data: bytes) -> None:
    with suppress(ConnectionError):
        sock.sendall(data)


def test_b11_a_key_nobody_has_met_gets_no_hearing(scene: Scene) -> None:
    with HostilePeer() as unknown:
        unknown.port = scene.victim.port
        end = unknown.dial(CHAT)
        with end.sock:
            assert hears_the_end(end.sock) == b""


def test_b11_a_blocked_persons_stream_gets_no_hearing(scene: Scene, mallory: HostilePeer) -> None:
    scene.victim.ask("trust", peer=mallory.peer_id, blocked=True)
    end = mallory.dial(CHAT)
    with end.sock:
        assert hears_the_end(end.sock) == b""


@pytest.mark.parametrize("body", HELLOS.values(), ids=HELLOS.keys())
def test_a_hello_that_is_none_ends_the_stream(
    scene: Scene, mallory: HostilePeer, body: bytes
) -> None:
    end = mallory.dial(body)
    with end.sock:
        left = hears_the_end(end.sock)
        assert len(left) < 200, "a short no at most"
    mallory.is_answered()


@pytest.mark.parametrize("kind", [StreamType.CONTENT, StreamType.FRAME, StreamType.CLOSE])
def test_b11_anything_before_hello_ends_the_stream(
    scene: Scene, mallory: HostilePeer, kind: StreamType
) -> None:
    end = mallory.dial(None)
    with end.sock:
        said = b"" if kind is StreamType.CLOSE else b'{"t":"hello","v":1,"for":"chat"}'
        end.say_bytes(said, kind)
        assert hears_the_end(end.sock) == b""


def test_b07_b02_the_largest_text_byte_by_byte_is_one_text(
    scene: Scene, mallory: HostilePeer
) -> None:
    words = "长" * (65_536 // 3)
    end = mallory.dial(CHAT)
    with end.sock:
        record = end.sealer.seal(StreamType.FRAME, frame_of(mallory, 1, words))
        for start in range(0, 64):
            end.sock.sendall(record[start : start + 1])
        end.sock.sendall(record[64:])
        mallory.hear(Ack, lambda ack: ack.next_seq == 2)
    line = scene.victim.wait("message", peer_id=mallory.peer_id)
    assert line["text"] == words


def test_b17_a_text_that_is_cut_is_none(scene: Scene, mallory: HostilePeer) -> None:
    for cut in (1, 5, 6, 2000, 59_999):
        end = mallory.dial(CHAT)
        with end.sock:
            record = end.sealer.seal(StreamType.FRAME, frame_of(mallory, 1, "x" * 60_000))
            end.sock.sendall(record[:cut])
    scene.honest_word()
    mallory.is_answered()
    assert not scene.victim.all("message", peer_id=mallory.peer_id)


@pytest.mark.parametrize("say", ENDINGS.values(), ids=ENDINGS.keys())
def test_a_record_that_breaks_a_rule_ends_the_chat_stream(
    scene: Scene, mallory: HostilePeer, say: Callable[[End], None]
) -> None:
    end = mallory.dial(CHAT)
    with end.sock:
        say(end)
        hears_the_end(end.sock)
    mallory.is_answered()


@pytest.mark.parametrize("payload", STREAM_PAYLOADS, ids=range(len(STREAM_PAYLOADS)))
def test_a_payload_that_breaks_a_rule_is_dropped_and_the_stream_goes_on(
    scene: Scene, mallory: HostilePeer, payload: bytes
) -> None:
    end = mallory.dial(CHAT)
    with end.sock:
        end.say_bytes(payload, StreamType.FRAME)
        end.say_bytes(frame_of(mallory, 1, "y" * 3000), StreamType.FRAME)
        mallory.hear(Ack, lambda ack: ack.next_seq == 2)


def _dial_quietly(stack: ExitStack, mallory: HostilePeer, hello: StreamHello) -> None:
    """One more stream that stays open; too many at once are hung up on, which is fine."""
    with suppress(EOFError, ConnectionError):
        stack.enter_context(mallory.dial(hello).sock)


def test_d03_many_streams_of_one_person_leave_one(scene: Scene, mallory: HostilePeer) -> None:
    before = scene.cost()
    with ExitStack() as stack:
        for _ in range(60):
            _dial_quietly(stack, mallory, CHAT)
        scene.honest_word()
        mallory.is_answered()
        wait_until(lambda: scene.cost().descriptors - before.descriptors <= UNPROVEN_PER_HOST_MAX)


def test_d03_d15_chat_streams_of_made_up_people_are_few(scene: Scene) -> None:
    before = scene.cost()
    with ExitStack() as stack:
        for number in range(2 * CHAT_STRANGERS_MAX):
            unknown = stack.enter_context(HostilePeer(f"Nobody {number}"))
            unknown.call(scene.victim.port)
            unknown.say_hello()
            unknown.hear(Heard)
            end = unknown.dial(CHAT)
            stack.enter_context(end.sock)
        wait_until(lambda: scene.cost().descriptors - before.descriptors <= CHAT_STRANGERS_MAX)
        end.say_bytes(PING, StreamType.FRAME)
        unknown.hear(Pong)
        scene.honest_word()


def test_b13_asking_for_a_transfer_of_others_is_refused(scene: Scene, mallory: HostilePeer) -> None:
    paths = [str(scene.folder / "canary")]
    transfer = scene.victim.ask("send_files", to=scene.honest.peer_id, paths=paths)["transfer"]
    end = mallory.dial(StreamHello(v=1, use="transfer", transfer=transfer))
    with end.sock:
        kind, body = end.hear()
        assert (kind, body) == (StreamType.HEADER, b'{"t":"refuse","code":"not_offered"}')
    listed = {one["transfer"]: one for one in scene.victim.ask("transfers")["transfers"]}
    assert listed[transfer]["state"] == "offered"


def test_d03_asking_for_nothing_again_and_again_costs_few_threads(
    scene: Scene, mallory: HostilePeer
) -> None:
    before = scene.cost()
    with ExitStack() as stack:
        for number in range(60):
            hello = StreamHello(v=1, use="transfer", transfer=f"{number:032x}")
            _dial_quietly(stack, mallory, hello)
            if number % 20 == 0:
                scene.check_cost(before)
        scene.honest_word()


def test_b04_a_listener_that_says_nothing_holds_up_no_one_else(
    scene: Scene, mallory: HostilePeer
) -> None:
    """Two long texts, and the stream for them is never answered: the loop must not turn idly."""
    mallory.agree()
    for number in range(2):
        scene.victim.send(mallory.peer_id, f"{number}" * 60_000)
    with mallory.accept_silently():
        spent = scene.cpu_s()
        scene.honest_word()
        mallory.listen(1.0)
        assert scene.cpu_s() - spent < 0.5


def test_b16_an_answer_that_is_no_handshake_ends_our_call(
    scene: Scene, mallory: HostilePeer
) -> None:
    mallory.agree()
    scene.victim.send(mallory.peer_id, "x" * 60_000)
    with mallory.accept_silently() as sock:
        sock.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n")
        sock.settimeout(PATIENCE_S)
        hears_the_end(sock)
    mallory.is_answered()


def test_e06_an_answer_by_somebody_else_ends_our_call(scene: Scene, mallory: HostilePeer) -> None:
    mallory.agree()
    scene.victim.send(mallory.peer_id, "for mallory alone " * 3000)
    with HostilePeer() as other:
        other.take_listener_of(mallory)
        with pytest.raises((EOFError, ConnectionError, RemoteProtocolError)):
            other.accept()
    mallory.is_answered()


def test_b02_a_header_of_exactly_the_cap_is_read(scene: Scene, mallory: HostilePeer) -> None:
    head = b'{"t":"hello","v":1,"for":"chat","x":"'
    end = mallory.dial(head + b"x" * (HEADER_MAX_BYTES - len(head) - 2) + b'"}')
    with end.sock:
        end.say_bytes(frame_of(mallory, 1, "z" * 3000), StreamType.FRAME)
        mallory.hear(Ack, lambda ack: ack.next_seq == 2)


@pytest.mark.parametrize("port", [0, 53, 1023])
def test_a_session_by_stream_that_names_another_services_port_is_refused(
    scene: Scene, mallory: HostilePeer, port: int
) -> None:
    """Its port would be called, and remembered."""
    end = mallory.dial(StreamHello(v=1, use="session", port=port))
    with end.sock:
        hears_the_end(end.sock)
    mallory.is_answered()


def test_b11_a_blocked_persons_session_by_stream_gets_no_hearing(
    scene: Scene, mallory: HostilePeer
) -> None:
    scene.victim.ask("trust", peer=mallory.peer_id, blocked=True)
    end = mallory.dial(SESSION)
    with end.sock:
        assert hears_the_end(end.sock) == b""


def test_d03_made_up_people_who_come_by_stream_are_few(scene: Scene) -> None:
    """Of one host; they may stay, and hold up nobody."""
    before = scene.cost()
    with ExitStack() as stack:
        for number in range(60):
            unknown = stack.enter_context(HostilePeer(f"Unknown {number}"))
            unknown.port = scene.victim.port
            with suppress(EOFError, ConnectionError):
                end = unknown.dial(SESSION)
                stack.enter_context(end.sock)
                end.say_bytes(b"\x91" + encode_frame(unknown.hello()), StreamType.FRAME)
        scene.honest_word()
        wait_until(lambda: scene.cost().descriptors - before.descriptors <= STRANGERS_PER_HOST)
        scene.victim.wait("peer", where=_is_unknown)
        scene.victim.ask("status")
    seen = filter(_is_unknown, scene.victim.all("peer"))
    assert len({line["peer_id"] for line in seen}) <= STRANGERS_PER_HOST


def _is_unknown(line: Line) -> bool:
    return bool(line["name"].startswith("Unknown"))
