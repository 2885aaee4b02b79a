"""What is here is not sent again, wherever it stopped and whatever happened to it since."""

import errno
import os
import random
import shutil
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from pathlib import Path
from typing import Any

import pytest

from net.protocol.limits import CONTENT_BYTES
from net.protocol.transfer import Files
from net.transfer import blocks, landing, plan, sender, survey
from net.transfer.channel import SealedChannel
from net.transfer.choices import EVERYTHING, Choices
from net.transfer.faults import Fault, TransferFault
from net.transfer.journal import Journal, Position
from net.transfer.landing import is_complete
from net.transfer.progress import Progress
from net.transfer.receiver import finish_landed, receive_transfer
from net.transfer.scan import Sources
from net.transfer.sender import serve_transfer
from tests.unit.net.transfer.talk import (
    LANDING,
    TRANSFER_ID,
    WAIT_S,
    linked,
    request_for,
    running,
    scan,
    transfer,
    tree_of,
)

BLOCK = 4 * CONTENT_BYTES
BIG = 5 * BLOCK + 1000


@pytest.fixture(autouse=True)
def small_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (blocks, plan, sender, survey):
        monkeypatch.setattr(module, "BLOCK_BYTES", BLOCK)


@pytest.fixture
def source(tmp_path: Path) -> Path:
    folder = tmp_path / "source"
    (folder / "sub/empty").mkdir(parents=True)
    for number in range(20):
        (folder / f"{number:02}.txt").write_bytes(os.urandom(1000 + number))
    (folder / "big").write_bytes(os.urandom(BIG))
    (folder / "none").touch()
    (folder / "sub/later").write_bytes(os.urandom(3 * CONTENT_BYTES))
    return folder


@pytest.fixture
def inbox(tmp_path: Path) -> Path:
    return tmp_path / "inbox"


class Wire:
    """Counts the content bytes of files that the sender sends, and stops after some."""

    def __init__(self, patch: pytest.MonkeyPatch) -> None:
        self.sent_bytes = 0
        self.stop_after: float = float("inf")
        self._is_files = False
        header, content = SealedChannel.send_header, SealedChannel.send_content

        def send_header(channel: SealedChannel, word: Any) -> None:
            self._is_files = isinstance(word, Files)
            header(channel, word)

        def send_content(channel: SealedChannel, data: memoryview) -> None:
            if self._is_files:
                if self.sent_bytes >= self.stop_after:
                    raise TransferFault(Fault.STOPPED)
                self.sent_bytes += len(data)
            content(channel, data)

        patch.setattr(SealedChannel, "send_header", send_header)
        patch.setattr(SealedChannel, "send_content", send_content)


@pytest.fixture
def wire(monkeypatch: pytest.MonkeyPatch) -> Wire:
    return Wire(monkeypatch)


def stopped(
    sources: Sources,
    inbox: Path,
    wire: Wire,
    after_bytes: int,
    choices: Choices = EVERYTHING,
) -> bool:
    """A try that ends when so much has gone over; whether it did."""
    wire.sent_bytes, wire.stop_after = 0, after_bytes
    with linked() as (near, far):
        sender, receiver = near.channel(), far.channel()
        with running(lambda: serve_transfer(sender, sources, Progress())) as serving:
            with suppress(TransferFault):
                receive_transfer(receiver, request_for(sources, inbox, choices), Progress())
            is_stopped = serving.exception(WAIT_S) is not None
    wire.sent_bytes, wire.stop_after = 0, float("inf")
    return is_stopped


def whole(sources: Sources, inbox: Path, source: Path) -> None:
    outcome = transfer(sources, inbox)
    assert tree_of(outcome.got.path) == tree_of(source)
    assert os.listdir(inbox) == [outcome.got.path.name]
    totals = sources.manifest.totals
    for progress in (outcome.sent, outcome.received):
        assert (progress.done_bytes, progress.done_files) == (totals.size_bytes, totals.files)
    for path in source.rglob("*"):
        if path.is_file():
            there = outcome.got.path / path.relative_to(source)
            assert there.stat().st_mtime_ns == path.stat().st_mtime_ns


@pytest.mark.parametrize("share", [0.001, 0.01, 0.2, 0.5, 0.9])
def test_what_is_here_is_not_sent_again(
    source: Path, inbox: Path, wire: Wire, share: float
) -> None:
    sources = scan(source)
    size = sources.manifest.totals.size_bytes
    assert stopped(sources, inbox, wire, int(size * share))
    assert os.listdir(inbox) in ([LANDING], [])
    whole(sources, inbox, source)
    assert wire.sent_bytes <= size - int(size * share) + CONTENT_BYTES


