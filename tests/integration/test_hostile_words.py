"""ATTACKS A and B inside a session: a person with a valid key who says what nobody may."""

import os
from typing import Any

import pytest
from msgspec import Raw

from net.protocol.limits import PAYLOAD_MAX_BYTES
from net.protocol.names import safe_name
from net.protocol.records import (
    Ack,
    Bye,
    Data,
    Decision,
    Heard,
    Held,
    Hello,
    Pong,
    Read,
    Text,
    Verdict,
    Void,
    encode_frame,
    encode_record,
)
from tests.hostile.peer import HostilePeer
from tests.hostile.scene import Scene
from tests.hostile.words import HIGHEST, NAMES, NUMBERS, PAYLOADS, RECORDS, offer, pack, text


def is_told(scene: Scene, mallory: HostilePeer, words: str = "an honest word after all") -> None:
    """Mallory can still say something true, and the victim hears it at once and once."""
    mallory.tell(text(words))
    scene.victim.wait("message", peer_id=mallory.peer_id, text=words)
    assert len(scene.victim.all("message", peer_id=mallory.peer_id, text=words)) == 1


@pytest.mark.parametrize("payload", PAYLOADS.values(), ids=PAYLOADS.keys())
def test_a_payload_that_breaks_a_rule_changes_nothing(
    scene: Scene, mallory: HostilePeer, payload: bytes
) -> None:
    mallory.say_payload(payload)
    mallory.is_answered()


@pytest.mark.parametrize("seq", NUMBERS)
def test_b09_a_number_out_of_the_window_is_never_acknowledged(
    scene: Scene, mallory: HostilePeer, seq: int
) -> None:
    mallory.give(text("from nowhere"), seq=seq)
    mallory.is_answered()
    claimed = [frame for frame in mallory.heard if isinstance(frame, Ack)]
    assert all(ack.next_seq == 1 and not ack.beyond for ack in claimed)
    assert not scene.victim.all("message", peer_id=mallory.peer_id)
    mallory.seq = 0
    is_told(scene, mallory)


@pytest.mark.parametrize("low", [1000, 5000, 2**40, HIGHEST - 1])
def test_b09_a_lane_that_jumps_goes_on_where_it_says(
    scene: Scene, mallory: HostilePeer, low: int
) -> None:
    """As after a restored backup of the receiver: what is settled is not waited for."""
    mallory.tell(text("first"))
    mallory.give(text("then"), seq=low, low=low)
    mallory.hear(Ack, lambda ack: ack.next_seq == low + 1)
    scene.victim.wait("message", peer_id=mallory.peer_id, text="then")


def test_b12_one_number_twice_and_one_id_twice_are_one_text(
    scene: Scene, mallory: HostilePeer
) -> None:
    message = os.urandom(16)
    mallory.tell(text("first", message))
    mallory.give(text("another of that number"), seq=1)
    mallory.seq = 1
    mallory.tell(text("another of that id", message))
    is_told(scene, mallory)
    told = [line["text"] for line in scene.victim.all("message", peer_id=mallory.peer_id)]
    assert told == ["first", "an honest word after all"]


def test_b12_a_text_with_an_id_of_somebody_elses_replaces_nothing(
    scene: Scene, mallory: HostilePeer
) -> None:
    kept = scene.honest.send(scene.victim, "mine")
    scene.victim.wait("message", id=kept)
    mallory.tell(text("forged", bytes.fromhex(kept)))
    is_told(scene, mallory)
    honest = {one["id"]: one["text"] for one in scene.victim.messages_with(scene.honest)}
    assert honest[kept] == "mine"


@pytest.mark.parametrize("record", RECORDS.values(), ids=RECORDS.keys())
def test_a_record_that_makes_no_sense_is_passed_over_and_the_lane_goes_on(
    scene: Scene, mallory: HostilePeer, record: Any
) -> None:
    mallory.tell(record if isinstance(record, bytes) else pack(record))
    is_told(scene, mallory)
    assert len(scene.victim.all("message", peer_id=mallory.peer_id)) == 1
    assert not scene.victim.all("offer", peer_id=mallory.peer_id)


