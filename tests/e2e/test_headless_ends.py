"""How the headless shell starts, refuses to start, and ends."""

import signal
import socket
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.e2e.conftest import Start
from tests.e2e.headless import STOP_S, Headless
from tests.e2e.rig import HERE


def _close_input(one: Headless) -> None:
    assert one.process.stdin is not None
    one.process.stdin.close()


ENDS: dict[str, Callable[[Headless], object]] = {
    "quit": lambda one: one.write(b'{"do":"quit"}\n'),
    "end of input": _close_input,
    "SIGINT": lambda one: one.signal(signal.SIGINT),
    "SIGTERM": lambda one: one.signal(signal.SIGTERM),
}
ends = pytest.mark.parametrize("end", ENDS.values(), ids=ENDS.keys())


@ends
def test_end_is_clean_and_quick(start: Start, end: Callable[[Headless], object]) -> None:
    anna = start("anna")
    end(anna)
    assert anna.ends_within(STOP_S) == 0
    assert anna.lines[-1]["event"] == "stopped"


@ends
def test_end_is_clean_and_quick_with_people_and_a_running_transfer(
    pair: tuple[Headless, Headless], tmp_path: Path, end: Callable[[Headless], object]
) -> None:
    anna, ben = pair
    big = tmp_path / "big"
    with big.open("wb") as file:
        file.truncate(2 << 30)
    offer = anna.ask("send_files", to=ben.peer_id, paths=[str(big)])
    ben.wait("offer", transfer=offer["transfer"])
    ben.ask("accept", transfer=offer["transfer"])
    anna.wait("transfer", state="running")
    ben.wait("transfer", state="running")
    for one in (anna, ben):
        end(one)
    for one in (anna, ben):
        assert one.ends_within(STOP_S) == 0
    assert not (tmp_path / "ben-downloads" / "big").exists()


@ends
def test_end_right_after_the_start_is_clean(
    start: Start, end: Callable[[Headless], object]
) -> None:
    for number in range(3):
        anna = start(f"anna{number}")
        end(anna)
        assert anna.ends_within(STOP_S) == 0


def test_requests_before_the_end_of_input_are_still_done(
    pair: tuple[Headless, Headless], start: Start
) -> None:
    anna, ben = pair
    ref = anna.say("send", to=ben.peer_id, text="last words")
    _close_input(anna)
    assert anna.ends_within(STOP_S) == 0
    sent = anna.wait("message", ref=ref)
    if not ben.all("message", id=sent["id"]):
        start("anna")
    assert ben.wait("message", id=sent["id"])["text"] == "last words"


def test_quit_answers_with_its_ref(start: Start) -> None:
    anna = start("anna")
    anna.write(b'{"do":"quit","ref":"bye"}\n')
    assert anna.ends_within(STOP_S) == 0
    assert anna.wait("stopped")["ref"] == "bye"


def test_second_process_on_one_profile_ends_with_3(start: Start) -> None:
    anna = start("anna")
    second = start("anna", is_ready=False)
    assert second.ends_within(20) == 3
    assert second.lines == []
    assert second.log.count("\n") == 1
    assert str(anna.profile) in second.log
    assert anna.ask("status")["name"] == "anna"


def test_profile_of_a_killed_process_is_free_again(start: Start) -> None:
    first = start("anna")
    peer_id = first.peer_id
    first.kill()
    assert start("anna").peer_id == peer_id


def test_taken_port_that_was_asked_for_ends_with_4(start: Start) -> None:
    anna = start("anna")
    ben = start("ben", "--port", str(anna.port), is_ready=False)
    assert ben.ends_within(20) == 4
    assert ben.lines == []
    assert ben.log.count("\n") == 1
    assert str(anna.port) in ben.log


@pytest.mark.parametrize("kind", [socket.SOCK_DGRAM, socket.SOCK_STREAM])
def test_port_that_another_program_has_for_one_protocol_ends_with_4(
    start: Start, kind: socket.SocketKind
) -> None:
    with socket.socket(socket.AF_INET, kind) as other:
        other.bind(("127.0.0.1", 0))
        port = other.getsockname()[1]
        if kind == socket.SOCK_STREAM:
            other.listen()
        anna = start("anna", "--port", str(port), place=HERE, is_ready=False)
        assert anna.ends_within(20) == 4


def test_taken_port_is_replaced_by_a_free_one(pair: tuple[Headless, Headless]) -> None:
    anna, ben = pair
    assert anna.port != ben.port
    assert ben.port > 48483


def test_port_that_was_asked_for_is_used_for_both_protocols(start: Start) -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    ready = start("anna", "--port", str(port)).wait("ready")
    assert (ready["udp_port"], ready["tcp_port"]) == (port, port)


def test_address_to_bind_that_is_not_ours_is_a_clear_line(start: Start) -> None:
    anna = start("anna", "--bind", "203.0.113.7", is_ready=False)
    assert anna.ends_within(20) not in (0, 3, 4)
    assert anna.log.count("\n") == 1
    assert "203.0.113.7" in anna.log
