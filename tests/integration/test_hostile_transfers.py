"""ATTACKS B through a real transfer: senders and receivers who lie about sizes and order."""

import os
import socket
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from blake3 import blake3

from net.protocol.limits import CONTENT_BYTES
from net.protocol.records import Data, Decision, Verdict, decode_record
from net.protocol.transfer import (
    Accept,
    Cancel,
    Checked,
    Files,
    Piece,
    Refuse,
    decode_header,
)
from net.protocol.transfer import End as EndOfAll
from net.streams import StreamHello
from tests.e2e.headless import Line, wait_until
from tests.hostile.lies import CUTS, LIES, LYING_OFFERS, RECEIVERS, SMUGGLED
from tests.hostile.peer import PATIENCE_S, HostilePeer, hears_the_end
from tests.hostile.scene import Scene
from tests.hostile.trick import (
    FILE,
    PLAIN,
    Trick,
    assert_broken,
    ended,
    run,
)
from tests.unit.net.transfer.talk import End

pytestmark = pytest.mark.usefixtures("landing")


@pytest.mark.parametrize("play", LIES.values(), ids=LIES.keys())
def test_a_sender_that_lies_about_its_content_delivers_nothing(
    scene: Scene,
    mallory: HostilePeer,
    landing: Path,
    play: Callable[[Trick], Callable[[End], None]],
) -> None:
    trick = Trick(PLAIN, b"x" * 15)
    assert_broken(run(scene, mallory, trick, play(trick)))
    wait_until(lambda: os.listdir(landing) == [])


@pytest.mark.parametrize("play", CUTS.values(), ids=CUTS.keys())
def test_b17_a_stream_that_is_cut_is_never_complete(
    scene: Scene,
    mallory: HostilePeer,
    landing: Path,
    play: Callable[[Trick], Callable[[End], None]],
) -> None:
    trick = Trick(PLAIN, b"x" * 15)
    line = run(scene, mallory, trick, play(trick))
    assert (line["state"], line["reason"]) == ("waiting", "connection_lost")
    mallory.tell(Decision(trick.transfer, Verdict.CANCELLED))
    scene.victim.wait("transfer", transfer=trick.transfer.hex(), state="cancelled")
    wait_until(lambda: os.listdir(landing) == [])


def _accept_of(trick: Trick, size: int, digest: str) -> Callable[[End], None]:
    def play(end: End) -> None:
        end.say(Accept(size, digest))
        try:
            end.give(trick.manifest)
            end.say(EndOfAll())
        except ConnectionError:
            return

    return play


def test_b09_b14_a_manifest_of_another_size_or_hash_is_refused(
    scene: Scene, mallory: HostilePeer
) -> None:
    truth = Trick(PLAIN, b"x" * 15)
    size, digest = len(truth.manifest), blake3(truth.manifest).hexdigest()
    for lie in ((size + 1, digest), (size - 1, digest), (0, digest), (size, "0" * 64)):
        trick = Trick(PLAIN, b"x" * 15)
        assert_broken(run(scene, mallory, trick, _accept_of(trick, *lie)))


@pytest.mark.parametrize("lie", LYING_OFFERS.values(), ids=LYING_OFFERS.keys())
def test_an_offer_that_showed_something_else_delivers_nothing(
    scene: Scene, mallory: HostilePeer, landing: Path, lie: dict[str, Any]
) -> None:
    trick = Trick(PLAIN, b"x" * 15)

    def play(end: End) -> None:
        try:
            trick.give_manifest(end)
        except ConnectionError:
            return

    assert_broken(run(scene, mallory, trick, play, **lie))
    wait_until(lambda: os.listdir(landing) == [])


def test_b10_an_offer_of_nothing_at_all_is_refused(scene: Scene, mallory: HostilePeer) -> None:
    trick = Trick([(0, FILE, "x", 0, 0)], manifest=b"\0")
    trick.rows, trick.manifest, trick.files = [], b"", 0
    assert_broken(run(scene, mallory, trick, lambda end: end.say(trick.accept)))


