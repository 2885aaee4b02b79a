"""Hostile peers as a program.

python -m tests.hostile ADDRESS PORT [--only PATTERN]... [--seed N] [--from ADDRESS]

Does every misdeed of the table to the Landline that listens there, one after the other, and tells
each as a line of JSON: ``misdeed``, ``ms``, and ``skipped`` (what it needs) or ``fault``. First of
all comes ``peer_id`` of the one who lasts, by the seed: those who trust them see more of it. The
status is 1 if the victim did what it never may. PATTERN is as a shell's: "floods/*".
"""

import argparse
import json
import sys
import time
from collections.abc import Sequence
from fnmatch import fnmatch
from typing import Any

from tests.hostile.attacker import Attacker
from tests.hostile.misdeeds import MISDEEDS, Misdeed


def main(words: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.hostile")
    parser.add_argument("address")
    parser.add_argument("port", type=int)
    parser.add_argument("--only", action="append", metavar="PATTERN", help="of names of misdeeds")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--from", dest="host", default="", help="an address of this machine")
    asked = parser.parse_args(words)
    wanted = {
        name: misdeed
        for name, misdeed in MISDEEDS.items()
        if not asked.only or any(fnmatch(name, pattern) for pattern in asked.only)
    }
    if not wanted:
        parser.error(f"none of: {', '.join(MISDEEDS)}")
    attacker = Attacker(asked.address, asked.port, asked.seed, asked.host)
    _tell(peer_id=attacker.peer_id)
    try:
        faults = sum(_commit(name, one, attacker) for name, one in wanted.items())
    finally:
        attacker.close()
    return int(faults > 0)


def _commit(name: str, misdeed: Misdeed, attacker: Attacker) -> bool:
    """Whether it showed a fault."""
    begin_s = time.perf_counter()
    said: dict[str, Any] = {}
    try:
        if misdeed.is_possible(attacker):
            misdeed.do(attacker)
        else:
            said["skipped"] = misdeed.needs.value
    except (AssertionError, OSError, EOFError) as error:
        said["fault"] = f"{type(error).__name__}: {error}"
    _tell(misdeed=name, ms=round(1000 * (time.perf_counter() - begin_s)), **said)
    return "fault" in said


def _tell(**line: object) -> None:
    print(json.dumps(line), flush=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
