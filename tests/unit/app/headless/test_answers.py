"""Events to lines: the fields that the contract promises, one JSON object each."""

import json
from dataclasses import replace
from typing import get_args

import msgspec

from app import events
from app.diagnosis import CardView, Finding, NetworkView
from app.errors import ErrorCode
from app.headless.answers import lines_of
from app.model import (
    Direction,
    Gap,
    Message,
    MessageKind,
    MessageState,
    News,
    OfferedFile,
    Person,
    Quote,
    Reaction,
    Reason,
    Receipts,
    Room,
    RoomAct,
    Transfer,
    TransferState,
    Way,
)

STATUS = events.Status("ID", "Ann", "1.0.0", 48484, 48484, 2, 1)
PERSON = Person("ID", "Ann", is_online=True, address="10.0.0.1:48484", rtt_ms=0.4)
TRANSFER = Transfer(
    "t" * 32, "ID", Direction.IN, TransferState.FAILED, 1, 9, ("a",), reason=Reason.NO_SPACE
)
MESSAGE = Message(
    "m" * 32, "ID", Direction.IN, MessageKind.TEXT, "hi\n\u2028", 5, MessageState.DELIVERED, 7
)
CARD = replace(MESSAGE, kind=MessageKind.FILES, text="", transfer=TRANSFER)

RICH = replace(
    MESSAGE,
    reply=Quote("ID", "q" * 32, "why?", is_here=True),
    edited_ms=9,
    is_forwarded=True,
    mentions=("ID",),
    reactions=(Reaction("👍", ("ID", "")), Reaction("🎉", ("ID",))),
)

ROOM = Room("room:ID", "Lab", ("", "ID"), b"png")
NEWS = replace(
    MESSAGE,
    kind=MessageKind.NEWS,
    text="",
    room_id="room:ID",
    news=News(RoomAct.ADDED, ("", "ID")),
)
POST = replace(MESSAGE, room_id="room:ID", peer_id="", receipts=Receipts(3, 2, 1))

EVENTS: list[events.Event] = [
    events.Ready(STATUS),
    events.StatusAnswered(STATUS, "r"),
    events.ProfileCopied("10.0.0.9:48484"),
    events.NetworksChanged(1),
    events.NetworkDiagnosed(NetworkView((CardView("eth0"),)), (Finding.NOBODY_HEARD,), "r"),
    events.PersonChanged(PERSON, "r"),
    events.PersonForgotten("ID", "r"),
    events.PeopleListed((PERSON,), "r"),
    events.MessagesAdded((MESSAGE, CARD), "r"),
    events.StatesChanged((events.StateChange("m" * 32, "ID", MessageState.READ),)),
    events.MessagesChanged((RICH,), "r"),
    events.GapsChanged("ID", (Gap("m" * 32, "ID", 7),)),
    events.GapsChanged("room:ID", ()),
    events.TypingChanged("ID", is_typing=True),
    events.EditsListed("m" * 32, (events.EarlierText("hj", 4),), "r"),
    events.ReadMarked("ID", "r"),
    events.ReadMarked("room:ID", "r"),
    events.RoomChanged(ROOM, "r"),
    events.RoomsListed((ROOM,), "r"),
    events.ReceiptsListed("m" * 32, (events.Receipt("ID", MessageState.READ),), "r"),
    events.MessagesAdded((NEWS, POST)),
    events.StatesChanged(
        (events.StateChange("m" * 32, "", MessageState.SENT, "room:ID", Receipts(3, 2, 1)),)
    ),
    events.OfferAdded(TRANSFER, CARD, "r"),
    events.TransferChanged(TRANSFER, "r"),
    events.OfferedFilesListed("t" * 32, (OfferedFile("a/b", 5), OfferedFile("c", 0, True)), 3, "r"),
    events.TransfersListed((TRANSFER,), "r"),
    events.HistoryListed((MESSAGE, CARD), "r"),
    events.PictureRead("ID", b"\xff\n", "r"),
    events.PictureRead("", b""),
    events.Found((MESSAGE,), "r"),
    events.Connected("ID", "r"),
    events.SettingsChanged("Ann", "requests", "r"),
    events.Failed(ErrorCode.TOO_LONG, "too long", "r"),
    events.Stopped("r"),
]

