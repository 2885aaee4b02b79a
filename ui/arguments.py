"""The command line of the window: the headless shell's, without its verbs."""

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Arguments:
    profile: Path | None = None
    name: str | None = None
    port: int | None = None
    bind: tuple[str, ...] = ()
    downloads: Path | None = None
    log: str = "warning"


def parse_arguments(arguments: list[str]) -> Arguments:
    """Exits with status 2 and a line on standard error when they make no sense."""
    if not arguments:
        return Arguments()
    import argparse  # noqa: PLC0415 - a double-click brings no arguments

    def port(text: str) -> int:
        if text.isascii() and text.isdigit() and 1 <= int(text) <= 65_535:
            return int(text)
        raise argparse.ArgumentTypeError("a port is 1 to 65535")

    parser = argparse.ArgumentParser(
        prog="main.py", description="Chat and files between the people on one network."
    )
    parser.add_argument("--profile", type=Path, metavar="DIR", help="keys, messages, settings")
    parser.add_argument("--name", help="the name others see")
    parser.add_argument("--port", type=port, metavar="N", help="exactly this UDP and TCP port")
    parser.add_argument("--bind", action="append", default=[], metavar="ADDRESS")
    parser.add_argument("--downloads", type=Path, metavar="DIR", help="where received files go")
    parser.add_argument("--log", default="warning", metavar="LEVEL", help="debug ... error")
    found = vars(parser.parse_args(arguments))
    return Arguments(**{**found, "bind": tuple(found["bind"])})
