"""Runs hostile peers as a program, from wherever they are."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Final

from net.protocol.identity import Identity, encode_peer_id
from tests.e2e.headless import Headless, Line
from tests.e2e.rig import Place
from tests.hostile.attacker import key_of
from tests.hostile.lies import SIZES
from tests.hostile.misdeeds import GROUPS
from tools.headless import ROOT

ANYBODY: Final = ("datagrams/*", "session/*", "connections/*", "floods/*")
"""What needs nothing of the victim."""
TRUSTED: Final = ("send/*", "ask/*")
MALLORY: Final = encode_peer_id(Identity(key_of(0)).peer_id)
WITHIN_S: Final = 60.0


def misbehave(place: Place, address: str, port: int, *only: str, host: str = "") -> list[Line]:
    """What it told of each misdeed. Raises AssertionError where it saw a fault."""
    words = [word for pattern in only for word in ("--only", pattern)]
    command = [sys.executable, "-m", "tests.hostile", address, str(port), "--from", host, *words]
    try:
        done = subprocess.run(
            place.command(command),
            cwd=ROOT,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=WITHIN_S,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise AssertionError(f"not done in {WITHIN_S} s: {error.stdout}") from error
    assert done.returncode == 0, done.stdout
    return [line for line in map(json.loads, done.stdout.splitlines()) if "misdeed" in line]


def trust(victim: Headless, folder: Path) -> None:
    """Mallory, who is known there, from now on; and offer them something for each of ASKING."""
    victim.ask("trust", peer=MALLORY, accepted=True, auto_accept=True)
    source = folder / "offered"
    source.mkdir()
    for number, size in enumerate(SIZES):
        (source / str(number)).write_bytes(os.urandom(size))
    for _ in GROUPS["ask"]:
        victim.ask("send_files", to=MALLORY, paths=[str(source)])
