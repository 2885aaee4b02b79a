"""What helps to write, joined to the composer: marks, emoji, pictures, the choice of Enter."""

from PySide6.QtCore import QObject

from ui.chat.page import ChatPage
from ui.compose.keys import add_mark_keys
from ui.compose.styling import Styling
from ui.look import Look
from ui.window_file import WindowFile, WindowSettings


class ComposePlace(QObject):
    def __init__(self, page: ChatPage, look: Look, choices: WindowFile) -> None:
        super().__init__(page)
        self._composer = page.composer
        edit = self._composer.edit
        Styling(look, edit.document(), edit)
        add_mark_keys(edit)
        choices.changed.connect(self._follow)
        self._follow(choices.settings)

    def _follow(self, settings: WindowSettings) -> None:
        self._composer.let_enter_send(settings.enter_sends)
