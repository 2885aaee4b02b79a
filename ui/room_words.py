"""Sentences about rooms: who is in one, what happened to it, how far a message of ours came."""

from collections.abc import Sequence

from PySide6.QtCore import QObject

from app.model import MessageState, News, Receipts, Room, RoomAct
from ui.format import Format
from ui.plain import is_spelled, isolated, short_name, shown_name

_NAMED_MAX = 4
"""People named in one sentence; the rest is a number."""


class RoomWords(QObject):
    def name(self, room: Room) -> str:
        if room.is_everyone:
            return self.tr("Everyone here")
        name = self._shown(room.name)
        if is_spelled(name, self.tr("Everyone here")):
            return self.tr("{name} (a room)").format(name=name)
        return name

    def _shown(self, name: str) -> str:
        return shown_name(name, self.tr("Room without a name"))

    def placed_name(self, room: Room) -> str:
        """The name for use inside a sentence."""
        return isolated(short_name(self.name(room)))

    def members(self, count: int) -> str:
        return self.tr("%n member(s)", "", count)

    def who(self, room: Room, here: int) -> str:
        """How many are in it; ``here``: others on the network now."""
        if not room.is_everyone:
            return self.members(len(room.members))
        if not room.is_member:
            return self.tr("Turned off")
        return self.tr("%n people here", "", here) if here else self.tr("Nobody else is here now")

    def state(self, room: Room, here: int) -> str:
        """The line under the name in a chat's header; ``here``: those on the network now."""
        if room.is_everyone:
            return self.who(room, here)
        if not room.is_member:
            return self.tr("You are not in this room any more")
        here_text = self.tr("%n here", "members on the network now", here)
        return f"{self.members(len(room.members))} · {here_text}"

    def gap(self, author: str) -> str:
        return self.tr("Something {name} sent before this has not arrived yet").format(name=author)

    def everyone(self) -> str:
        """What the room of all who are here is."""
        return self.tr(
            "What you write here goes to all who are on this network now. "
            "Nobody keeps it for those who are away."
        )

    def everyone_is_off(self) -> str:
        return self.tr("“Everyone here” is turned off. What was said stays here.")

    def not_in_it(self) -> str:
        return self.tr("You are not in this room any more. What was said stays here.")

    def wants_you(self) -> str:
        """In the list, of a room that somebody unknown made."""
        return self.tr("Added you to a room")

    def said(self, name: str, text: str) -> str:
        """The last line in the list."""
        return self.tr("{name}: {text}", "who said what").format(name=name, text=text)

    def mentioned(self) -> str:
        return self.tr("mentions you")

    def only_texts(self) -> str:
        return self.tr("Only texts go to everyone. Drop files on a person or on another room.")

    def nobody_to_send_to(self) -> str:
        return self.tr("There is nobody else in this room to send files to.")

    def for_whom(self, name: str) -> str:
        """On a card of ours: each member gets one."""
        return self.tr("for {name}", "files in a room").format(name=name)

    def bad_picture(self) -> str:
        return self.tr("This cannot be used. Choose a picture in PNG, JPEG or WebP.")

    def admin(self) -> str:
        return self.tr("admin")

    # --- What happened -----------------------------------------------------
    def news(self, news: News, author: str, people: Sequence[str], fmt: Format) -> str:
        """``author`` and each of ``people`` ready for a sentence, empty for oneself."""
        others = self._listed([one for one in people if one], fmt)
        names = {
            "author": author,
            "people": others,
            "name": isolated(short_name(self._shown(news.name))),
        }
        to_me = "" in people
        sentence = self._by_other(news.act, to_me) if author else self._by_me(news.act)
        return sentence.format(**names)

    def _by_me(self, act: RoomAct) -> str:
        return {
            RoomAct.CREATED: self.tr("You created this room"),
            RoomAct.ADDED: self.tr("You added {people}"),
            RoomAct.REMOVED: self.tr("You removed {people}"),
            RoomAct.LEFT: self.tr("You left"),
            RoomAct.RENAMED: self.tr("You renamed the room to {name}"),
            RoomAct.PICTURE: self.tr("You changed the picture"),
        }[act]

    def _by_other(self, act: RoomAct, to_me: bool) -> str:
        if act is RoomAct.ADDED and to_me:
            return self.tr("You were added by {author}")
        if act is RoomAct.REMOVED and to_me:
            return self.tr("You were removed by {author}")
        return {
            RoomAct.CREATED: self.tr("{author} created this room"),
            RoomAct.ADDED: self.tr("{author} added {people}"),
            RoomAct.REMOVED: self.tr("{author} removed {people}"),
            RoomAct.LEFT: self.tr("{author} left"),
            RoomAct.RENAMED: self.tr("{author} renamed the room to {name}"),
            RoomAct.PICTURE: self.tr("{author} changed the picture"),
        }[act]

    def _listed(self, names: list[str], fmt: Format) -> str:
        if len(names) <= _NAMED_MAX:
            return fmt.locale.createSeparatedList(names)
        first = ", ".join(names[: _NAMED_MAX - 1])
        more = len(names) - _NAMED_MAX + 1
        return self.tr("{names} and %n more", "people", more).format(names=first)

    # --- How far it came ---------------------------------------------------
    def receipts(self, receipts: Receipts) -> str:
        """Of a message of ours, in sum."""
        if not receipts.members:
            return self.nobody_else()
        counts = []
        if receipts.delivered > receipts.read or not receipts.read:
            counts.append((self.tr("delivered to {some} of {all}"), receipts.delivered))
        if receipts.read:
            counts.append((self.tr("read by {some} of {all}"), receipts.read))
        return ", ".join(text.format(some=some, all=receipts.members) for text, some in counts)

    def nobody_else(self) -> str:
        return self.tr("Nobody else was in the room")

    def came(self, state: MessageState) -> str:
        """With one member."""
        return {
            MessageState.QUEUED: self.tr("not delivered yet"),
            MessageState.SENT: self.tr("not delivered yet"),
            MessageState.DELIVERED: self.tr("delivered"),
            MessageState.READ: self.tr("read"),
            MessageState.FAILED: self.tr("not delivered"),
        }[state]
