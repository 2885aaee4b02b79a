"""Walking a manifest's folders with one of them open at a time."""

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
        self._number = 0
        self._folder: Folder | None = None

    def add(self, parent: int, name: str) -> int:
        """Note a folder under its name on this disk; its number."""
        self._names += os.fsencode(name)
        self._parents.append(parent)
        self._ends.append(len(self._names))
        return len(self._parents) - 1

    def enter(self, number: int) -> Folder:
        """That folder, open until the next call. Raises OSError."""
        if self._folder is None or number != self._number:
            self.close()
            self._folder = self._open(number)
            self._number = number
        return self._folder

    def close(self) -> None:
        if self._folder is not None:
            self._folder.close()
            self._folder = None

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

    def _open(self, number: int) -> Folder:
        names = []
        while number:
            number, name = self.place(number)
            names.append(name)
        folder = self._open_top(names.pop())
        for name in reversed(names):
            with folder:
                folder = folder.open_folder(name)
        return folder
