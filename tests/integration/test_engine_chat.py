"""Texts between two engines: the ladder, restarts, what is refused."""

import shutil
from pathlib import Path

import pytest

from app.commands import (
    CancelMessage,
    ChangeSettings,
    Connect,
    GetHistory,
    MarkRead,
    Search,
    SendText,
    SetTrust,
)
from app.engine.everyone import ALIAS
from app.errors import ErrorCode
from app.events import Connected, Failed, Found, HistoryListed, PersonChanged, ReadMarked
from app.model import MessageState, Trust
from tests.integration.engines import Host

QUEUED, SENT, DELIVERED, READ, FAILED = MessageState


def test_text_climbs_the_ladder_rung_by_rung(tmp_path: Path) -> None:
    with Host(tmp_path, "Ann") as ann, Host(tmp_path, "Bob") as bob:
        ann.meet(bob)
        ann.submit(SendText(bob.peer_id, "早上好 🙏\nsecond line"))
        sent = ann.message("早上好 🙏\nsecond line")
        assert sent.state is QUEUED
        ann.reach(sent.message_id, DELIVERED)
        assert bob.message(sent.text).message_id == sent.message_id
        bob.submit(MarkRead(ann.peer_id))
        ann.reach(sent.message_id, READ)
        assert ann.states(sent.message_id) == [SENT, DELIVERED, READ]
        bob.wait(ReadMarked)


def test_texts_arrive_once_and_in_the_order_they_were_sent(tmp_path: Path) -> None:
    texts = [f"line {i}" for i in range(300)]
    with Host(tmp_path, "Ann") as ann, Host(tmp_path, "Bob") as bob:
        ann.meet(bob)
        for text in texts:
            ann.submit(SendText(bob.peer_id, text))
        bob.until(lambda: len(bob.texts()) >= len(texts))
        assert bob.texts() == texts


def test_text_above_one_datagram_goes_whole(tmp_path: Path) -> None:
    text = "长" * 20_000
    with Host(tmp_path, "Ann") as ann, Host(tmp_path, "Bob") as bob:
        ann.meet(bob)
        ann.submit(SendText(bob.peer_id, text))
        ann.submit(SendText(bob.peer_id, "short, sent after it"))
        bob.message("short, sent after it")
        assert bob.texts() == [text, "short, sent after it"]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("x" * (64 * 1024 + 1), ErrorCode.TOO_LONG),
        ("长" * 22_000, ErrorCode.TOO_LONG),
        (" \n\0 ", ErrorCode.EMPTY),
        ("half \ud800 pair", ErrorCode.BAD_REQUEST),
    ],
)
def test_text_that_cannot_be_sent_is_refused_and_queues_nothing(
    tmp_path: Path, text: str, code: ErrorCode
) -> None:
    with Host(tmp_path, "Ann") as ann, Host(tmp_path, "Bob") as bob:
        ann.meet(bob)
        ann.submit(SendText(bob.peer_id, text, ref="this one"))
        assert ann.wait(Failed).code is code
        assert ann.wait(Failed).ref == "this one"
        ann.submit(GetHistory(bob.peer_id))
        assert ann.wait(HistoryListed).messages == ()


def test_text_to_someone_away_waits_across_restarts_of_both(tmp_path: Path) -> None:
    ann, bob = Host(tmp_path, "Ann"), Host(tmp_path, "Bob")
    with ann:
        with bob:
            ann.meet(bob)
        ann.wait(PersonChanged, lambda e: not e.person.is_online)
        ann.submit(SendText(bob.peer_id, "one"))
        ann.submit(SendText(bob.peer_id, "two"))
        waiting = ann.message("two")
    with ann, bob:
        bob.message("two")
        ann.reach(waiting.message_id, DELIVERED)
        assert bob.texts() == ["one", "two"]


