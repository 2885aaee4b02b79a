"""A profile with something in it: real people in processes of their own talk over loopback.

What they say is scripted, their keys are fixed, so that colours and safety numbers stay
the same; everything else is what the app makes of it.
"""

import hashlib
import zipfile
from contextlib import ExitStack
from pathlib import Path

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QImage, QLinearGradient, QPainter, QPolygonF

from tools.headless import Headless, Line
from tools.tour.portraits import COLOURS, paint_portrait

BIND = ("--bind", "127.0.0.1")
PICTURE = (1600, 1067)
CODE = "```\nffmpeg -i field-survey-4k.mov \\\n  -vf scale=1920:-2 -crf 21 out.mp4\n```"


class Cast:
    """Everybody of the story. Those who leave it stay away; the others stay until it is closed."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._stack = ExitStack()
        self.anna = self.start("anna", "Anna Lindqvist")
        self.ben = self.start("ben", "Ben Okafor")
        self.li = self.start("li", "陈立")
        self.marta = self.start("marta", "Marta Kowalska")
        self.tomas = self.start("tomas", "Tomás Núñez")
        self.stranger = self.start("stranger", "Jo from the print shop")
        self.seller = self.start("seller", "Prize centre")
        self.iris = self.start("iris", "Iris Blom")
        self.iris_again: Headless | None = None
        """The same name with another key, once she is away."""
        self.room = ""
        """Its id, once Anna has made it."""
        self.offer = ""
        """The transfer that waits for her answer."""

    @property
    def profile(self) -> Path:
        """Anna's, whose window is shown."""
        return self.folder / "anna"

    @property
    def downloads(self) -> Path:
        return self.folder / "Downloads"

    def start(self, key: str, name: str) -> Headless:
        profile = self.folder / key
        profile.mkdir(mode=0o700)
        seed = profile / "identity.key"
        seed.write_bytes(hashlib.sha256(b"tour " + key.encode()).digest())
        seed.chmod(0o600)
        downloads = self.folder / ("Downloads" if key == "anna" else f"{key}-received")
        downloads.mkdir()
        one = Headless(profile, "--name", name, "--downloads", str(downloads), *BIND)
        self._stack.callback(_end, one)
        one.ask("set", name=name)
        if key in COLOURS:
            portrait = self.folder / f"{key}.png"
            paint_portrait(key, portrait)
            one.ask("set", picture=str(portrait))
        return one

    def befriend(self) -> None:
        """All but the stranger know each other; one of them was compared in person."""
        friends = (self.anna, self.ben, self.li, self.marta, self.tomas)
        for one in (*friends, self.stranger):
            for other in (*friends, self.stranger):
                if one is not other:
                    one.sees(other)
                if one is not other and self.stranger not in (one, other):
                    one.ask("trust", peer=other.peer_id, accepted=True)
        self.anna.ask("trust", peer=self.ben.peer_id, verified=True)
        self.anna.ask(
            "trust", peer=self.marta.peer_id, auto_accept=True, auto_accept_max=1_000_000_000
        )

    def close(self) -> None:
        self._stack.close()


def _end(one: Headless) -> None:
    if one.is_running():
        one.quit()


def live(folder: Path) -> Cast:
    """All of the story up to the moment in which Anna opens her window."""
    cast = Cast(folder)
    try:
        cast.befriend()
        _tomas(cast)
        _li(cast)
        _room(cast)
        _everyone(cast)
        _stranger(cast)
        _seller(cast)
        _iris(cast)
        _marta(cast, folder)
        _ben(cast, folder)
    except BaseException:
        cast.close()
        raise
    cast.anna.quit()
    return cast


def _say(sender: Headless, to: Headless, text: str, **fields: object) -> str:
    """Said and read; the id."""
    message = str(sender.ask("send", to=to.peer_id, text=text, **fields)["id"])
    sender.delivered(message)
    to.wait("message", id=message)
    to.ask("read", **{"with": sender.peer_id})
    return message


