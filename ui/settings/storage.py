"""What the profile takes on the disk, counted behind the window's back, and the way to less."""

import time
from collections.abc import Sequence
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QHBoxLayout, QPushButton, QWidget

from app.errors import KnownError
from ui.buttons import ChoiceBox
from ui.opening import open_folder
from ui.settings.disk import (
    DAY_S,
    Picture,
    Sizes,
    delete_kept,
    delete_pictures,
    measure,
    spare_pictures,
)
from ui.settings.own import OwnPage

if TYPE_CHECKING:
    from ui.desk import History


class StoragePage(OwnPage):
    def build(self) -> None:
        folder, place = self.file.folder, self.place
        self._kept: tuple[tuple[Path, int], ...] = ()
        self._messages = self.value(self.tr("Messages"), "…")
        self._rest = self.value(self.tr("Lists of offered files, and settings"), "…")
        self.value(
            self.tr("Profile folder"), str(folder),
            self.tr("Your key, messages and settings. Received files are elsewhere."),
        )  # fmt: skip
        self.button(
            self.tr("Look into it"), self.tr("Change nothing there while Landline is running."),
            self.tr("Open folder"), lambda: open_folder(folder),
        )  # fmt: skip
        self._build_pictures()
        self.heading(self.tr("Backup"))
        self.button(
            self.tr("Back up this profile"),
            self.tr("To keep it safe, or to move to another computer."),
            self.tr("Back up…"), place.back_up,
        )  # fmt: skip
        is_ours = place.desk.status is not None  # else another Landline may be using it
        self.button(
            self.tr("Put a backup back"),
            self.tr("What is here now is kept aside, never written over."),
            self.tr("Restore…"), place.restore,
        ).setEnabled(is_ours)  # fmt: skip
        self._former = self.live(lambda: self._kept, self._build_kept)

    def follow(self) -> None:
        folder = self.file.folder
        self.place.worker.run(self, lambda: measure(folder), self._show_sizes)

    def _show_sizes(self, sizes: Sizes) -> None:
        size = self.look.format.size
        self._messages.setText(size(sizes.messages))
        self._rest.setText(size(sizes.rest))
        words = self.tr("%n picture(s), {size}", "", sizes.picture_count)
        self._pictures.setText(words.format(size=size(sizes.pictures)))
        self.clear.setEnabled(sizes.picture_count > 0)
        self._kept = sizes.kept
        self._former.follow()

    # --- Pictures ----------------------------------------------------------
    def _build_pictures(self) -> None:
        self.heading(self.tr("Pasted pictures and screenshots"))
        self._pictures = self.value(
            self.tr("Those that I sent"), "…",
            self.tr("They stay: whoever gets them may come for them days later."),
        )  # fmt: skip
        self.which, self.clear = ChoiceBox(self.look), QPushButton(self.tr("Clear…"))
        for words, days in (
            (self.tr("No longer shown anywhere"), None),
            (self.tr("Older than a year"), 365),
            (self.tr("Older than 3 months"), 91),
            (self.tr("Older than a month"), 30),
            (self.tr("All"), 0),
        ):
            self.which.addItem(words, days)
        self.clear.setAutoDefault(False)
        self.clear.setEnabled(False)
        self.clear.clicked.connect(self._look_for_spare)
        both = QWidget()
        across = QHBoxLayout(both)
        across.setContentsMargins(0, 0, 0, 0)
        across.setSpacing(self.look.fonts.px(8))
        across.addWidget(self.which, 1)
        across.addWidget(self.clear)
        text = self.tr("Make room")
        self.row(text, self.tr("What has not arrived yet always stays."), both, is_tall=True)
        for part in (self.which, self.which.view()):
            part.setAccessibleName(self.tr("Pictures to clear"))
        self.clear.setAccessibleName(f"{self.clear.text()} {text}")
        self._tell = self.told()

    def _look_for_spare(self) -> None:
        opened, folder = self.place.desk.open_history, self.file.folder
        days = self.which.currentData()
        if opened is None:
            return

        def work() -> list[Picture] | KnownError:
            history: History | None = None
            try:
                history = opened()
                found = spare_pictures(folder, history.sent_files(), time.time())
            except KnownError as error:
                return error
            finally:
                if history is not None:
                    history.close()
            if days is None:
                return [one for one in found if not one.is_shown]
            return [one for one in found if one.age_s >= days * DAY_S]

        self.place.worker.run(self, work, self._ask_to_clear)

    def _ask_to_clear(self, found: Sequence[Picture] | KnownError) -> None:
        if isinstance(found, KnownError):
            self._tell(self.look.words.error(found.code))
        elif not found:
            self._tell(self.tr("There is none of these that could go."))
        else:
            from ui.dialogs.clear import ClearPicturesDialog  # noqa: PLC0415 - loaded when opened

            dialog = ClearPicturesDialog(self.look, found, self.window())
            dialog.accepted.connect(lambda: self._clear(found))
            dialog.open()

    def _clear(self, pictures: Sequence[Picture]) -> None:
        def show(free: int) -> None:
            size = self.look.format.size(free)
            self._tell(self.tr("{size} are free now.").format(size=size))
            self.follow()

        self.place.worker.run(self, lambda: delete_pictures(pictures), show)

    # --- Former profiles ---------------------------------------------------
    def _build_kept(self) -> None:
        for path, size in self._kept:
            day = self._day_of(path)
            text = self.tr("Former profile of {day}").format(day=day)
            hint = self.tr("{size}. It was here before a backup was put back.")
            hint = hint.format(size=self.look.format.size(size))
            self.button(text, hint, self.tr("Delete…"), partial(self._ask_to_delete, path, day))

    def _day_of(self, kept: Path) -> str:
        stamp = "-".join(kept.name.split("-")[1:3])
        try:
            when = datetime.strptime(stamp, "%Y%m%d-%H%M%S").astimezone()
        except ValueError:
            return kept.name
        return self.look.format.full_time(int(when.timestamp() * 1000))

    def _ask_to_delete(self, kept: Path, day: str) -> None:
        from ui.dialogs.clear import DeleteProfileDialog  # noqa: PLC0415

        dialog = DeleteProfileDialog(self.look, day, self.window())
        dialog.accepted.connect(lambda: self._delete(kept))
        dialog.open()

    def _delete(self, kept: Path) -> None:
        self.place.worker.run(self, lambda: delete_kept(kept), lambda _: self.follow())
