"""What else brings files over a network, each started without changing the system.

A rival is opened once and then sends as often as wanted; the seconds run from starting its
sending program to the end of it (for `tar | nc` and the plain copy: of the receiving one).
"""

import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from bench.common import ROOT
from bench.transfer.cable import Cable, free_port
from bench.transfer.loads import files_below
from bench.transfer.secrets import make_certificate
from bench.transfer.ssh import SecureShell, secure_shell
from tests.e2e.rig import Place

Send = Callable[[Path, Path], float]
"""The file or folder into the folder; seconds. Both lie below the folder given to ``start``."""
SEARCH = "/usr/local/bin:/usr/bin:/bin:/usr/local/sbin:/usr/sbin:/sbin"
LOCALSEND = Path(__file__).with_name("localsend.mjs")


@dataclass(frozen=True, slots=True)
class Rival:
    name: str
    programs: tuple[str, ...]
    start: Callable[[Cable, Path], AbstractContextManager[Send]]
    is_sealed: bool = True

    def missing(self) -> list[str]:
        return [one for one in self.programs if not shutil.which(one, path=SEARCH)]


@contextmanager
def plain(cable: Cable, _folder: Path) -> Iterator[Send]:
    def send(path: Path, into: Path) -> float:
        serve = [sys.executable, "-m", "bench.plain", "serve", cable.sender.ip, str(path)]
        with background(cable.sender, serve, stdout=subprocess.PIPE) as server:
            assert server.stdout is not None
            port = server.stdout.readline().decode().strip()
            fetch = [sys.executable, "-m", "bench.plain", "fetch", cable.sender.ip, port]
            return float(run(cable.receiver, [*fetch, str(into)]))

    yield send


@contextmanager
def nginx(cable: Cable, folder: Path) -> Iterator[Send]:
    port, work = free_port(), folder / "nginx"
    work.mkdir()
    key, certificate = make_certificate(work, cable.receiver.ip)
    config = work / "nginx.conf"
    config.write_text(
        f"daemon off; worker_processes 1; pid {work}/pid; error_log {work}/errors; user root;"
        "events {} http { access_log off; client_max_body_size 0; client_body_buffer_size 1m;"
        f"keepalive_requests 10000000; client_body_temp_path {work}/bodies;"
        f"server {{ listen {cable.receiver.ip}:{port} ssl;"
        f"ssl_certificate {certificate}; ssl_certificate_key {key}; root {folder};"
        "dav_methods PUT; create_full_put_path on; } }"
    )
    url = f"https://{cable.receiver.ip}:{port}"

    def send(path: Path, into: Path) -> float:
        listed = work / "uploads"
        target = f"{url}/{into.relative_to(folder)}/{path.name}"
        with listed.open("w") as lines:
            for place in files_below(path):
                source, there = (path / place, f"{target}/{place}") if place else (path, target)
                lines.write(f'upload-file = "{source}"\nurl = "{there}"\n')
        command = ["curl", "-sS", "--fail", "--cacert", str(certificate), "-K", str(listed)]
        return timed(cable.sender, command)

    with background(cable.receiver, ["nginx", "-e", f"{work}/errors", "-c", str(config)]):
        cable.wait_listening(port)
        yield send


@contextmanager
def localsend(cable: Cable, folder: Path) -> Iterator[Send]:
    """Its protocol (v2): all names first, then one HTTPS POST a file, two at once."""
    port, work = free_port(), folder / "localsend"
    work.mkdir()
    key, certificate = make_certificate(work, cable.receiver.ip)
    server = ["node", str(LOCALSEND), "serve", cable.receiver.ip, str(port), key, certificate]

    def send(path: Path, into: Path) -> float:
        words = [cable.receiver.ip, str(port), str(path), str(into)]
        return timed(cable.sender, ["node", str(LOCALSEND), "send", *words])

    with background(cable.receiver, [str(word) for word in server]):
        cable.wait_listening(port)
        yield send


@contextmanager
def rsync_daemon(cable: Cable, folder: Path) -> Iterator[Send]:
    port, config = free_port(), folder / "rsyncd.conf"
    config.write_text(
        "use chroot = no\nreverse lookup = no\nuid = root\ngid = root\n"
        f"[bench]\npath = {folder}\nread only = no\n"
    )
    own = ("--address", cable.receiver.ip, "--port", str(port), "--log-file=/dev/null")
    daemon = ["rsync", "--daemon", "--no-detach", "--config", str(config), *own]

    def send(path: Path, into: Path) -> float:
        there = f"rsync://{cable.receiver.ip}:{port}/bench/{into.relative_to(folder)}/"
        return timed(cable.sender, ["rsync", "-a", str(path), there])

    with background(cable.receiver, daemon):
        cable.wait_listening(port)
        yield send


