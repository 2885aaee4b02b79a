"""Servers on a session bus of the test's own (the fixture ``bus``)."""

import threading
from abc import ABC, abstractmethod

from jeepney import Message, MessageType, message_bus
from jeepney.io.blocking import DBusConnection, Proxy, open_dbus_connection


class BusServer(ABC):
    """Holds a name and answers calls on a thread of its own."""

    def __init__(self, address: str, name: str) -> None:
        self._is_over = threading.Event()
        self._bus: DBusConnection = open_dbus_connection(bus=address)
        assert Proxy(message_bus, self._bus).RequestName(name) == (1,)
        self._thread = threading.Thread(target=self._serve, name="server")
        self._thread.start()

    @abstractmethod
    def answer(self, call: Message) -> None:
        """On the server's thread."""

    def send(self, message: Message) -> None:
        self._bus.send(message)

    def stop(self) -> None:
        self._is_over.set()
        self._thread.join()
        self._bus.close()

    def _serve(self) -> None:
        while not self._is_over.is_set():
            try:
                message = self._bus.receive(timeout=0.05)
            except TimeoutError:
                continue
            if message.header.message_type is MessageType.method_call:
                self.answer(message)
