"""What is told outside the window, to whom it is not, and when it is taken back."""

from dataclasses import replace

import pytest

from app.commands import MarkRead, SendText
from app.events import PersonChanged, TransferChanged
from app.model import Direction, Message, MessageKind, Reason, TransferState, Trust
from net.protocol.records import picture_hash
from tests.unit.ui.stage import (
    Stage,
    id_of,
    message,
    offer,
    peer_of,
    person,
    room,
    said,
    wait_until,
)
from tests.unit.ui.test_portraits import PINK, encoded, plain
from tests.unit.ui.wall import Wall
from ui.desktop.note import OPEN, READ, Note
from ui.desktop.notifier import FACE_PX, REQUESTS, Notifier

ANN = id_of("Ann")


class Outside:
    """A notifier, what it has said, and whether the user looks at the window."""

    def __init__(self, stage: Stage) -> None:
        self.stage = stage
        self.wall = Wall()
        self.seen = ""
        self.wanted: list[tuple[str, str]] = []
        file = stage.board.preferences.window
        self.notifier = Notifier(
            stage.desk, stage.look, file, self.wall, lambda chat_id: chat_id == self.seen
        )
        self.notifier.chat_wanted.connect(lambda *words: self.wanted.append(words))

    def hear(self, *messages: Message) -> None:
        self.stage.deliver(messages)

    def next(self) -> Note:
        """What is told next, once what came with it is gathered."""
        before = len(self.wall.told)
        wait_until(lambda: len(self.wall.told) > before)
        return self.wall.told[-1]

    def stays_quiet(self) -> None:
        """The notifier has nothing in hand, and nothing was told."""
        wait_until(lambda: not self.notifier._timer.isActive())
        assert self.wall.told == []


@pytest.fixture
def outside(stage: Stage) -> Outside:
    stage.be_ready(person("Ann"), person("Bob"))
    return Outside(stage)


def test_what_comes_together_is_one_note_with_the_last_words(outside: Outside) -> None:
    outside.hear(message("Ann", "one"), message("Ann", "two\nlines"))
    note = outside.next()
    assert (note.key, note.title) == (ANN, "Ann · 2 new messages")
    assert note.body == "two lines"
    assert not note.is_silent
    assert note.reply
    outside.hear(message("Ann", "three"))
    assert outside.next().title == "Ann · 3 new messages"
    assert len(outside.wall.notes) == 1


def test_e14_who_looks_like_another_is_said_to_be(outside: Outside) -> None:
    """One can answer right there."""
    verified, posing = person("Ann", trust=Trust.VERIFIED), replace(person("Bob"), name="Аnn")
    outside.stage.tell(PersonChanged(verified), PersonChanged(posing))
    entry = outside.stage.desk.roster.get(posing.peer_id)
    assert entry is not None
    wait_until(lambda: entry.resembles is not None)
    outside.hear(message("Bob", "send me the plans"))
    assert "not the Ann you know" in outside.next().title


def test_room_says_who_spoke(outside: Outside) -> None:
    design = room("Design", "Ann", "Bob")
    outside.stage.desk.roster.put_room(design)
    outside.hear(said("Design", "Bob", "<b>look</b>"))
    note = outside.next()
    assert (note.title, note.body) == ("Design", "Bob: <b>look</b>")
    outside.stage.tell(PersonChanged(person("Cat", trust=Trust.NEW)))
    outside.hear(said("Design", "Cat", "hello, I am new"))
    assert outside.next().body == "Cat: hello, I am new"


@pytest.mark.parametrize(
    "case", ["seen", "muted", "own", "news", "turned off", "undisturbed"], ids=lambda case: case
)
def test_nothing_is_told_of_what_need_not_be(outside: Outside, case: str) -> None:
    file = outside.stage.board.preferences.window
    match case:
        case "seen":
            outside.seen = ANN
        case "muted":
            outside.stage.tell(PersonChanged(person("Ann", muted=True)))
        case "turned off":
            file.change(notifies=False)
        case "undisturbed":
            file.change(is_undisturbed=True)
    direction = Direction.OUT if case == "own" else Direction.IN
    kind = MessageKind.NEWS if case == "news" else MessageKind.TEXT
    outside.hear(message("Ann", "hello", direction=direction, kind=kind))
    outside.stays_quiet()


