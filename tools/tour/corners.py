"""Places that are seldom entered, and other faces of the window: the rest of the tour."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial

from PySide6.QtCore import QMimeData, QPoint, Qt
from PySide6.QtWidgets import QApplication, QLabel, QWidget

from tools.tour.life import paint
from tools.tour.places import Guide, place
from ui.compose.picker import EmojiPicker
from ui.dialogs.picture import PictureDialog
from ui.search.days import DayPicker
from ui.settings.exporting import ExportDialog
from ui.settings.network import NetworkPage
from ui.settings.saving import BackupDialog
from ui.trust.forget import ForgetDialog


@contextmanager
def _over(window: QWidget, popup: QWidget) -> Iterator[QWidget]:
    """What pops up is a window of its own: its picture stands where it stood."""
    copy = QLabel(window)
    copy.setPixmap(popup.grab())
    copy.adjustSize()
    copy.move(window.mapFromGlobal(popup.pos()))
    popup.hide()
    copy.show()
    try:
        yield window
    finally:
        copy.hide()
        copy.deleteLater()


@place(
    "list-menu",
    "What can be done with a conversation",
    "Pin it, mark it, mute it, verify, block, forget, export: by right click, or the menu key.",
)
def _list_menu(guide: Guide) -> Iterator[QWidget]:
    guide.open(guide.cast.ben.peer_id)
    people = guide.window.side.people
    number = people.rows.find(guide.cast.ben.peer_id)
    assert number is not None
    area = people.visualRect(people.rows.index(number))
    corner = people.viewport().mapToGlobal(area.bottomLeft() + QPoint(area.height(), 0))
    entry = guide.board.settings.desk.roster.get(guide.cast.ben.peer_id)
    assert entry is not None
    menu = guide.board.list_menu.build(entry, is_shown=True)
    menu.popup(corner)
    guide.settle()
    with _over(guide.window, menu) as shown:
        yield shown
    menu.deleteLater()


@place(
    "key",
    "A new key under an old name",
    "Nothing is sent until somebody has looked: the number is compared, or the newcomer is not"
    " the one they were taken for.",
)
def _key(guide: Guide) -> Iterator[QWidget]:
    guide.open(guide.cast.iris.peer_id)
    guide.settle()
    guide.settle()
    yield guide.window


@place(
    "forget",
    "Forgetting somebody",
    "What goes and what stays is said before it is done.",
)
def _forget(guide: Guide) -> Iterator[QWidget]:
    guide.board.trust.ask_to_forget(guide.cast.stranger.peer_id)
    dialog = guide.newest(ForgetDialog)
    yield dialog
    dialog.close()


@place(
    "day",
    "Back to a day",
    "Days on which something was said stand out; one click, and the chat is there.",
)
def _day(guide: Guide) -> Iterator[QWidget]:
    guide.open(guide.cast.ben.peer_id)
    guide.board.search.open_here()
    here = guide.board.search.here
    assert here is not None
    here.bar.day_button.click()
    guide.wait_until(lambda: any(one.isVisible() for one in _days(guide)))
    (days,) = [one for one in _days(guide) if one.isVisible()]
    guide.settle()
    with _over(guide.window, days) as shown:
        yield shown
    days.close()
    here.close()


def _days(guide: Guide) -> list[DayPicker]:
    return guide.window.findChildren(DayPicker)


@place(
    "switcher",
    "Somebody by name",
    "Ctrl+K, a few letters in any order, pinyin too, and Enter.",
)
def _switcher(guide: Guide) -> Iterator[QWidget]:
    guide.open(guide.cast.ben.peer_id)
    guide.window.side.search.setText("chen")
    guide.settle()
    yield guide.window
    guide.window.side.search.clear()


@place("emoji-search", "Emoji by a word", "In English and Chinese, whatever the window speaks.")
def _emoji_search(guide: Guide) -> Iterator[QWidget]:
    guide.open(guide.cast.li.peer_id)
    guide.board.compose.open_emoji()
    pickers = guide.window.findChildren(EmojiPicker)
    (picker,) = [one for one in pickers if one.isVisible()]
    picker.search.setText("笑")
    guide.settle()
    yield guide.window
    picker.left.emit()


@place(
    "picture",
    "A picture before it goes",
    "Pasted or taken from the screen: looked at, cut to the part that matters, and sent.",
)
def _picture(guide: Guide) -> Iterator[QWidget]:
    guide.open(guide.cast.ben.peer_id)
    pasted = QMimeData()
    pasted.setImageData(paint(1))
    guide.board.chat.page.composer.edit.insertFromMimeData(pasted)
    dialog = guide.newest(PictureDialog)
    yield dialog
    dialog.close()


@place("export", "A conversation as a file", "As HTML or plain text, all of it or some days.")
def _export(guide: Guide) -> Iterator[QWidget]:
    guide.board.settings.export(guide.cast.ben.peer_id)
    dialog = guide.newest(ExportDialog)
    yield dialog
    dialog.close()


@place(
    "backup",
    "A backup",
    "Everything in one file that only the password opens; on another computer it goes on there.",
)
def _backup(guide: Guide) -> Iterator[QWidget]:
    guide.board.settings.back_up()
    dialog = guide.newest(BackupDialog)
    yield dialog
    dialog.close()


@place("welcome", "The first start", "A name that can be changed, and who is on the network.")
def _welcome(guide: Guide) -> Iterator[QWidget]:
    guide.board.step_back()
    roster = guide.board.settings.desk.roster
    last = {one.chat_id: one.last for one in roster}
    for one in roster:
        one.last = None  # or somebody who has talked already is not welcomed
    guide.board.preferences.window.change(is_welcomed=False)
    guide.board.settings.welcome()
    guide.settle()
    yield guide.window
    guide.board.step_back()
    for one in roster:
        one.last = last[one.chat_id]


def _page(guide: Guide, *, number: int) -> Iterator[QWidget]:
    answers: list[object] = []
    told = guide.board.settings.desk.network_diagnosed.connect(answers.append)
    window = guide.board.settings.open()
    window.open_page(number)
    if isinstance(window.pages()[number], NetworkPage):
        guide.wait_until(lambda: bool(answers))
    guide.settle()
    guide.settle()  # some pages ask the disk first
    yield window
    window.close()
    guide.board.settings.desk.network_diagnosed.disconnect(told)


for _number, (_key, _title, _words) in enumerate(
    (
        ("profile", "Profile", "The name others see, one's picture and the id."),
        ("chats", "Chats", "How one writes, and what others learn of it."),
        ("notifications", "Notifications", "With what was said or without, or none."),
        ("files", "Files", "Where they land, and whose come without a question."),
        ("network", "Network", "What is seen of it, and what to do where it is closed."),
        ("privacy", "Privacy and security", "Who may write, who is blocked, how the key is kept."),
        ("storage", "Storage", "What takes how much room, backups, and moving elsewhere."),
        ("about", "About", "The version, and whose work is in it."),
    ),
    start=1,
):
    place(f"settings-{_key}", f"Settings: {_title}", _words)(partial(_page, number=_number))


@place("contrast", "High contrast", "7:1, with lines where there were shades.")
def _contrast(guide: Guide) -> Iterator[QWidget]:
    guide.open(guide.cast.ben.peer_id)
    guide.board.preferences.window.change(high_contrast=True)
    guide.settle()
    yield guide.window
    guide.board.preferences.window.change(high_contrast=False)


@place("large", "Text at 200 percent", "Everything grows with it: icons, buttons, gaps.")
def _large(guide: Guide) -> Iterator[QWidget]:
    guide.open(guide.cast.ben.peer_id)
    size = guide.window.size()
    guide.board.preferences.window.change(text_percent=200)
    guide.settle()
    yield guide.window
    guide.board.preferences.window.change(text_percent=100)
    guide.window.resize(size)


@place(
    "mirrored",
    "From right to left",
    "As the window stands in Arabic or Hebrew; words keep the direction of their own.",
)
def _mirrored(guide: Guide) -> Iterator[QWidget]:
    app = QApplication.instance()
    assert isinstance(app, QApplication)
    app.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
    guide.open(guide.cast.room)
    yield guide.window
    app.setLayoutDirection(Qt.LayoutDirection.LeftToRight)
