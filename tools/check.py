"""What `make test` and `make lint` do; .ci/run calls the same.

    python3 -m tools.check lint
    python3 -m tools.check all [arguments of pytest]

Every step runs, also after one that failed: the status is 1 if any did.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from tools.debian import (
    FONTS,
    TEST_FILES,
    TEST_PROGRAMS,
    WINDOW_LIBRARIES,
    X11_LIBRARIES,
    missing_files,
    missing_fonts,
    missing_libraries,
    missing_programs,
    provide,
    say,
)
from tools.environment import ROOT, SetupError, make

E2E = "tests/e2e"
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
        if not (_some_tests(python, arguments[1:]) if arguments[1:] else _all_tests(python)):
            failed.append("pytest")
    return 1 if failed else 0


def _some_tests(python: Path, arguments: list[str]) -> bool:
    """Whoever else runs Landline on this network is not met by them, either."""
    return _step(python, ["pytest", *arguments], _own_network() or ())


def _all_tests(python: Path) -> bool:
    """Tests that wait for other processes run beside those that compute: half the time.

    Each group has a network of its own, or they would meet each other; where none can be
    made they take turns.
    """
    alone = _own_network()
    headless = sorted(str(path) for path in Path(ROOT, E2E).glob("test_headless_*.py"))
    apart = [f"--ignore={path}" for path in headless]
    groups = [
        ["pytest", f"--ignore={E2E}"],
        ["pytest", "-p", "no:cacheprovider", *headless],
        ["pytest", "-p", "no:cacheprovider", E2E, *apart],
    ]
    if alone is None:
        return not [group for group in groups if not _step(python, group)]
    (ROOT / "build").mkdir(exist_ok=True)
    beside = []
    for number, group in enumerate(groups[1:], 2):
        log = ROOT / "build" / f"tests-{number}.log"
        with log.open("wb") as out:
            process = subprocess.Popen(
                [*alone, str(python), "-m", *group],
                cwd=str(ROOT),
                env=_environment(),
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=subprocess.STDOUT,
            )
        beside.append((process, log))
    is_good = _step(python, groups[0], alone)
    for process, log in beside:
        is_good &= process.wait() == 0
        say(" ".join(process.args[-4:]))
        sys.stdout.write(log.read_text(encoding="utf-8", errors="replace"))
        sys.stdout.flush()
    return is_good


def _own_network() -> list[str] | None:
    """What runs a command with a loopback of its own; None: not possible here."""
    if sys.platform != "linux":
        return None
    own = ["unshare", "--net", "sh", "-c", 'ip link set lo up && exec "$@"', "sh"]
    try:
        done = subprocess.run([*own, "true"], env=_environment(), capture_output=True, check=False)
    except OSError:
        return None
    return own if done.returncode == 0 else None


def _step(python: Path, step: list[str], prefix: Sequence[str] = ()) -> bool:
    say(" ".join(step))
    done = subprocess.run(
        [*prefix, str(python), "-m", *step],
        cwd=str(ROOT),
        env=_environment(),
        stdin=subprocess.DEVNULL,
        check=False,
    )
    return done.returncode == 0


def _environment() -> dict[str, str]:
    return dict(os.environ, PATH=_with_sbin(os.environ.get("PATH", os.defpath)))


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
    packages += missing_files(TEST_FILES)
    provide(packages, "all tests")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