@pytest.mark.parametrize("body", SMUGGLED, ids=range(len(SMUGGLED)))
def test_a08_a09_a13_a_header_that_is_none_ends_the_transfer(
    scene: Scene, mallory: HostilePeer, body: bytes
) -> None:
    trick = Trick(PLAIN, b"x" * 15)
    assert_broken(run(scene, mallory, trick, lambda end: end.say_bytes(body)))


def test_c12_d16_a_refusal_in_odd_words_is_no_forged_line(
    scene: Scene, mallory: HostilePeer
) -> None:
    trick = Trick(PLAIN, b"x" * 15)
    word = b'{"t":"refuse","code":"a\\n{\\"event\\":\\"ready\\"}\\u001b[2J"}'
    assert_broken(run(scene, mallory, trick, lambda end: end.say_bytes(word)))


def state_of(scene: Scene, transfer: str) -> Line:
    lines = scene.victim.ask("transfers")["transfers"]
    return next(line for line in lines if line["transfer"] == transfer)


@pytest.mark.parametrize("word", [Refuse("no_space"), Cancel("no_space")])
def test_e17_that_the_disk_here_is_full_is_not_the_senders_to_say(
    scene: Scene, mallory: HostilePeer, word: Refuse | Cancel
) -> None:
    trick = Trick(PLAIN, b"x" * 15)
    mallory.tell(trick.offer())
    transfer = trick.transfer.hex()
    scene.victim.wait("offer", transfer=transfer)
    scene.victim.ask("accept", transfer=transfer)
    end, _ = mallory.accept()
    scene.victim.wait("transfer", transfer=transfer, state="running")
    with closing(end.sock):
        end.say(word)
        end.finish()
        hears_the_end(end.sock)
        wait_until(lambda: state_of(scene, transfer)["state"] != "running")
    left = state_of(scene, transfer)
    assert (left["state"], left["reason"]) == ("waiting", None)
    mallory.tell(Decision(trick.transfer, Verdict.CANCELLED))
    scene.victim.wait("transfer", transfer=transfer, state="cancelled")


def test_b16_a_sender_that_answers_in_http_is_hung_up_on(
    scene: Scene, mallory: HostilePeer
) -> None:
    trick = Trick(PLAIN, b"x" * 15)
    mallory.tell(trick.offer())
    transfer = trick.transfer.hex()
    scene.victim.wait("offer", transfer=transfer)
    scene.victim.ask("accept", transfer=transfer)
    with mallory.accept_silently() as sock:
        sock.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
        line = ended(scene, transfer)
    assert (line["state"], line["reason"]) == ("waiting", "unreachable")
    mallory.tell(Decision(trick.transfer, Verdict.CANCELLED))
    scene.victim.wait("transfer", transfer=transfer, state="cancelled")


# --- the victim as sender -------------------------------------------------------------------


@dataclass
class Fetching:
    """The victim's offer to Mallory, who comes for it."""

    transfer: str
    end: End


@pytest.fixture
def fetching(scene: Scene, mallory: HostilePeer, tmp_path: Path) -> Iterator[Fetching]:
    source = tmp_path / "source"
    source.write_bytes(b"s" * 2 * CONTENT_BYTES)
    answer = scene.victim.ask("send_files", to=mallory.peer_id, paths=[str(source)])
    hello = StreamHello(v=1, use="transfer", transfer=answer["transfer"])
    end = mallory.dial(hello)
    with closing(end.sock):
        accept = end.hear_header()
        assert isinstance(accept, Accept)
        end.hear_content(accept.manifest_size)
        yield Fetching(answer["transfer"], end)


@pytest.mark.parametrize("say", RECEIVERS.values(), ids=RECEIVERS.keys())
def test_a_receiver_that_breaks_a_rule_has_received_nothing(
    scene: Scene, fetching: Fetching, say: Callable[[End], None]
) -> None:
    say(fetching.end)
    fetching.end.finish()
    assert_broken(ended(scene, fetching.transfer))


