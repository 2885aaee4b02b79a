"""The command line that both shells share."""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from net.protocol.limits import PORT_MIN

if TYPE_CHECKING:
    from argparse import ArgumentParser

LEVELS = ("debug", "info", "warning", "error")
SEND = "--send"


@dataclass(frozen=True, slots=True)
class Arguments:
    """None and empty mean: as the profile says."""

    profile: Path | None = None
    name: str | None = None
    port: int | None = None
    bind: tuple[str, ...] = ()
    downloads: Path | None = None
    log: str = "warning"
    send: tuple[Path, ...] | None = None
    """Window: ask to whom these go; empty: what goes, too."""
    link: str = ""
    """Window: a ``landline:`` link, as it was given."""
    is_hidden: bool = False
    """Window: begin beside the clock."""


def default_profile_path() -> Path:
    import platformdirs  # noqa: PLC0415 - not needed when a profile is named

    return Path(platformdirs.user_data_dir("Landline", appauthor=False))


def parse_arguments(arguments: list[str], program: str, *, has_window: bool = False) -> Arguments:
    """Exits with status 2 and a line on standard error when they make no sense.

    ``has_window``: some only mean something to a window.
    """
    if not arguments:
        return Arguments()
    from argparse import ArgumentTypeError  # noqa: PLC0415 - a double-click brings no arguments

    from app.parser import Parser  # noqa: PLC0415 - and need not wait for either

    def port(text: str) -> int:
        if text.isascii() and text.isdigit() and PORT_MIN <= int(text) <= 65_535:
            return int(text)
        raise ArgumentTypeError(f"a port is {PORT_MIN} to 65535")

    parser = Parser(
        prog=program,
        description="Chat and files between the people on one network.",
        allow_abbrev=False,
    )
    parser.add_argument("--profile", type=Path, metavar="DIR", help="keys, messages, settings")
    parser.add_argument("--name", help="the name others see, this time")
    parser.add_argument("--port", type=port, metavar="N", help="exactly this UDP and TCP port")
    parser.add_argument("--bind", action="append", default=[], metavar="ADDRESS")
    parser.add_argument("--downloads", type=Path, metavar="DIR", help="where received files go")
    parser.add_argument("--log", choices=LEVELS, default="warning", metavar="LEVEL")
    options, files = arguments, None
    if has_window:
        _add_for_window(parser)
        options, files = split_files(arguments)
    found = vars(parser.parse_args(options))
    if files is not None:
        found["send"] = tuple(Path(file).absolute() for file in files)
    return Arguments(**{**found, "bind": tuple(found["bind"])})


def split_files(arguments: list[str]) -> tuple[list[str], list[str] | None]:
    """The options, and the files behind ``--send``, None without it.

    Whatever stands there is a file: file managers hand over names that others chose, and one
    that begins with a dash must not choose the profile.
    """
    end = arguments.index("--") if "--" in arguments else len(arguments)
    if SEND not in arguments[:end]:
        return arguments, None
    at = arguments.index(SEND)
    return arguments[:at], arguments[at + 1 :]


def _add_for_window(parser: "ArgumentParser") -> None:
    parser.add_argument(
        SEND,
        nargs="...",
        metavar="FILE",
        help="choose who gets these; all that follows is files",
    )
    parser.add_argument(
        "--hidden", action="store_true", dest="is_hidden", help="begin beside the clock"
    )
    parser.add_argument("link", nargs="?", default="", metavar="landline:…", help="open a link")
