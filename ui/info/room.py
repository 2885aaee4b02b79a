"""What a room is: its people, its name and picture, and the way out."""

from collections.abc import Sequence
from itertools import pairwise

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent, QKeySequence
from PySide6.QtWidgets import (
    QPushButton,
    QStackedLayout,
    QVBoxLayout,
    QWidget,
)

from app.model import Room
from ui.avatar import RoomAvatar
from ui.buttons import Switch
from ui.choosing import PictureDrops
from ui.info.member import Member, MemberRow
from ui.info.side import SidePanel
from ui.labels import PlainLabel
from ui.look import Look
from ui.sidebar.me import NameButton, NameEdit

_FIRST_MEMBERS = 30
"""Rows made at once; two hundred take longer than a chat may to open."""


class RoomPanel(SidePanel):
    renamed = Signal(str)
    picture_wanted = Signal()
    picture_dropped = Signal()
    """There shall be none any more."""
    picture_pasted = Signal()
    picture_given = Signal(object)
    """By a drop: a QMimeData, there until the slot returns."""
    notify_changed = Signal(bool)
    add_wanted = Signal()
    remove_wanted = Signal(str)
    """A peer id."""
    leave_wanted = Signal()
    off_wanted = Signal()
    """Of the room of everyone."""

    def __init__(self, look: Look) -> None:
        super().__init__(look)
        self._room: Room | None = None
        self._members: tuple[Member, ...] = ()
        self._rows: list[MemberRow] = []
        self._shows_all = False
        self._make_parts()
        self._lay_out()
        self._listen()
        self.hide()
        self.retranslate()

    def _make_parts(self) -> None:
        look = self._look
        self._disc = RoomAvatar(look, look.fonts.px(72))
        self._name = NameButton()
        self._name.setObjectName("room-name")
        self._name.setFont(look.fonts.title)
        self._edit = NameEdit()
        self._count = PlainLabel()
        self._count.setFont(look.fonts.small)
        self._count.setProperty("rank", "dim")
        self._picture, self._no_picture = QPushButton(), QPushButton()
        self._members_heading = self._heading()
        self._all = QPushButton()
        self._add = QPushButton()
        self._notifies_text = PlainLabel(wraps=True)
        self._notifies = Switch(look)
        self._leave, self._off = QPushButton(), QPushButton()
        self._about = PlainLabel(wraps=True)
        self._about.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        self._about.setProperty("rank", "dim")
        for button in (self._picture, self._no_picture, self._all, self._leave, self._off):
            button.setProperty("quiet", True)
            button.setProperty("grave", button in (self._leave, self._off))

    def _lay_out(self) -> None:
        px = self._look.fonts.px
        column = self._column()
        center = Qt.AlignmentFlag.AlignHCenter
        column.addWidget(self._disc, 0, center)
        self._name_place = QStackedLayout()
        self._name_place.addWidget(self._name)
        self._name_place.addWidget(self._edit)
        column.addLayout(self._name_place)
        self._count.setAlignment(center)
        column.addWidget(self._count)
        column.addWidget(self._about)
        column.addLayout(self._row(self._picture, self._no_picture))
        column.addSpacing(px(6))
        column.addWidget(self._members_heading)
        self._list = QVBoxLayout()
        self._list.setSpacing(0)
        column.addLayout(self._list)
        column.addWidget(self._all)
        column.addWidget(self._add)
        column.addSpacing(px(8))
        column.addLayout(self._row(self._notifies_text, self._notifies, first_grows=True))
        column.addLayout(self._files)
        column.addSpacing(px(8))
        column.addWidget(self._leave)
        column.addWidget(self._off)
        column.addStretch(1)

    def _listen(self) -> None:
        self._name.clicked.connect(self._start_renaming)
        self._edit.kept.connect(self._on_kept)
        self._edit.left.connect(self._stop_renaming)
        self._edit.editingFinished.connect(self._stop_renaming)
        self._picture.clicked.connect(self.picture_wanted)
        self._no_picture.clicked.connect(self.picture_dropped)
        PictureDrops(self.widget(), self._is_ours).dropped.connect(self.picture_given)
        self._notifies.switched.connect(self.notify_changed)
        self._all.clicked.connect(self._show_all)
        self._add.clicked.connect(self.add_wanted)
        self._leave.clicked.connect(self.leave_wanted)
        self._off.clicked.connect(self.off_wanted)

    def tab_order(self) -> list[QWidget]:
        return [
            self.back_button,
            self._name,
            self._edit,
            self._picture,
            self._no_picture,
            self._all,
            self._add,
            self._notifies,
            *self._files_order,
            self._leave,
            self._off,
        ]

    # --- Showing -----------------------------------------------------------
    def show_room(self, room: Room, members: Sequence[Member]) -> None:
        """``members``: in the order of their coming."""
        shown = () if room.is_everyone else tuple(members)
        if room == self._room and shown == self._members:
            return
        if self._room is None or self._room.room_id != room.room_id:
            self._stop_renaming()
            self._shows_all = False
        self._room = room
        self._fill(room)
        self._show_members(shown)

    def show_again(self) -> None:
        """What was switched and then refused goes back."""
        if self._room is not None:
            self._fill(self._room)

    def _is_ours(self) -> bool:
        room = self._room
        return room is not None and room.is_member and not room.is_everyone

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Whatever in it has the focus."""
        if event.matches(QKeySequence.StandardKey.Paste) and self._is_ours():
            self.picture_pasted.emit()
        else:
            super().keyPressEvent(event)

    def _fill(self, room: Room) -> None:
        words = self._look.room_words
        self._disc.show_room(room)
        name = words.name(room)
        self._name.show_name(name)
        self._name.setAccessibleName(self.tr("Name of the room: {name}").format(name=name))
        self._count.setText(words.members(len(room.members)))
        self._offer(room)
        self._notifies.setChecked(not room.is_muted)

    def _offer(self, room: Room) -> None:
        """Nobody makes, changes or leaves the room of everyone: it is on or off."""
        is_all = room.is_everyone
        is_ours = self._is_ours()
        self._name.setEnabled(is_ours)
        self._name.setToolTip(self.tr("Rename the room") if is_ours else "")
        for part in (self._picture, self._add, self._leave):
            part.setVisible(is_ours)
        self._no_picture.setVisible(is_ours and bool(room.picture))
        for part in (self._count, self._members_heading):
            part.setVisible(not is_all)
        self._about.setVisible(is_all)
        for part in (self._notifies_text, self._notifies):
            part.setVisible(room.is_member or not is_all)
        self._off.setVisible(is_all and room.is_member)

    def _show_members(self, members: tuple[Member, ...]) -> None:
        """Presence changes the rows in place; only who comes and goes makes new ones."""
        self._members = members
        shown = members if self._shows_all else members[:_FIRST_MEMBERS]
        self._all.setVisible(len(shown) < len(members))
        if [row.peer_id for row in self._rows] != [one.peer_id for one in shown]:
            self._make_rows(shown)
        for row, member in zip(self._rows, shown, strict=True):
            row.show_member(member)

    def _make_rows(self, members: tuple[Member, ...]) -> None:
        for row in self._rows:
            self._list.removeWidget(row)
            row.hide()
            row.deleteLater()
        self._rows = [MemberRow(self._look, member) for member in members]
        for row in self._rows:
            row.remove_wanted.connect(self.remove_wanted)
            self._list.addWidget(row)
        buttons = [row.remove_button for row in self._rows]
        for before, after in pairwise([self._no_picture, *buttons, self._all]):
            QWidget.setTabOrder(before, after)

    def _show_all(self) -> None:
        self._shows_all = True
        self._show_members(self._members)

    def retranslate(self) -> None:
        self._name.setAccessibleName(self.tr("Rename the room"))
        self._edit.setAccessibleName(self.tr("Name of the room"))
        self._picture.setText(self.tr("Choose a picture…"))
        self._no_picture.setText(self.tr("No picture"))
        self._members_heading.setText(self.tr("Members"))
        self._all.setText(self.tr("Show all members"))
        self._add.setText(self.tr("Add people…"))
        self._notifies_text.setText(self.tr("Notify me"))
        self._notifies.setAccessibleName(self.tr("Notify me"))
        self._leave.setText(self.tr("Leave the room…"))
        self._off.setText(self.tr("Turn off"))
        self._about.setText(self._look.room_words.everyone())
        self.show_again()

    # --- Renaming ----------------------------------------------------------
    def _start_renaming(self) -> None:
        if self._room is not None:
            self._edit.setText(self._room.name)
            self._name_place.setCurrentWidget(self._edit)
            self._edit.setFocus()
            self._edit.selectAll()

    def _on_kept(self, name: str) -> None:
        self._stop_renaming()
        if name and self._room is not None and name != self._room.name:
            self.renamed.emit(name)

    def _stop_renaming(self) -> None:
        self._name_place.setCurrentWidget(self._name)
