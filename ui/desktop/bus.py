"""Notifications by D-Bus (org.freedesktop.Notifications, version 1.2), in a thread of its own.

Qt's own D-Bus sends the wrong type of integer here, and a desktop may answer late or never:
the window does not wait for it.
"""

import logging
import os
import select
import threading
import time
from collections import deque
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final

from ui.desktop.note import OPEN, Face, Note, Teller

if TYPE_CHECKING:
    from jeepney import Message
    from jeepney.io.blocking import DBusConnection

log = logging.getLogger(__name__)

ANSWER_S: Final = 3.0
RETRY_S: Final = 30.0
"""After a desktop that was not there; until then notes are refused at once."""
JOBS_MAX: Final = 100
"""Waiting for a desktop that is slow; older ones are given up."""
REPLY: Final = "inline-reply"
_NAME: Final = "org.freedesktop.Notifications"
_BUS: Final = "org.freedesktop.DBus"
_LAUNCHER_PATH: Final = "/org/landline/Landline"
_FAULTS: Final = (OSError, ValueError, KeyError, TimeoutError)
"""No bus, none that answers, or one that talks nonsense."""


class BusTeller(Teller):
    def __init__(self) -> None:
        super().__init__()
        self._jobs: deque[Callable[[_Desktop], None]] = deque(maxlen=JOBS_MAX)
        self._reads, self._writes = os.pipe()
        os.set_blocking(self._writes, False)
        self._is_over = False
        self._gone_until_s = 0.0
        self._thread = threading.Thread(target=self._run, name="notifications")
        self._thread.start()

    def show(self, note: Note) -> None:
        if time.monotonic() < self._gone_until_s:
            self.refused.emit(note)
        else:
            self._do(lambda desktop: self._show(desktop, note))

    def withdraw(self, key: str) -> None:
        self._do(lambda desktop: desktop.withdraw(key))

    def show_count(self, unread: int) -> None:
        self._do(lambda desktop: desktop.show_count(unread))

    def stop(self) -> None:
        """Takes back what is shown. Idempotent; as long as a desktop takes to answer, at most."""
        if not self._is_over:
            self._do(_Desktop.withdraw_all)
            self._is_over = True
            self._wake()
            self._thread.join()
            os.close(self._writes)
            os.close(self._reads)

    def _do(self, job: Callable[["_Desktop"], None]) -> None:
        if not self._is_over:
            self._jobs.append(job)
            self._wake()

    def _wake(self) -> None:
        try:
            os.write(self._writes, b"!")
        except BlockingIOError:
            return  # it is being woken already

    # --- In the thread -----------------------------------------------------
    def _run(self) -> None:
        desktop = _Desktop(self)
        while not (self._is_over and not self._jobs):
            try:
                self._wait(desktop)
                desktop.listen()  # first: what is to be done may be for another server now
                while self._jobs:
                    self._jobs.popleft()(desktop)
                desktop.listen()
            except _FAULTS as error:
                log.info("notifications: %s: %s", type(error).__name__, error)
                desktop.forget()
        desktop.forget()

    def _wait(self, desktop: "_Desktop") -> None:
        if self._jobs:
            return
        ready, _, _ = select.select([self._reads, *desktop.sockets()], [], [])
        if self._reads in ready:
            os.read(self._reads, 4096)

    def _show(self, desktop: "_Desktop", note: Note) -> None:
        try:
            desktop.show(note)
        except _FAULTS as error:
            log.info("no notification: %s: %s", type(error).__name__, error)
            desktop.forget()
            self._gone_until_s = time.monotonic() + RETRY_S
            self.refused.emit(note)


def _image_data(face: Face) -> tuple[int, int, int, bool, int, int, bytes]:
    """Width, height, bytes a row, whether some is clear, bits, channels, pixels."""
    return face.side, face.side, face.side * 4, True, 8, 4, face.pixels


