"""Members' copies of a room, and who is in it."""

from net.protocol.identity import Identity
from net.protocol.room_log import Outcome, RoomLog
from net.protocol.rooms import Act, Add, Create, Newcomer, RoomId, SignedEntry, sign_entry

ANN, BEN, CIM, DEE, EVE = (Identity(bytes([n]) * 32) for n in range(1, 6))
PEOPLE = (ANN, BEN, CIM, DEE, EVE)


class Copy:
    """One member's copy of a room."""

    def __init__(self, first: SignedEntry) -> None:
        self.log = RoomLog(RoomId(first.entry_id))
        self.entries: list[SignedEntry] = []
        self.take(first)

    def take(self, signed: SignedEntry) -> Outcome:
        outcome = self.log.add(signed)
        if outcome is Outcome.ADDED:
            self.entries.append(signed)
        return outcome

    def act(self, who: Identity, act: Act) -> SignedEntry:
        signed = sign_entry(who, self.log.parents_now(), 7, act)
        assert self.take(signed) is Outcome.ADDED
        return signed

    def merge(self, other: "Copy") -> None:
        for signed in list(other.entries):
            self.take(signed)

    @property
    def names(self) -> list[str]:
        return [member.name for member in self.log.state.members.values()]


def newcomer(who: Identity, name: str) -> Newcomer:
    return Newcomer(who.public_key, name)


def create(*members: Newcomer) -> SignedEntry:
    return sign_entry(ANN, (), 5, Create(b"n" * 16, "Lab", "Ann", members))


def add(who: Identity, name: str) -> Add:
    return Add((newcomer(who, name),), ())


def room(*members: Newcomer) -> Copy:
    return Copy(create(*members))


def copy_of(copy: Copy) -> Copy:
    other = Copy(copy.entries[0])
    other.merge(copy)
    return other
