"""Sentences for people: what the engine's codes and states mean. No logic, no markup.

Placeholders in braces are filled in one step, so that a name containing braces
or ``%1`` stays what it is.
"""

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from app.errors import ErrorCode
from app.model import MessageState, Person, Trust
from ui.format import Format
from ui.plain import is_spelled, isolated, short_name, shown_line, shown_name
from ui.roster import Section

if TYPE_CHECKING:
    from app.events import Failed


class Words(QObject):
    """All sentences that more than one widget needs. Uses the language in force when asked."""

    def name(self, person: Person) -> str:
        name = shown_name(person.name, self.tr("Unnamed"))
        if is_spelled(name, self.me()):
            return self.tr("{name} (a person)").format(name=name)
        return name

    def placed_name(self, person: Person) -> str:
        """The name for use inside a sentence: it keeps its direction and its length to itself."""
        return isolated(short_name(self.name(person)))

    # --- People ------------------------------------------------------------
    def presence(self, person: Person, fmt: Format) -> str:
        """The line under the name in a chat's header."""
        if person.trust is Trust.BLOCKED:
            return self.tr("Blocked: nothing they send reaches you")
        if person.is_cloned:
            return self.tr("On two computers at once: messages reach only one of them")
        if person.is_held:
            return self.tr("Has not accepted you yet: what you write now waits here")
        parts = [self.tr("Online") if person.is_online else self.tr("Away from the network")]
        if person.is_online and person.rtt_ms is not None:
            direct = self.tr("direct, {time}", "no server between, and the round trip")
            parts.append(direct.format(time=fmt.milliseconds(person.rtt_ms)))
        if person.device:
            parts.append(isolated(shown_line(person.device)))
        return " · ".join(parts)

    def trust(self, trust: Trust) -> str:
        return {
            Trust.NEW: self.tr("not on your list yet"),
            Trust.ACCEPTED: self.tr("on your list"),
            Trust.VERIFIED: self.tr("verified"),
            Trust.BLOCKED: self.tr("blocked"),
        }[trust]

    def not_the(self, contact: Person, peer_id: str) -> str:
        """Of whom the id is, and whose name looks like this contact's, or like one that the window
        uses. Who may be that contact, with another key, is not said to be another."""
        if not contact.peer_id:
            return self.tr("a person, not Landline")
        if contact.successor == peer_id:
            return self.tr("came with another key?")
        return self.tr("not the {name} you know").format(name=self.placed_name(contact))

    def doubtful(self, name: str, contact: Person, peer_id: str) -> str:
        """Somebody's ``name``, ready for a sentence, that is to be taken for this contact's."""
        return self.tr("{name} ({doubt})").format(name=name, doubt=self.not_the(contact, peer_id))

    def online(self, is_online: bool) -> str:
        return self.tr("online") if is_online else self.tr("away")

    def unread(self, count: int) -> str:
        return self.tr("%n unread message(s)", "", count)

    def marked(self) -> str:
        return self.tr("marked as unread")

    def section(self, section: Section) -> str:
        return {
            Section.PINNED: self.tr("Pinned"),
            Section.REQUESTS: self.tr("Requests from strangers"),
            Section.ROOMS: self.tr("Rooms"),
            Section.HERE: self.tr("On this network"),
            Section.AWAY: self.tr("Away from the network"),
        }[section]

    def unfolded(self, is_open: bool) -> str:
        return self.tr("expanded") if is_open else self.tr("collapsed")

    def networks(self, count: int, is_reachable: bool) -> str:
        """The line at the foot of the list; ``is_reachable``: somebody is, network or not."""
        if count <= 0 and is_reachable:
            return self.tr("This computer only · encrypted")
        if count <= 0:
            return self.tr("No network · messages wait here")
        return self.tr("%n network(s) · end-to-end encrypted", "", count)

    def me(self) -> str:
        return self.tr("You")

    # --- Messages ----------------------------------------------------------
    def message_state(self, state: MessageState) -> str:
        return {
            MessageState.QUEUED: self.tr("Waiting: safe here, goes out when they can be reached"),
            MessageState.SENT: self.tr("Sent, not confirmed yet"),
            MessageState.DELIVERED: self.tr("Delivered: saved on their computer"),
            MessageState.READ: self.tr("Read"),
            MessageState.FAILED: self.tr("Cancelled, not delivered"),
        }[state]

    def held(self) -> str:
        """Of a message of ours."""
        return self.tr("Waits here until they accept you")

    def new_line(self) -> str:
        return self.tr("New", "above the first unread message")

    def gap(self) -> str:
        """Above a message: numbers before it are missing. Nobody knows yet what they were."""
        return self.tr("Something sent before this has not arrived yet")

    def show_all(self) -> str:
        return self.tr("Show the whole message")

    def deleted(self) -> str:
        return self.tr("This message was deleted")

    def not_here(self) -> str:
        """Of what a message answers."""
        return self.tr("A message that is not here")

    def forwarded(self) -> str:
        return self.tr("Forwarded")

    def edited(self) -> str:
        return self.tr("edited")

    def answers(self, name: str, line: str) -> str:
        """For assistive technology."""
        return self.tr("Answers {name}: {line}").format(name=name, line=line)

    def reaction(self, emoji: str, count: int) -> str:
        return f"{emoji} {count}"

    def typing(self) -> str:
        return self.tr("is writing…")

    def reply(self) -> str:
        return self.tr("Reply")

    def edit(self) -> str:
        return self.tr("Edit")

    def forward(self) -> str:
        return self.tr("Forward…")

    def delete(self, *, is_room: bool = False) -> str:
        return self.tr("Delete for all…") if is_room else self.tr("Delete for both…")

    def earlier(self) -> str:
        return self.tr("What it said before…")

    def react(self) -> str:
        return self.tr("React")

    def more_emoji(self) -> str:
        return self.tr("More emoji…")

    def take_back(self) -> str:
        return self.tr("Do not send")

    def copy_selection(self) -> str:
        return self.tr("Copy selection")

    def copy_message(self) -> str:
        return self.tr("Copy message")

    def select_text(self) -> str:
        return self.tr("Select text…")

    def copy_link(self) -> str:
        return self.tr("Copy link {url}")

    def view_picture(self) -> str:
        return self.tr("View", "a picture")

    def copy_code(self) -> str:
        return self.tr("Copy code")

    def open_link(self) -> str:
        return self.tr("Open link {url}")

    def receipts(self) -> str:
        return self.tr("Who has it…", "a message of ours in a room")

    def details(self) -> str:
        return self.tr("Details…")

    # --- Faults ------------------------------------------------------------
    def failed(self, event: "Failed") -> str:
        """A profile that was mended, and its start went on, is not one that is broken."""
        if event.code is ErrorCode.PROFILE_BROKEN and not event.is_fatal:
            return self.tr(
                "A part of your profile could not be read. It is kept under another name, "
                "and a fresh one was begun."
            )
        if event.code is ErrorCode.KEYRING and not event.is_fatal:
            return self.tr(
                "This computer's keyring did not take or give back your key: it is locked, or "
                "there is none. Nothing was changed."
            )
        return self.error(event.code)

    def error(self, code: ErrorCode) -> str:
        """What went wrong and what is still safe, for the bar above the chat."""
        return {
            ErrorCode.BAD_REQUEST: self.tr("That could not be understood. Nothing was changed."),
            ErrorCode.UNKNOWN_PERSON: self.tr("Nobody is known by that name."),
            ErrorCode.AMBIGUOUS_PERSON: self.tr("More than one person has that name."),
            ErrorCode.NO_SUCH_TRANSFER: self.tr("This transfer is no longer there."),
            ErrorCode.NO_SUCH_MESSAGE: self.tr("This message is no longer there."),
            ErrorCode.NO_SUCH_ROOM: self.tr("This room is no longer there."),
            ErrorCode.NO_SUCH_PATH: self.tr("A file or folder is no longer there."),
            ErrorCode.NOT_WRITABLE: self.tr(
                "The folder cannot be written to. Choose another one; nothing is lost."
            ),
            ErrorCode.NO_SPACE: self.tr(
                "The disk is full. Make some room and try again; nothing is lost."
            ),
            ErrorCode.TOO_LONG: self.tr(
                "This text is too long for one message. Shorten it or send it as a file."
            ),
            ErrorCode.TOO_FAST: self.tr(
                "Slowly: what goes to everyone may be said once in a few seconds."
            ),
            ErrorCode.EMPTY: self.tr("There is nothing to send."),
            ErrorCode.BLOCKED: self.tr("This person is blocked. Unblock them to write."),
            ErrorCode.KEY_CHANGED: self.tr(
                "Somebody with this name came with another key. Decide who that is first."
            ),
            ErrorCode.WRONG_STATE: self.tr("It is too late for that."),
            ErrorCode.UNREACHABLE: self.tr("Nobody answered at that address."),
            ErrorCode.BAD_ADDRESS: self.tr("That is not an address, like 192.168.1.20."),
            ErrorCode.NOT_YET: self.tr("This version cannot do that yet."),
            ErrorCode.DISK_ERROR: self.tr(
                "The disk reported an error. What was not saved is not shown as saved."
            ),
            ErrorCode.PROFILE_IN_USE: self.tr("Landline is already open with this profile."),
            ErrorCode.PROFILE_BROKEN: self.tr(
                "Your profile cannot be read. It was left untouched: put a backup in its place."
            ),
            ErrorCode.PROFILE_TOO_NEW: self.tr(
                "Your profile was written by a newer Landline. Open it with that one."
            ),
            ErrorCode.KEYRING: self.tr(
                "This computer's keyring does not open your key. Unlock it and start again; "
                "nothing was changed."
            ),
            ErrorCode.PORT_TAKEN: self.tr(
                "The network port is in use by another program. Choose another port."
            ),
            ErrorCode.NO_NETWORK: self.tr(
                "There is no network. Messages wait here and go out by themselves."
            ),
            ErrorCode.INTERNAL: self.tr("A fault inside Landline; the log has details."),
        }[code]
