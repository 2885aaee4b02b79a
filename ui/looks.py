"""The part of the settings that the first frame needs, read without loading the rest.

The engine's side owns settings.json (app/settings.py) and says what is wrong
with it; here anything odd means the defaults.
"""

import json
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any, TypeVar

from app.model import Reach
from ui.language import LanguageChoice
from ui.theme import ThemeChoice

Choice = TypeVar("Choice", bound=StrEnum)
_MAX_BYTES = 1024 * 1024
"""Settings take less than one."""
_COUNT_MAX = 99
"""Of transfers at once: what is larger is not one of ours."""
AT_ONCE = 3
"""The engine's default."""


@dataclass(frozen=True, slots=True)
class Tells:
    """What others learn of the user, and whether the user hears what is said to everyone."""

    read: bool = True
    typing: bool = True
    everyone: bool = True


@dataclass(frozen=True, slots=True)
class Chosen:
    """What the menu shows as it is."""

    theme: ThemeChoice = ThemeChoice.SYSTEM
    language: LanguageChoice = LanguageChoice.SYSTEM
    reach: Reach = Reach.REQUESTS
    tells: Tells = Tells()
    at_once: int = AT_ONCE
    """Transfers that are fetched at one time."""


@dataclass(frozen=True, slots=True)
class Looks(Chosen):
    name: str = ""


def read_looks(settings: Path) -> Looks:
    try:
        with settings.open("rb") as file:
            found = read_sayable(file.read(_MAX_BYTES))
    except (OSError, ValueError, RecursionError):
        return Looks()
    if not isinstance(found, dict):
        return Looks()
    name = found.get("name")
    return Looks(
        name=name if isinstance(name, str) else "",
        theme=_choice(ThemeChoice, found.get("theme")),
        language=_choice(LanguageChoice, found.get("language")),
        reach=_choice(Reach, found.get("reach")),
        tells=Tells(
            found.get("tells_read") is not False,
            found.get("tells_typing") is not False,
            found.get("hears_everyone") is not False,
        ),
        at_once=_count(found.get("transfers_at_once")),
    )


def read_sayable(data: bytes) -> Any:
    """Of JSON. Raises ValueError too where it holds half a character pair: no widget shows it,
    and nothing encodes it; RecursionError."""
    found = json.loads(data)
    json.dumps(found, ensure_ascii=False).encode()
    return found


def _count(value: Any) -> int:
    is_count = isinstance(value, int) and not isinstance(value, bool) and 0 < value <= _COUNT_MAX
    return value if is_count else AT_ONCE


def _choice(kind: type[Choice], value: Any) -> Choice:
    """The enum's member of that spelling, else its first: the default."""
    return next((one for one in kind if one.value == value), next(iter(kind)))
