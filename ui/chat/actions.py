"""What can be done about a transfer from its card, its menu or its dialog."""

from enum import Enum, auto
from typing import Final

from app.model import Direction, Transfer, TransferState


class Action(Enum):
    ACCEPT = auto()
    SAVE_TO = auto()
    DECLINE = auto()
    CANCEL = auto()
    SHOW_IN_FOLDER = auto()


ASKING: Final = (Action.ACCEPT, Action.SAVE_TO, Action.DECLINE)
UNDER_WAY: Final = frozenset({TransferState.WAITING, TransferState.RUNNING, TransferState.PAUSED})


def actions_of(transfer: Transfer) -> tuple[Action, ...]:
    """What the user can do about it now."""
    state = transfer.state
    if transfer.direction is Direction.IN:
        if state is TransferState.OFFERED:
            return ASKING
        if state is TransferState.DONE and transfer.path:
            return (Action.SHOW_IN_FOLDER,)
        return (Action.CANCEL,) if state in UNDER_WAY else ()
    is_open = state is TransferState.OFFERED or state in UNDER_WAY
    return (Action.CANCEL,) if is_open else ()
