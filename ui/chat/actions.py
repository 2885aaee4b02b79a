"""What can be done about a transfer from its card, its menu, its dialog or the panel."""

from enum import Enum, auto
from pathlib import PurePath
from typing import Final

from app.model import Direction, Reason, Transfer, TransferState
from net.protocol.names import is_risky


class Action(Enum):
    ACCEPT = auto()
    CHOOSE = auto()
    DECLINE = auto()
    PAUSE = auto()
    RESUME = auto()
    CANCEL = auto()
    RETRY = auto()
    KEEP_REST = auto()
    """Again, without the files that are not what was offered."""
    SEND_AGAIN = auto()
    """A new offer of the same paths, as they are now."""
    OPEN = auto()
    SHOW_IN_FOLDER = auto()
    COPY_PATH = auto()
    COPY_FILES = auto()
    SAVE_AS = auto()
    MOVE_FIRST = auto()
    MOVE_UP = auto()
    MOVE_DOWN = auto()


NAMES_KNOWN: Final = 20
"""Of what lies at a transfer's top; with more there, nobody here knows all of them."""
ASKING: Final = (Action.ACCEPT, Action.CHOOSE, Action.DECLINE)
MOVING: Final = (Action.MOVE_FIRST, Action.MOVE_UP, Action.MOVE_DOWN)
UNDER_WAY: Final = frozenset({TransferState.WAITING, TransferState.RUNNING, TransferState.PAUSED})

_SOURCE: Final = frozenset({Reason.SOURCE_CHANGED, Reason.SOURCE_UNREADABLE})
_TRIED_AGAIN: Final = frozenset({Reason.CONNECTION_LOST, Reason.UNREACHABLE})
"""By itself, after a pause that the user may cut short."""
_OVER_FOR_GOOD: Final = frozenset({Reason.NOT_OFFERED, Reason.BY_PEER})
"""At the receiver: asking again gives the same answer."""


def actions_of(transfer: Transfer) -> tuple[Action, ...]:
    """What the user can do about it now, with a button each."""
    if transfer.state is TransferState.FAILED:
        return _after_failure(transfer)
    return _of_receiver(transfer) if transfer.direction is Direction.IN else _of_either(transfer)


def _of_receiver(transfer: Transfer) -> tuple[Action, ...]:
    if transfer.state is TransferState.OFFERED:
        return ASKING
    if transfer.state is TransferState.DONE and transfer.path:
        opens = (Action.OPEN,) if can_open(transfer) else ()
        return *opens, Action.SHOW_IN_FOLDER
    return _of_either(transfer)


def _of_either(transfer: Transfer) -> tuple[Action, ...]:
    is_by_peer = transfer.reason is Reason.BY_PEER
    is_ours = transfer.reason is Reason.BY_USER
    retries = (Action.RETRY,) if transfer.reason in _TRIED_AGAIN else ()
    return {
        TransferState.OFFERED: (Action.CANCEL,),
        TransferState.WAITING: (*retries, Action.PAUSE, Action.CANCEL),
        TransferState.RUNNING: (Action.PAUSE, Action.CANCEL),
        TransferState.PAUSED: (*(() if is_by_peer else (Action.RESUME,)), Action.CANCEL),
        TransferState.CANCELLED: (Action.RETRY,) if is_ours else (),
    }.get(transfer.state, ())


def path_to_copy(transfer: Transfer) -> str:
    """Where it lies here; empty while it does not."""
    is_here = transfer.direction is Direction.IN and transfer.state is TransferState.DONE
    return (transfer.path or "") if is_here else ""


def menu_actions_of(transfer: Transfer) -> tuple[Action, ...]:
    """Those with a button, and what is asked for rarely."""
    shows = () if transfer.direction is Direction.IN else (Action.SHOW_IN_FOLDER,)
    copies = (Action.COPY_PATH,) if path_to_copy(transfer) else ()
    saves = (Action.SAVE_AS,) if is_single_file(transfer) else ()
    here = (*shows, Action.COPY_FILES, *saves) if may_lie_here(transfer) else ()
    return *actions_of(transfer), *here, *copies


def may_lie_here(transfer: Transfer) -> bool:
    """Whether its files can be looked for: what came in whole, and what is sent from here."""
    if not 0 < len(transfer.names) <= NAMES_KNOWN:
        return False
    return transfer.direction is Direction.OUT or bool(path_to_copy(transfer))


def is_single_file(transfer: Transfer) -> bool:
    return transfer.files == 1 and not transfer.folders


def is_worded(transfer: Transfer) -> bool:
    """Whether its buttons say in words what they do: where there is something to decide."""
    is_asked = transfer.direction is Direction.IN and transfer.state is TransferState.OFFERED
    return is_asked or transfer.state is TransferState.FAILED


def is_queued(transfer: Transfer) -> bool:
    """Whether it waits among those that are fetched in an order of ours."""
    return transfer.direction is Direction.IN and transfer.state is TransferState.WAITING


def can_open(transfer: Transfer) -> bool:
    """A single file that nothing runs when it is opened; whoever opens looks at its mode too."""
    if transfer.path is None or not is_single_file(transfer):
        return False
    name = PurePath(transfer.path).name
    return bool(PurePath(name).suffix) and not is_risky(name)


def _after_failure(transfer: Transfer) -> tuple[Action, ...]:
    reason = transfer.reason
    if transfer.direction is Direction.OUT:
        if reason in _SOURCE or reason is Reason.NOT_OFFERED:
            return (Action.SEND_AGAIN,)
        return () if reason is Reason.BY_PEER else (Action.RETRY,)
    if reason in _OVER_FOR_GOOD:
        return ()
    if reason not in _SOURCE:
        return (Action.RETRY,)
    has_rest = transfer.files > len(transfer.bad_names) + transfer.left_out_files
    keeps = (Action.KEEP_REST,) if has_rest and transfer.bad_names else ()
    return keeps if reason is Reason.SOURCE_CHANGED else (Action.RETRY, *keeps)
