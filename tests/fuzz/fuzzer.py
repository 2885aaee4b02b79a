"""One target under libFuzzer, in a process of its own: see ``__main__``."""

import logging
import random
import sys
import time
from typing import Any, Final

import atheris

with atheris.instrument_imports(include=["net", "app"]):
    from tests.fuzz.targets import TARGETS, Target

HANG_S: Final = 1.0
"""Of computing, not of waiting: the machine may be busy."""
EDGES: Final[tuple[Any, ...]] = (
    0, 1, -1, 255, 256, 2**31, 2**32, 2**53, 2**63 - 1, 2**64 - 1, -(2**63), True, None, 0.5,
    "", "/", "..", "\0", "a\u0301", "\u202e", "x" * 256, b"", b"\0" * 16, b"\xff" * 32, [], {},
)  # fmt: skip


class HangError(Exception):
    """One input took longer than any may."""


def main(name: str, options: list[str]) -> None:
    target = TARGETS[name]
    logging.disable(logging.CRITICAL)

    def run(data: bytes) -> None:
        started_s = time.process_time()
        target.run(data)
        took_s = time.process_time() - started_s
        if took_s > HANG_S:
            raise HangError(f"{took_s:.1f} s of computing")

    def mutate(data: bytes, most: int, seed: int) -> bytes:
        return _mutate(target, data, most, random.Random(seed))

    mutator = {"custom_mutator": mutate} if target.pack else {}
    atheris.Setup([sys.argv[0], *options], run, **mutator)
    atheris.Fuzz()


def _mutate(target: Target, data: bytes, most: int, chance: random.Random) -> bytes:
    """Half of the time a value in what the bytes say, else the bytes themselves."""
    if target.unpack and target.pack and chance.random() < 0.5:
        try:
            changed = target.pack(_change(target.unpack(data), chance))
        except Exception:  # noqa: BLE001 - no such format any more, or none that can be written
            pass
        else:
            return changed[:most]
    mutated: bytes = atheris.Mutate(data, most)
    return mutated


def _change(value: Any, chance: random.Random) -> Any:
    """A copy with one thing in it that is another, twice, gone, or elsewhere."""
    if isinstance(value, list) and value and chance.random() < 0.9:
        return _change_list(value, chance)
    if isinstance(value, dict) and value and chance.random() < 0.9:
        key = chance.choice(list(value))
        return value | {key: _change(value[key], chance)}
    if isinstance(value, int) and chance.random() < 0.5:
        return value + chance.choice((-1, 1, 1 << chance.randrange(64)))
    if isinstance(value, str | bytes) and value and chance.random() < 0.5:
        at = chance.randrange(len(value))
        return value[:at] + value[at + chance.randrange(2) :]
    return chance.choice(EDGES)


def _change_list(value: list[Any], chance: random.Random) -> list[Any]:
    at = chance.randrange(len(value))
    middle = (
        [],
        [value[at], value[at]],
        [value[at], chance.choice(EDGES)],
        [chance.choice(value)],
    )
    if chance.random() < 0.4:
        return [*value[:at], *chance.choice(middle), *value[at + 1 :]]
    return [*value[:at], _change(value[at], chance), *value[at + 1 :]]


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2:])
