"""Most pages of the settings window. What a switch says is what is in force."""

import logging
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QApplication, QLineEdit

from app.commands import ChangeRoom, ChangeSettings, Connect
from app.model import Person, Reach, Trust
from net.protocol.limits import NAME_MAX_BYTES
from net.protocol.text import clean_name, cut_utf8
from ui.desktop import autostart
from ui.fonts import PERCENTS
from ui.language import LanguageChoice
from ui.names import chat_name
from ui.opening import choose_folder, open_folder
from ui.roster import Entry
from ui.settings.about import AboutPage
from ui.settings.page import Page, Tongues
from ui.settings.storage import StoragePage
from ui.theme import ThemeChoice
from ui.trust.blocked import BlockedList

if TYPE_CHECKING:
    from ui.settings.place import SettingsPlace

log = logging.getLogger(__name__)

_AT_ONCE = (1, 2, 3, 5, 10, 20)


class _OwnPage(Page):
    """One that asks and changes things through the place."""

    def __init__(self, place: "SettingsPlace", tongues: Tongues) -> None:
        self.place = place
        self.file = place.preferences.window
        super().__init__(place.look, tongues)


class GeneralPage(_OwnPage):
    def build(self) -> None:
        now, chosen = self.place.preferences.now(), self.file.settings
        preferences, change = self.place.preferences, self.file.change
        self.heading(self.tr("Appearance"))
        themes = {
            ThemeChoice.SYSTEM: self.tr("As the system"),
            ThemeChoice.LIGHT: self.tr("Light"),
            ThemeChoice.DARK: self.tr("Dark"),
        }
        self.choice(self.tr("Colours"), "", themes, now.theme, preferences.choose_theme)
        languages = {
            LanguageChoice.SYSTEM: self.tr("As the system"),
            LanguageChoice.ENGLISH: "English",
            LanguageChoice.CHINESE: "简体中文",
        }
        self.choice(self.tr("Language"), "", languages, now.language, preferences.choose_language)
        sizes = {one: self.tr("{number}%").format(number=one) for one in PERCENTS}
        self.choice(
            self.tr("Size of text"), self.tr("Also with Ctrl and plus or minus."), sizes,
            chosen.text_percent, lambda one: change(text_percent=one),
        )  # fmt: skip
        self.switch(
            self.tr("High contrast"), self.tr("Stronger colours and outlines."),
            chosen.high_contrast, lambda on: change(high_contrast=on),
        )  # fmt: skip
        self.switch(
            self.tr("Less motion"),
            self.tr("Nothing glides; it is simply there."),
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
            self.tr("Start with the session"),
            self.tr("Landline begins beside the clock when you log in."),
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


class ProfilePage(_OwnPage):
    def build(self) -> None:
        desk = self.place.desk
        self.edit = QLineEdit(desk.my_name)
        self.edit.setMaxLength(NAME_MAX_BYTES)
        self.edit.editingFinished.connect(self._rename)
        name = self.tr("My name")
        hint = self.tr("Others see it. It need not be unique.")
        self.row(name, hint, self.edit, is_tall=True)
        from app.settings import device_name  # noqa: PLC0415 - the engine has loaded it

        self.value(self.tr("This computer"), device_name())
        self.value(
            self.tr("My ID"), desk.my_id or "–",
            self.tr("Made of your key. Nobody else can have it."),
        ).setFont(self.look.fonts.mono)  # fmt: skip
        self.button(
            self.tr("Copy my ID"), self.tr("To send it to somebody by another way."),
            self.tr("Copy"), lambda: QApplication.clipboard().setText(desk.my_id),
        )  # fmt: skip

    def _rename(self) -> None:
        """An empty name is none: the one in force comes back."""
        name = clean_name(cut_utf8(self.edit.text(), NAME_MAX_BYTES), "")
        if not name:
            self.edit.setText(self.place.desk.my_name)
        elif name != self.place.desk.my_name:
            self.place.desk.submit(ChangeSettings(name=name))


class ChatsPage(_OwnPage):
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
            self.tr("Else only their cards."),
            chosen.shows_previews,
            lambda on: self.file.change(shows_previews=on),
        )
        self.heading(self.tr("What others learn"))
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


class NotificationsPage(_OwnPage):
    def build(self) -> None:
        chosen, change = self.file.settings, self.file.change
        self.switch(
            self.tr("Notify me of messages"), self.tr("Only while their chat is not in front."),
            chosen.notifies, lambda on: change(notifies=on),
        )  # fmt: skip
        self.switch(
            self.tr("Show what was said"), self.tr("Else only that somebody wrote."),
            chosen.notifies_words, lambda on: change(notifies_words=on),
        )  # fmt: skip
        self.switch(self.tr("Sound"), "", chosen.sounds, lambda on: change(sounds=on))
        self.heading(self.tr("Conversations that are quiet"))
        quiet = [one for one in self.place.desk.roster if one.is_muted]
        for entry in quiet:
            self._add_quiet(entry)
        if not quiet:
            self.note(self.tr("None. Mute one in its menu or in its details."))

    def _add_quiet(self, entry: Entry) -> None:
        def wake() -> None:
            if entry.room is not None:
                self.place.desk.submit(ChangeRoom(entry.chat_id, is_muted=False))
            else:
                self.place.trust.set(entry.chat_id, muted=False)
            made.setEnabled(False)

        name, again = chat_name(entry, self.look), self.tr("Notify me again")
        made = self.button(name, self.tr("Muted"), again, wake)


