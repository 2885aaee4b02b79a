"""What the receiver makes of an offer: parts of it, and what happens where a name is taken."""

import os
from pathlib import Path

import pytest

from app.commands import AcceptTransfer, ResumeTransfer, SendFiles
from app.events import TransferChanged
from app.model import Existing, Reason, Transfer, TransferState
from tests.integration.engines import Host
from tests.integration.test_engine_files import offered, reach, tree


@pytest.fixture
def trip(tmp_path: Path) -> Path:
    folder = tmp_path / "trip"
    (folder / "raw").mkdir(parents=True)
    for name in ("a.jpg", "b.jpg", "raw/a.dng", "raw/b.dng"):
        (folder / name).write_bytes(os.urandom(50_000))
    return folder


def offer(ann: Host, bob: Host, *paths: Path) -> Transfer:
    ann.meet(bob)
    ann.submit(SendFiles(bob.peer_id, paths))
    return offered(bob)


def test_a_part_of_an_offer_is_taken_and_the_rest_is_never_called_done(
    tmp_path: Path, trip: Path
) -> None:
    with Host(tmp_path, "Ann") as ann, Host(tmp_path, "Bob") as bob:
        transfer_id = offer(ann, bob, trip).transfer_id
        choices = (("trip/raw/b.dng", Existing.LEAVE_OUT),)
        bob.submit(AcceptTransfer(transfer_id, choices=choices, only=("trip/raw", "trip/a.jpg")))
        for host in (bob, ann):
            done = reach(host, transfer_id, TransferState.DONE)
            assert (done.done_files, done.left_out_files) == (2, 2)
            assert (done.done_bytes, done.left_out_bytes) == (100_000, 100_000)
            assert done.wanted_bytes == done.done_bytes
        landed = bob.folder / "downloads" / "trip"
        whole = tree(trip)
        assert tree(landed) == {k: whole[k] for k in ("a.jpg", "raw", "raw/a.dng")}


def test_what_is_the_same_is_skipped_and_what_is_not_is_replaced(
    tmp_path: Path, trip: Path
) -> None:
    with Host(tmp_path, "Ann") as ann, Host(tmp_path, "Bob") as bob:
        there = bob.folder / "downloads" / "trip"
        (there / "raw").mkdir(parents=True)
        (there / "a.jpg").write_bytes((trip / "a.jpg").read_bytes())
        (there / "b.jpg").write_bytes(b"older")
        (there / "own.txt").write_bytes(b"mine")
        transfer_id = offer(ann, bob, trip).transfer_id
        choices = (("trip/b.jpg", Existing.REPLACE),)
        bob.submit(AcceptTransfer(transfer_id, existing=Existing.SKIP, choices=choices))
        done = reach(bob, transfer_id, TransferState.DONE)
        assert (done.done_files, done.done_bytes) == (4, 200_000)
        assert tree(there) == tree(trip) | {"own.txt": b"mine"}


def test_the_rest_is_kept_when_a_source_has_changed(tmp_path: Path, trip: Path) -> None:
    with Host(tmp_path, "Ann") as ann, Host(tmp_path, "Bob") as bob:
        transfer_id = offer(ann, bob, trip).transfer_id
        (trip / "a.jpg").write_bytes(b"not as offered")
        bob.submit(AcceptTransfer(transfer_id))
        for host in (ann, bob):
            failed = reach(host, transfer_id, TransferState.FAILED)
            assert failed.reason is Reason.SOURCE_CHANGED
            assert [Path(name).name for name in failed.bad_names] == ["a.jpg"]
        assert (failed.done_files, failed.done_bytes) == (3, 150_000)
        choices = (("trip/a.jpg", Existing.LEAVE_OUT),)
        bob.submit(AcceptTransfer(transfer_id, choices=choices))
        for host in (bob, ann):
            done = reach(host, transfer_id, TransferState.DONE)
            assert (done.done_files, done.left_out_files, done.bad_names) == (3, 1, ())
        whole = tree(trip)
        del whole["a.jpg"]
        assert tree(bob.folder / "downloads" / "trip") == whole


def test_what_was_chosen_holds_across_a_restart(tmp_path: Path, trip: Path) -> None:
    ann, bob = Host(tmp_path, "Ann"), Host(tmp_path, "Bob")
    with bob:
        with ann:
            transfer_id = offer(ann, bob, trip).transfer_id
        choices = (("trip/raw", Existing.LEAVE_OUT),)
        bob.submit(AcceptTransfer(transfer_id, into=tmp_path / "there", choices=choices))
        reach(bob, transfer_id, TransferState.WAITING)
    with ann, bob:
        bob.submit(ResumeTransfer(transfer_id, ref="now"))
        bob.wait(TransferChanged, lambda e: e.ref == "now")
        reach(bob, transfer_id, TransferState.DONE)
    assert set(tree(tmp_path / "there" / "trip")) == {"a.jpg", "b.jpg"}