@contextmanager
def tar_over_nc(cable: Cable, _folder: Path) -> Iterator[Send]:
    def send(path: Path, into: Path) -> float:
        port = free_port()
        take = f"nc -l {cable.receiver.ip} {port} | tar -x -C '{into}'"
        give = f"tar -c -C '{path.parent}' '{path.name}' | nc -N {cable.receiver.ip} {port}"
        with background(cable.receiver, ["sh", "-c", take]) as receiver:
            cable.wait_listening(port)
            start_s = time.perf_counter()
            run(cable.sender, ["sh", "-c", give])
            receiver.wait()
            return time.perf_counter() - start_s

    yield send


Command = Callable[[SecureShell, Path, Path], list[str]]


def over_ssh(command: Command) -> Callable[[Cable, Path], AbstractContextManager[Send]]:
    @contextmanager
    def start(cable: Cable, folder: Path) -> Iterator[Send]:
        with secure_shell(cable, folder) as ssh:
            yield lambda path, into: timed(cable.sender, command(ssh, path, into))

    return start


def _scp(ssh: SecureShell, path: Path, into: Path) -> list[str]:
    return ["scp", "-q", "-r", *ssh.options, str(path), f"{ssh.there}:{into}/"]


def _rsync(ssh: SecureShell, path: Path, into: Path) -> list[str]:
    shell = " ".join(["ssh", *ssh.options])
    return ["rsync", "-a", "-e", shell, str(path), f"{ssh.there}:{into}/"]


def _tar(ssh: SecureShell, path: Path, into: Path) -> list[str]:
    shell = " ".join(["ssh", *ssh.options, ssh.there])
    give = f"tar -c -C '{path.parent}' '{path.name}' | {shell} tar -x -C '{into}'"
    return ["sh", "-c", give]


@contextmanager
def croc(cable: Cable, folder: Path) -> Iterator[Send]:
    """With a relay of its own at the receiver."""
    port, code = 9009, "7777-landline-bench"
    own = ["env", f"HOME={folder}", f"CROC_SECRET={code}", "croc"]
    relay = f"{cable.receiver.ip}:{port}"

    def send(path: Path, into: Path) -> float:
        take = [*own, "--yes", "--relay", relay, "--out", str(into)]
        give = [*own, "--relay", relay, "send", "--no-local", str(path)]
        start_s = time.perf_counter()
        with background(cable.sender, give) as sender:
            run(cable.receiver, take)
            sender.wait()
        return time.perf_counter() - start_s

    with background(cable.receiver, ["croc", "relay", "--host", cable.receiver.ip]):
        cable.wait_listening(port)
        yield send


PLAIN = Rival("plain sendfile copy", (), plain, is_sealed=False)
NGINX = Rival("curl HTTPS PUT to nginx", ("curl", "nginx"), nginx)
LOCALSEND_WAY = Rival("LocalSend's way (node)", ("node",), localsend)
RSYNC_DAEMON = Rival("rsyncd", ("rsync",), rsync_daemon, is_sealed=False)
TAR_OVER_NC = Rival("tar | nc", ("tar", "nc"), tar_over_nc, is_sealed=False)
SCP = Rival("scp", ("scp", "sshd"), over_ssh(_scp))
RSYNC_OVER_SSH = Rival("rsync over ssh", ("rsync", "ssh", "sshd"), over_ssh(_rsync))
TAR_OVER_SSH = Rival("tar over ssh", ("tar", "ssh", "sshd"), over_ssh(_tar))
CROC = Rival("croc", ("croc",), croc)


@contextmanager
def background(
    place: Place, command: list[str], stdout: int | IO[bytes] = subprocess.DEVNULL
) -> Iterator[subprocess.Popen[bytes]]:
    """A program that runs meanwhile; ended in the end."""
    with subprocess.Popen(
        place.command(command),
        cwd=ROOT,
        stdin=subprocess.DEVNULL,
        stdout=stdout,
        stderr=subprocess.DEVNULL,
    ) as process:
        try:
            yield process
        finally:
            process.terminate()


def run(place: Place, command: list[str]) -> str:
    """What it said. Raises CalledProcessError with what it complained of."""
    done = subprocess.run(
        place.command(command), cwd=ROOT, stdin=subprocess.DEVNULL, capture_output=True, check=True
    )
    return done.stdout.decode()


def timed(place: Place, command: list[str]) -> float:
    start_s = time.perf_counter()
    run(place, command)
    return time.perf_counter() - start_s