class FilesPage(_OwnPage):
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
        trusted = [one for one in people(self.place) if one.auto_accept]
        for one in trusted:
            self._add_trusted(one)
        if not trusted:
            self.note(self.tr("From nobody. It can be allowed for a person in their details."))

    def _add_trusted(self, person: Person) -> None:
        most, stop = person.auto_accept_max_bytes, self.tr("Ask again")
        size = self.tr("Any size")
        if most is not None:
            size = self.tr("Up to {size}").format(size=self.look.format.round_size(most))

        def forbid() -> None:
            self.place.trust.set(person.peer_id, auto_accept=False)
            made.setEnabled(False)

        made = self.button(self.look.words.name(person), size, stop, forbid)

    def _choose(self) -> None:
        def take(folder: object) -> None:
            self.place.desk.submit(ChangeSettings(downloads=folder))  # type: ignore[arg-type]
            self.folder.setText(str(folder))

        choose_folder(self, self.tr("Folder for received files"), take)


class NetworkPage(_OwnPage):
    def build(self) -> None:
        status = self.place.desk.status
        here = sum(one.is_online for one in people(self.place))
        self.value(self.tr("People who are here"), self.look.format.number(here))
        if status is not None:
            self.value(self.tr("Networks in use"), self.look.format.number(status.networks))
            ports = self.tr("UDP {udp}, TCP {tcp}")
            self.value(
                self.tr("Ports of this computer"),
                ports.format(udp=status.udp_port, tcp=status.tcp_port),
                self.tr("A firewall has to let these in."),
            )
        self.address = QLineEdit()
        self.address.setMaxLength(120)
        self.address.setPlaceholderText("192.168.1.20")
        self.address.returnPressed.connect(self._connect)
        self.row(
            self.tr("Connect to an address"),
            self.tr("For somebody whom the network does not show. Enter connects."),
            self.address, is_tall=True,
        )  # fmt: skip
        self.heading(self.tr("If somebody does not appear"))
        for line in (
            self.tr("Both computers have to be on the same network; guest networks often keep "
                    "their devices apart."),
            self.tr("A firewall may block Landline: allow it for private networks, on both "
                    "computers."),
            self.tr("A VPN may take the traffic elsewhere: pause it to try."),
        ):  # fmt: skip
            self.note(line)
        if status is not None and not status.networks:
            self.note(self.tr("This computer is on no network right now."))

    def _connect(self) -> None:
        address = self.address.text().strip()
        if address:
            self.place.desk.submit(Connect(address))
            self.address.clear()


class PrivacyPage(_OwnPage):
    def build(self) -> None:
        reach = self.place.preferences.now().reach
        self.switch(
            self.tr("Anyone here may write to me"),
            self.tr("Else strangers ask first, in one quiet row."),
            reach is Reach.EVERYONE,
            lambda on: self.place.preferences.choose_reach(
                Reach.EVERYONE if on else Reach.REQUESTS
            ),
        )
        self.heading(self.tr("Blocked people"))
        blocked = BlockedList(self.look, self.place.desk.roster, self.place.trust)
        blocked.setMinimumHeight(self.look.fonts.px(110))
        self.row(self.tr("Blocked"), "", blocked, is_tall=True)
        self.heading(self.tr("Verified people"))
        verified = [one for one in people(self.place) if one.trust is Trust.VERIFIED]
        for one in verified:
            self.value(self.look.words.name(one), self.tr("Safety number compared"))
        if not verified:
            self.note(self.tr("Nobody yet. Compare the safety number in somebody's details."))


def people(place: "SettingsPlace") -> list[Person]:
    found = (one.person for one in place.desk.roster)
    return sorted((one for one in found if one), key=lambda one: one.name.casefold())


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
        GeneralPage, ProfilePage, ChatsPage, NotificationsPage, FilesPage, NetworkPage, PrivacyPage
    )  # fmt: skip
    pages: list[Page] = [kind(place, tongues) for kind in kinds]
    folder = place.preferences.window.folder
    acts = (lambda: open_folder(folder), place.back_up)
    storage = StoragePage(place.look, tongues, place.worker, folder, acts)
    pages += [storage, AboutPage(place.look, tongues)]
    names = PageNames().names()
    return dict(zip(names, pages, strict=True))
