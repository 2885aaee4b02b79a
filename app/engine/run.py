"""One running transfer as the loop sees it: how far it is, how fast, whether it stands still."""

import math
import threading
from collections import deque
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final

from app.model import Direction, Transfer, TransferState, Way
from app.store.types import Counts, StoredTransfer
from net.transfer.faults import Fault
from net.transfer.progress import Progress

RATE_OVER_S: Final = 3.0
STALLED_S: Final = 3.0
"""A run that moved nothing for so long holds no place that another could use."""
ON_ITS_WAY_S: Final = 1.0
"""What a dead stream had in its buffers still moves for a moment."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a thread ended. ``fault`` None: done. ``is_ours``: we ended it, on purpose."""

    fault: Fault | None = None
    is_ours: bool = False
    path: Path | None = None
    """Where it landed, on the receiving side."""
    landed: tuple[str, ...] = ()
    """The paths of all things at the top, if there are several, but not too many."""
    bad_names: tuple[str, ...] = ()
    counts: Counts = field(default_factory=Counts)
    has_moved: bool = False


@dataclass(slots=True, eq=False)
class Run:
    stored: StoredTransfer
    transfer: Transfer
    progress: Progress
    started_s: float
    thread: threading.Thread | None = None
    way: Way | None = None
    """Set by the thread once there is a stream."""
    samples: deque[tuple[float, int]] = field(default_factory=deque)
    """When, and how many bytes; from when it is known what was there already."""
    first_bytes: int = 0
    moved_s: float = 0.0
    doubted_s: float = -math.inf
    """When there was last a reason to think that the stream is dead."""
    told: tuple[int, int, int] | None = None

    @property
    def is_receiving(self) -> bool:
        return self.transfer.direction is Direction.IN

    def counts(self) -> Counts:
        """What it came to so far; nothing as long as that is not known."""
        progress = self.progress
        fields = Counts()
        if self.is_known:
            fields["done_bytes"] = progress.done_bytes
            fields["done_files"] = progress.done_files
            fields["left_out_files"] = progress.left_out_files
            fields["left_out_bytes"] = progress.left_out_bytes
        if self.way:
            fields["way"] = self.way
        return fields

    def counts_when_done(self) -> Counts:
        fields = self.counts()
        left_out_files = fields.get("left_out_files", self.transfer.left_out_files)
        left_out_bytes = fields.get("left_out_bytes", self.transfer.left_out_bytes)
        fields["done_files"] = self.transfer.files - left_out_files
        fields["done_bytes"] = self.transfer.size_bytes - left_out_bytes
        return fields

    @property
    def is_known(self) -> bool:
        """Both sides have told what there is already; or nothing came of it yet."""
        progress = self.progress
        return bool(progress.done_bytes or progress.done_files or progress.left_out_files)

    @property
    def has_moved(self) -> bool:
        return bool(self.samples) and self.progress.done_bytes > self.first_bytes

    def view(self, now_s: float) -> Transfer:
        """As it is right now; the rate is the mean over RATE_OVER_S."""
        rate = self._rate(now_s, self.progress.done_bytes) if self.is_known else 0.0
        shown = replace(self.transfer, state=TransferState.RUNNING, rate=max(0.0, rate))
        return replace(shown, **self.counts())

    def _rate(self, now_s: float, done_bytes: int) -> float:
        samples = self.samples
        if not samples:
            self.first_bytes = done_bytes
        if not samples or done_bytes != samples[-1][1]:
            self.moved_s = now_s
        samples.append((now_s, done_bytes))
        while len(samples) > 2 and now_s - samples[1][0] >= RATE_OVER_S:
            samples.popleft()
        then_s, then_bytes = samples[0]
        return (done_bytes - then_bytes) / (now_s - then_s) if now_s > then_s else 0.0

    def is_stalled(self, now_s: float) -> bool:
        return now_s - max(self.moved_s, self.started_s) >= STALLED_S

    def is_dead(self, now_s: float) -> bool:
        """Nothing moved since it was doubted, but for what was on its way then."""
        last_s = max(self.moved_s, self.started_s)
        is_in_doubt = last_s < self.doubted_s + ON_ITS_WAY_S
        return is_in_doubt and self.is_stalled(now_s) and now_s - self.doubted_s >= STALLED_S
