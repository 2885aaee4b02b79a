"""A sender of files, real sockets and disk, and a receiver that keeps to the rules or breaks one at
any step: it gets what it asked for of what was offered, or nothing, and no more.
"""

import shutil
import tempfile
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path

import pytest
from blake3 import blake3
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    precondition,
    rule,
    run_state_machine_as_test,
)

from net.protocol.errors import LocalProtocolError, RemoteProtocolError
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
    Pull,
    Refuse,
    decode_header,
    encode_parts,
    encode_pieces,
)
from net.transfer import blocks, sender
from net.transfer.faults import Fault, TransferFault
from net.transfer.progress import Progress
from net.transfer.sender import serve_transfer
from tests.pace import pace
from tests.unit.net.transfer.talk import WAIT_S, connect, scan

BLOCK_BYTES = 64
SIZES = (10, 500, 0, 130, 64)
TRUTH = tuple(bytes((7 * n + at) % 251 for at in range(size)) for n, size in enumerate(SIZES))
ODD_HEADERS: tuple[Header, ...] = (
    Accept(10, "0" * 64), Refuse("not_offered"), Pull(), Compare(0), Compare(2), Compare(1_000_000),
    Fetch(0, 9), Fetch(0, 0, 1000), Fetch(3), Fetch(1_000_000), Files(0, 1, 0, 10), Checked(),
    End(), Done(), Cancel("by_user"),
)  # fmt: skip
ODD_LISTS = (
    [Piece(0, 6, 0, 704)],
    [Piece(0, 5, 0, 703)],
    [Piece(0, 1, 10, 1)],
    [Piece(1, 1, 499, 2)],
    [Piece(1, 1, 0, 100), Piece(1, 1, 50, 100)],
    [Piece(3, 1, 0, 130), Piece(0, 1, 0, 10)],
    [Piece(4, 1, 0, 64), Piece(5, 1, 0, 1)],
    [Piece(2**32 - 1, 2**32 - 1, 2**63, 2**63)],
)
ODD_PARTS = (
    [Part(9, 1)],
    [Part(0, 11)],
    [Part(2, 1)],
    [Part(1, 5), Part(0, 5)],
    [Part(1, 2**63)],
)


@st.composite
def pieces(draw: st.DrawFn) -> list[Piece]:
    """Any that a receiver may ask for: files back to back, or parts of one."""
    made, at = [], 0
    while at < len(SIZES):
        how = draw(st.sampled_from([0, 1, 1, 2]))
        if how == 1:
            files = draw(st.integers(1, len(SIZES) - at))
            offset = draw(st.integers(0, max(0, SIZES[at] - 1))) if SIZES[at] else 0
            made.append(Piece(at, files, offset, sum(SIZES[at : at + files]) - offset))
            at += files - 1
        elif how == 2 and SIZES[at] > 1:
            offset = draw(st.integers(0, SIZES[at] - 2))
            made.append(Piece(at, 1, offset, draw(st.integers(1, SIZES[at] - offset - 1))))
        at += 1
    return made


parts = st.lists(st.integers(0, len(SIZES) - 1).filter(lambda n: SIZES[n]), unique=True).flatmap(
    lambda files: st.tuples(
        *(st.integers(1, SIZES[n]).map(lambda size, n=n: Part(n, size)) for n in sorted(files))
    )
)

NONSENSE = st.binary(min_size=1, max_size=40)
ODD = st.one_of(
    st.sampled_from(ODD_HEADERS),
    st.sampled_from(ODD_LISTS + ODD_PARTS),
    st.tuples(st.sampled_from(StreamType), NONSENSE),
    NONSENSE,
)