def test_what_is_looked_at_before_it_is_told_is_not_told(outside: Outside) -> None:
    outside.hear(message("Ann", "hello"))
    outside.seen = ANN
    outside.stays_quiet()


def test_everyone_s_room_speaks_of_those_on_the_list_only(outside: Outside) -> None:
    outside.stage.tell(PersonChanged(person("Eve", trust=Trust.NEW)))
    outside.stage.desk.roster.put_room(room("All", is_everyone=True))
    outside.hear(said("All", "Eve", "buy"), said("All", "Nobody", "buy"))
    outside.stays_quiet()
    outside.hear(said("All", "Bob", "lunch?"))
    assert outside.next().body == "Bob: lunch?"


def test_stranger_is_a_silent_count_without_a_name(outside: Outside) -> None:
    for name in ("Eve", "Mallory"):
        outside.stage.tell(PersonChanged(person(name, trust=Trust.NEW)))
    outside.hear(
        message("Eve", "click http://x", is_request=True),
        message("Eve", "again", is_request=True),
        message("Mallory", "you won", is_request=True),
    )
    note = outside.next()
    assert (note.key, note.title, note.body) == (REQUESTS, "Landline", "2 requests from strangers")
    assert note.is_silent
    assert not note.reply
    outside.wall.acted.emit(REQUESTS, OPEN, "")
    assert outside.wanted == [("", "")]


def test_d14_strangers_without_end_are_one_note(outside: Outside) -> None:
    outside.hear(message("Eve", "one", is_request=True))
    assert outside.next().key == REQUESTS
    outside.hear(message("Mallory", "two", is_request=True))
    outside.hear(message("Ann", "three"))
    assert outside.next().key == ANN
    wait_until(lambda: not outside.notifier._timer.isActive())
    assert [note.key for note in outside.wall.told] == [REQUESTS, ANN]


def test_words_stay_inside_when_the_user_wants_so(outside: Outside) -> None:
    outside.stage.board.preferences.window.change(notifies_words=False, sounds=False)
    outside.hear(message("Ann", "secret"))
    note = outside.next()
    assert (note.title, note.body, note.is_silent) == ("Landline", "1 new message", True)


def test_note_goes_when_its_chat_is_read(outside: Outside) -> None:
    outside.hear(message("Ann", "hello"))
    outside.next()
    outside.stage.desk.roster.mark_read(ANN)
    wait_until(lambda: not outside.wall.notes)


def test_click_opens_the_chat_and_mark_read_marks_it(outside: Outside) -> None:
    outside.hear(message("Ann", "hello"))
    outside.next()
    outside.wall.acted.emit(ANN, OPEN, "leave")
    assert outside.wanted == [(ANN, "leave")]
    outside.wall.acted.emit(ANN, READ, "")
    assert outside.stage.last(MarkRead) == MarkRead(ANN)
    assert not outside.wall.notes


def test_reply_in_the_note_is_sent_and_reads_the_chat(outside: Outside) -> None:
    outside.hear(message("Ann", "hello"))
    outside.next()
    outside.wall.replied.emit(ANN, " yes \n")
    sent = outside.stage.last(SendText)
    assert (sent.person, sent.text) == (ANN, "yes")
    assert outside.stage.last(MarkRead) == MarkRead(ANN)


def test_reply_to_nobody_or_of_nothing_is_not_sent(outside: Outside) -> None:
    for key, text in ((ANN, "  "), ("nobody", "hello"), (REQUESTS, "hello")):
        outside.wall.replied.emit(key, text)
    assert outside.stage.sent(SendText) == []


@pytest.mark.parametrize(
    ("state", "direction", "told"),
    [
        (TransferState.DONE, Direction.IN, "report.pdf has arrived"),
        (TransferState.DONE, Direction.OUT, "report.pdf was received"),
        (TransferState.FAILED, Direction.IN, "report.pdf has stopped"),
    ],
)
def test_end_of_a_transfer_is_told_once(
    outside: Outside, state: TransferState, direction: Direction, told: str
) -> None:
    ended = offer("Ann", state=state, direction=direction)
    for _ in range(3):
        outside.stage.tell(TransferChanged(ended))
    assert [note.body for note in outside.wall.told] == [told]


