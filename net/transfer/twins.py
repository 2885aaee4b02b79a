"""Which entries of a manifest one folder cannot hold under their own names.

Two names are twins when the disk takes them for one: the same safe name, and on a disk
that does not tell case or composition apart, the same folded one. The later of two is
numbered. All of it is a function of the manifest and the disk's kind, so a transfer that
goes on finds its files under the names it gave them.
"""

import binascii
import unicodedata
from array import array
from collections.abc import Iterable
from typing import Final

from net.protocol.manifest import Entry
from net.protocol.names import collision_name, safe_name

_BITS_A_BYTE: Final = 4
"""Of the manifest, whose entries take some 30 bytes: a name in a hundred is a false alarm."""
_BITS_MAX: Final = 1 << 27
"""16 MiB, for the longest manifest there can be."""


class Twins:
    def __init__(self, manifest_bytes: int, *, folds: bool) -> None:
        """``folds``: the disk takes ``A`` for ``a``."""
        self._folds = folds
        self._bits = min(_BITS_MAX, 1 << (_BITS_A_BYTE * manifest_bytes + 64).bit_length())
        self._met = bytearray(self._bits // 8)
        self._alarms: set[int] = set()
        self._count = 0
        self._numbers: array[int] | None = None

    def add(self, entry: Entry) -> None:
        """The manifest's next entry."""
        self._count += 1
        mark = self._mark(entry.parent, self._fold(safe_name(entry.name)))
        if self._is_met(mark):
            self._alarms.add(mark)
        self._met[mark >> 3] |= 1 << (mark & 7)

    def resolve(self, entries: Iterable[Entry]) -> None:
        """All entries again, once all were added: gives the numbers."""
        if not self._alarms:
            return
        self._numbers = array("I", bytes(4 * self._count))
        seen: set[str] = set()
        parent, number = -1, 1
        for index, entry in enumerate(entries):
            if entry.parent != parent:
                seen.clear()
                parent, number = entry.parent, 1
            name = safe_name(entry.name)
            folded = self._fold(name)
            if self._mark(parent, folded) not in self._alarms:
                continue
            if folded not in seen:
                seen.add(folded)
                continue
            number += 1
            while self._is_met(self._mark(parent, self._fold(collision_name(name, number)))):
                number += 1
            self._numbers[index] = number

    @property
    def are_there(self) -> bool:
        """Any at all: some names are not the sender's."""
        return self._numbers is not None

    def name(self, index: int, entry: Entry) -> str:
        """What entry number ``index`` (files and folders) is called on this disk."""
        name = safe_name(entry.name)
        number = self._numbers[index] if self._numbers else 0
        return collision_name(name, number) if number else name

    def _fold(self, name: str) -> str:
        if not self._folds:
            return name
        return unicodedata.normalize("NFC", name.casefold()) if not name.isascii() else name.lower()

    def _mark(self, parent: int, folded: str) -> int:
        return binascii.crc32(folded.encode(), parent) & (self._bits - 1)

    def _is_met(self, mark: int) -> bool:
        return bool(self._met[mark >> 3] & 1 << (mark & 7))
