"""Every verb of the headless shell, its errors, its refs, and lines that are no requests."""

import base64
import json
import os
from pathlib import Path

import pytest

from tests.e2e.conftest import Start
from tests.e2e.headless import Headless, Line
from tests.e2e.rig import Place

STATUS_FIELDS = {"peer_id", "name", "version", "udp_port", "tcp_port", "peers", "queued"}
PEER_FIELDS = {"peer_id", "name", "online", "address", "route", "trust", "rtt_ms"}
MESSAGE_FIELDS = {"id", "peer_id", "direction", "text", "time", "state"}
OFFER_FIELDS = {"transfer", "peer_id", "direction", "files", "size", "names", "state"}
NOBODY = "A" * 52
MIB = 1 << 20


def test_ready_is_the_first_line_and_says_what_status_says(start: Start) -> None:
    anna = start("anna")
    ready = anna.lines[0]
    assert ready["event"] == "ready"
    assert set(ready) >= STATUS_FIELDS
    status = anna.ask("status")
    assert status["event"] == "status"
    same = STATUS_FIELDS - {"peers"}
    assert {name: status[name] for name in same} == {name: ready[name] for name in same}
    assert status["name"] == "anna"
    assert status["queued"] == 0
    assert len(status["peer_id"]) == 52
    anna.quit()


def test_identity_is_kept_across_restarts(start: Start) -> None:
    first = start("anna")
    peer_id = first.peer_id
    first.quit()
    assert start("anna").peer_id == peer_id


def test_profile_is_private(start: Start, tmp_path: Path) -> None:
    start("anna").quit()
    assert (tmp_path / "anna").stat().st_mode & 0o777 == 0o700
    modes = {path.name: path.stat().st_mode & 0o077 for path in (tmp_path / "anna").iterdir()}
    assert set(modes.values()) == {0}, modes


def test_peers_lists_people_with_all_fields(pair: tuple[Headless, Headless]) -> None:
    anna, ben = pair
    people = {one["peer_id"]: one for one in anna.ask("peers")["peers"]}
    entry = people[ben.peer_id]
    assert set(entry) >= PEER_FIELDS
    assert entry["name"] == "ben"
    assert entry["online"] is True
    assert entry["address"] == f"127.0.0.1:{ben.port}"
    assert entry["route"] == "landline"
    assert entry["trust"] == "new"
    assert anna.peer_id not in people


@pytest.mark.parametrize("length", [6, 10, 52])
def test_person_is_named_by_prefix_of_the_id(pair: tuple[Headless, Headless], length: int) -> None:
    anna, ben = pair
    answer = anna.ask("send", to=ben.peer_id[:length], text="hi")
    assert answer["peer_id"] == ben.peer_id


def test_person_is_named_by_a_name_only_one_has(pair: tuple[Headless, Headless]) -> None:
    anna, ben = pair
    assert anna.ask("send", to="ben", text="hi")["peer_id"] == ben.peer_id


def test_name_that_two_people_have_is_refused(
    pair: tuple[Headless, Headless], start: Start
) -> None:
    anna, ben = pair
    other = start("other")
    other.ask("set", name="ben")
    anna.wait("peer", peer_id=other.peer_id, name="ben")
    assert anna.refused("send", to="ben", text="hi") == "ambiguous_person"
    assert anna.ask("send", to=ben.peer_id, text="hi")["peer_id"] == ben.peer_id


@pytest.mark.parametrize("person", [NOBODY, NOBODY[:6], "nobody", "", "x" * 100_000, "../ben"])
def test_unknown_person_is_an_error(start: Start, person: str) -> None:
    anna = start("anna")
    assert anna.refused("send", to=person, text="hi") == "unknown_person"
    assert anna.refused("read", **{"with": person}) == "unknown_person"
    assert anna.refused("history", **{"with": person}) == "unknown_person"
    assert anna.refused("trust", peer=person, accepted=True) == "unknown_person"
    assert anna.refused("send_files", to=person, paths=["/etc/hostname"]) == "unknown_person"
    assert anna.ask("status")["queued"] == 0


def test_prefix_below_six_characters_names_nobody(pair: tuple[Headless, Headless]) -> None:
    anna, ben = pair
    assert anna.refused("send", to=ben.peer_id[:5], text="hi") == "unknown_person"


