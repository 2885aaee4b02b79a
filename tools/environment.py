"""Makes .venv from the lock files, and makes it anew only where they changed.

    python3 -m tools.environment run     what Landline needs
    python3 -m tools.environment dev     that, and what tests and lint need

Standard library only: this is the first thing that runs on a fresh machine.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

from tools.debian import provide, say

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
LOCKS = {"run": "requirements.lock", "dev": "requirements-dev.lock"}
OLDEST = (3, 11)


class SetupError(Exception):
    """The one line that says what is missing."""


def make(kind: str) -> Path:
    """The environment's Python, ready for ``kind`` ("run" or "dev"). Raises SetupError."""
    python = _environment_python()
    if not _is_current(kind, python):
        if not _works(python):
            _create()
        _install(kind, python)
        _stamp(kind).write_text(_mark(kind))
    return python


def _environment_python() -> Path:
    if os.name == "nt":
        return VENV / "Scripts" / "python.exe"
    return VENV / "bin" / "python"


def _stamp(kind: str) -> Path:
    return VENV / f"landline-{kind}.stamp"


def _mark(kind: str) -> str:
    return hashlib.sha256((ROOT / LOCKS[kind]).read_bytes()).hexdigest()


def _is_current(kind: str, python: Path) -> bool:
    """The dev lock holds all of the run lock, so its stamp serves both."""
    if not python.exists():
        return False
    stamps = [kind] if kind == "dev" else ["run", "dev"]
    return any(_stamp(s).exists() and _stamp(s).read_text() == _mark(s) for s in stamps)


def _works(python: Path) -> bool:
    """False also for one whose system Python was removed or replaced."""
    if not python.exists():
        return False
    probe = f"import sys, pip; sys.exit(sys.version_info[:2] < {OLDEST})"
    return _quiet(str(python), "-c", probe)


def _create() -> None:
    base = _base_python()
    if not _has_venv(base):
        provide(["python3-venv"], "the Python environment")
        if not _has_venv(base):
            raise SetupError(f"{base} cannot make environments: install python3-venv")
    say("making the Python environment (.venv), once")
    _run(base, "-m", "venv", "--clear", str(VENV))


def _base_python() -> str:
    names = [sys.executable, "python3", *(f"python3.{minor}" for minor in range(20, 10, -1))]
    for name in names:
        found = shutil.which(name) if name else None
        if found and _quiet(found, "-c", f"import sys; sys.exit(sys.version_info[:2] < {OLDEST})"):
            return found
    raise SetupError("Landline needs Python 3.11 or newer (Debian: apt install python3)")


def _has_venv(python: str) -> bool:
    return _quiet(python, "-c", "import venv, ensurepip")


def _install(kind: str, python: Path) -> None:
    say(f"installing {LOCKS[kind]} into .venv")
    options = ["--quiet", "--disable-pip-version-check", "--no-input", "--require-hashes"]
    _run(str(python), "-m", "pip", "install", *options, "-r", str(ROOT / LOCKS[kind]))


def _quiet(*command: str) -> bool:
    done = subprocess.run(
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        check=False,
    )
    return done.returncode == 0


def _run(*command: str) -> None:
    done = subprocess.run(command, stdin=subprocess.DEVNULL, check=False)
    if done.returncode:
        raise SetupError(f"this failed: {' '.join(command)}")


def main(arguments: list[str]) -> int:
    kind = arguments[0] if arguments else "run"
    if kind not in LOCKS:
        say(f"usage: environment.py {'|'.join(LOCKS)}")
        return 2
    try:
        make(kind)
    except SetupError as error:
        say(str(error))
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
