"""The receiving end that goes on, against senders that lie about what they have sent before."""

from pathlib import Path

import pytest
from blake3 import blake3

from net.protocol.limits import CONTENT_BYTES
from net.protocol.transfer import (
    PART_BYTES,
    Checked,
    Compare,
    End,
    Fetch,
    Files,
    Part,
    Piece,
    decode_parts,
)
from net.transfer import blocks, plan, survey
from net.transfer.blocks import UNREADABLE
from net.transfer.choices import Choices
from net.transfer.faults import TransferFault
from net.transfer.progress import Progress
from net.transfer.receiver import Received
from tests.unit.net.transfer.receiving import (
    BIG,
    assert_nothing_landed,
    assert_refused,
    give_manifest,
    receive,
    say_all,
    say_manifest,
)
from tests.unit.net.transfer.talk import End as Peer

PART = b"x" * CONTENT_BYTES


@pytest.fixture(autouse=True)
def small_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (blocks, plan, survey):
        monkeypatch.setattr(module, "BLOCK_BYTES", CONTENT_BYTES)


def begin(peer: Peer) -> None:
    """Two parts of three."""
    give_manifest(peer, BIG)
    say_all(peer, (Files(0, 1, 0, 3 * CONTENT_BYTES), PART, PART))


@pytest.mark.parametrize("is_cut", [False, True])
@pytest.mark.parametrize("then", [Checked(), Checked((0,))])
def test_c24_what_has_changed_stays_out_though_a_later_part_of_it_had_not(
    inbox: Path, then: Checked, is_cut: bool
) -> None:
    def go_on(peer: Peer) -> None:
        say_manifest(peer, BIG)
        assert peer.hear_header() == Compare(1)
        assert [*decode_parts(peer.hear_content(PART_BYTES))] == [Part(0, 2 * CONTENT_BYTES)]
        peer.give(UNREADABLE + blake3(PART).digest())
        gaps = [(0, CONTENT_BYTES), (2 * CONTENT_BYTES, CONTENT_BYTES)]
        assert peer.hear_fetch() == [Piece(0, 1, *gap) for gap in gaps]
        first, second = (Files(0, 1, *gap) for gap in gaps)
        sent = PART[:100] if is_cut else PART
        say_all(peer, (first, sent, Checked((0,)), second, PART, then, End()))

    assert isinstance(receive(inbox, begin, BIG), TransferFault)
    progress = Progress()
    wanted = Choices(takes_rest=True)
    got = receive(inbox, go_on, BIG, shown={"choices": wanted}, progress=progress)
    assert isinstance(got, Received), got
    assert (got.left_out_files, got.left_out_bytes) == (1, BIG.totals.size_bytes)
    assert (progress.done_files, progress.done_bytes) == (0, 0)
    assert_nothing_landed(inbox)


@pytest.mark.parametrize(
    "hashes",
    [[bytes(33)], [bytes(32), bytes(64)], [bytes(96)], [End()], [bytes(32), Fetch(0)]],
    ids=["a piece", "more later", "more at once", "none", "a header between"],
)
def test_b14_hashes_that_are_no_answer_are_refused(inbox: Path, hashes: list[object]) -> None:
    def answer(peer: Peer) -> None:
        say_manifest(peer, BIG)
        assert peer.hear_header() == Compare(1)
        peer.hear_content(PART_BYTES)
        say_all(peer, tuple(hashes))

    assert isinstance(receive(inbox, begin, BIG), TransferFault)
    assert_refused(inbox, answer, BIG)
