"""Answers, edits, deletions, reactions, forwarding and typing between two engines."""

from collections.abc import Iterator
from itertools import count
from pathlib import Path

import pytest

from app.commands import (
    AcceptTransfer,
    CancelMessage,
    ChangeSettings,
    DeleteMessage,
    EditText,
    ForwardMessage,
    GetHistory,
    ListEdits,
    MarkRead,
    React,
    SendFiles,
    SendText,
    SetTrust,
    SetTyping,
)
from app.engine import runs
from app.errors import ErrorCode
from app.events import (
    EditsListed,
    Failed,
    HistoryListed,
    MessagesChanged,
    OfferAdded,
    PersonChanged,
    ReadMarked,
    SettingsChanged,
    TransferChanged,
    TypingChanged,
)
from app.model import Message, MessageState, Quote, Reaction, TransferState, Trust
from tests.integration.engines import Host

Pair = tuple[Host, Host]


@pytest.fixture
def pair(tmp_path: Path) -> Iterator[Pair]:
    with Host(tmp_path, "Ann") as ann, Host(tmp_path, "Bob") as bob:
        ann.meet(bob)
        bob.meet(ann)
        yield ann, bob


def say(sender: Host, receiver: Host, text: str, **extras: object) -> Message:
    """A text, delivered."""
    sender.submit(SendText(receiver.peer_id, text, **extras))  # type: ignore[arg-type]
    sent = sender.message(text)
    sender.reach(sent.message_id, MessageState.DELIVERED)
    receiver.message(text)
    return sent


def changed(host: Host, message_id: str, number: int = 1) -> Message:
    """The row as the ``number``-th change of it left it."""

    def rows() -> list[Message]:
        batches = [e.messages for e in host.events if isinstance(e, MessagesChanged)]
        return [m for batch in batches for m in batch if m.message_id == message_id]

    host.until(lambda: len(rows()) >= number)
    return rows()[number - 1]


_refs = count()


def history(host: Host, other: Host) -> tuple[Message, ...]:
    """As it is on the disk now."""
    ref = f"history {next(_refs)}"
    host.submit(GetHistory(other.peer_id, ref=ref))
    return host.wait(HistoryListed, lambda e: e.ref == ref).messages


def refusal(host: Host, ref: str) -> ErrorCode:
    return host.wait(Failed, lambda e: e.ref == ref).code


def test_answer_quotes_what_the_other_side_has(pair: Pair) -> None:
    ann, bob = pair
    asked = say(ann, bob, "lunch?")
    say(bob, ann, "yes", reply_to=asked.message_id)
    assert bob.message("yes").reply == ann.message("yes").reply
    assert ann.message("yes").reply == Quote(ann.peer_id, asked.message_id, "lunch?", is_here=True)


def test_answer_to_what_is_not_in_this_conversation_is_refused_alone(pair: Pair) -> None:
    ann, bob = pair
    ann.submit(SendText(bob.peer_id, "lost", "r", reply_to="0" * 32))
    ann.submit(SendText(bob.peer_id, "beside it"))
    assert refusal(ann, "r") is ErrorCode.NO_SUCH_MESSAGE
    bob.message("beside it")
    assert bob.texts() == ["beside it"]


def test_edit_arrives_and_both_keep_the_history(pair: Pair) -> None:
    ann, bob = pair
    sent = say(ann, bob, "tomorow")
    ann.submit(EditText(sent.message_id, "tomorrow", "e"))
    mine, theirs = changed(ann, sent.message_id), changed(bob, sent.message_id)
    assert mine.text == theirs.text == "tomorrow"
    assert mine.edited_ms == theirs.edited_ms is not None
    for host in pair:
        host.submit(ListEdits(sent.message_id, ref="l"))
        assert [e.text for e in host.wait(EditsListed).texts] == ["tomorow"]
    assert history(bob, ann)[0].text == "tomorrow"


def test_delete_takes_it_from_both(pair: Pair) -> None:
    ann, bob = pair
    sent = say(ann, bob, "wrong window")
    ann.submit(DeleteMessage(sent.message_id))
    assert changed(bob, sent.message_id).is_deleted
    assert history(bob, ann)[0].text == history(ann, bob)[0].text == ""
    ann.submit(DeleteMessage(sent.message_id, "again"))
    assert refusal(ann, "again") is ErrorCode.WRONG_STATE
    bob.submit(DeleteMessage(sent.message_id, "not mine"))
    assert refusal(bob, "not mine") is ErrorCode.NO_SUCH_MESSAGE


