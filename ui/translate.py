"""Translations: ``python -m ui.translate`` collects new strings and compiles what is there,
``python -m ui.translate compile`` only compiles.

The .ts files in resources/translations are the source, edited with Qt Linguist;
the .qm files are built from them, here and at start when they are older.
"""

import os
import sys
from pathlib import Path
from typing import Final

from ui.resources import RESOURCES, TRANSLATIONS

CODE: Final = RESOURCES.parent / "ui"
LANGUAGES: Final = ("en", "zh_CN")
"""English too: its plurals differ from the words in the code."""


def source_of(language: str) -> Path:
    return TRANSLATIONS / f"landline_{language}.ts"


def update(folder: Path = TRANSLATIONS) -> None:
    """Bring the .ts files in ``folder`` up to date with the code. Raises RuntimeError."""
    modules = sorted(str(path) for path in CODE.rglob("*.py"))
    for language in LANGUAGES:
        target = folder / source_of(language).name
        only = ["-pluralonly"] if language == "en" else []
        _run("lupdate", [*only, "-locations", "none", "-no-obsolete", *modules, "-ts", str(target)])


def compile_all() -> None:
    for language in LANGUAGES:
        _compile(source_of(language))


def compile_stale() -> None:
    """Build the .qm files that are missing or older than their source; quick when none is.

    An installed copy has no .ts beside its .qm and nothing to do.
    """
    for language in LANGUAGES:
        source = source_of(language)
        if source.exists() and not _is_fresh(source):
            _compile(source)


def _is_fresh(source: Path) -> bool:
    built = source.with_suffix(".qm")
    return built.exists() and built.stat().st_mtime_ns >= source.stat().st_mtime_ns


def _compile(source: Path) -> None:
    """Never in place: a window that is open has the old one mapped, and would die of it."""
    built = source.with_suffix(".qm")
    fresh = built.with_suffix(f".{os.getpid()}.new")
    _run("lrelease", ["-silent", str(source), "-qm", str(fresh)])
    os.replace(fresh, built)


def _run(tool: str, arguments: list[str]) -> None:
    """Qt's tools come inside the PySide6 package; its scripts of that name only call them."""
    import subprocess  # noqa: PLC0415 - the window starts without it

    import PySide6  # noqa: PLC0415

    program = Path(PySide6.__file__).parent / (tool + (".exe" if sys.platform == "win32" else ""))
    done = subprocess.run(
        [program, *arguments], capture_output=True, text=True, check=False, timeout=60
    )
    if done.returncode != 0:
        raise RuntimeError(f"{tool} failed: {done.stderr or done.stdout}")


def main(arguments: list[str]) -> int:
    if arguments not in ([], ["compile"]):
        print("usage: python -m ui.translate [compile]", file=sys.stderr)
        return 2
    if not arguments:
        update()
    compile_all()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
