"""People, a chat and transfers in every state, for pictures: posed by hand, no engine.

The window is the real one; what the engine would tell it is said here.
"""

import hashlib
from collections.abc import Callable, Sequence
from itertools import islice, pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Final

from app.commands import Command, DiagnoseNetwork, ListOfferedFiles, ListTransfers
from app.diagnosis import CardView, NetworkView, find
from app.events import (
    EarlierText,
    Event,
    GapsChanged,
    NetworkDiagnosed,
    OfferedFilesListed,
    PersonChanged,
    Ready,
    Receipt,
    Status,
    TransferChanged,
    TransfersListed,
)
from app.folding import fold
from app.model import (
    Conversation,
    Direction,
    Gap,
    Match,
    Message,
    MessageKind,
    MessageState,
    OfferedFile,
    Person,
    Reason,
    Transfer,
    TransferState,
    Trust,
    Way,
)
from app.store.search import search_terms
from net.protocol.identity import PeerId, encode_peer_id
from net.protocol.records import picture_hash
from ui.ids import chat_bytes

if TYPE_CHECKING:
    from app.store.types import ChatId, SentFiles, StoredTransfer

START_MS: Final = 1_731_400_000_000
GB: Final = 10**9
IN, OUT = Direction.IN, Direction.OUT
State = TransferState


def id_of(name: str) -> str:
    return encode_peer_id(PeerId(hashlib.sha256(name.encode()).digest()))


FACE: Final = (Path(__file__).parent / "face.png").read_bytes()
"""Drawn for these pictures."""
FACES: Final = {picture_hash(FACE).hex(): FACE}


def _person(name: str, **fields: object) -> Person:
    values = {"is_online": True, "trust": Trust.ACCEPTED, "device": f"{name}-PC", **fields}
    return Person(peer_id=id_of(name), name=name, **values)  # type: ignore[arg-type]


BEN: Final = _person(
    "Ben Okafor", device="ben-thinkpad", rtt_ms=0.4, address="192.0.2.34:48484", auto_accept=True,
    auto_accept_max_bytes=GB, app_version="1.0",
)  # fmt: skip
LI: Final = _person("陈立", device="studio", rtt_ms=0.6, picture=picture_hash(FACE).hex())
EVE: Final = _person("Marta Kowalska", is_online=False)
LEILA: Final = _person("ليلى حداد", device="laila")
PEOPLE: Final = (BEN, LI, EVE, LEILA)


def _transfer(number: int, who: Person, direction: Direction, **fields: object) -> Transfer:
    values = {
        "transfer_id": f"{number:032x}",
        "files": 1,
        "time_ms": START_MS + number * 60_000,
        "direction": direction,
        **fields,
    }
    return Transfer(peer_id=who.peer_id, **values)  # type: ignore[arg-type]


CHAT: Final = (
    _transfer(
        1, BEN, IN, state=State.DONE, size_bytes=412_000_000, names=("maps-2026.zip",),
        done_bytes=412_000_000, path="/home/anna/Downloads/maps-2026.zip", way=Way.RECEIVER,
    ),
    _transfer(
        2, BEN, OUT, state=State.RUNNING, size_bytes=28_200_000_000, names=("field-survey-4k.mov",),
        done_bytes=17_500_000_000, rate=1.06e9,
    ),
    _transfer(
        3, BEN, IN, state=State.RUNNING, files=10_214, folders=312, size_bytes=3_400_000_000,
        names=("photos-2026",), done_bytes=1_220_000_000, done_files=3_871, rate=96e6,
    ),
    _transfer(
        4, BEN, IN, state=State.PAUSED, files=3, size_bytes=9 * GB, done_bytes=4 * GB, done_files=1,
        names=("a.iso", "b.iso", "c.iso"), reason=Reason.NO_SPACE,
    ),
    _transfer(
        5, BEN, OUT, state=State.PAUSED, size_bytes=2 * GB, done_bytes=700_000_000,
        names=("backup.tar",), reason=Reason.BY_PEER,
    ),
    _transfer(
        6, BEN, IN, state=State.FAILED, files=40, folders=2, size_bytes=800_000_000,
        done_bytes=760_000_000, done_files=37, names=("drawings",), reason=Reason.SOURCE_CHANGED,
        bad_names=("drawings/hall.dwg", "drawings/roof.dwg", "drawings/old/stairs.dwg"),
    ),
    _transfer(
        7, BEN, OUT, state=State.FAILED, files=2, size_bytes=64_000_000,
        names=("q3.xlsx", "q4.xlsx"), reason=Reason.SOURCE_UNREADABLE, bad_names=("q4.xlsx",),
        skipped=("latest",), skipped_count=1,
    ),
    _transfer(
        8, BEN, IN, state=State.OFFERED, files=995_012, folders=1, size_bytes=41 * GB,
        names=("minutes.pdf", "setup.exe", "pictures"),
    ),
)  # fmt: skip
"""One card after the other, in the chat with Ben."""