def test_note_of_a_transfer_stays_until_its_chat_is_looked_at(outside: Outside) -> None:
    outside.stage.tell(TransferChanged(offer("Ann", state=TransferState.DONE)))
    outside.notifier.take_back_seen()
    assert list(outside.wall.notes) == [ANN]
    outside.seen = ANN
    outside.notifier.take_back_seen()
    assert not outside.wall.notes


@pytest.mark.parametrize("case", ["seen", "muted", "turned off", "undisturbed", "unknown"])
def test_end_of_a_transfer_is_not_told_where_nothing_is(outside: Outside, case: str) -> None:
    file = outside.stage.board.preferences.window
    match case:
        case "seen":
            outside.seen = ANN
        case "muted":
            outside.stage.tell(PersonChanged(person("Ann", muted=True)))
        case "turned off":
            file.change(notifies=False)
        case "undisturbed":
            file.change(is_undisturbed=True)
    name = "Nobody" if case == "unknown" else "Ann"
    outside.stage.tell(TransferChanged(offer(name, state=TransferState.DONE)))
    assert outside.wall.told == []


def test_note_about_somebody_who_cannot_be_written_to_takes_no_reply(outside: Outside) -> None:
    outside.stage.tell(PersonChanged(person("Ann", trust=Trust.BLOCKED)))
    outside.stage.tell(TransferChanged(offer("Ann", state=TransferState.DONE)))
    assert outside.wall.notes[ANN].reply == ""
    outside.wall.replied.emit(ANN, "hello")
    assert outside.stage.sent(SendText) == []


def test_words_of_a_transfer_stay_inside_when_the_user_wants_so(outside: Outside) -> None:
    outside.stage.board.preferences.window.change(notifies_words=False)
    outside.stage.tell(TransferChanged(offer("Ann", state=TransferState.DONE)))
    note = outside.wall.notes[ANN]
    assert (note.title, note.body) == ("Landline", "A transfer has ended")


def test_offer_is_told_by_its_name(outside: Outside) -> None:
    outside.hear(message("Ann", "", kind=MessageKind.FILES, transfer=offer("Ann")))
    assert outside.next().body == "Wants to send you report.pdf"


def test_ends_that_were_told_are_remembered_within_bounds(outside: Outside) -> None:
    outside.seen = ANN
    for _ in range(1010):
        outside.notifier._on_transfer(offer("Ann", state=TransferState.DONE))
    assert len(outside.notifier._told) == 1000


def test_what_the_user_ended_is_no_news(outside: Outside) -> None:
    outside.stage.tell(
        TransferChanged(offer("Ann", state=TransferState.FAILED, reason=Reason.BY_USER)),
        TransferChanged(offer("Ann", state=TransferState.CANCELLED, reason=Reason.BY_PEER)),
        TransferChanged(offer("Ann", state=TransferState.RUNNING)),
    )
    outside.stays_quiet()


def test_a_note_shows_the_face_of_a_contact_unless_words_are_kept_back(
    outside: Outside,
) -> None:
    stage, look = outside.stage, outside.stage.look
    face = encoded(plain(64, 64))
    stage.meet("Ann")
    stage.write(lambda w: w.set_picture(peer_of("Ann"), face))
    stage.tell(PersonChanged(person("Ann", picture=picture_hash(face).hex())))
    wait_until(lambda: look.pictures.get(picture_hash(face).hex(), FACE_PX) is not None)
    outside.hear(message("Ann", "hi"), message("Bob", "ho"))
    outside.next()
    shown, without = outside.wall.notes[ANN].face, outside.wall.notes[id_of("Bob")].face
    assert shown is not None
    assert without is None
    middle = (shown.side // 2 * shown.side + shown.side // 2) * 4
    assert shown.pixels[middle : middle + 4] == bytes((PINK.red(), PINK.green(), PINK.blue(), 255))
    assert shown.pixels[3] == 0
    stage.board.preferences.window.change(notifies_words=False)
    outside.hear(message("Ann", "secret"))
    assert outside.next().face is None