PROMISED = {
    "ready": {"peer_id", "name", "version", "udp_port", "tcp_port", "peers", "queued"},
    "status": {"peer_id", "name", "version", "udp_port", "tcp_port", "peers", "queued"},
    "peer": {"peer_id", "name", "online", "address", "route", "trust", "rtt_ms"},
    "message": {"id", "peer_id", "direction", "text", "time", "state", "request"},
    "changed": {"id", "peer_id", "direction", "text", "time", "state", "request"},
    "gaps": {"before"},
    "typing": {"peer_id", "on"},
    "diagnosis": {"findings", "cards", "port", "listening", "heard", "here", "by_stream"},
    "edits": {"id", "texts"},
    "state": {"id", "state"},
    "offer": {"transfer", "peer_id", "direction", "files", "size", "names", "state"},
    "transfer": {"transfer", "state", "bytes", "size", "rate", "path", "reason"},
    "error": {"code", "detail", "ref"},
    "peers": {"peers"},
    "transfers": {"transfers"},
    "files": {"transfer", "files", "count"},
    "picture": {"image"},
    "history": {"messages"},
    "found": {"messages"},
    "connected": {"peer_id"},
    "forgotten": {"peer_id"},
    "stopped": set(),
}


def test_every_event_has_its_lines() -> None:
    assert {type(event) for event in EVENTS} == set(get_args(events.Event))


def test_lines_have_the_fields_the_contract_promises() -> None:
    seen = set()
    for event in EVENTS:
        for line in lines_of(event):
            assert PROMISED.get(line["event"], set()) <= line.keys()
            seen.add(line["event"])
    assert seen >= PROMISED.keys()


def test_each_line_is_one_json_object_whatever_the_text() -> None:
    for event in EVENTS:
        for line in lines_of(event):
            data = msgspec.json.encode(line)
            assert b"\n" not in data
            assert isinstance(json.loads(data), dict)


def test_ref_comes_back_only_where_it_was_given() -> None:
    assert next(iter(lines_of(events.Failed(ErrorCode.EMPTY, "x", "mine"))))["ref"] == "mine"
    assert "ref" not in next(iter(lines_of(events.Failed(ErrorCode.EMPTY, "x"))))


def test_words_of_enums_are_plain_strings() -> None:
    line = next(iter(lines_of(events.TransferChanged(TRANSFER))))
    assert (line["state"], line["reason"]) == ("failed", "no_space")


def test_all_about_a_transfer_is_told() -> None:
    transfer = replace(
        TRANSFER,
        done_files=3,
        left_out_files=1,
        left_out_bytes=7,
        bad_names=("b",),
        skipped=("link",),
        skipped_count=2,
        way=Way.SENDER,
        queue_key=5,
    )
    (line,) = lines_of(events.TransferChanged(transfer))
    assert line["left_out"] == {"files": 1, "bytes": 7}
    assert (line["files_done"], line["bad_names"], line["place"]) == (3, ["b"], 5)
    assert (line["skipped"], line["skipped_count"], line["way"]) == (["link"], 2, "sender")
    (line,) = lines_of(events.TransferChanged(TRANSFER))
    assert line["way"] is None


def test_limits_are_told() -> None:
    (line,) = lines_of(events.PersonChanged(replace(PERSON, auto_accept_max_bytes=5)))
    assert line["auto_accept_max"] == 5
    (line,) = lines_of(events.SettingsChanged("Ann", "requests", transfers_at_once=7))
    assert line["transfers_at_once"] == 7


def test_what_a_text_is_besides_its_words_is_told_only_where_it_is_something() -> None:
    (line,) = lines_of(events.MessagesChanged((RICH,)))
    assert line["reply_to"] == {"id": "q" * 32, "peer_id": "ID", "text": "why?"}
    assert (line["edited"], line["forwarded"], line["mentions"]) == (9, True, ["ID"])
    assert line["reactions"] == [
        {"emoji": "👍", "mine": True, "peers": ["ID"]},
        {"emoji": "🎉", "mine": False, "peers": ["ID"]},
    ]
    (plain,) = lines_of(events.MessagesAdded((MESSAGE,)))
    assert (
        not {"reply_to", "edited", "deleted", "forwarded", "mentions", "reactions"} & plain.keys()
    )
