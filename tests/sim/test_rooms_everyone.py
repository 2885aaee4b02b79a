"""What is said to all on the network, and files for a room."""

import asyncio
from pathlib import Path

from app.commands import (
    ChangeRoom,
    ChangeSettings,
    DeleteMessage,
    MarkRead,
    SendFiles,
    SendText,
    SetTrust,
)
from app.engine.everyone import EVERYONE_ID, STRANGERS_BURST
from app.errors import ErrorCode
from app.events import (
    Failed,
    MessagesChanged,
    OfferAdded,
    ReadMarked,
    RoomChanged,
)
from app.model import MessageState, Receipts
from net.protocol.identity import Identity
from net.protocol.rates import TokenBucket
from net.protocol.records import Edit, RoomPost, Text, encode_record
from net.protocol.rooms import EVERYONE, post_digest, sign_post
from tests.sim.rooms import (
    ask,
    chat,
    make_room,
    meet_all,
    play,
    receipts,
    said,
    shown,
    texts,
)
from tests.sim.test_rooms_hostile import hand_and_wait, post
from tests.sim.virtual import Air, Side, until


def test_everyone_here_hears_what_is_said_to_all(tmp_path: Path) -> None:
    async def scene(air: Air, sides: list[Side]) -> None:
        ann, ben, cim = sides
        await meet_all(air, *sides)
        ben.do(SetTrust(ann.text_id, accepted=True))
        ann.do(SendText("room:everyone", "lunch?"))
        await until(lambda: all("lunch?" in shown(side) for side in (ben, cim)))
        heard = said(cim, "lunch?")
        assert (heard.room_id, heard.peer_id) == (EVERYONE_ID, ann.text_id)
        mine = said(ann, "lunch?").message_id
        await until(lambda: receipts(ann, mine) == Receipts(2, 2, 0))
        cim.do(MarkRead(EVERYONE_ID))
        await asyncio.sleep(5)
        assert receipts(ann, mine) == Receipts(2, 2, 0)
        assert await texts(cim, EVERYONE_ID) == ["lunch?"]
        muted: RoomChanged = await ask(cim, ChangeRoom(EVERYONE_ID, is_muted=True), RoomChanged)
        assert muted.room.is_muted
        assert muted.room.is_everyone

    play(tmp_path, 3, scene)


def test_who_turned_everyone_off_hears_and_says_nothing_there(tmp_path: Path) -> None:
    async def scene(air: Air, sides: list[Side]) -> None:
        ann, ben = sides
        await meet_all(air, *sides)
        ben.do(ChangeSettings(hears_everyone=False))
        ann.do(SendText(EVERYONE_ID, "lunch?"))
        ann.do(SendText(ben.text_id, "you too"))
        await until(lambda: "you too" in shown(ben))
        assert "lunch?" not in shown(ben)
        ben.do(SendText(EVERYONE_ID, "what?"))
        await until(lambda: bool(ben.faults()))
        assert ben.faults()[-1].code is ErrorCode.WRONG_STATE

    play(tmp_path, 2, scene)


def test_who_is_away_does_not_hear_what_was_said_to_all(tmp_path: Path) -> None:
    async def scene(air: Air, sides: list[Side]) -> None:
        ann, ben, cim = sides
        await meet_all(air, *sides)
        await cim.stop()
        await until(lambda: ann.office.parts.presence.online_count == 1)
        ann.do(SendText(EVERYONE_ID, "lunch?"))
        await until(lambda: shown(ben) == ["lunch?"])
        await cim.start()
        for side in (ann, ben):
            air.meet(side, cim)
        await asyncio.sleep(60)
        assert shown(cim) == []
        assert (await ask(ben, MarkRead(EVERYONE_ID), ReadMarked)).chat_id == EVERYONE_ID

    play(tmp_path, 3, scene)


def test_only_plain_texts_are_said_to_everyone(tmp_path: Path) -> None:
    async def scene(air: Air, sides: list[Side]) -> None:
        ann, ben = sides
        await meet_all(air, *sides)
        for command in (
            SendText(EVERYONE_ID, "x", reply_to="0" * 32),
            SendText(EVERYONE_ID, "x", mentions=(ben.text_id,)),
        ):
            assert (await ask(ann, command, Failed)).code is ErrorCode.WRONG_STATE
        edit = post(EVERYONE, ann.identity, 1, Edit(bytes(16), 1, 1, "x"))
        await hand_and_wait(ann, ben, edit)
        assert await chat(ben, EVERYONE_ID) == []
        assert not ben.faults()

    play(tmp_path, 2, scene)