def test_text_taken_back_in_time_is_never_shown_and_holds_nothing_up(tmp_path: Path) -> None:
    ann, bob = Host(tmp_path, "Ann"), Host(tmp_path, "Bob")
    with ann:
        with bob:
            ann.meet(bob)
        ann.wait(PersonChanged, lambda e: not e.person.is_online)
        for text in ("keep", "regret", "keep too"):
            ann.submit(SendText(bob.peer_id, text))
        regret = ann.message("regret").message_id
        ann.message("keep too")
        ann.submit(CancelMessage(regret))
        ann.reach(regret, FAILED)
        with bob:
            bob.message("keep too")
            assert bob.texts() == ["keep", "keep too"]
            ann.reach(ann.message("keep too").message_id, DELIVERED)
        assert ann.states(regret) == [FAILED]


def test_delivered_text_cannot_be_taken_back(tmp_path: Path) -> None:
    with Host(tmp_path, "Ann") as ann, Host(tmp_path, "Bob") as bob:
        ann.meet(bob)
        ann.submit(SendText(bob.peer_id, "gone"))
        ann.reach(ann.message("gone").message_id, DELIVERED)
        ann.submit(CancelMessage(ann.message("gone").message_id, ref="late"))
        assert ann.wait(Failed).code is ErrorCode.WRONG_STATE


def test_first_text_of_a_stranger_is_a_request_until_answered(tmp_path: Path) -> None:
    with Host(tmp_path, "Ann") as ann, Host(tmp_path, "Bob") as bob:
        ann.meet(bob)
        ann.submit(SendText(bob.peer_id, "may I?"))
        assert bob.message("may I?").is_request
        assert bob.meet(ann).trust is Trust.NEW
        bob.submit(SendText(ann.peer_id, "sure"))
        assert not ann.message("sure").is_request
        bob.wait(PersonChanged, lambda e: e.person.trust is Trust.ACCEPTED)
        ann.submit(SendText(bob.peer_id, "thanks"))
        assert not bob.message("thanks").is_request


def test_blocked_person_is_not_heard_and_not_written_to(tmp_path: Path) -> None:
    with Host(tmp_path, "Ann") as ann, Host(tmp_path, "Bob") as bob:
        ann.meet(bob)
        bob.meet(ann)
        bob.submit(SetTrust(ann.peer_id, blocked=True))
        bob.wait(PersonChanged, lambda e: e.person.trust is Trust.BLOCKED)
        bob.submit(SendText(ann.peer_id, "no"))
        assert bob.wait(Failed).code is ErrorCode.BLOCKED
        ann.submit(SendText(bob.peer_id, "hello?"))
        ann.message("hello?")
        bob.submit(SetTrust(ann.peer_id, blocked=False))
        ann.reach(ann.message("hello?").message_id, DELIVERED)
        assert bob.texts() == ["hello?"], "what was sent meanwhile waited at its sender's"


def test_new_name_is_told_to_everyone_here(tmp_path: Path) -> None:
    with Host(tmp_path, "Ann") as ann, Host(tmp_path, "Bob") as bob:
        bob.meet(ann)
        ann.submit(ChangeSettings(name="  安\u202e妮 \n"))
        bob.wait(PersonChanged, lambda e: e.person.name == "安 妮")
        assert Host(tmp_path, "Ann").folder.joinpath("settings.json").exists()


def test_history_pages_backwards_and_search_finds_two_chinese_characters(tmp_path: Path) -> None:
    with Host(tmp_path, "Ann") as ann, Host(tmp_path, "Bob") as bob:
        ann.meet(bob)
        for text in ("first", "会议在局域网", "last"):
            ann.submit(SendText(bob.peer_id, text))
        last = ann.message("last")
        ann.submit(GetHistory(bob.peer_id, limit=1, before=last.message_id, ref="page"))
        page = ann.wait(HistoryListed, lambda e: e.ref == "page")
        assert [m.text for m in page.messages] == ["会议在局域网"]
        ann.submit(Search("局域", ref="found"))
        assert [m.text for m in ann.wait(Found).messages] == ["会议在局域网"]


