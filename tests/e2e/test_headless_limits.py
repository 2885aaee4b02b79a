"""Few descriptors, little memory, very many files."""

import shutil
from pathlib import Path

import psutil
import pytest

from tests.e2e.conftest import Start
from tests.e2e.headless import Headless
from tests.e2e.transfers import arrives, begin
from tests.e2e.trees import MIB, make_folder, tree, write_random

MEMORY_BYTES = 256 * MIB
DESCRIPTORS = 64
FILES = 10_000

pytestmark = pytest.mark.timeout(180)


def peak_bytes(one: Headless) -> int:
    """The most it has ever had in memory."""
    status = Path(f"/proc/{one.process.pid}/status").read_text()
    return int(status.partition("VmHWM:")[2].split()[0]) * 1024


def test_d15_transfers_get_along_with_64_descriptors_and_little_memory(
    start: Start, tmp_path: Path
) -> None:
    if not shutil.which("prlimit"):
        pytest.skip("limits need prlimit (util-linux)")
    few = ["prlimit", f"--nofile={DESCRIPTORS}", f"--data={MEMORY_BYTES}"]
    anna, ben = start("anna", wrapper=few), start("ben", wrapper=few)
    anna.sees(ben)
    ben.sees(anna)
    ben.ask("set", transfers_at_once=20)
    folder = make_folder(tmp_path / "folder")
    films = [write_random(tmp_path / f"film {n}", 10 * MIB, seed=n) for n in range(12)]
    transfers = [begin(anna, ben, path) for path in (folder, *films)]
    for transfer, path in zip(transfers, (folder, *films), strict=True):
        arrives(ben, transfer, path)
    anna.delivered(anna.send(ben, "still here"))
    for one in (anna, ben):
        assert psutil.Process(one.process.pid).num_fds() < DESCRIPTORS


def test_d11_very_many_empty_files_and_folders_cost_little_memory(
    pair: tuple[Headless, Headless], tmp_path: Path
) -> None:
    anna, ben = pair
    root = tmp_path / "many"
    for number in range(FILES // 100):
        folder = root / f"{number:05}"
        folder.mkdir(parents=True)
        for name in range(99):
            (folder / f"{name:02}").touch()
    before = [peak_bytes(one) for one in pair]
    transfer = begin(anna, ben, root)
    done = ben.wait("transfer", transfer=transfer, state="done", within_s=120)
    assert sorted(tree(Path(done["path"]))) == sorted(tree(root))
    for one, was in zip(pair, before, strict=True):
        assert peak_bytes(one) - was < 60 * MIB