def test_nobody_says_much_at_once_to_everyone(tmp_path: Path) -> None:
    """A sender that keeps to no limit is not heard beyond it, and says other things still."""

    async def scene(air: Air, sides: list[Side]) -> None:
        ann, ben = sides
        await meet_all(air, *sides)
        for number in range(6):
            ann.do(SendText(EVERYONE_ID, f"call {number}"))
        await until(lambda: bool(ann.faults()))
        assert ann.faults()[-1].code is ErrorCode.TOO_FAST
        await until(lambda: "call 4" in shown(ben))
        ann.office.parts.everyone._own = TokenBucket(1000, 1000, 0.0)
        for number in range(100):
            ann.do(SendText(EVERYONE_ID, f"flood {number}"))
        ann.do(SendText(ben.text_id, "after all"))
        await until(lambda: "after all" in shown(ben))
        assert sum(text.startswith("flood") for text in shown(ben)) <= 4

    play(tmp_path, 2, scene)


def test_d04_d09_made_up_people_do_not_fill_the_room_of_everyone(tmp_path: Path) -> None:
    """Each would have a burst of their own; a contact is heard all the same."""

    async def scene(air: Air, sides: list[Side]) -> None:
        ann, ben = sides
        await meet_all(air, *sides)
        ben.do(SetTrust(ann.text_id, accepted=True))
        everyone = ben.office.parts.everyone
        heard = 0
        for number in range(2 * STRANGERS_BURST):
            unknown = Identity(number.to_bytes(32, "big"))
            person = ben.office.parts.people.meet(unknown.peer_id, unknown.public_key)
            record = encode_record(Text(bytes(16), 1, 1, "x" * (1 + 1000 * (number % 2))))
            digest = post_digest(record)
            signed = sign_post(unknown, EVERYONE, 1, digest)
            post = RoomPost(EVERYONE, unknown.peer_id, 1, digest, signed, record)
            heard += everyone.on_post(person, post).effect is not None
        assert heard == STRANGERS_BURST
        ann.do(SendText(EVERYONE_ID, "lunch?"))
        await until(lambda: "lunch?" in shown(ben))

    play(tmp_path, 2, scene)


def test_an_offer_in_a_room_says_for_whom_it_is(tmp_path: Path) -> None:
    async def scene(air: Air, sides: list[Side]) -> None:
        ann, ben, cim = sides
        await meet_all(air, *sides)
        room = await make_room(ann, ben, cim)
        (tmp_path / "a.txt").write_text("a")
        ann.do(SendFiles(room, (tmp_path / "a.txt",)))
        await until(lambda: len(ann.events(OfferAdded)) == 2)
        others = {ben.text_id, cim.text_id}
        for offers in ([e.message for e in ann.events(OfferAdded)], (await chat(ann, room))[1:]):
            assert {m.transfer.peer_id for m in offers if m.transfer} == others
        await until(lambda: any(m.transfer for m in ben.messages()))
        theirs = next(m for m in ben.messages() if m.transfer)
        assert theirs.transfer is not None
        assert (theirs.room_id, theirs.transfer.peer_id) == (room, ann.text_id)
        ann.do(SendText(ben.text_id, "see the room"))
        await until(lambda: "see the room" in shown(ben))
        ben.do(MarkRead(ann.text_id))
        await until(lambda: MessageState.READ in ann.states(said(ann, "see the room").message_id))
        assert ann.states(theirs.message_id)[-1] is MessageState.DELIVERED

    play(tmp_path, 3, scene)


def test_an_offer_in_a_room_that_was_deleted_before_it_went_out_never_goes_out(
    tmp_path: Path,
) -> None:
    async def scene(air: Air, sides: list[Side]) -> None:
        ann, ben = sides
        await meet_all(air, *sides)
        room = await make_room(ann, ben)
        await ben.stop()
        (tmp_path / "secret.txt").write_text("a")
        offer: OfferAdded = await ask(ann, SendFiles(room, (tmp_path / "secret.txt",)), OfferAdded)
        ann.do(DeleteMessage(offer.message.message_id))
        await until(lambda: bool(ann.events(MessagesChanged)))
        await ben.start()
        air.meet(ann, ben)
        ann.do(SendText(room, "later"))
        await until(lambda: "later" in shown(ben))
        await asyncio.sleep(5)
        assert not [m for m in ben.messages() if m.transfer]
        for file in ben.profile.database.parent.glob("*.db*"):
            assert b"secret.txt" not in file.read_bytes()

    play(tmp_path, 2, scene)
