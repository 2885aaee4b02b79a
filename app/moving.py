"""``main.py --export-profile FILE`` and ``--import-profile FILE``: a profile moves, no window."""

import getpass
import sys
from pathlib import Path

from app.arguments import default_profile_path
from app.backup import PASSPHRASE_MIN_CHARS, read_backup, write_backup
from app.errors import KnownError
from app.parser import Parser
from app.restoring import SETTINGS_NAME, drop_foreign_folder
from app.terminal import say_error


def run(arguments: list[str]) -> int:
    """0, or 1 and one line on standard error."""
    parser = Parser(prog="main.py", description="Move a profile.")
    way = parser.add_mutually_exclusive_group(required=True)
    way.add_argument("--export-profile", type=Path, metavar="FILE", help="write a backup")
    way.add_argument("--import-profile", type=Path, metavar="FILE", help="make a profile of it")
    parser.add_argument("--profile", type=Path, metavar="DIR", help="keys, messages, settings")
    wanted = parser.parse_args(arguments)
    folder = (wanted.profile or default_profile_path()).absolute()
    passphrase = _ask()
    try:
        if wanted.export_profile is not None:
            if len(passphrase) < PASSPHRASE_MIN_CHARS:
                return _fail(f"a passphrase has {PASSPHRASE_MIN_CHARS} characters or more")
            write_backup(folder, wanted.export_profile.absolute(), passphrase)
        else:
            read_backup(wanted.import_profile, folder, passphrase)
            drop_foreign_folder(folder / SETTINGS_NAME)
    except KnownError as error:
        return _fail(error.detail)
    except OSError as error:
        return _fail(f"{folder}: {error.strerror or error}")
    return 0


def _ask() -> str:
    """Of a person, or the first line of standard input: never an argument, which others see."""
    if sys.stdin.isatty():
        return getpass.getpass("Passphrase: ")
    return sys.stdin.readline().rstrip("\r\n")


def _fail(detail: str) -> int:
    say_error(detail)
    return 1
