"""`make bench`: runs the benchmarks, prints tables, writes build/bench/*.json.

python -m bench [text] [loss] [rooms] [transfer] [crowd] [window] [flood]     without a name: all
    --turns N     of "transfer": how often everything is measured
    --part NAME   of "transfer": only this one; the README stays as it is
"""

import argparse
import signal
import sys
from collections.abc import Callable

from bench import crowd, flood, loss, rooms, text, transfer, window
from bench.common import Report, machine

BENCHES: dict[str, Callable[[argparse.Namespace], Report]] = {
    "text": lambda _: text.run(),
    "loss": lambda _: loss.run(),
    "rooms": lambda _: rooms.run(),
    "transfer": lambda wanted: transfer.run(wanted.turns, wanted.part),
    "crowd": lambda _: crowd.run(),
    "window": lambda _: window.run(),
    "flood": lambda _: flood.run(),
}


def main(words: list[str]) -> int:
    parser = argparse.ArgumentParser("bench")
    parser.add_argument("names", nargs="*", metavar="NAME", help=", ".join(BENCHES))
    parser.add_argument("--turns", type=int, default=transfer.TURNS)
    parser.add_argument("--part", action="append", default=[], choices=transfer.PARTS)
    wanted = parser.parse_args(words)
    unknown = [name for name in wanted.names if name not in BENCHES]
    if unknown:
        parser.error(f"no benchmark {', '.join(unknown)}; have {', '.join(BENCHES)}")
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # what was started goes too
    print(machine())
    for name in wanted.names or BENCHES:
        report = BENCHES[name](wanted)
        report.print()
        report.save(name)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
