"""Texts: both ways, of every kind and length, to people who are away, once and in order."""

import pytest

from tests.e2e.conftest import Start
from tests.e2e.headless import Headless
from tests.e2e.rig import Rig

LIMIT_BYTES = 64 * 1024

TEXTS = {
    "plain": "hello",
    "Chinese": "明天下午三点在二楼会议室开会,请带上合同。",
    "emoji": "👩‍👩‍👧‍👦 family 🏳️‍🌈 flag 🇨🇳 skin 👍🏽",
    "lines": "one\ntwo\n\n\tfour\r\nfive\n",
    "right to left": "שלום עולם مرحبا بالعالم",
    "marks": "Z͑ͫ̓ͪ̂ͫ̽͏̴̙̤̞͉͚̯̞̠͍A̴̵̜̰͔ͫ͗͢L̠ͨͧͩ͘G̴̻͈͍͔̹̑͗̎̅͛́Ǫ̵̹̻̝̳͂̌̌͘!",
    "markup": "<b>bold</b> &amp; <img src=x onerror=alert(1)> %s {0} $(rm -rf /)",
    "one datagram": "x" * 1000,
    "just above a datagram": "y" * 1300,
    "60 KB": "长文本 and ascii. " * 3000,
}


@pytest.fixture
def friends(pair: tuple[Headless, Headless]) -> tuple[Headless, Headless]:
    """Two who have accepted each other, so that no rule for strangers is in the way."""
    _befriend(*pair)
    return pair


def _befriend(anna: Headless, ben: Headless) -> None:
    anna.ask("trust", peer=ben.peer_id, accepted=True)
    ben.ask("trust", peer=anna.peer_id, accepted=True)


def test_texts_of_every_kind_cross_the_network_both_ways(rig: Rig, start: Start) -> None:
    anna, ben = start("anna", place=rig["h1"]), start("ben", place=rig["h2"])
    anna.sees(ben)
    ben.sees(anna)
    _befriend(anna, ben)
    for sender, receiver in ((anna, ben), (ben, anna)):
        ids = [sender.send(receiver, text) for text in TEXTS.values()]
        for message in ids:
            sender.delivered(message)
        assert receiver.heard_from(sender) == list(TEXTS.values())
        kept = [one for one in receiver.messages_with(sender) if one["direction"] == "in"]
        assert [one["text"] for one in kept] == list(TEXTS.values())
        assert [one["id"] for one in kept] == ids


def test_long_and_short_texts_keep_their_order(friends: tuple[Headless, Headless]) -> None:
    anna, ben = friends
    texts = [
        ("long " * 12_000 if number % 5 == 0 else "short ") + str(number) for number in range(40)
    ]
    last = [anna.send(ben, text) for text in texts][-1]
    anna.delivered(last)
    ben.wait("message", id=last)
    assert ben.heard_from(anna) == texts


def test_text_of_the_limit_arrives(friends: tuple[Headless, Headless]) -> None:
    anna, ben = friends
    text = "x" * LIMIT_BYTES
    anna.delivered(anna.send(ben, text))
    assert ben.heard_from(anna) == [text]


@pytest.mark.parametrize("text", ["x" * (LIMIT_BYTES + 1), "长" * 22_000, "x" * 900_000])
def test_text_above_the_limit_is_refused_and_nothing_is_lost(
    friends: tuple[Headless, Headless], text: str
) -> None:
    anna, ben = friends
    before = anna.send(ben, "before")
    assert anna.refused("send", to=ben.peer_id, text=text) == "too_long"
    after = anna.send(ben, "after")
    anna.delivered(after)
    anna.delivered(before)
    assert ben.heard_from(anna) == ["before", "after"]
    assert [one["text"] for one in anna.messages_with(ben)] == ["before", "after"]


@pytest.mark.parametrize("text", ["", "   ", "\n\t\n"])
def test_text_without_content_is_refused(friends: tuple[Headless, Headless], text: str) -> None:
    anna, ben = friends
    assert anna.refused("send", to=ben.peer_id, text=text) == "empty"
    assert anna.messages_with(ben) == []


def test_nul_is_stripped_from_a_text(friends: tuple[Headless, Headless]) -> None:
    """A-14: SQLite counts a text only up to its first NUL."""
    anna, ben = friends
    anna.delivered(anna.send(ben, "a\0b"))
    assert ben.heard_from(anna) == ["ab"]


def test_burst_arrives_once_and_in_order(friends: tuple[Headless, Headless]) -> None:
    anna, ben = friends
    texts = [f"number {number}" for number in range(500)]
    for text in texts:
        anna.say("send", to=ben.peer_id, text=text)
    ben.wait("message", text=texts[-1])
    assert ben.heard_from(anna) == texts


