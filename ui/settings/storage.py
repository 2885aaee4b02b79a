"""What the profile takes on the disk, counted behind the window's back."""

from collections.abc import Callable
from pathlib import Path

from ui.look import Look
from ui.settings.page import Page, Tongues
from ui.worker import Worker


def sizes_of(folder: Path) -> tuple[int, int]:
    """Bytes of the database with its log, and of everything else in the profile."""
    database = rest = 0
    for path in folder.rglob("*"):
        try:
            size = path.lstat().st_size if path.is_file() else 0
        except OSError:
            continue  # gone meanwhile
        if path.name.startswith("landline.db"):
            database += size
        else:
            rest += size
    return database, rest


class StoragePage(Page):
    def __init__(
        self,
        look: Look,
        tongues: Tongues,
        worker: Worker,
        folder: Path,
        acts: tuple[Callable[[], object], Callable[[], object], Callable[[], object]],
    ) -> None:
        """``acts``: open the folder, ask for a backup, put one back."""
        self._worker = worker
        self._folder = folder
        self._open_folder, self._ask_for_backup, self._ask_to_restore = acts
        super().__init__(look, tongues)

    def build(self) -> None:
        self._database = self.value(self.tr("Messages"), "…")
        self._rest = self.value(self.tr("Lists of offered files, and settings"), "…")
        self.value(
            self.tr("The profile lies in"),
            str(self._folder),
            self.tr("Your key, messages and settings. Received files are elsewhere."),
        )
        self.button(
            self.tr("Look into it"),
            self.tr("Change nothing there while Landline is running."),
            self.tr("Open folder"),
            self._open_folder,
        )

        self.heading(self.tr("Backup"))
        self.button(
            self.tr("Back up this profile"),
            self.tr("To keep it safe, or to move to another computer."),
            self.tr("Back up…"),
            self._ask_for_backup,
        )
        self.button(
            self.tr("Put a backup back"),
            self.tr("What is here now is kept aside, never written over."),
            self.tr("Restore…"),
            self._ask_to_restore,
        )

    def follow(self) -> None:
        folder = self._folder
        self._worker.run(self, lambda: sizes_of(folder), self._show_sizes)

    def _show_sizes(self, sizes: tuple[int, int]) -> None:
        for label, size in zip((self._database, self._rest), sizes, strict=True):
            label.setText(self.look.format.size(size))
