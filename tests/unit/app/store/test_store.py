"""The store thread: what a future means, one commit for many, and a disk that refuses."""

import threading
from concurrent.futures import Future
from pathlib import Path

import apsw
import pytest

from app.errors import BugError, ErrorCode, KnownError
from app.store import store as store_module
from app.store.reader import Reader
from app.store.store import Store
from app.store.writer import Writer
from tests.disk import disk
from tests.unit.app.store.desk import WAIT_S, Desk, an_id, item, send, texts

REFUSAL = "nothing of this commit is kept"


class Gate:
    """A job that holds the store thread until it is opened: what comes meanwhile is one batch."""

    def __init__(self, store: Store) -> None:
        self._open = threading.Event()
        entered = threading.Event()
        self._held = store.submit(lambda _w: (entered.set(), self._open.wait(WAIT_S)))
        assert entered.wait(WAIT_S)

    def open(self) -> None:
        self._open.set()
        self._held.result(WAIT_S)


def test_jobs_waiting_together_share_one_commit(database: Path) -> None:
    with disk() as device, Desk(database, device.name) as desk:
        peer = desk.meet()
        gate = Gate(desk.store)
        jobs = [desk.store.submit(lambda w, n=n: send(w, peer, n)) for n in range(200)]
        log_file = f"{database}-wal"
        before = device.syncs[log_file]
        gate.open()
        assert [job.result(WAIT_S).seq for job in jobs] == list(range(1, 201))
        assert device.syncs[log_file] - before == 1


def test_a_job_that_fails_is_undone_alone(desk: Desk) -> None:
    peer = desk.meet()

    def break_off(w: Writer) -> None:
        send(w, peer, 2, "half done")
        raise ValueError("a bug of the caller")

    gate = Gate(desk.store)
    first = desk.store.submit(lambda w: send(w, peer, 1, "before"))
    broken = desk.store.submit(break_off)
    last = desk.store.submit(lambda w: send(w, peer, 3, "after"))
    gate.open()
    assert (first.result(WAIT_S).seq, last.result(WAIT_S).seq) == (1, 2)
    with pytest.raises(ValueError, match="a bug of the caller"):
        broken.result(WAIT_S)
    assert texts(desk.chat(peer)) == ["before", "after"]
    assert desk.do(lambda w: w.search("half", 5)) == []


def test_a_broken_rule_of_the_schema_is_a_bug_of_ours(desk: Desk) -> None:
    peer = desk.meet()
    desk.send(peer, 1)
    with pytest.raises(BugError):
        desk.send(peer, 1)


def test_a10_number_beyond_64_bits_fails_its_own_job_only(desk: Desk) -> None:
    peer = desk.meet()
    gate = Gate(desk.store)
    good = desk.store.submit(lambda w: send(w, peer, 1))
    bad = desk.store.submit(lambda w: w.remember_address(peer, "10.0.0.1:1", 2**63))
    gate.open()
    assert good.result(WAIT_S).seq == 1
    with pytest.raises(OverflowError):
        bad.result(WAIT_S)


def test_future_resolves_only_after_the_commit(database: Path) -> None:
    seen_by_reader: list[int] = []
    with Desk(database) as desk:
        peer = desk.meet()

        def look(_done: Future[object]) -> None:
            with Reader(database) as reader:
                seen_by_reader.append(len(reader.messages_before(peer, None, 10)))

        job = desk.store.submit(lambda w: send(w, peer, 1))
        job.add_done_callback(look)
        job.result(WAIT_S)
    assert seen_by_reader == [1]


@pytest.mark.parametrize(
    ("error", "code"),
    [(apsw.FullError, ErrorCode.NO_SPACE), (apsw.IOError, ErrorCode.DISK_ERROR)],
)
@pytest.mark.parametrize("operation", ["write", "sync"])
@pytest.mark.expects_log(REFUSAL)
@pytest.mark.allows_log("rolling back|disk I/O error|database or disk is full")
def test_g03_commit_that_fails_claims_nothing_and_the_store_goes_on(
    database: Path, error: type[apsw.Error], code: ErrorCode, operation: str
) -> None:
    def refuse(kind: str, file: str) -> None:
        if kind == operation and file.endswith("-wal"):
            raise error("injected")

    with disk() as device, Desk(database, device.name) as desk:
        peer = desk.meet()
        desk.send(peer, 1, "before")
        gate = Gate(desk.store)
        jobs = [desk.store.submit(lambda w, n=n: send(w, peer, n)) for n in range(2, 5)]
        device.before_operation = refuse
        gate.open()
        for job in jobs:
            with pytest.raises(KnownError) as raised:
                job.result(WAIT_S)
            assert raised.value.code is code
        assert texts(desk.chat_on_disk(peer)) == ["before"]
        device.before_operation = lambda _kind, _file: None
        assert desk.send(peer, 5, "after").seq == 2
        assert texts(desk.chat(peer)) == ["before", "after"]


