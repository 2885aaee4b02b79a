"""Pictures of transfers in every state, in both themes and languages; no engine, no display.

    python -m tools.gallery FOLDER [--text 200] [--theme dark] [--language zh_CN] [--mirrored]

The window is the real one; what an engine would tell it is posed (tools/poses.py).
"""

import argparse
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QDate, QEventLoop, Qt, QTimer
from PySide6.QtWidgets import QApplication, QWidget

from app.commands import Command
from tools import compose_scenes, media_scenes, poses, search_scenes, settings_scenes, trust_scenes
from tools.canvas import offscreen_app
from tools.picture import SCREEN, SETTLE_MS
from ui.desk import Desk
from ui.dialogs.many import SendManyDialog
from ui.dialogs.offer import OfferDialog
from ui.fonts import install_fonts
from ui.format import Format
from ui.language import Language, LanguageChoice
from ui.look import Look
from ui.looks import Chosen
from ui.preferences import Preferences
from ui.roster import Roster
from ui.switchboard import Switchboard
from ui.theme import Theme, ThemeChoice
from ui.window import Window
from ui.window_file import WindowFile
from ui.words import Words
from ui.worker import Worker

POINTS = 10.0
_THEMES = {"light": ThemeChoice.LIGHT, "dark": ThemeChoice.DARK}
_LANGUAGES = {"en": LanguageChoice.ENGLISH, "zh_CN": LanguageChoice.CHINESE}


class Studio:
    def __init__(
        self, app: QApplication, theme: ThemeChoice, spoken: Language, profile: Path
    ) -> None:
        today = QDate(2024, 11, 12)
        fonts = install_fonts(app)
        colours = Theme(app, theme, scale=fonts.scale)
        self.look = Look(colours, fonts, Words(), Format(spoken.locale), today=lambda: today)
        self.worker = Worker()
        roster = Roster()
        self.desk = Desk(roster)
        self.album = poses.Album()
        self.desk.open_history = lambda: self.album
        self.desk.send_command = self._answer
        self.desk.downloads = poses.downloads
        preferences = Preferences(
            self.desk,
            self.look,
            spoken,
            Chosen(),
            WindowFile(profile / "window.json", self.worker),
        )
        self.window = Window(self.look, roster)
        self.board = Switchboard(self.window, self.desk, self.look, preferences, self.worker)
        self.window.show()
        for event in poses.greeting("Anna"):
            self.desk.on_event(event)

    def _answer(self, command: Command) -> None:
        """Later, as a real engine does."""
        for event in poses.answers(command):
            QTimer.singleShot(0, self.desk, lambda one=event: self.desk.on_event(one))

    def settle(self) -> None:
        loop = QEventLoop()
        QTimer.singleShot(SETTLE_MS, loop.quit)
        loop.exec()

    def take(self, widget: QWidget, target: Path) -> None:
        self.settle()
        widget.grab().save(str(target))
        print(target)

    def close(self) -> None:
        self.worker.stop()
        self.window.close()


def _chat(studio: Studio, target: Callable[[str], Path]) -> None:
    studio.window.resize(1200, 1000)
    studio.board.open_person(poses.BEN.peer_id)
    studio.take(studio.window, target("chat"))
    studio.board.chat.page.view.verticalScrollBar().setValue(0)
    studio.take(studio.window, target("chat-top"))


def _dialog(studio: Studio, target: Callable[[str], Path]) -> None:
    (offered,) = poses.only(poses.CHAT, poses.State.OFFERED)
    studio.board.decisions.open_details(offered)
    studio.settle()
    studio.settle()
    (dialog,) = studio.window.findChildren(OfferDialog)
    folder = dialog.tree.index(2, 0)
    for one in (dialog.tree.index(0, 0), dialog.tree.index(1, 0, folder)):
        dialog.tree.setData(one, Qt.CheckState.Unchecked, Qt.ItemDataRole.CheckStateRole)
    dialog.view.expand(folder)
    studio.take(dialog, target("dialog"))
    dialog.close()


def _many(studio: Studio, target: Callable[[str], Path]) -> None:
    paths = (Path(__file__), Path(__file__).parent)
    studio.board.sending.outbox.ask_for_many(poses.BEN.peer_id, paths)
    (dialog,) = studio.window.findChildren(SendManyDialog)
    dialog.picker.list.itemClicked.emit(dialog.picker.list.item(1))
    studio.take(dialog, target("many"))
    dialog.close()


def _panel(studio: Studio, target: Callable[[str], Path]) -> None:
    studio.board.transfers.toggle()
    studio.take(studio.window, target("panel"))
    page = studio.board.transfers.page
    assert page is not None
    page.view.setFocus(Qt.FocusReason.TabFocusReason)
    page.view.verticalScrollBar().setValue(page.view.verticalScrollBar().maximum())
    studio.take(studio.window, target("panel-end"))
    page.search.setText("陈")
    studio.take(studio.window, target("panel-search"))
    studio.board.transfers.toggle()


SCENES = (
    _chat,
    _dialog,
    _many,
    _panel,
    *trust_scenes.SCENES,
    *compose_scenes.SCENES,
    *search_scenes.SCENES,
    *settings_scenes.SCENES,
    *media_scenes.SCENES,
)


def main(words: list[str]) -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--text", type=int, default=100, help="size of text in percent")
    parser.add_argument("--theme", action="append", choices=[*_THEMES], help="else both")
    parser.add_argument("--language", action="append", choices=[*_LANGUAGES], help="else both")
    parser.add_argument("--mirrored", action="store_true", help="from right to left")
    wanted = parser.parse_args(words)
    wanted.folder.mkdir(parents=True, exist_ok=True)
    app = offscreen_app(SCREEN)
    app.setQuitOnLastWindowClosed(False)
    if wanted.mirrored:
        app.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
    font = app.font()
    font.setPointSizeF(POINTS * wanted.text / 100)
    spoken = Language(app, LanguageChoice.ENGLISH)
    for theme in wanted.theme or _THEMES:
        for language in wanted.language or _LANGUAGES:
            app.setFont(font)
            spoken.choose(_LANGUAGES[language])
            end = f"{theme}-{language}-{wanted.text}.png"
            with tempfile.TemporaryDirectory(prefix="landline-gallery-") as profile:
                poses.fill_profile(Path(profile))
                studio = Studio(app, _THEMES[theme], spoken, Path(profile))
                for scene in SCENES:
                    scene(studio, lambda name, end=end: wanted.folder / f"{name}-{end}")
                studio.close()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
