"""A person is forgotten, with everything that was said and sent."""

from pathlib import Path

from app.commands import ForgetPerson, GetHistory, ListTransfers, SendFiles, SendText, SetTrust
from app.events import (
    Failed,
    HistoryListed,
    OfferAdded,
    PersonChanged,
    PersonForgotten,
    TransfersListed,
)
from app.model import MessageState, Trust
from tests.integration.engines import Host

DELIVERED = MessageState.DELIVERED


def away(host: Host) -> None:
    host.wait(PersonChanged, lambda e: not e.person.is_online)


def test_who_is_away_is_forgotten_with_history_transfers_and_trust(tmp_path: Path) -> None:
    ann, bob = Host(tmp_path, "Ann"), Host(tmp_path, "Bob")
    given = tmp_path / "given.txt"
    given.write_text("for you")
    with ann:
        with bob:
            ann.meet(bob)
            ann.submit(SetTrust(bob.peer_id, verified=True, muted=True, auto_accept=True))
            ann.submit(SendText(bob.peer_id, "delivered"))
            ann.reach(ann.message("delivered").message_id, DELIVERED)
        away(ann)
        ann.submit(SendText(bob.peer_id, "still waiting"))
        ann.message("still waiting")
        ann.submit(SendFiles(bob.peer_id, (given,)))
        ann.wait(OfferAdded)
        ann.submit(ForgetPerson(bob.peer_id, ref="gone"))
        assert ann.wait(PersonForgotten) == PersonForgotten(bob.peer_id, "gone")
        ann.submit(ListTransfers(ref="none"))
        assert ann.wait(TransfersListed).transfers == ()
    with ann, bob:
        person = ann.meet(bob)
        assert (person.trust, person.muted, person.auto_accept) == (Trust.NEW, False, False)
        ann.submit(GetHistory(bob.peer_id))
        assert ann.wait(HistoryListed).messages == ()
        bob.submit(SendText(ann.peer_id, "hello again"))
        assert ann.message("hello again").is_request
        assert "still waiting" not in bob.texts()


def test_who_is_here_goes_on_as_a_stranger_and_can_be_written_to(tmp_path: Path) -> None:
    with Host(tmp_path, "Ann") as ann, Host(tmp_path, "Bob") as bob:
        ann.meet(bob)
        ann.submit(
            SetTrust(
                bob.peer_id,
                verified=True,
                muted=True,
                auto_accept=True,
                auto_accept_max_bytes=10**9,
            )
        )
        ann.submit(SendText(bob.peer_id, "before"))
        ann.reach(ann.message("before").message_id, DELIVERED)
        bob.submit(SendText(ann.peer_id, "theirs"))
        ann.message("theirs")
        ann.submit(ForgetPerson(bob.peer_id))
        ann.wait(PersonForgotten)
        ann.until(lambda: ann.events[-1] != PersonForgotten(bob.peer_id))
        told = [e.person for e in ann.events if isinstance(e, PersonChanged)][-1]
        assert (told.trust, told.is_online) == (Trust.NEW, True)
        assert (told.muted, told.auto_accept, told.auto_accept_max_bytes) == (False, False, None)
        bob.submit(SendText(ann.peer_id, "after"))
        assert ann.message("after").is_request
        ann.submit(SendText(bob.peer_id, "answer"))
        ann.reach(ann.message("answer").message_id, DELIVERED)
        assert bob.texts() == ["before", "answer"]


def test_nobody_unknown_is_forgotten(tmp_path: Path) -> None:
    with Host(tmp_path, "Ann") as ann:
        ann.submit(ForgetPerson("Nobody", ref="who"))
        assert ann.wait(Failed).ref == "who"
