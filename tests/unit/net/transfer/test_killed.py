"""Real processes, really killed: nothing half under a real name, and no word of done."""

import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from net.protocol.limits import STREAM_PREFIX_BYTES
from net.protocol.stream import StreamHandshake, parse_handshake_prefix
from net.transfer.faults import Fault, TransferFault
from net.transfer.landing import discard_landing
from net.transfer.progress import Progress
from net.transfer.sender import serve_transfer
from tests.unit.net.transfer.talk import WAIT_S, End, running, scan, tree_of
from tests.unit.net.transfer.test_dial import PEER

ROOT = Path(__file__).parents[4]
RECEIVER = """
import os, sys
from pathlib import Path
from net.protocol.identity import Identity, PeerId
from net.transfer.dial import dial
from net.transfer.progress import Progress
from net.transfer.receiver import ReceiveRequest, receive_transfer
port, peer, manifest_hash, size, inbox = sys.argv[1:]
channel = dial([("127.0.0.1", int(port))], Identity(bytes(32)), os.urandom,
               PeerId(bytes.fromhex(peer)), bytes(16), timeout_s=20.0, progress=Progress())
request = ReceiveRequest(bytes(16), bytes.fromhex(manifest_hash), int(size), Path(inbox),
                         ".landline-0123456789abcdef")
receive_transfer(channel, request, Progress())
"""
SIZE = 300_000
FILES = 60
"""Half of them large enough to be synced alone."""


@pytest.fixture
def source(tmp_path: Path) -> Path:
    folder = tmp_path / "source"
    folder.mkdir()
    for number in range(FILES):
        (folder / str(number)).write_bytes(os.urandom(SIZE * (1 + number % 2 * 4)))
    return folder


class Receiver:
    """A receiver in a process of its own, and the sealed stream it has opened."""

    def __init__(self, source: Path, inbox: Path) -> None:
        self.sources = scan(source)
        totals = self.sources.manifest.totals
        with socket.create_server(("127.0.0.1", 0)) as listener:
            listener.settimeout(WAIT_S)
            arguments = [
                str(listener.getsockname()[1]),
                PEER.peer_id.hex(),
                totals.manifest_hash.hex(),
                str(totals.size_bytes),
                str(inbox),
            ]
            command = [sys.executable, "-c", RECEIVER, *arguments]
            self.process = subprocess.Popen(command, cwd=ROOT)
            sock, _ = listener.accept()
        self.end = accept_as_peer(sock)

    def serve(self, progress: Progress) -> None:
        serve_transfer(self.end.channel(), self.sources, progress)


def accept_as_peer(sock: socket.socket) -> End:
    sock.settimeout(WAIT_S)
    machine = StreamHandshake(PEER, os.urandom, is_initiator=False)
    for _ in range(2):
        size = parse_handshake_prefix(sock.recv(STREAM_PREFIX_BYTES))
        machine.receive(sock.recv(size))
        record = machine.send()
        if record is not None:
            sock.sendall(record)
    end = End(sock, machine.sealer, machine.opener)
    end.hear()  # hello
    return end


@pytest.mark.parametrize("percent", [1, 10, 40, 75, 99])
def test_g01_a_receiver_killed_anywhere_has_delivered_all_or_nothing(
    source: Path, tmp_path: Path, percent: int
) -> None:
    inbox = tmp_path / "inbox"
    inbox.mkdir()
    receiver, progress = Receiver(source, inbox), Progress()
    kill_at = receiver.sources.manifest.totals.size_bytes * percent // 100
    with running(lambda: receiver.serve(progress)) as serving:
        while progress.done_bytes < kill_at and not serving.done():
            pass
        receiver.process.kill()
        receiver.process.wait(WAIT_S)
        fault = serving.exception(WAIT_S)
    named = [name for name in os.listdir(inbox) if not name.startswith(".landline-")]
    if named:
        assert tree_of(inbox / "source") == tree_of(source)
    else:
        assert isinstance(fault, TransferFault)
        assert fault.fault is Fault.CONNECTION_LOST
    discard_landing(inbox, ".landline-0123456789abcdef")
    assert os.listdir(inbox) == named


def test_a_receiver_in_another_process_gets_it_all(source: Path, tmp_path: Path) -> None:
    receiver = Receiver(source, tmp_path / "inbox")
    receiver.serve(Progress())
    assert receiver.process.wait(WAIT_S) == 0
    assert tree_of(tmp_path / "inbox/source") == tree_of(source)
