"""The reference for transfers: files over a bare socket, sendfile on one side, recv on the other.

    python -m bench.plain serve HOST PATH          prints its port; sends to whoever connects
    python -m bench.plain fetch HOST PORT FOLDER   prints the seconds it took
No names are checked, nothing is encrypted, nothing is synced: a limit, not a program.
"""

import os
import socket
import struct
import sys
import time
from collections.abc import Iterator
from pathlib import Path

PIECE_BYTES = 1 << 20
SMALL_BYTES = 64 * 1024
HEAD = struct.Struct(">HQ")


def serve(host: str, path: Path) -> None:
    with socket.create_server((host, 0)) as listener:
        print(listener.getsockname()[1], flush=True)
        while True:
            client, _ = listener.accept()
            with client:
                _send_all(client, path)


def _send_all(client: socket.socket, top: Path) -> None:
    """Small files many at a time: the limit must not be a system call a file."""
    waiting = bytearray()
    for path in _files(top):
        with open(path, "rb", buffering=0) as file:
            size = os.fstat(file.fileno()).st_size
            name = os.path.relpath(path, top.parent).encode()
            waiting += HEAD.pack(len(name), size) + name
            if size <= SMALL_BYTES:
                waiting += file.read()
            if size > SMALL_BYTES or len(waiting) >= PIECE_BYTES:
                client.sendall(waiting)
                waiting.clear()
            if size > SMALL_BYTES:
                client.sendfile(file)
    client.sendall(waiting)


def _files(top: Path) -> Iterator[str]:
    if top.is_file():
        yield str(top)
    for folder, folders, names in os.walk(top):
        folders.sort()
        yield from (os.path.join(folder, name) for name in sorted(names))


def fetch(host: str, port: int, into: Path) -> float:
    start = time.perf_counter()
    buffer = memoryview(bytearray(PIECE_BYTES))
    folders = set()
    with (
        socket.create_connection((host, port)) as stream,
        stream.makefile("rb", PIECE_BYTES) as rest,
    ):
        while head := rest.read(HEAD.size):
            length, size = HEAD.unpack(head)
            path = os.path.join(into, rest.read(length).decode())
            folder = os.path.dirname(path)
            if folder not in folders:
                os.makedirs(folder, exist_ok=True)
                folders.add(folder)
            target = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o644)
            while size:
                count = rest.readinto(buffer[: min(size, PIECE_BYTES)])
                os.write(target, buffer[:count])
                size -= count
            os.close(target)
    return time.perf_counter() - start


def main(words: list[str]) -> None:
    if words[0] == "serve":
        serve(words[1], Path(words[2]))
    else:
        print(fetch(words[1], int(words[2]), Path(words[3])))


if __name__ == "__main__":
    main(sys.argv[1:])
