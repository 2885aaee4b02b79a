"""Senders who call for the receiver, and receivers who let themselves be called: one stream
is used or none, and whoever has no business with a transfer changes nothing of it."""

import os
import socket
import time
from collections.abc import Iterator
from contextlib import AbstractContextManager, ExitStack, closing, contextmanager, suppress
from pathlib import Path

import pytest

from app.engine.retries import PAUSE_FIRST_S
from net.protocol.records import Decision, Verdict
from net.protocol.transfer import Accept, Header, Pull, Refuse
from net.streams import StreamHello
from tests.e2e.headless import Line
from tests.hostile.peer import HostilePeer, hears_the_end
from tests.hostile.scene import Scene
from tests.hostile.trick import PLAIN, Trick, ended, take_away
from tests.unit.net.transfer.talk import End

pytestmark = pytest.mark.usefixtures("landing")

TAKEN = Refuse("taken")


@contextmanager
def calling(mallory: HostilePeer, hello: StreamHello) -> Iterator[End]:
    end = mallory.dial(hello)
    with closing(end.sock):
        yield end


def push(mallory: HostilePeer, transfer: str) -> AbstractContextManager[End]:
    return calling(mallory, StreamHello(v=1, use="transfer", transfer=transfer, push=True))


def answer_to(mallory: HostilePeer, transfer: str) -> Header:
    with push(mallory, transfer) as end:
        return end.hear_header()


def state_of(scene: Scene, transfer: str) -> Line:
    lines = scene.victim.ask("transfers")["transfers"]
    return next(line for line in lines if line["transfer"] == transfer)


def offer(scene: Scene, mallory: HostilePeer, trick: Trick) -> str:
    mallory.tell(trick.offer())
    transfer = trick.transfer.hex()
    scene.victim.wait("offer", transfer=transfer)
    return transfer


@pytest.fixture
def trick() -> Trick:
    return Trick(PLAIN, b"x" * 15)


# --- the victim as receiver -----------------------------------------------------------------


def test_a_push_serves_where_our_own_call_is_not_answered(
    scene: Scene, mallory: HostilePeer, trick: Trick, landing: Path
) -> None:
    """The victim's call is taken and left in silence."""
    transfer = offer(scene, mallory, trick)
    scene.victim.ask("accept", transfer=transfer)
    with mallory.accept_silently() as silent, push(mallory, transfer) as end:
        assert end.hear_header() == Pull()
        hears_the_end(silent)
        trick.give_all(end)
        line = ended(scene, transfer)
    assert (line["state"], line["way"]) == ("done", "sender")
    assert take_away(landing) == ["top", "top/a", "top/b", "top/c"]


def test_of_two_pushes_at_once_one_is_used(
    scene: Scene, mallory: HostilePeer, trick: Trick, landing: Path
) -> None:
    transfer = offer(scene, mallory, trick)
    scene.victim.ask("accept", transfer=transfer)
    with mallory.accept_silently(), push(mallory, transfer) as one, push(mallory, transfer) as two:
        answers = [one.hear_header(), two.hear_header()]
        assert sorted(map(repr, answers)) == sorted(map(repr, (Pull(), TAKEN)))
        trick.give_all((one, two)[answers.index(Pull())])
        assert ended(scene, transfer)["state"] == "done"
    assert take_away(landing) == ["top", "top/a", "top/b", "top/c"]


def test_a_push_after_our_hello_is_refused_and_disturbs_nothing(
    scene: Scene, mallory: HostilePeer, trick: Trick, landing: Path
) -> None:
    transfer = offer(scene, mallory, trick)
    scene.victim.ask("accept", transfer=transfer)
    end, hello = mallory.accept()
    assert (hello["transfer"], hello.get("push", False)) == (transfer, False)
    with closing(end.sock):
        assert answer_to(mallory, transfer) == TAKEN
        trick.give_all(end)
        line = ended(scene, transfer)
    assert (line["state"], line["way"]) == ("done", "receiver")
    take_away(landing)


def test_a_sender_that_hangs_up_is_left_alone_for_a_moment(
    scene: Scene, mallory: HostilePeer, trick: Trick
) -> None:
    """Not sooner than promised; how much later is nobody's promise."""
    transfer = offer(scene, mallory, trick)
    scene.victim.ask("accept", transfer=transfer)
    end, _ = mallory.accept()
    hung_up_s = time.monotonic()
    end.sock.close()
    end, _ = mallory.accept()
    assert time.monotonic() - hung_up_s >= 0.8 * PAUSE_FIRST_S
    end.sock.close()
    scene.victim.ask("cancel", transfer=transfer)