@pytest.mark.parametrize("nth", range(1, 60, 2))
@pytest.mark.allows_log("store|rolling back|disk I/O error|closing")
def test_g03_whatever_operation_fails_what_was_promised_is_there(
    database: Path, monkeypatch: pytest.MonkeyPatch, nth: int
) -> None:
    monkeypatch.setattr(store_module, "CHECKPOINT_PAGES", 5)
    kept, refused = [], []
    with disk() as device, Desk(database, device.name) as desk:
        peer = desk.meet()
        end = device.operations + nth

        def refuse(_kind: str, _file: str) -> None:
            if device.operations == end:
                raise apsw.IOError("injected")

        device.before_operation = refuse
        for number in range(1, 25):
            job = desk.store.submit(lambda w, n=number: send(w, peer, n))
            (refused if job.exception(WAIT_S) else kept).append(an_id(number).hex())
    with Desk(database) as desk:
        there = [m.message_id for m in desk.chat(peer)]
    assert len(refused) <= 1
    assert set(kept) <= set(there)


def test_stop_does_what_was_asked_before(database: Path) -> None:
    with Desk(database) as desk:
        peer = desk.meet()
        gate = Gate(desk.store)
        jobs = [desk.store.submit(lambda w, n=n: send(w, peer, n)) for n in range(50)]
        gate.open()
    assert [job.result(0).seq for job in jobs] == list(range(1, 51))


def test_stop_may_be_called_twice_and_before_start(database: Path) -> None:
    store = Store(database)
    store.stop()
    store.start()
    store.stop()
    store.stop()


def test_after_stop_a_job_fails_at_once(desk: Desk) -> None:
    desk.store.stop()
    with pytest.raises(KnownError):
        desk.store.submit(lambda w: w.people()).result(0)


