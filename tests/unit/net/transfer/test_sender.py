"""The sending end: files that change under it, and receivers that do not keep to the rules."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from blake3 import blake3

from net.protocol.limits import CONTENT_BYTES
from net.protocol.manifest import Entry, ManifestReader
from net.protocol.stream import StreamType
from net.protocol.transfer import (
    Accept,
    Alive,
    Cancel,
    Checked,
    Compare,
    Done,
    End,
    Fetch,
    Files,
    Header,
    Part,
    Piece,
    decode_header,
    encode_parts,
    encode_pieces,
)
from net.transfer import blocks, channel, sender
from net.transfer.faults import Fault, TransferFault
from net.transfer.progress import Progress
from net.transfer.receiver import receive_transfer
from net.transfer.scan import Sources
from net.transfer.sender import serve_transfer
from net.transfer.sources import SourceTree
from tests.unit.net.transfer.talk import (
    LANDING,
    WAIT_S,
    linked,
    request_for,
    running,
    scan,
    tree_of,
)
from tests.unit.net.transfer.talk import (
    End as Peer,
)

BIG = 40 * CONTENT_BYTES


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    top = tmp_path / "top"
    (top / "sub").mkdir(parents=True)
    (top / "a").write_bytes(b"a" * 1000)
    (top / "b").write_bytes(b"b" * 2000)
    (top / "sub/big").write_bytes(os.urandom(BIG))
    return top


def take_manifest(peer: Peer) -> list[Entry]:
    accept = peer.hear_header()
    assert isinstance(accept, Accept)
    reader = ManifestReader()
    entries = reader.receive(peer.hear_content(accept.manifest_size))
    assert reader.finish().manifest_hash.hex() == accept.manifest_hash
    return entries


def take_run(
    peer: Peer, run: Files, on_content: Callable[[], object] = lambda: None
) -> tuple[bytes, Checked]:
    """A run to its end; it may be cut short if it is of one file."""
    content = b""
    while True:
        kind, body = peer.hear()
        if kind is not StreamType.CONTENT:
            break
        content += body
        on_content()
    checked = decode_header(body)
    assert isinstance(checked, Checked)
    is_cut_short = run.count == 1 and checked.changed == (run.first,)
    assert len(content) == run.size or (len(content) < run.size and is_cut_short)
    return content, checked


def take_files(peer: Peer) -> tuple[bytes, list[int]]:
    """All content until ``end``, and the numbers of what had changed."""
    content, changed = b"", []
    while not isinstance(header := peer.hear_header(), End):
        assert isinstance(header, Files)
        more, checked = take_run(peer, header)
        content += more
        changed += checked.changed
    return content, changed


def serve(
    sources: Sources, drive: Callable[[Peer], None], *, is_silent: bool = False
) -> TransferFault | None:
    """What the real sender says in the end while ``drive`` plays the receiver."""
    with linked() as (near, far):
        sender = near.channel(idle_s=1.0)
        with running(lambda: serve_transfer(sender, sources, Progress())) as serving:
            drive(far)
            if not is_silent:
                far.finish()
            error = serving.exception(WAIT_S)
        assert near.sock.fileno() < 0
    assert error is None or isinstance(error, TransferFault)
    return error


def assert_fails(expected: Fault, fault: TransferFault | None) -> None:
    assert fault is not None
    assert fault.fault is expected


def ask_for_all(peer: Peer) -> None:
    """Of the tree, or of its one big file."""
    peer.ask(Piece(0, 3, 0, 3000 + BIG))


def last_word(peer: Peer) -> Header:
    """What ends it, whatever comes before; but not as if all were there."""
    while True:
        kind, body = peer.hear()
        header = decode_header(body) if kind is StreamType.HEADER else None
        assert not isinstance(header, End)
        if isinstance(header, Cancel):
            return header


@pytest.mark.parametrize(
    "pieces",
    [
        [Piece(0, 3, 0, 3000 + BIG)],
        [Piece(1, 2, 0, 2000 + BIG)],
        [Piece(0, 2, 5, 2995)],
        [Piece(1, 2, 1999, 1 + BIG)],
        [Piece(0, 1, 0, 1000), Piece(2, 1, 5, 7)],
        [Piece(2, 1, 0, 100), Piece(2, 1, 200, 100), Piece(2, 1, BIG - 7, 7)],
        [Piece(2, 1, BIG, 0)],
        [],
    ],
)
def test_b13_exactly_what_the_receiver_asks_for_is_sent(tree: Path, pieces: list[Piece]) -> None:
    contents = [(tree / path).read_bytes() for path in ("a", "b", "sub/big")]
    wanted = b""
    for piece in pieces:
        whole = b"".join(contents[piece.first : piece.first + piece.files])
        wanted += whole[piece.offset : piece.offset + piece.size]

    def drive(peer: Peer) -> None:
        take_manifest(peer)
        peer.ask(*pieces)
        content, changed = take_files(peer)
        assert content == wanted
        assert changed == []
        peer.say(Done())

    assert serve(scan(tree), drive) is None


@pytest.mark.parametrize(
    "piece",
    [
        Piece(3, 1, 0, 0),
        Piece(0, 4, 0, 3000 + BIG),
        Piece(0, 1, 0, 1001),
        Piece(2, 1, BIG + 1, 0),
        Piece(0, 0, 0, 0),
        Piece(2**32 - 1, 1, 0, 1),
        Piece(0, 3, 0, 2**63),
    ],
)
def test_b13_a_piece_beyond_the_end_is_refused(tree: Path, piece: Piece) -> None:
    def drive(peer: Peer) -> None:
        take_manifest(peer)
        peer.ask(piece)
        assert last_word(peer) == Cancel("broken_peer")

    assert_fails(Fault.BROKEN_PEER, serve(scan(tree), drive))


@pytest.mark.parametrize(
    "fetch",
    [Fetch(0, 4), Fetch(0, 0, 3001 + BIG), Fetch(1, 3), Fetch(1, 1, 2001 + BIG), Fetch(0, 10**6)],
)
def test_e18_more_cannot_be_left_out_than_is_not_asked_for(tree: Path, fetch: Fetch) -> None:
    """What is told of a transfer would be less than nothing."""

    def drive(peer: Peer) -> None:
        take_manifest(peer)
        peer.say(fetch)
        if fetch.count:
            peer.give(encode_pieces([Piece(0, 1, 0, 1000)]))
        assert last_word(peer) == Cancel("broken_peer")

    assert_fails(Fault.BROKEN_PEER, serve(scan(tree), drive))


def test_a_file_in_two_pieces_is_one_file(tree: Path) -> None:
    def drive(peer: Peer) -> None:
        take_manifest(peer)
        peer.say(Fetch(2, 2, 3000))
        peer.give(encode_pieces([Piece(2, 1, 0, 5), Piece(2, 1, 7, 5)]))
        take_files(peer)
        peer.say(Done())

    assert serve(scan(tree), drive) is None


def test_a_disk_that_takes_its_time_over_each_file_is_told_of(
    tree: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(channel, "ALIVE_EVERY_S", 0.0)

    def drive(peer: Peer) -> None:
        take_manifest(peer)
        peer.ask(Piece(0, 2, 0, 3000))
        assert [peer.hear_header() for _ in range(3)] == [Files(0, 2, 0, 3000), Alive(), Alive()]
        assert take_run(peer, Files(0, 2, 0, 3000)) == (b"a" * 1000 + b"b" * 2000, Checked())
        assert peer.hear_header() == End()
        peer.say(Done())

    assert serve(scan(tree), drive) is None


def test_a_list_of_more_than_there_is_is_refused_before_it_comes(tree: Path) -> None:
    for header in (Fetch(7), Compare(7)):

        def drive(peer: Peer, header: Header = header) -> None:
            take_manifest(peer)
            peer.say(header)
            assert peer.hear_header() == Cancel("broken_peer")

        assert_fails(Fault.BROKEN_PEER, serve(scan(tree), drive))


def test_hashes_are_those_of_each_block_of_what_is_there(
    tree: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(blocks, "BLOCK_BYTES", 400)
    sources = scan(tree)
    _rewrite(tree / "b")
    a, big = (tree / "a").read_bytes(), (tree / "sub/big").read_bytes()

    def drive(peer: Peer) -> None:
        take_manifest(peer)
        peer.say(Compare(3))
        peer.give(encode_parts([Part(0, 1000), Part(1, 500), Part(2, 401)]))
        cuts = [a[:400], a[400:800], a[800:]]
        own = [blake3(cut).digest() for cut in cuts] + [bytes(32)] * 2
        own += [blake3(big[:400]).digest(), blake3(big[400:401]).digest()]
        assert peer.hear_content(7 * 32) == b"".join(own)
        peer.ask()
        assert take_files(peer) == (b"", [])
        peer.say(Done())

    assert serve(sources, drive) is None


def test_hashes_of_what_cannot_be_read_are_zeros(tree: Path) -> None:
    sources = scan(tree)
    (tree / "a").unlink()

    def drive(peer: Peer) -> None:
        take_manifest(peer)
        peer.say(Compare(2))
        peer.give(encode_parts([Part(0, 1000), Part(1, 1)]))
        assert peer.hear_content(64) == bytes(32) + blake3(b"b").digest()
        peer.ask()
        take_files(peer)
        peer.say(Done())

    assert serve(sources, drive) is None


def test_hashes_come_bit_by_bit_and_count_for_what_was_read(
    tree: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in (blocks, sender):
        monkeypatch.setattr(module, "BLOCK_BYTES", 400)
    monkeypatch.setattr(sender, "HASHES_AT_ONCE", 2)
    monkeypatch.setattr(channel, "ALIVE_EVERY_S", 0.0)
    progress = Progress()
    done: list[int] = []
    real = channel.SealedChannel.say_alive

    def say_alive(own: channel.SealedChannel) -> None:
        done.append(progress.done_bytes)
        real(own)

    monkeypatch.setattr(channel.SealedChannel, "say_alive", say_alive)
    with (
        linked() as (near, far),
        running(lambda: serve_transfer(near.channel(), scan(tree), progress)) as serving,
    ):
        take_manifest(far)
        far.say(Compare(1))
        far.give(encode_parts([Part(1, 1900)]))
        said = [far.hear() for _ in range(8)]
        far.ask()
        far.say(Done())
        assert take_files(far) == (b"", [])
        serving.result(WAIT_S)
    assert [len(body) for kind, body in said if kind is StreamType.CONTENT] == [32, 64, 64]
    assert [decode_header(body) for kind, body in said if kind is StreamType.HEADER] == [
        Alive()
    ] * 5
    assert done == [400, 800, 1200, 1600, 1900]


@pytest.mark.parametrize(
    "parts", [[Part(3, 1)], [Part(0, 1001)], [Part(1, 1), Part(0, 1)], [Part(0, 0)]]
)
def test_hashes_of_what_there_is_not_are_refused(tree: Path, parts: list[Part]) -> None:
    def drive(peer: Peer) -> None:
        take_manifest(peer)
        peer.say(Compare(len(parts)))
        peer.give(encode_parts(parts))
        assert last_word(peer) == Cancel("broken_peer")

    assert_fails(Fault.BROKEN_PEER, serve(scan(tree), drive))


def test_hashes_are_given_once(tree: Path) -> None:
    def drive(peer: Peer) -> None:
        take_manifest(peer)
        for _ in range(2):
            peer.say(Compare(1))
            peer.give(encode_parts([Part(0, 1)]))
        assert last_word(peer) == Cancel("broken_peer")

    assert_fails(Fault.BROKEN_PEER, serve(scan(tree), drive))


@pytest.mark.parametrize(
    "header", [Done(), End(), Files(0, 1, 0, 5), Checked(), Accept(0, "0" * 64)], ids=str
)
def test_b11_a_receiver_that_speaks_out_of_turn_is_refused(tree: Path, header: Header) -> None:
    def drive(peer: Peer) -> None:
        take_manifest(peer)
        peer.say(header)
        assert peer.hear_header() == Cancel("broken_peer")

    assert_fails(Fault.BROKEN_PEER, serve(scan(tree), drive))


def test_e18_done_before_the_end_is_not_done(tree: Path) -> None:
    def drive(peer: Peer) -> None:
        take_manifest(peer)
        ask_for_all(peer)
        peer.say(Done())
        assert last_word(peer) == Cancel("broken_peer")

    assert_fails(Fault.BROKEN_PEER, serve(scan(tree), drive))


def test_a_receiver_that_closes_instead_of_saying_done_has_not_got_it(tree: Path) -> None:
    def drive(peer: Peer) -> None:
        take_manifest(peer)
        ask_for_all(peer)
        take_files(peer)
        peer.say_bytes(b"", StreamType.CLOSE)

    assert_fails(Fault.CONNECTION_LOST, serve(scan(tree), drive))


def test_b04_a_receiver_that_falls_silent_is_given_up(tree: Path) -> None:
    def drive(peer: Peer) -> None:
        take_manifest(peer)
        ask_for_all(peer)
        peer.sock.recv(100)

    assert_fails(Fault.CONNECTION_LOST, serve(scan(tree), drive, is_silent=True))


def test_a_slow_disk_at_the_other_end_is_waited_for_while_it_says_so(tree: Path) -> None:
    def drive(peer: Peer) -> None:
        take_manifest(peer)
        ask_for_all(peer)
        take_files(peer)
        for _ in range(50):
            peer.say(Alive())
        peer.say(Done())

    assert serve(scan(tree), drive) is None


def test_d03_signs_of_life_alone_do_not_hold_a_sender_for_ever(tree: Path) -> None:
    def drive(peer: Peer) -> None:
        take_manifest(peer)
        for _ in range(300):
            peer.say(Alive())
        assert peer.hear_header() == Cancel("broken_peer")

    assert_fails(Fault.BROKEN_PEER, serve(scan(tree), drive))


def test_c24_nothing_that_was_written_after_the_offer_is_given_away(tree: Path) -> None:
    """Not even in place of what is to be thrown away."""
    sources = scan(tree)
    (tree / "b").write_bytes(b"secret" * 300)

    def drive(peer: Peer) -> None:
        take_manifest(peer)
        ask_for_all(peer)
        content, changed = take_files(peer)
        assert changed == [1]
        assert content[1000:3000] == bytes(2000)
        peer.say(Done())

    serve(sources, drive)


def _grow(path: Path) -> None:
    with path.open("ab") as file:
        file.write(b"more")


def _shrink(path: Path) -> None:
    os.truncate(path, 10)


def _rewrite(path: Path) -> None:
    found = path.stat()
    path.write_bytes(b"x" * found.st_size)
    os.utime(path, ns=(found.st_mtime_ns + 1,) * 2)


def _swap_for_link(path: Path) -> None:
    path.rename(path.with_name("elsewhere"))
    path.symlink_to("elsewhere")


def _swap_for_pipe(path: Path) -> None:
    path.unlink()
    os.mkfifo(path)


class Once:
    def __init__(self, work: Callable[[], object]) -> None:
        self._work: Callable[[], object] | None = work

    def __call__(self) -> None:
        work, self._work = self._work, None
        if work is not None:
            work()


CHANGES: dict[str, Callable[[Path], None]] = {
    "grown": _grow,
    "truncated": _shrink,
    "rewritten": _rewrite,
    "gone": Path.unlink,
    "link": _swap_for_link,
    "pipe": _swap_for_pipe,
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES.keys())
@pytest.mark.parametrize(("name", "number"), [("a", 0), ("b", 1), ("sub/big", 2)])
def test_c24_a_source_that_is_no_longer_as_listed_is_named_and_the_rest_is_intact(
    tree: Path, change: Callable[[Path], None], name: str, number: int
) -> None:
    contents = [(tree / path).read_bytes() for path in ("a", "b", "sub/big")]
    sources = scan(tree)
    change(tree / name)

    def drive(peer: Peer) -> None:
        take_manifest(peer)
        ask_for_all(peer)
        content, changed = take_files(peer)
        assert changed == [number]
        start = 0
        for index, expected in enumerate(contents):
            if index != number:
                assert content[start : start + len(expected)] == expected
            start += len(expected)
        peer.say(Cancel("source_changed"))

    fault = serve(sources, drive)
    assert fault is not None
    gone = change in (Path.unlink, _swap_for_link)
    assert fault.fault is (Fault.SOURCE_UNREADABLE if gone else Fault.SOURCE_CHANGED)
    assert [Path(place).name for place in fault.names] == [Path(name).name]


@pytest.mark.parametrize("change", [_grow, _shrink, _rewrite])
def test_c24_a_large_file_that_changes_while_it_is_sent_is_noticed(
    tree: Path, change: Callable[[Path], None]
) -> None:
    sources = scan(tree / "sub/big")

    def drive(peer: Peer) -> None:
        take_manifest(peer)
        peer.ask(Piece(0, 1, 0, BIG))
        run = peer.hear_header()
        assert isinstance(run, Files)
        content, checked = take_run(peer, run, Once(lambda: change(tree / "sub/big")))
        assert checked.changed == (0,)
        assert len(content) < BIG or change is not _shrink
        peer.say(Cancel("source_changed"))

    assert_fails(Fault.SOURCE_CHANGED, serve(sources, drive))


def test_c24_the_receiver_keeps_all_else_of_a_changed_offer(tree: Path, tmp_path: Path) -> None:
    sources = scan(tree)
    _grow(tree / "b")
    inbox = tmp_path / "inbox"
    with linked() as (near, far):
        sender, receiver = near.channel(), far.channel()
        with running(lambda: serve_transfer(sender, sources, Progress())) as serving:
            with pytest.raises(TransferFault) as here:
                receive_transfer(receiver, request_for(sources, inbox), Progress())
            there = serving.exception(WAIT_S)
    assert isinstance(there, TransferFault)
    assert (here.value.fault, here.value.names) == (Fault.SOURCE_CHANGED, ("top/b",))
    assert (there.fault, there.names) == (Fault.SOURCE_CHANGED, ("b",))
    assert os.listdir(inbox) == [LANDING]
    landed = tree_of(inbox / LANDING / "files")
    assert [name for name, content in landed.items() if content is not None] == [
        f"{tree.name}/a",
        f"{tree.name}/sub/big",
    ]


def test_c19_a_parent_swapped_for_a_link_gives_nothing_away(tree: Path, tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.mkdir()
    sources = scan(tree)
    found = (tree / "sub/big").stat()
    (secret / "big").write_bytes(b"s" * BIG)
    os.utime(secret / "big", ns=(found.st_mtime_ns,) * 2)
    (tree / "sub").rename(tmp_path / "moved")
    (tree / "sub").symlink_to(secret)

    def drive(peer: Peer) -> None:
        take_manifest(peer)
        ask_for_all(peer)
        content, changed = take_files(peer)
        assert changed == [2]
        assert b"s" * 100 not in content
        peer.say(Cancel("source_changed"))

    assert_fails(Fault.SOURCE_UNREADABLE, serve(sources, drive))


@pytest.mark.parametrize(("is_changed", "word"), [(True, "no_space"), (False, "source_changed")])
def test_e18_what_ends_it_is_no_changed_file_unless_both_ends_saw_one(
    tree: Path, is_changed: bool, word: str
) -> None:
    sources = scan(tree)
    if is_changed:
        _grow(tree / "b")

    def drive(peer: Peer) -> None:
        take_manifest(peer)
        ask_for_all(peer)
        take_files(peer)
        peer.say(Cancel(word))

    fault = serve(sources, drive)
    assert fault is not None
    assert (fault.fault, fault.names, fault.is_remote) == (Fault(word), (), True)


def test_a_bug_here_ends_the_stream_and_is_no_fault_of_the_transfer(
    tree: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(SourceTree, "open", broken)
    with linked() as (near, far):
        sender = near.channel()
        with running(lambda: serve_transfer(sender, scan(tree), Progress())) as serving:
            take_manifest(far)
            ask_for_all(far)
            assert isinstance(far.hear_header(), Files)
            assert far.hear_header() == Cancel("internal")
            far.finish()
            assert isinstance(serving.exception(WAIT_S), ZeroDivisionError)
