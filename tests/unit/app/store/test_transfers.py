"""Transfers: their states, and what is kept of them."""

from dataclasses import replace

import pytest

from app.errors import BugError, ErrorCode, KnownError
from app.model import Direction, MessageKind, Reason, TransferState, Way
from app.store.types import NewTransfer, TransferFields, Word
from app.store.writer import Writer
from net.protocol.records import Verdict
from net.protocol.rooms import RoomId
from net.transfer.choices import EVERYTHING, Choices, Existing
from tests.unit.app.store.desk import NOW_MS, Desk, an_id, an_offer, item, offer_item, peer_id

OURS = NewTransfer(
    an_id(7), b"h" * 32, 3, 1, 10**12, ("photos",), NOW_MS, ("/me/photos", "/b\udcff")
)


def test_what_was_offered_comes_back_whole(desk: Desk) -> None:
    ann = desk.meet()
    transfer = desk.do(lambda w: w.add_transfer(ann, OURS))
    stored = desk.do(lambda w: w.transfer(OURS.transfer_id))
    assert stored is not None
    assert stored.transfer == transfer
    assert (stored.peer_id, stored.manifest_hash) == (ann, OURS.manifest_hash)
    assert stored.sources == OURS.sources  # also a path that is not valid UTF-8
    assert (stored.state, stored.direction) == (TransferState.OFFERED, Direction.OUT)
    assert (transfer.files, transfer.folders, transfer.size_bytes) == (3, 1, 10**12)


def test_only_what_is_given_changes_and_a_reason_belongs_to_its_state(desk: Desk) -> None:
    ann = desk.meet()
    desk.receive(ann, offer_item(1, an_offer(7, "a.txt")))
    change = lambda **fields: desk.do(lambda w: w.update_transfer(an_id(7), **fields))  # noqa: E731
    change(state=TransferState.WAITING, into="/tmp/in")
    paused = change(state=TransferState.PAUSED, reason=Reason.NO_SPACE, done_bytes=500)
    assert (paused.state, paused.reason, paused.done_bytes) == (
        TransferState.PAUSED,
        Reason.NO_SPACE,
        500,
    )
    assert change(done_bytes=700).reason is Reason.NO_SPACE
    assert change(state=TransferState.RUNNING).reason is None
    done = change(state=TransferState.DONE, done_bytes=1234, path="/tmp/in/\udcff.txt")
    assert (done.path, done.done_bytes) == ("/tmp/in/\udcff.txt", 1234)
    stored = desk.do(lambda w: w.transfer(an_id(7)))
    assert stored is not None
    assert stored.into == "/tmp/in"


@pytest.mark.parametrize("end", [TransferState.DONE, TransferState.DECLINED])
def test_done_and_declined_are_for_good(desk: Desk, end: TransferState) -> None:
    ann = desk.meet()
    desk.do(lambda w: w.add_transfer(ann, OURS))
    desk.do(lambda w: w.update_transfer(an_id(7), state=end))
    desk.do(lambda w: w.update_transfer(an_id(7), state=end))
    with pytest.raises(KnownError) as raised:
        desk.do(lambda w: w.update_transfer(an_id(7), state=TransferState.RUNNING))
    assert raised.value.code is ErrorCode.WRONG_STATE
    with pytest.raises(BugError, match="never changes"):
        desk.do(lambda w: w._run("UPDATE transfer SET state = 2"))


def test_of_two_transfers_the_one_that_changed_is_given_back(desk: Desk) -> None:
    ann = desk.meet()
    for number in (1, 2):
        desk.receive(ann, offer_item(number, an_offer(number, f"{number}.txt")))
    changed = desk.do(lambda w: w.update_transfer(an_id(2), done_bytes=5))
    assert (changed.names, changed.done_bytes) == (("2.txt",), 5)
    assert {one.done_bytes for one in desk.do(lambda w: w.transfers(9))} == {0, 5}
    desk.do(lambda w: w.update_transfer(an_id(2), state=TransferState.WAITING))
    listed = [(one.names, one.state) for one in desk.do(lambda w: w.transfers(9))]
    assert listed == [(("2.txt",), TransferState.WAITING), (("1.txt",), TransferState.OFFERED)]


