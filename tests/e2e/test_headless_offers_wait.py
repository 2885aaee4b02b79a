"""Offers to people who are away, and senders who went while theirs was decided on."""

from pathlib import Path

from tests.e2e.conftest import Start
from tests.e2e.headless import Headless
from tests.e2e.transfers import arrives, state_of
from tests.e2e.trees import make_folder


def test_a_folder_for_somebody_who_is_away_survives_every_restart(
    pair: tuple[Headless, Headless], start: Start, tmp_path: Path
) -> None:
    """Offered to who is away, brought by a second process, accepted while that one is
    away too, fetched from a third."""
    anna, ben = pair
    folder = make_folder(tmp_path / "folder")
    ben.quit()
    transfer = anna.ask("send_files", to=ben.peer_id, paths=[str(folder)])["transfer"]
    anna.kill()
    anna, ben = start("anna"), start("ben")
    ben.wait("offer", transfer=transfer)
    anna.kill()
    assert ben.ask("accept", transfer=transfer)["state"] == "waiting"
    ben.kill()
    ben = start("ben")
    assert state_of(ben, transfer)["state"] == "waiting"
    anna = start("anna")
    arrives(ben, transfer, folder)
    anna.wait("transfer", transfer=transfer, state="done")
