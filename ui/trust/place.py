"""Deciding about people: comparing, blocking, forgetting."""

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from app.commands import ForgetPerson, SetTrust
from ui.desk import Desk
from ui.look import Look
from ui.names import person_name
from ui.trust.keybar import KeyBar
from ui.trust.lookalike import Lookalikes
from ui.window import Window
from ui.worker import Worker

if TYPE_CHECKING:
    from ui.trust.copybar import CopyBar


class TrustPlace(QObject):
    chat_wanted = Signal(str)
    leaving = Signal(str)
    """Whoever has this chat open leaves it now: it is about to be deleted."""

    def __init__(self, window: Window, desk: Desk, look: Look, worker: Worker) -> None:
        super().__init__(window)
        self._window = window
        self._desk = desk
        self._look = look
        self._worker = worker
        self._lookalikes = Lookalikes(desk.roster, worker)
        self._copy_bar: CopyBar | None = None
        desk.profile_copied.connect(self._on_copied)

    def attend(self, bar: KeyBar) -> None:
        bar.compare_wanted.connect(self.verify)
        bar.other_wanted.connect(lambda peer_id: self.set(peer_id, accepted=True))
        bar.block_wanted.connect(lambda peer_id: self.block(peer_id, True))
        bar.open_wanted.connect(self.chat_wanted)

    def _on_copied(self, address: str) -> None:
        from ui.trust.copybar import CopyBar  # noqa: PLC0415 - hardly ever needed

        if self._copy_bar is None:
            self._copy_bar = CopyBar(self._look)
            self._window.side.add_above_foot(self._copy_bar)
            above = self._window.empty.button.previousInFocusChain()
            QWidget.setTabOrder(above, self._copy_bar.close_button)  # not behind the whole window
        self._copy_bar.tell(address)

    def verify(self, peer_id: str) -> None:
        """Opens the comparison with this person."""
        from ui.trust.verify import VerifyDialog  # noqa: PLC0415 - dialogs load when opened

        person = self._desk.roster.person(peer_id)
        if person is None or not self._desk.my_id:
            return
        dialog = VerifyDialog(self._look, self._desk.roster, self._worker, person, self._window)
        dialog.compared.connect(lambda: self.set(peer_id, verified=True))
        dialog.open()

    def block(self, peer_id: str, is_on: bool) -> None:
        self.set(peer_id, blocked=is_on)

    def ask_to_forget(self, peer_id: str) -> None:
        from ui.trust.forget import ForgetDialog  # noqa: PLC0415

        name = person_name(peer_id, self._desk.roster, self._look)
        dialog = ForgetDialog(self._look, name, self._window)
        dialog.accepted.connect(lambda: self.forget(peer_id))
        dialog.open()

    def forget(self, peer_id: str) -> None:
        """Without a question: of somebody with whom there is nothing to lose."""
        self.leaving.emit(peer_id)
        self._desk.submit(ForgetPerson(peer_id))

    def set(self, peer_id: str, **changes: Any) -> None:
        """Fields of SetTrust."""
        self._desk.submit(SetTrust(peer_id, **changes))