def test_text_climbs_the_ladder_in_order(pair: tuple[Headless, Headless]) -> None:
    anna, ben = pair
    answer = anna.ask("send", to=ben.peer_id, text="hello")
    assert answer["event"] == "message"
    assert set(answer) >= MESSAGE_FIELDS
    assert answer["direction"] == "out"
    assert answer["state"] == "queued"
    anna.delivered(answer["id"])
    got = ben.wait("message", id=answer["id"])
    assert got["direction"] == "in"
    assert got["text"] == "hello"
    assert got["peer_id"] == anna.peer_id
    assert got["request"] is True
    ben.ask("read", **{"with": anna.peer_id})
    anna.wait("state", id=answer["id"], state="read")
    climbed = [line["state"] for line in anna.all("state", id=answer["id"])]
    ladder = ["queued", "sent", "delivered", "read"]
    assert climbed == sorted(set(climbed), key=ladder.index)


def test_whoever_answers_a_request_has_accepted_it(pair: tuple[Headless, Headless]) -> None:
    anna, ben = pair
    first = anna.send(ben, "may I?")
    assert ben.wait("message", id=first)["request"] is True
    anna.wait("peer", peer_id=ben.peer_id, trust="accepted")
    ben.send(anna, "you may")
    ben.wait("peer", peer_id=anna.peer_id, trust="accepted")
    second = anna.send(ben, "thanks")
    assert ben.wait("message", id=second)["request"] is False


def test_trust_changes_only_the_fields_given(pair: tuple[Headless, Headless]) -> None:
    anna, ben = pair
    assert anna.ask("trust", peer=ben.peer_id, accepted=True)["trust"] == "accepted"
    assert anna.ask("trust", peer=ben.peer_id, verified=True)["trust"] == "verified"
    assert anna.ask("trust", peer=ben.peer_id, auto_accept=True)["trust"] == "verified"
    assert anna.ask("trust", peer=ben.peer_id, blocked=True)["trust"] == "blocked"
    assert anna.ask("trust", peer=ben.peer_id, blocked=False)["trust"] == "verified"
    entries = anna.ask("peers")["peers"]
    assert [one["trust"] for one in entries if one["peer_id"] == ben.peer_id] == ["verified"]


def test_trust_is_kept_across_restarts(pair: tuple[Headless, Headless], start: Start) -> None:
    anna, ben = pair
    anna.ask("trust", peer=ben.peer_id, verified=True)
    anna.quit()
    again = start("anna")
    entries = {one["peer_id"]: one for one in again.ask("peers")["peers"]}
    assert entries[ben.peer_id]["trust"] == "verified"


def test_set_name_is_seen_by_others_and_kept(
    pair: tuple[Headless, Headless], tmp_path: Path, loopback: Place
) -> None:
    anna, ben = pair
    anna.ask("set", name="安娜 Anna")
    ben.wait("peer", peer_id=anna.peer_id, name="安娜 Anna")
    assert anna.ask("status")["name"] == "安娜 Anna"
    anna.quit()
    again = Headless(tmp_path / "anna", prefix=loopback.prefix)
    try:
        assert again.wait("ready")["name"] == "安娜 Anna"
        again.quit()
    finally:
        again.kill()


@pytest.mark.parametrize("name", ["", "   ", "\u200b", "\n"])
def test_name_without_a_visible_character_is_refused(start: Start, name: str) -> None:
    anna = start("anna")
    assert anna.refused("set", name=name) == "bad_request"
    assert anna.ask("status")["name"] == "anna"


def test_reach_is_requests_or_everyone(start: Start) -> None:
    anna = start("anna")
    anna.ask("set", reach="everyone")
    anna.ask("set", reach="requests")
    assert anna.refused("set", reach="nobody") == "bad_request"


def test_history_is_oldest_first_and_paged_by_message(pair: tuple[Headless, Headless]) -> None:
    anna, ben = pair
    ids = [anna.send(ben, f"text {number}") for number in range(7)]
    newest = anna.messages_with(ben, limit=3)
    assert [one["id"] for one in newest] == ids[4:]
    assert set(newest[0]) >= MESSAGE_FIELDS
    older = anna.messages_with(ben, limit=3, before=newest[0]["id"])
    assert [one["text"] for one in older] == ["text 1", "text 2", "text 3"]
    assert [one["id"] for one in anna.messages_with(ben)] == ids
    assert anna.refused("history", **{"with": ben.peer_id, "before": "0" * 32}) == "no_such_message"


