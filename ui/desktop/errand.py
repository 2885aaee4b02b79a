"""What a start was asked for beside the window itself; a second start hands it to the first."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from app.arguments import Arguments

_PATHS_MAX = 10_000
"""As many as one drop may have; see ui/files.py."""


@dataclass(frozen=True, slots=True)
class Errand:
    send: tuple[Path, ...] | None = None
    """Absolute. Ask to whom these go; empty: what goes, too."""
    link: str = ""
    """As it was given, not looked at yet."""
    is_hidden: bool = False
    """Nobody asked to see the window."""


def errand_of(wanted: Arguments) -> Errand:
    return Errand(wanted.send, wanted.link, wanted.is_hidden)


def to_words(errand: Errand) -> dict[str, Any]:
    """For ``hand_over``."""
    words: dict[str, Any] = {"link": errand.link, "is_hidden": errand.is_hidden}
    if errand.send is not None:
        words["send"] = [str(path) for path in errand.send]
    return words


def from_words(words: dict[str, Any]) -> Errand:
    """Of another Landline of this user, maybe another version: what it cannot mean is left."""
    link, send = words.get("link"), words.get("send")
    paths = None
    if isinstance(send, list) and all(isinstance(one, str) for one in send):
        usable = [Path(one) for one in send[:_PATHS_MAX] if "\0" not in one]
        paths = tuple(path for path in usable if path.is_absolute())
    return Errand(
        paths, link if isinstance(link, str) else "", is_hidden=words.get("is_hidden") is True
    )
