"""Keys, ids, the forms people compare, and keys nobody may have."""

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st
from nacl.bindings import (
    crypto_core_ed25519_add,
    crypto_scalarmult_ed25519_base_noclamp,
    crypto_sign_open,
)

from net.protocol.errors import LocalProtocolError, RemoteProtocolError
from net.protocol.identity import (
    Identity,
    PeerId,
    check_public_key,
    decode_peer_id,
    display_peer_id,
    encode_peer_id,
    peer_id_of,
    safety_number,
    verify,
)

DOMAIN = b"landline/test/v1"
PEER_IDS = st.binary(min_size=32, max_size=32).map(PeerId)
ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"

SMALL_ORDER_KEYS = [
    bytes.fromhex(text)
    for text in (
        "0100000000000000000000000000000000000000000000000000000000000000",
        "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
        "0000000000000000000000000000000000000000000000000000000000000000",
        "0000000000000000000000000000000000000000000000000000000000000080",
        "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
        "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc85",
        "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
        "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa",
    )
]
NON_CANONICAL_KEYS = [
    bytes.fromhex(text)
    for text in (
        "0100000000000000000000000000000000000000000000000000000000000080",
        "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
        "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
        "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
        "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
        "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
        "ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
    )
]


@pytest.fixture(scope="module")
def alice() -> Identity:
    return Identity(b"a" * 32)


def test_public_key_is_that_of_rfc_8032() -> None:
    seed = "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60"
    public = "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a"
    assert Identity(bytes.fromhex(seed)).public_key.hex() == public


@pytest.mark.parametrize("size", [0, 31, 33, 64])
def test_seed_of_another_size_is_our_own_fault(size: int) -> None:
    with pytest.raises(LocalProtocolError):
        Identity(bytes(size))


def test_seed_is_not_shown(alice: Identity) -> None:
    assert "a" * 8 not in repr(alice)
    assert not hasattr(alice, "__dict__")


def test_own_signature_verifies(alice: Identity) -> None:
    verify(alice.public_key, DOMAIN, b"text", alice.sign(DOMAIN, b"text"))


def test_e20_signature_of_one_domain_is_none_in_another(alice: Identity) -> None:
    signature = alice.sign(b"landline/a", b"bc")
    for domain, message in ((b"landline/ab", b"c"), (b"landline/", b"abc"), (b"landline/b", b"bc")):
        with pytest.raises(RemoteProtocolError):
            verify(alice.public_key, domain, message, signature)


def test_e20_a_longer_signature_does_not_reach_into_another_domain(alice: Identity) -> None:
    """What was signed elsewhere ends with all that is signed here; its beginning is passed off
    as more of the signature."""
    outer = b"landline/other"
    signature = alice.sign(outer, bytes((len(DOMAIN),)) + DOMAIN + b"text")
    with pytest.raises(RemoteProtocolError):
        verify(alice.public_key, DOMAIN, b"text", signature + bytes((len(outer),)) + outer)


def test_e20_a_foreign_domain_cannot_be_signed_in(alice: Identity) -> None:
    for domain in (b"", b" " * 64, b"TLS 1.3, server CertificateVerify", b"landline/" + b"x" * 250):
        with pytest.raises(LocalProtocolError):
            alice.sign(domain, b"message")


