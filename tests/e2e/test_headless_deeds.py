"""Answers, edits, deletions and reactions between hosts: over a bad line and over kills."""

from tests.e2e.conftest import Start
from tests.e2e.headless import Headless
from tests.e2e.rig import Rig
from tools.headless import wait_until

ROUNDS = 40


def _chat(one: Headless, other: Headless) -> list[dict[str, object]]:
    """What both sides must agree on; a text deleted before it went out is not there at all."""
    told = ("id", "text", "edited", "forwarded")
    return [
        {name: row.get(name) for name in told}
        | {"reactions": sorted(each["emoji"] for each in row.get("reactions", []))}
        for row in one.messages_with(other)
        if not row.get("deleted")
    ]


def _do_much(anna: Headless, ben: Headless) -> str:
    """Texts, and to each of them something; the id of the last text."""
    last = ""
    for number in range(ROUNDS):
        last = anna.send(ben, f"text {number}")
        if number % 4 == 0:
            anna.ask("edit", message=last, text=f"TEXT {number}")
            anna.ask("edit", message=last, text=f"Text {number}!")
        elif number % 4 == 1:
            anna.ask("delete", message=last)
        elif number % 4 == 2:
            anna.ask("react", message=last, emoji="👍")
            anna.ask("react", message=last, emoji="🎉")
            anna.ask("react", message=last, emoji="👍", on=False)
    return last


def _settled(anna: Headless, ben: Headless, last: str) -> None:
    anna.delivered(last)
    anna.delivered(anna.send(ben, "the end"))
    expected = _chat(anna, ben)
    wait_until(lambda: _chat(ben, anna) == expected)
    assert len(expected) == ROUNDS * 3 // 4 + 1
    assert [row["text"] for row in expected[:3]] == ["Text 0!", "text 2", "text 3"]
    assert expected[1]["reactions"] == ["🎉"]


def test_deeds_over_a_bad_line_end_the_same_on_both_sides(rig: Rig, start: Start) -> None:
    anna, ben = start("anna", place=rig["h1"]), start("ben", place=rig["h2"])
    anna.sees(ben)
    ben.sees(anna)
    rig.impair("h1", loss=30, delay=5, reorder=30)
    _settled(anna, ben, _do_much(anna, ben))


def test_deeds_wait_for_who_is_away_over_a_kill_of_either_side(
    pair: tuple[Headless, Headless], start: Start
) -> None:
    anna, ben = pair
    mark = anna.mark()
    ben.kill()
    anna.loses(ben, since=mark, within_s=30)
    last = _do_much(anna, ben)
    assert anna.ask("status")["queued"] >= ROUNDS
    anna.kill()
    anna, ben = start("anna"), start("ben")
    anna.sees(ben)
    _settled(anna, ben, last)


def test_answer_and_typing_reach_the_other_host(pair: tuple[Headless, Headless]) -> None:
    anna, ben = pair
    asked = anna.send(ben, "lunch?")
    ben.wait("message", id=asked)
    answer = ben.ask("send", to=anna.peer_id, text="yes", reply_to=asked)["id"]
    shown = anna.wait("message", id=answer)
    assert shown["reply_to"] == {"id": asked, "peer_id": anna.peer_id, "text": "lunch?"}
    anna.say("typing", to=ben.peer_id)
    assert ben.wait("typing", peer_id=anna.peer_id)["on"]
    assert anna.refused("send", to=ben.peer_id, text="x", reply_to="0" * 32) == "no_such_message"
    assert ben.refused("edit", message=asked, text="dinner?") == "no_such_message"
    assert ben.refused("react", message=asked, emoji="not one") == "bad_request"
