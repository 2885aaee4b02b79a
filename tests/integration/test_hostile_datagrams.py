"""ATTACKS A over real sockets: whatever is thrown at its port, a real process goes on."""

import os
import random
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

from net.protocol.beacon import Beacon, encode_beacon
from net.protocol.identity import PeerId, encode_peer_id
from net.protocol.limits import DATAGRAM_MAX_BYTES
from net.protocol.noise import KeyPair
from net.protocol.packet import MAGIC, PacketType, prefix
from net.protocol.session_packet import encode_init, encode_knock
from tests.hostile.peer import HOST, PATIENCE_S, HostilePeer
from tests.hostile.scene import Scene

GARBAGE = random.Random(20)


@contextmanager
def stranger(host: str = HOST) -> Iterator[socket.socket]:
    """A socket of somebody without a session."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        sock.bind((host, 0))
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4 << 20)
        yield sock


def answers(sock: socket.socket) -> list[bytes]:
    """What has come back, and comes until a call that is certain to be answered is."""
    found = []
    sock.settimeout(0.2)
    try:
        while True:
            found.append(sock.recv(65_535))
    except TimeoutError:
        return found


def throw_all(scene: Scene, datagrams: list[bytes], host: str = HOST) -> list[bytes]:
    """All of them from one stranger, an honest text in the middle; what came back, which is no
    more than that."""
    target = (HOST, scene.victim.port)
    half = len(datagrams) // 2
    with stranger(host) as sock:
        for datagram in datagrams[:half]:
            sock.sendto(datagram, target)
        scene.honest_word()
        for datagram in datagrams[half:]:
            sock.sendto(datagram, target)
        got = answers(sock)
    assert sum(map(len, got)) <= sum(map(len, datagrams))
    return got


def test_a01_a02_a03_a04_garbage_of_every_size_and_type_is_met_with_silence(scene: Scene) -> None:
    sizes = [0, 1, 2, 3, 4, 51, 52, 53, 256, DATAGRAM_MAX_BYTES, DATAGRAM_MAX_BYTES + 1, 65_507]
    plain = [GARBAGE.randbytes(size) for size in sizes for _ in range(20)]
    heads = [MAGIC + bytes((version, kind)) for version in range(4) for kind in range(256)]
    typed = [head + GARBAGE.randbytes(60) for head in heads]
    assert throw_all(scene, plain + typed) == []


def test_a08_a13_other_formats_are_met_with_silence(scene: Scene) -> None:
    deep = b"[" * 60_000
    texts = ['{"type":"hello","id":1}', "hello", "1:100:user:host:1:hi"]
    codes = ("utf-8", "utf-16", "utf-32")
    encoded = [text.encode(code) for text in texts for code in codes]
    assert throw_all(scene, [deep, b"\x91" * 1000, b"\x00" * 1200, *encoded]) == []


def test_a02_every_cut_of_every_packet_of_a_session_changes_nothing(
    scene: Scene, mallory: HostilePeer
) -> None:
    mallory.is_answered()
    packets = {packet[3]: packet for packet in mallory.sent}
    assert set(packets) >= {PacketType.INIT, PacketType.FINISH, PacketType.DATA}
    cuts = [packet[:size] for packet in packets.values() for size in range(len(packet))]
    assert throw_all(scene, cuts) == []
    mallory.is_answered()


def test_a05_a06_packets_with_a_flipped_bit_or_a_tail_do_nothing(
    scene: Scene, mallory: HostilePeer
) -> None:
    mallory.is_answered()
    packet = mallory.sent[-1]
    changed = [packet + b"\0"]
    for bit in range(32, len(packet) * 8):
        flipped = bytearray(packet)
        flipped[bit // 8] ^= 1 << bit % 8
        changed.append(bytes(flipped))
    assert throw_all(scene, changed) == []
    mallory.is_answered()


def test_a20_e04_everything_said_before_said_again_from_elsewhere_moves_nobody(
    scene: Scene, mallory: HostilePeer
) -> None:
    mallory.is_answered()
    throw_all(scene, mallory.sent)
    mallory.is_answered()
    people = {one["peer_id"]: one for one in scene.victim.ask("peers")["peers"]}
    assert people[mallory.peer_id]["address"] == f"{HOST}:{mallory.address[1]}"


def test_d07_beacons_are_never_answered_with_more_than_they_brought(scene: Scene) -> None:
    """Their port is where this address hears: who does not answer a knock is told no more."""
    claimed = PeerId(os.urandom(32))
    with stranger("127.0.0.5") as sock:
        port = sock.getsockname()[1]
        beacons = [
            encode_beacon(Beacon(claimed, b"e" * 8, sequence, port, port)) for sequence in (1, 2)
        ]
        for beacon in beacons:
            sock.sendto(beacon, (HOST, scene.victim.port))
        sock.settimeout(PATIENCE_S)
        got = [sock.recv(65_535), *answers(sock)]
    assert {packet[3] for packet in got} == {PacketType.KNOCK}
    assert sum(map(len, got)) <= sum(map(len, beacons))


def test_a16_a_beacon_in_anothers_name_earns_two_knocks_and_nobody(scene: Scene) -> None:
    claimed = PeerId(os.urandom(32))
    with HostilePeer(host="127.0.0.3") as liar:
        liar.port = scene.victim.port
        for sequence in (1, 2):
            port = liar.address[1]
            liar.throw(encode_beacon(Beacon(claimed, b"e" * 8, sequence, port, port)))
        liar.listen(1.0)
    assert not scene.victim.all("peer", peer_id=encode_peer_id(claimed))


def test_d07_d08_a_flood_of_calls_is_never_answered_with_more_than_it_brought(
    scene: Scene,
) -> None:
    calls = []
    for number in range(1, 1500):
        calls.append(encode_init(number, bytes(16), KeyPair.from_seed(os.urandom(32)).public))
        calls.append(encode_knock(number))
    assert throw_all(scene, calls, host="127.0.0.4")


def test_a17_calls_with_keys_of_low_order_are_met_with_silence(scene: Scene) -> None:
    points = [bytes(32), b"\x01" + bytes(31), b"\xff" * 32]
    calls = [encode_init(number, bytes(16), point) for number, point in enumerate(points, 1)]
    throw_all(scene, calls)


def test_a22_e11_packets_of_later_versions_are_met_with_silence(scene: Scene) -> None:
    later = [MAGIC + bytes((version, 4)) + bytes(1196) for version in range(2, 256)]
    assert throw_all(scene, later) == []


@pytest.mark.parametrize("kind", [PacketType.RESPONSE, PacketType.FINISH, PacketType.DATA])
def test_b11_what_belongs_to_a_session_is_nothing_without_one(
    scene: Scene, kind: PacketType
) -> None:
    packets = [prefix(kind) + GARBAGE.randbytes(size) for size in (28, 201, 252) for _ in range(99)]
    assert throw_all(scene, packets) == []


def _pings(count: int) -> Callable[[HostilePeer], None]:
    return lambda peer: peer.say_frames([b"\x92\x03" + bytes((n % 128,)) for n in range(count)])


def test_d07_a_datagram_full_of_questions_gets_no_larger_answer(
    scene: Scene, mallory: HostilePeer
) -> None:
    """Whoever lies about where they are directs no more at a victim than they send."""
    mallory.is_answered()
    before, sent = mallory.got_bytes, len(mallory.sent)
    for _ in range(10):
        _pings(256)(mallory)
    mallory.is_answered()
    mallory.listen(0.3)
    assert mallory.got_bytes - before <= 1.5 * sum(map(len, mallory.sent[sent:]))