@pytest.mark.expects_log("numbering towards .* was started anew")
def test_e04_text_sent_from_a_restored_profile_is_not_taken_for_a_repeat(tmp_path: Path) -> None:
    ann, bob = Host(tmp_path, "Ann"), Host(tmp_path, "Bob")
    with bob:
        with ann:
            ann.meet(bob)
            ann.submit(SendText(bob.peer_id, "one"))
            ann.reach(ann.message("one").message_id, DELIVERED)
        shutil.copytree(ann.folder, tmp_path / "backup")
        with ann:
            ann.meet(bob)
            ann.submit(SendText(bob.peer_id, "two"))
            ann.reach(ann.message("two").message_id, DELIVERED)
        shutil.rmtree(ann.folder)
        shutil.copytree(tmp_path / "backup", ann.folder)
        with ann:
            ann.meet(bob)
            ann.submit(SendText(bob.peer_id, "three"))
            bob.message("three")
            ann.reach(ann.message("three").message_id, DELIVERED)
        assert bob.texts() == ["one", "two", "three"]


def test_manual_address_finds_the_person_there(tmp_path: Path) -> None:
    with Host(tmp_path, "Ann") as ann, Host(tmp_path, "Bob") as bob:
        address = ann.meet(bob).address
        assert address is not None
        ann.submit(Connect(address, ref="by hand"))
        assert ann.wait(Connected).peer_id == bob.peer_id


@pytest.mark.parametrize("address", ["localhost", "0.0.0.0", "1.2.3.4:0", "224.0.0.1", "x" * 500])
def test_address_that_is_none_is_refused(tmp_path: Path, address: str) -> None:
    with Host(tmp_path, "Ann") as ann:
        ann.submit(Connect(address, ref="bad"))
        failed = ann.wait(Failed)
        assert (failed.code, failed.ref) == (ErrorCode.BAD_ADDRESS, "bad")


@pytest.mark.parametrize(
    ("person", "code"),
    [("nobody", ErrorCode.UNKNOWN_PERSON), ("", ErrorCode.UNKNOWN_PERSON)],
)
def test_unknown_person_is_said_so(tmp_path: Path, person: str, code: ErrorCode) -> None:
    with Host(tmp_path, "Ann") as ann:
        ann.submit(SendText(person, "hello", ref="r"))
        assert ann.wait(Failed).code is code


def test_large_texts_that_cross_arrive_both_ways_without_a_pause(tmp_path: Path) -> None:
    """Both sides dial at once; each goes on with the stream it knows."""
    texts = [f"{number} " + "长" * 15_000 for number in range(8)]
    with Host(tmp_path, "Ann") as ann, Host(tmp_path, "Bob") as bob:
        ann.meet(bob)
        bob.meet(ann)
        for text in texts:
            ann.submit(SendText(bob.peer_id, text))
            bob.submit(SendText(ann.peer_id, text))
        ann.until(lambda: len(ann.texts()) == len(texts))
        bob.until(lambda: len(bob.texts()) == len(texts))
        assert ann.texts() == bob.texts() == texts


def test_who_is_blocked_learns_nothing(tmp_path: Path) -> None:
    """Neither that they are, nor who is here, nor under which name; until it is taken back."""
    with Host(tmp_path, "Ann") as ann, Host(tmp_path, "Bob") as bob:
        ann.meet(bob)
        bob.meet(ann)
        bob.submit(SetTrust(ann.peer_id, blocked=True))
        ann.wait(PersonChanged, lambda e: not e.person.is_online)
        bob.submit(ChangeSettings(name="Robert"))
        ann.submit(SendText(bob.peer_id, "hello?"))
        bob.wait(PersonChanged, lambda e: e.person.trust is Trust.BLOCKED and e.person.is_online)
        bob.submit(SendText(ALIAS, "to all", ref="all"))
        bob.message("to all")
        told = [e.person for e in ann.events if isinstance(e, PersonChanged)]
        assert {one.name for one in told} == {"Bob"}
        assert not told[-1].is_online
        assert ann.states(ann.message("hello?").message_id) == []
        bob.submit(SetTrust(ann.peer_id, blocked=False))
        ann.wait(PersonChanged, lambda e: e.person.name == "Robert" and e.person.is_online)
        ann.reach(ann.message("hello?").message_id, DELIVERED)
        assert ann.texts() == []
