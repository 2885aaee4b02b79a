"""Landline's one entry: picks the shell, window, headless or a move; nothing else."""

import sys
from itertools import takewhile


def main(arguments: list[str]) -> int:
    if arguments[:1] == ["headless"]:
        from app.headless.shell import run  # noqa: PLC0415 - the window's start must not pay for it

        return run(arguments[1:])
    options = takewhile(lambda one: one not in ("--", "--send"), arguments)
    if any(one.startswith(("--export-profile", "--import-profile")) for one in options):
        from app.moving import run as move  # noqa: PLC0415 - the same

        return move(arguments)
    from ui.app import run as run_window  # noqa: PLC0415 - headless must not load Qt

    return run_window(arguments)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
