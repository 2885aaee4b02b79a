"""ATTACKS A over real sockets: whatever is thrown at its port, a real process goes on."""

import os
import socket
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

import pytest

from net.protocol.beacon import Beacon, encode_beacon
from net.protocol.identity import PeerId, encode_peer_id
from net.protocol.packet import PacketType
from tests.hostile import datagrams
from tests.hostile.peer import HOST, PATIENCE_S, HostilePeer
from tests.hostile.scene import Scene


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


STRANGER_HOST = "127.0.0.66"
"""Nobody else's: a port of HOST may have been that of somebody whom the victim still calls."""


def throw_all(scene: Scene, packets: Sequence[bytes], host: str = STRANGER_HOST) -> list[bytes]:
    """All of them from one stranger, an honest text in the middle; what came back, which is no
    more than that."""
    target = (HOST, scene.victim.port)
    half = len(packets) // 2
    with stranger(host) as sock:
        for packet in packets[:half]:
            sock.sendto(packet, target)
        scene.honest_word()
        for packet in packets[half:]:
            sock.sendto(packet, target)
        got = answers(sock)
    assert sum(map(len, got)) <= sum(map(len, packets))
    return got


def test_a01_a02_a03_a04_garbage_of_every_size_and_type_is_met_with_silence(scene: Scene) -> None:
    assert throw_all(scene, datagrams.garbage()) == []


def test_a08_a13_other_formats_are_met_with_silence(scene: Scene) -> None:
    assert throw_all(scene, datagrams.OTHER_FORMATS) == []


def test_a02_every_cut_of_every_packet_of_a_session_changes_nothing(
    scene: Scene, mallory: HostilePeer
) -> None:
    mallory.is_answered()
    packets = {packet[3]: packet for packet in mallory.sent}
    assert set(packets) >= {PacketType.INIT, PacketType.FINISH, PacketType.DATA}
    assert throw_all(scene, datagrams.cuts(packets.values())) == []
    mallory.is_answered()


def test_a05_a06_packets_with_a_flipped_bit_or_a_tail_do_nothing(
    scene: Scene, mallory: HostilePeer
) -> None:
    mallory.is_answered()
    assert throw_all(scene, list(datagrams.changed(mallory.sent[-1]))) == []
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
    with stranger("127.0.0.5") as sock:
        beacons = datagrams.beacons(sock.getsockname()[1], 1)
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
    assert throw_all(scene, datagrams.calls(1500), host="127.0.0.4")


def test_a17_calls_with_keys_of_low_order_are_met_with_silence(scene: Scene) -> None:
    throw_all(scene, datagrams.low_order_calls())


def test_a22_e11_packets_of_later_versions_are_met_with_silence(scene: Scene) -> None:
    assert throw_all(scene, datagrams.OF_THE_FUTURE) == []


@pytest.mark.parametrize("kind", [PacketType.RESPONSE, PacketType.FINISH, PacketType.DATA])
def test_b11_what_belongs_to_a_session_is_nothing_without_one(
    scene: Scene, kind: PacketType
) -> None:
    assert throw_all(scene, datagrams.of_no_session(kind)) == []


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
