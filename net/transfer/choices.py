"""What the receiver wants of an offer, and what happens where a name is taken."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Final

from blake3 import blake3


class Existing(StrEnum):
    KEEP = "keep"
    """Both are kept: the new one is numbered."""
    REPLACE = "replace"
    SKIP = "skip"
    """Not fetched where the one there is the same to the byte; else both are kept."""
    LEAVE_OUT = "leave_out"
    """Not wanted at all."""


@dataclass(frozen=True, slots=True)
class Choices:
    """Paths are safe names from the top, joined by "/"; each speaks for all below it too,
    and the longest one counts. ``only``: if any, everything else is left out."""

    existing: Existing = Existing.KEEP
    by_path: Mapping[str, Existing] = field(default_factory=dict)
    only: frozenset[str] = frozenset()
    takes_rest: bool = False
    """What the sender has no more as it was offered is left out; else it is waited for."""

    @property
    def takes_all(self) -> bool:
        """Nothing is left out, whatever there is."""
        return not self.only and Existing.LEAVE_OUT not in {self.existing, *self.by_path.values()}

    @property
    def merges(self) -> bool:
        """What is there already is looked at, file by file."""
        return bool({self.existing, *self.by_path.values()} & MERGING)

    @property
    def mark(self) -> int:
        """The same number for the same choices, in every process; 0 for none."""
        if replace(self, takes_rest=False) == EVERYTHING:
            return 0
        paths = sorted(self.by_path.items()), sorted(self.only)
        text = json.dumps([self.existing, *paths])
        return int.from_bytes(blake3(text.encode()).digest(MARK_BYTES), "big")

    def folders_to_merge(self) -> frozenset[str]:
        """Those in which something goes where something may be already, by a choice of its own."""
        found: set[str] = set()
        for path, choice in self.by_path.items():
            above = path.rpartition("/")[0] if choice in MERGING else ""
            while above and above not in found:
                found.add(above)
                above = above.rpartition("/")[0]
        return frozenset(found)

    def of(self, path: str) -> Existing:
        if not self.by_path and not self.only:
            return self.existing
        is_wanted = not self.only
        choice = None
        while path:
            is_wanted = is_wanted or path in self.only
            choice = choice or self.by_path.get(path)
            path = path.rpartition("/")[0]
        return (choice or self.existing) if is_wanted else Existing.LEAVE_OUT


MARK_BYTES: Final = 8
MERGING: Final = frozenset({Existing.REPLACE, Existing.SKIP})
EVERYTHING: Final = Choices()
