"""Pictures of people: looked at with care, shown wherever a person is, initials otherwise."""

import struct
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QBuffer, QIODevice, QRect
from PySide6.QtGui import QColor, QImage, QImageWriter
from PySide6.QtWidgets import QWidget

from app.events import PersonChanged, RoomChanged, SettingsChanged
from app.model import Trust
from net.protocol.limits import PICTURE_MAX_BYTES
from net.protocol.records import picture_hash
from tests.unit.ui.pictures import moving
from tests.unit.ui.stage import Stage, message, peer_of, person, room, said, wait_until
from ui import pictures
from ui.avatar import Avatar, avatar_color
from ui.dialogs.picker import PeoplePicker
from ui.info.member import MemberRow
from ui.media.bombs import SCANS_MAX
from ui.media.portrait import (
    SENT_SIDE_PX,
    SIDE_MAX_PX,
    bare_png,
    make_picture,
    read_picture,
    round_picture,
)

pytestmark = pytest.mark.usefixtures("app")
PINK = QColor("#ff00aa")
SECRET = "made in the Rue de Rivoli"


def plain(width: int, height: int, color: QColor = PINK) -> QImage:
    image = QImage(width, height, QImage.Format.Format_RGB32)
    image.fill(color)
    return image


def encoded(image: QImage, kind: bytes = b"png", *, in_steps: bool = False) -> bytes:
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    writer = QImageWriter(buffer, kind)  # type: ignore[call-overload]
    writer.setProgressiveScanWrite(in_steps)
    assert writer.write(image)
    return bytes(buffer.data().data())


def chunk(name: bytes, data: bytes) -> bytes:
    check = struct.pack(">I", zlib.crc32(name + data))
    return struct.pack(">I", len(data)) + name + data + check


def with_chunks(png: bytes, *chunks: bytes) -> bytes:
    """Behind the header."""
    return png[:33] + b"".join(chunks) + png[33:]


# --- What comes --------------------------------------------------------------
@pytest.mark.parametrize("kind", [b"png", b"jpeg", b"webp"])
def test_the_middle_of_a_picture_is_shown_as_a_disc(kind: bytes) -> None:
    wide = plain(200, 100, QColor("#102030"))
    for x in range(50, 150):
        for y in range(100):
            wide.setPixelColor(x, y, PINK)
    disc = round_picture(encoded(wide, kind), 40)
    assert disc is not None
    assert (disc.width(), disc.height()) == (40, 40)
    assert disc.pixelColor(0, 0).alpha() == 0
    assert disc.pixelColor(20, 20).red() > 230
    assert disc.pixelColor(4, 20).red() > 200


def test_d13_a_picture_that_is_clear_does_not_let_others_shine_through() -> None:
    clear = QImage(64, 64, QImage.Format.Format_ARGB32)
    clear.fill(0)
    disc = round_picture(encoded(clear), 20)
    assert disc is not None
    assert disc.pixelColor(10, 10) == QColor("white")


def of_many_scans() -> bytes:
    """The last step of a JPEG over and over."""
    data = encoded(plain(512, 512), b"jpeg", in_steps=True)
    scan, end = data.rindex(b"\xff\xda"), data.rindex(b"\xff\xd9")
    return data[:end] + data[scan:end] * SCANS_MAX + data[end:]


def of_lying_size(width: int, height: int) -> bytes:
    """The pixels of a small one below a header that says otherwise."""
    small = encoded(plain(8, 8))
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return small[:8] + chunk(b"IHDR", header) + small[33:]


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"not a picture",
        encoded(plain(SIDE_MAX_PX + 1, 10)),
        encoded(plain(50, 50), b"bmp"),
        encoded(plain(50, 50))[:40],
        encoded(plain(50, 50), b"jpeg")[:30],
        b"GIF89a" + bytes(30),
        b"<svg xmlns='http://www.w3.org/2000/svg' width='9' height='9'/>",
        encoded(plain(50, 50)) + bytes(PICTURE_MAX_BYTES),
        of_many_scans(),
        of_lying_size(40_000, 40_000),
        of_lying_size(0, 10),
        of_lying_size(2**31 - 1, 1),
    ],
    ids=[
        "nothing", "text", "too wide", "another format", "cut png", "cut jpeg", "gif", "svg",
        "too long", "many scans", "lies it is huge", "no width", "longest width",
    ],
)  # fmt: skip
def test_d13_what_is_no_small_picture_is_not_decoded(data: bytes) -> None:
    assert read_picture(data) is None
    assert round_picture(data, 40) is None


