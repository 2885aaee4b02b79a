"""The user's settings, in one small JSON file.

A file that cannot be read is set aside, never overwritten: the defaults serve
until the user changes something.
"""

import getpass
import os
import platform
import sys
from pathlib import Path
from typing import Annotated, Literal

import msgspec
import platformdirs
from msgspec import structs

from app.files import write_private
from app.model import Reach
from net.protocol.text import clean_name

TRANSFERS_AT_ONCE_MAX = 20
"""Each is a thread and a socket; with more, all are slower."""


class Settings(msgspec.Struct, frozen=True, kw_only=True):
    """Unknown fields, of a newer version, are kept out of the way."""

    name: Annotated[str, msgspec.Meta(min_length=1, max_length=128)] = ""
    reach: Reach = Reach.REQUESTS
    downloads: str = ""
    """Folder for received files; empty: the system's Downloads."""
    theme: Literal["system", "light", "dark"] = "system"
    language: Literal["system", "en", "zh_CN"] = "system"
    tells_read: bool = True
    """Others learn that their texts were read."""
    tells_typing: bool = True
    """Others learn that one is writing to them."""
    hears_everyone: bool = True
    """One is in the room of all who are on the network."""
    transfers_at_once: Annotated[int, msgspec.Meta(ge=1, le=TRANSFERS_AT_ONCE_MAX)] = 3
    """Fetched at one time: more share one disk and one cable."""

    @property
    def downloads_path(self) -> Path:
        return Path(self.downloads) if self.downloads else Path(platformdirs.user_downloads_dir())


def device_name() -> str:
    """What this computer is called on the network, without the domain."""
    return clean_name(platform.node().split(".")[0], "computer")


def guess_name() -> str:
    """The user's full name where the system knows it, else the login name."""
    try:
        login = getpass.getuser()
    except (OSError, KeyError):
        login = ""
    return clean_name(_full_name() or login, device_name())


def _full_name() -> str:
    if sys.platform == "win32":
        return ""
    import pwd  # noqa: PLC0415 - POSIX only

    try:
        return pwd.getpwuid(os.getuid()).pw_gecos.split(",")[0]
    except KeyError:
        return ""


def load_settings(path: Path) -> tuple[Settings, str | None]:
    """The settings, and a line for the user if the file was set aside."""
    try:
        data = path.read_bytes()
    except FileNotFoundError:
        return Settings(name=guess_name()), None
    try:
        settings = msgspec.json.decode(data, type=Settings)
        return settings if settings.name else structs.replace(settings, name=guess_name()), None
    except (msgspec.MsgspecError, UnicodeError, RecursionError) as error:
        aside = path.with_suffix(".damaged.json")
        os.replace(path, aside)
        return Settings(name=guess_name()), f"settings were unreadable ({error}); kept as {aside}"


def save_settings(path: Path, settings: Settings) -> None:
    write_private(path, msgspec.json.format(msgspec.json.encode(settings)))
