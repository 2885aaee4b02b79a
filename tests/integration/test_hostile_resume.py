"""ATTACKS B and D against what resuming, choosing and pausing brought: hashes, pieces, words."""

import os
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import pytest

from net.protocol.limits import CONTENT_BYTES
from net.protocol.manifest import HASH_BYTES
from net.protocol.records import Decision, Verdict
from net.protocol.transfer import (
    PART_BYTES,
    Accept,
    Alive,
    Checked,
    Compare,
    Done,
    Files,
    Header,
    Part,
    Piece,
    encode_parts,
)
from net.protocol.transfer import End as EndOfAll
from net.streams import StreamHello
from tests.e2e.headless import Line, wait_until
from tests.hostile.lies import QUESTIONS, SIZES, compare
from tests.hostile.peer import HostilePeer
from tests.hostile.scene import Scene
from tests.hostile.trick import FILE, Trick, assert_broken, ended, take_away
from tests.unit.net.transfer.talk import End

pytestmark = pytest.mark.usefixtures("landing")

SIZE = 5000
HALF = 3000


# --- the victim as receiver, with half of it here -------------------------------------------


@dataclass
class Half:
    """The victim has the first HALF bytes, has called again and asks for their hash."""

    scene: Scene
    trick: Trick
    end: End
    mark: int
    """What the victim said before that does not count."""

    def go_on(self) -> Line:
        """As the victim does, after what was said."""
        self.end.finish()
        return ended_after(self.scene, self.trick.transfer.hex(), self.mark)

    mark: int = 0


def ended_after(scene: Scene, transfer: str, mark: int) -> Line:
    return scene.victim.wait(
        "transfer",
        transfer=transfer,
        since=mark,
        where=lambda line: (
            line["state"] in ("done", "failed", "cancelled")
            or (line["state"] == "waiting" and line["reason"])
        ),
    )


@pytest.fixture
def half(scene: Scene, mallory: HostilePeer) -> Iterator[Half]:
    trick = Trick([(0, FILE, "film", SIZE, 0)], os.urandom(SIZE))
    mallory.tell(trick.offer())
    transfer = trick.transfer.hex()
    scene.victim.wait("offer", transfer=transfer)
    scene.victim.ask("accept", transfer=transfer)
    first, _ = mallory.accept()
    with closing(first.sock):
        trick.give_manifest(first)
        first.hear_fetch()
        first.say(Files(0, 1, 0, SIZE))
        first.give(trick.content[:HALF])
        first.finish()
        ended(scene, transfer)
    mark = scene.victim.mark()
    end, _ = mallory.accept()
    with closing(end.sock):
        trick.give_manifest(end)
        assert end.hear_header() == Compare(1)
        assert end.hear_content(PART_BYTES) == encode_parts([Part(0, HALF)])
        yield Half(scene, trick, end, mark)
    mallory.tell(Decision(trick.transfer, Verdict.CANCELLED, number=1 << 50))
    wait_until(lambda: all(name == "film" for name in os.listdir(scene.landing)))
    take_away(scene.landing)


HASHES: dict[str, list[Header | bytes]] = {
    "b14-a-piece-of-a-hash": [bytes(31)],
    "b14-a-hash-and-a-piece": [bytes(33)],
    "b14-two-where-one-was-asked-for": [bytes(64)],
    "b14-a-megabyte-of-them": [bytes(CONTENT_BYTES)] * 4,
    "b14-none": [Files(0, 1, HALF, SIZE - HALF)],
    "b11-the-end-instead": [EndOfAll()],
    "d03-only-signs-of-life": [Alive()] * 300,
}


@pytest.mark.parametrize("words", HASHES.values(), ids=HASHES.keys())
def test_a_sender_whose_hashes_are_none_delivers_nothing(
    half: Half, words: list[Header | bytes]
) -> None:
    try:
        for word in words:
            half.end.give(word) if isinstance(word, bytes) else half.end.say(word)
    except ConnectionError:
        pass
    assert_broken(half.go_on())


def test_b17_a_sender_that_hangs_up_instead_of_hashes_costs_a_try(half: Half) -> None:
    line = half.go_on()
    assert (line["state"], line["reason"]) == ("waiting", "connection_lost")


def test_b14_a_wrong_hash_costs_the_block_and_no_more(half: Half) -> None:
    half.end.give(os.urandom(HASH_BYTES))
    assert half.end.hear_fetch() == [Piece(0, 1, 0, SIZE)]
    half.end.say(Files(0, 1, 0, SIZE))
    half.end.give(half.trick.content)
    half.end.say(Checked())
    half.end.say(EndOfAll())
    assert half.go_on()["state"] == "done"
    assert (half.scene.landing / "film").read_bytes() == half.trick.content


def test_b13_a_run_that_begins_before_the_gap_is_refused(half: Half) -> None:
    """What was compared is not written over."""
    half.end.give(bytes(HASH_BYTES))
    half.end.hear_fetch()
    half.end.say(Files(0, 1, 100, SIZE - 100))
    assert_broken(half.go_on())