def test_deleted_offer_is_withdrawn_too(pair: Pair, tmp_path: Path) -> None:
    ann, bob = pair
    (tmp_path / "a.txt").write_text("a")
    ann.submit(SendFiles(bob.peer_id, (tmp_path / "a.txt",)))
    offered = ann.wait(OfferAdded).message
    bob.until(lambda: any(m.transfer for m in bob.messages()))
    ann.submit(DeleteMessage(offered.message_id))
    changed(bob, offered.message_id)
    cancelled = bob.wait(TransferChanged, lambda e: e.transfer.state.is_final)
    assert cancelled.transfer.state is TransferState.CANCELLED


def test_reactions_come_and_go_on_both_sides(pair: Pair) -> None:
    ann, bob = pair
    sent = say(ann, bob, "done!")
    bob.submit(React(sent.message_id, "🎉"))
    assert changed(ann, sent.message_id).reactions == (Reaction("🎉", (bob.peer_id,)),)
    ann.submit(React(sent.message_id, "🎉", chat=bob.peer_id))
    assert changed(bob, sent.message_id, 2).reactions == (Reaction("🎉", ("", ann.peer_id)),)
    bob.submit(React(sent.message_id, "🎉", is_on=False))
    assert changed(ann, sent.message_id, 3).reactions == (Reaction("🎉", ("",)),)
    bob.submit(React(sent.message_id, "<b>", ref="r"))
    assert refusal(bob, "r") is ErrorCode.BAD_REQUEST


def test_deeds_for_somebody_away_go_out_in_order_when_they_come(tmp_path: Path) -> None:
    with Host(tmp_path, "Ann") as ann:
        with Host(tmp_path, "Bob") as bob:
            ann.meet(bob)
            say(ann, bob, "before")
        ann.wait(PersonChanged, lambda e: e.person.name == "Bob" and not e.person.is_online)
        for text in ("one", "two", "three", "four"):
            ann.submit(SendText(bob.peer_id, text))
        ids = {text: ann.message(text).message_id for text in ("one", "two", "three", "four")}
        ann.submit(EditText(ids["one"], "ONE"))
        ann.submit(DeleteMessage(ids["two"]))
        ann.submit(CancelMessage(ids["three"]))
        ann.until(lambda: MessageState.FAILED in ann.states(ids["three"]))
        changed(ann, ids["two"])
    with Host(tmp_path, "Ann") as ann, Host(tmp_path, "Bob") as bob:
        bob.message("four")
        ann.reach(ids["four"], MessageState.DELIVERED)
        bob.until(lambda: [m.text for m in history(bob, ann)][1:] == ["ONE", "four"])
        assert "two" not in bob.texts()
        assert "three" not in bob.texts()


def test_forwarded_text_is_marked_and_files_are_offered_again(pair: Pair, tmp_path: Path) -> None:
    ann, bob = pair
    sent = say(ann, bob, "the plan")
    bob.submit(ForwardMessage(sent.message_id, ann.peer_id))
    ann.until(lambda: any(m.is_forwarded and m.direction == "in" for m in ann.messages()))
    (tmp_path / "a.txt").write_text("a")
    ann.submit(SendFiles(bob.peer_id, (tmp_path / "a.txt",)))
    card = ann.wait(OfferAdded).message
    ann.submit(ForwardMessage(card.message_id, bob.peer_id, ref="f"))
    again = ann.wait(OfferAdded, lambda e: e.ref == "f")
    assert again.transfer.names == ("a.txt",)
    assert again.transfer.transfer_id != card.transfer.transfer_id  # type: ignore[union-attr]
    ann.submit(ForwardMessage(card.message_id, bob.peer_id, ref="two", also=("Nobody",)))
    assert ann.wait(Failed, lambda e: e.ref == "two").code is ErrorCode.UNKNOWN_PERSON
    ann.submit(ForwardMessage(sent.message_id, bob.peer_id, ref="text", also=(bob.peer_id,)))
    assert ann.wait(Failed, lambda e: e.ref == "text").code is ErrorCode.BAD_REQUEST


