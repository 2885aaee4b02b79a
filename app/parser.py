"""Options of the command line. Imported when there are any: it takes its time to load."""

import argparse
from typing import NoReturn

from app.terminal import escaped


class Parser(argparse.ArgumentParser):
    """What made no sense may be a file's name that somebody else chose: it is told escaped."""

    def error(self, message: str) -> NoReturn:
        super().error(escaped(message))
