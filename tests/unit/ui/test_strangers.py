"""Requests of strangers, and names that pose as a contact's (ATTACKS E-14)."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.commands import ForgetPerson, MarkRead, SetTrust
from app.events import PersonChanged
from app.model import Direction, MessageState, Person, Trust
from tests.unit.ui.moment import Moment
from tests.unit.ui.stage import Stage, click, id_of, message, person, wait_until
from ui.chat.marks import MARKS
from ui.sidebar.preview import Previews
from ui.trust import lookalike
from ui.trust.lookalike import Lookalikes, find_lookalikes, skeleton
from ui.worker import Worker

EVE = id_of("Eve")
LINK = "look at https://example.org/now"


@pytest.fixture
def asked(stage: Stage) -> Stage:
    stage.meet("Eve")
    stage.write(lambda w: w.set_trust(w.people()[0].peer_id, accepted=False))
    stage.be_ready(person("Ann"), person("Eve", trust=Trust.NEW))
    messages = stage.receive("Eve", [LINK])
    stage.deliver(messages)
    stage.open_chat("Eve")
    return stage


def links_shown(stage: Stage) -> int:
    view = stage.view
    row = view.chat_model.row(view.chat_model.rowCount() - 1)
    return len(view.delegate._bubbles.bubble(row.message, view.viewport().width()).links)


def test_a_request_is_read_in_silence_and_its_links_are_only_text(asked: Stage) -> None:
    assert asked.page.request.isVisible()
    assert links_shown(asked) == 0
    assert not asked.sent(MarkRead)
    assert asked.desk.roster.unread() == 0


def test_accepting_takes_a_moment_then_brings_links_and_the_composer(
    moment: Moment, asked: Stage
) -> None:
    bar = asked.page.request
    assert not any(one.isEnabled() for one in bar.tab_order())
    moment.pass_by()
    click(bar._accept)
    assert asked.last(SetTrust) == SetTrust(EVE, accepted=True)
    asked.tell(PersonChanged(person("Eve")))
    wait_until(lambda: not bar.isVisible())
    assert links_shown(asked) == 1
    number = asked.window.side.people.rows.find(EVE)
    assert number is not None
    assert asked.window.side.people.rows.row(number).section.name == "HERE"


def test_in_a_narrow_window_the_buttons_stand_below_the_text(asked: Stage) -> None:
    bar = asked.page.request
    beside = bar._accept.mapTo(bar, bar._accept.rect().topLeft()).y()
    assert beside < bar._text.geometry().bottom()
    bar.resize(330, 200)
    bar.layout().activate()  # before the page has its way again
    below = bar._accept.mapTo(bar, bar._accept.rect().topLeft()).y()
    assert below > bar._text.geometry().bottom()
    assert bar.rect().contains(bar._accept.geometry())


def test_the_row_of_all_requests_tells_whether_it_is_open(asked: Stage) -> None:
    rows = asked.window.side.people.rows

    def told() -> list[str]:
        said = [str(rows.index(number).data()) for number in range(rows.rowCount())]
        return [one for one in said if one.startswith("Requests")]

    assert told() == ["Requests from strangers, 1, expanded"]
    asked.window.side.people.requests_toggled.emit()
    assert told() == ["Requests from strangers, 1, collapsed"]


def test_a_request_is_deleted_with_its_sender(asked: Stage) -> None:
    delete = asked.page.request._forget
    wait_until(delete.isEnabled)
    click(delete)
    assert asked.last(ForgetPerson) == ForgetPerson(EVE)
    assert asked.board.chat.peer_id == ""
    assert asked.window.side.people.hasFocus()


# --- Names that look alike -------------------------------------------------
@pytest.mark.parametrize(
    "posed",
    ["Аnna Li", "AnnaLi", "anna li", "Ａｎｎａ Li", "Anna LI", "Anna-Li", "𝐀nna Li", "Αnna Lі"],
)
def test_e14_names_that_look_alike_have_one_skeleton(posed: str) -> None:
    assert skeleton(posed) == skeleton("Anna Li")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Anna\ufe0f Li", "Anna Li"),
        ("Anna\U000e0100 Li", "Anna Li"),
        ("王\U000e0101明", "王明"),
        ("✨\ufe0f", "✨"),
        ("Tom Arnold", "Tom Amold"),
        ("Vvanda", "Wanda"),
    ],
)
def test_e14_what_is_unseen_or_drawn_as_another_letter_tells_nobody_apart(
    one: str, other: str
) -> None:
    assert skeleton(one) == skeleton(other)


@pytest.mark.parametrize(("one", "other"), [("王士", "王土"), ("李一", "李ー"), ("工", "エ")])
def test_e14_chinese_letters_that_look_alike_count_too(one: str, other: str) -> None:
    assert skeleton(one) == skeleton(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [("Anna", "Anne"), ("陈立", "陈丽"), ("Jan", "Jana"), ("Jürgen", "Jorgen"), ("✨", "🎉")],
)
def test_names_that_can_be_told_apart_are(one: str, other: str) -> None:
    assert skeleton(one) != skeleton(other)


@given(st.from_regex(lookalike._PLAIN, fullmatch=True))
def test_a_plain_name_needs_no_table(name: str) -> None:
    assert skeleton(name) == lookalike._fold(lookalike._prototype(name))


def resembled(*people: Person) -> dict[str, str]:
    found = find_lookalikes(people)
    return {peer_id: known.peer_id for peer_id, known in found.items()}


def test_e14_only_who_is_less_known_poses_as_somebody() -> None:
    anna = person("Anna")
    posing = person("Аnna", trust=Trust.NEW)
    assert resembled(anna, posing) == {posing.peer_id: anna.peer_id}
    accepted = person("Аnna")
    assert resembled(anna, accepted) == {}
    verified = person("Anna", trust=Trust.VERIFIED)
    assert resembled(verified, accepted) == {accepted.peer_id: verified.peer_id}
    assert resembled(anna, person("Аnna", trust=Trust.BLOCKED)) == {}
    assert resembled(posing, person("anna", trust=Trust.NEW)) == {}


def test_e14_it_is_marked_in_list_header_and_request(asked: Stage) -> None:
    posing = person("Аnn", trust=Trust.NEW)
    asked.tell(PersonChanged(posing))
    asked.deliver((message("Аnn", "it is me", is_request=True),))
    entry = asked.desk.roster.get(posing.peer_id)
    assert entry is not None
    wait_until(lambda: entry.resembles is not None)
    people = asked.window.side.people
    number = people.rows.find(posing.peer_id)
    assert number is not None, "a request was opened, so all are in sight"
    assert "not the Ann you know" in people.rows.index(number).data()
    asked.open_chat("Аnn")
    assert asked.page.header._badge_text.text() == "not the Ann you know"
    assert asked.page.header._badge.isVisible()
    assert "not the Ann you know" in asked.page.request._text.text()
    asked.tell(PersonChanged(person("Ann", trust=Trust.BLOCKED)))
    wait_until(lambda: entry.resembles is None)
    wait_until(lambda: not asked.page.header._badge.isVisible())


def test_a_mark_is_no_reason_to_compare_all_again(
    asked: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    rounds: list[object] = []
    run = Worker.run

    def counted(self: Worker, owner: object, *work: object) -> None:
        if isinstance(owner, Lookalikes):
            rounds.append(owner)
        run(self, owner, *work)  # type: ignore[arg-type]

    monkeypatch.setattr(Worker, "run", counted)
    posing = person("Аnn", trust=Trust.NEW)
    asked.tell(PersonChanged(posing))
    entry = asked.desk.roster.get(posing.peer_id)
    assert entry is not None
    wait_until(lambda: entry.resembles is not None)
    told: list[int] = []
    asked.desk.roster.changed.connect(lambda: told.append(1))
    wait_until(lambda: bool(told))
    assert len(rounds) == 1


def test_e14_who_takes_a_name_while_here_is_marked_until_they_drop_it(asked: Stage) -> None:
    """A stranger a contact's, a contact a verified one's; both are renamed before one's eyes."""
    asked.tell(PersonChanged(person("Vera", trust=Trust.VERIFIED)))
    eve, ann = person("Eve", trust=Trust.NEW), person("Ann")
    for poser, name in ((eve, "Аnn"), (ann, "Vеra")):
        entry = asked.desk.roster.get(poser.peer_id)
        assert entry is not None
        assert entry.resembles is None
        asked.tell(PersonChanged(replace(poser, name=name)))
        wait_until(lambda e=entry: e.resembles is not None)  # type: ignore[misc]
        asked.tell(PersonChanged(poser))
        wait_until(lambda e=entry: e.resembles is None)  # type: ignore[misc]