def test_what_was_received_is_forwarded_from_where_it_lies(
    pair: Pair, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ann, bob = pair
    for name in "abc":
        (tmp_path / name).write_text(name)

    def receive(*names: str) -> Message:
        ann.submit(SendFiles(bob.peer_id, tuple(tmp_path / name for name in names)))
        bob.until(lambda: any(m.transfer and m.transfer.names == names for m in bob.messages()))
        return next(m for m in bob.messages() if m.transfer and m.transfer.names == names)

    def fetch(card: Message) -> None:
        assert card.transfer is not None
        transfer_id = card.transfer.transfer_id
        bob.submit(AcceptTransfer(transfer_id))
        bob.wait(
            TransferChanged,
            lambda e: (
                e.transfer.transfer_id == transfer_id and e.transfer.state is TransferState.DONE
            ),
        )

    def forward(card: Message) -> str:
        """What is offered, or why nothing is."""
        ref = f"{next(_refs)}"
        before = len(bob.events)
        bob.submit(ForwardMessage(card.message_id, ann.peer_id, ref=ref))

        def answers() -> list[OfferAdded | Failed]:
            told = [e for e in bob.events[before:] if isinstance(e, OfferAdded | Failed)]
            return [event for event in told if event.ref == ref]

        bob.until(lambda: bool(answers()))
        (answer,) = answers()
        return answer.code if isinstance(answer, Failed) else "".join(answer.transfer.names)

    one, two = receive("a"), receive("b", "c")
    assert forward(one) == ErrorCode.NO_SUCH_PATH
    fetch(one)
    assert forward(one) == "a"
    fetch(two)
    assert forward(two) == "bc"
    monkeypatch.setattr(runs, "LANDED_MAX", 1)
    more = receive("a", "b")
    fetch(more)
    assert forward(more) == ErrorCode.NO_SUCH_PATH, "its names are not known one by one"


def test_typing_is_told_to_contacts_and_ends_with_the_text(pair: Pair) -> None:
    ann, bob = pair
    say(ann, bob, "hi")
    say(bob, ann, "hi yourself")
    ann.submit(SetTyping(bob.peer_id))
    assert bob.wait(TypingChanged) == TypingChanged(ann.peer_id, is_typing=True)
    say(ann, bob, "so")
    bob.wait(TypingChanged, lambda e: not e.is_typing)


def test_typing_that_starts_and_stops_all_the_time_is_told_rarely(pair: Pair) -> None:
    ann, bob = pair
    say(ann, bob, "hi")
    say(bob, ann, "hi yourself")
    for _ in range(20):
        ann.submit(SetTyping(bob.peer_id))
        ann.submit(SetTyping(bob.peer_id, is_typing=False))
    say(ann, bob, "done")
    told = [e for e in bob.events if isinstance(e, TypingChanged)]
    assert 2 <= len(told) < 10


def test_many_changes_of_one_row_are_told_as_one(pair: Pair) -> None:
    ann, bob = pair
    sent = say(ann, bob, "draft")
    for number in range(200):
        ann.submit(EditText(sent.message_id, f"draft {number}"))
    bob.until(lambda: any(e.messages[0].text == "draft 199" for e in changes(bob)))
    assert len(changes(bob)) < 200


def changes(host: Host) -> list[MessagesChanged]:
    return [e for e in host.events if isinstance(e, MessagesChanged)]


def test_strangers_do_not_see_and_do_not_show_typing(pair: Pair) -> None:
    ann, bob = pair
    ann.submit(SetTyping(bob.peer_id))
    say(ann, bob, "first words")
    ann.submit(SetTyping(bob.peer_id))
    say(ann, bob, "second words")
    assert not [e for e in bob.events if isinstance(e, TypingChanged)]


def test_settings_keep_reading_and_typing_to_oneself(pair: Pair) -> None:
    ann, bob = pair
    bob.submit(ChangeSettings(tells_read=False, tells_typing=False, ref="s"))
    told = bob.wait(SettingsChanged)
    assert (told.tells_read, told.tells_typing) == (False, False)
    sent = say(ann, bob, "hello?")
    bob.submit(SetTrust(ann.peer_id, accepted=True))
    bob.wait(PersonChanged, lambda e: e.person.trust is Trust.ACCEPTED)
    bob.submit(SetTyping(ann.peer_id))
    bob.submit(MarkRead(ann.peer_id))
    bob.wait(ReadMarked)
    say(bob, ann, "later")
    assert MessageState.READ not in ann.states(sent.message_id)
    assert not [e for e in ann.events if isinstance(e, TypingChanged)]


def test_blocked_person_gets_no_deeds(pair: Pair) -> None:
    ann, bob = pair
    sent = say(ann, bob, "hi")
    bob.submit(SetTrust(ann.peer_id, blocked=True))
    bob.wait(PersonChanged, lambda e: e.person.trust is Trust.BLOCKED)
    bob.submit(React(sent.message_id, "👍", ref="r"))
    assert refusal(bob, "r") is ErrorCode.BLOCKED
