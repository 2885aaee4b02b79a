"""Hours of what nobody should live through; `make torture` runs it.

python -m tests.torture --cuts 10000 --kills 1000 --resumes 50 --seed 1

The status is 1 when a promise was broken; the line to live it again is printed.
"""

import argparse
import logging
import multiprocessing
import sys
import time
from collections.abc import Callable, Sequence
from functools import partial

from tests.torture.cuts import CUTS_A_LIFE, live
from tests.torture.kills import marathon
from tests.torture.resumes import resumes
from tests.torture.soak import Report, soak

PROGRESS_EVERY = 50
"""Lives."""


def main(words: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cuts", type=int, default=0)
    parser.add_argument("--kills", type=int, default=0)
    parser.add_argument("--resumes", type=int, default=0)
    parser.add_argument("--soak", type=float, default=0.0, metavar="HOURS")
    parser.add_argument("--seed", type=int, default=0)
    wanted = parser.parse_args(words)
    faults, seed = 0, wanted.seed
    if wanted.cuts:
        faults += _cut(wanted.cuts, seed)
    if wanted.kills:
        faults += _run(partial(marathon, wanted.kills, seed), _again(0, wanted.kills, seed))
    if wanted.resumes:
        again = _again(0, 0, seed, resumes=wanted.resumes)
        faults += _run(partial(resumes, wanted.resumes, seed), again)
    if wanted.soak:
        again = f"again: make soak HOURS={wanted.soak} SEED={seed}"
        faults += _run(partial(soak, wanted.soak, seed), again)
    return 1 if faults else 0


def _cut(cuts: int, seed: int) -> int:
    """How many lives broke a promise."""
    lives = -(-cuts // CUTS_A_LIFE)
    began_s, done, faults = time.monotonic(), 0, 0
    with multiprocessing.Pool() as pool:
        for lived, (number, count, fault) in enumerate(
            pool.imap_unordered(_try, range(seed, seed + lives)), 1
        ):
            done += count
            if fault:
                faults += 1
                print(f"seed {number}: {fault}\n  {_again(CUTS_A_LIFE, 0, number)}", flush=True)
            if lived % PROGRESS_EVERY == 0:
                print(f"{done} of {cuts} power cuts, {faults} failed", flush=True)
    took_s = time.monotonic() - began_s
    print(f"{done} power cuts in {lives} lives, seed {seed}: {faults} failed; {took_s:.0f} s")
    return faults


def _try(seed: int) -> tuple[int, int, str]:
    """The seed, its cuts, and what went wrong; empty if nothing."""
    logging.disable(logging.CRITICAL)
    try:
        return seed, live(seed, CUTS_A_LIFE), ""
    except Exception as error:  # noqa: BLE001 - whatever it is, the seed is what matters
        return seed, 0, f"{type(error).__name__}: {error}"


def _run(live_on: Callable[[Report], str], again: str) -> int:
    """1 when a promise was broken; how to live it again is printed then."""
    try:
        print(live_on(partial(print, flush=True)))
    except AssertionError as error:
        print(f"{error}\n  {again}")
        return 1
    return 0


def _again(cuts: int, kills: int, seed: int, *, resumes: int = 0) -> str:
    return f"again: make torture CUTS={cuts} KILLS={kills} RESUMES={resumes} SEED={seed}"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
