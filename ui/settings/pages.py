"""Most pages of the settings window. What a switch says is what is in force."""

import logging
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from app.commands import ChangeRoom, ChangeSettings
from app.errors import ErrorCode
from app.events import Failed
from app.identity_file import IDENTITY_NAME, is_locked
from app.model import Reach, Trust
from ui.desktop import autostart
from ui.fonts import PERCENTS
from ui.language import LanguageChoice
from ui.names import chat_name
from ui.roster import Entry
from ui.settings.about import AboutPage
from ui.settings.files import FilesPage
from ui.settings.network import NetworkPage
from ui.settings.own import OwnPage
from ui.settings.page import Page, Tongues
from ui.settings.profile import ProfilePage
from ui.settings.storage import StoragePage
from ui.theme import ThemeChoice
from ui.trust.blocked import BlockedList

if TYPE_CHECKING:
    from ui.settings.place import SettingsPlace

log = logging.getLogger(__name__)


class GeneralPage(OwnPage):
    def build(self) -> None:
        now, chosen = self.place.preferences.now(), self.file.settings
        preferences, change = self.place.preferences, self.file.change
        self.heading(self.tr("Appearance"))
        themes = {
            ThemeChoice.SYSTEM: self.tr("As the system"),
            ThemeChoice.LIGHT: self.tr("Light"),
            ThemeChoice.DARK: self.tr("Dark"),
        }
        self.choice(self.tr("Theme"), "", themes, now.theme, preferences.choose_theme)
        languages = {
            LanguageChoice.SYSTEM: self.tr("As the system"),
            LanguageChoice.ENGLISH: "English",
            LanguageChoice.CHINESE: "简体中文",
        }
        self.choice(self.tr("Language"), "", languages, now.language, preferences.choose_language)
        sizes = {one: self.tr("{number}%").format(number=one) for one in PERCENTS}
        self.choice(
            self.tr("Text size"), self.tr("Also with Ctrl and plus or minus."), sizes,
            chosen.text_percent, lambda one: change(text_percent=one),
        )  # fmt: skip
        self.switch(
            self.tr("High contrast"), self.tr("Stronger colours and outlines."),
            chosen.high_contrast, lambda on: change(high_contrast=on),
        )  # fmt: skip
        self.switch(
            self.tr("Reduce motion"),
            self.tr("Turns animations off."),
            chosen.reduces_motion,
            lambda on: change(reduces_motion=on),
        )
        self.heading(self.tr("Window"))
        self.switch(
            self.tr("Stay in the tray when the window is closed"),
            self.tr("Messages keep coming. Without a tray, closing the window quits."),
            chosen.closes_to_tray, lambda on: change(closes_to_tray=on),
        )  # fmt: skip
        self._starts = self.switch(
            self.tr("Start when I log in"),
            self.tr("Landline waits in the tray until you open it."),
            _starts_by_itself(),
            self._start_by_itself,
        )

    def _start_by_itself(self, is_on: bool) -> None:
        """What the system says afterwards is what the switch shows."""
        try:
            autostart.turn(is_on, self.file.folder)
        except OSError as error:
            log.warning("starting with the session could not be changed: %s", error)
        self._starts.setChecked(_starts_by_itself())


def _starts_by_itself() -> bool:
    try:
        return autostart.is_on()
    except OSError:
        return False


class ChatsPage(OwnPage):
    def build(self) -> None:
        tells, chosen = self.place.preferences.now().tells, self.file.settings
        preferences = self.place.preferences
        self.heading(self.tr("Writing"))
        ways = {True: self.tr("Enter"), False: self.tr("Ctrl+Enter")}
        self.choice(
            self.tr("Send with"), self.tr("Shift+Enter always begins a new line."), ways,
            chosen.enter_sends, lambda on: self.file.change(enter_sends=on),
        )  # fmt: skip
        self.switch(
            self.tr("Show pictures in the chat"),
            self.tr("Otherwise only their cards."),
            chosen.shows_previews,
            lambda on: self.file.change(shows_previews=on),
        )
        self.heading(self.tr("What others see"))
        self.switch(
            self.tr("Tell that I have read"), self.tr("They see two filled ticks."), tells.read,
            preferences.tell_read,
        )  # fmt: skip
        self.switch(self.tr("Tell that I am writing"), "", tells.typing, preferences.tell_typing)
        self.heading(self.tr("Rooms"))
        self.switch(
            self.tr("Be in “Everyone here”"),
            self.tr("One room for all who are on this network."),
            tells.everyone, preferences.hear_everyone,
        )  # fmt: skip
        self.button(
            self.tr("Export a chat"),
            self.tr("As a web page or as text. Also in the menu of each conversation."),
            self.tr("Export…"),
            self.place.export,
        )