def test_a_push_for_what_was_not_accepted_is_refused_without_effect(
    scene: Scene, mallory: HostilePeer, trick: Trick
) -> None:
    transfer = offer(scene, mallory, trick)
    for wanted in (transfer, "0" * 32, "", "../x"):
        assert answer_to(mallory, wanted) == TAKEN
    assert state_of(scene, transfer)["state"] == "offered"
    scene.victim.ask("decline", transfer=transfer)
    assert answer_to(mallory, transfer) == TAKEN
    assert state_of(scene, transfer)["state"] == "declined"


def test_a_push_for_somebody_elses_offer_is_refused_without_effect(
    scene: Scene, mallory: HostilePeer, trick: Trick, landing: Path
) -> None:
    """Also while the true sender's stream is awaited."""
    transfer = offer(scene, mallory, trick)
    with HostilePeer() as other:
        other.meet(scene.victim.port)
        scene.victim.sees(other.peer_id)
        scene.victim.ask("accept", transfer=transfer)
        with mallory.accept_silently():
            assert answer_to(other, transfer) == TAKEN
            with push(mallory, transfer) as end:
                assert end.hear_header() == Pull()
                trick.give_all(end)
                assert ended(scene, transfer)["state"] == "done"
    take_away(landing)


def test_a_push_for_our_own_offer_is_refused_without_effect(
    scene: Scene, mallory: HostilePeer, tmp_path: Path
) -> None:
    (tmp_path / "source").write_bytes(b"s")
    answer = scene.victim.ask("send_files", to=mallory.peer_id, paths=[str(tmp_path / "source")])
    assert answer_to(mallory, answer["transfer"]) == TAKEN
    assert state_of(scene, answer["transfer"])["state"] == "offered"


def test_pushes_of_strangers_and_of_the_blocked_are_hung_up_on(
    scene: Scene, mallory: HostilePeer, trick: Trick
) -> None:
    transfer = offer(scene, mallory, trick)
    scene.victim.ask("trust", peer=mallory.peer_id, blocked=True)
    with push(mallory, transfer) as end:
        assert hears_the_end(end.sock) == b""
    with HostilePeer() as stranger:
        stranger.port = scene.victim.port
        with push(stranger, transfer) as end:
            assert hears_the_end(end.sock) == b""


def test_d_hundreds_of_pushes_that_never_read_their_refusal_cost_nothing(
    scene: Scene, mallory: HostilePeer
) -> None:
    with ExitStack() as stack:
        for _ in range(200):
            with suppress(OSError, EOFError):  # beyond what is answered it is hung up on
                stack.enter_context(push(mallory, os.urandom(16).hex()))
        scene.honest_word()


def test_a_push_that_says_nothing_after_pull_ends_like_any_stream_that_is_cut(
    scene: Scene, mallory: HostilePeer, trick: Trick
) -> None:
    transfer = offer(scene, mallory, trick)
    scene.victim.ask("accept", transfer=transfer)
    with mallory.accept_silently(), push(mallory, transfer) as end:
        assert end.hear_header() == Pull()
        end.sock.shutdown(socket.SHUT_RDWR)
        line = scene.victim.wait(
            "transfer", transfer=transfer, where=lambda e: e["state"] != "running"
        )
    assert line["state"] in ("waiting", "failed")
    scene.victim.ask("cancel", transfer=transfer)


# --- the victim as sender -------------------------------------------------------------------


@pytest.fixture
def accepted(scene: Scene, mallory: HostilePeer, tmp_path: Path) -> Iterator[str]:
    """The victim's offer to Mallory, accepted; she does not come for it."""
    (tmp_path / "source").write_bytes(b"s" * 100)
    answer = scene.victim.ask("send_files", to=mallory.peer_id, paths=[str(tmp_path / "source")])
    transfer = str(answer["transfer"])
    mallory.tell(Decision(bytes.fromhex(transfer), Verdict.ACCEPTED))
    yield transfer
    scene.victim.ask("cancel", transfer=transfer)


@contextmanager
def called(mallory: HostilePeer, transfer: str) -> Iterator[End]:
    end, hello = mallory.accept()
    with closing(end.sock):
        assert hello == {
            "t": "hello", "v": 1, "for": "transfer", "transfer": transfer, "push": True
        }  # fmt: skip
        yield end


