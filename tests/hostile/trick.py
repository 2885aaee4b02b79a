"""Offers of Mallory's: manifests to which no rule was applied, and senders who lie."""

import os
from collections.abc import Callable, Sequence
from contextlib import closing, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec
from blake3 import blake3

from net.protocol.limits import CONTENT_BYTES
from net.protocol.names import safe_name
from net.protocol.records import Offer
from net.protocol.transfer import Accept, Checked, Files, Header
from net.protocol.transfer import End as EndOfAll
from tests.e2e.headless import Line
from tests.hostile.peer import HostilePeer
from tests.hostile.scene import Scene
from tests.unit.net.transfer.talk import End

FILE, FOLDER, EXECUTABLE = range(3)
FINAL = ("done", "declined", "cancelled", "failed")
Row = tuple[int, int, str, int, int]
"""Parent, kind, name, size, mtime, true or not."""


def chunk(rows: Sequence[Any]) -> bytes:
    body = msgspec.msgpack.encode(rows)
    return len(body).to_bytes(4, "big") + body


@dataclass
class Trick:
    """An offer of Mallory's: ``rows`` are its manifest, to which no rule was applied."""

    rows: list[Row]
    content: bytes = b""
    manifest: bytes = b""

    def __post_init__(self) -> None:
        self.manifest = self.manifest or chunk(self.rows)
        self.transfer = os.urandom(16)
        self.files = sum(row[1] != FOLDER for row in self.rows)

    @property
    def tops(self) -> list[str]:
        return [row[2] for row in self.rows if row[0] == 0][:20]

    def offer(self, **lies: Any) -> Offer:
        truth: dict[str, Any] = {
            "message": os.urandom(16),
            "order": 1,
            "time_ms": 1,
            "transfer": self.transfer,
            "manifest": blake3(self.manifest).digest(),
            "files": self.files,
            "folders": len(self.rows) - self.files,
            "size_bytes": len(self.content),
            "names": tuple(safe_name(name)[:40] for name in self.tops),
        }
        return Offer(**(truth | lies))

    @property
    def accept(self) -> Accept:
        return Accept(len(self.manifest), blake3(self.manifest).hexdigest())

    def give_manifest(self, end: End) -> None:
        end.say(self.accept)
        for start in range(0, len(self.manifest), CONTENT_BYTES):
            end.give(self.manifest[start : start + CONTENT_BYTES])

    def give_all(self, end: End) -> None:
        """As an honest sender would."""
        self.give_manifest(end)
        end.hear_fetch()
        if self.files:
            end.say(Files(0, self.files, 0, len(self.content)))
            if self.content:
                end.give(self.content)
            end.say(Checked())
        end.say(EndOfAll())


def run(
    scene: Scene, mallory: HostilePeer, trick: Trick, play: Callable[[End], None], **lies: Any
) -> Line:
    """Offer, accept, let ``play`` be the sender; how the victim says it ended."""
    mallory.tell(trick.offer(**lies))
    transfer = trick.transfer.hex()
    scene.victim.wait("offer", transfer=transfer)
    scene.victim.ask("accept", transfer=transfer)
    end, hello = mallory.accept()
    assert (hello["for"], hello["transfer"]) == ("transfer", transfer)
    with closing(end.sock):
        play(end)
        with suppress(OSError):
            end.finish()
        return ended(scene, transfer)


def ended(scene: Scene, transfer: str, *, since: int = 0) -> Line:
    """Over, or (waiting, with a reason) to be tried again."""

    def is_it(line: Line) -> bool:
        return line["state"] in FINAL or (line["state"] == "waiting" and line["reason"])

    return scene.victim.wait("transfer", transfer=transfer, since=since, where=is_it)


def assert_broken(line: Line) -> None:
    assert (line["state"], line["reason"]) == ("failed", "broken_peer")


def take_away(folder: Path) -> list[str]:
    """Everything that landed, by relative path; nothing of it is left."""
    found = [str(path.relative_to(folder)) for path in sorted(folder.rglob("*"))]
    for path in sorted(folder.rglob("*"), reverse=True):
        path.rmdir() if path.is_dir() and not path.is_symlink() else path.unlink()
    return found


PLAIN: list[Row] = [
    (0, FOLDER, "top", 0, 0), (1, FILE, "a", 10, 0), (1, FILE, "b", 5, 0), (1, FILE, "c", 0, 0),
]  # fmt: skip
WHOLE = Files(0, 3, 0, 15)


def after_manifest(*words: Header | bytes) -> Callable[[Trick], Callable[[End], None]]:
    """Honest as far as the manifest, then these; what is refused midway may stay unheard."""

    def of(trick: Trick) -> Callable[[End], None]:
        def play(end: End) -> None:
            trick.give_manifest(end)
            end.hear_header()
            try:
                for word in words:
                    end.give(word) if isinstance(word, bytes) else end.say(word)
            except ConnectionError:
                return

        return play

    return of
