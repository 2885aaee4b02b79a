"""What the user is told outside the window."""

from dataclasses import dataclass

from PySide6.QtCore import QObject, Signal

OPEN = "default"
READ = "read"


@dataclass(frozen=True, slots=True)
class Face:
    """A square of pixels in RGBA, row by row."""

    side: int
    pixels: bytes


@dataclass(frozen=True, slots=True)
class Note:
    """``key``: what it is about; a newer one with the same key takes its place. Plain text."""

    key: str
    title: str
    body: str
    actions: tuple[tuple[str, str], ...] = ()
    """Each a name and its label; ``OPEN`` is what a click on the note itself does."""
    is_silent: bool = False
    reply: str = ""
    """The label of an answer that is typed right there, where the desktop can; empty: none."""
    face: Face | None = None
    """Whom it is from; None: the app's own icon."""


class Teller(QObject):
    """Shows notes; what takes a desktop long happens elsewhere, and may never happen."""

    acted = Signal(str, str, str)
    """A note's key, the action's name, and the desktop's leave to come to the front or ""."""
    replied = Signal(str, str)
    """A note's key and what was typed."""
    refused = Signal(object)
    """A Note that cannot be shown this way."""

    def show(self, note: Note) -> None:
        self.refused.emit(note)

    def withdraw(self, key: str) -> None:
        """Nothing, if it is not shown."""

    def show_count(self, unread: int) -> None:
        """On the program's icon in a dock, where this way leads there."""

    def stop(self) -> None:
        """Nothing is shown after it."""