def test_b09_bytes_that_are_no_msgpack_inside_a_record_refuse_the_whole_payload(
    scene: Scene, mallory: HostilePeer
) -> None:
    mallory.give(b"\xc1")
    mallory.is_answered()
    mallory.seq = 0
    is_told(scene, mallory)


def test_a10_extreme_numbers_that_pass_are_taken_in(scene: Scene, mallory: HostilePeer) -> None:
    mallory.tell(Text(os.urandom(16), HIGHEST, HIGHEST, "from the far future"))
    mallory.tell(Text(os.urandom(16), 0, 0, "from 1970"))
    is_told(scene, mallory)
    texts = [one["text"] for one in scene.victim.messages_with(mallory.peer_id)]
    assert texts == ["from the far future", "from 1970", "an honest word after all"]


@pytest.mark.parametrize("words", ["\0", "a\0b", "\u202e\u0000", '\x1b[2J\r\n{"event":"ready"}'])
def test_a14_c12_a_text_cannot_break_out_of_its_line(
    scene: Scene, mallory: HostilePeer, words: str
) -> None:
    mallory.tell(text(words))
    line = scene.victim.wait("message", peer_id=mallory.peer_id)
    assert line["text"] == (words.replace("\0", "") or "\ufffd")


@pytest.mark.parametrize(
    "name", ["", " ", "\0", "\u200b\u202e", "x\n{}\n", "\x1b]0;x\x07", "\u3164"]
)
def test_a14_a15_f06_a_name_is_one_visible_line(
    scene: Scene, mallory: HostilePeer, name: str
) -> None:
    mallory.say_hello(name + "\n" + name)
    mallory.hear(Heard)
    mallory.is_answered()
    people = {one["peer_id"]: one for one in scene.victim.ask("peers")["peers"]}
    shown = people[mallory.peer_id]["name"]
    assert shown.strip()
    assert shown.isprintable()


def test_f14_a_flood_of_hellos_renames_seldom(scene: Scene, mallory: HostilePeer) -> None:
    since = scene.victim.mark()
    for number in range(2000):
        mallory.say_hello(f"name {number}")
        if number == 1000:
            scene.honest_word()
    mallory.is_answered()
    assert len(scene.victim.all("peer", since=since, peer_id=mallory.peer_id)) <= 10


def test_a_hello_after_goodbye_brings_nobody_back(scene: Scene, mallory: HostilePeer) -> None:
    since = scene.victim.mark()
    hello = Hello(99, b"e" * 8, "ghost", "", "", 1, 2000)
    mallory.say(Bye(), hello)
    gone = scene.victim.wait("peer", since=since, peer_id=mallory.peer_id, online=False)
    scene.honest_word()
    since = scene.victim.lines.index(gone)  # their coming may still have been told after the mark
    assert not scene.victim.all("peer", since=since, peer_id=mallory.peer_id, online=True)


@pytest.mark.parametrize("next_seq", [2, 1000, 2**32, HIGHEST])
def test_d18_e17_an_ack_of_what_was_never_sent_delivers_nothing(
    scene: Scene, mallory: HostilePeer, next_seq: int
) -> None:
    question = mallory.hear(Data)
    mallory.say(Ack(question.lane, next_seq, b"\xff" * 128))
    mallory.is_answered()
    message = scene.victim.send(mallory.peer_id, "not delivered yet")
    lane = mallory.hear(Data, lambda data: data.lane != question.lane or bool(data.records))
    mallory.say(Ack(lane.lane, 1))
    mallory.hear(Data, lambda data: bool(data.records))
    states = [line["state"] for line in scene.victim.all("state", id=message)]
    assert "delivered" not in states


def test_d18_a_liar_about_its_acks_renews_no_lane_again_and_again(
    scene: Scene, mallory: HostilePeer
) -> None:
    """Each would be a commit and a line in the log, as fast as lies can be sent."""
    mallory.hear(Data)
    for _ in range(5):
        for lane in lanes_asked_about(mallory):
            for _ in range(20):
                mallory.say(Ack(lane, HIGHEST))
        mallory.is_answered()
    scene.victim.send(mallory.peer_id, "in a lane that is settled")
    mallory.hear(Data, lambda data: bool(data.records))
    assert len(lanes_asked_about(mallory)) <= 2
    assert scene.victim.log.count(f"towards {mallory.peer_id[:8]}") <= 1


