"""Where files land, and who may send without a question."""

from typing import Final

from PySide6.QtWidgets import QHBoxLayout, QPushButton, QWidget

from app.commands import ChangeSettings
from ui.buttons import ChoiceBox
from ui.info.limits import NO_LIMIT, limits_with
from ui.opening import choose_folder
from ui.roster import Entry
from ui.settings.own import OwnPage

_AT_ONCE: Final = (1, 2, 3, 5, 10, 20)


class FilesPage(OwnPage):
    def build(self) -> None:
        self.folder = self.value(
            self.tr("Folder for received files"), str(self.place.desk.downloads())
        )
        self.button(
            self.tr("Another folder"), self.tr("What was received stays where it is."),
            self.tr("Choose…"), self._choose,
        )  # fmt: skip
        at_once = self.place.preferences.now().at_once
        counts = {one: str(one) for one in sorted({*_AT_ONCE, at_once})}
        self.choice(
            self.tr("Transfers at once"), self.tr("The others wait for their turn."), counts,
            at_once, self.place.preferences.choose_at_once,
        )  # fmt: skip
        self.heading(self.tr("Accepted without a question"))
        self.entries(
            lambda one: one.person is not None and one.person.auto_accept,
            self._add_trusted,
            self.tr("From nobody. It can be allowed for a person in their details."),
        )

    def _add_trusted(self, entry: Entry) -> None:
        """How much, and the way back. A limit that another shell has set is among the choices."""
        person = entry.person
        assert person is not None
        name, trust = self.look.words.name(person), self.place.trust
        box, ask = ChoiceBox(self.look), QPushButton(self.tr("Ask again"))
        ask.setAutoDefault(False)
        for limit in limits_with(person.auto_accept_max_bytes):
            box.addItem(self._limit_words(limit), limit)
        now = NO_LIMIT if person.auto_accept_max_bytes is None else person.auto_accept_max_bytes
        box.setCurrentIndex(box.findData(now))
        box.activated.connect(
            lambda at: trust.set(person.peer_id, auto_accept_max_bytes=box.itemData(at))
        )
        ask.clicked.connect(lambda: trust.set(person.peer_id, auto_accept=False))
        both = QWidget()
        across = QHBoxLayout(both)
        across.setContentsMargins(0, 0, 0, 0)
        across.setSpacing(self.look.fonts.px(8))
        across.addWidget(box)
        across.addWidget(ask)
        self.row(name, self.tr("Larger offers ask first."), both)
        for part in (box, box.view()):
            part.setAccessibleName(self.tr("Size accepted from {name}").format(name=name))
        ask.setAccessibleName(f"{ask.text()} {name}")

    def _limit_words(self, limit: int) -> str:
        if limit == NO_LIMIT:
            return self.tr("Any size")
        return self.tr("Up to {size}").format(size=self.look.format.round_size(limit))

    def _choose(self) -> None:
        def take(folder: object) -> None:
            self.place.desk.submit(ChangeSettings(downloads=folder))  # type: ignore[arg-type]
            self.folder.setText(str(folder))

        choose_folder(self, self.tr("Folder for received files"), take)
