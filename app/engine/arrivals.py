"""What a record from somebody means here: a row in the chat, an effect, or neither."""

import logging
from collections.abc import Callable
from dataclasses import dataclass

from app.engine.people import Acquaintance
from app.errors import KnownError
from app.store.types import IncomingMessage
from app.store.writer import Writer
from net.protocol.records import Record

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Effect:
    """What a record does besides adding a row: in the same commit, and once it is durable."""

    apply: Callable[[Writer], object]
    after: Callable[[object], None] = lambda _result: None

    def run(self, w: Writer) -> object:
        """What makes no sense here is passed over: the records beside it are still wanted."""
        try:
            return self.apply(w)
        except KnownError as error:
            log.info("a record had no effect: %s", error)
            return None


@dataclass(frozen=True, slots=True)
class Arrival:
    """``on_added`` follows only if ``message`` is a new row: not for one told again."""

    message: IncomingMessage | None = None
    effect: Effect | None = None
    on_added: Callable[[], None] | None = None


Handler = Callable[[Acquaintance, Record], Arrival]
