"""`make bench`: runs the benchmarks, prints tables, writes build/bench/*.json.

python -m bench [text] [loss] [transfer] [crowd] [window]     all of them without a name
"""

import sys
from collections.abc import Callable

from bench import crowd, loss, rooms, text, transfer, window
from bench.common import Report, machine

BENCHES: dict[str, Callable[[], Report]] = {
    "text": text.run,
    "loss": loss.run,
    "rooms": rooms.run,
    "transfer": transfer.run,
    "crowd": crowd.run,
    "window": window.run,
}


def main(names: list[str]) -> int:
    unknown = [name for name in names if name not in BENCHES]
    if unknown:
        print(f"no benchmark {', '.join(unknown)}; have {', '.join(BENCHES)}", file=sys.stderr)
        return 2
    print(machine())
    for name in names or BENCHES:
        report = BENCHES[name]()
        report.print()
        report.save(name)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
