"""The network as the engine sees it."""

from PySide6.QtWidgets import QLineEdit

from app.commands import Connect
from ui.settings.own import OwnPage


class NetworkPage(OwnPage):
    def build(self) -> None:
        status = self.place.desk.status
        here = self.place.desk.roster.people_here()
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
