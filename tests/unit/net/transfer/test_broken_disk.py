"""G-03 below a transfer that goes on, and one that goes where something is: whatever call the
disk refuses, nothing is half under a real name, and the next try ends equal."""

import errno
import os
import shutil
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import pytest

from net.protocol.limits import CONTENT_BYTES
from net.transfer import blocks, plan, survey
from net.transfer.choices import EVERYTHING, Choices, Existing
from net.transfer.faults import TransferFault
from net.transfer.progress import Progress
from net.transfer.receiver import finish_landed, receive_transfer
from net.transfer.scan import Sources
from net.transfer.sender import serve_transfer
from tests.unit.net.transfer.broken_disk import injected
from tests.unit.net.transfer.talk import LANDING, linked, request_for, running, scan, tree_of
from tests.unit.net.transfer.test_resume import Wire, stopped

BLOCK = 2 * CONTENT_BYTES
Tree = dict[str, bytes | None]


@pytest.fixture(autouse=True)
def small_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (blocks, plan, survey):
        monkeypatch.setattr(module, "BLOCK_BYTES", BLOCK)


@pytest.fixture
def source(tmp_path: Path) -> Path:
    folder = tmp_path / "source"
    (folder / "sub/empty").mkdir(parents=True)
    for name in ("a", "b", "sub/c"):
        (folder / name).write_bytes(os.urandom(1000))
    (folder / "none").touch()
    (folder / "big").write_bytes(os.urandom(3 * BLOCK))
    return folder


@dataclass
class Case:
    """What is in the inbox before, and what is there in the end."""

    before: Path
    choices: Choices
    expected: Tree


@pytest.fixture(params=["resumed", "merging", "resumed-merging"])
def case(
    request: pytest.FixtureRequest, source: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Case:
    before, choices, expected = tmp_path / "before", EVERYTHING, dict(tree_of(source.parent))
    before.mkdir()
    if "merging" in request.param:
        by_path = {"source/b": Existing.REPLACE, "source/sub": Existing.SKIP}
        choices = Choices(Existing.SKIP, by_path)
        (before / "source/sub").mkdir(parents=True)
        (before / "source/own").write_bytes(b"own")
        (before / "source/b").write_bytes(b"to be replaced")
        shutil.copy2(source / "a", before / "source/a")
        (before / "source/sub/c").write_bytes(b"c".ljust(1000))
        expected["source/sub/c (2)"] = expected["source/sub/c"]
        expected |= {"source/sub/c": b"c".ljust(1000), "source/own": b"own"}
    if "resumed" in request.param:
        with monkeypatch.context() as patch:
            assert stopped(scan(source), before, Wire(patch), 2 * BLOCK, choices)
        partial = before / LANDING / "files/source/big"
        damaged = bytearray(partial.read_bytes())
        damaged[7] ^= 1
        partial.write_bytes(damaged)
    return Case(before, choices, expected)


def attempt(sources: Sources, inbox: Path, choices: Choices) -> bool:
    """As the engine does: first whether all is here already. Whether it is done."""
    request = request_for(sources, inbox, choices)
    with suppress(TransferFault):
        if finish_landed(request):
            return True
        with linked() as (near, far):
            sender, receiver = near.channel(), far.channel()
            with running(lambda: serve_transfer(sender, sources, Progress())) as serving:
                try:
                    receive_transfer(receiver, request, Progress())
                finally:
                    serving.exception()
        return True
    return False


def real_names(inbox: Path) -> Tree:
    return {
        name: content for name, content in tree_of(inbox).items() if not name.startswith(LANDING)
    }


def is_whole_or_untouched(found: Tree, case: Case, before: Tree) -> bool:
    """Every file under a real name is what was there or what is to be there."""
    is_kept = all(found.get(name, b"") in (content, case.expected[name])
                  for name, content in before.items())  # fmt: skip
    return is_kept and all(
        content in (before.get(name, b""), case.expected.get(name, b""))
        for name, content in found.items()
    )


@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EIO, errno.EROFS], ids=errno.errorcode.get)
def test_g03_whatever_call_fails_nothing_is_half_there_and_the_next_try_ends_equal(
    case: Case, source: Path, tmp_path: Path, code: int
) -> None:
    sources, before, inbox = scan(source), real_names(case.before), tmp_path / "inbox"
    fail_at, failures = 0, 0
    while True:
        fail_at += 1
        shutil.copytree(case.before, inbox)
        with injected(code, fail_at) as faults:
            is_done = attempt(sources, inbox, case.choices)
        failures += not is_done
        if not faults.failed:
            break
        what = f"{faults.failed}, call {fail_at}"
        found = real_names(inbox)
        assert is_whole_or_untouched(found, case, before), what
        assert not is_done or found == case.expected, what
        with injected(code, fail_at=0):
            assert is_done or attempt(sources, inbox, case.choices), what
        assert real_names(inbox) == case.expected, what
        shutil.rmtree(inbox)
    assert failures > 30
