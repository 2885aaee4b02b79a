"""The main datagram sockets, with real ones at both ends."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import ExitStack
from itertools import pairwise

import pytest

from net.ports import PortSet, open_ports
from net.protocol.limits import DATAGRAM_MAX_BYTES
from net.protocol.packet import Address
from net.udp import DATAGRAMS_PER_WAKEUP, UdpSockets


class Inbox:
    """Datagrams as they came, and a way to wait for them."""

    def __init__(self) -> None:
        self.got: list[tuple[bytes, Address]] = []
        self.on_each: Callable[[], None] = lambda: None
        self._changed = asyncio.Event()

    def __call__(self, data: bytes, address: Address) -> None:
        self.got.append((data, address))
        self._changed.set()
        self.on_each()

    async def wait_for(self, count: int) -> None:
        async with asyncio.timeout(10):
            while len(self.got) < count:
                self._changed.clear()
                await self._changed.wait()


class End:
    def __init__(self, bind: tuple[str, ...]) -> None:
        self.ports: PortSet = open_ports(20000, bind=bind)
        self.inbox = Inbox()
        self.udp = UdpSockets(asyncio.get_running_loop(), self.ports.udp, self.inbox)

    def at(self, host: str) -> Address:
        return host, self.ports.port

    def close(self) -> None:
        self.udp.close()
        self.ports.close()


class Ends:
    def __init__(self) -> None:
        self._stack = ExitStack()

    def open(self, *bind: str) -> End:
        end = End(bind or ("127.0.0.1", "::1"))
        self._stack.callback(end.close)
        return end

    def close(self) -> None:
        self._stack.close()


def run(test: Callable[[Ends], Awaitable[None]]) -> None:
    async def body() -> None:
        ends = Ends()
        try:
            await test(ends)
        finally:
            ends.close()

    with asyncio.Runner(loop_factory=asyncio.SelectorEventLoop) as runner:
        runner.run(body())


@pytest.mark.parametrize("host", ["127.0.0.1", "::1"])
def test_a_datagram_goes_there_and_back(host: str) -> None:
    async def talk(ends: Ends) -> None:
        one, two = ends.open(), ends.open()
        assert one.udp.send(b"hello", two.at(host))
        await two.inbox.wait_for(1)
        data, address = two.inbox.got[0]
        assert (data, address) == (b"hello", one.at(host))
        assert two.udp.send(b"hello yourself", address)
        await one.inbox.wait_for(1)
        assert one.inbox.got == [(b"hello yourself", two.at(host))]

    run(talk)


def test_a01_a02_empty_and_tiny_datagrams_are_no_end_of_input() -> None:
    async def talk(ends: Ends) -> None:
        one, two = ends.open(), ends.open()
        for data in (b"", b"x", b"", b"last"):
            assert one.udp.send(data, two.at("127.0.0.1"))
        await two.inbox.wait_for(4)
        assert [data for data, _ in two.inbox.got] == [b"", b"x", b"", b"last"]

    run(talk)


def test_a03_datagrams_above_the_limit_are_dropped_whole() -> None:
    async def talk(ends: Ends) -> None:
        one, two = ends.open(), ends.open()
        for size in (DATAGRAM_MAX_BYTES, DATAGRAM_MAX_BYTES + 1, 3000, 65_507, 7):
            assert one.udp.send(b"x" * size, two.at("127.0.0.1"))
        await two.inbox.wait_for(2)
        assert [len(data) for data, _ in two.inbox.got] == [DATAGRAM_MAX_BYTES, 7]

    run(talk)


def test_a21_answers_that_nobody_listens_do_not_stop_the_reading() -> None:
    async def talk(ends: Ends) -> None:
        one, two, gone = ends.open(), ends.open(), ends.open()
        nowhere = gone.at("127.0.0.1")
        gone.close()
        for _ in range(500):
            one.udp.send(b"anyone?", nowhere)
        assert two.udp.send(b"still there?", one.at("127.0.0.1"))
        await one.inbox.wait_for(1)
        assert one.udp.send(b"yes", two.at("127.0.0.1"))
        await two.inbox.wait_for(1)

    run(talk)


@pytest.mark.parametrize(
    "address",
    [
        ("255.255.255.255", 9),
        ("localhost", 9),
        ("no such host", 9),
        ("", 9),
        ("127.0.0.1", 0),
        ("127.0.0.1", -1),
        ("127.0.0.1", 70000),
        ("fe80::1%no-such-card", 9),
        ("fe80::1", 9),
        ("fe80::1%\0", 9),
        ("ff02::1", 9),
        ("\ud800", 9),
        ("1" * 1000, 9),
    ],
)
def test_sending_to_where_nobody_can_be_is_false_and_no_error(address: Address) -> None:
    async def talk(ends: Ends) -> None:
        one = ends.open()
        assert not one.udp.send(b"x", address)
        assert not one.udp.send(b"x", address)

    run(talk)


def test_what_is_too_long_for_the_system_is_false_and_no_error() -> None:
    async def talk(ends: Ends) -> None:
        one, two = ends.open(), ends.open()
        assert not one.udp.send(b"x" * 65_600, two.at("127.0.0.1"))
        assert one.udp.send(b"x", two.at("127.0.0.1"))

    run(talk)


def test_a_family_that_is_not_bound_is_false_and_no_error() -> None:
    async def talk(ends: Ends) -> None:
        one = ends.open("127.0.0.1")
        assert not one.udp.send(b"x", ("::1", 9))

    run(talk)


def test_of_several_bound_addresses_the_nearest_sends() -> None:
    async def talk(ends: Ends) -> None:
        one, two = ends.open("127.0.0.1", "127.9.0.1"), ends.open("127.9.0.2", "127.0.0.2")
        assert one.udp.send(b"a", two.at("127.9.0.2"))
        assert one.udp.send(b"b", two.at("127.0.0.2"))
        await two.inbox.wait_for(2)
        assert set(two.inbox.got) == {(b"a", one.at("127.9.0.1")), (b"b", one.at("127.0.0.1"))}

    run(talk)


def test_a_flood_leaves_the_loop_its_turns() -> None:
    async def talk(ends: Ends) -> None:
        one, two = ends.open(), ends.open()
        count = 4 * DATAGRAMS_PER_WAKEUP
        for _ in range(count):
            assert one.udp.send(b"x" * 100, two.at("127.0.0.1"))
        seen: list[int] = []

        def look() -> None:
            seen.append(len(two.inbox.got))
            if seen[-1] < count:
                asyncio.get_running_loop().call_soon(look)

        look()
        await two.inbox.wait_for(count)
        steps = [b - a for a, b in pairwise(seen)]
        assert max(steps) <= DATAGRAMS_PER_WAKEUP

    run(talk)


def test_closing_within_a_datagram_ends_the_reading_at_once() -> None:
    async def talk(ends: Ends) -> None:
        one, two = ends.open(), ends.open()
        two.inbox.on_each = two.close
        for _ in range(3):
            assert one.udp.send(b"x", two.at("127.0.0.1"))
        await two.inbox.wait_for(1)
        await asyncio.sleep(0)
        assert len(two.inbox.got) == 1
        assert not two.udp.send(b"x", one.at("127.0.0.1"))
        two.close()

    run(talk)


def test_closed_sockets_are_closed_and_read_no_more() -> None:
    async def talk(ends: Ends) -> None:
        one = ends.open()
        one.udp.close()
        assert all(sock.fileno() < 0 for sock in one.ports.udp)
        assert not one.udp.send(b"x", ("127.0.0.1", 9))

    run(talk)