def test_no_such_transfer_is_a_known_error(desk: Desk) -> None:
    assert desk.do(lambda w: w.transfer(an_id(9))) is None
    with pytest.raises(KnownError) as raised:
        desk.do(lambda w: w.update_transfer(an_id(9), done_bytes=1))
    assert raised.value.code is ErrorCode.NO_SUCH_TRANSFER


def test_d14_those_under_way_are_found_among_any_number_of_offers(desk: Desk) -> None:
    ann, bob = desk.meet(1), desk.meet(2)
    for number, peer in ((1, ann), (2, bob), (3, ann), (4, ann)):
        new = NewTransfer(an_id(number), bytes(32), 1, 0, 1, ("x",), NOW_MS)
        desk.do(lambda w, n=new, p=peer: w.add_transfer(p, n))
    desk.do(lambda w: w.update_transfer(an_id(3), state=TransferState.FAILED))
    desk.do(lambda w: w.update_transfer(an_id(4), state=TransferState.RUNNING))
    desk.do(lambda w: w.update_transfer(an_id(2), state=TransferState.PAUSED))
    found = [stored.transfer_id for stored in desk.do(lambda w: w.under_way())]
    assert found == [an_id(2), an_id(4)]
    newest = [transfer.transfer_id for transfer in desk.do(lambda w: w.transfers(2))]
    assert newest == [an_id(4).hex(), an_id(3).hex()]


def test_the_next_in_the_queue_is_behind_all_that_wait(desk: Desk) -> None:
    ann = desk.meet()
    next_key = lambda: desk.do(lambda w: w.next_queue_key())  # noqa: E731
    assert next_key() == 1
    for number, state in ((1, TransferState.PAUSED), (2, TransferState.DONE)):
        desk.receive(ann, offer_item(number, an_offer(number, "x")))
        fields = TransferFields(queue_key=10 * number)
        desk.do(lambda w, n=number, s=state, f=fields: w.update_transfer(an_id(n), state=s, **f))  # type: ignore[misc]
    assert next_key() == 11


def test_everything_about_a_run_comes_back_whole(desk: Desk) -> None:
    ann = desk.meet()
    desk.receive(ann, offer_item(1, an_offer(7, "a.txt", "b")))
    choices = Choices(Existing.SKIP, {"b/\ud83c": Existing.LEAVE_OUT}, frozenset({"b", "c/d"}))
    fields = TransferFields(
        done_bytes=5,
        done_files=1,
        left_out_files=2,
        left_out_bytes=34,
        bad_names=tuple(str(number) for number in range(30)),
        landing=".landline-0123456789abcdef",
        choices=choices,
        way=Way.SENDER,
        queue_key=9,
        ours=Word(Verdict.PAUSED, 2**61, 2**60, "no_space"),
        theirs=Word(Verdict.ACCEPTED, 3, 0),
        ended_ms=NOW_MS,
    )
    shown = desk.do(lambda w: w.update_transfer(an_id(7), **fields))
    stored = desk.do(lambda w: w.transfer(an_id(7)))
    assert stored is not None
    assert stored.transfer == shown
    assert (shown.done_files, shown.left_out_files, shown.wanted_bytes) == (1, 2, 1200)
    assert shown.bad_names == fields["bad_names"][:20]
    assert (shown.way, shown.queue_key) == (Way.SENDER, 9)
    assert (stored.choices, stored.landing) == (choices, fields["landing"])
    assert (stored.ours, stored.theirs) == (fields["ours"], fields["theirs"])
    assert stored.ended_ms == NOW_MS
    assert [s.transfer_id for s in desk.do(lambda w: w.landings())] == [an_id(7)]
    desk.do(lambda w: w.update_transfer(an_id(7), landing=None, choices=EVERYTHING))
    assert desk.do(lambda w: w.landings()) == []


