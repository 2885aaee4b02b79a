"""An ssh server of one's own: private port, throwaway keys, no file outside one folder."""

import getpass
import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from bench.transfer.cable import Cable, free_port
from bench.transfer.secrets import make_ssh_key

_SEARCH = "/usr/sbin:/usr/local/sbin:/sbin"
_PRIVATE_RUN = 'mount -t tmpfs none /run && mkdir /run/sshd && exec "$@"'
"""In a mount namespace: the folder that sshd wants as root, for nobody else to see."""


@dataclass(frozen=True, slots=True)
class SecureShell:
    there: str
    options: tuple[str, ...]
    """For ssh and scp alike."""


@contextmanager
def secure_shell(cable: Cable, folder: Path) -> Iterator[SecureShell]:
    """Listening until the end."""
    port = free_port()
    work = folder / f"ssh-{port}"
    work.mkdir(mode=0o700)
    host_line = make_ssh_key(work / "host")
    (work / "allowed").write_text(make_ssh_key(work / "mine") + "\n")
    (work / "known").write_text(f"[{cable.receiver.ip}]:{port} {host_line}\n")
    (work / "config").write_text(
        f"ListenAddress {cable.receiver.ip}\nPort {port}\nHostKey {work}/host\n"
        f"AuthorizedKeysFile {work}/allowed\nStrictModes no\nPermitRootLogin yes\nUsePAM no\n"
        f"PasswordAuthentication no\nPidFile {work}/pid\nSubsystem sftp internal-sftp\n"
    )
    sshd = shutil.which("sshd", path=_SEARCH)
    assert sshd is not None
    command = [sshd, "-D", "-f", str(work / "config"), "-E", str(work / "log")]
    if os.geteuid() == 0:
        command = ["unshare", "-m", "sh", "-c", _PRIVATE_RUN, "sh", *command]
    options = {
        "Port": str(port),
        "IdentityFile": f"{work}/mine",
        "UserKnownHostsFile": f"{work}/known",
        "BatchMode": "yes",
    }
    words = [word for name, value in options.items() for word in ("-o", f"{name}={value}")]
    with subprocess.Popen(
        cable.receiver.command(command), stdin=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    ) as server:
        try:
            cable.wait_listening(port)
            user = getpass.getuser()
            yield SecureShell(f"{user}@{cable.receiver.ip}", ("-F", "none", *words))
        finally:
            server.terminate()
