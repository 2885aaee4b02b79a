"""``make fuzz MINUTES=60``: each target for so long, over all cores; status 1 after a crash.

A crash's input is left in ``build/fuzz/<target>/``: once its cause is mended, it goes to
``tests/fuzz/crashes/<target>/`` and is a regression test.
"""

import argparse
import os
import re
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Final

from tests.fuzz.targets import TARGETS

ROOT: Final = Path(__file__).parents[2]
BUILD: Final = ROOT / "build" / "fuzz"
STUCK_S: Final = 60
"""On one input, however busy the machine: libFuzzer ends it then."""
MEMORY_MB: Final = 2048


@dataclass(frozen=True)
class Outcome:
    name: str
    executions: int
    corpus: int
    status: int

    def __str__(self) -> str:
        end = "no crash" if self.status == 0 else f"CRASH, see {BUILD / self.name}"
        return f"{self.name:10} {self.executions:>12,} runs, corpus {self.corpus:>5,}: {end}"


def main() -> int:
    words = argparse.ArgumentParser(prog="tests.fuzz", description="libFuzzer on all that is read")
    words.add_argument("--minutes", type=float, default=1.0, help="for each target")
    words.add_argument("targets", nargs="*", default=list(TARGETS), metavar="TARGET")
    wanted = words.parse_args()
    unknown = set(wanted.targets) - set(TARGETS)
    if unknown:
        words.error(f"no target {', '.join(sorted(unknown))}; there are {', '.join(TARGETS)}")
    if find_spec("atheris") is None:
        print("fuzzing needs atheris, which there is for Linux on x86-64 and Python 3.11 to 3.13")
        return 2
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        outcomes = []
        for outcome in pool.map(lambda name: fuzz(name, wanted.minutes * 60), wanted.targets):
            print(outcome, flush=True)
            outcomes.append(outcome)
    return int(any(outcome.status for outcome in outcomes))


def fuzz(name: str, seconds: float) -> Outcome:
    """Goes on with the corpus of former runs."""
    folder = BUILD / name
    corpus = folder / "corpus"
    corpus.mkdir(parents=True, exist_ok=True)
    target = TARGETS[name]
    seeds = [*target.seeds(), *(path.read_bytes() for path in target.crashes())]
    for number, seed in enumerate(seeds):
        (corpus / f"seed-{number}").write_bytes(seed)
    with open(folder / "log", "wb") as log:
        done = subprocess.run(
            [
                sys.executable, "-m", "tests.fuzz.fuzzer", name, str(corpus),
                f"-max_total_time={max(1, round(seconds))}", f"-max_len={target.max_bytes}",
                f"-timeout={STUCK_S}", f"-rss_limit_mb={MEMORY_MB}",
                f"-artifact_prefix={folder}/", "-print_final_stats=1",
            ],
            cwd=ROOT, stdin=subprocess.DEVNULL, stdout=log, stderr=log, check=False,
        )  # fmt: skip
    text = (folder / "log").read_text(errors="replace")
    runs = re.findall(r"stat::number_of_executed_units: (\d+)", text)
    return Outcome(name, int(runs[-1]) if runs else 0, len(list(corpus.iterdir())), done.returncode)


if __name__ == "__main__":
    sys.exit(main())