def test_what_could_not_be_sent_is_named_and_counted(desk: Desk) -> None:
    ann = desk.meet()
    names = tuple(f"link {number}" for number in range(50))
    new = replace(OURS, skipped=names, skipped_count=1000)
    transfer = desk.do(lambda w: w.add_transfer(ann, new))
    assert (transfer.skipped, transfer.skipped_count) == (names[:20], 1000)


def test_transfers_are_searched_in_names_and_people(desk: Desk) -> None:
    ann, bob = desk.meet(1, "Ann"), desk.meet(2, "鲍勃 100%")
    for number, peer, name in ((1, ann, 'a "b".txt'), (2, bob, "报告.pdf"), (3, ann, "c_d")):
        new = NewTransfer(an_id(number), bytes(32), 1, 0, 1, (name,), NOW_MS)
        desk.do(lambda w, n=new, p=peer: w.add_transfer(p, n))

    def found(text: str) -> list[int]:
        listed = desk.do(lambda w: w.transfers(50, text))
        return [int(transfer.transfer_id, 16) for transfer in listed]

    assert found("") == [3, 2, 1]
    assert found("ANN") == [3, 1]
    assert (found('"B"'), found("报"), found("勃"), found("0%")) == ([1], [2], [2], [2])
    assert (found("_"), found("%"), found("\\"), found("nobody")) == ([3], [2], [], [])


def test_a_limit_for_taking_unasked_is_kept_and_lifted(desk: Desk) -> None:
    ann = desk.meet()
    for limit, kept in ((5, 5), (None, 5), (0, 0), (-1, None)):
        stored = desk.do(lambda w, n=limit: w.set_trust(ann, auto_accept_max_bytes=n))
        assert stored.auto_accept_max_bytes == kept
    desk.do(lambda w: w.remember_way(ann, Way.SENDER))
    stored_now = desk.do(lambda w: w.person(ann))
    assert stored_now is not None
    assert stored_now.way is Way.SENDER


def test_what_was_shared_comes_newest_first_and_by_conversation(desk: Desk) -> None:
    ann, bob = desk.meet(1), desk.meet(2, "Bob")
    for number in (1, 2, 3):
        desk.receive(ann, offer_item(number, an_offer(number, f"{number}.txt")))
    desk.receive(bob, offer_item(1, an_offer(9, "bob.txt")))
    desk.receive(ann, item(4, "no file"), offer_item(5, an_offer(4, "never-came.txt")))
    for number in (1, 2, 3, 9):
        done = an_id(number)
        desk.do(lambda w, one=done: w.update_transfer(one, state=TransferState.DONE))  # type: ignore[misc]
    names = lambda found: [one.transfer.names for one in found]  # noqa: E731
    with desk.reader() as reader:
        assert names(reader.shared(ann, 2)) == [("3.txt",), ("2.txt",)]
        assert names(reader.shared(bob, 10)) == [("bob.txt",)]
        assert reader.shared(peer_id(77), 10) == []
        assert reader.shared(ann, -1) == []


def offer_out(desk: Desk, number: int, state: TransferState | None, digest: bytes) -> None:
    """One of ours with its message, as far as ``state``."""
    new = NewTransfer(an_id(number), digest, 1, 0, 1, ("x",), NOW_MS, (f"/{number}",))

    def work(w: Writer) -> None:
        w.add_transfer(peer_id(1), new)
        w.add_message(
            peer_id(1),
            an_id(number),
            kind=MessageKind.FILES,
            text="",
            time_ms=NOW_MS,
            encode=lambda _key: b"offer",
            transfer_id=an_id(number),
        )
        if state is not None:
            w.update_transfer(an_id(number), state=state)

    desk.do(work)


