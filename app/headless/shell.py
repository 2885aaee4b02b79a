"""The headless shell: standard input to commands, events to standard output.

The main thread reads lines; the engine's thread prints its events. Both print
through one lock, a whole line at a time.
"""

import logging
import os
import signal
import sys
import threading
from types import FrameType
from typing import Any, BinaryIO

import msgspec

from app.arguments import Arguments, parse_arguments
from app.engine.engine import Engine, EngineOptions
from app.errors import ErrorCode, KnownError
from app.events import Event, Failed
from app.headless.answers import Line, lines_of
from app.headless.fields import ref_of
from app.headless.requests import LINE_MAX_BYTES, Quit, parse_line
from app.profile import Profile
from app.terminal import escaped_json, say_error, start_logging

EXIT_PROFILE = 1
EXIT_PROFILE_IN_USE = 3
EXIT_PORT_TAKEN = 4
_EXITS = {
    ErrorCode.PROFILE_IN_USE: EXIT_PROFILE_IN_USE,
    ErrorCode.PORT_TAKEN: EXIT_PORT_TAKEN,
}

_ENDING_SIGNALS = (signal.SIGINT, signal.SIGTERM)


class _Quit(Exception):  # noqa: N818 - a signal's way out of a blocking read, not an error
    """SIGINT or SIGTERM came."""


class Printer:
    """Whole JSON lines to a byte stream, from any thread; silent once the reader is gone."""

    def __init__(self, out: BinaryIO) -> None:
        self._out = out
        self._lock = threading.Lock()
        self._encoder = msgspec.json.Encoder()
        self.is_broken = threading.Event()

    def print(self, event: Event) -> None:
        data = b"".join(self._encode(line) + b"\n" for line in lines_of(event))
        with self._lock:
            try:
                self._out.write(data)
                self._out.flush()
            except (OSError, ValueError):
                self.is_broken.set()

    def _encode(self, line: Line) -> bytes:
        try:
            return escaped_json(self._encoder.encode(line))
        except UnicodeEncodeError:  # a local path that is no UTF-8
            return escaped_json(self._encoder.encode(_printable(line)))


def run(arguments: list[str]) -> int:
    """Runs until end of input, ``quit`` or a signal; the exit status."""
    options = parse_arguments(arguments, "main.py headless")
    start_logging(options.log)
    try:
        profile = Profile.open(options.profile)
    except KnownError as error:
        say_error(error.detail)
        return _EXITS.get(error.code, EXIT_PROFILE)
    try:
        return _Shell(profile, options).run()
    finally:
        profile.close()


class _Shell:
    def __init__(self, profile: Profile, options: Arguments) -> None:
        self._printer = Printer(sys.stdout.buffer)
        self._fatal: Failed | None = None
        self._quit_ref: str | None = None
        engine_options = EngineOptions(
            name=options.name,
            port=options.port,
            bind=options.bind,
            downloads=options.downloads,
        )
        self._engine = Engine(profile, engine_options, self._on_event)

    def run(self) -> int:
        try:
            for number in _ENDING_SIGNALS:
                signal.signal(number, _raise_quit)
            self._engine.start()
            self._read_lines()
        except _Quit:
            pass
        finally:
            _ignore_signals()
            self._engine.stop(self._quit_ref)
        status = _exit_status(self._fatal)
        if self._engine.is_running:
            # it hangs in a disk or in an output that nobody reads; what was told is durable
            logging.shutdown()
            os._exit(status)
        return status

    def _on_event(self, event: Event) -> None:
        """On the engine's thread."""
        if isinstance(event, Failed) and event.is_fatal:
            self._fatal = event
            say_error(event.detail)
        elif self._fatal is None:
            self._printer.print(event)
        if self._fatal or self._printer.is_broken.is_set():
            _end_reading(_exit_status(self._fatal))

    def _read_lines(self) -> None:
        stream = sys.stdin.buffer
        while line := stream.readline(LINE_MAX_BYTES + 2):
            if len(line) > LINE_MAX_BYTES + 1 and not line.endswith(b"\n"):
                _skip_rest(stream)
            if line.strip() and not self._handle(line.rstrip(b"\r\n")):
                return

    def _handle(self, line: bytes) -> bool:
        """False for quit."""
        try:
            request = parse_line(line)
            if isinstance(request, Quit):
                self._quit_ref = request.ref
                return False
            self._engine.submit(request.command())
        except KnownError as error:
            self._printer.print(Failed(error.code, error.detail, ref_of(line)))
        return True


def _exit_status(fatal: Failed | None) -> int:
    return _EXITS.get(fatal.code, EXIT_PROFILE) if fatal else 0


def _printable(value: Any) -> Any:
    """The same with ? where a text is no UTF-8."""
    match value:
        case str():
            return value.encode(errors="replace").decode()
        case dict():
            return {key: _printable(item) for key, item in value.items()}
        case list():
            return [_printable(item) for item in value]
    return value


def _end_reading(status: int) -> None:
    """From the engine's thread: the main one waits in a read that only a signal ends.

    Windows has no such signal. There the engine has closed everything by now if it
    failed, and if the reader is gone nobody waits for an answer.
    """
    if sys.platform == "win32":
        os._exit(status)
    os.kill(os.getpid(), signal.SIGTERM)


def _skip_rest(stream: BinaryIO) -> None:
    while (part := stream.readline(LINE_MAX_BYTES)) and not part.endswith(b"\n"):
        pass


def _raise_quit(_number: int, _frame: FrameType | None) -> None:
    """Once: what is closing by then is not interrupted by a second signal."""
    _ignore_signals()
    raise _Quit


def _ignore_signals() -> None:
    for number in _ENDING_SIGNALS:
        signal.signal(number, signal.SIG_IGN)
