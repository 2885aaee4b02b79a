"""Every dialog there is shows all of its text, in both languages, at every size, on any screen.

They are found by walking the subclasses: one that this cannot make by what its
constructor asks for needs an entry in ``POSES``.
"""

import importlib
import inspect
import pkgutil
import typing
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QSize
from PySide6.QtGui import QPixmap
from PySide6.QtWidgets import QApplication, QDialog, QWidget

import ui
from app.events import EarlierText, PersonChanged, RoomChanged
from app.model import MessageState, Person, TransferState, Trust
from tests.unit.ui.fitting import misfits
from tests.unit.ui.stage import Stage, bury, id_of, message, offer, person, room, wait_until
from ui.dialogs.ask import AskDialog
from ui.dialogs.base import PlainDialog
from ui.dialogs.clear import ClearPicturesDialog, DeleteProfileDialog
from ui.dialogs.crop import CropDialog
from ui.dialogs.earlier import EarlierDialog
from ui.dialogs.forward import ForwardDialog
from ui.dialogs.link import LinkDialog
from ui.dialogs.many import ForwardManyDialog, ManyDialog, SendManyDialog
from ui.dialogs.picker import Chats
from ui.dialogs.picture import PictureDialog
from ui.dialogs.receipts import ReceiptsDialog
from ui.dialogs.writing import WritingDialog
from ui.language import Language, LanguageChoice
from ui.media.allfiles import AllFilesDialog
from ui.media.decode import Shot
from ui.media.viewer import Slide, Viewer
from ui.rescale import resize_text
from ui.settings.disk import Picture
from ui.settings.window import SettingsWindow
from ui.switchboard import Switchboard

ROOT = Path(__file__).resolve().parents[3]
NAME = "Aleksandra Kowalczyk-Wiśniewska"
SIZES = (100, 150, 200)
SMALLEST = QSize(1366, 768)
"""Of the screens that have to do."""
_ROOM = QSize(1366, 738)
"""For a window there, without its frame."""
BASES = (AskDialog, PlainDialog, ManyDialog, WritingDialog)
PAIRS = [(id_of(name), name) for name in (NAME, "陈立", "Ben")]
CHATS = Chats(PAIRS, notes={PAIRS[0][0]: "away"})


def _viewer(stage: Stage) -> Viewer:
    made = Viewer(stage.look, stage.worker, stage.window)
    picture = ROOT / "resources" / "icons" / "landline.svg"
    made.show_slides([Slide(Shot(picture, 4000, 3000), "很长的名字-" * 9 + ".jpg", 0)], 0)
    return made


POSES: dict[type[QDialog], Callable[[Stage], QDialog]] = {
    CropDialog: lambda s: CropDialog(s.look, QPixmap(4000, 90).toImage(), s.window),
    Viewer: _viewer,
    EarlierDialog: lambda s: EarlierDialog(s.look, [EarlierText("before", 1)], s.window),
    ForwardDialog: lambda s: ForwardDialog(s.look, PAIRS, s.window),
    LinkDialog: lambda s: LinkDialog(s.look, "https://example.org/" + "a" * 300, s.window),
    PictureDialog: lambda s: PictureDialog(
        s.look, s.worker, QPixmap(400, 300).toImage(), NAME, s.window
    ),
    ReceiptsDialog: lambda s: ReceiptsDialog(
        s.look, [(NAME, MessageState.DELIVERED), ("陈立", MessageState.SENT)], s.window
    ),
    SendManyDialog: lambda s: SendManyDialog(
        s.look, s.worker, (Path(__file__),), chats=CHATS, count=len, parent=s.window
    ),
    ClearPicturesDialog: lambda s: ClearPicturesDialog(
        s.look, [Picture(Path("a.png"), 412_000_000, 1.0, is_shown=True)] * 2345, s.window
    ),
    DeleteProfileDialog: lambda s: DeleteProfileDialog(
        s.look, "21 November 2026, 15:30:00", s.window
    ),
    SettingsWindow: lambda s: s.board.settings.open(),
    ForwardManyDialog: lambda s: ForwardManyDialog(
        s.look, offer(NAME), chats=CHATS, count=len, parent=s.window
    ),
    AllFilesDialog: lambda s: AllFilesDialog(
        s.look, s.board.media.previews, (), lambda: f"Shared with {NAME}", s.window
    ),
}


def dialogs() -> list[type[QDialog]]:
    for module in pkgutil.walk_packages(ui.__path__, "ui."):
        importlib.import_module(module.name)
    return sorted(set(_below(QDialog)) - set(BASES), key=lambda one: one.__name__)


def _below(kind: type[QDialog]) -> Iterator[type[QDialog]]:
    for one in kind.__subclasses__():
        if one.__module__.startswith("ui."):
            if not one.__name__.startswith("_"):
                yield one
            yield from _below(one)


def pose(kind: type[QDialog], stage: Stage) -> QDialog:
    if kind in POSES:
        return POSES[kind](stage)
    return typing.cast("QDialog", kind(**_arguments(kind, stage)))  # type: ignore[call-arg]


