"""Who is at the other end, and every way to pretend."""

from contextlib import suppress
from dataclasses import dataclass, field

import pytest
from hypothesis import given
from hypothesis import strategies as st

from net.protocol.errors import RemoteProtocolError
from net.protocol.handshake import (
    FIRST_BYTES,
    PROOF_BYTES,
    SECOND_BYTES,
    THIRD_BYTES,
    Channel,
    CopiedPeerError,
    Handshake,
    Keys,
    ProofError,
    SelfPeerError,
    WrongPeerError,
)
from net.protocol.identity import Identity, PeerId
from net.protocol.noise import KeyPair, NoiseXX
from tests.unit.changes import EDITS, change


def key(name: str) -> KeyPair:
    return KeyPair.from_seed(name.encode().ljust(32, b"."))


@dataclass
class Person:
    name: str
    identity: Identity = field(init=False)

    def __post_init__(self) -> None:
        self.identity = Identity(self.name.encode().ljust(32, b"!"))

    def side(
        self,
        *,
        is_initiator: bool,
        channel: Channel = Channel.DATAGRAM,
        context: bytes = b"",
        expected: PeerId | None = None,
        run: str = "",
        static: KeyPair | None = None,
    ) -> Handshake:
        return Handshake(
            self.identity,
            static=static or key(f"static {self.name}"),
            ephemeral=key(f"ephemeral {self.name} {run}"),
            is_initiator=is_initiator,
            channel=channel,
            context=context,
            expected=expected,
        )


ALICE, BOB, MALLORY = Person("alice"), Person("bob"), Person("mallory")


def pair() -> tuple[Handshake, Handshake]:
    return ALICE.side(is_initiator=True), BOB.side(is_initiator=False)


def test_both_learn_who_the_other_is_and_share_keys() -> None:
    alice, bob = pair()
    first = alice.write()
    bob.read(first)
    second = bob.write(b"1234")
    assert alice.read(second) == b"1234"
    third = alice.write(b"5")
    assert bob.read(third) == b"5"
    assert (alice.peer, bob.peer) == (BOB.identity.peer_id, ALICE.identity.peer_id)
    assert (alice.public_key, bob.public_key) == (
        BOB.identity.public_key,
        ALICE.identity.public_key,
    )
    assert (alice.keys().send, alice.keys().receive) == (bob.keys().receive, bob.keys().send)
    assert [len(first), len(second), len(third)] == [
        FIRST_BYTES,
        SECOND_BYTES + 4,
        THIRD_BYTES + 1,
    ]


def test_identities_are_not_readable_on_the_wire() -> None:
    alice, bob = pair()
    wire = b""
    for speaker, listener in ((alice, bob), (bob, alice), (alice, bob)):
        message = speaker.write()
        listener.read(message)
        wire += message
    for person in (ALICE, BOB):
        assert person.identity.public_key not in wire
        assert key(f"static {person.name}").public not in wire


def test_failed_read_on_a_fork_leaves_the_handshake_as_it_was() -> None:
    alice, bob = pair()
    bob.read(alice.write())
    second = bob.write()
    for _ in range(3):
        with pytest.raises(RemoteProtocolError):
            alice.fork().read(second[:-1] + b"\0")
    alice.read(second)
    bob.read(alice.write())
    assert bob.is_done


def test_user_data_in_the_first_message_is_refused() -> None:
    _, bob = pair()
    with pytest.raises(RemoteProtocolError):
        bob.read(key("some ephemeral").public + b"hello")


def test_a07_further_bytes_after_the_proof_are_for_later_versions() -> None:
    alice, bob = pair()
    bob.read(alice.write())
    assert alice.read(bob.write(b"1234 and more")) == b"1234 and more"


def test_wrong_peer_is_told_from_a_forger() -> None:
    alice = ALICE.side(is_initiator=True, expected=BOB.identity.peer_id)
    mallory = MALLORY.side(is_initiator=False)
    mallory.read(alice.write())
    with pytest.raises(WrongPeerError):
        alice.read(mallory.write())


def test_e01_own_first_message_reflected_ends_at_ourselves() -> None:
    alice = ALICE.side(is_initiator=True)
    mirror = ALICE.side(is_initiator=False, run="mirror")
    mirror.read(alice.write())
    with pytest.raises(SelfPeerError) as raised:
        alice.read(mirror.write())
    assert not isinstance(raised.value, CopiedPeerError)


def test_e15_a_copy_of_this_profile_is_told_from_a_mirror() -> None:
    alice = ALICE.side(is_initiator=True)
    copy = ALICE.side(is_initiator=False, run="copy", static=key("another process"))
    copy.read(alice.write())
    with pytest.raises(CopiedPeerError):
        alice.read(copy.write())