def test_bad_line_loses_nothing_on_the_way(rig: Rig, start: Start) -> None:
    anna, ben = start("anna", place=rig["h1"]), start("ben", place=rig["h2"])
    anna.sees(ben)
    ben.sees(anna)
    _befriend(anna, ben)
    rig.impair("h2", loss=20, dup=10, delay=5, jitter=5, reorder=10)
    texts = [f"number {number}" for number in range(100)] + ["long " * 5000]
    for text in texts:
        anna.say("send", to=ben.peer_id, text=text)
        ben.say("send", to=anna.peer_id, text=text)
    ids = [anna.wait("message", text=text, direction="out")["id"] for text in texts]
    for message in ids:
        anna.delivered(message, within_s=60)
    ben.wait("message", text=texts[-1], direction="in")
    anna.wait("message", text=texts[-1], direction="in", within_s=60)
    assert ben.heard_from(anna) == texts
    assert anna.heard_from(ben) == texts


def test_text_to_someone_away_waits_and_is_delivered_when_they_come(
    friends: tuple[Headless, Headless], start: Start
) -> None:
    anna, ben = friends
    since = anna.mark()
    ben.quit()
    anna.loses(ben, since=since, within_s=20)
    message = anna.send(ben, "for later")
    assert anna.ask("status")["queued"] == 1
    assert anna.messages_with(ben)[-1]["state"] == "queued"
    again = start("ben")
    anna.delivered(message)
    assert again.wait("message", id=message)["text"] == "for later"
    assert anna.ask("status")["queued"] == 0


def test_waiting_text_survives_a_restart_of_its_sender(
    friends: tuple[Headless, Headless], start: Start
) -> None:
    anna, ben = friends
    ben.quit()
    message = anna.send(ben, "for later")
    anna.kill()
    anna = start("anna")
    assert anna.ask("status")["queued"] == 1
    ben = start("ben")
    anna.delivered(message)
    assert ben.wait("message", id=message)["text"] == "for later"
    assert ben.heard_from(anna) == ["for later"]


def test_ref_of_a_send_means_it_is_on_disk(
    friends: tuple[Headless, Headless], start: Start
) -> None:
    """kill -9 right after the answer: the text is not lost."""
    anna, ben = friends
    ben.quit()
    texts = []
    for number in range(5):
        texts.append(f"before kill {number}")
        anna.send(ben, texts[-1])
        anna.kill()
        anna = start("anna")
    ben = start("ben")
    ben.wait("message", text=texts[-1])
    assert ben.heard_from(anna) == texts


def test_killed_receiver_gets_everything_once(
    friends: tuple[Headless, Headless], start: Start
) -> None:
    """What was announced before the kill is in the history; nothing comes twice."""
    anna, ben = friends
    sent: list[str] = []
    for turn in range(4):
        for number in range(50):
            sent.append(f"turn {turn} number {number}")
            anna.say("send", to=ben.peer_id, text=sent[-1])
        ben.wait("message", text=f"turn {turn} number 10")
        ben.kill()
        ben = start("ben")
    final = anna.send(ben, "final")
    anna.delivered(final, within_s=40)
    kept = [one["text"] for one in ben.messages_with(anna)]
    assert kept == [*sent, "final"]


def test_killed_sender_sends_everything_once(
    friends: tuple[Headless, Headless], start: Start
) -> None:
    anna, ben = friends
    durable: list[str] = []
    for turn in range(4):
        refs = [anna.say("send", to=ben.peer_id, text=f"{turn}/{n}") for n in range(50)]
        anna.wait("message", ref=refs[20])
        anna.kill()
        durable += [str(line["text"]) for line in anna.all("message", direction="out")]
        anna = start("anna")
    anna.delivered(anna.send(ben, "final"), within_s=40)
    got = ben.heard_from(anna)
    assert len(got) == len(set(got))
    assert [text for text in got if text in set(durable)] == durable
    assert got[-1] == "final"


def test_read_survives_while_the_other_is_away(
    friends: tuple[Headless, Headless], start: Start
) -> None:
    anna, ben = friends
    message = anna.send(ben, "read me")
    ben.wait("message", id=message)
    anna.delivered(message)
    since = ben.mark()
    anna.quit()
    ben.loses(anna, since=since, within_s=20)
    ben.ask("read", **{"with": anna.peer_id})
    anna = start("anna")
    anna.wait("state", id=message, state="read")
    assert anna.messages_with(ben)[-1]["state"] == "read"


def test_text_that_was_not_delivered_can_be_taken_back(
    friends: tuple[Headless, Headless], start: Start
) -> None:
    anna, ben = friends
    since = anna.mark()
    ben.quit()
    anna.loses(ben, since=since, within_s=20)
    gone, kept = anna.send(ben, "taken back"), anna.send(ben, "kept")
    anna.say("cancel", message=gone)
    anna.reached(gone, "failed")
    ben = start("ben")
    anna.delivered(kept)
    ben.wait("message", id=kept)
    assert ben.heard_from(anna) == ["kept"]
