"""Searches, for the gallery: in a chat, everywhere, for a name, for a day."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from tools import poses
from ui.search.days import DayPicker

if TYPE_CHECKING:
    from tools.gallery import Studio

Target = Callable[[str], Path]


def _here(studio: "Studio", target: Target) -> None:
    studio.window.resize(1200, 800)
    studio.board.open_person(poses.BEN.peer_id)
    place = studio.board.search
    place.open_here()
    assert place.here is not None
    place.here.bar.words.setText("survey")
    studio.take(studio.window, target("search-here"))
    place.here.bar.words.setText("zebra")
    studio.take(studio.window, target("search-here-none"))
    place.here.bar.day_button.click()
    (days,) = studio.window.findChildren(DayPicker)
    studio.take(days, target("search-days"))
    days.close()
    place.here.close()


def _everywhere(studio: "Studio", target: Target) -> None:
    place = studio.board.search
    place.open_everywhere()
    assert place.everywhere is not None
    words = (("search-hint", ""), ("search-everywhere", "a"), ("search-none", "zebra"))
    for name, wanted in words:
        place.everywhere.words.setText(wanted)
        studio.take(studio.window, target(name))
    place.close_everywhere()


def _switcher(studio: "Studio", target: Target) -> None:
    search = studio.window.side.search
    for name, wanted in (("switcher", "cl"), ("switcher-none", "zebra")):
        search.setText(wanted)
        studio.take(studio.window, target(name))
    search.clear()


SCENES = (_here, _everywhere, _switcher)
