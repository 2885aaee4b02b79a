"""Deleting what lies in the profile: asked for once, with what it means."""

from collections.abc import Sequence

from PySide6.QtWidgets import QWidget

from ui.chat.arming import arm
from ui.dialogs.ask import AskDialog
from ui.look import Look
from ui.settings.disk import Picture


class ClearPicturesDialog(AskDialog):
    def __init__(self, look: Look, pictures: Sequence[Picture], parent: QWidget | None) -> None:
        super().__init__(look, parent)
        self._pictures = pictures
        self.retranslate()
        arm(self.yes)

    def retranslate(self) -> None:
        count, shown = len(self._pictures), sum(one.is_shown for one in self._pictures)
        size = self.look.format.size(sum(one.size_bytes for one in self._pictures))
        self.setWindowTitle(self.tr("Clear pictures"))
        self.title.setText(self.tr("Delete %n picture(s)?", "", count))
        words = [self.tr("That makes {size} free on this computer.").format(size=size)]
        if shown:
            words.append(
                self.tr("%n of them are still shown in a chat, which shows a card then.", "", shown)
            )
        words.append(self.tr("Whoever has received them keeps them. This cannot be undone."))
        self.text.setText("\n\n".join(words))
        self.no.setText(self.tr("Keep"))
        self.yes.setText(self.tr("Delete"))


class DeleteProfileDialog(AskDialog):
    """Of one that was here before a backup was put back."""

    def __init__(self, look: Look, day: str, parent: QWidget | None) -> None:
        super().__init__(look, parent)
        self._day = day
        self.retranslate()
        arm(self.yes)

    def retranslate(self) -> None:
        self.setWindowTitle(self.tr("Delete a former profile"))
        self.title.setText(self.tr("Delete the profile of {day}?").format(day=self._day))
        self.text.setText(
            self.tr(
                "Its key and its messages are deleted from this computer. Without a backup of "
                "it nobody can be that person again. This cannot be undone."
            )
        )
        self.no.setText(self.tr("Keep"))
        self.yes.setText(self.tr("Delete"))