def test_e01_own_second_message_reflected_fails() -> None:
    """Mallory answers Bob's call to her with what Bob answered her own call."""
    bob_called = BOB.side(is_initiator=False, run="called")
    bob_calling = BOB.side(is_initiator=True, run="calling")
    bob_called.read(bob_calling.write())
    with pytest.raises(SelfPeerError):
        bob_calling.read(bob_called.write())


def test_e02_mallory_cannot_claim_bobs_noise_key_as_hers() -> None:
    """She presents Bob's static key under her identity: without its private half the
    key agreement differs and nothing she says authenticates."""
    alice = ALICE.side(is_initiator=True)
    stolen = KeyPair(key("static mallory").private, key("static bob").public)
    mallory = MALLORY.side(is_initiator=False, static=stolen)
    mallory.read(alice.write())
    with pytest.raises(RemoteProtocolError):
        alice.read(mallory.write())


def test_e02_mallory_relaying_to_bob_is_bob() -> None:
    """What Alice means for Mallory never opens at Bob: relayed, Alice sees that it is Bob."""
    alice = ALICE.side(is_initiator=True, expected=MALLORY.identity.peer_id)
    bob = BOB.side(is_initiator=False)
    bob.read(alice.write())
    with pytest.raises(WrongPeerError):
        alice.read(bob.write())


def test_e02_bobs_proof_is_worth_nothing_in_mallorys_handshake() -> None:
    """Mallory calls Bob, and shows the proof she got from him to Alice."""
    caller = MALLORY.side(is_initiator=True)
    bob = BOB.side(is_initiator=False)
    bob.read(caller.write())
    proof = _proof_received(caller, bob.write())
    alice = ALICE.side(is_initiator=True)
    with pytest.raises(ProofError):
        alice.read(_forged_second(alice.write(), "static mallory", proof))


def test_e03_stolen_process_key_and_an_old_proof_do_not_make_alice() -> None:
    """The thief has Alice's Noise static key, and her proof to the thief's own endpoint."""
    thief = MALLORY.side(is_initiator=False)
    alice = ALICE.side(is_initiator=True)
    thief.read(alice.write())
    alice.read(thief.write())
    proof = _proof_received(thief, alice.write())
    bob = BOB.side(is_initiator=False)
    forger = NoiseXX(
        is_initiator=True,
        prologue=Channel.DATAGRAM.value + b"\0",
        static=key("static alice"),
        ephemeral=key("ephemeral forger"),
    )
    bob.read(forger.write(lambda _binding: b""))
    forger.read(bob.write())
    with pytest.raises(ProofError):
        bob.read(forger.write(lambda _binding: proof))


def test_e03_stolen_process_key_does_not_make_others_to_alice() -> None:
    """Key compromise impersonation: Alice's key in hand, Mallory answers Alice as Bob."""
    alice = ALICE.side(is_initiator=True, expected=BOB.identity.peer_id)
    first = alice.write()
    fake_proof = BOB.identity.public_key + bytes(64) + b"\x01"
    with pytest.raises(ProofError):
        alice.fork().read(_forged_second(first, "static alice", fake_proof))


def test_e01_proof_of_one_role_is_worth_nothing_in_the_other() -> None:
    alice = ALICE.side(is_initiator=True)
    forger = _Forger(alice.write(), "static mallory")
    with pytest.raises(ProofError):
        alice.read(forger.second(lambda binding: _signed(MALLORY, binding, b"\x01", role=b"I")))


def test_e04_proof_of_another_handshake_is_worth_nothing() -> None:
    alice = ALICE.side(is_initiator=True)
    forger = _Forger(alice.write(), "static mallory")
    with pytest.raises(ProofError):
        alice.read(forger.second(lambda _binding: _signed(MALLORY, bytes(32), b"\x01")))


@pytest.mark.parametrize("context", [b"", b"\0\0\0\1"])
def test_e12_what_both_must_agree_on_cannot_be_changed_between_them(context: bytes) -> None:
    alice = ALICE.side(is_initiator=True, context=b"\0\0\0\2")
    bob = BOB.side(is_initiator=False, context=context)
    bob.read(alice.write())
    with pytest.raises(RemoteProtocolError):
        alice.read(bob.write())


def test_e20_datagram_and_stream_do_not_understand_each_other() -> None:
    alice = ALICE.side(is_initiator=True, channel=Channel.DATAGRAM)
    bob = BOB.side(is_initiator=False, channel=Channel.STREAM)
    bob.read(alice.write())
    with pytest.raises(RemoteProtocolError):
        alice.read(bob.write())


