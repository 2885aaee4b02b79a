"""`make screenshots`: docs/tour.md and its pictures.

    python -m tools.tour [--into FOLDER] [--theme light|dark] [--language en|zh_CN]
                         [--settle MS]

The real window with the real engine on a profile that real people wrote to (life.py); nothing
in the pictures is posed.
"""

import argparse
import sys
import tempfile
from pathlib import Path

from PySide6.QtCore import QTimer

from app.arguments import Arguments
from tools.canvas import offscreen_app
from tools.headless import ROOT
from tools.tour import corners  # noqa: F401 - it adds its places
from tools.tour.life import BIND, Cast, live
from tools.tour.places import PLACES, SETTLE_MS, Guide, at
from ui.app import Shell
from ui.language import LanguageChoice
from ui.switchboard import Switchboard
from ui.theme import ThemeChoice

DOCS = ROOT / "docs"
SIZE = (1200, 780)
SCREEN = {
    "name": "tour", "x": 0, "y": 0, "width": 1600, "height": 1000,
    "logicalDpi": 96, "logicalBaseDpi": 96, "dpr": 1,
}  # fmt: skip
THEMES = {"light": ThemeChoice.LIGHT, "dark": ThemeChoice.DARK}
LANGUAGES = {"en": LanguageChoice.ENGLISH, "zh_CN": LanguageChoice.CHINESE}
LOSSLESS = 100
"""Of a WebP's quality."""
HEAD = """# A tour of the window

Every place in light and dark, English and Chinese. Made by `make screenshots` from a profile that
is written anew each time: people who really talk to each other on one machine.
"""


def main(words: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="make screenshots")
    parser.add_argument("--into", type=Path, default=DOCS)
    parser.add_argument("--theme", action="append", choices=[*THEMES], help="else both")
    parser.add_argument("--language", action="append", choices=[*LANGUAGES], help="else both")
    parser.add_argument("--settle", type=int, default=SETTLE_MS, help="ms before each picture")
    wanted = parser.parse_args(words)
    pictures = wanted.into / "tour"
    pictures.mkdir(parents=True, exist_ok=True)
    (wanted.into / "tour.md").write_text(page(), encoding="utf-8")
    with tempfile.TemporaryDirectory(prefix="landline-tour-") as folder:
        cast = live(Path(folder))
        try:
            return _go_through(cast, pictures, wanted)
        finally:
            cast.close()


def page() -> str:
    """The text of docs/tour.md."""
    return HEAD + "".join(
        f"\n## {one.title}\n\n{one.words}\n\n"
        "| | English | 中文 |\n|---|---|---|\n"
        + "".join(
            f"| {theme} | ![{one.title}, {theme}](tour/{name(one.key, theme, 'en')})"
            f" | ![{one.title}, {theme}, Chinese](tour/{name(one.key, theme, 'zh_CN')}) |\n"
            for theme in THEMES
        )
        for one in PLACES
    )


def name(key: str, theme: str, language: str) -> str:
    return f"{key}-{theme}-{language}.webp"


def _go_through(cast: Cast, pictures: Path, wanted: argparse.Namespace) -> int:
    app = offscreen_app(SCREEN)
    shell = Shell(app, Arguments(profile=cast.profile, downloads=cast.downloads, bind=(BIND[1],)))
    shell.window.resize(*SIZE)
    failed: list[str] = []

    def go() -> None:
        try:
            guide = _enter(shell, cast, wanted.settle)
            for language in wanted.language or LANGUAGES:
                for theme in wanted.theme or THEMES:
                    _dress(guide, THEMES[theme], LANGUAGES[language])
                    for one in PLACES:
                        with at(one, guide) as widget:
                            target = pictures / name(one.key, theme, language)
                            widget.grab().save(str(target), "webp", LOSSLESS)
                            print(target, flush=True)
        except Exception as error:
            failed.append(f"{type(error).__name__}: {error}")
            raise
        finally:
            shell.window.close()

    QTimer.singleShot(0, shell, go)
    return shell.run() or bool(failed)


def _enter(shell: Shell, cast: Cast, settle_ms: int) -> Guide:
    """Once the window is furnished and all who are here are seen."""
    here = [one.peer_id for one in (cast.ben, cast.li, cast.marta, cast.stranger)]

    def is_ready() -> bool:
        people = [shell.roster.person(one) for one in here]
        is_furnished = shell.window.findChild(Switchboard) is not None
        return is_furnished and all(one is not None and one.is_online for one in people)

    board = shell.window.findChild(Switchboard)
    guide = Guide(shell.window, board, cast)
    guide.wait_until(is_ready)
    return Guide(shell.window, shell.window.findChild(Switchboard), cast, settle_ms)


def _dress(guide: Guide, theme: ThemeChoice, language: LanguageChoice) -> None:
    guide.board.preferences.choose_theme(theme)
    guide.board.preferences.choose_language(language)
    guide.settle()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
