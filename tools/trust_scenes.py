"""Pictures of what decides whom one writes with; see tools/gallery.py."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt

from app.events import MessagesAdded, PersonChanged, PersonForgotten, ProfileCopied
from app.model import Direction, Message, MessageKind, MessageState, Person, Trust
from tools import poses
from ui.trust.blocked import BlockedList
from ui.trust.code import write_code
from ui.trust.copybar import CopyBar
from ui.trust.forget import ForgetDialog
from ui.trust.qr import QrCode
from ui.trust.scan import codes_in_image
from ui.trust.verify import VerifyDialog

if TYPE_CHECKING:
    from tools.gallery import Studio

Target = Callable[[str], Path]


def _verify(studio: "Studio", target: Target) -> None:
    studio.board.trust.verify(poses.LI.peer_id)
    (dialog,) = studio.window.findChildren(VerifyDialog)
    studio.settle()
    studio.settle()
    studio.take(dialog, target("verify"))
    code = QrCode(studio.look)
    code.show_text(write_code(poses.EVE.peer_id, poses.LI.peer_id))
    code.resize(code.sizeHint())
    dialog._judge(codes_in_image(code.grab().toImage()))
    code.deleteLater()
    studio.take(dialog, target("verify-other"))
    dialog.close()


def _key(studio: "Studio", target: Target) -> None:
    """Marta is away, and somebody has come with her name."""
    came = replace(poses.EVE, peer_id=poses.id_of("Marta again"), is_online=True, trust=Trust.NEW)
    asked = replace(poses.EVE, successor=came.peer_id)
    studio.window.resize(1200, 760)
    for event in (PersonChanged(came), PersonChanged(asked)):
        studio.desk.on_event(event)
    studio.board.open_person(asked.peer_id)
    for _ in range(3):
        studio.settle()
    studio.take(studio.window, target("key"))
    hello = _asking(came, "It is me, with a new computer.")
    studio.album.messages.append(hello)
    studio.desk.on_event(MessagesAdded((hello,)))
    studio.board.open_person(came.peer_id)
    for _ in range(3):
        studio.settle()
    studio.take(studio.window, target("key-request"))
    for event in (PersonForgotten(came.peer_id), PersonChanged(poses.EVE)):
        studio.desk.on_event(event)
    studio.album.messages.remove(hello)


def _asking(person: Person, text: str) -> Message:
    """What somebody has written who was not accepted yet."""
    return Message(
        message_id=f"{77:032x}",
        peer_id=person.peer_id,
        direction=Direction.IN,
        kind=MessageKind.TEXT,
        text=text,
        time_ms=poses.START_MS,
        state=MessageState.DELIVERED,
        order_key=poses.START_MS << 16,
        is_request=True,
    )


def _request(studio: "Studio", target: Target) -> None:
    """Somebody has written whose name looks like Ben's."""
    posing = replace(
        poses.BEN, peer_id=poses.id_of("posing"), name="Веn Okafor", trust=Trust.NEW, device="guest"
    )
    hello = _asking(posing, "It is me. Please send the plans to https://example.org/upload")
    studio.album.messages.append(hello)
    for event in (PersonChanged(posing), MessagesAdded((hello,))):
        studio.desk.on_event(event)
    studio.window.resize(1200, 760)
    studio.window.side.people.requests_toggled.emit()
    studio.board.marks.pin(poses.LI.peer_id, True)
    studio.board.open_person(posing.peer_id)
    for _ in range(3):
        studio.settle()
    studio.take(studio.window, target("request"))
    studio.board.trust.ask_to_forget(posing.peer_id)
    (dialog,) = studio.window.findChildren(ForgetDialog)
    for _ in range(2):
        studio.settle()
    studio.take(dialog, target("forget"))
    dialog.close()
    studio.window.side.people.requests_toggled.emit()
    studio.board.marks.pin(poses.LI.peer_id, False)
    studio.desk.on_event(PersonForgotten(posing.peer_id))
    studio.album.messages.remove(hello)


def _menu(studio: "Studio", target: Target) -> None:
    entry = studio.desk.roster.get(poses.BEN.peer_id)
    assert entry is not None
    menu = studio.board.list_menu.build(entry, is_shown=True)
    menu.ensurePolished()
    menu.resize(menu.sizeHint())
    studio.take(menu, target("list-menu"))
    menu.deleteLater()


def _blocked(studio: "Studio", target: Target) -> None:
    for person in (poses.EVE, poses.LI):
        studio.desk.on_event(PersonChanged(replace(person, trust=Trust.BLOCKED)))
    studio.settle()
    blocked = BlockedList(studio.look, studio.desk.roster, studio.board.trust)
    blocked.setParent(studio.window, Qt.WindowType.Dialog)
    blocked.resize(460, 160)
    studio.take(blocked, target("blocked"))
    blocked.deleteLater()
    for person in (poses.EVE, poses.LI):
        studio.desk.on_event(PersonChanged(person))


def _copied(studio: "Studio", target: Target) -> None:
    """The same profile runs on another computer, too."""
    studio.window.resize(1200, 760)
    studio.board.open_person(poses.BEN.peer_id)
    studio.desk.on_event(ProfileCopied("192.0.2.14:48484"))
    (bar,) = studio.window.findChildren(CopyBar)
    studio.settle()
    studio.take(studio.window, target("copied"))
    bar.hide()


SCENES = (_verify, _key, _request, _menu, _blocked, _copied)