class NotificationsPage(OwnPage):
    def build(self) -> None:
        chosen, change = self.file.settings, self.file.change
        self.switch(
            self.tr("Notify me of messages"), self.tr("Only while their chat is not in front."),
            chosen.notifies, lambda on: change(notifies=on),
        )  # fmt: skip
        self.switch(
            self.tr("Show what was said"), self.tr("Otherwise only that somebody wrote."),
            chosen.notifies_words, lambda on: change(notifies_words=on),
        )  # fmt: skip
        self.switch(self.tr("Sound"), "", chosen.sounds, lambda on: change(sounds=on))
        self.heading(self.tr("Muted conversations"))
        self.entries(
            lambda one: one.is_muted,
            self._add_quiet,
            self.tr("None. Mute one in its menu or in its details."),
        )

    def _add_quiet(self, entry: Entry) -> None:
        def wake() -> None:
            if entry.room is not None:
                self.place.desk.submit(ChangeRoom(entry.chat_id, is_muted=False))
            else:
                self.place.trust.set(entry.chat_id, muted=False)

        name, again = chat_name(entry, self.look), self.tr("Notify me again")
        self.button(name, self.tr("Muted"), again, wake)


class PrivacyPage(OwnPage):
    def __init__(self, place: "SettingsPlace", tongues: Tongues) -> None:
        super().__init__(place, tongues)
        place.desk.name_changed.connect(self._show_lock)
        place.desk.failed.connect(self._show_lock)

    def build(self) -> None:
        reach = self.place.preferences.now().reach
        self.switch(
            self.tr("Anyone here may write to me"),
            self.tr("Otherwise strangers have to ask first."),
            reach is Reach.EVERYONE,
            lambda on: self.place.preferences.choose_reach(
                Reach.EVERYONE if on else Reach.REQUESTS
            ),
        )
        self._lock = self.switch(
            self.tr("Lock my key with this computer's keyring"),
            self.tr("With a copy of the profile's folder alone, nobody can be you."),
            self._is_locked(),
            lambda on: self.place.desk.submit(ChangeSettings(locks_identity=on)),
        )
        self._tell_lock = self.told()
        self.heading(self.tr("Blocked people"))
        blocked = BlockedList(self.look, self.place.desk.roster, self.place.trust)
        self.part(self.tr("Blocked people"), blocked)
        self.heading(self.tr("Verified people"))
        self.entries(
            lambda one: one.person is not None and one.person.trust is Trust.VERIFIED,
            self._add_verified,
            self.tr("Nobody yet. Compare the safety number in somebody's details."),
        )

    def _is_locked(self) -> bool:
        return is_locked(self.file.folder / IDENTITY_NAME)

    def _show_lock(self, event: object = None) -> None:
        """The keyring may have refused, which is said here: the other window lies behind."""
        self._lock.setChecked(self._is_locked())
        is_refused = isinstance(event, Failed) and event.code is ErrorCode.KEYRING
        self._tell_lock(self.look.words.failed(event) if is_refused else "")

    def _add_verified(self, entry: Entry) -> None:
        self.value(chat_name(entry, self.look), self.tr("Safety number compared"))


class PageNames(QObject):
    """In the pages' order."""

    def names(self) -> list[str]:
        return [
            self.tr("General"),
            self.tr("Profile"),
            self.tr("Chats"),
            self.tr("Notifications"),
            self.tr("Files"),
            self.tr("Network"),
            self.tr("Privacy and security"),
            self.tr("Storage"),
            self.tr("About"),
        ]


def make_pages(place: "SettingsPlace") -> dict[str, Page]:
    tongues = Tongues()
    kinds = (
        GeneralPage, ProfilePage, ChatsPage, NotificationsPage, FilesPage, NetworkPage, PrivacyPage,
        StoragePage,
    )  # fmt: skip
    pages: list[Page] = [kind(place, tongues) for kind in kinds]
    pages.append(AboutPage(place.look, tongues))
    names = PageNames().names()
    return dict(zip(names, pages, strict=True))