def test_d13_steps_of_an_honest_jpeg_are_decoded() -> None:
    assert read_picture(encoded(plain(200, 200), b"jpeg", in_steps=True)) is not None


def test_d13_texts_and_further_frames_of_a_png_are_not_unpacked() -> None:
    bomb = zlib.compress(bytes(2_000_000), 9)
    honest = encoded(plain(64, 64))
    extra = [chunk(b"zTXt", b"a\0\0" + bomb), chunk(b"fdAT", bytes(99)), chunk(b"iCCP", b"x\0\0")]
    bare = bare_png(with_chunks(honest, *extra))
    assert read_picture(with_chunks(honest, *extra)) is not None
    for name in (b"zTXt", b"fdAT", b"iCCP"):
        assert name not in bare


@given(st.binary(max_size=200), st.integers(0, 80), st.binary(max_size=12))
def test_any_png_is_walked_to_its_end(tail: bytes, at: int, put: bytes) -> None:
    honest = encoded(plain(9, 9))
    for data in (honest[:33] + tail, honest[:at] + put + honest[at + len(put) :]):
        bare = bare_png(data)
        assert len(bare) <= len(data) + 8
        assert bare_png(bare) == bare


def test_d13_of_a_moving_picture_the_first_frame_stands_still() -> None:
    data = moving(encoded(plain(16, 16), b"webp"), frames=100)
    assert len(data) <= PICTURE_MAX_BYTES
    image = read_picture(data)
    assert image is not None
    assert image.pixelColor(8, 8).red() > 230


@pytest.mark.parametrize("canvas", [(16, SIDE_MAX_PX + 1), (2**24, 16), (60_000, 60_000)])
def test_d13_a_moving_picture_of_a_huge_canvas_is_not_unpacked(canvas: tuple[int, int]) -> None:
    assert read_picture(moving(encoded(plain(16, 16), b"webp"), canvas=canvas)) is None


@pytest.mark.parametrize("size", [0, 7, 8, 12, 20, 33, 50])
def test_a_png_that_is_cut_is_walked_to_its_end(size: int) -> None:
    assert len(bare_png(encoded(plain(9, 9))[:size])) <= size


# --- What is sent ------------------------------------------------------------
def test_a_picture_is_sent_with_nothing_but_its_pixels() -> None:
    image = plain(300, 200)
    image.setText("Comment", SECRET)
    image.setDotsPerMeterX(12345)
    made = make_picture(image)
    assert made is not None
    assert SECRET.encode() not in made
    assert SECRET not in QImage.fromData(made).text("Comment")


def test_only_the_part_that_was_chosen_is_sent() -> None:
    image = plain(300, 200, QColor("black"))
    part = QRect(200, 100, 60, 60)
    for x in range(part.left(), part.right() + 1):
        for y in range(part.top(), part.bottom() + 1):
            image.setPixelColor(x, y, PINK)
    made = make_picture(image, part)
    assert made is not None
    sent = QImage.fromData(made)
    assert (sent.width(), sent.height()) == (60, 60)
    assert sent.pixelColor(0, 0) == sent.pixelColor(59, 59) == PINK


@pytest.mark.parametrize("has_alpha", [True, False])
def test_the_noisiest_picture_still_fits(has_alpha: bool) -> None:
    kind = QImage.Format.Format_ARGB32 if has_alpha else QImage.Format.Format_RGB32
    noise = QImage(SENT_SIDE_PX, SENT_SIDE_PX, kind)
    number = 1
    for x in range(SENT_SIDE_PX):
        for y in range(SENT_SIDE_PX):
            number = number * 1103515245 + 12345 & 0x7FFFFFFF
            noise.setPixel(x, y, number << 1 | 0xFF000000)
    made = make_picture(noise)
    assert made is not None
    assert len(made) <= PICTURE_MAX_BYTES


# --- Where it is shown -------------------------------------------------------
@pytest.fixture
def here(stage: Stage) -> Stage:
    stage.window.resize(1250, 700)
    stage.be_ready(person("Ann"), person("Bob"))
    stage.meet("Ann")
    return stage