def test_search_finds_newest_first_in_all_languages(pair: tuple[Headless, Headless]) -> None:
    anna, ben = pair
    texts = ["Morgen im Büro", "明天下午三点开会", "see you at the office 🏢", "开会改到四点"]
    ids = [anna.send(ben, text) for text in texts]
    for wanted, places in {
        "开会": [3, 1],
        "下午": [1],
        "office": [2],
        "buro": [0],
        "xyzzy": [],
        '"': [],
        "* OR NEAR(": [],
    }.items():
        found = anna.ask("search", text=wanted)
        assert found["event"] == "found"
        assert [one["id"] for one in found["messages"]] == [ids[place] for place in places], wanted
    assert len(anna.ask("search", text="开会", limit=1)["messages"]) == 1


def test_offer_tells_what_it_holds(pair: tuple[Headless, Headless], tmp_path: Path) -> None:
    anna, ben = pair
    names = [f"file {number:02}.txt" for number in range(25)]
    for name in names:
        (tmp_path / name).write_bytes(b"12345")
    answer = anna.ask("send_files", to="ben", paths=[str(tmp_path / name) for name in names])
    got = ben.wait("offer", transfer=answer["transfer"])
    for line, direction in ((answer, "out"), (got, "in")):
        assert set(line) >= OFFER_FIELDS
        assert line["direction"] == direction
        assert line["files"] == 25
        assert line["size"] == 125
        assert line["names"] == names[:20]
        assert line["state"] == "offered"
    for one in (anna, ben):
        listed = one.ask("transfers")["transfers"]
        assert [line["transfer"] for line in listed] == [answer["transfer"]]


@pytest.mark.parametrize(
    "verb", ["accept", "decline", "cancel", "pause", "resume", "move", "list_files"]
)
@pytest.mark.parametrize("transfer", ["0" * 32, "", "x", "../../etc"])
def test_unknown_transfer_is_an_error(start: Start, verb: str, transfer: str) -> None:
    assert start("anna").refused(verb, transfer=transfer) == "no_such_transfer"


def test_path_that_is_not_there_is_an_error(
    pair: tuple[Headless, Headless], tmp_path: Path
) -> None:
    anna, ben = pair
    since = ben.mark()
    there = tmp_path / "there"
    there.write_text("x")
    paths = [str(there), str(tmp_path / "missing")]
    assert anna.refused("send_files", to="ben", paths=paths) == "no_such_path"
    assert anna.ask("transfers")["transfers"] == []
    ben.delivered(ben.send(anna, "anything from you?"))
    assert ben.all("offer", since=since) == []


@pytest.mark.parametrize("address", ["", "nonsense", "300.1.1.1", "127.0.0.1:0", "127.0.0.1:99999"])
def test_address_that_is_none_is_an_error(start: Start, address: str) -> None:
    assert start("anna").refused("connect", address=address) in {"bad_address", "bad_request"}


def test_address_where_nobody_answers_is_an_error(start: Start) -> None:
    assert start("anna").refused("connect", address="127.0.0.1:9") == "unreachable"


NO_REQUESTS = {
    "no json": b"hello",
    "half an object": b'{"do":"status"',
    "two objects": b'{"do":"status"}{"do":"quit"}',
    "array": b'["status"]',
    "string": b'"status"',
    "number": b"1",
    "null": b"null",
    "no verb": b"{}",
    "unknown verb": b'{"do":"explode"}',
    "verb of a wrong type": b'{"do":1}',
    "missing field": b'{"do":"send","to":"ben"}',
    "wrong type of text": b'{"do":"send","to":"ben","text":1}',
    "wrong type of person": b'{"do":"send","to":["ben"],"text":"x"}',
    "wrong type of paths": b'{"do":"send_files","to":"ben","paths":"/etc/hostname"}',
    "no paths": b'{"do":"send_files","to":"ben","paths":[]}',
    "boolean as a number": b'{"do":"history","with":"ben","limit":true}',
    "number as a boolean": b'{"do":"trust","peer":"ben","blocked":1}',
    "text as a number": b'{"do":"history","with":"ben","limit":"5"}',
    "negative limit": b'{"do":"history","with":"ben","limit":-1}',
    "NaN": b'{"do":"history","with":"ben","limit":NaN}',
    "infinite": b'{"do":"history","with":"ben","limit":1e400}',
    "5,000 digits": b'{"do":"history","with":"ben","limit":' + b"9" * 5000 + b"}",
    "wrong type of ref": b'{"do":"status","ref":7}',
    "lone surrogate": b'{"do":"send","to":"ben","text":"\\ud800"}',
    "broken UTF-8": b'{"do":"send","to":"ben","text":"\xff\xfe"}',
    "nested 100,000 deep": b"[" * 100_000,
    "objects nested deep": b'{"do":' * 100_000,
    "zero bytes": b"\0\0\0",
    "above 1 MiB": b'{"do":"status","x":"' + b"x" * (2 * MIB) + b'"}',
    "just above 1 MiB": b'{"do":"status","x":"'.ljust(MIB - 1, b"x") + b'"}',
}


