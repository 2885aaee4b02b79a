"""A picture of the window as one person sees one chat; drawn into memory, no display needed.

    python -m tools.picture PROFILE CHAT FILE.png --theme light --language en

CHAT is a peer id, or a room as ``room:…``.

The real window with the real engine on the real profile: nothing in the picture is posed.
"""

import argparse
import sys
from pathlib import Path

import msgspec
from PySide6.QtCore import QTimer

from app.arguments import Arguments
from app.settings import load_settings, save_settings
from tools.canvas import offscreen_app
from ui.app import Shell
from ui.switchboard import Switchboard

LOOK_EVERY_MS = 50
PATIENCE_MS = 20_000
ROOM_PATIENCE_MS = 4_000
"""For the members of a room; some may be away for good."""
SETTLE_MS = 400
"""For a list that scrolls, a card that is filled, an entry that is no longer hovered."""
SCREEN = {
    "name": "picture", "x": 0, "y": 0, "width": 1400, "height": 900,
    "logicalDpi": 96, "logicalBaseDpi": 96, "dpr": 1,
}  # fmt: skip


class Camera:
    """Opens the chat once it is there, takes the picture, closes the window."""

    def __init__(self, shell: Shell, chat_id: str, target: Path) -> None:
        self._window = shell.window
        self._roster = shell.roster
        self._chat_id = chat_id
        self._target = target
        self._waited_ms = 0
        self.is_done = False
        self._timer = QTimer()
        self._timer.timeout.connect(self._look)
        self._timer.start(LOOK_EVERY_MS)

    def _look(self) -> None:
        self._waited_ms += LOOK_EVERY_MS
        if self._waited_ms > PATIENCE_MS:
            self._timer.stop()
            self._window.close()
        elif self._is_ready():
            self._timer.stop()
            QTimer.singleShot(SETTLE_MS, self._take)

    def _is_ready(self) -> bool:
        """The window is furnished after its first frame, the others appear later still."""
        board = self._window.findChild(Switchboard)
        if board is None or not self._is_somebody_here():
            return False
        if board.chat.peer_id != self._chat_id:
            board.open_person(self._chat_id)
        return bool(board.chat.page.view.model().rowCount())

    def _is_somebody_here(self) -> bool:
        """The other one; in a room all others, but not for ever."""
        entry = self._roster.get(self._chat_id)
        if entry is None:
            return False
        if entry.room is None:
            return entry.person is not None and entry.person.is_online
        others = [self._roster.person(one) for one in entry.room.members if one]
        is_whole = all(one is not None and one.is_online for one in others)
        return is_whole or self._waited_ms > ROOM_PATIENCE_MS

    def _take(self) -> None:
        self.is_done = self._window.grab().save(str(self._target))
        self._window.close()


def main(words: list[str]) -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("profile", type=Path)
    parser.add_argument("chat")
    parser.add_argument("target", type=Path)
    parser.add_argument("--theme", choices=["light", "dark"], default="light")
    parser.add_argument("--language", choices=["en", "zh_CN"], default="en")
    parser.add_argument("--bind", action="append", default=[])
    wanted = parser.parse_args(words)
    app = offscreen_app(SCREEN)
    path = wanted.profile / "settings.json"
    settings, _ = load_settings(path)
    save_settings(
        path, msgspec.structs.replace(settings, theme=wanted.theme, language=wanted.language)
    )
    shell = Shell(app, Arguments(profile=wanted.profile, bind=tuple(wanted.bind)))
    camera = Camera(shell, wanted.chat, wanted.target)
    status = shell.run()
    return status if camera.is_done else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
