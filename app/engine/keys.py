"""Somebody with the name and device of a contact, but another key: a new installation, or
somebody who poses as them. Nothing is sent in the contact's chat until the user has decided.

The old key is kept with all that was said. If it is heard again, it was not lost, and the
question falls: what is sent in that chat is sealed for this key alone. Not once the user has
compared the new one: then whoever comes with the old key may have the computer it was on.
"""

from app.engine.core import Core
from app.engine.people import Acquaintance, People
from app.model import Trust
from net.protocol.identity import PeerId


class KeyChanges:
    def __init__(self, core: Core, people: People) -> None:
        self._core = core
        self._people = people

    def on_hello(self, person: Acquaintance) -> None:
        """They are here, and have told their name and device."""
        if person.successor is not None and not person.is_moved:
            self._settle(person, None, is_moved=False)
        if person.trust is Trust.NEW:
            for known in self._people:
                if _is_back_as(known, person):
                    person.is_kept = True
                    self._settle(known, person.peer, is_moved=False)

    def on_decided(self, person: Acquaintance) -> None:
        """The user has decided about a stranger: verified, it is them; accepted, it is somebody
        else; blocked, it is nobody. Also where it was decided otherwise before."""
        is_same = person.trust is Trust.VERIFIED
        for known in self._people:
            if known.successor == person.peer:
                self._settle(known, person.peer if is_same else None, is_moved=is_same)

    def _settle(self, known: Acquaintance, successor: PeerId | None, *, is_moved: bool) -> None:
        known.successor, known.is_moved = successor, is_moved
        self._core.write_later(lambda w: w.set_successor(known.peer, successor, is_moved=is_moved))
        self._people.tell(known)


def _is_back_as(known: Acquaintance, stranger: Acquaintance) -> bool:
    """Who is here with the old key has not lost it."""
    is_alike = (known.name, known.device) == (stranger.name, stranger.device)
    return is_alike and known.is_contact and not known.is_online and known.successor is None
