"""To any message of the open chat, wherever it is, and back."""

from ui.chat.panel import ChatPanel
from ui.chat.rows import RowId, row_id
from ui.chat.sliding import Spot
from ui.desk import Desk
from ui.ids import chat_bytes
from ui.search.flash import Flash


class Jumper:
    def __init__(self, chat: ChatPanel, desk: Desk, flash: Flash) -> None:
        self._chat = chat
        self._desk = desk
        self._flash = flash
        self.is_calm = False
        """Nothing lights up."""

    def go(self, order_key: int, *, lights: bool = True) -> RowId | None:
        """Shows the message with this key, or the next there is; what is in sight stays put.

        Returns its row, None for an empty chat.
        """
        view, history = self._chat.page.view, self._desk.history
        model = view.chat_model
        number = model.number_at(order_key)
        if number is None:
            if history is None:
                return None
            number = model.open_at(history, chat_bytes(self._chat.peer_id), order_key)
        if not model.rowCount():
            return None
        view.center_row(number)
        row = row_id(view.message_at(number))
        if lights and not self.is_calm:
            self._flash.light(row)
        return row

    def go_to_day(self, order_key: int) -> None:
        """The first message from this key on stands at the top, below the day's name."""
        view, history = self._chat.page.view, self._desk.history
        if history is None:
            return
        number = view.chat_model.open_at(history, chat_bytes(self._chat.peer_id), order_key)
        if view.chat_model.rowCount():
            view.go_to_row(number)
            view.bottom_changed.emit(view.is_at_bottom)
            if not self.is_calm:
                self._flash.light(row_id(view.message_at(number)))

    def spot(self) -> Spot | None:
        """Where the reader is; None at the end."""
        return self._chat.page.view.spot()

    def go_back(self, spot: Spot | None) -> None:
        view, history = self._chat.page.view, self._desk.history
        if history is None:
            return
        if spot is None:
            self._chat.go_to_bottom()
            return
        number = view.chat_model.open_at(history, chat_bytes(self._chat.peer_id), spot.order_key)
        view.go_to_row(number, spot.offset_px)
        view.bottom_changed.emit(view.is_at_bottom)
