"""What connects the window's parts, the desk and the keys. Made after the first frame."""

from collections.abc import Callable
from itertools import pairwise
from typing import Any

from PySide6.QtCore import QObject, QPoint, QRect, Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QApplication, QMenu, QWidget

from app.commands import ChangeSettings, Connect, SetTrust
from app.errors import ErrorCode
from app.events import Failed
from app.model import Message, Room
from ui.announcer import Announcer
from ui.chat.gaplines import GapLines
from ui.chat.panel import ChatPanel
from ui.comfort import Comfort
from ui.compose.pictures import PicturePlace
from ui.compose.place import ComposePlace
from ui.decisions import Decisions
from ui.desk import Desk
from ui.desktop.calls import is_call
from ui.info.place import InfoPlace
from ui.look import Look
from ui.media.place import MediaPlace
from ui.menu import MANY_KEY, TRANSFERS_KEY, MainMenu, pop_up
from ui.messages import MessageActions
from ui.notice import Notice
from ui.opening import open_link
from ui.preferences import Preferences
from ui.rooms import RoomActions
from ui.search.place import SearchPlace
from ui.sending import Sending
from ui.settings.place import SettingsPlace
from ui.sidebar.marks import Marks
from ui.sidebar.menu import ListMenu
from ui.sidebar.panel import SEARCH_KEY
from ui.transfers.place import TransfersPlace
from ui.trust.place import TrustPlace
from ui.window import Window
from ui.worker import Worker


