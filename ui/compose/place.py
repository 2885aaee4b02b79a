"""What helps to write, joined to the composer: marks, emoji, pictures, the choice of Enter."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QLocale, QObject, QPoint, Qt
from PySide6.QtGui import QCursor, QKeySequence, QShortcut

from app.model import Message
from ui.chat.page import ChatPage
from ui.compose.emoji_list import EmojiList
from ui.compose.keys import EMOJI_KEY, add_mark_keys
from ui.compose.styling import Styling
from ui.look import Look
from ui.messages import MessageActions
from ui.window_file import WindowFile, WindowSettings

if TYPE_CHECKING:
    from ui.compose.picker import EmojiPicker


class ComposePlace(QObject):
    def __init__(
        self, page: ChatPage, look: Look, choices: WindowFile, messages: MessageActions
    ) -> None:
        super().__init__(page)
        self._page = page
        self._look = look
        self._choices = choices
        self._messages = messages
        self._composer = page.composer
        edit = self._composer.edit
        Styling(look, edit.document(), edit)
        add_mark_keys(edit)
        EmojiList(look, edit, page)
        self._on_key(EMOJI_KEY, self.open_emoji)
        self._composer.emoji_wanted.connect(self.open_emoji)
        page.view.emoji_wanted.connect(self._open_reactions)
        choices.changed.connect(self._follow)
        self._follow(choices.settings)

    def _on_key(self, key: str, act: Callable[[], object]) -> None:
        context = Qt.ShortcutContext.WidgetWithChildrenShortcut
        QShortcut(QKeySequence(key), self._page, context=context).activated.connect(act)

    def _follow(self, settings: WindowSettings) -> None:
        self._composer.let_enter_send(settings.enter_sends)

    # --- Emoji -------------------------------------------------------------
    def open_emoji(self) -> None:
        composer = self._composer
        if composer.isVisible():
            right = composer.emoji_button.geometry().right()
            above = QPoint(right, -self._look.fonts.px(4))
            picker = self._open_picker(composer.mapToGlobal(above))
            picker.chosen.connect(composer.edit.insertPlainText)

    def _open_reactions(self, message: Message) -> None:
        """Around the menu that it was asked for in."""
        picker = self._open_picker(QCursor.pos() + QPoint(180, 200))
        picker.chosen.connect(lambda emoji: self._messages.toggle_reaction(message, emoji))

    def _open_picker(self, corner: QPoint) -> "EmojiPicker":
        from ui.compose.curtain import Curtain  # noqa: PLC0415 - loaded when opened
        from ui.compose.picker import EmojiPicker  # noqa: PLC0415

        settings = self._choices.settings
        curtain = Curtain(self._page.window())
        picker = EmojiPicker(
            self._look,
            curtain,
            recent=settings.emoji_recent,
            tone=settings.emoji_tone,
            is_chinese=self._look.format.locale.language() == QLocale.Language.Chinese,
        )
        picker.chosen.connect(self._keep)
        picker.tone_chosen.connect(lambda tone: self._choices.change(emoji_tone=tone))
        picker.left.connect(curtain.dismiss)
        curtain.closed.connect(self._composer.edit.setFocus)
        self._look.theme.changed.connect(curtain.dismiss)  # it has its size from when it opened
        curtain.place(picker, corner)
        picker.search.setFocus()
        return picker

    def _keep(self, emoji: str) -> None:
        from ui.compose.emoji import with_recent  # noqa: PLC0415

        recent = with_recent(self._choices.settings.emoji_recent, emoji)
        self._choices.change(emoji_recent=recent)