OTHERS: Final = (
    _transfer(
        20, LI, IN, state=State.WAITING, size_bytes=7 * GB, names=("设计稿.psd",), queue_key=1
    ),
    _transfer(
        21, BEN, IN, state=State.WAITING, files=200, folders=4, size_bytes=2 * GB, names=("fonts",),
        queue_key=2, done_bytes=300_000_000, done_files=31, reason=Reason.CONNECTION_LOST,
    ),
    _transfer(22, EVE, OUT, state=State.OFFERED, size_bytes=5_300_000, names=("invoice.pdf",)),
    _transfer(
        23, LI, OUT, state=State.DONE, files=3, size_bytes=1_200_000, done_bytes=1_200_000,
        names=("one.txt", "two.txt", "three.txt"), skipped=("link",), skipped_count=2,
    ),
    _transfer(24, EVE, OUT, state=State.DECLINED, size_bytes=90_000, names=("joke.gif",)),
    _transfer(
        25, LI, IN, state=State.CANCELLED, size_bytes=3 * GB, done_bytes=GB, names=("render.mp4",),
        reason=Reason.BY_USER,
    ),
)  # fmt: skip

OFFERED: Final = (
    OfferedFile("minutes.pdf", 480_000),
    OfferedFile("setup.exe", 31_000_000),
    OfferedFile("pictures", 0, is_folder=True),
    *(OfferedFile(f"pictures/IMG_{number:04}.jpg", 2_600_000) for number in range(2041, 2050)),
    OfferedFile("pictures/" + "很长的名字-" * 12 + "final.pdf.exe", 1_120_000),
)


class Album:
    """The pages of the chat with Ben, and of what was added to it."""

    def __init__(self) -> None:
        words = (
            (IN, "Morning! Here are the maps."),
            (OUT, "Thanks. The survey is on its way, 直接发给你."),
            (IN, "תודה! אפשר לשלוח לי גם את התמונות מהשבוע שעבר? הקישור לתיקייה כבר לא עובד אצלי."),
            (OUT, "בטח."),
        )
        said = [_text(number, *one) for number, one in enumerate(words)]
        self.messages = [*said, *(_card(one) for one in CHAT)]

    def conversations(self) -> list[Conversation]:
        return [Conversation(BEN, self.messages[-1])]

    def messages_before(self, chat: "ChatId", order_key: int | None, limit: int) -> list[Message]:
        end = (1 << 63) - 1 if order_key is None else order_key
        return [one for one in self._page(chat) if one.order_key < end]

    def messages_after(self, chat: "ChatId", order_key: int, limit: int) -> list[Message]:
        return [one for one in self._page(chat) if one.order_key > order_key]

    def _page(self, chat: "ChatId") -> list[Message]:
        return [one for one in self.messages if chat_bytes(one.chat_id) == chat]

    def first_unread(self, chat: "ChatId") -> int | None:
        return None

    def message(self, message_id: bytes, chat: "ChatId") -> Message | None:
        return None

    def earlier_texts(self, message_id: bytes, chat: "ChatId") -> list[EarlierText] | None:
        return None

    def receipts(self, message_id: bytes) -> list[Receipt]:
        return []

    def transfer(self, transfer_id: bytes) -> "StoredTransfer | None":
        return None

    def matches(
        self, text: str, limit: int, chat: "ChatId | None" = None, before_row: int = 0
    ) -> list[Match]:
        has_files = chat is not None
        return self._found(text, lambda one: has_files or one.transfer is None)

    def deep_matches(
        self,
        text: str,
        limit: int,
        chat: "ChatId | None" = None,
        before_row: int = 0,
        *,
        is_wanted: Callable[[], bool],
    ) -> list[Match]:
        return self.matches(text, limit, chat, before_row)

    def file_matches(self, text: str, limit: int, rows: int = 0) -> list[Match]:
        return self._found(text, lambda one: one.transfer is not None)

    def _found(self, text: str, is_meant: Callable[[Message], bool]) -> list[Match]:
        words = [*map(fold, search_terms(text))]
        return [
            Match(row, one.order_key, one.chat_id)
            for row, one in reversed([*enumerate(self.messages)])
            if is_meant(one) and all(word in fold(_words_of(one)) for word in words)
        ]

    def read_matches(self, rows: Sequence[int]) -> list[Message]:
        return [self.messages[row] for row in rows]

    def sent_files(self) -> list["SentFiles"]:
        return []

    def filled(self, chat: "ChatId", edges: Sequence[int]) -> list[bool]:
        keys = [one.order_key for one in self._page(chat)]
        return [any(start <= key < end for key in keys) for start, end in pairwise(edges)]

    def shared(self, chat: "ChatId", limit: int) -> list[Message]:
        done = (one for one in reversed(self._page(chat)) if _is_done(one))
        return [*islice(done, limit)]

    def picture(self, digest: bytes) -> bytes:
        return FACES.get(digest.hex(), b"")

    def close(self) -> None:
        """Nothing is open."""