def lanes_asked_about(mallory: HostilePeer) -> set[bytes]:
    return {frame.lane for frame in mallory.heard if isinstance(frame, Data)}


def test_d07_who_is_held_up_again_and_again_is_not_sent_the_window_each_time(
    scene: Scene, mallory: HostilePeer
) -> None:
    """A frame of 30 bytes brought 35 KB, to an address that may be somebody else's."""
    mallory.say(Ack(mallory.hear(Data).lane, 1))
    for number in range(60):
        scene.victim.send(mallory.peer_id, f"{number} " + "x" * 900)
    lane = mallory.hear(Data, lambda data: bool(data.records)).lane
    mallory.is_answered()
    before = len(mallory.heard)
    for _ in range(100):
        mallory.say(Held(lane, (1,)), Held(lane))
        mallory.is_answered()
    again = [one for one in mallory.heard[before:] if isinstance(one, Data) and one.records]
    assert len(again) < 1000


def test_d18_a_flood_of_acks_pongs_and_heards_is_nothing(
    scene: Scene, mallory: HostilePeer
) -> None:
    for number in range(500):
        mallory.say(
            Ack(os.urandom(8), number, b"\xff" * 128),
            Pong(number),
            Heard(HIGHEST),
            Ack(mallory.lane, HIGHEST),
        )
    scene.honest_word()
    mallory.is_answered()


def test_e17_read_marks_of_anothers_lane_mark_nothing(scene: Scene, mallory: HostilePeer) -> None:
    message = scene.victim.send(scene.honest, "unread")
    scene.victim.delivered(message)
    for number in range(1, 50):
        mallory.give(Read(os.urandom(8), number))
    is_told(scene, mallory)
    assert not scene.victim.all("state", id=message, state="read")


def test_b12_b13_decisions_about_anothers_transfer_decide_nothing(
    scene: Scene, mallory: HostilePeer
) -> None:
    paths = [str(scene.landing.parent / "canary")]
    transfer = scene.victim.ask("send_files", to=scene.honest.peer_id, paths=paths)["transfer"]
    for verdict in Verdict:
        mallory.tell(Decision(bytes.fromhex(transfer), verdict, "by_user"))
    is_told(scene, mallory)
    listed = {one["transfer"]: one for one in scene.victim.ask("transfers")["transfers"]}
    assert listed[transfer]["state"] == "offered"


def test_e18_a_sender_cannot_call_its_own_transfer_done(scene: Scene, mallory: HostilePeer) -> None:
    transfer = os.urandom(16)
    mallory.tell(offer(transfer, ["a.txt"]))
    scene.victim.wait("offer", transfer=transfer.hex())
    for verdict in (Verdict.DONE, Verdict.ACCEPTED, Verdict.DECLINED):
        mallory.tell(Decision(transfer, verdict))
    listed = {one["transfer"]: one for one in scene.victim.ask("transfers")["transfers"]}
    assert listed[transfer.hex()]["state"] == "offered"


def test_c01_to_c17_names_in_an_offer_are_told_as_they_would_be_written(
    scene: Scene, mallory: HostilePeer
) -> None:
    transfer = os.urandom(16)
    mallory.tell(offer(transfer, NAMES))
    names = scene.victim.wait("offer", transfer=transfer.hex())["names"]
    assert names == [safe_name(name) for name in NAMES]
    assert all(name.isprintable() and not set(name) & set('/\\<>:"|?*') for name in names)


def test_d12_an_offer_of_more_than_any_disk_holds_is_refused_when_accepted(
    scene: Scene, mallory: HostilePeer
) -> None:
    transfer = os.urandom(16)
    mallory.tell(offer(transfer, ["huge"], HIGHEST))
    scene.victim.wait("offer", transfer=transfer.hex())
    assert scene.victim.refused("accept", transfer=transfer.hex()) == "no_space"


