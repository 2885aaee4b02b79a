"""What must be true of whoever is attacked: each oracle of the list of attacks, by itself.

``look_at`` and FolderWatch (O1), Cost (O2), Pulse (O3 and O5, all along), ``log_faults`` (O4, with
``Headless.check_manners``), Kept (O6), ``prompt_faults`` (O8). O7 is held by HostilePeer.
"""

import hashlib
import os
import re
import sys
import threading
import time
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Self

import psutil

from net.streams import UNPROVEN_MAX
from tests.e2e.headless import Headless, Line

RSS_GROWTH_MAX_BYTES: Final = 64 << 20
DESCRIPTORS_MAX: Final = 64
DESCRIPTORS_MEANWHILE_MAX: Final = DESCRIPTORS_MAX + UNPROVEN_MAX
"""As long as an attack goes on, there are besides those who have not proven yet who they are: they
hold a socket each, are so many at most, and are hung up on when their time is over."""
THREADS_MAX: Final = 8
HONEST_S: Final = 2.0
"""An honest peer's message sent during an attack is delivered within this, and so long may the
event loop stand still at the most, also on a busy machine. What it really took is printed."""
BEAT_S: Final = 0.1
BEATS_A_WORD: Final = 10
CHAT_ROWS: Final = 200
"""So many of the newest are compared before and after."""
_LOG_LINE: Final = re.compile(
    r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d,\d{3} [A-Z]+ [\w.]+: [^\x00-\x1f\x7f]*"
)
_REQUESTS: Final = re.compile(r"Landline \d+ requests? from strangers")
_PROFILE_CHANGES: Final = re.compile(
    r"landline\.db(-wal|-shm|-journal)?|offers|offers/([0-9a-f]{64}|[0-9a-f]{16}\.new)"
)
"""What in a profile is written to while others talk to it; its key and settings are not."""

figures: list[str] = []
"""What was measured along the way, printed when all tests are over."""

Taken = dict[str, str]


def look_at(folder: Path, spared: Collection[Path] = ()) -> Taken:
    """All below ``folder``, without what is below ``spared``: kind, time of change, content."""
    found = {}
    for root, folders, files in os.walk(folder):
        folders[:] = [name for name in folders if Path(root, name) not in spared]
        for name in (*folders, *files):
            path = Path(root, name)
            is_file = path.is_file() and not path.is_symlink()
            content = hashlib.sha256(path.read_bytes()).hexdigest() if is_file else ""
            found[str(path)] = f"{path.lstat().st_mode:o} {path.lstat().st_mtime_ns} {content}"
    return found


def differences(before: Taken, now: Taken) -> list[str]:
    """What came, went or became something else."""
    return [
        f"{path}: {before.get(path)} became {now.get(path)}"
        for path in sorted({*before, *now})
        if before.get(path) != now.get(path)
    ]


def hold(faults: Collection[str]) -> None:
    """Raises AssertionError with what was found, if anything was."""
    assert not faults, "\n".join(faults)


def is_of_profile(path: str) -> bool:
    """Whether a file of this name, relative to a profile, may come, change and go in an attack."""
    return _PROFILE_CHANGES.fullmatch(path) is not None


class FolderWatch:
    """Tells what was made, changed, moved or removed below ``folder``, also if all is as before.

    ``is_fine`` says of a path relative to it what may be so. A folder made meanwhile is told, what
    is in it is not. Linux; elsewhere nothing is told.
    """

    def __init__(self, folder: Path, is_fine: Callable[[str], bool]) -> None:
        self._folder = folder
        self._is_fine = is_fine
        self._told: list[str] = []

    def __enter__(self) -> Self:
        if sys.platform == "linux":
            from inotify_simple import INotify, flags  # noqa: PLC0415  (exists on Linux alone)

            self._flags = flags
            self._inotify = INotify()
            self._folders = dict(self._begin())
        return self

    def __exit__(self, *_: object) -> None:
        if sys.platform == "linux":
            self._inotify.close()

    def _begin(self) -> Iterator[tuple[int, str]]:
        kinds = self._flags
        wanted = kinds.CREATE | kinds.DELETE | kinds.MODIFY | kinds.ATTRIB
        wanted |= kinds.MOVED_FROM | kinds.MOVED_TO
        for root, folders, _ in os.walk(self._folder):
            place = os.path.relpath(root, self._folder)
            folders[:] = [name for name in folders if not self._is_fine(_joined(place, name))]
            yield self._inotify.add_watch(root, wanted), place

    def look(self) -> None:
        """Take down what happened so far: what waits for that is bounded by the system."""
        if sys.platform != "linux":
            return
        for event in self._inotify.read(timeout=0):
            what = "+".join(kind.name for kind in self._flags.from_mask(event.mask))
            path = _joined(self._folders.get(event.wd, "?"), event.name)
            if event.mask & self._flags.Q_OVERFLOW or not self._is_fine(path):
                self._told.append(f"{what} {path}")

    def faults(self) -> list[str]:
        self.look()
        return list(self._told)


def _joined(place: str, name: str) -> str:
    return os.path.normpath(os.path.join(place, name))