class Switchboard(QObject):
    def __init__(
        self, window: Window, desk: Desk, look: Look, preferences: Preferences, worker: Worker
    ) -> None:
        super().__init__(window)
        self._window = window
        self._desk = desk
        self._look = look
        self.preferences = preferences
        Comfort(window, look, preferences.window)
        self.menu = MainMenu(self)
        self.chat = ChatPanel(desk, look)
        self.about = InfoPlace(window, desk, look, self.chat)
        self.info, self.room_info = self.about.person, self.about.room
        Announcer(window, desk, self.chat)
        GapLines(self.chat.page.view, desk)
        self.notice = Notice(look, window.centralWidget())
        self.decisions = Decisions(desk, look, worker, window)
        self.transfers = TransfersPlace(window, desk, look, self.decisions, self.chat)
        self.media = MediaPlace(
            window,
            desk,
            look,
            worker,
            self.chat,
            preferences=preferences,
            decisions=self.decisions,
        )
        self.media.furnish(self.info, self.room_info)
        self.sending = Sending(window, desk, look, worker, self.chat)
        self.sending.area = self._overlay_area
        folder = preferences.window.folder
        self.pictures = PicturePlace(self.chat, self.sending, look, worker, folder)
        self.search = SearchPlace(window, desk, look, worker, self.chat, file=preferences.window)
        self.search.elsewhere = self.transfers.focus_search
        self.search.chat_wanted.connect(self.open_person)
        self.messages = MessageActions(desk, look, self.sending.outbox, window)
        self.compose = ComposePlace(self.chat.page, look, preferences.window, self.messages)
        look.pictures.attend(worker, lambda: desk.open_history() if desk.open_history else None)
        look.pictures.changed.connect(self.chat.page.view.viewport().update)
        self.rooms = RoomActions(desk, look, worker, window)
        self.trust = TrustPlace(window, desk, look, worker)
        self.settings = SettingsPlace(
            window, desk, look, preferences, trust=self.trust, worker=worker
        )
        self.marks = Marks(desk.roster, preferences.window)
        self.list_menu = ListMenu(window, desk, self.marks, self.trust, self.rooms)
        self._listen_to_desk()
        self._listen_to_window()
        self._listen_to_chat()
        self._listen_to_transfers()
        self._listen_to_info()
        self._listen_to_room_info()
        self._listen_to_menu()
        self._add_keys()
        self._order_tabs()

    # --- Connections -------------------------------------------------------
    def _listen_to_desk(self) -> None:
        desk = self._desk
        desk.ready.connect(self._on_ready)
        desk.networks_changed.connect(self._window.side.show_networks)
        desk.name_changed.connect(self._show_me)
        desk.connected.connect(self.open_person)
        desk.room_created.connect(self.open_person)
        desk.failed.connect(self._on_failed)
        desk.messages_added.connect(self._on_messages_added)

    def _listen_to_window(self) -> None:
        window, side = self._window, self._window.side
        window.closing.connect(self.chat.tell_draft)
        window.activated.connect(self.chat.on_window_activated)
        window.middle_resized.connect(self._place_overlays)
        window.list_wanted.connect(self._make_room_for_list)
        window.empty.connect_wanted.connect(self.ask_for_address)
        window.empty.quit_wanted.connect(window.leave)
        window.empty.restore_wanted.connect(self.settings.restore)
        side.person_opened.connect(self.open_person)
        side.people.menu_wanted.connect(self._open_list_menu)
        self.list_menu.close_wanted.connect(self._close_chat)
        self.list_menu.export_wanted.connect(self.settings.export)
        self.trust.leaving.connect(self._leave_chat)
        self.trust.chat_wanted.connect(self.open_person)
        self.trust.attend(self.chat.page.key_bar)
        self.chat.page.request.forget_wanted.connect(lambda: self.trust.forget(self.chat.peer_id))
        side.me.renamed.connect(self._rename)
        side.me.new_wanted.connect(self._open_new_menu)
        side.me.menu_wanted.connect(self.open_menu)
        side.me.profile_wanted.connect(self.settings.open_profile)

    def _listen_to_chat(self) -> None:
        chat, page = self.chat, self.chat.page
        chat.failed.connect(self._on_failed)
        self.sending.refused.connect(self._say)
        self.pictures.refused.connect(self._say)
        self.pictures.failed.connect(self._on_failed)
        self.sending.chat_wanted.connect(self.open_person)
        page.header.back_wanted.connect(self._go_to_list)
        page.header.folder_wanted.connect(self.decisions.open_downloads)
        page.gone.on_wanted.connect(lambda: self.preferences.hear_everyone(True))
        page.view.action_wanted.connect(self.decisions.act)
        page.view.details_wanted.connect(self.decisions.open_details)
        page.view.whole_wanted.connect(self._open_whole)
        page.view.link_opened.connect(self._open_link)
        page.view.reaction_wanted.connect(self.messages.toggle_reaction)
        page.view.delete_wanted.connect(self.messages.ask_to_delete)
        page.view.forward_wanted.connect(self.messages.ask_where_to_forward)
        page.view.earlier_wanted.connect(self.messages.show_earlier)
        page.view.receipts_wanted.connect(self.messages.show_receipts)

    def _listen_to_transfers(self) -> None:
        self.transfers.chat_left.connect(self._show_conversation)
        self.transfers.chat_wanted.connect(self.open_person)
        self.menu.transfers_wanted.connect(self.transfers.toggle)

    def _listen_to_info(self) -> None:
        info = self.info
        info.auto_accept_changed.connect(lambda on: self._set_trust(auto_accept=on))
        info.limit_changed.connect(lambda limit: self._set_trust(auto_accept_max_bytes=limit))
        info.notify_changed.connect(lambda on: self._set_trust(muted=not on))
        info.verify_wanted.connect(lambda: self.trust.verify(self.chat.peer_id))
        info.verified_changed.connect(lambda on: self._set_trust(verified=on))
        info.blocked_changed.connect(lambda on: self._set_trust(blocked=on))
        info.forget_wanted.connect(lambda: self.trust.ask_to_forget(self.chat.peer_id))

    def _listen_to_room_info(self) -> None:
        """Each about the room that is shown at that moment."""
        info, rooms = self.room_info, self.rooms
        info.add_wanted.connect(lambda: self._with_room(rooms.ask_whom_to_add))
        info.off_wanted.connect(lambda: self.preferences.hear_everyone(False))
        info.leave_wanted.connect(lambda: self._with_room(rooms.ask_to_leave))
        info.picture_wanted.connect(lambda: self._with_room(rooms.choose_picture))
        info.picture_dropped.connect(lambda: self._with_room(rooms.drop_picture))
        info.renamed.connect(lambda name: self._with_room(lambda one: rooms.rename(one, name)))
        info.notify_changed.connect(lambda on: self._with_room(lambda one: rooms.mute(one, not on)))
        info.remove_wanted.connect(
            lambda peer_id: self._with_room(lambda one: rooms.ask_to_remove(one, peer_id))
        )
        info.picture_pasted.connect(lambda: self._with_room(rooms.paste_picture))
        info.picture_given.connect(
            lambda mime: self._with_room(lambda one: rooms.take_picture(one, mime))
        )
        rooms.chooser.refused.connect(lambda: self._say(self._look.room_words.bad_picture()))

    def _with_room(self, act: Callable[[Room], object]) -> None:
        if self.chat.room is not None:
            act(self.chat.room)

    def _listen_to_menu(self) -> None:
        menu = self.menu
        menu.connect_wanted.connect(self.ask_for_address)
        menu.room_wanted.connect(self.rooms.ask_for_new)
        menu.search_wanted.connect(self.search.focus_names)
        menu.settings_wanted.connect(self.settings.open)
        menu.sheet_wanted.connect(self.settings.open_sheet)
        menu.about_wanted.connect(self.settings.open_about)
        menu.quit_wanted.connect(self._window.leave)

    def _add_keys(self) -> None:
        side = self._window.side
        keys: dict[str, Callable[[], object]] = {
            SEARCH_KEY: self.search.focus_names,
            "Ctrl+O": self.sending.choose_files,
            MANY_KEY: self.sending.to_many,
            TRANSFERS_KEY: self.transfers.toggle,
            "Alt+Up": lambda: side.step(-1),
            "Alt+Down": lambda: side.step(1),
            "Ctrl+Tab": lambda: side.step(1),
            "Ctrl+Shift+Tab": lambda: side.step(-1),
            "Escape": self.step_back,
        }
        for key, act in keys.items():
            QShortcut(QKeySequence(key), self._window).activated.connect(act)

    def _order_tabs(self) -> None:
        """In reading order: left, header, chat, composer, right."""
        order = [
            *self._window.side.tab_order(),
            self.transfers.gauge,
            self._window.empty.button,
            *self.chat.page.tab_order(),
            *self.info.tab_order(),
            *self.room_info.tab_order(),
        ]
        for before, after in pairwise(order):
            QWidget.setTabOrder(before, after)

    # --- Conversations -----------------------------------------------------
    def open_person(self, peer_id: str) -> None:
        self.transfers.close()
        self.chat.open_person(peer_id)
        self._show_conversation()

    def step_back(self) -> None:
        """What Escape does: the smallest thing that is open goes first."""
        search = self._window.side.search
        if self.notice.isVisible():
            self.notice.hide()
        elif search.text():
            search.clear()
        elif self.about.step_back() or self.transfers.step_back() or self.search.step_back():
            return
        elif self.chat.peer_id:
            self._close_chat()

    def _close_chat(self) -> None:
        """Whoever was in it goes on in the list."""
        side, focused = self._window.side, QApplication.focusWidget()
        is_beside = focused is not None and side.isAncestorOf(focused)
        self.chat.close_person()
        self._show_conversation()
        if not is_beside:
            side.people.setFocus(Qt.FocusReason.OtherFocusReason)

    def _go_to_list(self) -> None:
        """From what covers it in a narrow window."""
        self.transfers.close()
        self._close_chat()
        self._window.side.people.setFocus(Qt.FocusReason.OtherFocusReason)

    def _make_room_for_list(self) -> None:
        if self._window.columns.is_narrow:
            self._go_to_list()
        else:
            self.chat.page.header.info_button.setChecked(False)

    def _leave_chat(self, chat_id: str) -> None:
        if chat_id == self.chat.peer_id:
            self._close_chat()

    def _open_list_menu(self, chat_id: str, place: QPoint, by_key: bool) -> None:
        is_shown = chat_id == self.chat.peer_id
        self.list_menu.open(chat_id, place, is_shown=is_shown, by_key=by_key)

    def _show_conversation(self) -> None:
        self._window.show_chat(bool(self.chat.peer_id))
        self._window.side.mark_shown(self.chat.peer_id)
        self.search.on_chat_changed()
        self.about.show()
        if self.chat.peer_id:
            self.chat.page.composer.edit.setFocus()

    def _on_messages_added(self, messages: tuple[Message, ...]) -> None:
        """The task bar says that somebody wrote; not for strangers and the muted."""
        if any(is_call(one, self._desk.roster) for one in messages):
            QApplication.alert(self._window)

    # --- The person at the right -------------------------------------------
    def _set_trust(self, **changes: Any) -> None:
        """Fields of SetTrust."""
        if self.chat.peer_id:
            self._desk.submit(SetTrust(self.chat.peer_id, **changes))

    # --- Me and my settings ------------------------------------------------
    def _show_me(self) -> None:
        desk = self._desk
        self._window.side.me.show_me(desk.my_id, desk.my_name, desk.my_picture)
        self.about.show()

    def _rename(self, name: str) -> None:
        self._desk.submit(ChangeSettings(name=name))

    def _on_ready(self) -> None:
        self._show_me()
        self._window.side.refresh()

    def open_menu(self) -> None:
        menu = self.menu.build(self._window)
        pop_up(menu, self._window.side.me.menu_button)

    def build_new_menu(self) -> QMenu:
        """What one can begin."""
        menu = QMenu(self._window)
        menu.addAction(self.tr("New room…")).triggered.connect(self.rooms.ask_for_new)
        menu.addAction(self.tr("Connect to an address…")).triggered.connect(self.ask_for_address)
        menu.addSeparator()
        self.sending.add_many(menu)
        return menu

    def _open_new_menu(self) -> None:
        pop_up(self.build_new_menu(), self._window.side.me.new_button)

    def ask_for_address(self) -> None:
        from ui.dialogs.connect import ConnectDialog  # noqa: PLC0415 - dialogs load when opened

        dialog = ConnectDialog(self._look, self._window)
        dialog.address_entered.connect(lambda address: self._desk.submit(Connect(address)))
        dialog.open()

    # --- Overlays and faults -----------------------------------------------
    def _say(self, sentence: str) -> None:
        self._place_overlays()
        self.notice.say(sentence)

    def _open_whole(self, message: Message) -> None:
        from ui.dialogs.whole import WholeDialog  # noqa: PLC0415

        WholeDialog(self._look, message, self._window).open()

    def _open_link(self, url: str) -> None:
        open_link(url, self._look, self._window)

    def _overlay_area(self) -> QRect:
        """Below the header, which keeps saying whom this is about."""
        area = self._window.middle.rect()
        if self.chat.peer_id:
            area.setTop(self.chat.page.header.height())
        elif self.transfers.page is not None:
            area.setTop(self.transfers.page.head.height())
        return area

    def _place_overlays(self) -> None:
        middle, side = self._window.middle, self._window.side
        area = self._overlay_area().translated(middle.pos())
        self.notice.fit(side.geometry() if middle.isHidden() else area)
        self.sending.drop.setGeometry(self._overlay_area())

    def _on_failed(self, event: Failed) -> None:
        sentence = self._look.words.failed(event)
        if not event.is_fatal:
            self._place_overlays()
            self.notice.say(sentence, event.detail)
            self.room_info.show_again()
            return
        self.transfers.close()
        self.chat.close_person()
        self._show_conversation()
        has_run = self._desk.status is not None
        broken = event.code is ErrorCode.PROFILE_BROKEN
        self._window.empty.show_fault(sentence, event.detail, has_run=has_run, wants_backup=broken)
        self._window.side.show_stopped()
