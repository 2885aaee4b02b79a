"""The hashes by which two copies of a file are compared."""

from collections.abc import Iterator
from typing import Final

from blake3 import blake3

from net.protocol.limits import BLOCK_BYTES
from net.protocol.manifest import HASH_BYTES
from net.transfer.sources import read_into

UNREADABLE: Final = bytes(HASH_BYTES)
"""In place of a hash; no content has it."""
_READ_BYTES: Final = 1024 * 1024


def count_blocks(size_bytes: int) -> int:
    return -(-size_bytes // BLOCK_BYTES)


def hash_blocks(descriptor: int, size_bytes: int) -> Iterator[bytes]:
    """Of the first ``size_bytes`` of a file, read from its start, BLOCK_BYTES at a time.

    Fewer where the file ends before. Raises OSError.
    """
    room = memoryview(bytearray(min(size_bytes, _READ_BYTES)))
    while size_bytes:
        left = block_bytes = min(size_bytes, BLOCK_BYTES)
        hasher = blake3()
        while left:
            count = read_into(descriptor, room[:left])
            if count == 0:
                return
            hasher.update(room[:count])
            left -= count
        yield hasher.digest()
        size_bytes -= block_bytes
