"""Group F in the window itself: one poisoned name, text, file, room, device and version, put into
each place, and all that it says, draws and offers is read back."""

from dataclasses import replace

from PySide6.QtCore import QPoint
from PySide6.QtWidgets import QAbstractItemView

from app.commands import ListTransfers
from app.events import PersonChanged, RoomChanged, TransfersListed
from app.model import Direction, MessageKind, Quote, Reaction, RoomAct, Trust
from tests.unit.ui.poison import (
    BROKEN,
    CREW,
    FILE,
    FILES,
    MALLORY,
    NAME,
    POISONED,
    ROOM,
    TEXT,
    Listener,
)
from tests.unit.ui.sinks import hear_menu, read_tip
from tests.unit.ui.stage import Stage, bury, id_of, message, person, said, wait_until
from tests.unit.ui.stage import news as told
from ui.chat.menu import build_menu
from ui.chat.pointer import Hover, Place
from ui.chat.tips import tip_of
from ui.plain import tooltip


def test_f01_f04_f06_f08_nothing_of_it_is_obeyed_in_a_chat(poisoned: Stage, ears: Listener) -> None:
    stage, out = poisoned, {"direction": Direction.OUT}
    stage.open_chat("Mallory")
    ears.listen()
    kind = MessageKind.FILES
    first = message("Mallory", TEXT, reactions=(Reaction("👍", (MALLORY.peer_id,)),))
    answer = message(
        "Mallory",
        TEXT,
        reply=Quote(MALLORY.peer_id, first.message_id, TEXT, is_here=True),
        edited_ms=5,
        is_forwarded=True,
        **out,
    )
    cards = [message("Mallory", "", kind=kind, transfer=one) for one in (FILES, BROKEN)]
    sent = replace(BROKEN, direction=Direction.OUT)
    cards.append(message("Mallory", "", kind=kind, transfer=sent, **out))
    stage.deliver((first, answer, *cards))
    stage.settle()
    ears.listen()
    cast = stage.view.delegate.cast
    for one in (first, answer, *cards):
        for hover in (Hover(Place.BUBBLE), Hover(Place.MARK), Hover(Place.CHIP, emoji="👍")):
            ears.take("ChatView.tip", read_tip(tooltip(tip_of(hover, one, cast, stage.look))))
        menu = build_menu(stage.view, one)
        ears.add(hear_menu(menu))
        bury(menu)
    stage.board.chat.reply(first)
    stage.tell(PersonChanged(replace(POISONED, successor=id_of("Mal"))))
    wait_until(stage.page.key_bar.isVisible)
    ears.listen()
    row = {"ChatView.accessibleName", "ChatView.shown", "Window.drawn", "ListWidget.shown"}
    header = {"ChatHeader.text", "ChatHeader.accessibleName", "InfoPanel.text"}
    ears.check(
        {
            "zqn": row
            | header
            | {"BlankPage.text", "ChatView.tip", "ContextStrip.text", "KeyBar.text"}
            | {"MessageEdit.accessibleName", "MessageEdit.placeholderText"},
            "zqd": header,
            "zqv": {"InfoPanel.text"},
            "zqt": {*row - {"ListWidget.shown"}, "ContextStrip.text"},
            "zqf": row | {"ChatView.tip"},
        }
    )