class Sending(RuleBasedStateMachine):
    """The machine is the receiver."""

    def __init__(self) -> None:
        super().__init__()
        self.home = Path(tempfile.mkdtemp(prefix="landline-machine-"))
        self.top = self.home / "top"
        self.top.mkdir()
        (self.home / "secret").write_bytes(b"never" * 20)
        for number, data in enumerate(TRUTH):
            (self.top / str(number)).write_bytes(data)
        sources = scan(self.top)
        self.manifest = b"".join(sources.manifest.chunks)
        near, self.peer = connect()
        self.near = near
        channel = near.channel(idle_s=WAIT_S)
        self.pool = ThreadPoolExecutor(1)
        self.future: Future[None] = self.pool.submit(
            lambda: serve_transfer(channel, sources, Progress())
        )
        self.is_true = True
        self.is_done = self.has_said_done = False
        self.spoiled: set[int] = set()
        self.parts: list[Part] = []
        self.asked: list[Piece] | None = None
        self.heard: list[tuple[StreamType, bytes]] = []

    # --- The rules that are kept ----------------------------------------------

    @precondition(lambda self: self.asked is None and not self.parts)
    @rule(parts=parts)
    def compare(self, parts: tuple[Part, ...]) -> None:
        if parts:
            self.listen(len(self.manifest))
            self.parts = list(parts)
            self.say(Compare(len(parts)))
            self.put(StreamType.CONTENT, encode_parts(parts))

    @precondition(lambda self: self.asked is None)
    @rule(pieces=pieces(), is_slow=st.booleans())
    def fetch(self, pieces: list[Piece], is_slow: bool) -> None:
        if is_slow:
            self.say(Alive())
        hashes = b"".join(map(self.hashes_of, self.parts)) if self.is_true else b""
        self.listen(len(self.manifest) + len(hashes))
        self.asked = pieces
        self.say(Fetch(len(pieces)))
        if pieces:
            self.put(StreamType.CONTENT, encode_pieces(pieces))

    @precondition(lambda self: self.is_true and self.asked is not None and not self.is_done)
    @rule()
    def finish(self) -> None:
        while not self.heard or self.heard[-1] != (StreamType.HEADER, b'{"t":"end"}'):
            self.heard.append(self.peer.hear())
        self.is_done = self.has_said_done = True
        self.say(Done())

    # --- The rules that are broken, and a disk that changes ----------------------

    @precondition(lambda self: not self.is_done)
    @rule(odd=ODD)
    def break_a_rule(
        self, odd: Header | list[Piece] | list[Part] | tuple[StreamType, bytes]
    ) -> None:
        """A word out of turn; a list of what there is not; nonsense, sealed or not."""
        self.is_true = False
        match odd:
            case list([Piece(), *_]):
                self.say(Fetch(len(odd)))
                self.put(StreamType.CONTENT, encode_pieces(odd))
            case list(_):
                self.say(Compare(len(odd)))
                self.put(StreamType.CONTENT, encode_parts(odd))
            case (StreamType() as kind, bytes(body)):
                self.put(kind, b"" if kind is StreamType.CLOSE else body)
            case bytes(raw):
                with suppress(OSError):
                    self.peer.sock.sendall(raw)
            case header:
                self.has_said_done |= header == Done()  # it may just have been its turn
                self.say(header)

    @rule()
    def say_nothing(self) -> None:
        """There is always something that can be done."""

    @precondition(lambda self: self.asked is None and not self.parts)
    @rule(
        number=st.integers(0, len(SIZES) - 1),
        way=st.sampled_from(["other", "other", "gone", "link"]),
    )
    def spoil(self, number: int, way: str) -> None:
        """A file of the offer is not what it was, or leads to another."""
        path = self.top / str(number)
        path.unlink(missing_ok=True)
        self.spoiled.add(number)
        if way == "other":
            path.write_bytes(b"?" * (SIZES[number] + 1))
        elif way == "link":
            path.symlink_to(self.home / "secret")

    # --- What must hold --------------------------------------------------------

    def teardown(self) -> None:
        try:
            with suppress(OSError):
                self.peer.finish()
            with suppress(EOFError, OSError, RemoteProtocolError):
                while True:
                    self.heard.append(self.peer.hear())
            fault = self.future.exception(WAIT_S)
            assert fault is None or not self.is_done, fault
            assert fault is not None or self.has_said_done
            if fault is not None:
                assert isinstance(fault, TransferFault), fault
                assert fault.fault in Fault
                assert fault.fault is not Fault.INTERNAL
            self.check()
        finally:
            self.near.sock.close()
            self.peer.sock.close()
            self.pool.shutdown()
            shutil.rmtree(self.home)

    def check(self) -> None:
        """What came, against what was offered and asked for."""
        before_runs, runs = self.parsed()
        if self.is_done:
            assert isinstance(decode_header(self.heard[0][1]), Accept)
            assert before_runs.startswith(self.manifest)
        elif not before_runs.startswith(self.manifest):
            assert self.manifest.startswith(before_runs), "given before it was asked for well"
            assert not runs
        hashes = before_runs[len(self.manifest) :]
        if self.is_done:
            assert hashes == b"".join(map(self.hashes_of, self.parts))
        said = b"".join(content for _, content, _ in runs)
        assert b"never" not in said, "what was not offered"
        for run, content, changed in runs:
            truth = b"".join(TRUTH[run.first : run.first + run.count])[run.offset :][: run.size]
            if changed is None:
                assert truth.startswith(content) or self.spoiled
            elif not changed:
                assert content == truth
            assert set(changed or ()) <= self.spoiled
        if self.is_done:
            wanted = [(n, o, s) for piece in self.asked or () for n, o, s in spans(piece)]
            came = [
                one
                for run, _, _ in runs
                for one in spans(Piece(run.first, run.count, run.offset, run.size))
            ]
            assert came == wanted

    def parsed(self) -> tuple[bytes, list[tuple[Files, bytes, tuple[int, ...] | None]]]:
        """What came before the first run; and each run, its content, and what was changed."""
        first, runs = b"", []
        for kind, body in self.heard:
            header = decode_header(body) if kind is StreamType.HEADER else None
            if isinstance(header, Files):
                runs.append((header, b"", None))
            elif isinstance(header, Checked):
                runs[-1] = (*runs[-1][:2], header.changed)
            elif kind is StreamType.CONTENT and not runs:
                first += body
            elif kind is StreamType.CONTENT:
                runs[-1] = (runs[-1][0], runs[-1][1] + body, None)
        return first, runs

    def listen(self, size: int) -> None:
        """Until so much has come; who has broken a rule need not."""
        while self.is_true and len(self.parsed()[0]) < size:
            self.heard.append(self.peer.hear())

    def hashes_of(self, part: Part) -> bytes:
        data = TRUTH[part.file][: part.size]
        hashes = [
            blake3(data[at : at + BLOCK_BYTES]).digest() for at in range(0, len(data), BLOCK_BYTES)
        ]
        return bytes(32 * len(hashes)) if part.file in self.spoiled else b"".join(hashes)

    # --- How it is said --------------------------------------------------------

    def say(self, header: Header) -> None:
        with suppress(OSError, LocalProtocolError):  # it has ended, by them or by our CLOSE
            self.peer.say(header)

    def put(self, kind: StreamType, body: bytes) -> None:
        with suppress(OSError, LocalProtocolError):
            self.peer.say_bytes(body, kind)


def spans(piece: Piece) -> list[tuple[int, int, int]]:
    """File, offset and size of all that is in it."""
    if piece.files == 1:
        return [(piece.first, piece.offset, piece.size)]
    made, offset = [], piece.offset
    for number in range(piece.first, piece.first + piece.files):
        made.append((number, offset, SIZES[number] - offset))
        offset = 0
    return made


def test_b13_whatever_a_receiver_says_it_gets_what_was_offered_and_no_more(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for module in (blocks, sender):
        monkeypatch.setattr(module, "BLOCK_BYTES", BLOCK_BYTES)
    run_state_machine_as_test(Sending, settings=pace(80, 8))
