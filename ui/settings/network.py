"""The network: what is in the way, this computer's addresses, somebody else's."""

from functools import partial
from typing import Final

from PySide6.QtCore import QTimer
from PySide6.QtGui import QFont, QHideEvent, QShowEvent
from PySide6.QtWidgets import QApplication, QHBoxLayout, QLabel, QLineEdit, QPushButton, QWidget

from app.commands import Connect, DiagnoseNetwork
from app.diagnosis import NetworkView
from app.events import Failed, NetworkDiagnosed
from net.protocol.limits import DEFAULT_PORT, DISCOVERY_PORT
from ui.icons import pixmap
from ui.plain import shown_line
from ui.settings.diagnosis import DiagnosisWords
from ui.settings.own import OwnPage

LOOK_MS: Final = 2000
"""Between two looks while the page is shown: a cable that is plugged in is seen at once."""
_CALL: Final = "settings-connect"
"""Marks our own call among all answers."""


class NetworkPage(OwnPage):
    def build(self) -> None:
        desk, status = self.place.desk, self.place.desk.status
        self._words = DiagnosisWords()
        self._seen: NetworkDiagnosed | None = None
        self.heading(self.tr("How it stands"))
        self._findings = self.live(self._findings_key, self._build_findings)
        self.heading(self.tr("This computer"))
        self._addresses = self.live(self._cards, self._build_addresses)
        port = status.udp_port if status else DEFAULT_PORT
        ports = self.tr("UDP {udp}, TCP {tcp}; to find each other UDP {shared}")
        self.value(
            self.tr("Ports of this computer"),
            ports.format(udp=port, tcp=port, shared=DISCOVERY_PORT),
            self.tr("A firewall has to let these in."),
        )
        self._build_connect()
        self.heading(self.tr("Letting Landline through a firewall, on both computers"))
        for system, text in self._words.firewalls(port):
            self.value(system, text).setFont(self._font_of(text))
        self._timer = QTimer(self)
        self._timer.setInterval(LOOK_MS)
        self._timer.timeout.connect(self._ask)
        self.look.theme.changed.connect(self._findings.follow)
        desk.network_diagnosed.connect(self._take)
        desk.networks_changed.connect(self._ask)
        desk.connected.connect(self._on_connected)
        desk.failed.connect(self._on_failed)

    def _font_of(self, text: str) -> QFont:
        """Commands look like what they are."""
        font = QFont(self.look.fonts.mono if text.startswith("sudo ") else self.look.fonts.small)
        font.setPointSizeF(self.look.fonts.small.pointSizeF())
        return font

    # --- What is in the way --------------------------------------------------
    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._ask()
        self._timer.start()

    def hideEvent(self, event: QHideEvent) -> None:
        self._timer.stop()
        super().hideEvent(event)

    def _ask(self) -> None:
        if self.isVisible():
            self.place.desk.submit(DiagnoseNetwork())

    def _take(self, seen: NetworkDiagnosed) -> None:
        self._seen = seen
        self._findings.follow()
        self._addresses.follow()

    def _findings_key(self) -> object:
        colour = self.look.theme.color("warn").name()
        if self._seen is None:
            return colour
        view = self._seen.view
        cards = [(one.name, one.is_spoken) for one in view.cards]
        return colour, self._seen.findings, view.here, view.by_stream, view.unanswered, cards

    def _build_findings(self) -> None:
        if self._seen is None:
            self.note(self.tr("Looking…"))
            return
        view, findings = self._seen.view, self._seen.findings
        found = [self._words.finding(one, view) for one in findings]
        for sentence, help_ in found or [self._words.nothing(view)]:
            self.row(sentence, help_, self._mark(is_well=not findings))

    def _mark(self, *, is_well: bool) -> QLabel:
        """Beside words that say the same."""
        icon, token = ("check", "ok") if is_well else ("alert", "warn")
        side, color = self.look.fonts.px(20), self.look.theme.color(token)
        mark = QLabel()
        mark.setPixmap(pixmap(icon, side, color, self.devicePixelRatioF()))
        return mark

    # --- Addresses -----------------------------------------------------------
    def _view(self) -> NetworkView:
        return self._seen.view if self._seen else NetworkView()

    def _cards(self) -> object:
        return [(one.name, one.addresses) for one in self._view().cards], self._view().port

    def _build_addresses(self) -> None:
        view = self._view()
        found = [(card, address) for card in view.cards for address in card.addresses]
        for card, address in found:
            text = _typed(address, view.port)
            copy = partial(QApplication.clipboard().setText, text)
            self.button(text, shown_line(card.name), self.tr("Copy"), copy)
        if not found:
            self.note(self.tr("It has no address that others could type."))

    # --- Somebody else's -----------------------------------------------------
    def _build_connect(self) -> None:
        self.heading(self.tr("Somebody whom the network does not show"))
        self.address, self.call = QLineEdit(), QPushButton(self.tr("Connect"))
        self.address.setMaxLength(120)
        self.address.setPlaceholderText("192.168.1.20")
        self.address.returnPressed.connect(self._connect)
        self.call.setAutoDefault(False)
        self.call.clicked.connect(self._connect)
        both = QWidget()
        across = QHBoxLayout(both)
        across.setContentsMargins(0, 0, 0, 0)
        across.setSpacing(self.look.fonts.px(8))
        across.addWidget(self.address, 1)
        across.addWidget(self.call)
        text = self.tr("Connect to an address")
        self.row(
            text,
            self.tr("It stands on this page of their settings. One of you two is enough."),
            both, is_tall=True,
        )  # fmt: skip
        self.address.setAccessibleName(text)
        self.call.setAccessibleName(text)
        self._tell = self.told()
        self._is_calling = False

    def _connect(self) -> None:
        address = self.address.text().strip()
        if address:
            self._is_calling = True
            self._tell(self.tr("Calling…"))
            self.place.desk.submit(Connect(address, _CALL))

    def _on_connected(self, _peer_id: str) -> None:
        if self._is_calling:
            self._is_calling = False
            self.address.clear()
            self._tell(self.tr("Connected: the conversation is open in the window."))

    def _on_failed(self, event: Failed) -> None:
        if event.ref == _CALL:
            self._is_calling = False
            self._tell(self.look.words.error(event.code))


def _typed(address: str, port: int) -> str:
    """As another Landline takes it: the port where it is not the usual one."""
    if port in (0, DEFAULT_PORT):
        return address
    return f"[{address}]:{port}" if ":" in address else f"{address}:{port}"
