"""The manifest that an offer bound: whoever takes in another one saw a lie."""

from collections.abc import Callable
from dataclasses import dataclass

from net.protocol.errors import RemoteProtocolError
from net.protocol.manifest import Entry, ManifestReader, Totals
from net.protocol.names import safe_path
from net.protocol.transfer import Accept
from net.transfer.channel import SealedChannel


@dataclass(frozen=True, slots=True)
class Shown:
    """What an offer said of a manifest; None: it did not say. ``names`` are the first ones
    at the top, safe or as sent."""

    manifest_hash: bytes
    size_bytes: int
    files: int | None = None
    folders: int | None = None
    names: tuple[str, ...] | None = None

    def is_true_of(self, totals: Totals) -> bool:
        return (
            totals.manifest_hash == self.manifest_hash
            and totals.size_bytes == self.size_bytes
            and self.files in (None, totals.files)
            and self.folders in (None, totals.folders)
            and (self.names is None or safe_path(self.names) == safe_path(totals.names))
        )

    def check(self, totals: Totals) -> None:
        """Raises RemoteProtocolError: whoever accepted it saw a lie."""
        if totals.entries == 0 or not self.is_true_of(totals):
            raise RemoteProtocolError("the manifest is not the one that was offered")


def expect_manifest(channel: SealedChannel, shown: Shown) -> int:
    """The sender's ``accept``: how many bytes of manifest follow. Raises RemoteProtocolError
    if it has another one than it offered, TransferFault."""
    accept = channel.receive_header(Accept)
    if accept.manifest_hash != shown.manifest_hash.hex():
        raise RemoteProtocolError("another manifest than was offered")
    return accept.manifest_size


def receive_manifest(
    channel: SealedChannel,
    size_bytes: int,
    shown: Shown,
    take: Callable[[memoryview, list[Entry]], None],
) -> Totals:
    """To the byte what was offered, or RemoteProtocolError. Raises TransferFault.

    ``take`` is given its bytes as they come and the entries they complete: checked, but
    not yet known to be the ones offered.
    """
    reader = ManifestReader()
    left = size_bytes
    while left:
        data = channel.receive()
        if not isinstance(data, memoryview) or len(data) > left:
            raise RemoteProtocolError("a manifest of another size than was said")
        take(data, reader.receive(data))
        left -= len(data)
    totals = reader.finish()
    shown.check(totals)
    return totals
