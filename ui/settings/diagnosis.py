"""What a finding about the network means for people, and what they can do about it."""

import sys
from typing import Final

from PySide6.QtCore import QObject

from app.diagnosis import Finding, NetworkView
from net.protocol.limits import DEFAULT_PORT, DISCOVERY_PORT
from ui.plain import shown_line

_OWN_SYSTEM: Final = {"win32": "Windows", "darwin": "macOS"}.get(sys.platform, "Linux")


class DiagnosisWords(QObject):
    """All in the language in force when asked."""

    def nothing(self, view: NetworkView) -> tuple[str, str]:
        return self.tr("Nothing is in the way."), self.tr("%n people are here.", "", view.here)

    def finding(self, finding: Finding, view: NetworkView) -> tuple[str, str]:
        """What it is, and what helps."""
        below = self.tr("Further down stands how to let Landline through.")
        sentence, help_ = self._finding(finding, view)
        is_firewall = finding in (Finding.NOT_SPOKEN, Finding.KEPT_OUT, Finding.UNANSWERED)
        both = self.tr("{first} {second}", "two sentences")
        return sentence, both.format(first=help_, second=below) if is_firewall else help_

    def _finding(self, finding: Finding, view: NetworkView) -> tuple[str, str]:
        silent = ", ".join(shown_line(one.name) for one in view.cards if not one.is_spoken)
        return {
            Finding.NO_NETWORK: (
                self.tr("This computer is on no network right now."),
                self.tr("Plug in a cable or join a Wi-Fi. Messages wait here until then."),
            ),
            Finding.NOT_LISTENING: (
                self.tr("Another program keeps the port by which people find each other."),
                self.tr("Quit what uses UDP {port}, or connect to addresses by hand.").format(
                    port=DISCOVERY_PORT
                ),
            ),
            Finding.NOT_SPOKEN: (
                self.tr("This computer lets Landline send nothing by {card}.").format(card=silent),
                self.tr("A firewall or a security program forbids it."),
            ),
            Finding.KEPT_OUT: (
                self.tr("A firewall on this computer keeps out what others send."),
                self.tr("Not even Landline's own signals come back in."),
            ),
            Finding.UNANSWERED: (
                self.tr("%n computer(s) can be heard, but not reached.", "", view.unanswered),
                self.tr("A firewall on one of the two sides is in between."),
            ),
            Finding.BY_STREAM: (
                self.tr("%n of the people here are reached by TCP only.", "", view.by_stream),
                self.tr(
                    "Something on the way blocks UDP. All works, a little slower; allow UDP {port} "
                    "on both computers to mend it."
                ).format(port=view.port),
            ),
            Finding.NOBODY_HEARD: (
                self.tr("Nobody else is heard on this network."),
                self.tr(
                    "Is Landline running over there, on the same network? Guest networks keep "
                    "their devices apart: take another one, or connect to an address."
                ),
            ),
            Finding.VPN: (
                self.tr("A VPN is in use."),
                self.tr("It may take the traffic elsewhere: pause it to try."),
            ),
            Finding.PORT_MOVED: (
                self.tr("Another program has port {usual}; Landline uses {port}.").format(
                    usual=DEFAULT_PORT, port=view.port
                ),
                self.tr("People find you all the same. A firewall has to let this one in."),
            ),
        }[finding]

    def firewalls(self, port: int) -> list[tuple[str, str]]:
        """How to let Landline through, for each system, this computer's first."""
        first, last = sorted((DISCOVERY_PORT, port))
        udp = [f"{first}-{last}"] if last == first + 1 else [str(first), str(last)]
        ufw = ",".join(udp).replace("-", ":")
        opened = " ".join(
            f"--add-port={one}" for one in (*(f"{p}/udp" for p in udp), f"{port}/tcp")
        )
        found = [
            (
                "Windows",
                self.tr(
                    "Windows Security › Firewall & network protection › Allow an app through "
                    "firewall: tick Landline (or Python) under Private. The network has to be "
                    "private, too: Settings › Network & internet › Properties."
                ),
            ),
            (
                "macOS",
                self.tr(
                    "System Settings › Network › Firewall › Options: allow incoming connections "
                    "for Landline (or Python). And Privacy & Security › Local Network: on."
                ),
            ),
            (
                "Linux",
                f"sudo ufw allow {ufw}/udp && sudo ufw allow {port}/tcp\n"
                f"sudo firewall-cmd --permanent {opened} && sudo firewall-cmd --reload",
            ),
        ]
        found.sort(key=lambda one: one[0] != _OWN_SYSTEM)
        return found
