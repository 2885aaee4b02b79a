"""An engine with a profile of its own, in this process or as one to talk to in another.

python -m bench.person FOLDER     runs until its standard input ends; accepts everybody
"""

import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Self

from app.commands import Command, SetTrust
from app.engine.engine import Engine, EngineOptions
from app.events import Event, PersonChanged, Ready
from app.model import Trust
from app.profile import Profile
from bench.common import ROOT

MEET_S = 30.0


class Person:
    """``on_event`` is called on the engine's thread, after this one's own bookkeeping."""

    def __init__(self, folder: Path, on_event: Callable[[Event], None]) -> None:
        self._on_event = on_event
        self._changed = threading.Condition()
        self._accepted: set[str] = set()
        self.peer_id = ""
        self._profile = Profile.open(folder)
        options = EngineOptions(name=folder.name, bind=("127.0.0.1",))
        self._engine = Engine(self._profile, options, self._sink)
        self._engine.start()

    def submit(self, command: Command) -> None:
        self._engine.submit(command)

    def wait_ready(self) -> str:
        """Its id, once it listens."""
        self._wait(lambda: bool(self.peer_id), "ready")
        return self.peer_id

    def wait_accepted(self, peer_id: str) -> None:
        """Until that person is here and accepted."""
        self._wait(lambda: peer_id in self._accepted, peer_id)

    def close(self) -> None:
        self._engine.stop()
        self._profile.close()

    def _sink(self, event: Event) -> None:
        with self._changed:
            if isinstance(event, Ready):
                self.peer_id = event.status.peer_id
            elif isinstance(event, PersonChanged) and event.person.is_online:
                self._meet(event.person.peer_id, event.person.trust)
            self._changed.notify_all()
        self._on_event(event)

    def _meet(self, peer_id: str, trust: Trust) -> None:
        if trust is Trust.NEW:
            self._engine.submit(SetTrust(peer_id, accepted=True))
        else:
            self._accepted.add(peer_id)

    def _wait(self, is_so: Callable[[], bool], what: str) -> None:
        with self._changed:
            if not self._changed.wait_for(is_so, MEET_S):
                raise TimeoutError(f"not in {MEET_S} s: {what}")

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()


def start_elsewhere(folder: Path) -> tuple[subprocess.Popen[str], str]:
    """A person in a process of its own, and its id. It ends with its standard input."""
    process = subprocess.Popen(
        [sys.executable, "-m", "bench.person", str(folder)],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    return process, process.stdout.readline().strip()


def main() -> None:
    with Person(Path(sys.argv[1]), lambda _event: None) as person:
        print(person.wait_ready(), flush=True)
        sys.stdin.read()


if __name__ == "__main__":
    main()
