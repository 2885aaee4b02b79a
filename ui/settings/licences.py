"""The licences of Landline and of what it brings along, in full, from what is installed."""

import re
from importlib import metadata
from pathlib import Path
from typing import Final

from app.version import VERSION
from ui.resources import LICENCES, RESOURCES

BROUGHT: Final = (
    "anyascii", "apsw", "backports-tarfile", "blake3", "cffi", "confusable-homoglyphs",
    "cryptography", "filelock", "importlib-metadata", "jaraco-classes", "jaraco-context",
    "jaraco-functools", "jeepney", "keyring", "lazy-importer", "more-itertools", "msgspec",
    "platformdirs", "psutil", "pycparser", "pynacl", "pyside6-essentials", "pywin32-ctypes",
    "secretstorage", "segno", "shiboken6", "typing-extensions", "zipp", "zxing-cpp",
)  # fmt: skip
"""Everything in requirements.lock; what a system does not need is not installed there."""
DATA: Final = {
    f"Landline {VERSION} · MIT": RESOURCES.parent / "LICENSE",
    "Unicode Emoji, CLDR · Unicode-3.0": RESOURCES / "emoji" / "LICENSE",
}
"""What is no package, as it is shown, and where its licence lies. Landline's own comes first."""
_PROSE_CHARS: Final = 45
"""Lines that were broken because they were full are longer."""
_KEPT: Final = {"pyside6-essentials": ("LGPL-3.0", "GPL-3.0"), "shiboken6": ("LGPL-3.0", "GPL-3.0")}
"""Texts that Qt's wheels leave out. The first builds on the second."""


def licences() -> dict[str, Path | str]:
    """By the line that is shown: where to read it, see ``licence_text``. What is not installed
    is left out."""
    found: dict[str, Path | str] = dict(DATA)
    for name in BROUGHT:
        try:
            told = metadata.metadata(name)
        except metadata.PackageNotFoundError:
            continue
        kind = told.get("License-Expression") or told.get("License") or _classified(told)
        line = f"{told['Name']} {told['Version']}"
        found[f"{line} · {kind.splitlines()[0]}" if kind else line] = name
    return found


def licence_text(source: Path | str) -> str:
    """Of a file, or all licence files of a package, one after the other."""
    if isinstance(source, Path):
        return source.read_text(encoding="utf-8")
    name = source
    kept = [(LICENCES / f"{one}.txt").read_text(encoding="utf-8") for one in _KEPT.get(name, ())]
    files = metadata.files(name) or []
    texts = [
        one.read_text(encoding="utf-8")
        for one in files
        if one.parts[0].endswith(".dist-info") and "LICENSE" in one.name
    ]
    return "\n\n".join(kept + texts)


def reflowed(text: str) -> str:
    """Paragraphs that were broken into lines for a wider page are one line again; lists, titles
    and everything short stay as they are."""
    paragraphs = (one.rstrip() for one in re.split(r"\n[ \t]*\n", text.expandtabs()))
    return "\n\n".join(map(_joined, paragraphs))


def _joined(paragraph: str) -> str:
    lines = [one.strip() for one in paragraph.splitlines()]
    is_prose = len(lines) > 1 and all(len(line) >= _PROSE_CHARS for line in lines[:-1])
    return " ".join(lines) if is_prose else paragraph


def _classified(told: metadata.PackageMetadata) -> str:
    marks = told.get_all("Classifier") or []
    return next((one.split(" :: ")[-1] for one in marks if one.startswith("License")), "")