@pytest.mark.parametrize("line", NO_REQUESTS.values(), ids=NO_REQUESTS.keys())
def test_line_that_is_no_request_gets_an_error_and_changes_nothing(
    standing_pair: tuple[Headless, Headless], line: bytes
) -> None:
    anna, ben = standing_pair
    since = anna.mark()
    before = _settled(anna)
    anna.write(line + b"\n")
    anna.wait("error", code="bad_request", since=since)
    assert _settled(anna) == before
    assert len(anna.all("error", since=since)) == 1
    assert anna.messages_with(ben) == []
    assert anna.is_running()


def _settled(one: Headless) -> Line:
    status = one.ask("status")
    return {name: status[name] for name in ("peer_id", "name", "udp_port", "queued")}


def test_line_of_one_mib_is_a_request(start: Start) -> None:
    anna = start("anna")
    shell = b'{"do":"status","ref":""}'
    ref = "x" * (MIB - len(shell))
    anna.write(b'{"do":"status","ref":"' + ref.encode() + b'"}\n')
    anna.wait("status", ref=ref)


def test_error_carries_the_ref_of_a_request_that_is_wrong(start: Start) -> None:
    anna = start("anna")
    for number, request in enumerate(({"do": "explode"}, {"do": "send"}, {"do": 1}, {})):
        anna.write(json.dumps({**request, "ref": f"wrong {number}"}).encode() + b"\n")
        assert anna.wait("error", ref=f"wrong {number}")["code"] == "bad_request"


def test_empty_lines_and_dos_line_ends_are_harmless(start: Start) -> None:
    anna = start("anna")
    anna.write(b'\n\r\n  \n{"do":"status","ref":"dos"}\r\n')
    anna.wait("status", ref="dos")
    assert anna.all("error") == []


def test_unknown_fields_are_passed_over(start: Start) -> None:
    assert start("anna").ask("status", newer={"a": [1]})["event"] == "status"


def test_answers_come_in_the_order_of_requests(start: Start) -> None:
    anna = start("anna")
    refs = [f"n{number}" for number in range(200)]
    anna.write(b"".join(b'{"do":"peers","ref":"%s"}\n' % ref.encode() for ref in refs))
    anna.wait("peers", ref=refs[-1])
    assert [line["ref"] for line in anna.all("peers")] == refs


def test_what_a_peer_sends_stays_one_object_a_line(pair: tuple[Headless, Headless]) -> None:
    anna, ben = pair
    nasty = 'x\n{"event":"stopped"}\n\r\u2028\u2029\x85\x0b\x0c\x1b[2J"\\\t\u202e </script>'
    anna.ask("set", name='\n{"event":"stopped"}\n')
    answer = anna.send(ben, nasty)
    got = ben.wait("message", id=answer)
    assert got["text"] == nasty
    assert ben.all("stopped") == []
    assert ben.garbage == []


def test_help_and_unknown_options_end_at_once(tmp_path: Path) -> None:
    for options, status in ((["--help"], 0), (["--nonsense"], 2), (["--port", "99999"], 2)):
        one = Headless(tmp_path / "none", *options, takes_requests=True)
        assert one.ends_within(20) == status
        assert one.lines == []
    assert not os.path.exists(tmp_path / "none")


def test_ones_own_picture_is_set_given_kept_and_taken_away(start: Start, tmp_path: Path) -> None:
    anna, face, large = start("anna"), tmp_path / "face.png", tmp_path / "large.png"
    face.write_bytes(bytes(range(256)))
    large.write_bytes(bytes(32 * 1024 + 1))
    assert anna.refused("set", picture=str(tmp_path / "none")) == "no_such_path"
    assert anna.refused("set", picture=str(large)) == "too_long"
    assert anna.refused("picture", of=NOBODY) == "unknown_person"
    assert anna.refused("picture", of="room:" + NOBODY) == "no_such_room"
    assert anna.ask("picture")["image"] == ""
    assert anna.ask("set", picture=str(face))["picture_bytes"] == 256
    anna.quit()
    again = start("anna")
    assert again.lines[0]["picture_bytes"] == 256
    assert base64.b64decode(again.ask("picture")["image"]) == face.read_bytes()
    assert again.ask("set", picture="")["picture_bytes"] == 0
    assert again.ask("status")["picture_bytes"] == 0
