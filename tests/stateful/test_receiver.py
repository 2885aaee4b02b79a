"""A receiver of files, real sockets and disk, and a sender that keeps to the rules or breaks one at
any step: what lands is what was accepted, to the byte, or nothing.
"""

import os
import shutil
import tempfile
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path

import pytest
from blake3 import blake3
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from net.protocol.errors import LocalProtocolError
from net.protocol.manifest import Entry, EntryKind, ManifestWriter
from net.protocol.stream import StreamType
from net.protocol.transfer import (
    PART_BYTES,
    PIECE_BYTES,
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
    Piece,
    Pull,
    Refuse,
    decode_parts,
    decode_pieces,
)
from net.transfer import blocks, plan, survey
from net.transfer.faults import Fault, TransferFault
from net.transfer.landing import discard_landing
from net.transfer.progress import Progress
from net.transfer.receiver import Received, ReceiveRequest, receive_transfer
from tests.pace import pace
from tests.unit.net.transfer.talk import LANDING, TRANSFER_ID, WAIT_S, connect, tree_of

BLOCK_BYTES = 64
FILE, FOLDER = EntryKind.FILE, EntryKind.FOLDER
ENTRIES = (
    Entry(0, FOLDER, "top"),
    Entry(1, FILE, "a", 10),
    Entry(1, FILE, "con:.txt", 500),
    Entry(1, FILE, "none"),
    Entry(1, FOLDER, "sub"),
    Entry(2, FILE, "..\\up", 130),
    Entry(2, FILE, "z", 64),
)
SIZES = tuple(entry.size for entry in ENTRIES if entry.kind is FILE)
TRUTH = tuple(bytes((7 * n + at) % 251 for at in range(size)) for n, size in enumerate(SIZES))
LANDED = {
    "top": None,
    "top/a": TRUTH[0],
    "top/con_.txt": TRUTH[1],
    "top/none": TRUTH[2],
    "top/sub": None,
    "top/sub/.._up": TRUTH[3],
    "top/sub/z": TRUTH[4],
}
TRIES = 4
ODD_HEADERS: tuple[Header, ...] = (
    Accept(10, "0" * 64), Refuse("not_offered"), Pull(), Compare(1), Fetch(1), Files(0, 1, 0, 10),
    Files(4, 2, 0, 64), Files(0, 5, 0, 703), Files(0, 1, 2**61, 1), Checked(), Checked((0,)),
    Checked((1, 1)), Checked((1_000_000,)), End(), Done(), Cancel("stopped"), Cancel("no_such"),
)  # fmt: skip
ODD_BODIES = (b"{}", b"[1]", b'{"t":"files"}', b'{"t":"end","t":"end"}', b"\xff", b"[" * 60_000)

sizes = st.integers(1, 200)


def manifest() -> ManifestWriter:
    writer = ManifestWriter()
    for entry in ENTRIES:
        writer.add(entry)
    return writer


