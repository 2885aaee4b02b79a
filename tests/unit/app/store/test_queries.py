"""Pages by key: the same cost anywhere, and never a scan of all messages."""

from collections.abc import Callable
from typing import Any, TypeVar

import apsw
import pytest

from app.model import Direction, Message, Trust
from app.store.queries import Queries
from app.store.table import Table
from app.store.writer import Writer
from tests.unit.app.store.desk import (
    LANE,
    Desk,
    an_id,
    an_offer,
    item,
    meet,
    offer_item,
    peer_id,
    send,
)

ANN = peer_id(1)
OUR_LANE = (1).to_bytes(8, "big")
_OFFER = an_offer(8, "y")

T = TypeVar("T", bound=Table)


@pytest.fixture
def talk(desk: Desk) -> Desk:
    """Texts 1 to 100, ours and Ann's in turn."""
    desk.meet(1, "Ann")

    def write(w: Writer) -> None:
        for number in range(1, 101, 2):
            send(w, ANN, number, f"{number}", 1000 * number)
            theirs = item((number + 1) // 2, f"{number + 1}", order=1000 * (number + 1) << 16)
            w.receive(ANN, LANE, 1, [theirs])

    desk.do(write)
    return desk


def _numbers(messages: list[Message]) -> list[int]:
    return [int(message.text) for message in messages]


def test_pages_join_without_gap_or_overlap(talk: Desk) -> None:
    pages: list[int] = []
    key = None
    with talk.reader() as reader:
        while page := reader.messages_before(ANN, key, 7):
            pages = _numbers(page) + pages
            key = page[0].order_key
        assert pages == list(range(1, 101))
        forward: list[int] = []
        last = -1
        while page := reader.messages_after(ANN, last, 9):
            forward += _numbers(page)
            last = page[-1].order_key
    assert forward == list(range(1, 101))


def test_around_a_message_has_it_in_the_middle(talk: Desk) -> None:
    with talk.reader() as reader:
        for number, expected, index in (
            (51, range(46, 56), 5),
            (1, range(1, 11), 0),
            (99, range(94, 101), 5),
        ):
            page, at = reader.messages_around(an_id(number), 10)
            assert (_numbers(page), at) == (list(expected), index)
            assert page[at].message_id == an_id(number).hex()
        assert reader.messages_around(an_id(7777), 10) == ([], -1)
        assert reader.messages_around(an_id(51), 10, peer_id(2)) == ([], -1)


def test_a_message_is_found_by_id_and_by_whose_chat(desk: Desk) -> None:
    bob = desk.meet(2)
    desk.meet(1)
    desk.receive(ANN, item(1, "Ann's"))
    desk.receive(bob, item(1, "Bob's"))
    identifier = an_id(2**64 + 1)
    with desk.reader() as reader:
        for peer, text in ((ANN, "Ann's"), (bob, "Bob's")):
            message = reader.message(identifier, peer)
            assert message is not None
            assert (message.text, message.direction) == (text, Direction.IN)
        assert reader.message(an_id(3)) is None


def test_the_empty_store_answers_everything(desk: Desk) -> None:
    with desk.reader() as reader:
        for ask in QUESTIONS.values():
            assert not ask(reader)


def test_conversations_come_by_newest_arrival(desk: Desk) -> None:
    for number, name in ((1, "Ann"), (2, "Bob"), (3, "Cy")):
        desk.meet(number, name)
    desk.send(peer_id(2), 1, now_ms=10**12)
    desk.send(peer_id(1), 2, now_ms=10**11)  # the clock fell back
    desk.do(lambda w: w.set_draft(peer_id(3), "draft"))
    desk.do(lambda w: w.set_trust(peer_id(1), verified=True))
    with desk.reader() as reader:
        rows = reader.conversations()
    assert [row.person.name for row in rows] == ["Ann", "Bob", "Cy"]
    assert rows[0].person.trust is Trust.VERIFIED
    assert not rows[0].person.is_online


def test_a_limit_below_one_is_an_empty_page(talk: Desk) -> None:
    with talk.reader() as reader:
        assert reader.messages_before(ANN, None, 0) == []
        assert reader.messages_after(ANN, 0, -5) == []


QUESTIONS: dict[str, Callable[[Queries], object]] = {
    "before": lambda q: q.messages_before(ANN, None, 50),
    "before a key": lambda q: q.messages_before(ANN, 10**15, 50),
    "after": lambda q: q.messages_after(ANN, 0, 50),
    "shared": lambda q: q.shared(ANN, 50),
    "around": lambda q: q.messages_around(an_id(51), 50)[0],
    "message": lambda q: q.message(an_id(51)),
    "message of": lambda q: q.message(an_id(51), ANN),
    "unread": lambda q: q.first_unread(ANN),
    "unannounced": lambda q: q.unannounced(),
    "conversations": lambda q: q.conversations(),
    "search": lambda q: q.search("51 文件", 50),
    "search in a chat": lambda q: q.search("51", 50, ANN),
    "matches": lambda q: q.matches("51", 50),
    "matches in a chat": lambda q: q.matches("51 文件", 50, ANN),
    "files": lambda q: q.file_matches("x", 50),
    "days": lambda q: any(q.filled(ANN, [0, 1, 2])),
    "pending": lambda q: q.pending(ANN, 0, 50),
    "queued": lambda q: q.queued_count(),
    "waited for": lambda q: q.peers_waited_for(),
    "transfer": lambda q: q.transfer(an_id(7)),
    "transfers": lambda q: q.transfers(50),
    "transfers with": lambda q: q.transfers(50, "x"),
    "rooms": lambda q: q.rooms(),
    "landings": lambda q: q.landings(),
    "under way": lambda q: q.under_way(),
}
WITHOUT_END = {"m", "u", "n", "message", "t", "transfer"}
"""What the queries call the tables that grow without end."""
BOUNDED = {
    "unannounced": {"SCAN m USING INDEX message_unannounced"},
    "under way": {"SCAN t USING INDEX transfer_unfinished"},
    "transfers": {"SCAN t"},
    "transfers with": {"SCAN t"},
    "landings": {"SCAN t USING INDEX transfer_landing"},
    "search": {"SCAN message", "SCAN n"},
    "search in a chat": {"SCAN n"},
    "matches": {"SCAN message", "SCAN n"},
    "matches in a chat": {"SCAN n"},
    "files": {"SCAN n", "SCAN transfer"},
}
"""Walks that end: of an index that holds only what is asked for, or backwards to a LIMIT."""


SORTED = {
    "conversations",
    "shared",
    "search",
    "search in a chat",
    "matches",
    "matches in a chat",
    "files",
}
"""What is sorted is what was found, up to its limit, or one row of each conversation."""


@pytest.mark.parametrize("question", QUESTIONS)
def test_no_question_scans_all_messages(talk: Desk, question: str) -> None:
    talk.receive(ANN, offer_item(60, an_offer(7, "x")))
    with talk.reader() as reader:
        plan = _plan(reader, QUESTIONS[question])
    scans = {p for p in plan if p.startswith("SCAN") and p.split()[1] in WITHOUT_END}
    assert scans <= BOUNDED.get(question, set())
    sorts = [p for p in plan if "TEMP B-TREE" in p]
    assert not sorts or question in SORTED


CHANGES: dict[str, Callable[[Writer], object]] = {
    "meet": lambda w: meet(w, 1),
    "trust": lambda w: w.set_trust(ANN, accepted=True),
    "address": lambda w: w.remember_address(ANN, "10.0.0.1:1", 1),
    "draft": lambda w: w.set_draft(ANN, "x"),
    "send": lambda w: send(w, ANN, 5000),
    "sent": lambda w: w.mark_sent(ANN, [49, 50]),
    "acknowledge": lambda w: w.acknowledge(ANN, OUR_LANE, [49, 50]),
    "read by peer": lambda w: w.mark_read_by_peer(ANN, OUR_LANE, 50),
    "cancel": lambda w: w.cancel_message(an_id(99), b"void"),
    "renew": lambda w: w.renew_lane(ANN, lambda: b"new lane"),
    "receive": lambda w: w.receive(ANN, LANE, 1, [item(51), item(58), offer_item(55, _OFFER)]),
    "receive late": lambda w: (
        w.receive(ANN, LANE, 1, [item(58)]),
        w.receive(ANN, LANE, 1, [item(55, order=0)]),
    ),
    "new lane": lambda w: w.receive(ANN, b"new lane", 1, []),
    "announce": lambda w: w.mark_announced([an_id(2**64 + 50)]),
    "read": lambda w: w.mark_read(ANN),
    "transfer": lambda w: w.update_transfer(an_id(7), done_bytes=1),
}


@pytest.mark.parametrize("change", CHANGES)
def test_no_change_scans_all_messages(talk: Desk, change: str) -> None:
    talk.receive(ANN, offer_item(60, an_offer(7, "x")))
    plan = talk.do(lambda w: _plan(w, CHANGES[change]))
    assert not {p for p in plan if p.startswith("SCAN") and p.split()[1] in WITHOUT_END}


def _plan(queries: T, ask: Callable[[T], object]) -> list[str]:
    """What SQLite does for each statement that ``ask`` runs."""
    plan: list[str] = []
    connection = queries._connection

    def explain(_cursor: apsw.Cursor, sql: str, values: Any) -> bool:
        if not sql.startswith("EXPLAIN"):
            steps = connection.execute(f"EXPLAIN QUERY PLAN {sql}", values)
            plan.extend(str(step[3]) for step in steps)
        return True

    connection.exec_trace = explain
    ask(queries)
    connection.exec_trace = None
    assert plan
    return plan
