"""Choosing from an offer: what is ticked is what is said, however little of it is listed."""

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PySide6.QtCore import QModelIndex, QPoint, Qt
from PySide6.QtTest import QAbstractItemModelTester, QTest
from PySide6.QtWidgets import QApplication

from app.commands import AcceptTransfer, ListOfferedFiles
from app.errors import ErrorCode
from app.events import Failed, OfferedFilesListed
from app.model import Existing, OfferedFile, Trust
from net.transfer.choices import Choices
from net.transfer.choices import Existing as Way
from tests.unit.ui.stage import Stage, bury, click, offer, person, wait_until
from ui.chat.actions import Action
from ui.decisions import LARGE_BYTES, LARGE_FILES
from ui.dialogs.offer import OfferDialog
from ui.dialogs.offer_tree import EXISTING, NAME, SIZE, OfferTree, Wanted
from ui.look import Look

CHECK = Qt.ItemDataRole.CheckStateRole
ON, OFF, PARTLY = Qt.CheckState.Checked, Qt.CheckState.Unchecked, Qt.CheckState.PartiallyChecked
FILES = (
    OfferedFile("a.txt", 10),
    OfferedFile("photos", 0, is_folder=True),
    OfferedFile("photos/empty", 0, is_folder=True),
    OfferedFile("photos/one.jpg", 100),
    OfferedFile("photos/two.jpg", 200),
    OfferedFile("photos/old", 0, is_folder=True),
    OfferedFile("photos/old/three.jpg", 1000),
    OfferedFile("setup.exe", 5000),
)


def tree_of(look: Look, rest: int = 0) -> OfferTree:
    tree = OfferTree(look)
    tree.show(FILES, rest, 70)
    return tree


def index_of(tree: OfferTree, path: str, column: int = NAME) -> QModelIndex:
    found = QModelIndex()
    for name in path.split("/"):
        rows = range(tree.rowCount(found))
        found = next(
            one
            for one in (tree.index(row, 0, found) for row in rows)
            if tree.node(one).name == name
        )
    return found.siblingAtColumn(column)


def tick(tree: OfferTree, path: str, check: Qt.CheckState) -> None:
    assert tree.setData(index_of(tree, path), check, CHECK)


def taken(tree: OfferTree) -> set[str]:
    """As whoever writes the files reads it."""
    wanted = tree.wanted()
    choices = Choices(
        Way(tree.existing.value),
        {path: Way(existing.value) for path, existing in wanted.choices},
        frozenset(wanted.only),
    )
    return {
        one.path for one in FILES if not one.is_folder and choices.of(one.path) is not Way.LEAVE_OUT
    }


def test_tree_is_as_qt_wants_it(look: Look) -> None:
    tree = tree_of(look, rest=3)
    tester = QAbstractItemModelTester(tree, QAbstractItemModelTester.FailureReportingMode.Warning)
    tick(tree, "photos/old", OFF)
    tree.show(FILES[:2], 0, 0)
    del tester


def test_all_is_wanted_at_first_and_said_in_no_words(look: Look) -> None:
    tree = tree_of(look)
    assert tree.wants_all()
    assert tree.wanted() == Wanted((), ())


def test_folder_shows_what_is_chosen_of_it(look: Look) -> None:
    tree = tree_of(look)
    tick(tree, "photos/one.jpg", OFF)
    assert tree.data(index_of(tree, "photos"), CHECK) is PARTLY
    tick(tree, "photos", OFF)
    assert tree.data(index_of(tree, "photos/old/three.jpg"), CHECK) is OFF
    assert tree.data(index_of(tree, "photos/old"), CHECK) is OFF
    tick(tree, "photos/old/three.jpg", ON)
    assert tree.data(index_of(tree, "photos/old"), CHECK) is ON
    assert tree.data(index_of(tree, "photos"), CHECK) is PARTLY
    assert taken(tree) == {"a.txt", "photos/old/three.jpg", "setup.exe"}


def test_shorter_way_to_say_it_is_taken(look: Look) -> None:
    tree = tree_of(look)
    tick(tree, "photos", OFF)
    assert tree.wanted() == Wanted((), (("photos", Existing.LEAVE_OUT),))
    tick(tree, "a.txt", OFF)
    assert tree.wanted() == Wanted(("setup.exe",), ())


_TICKS = st.lists(st.tuples(st.sampled_from([one.path for one in FILES]), st.booleans()))


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(ticks=_TICKS)
def test_what_is_ticked_is_what_is_taken(look: Look, ticks: list[tuple[str, bool]]) -> None:
    tree = tree_of(look)
    ticked = {one.path for one in FILES if not one.is_folder}
    for path, is_on in ticks:
        tick(tree, path, ON if is_on else OFF)
        below = {
            one.path for one in FILES if not one.is_folder and f"{one.path}/".startswith(f"{path}/")
        }
        ticked = ticked | below if is_on else ticked - below
    if not tree.wants_nothing():
        assert taken(tree) == ticked


