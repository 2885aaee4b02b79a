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


TEXTS = 100
OFFERS = 20


def test_g10_what_both_have_said_and_offered_while_apart_comes_when_they_meet(
    pair: tuple[Headless, Headless], start: Start, tmp_path: Path
) -> None:
    """One speaks while only they are here, then only the other, then both meet."""
    ids = {name: one.peer_id for name, one in zip(("anna", "ben"), pair, strict=True)}
    for one in pair:
        one.quit()
    offers: dict[str, list[str]] = {}
    for name, other in (("anna", "ben"), ("ben", "anna")):
        one = start(name)
        for number in range(TEXTS):
            one.send(ids[other], f"{name} {number}")
        offers[other] = []
        for number in range(OFFERS):
            note = tmp_path / f"{name} {number}.txt"
            note.write_text(f"{name} {number}")
            answer = one.ask("send_files", to=ids[other], paths=[str(note)])
            offers[other].append(answer["transfer"])
        one.quit()
    people = {name: start(name) for name in ids}
    for name, other in (("anna", "ben"), ("ben", "anna")):
        one = people[name]
        one.wait("offer", transfer=offers[name][-1], within_s=60)
        for transfer in offers[name]:
            one.ask("accept", transfer=transfer)
        for transfer in offers[name]:
            one.wait("transfer", transfer=transfer, state="done", within_s=60)
        rows = one.messages_with(ids[other])
        texts = [row["text"] for row in rows if row["direction"] == "in" and row["kind"] == "text"]
        assert texts == [f"{other} {number}" for number in range(TEXTS)]
        notes = {path.read_text() for path in (tmp_path / f"{name}-downloads").iterdir()}
        assert notes == {f"{other} {number}" for number in range(OFFERS)}