def test_e14_who_is_looked_for_by_name_is_not_the_stranger_who_took_it(asked: Stage) -> None:
    """Enter opens the first that is found, and what is typed next goes there."""
    side = asked.window.side
    for posing in ("Ann\u200b", "Ann"):
        asked.tell(PersonChanged(replace(person(posing, trust=Trust.NEW), peer_id=id_of("posing"))))
        asked.deliver((message("posing", "it is me", is_request=True),))
        side.search.setText("ann")
        wait_until(lambda: len(side.people.rows.chats()) == 2)
        assert side.people.rows.chats() == [id_of("Ann"), id_of("posing")]
        assert side.people.rows.first() == id_of("Ann")
        side.search.setText("")


def test_what_waits_to_be_accepted_says_so_and_no_other_does(stage: Stage) -> None:
    stage.be_ready(person("Ann", is_held=True), person("Ben"))
    out = {"direction": Direction.OUT}
    waiting = "Waits here until they accept you"
    for name, state, is_held in (
        ("Ann", MessageState.SENT, True),
        ("Ann", MessageState.QUEUED, True),
        ("Ann", MessageState.DELIVERED, False),
        ("Ben", MessageState.SENT, False),
    ):
        stage.open_chat(name)
        stage.deliver((message(name, "let me in", state=state, **out),))
        stage.settle()
        model = stage.view.chat_model
        said = str(model.data(model.index(model.rowCount() - 1)))
        assert ("let me in" in said, waiting in said) == (True, is_held)
        entry = stage.desk.roster.get(id_of(name))
        assert entry is not None
        icon = Previews(stage.look, stage.desk.roster).of(entry).icon
        assert icon == MARKS[MessageState.QUEUED if is_held else state]
    stage.open_chat("Ann")
    assert "Has not accepted you yet" in stage.page.header._state.text()
