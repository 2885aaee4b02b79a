"""What connects pictures and files that lie here with the chat and the panel at the right."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QImage, QPixmap

from app.model import Message
from ui.chat.panel import ChatPanel
from ui.decisions import Decisions
from ui.desk import Desk
from ui.icons import pixmap
from ui.ids import chat_bytes
from ui.info.side import SidePanel
from ui.look import Look
from ui.media.album import Album
from ui.media.previews import Previews
from ui.media.sharing import Sharing
from ui.preferences import Preferences
from ui.window import Window
from ui.window_file import WindowSettings
from ui.worker import Worker

if TYPE_CHECKING:
    from ui.media.viewer import Slide


_SEEN_MAX: Final = 300
"""Transfers whose pictures are in the viewer, one after the other; the newest ones."""

_DRAGGED_PX: Final = 96


class MediaPlace(QObject):
    def __init__(
        self,
        window: Window,
        desk: Desk,
        look: Look,
        worker: Worker,
        chat: ChatPanel,
        *,
        preferences: Preferences,
        decisions: Decisions,
    ) -> None:
        super().__init__(window)
        self._window = window
        self._desk = desk
        self._look = look
        self._worker = worker
        self._chat = chat
        self._decisions = decisions
        self.previews = Previews(desk, worker, self)
        self.sharing = Sharing(desk, look, chat, self.previews, decisions)
        self.sharing.pictures_wanted.connect(self.open_viewer)
        self._show_as_chosen(preferences.window.settings)
        chat.page.view.delegate.previews = self.previews
        preferences.window.changed.connect(self._show_as_chosen)
        self.previews.measured.connect(self._on_measured)
        self.previews.decoded.connect(chat.page.view.viewport().update)
        desk.roster.changed.connect(self._on_roster_changed)
        chat.page.view.drag_wanted.connect(self._drag)
        chat.page.view.picture_wanted.connect(self.open_viewer)

    def _show_as_chosen(self, settings: WindowSettings) -> None:
        if settings.shows_previews != self.previews.is_on:
            self.previews.is_on = settings.shows_previews
            self._chat.page.view.relay()

    def furnish(self, *panels: SidePanel) -> None:
        """With what was shared in the conversation that is open."""
        for panel in panels:
            section = self.sharing.make_section()
            panel.add_files(section, section.tab_order())

    # --- Seeing one large --------------------------------------------------
    def open_viewer(self, message: Message, number: int) -> None:
        """All pictures of the chat are in it, this one first."""
        from ui.media.viewer import Viewer, slides_of  # noqa: PLC0415 - loads when opened

        album = self.previews.album(message)
        if album is None:
            return
        viewer = Viewer(self._look, self._worker, self._window)
        files = self._decisions.files
        viewer.copy_wanted.connect(self._copy_picture)
        viewer.save_wanted.connect(files.save)
        viewer.open_wanted.connect(self._decisions.open_path)
        viewer.folder_wanted.connect(self._decisions.show_in_folder)
        viewer.show_slides(slides_of(message, album), number)
        viewer.show()
        if self._desk.history is not None:
            shared = self._desk.history.shared(chat_bytes(message.chat_id), _SEEN_MAX)
            self.previews.read_all(viewer, shared, lambda found: viewer.show_around(_slides(found)))

    def _copy_picture(self, path: Path) -> None:
        from ui.media.decode import read_picture  # noqa: PLC0415

        def copied(image: QImage | None) -> None:
            if image is not None:
                self._decisions.files.copy_picture(path, image)

        self._worker.run(self, lambda: read_picture(path), copied)

    # --- Dragging out ------------------------------------------------------
    def _drag(self, message: Message) -> None:
        if message.transfer is not None:
            self._decisions.files.drag(message.transfer, self._drag_picture(message))

    def _drag_picture(self, message: Message) -> QPixmap:
        """What hangs below the pointer: no text, so that nobody else writes there."""
        look, side = self._look, self._look.fonts.px(_DRAGGED_PX)
        album = self.previews.album(message)
        picture = self.previews.any_pixmap(album) if album is not None else None
        if picture is None:
            folders = message.transfer.folders if message.transfer else 0
            ratio = self._window.devicePixelRatioF()
            color = look.theme.color("accent")
            return pixmap("folder" if folders else "file", side // 2, color, ratio)
        smooth = Qt.TransformationMode.SmoothTransformation
        return picture.scaled(side, side, Qt.AspectRatioMode.KeepAspectRatio, smooth)

    # --- Previews ----------------------------------------------------------
    def _on_measured(self, transfer_ids: frozenset[str]) -> None:
        """Cards become pictures; what is being read stays where it is."""
        view = self._chat.page.view
        with view.held_in_place():
            view.chat_model.remeasure(transfer_ids)

    def _on_roster_changed(self) -> None:
        """Who was accepted or blocked meanwhile has pictures, or none."""
        if self.previews.has_other_trust():
            self._chat.page.view.relay()


def _slides(found: Sequence[tuple[Message, Album]]) -> list["Slide"]:
    """In the order of the chat, the oldest first."""
    from ui.media.viewer import slides_of  # noqa: PLC0415

    return [slide for message, album in reversed(found) for slide in slides_of(message, album)]
