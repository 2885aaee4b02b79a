"""Who this is: what to compare, how they are reached, what they may do."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QFormLayout,
    QHBoxLayout,
    QPushButton,
    QWidget,
)

from app.model import Person, Trust
from ui.avatar import Avatar
from ui.buttons import ChoiceBox, Switch
from ui.ids import safety_digits
from ui.info.limits import NO_LIMIT, limits_with
from ui.info.safety import SafetyNumber
from ui.info.side import SidePanel
from ui.labels import PlainLabel
from ui.look import Look
from ui.plain import shown_line


class InfoPanel(SidePanel):
    auto_accept_changed = Signal(bool)
    limit_changed = Signal(object)
    """Bytes that are accepted without a question; negative: any number."""
    notify_changed = Signal(bool)
    verify_wanted = Signal()
    verified_changed = Signal(bool)
    blocked_changed = Signal(bool)
    forget_wanted = Signal()

    def __init__(self, look: Look) -> None:
        super().__init__(look)
        self._person: Person | None = None
        self._resembles: Person | None = None
        self._my_id = ""
        self._make_parts()
        self._lay_out()
        self._listen()
        self.retranslate()

    def _make_parts(self) -> None:
        look = self._look
        self._avatar = Avatar(look, look.fonts.px(72), ground="panel")
        self._name = PlainLabel(wraps=True)
        self._name.setFont(look.fonts.title)
        self._doubt = self._dim_label()
        self._doubt.setProperty("rank", "warn")
        self._device = self._dim_label()
        self._safety_heading = self._heading()
        self._safety = SafetyNumber(look)
        self._safety_text = self._dim_label()
        self._verify = QPushButton()
        self._connection_heading = self._heading()
        self._keys = [self._dim_label() for _ in range(3)]
        self._values = [PlainLabel(wraps=True) for _ in range(3)]
        for value in self._values:
            value.setFont(look.fonts.small)
            value.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._accepts_text, self._notifies_text = PlainLabel(wraps=True), PlainLabel(wraps=True)
        self._accepts, self._notifies = Switch(look), Switch(look)
        self._limit_text, self._limit = self._dim_label(), ChoiceBox(look)
        self._block, self._forget = QPushButton(), QPushButton()
        for button in (self._block, self._forget):
            button.setProperty("quiet", True)
            button.setProperty("grave", True)

    def _dim_label(self) -> PlainLabel:
        label = PlainLabel(wraps=True)
        label.setFont(self._look.fonts.small)
        label.setProperty("rank", "dim")
        return label

    def _lay_out(self) -> None:
        px = self._look.fonts.px
        column = self._column()
        column.addWidget(self._avatar, 0, Qt.AlignmentFlag.AlignHCenter)
        for label in (self._name, self._doubt, self._device):
            label.setAlignment(Qt.AlignmentFlag.AlignHCenter)
            column.addWidget(label)
        column.addSpacing(px(8))
        for part in (self._safety_heading, self._safety, self._safety_text, self._verify):
            column.addWidget(part)
        column.addSpacing(px(8))
        column.addWidget(self._connection_heading)
        column.addLayout(self._connection())
        column.addSpacing(px(8))
        column.addLayout(self._row(self._accepts_text, self._accepts, first_grows=True))
        column.addLayout(self._limit_row())
        column.addLayout(self._row(self._notifies_text, self._notifies, first_grows=True))
        column.addLayout(self._files)
        column.addSpacing(px(8))
        column.addWidget(self._block)
        column.addWidget(self._forget)
        column.addStretch(1)

    def _connection(self) -> QFormLayout:
        px = self._look.fonts.px
        form = self._form = QFormLayout()
        form.setHorizontalSpacing(px(10))
        form.setVerticalSpacing(px(5))
        for key, value in zip(self._keys, self._values, strict=True):
            key.setFixedWidth(px(84))
            form.addRow(key, value)
        return form

    def _limit_row(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.addWidget(self._limit_text, 1)
        row.addWidget(self._limit)
        return row

    def _listen(self) -> None:
        self._limit.activated.connect(self._on_limit)
        self._accepts.switched.connect(self.auto_accept_changed)
        self._notifies.switched.connect(self.notify_changed)
        self._verify.clicked.connect(self._on_verify)
        self._block.clicked.connect(self._on_block)
        self._forget.clicked.connect(self.forget_wanted)

    def tab_order(self) -> list[QWidget]:
        return [
            self.back_button,
            self._verify,
            self._accepts,
            self._limit,
            self._notifies,
            *self._files_order,
            self._block,
            self._forget,
        ]

    # --- Showing -----------------------------------------------------------
    def show_person(self, person: Person, my_id: str, resembles: Person | None = None) -> None:
        """``resembles``: the contact whose name theirs looks like."""
        if (person, my_id, resembles) == (self._person, self._my_id, self._resembles):
            return
        is_other = self._person is None or self._person.peer_id != person.peer_id
        self._person, self._my_id, self._resembles = person, my_id, resembles
        if is_other and my_id:
            self._safety.show_digits(safety_digits(my_id, person.peer_id))
        self._fill(person)

    def _fill(self, person: Person) -> None:
        look = self._look
        name = look.words.name(person)
        self._avatar.show_person(person.peer_id, name, None, person.picture)
        self._name.setText(name)
        other = self._resembles
        self._doubt.setText(look.words.not_the(other, person.peer_id) if other else "")
        self._doubt.setVisible(other is not None)
        self._device.setText(shown_line(person.device))
        self._device.setVisible(bool(person.device))
        self._fill_safety(person)
        self._fill_connection(person)
        is_listed = person.trust in (Trust.ACCEPTED, Trust.VERIFIED)
        self._accepts.setEnabled(is_listed)
        self._accepts.setChecked(person.auto_accept)
        self._fill_limit(person, shows=is_listed and person.auto_accept)
        self._notifies.setChecked(not person.muted)
        is_blocked = person.trust is Trust.BLOCKED
        self._block.setText(self.tr("Unblock") if is_blocked else self.tr("Block"))
        _dress(self._block, grave=not is_blocked)

    def _fill_limit(self, person: Person, *, shows: bool) -> None:
        """Another number than ours may have been set elsewhere."""
        now = person.auto_accept_max_bytes
        self._limit.setVisible(shows)
        self._limit_text.setVisible(shows)
        if self._limit.view().isVisible():
            return  # somebody is choosing
        self._limit.clear()
        for limit in limits_with(now):
            size = self._look.format.round_size(limit)
            words = self.tr("Up to {size}").format(size=size)
            self._limit.addItem(self.tr("Any size") if limit == NO_LIMIT else words, limit)
        self._limit.setCurrentIndex(self._limit.findData(NO_LIMIT if now is None else now))

    def _fill_safety(self, person: Person) -> None:
        is_verified = person.trust is Trust.VERIFIED
        self._verify.setText(
            self.tr("Remove the verification") if is_verified else self.tr("Verify…")
        )
        _dress(self._verify, quiet=is_verified)
        self._verify.setVisible(person.trust is not Trust.BLOCKED)
        if person.successor is not None and not person.is_moved:
            text = self.tr(
                "This is the number of {name}'s key so far. Compare the new one above the chat."
            )
        elif is_verified:
            text = self.tr("You compared it with {name}: nobody is in between.")
        else:
            text = self.tr(
                "Compare it with {name}'s screen. If both show the same, nobody is in between."
            )
        self._safety_text.setText(text.format(name=self._look.words.placed_name(person)))

    def _fill_connection(self, person: Person) -> None:
        """What is not known right now has no line."""
        has_round_trip = person.is_online and person.rtt_ms is not None
        version = shown_line(person.app_version)
        values = (
            person.address or "",
            self._look.format.milliseconds(person.rtt_ms or 0.0) if has_round_trip else "",
            self.tr("Landline {version}").format(version=version) if version else "",
        )
        for row, value in enumerate(values):
            self._values[row].setText(value or "–")
            self._form.setRowVisible(row, bool(value))
        self._connection_heading.setVisible(any(values))

    def retranslate(self) -> None:
        self._safety_heading.setText(self.tr("Safety number"))
        self._connection_heading.setText(self.tr("Connection"))
        keys = (self.tr("Address"), self.tr("Round trip"), self.tr("App"))
        for label, key in zip(self._keys, keys, strict=True):
            label.setText(key)
        self._accepts_text.setText(self.tr("Accept files automatically"))
        self._accepts.setAccessibleName(self.tr("Accept files automatically"))
        self._limit_text.setText(self.tr("Without asking"))
        for part in (self._limit, self._limit.view()):
            part.setAccessibleName(self.tr("Size accepted automatically"))
        self._notifies_text.setText(self.tr("Notify me"))
        self._notifies.setAccessibleName(self.tr("Notify me"))
        self._verify.setText(self.tr("Verify…"))
        self._block.setText(self.tr("Block"))
        self._forget.setText(self.tr("Forget…"))
        if self._person is not None:
            self._fill(self._person)

    # --- Deciding ----------------------------------------------------------
    def _on_verify(self) -> None:
        if self._person is None:
            return
        if self._person.trust is Trust.VERIFIED:
            self.verified_changed.emit(False)
        else:
            self.verify_wanted.emit()

    def _on_block(self) -> None:
        if self._person is not None:
            self.blocked_changed.emit(self._person.trust is not Trust.BLOCKED)

    def _on_limit(self, at: int) -> None:
        self.limit_changed.emit(self._limit.itemData(at))


def _dress(button: QPushButton, **properties: bool) -> None:
    """By what the sheet knows buttons by."""
    for name, value in properties.items():
        button.setProperty(name, value)
    button.style().unpolish(button)
    button.style().polish(button)
