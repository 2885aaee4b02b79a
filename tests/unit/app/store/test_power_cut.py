"""G-02: the power goes at any write or sync of the disk."""

import random
from concurrent.futures import Future
from pathlib import Path

import apsw
import pytest

from app.store import store as store_module
from app.store.types import InboundLane
from app.store.writer import Writer
from tests.disk import Disk, Image, Loss, disk, write_images
from tests.unit.app.store.desk import LANE, WAIT_S, Desk, an_id, item, peer_id, send

SEEDS = range(16)
PEER = peer_id(1)
TEXTS = 90
CHECKPOINT_PAGES = 60
"""Far more often than in earnest, so that cuts also meet the log being copied back."""


class Witness:
    """What the store had promised, and what was on the disk, at the moment of the cut."""

    def __init__(self, device: Disk) -> None:
        self.sent: list[bytes] = []
        self.lane: InboundLane | None = None
        self.images: dict[str, Image] | None = None
        self.promised: tuple[list[bytes], InboundLane | None] = ([], None)
        self.cut_at = 0
        self._device = device
        device.before_operation = self._on_operation

    def on_sent(self, done: Future[bytes]) -> None:
        self.sent.append(done.result())

    def on_received(self, done: Future[InboundLane]) -> None:
        self.lane = done.result()

    def cut(self) -> None:
        if self.images is None:
            self.images = self._device.snapshot()
            self.promised = (list(self.sent), self.lane)

    def _on_operation(self, _kind: str, _file: str) -> None:
        if self._device.operations == self.cut_at:
            self.cut()


def _work(desk: Desk, witness: Witness, chance: random.Random) -> None:
    """Sends and receives, alone and in groups, out of order, with texts that fill pages."""
    for number, seq in enumerate(_shuffled_nearby(TEXTS, chance)):
        text = "x" * chance.randrange(1, 4000)
        sent = desk.store.submit(lambda w, n=number, t=text: _send(w, n, t))
        sent.add_done_callback(witness.on_sent)
        received = desk.store.submit(lambda w, s=seq, t=text: _receive(w, s, t))
        received.add_done_callback(witness.on_received)
        if chance.random() < 0.3:
            received.result(WAIT_S)


def _shuffled_nearby(count: int, chance: random.Random) -> list[int]:
    return sorted(range(1, count + 1), key=lambda seq: seq + chance.random() * 8)


def _send(w: Writer, number: int, text: str) -> bytes:
    send(w, PEER, number, text)
    return an_id(number)


def _receive(w: Writer, seq: int, text: str) -> InboundLane:
    return w.receive(PEER, LANE, 1, [item(seq, text)]).lane


def _held(lane: InboundLane | None) -> set[int]:
    return set() if lane is None else {*range(1, lane.next_seq), *lane.beyond}


def _check_promises(desk: Desk, witness: Witness) -> None:
    sent, lane = witness.promised
    waiting = {record.message_id for record in desk.do(lambda w: w.pending(PEER, 0, 1000))}
    assert waiting.issuperset(sent)
    held = _held(desk.do(lambda w: w.inbound(PEER)))
    assert held >= _held(lane)
    there = {message.message_id for message in desk.chat(PEER)}
    assert there >= {an_id(2**64 + seq).hex() for seq in held}
    assert there >= {identifier.hex() for identifier in sent}


@pytest.mark.parametrize("loss", Loss)
@pytest.mark.parametrize("seed", SEEDS)
def test_g02_nothing_promised_is_lost_in_a_power_cut(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, seed: int, loss: Loss
) -> None:
    monkeypatch.setattr(store_module, "CHECKPOINT_PAGES", CHECKPOINT_PAGES)
    monkeypatch.setattr(store_module, "CHECKPOINT_BUSY_PAGES", 2 * CHECKPOINT_PAGES)
    chance = random.Random(seed)
    before, after = tmp_path / "before", tmp_path / "after"
    before.mkdir()
    after.mkdir()
    with disk() as device:
        witness = Witness(device)
        with Desk(before / "landline.db", device.name) as desk:
            desk.meet()
            witness.cut_at = device.operations + chance.randrange(1, 2200)
            _work(desk, witness, chance)
        witness.cut()
    assert witness.images is not None
    write_images(witness.images, after, chance, loss)
    with Desk(after / "landline.db") as desk:
        assert desk.report.set_aside is None
        _check_promises(desk, witness)
    with apsw.Connection(str(after / "landline.db")) as found:
        assert found.execute("PRAGMA integrity_check").get == "ok"
    found.close()
