"""What the desktop wants of colours, contrast and motion: org.freedesktop.portal.Settings.

Qt asks the same in some desktops only, and with what it hears it often stays light. A thread of
its own: a portal may answer late or never.
Source: https://flatpak.github.io/xdg-desktop-portal/docs/doc-org.freedesktop.portal.Settings.html
"""

import logging
import select
import socket
import threading
from collections import deque
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from PySide6.QtCore import QObject, Signal

from ui.theme import ThemeChoice

if TYPE_CHECKING:
    from jeepney import Message
    from jeepney.io.blocking import DBusConnection

log = logging.getLogger(__name__)

_NAME: Final = "org.freedesktop.portal.Desktop"
_PATH: Final = "/org/freedesktop/portal/desktop"
_SETTINGS: Final = "org.freedesktop.portal.Settings"
_LOOKS: Final = "org.freedesktop.appearance"
_BUS: Final = "org.freedesktop.DBus"
_ANSWER_S: Final = 1.0
"""The window's end waits so long at most. A portal that has to be started first, and comes
later, is heard of when it comes."""
_SCHEMES: Final = {1: ThemeChoice.DARK, 2: ThemeChoice.LIGHT}
_WANTED: Final = 1
"""More contrast, less motion."""


@dataclass(frozen=True, slots=True)
class Appearance:
    scheme: ThemeChoice = ThemeChoice.SYSTEM
    """SYSTEM: the desktop has no preference."""
    is_high: bool = False
    is_still: bool = False


class AppearanceWatch(QObject):
    """Asks once, and again whenever the portal says that something changed, or comes anew."""

    changed = Signal(object)
    """The Appearance in force; also the first one."""

    def __init__(self) -> None:
        super().__init__()
        self._ours, self._theirs = socket.socketpair()
        self._thread = threading.Thread(target=self._run, name="appearance")

    def begin(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """Idempotent; as long as a portal takes to answer, at most."""
        self._ours.close()
        self._thread.join()
        self._theirs.close()

    # --- In the thread -----------------------------------------------------
    def _run(self) -> None:
        from jeepney.io.blocking import open_dbus_connection  # noqa: PLC0415 - in this thread

        try:
            bus = open_dbus_connection(bus="SESSION")
        except (OSError, KeyError, ValueError) as error:
            log.info("no session bus to ask for colours: %s", error)
            self.changed.emit(Appearance())
            return
        with bus:
            try:
                self._watch(bus)
            except (OSError, ValueError) as error:  # the session ends; the colours stay
                log.info("no more news of colours: %s", error)

    def _watch(self, bus: "DBusConnection") -> None:
        from jeepney import MatchRule, message_bus  # noqa: PLC0415 - as above
        from jeepney.io.blocking import Proxy  # noqa: PLC0415

        told = MatchRule(type="signal", interface=_SETTINGS, member="SettingChanged", path=_PATH)
        told.add_arg_condition(0, _LOOKS)
        comes = MatchRule(type="signal", interface=_BUS, member="NameOwnerChanged")
        comes.add_arg_condition(0, _NAME)
        heard: deque[Message] = deque(maxlen=1)
        for rule in (told, comes):
            bus.filter(rule, queue=heard)
            Proxy(message_bus, bus, timeout=_ANSWER_S).AddMatch(rule)
        self._tell(bus)
        while not self._is_over(bus):
            if heard:
                heard.clear()
                self._tell(bus)

    def _is_over(self, bus: "DBusConnection") -> bool:
        """Waits for the next word, unless one came along with an answer."""
        try:
            bus.recv_messages(timeout=0)
        except TimeoutError:
            ready, _, _ = select.select([self._theirs, bus.sock], [], [])
            return self._theirs in ready
        return False

    def _tell(self, bus: "DBusConnection") -> None:
        from jeepney import DBusAddress, DBusErrorResponse, new_method_call  # noqa: PLC0415
        from jeepney.wrappers import unwrap_msg  # noqa: PLC0415

        portal = DBusAddress(_PATH, bus_name=_NAME, interface=_SETTINGS)
        call = new_method_call(portal, "ReadAll", "as", ([_LOOKS],))
        try:
            (found,) = unwrap_msg(bus.send_and_get_reply(call, timeout=_ANSWER_S))
        except (TimeoutError, DBusErrorResponse) as error:
            log.info("no portal to ask for colours: %s", error)
            found = {}
        self.changed.emit(read_appearance(found))


def read_appearance(found: dict[str, dict[str, tuple[str, Any]]]) -> Appearance:
    """Of what ReadAll gave: by namespace and key, each with its signature. Odd values are none."""
    values = {k: value for k, (kind, value) in found.get(_LOOKS, {}).items() if kind == "u"}
    return Appearance(
        scheme=_SCHEMES.get(values.get("color-scheme", 0), ThemeChoice.SYSTEM),
        is_high=values.get("contrast") == _WANTED,
        is_still=values.get("reduced-motion") == _WANTED,
    )