def test_b12_an_offer_under_a_known_transfers_id_is_no_second_offer(
    scene: Scene, mallory: HostilePeer
) -> None:
    transfer = os.urandom(16)
    mallory.tell(offer(transfer, ["first"]))
    mallory.tell(offer(transfer, ["second"]))
    is_told(scene, mallory)
    offers = scene.victim.all("offer", transfer=transfer.hex())
    assert [line["names"] for line in offers] == [["first"]]


def test_b12_an_offer_under_anothers_id_accepts_nothing_of_theirs(scene: Scene) -> None:
    """Auto-accept is for one person's offers, whatever id that person writes on them."""
    with HostilePeer("Oscar") as oscar, HostilePeer("Mallory") as mallory:
        for peer in (oscar, mallory):
            peer.meet(scene.victim.port)
            scene.victim.sees(peer.peer_id)
        scene.victim.ask("trust", peer=mallory.peer_id, accepted=True, auto_accept=True)
        transfer = os.urandom(16)
        oscar.tell(offer(transfer, ["oscars.txt"]))
        scene.victim.wait("offer", transfer=transfer.hex())
        mallory.tell(offer(transfer, ["mallorys.txt"]))
        is_told(scene, mallory)
        listed = {one["transfer"]: one for one in scene.victim.ask("transfers")["transfers"]}
        assert listed[transfer.hex()]["state"] == "offered"


def test_d09_a_burst_of_texts_holds_nobody_else_up(scene: Scene, mallory: HostilePeer) -> None:
    for number in range(1, 501):
        mallory.give(text(f"spam {number}"), seq=number)
    scene.honest_word()
    mallory.is_answered()
    told = [line["text"] for line in scene.victim.all("message", peer_id=mallory.peer_id)]
    assert len(told) == len(set(told))


def test_a19_gaps_in_a_lane_are_held_back_then_shown(scene: Scene, mallory: HostilePeer) -> None:
    """Nothing is ever reassembled from parts; the nearest thing to a fragment is a number."""
    mallory.give(text("third"), seq=3)
    mallory.give(text("second"), seq=2)
    mallory.give(text("first"), seq=1)
    mallory.hear(Ack, lambda ack: ack.next_seq == 4)
    scene.victim.wait("message", peer_id=mallory.peer_id, text="third")
    told = [line["text"] for line in scene.victim.all("message", peer_id=mallory.peer_id)]
    assert told == ["first", "second", "third"]


def test_e19_what_is_kept_back_is_said_to_be_missing_until_it_comes(
    scene: Scene, mallory: HostilePeer
) -> None:
    mallory.give(text("second"), seq=2)
    shown = scene.victim.wait("message", peer_id=mallory.peer_id, text="second")
    place = {"id": shown["id"], "peer_id": mallory.peer_id}
    scene.victim.wait("gaps", peer_id=mallory.peer_id, before=[place])
    scene.honest_word()
    mallory.give(text("first"), seq=1)
    scene.victim.wait("gaps", peer_id=mallory.peer_id, before=[])
    history = scene.victim.ask("history", **{"with": mallory.peer_id})["messages"]
    assert [one["text"] for one in history] == ["first", "second"]


def test_void_records_and_empty_questions_alone_cost_nothing(
    scene: Scene, mallory: HostilePeer
) -> None:
    for _ in range(200):
        mallory.say(Data(os.urandom(8), 1, ()))
    mallory.tell(Void())
    is_told(scene, mallory)


def test_b02_a_frame_of_exactly_one_datagram_passes(scene: Scene, mallory: HostilePeer) -> None:
    def frame_of(words: str) -> bytes:
        return encode_frame(Data(mallory.lane, 1, ((1, Raw(encode_record(text(words)))),)))

    words = "x" * (PAYLOAD_MAX_BYTES - 3 - len(frame_of("")) - 2)
    assert 3 + len(frame_of(words)) == PAYLOAD_MAX_BYTES
    mallory.say_frames([frame_of(words)])
    scene.victim.wait("message", peer_id=mallory.peer_id, text=words)
