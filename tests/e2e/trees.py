"""Folders full of files for transfers, and what is in a folder, to compare."""

import hashlib
import random
from pathlib import Path

MIB = 1 << 20

Tree = dict[str, tuple[int, str] | None]
"""By path: size and digest of a file, None for a folder."""


def write_random(path: Path, size_bytes: int, seed: int = 1) -> Path:
    """A file that no two pieces of are alike."""
    noise = random.Random(seed)
    with path.open("wb") as file:
        for start in range(0, size_bytes, MIB):
            file.write(noise.randbytes(min(MIB, size_bytes - start)))
    return path


def make_folder(root: Path) -> Path:
    """Empty folder, empty file, Chinese and nested names, a big one among small ones."""
    for folder in ("空文件夹", "a/b/c/d/e", "photos 照片/2026", "dots...in.names"):
        (root / folder).mkdir(parents=True)
    (root / "empty").touch()
    (root / "a" / "b" / "c" / "d" / "e" / "deep.txt").write_text("deep")
    (root / "报告 (最终版).docx").write_bytes("最终".encode() * 1000)
    (root / "photos 照片" / "2026" / "été 🏖️.jpg").write_bytes(b"\xff\xd8" + b"j" * 5000)
    (root / ".hidden").write_text("hidden")
    (root / "-rf").write_text("a name that looks like an option")
    write_random(root / "photos 照片" / "big.bin", 7 * MIB + 13, seed=2)
    for number in range(200):
        (root / "a" / f"small {number}.txt").write_text(f"number {number}\n" * (number % 7))
    script = root / "run.sh"
    script.write_text("#!/bin/sh\n")
    script.chmod(0o755)
    return root


def tree(root: Path) -> Tree:
    """What is at ``root``, a file or a folder, by relative path; ``root`` itself is "."."""
    if not root.is_dir():
        return {".": _file(root)}
    found: Tree = {".": None}
    for path in sorted(root.rglob("*")):
        name = path.relative_to(root).as_posix()
        found[name] = None if path.is_dir() else _file(path)
    return found


def _file(path: Path) -> tuple[int, str]:
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    return path.stat().st_size, digest
