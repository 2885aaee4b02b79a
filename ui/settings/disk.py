"""What the profile takes on the disk, and the pictures in it that may go. Blocking; no Qt.

A pasted picture and a screenshot are kept because whoever gets them may come days later, and
because the chat here shows them. Nothing of that ever goes by itself.
"""

import shutil
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from app.restoring import kept_profiles
from ui.compose.pictures import FOLDER

if TYPE_CHECKING:
    from app.store.types import SentFiles

FRESH_S: Final = 600.0
"""What is younger may be on its way into an offer right now."""
DAY_S: Final = 86_400.0


@dataclass(frozen=True, slots=True)
class Sizes:
    """Bytes."""

    messages: int
    pictures: int
    picture_count: int
    rest: int
    kept: tuple[tuple[Path, int], ...]
    """Former profiles, see app.restoring."""


@dataclass(frozen=True, slots=True)
class Picture:
    path: Path
    size_bytes: int
    age_s: float
    is_shown: bool
    """In a chat, as far as one scrolls."""


def measure(profile: Path) -> Sizes:
    kept = tuple((one, _bytes_in(one)) for one in kept_profiles(profile))
    pictures = [_size(one) for one in _pictures(profile)]
    messages = sum(_size(one) for one in profile.glob("landline.db*"))
    known = messages + sum(pictures) + sum(size for _, size in kept)
    return Sizes(messages, sum(pictures), len(pictures), _bytes_in(profile) - known, kept)


def spare_pictures(profile: Path, sent: Iterable["SentFiles"], now_s: float) -> list[Picture]:
    """All but those of transfers that are not over, and those that came just now."""
    needed, shown = set(), set()
    for one in sent:
        if one.is_needed:
            needed.update(one.paths)
        if one.is_shown:
            shown.update(one.paths)
    found = []
    for path in _pictures(profile):
        if str(path) in needed:
            continue
        try:
            stat = path.stat()
        except OSError:
            continue  # gone meanwhile
        age_s = now_s - stat.st_mtime
        if age_s >= FRESH_S:
            found.append(Picture(path, stat.st_size, age_s, str(path) in shown))
    return found


def delete_pictures(pictures: Sequence[Picture]) -> int:
    """How many bytes are free now; what the system does not give stays."""
    free = 0
    for one in pictures:
        try:
            one.path.unlink()
        except OSError:
            continue
        free += one.size_bytes
    return free


def delete_kept(kept: Path) -> bool:
    """Whether nothing of it is left."""
    shutil.rmtree(kept, ignore_errors=True)
    return not kept.exists()


def _pictures(profile: Path) -> list[Path]:
    return sorted((profile.absolute() / FOLDER).glob("*.png"))


def _bytes_in(folder: Path) -> int:
    return sum(_size(path) for path in folder.rglob("*"))


def _size(path: Path) -> int:
    try:
        return path.lstat().st_size if path.is_file() else 0
    except OSError:
        return 0  # gone meanwhile
