"""Real engines in one process, each with a profile and a thread of its own, on loopback."""

import threading
import time
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import TypeVar

from app.commands import Command
from app.engine.engine import Engine, EngineOptions
from app.events import Event, MessagesAdded, PersonChanged, Ready, StatesChanged
from app.model import Message, MessageState, Person
from app.profile import Profile
from tools.profiles import let_anyone_write

E = TypeVar("E")

PATIENCE_S = 20.0
LOOK_AGAIN_S = 0.02


class Host:
    """``with Host(folder, "Ann") as ann``: an engine, and all that it told so far."""

    def __init__(self, folder: Path, name: str, *, takes_requests: bool = False) -> None:
        """Unless it ``takes_requests``, strangers may leave any number of texts and offers."""
        self.folder = folder / name
        self.name = name
        if not takes_requests:
            let_anyone_write(self.folder)
        self.events: list[Event] = []
        self._changed = threading.Condition()

    def __enter__(self) -> "Host":
        self.events = []
        self.profile = Profile.open(self.folder)
        options = EngineOptions(
            name=self.name, bind=("127.0.0.1",), downloads=self.folder / "downloads"
        )
        self.engine = Engine(self.profile, options, self._take)
        self.engine.start()
        self.peer_id = self.wait(Ready).status.peer_id
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.engine.stop()
        self.profile.close()

    def _take(self, event: Event) -> None:
        with self._changed:
            self.events.append(event)
            self._changed.notify_all()

    def submit(self, command: Command) -> None:
        self.engine.submit(command)

    def wait(self, kind: type[E], is_it: Callable[[E], bool] = lambda _: True) -> E:
        """The first such event since the start; fails when none comes in time."""

        def find() -> E | None:
            return next((e for e in self.events if isinstance(e, kind) and is_it(e)), None)

        with self._changed:
            found = self._changed.wait_for(find, PATIENCE_S)
        assert found is not None, f"{self.name}: no such {kind.__name__} in {self.events}"
        return found

    def until(self, is_so: Callable[[], bool]) -> None:
        """For what is seen on the disk, too: looks again at every event and now and then."""
        deadline_s = time.monotonic() + PATIENCE_S
        with self._changed:
            while not is_so():
                assert time.monotonic() < deadline_s, f"{self.name}: {self.events}"
                self._changed.wait(LOOK_AGAIN_S)

    def meet(self, other: "Host") -> Person:
        def is_other(event: PersonChanged) -> bool:
            person = event.person
            return person.peer_id == other.peer_id and person.is_online

        return self.wait(PersonChanged, is_other).person

    def messages(self) -> list[Message]:
        batches = [e.messages for e in self.events if isinstance(e, MessagesAdded)]
        return [message for batch in batches for message in batch]

    def texts(self) -> list[str]:
        return [m.text for m in self.messages() if m.direction == "in"]

    def message(self, text: str) -> Message:
        found = self.wait(MessagesAdded, lambda e: any(m.text == text for m in e.messages))
        return next(m for m in found.messages if m.text == text)

    def states(self, message_id: str) -> list[MessageState]:
        """All states told of this message, in order."""
        batches = [e.changes for e in self.events if isinstance(e, StatesChanged)]
        return [c.state for batch in batches for c in batch if c.message_id == message_id]

    def reach(self, message_id: str, state: MessageState) -> None:
        self.until(lambda: state in self.states(message_id))
