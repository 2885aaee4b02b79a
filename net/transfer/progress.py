"""What another thread may see of a running transfer, and how it ends one."""

from net.transfer.faults import Fault, TransferFault


class Progress:
    """Counters that the transfer's thread writes and anyone reads, and one flag back.

    No lock: each field has one writer and is one machine word to Python.
    """

    def __init__(self) -> None:
        self.done_bytes = 0
        """Content sent, or received and written."""
        self.done_files = 0
        self.left_out_files = 0
        """Not wanted by the receiver: never done."""
        self.left_out_bytes = 0
        self._fault: Fault | None = None

    def leave_out(self, files: int, size_bytes: int) -> None:
        """What was counted as done is not, and nobody waits for it any more."""
        self.done_files -= files
        self.done_bytes -= size_bytes
        self.left_out_files += files
        self.left_out_bytes += size_bytes

    def cancel(self, fault: Fault) -> None:
        """From any thread: end it, for this reason. The first one counts.

        The transfer's thread notices within channel.STEP_S wherever it waits for the
        network, tells the other side, and raises TransferFault(fault).
        """
        if self._fault is None:
            self._fault = fault

    @property
    def fault(self) -> Fault | None:
        """Why it was cancelled."""
        return self._fault

    @property
    def is_cancelled(self) -> bool:
        return self._fault is not None

    def check(self) -> None:
        """Raises TransferFault if it was cancelled. For the transfer's thread."""
        if self._fault is not None:
            raise TransferFault(self._fault)
