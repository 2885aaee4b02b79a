"""What is told outside the window, to whom it is not, and when it is taken back."""

import pytest

from app.commands import MarkRead, SendText
from app.events import PersonChanged, TransferChanged
from app.model import Direction, Message, Reason, TransferState, Trust
from tests.unit.ui.stage import Stage, id_of, message, offer, person, room, said, wait_until
from ui.desktop.note import OPEN, READ, Note, Teller
from ui.desktop.notifier import REQUESTS, Notifier

ANN = id_of("Ann")


class Wall(Teller):
    """Where notes would hang."""

    def __init__(self) -> None:
        super().__init__()
        self.notes: dict[str, Note] = {}
        self.told: list[Note] = []

    def show(self, note: Note) -> None:
        self.notes[note.key] = note
        self.told.append(note)

    def withdraw(self, key: str) -> None:
        self.notes.pop(key, None)


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


def test_room_says_who_spoke(outside: Outside) -> None:
    design = room("Design", "Ann", "Bob")
    outside.stage.desk.roster.put_room(design)
    outside.hear(said("Design", "Bob", "<b>look</b>"))
    note = outside.next()
    assert (note.title, note.body) == ("Design", "Bob: <b>look</b>")


@pytest.mark.parametrize(
    "case", ["seen", "muted", "own", "turned off", "undisturbed"], ids=lambda case: case
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
    outside.hear(message("Ann", "hello", direction=direction))
    outside.stays_quiet()


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


def test_what_the_user_ended_is_no_news(outside: Outside) -> None:
    outside.stage.tell(
        TransferChanged(offer("Ann", state=TransferState.FAILED, reason=Reason.BY_USER)),
        TransferChanged(offer("Ann", state=TransferState.CANCELLED, reason=Reason.BY_PEER)),
        TransferChanged(offer("Ann", state=TransferState.RUNNING)),
    )
    outside.stays_quiet()