class _Desktop:
    """The other side of the bus, found when it is first needed and again after it went."""

    def __init__(self, teller: BusTeller) -> None:
        self._teller = teller
        self._bus: DBusConnection | None = None
        self._can: frozenset[str] = frozenset()
        self._has_asked = False
        """What this connection's server can."""
        self._heard: deque[Message] = deque()
        self._ids: dict[str, int] = {}
        """Of the notes that are shown, by key."""
        self._server = ""
        """Unique name of the one that answered last. The rules of a bus do not hold for what is
        sent to one program alone: everybody on it may say that the user has clicked."""
        self._token = ""

    def sockets(self) -> list[Any]:
        return [] if self._bus is None else [self._bus.sock]

    def show(self, note: Note) -> None:
        """Raises what _FAULTS lists."""
        self._connect()
        actions = [word for action in note.actions for word in action]
        if note.reply and REPLY in self._can:
            actions += [REPLY, note.reply]
        body = _as_markup(note.body) if "body-markup" in self._can else note.body
        hints: dict[str, tuple[str, Any]] = {
            "desktop-entry": ("s", "landline"),
            "category": ("s", "im.received"),
            "urgency": ("y", 1),
        }
        hints |= (
            {"suppress-sound": ("b", True)}
            if note.is_silent
            else {"sound-name": ("s", "message-new-instant")}
        )
        if note.face is not None:
            hints["image-data"] = ("(iiibiiay)", _image_data(note.face))
        answer = self._call(
            "Notify",
            "susssasa{sv}i",
            (
                *("Landline", self._ids.get(note.key, 0), "landline", note.title, body),
                *(actions if "actions" in self._can else [], hints, -1),
            ),
        )
        match answer:
            case (int(number),) if 0 <= number < 1 << 32:
                self._ids[note.key] = number
            case odd:
                raise ValueError(f"a number that is none: {odd!r:.80}")

    def withdraw(self, key: str) -> None:
        number = self._ids.pop(key, None)
        if number is not None:
            self._call("CloseNotification", "u", (number,))

    def show_count(self, unread: int) -> None:
        """Source: Unity's LauncherEntry, which docks of KDE, GNOME and others read."""
        from jeepney import DBusAddress, new_signal  # noqa: PLC0415 - as below

        entry = DBusAddress(_LAUNCHER_PATH, interface="com.canonical.Unity.LauncherEntry")
        values = {"count": ("x", unread), "count-visible": ("b", unread > 0)}
        words = ("application://landline.desktop", values)
        self._open().send(new_signal(entry, "Update", "sa{sv}", words))

    def withdraw_all(self) -> None:
        for key in list(self._ids):
            self.withdraw(key)

    def listen(self) -> None:
        """Tells what the user did with a note."""
        if self._bus is not None:
            try:
                while True:
                    self._bus.recv_messages(timeout=0)
            except TimeoutError:
                pass
        while self._heard:
            self._on_signal(self._heard.popleft())

    def forget(self) -> None:
        """The connection is of no use any more."""
        bus, self._bus = self._bus, None
        self._ids.clear()
        self._heard.clear()
        if bus is not None:
            bus.close()

    def _open(self) -> "DBusConnection":
        from jeepney.io.blocking import open_dbus_connection  # noqa: PLC0415 - in this thread

        if self._bus is None:
            self._bus = open_dbus_connection(bus="SESSION")
            self._has_asked = False
        return self._bus

    def _connect(self) -> None:
        from jeepney import MatchRule, message_bus  # noqa: PLC0415 - as above
        from jeepney.io.blocking import Proxy  # noqa: PLC0415

        self._open()
        if self._bus is None or self._has_asked:
            return
        match self._call("GetCapabilities", None, ()):
            case (list(can),):
                self._can = frozenset(one for one in can if isinstance(one, str))
            case odd:
                raise ValueError(f"capabilities that are none: {odd!r:.80}")
        self._has_asked = True
        rule = MatchRule(type="signal", sender=_NAME, interface=_NAME)
        owner = MatchRule(type="signal", interface=_BUS, member="NameOwnerChanged")
        owner.add_arg_condition(0, _NAME)
        for one in (rule, owner):
            Proxy(message_bus, self._bus, timeout=ANSWER_S).AddMatch(one)
        self._bus.filter(MatchRule(type="signal", interface=_NAME), queue=self._heard)
        self._bus.filter(owner, queue=self._heard)

    def _call(self, method: str, signature: str | None, body: tuple[Any, ...]) -> tuple[Any, ...]:
        """Raises OSError and ValueError too where a desktop answers with an error."""
        from jeepney import (  # noqa: PLC0415
            DBusAddress,
            DBusErrorResponse,
            HeaderFields,
            new_method_call,
        )
        from jeepney.wrappers import unwrap_msg  # noqa: PLC0415

        assert self._bus is not None
        there = DBusAddress("/org/freedesktop/Notifications", _NAME, _NAME)
        call = new_method_call(there, method, signature, body)
        try:
            answer = self._bus.send_and_get_reply(call, timeout=ANSWER_S)
            words: tuple[Any, ...] = unwrap_msg(answer)
        except DBusErrorResponse as error:
            raise OSError(f"{method}: {error}") from error
        self._server = answer.header.fields.get(HeaderFields.sender, "")
        return words

    def _on_signal(self, message: "Message") -> None:
        from jeepney import HeaderFields  # noqa: PLC0415

        fields = message.header.fields
        member = fields.get(HeaderFields.member)
        is_of_bus = member == "NameOwnerChanged"
        if fields.get(HeaderFields.sender) != (_BUS if is_of_bus else self._server):
            return
        match member, message.body:
            case "ActivationToken", (int(), str(token)):
                self._token = token
            case "ActionInvoked", (int(number), str(action)):
                token, self._token = self._token, ""
                self._tell(number, lambda key: self._teller.acted.emit(key, action or OPEN, token))
            case "NotificationReplied", (int(number), str(text)):
                self._tell(number, lambda key: self._teller.replied.emit(key, text))
            case "NameOwnerChanged", _:  # another server knows nothing of what this one showed
                self._ids.clear()
                self._has_asked = False
            case "NotificationClosed", (int(number), int()):
                self._tell(number, self._ids.pop)

    def _tell(self, number: int, what: Callable[[str], object]) -> None:
        key = next((key for key, one in self._ids.items() if one == number), None)
        if key is not None:
            what(key)


def _as_markup(text: str) -> str:
    from html import escape  # noqa: PLC0415 - brings all of HTML's names, before the first note

    return escape(text, quote=False)