def test_what_is_not_listed_follows_its_own_box(look: Look) -> None:
    tree = tree_of(look, rest=995_000)
    rest = tree.index(tree.rowCount() - 1, 0)
    assert tree.data(rest) == "and 995,000 more"
    tick(tree, "photos", OFF)
    assert tree.wanted() == Wanted((), (("photos", Existing.LEAVE_OUT),))
    tree.setData(rest, OFF, CHECK)
    assert tree.wanted() == Wanted(("a.txt", "setup.exe"), ())
    tick(tree, "photos", ON)
    only = tree.wanted().only
    assert "photos" not in only
    assert {"photos/one.jpg", "photos/empty", "photos/old/three.jpg"} <= {*only}
    assert tree.unwanted() == (995_000, 70)


def test_choice_for_taken_names_is_inherited_and_said_once(look: Look) -> None:
    tree = tree_of(look)

    def said(path: str) -> object:
        return tree.data(index_of(tree, path, EXISTING))

    assert said("photos/one.jpg") == "Keep both"
    tree.set_existing(Existing.SKIP)
    tree.set_existing_of("photos", Existing.REPLACE)
    tree.set_existing_of("photos/old", Existing.KEEP)
    assert said("a.txt") == "Skip if the same"
    assert said("photos/two.jpg") == "Replace"
    assert said("photos/old/three.jpg") == "Keep both"
    assert tree.wanted().choices == (
        ("photos", Existing.REPLACE),
        ("photos/old", Existing.KEEP),
    )
    tree.set_existing_of("photos", None)
    assert said("photos/two.jpg") == "Skip if the same"


def test_sizes_of_folders_are_of_what_is_in_them(look: Look) -> None:
    tree = tree_of(look)
    assert tree.data(index_of(tree, "photos", SIZE)) == "1.30 kB"
    assert tree.data(index_of(tree, "photos/old", SIZE)) == "1.00 kB"


def test_whole_list_keeps_what_was_chosen_by_the_first_names(look: Look) -> None:
    tree = OfferTree(look)
    tree.show([OfferedFile("a.txt", -1), OfferedFile("photos", -1)], 4, -1)
    tick(tree, "photos", OFF)
    tree.set_existing_of("a.txt", Existing.REPLACE)
    tree.show(FILES, 0, 0)
    assert taken(tree) == {"a.txt", "setup.exe"}
    assert ("a.txt", Existing.REPLACE) in tree.wanted().choices


def test_f01_f08_names_are_plain_text(look: Look) -> None:
    tree = OfferTree(look)
    name = "<b>%1{x}&\u202egpj.exe"
    tree.show([OfferedFile(name, 5)], 0, 0)
    index = tree.index(0, 0)
    assert tree.data(index) == "<b>%1{x}&gpj.exe"
    tip = str(tree.data(index, Qt.ItemDataRole.ToolTipRole))
    assert "<b>" not in tip
    assert "can run something" in tip


def test_ten_thousand_entries_and_a_deep_path_are_shown(look: Look) -> None:
    deep = "/".join(f"d{number}" for number in range(128))
    files = [OfferedFile(f"f{number // 100}/n{number}", 1) for number in range(10_000)]
    tree = OfferTree(look)
    tree.show([*files, OfferedFile(deep, 1)], 0, 0)
    assert tree.rowCount() == 101
    tree.check_all(OFF)
    assert tree.wants_nothing()
    tick(tree, deep, ON)
    assert tree.wanted() == Wanted(("d0",), ())


# --- The dialog ------------------------------------------------------------
@pytest.fixture
def chat(stage: Stage) -> Stage:
    stage.be_ready(person("Ann"), person("Eve", trust=Trust.NEW))
    return stage


TRANSFER = offer("Ann", files=5, folders=3, size_bytes=6310, names=("a.txt", "photos", "setup.exe"))


@pytest.fixture
def dialog(chat: Stage) -> OfferDialog:
    chat.board.decisions.act(Action.CHOOSE, TRANSFER)
    found = chat.window.findChild(OfferDialog)
    assert found is not None
    return found


def listed(chat: Stage) -> None:
    asked = chat.last(ListOfferedFiles)
    chat.tell(OfferedFilesListed(TRANSFER.transfer_id, FILES, len(FILES), asked.ref))