def test_what_is_here_counts_while_it_is_compared(
    source: Path, inbox: Path, wire: Wire, monkeypatch: pytest.MonkeyPatch
) -> None:
    sources = scan(source)
    stopped(sources, inbox, wire, sources.manifest.totals.size_bytes // 2)
    here = sum(path.stat().st_size for path in _files(inbox))
    shown: list[int] = []
    real = survey.Survey.compare

    def compare(looking: survey.Survey, theirs: Iterator[bytes]) -> None:
        def each() -> Iterator[bytes]:
            for found in theirs:
                shown.append(looking.plan.here_bytes)
                yield found

        real(looking, each())
        shown.append(looking.plan.here_bytes)

    monkeypatch.setattr(survey.Survey, "compare", compare)
    whole(sources, inbox, source)
    assert shown == sorted(shown)
    assert len(set(shown)) == len(shown)
    assert shown[-1] == here


def test_a_cancel_is_noticed_between_two_blocks_that_are_compared(
    source: Path, inbox: Path, wire: Wire, monkeypatch: pytest.MonkeyPatch
) -> None:
    sources = scan(source / "big")
    stopped(sources, inbox, wire, 4 * BLOCK)
    progress = Progress()
    read: list[bytes] = []

    def hash_blocks(*words: Any) -> Iterator[bytes]:
        for block in blocks.hash_blocks(*words):
            read.append(block)
            if len(read) == 2:  # their hashes are here by now
                progress.cancel(Fault.BY_USER)
            yield block

    monkeypatch.setattr(survey, "hash_blocks", hash_blocks)
    with linked() as (near, far):
        sender, receiver = near.channel(), far.channel()
        with running(lambda: serve_transfer(sender, sources, Progress())) as serving:
            with pytest.raises(TransferFault) as fault:
                receive_transfer(receiver, request_for(sources, inbox), progress)
            assert serving.exception(WAIT_S)
    assert fault.value.fault is Fault.BY_USER
    assert (len(read), progress.done_bytes) == (2, 2 * BLOCK)


def test_many_stops_cost_no_more_than_one(source: Path, inbox: Path, wire: Wire) -> None:
    sources = scan(source)
    size, sent = sources.manifest.totals.size_bytes, 0
    for _ in range(6):
        stopped(sources, inbox, wire, size // 10)
        sent += size // 10
    whole(sources, inbox, source)
    assert wire.sent_bytes <= size - sent + CONTENT_BYTES


def test_a_try_that_brings_nothing_takes_nothing_away(
    source: Path, inbox: Path, wire: Wire
) -> None:
    sources = scan(source)
    size = sources.manifest.totals.size_bytes
    assert stopped(sources, inbox, wire, size // 2)
    for _ in range(2):
        assert stopped(sources, inbox, wire, 0)
    whole(sources, inbox, source)
    assert wire.sent_bytes <= size - size // 2 + CONTENT_BYTES


def test_g01_what_is_not_whole_is_never_moved_without_its_sender(
    source: Path, inbox: Path, wire: Wire
) -> None:
    sources = scan(source)
    assert stopped(sources, inbox, wire, 4 * BLOCK)
    for file in (0, 20, 22):
        claim(inbox / LANDING / "journal", sources, Position(file, 0))
        assert not is_complete(inbox, LANDING, EVERYTHING)
        assert finish_landed(request_for(sources, inbox)) is None
        assert os.listdir(inbox) == [LANDING]


def partial(inbox: Path, name: str) -> Path:
    return inbox / LANDING / "files/source" / name


def _flip(path: Path, at: int) -> None:
    with path.open("r+b") as file:
        file.seek(at)
        byte = file.read(1)[0]
        file.seek(at)
        file.write(bytes([byte ^ 1]))


def test_a_damaged_block_costs_that_block(source: Path, inbox: Path, wire: Wire) -> None:
    sources = scan(source)
    small = sum(1000 + number for number in range(20))
    stopped(sources, inbox, wire, small + 4 * BLOCK)
    here = partial(inbox, "big").stat().st_size
    _flip(partial(inbox, "big"), BLOCK + 7)
    whole(sources, inbox, source)
    assert wire.sent_bytes == BLOCK + BIG - here + 3 * CONTENT_BYTES


def test_g15_a_finished_file_that_was_written_to_is_fetched_again(
    source: Path, inbox: Path, wire: Wire
) -> None:
    """Though the journal claims it, and its size has not changed."""
    sources = scan(source)
    totals = sources.manifest.totals
    stopped(sources, inbox, wire, 4 * BLOCK)
    here = sum(path.stat().st_size for path in _files(inbox))
    descriptor = os.open(inbox / LANDING / "journal", os.O_RDWR)
    with closing(Journal(descriptor, TRANSFER_ID, totals.manifest_hash)) as journal:
        journal.append(Position(20, 0))
    _flip(partial(inbox, "03.txt"), 7)
    whole(sources, inbox, source)
    assert wire.sent_bytes == totals.size_bytes - here + 1003


def test_one_file_with_many_gaps_is_one_file(source: Path, inbox: Path, wire: Wire) -> None:
    sources = scan(source / "big")
    stopped(sources, inbox, wire, 5 * BLOCK)
    for block in (1, 3):
        _flip(inbox / LANDING / "files/big", block * BLOCK)
    outcome = transfer(sources, inbox)
    assert outcome.got.path.read_bytes() == (source / "big").read_bytes()
    for progress in (outcome.sent, outcome.received):
        assert (progress.done_bytes, progress.done_files) == (BIG, 1)


@pytest.mark.parametrize("size", [64, 0], ids=["no record", "empty"])
def test_g15_a_journal_that_says_less_costs_only_a_comparison(
    source: Path, inbox: Path, wire: Wire, size: int
) -> None:
    sources = scan(source)
    stopped(sources, inbox, wire, 5 * BLOCK)
    here = sum(
        path.stat().st_size for path in (inbox / LANDING).rglob("files/**/*") if path.is_file()
    )
    journal = inbox / LANDING / "journal"
    os.truncate(journal, size)
    whole(sources, inbox, source)
    assert wire.sent_bytes == sources.manifest.totals.size_bytes - here


@pytest.mark.parametrize("name", ["00.txt", "03.txt", "04.txt"])
def test_g03_what_no_journal_claims_is_compared_though_it_has_its_size(
    source: Path, inbox: Path, wire: Wire, name: str
) -> None:
    sources = scan(source)
    stopped(sources, inbox, wire, 4 * BLOCK)
    claimed = 0 if name == "00.txt" else 3
    claim(inbox / LANDING / "journal", sources, Position(claimed, 0))
    path = partial(inbox, name)
    path.write_bytes(bytes(path.stat().st_size))  # as after a power cut
    os.utime(partial(inbox, "05.txt"), ns=(0, 0))  # written, and no more
    whole(sources, inbox, source)


def test_what_the_journal_claims_is_not_read_again(
    source: Path, inbox: Path, wire: Wire, monkeypatch: pytest.MonkeyPatch
) -> None:
    sources = scan(source)
    stopped(sources, inbox, wire, 4 * BLOCK)
    claim(inbox / LANDING / "journal", sources, Position(18, 0))
    read: list[int] = []
    real = survey.hash_blocks

    def hash_blocks(descriptor: int, size_bytes: int) -> Iterator[bytes]:
        read.append(size_bytes)
        return real(descriptor, size_bytes)

    big = partial(inbox, "big").stat().st_size
    monkeypatch.setattr(survey, "hash_blocks", hash_blocks)
    whole(sources, inbox, source)
    assert read == [1018, 1019, big]


def test_g15_what_the_journal_claims_and_has_its_time_is_not_whole_without_its_size(
    source: Path, inbox: Path, wire: Wire
) -> None:
    sources = scan(source)
    stopped(sources, inbox, wire, 4 * BLOCK)
    claim(inbox / LANDING / "journal", sources, Position(18, 0))
    cut = partial(inbox, "03.txt")
    found = cut.stat()
    os.truncate(cut, 10)
    os.utime(cut, ns=(found.st_mtime_ns,) * 2)
    whole(sources, inbox, source)


def claim(path: Path, sources: Sources, position: Position) -> None:
    path.unlink()
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT)
    journal = Journal(descriptor, TRANSFER_ID, sources.manifest.totals.manifest_hash)
    journal.append(position)
    journal.close()


def _lengthen(path: Path) -> None:
    with path.open("ab") as file:
        file.write(bytes(BIG))


def _swap_for_link(path: Path) -> None:
    path.unlink()
    path.symlink_to(path.parent / "00.txt")


def _swap_for_folder(path: Path) -> None:
    path.unlink()
    path.mkdir()


DAMAGE: dict[str, Callable[[Path], object]] = {
    "gone": Path.unlink,
    "cut": lambda path: os.truncate(path, 10),
    "emptied": lambda path: os.truncate(path, 0),
    "longer": _lengthen,
    "link": _swap_for_link,
    "folder": _swap_for_folder,
}


@pytest.mark.parametrize("damage", DAMAGE.values(), ids=DAMAGE.keys())
@pytest.mark.parametrize("name", ["03.txt", "big"])
def test_g15_what_was_changed_meanwhile_is_fetched_again(
    source: Path, inbox: Path, wire: Wire, damage: Callable[[Path], object], name: str
) -> None:
    sources = scan(source)
    stopped(sources, inbox, wire, 4 * BLOCK)
    damage(partial(inbox, name))
    whole(sources, inbox, source)


@pytest.mark.parametrize("name", ["journal", "manifest", "files"])
def test_g15_without_its_own_records_it_begins_anew(
    source: Path, inbox: Path, wire: Wire, name: str
) -> None:
    sources = scan(source)
    stopped(sources, inbox, wire, 4 * BLOCK)
    path = inbox / LANDING / name
    path.rename(inbox.parent / "elsewhere")
    whole(sources, inbox, source)


def test_g15_a_folder_that_goes_away_while_it_is_compared_is_told_and_fetched_again(
    source: Path, inbox: Path, wire: Wire, monkeypatch: pytest.MonkeyPatch
) -> None:
    sources = scan(source)
    stopped(sources, inbox, wire, 4 * BLOCK)
    real = survey.Survey.compare

    def compare(looking: survey.Survey, theirs: Iterator[bytes]) -> None:
        shutil.rmtree(inbox / LANDING / "files/source")
        real(looking, theirs)

    with monkeypatch.context() as patch:
        patch.setattr(survey.Survey, "compare", compare)
        with pytest.raises(TransferFault) as fault:
            transfer(sources, inbox)
    assert fault.value.fault is Fault.NOT_WRITABLE
    whole(sources, inbox, source)


def test_c21_twins_keep_their_names_when_it_goes_on(
    tmp_path: Path, inbox: Path, wire: Wire
) -> None:
    folder = tmp_path / "source"
    folder.mkdir()
    for number, name in enumerate(["a:b", "a?b", "a_b", "a|b"]):
        (folder / name).write_bytes(bytes([number]) * (CONTENT_BYTES + number))
    sources = scan(folder)
    for _ in range(3):
        stopped(sources, inbox, wire, int(CONTENT_BYTES * 0.9))
    outcome = transfer(sources, inbox)
    found = sorted(path.stat().st_size for path in outcome.got.path.iterdir())
    assert found == [CONTENT_BYTES + number for number in range(4)]


@pytest.mark.parametrize("fails_at", range(1, 5))
def test_g01_moving_that_was_interrupted_is_finished_without_the_sender(
    source: Path, inbox: Path, monkeypatch: pytest.MonkeyPatch, fails_at: int
) -> None:
    paths = [source / name for name in ("00.txt", "01.txt", "big", "sub")]
    sources = scan(*paths)
    moves = iter(range(1, 100))
    real = landing.move_all

    class KilledError(BaseException):
        pass

    def killed(files: Any, target: Any, choices: Any, _on_step: Any, **named: Any) -> list[str]:
        def step() -> None:
            if next(moves) == fails_at:
                monkeypatch.setattr(target, "move_new", _refuse)  # nothing is moved back
                raise KilledError

        return real(files, target, choices, step, **named)

    def _refuse(*_: object) -> None:
        raise OSError(errno.EIO, "killed")

    with (
        linked() as (near, far),
        running(lambda: serve_transfer(near.channel(), sources, Progress())) as serving,
    ):
        monkeypatch.setattr(landing, "move_all", killed)
        with pytest.raises(KilledError):
            receive_transfer(far.channel(), request_for(sources, inbox), Progress())
        monkeypatch.setattr(landing, "move_all", real)
        assert serving.exception(WAIT_S)
    assert is_complete(inbox, LANDING, EVERYTHING)
    got = finish_landed(request_for(sources, inbox))
    assert got is not None
    landed = sorted([LANDING, "00.txt", "01.txt", "big", "sub"])
    assert sorted(os.listdir(inbox)) == landed
    assert finish_landed(request_for(sources, inbox)) == got, "until it is written down"
    assert sorted(os.listdir(inbox)) == landed


def test_a_transfer_that_never_began_has_nothing_to_finish(source: Path, inbox: Path) -> None:
    assert finish_landed(request_for(scan(source), inbox)) is None
    assert not inbox.exists()


def test_any_sequence_of_stops_and_damage_ends_equal(source: Path, inbox: Path, wire: Wire) -> None:
    chance = random.Random(4)
    sources = scan(source)
    for _ in range(12):
        if not stopped(sources, inbox, wire, chance.randrange(6 * BLOCK)):
            break
        for path in _files(inbox):
            if path.stat().st_size and chance.random() < 0.2:
                if path.name == "big":
                    _flip(path, chance.randrange(path.stat().st_size))
                else:
                    path.unlink()
    else:
        whole(sources, inbox, source)
    assert tree_of(inbox / "source") == tree_of(source)


def _files(inbox: Path) -> Iterator[Path]:
    yield from (path for path in (inbox / LANDING / "files").rglob("*") if path.is_file())
