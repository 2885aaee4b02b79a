"""The desktop's own way to a picture of the screen: org.freedesktop.portal.Screenshot.

Source: https://flatpak.github.io/xdg-desktop-portal/docs/doc-org.freedesktop.portal.Screenshot.html
"""

import logging
import secrets
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import unquote, urlsplit

if TYPE_CHECKING:
    from jeepney.io.blocking import DBusConnection

log = logging.getLogger(__name__)

_NAME: Final = "org.freedesktop.portal.Desktop"
_PATH: Final = "/org/freedesktop/portal/desktop"
_REQUEST: Final = "org.freedesktop.portal.Request"
_ANSWER_S: Final = 10.0
"""For the portal to take the request; a desktop may have to start it first."""
_LOOK_S: Final = 0.2
_TAKEN, _CANCELLED = 0, 1


def ask_portal(is_cancelled: Callable[[], bool]) -> Path | None:
    """Blocking, for as long as the user chooses. None: there is no portal that can;
    an empty path: the user has given up."""
    from jeepney import DBusErrorResponse  # noqa: PLC0415 - loaded when wanted
    from jeepney.io.blocking import open_dbus_connection  # noqa: PLC0415

    try:
        with open_dbus_connection(bus="SESSION") as connection:
            return _ask(connection, is_cancelled)
    except (OSError, KeyError, ValueError, TimeoutError, DBusErrorResponse) as error:
        log.info("no screenshot portal: %s", error)
        return None


def _ask(connection: "DBusConnection", is_cancelled: Callable[[], bool]) -> Path | None:
    from jeepney import DBusAddress, MatchRule, message_bus, new_method_call  # noqa: PLC0415
    from jeepney.wrappers import unwrap_msg  # noqa: PLC0415

    token = f"landline_{secrets.token_hex(8)}"
    sender = connection.unique_name[1:].replace(".", "_")
    path = f"{_PATH}/request/{sender}/{token}"
    rule = MatchRule(type="signal", interface=_REQUEST, member="Response", path=path)
    connection.send_and_get_reply(message_bus.AddMatch(rule), timeout=_ANSWER_S)
    portal = DBusAddress(_PATH, bus_name=_NAME, interface="org.freedesktop.portal.Screenshot")
    options = {"handle_token": ("s", token), "interactive": ("b", True)}
    call = new_method_call(portal, "Screenshot", "sa{sv}", ("", options))
    with connection.filter(rule) as answers:
        unwrap_msg(connection.send_and_get_reply(call, timeout=_ANSWER_S))
        while not is_cancelled():
            try:
                answer = connection.recv_until_filtered(answers, timeout=_LOOK_S)
            except TimeoutError:
                continue
            return path_of(*answer.body)
    request = DBusAddress(path, bus_name=_NAME, interface=_REQUEST)
    connection.send(new_method_call(request, "Close"))
    return Path()


def path_of(response: int, results: dict[str, Any]) -> Path | None:
    """A portal whose desktop cannot ends with neither taken nor cancelled."""
    if response == _TAKEN:
        return Path(unquote(urlsplit(results["uri"][1]).path))
    return Path() if response == _CANCELLED else None
