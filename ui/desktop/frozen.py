"""What a frozen program must not hand on to the programs it starts."""

from collections.abc import MutableMapping
from typing import Final

_LIBRARIES: Final = "LD_LIBRARY_PATH"


def clean_for_children(environ: MutableMapping[str, str], *, is_frozen: bool) -> None:
    """The bundle's own libraries are loaded by now; a browser must not get them.

    PyInstaller keeps what the variable was before under another name.
    """
    if not is_frozen:
        return
    before = environ.pop(f"{_LIBRARIES}_ORIG", None)
    environ.pop(_LIBRARIES, None)
    if before:
        environ[_LIBRARIES] = before
