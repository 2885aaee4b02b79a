"""Lines of input: each becomes one command or one clear refusal."""

import contextlib
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app import commands
from app.errors import ErrorCode, KnownError
from app.headless.fields import ref_of
from app.headless.requests import LINE_MAX_BYTES, Quit, parse_line
from app.model import Existing, Reach

KNOWN: list[tuple[dict[str, Any], object]] = [
    ({"do": "status"}, commands.GetStatus("r")),
    ({"do": "diagnose"}, commands.DiagnoseNetwork("r")),
    ({"do": "peers"}, commands.ListPeople("r")),
    ({"do": "send", "to": "Ann", "text": "hi"}, commands.SendText("Ann", "hi", "r")),
    (
        {"do": "send", "to": "Ann", "text": "hi", "reply_to": "m", "mentions": ["p"]},
        commands.SendText("Ann", "hi", "r", "m", ("p",)),
    ),
    ({"do": "edit", "message": "m", "text": "ho"}, commands.EditText("m", "ho", "r")),
    ({"do": "delete", "message": "m"}, commands.DeleteMessage("m", "r")),
    ({"do": "react", "message": "m", "emoji": "👍"}, commands.React("m", "👍", ref="r")),
    (
        {"do": "react", "message": "m", "emoji": "👍", "on": False, "with": "Ann"},
        commands.React("m", "👍", is_on=False, chat="Ann", ref="r"),
    ),
    (
        {"do": "forward", "message": "m", "to": "Bob", "with": "Ann"},
        commands.ForwardMessage("m", "Bob", "Ann", "r"),
    ),
    (
        {"do": "forward", "message": "m", "to": ["Bob", "Cim"]},
        commands.ForwardMessage("m", "Bob", None, "r", ("Cim",)),
    ),
    ({"do": "typing", "to": "Ann"}, commands.SetTyping("Ann", ref="r")),
    ({"do": "edits", "message": "m"}, commands.ListEdits("m", None, "r")),
    (
        {"do": "set", "read_receipts": False, "typing": False},
        commands.ChangeSettings(tells_read=False, tells_typing=False, ref="r"),
    ),
    ({"do": "set", "picture": ""}, commands.ChangeSettings(picture=b"", ref="r")),
    ({"do": "picture"}, commands.GetPicture(None, "r")),
    ({"do": "picture", "of": "Ann"}, commands.GetPicture("Ann", "r")),
    ({"do": "read", "with": "Ann"}, commands.MarkRead("Ann", "r")),
    (
        {"do": "send_files", "to": "Ann", "paths": ["/a", "b"]},
        commands.SendFiles("Ann", (Path("/a"), Path("b")), "r"),
    ),
    (
        {"do": "send_files", "to": ["Ann", "room:AB", "Bob"], "paths": ["/a"]},
        commands.SendFiles("Ann", (Path("/a"),), "r", ("room:AB", "Bob")),
    ),
    ({"do": "list_files", "transfer": "t"}, commands.ListOfferedFiles("t", 10_000, "r")),
    (
        {"do": "list_files", "transfer": "t", "limit": 5},
        commands.ListOfferedFiles("t", 5, "r"),
    ),
    ({"do": "accept", "transfer": "t"}, commands.AcceptTransfer("t", None, "r")),
    (
        {"do": "accept", "transfer": "t", "into": "/d"},
        commands.AcceptTransfer("t", Path("/d"), "r"),
    ),
    (
        {
            "do": "accept",
            "transfer": "t",
            "existing": "skip",
            "choices": {"a/b": "leave_out"},
            "only": ["a"],
        },
        commands.AcceptTransfer(
            "t", None, "r", Existing.SKIP, (("a/b", Existing.LEAVE_OUT),), ("a",)
        ),
    ),
    ({"do": "move", "transfer": "t"}, commands.MoveTransfer("t", None, "r")),
    ({"do": "move", "transfer": "t", "before": "u"}, commands.MoveTransfer("t", "u", "r")),
    ({"do": "transfers", "text": "x"}, commands.ListTransfers("r", "x")),
    (
        {"do": "trust", "peer": "p", "auto_accept_max": 5},
        commands.SetTrust("p", ref="r", auto_accept_max_bytes=5),
    ),
    (
        {"do": "set", "transfers_at_once": 20},
        commands.ChangeSettings(ref="r", transfers_at_once=20),
    ),
    ({"do": "decline", "transfer": "t"}, commands.DeclineTransfer("t", "r")),
    ({"do": "pause", "transfer": "t"}, commands.PauseTransfer("t", "r")),
    ({"do": "resume", "transfer": "t"}, commands.ResumeTransfer("t", "r")),
    ({"do": "cancel", "transfer": "t"}, commands.CancelTransfer("t", "r")),
    ({"do": "cancel", "message": "m"}, commands.CancelMessage("m", "r")),
    ({"do": "transfers"}, commands.ListTransfers("r")),
    ({"do": "history", "with": "Ann"}, commands.GetHistory("Ann", 50, None, "r")),
    (
        {"do": "history", "with": "Ann", "limit": 5, "before": "m"},
        commands.GetHistory("Ann", 5, "m", "r"),
    ),
    ({"do": "search", "text": "你好"}, commands.Search("你好", 50, "r")),
    ({"do": "connect", "address": "10.0.0.1"}, commands.Connect("10.0.0.1", "r")),
    (
        {"do": "trust", "peer": "Ann", "auto_accept": True},
        commands.SetTrust("Ann", auto_accept=True, ref="r"),
    ),
    ({"do": "set", "name": "Me"}, commands.ChangeSettings(name="Me", ref="r")),
    ({"do": "set", "reach": "everyone"}, commands.ChangeSettings(reach=Reach.EVERYONE, ref="r")),
]