class Receiving(RuleBasedStateMachine):
    """The machine is the sender."""

    def __init__(self) -> None:
        super().__init__()
        made = manifest().finish()
        self.totals, self.manifest = made.totals, b"".join(made.chunks)
        self.home = Path(tempfile.mkdtemp(prefix="landline-machine-"))
        self.inbox = self.home / "inbox"
        self.inbox.mkdir()
        (self.home / "canary").write_bytes(b"sings")
        self.pool = ThreadPoolExecutor(1)
        self.tries = 0
        self.landed: Received | None = None

    @initialize()
    def begin(self) -> None:
        self.tries += 1
        near, self.peer = connect()
        self.near = near
        channel = near.channel(idle_s=WAIT_S)
        totals = self.totals
        request = ReceiveRequest(
            TRANSFER_ID, totals.manifest_hash, totals.size_bytes, self.inbox, LANDING,
            files=totals.files, folders=totals.folders, names=totals.names,
        )  # fmt: skip
        self.future: Future[Received] = self.pool.submit(
            lambda: receive_transfer(channel, request, Progress())
        )
        self.cut = 1000
        self.is_true = True
        self.is_lying = False
        self.has_said_all = False
        self.spoken = self.speak()

    # --- The rules that are kept ----------------------------------------------

    def speak(self) -> Iterator[None]:
        """All that an honest sender says, a step at a time."""
        self.say(Accept(self.totals.encoded_bytes, self.totals.manifest_hash.hex()))
        yield
        yield from self.give(self.manifest)
        for piece in self.wanted():
            yield from self.send(piece)
        self.say(End())
        self.has_said_all = True
        yield
        if self.is_true:
            assert self.hear() == Done(), "all was said, and it is not done"

    def send(self, piece: Piece) -> Iterator[None]:
        """In runs of as many files as ``cut`` says at that moment."""
        first, end = piece.first, piece.first + piece.files
        while first < end:
            count = min(end - first, 1 + self.cut % 4)
            offset = piece.offset if first == piece.first else 0
            run = b"".join(TRUTH[first : first + count])[offset:]
            if piece.files == 1:
                run = run[: piece.size]
            self.say(Files(first, count, offset, len(run)))
            yield
            yield from self.give(run)
            self.say(Checked())
            yield
            first += count

    def wanted(self) -> list[Piece]:
        """What the receiver asks for; who has broken a rule need not listen, and guesses."""
        if self.is_true:
            asked = self.hear()
            if isinstance(asked, Compare):
                self.compare(asked)
                asked = self.hear()
            assert isinstance(asked, Fetch)
            return self.pieces(asked)
        return [Piece(0, len(SIZES), 0, sum(SIZES))]

    def pieces(self, fetch: Fetch) -> list[Piece]:
        data = self.peer.hear_content(fetch.count * PIECE_BYTES)
        return list(decode_pieces(data))

    def compare(self, asked: Compare) -> None:
        for part in decode_parts(self.peer.hear_content(asked.count * PART_BYTES)):
            data = TRUTH[part.file][: part.size]
            hashes = (
                blake3(data[at : at + BLOCK_BYTES]).digest()
                for at in range(0, part.size, BLOCK_BYTES)
            )
            self.put(StreamType.CONTENT, b"".join(hashes))

    @precondition(lambda self: self.landed is None)
    @rule(cut=sizes, steps=st.integers(1, 12), is_slow=st.booleans())
    def go_on(self, cut: int, steps: int, is_slow: bool) -> None:
        """``cut``: bytes of content a record. ``is_slow``: it says so."""
        self.cut = cut
        if is_slow:
            self.say(Alive())
        for _ in range(steps):
            next(self.spoken, None)

    # --- The rules that are broken ---------------------------------------------

    @precondition(lambda self: self.landed is None)
    @rule(header=st.sampled_from(ODD_HEADERS))
    def say_out_of_turn(self, header: Header) -> None:
        self.is_true = self.is_true and self.has_said_all
        self.say(header)

    @precondition(lambda self: self.landed is None)
    @rule(body=st.sampled_from(ODD_BODIES) | st.binary(min_size=1, max_size=20))
    def say_nonsense(self, body: bytes) -> None:
        self.is_true = self.is_true and self.has_said_all
        self.put(StreamType.HEADER, body)

    @precondition(lambda self: self.landed is None)
    @rule(content=st.binary(min_size=1, max_size=80))
    def give_too_much(self, content: bytes) -> None:
        self.is_true = self.is_true and self.has_said_all
        self.is_lying = True
        self.put(StreamType.CONTENT, content)

    @precondition(lambda self: self.landed is None)
    @rule(kind=st.sampled_from([StreamType.FRAME, StreamType.CLOSE]))
    def use_another_type(self, kind: StreamType) -> None:
        self.is_true = self.is_true and self.has_said_all
        self.put(kind, b"" if kind is StreamType.CLOSE else b"chat")

    @precondition(lambda self: self.landed is None)
    @rule(data=st.binary(min_size=1, max_size=40))
    def write_raw(self, data: bytes) -> None:
        """What was not sealed with the stream's key."""
        self.is_true = self.is_true and self.has_said_all
        with suppress(OSError):
            self.peer.sock.sendall(data)

    @rule()
    def say_nothing(self) -> None:
        """There is always something that can be done."""

    @precondition(lambda self: self.tries < TRIES and self.landed is None)
    @rule()
    def come_again(self) -> None:
        """The stream ends here; the next try goes on with what is there."""
        self.end()
        if self.landed is None:
            self.begin()

    # --- What must hold --------------------------------------------------------

    @invariant()
    def nothing_is_anywhere_else(self) -> None:
        assert sorted(os.listdir(self.home)) == ["canary", "inbox"]
        assert (self.home / "canary").read_bytes() == b"sings"

    def end(self) -> None:
        """However it went: it ends, for a reason that is known, and what is there is whole."""
        was_true = self.is_true
        with suppress(OSError):
            self.peer.finish()
        fault = self.future.exception(WAIT_S)
        self.near.sock.close()
        self.peer.sock.close()
        there = tree_of(self.inbox)
        if fault is None:
            self.landed = self.future.result()
            assert self.has_said_all
            assert was_true or self.is_lying
            assert self.landed.path == self.inbox / "top"
            visible = {name: data for name, data in there.items() if LANDING not in name}
            assert visible.keys() == LANDED.keys()
            for name, data in LANDED.items():
                assert self.is_lying or visible[name] == data
                assert data is None or len(visible[name] or b"") == len(data)
        else:
            assert isinstance(fault, TransferFault), fault
            assert fault.fault in Fault
            assert fault.fault is not Fault.INTERNAL
            assert not (was_true and self.has_said_all), fault
            assert all(name.startswith(LANDING) for name in there)

    def teardown(self) -> None:
        """At last an honest try: whatever came before, it lands or has landed."""
        try:
            if self.landed is None:
                self.end()
            if self.landed is None:
                self.begin()
                for _ in self.spoken:
                    pass
                self.end()
            assert self.landed is not None
            discard_landing(self.inbox, LANDING)
            assert tree_of(self.inbox).keys() == LANDED.keys()
        finally:
            self.near.sock.close()
            self.peer.sock.close()
            self.pool.shutdown()
            shutil.rmtree(self.home)

    # --- How it is said --------------------------------------------------------

    def say(self, header: Header) -> None:
        with suppress(OSError, LocalProtocolError):  # it has ended, by them or by our CLOSE
            self.peer.say(header)

    def put(self, kind: StreamType, body: bytes) -> None:
        with suppress(OSError, LocalProtocolError):
            self.peer.say_bytes(body, kind)

    def give(self, content: bytes) -> Iterator[None]:
        while content:
            self.put(StreamType.CONTENT, content[: self.cut])
            content = content[self.cut :]
            yield

    def hear(self) -> Header:
        """The next word that says something."""
        while isinstance(header := self.peer.hear_header(), Alive):
            pass
        return header


def test_b08_b09_b11_nothing_lands_but_what_was_accepted_whatever_a_sender_says(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for module in (blocks, plan, survey):
        monkeypatch.setattr(module, "BLOCK_BYTES", BLOCK_BYTES)
    run_state_machine_as_test(Receiving, settings=pace(25, 25))
