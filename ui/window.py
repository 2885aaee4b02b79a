"""The window: three columns, what connects them, and the keys that work everywhere."""

from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

from PySide6.QtCore import QEvent, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QCloseEvent, QKeySequence, QPaintEvent, QShortcut
from PySide6.QtWidgets import QApplication, QHBoxLayout, QMainWindow, QMenu, QWidget

from app.commands import ChangeSettings, Connect, SetTrust
from app.events import Failed
from app.model import Direction, Message, Transfer
from ui.chat.panel import ChatPanel
from ui.decisions import Decisions
from ui.desk import Desk
from ui.info.panel import InfoPanel
from ui.look import Look
from ui.menu import MainMenu
from ui.opening import choose_files, choose_folder, open_link
from ui.preferences import Preferences
from ui.sidebar.panel import SEARCH_KEY, SidePanel
from ui.worker import Worker

_SIZE = (1200, 780)
_LEAST = (680, 460)
_FRAME = 30
"""Left for the window manager's title bar."""
_INFO_FROM_WIDTH = 1100
"""Narrower, the panel at the right opens only when asked for."""


class Window(QMainWindow):
    painted = Signal()
    """Once, after the first frame is on the screen."""

    def __init__(self, desk: Desk, look: Look, preferences: Preferences, worker: Worker) -> None:
        super().__init__()
        self._desk = desk
        self._look = look
        self._preferences = preferences
        self._is_painted = False
        self._wants_info: bool | None = None
        self._menu = MainMenu(self)
        self.side = SidePanel(look, desk.roster)
        self.chat = ChatPanel(desk, look, worker)
        self.info = InfoPanel(look)
        self.decisions = Decisions(desk, look, worker, self)
        self._lay_out()
        self._listen_to_desk()
        self._listen_to_parts()
        self._add_keys()
        self._name_title()
        self.side.search.setFocus()

    def _lay_out(self) -> None:
        px = self._look.fonts.px
        columns = QWidget()
        row = QHBoxLayout(columns)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addWidget(self.side)
        row.addWidget(self.chat, 1)
        row.addWidget(self.info)
        self.setCentralWidget(columns)
        self.info.hide()
        available = self.screen().availableGeometry()
        room = QSize(available.width(), available.height() - px(_FRAME))
        self.setMinimumSize(QSize(*map(px, _LEAST)).boundedTo(room))
        self.resize(QSize(*map(px, _SIZE)).boundedTo(room))

    def _listen_to_desk(self) -> None:
        desk = self._desk
        desk.ready.connect(self._on_ready)
        desk.networks_changed.connect(self.side.show_networks)
        desk.name_changed.connect(self._show_me)
        desk.person_changed.connect(self._on_person_changed)
        desk.connected.connect(self.open_person)
        desk.failed.connect(self._on_failed)
        desk.roster.changed.connect(self._name_title)
        desk.messages_added.connect(self._on_messages_added)

    def _listen_to_parts(self) -> None:
        side, chat, info, menu = self.side, self.chat, self.info, self._menu
        side.person_opened.connect(self.open_person)
        side.me.renamed.connect(desk_rename(self._desk))
        side.me.connect_wanted.connect(self.ask_for_address)
        side.me.menu_wanted.connect(self.open_menu)
        side.people.files_hovered.connect(chat.show_drop_for)
        side.people.files_dropped.connect(self._on_files_dropped)
        chat.info_toggled.connect(self._on_info_toggled)
        chat.page.empty.connect_wanted.connect(self.ask_for_address)
        chat.page.empty.quit_wanted.connect(self.close)
        chat.page.header.folder_wanted.connect(self.decisions.open_downloads)
        chat.page.composer.attach_wanted.connect(self._open_attach_menu)
        view = chat.page.view
        view.action_wanted.connect(self.decisions.act)
        view.details_wanted.connect(self._on_details_wanted)
        view.whole_wanted.connect(self._on_whole_wanted)
        view.link_opened.connect(lambda url: open_link(url, self._look, self))
        info.auto_accept_changed.connect(lambda on: self._set_trust(auto_accept=on))
        info.notify_changed.connect(lambda on: self._set_trust(muted=not on))
        info.verified_changed.connect(lambda on: self._set_trust(verified=on))
        info.blocked_changed.connect(lambda on: self._set_trust(blocked=on))
        self._listen_to_menu(menu)

    def _listen_to_menu(self, menu: MainMenu) -> None:
        menu.theme_chosen.connect(self._preferences.choose_theme)
        menu.language_chosen.connect(self._preferences.choose_language)
        menu.reach_chosen.connect(self._preferences.choose_reach)
        menu.downloads_wanted.connect(self._choose_downloads)
        menu.connect_wanted.connect(self.ask_for_address)
        menu.about_wanted.connect(self._open_about)
        menu.quit_wanted.connect(self.close)

    def _add_keys(self) -> None:
        keys: dict[str, Callable[[], object]] = {
            SEARCH_KEY: self._focus_search,
            "Ctrl+O": self.attach_files,
            "Ctrl+Q": self.close,
            "Alt+Up": lambda: self.side.step(-1),
            "Alt+Down": lambda: self.side.step(1),
            "Ctrl+Tab": lambda: self.side.step(1),
            "Ctrl+Shift+Tab": lambda: self.side.step(-1),
            "Escape": self.step_back,
        }
        for key, act in keys.items():
            QShortcut(QKeySequence(key), self).activated.connect(act)
        self._order_tabs()

    def _order_tabs(self) -> None:
        me, page = self.side.me, self.chat.page
        order = [
            *me.tab_order(),
            self.side.search,
            self.side.people,
            page.header.folder_button,
            page.header.info_button,
            page.view,
            *page.request.tab_order(),
            page.composer.attach_button,
            page.composer.edit,
            page.composer.send_button,
            *self.info.tab_order(),
        ]
        for before, after in pairwise(order):
            QWidget.setTabOrder(before, after)

    # --- Conversations -----------------------------------------------------
    def open_person(self, peer_id: str) -> None:
        self.chat.open_person(peer_id)
        self.side.people.mark_shown(self.chat.peer_id)
        self._show_info()

    def step_back(self) -> None:
        """What Escape does: the smallest thing that is open goes first."""
        if self.chat.page.notice.isVisible():
            self.chat.page.notice.hide()
        elif self.side.search.text():
            self.side.search.clear()
        elif self.chat.peer_id:
            self.chat.close_person()
            self.side.people.mark_shown("")
            self._show_info()

    def _focus_search(self) -> None:
        self.side.search.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.side.search.selectAll()

    def _on_messages_added(self, messages: tuple[Message, ...]) -> None:
        """The task bar says that somebody wrote; not for strangers and the muted."""
        entries = [
            self._desk.roster.get(one.peer_id)
            for one in messages
            if one.direction is Direction.IN and not one.is_request
        ]
        if any(entry is not None and not entry.person.muted for entry in entries):
            QApplication.alert(self)

    # --- The person at the right -------------------------------------------
    def _on_info_toggled(self, wants: bool) -> None:
        self._wants_info = wants
        self._show_info()

    def _show_info(self) -> None:
        person = self.chat.person
        wants = self._wants_info
        if wants is None:
            wants = self.width() >= self._look.fonts.px(_INFO_FROM_WIDTH)
        button = self.chat.page.header.info_button
        button.blockSignals(True)
        button.setChecked(wants)
        button.blockSignals(False)
        if person is not None:
            self.info.show_person(person, self._desk.my_id)
        self.info.setVisible(wants and person is not None)

    def _on_person_changed(self, peer_id: str) -> None:
        if peer_id == self.chat.peer_id:
            self._show_info()

    def _set_trust(
        self,
        *,
        auto_accept: bool | None = None,
        muted: bool | None = None,
        verified: bool | None = None,
        blocked: bool | None = None,
    ) -> None:
        if self.chat.peer_id:
            self._desk.submit(
                SetTrust(
                    self.chat.peer_id,
                    auto_accept=auto_accept,
                    muted=muted,
                    verified=verified,
                    blocked=blocked,
                )
            )

    # --- Me and my settings ------------------------------------------------
    def show_name(self, name: str) -> None:
        """Before the engine is there: as the settings say."""
        self.side.me.show_me("", name)

    def _show_me(self) -> None:
        self.side.me.show_me(self._desk.my_id, self._desk.my_name)

    def _on_ready(self) -> None:
        self._show_me()
        self.side.refresh()

    def open_menu(self) -> None:
        button = self.side.me.menu_button
        menu = self._menu.build(self, *self._preferences.now())
        self._pop_up(menu, button)

    def ask_for_address(self) -> None:
        from ui.dialogs.connect import ConnectDialog  # noqa: PLC0415 - dialogs load when opened

        dialog = ConnectDialog(self._look, self)
        dialog.address_entered.connect(lambda address: self._desk.submit(Connect(address)))
        dialog.open()

    def _choose_downloads(self) -> None:
        choose_folder(
            self,
            self.tr("Folder for received files"),
            lambda folder: self._desk.submit(ChangeSettings(downloads=folder)),
        )

    def _open_about(self) -> None:
        from ui.dialogs.about import AboutDialog  # noqa: PLC0415

        AboutDialog(self._look, self._desk.my_id, self).open()

    # --- Files -------------------------------------------------------------
    def attach_files(self) -> None:
        if self.chat.peer_id:
            choose_files(self, self.tr("Send files"), self._sender())

    def attach_folder(self) -> None:
        if self.chat.peer_id:
            send = self._sender()
            choose_folder(self, self.tr("Send a folder"), lambda folder: send((folder,)))

    def _sender(self) -> Callable[[tuple[Path, ...]], None]:
        """To whoever is shown now, even if another chat is open when the choice is made."""
        peer_id = self.chat.peer_id
        return lambda paths: self.chat.send_files(paths, peer_id)

    def _open_attach_menu(self) -> None:
        menu = QMenu(self)
        files = menu.addAction(self.tr("Files…"))
        files.setShortcut("Ctrl+O")
        files.triggered.connect(self.attach_files)
        menu.addAction(self.tr("Folder…")).triggered.connect(self.attach_folder)
        self._pop_up(menu, self.chat.page.composer.attach_button, above=True)

    def _pop_up(self, menu: QMenu, button: QWidget, *, above: bool = False) -> None:
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        corner = button.rect().topLeft() if above else button.rect().bottomLeft()
        place = button.mapToGlobal(corner)
        if above:
            place.setY(place.y() - menu.sizeHint().height() - 4)
        menu.popup(place)

    def _on_files_dropped(self, peer_id: str, paths: tuple[Path, ...]) -> None:
        self.open_person(peer_id)
        self.chat.send_files(paths, peer_id)

    def _on_details_wanted(self, transfer: Transfer) -> None:
        self.decisions.open_details(transfer)

    def _on_whole_wanted(self, message: Message) -> None:
        from ui.dialogs.whole import WholeDialog  # noqa: PLC0415

        WholeDialog(self._look, message, self).open()

    # --- Faults ------------------------------------------------------------
    def _on_failed(self, event: Failed) -> None:
        if event.is_fatal:
            self.chat.close_person()
            self.info.hide()
            sentence, has_run = self._look.words.failed(event), self._desk.status is not None
            self.chat.page.empty.show_fault(sentence, event.detail, has_run=has_run)
            self.side.show_stopped()
        else:
            self.chat.say(event)

    # --- Window ------------------------------------------------------------
    def _name_title(self) -> None:
        unread = self._desk.roster.unread()
        self.setWindowTitle(f"({unread}) Landline" if unread else "Landline")

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() is QEvent.Type.ActivationChange and self.isActiveWindow():
            self.chat.on_window_activated()

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if not self._is_painted:
            self._is_painted = True
            QTimer.singleShot(0, self, self.painted.emit)

    def closeEvent(self, event: QCloseEvent) -> None:
        self.chat.page.composer.tell_draft()
        super().closeEvent(event)
        QApplication.quit()


def desk_rename(desk: Desk) -> Callable[[str], None]:
    return lambda name: desk.submit(ChangeSettings(name=name))
