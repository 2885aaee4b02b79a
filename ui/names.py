"""What conversations and the people in them are called."""

from collections.abc import Iterable

from app.model import Person
from ui.chat.cast import Cast
from ui.look import Look
from ui.plain import shown_name
from ui.roster import Entry, Roster, Section


def chat_name(entry: Entry, look: Look) -> str:
    if entry.room is not None:
        return look.room_words.name(entry.room)
    return look.words.name(entry.person or Person("", ""))


def placed_chat_name(entry: Entry, look: Look) -> str:
    """For use inside a sentence."""
    if entry.room is not None:
        return look.room_words.placed_name(entry.room)
    return look.words.placed_name(entry.person or Person("", ""))


def doubt(entry: Entry, look: Look) -> str:
    """What is said beside a name that looks like somebody else's; empty for any other."""
    other = entry.resembles
    return "" if other is None else look.words.not_the(other, entry.chat_id)


def doubts(entries: Iterable[Entry], look: Look) -> dict[str, str]:
    """By chat, of those who are to be doubted."""
    return {entry.chat_id: told for entry in entries if (told := doubt(entry, look))}


def told_chat_name(entry: Entry, look: Look) -> str:
    """Where nothing stands beside a name: that it looks like somebody else's is part of it."""
    return chat_name(entry, look) if entry.resembles is None else placed_told_name(entry, look)


def placed_told_name(entry: Entry, look: Look) -> str:
    """The same for use inside a sentence."""
    name = placed_chat_name(entry, look)
    other = entry.resembles
    return name if other is None else look.words.doubtful(name, other, entry.chat_id)


def person_name(peer_id: str, roster: Roster, look: Look) -> str:
    """For use inside a sentence; of oneself too."""
    if not peer_id or peer_id == roster.my_id:
        return look.words.me()
    name = look.words.placed_name(roster.person(peer_id) or Person(peer_id, ""))
    entry = roster.get(peer_id)
    if entry is None or entry.resembles is None:
        return name
    return look.words.doubtful(name, entry.resembles, peer_id)


def is_here(peer_id: str, roster: Roster) -> bool:
    """Whether they are on the network."""
    person = roster.person(peer_id)
    return person is not None and person.is_online


def is_held(peer_id: str, roster: Roster) -> bool:
    """Whether they have not accepted us, and what is more waits here."""
    person = roster.person(peer_id)
    return person is not None and person.is_held


def picture_of(peer_id: str, roster: Roster) -> str:
    """A hash; empty where there is none."""
    person = roster.person(peer_id)
    return person.picture if person is not None else ""


def cast_of(entry: Entry, people: Iterable[str], roster: Roster, look: Look, my_name: str) -> Cast:
    """Who speaks there; ``people``: those whose names are kept right."""
    room = entry.room
    return Cast(
        me=look.words.me(),
        names={one: person_name(one, roster, look) for one in people if one},
        is_room=room is not None,
        is_strange=entry.section is Section.REQUESTS,
        my_id=roster.my_id,
        own_name=shown_name(my_name, "") if room is not None else "",
        find=lambda peer_id: person_name(peer_id, roster, look),
        is_here=lambda peer_id: is_here(peer_id, roster),
        is_held=lambda peer_id: is_held(peer_id, roster),
        picture=lambda peer_id: picture_of(peer_id, roster),
    )
