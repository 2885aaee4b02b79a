"""The licences of what Landline brings along, in full, from what is installed: no network."""

from importlib import metadata
from typing import Final

from ui.resources import LICENCES

BROUGHT: Final = (
    "anyascii", "apsw", "blake3", "cffi", "confusable-homoglyphs", "cryptography", "filelock",
    "jeepney", "msgspec", "platformdirs", "psutil", "pycparser", "pynacl", "pyside6-essentials",
    "segno", "shiboken6", "typing-extensions", "zxing-cpp",
)  # fmt: skip
"""Everything in requirements.lock; what a system does not need is not installed there."""
_KEPT: Final = {"pyside6-essentials": ("LGPL-3.0", "GPL-3.0"), "shiboken6": ("LGPL-3.0", "GPL-3.0")}
"""Texts that Qt's wheels leave out. The first builds on the second."""


def licences() -> dict[str, str]:
    """Name, version and licence in one line, by the package; what is not installed is left out."""
    found = {}
    for name in BROUGHT:
        try:
            told = metadata.metadata(name)
        except metadata.PackageNotFoundError:
            continue
        kind = told.get("License-Expression") or told.get("License") or _classified(told)
        line = f"{told['Name']} {told['Version']}"
        found[name] = f"{line} · {kind.splitlines()[0]}" if kind else line
    return found


def licence_text(name: str) -> str:
    """All of its licence files, one after the other."""
    kept = [(LICENCES / f"{one}.txt").read_text(encoding="utf-8") for one in _KEPT.get(name, ())]
    files = metadata.files(name) or []
    texts = [
        one.read_text(encoding="utf-8")
        for one in files
        if one.parts[0].endswith(".dist-info") and "LICENSE" in one.name
    ]
    return "\n\n".join(kept + texts)


def _classified(told: metadata.PackageMetadata) -> str:
    marks = told.get_all("Classifier") or []
    return next((one.split(" :: ")[-1] for one in marks if one.startswith("License")), "")
