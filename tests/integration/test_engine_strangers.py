"""What a stranger may leave before they are accepted, and what becomes of the rest."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from app.commands import (
    ChangeSettings,
    EditText,
    ForgetPerson,
    MarkRead,
    SendFiles,
    SendText,
    SetTrust,
)
from app.engine import strangers
from app.engine.strangers import REQUEST_DEEDS
from app.events import (
    MessagesChanged,
    OfferAdded,
    PersonChanged,
    PersonForgotten,
    ReadMarked,
    SettingsChanged,
)
from app.model import Direction, MessageState, Person, Reach, Trust
from tests.integration.engines import Host

DELIVERED = MessageState.DELIVERED
TEXTS = [f"text {number}" for number in range(6)]


@pytest.fixture
def pair(tmp_path: Path) -> Iterator[tuple[Host, Host]]:
    """Eve writes to Ann, who has not accepted her."""
    with (
        Host(tmp_path, "Ann", takes_requests=True) as ann,
        Host(tmp_path, "Eve", takes_requests=True) as eve,
    ):
        ann.meet(eve)
        eve.meet(ann)
        yield ann, eve


def seen(host: Host, peer_id: str) -> Person:
    told = [e.person for e in host.events if isinstance(e, PersonChanged)]
    return [one for one in told if one.peer_id == peer_id][-1]


def write_all(pair: tuple[Host, Host]) -> None:
    """Until three are there, and Eve knows that the others wait."""
    ann, eve = pair
    for text in TEXTS:
        eve.submit(SendText(ann.peer_id, text))
    ann.until(lambda: len(ann.texts()) == 3)
    eve.until(lambda: seen(eve, ann.peer_id).is_held)


def offers(host: Host) -> list[str]:
    """Names in the offers that came."""
    cards = [one for one in host.messages() if one.direction is Direction.IN and one.transfer]
    return [one.transfer.names[0] for one in cards if one.transfer]


def test_three_texts_come_in_and_the_rest_waits_at_their_sender(pair: tuple[Host, Host]) -> None:
    ann, eve = pair
    write_all(pair)
    assert ann.texts() == TEXTS[:3]
    waiting = eve.message(TEXTS[4]).message_id
    assert DELIVERED not in eve.states(waiting)


@pytest.mark.parametrize("is_answered", [True, False])
def test_who_is_accepted_is_heard_whole_and_in_order(
    pair: tuple[Host, Host], is_answered: bool
) -> None:
    ann, eve = pair
    write_all(pair)
    if is_answered:
        ann.submit(SendText(eve.peer_id, "yes?"))
    else:
        ann.submit(SetTrust(eve.peer_id, accepted=True))
    ann.until(lambda: ann.texts() == TEXTS)
    eve.reach(eve.message(TEXTS[-1]).message_id, DELIVERED)
    eve.until(lambda: not seen(eve, ann.peer_id).is_held)


def test_the_limit_outlives_a_restart_of_either(tmp_path: Path) -> None:
    ann = Host(tmp_path, "Ann", takes_requests=True)
    eve = Host(tmp_path, "Eve", takes_requests=True)
    with ann, eve:
        eve.meet(ann)
        write_all((ann, eve))
    with ann, eve:
        eve.meet(ann)
        eve.until(lambda: seen(eve, ann.peer_id).is_held)
        eve.submit(SendText(ann.peer_id, "one more"))
        eve.message("one more")
        assert ann.texts() == []
        ann.submit(SetTrust(eve.peer_id, accepted=True))
        ann.until(lambda: ann.texts() == [*TEXTS[3:], "one more"])


def test_a_long_text_waits_and_a_short_one_behind_it_comes(pair: tuple[Host, Host]) -> None:
    ann, eve = pair
    long = "x" * 1001
    eve.submit(SendText(ann.peer_id, long))
    eve.submit(SendText(ann.peer_id, "短" * 333))
    ann.message("短" * 333)
    eve.until(lambda: seen(eve, ann.peer_id).is_held)
    assert long not in ann.texts()
    ann.submit(SetTrust(eve.peer_id, accepted=True))
    ann.message(long)


@pytest.mark.parametrize("size", [1_500, 60_000])
def test_text_that_no_datagram_holds_waits_and_its_sender_is_told(
    pair: tuple[Host, Host], size: int
) -> None:
    ann, eve = pair
    large = "x" * size
    eve.submit(SendText(ann.peer_id, large))
    eve.until(lambda: seen(eve, ann.peer_id).is_held)
    assert ann.texts() == []
    ann.submit(SetTrust(eve.peer_id, accepted=True))
    ann.message(large)
    eve.until(lambda: not seen(eve, ann.peer_id).is_held)


def test_large_text_that_waited_for_a_session_is_told_as_held_after_every_start(
    tmp_path: Path,
) -> None:
    ann = Host(tmp_path, "Ann", takes_requests=True)
    eve = Host(tmp_path, "Eve", takes_requests=True)
    with ann, eve:
        eve.meet(ann)
    with eve:
        eve.submit(SendText(ann.peer_id, "x" * 5_000))
        eve.message("x" * 5_000)
    for _ in range(2):
        with ann, eve:
            eve.meet(ann)
            eve.until(lambda: seen(eve, ann.peer_id).is_held)
            assert ann.texts() == []


def test_a_short_text_is_not_edited_into_a_long_one(pair: tuple[Host, Host]) -> None:
    ann, eve = pair
    eve.submit(SendText(ann.peer_id, "short"))
    message_id = eve.message("short").message_id
    ann.message("short")
    eve.submit(EditText(message_id, "y" * 1001))
    eve.until(lambda: seen(eve, ann.peer_id).is_held)
    assert not [e for e in ann.events if isinstance(e, MessagesChanged)]
    ann.submit(SetTrust(eve.peer_id, accepted=True))
    ann.wait(MessagesChanged, lambda e: e.messages[0].text == "y" * 1001)


def test_one_offer_comes_in_and_the_next_once_accepted(
    pair: tuple[Host, Host], tmp_path: Path
) -> None:
    ann, eve = pair
    for name in ("one.txt", "two.txt"):
        (tmp_path / name).write_text(name)
        eve.submit(SendFiles(ann.peer_id, (tmp_path / name,)))
        eve.wait(OfferAdded, lambda e, name=name: e.transfer.names == (name,))  # type: ignore[misc]
    eve.until(lambda: seen(eve, ann.peer_id).is_held)
    ann.until(lambda: offers(ann) == ["one.txt"])
    ann.submit(SetTrust(eve.peer_id, accepted=True))
    ann.until(lambda: offers(ann) == ["one.txt", "two.txt"])


def test_anyone_may_write_if_that_is_set(pair: tuple[Host, Host]) -> None:
    ann, _ = pair
    write_all(pair)
    ann.submit(ChangeSettings(reach=Reach.EVERYONE))
    ann.until(lambda: ann.texts() == TEXTS)


def test_a_request_that_is_deleted_makes_no_room_for_more(pair: tuple[Host, Host]) -> None:
    ann, eve = pair
    write_all(pair)
    ann.submit(ForgetPerson(eve.peer_id))
    ann.wait(PersonForgotten)
    eve.submit(SendText(ann.peer_id, "again"))
    eve.message("again")
    ann.submit(SetTrust(eve.peer_id, accepted=True))
    ann.until(lambda: ann.texts() == [*TEXTS, "again"])


@pytest.mark.parametrize("is_blocked", [False, True])
def test_who_asks_or_is_blocked_is_not_told_that_they_were_read(
    pair: tuple[Host, Host], is_blocked: bool
) -> None:
    ann, eve = pair
    eve.submit(SendText(ann.peer_id, "hello"))
    ann.message("hello")
    if is_blocked:
        ann.submit(SetTrust(eve.peer_id, blocked=True))
        ann.until(lambda: seen(ann, eve.peer_id).trust is Trust.BLOCKED)
    ann.submit(MarkRead(eve.peer_id))
    ann.wait(ReadMarked)
    ann.submit(SetTrust(eve.peer_id, blocked=False))
    ann.until(lambda: seen(ann, eve.peer_id).trust is Trust.NEW)
    ann.submit(SendText(eve.peer_id, "behind it in the lane"))
    eve.message("behind it in the lane")
    assert MessageState.READ not in eve.states(eve.message("hello").message_id)
    eve.submit(SendText(ann.peer_id, "again"))
    ann.message("again")
    ann.submit(MarkRead(eve.peer_id))
    eve.reach(eve.message("again").message_id, MessageState.READ)


def test_edits_of_a_stranger_are_bounded_and_the_newest_comes_once_accepted(
    pair: tuple[Host, Host],
) -> None:
    ann, eve = pair
    eve.submit(SendText(ann.peer_id, "text"))
    ann.message("text")
    mine = eve.message("text").message_id
    for number in range(REQUEST_DEEDS + 10):
        eve.submit(EditText(mine, f"edit {number}"))
    eve.until(lambda: seen(eve, ann.peer_id).is_held)
    assert f"edit {REQUEST_DEEDS}" not in changed(ann)
    ann.submit(SetTrust(eve.peer_id, accepted=True))
    ann.until(lambda: changed(ann)[-1:] == [f"edit {REQUEST_DEEDS + 9}"])


def changed(host: Host) -> list[str]:
    batches = [e.messages for e in host.events if isinstance(e, MessagesChanged)]
    return [message.text for batch in batches for message in batch]


def test_d04_no_more_people_ask_than_there_is_room_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(strangers, "REQUESTS_MAX", 1)
    ann, eve, eva = (Host(tmp_path, name, takes_requests=True) for name in ("Ann", "Eve", "Eva"))
    with ann, eve:
        eve.meet(ann)
        eve.submit(SendText(ann.peer_id, "first"))
        ann.message("first")
    with ann, eve, eva:
        eva.meet(ann)
        eva.submit(SendText(ann.peer_id, "second"))
        eva.until(lambda: seen(eva, ann.peer_id).is_held)
        assert ann.texts() == []
        eve.meet(ann)
        eve.submit(SendText(ann.peer_id, "third"))
        ann.message("third")
        ann.submit(SetTrust(eve.peer_id, blocked=True))
        ann.message("second")


def test_d04_one_host_does_not_take_all_the_room(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also of those who asked before a restart; a place that is free is the next one's."""
    monkeypatch.setattr(strangers, "REQUESTS_PER_HOST_MAX", 1)
    ann, eve, eva = (Host(tmp_path, name, takes_requests=True) for name in ("Ann", "Eve", "Eva"))
    with ann, eve:
        eve.meet(ann)
        eve.submit(SendText(ann.peer_id, "first"))
        ann.message("first")
    with ann, eva:
        eva.meet(ann)
        eva.submit(SendText(ann.peer_id, "second"))
        eva.until(lambda: seen(eva, ann.peer_id).is_held)
        assert ann.texts() == []
        ann.submit(SetTrust(eve.peer_id, blocked=True))
        ann.message("second")


def test_what_came_while_anyone_might_write_counts_when_that_is_taken_back(
    pair: tuple[Host, Host],
) -> None:
    ann, eve = pair
    ann.submit(ChangeSettings(reach=Reach.EVERYONE, ref="open"))
    ann.wait(SettingsChanged, lambda e: e.ref == "open")
    for text in TEXTS:
        eve.submit(SendText(ann.peer_id, text))
    ann.until(lambda: ann.texts() == TEXTS)
    ann.submit(ChangeSettings(reach=Reach.REQUESTS, ref="closed"))
    ann.wait(SettingsChanged, lambda e: e.ref == "closed")
    eve.submit(SendText(ann.peer_id, "one more"))
    eve.until(lambda: seen(eve, ann.peer_id).is_held)
    assert ann.texts() == TEXTS
    ann.submit(ChangeSettings(reach=Reach.EVERYONE))
    ann.message("one more")
    eve.until(lambda: not seen(eve, ann.peer_id).is_held)