def test_f01_f04_f06_f08_nothing_of_it_is_obeyed_where_a_stranger_asks(
    stage: Stage, ears: Listener
) -> None:
    """They, the room they bring one into, and whom they look like."""
    eve = replace(POISONED, trust=Trust.NEW)
    known = replace(person("Ann"), name=NAME.removeprefix("✔").upper())
    stage.window.resize(1500, 900)
    stage.be_ready(eve, known)
    stage.deliver((message("Mallory", TEXT, is_request=True),))
    stage.open_chat("Mallory")
    wait_until(lambda: "Careful" in stage.page.request._text.text())
    stage.tell(PersonChanged(replace(known, trust=Trust.BLOCKED)))
    wait_until(lambda: "not on your list" in stage.page.request._text.text())
    ears.listen()
    stage.tell(RoomChanged(replace(CREW, is_accepted=False)))
    stage.board.open_person(CREW.room_id)
    stage.deliver((told("Crew", "Mallory", RoomAct.ADDED, ""),))
    wait_until(lambda: "added you" in stage.page.room_bar._text.text())
    ears.listen()
    ears.check(
        {
            "zqn": {"RequestBar.text", "RoomBar.text", "ChatHeader.text", "ListWidget.shown"},
            "zqr": {"ChatHeader.text", "ListWidget.shown"},
        }
    )
    (row,) = (stage.window.side.people.rows.find(eve.peer_id),)
    assert row is not None
    words = str(stage.window.side.people.rows.index(row).data())
    assert "zqt" not in words, "a stranger's words are not shown in the list"


def test_f01_f04_f06_f08_nothing_of_it_is_obeyed_in_a_room(poisoned: Stage, ears: Listener) -> None:
    stage = poisoned
    stage.board.open_person(CREW.room_id)
    stage.board.chat.info_toggled.emit(True)
    others = ("Mallory", "Ann", "")
    stage.deliver(
        (
            said("Crew", "Mallory", TEXT),
            told("Crew", "Mallory", RoomAct.ADDED, *others),
            told("Crew", "", RoomAct.REMOVED, "Mallory"),
            told("Crew", "Mallory", RoomAct.RENAMED, to=ROOM),
        )
    )
    stage.composer.edit.setFocus()
    stage.composer.edit.insertPlainText("@zq")
    stage.settle()
    ears.listen()
    row = {"ChatView.accessibleName", "ChatView.shown", "ListWidget.shown", "Window.drawn"}
    ears.check(
        {
            "zqn": row | {"MemberRow.text", "MemberRow.accessibleName", "MentionList.shown"},
            "zqr": row
            | {"ChatHeader.text", "NameButton.text", "NameButton.accessibleName"}
            | {"MessageEdit.placeholderText", "MessageEdit.accessibleName"},
            "zqt": row - {"ListWidget.shown"},
        }
    )


def test_f01_f04_f06_f08_nothing_of_it_is_obeyed_in_list_transfers_and_search(
    poisoned: Stage, ears: Listener
) -> None:
    stage, board = poisoned, poisoned.board
    stage.deliver(stage.receive("Mallory", [TEXT]))
    stage.deliver((stage.receive_offer("Mallory", (FILE,)),))
    stage.desk.roster.set_draft(MALLORY.peer_id, TEXT)
    stage.window.side.refresh()
    ears.listen()
    board.transfers.toggle()
    stage.tell(TransfersListed((FILES, BROKEN), stage.last(ListTransfers).ref))
    page = board.transfers.page
    assert page is not None
    stage.settle()
    ears.listen()
    for row in range(page.view.rows.rowCount()):
        ears.take("TransfersView.tip", read_tip(page.view._tip_at(middle_of(page.view, row))))
    board.transfers.toggle()
    board.search.open_everywhere()
    found = board.search.everywhere
    assert found is not None
    found.words.setText("zq")
    wait_until(lambda: found.view.results.rowCount() > 3)
    stage.settle()
    ears.listen()
    board.search.step_back()
    stage.window.side.search.setText("zq")
    stage.settle()
    ears.listen()
    found_in = {"ListWidget.shown", "ResultsView.shown", "ResultsView.accessibleName"}
    transfers = {"TransfersView.shown", "TransfersView.accessibleName", "TransfersView.tip"}
    ears.check(
        {
            "zqn": found_in | transfers - {"TransfersView.tip"} | {"Window.drawn"},
            "zqr": found_in | {"Window.drawn"},
            "zqd": {"ResultsView.shown", "Window.drawn"},
            "zqt": found_in | {"Window.drawn"},
            "zqf": transfers | {"ResultsView.shown", "Window.drawn"},
        }
    )


def middle_of(view: QAbstractItemView, row: int) -> QPoint:
    return view.visualRect(view.model().index(row, 0)).center()