def give(here: Stage, data: bytes, name: str = "Ann") -> str:
    """Onto the disk, as the engine does before it tells; the hash."""
    here.write(lambda w: w.set_picture(peer_of(name), data))
    return picture_hash(data).hex()


def shows(widget: QWidget, color: QColor) -> bool:
    """Somewhere on it."""
    image = widget.grab().toImage()
    points = ((x, y) for y in range(0, image.height(), 3) for x in range(0, image.width(), 3))
    return any(image.pixelColor(x, y) == color for x, y in points)


def avatar_in(widget: QWidget) -> Avatar:
    return next(one for one in widget.findChildren(Avatar) if one.isVisible())


def test_a_contacts_picture_is_shown_in_list_header_and_details(here: Stage) -> None:
    here.open_chat("Ann")
    initials = avatar_color(person("Ann").peer_id)
    people, page, info = here.window.side.people, here.page.header, here.board.info
    assert shows(avatar_in(page), initials)
    here.tell(PersonChanged(person("Ann", picture=give(here, encoded(plain(64, 64))))))
    for widget in (people, avatar_in(page), avatar_in(info)):
        wait_until(lambda one=widget: shows(one, PINK))  # type: ignore[misc]
    here.tell(PersonChanged(person("Ann")))
    wait_until(lambda: shows(avatar_in(page), initials))
    wait_until(lambda: not shows(people, PINK))


def test_ones_own_picture_is_shown_at_the_top_and_among_members(here: Stage) -> None:
    here.tell(SettingsChanged("Me", "requests", picture=encoded(plain(64, 64))))
    here.tell(RoomChanged(room("Design", "Ann")))
    here.board.open_person(room("Design", "Ann").room_id)
    wait_until(lambda: shows(avatar_in(here.window.side.me), PINK))
    rows = here.board.room_info.findChildren(MemberRow)
    wait_until(lambda: any(shows(one, PINK) for one in rows))
    here.tell(SettingsChanged("Me", "requests"))
    wait_until(lambda: not shows(avatar_in(here.window.side.me), PINK))


def test_a_picture_is_shown_where_people_are_ticked(here: Stage) -> None:
    here.tell(PersonChanged(person("Ann", picture=give(here, encoded(plain(64, 64))))))
    here.board.rooms.ask_for_new()
    (picker,) = here.window.findChildren(PeoplePicker)
    wait_until(lambda: shows(picker.list.viewport(), PINK))