def _tomas(cast: Cast) -> None:
    """Is away when the window opens; a text waits for him."""
    _say(cast.tomas, cast.anna, "Back on Monday. The plotter is yours until then.")
    _say(cast.anna, cast.tomas, "Thanks! Enjoy the mountains.")
    since = cast.anna.mark()
    cast.tomas.quit()
    cast.anna.loses(cast.tomas, since=since, within_s=20.0)
    cast.anna.send(cast.tomas, "When you are back: the hall plan has changed, see room 2.")


def _li(cast: Cast) -> None:
    _say(cast.li, cast.anna, "早！新版图标在共享里了，你看看哪个好？")
    _say(cast.anna, cast.li, "第二个，线条更清楚。")
    _say(cast.li, cast.anna, "好的，那我导出 **SVG** 和 *PNG* 两种。")
    last = cast.anna.send(cast.li, "谢谢！下午见。")
    cast.anna.delivered(last)


def _room(cast: Cast) -> None:
    """陈立 speaks last, while nobody looks: unread."""
    people = [one.peer_id for one in (cast.ben, cast.li, cast.marta)]
    room = cast.room = cast.anna.ask("room_create", name="Survey 测绘组", people=people)["room"]
    for one in (cast.ben, cast.li, cast.marta):
        one.wait("room", room=room)
    plan = _post(cast, cast.anna, room, "Plan for Thursday: north slope first, then the hall.")
    _post(cast, cast.ben, room, "I can bring the second tripod.")
    cast.ben.ask("react", message=plan, emoji="👍", **{"with": room})
    cast.marta.ask("react", message=plan, emoji="👍", **{"with": room})
    cast.marta.ask("react", message=plan, emoji="🎉", **{"with": room})
    cast.anna.wait("changed", id=plan, where=lambda line: _reactions(line) == 3)
    cast.anna.ask("read", **{"with": room})
    _post(cast, cast.li, room, "北坡上午逆光，建议先拍大厅。")
    _post(cast, cast.li, room, "@Anna Lindqvist 你觉得呢？", mentions=[cast.anna.peer_id])


def _reactions(line: Line) -> int:
    return sum(len(one["peers"]) for one in line.get("reactions", ()))


def _post(cast: Cast, author: Headless, room: str, text: str, **fields: object) -> str:
    message = str(author.ask("send", to=room, text=text, **fields)["id"])
    for one in (cast.anna, cast.ben, cast.li, cast.marta):
        one.wait("message", id=message)
    return message


def _everyone(cast: Cast) -> None:
    message = str(
        cast.marta.ask("send", to="room:everyone", text="Printer on floor 2 is back.")["id"]
    )
    cast.anna.wait("message", id=message)


def _stranger(cast: Cast) -> None:
    message = cast.stranger.send(cast.anna, "Hello! Your posters are ready to be picked up.")
    cast.anna.wait("message", id=message)


def _seller(cast: Cast) -> None:
    """Has asked, and was blocked."""
    cast.anna.sees(cast.seller)
    cast.anna.ask("trust", peer=cast.seller.peer_id, blocked=True)
    cast.seller.quit()


def _iris(cast: Cast) -> None:
    """Somebody known goes; somebody of that name comes, with another key."""
    anna, iris = cast.anna, cast.iris
    for one, other in ((anna, iris), (iris, anna)):
        one.sees(other)
        one.ask("trust", peer=other.peer_id, accepted=True)
    _say(iris, anna, "I get a new computer this week.")
    since = anna.mark()
    iris.quit()
    anna.loses(iris, since=since, within_s=20.0)
    cast.iris_again = cast.start("iris-again", "Iris Blom")
    anna.sees(cast.iris_again)


