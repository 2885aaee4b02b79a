"""A page that asks and changes things through the place of settings."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from ui.names import chat_name
from ui.roster import Entry
from ui.settings.page import Page, Tongues

if TYPE_CHECKING:
    from ui.settings.place import SettingsPlace


class OwnPage(Page):
    def __init__(self, place: "SettingsPlace", tongues: Tongues) -> None:
        self.place = place
        self.file = place.preferences.window
        super().__init__(place.look, tongues)

    def entries(
        self, is_meant: Callable[[Entry], bool], add: Callable[[Entry], object], nobody: str
    ) -> None:
        """A row for each conversation that is meant, as long as it is; else a sentence."""
        roster = self.place.desk.roster

        def meant() -> list[Entry]:
            found = [one for one in roster if is_meant(one)]
            return sorted(found, key=lambda one: chat_name(one, self.look).casefold())

        def build() -> None:
            found = meant()
            for one in found:
                add(one)
            if not found:
                self.note(nobody)

        rows = self.live(lambda: [_shown(one) for one in meant()], build)
        roster.changed.connect(rows.follow)


def _shown(entry: Entry) -> object:
    """What a row says: not the round trip, which changes every second."""
    person = entry.person
    if person is None:
        return entry.room
    return person.peer_id, person.name, person.auto_accept_max_bytes
