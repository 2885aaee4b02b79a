"""G-04: a room whose row is lost begins again by its first entry, for the sake of its chat."""

from pathlib import Path

import pytest

from app.store.opening import mark_suspect
from app.store.rows import room_text
from net.protocol.rooms import SignedEntry
from tests.unit.app.store import lodge
from tests.unit.app.store.desk import Desk, texts
from tests.unit.app.store.test_opening import overwrite_root
from tests.unit.app.store.test_room_logs import CREATED, LOGGED, PAINTED, RENAMED, save

pytestmark = [
    pytest.mark.expects_log("could not be used"),
    pytest.mark.expects_log("messages were recovered"),
]


def fill(database: Path, *entries: SignedEntry) -> None:
    """A room with this log and a room without one, two texts of ours in each."""
    with Desk(database) as desk:
        desk.do(lambda w: save(w, *entries, picture=PAINTED.entry_id))
        desk.do(lodge.save)
        for number, room in enumerate((LOGGED, LOGGED, lodge.ROOM, lodge.ROOM)):
            desk.do(lambda w, n=number, r=room: lodge.say(w, n, f"text {n}", room=r))  # type: ignore[misc]


def test_g04_its_name_picture_and_chat_are_as_its_log_says(database: Path) -> None:
    fill(database, CREATED, RENAMED, PAINTED)
    overwrite_root(database, "room")
    mark_suspect(database)
    with Desk(database) as desk:
        (room,) = desk.do(lambda w: w.rooms())
        assert (room.room_id, room.name, room.picture) == (room_text(LOGGED), "Den", b"image")
        assert room.is_accepted
        assert texts(desk.do(lambda w: lodge.shown(w, LOGGED))) == ["text 0", "text 1"]
        (stored,) = desk.do(lambda w: w.rooms_stored())
        assert list(stored.entries) == [CREATED, RENAMED, PAINTED]
        desk.do(lambda w: lodge.say(w, 9, "life goes on", room=LOGGED))


def test_g04_what_only_goes_on_begins_nothing(database: Path) -> None:
    fill(database, RENAMED, PAINTED)
    overwrite_root(database, "room")
    mark_suspect(database)
    with Desk(database) as desk:
        assert desk.do(lambda w: (w.rooms(), w.rooms_stored())) == ([], [])


def test_g04_an_entry_that_cannot_be_read_begins_nothing(database: Path) -> None:
    fill(database, CREATED)
    with Desk(database) as desk:
        desk.do(lambda w: w._run("UPDATE room_entry SET entry = x'00'"))
    overwrite_root(database, "room")
    mark_suspect(database)
    with Desk(database) as desk:
        assert desk.do(lambda w: w.rooms()) == []
