"""A headless Landline in a process of its own, driven over its pipes as a script would.

Nothing here sleeps: every wait is for a line that must come, with a deadline.
"""

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Sequence
from itertools import count
from pathlib import Path
from typing import IO, Any

from app.terminal import escaped_json
from tools.profiles import let_anyone_write

ROOT = Path(__file__).resolve().parents[1]
WITHIN_S = 20.0
"""How long a line that must come may take where no promise says less: a loaded machine."""
STOP_S = 2.0
"""The promise: end of input, SIGINT, SIGTERM or quit stop it within 2 s."""

Line = dict[str, Any]
Test = Callable[[Line], bool]


class RefusedError(AssertionError):
    """The direct answer to a request was an error."""

    def __init__(self, line: Line) -> None:
        super().__init__(f"{line.get('code')}: {line.get('detail')}")
        self.code: str = line["code"]


class Headless:
    """One running instance. ``lines`` is all it has said; read it under no lock, it only grows."""

    def __init__(
        self,
        profile: Path,
        *options: str,
        prefix: Sequence[str] = (),
        environment: dict[str, str] | None = None,
        takes_requests: bool = False,
    ) -> None:
        """``prefix`` is what stands before the command, to start it in another place. With
        ``takes_requests`` a stranger may leave only so much, as with a user; else, of a profile
        that is new, anything."""
        if not takes_requests:
            let_anyone_write(profile)
        self.profile = profile
        self.lines: list[Line] = []
        self.garbage: list[bytes] = []
        self._was_killed = False
        self.log = ""
        self._refs = count(1)
        self._changed = threading.Condition()
        self._open_pipes = 2
        command = [sys.executable, "main.py", "headless", "--profile", str(profile), *options]
        self.process = subprocess.Popen(
            [*prefix, *command],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env={**os.environ, "PYTHONUNBUFFERED": "1", **(environment or {})},
            start_new_session=True,
        )
        self._threads = [
            threading.Thread(target=self._read, args=(self.process.stdout, self._on_line)),
            threading.Thread(target=self._read, args=(self.process.stderr, self._on_log)),
        ]
        for thread in self._threads:
            thread.start()

    # --- what it says ------------------------------------------------------

    @property
    def peer_id(self) -> str:
        return str(self.wait("ready")["peer_id"])

    @property
    def port(self) -> int:
        return int(self.wait("ready")["udp_port"])

    def mark(self) -> int:
        """Where ``since`` can start, so that only what comes from now on counts."""
        return len(self.lines)

    def all(self, event: str, *, since: int = 0, **fields: Any) -> list[Line]:
        return [line for line in self.lines[since:] if _matches(line, event, fields, None)]

    def wait(
        self,
        event: str,
        *,
        where: Test | None = None,
        since: int = 0,
        within_s: float = WITHIN_S,
        **fields: Any,
    ) -> Line:
        """The first line that fits, now or later. Fails when time is up or the process ended."""
        deadline = time.monotonic() + within_s
        place = since
        with self._changed:
            while True:
                for line in self.lines[place:]:
                    if _matches(line, event, fields, where):
                        return line
                place = max(place, len(self.lines))
                left = deadline - time.monotonic()
                if left <= 0 or self._open_pipes == 0:
                    raise AssertionError(self._story(f"no {event} {fields} in {within_s} s"))
                self._changed.wait(left)

    # --- what it is told ---------------------------------------------------

    def write(self, data: bytes) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write(data)
        self.process.stdin.flush()

    def say(self, do: str, **fields: Any) -> str:
        """A request without waiting for its answer; the ref it carries."""
        ref = f"r{next(self._refs)}"
        self.write(json.dumps({"do": do, "ref": ref, **fields}).encode() + b"\n")
        return ref

    def ask(self, do: str, *, within_s: float = WITHIN_S, **fields: Any) -> Line:
        """A request and its direct answer. Raises RefusedError if that is an error."""
        since = self.mark()
        ref = self.say(do, **fields)
        line = self.wait("", ref=ref, since=since, within_s=within_s)
        if line["event"] == "error":
            raise RefusedError(line)
        return line

    def refused(self, do: str, **fields: Any) -> str:
        """The code of the error that answers a request."""
        try:
            line = self.ask(do, **fields)
        except RefusedError as error:
            return error.code
        raise AssertionError(f"{do} {fields} was not refused: {line}")

    def send(self, to: "Headless | str", text: str) -> str:
        """The id of a text that is durable in the outbox."""
        person = to if isinstance(to, str) else to.peer_id
        return str(self.ask("send", to=person, text=text)["id"])

    def messages_with(self, other: "Headless | str", **fields: Any) -> list[Line]:
        person = other if isinstance(other, str) else other.peer_id
        answer = self.ask("history", **{"with": person, "limit": 1000, **fields})
        return list(answer["messages"])

    def heard_from(self, sender: "Headless") -> list[str]:
        """The texts announced so far. Lines keep their order: an answer comes after all of them,
        also after those whose acknowledgement their sender has already told."""
        self.ask("status")
        lines = self.all("message", peer_id=sender.peer_id, direction="in")
        return [str(line["text"]) for line in lines]

    # --- waits that many tests need ----------------------------------------

    def sees(self, other: "Headless | str", *, within_s: float = WITHIN_S) -> Line:
        person = other if isinstance(other, str) else other.peer_id
        return self.wait("peer", peer_id=person, online=True, within_s=within_s)

    def loses(self, other: "Headless | str", *, since: int, within_s: float) -> Line:
        person = other if isinstance(other, str) else other.peer_id
        return self.wait("peer", peer_id=person, online=False, since=since, within_s=within_s)

    def reached(self, message: str, *states: str, within_s: float = WITHIN_S) -> str:
        """Waits until a message has one of ``states``; which one."""
        line = self.wait(
            "state", id=message, where=lambda line: line["state"] in states, within_s=within_s
        )
        return str(line["state"])

    def delivered(self, message: str, *, within_s: float = WITHIN_S) -> None:
        self.reached(message, "delivered", "read", within_s=within_s)

    # --- its end -----------------------------------------------------------

    def quit(self) -> None:
        """Asks it to stop and holds it to its promise."""
        self.write(b'{"do":"quit"}\n')
        assert self.ends_within(STOP_S) == 0, self._story("a bad end")
        self.wait("stopped")

    def ends_within(self, promise_s: float) -> int:
        """The exit status; kills and fails when it takes longer than promised."""
        try:
            status = self.process.wait(promise_s)
        except subprocess.TimeoutExpired:
            self.kill()
            raise AssertionError(self._story(f"still running after {promise_s} s")) from None
        self._close()
        return status

    def signal(self, number: signal.Signals) -> None:
        self.process.send_signal(number)

    def kill(self) -> None:
        """As a power cut would: no goodbye. Harmless on one that has ended."""
        self._was_killed = self.is_running()
        self.process.kill()
        self.process.wait()
        self._close()

    def is_running(self) -> bool:
        return self.process.poll() is None

    def check_manners(self) -> None:
        """Only JSON objects on standard output, in which a terminal finds nothing to obey; no
        traceback on standard error."""
        assert self.garbage == [], self._story("not a JSON object a line")
        assert "Traceback" not in self.log, self._story("traceback")

    def _close(self) -> None:
        for thread in self._threads:
            thread.join()
        for pipe in (self.process.stdin, self.process.stdout, self.process.stderr):
            assert pipe is not None
            try:
                pipe.close()
            except BrokenPipeError:
                continue  # what was written last came too late to be read

    def _read(self, pipe: IO[bytes], take: Callable[[bytes], None]) -> None:
        for line in pipe:
            with self._changed:
                take(line)
                self._changed.notify_all()
        with self._changed:
            self._open_pipes -= 1
            self._changed.notify_all()

    def _on_line(self, line: bytes) -> None:
        try:
            is_harmless = escaped_json(line.rstrip(b"\n")) == line.rstrip(b"\n")
            parsed = json.loads(line) if is_harmless else None
        except ValueError:
            parsed = None
        is_whole = line.endswith(b"\n")
        if isinstance(parsed, dict) and "event" in parsed and is_whole:
            self.lines.append(parsed)
        elif is_whole or not self._was_killed:
            self.garbage.append(line)

    def _on_log(self, line: bytes) -> None:
        self.log += line.decode(errors="replace")

    def _story(self, what: str) -> str:
        last = "\n".join(f"  {json.dumps(line, ensure_ascii=False)[:300]}" for line in self.lines)
        status = self.process.poll()
        state = "running" if status is None else f"ended with {status}"
        return (
            f"{what}\n{self.profile.name} ({state}) said:\n{last[-6000:]}\n"
            f"garbage: {self.garbage[:3]}\nlog:\n{self.log[-3000:]}"
        )


def wait_until(is_so: Callable[[], bool], within_s: float = WITHIN_S, what: str = "") -> None:
    """For what no line tells, like a file that goes: looks again and again."""
    deadline = time.monotonic() + within_s
    pause = threading.Event()
    while not is_so():
        assert time.monotonic() < deadline, f"not so in {within_s} s {what}"
        pause.wait(0.02)


def _matches(line: Line, event: str, fields: dict[str, Any], where: Test | None) -> bool:
    if event and line["event"] != event:
        return False
    if any(name not in line or line[name] != value for name, value in fields.items()):
        return False
    return where is None or where(line)
