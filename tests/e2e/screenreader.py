"""What a screen reader has: the accessibility bus, and nothing else. No pixels, no keys.

Source: the AT-SPI interfaces, https://gitlab.gnome.org/GNOME/at-spi2-core/-/tree/main/xml.
"""

from collections import deque
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from enum import IntEnum
from typing import Any

from jeepney import (
    DBusAddress,
    HeaderFields,
    MatchRule,
    Message,
    MessageType,
    Properties,
    message_bus,
    new_method_call,
)
from jeepney.io.blocking import DBusConnection, open_dbus_connection
from jeepney.io.common import FilterHandle
from jeepney.wrappers import DBusErrorResponse

from tests.e2e.desktop import wait_until

ACCESSIBLE, ACTION, TEXT, EDITABLE = "Accessible", "Action", "Text", "EditableText"
_ROOT = "/org/a11y/atspi/accessible/root"
_ANSWER_S = 10.0
_PAUSE_S = 0.05
_HEARD_MAX = 1000
_DEPTH = 40
LOOKS_S = 120.0
"""A look at everything takes a machine with other work ten seconds; there have to be several."""


class State(IntEnum):
    """The bits that tests ask for."""

    FOCUSABLE = 11
    SHOWING = 25


@dataclass(frozen=True, slots=True)
class Thing:
    """One object of the tree, as the bus names it."""

    reader: "ScreenReader"
    owner: str
    path: str

    def _call(self, interface: str, method: str, signature: str = "", *values: Any) -> Any:
        address = DBusAddress(self.path, self.owner, f"org.a11y.atspi.{interface}")
        body = self.reader.call(new_method_call(address, method, signature or None, values))
        return body[0] if body else None

    def _get(self, interface: str, name: str) -> Any:
        address = DBusAddress(self.path, self.owner, f"org.a11y.atspi.{interface}")
        return self.reader.call(Properties(address).get(name))[0][1]

    @property
    def name(self) -> str:
        return str(self._get(ACCESSIBLE, "Name"))

    @property
    def role(self) -> str:
        return str(self._call(ACCESSIBLE, "GetRoleName"))

    def is_(self, state: State) -> bool:
        words = self._call(ACCESSIBLE, "GetState")
        return bool(words[state // 32] >> state % 32 & 1)

    def children(self) -> list["Thing"]:
        found = self._call(ACCESSIBLE, "GetChildren")
        return [Thing(self.reader, *one) for one in found if not one[1].endswith("/null")]

    def walk(self, depth: int = _DEPTH) -> Iterator["Thing"]:
        """This and all below it; what goes away meanwhile is passed over."""
        yield self
        try:
            children = self.children() if depth else []
        except DBusErrorResponse:
            return
        for one in children:
            yield from one.walk(depth - 1)

    def siblings(self) -> list["Thing"]:
        return Thing(self.reader, *self._get(ACCESSIBLE, "Parent")).children()

    # --- What one can do ---------------------------------------------------
    def actions(self) -> list[str]:
        count = int(self._get(ACTION, "NActions"))
        return [str(self._call(ACTION, "GetName", "i", at)) for at in range(count)]

    def act(self, name: str) -> None:
        self._call(ACTION, "DoAction", "i", self.actions().index(name))

    def focus(self) -> None:
        self._call("Component", "GrabFocus")

    def write(self, text: str) -> None:
        self._call(EDITABLE, "SetTextContents", "s", text)

    def text(self) -> str:
        return str(self._call(TEXT, "GetText", "ii", 0, -1))


class ScreenReader:
    """Tells the session that it listens, as a real one does: only then programs speak."""

    def __init__(self, session_bus: str) -> None:
        door = DBusAddress("/org/a11y/bus", "org.a11y.Bus", "org.a11y.Bus")
        status = Properties(DBusAddress("/org/a11y/bus", "org.a11y.Bus", "org.a11y.Status"))
        with open_dbus_connection(session_bus) as session:
            (address,) = _ask(session, new_method_call(door, "GetAddress"))
            for name in ("IsEnabled", "ScreenReaderEnabled"):
                _ask(session, status.set(name, "b", True))
        self._bus: DBusConnection = open_dbus_connection(address)
        self._heard: deque[Message] = deque(maxlen=_HEARD_MAX)
        self._listening = self._listen()
        self._pid: int | None = None

    def _listen(self) -> FilterHandle:
        """To what a real one asks for, too: where the focus is, and announcements."""
        rule = MatchRule(type="signal", interface="org.a11y.atspi.Event.Object")
        self.call(message_bus.AddMatch(rule))
        registry = DBusAddress(
            "/org/a11y/atspi/registry", "org.a11y.atspi.Registry", "org.a11y.atspi.Registry"
        )
        for event in ("object:state-changed:focused", "object:announcement"):
            self.call(new_method_call(registry, "RegisterEvent", "s", (event,)))
        return self._bus.filter(rule, queue=self._heard)

    def events(self, member: str) -> list[Message]:
        """So far, the newest last."""
        with suppress(TimeoutError):
            while True:
                self._bus.recv_messages(timeout=_PAUSE_S)
        return [one for one in self._heard if one.header.fields[HeaderFields.member] == member]

    def announced(self) -> list[str]:
        return [str(one.body[3][1]) for one in self.events("Announcement")]

    def focused(self) -> Thing | None:
        """What took the focus last: the way to menus, which are in no tree."""
        for one in reversed(self.events("StateChanged")):
            if one.body[0] == "focused" and one.body[1]:
                fields = one.header.fields
                return Thing(self, fields[HeaderFields.sender], fields[HeaderFields.path])
        return None

    def press_in_menu(self, start: str) -> bool:
        """The entry of the menu that is open; whether there was one."""
        with suppress(DBusErrorResponse):
            here = self.focused()
            entries = here.siblings() if here is not None else []
            for one in entries:
                if one.role == "menu item" and one.name.startswith(start):
                    one.act("Press")
                    return True
        return False

    def close(self) -> None:
        self._bus.close()

    def call(self, message: Message) -> tuple[Any, ...]:
        return _ask(self._bus, message)

    def look_at(self, pid: int) -> None:
        """From now on at this program alone."""
        self._pid = pid

    def applications(self) -> list[Thing]:
        found = Thing(self, "org.a11y.atspi.Registry", _ROOT).children()
        return [one for one in found if self._pid in (None, self._pid_of(one))]

    def _pid_of(self, one: Thing) -> int:
        return int(self.call(message_bus.GetConnectionUnixProcessID(one.owner))[0])

    def everything(self) -> list[tuple[Thing, str, str]]:
        """All things there are, with their roles and names; what goes meanwhile is left out."""
        found = []
        for application in self.applications():
            for one in application.walk():
                with suppress(DBusErrorResponse):
                    found.append((one, one.role, one.name))
        return found

    def find(self, role: str, start: str, end: str = "") -> Thing | None:
        """The last one in sight that is called so."""
        found = None
        for one, name in self.all_of(role):
            if name.startswith(start) and name.endswith(end):
                with suppress(DBusErrorResponse):
                    found = one if one.is_(State.SHOWING) else found
        return found

    def all_of(self, role: str) -> Iterator[tuple[Thing, str]]:
        """With their names; nobody else is asked for one, each answer takes its time."""
        for application in self.applications():
            for one in application.walk():
                with suppress(DBusErrorResponse):
                    if one.role == role:
                        yield one, one.name

    def find_with(self, role: str, text: str) -> Thing | None:
        """One in sight that has this in its name."""
        for one, kind, name in self.everything():
            if kind == role and text in name:
                with suppress(DBusErrorResponse):
                    if one.is_(State.SHOWING):
                        return one
        return None

    def wait(self, role: str, start: str, end: str = "") -> Thing:
        found: list[Thing] = []

        def is_there() -> bool:
            one = self.find(role, start, end)
            found[:] = [one] if one is not None else []
            return bool(found)

        wait_until(f"there is a {role} {start!r} … {end!r}", is_there, LOOKS_S)
        return found[0]

    def act(self, role: str, start: str, action: str) -> None:
        """Nothing if that is not there, or cannot do it: whoever asks looks what came of it."""
        one = self.find(role, start)
        with suppress(DBusErrorResponse):
            if one is not None and action in one.actions():
                one.act(action)


def _ask(bus: DBusConnection, message: Message) -> tuple[Any, ...]:
    answer = bus.send_and_get_reply(message, timeout=_ANSWER_S)
    if answer.header.message_type is MessageType.error:
        raise DBusErrorResponse(answer)
    return tuple(answer.body)
