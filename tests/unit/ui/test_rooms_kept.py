"""Rooms as the database has them: opened, paged, answered, looked back upon."""

import hashlib

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from app.commands import React
from app.events import MessagesAdded
from app.model import Message, MessageKind, RoomAct
from app.store.room_types import RoomNews, RoomView
from app.store.rows import write_news
from app.store.types import PLAIN, Extras, IncomingMessage
from net.protocol.records import RoomPost
from net.protocol.rooms import RoomId, decode_room_id
from tests.unit.ui.stage import (
    MINUTE_MS,
    START_MS,
    Stage,
    id_of,
    peer_of,
    person,
    room_id_of,
    wait_until,
)
from ui.dialogs.receipts import ReceiptsDialog

DESIGN = room_id_of("Design")
POSTS = 150


def room_bytes() -> RoomId:
    return decode_room_id(DESIGN)


def message_id(author: str, number: int) -> bytes:
    return hashlib.sha256(f"{author}{number}".encode()).digest()[:16]


def keep_room(stage: Stage, *people: str) -> None:
    """Ann added us, and these people are in it."""
    members = tuple(
        (peer_of(one), hashlib.sha256(b"key" + one.encode()).digest(), one)
        for one in (*people, "me")
    )
    added = RoomNews(bytes(16), peer_of("Ann"), START_MS, write_news(RoomAct.ADDED, [b""], ""))
    stage.write(
        lambda w: w.save_room(
            room_bytes(),
            [],
            RoomView("Design", b"", members),
            [added],
            ours=peer_of("me"),
            is_accepted=True,
            since={},
        )
    )


def post(stage: Stage, author: str, number: int, text: str, extras: Extras = PLAIN) -> Message:
    time_ms = START_MS + number * MINUTE_MS
    content = IncomingMessage(
        message_id(author, number), MessageKind.TEXT, text, time_ms << 16, time_ms, extras=extras
    )
    kept = RoomPost(room_bytes(), peer_of(author), number, bytes(32), bytes(64), b"body")
    found = stage.write(lambda w: w.receive_post(kept, content, peer_of("me"))).message
    assert found is not None
    return found


def own(stage: Stage, text: str) -> Message:
    time_ms = START_MS + 500 * MINUTE_MS
    return stage.write(
        lambda w: w.post_text(
            room_bytes(),
            message_id("me", 1),
            text=text,
            time_ms=time_ms,
            encode=lambda _key: b"body",
            sign=lambda _number, _digest: bytes(64),
            ours=peer_of("me"),
            lane_id=lambda: bytes(8),
        )
    ).message


@pytest.fixture
def kept(stage: Stage) -> Stage:
    for name in ("Ann", "Bob"):
        stage.meet(name)
    keep_room(stage, "Ann", "Bob")
    for number in range(1, POSTS + 1):
        post(stage, "Bob" if number % 3 else "Ann", number, f"m{number}")
    stage.be_ready(person("Ann"), person("Bob"))
    return stage


def texts(stage: Stage) -> list[str]:
    model = stage.view.chat_model
    return [model.row(at).message.text for at in range(model.rowCount())]


def test_room_is_listed_from_disk_and_opens_at_the_first_unread(kept: Stage) -> None:
    entry = kept.desk.roster.get(DESIGN)
    assert entry is not None
    assert entry.unread == POSTS
    kept.board.open_person(DESIGN)
    kept.settle()
    assert texts(kept)[:3] == ["", "m1", "m2"]
    model = kept.view.chat_model
    assert str(model.data(model.index(0))) == "You were added by Ann"
    assert model.row(1).starts_unread
    assert not model.row(0).starts_unread


def test_room_is_paged_to_its_end_without_a_gap(kept: Stage) -> None:
    kept.board.open_person(DESIGN)
    model = kept.view.chat_model
    while model.has_newer:
        model.load_newer()
    assert texts(kept) == ["", *(f"m{number}" for number in range(1, POSTS + 1))]


def test_own_answer_is_quoted_as_ones_own(kept: Stage) -> None:
    kept.board.open_person(DESIGN)
    mine = own(kept, "noon?")
    kept.tell(MessagesAdded((mine,)))
    quoted = Extras(reply=(peer_of("me"), bytes.fromhex(mine.message_id)))
    answer = post(kept, "Bob", POSTS + 600, "yes", quoted)
    kept.tell(MessagesAdded((answer,)))
    model = kept.view.chat_model
    assert "Answers You: noon?" in str(model.data(model.index(model.rowCount() - 1)))


def test_who_has_it_comes_from_disk_by_name(kept: Stage) -> None:
    kept.board.open_person(DESIGN)
    mine = own(kept, "noon?")
    kept.board.messages.show_receipts(mine)
    (dialog,) = kept.window.findChildren(ReceiptsDialog)
    shown = sorted(one.text() for one in dialog.names.labels)
    assert shown == ["Ann · not delivered yet", "Bob · not delivered yet"]


def test_reaction_goes_to_the_room_and_names_no_pair(kept: Stage) -> None:
    kept.board.open_person(DESIGN)
    kept.settle()
    kept.board.messages.toggle_reaction(kept.view.message_at(1), "👍")
    assert kept.last(React).chat == DESIGN


def test_where_one_read_is_found_again(kept: Stage) -> None:
    kept.write(lambda w: w.mark_room_read(room_bytes()))
    kept.board.open_person(DESIGN)
    kept.settle()
    kept.view.verticalScrollBar().setValue(40)
    QApplication.processEvents()
    before = kept.view.spot()
    kept.board.open_person(id_of("Ann"))
    kept.board.open_person(DESIGN)
    kept.settle()
    assert before is not None
    after = kept.view.spot()
    assert after is not None
    assert after.row == before.row


def test_search_in_a_room_leads_through_all_who_speak_there(kept: Stage) -> None:
    kept.board.open_person(DESIGN)
    wait_until(kept.window.isActiveWindow)
    QTest.keyClick(kept.window, Qt.Key.Key_F, Qt.KeyboardModifier.ControlModifier)
    here = kept.board.search.here
    assert here is not None
    here.bar.words.setText("m14")
    wait_until(lambda: here.bar.count.text() == "1 of 11")
    seen = [here_is(kept)]
    for _ in range(10):
        QTest.keyClick(here.bar.words, Qt.Key.Key_Return)
        seen.append(here_is(kept))
    assert seen == [f"m{number}" for number in (*range(149, 139, -1), 14)]
    kept.deliver((post(kept, "Ann", POSTS + 1, "m14 again"), own(kept, "m14 of mine")))
    wait_until(lambda: here.bar.count.text() == "13 of 13")
    QTest.keyClick(here.bar.words, Qt.Key.Key_Return)
    assert here_is(kept) == "m14 of mine"


def here_is(stage: Stage) -> str:
    """The text of the match that is marked as shown, which is in sight."""
    view, marks = stage.view, stage.view.delegate.marks
    assert marks is not None
    rows = range(view.chat_model.rowCount())
    (at,) = (one for one in rows if view.chat_model.row(one).message.message_id == marks.here[2])
    assert view.viewport().rect().intersects(view.visualRect(view.chat_model.index(at)))
    return view.message_at(at).text
