"""The targets of ``make fuzz`` without the fuzzer: seeds, what once crashed, and sabotage."""

import random
from pathlib import Path
from typing import Any

import pytest

from net.protocol.session import DatagramEndpoint
from tests.fuzz import targets
from tests.fuzz.targets import TARGETS

FLIPS = 20


@pytest.mark.allows_log("store")
@pytest.mark.parametrize("name", TARGETS)
def test_seeds_and_what_once_crashed_pass(name: str) -> None:
    target = TARGETS[name]
    seeds = [*target.seeds(), *map(Path.read_bytes, target.crashes())]
    assert seeds
    chance = random.Random(name)
    for seed in seeds:
        assert len(seed) <= target.max_bytes
        target.run(seed)
    flipped = bytearray(chance.choice(seeds))
    for _ in range(FLIPS):
        flipped[chance.randrange(len(flipped))] ^= 1 << chance.randrange(8)
        target.run(bytes(flipped))


@pytest.mark.parametrize(
    ("name", "where", "what"),
    [
        ("datagram", (DatagramEndpoint, "_on_sealed"), lambda *_: None),
        ("record", (targets, "encode_record"), lambda _: b"\x91\x00"),
        ("header", (targets, "decode_header"), lambda data: data[99]),
        ("manifest", (targets, "safe_name"), lambda name: name),
        ("journal", (targets, "read_journal"), lambda data: type("S", (), {"size_bytes": 1e9})),
        ("database", (targets, "_use"), lambda desk, _: desk.do(lambda w: w.no_such_thing)),
    ],
)
def test_a_target_finds_a_fault(
    name: str, where: tuple[Any, str], what: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    seeds = list(TARGETS[name].seeds())
    monkeypatch.setattr(*where, what)
    assert any(_is_caught(name, seed) for seed in seeds)


def _is_caught(name: str, seed: bytes) -> bool:
    try:
        TARGETS[name].run(seed)
    except Exception:  # noqa: BLE001 - of whatever kind: the fuzzer would stop
        return True
    return False
