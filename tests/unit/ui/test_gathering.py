"""Messages that come fast are shown together, in order, and nothing overtakes them."""

from PySide6.QtWidgets import QApplication

from app.events import Event, MessagesAdded, PersonChanged, StatesChanged, TransferChanged
from app.model import MessageKind
from tests.unit.ui.stage import message, offer, person, wait_until
from ui.gathering import Gathering


def _texts(passed: list[Event]) -> list[list[str]]:
    batches = [event.messages for event in passed if isinstance(event, MessagesAdded)]
    return [[one.text for one in batch] for batch in batches]


def test_first_message_is_shown_at_once_and_those_behind_it_together(
    app: QApplication,
) -> None:
    passed: list[Event] = []
    gathering = Gathering(passed.append)
    for number in range(100):
        gathering.take(MessagesAdded((message("Ann", f"{number}"),)))
    assert _texts(passed) == [["0"]]
    wait_until(lambda: len(passed) > 1)
    assert _texts(passed) == [["0"], [f"{number}" for number in range(1, 100)]]


def test_what_may_speak_of_a_message_comes_behind_it(app: QApplication) -> None:
    passed: list[Event] = []
    gathering = Gathering(passed.append)
    for text in ("one", "two"):
        gathering.take(MessagesAdded((message("Ann", text),)))
    gathering.take(PersonChanged(person("Ann")))
    gathering.take(StatesChanged(()))
    assert [type(event) for event in passed] == [MessagesAdded, PersonChanged]
    wait_until(lambda: len(passed) > 2)
    assert [type(event) for event in passed[2:]] == [MessagesAdded, StatesChanged]


def test_progress_of_a_file_does_not_part_texts_but_its_card_comes_before_it(
    app: QApplication,
) -> None:
    passed: list[Event] = []
    gathering = Gathering(passed.append)
    transfer = offer("Ann")
    card = message("Ann", "", kind=MessageKind.FILES, transfer=transfer)
    for event in (
        MessagesAdded((message("Ann", "shown at once"),)),
        MessagesAdded((message("Ann", "one"),)),
        TransferChanged(transfer),
        MessagesAdded((message("Ann", "two"),)),
        MessagesAdded((card,)),
        TransferChanged(transfer),
    ):
        gathering.take(event)
    wait_until(lambda: len(passed) > 1)
    assert _texts(passed) == [["shown at once"], ["one", "two"], [""]]
    assert [type(event) for event in passed[2:]] == [
        TransferChanged,
        MessagesAdded,
        TransferChanged,
    ]


def test_own_text_is_shown_at_once_with_its_ref(app: QApplication) -> None:
    passed: list[Event] = []
    gathering = Gathering(passed.append)
    gathering.take(MessagesAdded((message("Ann", "theirs"),)))
    own = MessagesAdded((message("Ann", "ours"),), "window-1")
    gathering.take(MessagesAdded((message("Ann", "theirs too"),)))
    gathering.take(own)
    assert _texts(passed) == [["theirs"], ["theirs too"], ["ours"]]
    assert passed[-1] is own
