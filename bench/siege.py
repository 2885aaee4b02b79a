"""A window under attack: how late its timers are while what goes on.

python -m bench.begin siege [OPTION...]   a window (options as main.py's); prints its id and port.
A text "now WORDS" from somebody says what goes on from then, "now over" that it shall tell and end
"""

import json

from PySide6.QtCore import QTimer

from app.commands import SetTrust
from app.model import Message
from bench.flooder import OVER
from bench.loop import Watch
from ui import app as shell
from ui.switchboard import Switchboard


class Besieged(shell.Shell):
    def _furnish(self) -> None:
        self._watch = Watch()
        super()._furnish()
        assert self._back is not None
        self._desk = self._back.desk
        self._desk.ready.connect(self._on_ready)
        self._desk.messages_added.connect(self._on_messages)

    def _on_ready(self) -> None:
        assert self._desk.status is not None
        print(self._desk.my_id, self._desk.status.udp_port, flush=True)

    def _on_messages(self, messages: tuple[Message, ...]) -> None:
        for message in messages:
            if not message.text.startswith("now "):
                continue
            what = message.text.removeprefix("now ")
            self._desk.submit(SetTrust(message.peer_id, accepted=True))
            self.window.findChild(Switchboard).open_person(message.peer_id)
            self._watch.turn_to(None if what == OVER else what)
            if what == OVER:
                print(json.dumps(self._watch.late), flush=True)
                QTimer.singleShot(0, self.window.close)


def main(words: list[str]) -> int:
    shell.Shell = Besieged  # type: ignore[misc]
    return shell.run(words)