@pytest.fixture
def offered(desk: Desk) -> Desk:
    """Ours: open, failed, cancelled, declined, done. Theirs: one."""
    desk.meet()
    ends = (None, *(TransferState[one] for one in ("FAILED", "CANCELLED", "DECLINED", "DONE")))
    for number, state in enumerate(ends, 1):
        offer_out(desk, number, state, bytes([number % 2]) * 32)
    desk.receive(peer_id(1), offer_item(1, an_offer(99, "theirs")))
    return desk


def test_standing_offers_are_ours_that_may_still_be_fetched(offered: Desk) -> None:
    def standing(digest: bytes | None = None) -> list[bytes]:
        return [one.transfer_id for one in offered.do(lambda w: w.standing_offers(digest))]

    assert standing() == [an_id(1), an_id(2), an_id(3)]
    assert standing(bytes([1]) * 32) == [an_id(1), an_id(3)]
    assert standing(bytes([9]) * 32) == []


def test_files_we_sent_are_needed_or_shown_or_neither(offered: Desk) -> None:
    offered.do(lambda w: w.delete_own(an_id(5)))
    found = offered.do(lambda w: w.sent_files())
    assert [one.paths for one in found] == [(f"/{number}",) for number in range(1, 6)]
    assert [(one.is_needed, one.is_shown) for one in found] == [
        (True, True),
        (True, True),
        (False, True),
        (False, True),
        (False, False),
    ]


OTHERS, OF_ROOM = 4_000, 2_000
ROOM = RoomId(b"\xf0" * 32)
_FILE = """
    INSERT INTO transfer (transfer_row, transfer_id, person_row, direction, state, manifest_hash,
        files, folders, size_bytes, names, time_ms)
    VALUES (?1, ?2, 1, 1, iif(?1 = ?3, 3, 4), zeroblob(32), 1, 0, 10, '["a.txt"]', 0)"""
_CARD = """
    INSERT INTO message (conversation_row, order_key, author, message_id, kind, text, time_ms,
        state, transfer_row)
    SELECT c.conversation_row, ?1, 1, ?2, 1, '', 0, 2, ?1 FROM conversation AS c
    WHERE (c.room_row IS NULL) = (?1 > ?3)"""


def _fill(w: Writer) -> None:
    """Files of a room, then more with a person, all of them here."""
    connection = w._connection
    connection.execute("INSERT INTO room (room_id, name, is_accepted) VALUES (?, 'R', 1)", (ROOM,))
    connection.execute("INSERT INTO conversation (room_row) SELECT room_row FROM room")
    w.set_draft(peer_id(1), "so that there is a conversation")
    rows = [(at, at.to_bytes(16, "big")) for at in range(1, OF_ROOM + OTHERS + 1)]
    connection.executemany(_FILE, [(*row, OF_ROOM - 1) for row in rows])
    connection.executemany(_CARD, [(*row, OF_ROOM) for row in rows])
    connection.execute("UPDATE message SET is_deleted = 1 WHERE transfer_row = ?", (OF_ROOM,))


def test_thousands_of_files_of_a_room_are_had_from_the_newest_without_those_of_others(
    desk: Desk,
) -> None:
    desk.meet(1)
    desk.do(_fill)
    steps = 0

    def count() -> bool:
        nonlocal steps
        steps += 1
        return False

    with desk.reader() as reader:
        reader.shared(ROOM, 1)  # it is prepared once
        reader._connection.set_progress_handler(count, 1)
        newest = reader.shared(ROOM, 7)
        few = steps
        reader._connection.set_progress_handler(None)
        everything = reader.shared(ROOM, 10_000)
        assert len(reader.shared(peer_id(1), 10_000)) == OTHERS
    assert few < 5_000
    shown = [OF_ROOM - 2 - at for at in range(OF_ROOM - 2)]
    assert [one.order_key for one in everything] == shown
    assert newest == everything[:7]