def test_a_full_queue_refuses_instead_of_growing(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(store_module, "QUEUE_JOBS", 20)
    monkeypatch.setattr(store_module, "BUSY_JOBS", 10)
    gate = Gate(desk.store)
    assert not desk.store.is_busy
    jobs = [desk.store.submit(lambda w: w.queued_count()) for _ in range(20)]
    refused = desk.store.submit(lambda w: w.queued_count())
    assert desk.store.is_busy
    with pytest.raises(KnownError) as raised:
        refused.result(0)
    assert raised.value.code is ErrorCode.DISK_ERROR
    gate.open()
    assert [job.result(WAIT_S) for job in jobs] == [0] * 20


def test_a_cancelled_job_does_not_run(desk: Desk) -> None:
    peer = desk.meet()
    gate = Gate(desk.store)
    unwanted = desk.store.submit(lambda w: send(w, peer, 1))
    assert unwanted.cancel()
    gate.open()
    assert desk.chat(peer) == []


def test_reader_sees_each_commit_beside_the_writer(desk: Desk) -> None:
    peer = desk.meet()
    with desk.reader() as reader:
        assert reader.messages_before(peer, None, 10) == []
        desk.receive(peer, item(1))
        assert texts(reader.messages_before(peer, None, 10)) == ["text 1"]
        with pytest.raises(apsw.ReadOnlyError):
            reader._run("DELETE FROM message")


def test_submitting_from_many_threads_loses_nothing(desk: Desk) -> None:
    peers = [desk.meet(number) for number in range(1, 9)]

    def write(number: int) -> None:
        for at in range(40):
            desk.send(peers[number], number * 100 + at)

    threads = [threading.Thread(target=write, args=(n,)) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [len(desk.chat(peer)) for peer in peers] == [40] * 8
    assert desk.do(lambda w: w.queued_count()) == 320


def test_a_store_starts_once(desk: Desk) -> None:
    with pytest.raises(BugError, match="once"):
        desk.store.start()


def test_before_the_start_a_job_fails_at_once(database: Path) -> None:
    with pytest.raises(KnownError) as raised:
        Store(database).submit(lambda w: w.people()).result(0)
    assert raised.value.code is ErrorCode.INTERNAL


def test_busy_is_from_so_many_jobs_on(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(store_module, "BUSY_JOBS", 2)
    gate = Gate(desk.store)
    told = []
    for _ in range(2):
        desk.store.submit(lambda w: w.queued_count())
        told.append(desk.store.is_busy)
    gate.open()
    assert told == [False, True]


# --- The log -----------------------------------------------------------------
@pytest.mark.parametrize(("pages", "grows"), [(20, False), (10**6, True)])
def test_the_log_is_copied_back_and_begun_again(
    database: Path, monkeypatch: pytest.MonkeyPatch, pages: int, grows: bool
) -> None:
    """SQLite's own way of doing so is off where a hook asks how long it is."""
    monkeypatch.setattr(store_module, "CHECKPOINT_PAGES", pages)
    log_file = Path(f"{database}-wal")
    with Desk(database) as desk:
        peer = desk.meet()
        before = log_file.stat().st_size
        for number in range(60):
            desk.send(peer, number)
        assert (log_file.stat().st_size > before) is grows


@pytest.mark.parametrize(("busy_pages", "is_early"), [(10**6, False), (1, True)])
def test_in_an_unbroken_burst_the_log_may_grow_only_so_long(
    database: Path, monkeypatch: pytest.MonkeyPatch, busy_pages: int, is_early: bool
) -> None:
    monkeypatch.setattr(store_module, "BATCH_JOBS", 1)
    monkeypatch.setattr(store_module, "CHECKPOINT_PAGES", 1)
    monkeypatch.setattr(store_module, "CHECKPOINT_BUSY_PAGES", busy_pages)
    with disk() as device, Desk(database, device.name) as desk:
        peer = desk.meet()
        gate = Gate(desk.store)
        syncs = []

        def write(w: Writer, number: int) -> None:
            send(w, peer, number)
            syncs.append(device.syncs[str(database)])

        jobs = [desk.store.submit(lambda w, n=n: write(w, n)) for n in range(9)]
        gate.open()
        for job in jobs:
            job.result(WAIT_S)
    assert (syncs[-1] > syncs[0]) is is_early


# --- Suspicion ---------------------------------------------------------------
@pytest.mark.parametrize(
    ("error", "is_suspect"),
    [(apsw.SQLError, True), (apsw.ConstraintError, False), (ValueError, False)],
)
def test_a_job_that_met_what_a_whole_schema_cannot_cause_has_all_looked_at(
    desk: Desk, error: type[Exception], is_suspect: bool
) -> None:
    def meet_it(_w: Writer) -> None:
        raise error("injected")

    with pytest.raises((BugError, ValueError)):
        desk.do(meet_it)
    desk.do(lambda w: w.people())  # the mark is made before the next job
    assert Path(f"{desk.path}.suspect").exists() is is_suspect


@pytest.mark.expects_log(REFUSAL)
def test_a_job_that_met_damage_undoes_its_whole_commit_and_has_all_looked_at(desk: Desk) -> None:
    peer = desk.meet()

    def meet_it(_w: Writer) -> None:
        raise apsw.CorruptError("injected")

    gate = Gate(desk.store)
    jobs = [desk.store.submit(lambda w: send(w, peer, 1)), desk.store.submit(meet_it)]
    gate.open()
    for job in jobs:
        with pytest.raises(KnownError) as raised:
            job.result(WAIT_S)
        assert raised.value.code is ErrorCode.PROFILE_BROKEN
    assert desk.send(peer, 2).seq == 1
    assert Path(f"{desk.path}.suspect").exists()


@pytest.mark.expects_log("failed in an unforeseen way")
def test_a_commit_that_fails_unforeseen_fails_its_jobs_and_the_store_goes_on(desk: Desk) -> None:
    peer = desk.meet()

    def spoil_the_next_index(w: Writer) -> None:
        def fail() -> None:
            del w.index_new_messages  # the class's own is back
            raise ZeroDivisionError("injected")

        w.index_new_messages = fail  # type: ignore[method-assign]

    gate = Gate(desk.store)
    jobs = [desk.store.submit(lambda w: send(w, peer, 1)), desk.store.submit(spoil_the_next_index)]
    gate.open()
    for job in jobs:
        with pytest.raises(BugError):
            job.result(WAIT_S)
    assert desk.send(peer, 2, "after").seq == 1
    assert texts(desk.chat(peer)) == ["after"]
    assert Path(f"{desk.path}.suspect").exists()
