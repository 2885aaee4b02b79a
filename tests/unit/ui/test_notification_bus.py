"""Notifications over a real session bus, to servers of different skill that come and go."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from jeepney import (
    DBusAddress,
    HeaderFields,
    MatchRule,
    Message,
    message_bus,
    new_method_return,
    new_signal,
)
from jeepney.io.blocking import Proxy, open_dbus_connection

from tests.unit.ui.buses import BusServer
from tests.unit.ui.stage import wait_until
from ui.desktop.bus import BusTeller
from ui.desktop.note import OPEN, READ, Face, Note

NAME = "org.freedesktop.Notifications"
EMITTER = DBusAddress("/org/freedesktop/Notifications", interface=NAME)
ALL = ("body", "body-markup", "actions", "inline-reply")
NOTE = Note(
    "chat", "Eve <b>", "<i>a</i> & b", ((OPEN, "Open"), (READ, "Mark as read")), reply="Reply"
)


@pytest.fixture
def teller(bus: str) -> Iterator[BusTeller]:
    made = BusTeller()
    yield made
    made.stop()


class Server(BusServer):
    """A notification server, which keeps what it was told."""

    odd: dict[str, tuple[str, tuple[Any, ...]]]
    """What it answers, where that is nonsense: signature and words, by the call."""

    def __init__(self, address: str, can: tuple[str, ...] = ALL) -> None:
        self.odd = {}
        self.notes: list[tuple[Any, ...]] = []
        self.closed: list[int] = []
        self.caller = ""
        self._can = can
        super().__init__(address, NAME)

    def answer(self, call: Message) -> None:
        member = call.header.fields[HeaderFields.member]
        if member in self.odd:
            self.send(new_method_return(call, *self.odd[member]))
        elif member == "GetCapabilities":
            self.send(new_method_return(call, "as", (list(self._can),)))
        elif member == "Notify":
            self.caller = call.header.fields[HeaderFields.sender]
            self.notes.append(call.body)
            self.send(new_method_return(call, "u", (call.body[1] or 40 + len(self.notes),)))
        else:
            self.closed.append(call.body[0])
            self.send(new_method_return(call))

    def tell(self, member: str, signature: str, *words: object) -> None:
        self.send(new_signal(EMITTER, member, signature, words))


@pytest.fixture
def server(bus: str) -> Iterator[Server]:
    made = Server(bus)
    yield made
    made.stop()


def test_f07_words_are_escaped_for_markup_and_a_newer_note_takes_the_place(
    teller: BusTeller, server: Server
) -> None:
    teller.show(NOTE)
    teller.show(NOTE)
    wait_until(lambda: len(server.notes) == 2)
    app, replaced, _icon, title, body, actions, hints, _timeout = server.notes[0]
    assert (app, replaced, title, body) == (
        "Landline",
        0,
        "Eve <b>",
        "&lt;i&gt;a&lt;/i&gt; &amp; b",
    )
    assert actions == [OPEN, "Open", READ, "Mark as read", "inline-reply", "Reply"]
    assert hints["desktop-entry"] == ("s", "landline")
    assert server.notes[1][1] == 41


def test_the_face_of_who_wrote_goes_along(teller: BusTeller, server: Server) -> None:
    pixels = bytes(range(16))
    teller.show(replace(NOTE, face=Face(2, pixels)))
    teller.show(NOTE)
    wait_until(lambda: len(server.notes) == 2)
    hints, without = server.notes[0][6], server.notes[1][6]
    assert hints["image-data"] == ("(iiibiiay)", (2, 2, 8, True, 8, 4, pixels))
    assert "image-data" not in without


def test_what_the_user_does_with_a_note_is_told(teller: BusTeller, server: Server) -> None:
    acted: list[tuple[str, str, str]] = []
    replied: list[tuple[str, str]] = []
    teller.acted.connect(lambda *words: acted.append(words))
    teller.replied.connect(lambda *words: replied.append(words))
    teller.show(NOTE)
    wait_until(lambda: len(server.notes) == 1)
    server.tell("ActionInvoked", "us", 7, OPEN)
    server.tell("ActivationToken", "us", 41, "leave")
    server.tell("ActionInvoked", "us", 41, OPEN)
    server.tell("NotificationReplied", "us", 41, "on my way")
    wait_until(lambda: bool(replied))
    assert acted == [("chat", OPEN, "leave")]
    assert replied == [("chat", "on my way")]


def test_f07_who_is_not_the_server_says_nothing_about_the_user(
    teller: BusTeller, server: Server, bus: str
) -> None:
    heard: list[str] = []
    teller.acted.connect(lambda _key, action, _token: heard.append(action))
    teller.replied.connect(lambda _key, text: heard.append(text))
    teller.show(NOTE)
    wait_until(lambda: len(server.notes) == 1)
    with open_dbus_connection(bus=bus) as other:
        for member, signature, words in (
            ("ActionInvoked", "us", (41, READ)),
            ("NotificationReplied", "us", (41, "not mine")),
            ("NotificationClosed", "uu", (41, 2)),
        ):
            signal = new_signal(EMITTER, member, signature, words)
            signal.header.fields[HeaderFields.destination] = server.caller
            other.send(signal)
        forged = DBusAddress("/org/freedesktop/DBus", interface="org.freedesktop.DBus")
        signal = new_signal(forged, "NameOwnerChanged", "sss", (NAME, ":1.0", ":1.9"))
        signal.header.fields[HeaderFields.destination] = server.caller
        other.send(signal)
        Proxy(message_bus, other).GetId()  # the bus has handed all of it on
    server.tell("NotificationReplied", "us", 41, "mine")
    wait_until(lambda: bool(heard))
    assert heard == ["mine"]


def test_withdrawn_note_is_closed_and_one_that_was_closed_is_left(
    teller: BusTeller, server: Server
) -> None:
    teller.show(NOTE)
    wait_until(lambda: len(server.notes) == 1)
    teller.withdraw("chat")
    wait_until(lambda: server.closed == [41])
    teller.withdraw("chat")
    teller.show(NOTE)
    wait_until(lambda: len(server.notes) == 2)
    assert server.notes[1][1] == 0
    teller.stop()
    assert server.closed == [41, 42]


def test_another_server_is_asked_anew_what_it_can(
    teller: BusTeller, server: Server, bus: str
) -> None:
    teller.show(NOTE)
    wait_until(lambda: len(server.notes) == 1)
    server.stop()
    simple = Server(bus, ("body",))
    try:
        teller.show(NOTE)
        wait_until(lambda: len(simple.notes) == 1)
        assert simple.notes[0][1] == 0
        assert simple.notes[0][4] == "<i>a</i> & b"
        assert simple.notes[0][5] == []
    finally:
        simple.stop()


@pytest.mark.parametrize("member", ["GetCapabilities", "Notify"])
@pytest.mark.parametrize(
    "odd",
    [
        ("s", ("words",)),
        ("i", (-7,)),
        ("aai", ([[1]],)),
        ("a{sv}", ({"a": ("as", ["b"])},)),
        ("uu", (1, 2)),
        (None, ()),
    ],
)
def test_a_server_that_talks_nonsense_costs_its_notes_alone(
    teller: BusTeller, server: Server, member: str, odd: tuple[str, tuple[Any, ...]]
) -> None:
    refused: list[Note] = []
    teller.refused.connect(refused.append)
    server.odd = {member: odd}
    teller.show(NOTE)
    wait_until(lambda: refused or server.notes)
    teller._gone_until_s = 0.0
    server.odd = {}
    before = len(server.notes)
    teller.show(NOTE)
    wait_until(lambda: len(server.notes) > before)


def test_no_server_refuses_the_note_and_the_dock_still_gets_its_number(
    teller: BusTeller, bus: str
) -> None:
    refused: list[Note] = []
    teller.refused.connect(refused.append)
    teller.show(NOTE)
    wait_until(lambda: refused == [NOTE])
    with open_dbus_connection(bus=bus) as dock:
        rule = MatchRule(type="signal", interface="com.canonical.Unity.LauncherEntry")
        Proxy(message_bus, dock).AddMatch(rule)
        with dock.filter(rule) as heard:
            teller.show_count(3)
            update = dock.recv_until_filtered(heard, timeout=10)
    assert update.header.fields[HeaderFields.signature] == "sa{sv}"
    values = {"count": ("x", 3), "count-visible": ("b", True)}
    assert update.body == ("application://landline.desktop", values)