# --- the victim as sender --------------------------------------------------------------------


@dataclass
class Fetching:
    """The victim's offer of three files to Mallory, who has come for it."""

    transfer: str
    end: End


@pytest.fixture
def fetching(scene: Scene, mallory: HostilePeer, tmp_path: Path) -> Iterator[Fetching]:
    folder = tmp_path / "folder"
    folder.mkdir()
    for number, size in enumerate(SIZES):
        (folder / str(number)).write_bytes(os.urandom(size))
    answer = scene.victim.ask("send_files", to=mallory.peer_id, paths=[str(folder)])
    end = mallory.dial(StreamHello(v=1, use="transfer", transfer=answer["transfer"]))
    with closing(end.sock):
        accept = end.hear_header()
        assert isinstance(accept, Accept)
        end.hear_content(accept.manifest_size)
        yield Fetching(answer["transfer"], end)


@pytest.mark.parametrize("say", QUESTIONS.values(), ids=QUESTIONS.keys())
def test_a_receiver_that_asks_for_what_is_not_gets_nothing(
    scene: Scene, fetching: Fetching, say: Callable[[End], None]
) -> None:
    say(fetching.end)
    assert_broken(ended(scene, fetching.transfer))


def test_b13_hashes_of_everything_and_then_nothing_at_all_is_an_honest_end(
    scene: Scene, fetching: Fetching
) -> None:
    """Who has it all needs no byte."""
    compare(*(Part(number, size) for number, size in enumerate(SIZES)))(fetching.end)
    fetching.end.hear_content(HASH_BYTES * len(SIZES))
    fetching.end.ask()
    assert fetching.end.hear_header() == EndOfAll()
    fetching.end.say(Done())
    assert ended(scene, fetching.transfer)["state"] == "done"


# --- words -----------------------------------------------------------------------------------


def word(transfer: str, verdict: Verdict, number: int, heard: int = 0) -> Decision:
    return Decision(bytes.fromhex(transfer), verdict, "by_user", number, heard)


def test_d_endless_pausing_and_resuming_harms_nobody(
    scene: Scene, mallory: HostilePeer, fetching: Fetching
) -> None:
    verdicts = (Verdict.PAUSED, Verdict.RESUMED, Verdict.ACCEPTED)
    for number in range(1, 400):
        give = mallory.give if number % 20 else mallory.tell
        give(word(fetching.transfer, verdicts[number % 3], number))
    scene.honest_word()
    mallory.tell(word(fetching.transfer, Verdict.PAUSED, 2**62))
    scene.victim.wait("transfer", transfer=fetching.transfer, state="paused", reason="by_peer")
    mallory.tell(word(fetching.transfer, Verdict.RESUMED, 5))
    listed = scene.victim.ask("transfers")["transfers"]
    states = {line["transfer"]: line["state"] for line in listed}
    assert states[fetching.transfer] == "paused", "an old word is not news"
    scene.victim.ask("cancel", transfer=fetching.transfer)


def test_b12_words_about_what_is_somebody_elses_change_nothing(
    scene: Scene, mallory: HostilePeer, fetching: Fetching
) -> None:
    before = scene.victim.ask("transfers")["transfers"]
    with HostilePeer() as other:
        other.meet(scene.victim.port)
        for verdict in Verdict:
            other.tell(word(fetching.transfer, verdict, 2**40))
            other.tell(word("00" * 16, verdict, 2**40))
    assert scene.victim.ask("transfers")["transfers"] == before


def test_b12_a_sender_can_not_accept_for_us_what_it_offers(
    scene: Scene, mallory: HostilePeer, landing: Path
) -> None:
    trick = Trick([(0, FILE, "film", SIZE, 0)], bytes(SIZE))
    mallory.tell(trick.offer())
    transfer = trick.transfer.hex()
    scene.victim.wait("offer", transfer=transfer)
    for number, verdict in enumerate((Verdict.ACCEPTED, Verdict.DONE, Verdict.RESUMED), 1):
        mallory.tell(word(transfer, verdict, number))
    listed = scene.victim.ask("transfers")["transfers"]
    states = {line["transfer"]: line["state"] for line in listed}
    assert states[transfer] == "offered"
    assert os.listdir(landing) == []


def test_d14_a_thousand_offers_are_taken_and_cost_little(
    scene: Scene, mallory: HostilePeer
) -> None:
    """Nothing is fetched, everybody else is served, and the list of transfers stays bounded."""
    tricks = [Trick([(0, FILE, f"{number}", 10**9, 0)]) for number in range(1000)]
    for number, trick in enumerate(tricks, 1):
        give = mallory.give if number % 20 else mallory.tell
        give(trick.offer(order=number, size_bytes=10**9))
    last = tricks[-1].transfer.hex()
    scene.victim.wait("offer", transfer=last)
    scene.honest_word()
    assert len(scene.victim.ask("transfers")["transfers"]) <= 1000
