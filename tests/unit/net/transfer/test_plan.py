"""What is asked for of a file that is partly here: its gaps, and nothing twice."""

from collections.abc import Iterator
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from net.protocol.manifest import Entry, EntryKind, Totals
from net.protocol.transfer import Part, Piece
from net.transfer import plan
from net.transfer.plan import FileState, Plan

BLOCK = 100


@pytest.fixture(autouse=True, scope="module")
def small_blocks() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(plan, "BLOCK_BYTES", BLOCK)
        yield


def entries_of(*sizes: int) -> list[Entry]:
    return [Entry(0, EntryKind.FILE, str(at), size) for at, size in enumerate(sizes)]


def plan_for(*sizes: int) -> Plan:
    return Plan(Totals(len(sizes), 0, sum(sizes), len(sizes), (), 0, bytes(32)))


@given(st.lists(st.booleans(), min_size=1, max_size=8), st.integers(1, BLOCK), st.integers(0, 250))
def test_a_piece_for_each_gap_and_only_the_last_ends_the_file(
    equal: list[bool], last: int, missing: int
) -> None:
    here = (len(equal) - 1) * BLOCK + last
    size = here + missing
    made = plan_for(7, size, 9)
    made.compared(Part(1, here), size, equal)
    wanted = {at for at in range(size) if at >= here or not equal[at // BLOCK]}
    pieces = list(made.pieces(entries_of(7, size, 9)))
    asked: list[int] = []
    for piece in pieces:
        if piece.first <= 1 < piece.first + piece.files:
            begin = piece.offset if piece.first == 1 else 0
            count = piece.size if piece.files == 1 else size
            asked += range(begin, begin + count)
    assert len(asked) == len(set(asked))
    assert set(asked) == wanted
    if 1 in made.gaps:
        gaps = made.gaps[1]
        assert all(sum(gap) < after for gap, (after, _) in pairwise(gaps))
        ends = [made.ends_file(1, sum(gap), size) for gap in gaps]
        assert ends == [False] * (len(gaps) - 1) + [True]
    elif wanted:
        assert pieces == [Piece(0, 3, 0, 16 + size)], "as if nothing were here"
        assert [made.ends_file(1, end, size) for end in (size - 1, size)] == [False, True]
    assert (made.states[1] == FileState.HERE) is not bool(wanted)


def test_what_is_here_counts_and_what_is_left_out_does_not() -> None:
    made = plan_for(7, 8, 9)
    made.settle(0, FileState.HERE, 7)
    made.leave_out(1, 8)
    assert (made.here_bytes, made.left_out_bytes, made.left_out_files) == (7, 8, 1)
    assert list(made.pieces(entries_of(7, 8, 9))) == [Piece(2, 1, 0, 9)]