def test_e11_claim_of_a_version_below_the_one_spoken_is_refused() -> None:
    alice = ALICE.side(is_initiator=True)
    forger = _Forger(alice.write(), "static mallory")
    with pytest.raises(ProofError):
        alice.read(forger.second(lambda binding: _signed(MALLORY, binding, b"\x00")))


def test_e11_a_proof_that_names_no_version_is_refused() -> None:
    alice = ALICE.side(is_initiator=True)
    forger = _Forger(alice.write(), "static mallory")
    with pytest.raises(ProofError):
        alice.read(forger.second(lambda binding: _signed(MALLORY, binding, b"")))


def test_a18_degenerate_identity_key_is_refused() -> None:
    alice = ALICE.side(is_initiator=True)
    universal = b"\x01" + bytes(31) + b"\x01" + bytes(63) + b"\x01"
    with pytest.raises(ProofError):
        alice.read(_forged_second(alice.write(), "static mallory", universal))


def test_a02_every_cut_of_every_message_is_refused() -> None:
    alice, bob = pair()
    for speaker, listener in ((alice, bob), (bob, alice), (alice, bob)):
        message = speaker.write()
        for size in range(len(message)):
            with pytest.raises(RemoteProtocolError):
                listener.fork().read(message[:size])
        listener.read(message)
    assert bob.is_done


@given(edits=EDITS, step=st.integers(0, 2))
def test_a05_any_change_of_any_message_is_refused(
    edits: list[tuple[int, int, bytes]], step: int
) -> None:
    alice, bob = pair()
    for number, (speaker, listener) in enumerate(((alice, bob), (bob, alice), (alice, bob))):
        message = speaker.write()
        changed = change(message, edits)
        if number == step and changed != message:
            if number:
                with pytest.raises(RemoteProtocolError):
                    listener.fork().read(changed)
            else:
                with suppress(RemoteProtocolError):
                    assert listener.fork().read(changed) == b""
        listener.read(message)
    assert bob.is_done


@given(edits=EDITS)
def test_a02_a05_whatever_stands_where_the_proof_should_is_refused_or_proves_the_same(
    edits: list[tuple[int, int, bytes]],
) -> None:
    """Sealed by the other end itself: all that follows a whole proof is for later versions."""
    alice = ALICE.side(is_initiator=True)
    forger = _Forger(alice.write(), "static mallory")
    said: list[bytes] = []

    def say(binding: bytes) -> bytes:
        said.append(_signed(MALLORY, binding, b"\x01"))
        said.append(change(said[0] + b"more", edits))
        return said[1]

    message = forger.second(say)
    try:
        more = alice.read(message)
    except ProofError:
        assert alice.peer is None
        return
    proof, changed = said[0][:-1], said[1]
    assert (changed[: len(proof)], changed[len(proof) + 1 :]) == (proof, more)
    assert alice.peer == MALLORY.identity.peer_id


def test_keys_are_not_shown_when_printed() -> None:
    assert "secret" not in repr(Keys(b"secret", b"secret"))


@pytest.mark.parametrize("size", [0, 1, 32, PROOF_BYTES - 1])
def test_a02_cut_proof_is_refused(size: int) -> None:
    alice = ALICE.side(is_initiator=True)
    with pytest.raises(ProofError):
        alice.read(_forged_second(alice.write(), "static mallory", bytes(size)))


def _proof_received(listener: Handshake, message: bytes) -> bytes:
    """The payload as its rightful reader sees it."""
    return listener.fork()._noise.read(message)[0]


class _Forger:
    """A responder that speaks perfect Noise with a key of its choice and says what it likes."""

    def __init__(self, first: bytes, static: str) -> None:
        self._noise = NoiseXX(
            is_initiator=False,
            prologue=Channel.DATAGRAM.value + b"\0",
            static=key(static),
            ephemeral=key("ephemeral forger"),
        )
        self._noise.read(first)
        self.static_public = key(static).public

    def second(self, payload) -> bytes:  # type: ignore[no-untyped-def]
        return self._noise.write(payload)


def _forged_second(first: bytes, static: str, proof: bytes) -> bytes:
    return _Forger(first, static).second(lambda _binding: proof)


def _signed(person: Person, binding: bytes, version: bytes, role: bytes = b"R") -> bytes:
    statement = role + binding + key(f"static {person.name}").public
    signature = person.identity.sign(Channel.DATAGRAM.value, statement)
    return person.identity.public_key + signature + version


def test_the_forger_of_these_tests_would_pass_with_a_true_proof() -> None:
    """So what fails above fails for the reason given."""
    alice = ALICE.side(is_initiator=True)
    forger = _Forger(alice.write(), "static mallory")
    alice.read(forger.second(lambda binding: _signed(MALLORY, binding, b"\x01")))
    assert alice.peer == MALLORY.identity.peer_id