def _arguments(kind: type[QDialog], stage: Stage) -> dict[str, object]:
    """By type, else by name: what a dialog may ask for."""
    desk, look = stage.desk, stage.look
    known: dict[str, object] = {
        "parent": stage.window,
        "name": NAME,
        "my_id": id_of("me"),
        "people": CHATS,
        "downloads": Path("/home/somebody/Downloads"),
        "count": 12_345,
        "transfer": offer(
            NAME, names=("很长的名字-" * 9 + ".pdf.exe",), state=TransferState.FAILED
        ),
        "message": message(NAME, "many words " * 900),
        "room": room("Design"),
        "person": person(NAME),
    }
    typed = {type(one): one for one in (look, desk, desk.roster, stage.worker, known["person"])}
    typed |= {type(one): one for one in vars(stage.board).values()}
    typed |= {type(one): one for one in vars(stage.board.preferences).values()}
    typed[type(stage.board.preferences)] = stage.board.preferences
    hints = typing.get_type_hints(kind.__init__)
    made = {}
    for parameter in list(inspect.signature(kind.__init__).parameters.values())[1:]:
        wanted = hints.get(parameter.name)
        if wanted in typed:
            made[parameter.name] = typed[wanted]
        elif parameter.name in known:
            made[parameter.name] = known[parameter.name]
        elif parameter.default is inspect.Parameter.empty:
            pytest.fail(f"{kind.__name__} needs a pose: {parameter.name} is unknown here")
    return made


@pytest.fixture(params=[LanguageChoice.ENGLISH, LanguageChoice.CHINESE])
def spoken(app: QApplication, request: pytest.FixtureRequest) -> Iterator[LanguageChoice]:
    language = Language(app, request.param)
    yield request.param
    language.choose(LanguageChoice.ENGLISH)


@pytest.fixture
def peopled(spoken: LanguageChoice, stage: Stage) -> Iterator[Stage]:
    stage.meet(NAME)
    stage.be_ready(*(_posed(name) for name in (NAME, "陈立", "Ben")))
    yield stage
    resize_text(stage.app, stage.look, 100)


def _posed(name: str) -> Person:
    return person(name, address="192.0.2.34:48484", rtt_ms=0.4, app_version="1.0")


def test_every_dialog_shows_all_its_text_and_fits_the_screen(peopled: Stage) -> None:
    faults = []
    for percent in SIZES:
        resize_text(peopled.app, peopled.look, percent)
        for kind in dialogs():
            dialog = pose(kind, peopled)
            dialog.show()
            peopled.settle()
            found = [*misfits(dialog), *_beyond(dialog, percent)]
            faults += [f"{kind.__name__} at {percent}: {one}" for one in found]
            bury(dialog)
    assert not faults, "\n".join(faults)


def _beyond(dialog: QWidget, percent: int) -> list[str]:
    room = dialog.screen().availableSize()
    if not isinstance(dialog, PlainDialog):
        room = room.expandedTo(SMALLEST)  # it is a window that people size themselves
    if percent == 100:
        room = room.boundedTo(SMALLEST)
    size = dialog.frameSize()
    is_within = size.width() <= room.width() and size.height() <= room.height()
    return [] if is_within else [f"{size.toTuple()} on a screen of {room.toTuple()}"]


def test_every_part_of_the_window_shows_all_its_text(peopled: Stage) -> None:
    window, board = peopled.window, peopled.board
    shared = room("Design", NAME, "Ben")
    peopled.deliver(peopled.receive(NAME, ["hello", "many words " * 40]))
    peopled.deliver((peopled.receive_offer(NAME, ("很长的名字-" * 9 + ".pdf.exe",)),))
    peopled.tell(RoomChanged(shared), PersonChanged(person("Eve", trust=Trust.NEW)))
    places: dict[str, Callable[[], object]] = {
        "nobody's": board.step_back,
        "a stranger's": lambda: board.open_person(id_of("Eve")),
        "a person's": lambda: board.open_person(id_of(NAME)),
        "a person's with details": lambda: board.chat.info_toggled.emit(True),
        "a room's with details": lambda: board.open_person(shared.room_id),
        "a search in the chat": lambda: search_here(board, "hello"),
        "a search everywhere": lambda: search_everywhere(board, "hello"),
        "a search without an end": lambda: search_everywhere(board, "zebra"),
        "a search for a name": lambda: search_name(board, "zebra"),
        "the transfers": board.transfers.toggle,
    }
    faults = []
    for percent in SIZES:
        resize_text(peopled.app, peopled.look, percent)
        window.resize(_ROOM)
        for name, show in places.items():
            show()
            peopled.settle()
            least = window.minimumSizeHint()
            if window.width() != _ROOM.width() or least.boundedTo(_ROOM) != least:
                faults.append(f"{name} at {percent} needs {least.toTuple()}")
            faults += [f"{name} at {percent}: {one}" for one in misfits(window)]
        board._window.side.search.clear()
        board.transfers.toggle()
        board.chat.info_toggled.emit(False)
    assert not faults, "\n".join(faults)


def search_here(board: Switchboard, words: str) -> None:
    board.search.open_here()
    assert board.search.here is not None
    board.search.here.bar.words.setText(words)
    wait_until(lambda: bool(board.search.here and board.search.here.bar.count.text()))


def search_everywhere(board: Switchboard, words: str) -> None:
    board.search.step_back()
    board.search.open_everywhere()
    found = board.search.everywhere
    assert found is not None
    found.words.setText(words)
    wait_until(lambda: found.hint.isVisible() or found.view.results.rowCount() > 1)


def search_name(board: Switchboard, words: str) -> None:
    board.search.close_everywhere()
    board._window.side.search.setText(words)


def test_every_menu_goes_on_the_screen(peopled: Stage) -> None:
    board = peopled.board
    for percent in SIZES:
        resize_text(peopled.app, peopled.look, percent)
        menus = [board.menu.build(peopled.window), board.build_new_menu()]
        for menu in menus:
            assert menu.sizeHint().boundedTo(SMALLEST) == menu.sizeHint()
            bury(menu)
