"""What of a peer's lane has arrived: all below a number, and some beyond it."""

from net.protocol.limits import WINDOW_RECORDS


class Window:
    """``next_seq`` is the first sequence number not here; ``beyond`` are later ones that are.

    Bounded: nothing from ``next_seq`` + ``width`` on is taken.
    """

    def __init__(self, next_seq: int, beyond: bytes = b"", width: int = WINDOW_RECORDS) -> None:
        """``beyond``: bit k (byte k // 8, least significant first) is ``next_seq + 1 + k``."""
        self.width = width
        self.next_seq = next_seq
        self.beyond = {
            next_seq + 1 + 8 * at + bit
            for at, byte in enumerate(beyond)
            if byte
            for bit in range(8)
            if byte >> bit & 1
        }

    def advance(self, low_seq: int) -> None:
        """Everything below ``low_seq`` counts as arrived: the sender is done with it."""
        if low_seq > self.next_seq:
            self.next_seq = low_seq
            self.beyond = {seq for seq in self.beyond if seq >= low_seq}
            self._close_up()

    def wants(self, seq: int) -> bool:
        is_near = self.next_seq <= seq < self.next_seq + self.width
        return is_near and seq not in self.beyond

    def take(self, seq: int) -> None:
        """``seq`` is here now; only for one that ``wants`` said yes to."""
        if seq == self.next_seq:
            self.next_seq += 1
            self._close_up()
        else:
            self.beyond.add(seq)

    def missing_between(self, low: int, high: int) -> int:
        """How many of the numbers strictly between the two have not arrived."""
        first = max(low + 1, self.next_seq)
        if first >= high:
            return 0
        return high - first - sum(first <= seq < high for seq in self.beyond)

    def encode_beyond(self) -> bytes:
        if not self.beyond:
            return b""
        first = self.next_seq + 1
        encoded = bytearray((max(self.beyond) - first) // 8 + 1)
        for seq in self.beyond:
            encoded[(seq - first) // 8] |= 1 << (seq - first) % 8
        return bytes(encoded)

    def _close_up(self) -> None:
        while self.next_seq in self.beyond:
            self.beyond.discard(self.next_seq)
            self.next_seq += 1


def first_behind_gap(next_seq: int, beyond: bytes, low: int) -> int | None:
    """The first number from ``low`` on that is here while the one right before it is missing.

    By the bits as they are kept: of a room's author there may be 65,536.
    """
    bits = int.from_bytes(beyond, "little")
    behind = (bits & ~(bits << 1)) >> max(0, low - next_seq - 1)
    if not behind:
        return None
    return max(low, next_seq + 1) + (behind & -behind).bit_length() - 1
