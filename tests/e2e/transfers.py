"""Words that tests of transfers between real processes share."""

from pathlib import Path
from typing import Any

from tests.e2e.headless import Headless, Line
from tests.e2e.trees import tree

FINAL = ("done", "declined", "cancelled", "failed")


def offer(sender: Headless, receiver: Headless, *paths: Path) -> str:
    """The transfer's id, once the receiver was asked."""
    answer = sender.ask("send_files", to=receiver.peer_id, paths=[str(path) for path in paths])
    transfer = str(answer["transfer"])
    receiver.wait("offer", transfer=transfer, direction="in")
    return transfer


def begin(sender: Headless, receiver: Headless, *paths: Path, **chosen: Any) -> str:
    """Offered and accepted."""
    transfer = offer(sender, receiver, *paths)
    receiver.ask("accept", transfer=transfer, **chosen)
    return transfer


def midway(
    one: Headless, transfer: str, least_bytes: int = 1, *, since: int = 0, within_s: float = 60
) -> Line:
    """It moves, and so much is done."""
    return one.wait(
        "transfer",
        transfer=transfer,
        state="running",
        since=since,
        where=lambda line: least_bytes <= line["bytes"] < line["size"],
        within_s=within_s,
    )


def end(one: Headless, transfer: str, *, since: int = 0, within_s: float = 60) -> Line:
    return one.wait(
        "transfer",
        transfer=transfer,
        since=since,
        where=lambda line: line["state"] in FINAL,
        within_s=within_s,
    )


def arrives(receiver: Headless, transfer: str, path: Path, *, within_s: float = 60) -> Path:
    """Whole and equal; where."""
    ended = end(receiver, transfer, within_s=within_s)
    assert ended["state"] == "done", ended
    landed = Path(ended["path"])
    assert tree(landed) == tree(path)
    return landed


def state_of(one: Headless, transfer: str) -> Line:
    """As it is now."""
    lines = one.ask("transfers")["transfers"]
    return next(line for line in lines if line["transfer"] == transfer)
