"""What `make test` and `make lint` do; .ci/run calls the same.

    python3 -m tools.check lint
    python3 -m tools.check all [arguments of pytest]

Every step runs, also after one that failed: the status is 1 if any did.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from tools.debian import (
    FONTS,
    TEST_PROGRAMS,
    WINDOW_LIBRARIES,
    X11_LIBRARIES,
    missing_fonts,
    missing_libraries,
    missing_programs,
    provide,
    say,
)
from tools.environment import ROOT, SetupError, make

LINT = [
    ["ruff", "check"],
    ["ruff", "format", "--check"],
    ["mypy"],
]


def main(arguments: list[str]) -> int:
    if arguments[:1] not in (["lint"], ["all"]):
        say("usage: check.py lint|all [arguments of pytest]")
        return 2
    try:
        python = make("dev")
    except SetupError as error:
        say(str(error))
        return 1
    failed = [" ".join(step) for step in LINT if not _step(python, step)]
    if failed:
        say(f"failed: {', '.join(failed)}")
    if arguments[0] == "all":
        _provide_for_tests()
        if not _step(python, ["pytest", *arguments[1:]]):
            failed.append("pytest")
    return 1 if failed else 0


def _step(python: Path, step: list[str]) -> bool:
    say(" ".join(step))
    environment = dict(os.environ, PATH=_with_sbin(os.environ.get("PATH", os.defpath)))
    done = subprocess.run(
        [str(python), "-m", *step],
        cwd=str(ROOT),
        env=environment,
        stdin=subprocess.DEVNULL,
        check=False,
    )
    return done.returncode == 0


def _with_sbin(path: str) -> str:
    """Debian keeps ip and nft out of a user's path."""
    extra = [folder for folder in ("/usr/sbin", "/sbin") if folder not in path.split(os.pathsep)]
    return os.pathsep.join([path, *extra])


def _provide_for_tests() -> None:
    """A test whose programs are missing all the same skips and says why."""
    if sys.platform != "linux":
        return
    packages = missing_libraries(WINDOW_LIBRARIES, X11_LIBRARIES)
    packages += missing_programs(TEST_PROGRAMS) + missing_fonts(FONTS)
    provide(packages, "all tests")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