def test_a05_every_flipped_bit_of_a_signature_fails(alice: Identity) -> None:
    signature = alice.sign(DOMAIN, b"text")
    for bit in range(len(signature) * 8):
        changed = bytearray(signature)
        changed[bit // 8] ^= 1 << bit % 8
        with pytest.raises(RemoteProtocolError):
            verify(alice.public_key, DOMAIN, b"text", bytes(changed))


@pytest.mark.parametrize("size", [0, 63, 65, 128])
def test_signature_of_another_size_fails(alice: Identity, size: int) -> None:
    with pytest.raises(RemoteProtocolError):
        verify(alice.public_key, DOMAIN, b"text", bytes(size))


@pytest.mark.parametrize("key", SMALL_ORDER_KEYS + NON_CANONICAL_KEYS)
def test_a18_small_order_and_non_canonical_keys_are_refused(key: bytes) -> None:
    with pytest.raises(RemoteProtocolError):
        check_public_key(key)
    identity_point_and_zero = b"\x01" + bytes(63)
    for signature in (bytes(64), identity_point_and_zero):
        with pytest.raises(RemoteProtocolError):
            verify(key, DOMAIN, b"every message", signature)


def test_a18_key_with_a_small_order_part_is_refused(alice: Identity) -> None:
    """On the curve, canonical, of large order, yet not in the prime-order group."""
    mixed = crypto_core_ed25519_add(alice.public_key, SMALL_ORDER_KEYS[4])
    with pytest.raises(RemoteProtocolError):
        check_public_key(mixed)


def test_a18_such_a_key_is_refused_even_with_a_signature_that_fits() -> None:
    """libsodium's own check lets this one pass: hence the point test before it."""
    order = 2**252 + 27742317777372353535851937790883648493
    half = hashlib.sha512(b"s" * 32).digest()[:32]
    secret = int.from_bytes(half, "little") & (2**254 - 8) | 2**254
    public = crypto_scalarmult_ed25519_base_noclamp((secret % order).to_bytes(32, "little"))
    mixed = crypto_core_ed25519_add(public, SMALL_ORDER_KEYS[4])
    nonce_point = crypto_scalarmult_ed25519_base_noclamp((77).to_bytes(32, "little"))
    for number in range(1000):
        message = b"%d" % number
        signed = bytes((len(DOMAIN),)) + DOMAIN + message
        digest = hashlib.sha512(nonce_point + mixed + signed).digest()
        challenge = int.from_bytes(digest, "little") % order
        if challenge % 8 == 0:
            break
    scalar = (77 + challenge * secret) % order
    signature = nonce_point + scalar.to_bytes(32, "little")
    crypto_sign_open(signature + signed, mixed)
    with pytest.raises(RemoteProtocolError):
        verify(mixed, DOMAIN, message, signature)


def test_a18_point_off_the_curve_is_refused() -> None:
    with pytest.raises(RemoteProtocolError):
        check_public_key(b"\x02" + bytes(31))


def test_honest_points_pass() -> None:
    for scalar in range(1, 50):
        check_public_key(crypto_scalarmult_ed25519_base_noclamp(bytes((scalar,)) + bytes(31)))


@pytest.mark.parametrize("size", [0, 31, 33])
def test_a16_key_of_another_size_is_refused(size: int) -> None:
    with pytest.raises(RemoteProtocolError):
        check_public_key(bytes(size))


@given(PEER_IDS)
def test_peer_id_survives_both_text_forms(peer_id: PeerId) -> None:
    text, shown = encode_peer_id(peer_id), display_peer_id(peer_id)
    assert len(text) == 52
    assert [len(group) for group in shown.split("-")] == [7] * 8
    for form in (text, shown, text.lower(), shown.lower(), shown.replace("-", " "), f" {shown}\n"):
        assert decode_peer_id(form) == peer_id


@given(PEER_IDS, st.integers(0, 55), st.sampled_from(ALPHABET))
def test_one_mistyped_character_of_the_shown_form_is_found(
    peer_id: PeerId, place: int, char: str
) -> None:
    typed = list(display_peer_id(peer_id).replace("-", ""))
    if typed[place] == char:
        return
    typed[place] = char
    with pytest.raises(ValueError, match="peer id"):
        decode_peer_id("".join(typed))


@given(PEER_IDS, st.integers(1, 15))
def test_one_id_has_one_text(peer_id: PeerId, tail: int) -> None:
    text = encode_peer_id(peer_id)
    last = ALPHABET[ALPHABET.index(text[-1]) | tail]
    with pytest.raises(ValueError, match="peer id"):
        decode_peer_id(text[:-1] + last)


@given(st.text(max_size=80) | st.text(alphabet=ALPHABET + "018-=", min_size=50, max_size=58))
def test_any_text_is_an_id_or_a_value_error(text: str) -> None:
    try:
        peer_id = decode_peer_id(text)
    except ValueError:
        return
    assert decode_peer_id(encode_peer_id(peer_id)) == peer_id


@pytest.mark.parametrize(
    "text", ["ß" * 26, "ı" * 51 + "A", "ſ" * 51 + "A", "A" * 51, "A" * 53, "", "\0" * 52, "=" * 52]
)
def test_letters_that_grow_or_fold_are_no_id(text: str) -> None:
    with pytest.raises(ValueError, match="peer id"):
        decode_peer_id(text)


def test_digits_people_misread_are_understood() -> None:
    peer_id = peer_id_of(b"k" * 32)
    shown = display_peer_id(peer_id)
    assert decode_peer_id(shown.replace("O", "0").replace("I", "1").replace("B", "8")) == peer_id


@given(PEER_IDS, PEER_IDS)
def test_safety_number_is_the_same_from_both_sides(a: PeerId, b: PeerId) -> None:
    number = safety_number(a, b)
    assert number == safety_number(b, a)
    assert len(number) == 60
    assert number.isdecimal()


def test_e13_safety_numbers_differ_when_somebody_is_between(alice: Identity) -> None:
    bob, mallory = Identity(b"b" * 32), Identity(b"m" * 32)
    seen_by_alice = safety_number(alice.peer_id, mallory.peer_id)
    seen_by_bob = safety_number(mallory.peer_id, bob.peer_id)
    assert seen_by_alice != seen_by_bob