@dataclass(frozen=True)
class Cost:
    """What a process holds."""

    rss_bytes: int
    descriptors: int
    threads: int

    @classmethod
    def of(cls, pid: int) -> Self:
        process = psutil.Process(pid)
        return cls(process.memory_info().rss, process.num_fds(), process.num_threads())

    def faults(self, before: "Cost", *, is_over: bool = True) -> list[str]:
        """Of what is held now, where it was ``before``; ``is_over``: nobody attacks any more."""
        descriptors_max = DESCRIPTORS_MAX if is_over else DESCRIPTORS_MEANWHILE_MAX
        grown = {
            "bytes": (self.rss_bytes - before.rss_bytes, RSS_GROWTH_MAX_BYTES),
            "descriptors": (self.descriptors - before.descriptors, descriptors_max),
            "threads": (self.threads - before.threads, THREADS_MAX),
        }
        return [f"{more} {what} more" for what, (more, cap) in grown.items() if more > cap]


@dataclass(frozen=True)
class Kept:
    """What one knows of another, and what both have said: nobody else has a say in that."""

    own: tuple[str, str]
    person: Line
    rows: dict[str, Line]

    @classmethod
    def of(cls, victim: Headless, honest: Headless) -> Self:
        status = victim.ask("status")
        people = victim.ask("peers")["peers"]
        person = next(line for line in people if line["peer_id"] == honest.peer_id)
        rows = victim.messages_with(honest, limit=CHAT_ROWS)
        return cls(
            (status["peer_id"], status["name"]),
            {name: person[name] for name in _OF_PERSON},
            {row["id"]: {name: row.get(name) for name in _OF_ROW} for row in rows},
        )

    def faults(self, victim: Headless, honest: Headless) -> list[str]:
        """Where it is not so any more, or words are the honest one's that they never said."""
        now = self.of(victim, honest)
        said = {row["id"] for row in honest.messages_with(victim) if row["direction"] == "out"}
        whole = {row["id"]: row for row in victim.messages_with(honest)}
        found = []
        if (self.own, self.person) != (now.own, now.person):
            found.append(f"{self.own} {self.person} became {now.own} {now.person}")
        for message, row in self.rows.items():
            left = {name: whole.get(message, {}).get(name) for name in _OF_ROW}
            if left != row:
                found.append(f"{row} became {left}")
        return found + [
            f"never said: {row}"
            for message, row in now.rows.items()
            if row["direction"] == "in" and message not in said
        ]


_OF_PERSON = ("name", "device", "trust", "auto_accept", "auto_accept_max", "cloned", "new_key")
_OF_PERSON += ("moved_to", "picture")
_OF_ROW = ("direction", "kind", "text", "edited", "deleted", "reactions", "mentions", "reply_to")


class Pulse:
    """While it is entered: is the victim's loop alive, is an honest word served, what does it hold?

    ``beats_s`` is how long each round trip to the loop took. ``faults`` tells what was wrong, once
    it is over.
    """

    def __init__(
        self, beat: Callable[[], object], word: Callable[[], object], pid: int, *others: Any
    ) -> None:
        """``beat`` and ``word`` raise AssertionError where they take too long; ``others`` have a
        method ``look``."""
        self.beats_s: list[float] = []
        self._beat, self._word, self._pid, self._others = beat, word, pid, others
        self._before = Cost.of(pid)
        self._found: list[str] = []
        self._is_over = threading.Event()
        self._thread = threading.Thread(target=self._run, name="pulse")

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._is_over.set()
        self._thread.join()

    def faults(self) -> list[str]:
        return list(dict.fromkeys(self._found))

    def _run(self) -> None:
        try:
            self._watch()
        except (AssertionError, OSError, psutil.Error) as error:  # told where the attack ends
            self._found.append(f"{type(error).__name__}: {error}")

    def _watch(self) -> None:
        while True:
            begin_s = time.perf_counter()
            self._beat()
            self.beats_s.append(time.perf_counter() - begin_s)
            if len(self.beats_s) % BEATS_A_WORD == 1:
                self._word()
            self._found += Cost.of(self._pid).faults(self._before, is_over=False)
            for one in self._others:
                one.look()
            if self._is_over.wait(BEAT_S):
                return


def log_faults(text: str) -> list[str]:
    """Lines that are no single record, or in which is what a terminal would obey."""
    return [line for line in text.split("\n") if line and not _LOG_LINE.fullmatch(line)]


def prompt_faults(notes: Collection[str], windows: int, *foreign: str) -> list[str]:
    """What who sits there was asked or shown beyond one quiet note that counts the requests.

    ``notes`` are all that were shown; ``foreign`` is of what strangers say and are called.
    """
    requests = [note for note in notes if _REQUESTS.fullmatch(note)]
    told = [note for note in notes if any(words in note for words in foreign)]
    return [f"{windows} windows"] * (windows != 1) + requests[1:] + told


def told_in_ms(beats_s: list[float]) -> str:
    """How long a loop took to answer, each time it was asked."""
    if not beats_s:
        return "nobody asked"
    ordered = sorted(beats_s)
    p99_s = ordered[min(len(ordered) - 1, len(ordered) * 99 // 100)]
    return (
        f"{len(ordered)} beats, p50 {1000 * ordered[len(ordered) // 2]:.0f} ms,"
        f" p99 {1000 * p99_s:.0f} ms, longest {1000 * ordered[-1]:.0f} ms"
    )