def test_dialog_accepts_what_was_chosen(chat: Stage, dialog: OfferDialog, tmp_path: Path) -> None:
    listed(chat)
    tick(dialog.tree, "photos/old", OFF)
    assert dialog._sum.text() == "Chosen: 4 of 5 files, 5.31 kB"
    dialog._existing.setFocus()
    QTest.keyClick(dialog._existing, Qt.Key.Key_Down)
    dialog.show_place(tmp_path)
    wait_until(dialog._accept.isEnabled)
    click(dialog._accept)
    assert chat.last(AcceptTransfer) == AcceptTransfer(
        TRANSFER.transfer_id,
        into=tmp_path,
        existing=Existing.REPLACE,
        choices=(("photos/old", Existing.LEAVE_OUT),),
    )


def test_nothing_chosen_is_nothing_to_accept(chat: Stage, dialog: OfferDialog) -> None:
    listed(chat)
    dialog.tree.check_all(OFF)
    wait_until(dialog._decline.isEnabled)
    chat.settle()
    assert not dialog._accept.isEnabled()
    tick(dialog.tree, "a.txt", ON)
    wait_until(dialog._accept.isEnabled)
    bury(dialog)


def test_boxes_are_ticked_by_keyboard(chat: Stage, dialog: OfferDialog) -> None:
    listed(chat)
    dialog.view.setFocus()
    dialog.view.setCurrentIndex(index_of(dialog.tree, "setup.exe"))
    QTest.keyClick(dialog.view, Qt.Key.Key_Space)
    assert taken(dialog.tree) == {one.path for one in FILES if not one.is_folder} - {"setup.exe"}
    bury(dialog)


def test_menu_chooses_for_one_row(chat: Stage, dialog: OfferDialog) -> None:
    listed(chat)
    place = dialog.view.visualRect(index_of(dialog.tree, "a.txt")).center()
    menu = dialog.build_menu(place)
    below = menu.actions()[0].menu()
    assert below is not None
    (replace,) = [one for one in below.actions() if one.text() == "Replace"]
    replace.trigger()
    assert dialog.tree.wanted().choices == (("a.txt", Existing.REPLACE),)
    bury(menu)
    menu = dialog.build_menu(QPoint(5, dialog.view.viewport().height() - 2))
    assert [one.text() for one in menu.actions()] == ["Choose all", "Choose nothing"]
    bury(menu)
    bury(dialog)


def test_list_that_cannot_be_had_leaves_the_first_names(chat: Stage, dialog: OfferDialog) -> None:
    assert "asking for the whole list" in dialog._summary.text()
    chat.tell(Failed(ErrorCode.UNREACHABLE, "away", chat.last(ListOfferedFiles).ref))
    assert "first names" in dialog._summary.text()
    assert not chat.board.notice.isVisible()
    tick(dialog.tree, "photos", OFF)
    wait_until(dialog._accept.isEnabled)
    click(dialog._accept)
    assert chat.last(AcceptTransfer).choices == (("photos", Existing.LEAVE_OUT),)


def test_offer_that_is_no_more_is_told(chat: Stage, dialog: OfferDialog) -> None:
    chat.tell(Failed(ErrorCode.NO_SUCH_PATH, "gone", chat.last(ListOfferedFiles).ref))
    assert dialog._summary.text().endswith("Ann does not have this any more")
    bury(dialog)


def test_answer_for_another_offer_is_not_shown(chat: Stage, dialog: OfferDialog) -> None:
    chat.tell(OfferedFilesListed(TRANSFER.transfer_id, FILES, len(FILES), "another"))
    assert dialog.tree.rowCount() == 3
    bury(dialog)


def test_missing_room_is_told_before_accepting(chat: Stage, dialog: OfferDialog) -> None:
    dialog._on_free_bytes(dialog._folder, 2310)
    assert dialog._room.text() == "Not enough room there: 4.00 kB are missing."
    assert dialog._room.isVisible()
    listed(chat)
    tick(dialog.tree, "setup.exe", OFF)
    assert not dialog._room.isVisible()
    bury(dialog)


@pytest.mark.parametrize(
    "transfer",
    [
        offer("Eve"),
        offer("Ann", size_bytes=LARGE_BYTES + 1),
        offer("Ann", files=LARGE_FILES + 1),
    ],
)
def test_strangers_and_large_offers_are_looked_at_first(chat: Stage, transfer: object) -> None:
    chat.board.decisions.act(Action.ACCEPT, transfer)  # type: ignore[arg-type]
    assert chat.sent(AcceptTransfer) == []
    found = chat.window.findChild(OfferDialog)
    assert found is not None
    assert QApplication.activeModalWidget() is found
    bury(found)
