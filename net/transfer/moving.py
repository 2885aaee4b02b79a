"""From the transfer's own folder to the real names: each move is one rename.

What is to replace or be skipped goes into the folders that are there; everything else
moves whole, top by top, and what has moved already is moved back if that fails. Done
again after a crash it goes on with what has not moved yet.
"""

import contextlib
import errno
import os
import stat
from collections.abc import Callable
from typing import Final

from net.protocol.names import collision_name, is_numbered
from net.transfer.choices import MERGING, Choices, Existing
from net.transfer.folders import Folder

COLLISIONS_MAX: Final = 10_000
"""Then the folder is not one to land in."""


def move_all(
    source: Folder,
    target: Folder,
    choices: Choices,
    on_step: Callable[[], None],
    *,
    has_twins: bool = False,
) -> list[str]:
    """Moves everything in ``source``; the names it has in ``target`` now. Raises OSError.

    ``has_twins``: some of ``source`` is numbered, so that the user was not told its name.
    """
    move = _Move(choices, on_step, has_twins=has_twins)
    names: list[str] = []
    moved: list[tuple[str, str]] = []
    try:
        for name in sorted(source.names()):
            on_step()
            if move.merges(source, name, target, name):
                move.into(source, name, target, name)
                names.append(name)
            else:
                new_name = move.one(source, name, target, name)
                moved.append((name, new_name))
                names.append(new_name)
        target.sync()
    except BaseException:
        for name, new_name in moved:
            with contextlib.suppress(OSError):
                target.move_new(new_name, source, name)
        raise
    return names


class _Move:
    def __init__(self, choices: Choices, on_step: Callable[[], None], *, has_twins: bool) -> None:
        self._choices = choices
        self._has_twins = has_twins
        self._folders = choices.folders_to_merge()
        self._on_step = on_step

    def merges(self, source: Folder, name: str, target: Folder, path: str) -> bool:
        """Whether it goes into a folder that is there."""
        is_chosen = path in self._folders or self._choices.of(path) in MERGING
        return is_chosen and all(_is(stat.S_ISDIR, side, name) for side in (source, target))

    def into(self, above: Folder, name: str, target_above: Folder, path: str) -> None:
        """All in a folder into the one of the same name."""
        with above.open_folder(name) as source, target_above.open_folder(name) as target:
            for child in sorted(source.names()):
                self._on_step()
                child_path = f"{path}/{child}"
                if self.merges(source, child, target, child_path):
                    self.into(source, child, target, child_path)
                else:
                    self.one(source, child, target, child_path)
            target.sync()
        above.remove(name)

    def one(self, source: Folder, name: str, target: Folder, path: str) -> str:
        """The name it got: its own, or the first number nobody has."""
        if self._replaces(path) and all(_is(stat.S_ISREG, side, name) for side in (source, target)):
            source.replace(name, target, name)
            return name
        new_name = name
        for number in range(2, COLLISIONS_MAX):
            try:
                source.move_new(name, target, new_name)
            except FileExistsError:
                new_name = collision_name(name, number)
            else:
                return new_name
        raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), name)

    def _replaces(self, path: str) -> bool:
        """Never by a name that may be of our making, nor below one: nobody chose that."""
        is_ours = self._has_twins and any(map(is_numbered, path.split("/")))
        return not is_ours and self._choices.of(path) is Existing.REPLACE


def _is(kind: Callable[[int], bool], folder: Folder, name: str) -> bool:
    """A link is neither a file nor a folder."""
    try:
        return kind(folder.look_at(name).st_mode)
    except FileNotFoundError:
        return False