@pytest.mark.parametrize("data", [b"no picture at all", of_many_scans()], ids=["text", "bomb"])
def test_d13_a_broken_picture_leaves_the_initials_and_is_tried_once(
    here: Stage, data: bytes, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO", logger="ui.pictures")
    here.tell(PersonChanged(person("Ann", picture=give(here, data))))
    here.open_chat("Ann")
    here.window.grab()
    wait_until(lambda: "cannot be shown" in caplog.text)
    for _ in range(3):
        here.window.grab()
        here.settle()
    assert caplog.text.count("cannot be shown") == 1
    assert shows(avatar_in(here.page.header), avatar_color(person("Ann").peer_id))


def test_a_picture_that_is_not_on_the_disk_leaves_the_initials(here: Stage) -> None:
    here.tell(PersonChanged(person("Ann", picture="00" * 32)))
    here.open_chat("Ann")
    here.window.grab()
    later = give(here, encoded(plain(64, 64)), "Ann")
    assert shows(avatar_in(here.page.header), avatar_color(person("Ann").peer_id))
    here.tell(PersonChanged(person("Ann", picture=later)))
    wait_until(lambda: shows(avatar_in(here.page.header), PINK))


def test_the_mark_of_trust_is_beside_the_picture_never_on_it(here: Stage) -> None:
    """A picture can be drawn like the mark; the place of the mark cannot be reached by it."""
    face = give(here, encoded(plain(64, 64)))
    here.tell(PersonChanged(person("Ann", picture=face, trust=Trust.VERIFIED)))
    here.open_chat("Ann")
    header = here.page.header
    wait_until(lambda: shows(avatar_in(header), PINK))
    disc = avatar_in(header).geometry()
    badge = header._badge
    assert badge.isVisible()
    assert not disc.intersects(QRect(badge.mapTo(header, badge.rect().topLeft()), badge.size()))
    shown = header.grab().toImage()
    ratio = header.devicePixelRatioF()
    outside = shown.copy(round((disc.right() + 2) * ratio), 0, shown.width(), shown.height())
    points = ((x, y) for y in range(outside.height()) for x in range(0, outside.width(), 2))
    assert not any(outside.pixelColor(x, y) == PINK for x, y in points)


def faces(here: Stage) -> list[QRect | None]:
    """Beside each row."""
    view = here.view
    indexes = [view.chat_model.index(at) for at in range(view.chat_model.rowCount())]
    return [view.delegate.placed(one.row(), view.visualRect(one)).face for one in indexes]


def test_in_a_room_the_first_of_what_somebody_says_stands_beside_their_face(here: Stage) -> None:
    here.tell(PersonChanged(person("Ann", picture=give(here, encoded(plain(64, 64))))))
    here.tell(RoomChanged(room("Design", "Ann", "Bob")))
    here.board.open_person(room("Design").room_id)
    texts = [("Ann", "one"), ("Ann", "two"), ("", "mine"), ("Bob", "three")]
    here.deliver(tuple(said("Design", *one) for one in texts))
    here.settle()
    ann, again, mine, bob = faces(here)
    assert again is mine is None
    assert ann is not None
    assert bob is not None
    port = here.view.viewport()

    def color_at(face: QRect) -> QColor:
        return port.grab(face).toImage().pixelColor(face.width() // 4, face.height() // 2)

    wait_until(lambda: color_at(ann) == PINK)
    assert color_at(bob) == avatar_color(person("Bob").peer_id)
    here.open_chat("Ann")
    here.deliver((message("Ann", "between us"),))
    assert faces(here)[-1] is None


@pytest.mark.parametrize("width", [300, 420, 900])
def test_a_bubble_beside_a_face_stays_within_the_chat(here: Stage, width: int) -> None:
    here.tell(RoomChanged(room("Design", "Ann")))
    here.board.open_person(room("Design").room_id)
    here.deliver((said("Design", "Ann", "a long text " * 40),))
    row = here.view.chat_model.row(0)
    bubbles = here.view.delegate._bubbles
    placed = bubbles.place(row, QRect(0, 0, width, bubbles.row_height(row, width)))
    assert placed.face is not None
    assert placed.face.right() < placed.frame.left()
    assert placed.frame.right() < width - 10
    assert placed.face.bottom() < bubbles.row_height(row, width)


def test_a_room_of_strangers_has_no_picture_until_it_is_accepted(here: Stage) -> None:
    face = encoded(plain(64, 64))
    strange = room("Spam", "Eve", picture=face, is_accepted=False)
    here.tell(RoomChanged(strange))
    here.board.open_person(strange.room_id)
    wait_until(lambda: here.look.pictures.get(face, 72) is not None)
    assert not shows(here.window, PINK)
    here.tell(RoomChanged(room("Spam", "Eve", picture=face)))
    wait_until(lambda: shows(here.page.header, PINK))


def test_what_is_kept_is_bounded_and_another_size_serves_meanwhile(
    here: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pictures, "KEPT_PIXELS", 10_000)
    look, faces = here.look, [encoded(plain(8, 8, QColor(n, 0, 0))) for n in range(20)]
    for face in faces:
        wait_until(lambda one=face: look.pictures.get(one, 40) is not None)  # type: ignore[misc]
    assert look.pictures._pixels <= 10_000
    assert len(look.pictures._kept) <= 10_000 // 40**2
    small = look.pictures.get(faces[-1], 40)
    assert small is not None
    assert look.pictures.get(faces[-1], 60) is small
    wait_until(lambda: look.pictures.get(faces[-1], 60) is not small)


def test_wishes_that_were_scrolled_away_are_forgotten(here: Stage) -> None:
    for number in range(pictures.WANTED_MAX * 3):
        here.look.pictures.get(f"{number:064x}", 40)
    assert len(here.look.pictures._wanted) <= pictures.WANTED_MAX


def test_a_stranger_in_the_list_has_initials(here: Stage) -> None:
    """The store gives no picture of theirs, whatever lies there."""
    give(here, encoded(plain(64, 64)))
    here.write(lambda w: w.set_trust(peer_of("Ann"), accepted=False))
    here.receive("Ann", ["hi"])
    (one,) = here.write(lambda w: w.conversations())
    assert one.person is not None
    assert one.person.picture == ""
    assert message("Ann", "hi").peer_id == one.person.peer_id