@pytest.mark.parametrize(("fields", "command"), KNOWN)
def test_each_verb_becomes_its_command(fields: dict[str, Any], command: object) -> None:
    request = parse_line(json.dumps({**fields, "ref": "r", "later": [1]}).encode())
    assert not isinstance(request, Quit)
    assert request.command() == command


def test_quit_is_its_own_kind() -> None:
    assert isinstance(parse_line(b'{"do":"quit"}'), Quit)


@pytest.mark.parametrize(
    "line",
    [
        b"",
        b"hello",
        b"[]",
        b"null",
        b'"send"',
        b"{}",
        b'{"do":"dance"}',
        b'{"do":5}',
        b'{"do":"send","to":"Ann"}',
        b'{"do":"send","to":"Ann","text":5}',
        b'{"do":"send","to":["Ann"],"text":"x"}',
        b'{"do":"history","with":"Ann","limit":true}',
        b'{"do":"history","with":"Ann","limit":0}',
        b'{"do":"history","with":"Ann","limit":1e400}',
        b'{"do":"history","with":"Ann","limit":NaN}',
        b'{"do":"send_files","to":"Ann","paths":"/a"}',
        b'{"do":"send_files","to":"Ann","paths":[]}',
        b'{"do":"send_files","to":[],"paths":["/a"]}',
        b'{"do":"send_files","to":["Ann",5],"paths":["/a"]}',
        b'{"do":"set","reach":"nobody"}',
        b'{"do":"set","transfers_at_once":0}',
        b'{"do":"set","transfers_at_once":21}',
        b'{"do":"accept","transfer":"t","existing":"burn"}',
        b'{"do":"accept","transfer":"t","choices":{"a":"burn"}}',
        b'{"do":"trust","peer":"Ann","auto_accept_max":-2}',
        b'{"do":"trust","peer":"Ann","blocked":"yes"}',
        b'{"do":"status","ref":7}',
        b'{"do":"send","to":"Ann","text":"\xff\xfe"}',
        b"[" * 100_000,
    ],
)
def test_line_that_is_no_request_is_refused(line: bytes) -> None:
    with pytest.raises(KnownError) as caught:
        parse_line(line)
    assert caught.value.code is ErrorCode.BAD_REQUEST
    assert "\n" not in caught.value.detail


def test_line_above_one_mebibyte_is_refused_unread() -> None:
    line = b'{"do":"send","to":"Ann","text":"' + b"x" * LINE_MAX_BYTES + b'"}'
    with pytest.raises(KnownError):
        parse_line(line)


def test_cancel_names_one_thing() -> None:
    for line in (b'{"do":"cancel"}', b'{"do":"cancel","transfer":"t","message":"m"}'):
        request = parse_line(line)
        assert not isinstance(request, Quit)
        with pytest.raises(KnownError):
            request.command()


def test_ref_is_found_in_a_request_that_is_otherwise_wrong() -> None:
    assert ref_of(b'{"do":"dance","ref":"mine"}') == "mine"
    assert ref_of(b'{"do":"dance","ref":5}') is None
    assert ref_of(b"[") is None


@given(st.binary(max_size=300))
def test_any_line_is_a_request_or_refused(line: bytes) -> None:
    with contextlib.suppress(KnownError):
        parse_line(line)
    ref_of(line)
