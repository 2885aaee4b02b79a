"""Noise XX against the published vector, and against what must not pass."""

import json
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from net.protocol.errors import LocalProtocolError, RemoteProtocolError
from net.protocol.noise import KeyPair, NoiseXX, hkdf, make_nonce

VECTOR_FILE = Path(__file__).parents[3] / "data" / "noise_xx_25519_aesgcm_sha256.json"
LOW_ORDER_POINTS = (
    bytes(32),
    b"\x01" + bytes(31),
    bytes.fromhex("e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800"),
    bytes.fromhex("5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f1157"),
    bytes.fromhex("ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f"),
    bytes.fromhex("edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f"),
    bytes.fromhex("eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f"),
)


def make_pair(prologues: tuple[bytes, bytes] = (b"p", b"p")) -> tuple[NoiseXX, NoiseXX]:
    initiator = NoiseXX(
        is_initiator=True,
        prologue=prologues[0],
        static=KeyPair.from_seed(b"a" * 32),
        ephemeral=KeyPair.from_seed(b"b" * 32),
    )
    responder = NoiseXX(
        is_initiator=False,
        prologue=prologues[1],
        static=KeyPair.from_seed(b"c" * 32),
        ephemeral=KeyPair.from_seed(b"d" * 32),
    )
    return initiator, responder


def say(text: bytes) -> Any:
    return lambda _binding: text


@pytest.fixture(scope="module")
def vector() -> Any:
    return json.loads(VECTOR_FILE.read_text())


def vector_pair(vector: Any) -> tuple[NoiseXX, NoiseXX]:
    def side(name: str) -> NoiseXX:
        return NoiseXX(
            is_initiator=name == "initiator",
            prologue=bytes.fromhex(vector["prologue"]),
            static=KeyPair.from_seed(bytes.fromhex(vector[f"{name}_static"])),
            ephemeral=KeyPair.from_seed(bytes.fromhex(vector[f"{name}_ephemeral"])),
        )

    return side("initiator"), side("responder")


def test_handshake_and_transport_match_the_published_vector(vector: Any) -> None:
    initiator, responder = vector_pair(vector)
    speaker, listener = initiator, responder
    for message in vector["messages"][:3]:
        payload, wire = bytes.fromhex(message["payload"]), bytes.fromhex(message["ciphertext"])
        assert speaker.write(say(payload)) == wire
        assert listener.read(wire)[0] == payload
        speaker, listener = listener, speaker
    assert initiator.handshake_hash == responder.handshake_hash
    assert initiator.handshake_hash.hex() == vector["handshake_hash"]
    send, receive = initiator.split()
    assert (receive, send) == responder.split()
    for number, message in enumerate(vector["messages"][3:]):
        key = receive if number % 2 == 0 else send
        sealed = AESGCM(key).encrypt(
            make_nonce(number // 2), bytes.fromhex(message["payload"]), b""
        )
        assert sealed.hex() == message["ciphertext"]


def test_hkdf_matches_rfc_5869_case_3() -> None:
    """RFC 5869 A.3: empty salt and info. Its 42 bytes are our first output and ten more."""
    first, second = hkdf(b"", b"\x0b" * 22)
    expected = (
        "8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d9d201395faa4b61a96c8"
    )
    assert (first + second)[:42].hex() == expected


def test_key_agreement_matches_rfc_7748() -> None:
    """RFC 7748 6.1, Bob's side."""
    bob = KeyPair.from_seed(
        bytes.fromhex("5dab087e624a8a4b79e17f8b83800ee66f3bb1292618b6fd1c2f8b27ff88e0eb")
    )
    alice_public = "8520f0098930a754748b7ddcb43ef75a0dbf3a0d26381af4eba4a98eaa9b4e6a"
    shared = "4a5d9d5ba4ce2de1728e3bf480350f25e07e21c947d19e3376f09b3c1e161742"
    assert bob.public.hex() == "de9edb7d7b7dc1b4d35b61c2ece435373f8343c85b78674dadfc7e146f882b4f"
    assert bob.agree(bytes.fromhex(alice_public)).hex() == shared


@pytest.mark.parametrize("point", LOW_ORDER_POINTS)
def test_a17_low_order_key_is_a_bad_peer(point: bytes) -> None:
    with pytest.raises(RemoteProtocolError):
        KeyPair.from_seed(b"a" * 32).agree(point)


@pytest.mark.parametrize("point", LOW_ORDER_POINTS)
def test_a17_low_order_ephemeral_ends_the_handshake(point: bytes) -> None:
    initiator, responder = make_pair()
    initiator.write(say(b""))
    responder.read(point)
    with pytest.raises(RemoteProtocolError):
        responder.write(say(b""))


def test_every_bit_of_every_message_counts() -> None:
    """A flipped bit shows at once, or (in the clear first message) in the answer."""
    initiator, responder = make_pair()
    first = initiator.write(say(b"hello"))
    for flipped in _flips(first):
        listener, asker = responder.copy(), initiator.copy()
        listener.read(flipped)
        with pytest.raises(RemoteProtocolError):
            asker.read(listener.write(say(b"")))
    responder.read(first)
    second = responder.write(say(b"there"))
    for flipped in _flips(second):
        with pytest.raises(RemoteProtocolError):
            initiator.copy().read(flipped)
    initiator.read(second)
    third = initiator.write(say(b"done"))
    for flipped in _flips(third):
        with pytest.raises(RemoteProtocolError):
            responder.copy().read(flipped)
    assert responder.read(third)[0] == b"done"


def test_different_prologues_never_agree() -> None:
    initiator, responder = make_pair((b"one", b"two"))
    responder.read(initiator.write(say(b"")))
    with pytest.raises(RemoteProtocolError):
        initiator.read(responder.write(say(b"")))


@pytest.mark.parametrize("size", range(32))
def test_short_message_is_refused(size: int) -> None:
    _, responder = make_pair()
    with pytest.raises(RemoteProtocolError):
        responder.read(bytes(size))


def test_turns_are_kept() -> None:
    initiator, responder = make_pair()
    with pytest.raises(RemoteProtocolError):
        initiator.read(bytes(64))
    with pytest.raises(LocalProtocolError):
        responder.write(say(b""))
    with pytest.raises(LocalProtocolError):
        initiator.split()


def _flips(message: bytes) -> list[bytes]:
    flipped = []
    for bit in range(len(message) * 8):
        changed = bytearray(message)
        changed[bit // 8] ^= 1 << bit % 8
        flipped.append(bytes(changed))
    return flipped
