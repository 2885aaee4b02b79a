"""Faults a user can do something about, with stable codes."""

from enum import StrEnum


class ErrorCode(StrEnum):
    """Part of the headless contract: never renamed."""

    BAD_REQUEST = "bad_request"
    UNKNOWN_PERSON = "unknown_person"
    AMBIGUOUS_PERSON = "ambiguous_person"
    NO_SUCH_TRANSFER = "no_such_transfer"
    NO_SUCH_MESSAGE = "no_such_message"
    NO_SUCH_ROOM = "no_such_room"
    NO_SUCH_PATH = "no_such_path"
    NOT_WRITABLE = "not_writable"
    NO_SPACE = "no_space"
    TOO_LONG = "too_long"
    TOO_FAST = "too_fast"
    EMPTY = "empty"
    BLOCKED = "blocked"
    KEY_CHANGED = "key_changed"
    WRONG_STATE = "wrong_state"
    UNREACHABLE = "unreachable"
    BAD_ADDRESS = "bad_address"
    NOT_YET = "not_yet"
    DISK_ERROR = "disk_error"
    PROFILE_IN_USE = "profile_in_use"
    PROFILE_BROKEN = "profile_broken"
    PROFILE_TOO_NEW = "profile_too_new"
    KEYRING = "keyring"
    """The key of the profile is locked by the system's keyring, which does not open it."""
    PORT_TAKEN = "port_taken"
    NO_NETWORK = "no_network"
    INTERNAL = "internal"


class KnownError(Exception):
    """Something outside the program is wrong: tell the user, lose nothing.

    ``detail`` is one English line for logs and headless; the window words
    ``code`` itself.
    """

    def __init__(self, code: ErrorCode, detail: str) -> None:
        super().__init__(detail)
        self.code = code
        self.detail = detail


class BugError(Exception):
    """The program is wrong: log and report."""
