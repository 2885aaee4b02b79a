"""Pictures and files, for the gallery: in the chat, large, and all that were shared."""

import tempfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from app.events import MessagesAdded
from app.model import Direction, Message, MessageKind, MessageState, Transfer, TransferState
from tools import poses
from tools.tour.life import paint
from ui.media.allfiles import AllFilesDialog
from ui.media.viewer import Viewer

if TYPE_CHECKING:
    from tools.gallery import Studio

Target = Callable[[str], Path]
NAMES = ("north-slope.png", "hall-at-noon.png", "river.png")
CODE = "The filter:\n```sh\nffmpeg -i field-survey-4k.mov \\\n  -vf 'scale=1920:-2' out.mp4\n```"


def _message(number: int, **fields: object) -> Message:
    time_ms = poses.START_MS + (200 + number) * 60_000
    values = {
        "message_id": f"{9000 + number:032x}",
        "direction": Direction.IN,
        "kind": MessageKind.FILES,
        "text": "",
        "state": MessageState.READ,
        **fields,
    }
    return Message(peer_id=poses.BEN.peer_id, time_ms=time_ms, order_key=time_ms << 16, **values)  # type: ignore[arg-type]


def _pictures(number: int, folder: Path, names: tuple[str, ...]) -> Message:
    size = sum((folder / name).stat().st_size for name in names)
    path = folder / names[0] if len(names) == 1 else folder
    transfer = Transfer(
        f"{9000 + number:032x}", poses.BEN.peer_id, Direction.IN, TransferState.DONE,
        len(names), size, names, done_bytes=size, path=str(path),
    )  # fmt: skip
    return _message(number, transfer=transfer)


def _media(studio: "Studio", target: Target) -> None:
    """One picture, three, and code; then the viewer and what was shared."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for number, one in enumerate(NAMES):
            paint(number).save(str(folder / one))
        several, single = _pictures(1, folder, NAMES), _pictures(2, folder, NAMES[1:2])
        said = _message(3, kind=MessageKind.TEXT, text=CODE)
        own = replace(
            said, message_id="f" * 32, direction=Direction.OUT, order_key=said.order_key + 1
        )
        studio.window.resize(1200, 1000)
        studio.board.open_person(poses.BEN.peer_id)
        studio.desk.on_event(MessagesAdded((several, single, said, own)))
        studio.settle()
        studio.settle()
        studio.take(studio.window, target("media"))
        studio.board.media.open_viewer(several, 0)
        (viewer,) = studio.window.findChildren(Viewer)
        viewer.resize(1000, 700)
        studio.settle()
        studio.take(viewer, target("viewer"))
        viewer.close()
    studio.board.media.sharing.open_all()
    (dialog,) = studio.window.findChildren(AllFilesDialog)
    studio.take(dialog, target("all-files"))
    dialog.close()


SCENES = (_media,)