def _marta(cast: Cast, folder: Path) -> None:
    """Pictures."""
    paths = [folder / "north-slope.png", folder / "hall-at-noon.png", folder / "river.png"]
    for number, path in enumerate(paths):
        paint(number).save(str(path))
    _say(cast.marta, cast.anna, "Three from this morning:")
    sent = cast.marta.ask("send_files", to=cast.anna.peer_id, paths=[str(one) for one in paths])
    cast.anna.wait("transfer", transfer=sent["transfer"], state="done")
    answer = _say(cast.anna, cast.marta, "The light on the second one!")
    cast.marta.ask("react", message=answer, emoji="❤️", **{"with": cast.anna.peer_id})
    cast.anna.wait("changed", id=answer)
    cast.anna.ask("read", **{"with": cast.marta.peer_id})


def _ben(cast: Cast, folder: Path) -> None:
    """The chat that is open first: a quote, code, files in several states."""
    anna, ben = cast.anna, cast.ben
    asked = _say(ben, anna, "Morning! Can you send me the survey footage? The cloud says 4 hours.")
    _say(anna, ben, "Sure, it is about 28 GB. 直接发给你，不走外网。", reply_to=asked)
    maps = folder / "maps-2026.zip"
    with zipfile.ZipFile(maps, "w") as archive:
        archive.writestr("maps/north.bin", hashlib.shake_128(b"north").digest(4_120_000))
    _give(ben, anna, maps, accept=True)
    code = _say(ben, anna, f"While that runs, this is the filter I use:\n{CODE}")
    anna.ask("react", message=code, emoji="👍", **{"with": ben.peer_id})
    ben.wait("changed", id=code)
    report = folder / "field-survey-report.pdf"
    report.write_bytes(b"%PDF-1.4\n" + hashlib.shake_128(b"report").digest(900_000))
    _give(anna, ben, report, accept=True)
    edited = _say(anna, ben, "The report is in, page 12 is the one.")
    anna.ask("edit", message=edited, text="The report is in, page 14 is the one.")
    ben.wait("changed", id=edited)
    _say(ben, anna, "Perfect, thank you 🙏")
    drawings = folder / "drawings"
    drawings.mkdir()
    for name in ("hall.dwg", "roof.dwg", "stairs.dwg", "setup.exe"):
        (drawings / name).write_bytes(hashlib.shake_128(name.encode()).digest(700_000))
    cast.offer = _give(ben, anna, drawings, accept=False)
    anna.ask("read", **{"with": ben.peer_id})


def _give(sender: Headless, receiver: Headless, path: Path, *, accept: bool) -> str:
    sent = sender.ask("send_files", to=receiver.peer_id, paths=[str(path)])
    receiver.wait("offer", transfer=sent["transfer"])
    if accept:
        receiver.ask("accept", transfer=sent["transfer"])
        receiver.wait("transfer", transfer=sent["transfer"], state="done")
        sender.wait("transfer", transfer=sent["transfer"], state="done")
    return str(sent["transfer"])


def paint(number: int) -> QImage:
    """A landscape: sky, sun and three rows of hills, other colours for each number."""
    width, height = PICTURE
    hue = (24, 205, 150)[number % 3]
    image = QImage(width, height, QImage.Format.Format_RGB32)
    with QPainter(image) as painter:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        sky = QLinearGradient(0, 0, 0, height)
        sky.setColorAt(0, QColor.fromHsv(hue, 90, 250))
        sky.setColorAt(1, QColor.fromHsv((hue + 30) % 360, 40, 255))
        painter.fillRect(QRectF(0, 0, width, height), sky)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(255, 250, 225))
        painter.drawEllipse(QPointF(width * (0.25 + 0.25 * number), height * 0.32), 90, 90)
        for row in range(3):
            painter.setBrush(QColor.fromHsv((hue + 90) % 360, 70 + 40 * row, 200 - 55 * row))
            painter.drawPolygon(_hills(number * 3 + row, height * (0.52 + 0.15 * row)))
    return image


def _hills(number: int, top: float) -> QPolygonF:
    width, height = PICTURE
    heights = hashlib.shake_128(bytes([number])).digest(9)
    points = [QPointF(width * at / 8, top + one - 128) for at, one in enumerate(heights)]
    return QPolygonF([QPointF(0, height), *points, QPointF(width, height)])
