"""Pictures of what decides whom one writes with; see tools/gallery.py."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from app.events import PersonChanged
from app.model import Trust
from tools import poses
from ui.trust.code import write_code
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
    studio.desk.on_event(PersonChanged(poses.EVE))


SCENES = (_verify, _key)