def test_b17_e18_a_receiver_that_hangs_up_after_the_content_has_not_got_it(
    scene: Scene, fetching: Fetching
) -> None:
    fetching.end.ask(Piece(0, 1, 0, 2 * CONTENT_BYTES))
    assert isinstance(fetching.end.hear_header(), Files)
    fetching.end.hear_content(2 * CONTENT_BYTES)
    fetching.end.sock.shutdown(socket.SHUT_RDWR)
    line = ended(scene, fetching.transfer)
    assert (line["state"], line["reason"]) == ("waiting", "connection_lost")


def test_b12_a_second_stream_for_a_running_transfer_is_refused(
    scene: Scene, mallory: HostilePeer, fetching: Fetching
) -> None:
    second = mallory.dial(StreamHello(v=1, use="transfer", transfer=fetching.transfer))
    with closing(second.sock):
        assert decode_header(second.hear()[1]) == decode_header(b'{"t":"refuse","code":"stopped"}')
    fetching.end.ask(Piece(0, 1, 0, 2 * CONTENT_BYTES))
    assert isinstance(fetching.end.hear_header(), Files)


def test_e18_a_decision_while_it_runs_ends_it_once(
    scene: Scene, mallory: HostilePeer, fetching: Fetching
) -> None:
    for verdict in (Verdict.FAILED, Verdict.ACCEPTED, Verdict.CANCELLED, Verdict.DONE):
        mallory.tell(Decision(bytes.fromhex(fetching.transfer), verdict, "by_user"))
    assert ended(scene, fetching.transfer)["state"] == "cancelled"


def test_c24_a_source_swapped_for_a_link_gives_nothing_away(
    scene: Scene, mallory: HostilePeer, tmp_path: Path
) -> None:
    source = tmp_path / "source"
    source.write_bytes(b"s" * 5)
    answer = scene.victim.ask("send_files", to=mallory.peer_id, paths=[str(source)])
    source.unlink()
    source.symlink_to(scene.folder / "canary")
    end = mallory.dial(StreamHello(v=1, use="transfer", transfer=answer["transfer"]))
    with closing(end.sock):
        accept = end.hear_header()
        assert isinstance(accept, Accept)
        end.hear_content(accept.manifest_size)
        end.ask(Piece(0, 1, 0, 5))
        assert isinstance(end.hear_header(), Files)
        assert end.hear_header() == Checked((0,)), "and not a byte of what the link points to"


def test_nothing_of_a_failed_transfer_is_left_in_memory_or_threads(
    scene: Scene, mallory: HostilePeer
) -> None:
    def fail() -> None:
        trick = Trick(PLAIN, b"x" * 15)
        run(scene, mallory, trick, LIES["b05-more-than-said"](trick))

    fail()  # threads that stay are started with the first
    before = scene.cost()
    for _ in range(10):
        fail()
    # a second thread for what the disk holds up stays, once there was work for two
    wait_until(lambda: scene.cost().threads <= before.threads + 1, PATIENCE_S)
    wait_until(lambda: scene.cost().descriptors <= before.descriptors, PATIENCE_S)


@pytest.mark.parametrize(("verb", "code"), [("cancel", "by_user"), ("pause", "paused")])
def test_who_comes_for_what_was_stopped_hears_why_once_more_and_fills_no_outbox(
    scene: Scene, mallory: HostilePeer, tmp_path: Path, verb: str, code: str
) -> None:
    """The word may have come before the offer itself, and been passed over."""
    source = tmp_path / "source"
    source.write_bytes(b"s")
    answer = scene.victim.ask("send_files", to=mallory.peer_id, paths=[str(source)])
    transfer = answer["transfer"]
    scene.victim.ask(verb, transfer=transfer)
    mallory.agree()
    for _ in range(5):
        end = mallory.dial(StreamHello(v=1, use="transfer", transfer=transfer))
        with closing(end.sock):
            assert end.hear_header() == Refuse(code)

    def words() -> set[int]:
        """The numbers in the lane of all that was said about it."""
        records = [r for f in mallory.heard if isinstance(f, Data) for r in f.records]
        return {seq for seq, raw in records if isinstance(decode_record(bytes(raw)), Decision)}

    while len(words()) < 2:
        mallory.is_answered()
    mallory.listen(0.5)
    assert len(words()) == 2
