"""Waiting for one socket, for a while."""

import select
import socket
import sys


def is_ready(sock: socket.socket, *, to_write: bool = False, timeout_s: float = 0.0) -> bool:
    """Whether it can be read (or written, or has failed) within ``timeout_s``."""
    if sys.platform == "win32":
        read, write = ([], [sock]) if to_write else ([sock], [])
        return any(select.select(read, write, [sock], timeout_s))
    waiting = select.poll()  # select() knows no descriptor above 1023
    waiting.register(sock, select.POLLOUT if to_write else select.POLLIN)
    return bool(waiting.poll(timeout_s * 1000))
