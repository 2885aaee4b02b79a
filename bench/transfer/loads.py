"""What is sent: the same bytes in every run."""

import os
import shutil
from math import exp, log
from pathlib import Path
from random import Random

MIB = 1 << 20
GIB = 1 << 30
TEXTS_AT_ONCE = 1_000
SMALL_BYTES = 4096
FOLDER_FILES = 10_000
MIXED_BYTES = 969_000_000
MIXED_SIZES = (
    (2_400, 1 << 10, 32 << 10),
    (800, 32 << 10, MIB),
    (100, MIB, 10 * MIB),
)
"""How many files, from this size to that one. Four large ones make up the rest."""
MIXED_LARGE = 4
MIXED_FOLDERS = 120


def one_file(path: Path, size_bytes: int) -> Path:
    noise = Random(path.name)
    with path.open("wb") as file:
        for start in range(0, size_bytes, MIB):
            file.write(noise.randbytes(min(MIB, size_bytes - start)))
    return path


def many_files(path: Path, count: int) -> Path:
    """``count`` files of 4 KiB, 10,000 in each folder."""
    noise = Random(count)
    for number in range(count):
        folder = path / f"{number // FOLDER_FILES}" if count > FOLDER_FILES else path
        if number % FOLDER_FILES == 0:
            folder.mkdir(parents=True)
        (folder / f"{number}.bin").write_bytes(noise.randbytes(SMALL_BYTES))
    return path


def mixed_files(path: Path) -> Path:
    """969 MB in 3,304 files below 120 folders, most of them small, most bytes in large ones."""
    noise = Random(MIXED_FOLDERS)
    sizes = [
        int(exp(noise.uniform(log(least), log(most))))
        for count, least, most in MIXED_SIZES
        for _ in range(count)
    ]
    rest, large = MIXED_BYTES - sum(sizes), []
    for left in range(MIXED_LARGE, 0, -1):
        large.append((rest - sum(large)) // left)
    sizes += large
    noise.shuffle(sizes)
    for number, size in enumerate(sizes):
        folder = path / f"{number % 12}" / f"{number % MIXED_FOLDERS}"
        folder.mkdir(parents=True, exist_ok=True)
        one_file(folder / f"{number}.bin", size)
    return path


def files_below(path: Path) -> dict[str, int]:
    """Sizes by place; a file alone has the place ''."""
    if path.is_file():
        return {"": path.stat().st_size}
    return {
        os.path.relpath(Path(folder) / name, path): (Path(folder) / name).stat().st_size
        for folder, _, names in os.walk(path)
        for name in names
    }


def check_arrived(path: Path, into: Path) -> None:
    """Fast is nothing if it is not all there."""
    if files_below(path) != files_below(into / path.name):
        raise AssertionError(f"{path} did not arrive whole in {into}")


def chill(path: Path) -> None:
    """The next reader finds the bytes on the disk, not in the system's cache."""
    os.sync()
    for one in [path] if path.is_file() else path.rglob("*"):
        if one.is_file():
            descriptor = os.open(one, os.O_RDONLY)
            os.posix_fadvise(descriptor, 0, 0, os.POSIX_FADV_DONTNEED)
            os.close(descriptor)


def fresh(path: Path) -> Path:
    """An empty folder in memory; there, removing costs the next run nothing."""
    shutil.rmtree(path, ignore_errors=True)
    path.mkdir()
    return path