def _words_of(message: Message) -> str:
    return "\n".join([message.text, *(message.transfer.names if message.transfer else ())])


def greeting(name: str) -> list[Event]:
    status = Status(id_of(name), name, "1.0", 48484, 48484, 2, 0, networks=2, picture=FACE)
    running = (TransferChanged(one) for one in only(CHAT, State.RUNNING))
    third = Album().messages[2]
    gap = Gap(third.message_id, BEN.peer_id, third.order_key)
    return [
        Ready(status),
        *map(PersonChanged, PEOPLE),
        *running,
        GapsChanged(BEN.peer_id, (gap,)),
    ]


def answers(command: Command) -> list[Event]:
    """What an engine would say to the questions a picture needs an answer to."""
    if isinstance(command, DiagnoseNetwork):
        card = CardView("wlan0", ("192.0.2.17",), is_heard=True)
        view = NetworkView((card,), 48484, heard=3, here=2, by_stream=1, unanswered=1)
        return [NetworkDiagnosed(view, find(view), command.ref)]
    if isinstance(command, ListTransfers):
        found = (one for one in reversed((*CHAT, *OTHERS)) if _has(one, command.text))
        return [TransfersListed(tuple(found), command.ref)]
    if isinstance(command, ListOfferedFiles):
        count = len(OFFERED) + 995_000
        return [OfferedFilesListed(command.transfer_id, OFFERED, count, command.ref)]
    return []


def _has(transfer: Transfer, text: str) -> bool:
    names = (one.name for one in PEOPLE if one.peer_id == transfer.peer_id)
    return any(text in name for name in (*transfer.names, *names))


def downloads() -> Path:
    return Path("/home/anna/Downloads")


def fill_profile(folder: Path) -> None:
    """With files of the sizes that a year leaves; there is nothing in them."""
    sizes = {"landline.db": 84_000_000, "settings.json": 400, "offers/maps": 1_300_000}
    sizes["before-20241105-091500/landline.db"] = 2_100_000
    pictures = {f"pictures/Picture {day:02}.png": day * 410_000 for day in range(1, 24)}
    for name, size in (sizes | pictures).items():
        path = folder / name
        path.parent.mkdir(exist_ok=True)
        with path.open("wb") as file:
            file.truncate(size)


def _text(number: int, direction: Direction, text: str) -> Message:
    return _message(number, direction, MessageKind.TEXT, text, None)


def _card(transfer: Transfer) -> Message:
    number = 10 + int(transfer.transfer_id, 16)
    return _message(number, transfer.direction, MessageKind.FILES, "", transfer)


def _message(
    number: int, direction: Direction, kind: MessageKind, text: str, transfer: Transfer | None
) -> Message:
    time_ms = START_MS + number * 60_000
    return Message(
        f"{number + 1:032x}",
        BEN.peer_id,
        direction,
        kind,
        text,
        time_ms,
        MessageState.READ,
        time_ms << 16,
        transfer=transfer,
    )


def _is_done(message: Message) -> bool:
    return message.transfer is not None and message.transfer.state is State.DONE


def only(transfers: Sequence[Transfer], state: TransferState) -> list[Transfer]:
    return [one for one in transfers if one.state is state]