def test_a_receiver_that_does_not_come_is_called_and_served(
    scene: Scene, mallory: HostilePeer, accepted: str
) -> None:
    with called(mallory, accepted) as end:
        assert state_of(scene, accepted)["state"] == "waiting"
        end.say(Pull())
        accept = end.hear_header()
        assert isinstance(accept, Accept)
        end.hear_content(accept.manifest_size)
        assert state_of(scene, accepted)["state"] == "running"
        assert state_of(scene, accepted)["way"] == "sender"


def test_a_receiver_that_refuses_the_call_is_called_again(
    mallory: HostilePeer, accepted: str
) -> None:
    for _ in range(2):
        with called(mallory, accepted) as end:
            end.say(TAKEN)


def test_a_receiver_that_never_takes_the_first_is_called_for_the_second(
    scene: Scene, mallory: HostilePeer, accepted: str, tmp_path: Path
) -> None:
    (tmp_path / "second").write_bytes(b"2")
    answer = scene.victim.ask("send_files", to=mallory.peer_id, paths=[str(tmp_path / "second")])
    second = str(answer["transfer"])
    mallory.tell(Decision(bytes.fromhex(second), Verdict.ACCEPTED))
    for _ in range(3):
        end, hello = mallory.accept()
        with closing(end.sock):
            end.say(TAKEN if hello["transfer"] == accepted else Pull())
            if hello["transfer"] == second:
                assert isinstance(end.hear_header(), Accept)
                break
    else:
        pytest.fail("only ever called for the first")
    scene.victim.ask("cancel", transfer=second)


def test_a_receiver_that_comes_while_it_is_called_is_served_on_its_own_stream(
    scene: Scene, mallory: HostilePeer, accepted: str
) -> None:
    hello = StreamHello(v=1, use="transfer", transfer=accepted)
    with called(mallory, accepted) as answered, calling(mallory, hello) as own:
        assert isinstance(own.hear_header(), Accept)
        assert state_of(scene, accepted)["way"] == "receiver"
        hears_the_end(answered.sock)


def test_a_receiver_that_pulls_twice_is_served_once(
    scene: Scene, mallory: HostilePeer, accepted: str
) -> None:
    hello = StreamHello(v=1, use="transfer", transfer=accepted)
    with called(mallory, accepted) as answered:
        answered.say(Pull())
        assert isinstance(answered.hear_header(), Accept)
        with calling(mallory, hello) as own:
            assert isinstance(own.hear_header(), Refuse)


def test_an_answer_in_odd_words_is_no_pull(
    scene: Scene, mallory: HostilePeer, accepted: str
) -> None:
    with called(mallory, accepted) as end:
        end.say_bytes(b'{"t":"pull","t":"pull"}')
        hears_the_end(end.sock)
    assert state_of(scene, accepted)["state"] == "waiting"


# --- looking into an offer ------------------------------------------------------------------


def test_nobody_but_whom_it_was_offered_to_sees_the_list(
    scene: Scene, mallory: HostilePeer, accepted: str
) -> None:
    hello = StreamHello(v=1, use="manifest", transfer=accepted)
    with HostilePeer() as other:
        other.meet(scene.victim.port)
        scene.victim.sees(other.peer_id)
        with calling(other, hello) as end:
            assert end.hear_header() == Refuse("not_offered")
    with calling(mallory, hello) as end:
        assert isinstance(end.hear_header(), Accept)


def test_lists_that_are_asked_for_and_not_read_hold_up_nobody(
    scene: Scene, mallory: HostilePeer, accepted: str
) -> None:
    hello = StreamHello(v=1, use="manifest", transfer=accepted)
    with ExitStack() as stack:
        for _ in range(20):
            with suppress(OSError, EOFError):
                stack.enter_context(calling(mallory, hello))
        scene.honest_word()


def test_d03_whoever_asks_for_many_lists_takes_no_place_from_others(
    scene: Scene, mallory: HostilePeer, accepted: str, tmp_path: Path
) -> None:
    with HostilePeer() as other, ExitStack() as stack:
        other.meet(scene.victim.port)
        scene.victim.sees(other.peer_id)
        sent = scene.victim.ask("send_files", to=other.peer_id, paths=[str(tmp_path / "source")])
        for _ in range(5):
            with suppress(OSError, EOFError):
                hello = StreamHello(v=1, use="manifest", transfer=accepted)
                stack.enter_context(calling(mallory, hello))
        hello = StreamHello(v=1, use="manifest", transfer=sent["transfer"])
        with calling(other, hello) as end:
            assert isinstance(end.hear_header(), Accept)
        scene.victim.ask("cancel", transfer=sent["transfer"])
