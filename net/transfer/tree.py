"""Walking a manifest's folders with one of them, and the one above it, open at a time."""

import os
from array import array
from collections.abc import Callable
from types import TracebackType

from net.transfer.folders import Folder

OpenTop = Callable[[str], Folder]


class TreeWalk:
    """Opens folders by their manifest number, each from the top down, link by link refused.

    ``open_top`` opens what is named at the top (number 0 has no folder of its own here).
    A folder noted takes twelve bytes of memory and its name.
    """

    def __init__(self, open_top: OpenTop) -> None:
        self._open_top = open_top
        self._parents = array("I", [0])
        self._names = bytearray()
        self._ends = array("Q", [0])
        self._open: dict[int, Folder] = {}

    def add(self, parent: int, name: str) -> int:
        """Note a folder under its name on this disk; its number."""
        self._names += os.fsencode(name)
        self._parents.append(parent)
        self._ends.append(len(self._names))
        return len(self._parents) - 1

    def enter(self, number: int) -> Folder:
        """That folder, open until the next call. Raises OSError."""
        if number not in self._open:
            parent, name = self.place(number)
            folder = self._enter_above(parent).open_folder(name) if parent else self._open_top(name)
            self._keep_only(parent)
            self._open[number] = folder
        return self._open[number]

    def close(self) -> None:
        """Idempotent."""
        self._keep_only(0)

    def _enter_above(self, number: int) -> Folder:
        """The folders in it come one after another: it stays open for them."""
        if number not in self._open:
            self.close()
            self._open[number] = self._open_from_top(number)
        return self._open[number]

    def _keep_only(self, number: int) -> None:
        for other in [other for other in self._open if other != number]:
            self._open.pop(other).close()

    def place(self, number: int) -> tuple[int, str]:
        """The parent and the name noted for a folder."""
        name = self._names[self._ends[number - 1] : self._ends[number]] if number else b""
        return self._parents[number], os.fsdecode(bytes(name))

    def __len__(self) -> int:
        """How many folders were noted."""
        return len(self._parents) - 1

    def __enter__(self) -> "TreeWalk":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def _open_from_top(self, number: int) -> Folder:
        names = []
        while number:
            number, name = self.place(number)
            names.append(name)
        folder = self._open_top(names.pop())
        for name in reversed(names):
            with folder:
                folder = folder.open_folder(name)
        return folder
