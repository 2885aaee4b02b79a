"""Pictures that a peer with a valid key pushes, asks for, or lies about."""

import base64
import os
from collections.abc import Iterator
from contextlib import suppress

import pytest

from net.protocol.limits import PICTURE_MAX_BYTES
from net.protocol.records import (
    Frame,
    Hello,
    PictureAsk,
    PictureGive,
    Ping,
    Pong,
    decode_payload,
    encode_frame,
    pack_payloads,
    picture_hash,
)
from net.protocol.stream import StreamType
from net.streams import StreamHello
from tests.hostile.peer import HostilePeer
from tests.hostile.scene import Scene
from tests.unit.net.transfer.talk import End

MINE = b"what I look like"


def accept(scene: Scene, mallory: HostilePeer) -> None:
    scene.victim.ask("trust", peer=mallory.peer_id, accepted=True)


def stored(scene: Scene, mallory: HostilePeer) -> bytes:
    answer = scene.victim.ask("picture", of=mallory.peer_id)
    return base64.b64decode(answer["image"])


def told(scene: Scene, mallory: HostilePeer) -> str | None:
    people = {one["peer_id"]: one for one in scene.victim.ask("peers")["peers"]}
    found: str | None = people[mallory.peer_id]["picture"]
    return found


def give(mallory: HostilePeer, *images: bytes) -> End:
    """On a stream of theirs."""
    end = mallory.dial(StreamHello(v=1, use="chat"))
    for image in images:
        say_frame(end, PictureGive(image))
    return end


def say_frame(end: End, frame: Frame) -> None:
    (payload,) = pack_payloads([encode_frame(frame)], 1 << 20)
    end.say_bytes(payload, StreamType.FRAME)


def is_read(mallory: HostilePeer, end: End) -> None:
    """All that was said on this stream has been looked at."""
    token = int.from_bytes(os.urandom(4), "big")
    say_frame(end, Ping(token))
    mallory.hear(Pong, lambda pong: pong.token == token)


def given_on(end: End) -> Iterator[Frame]:
    """Until nothing comes any more."""
    with suppress(TimeoutError):
        while True:
            yield from decode_payload(end.hear()[1])


def asks(mallory: HostilePeer) -> list[PictureAsk]:
    return [frame for frame in mallory.heard if isinstance(frame, PictureAsk)]


def test_nobody_asks_a_stranger_and_what_they_push_is_not_kept(
    scene: Scene, mallory: HostilePeer
) -> None:
    mallory.say_hello(picture=picture_hash(MINE))
    end = give(mallory, MINE)
    is_read(mallory, end)
    mallory.listen(0.5)
    assert asks(mallory) == []
    accept(scene, mallory)
    assert mallory.hear(PictureAsk).picture == picture_hash(MINE)
    assert told(scene, mallory) is None
    assert stored(scene, mallory) == b""
    end.sock.close()


def test_a_stranger_is_neither_told_of_ours_nor_given_it(
    scene: Scene, mallory: HostilePeer
) -> None:
    scene.user_takes_picture(MINE)
    mallory.say(PictureAsk(picture_hash(MINE)))
    mallory.is_answered()
    scene.user_sets(name="victim the second")
    assert mallory.hear(Hello).picture is None
    accept(scene, mallory)
    assert mallory.hear(Hello).picture == picture_hash(MINE)
    mallory.say(PictureAsk(bytes(32)), PictureAsk(picture_hash(MINE)))
    end, hello = mallory.accept()
    assert hello["for"] == "chat"
    kind, body = end.hear()
    assert (kind, decode_payload(body)) == (StreamType.FRAME, (PictureGive(MINE),))
    end.sock.settimeout(0.5)
    with pytest.raises(TimeoutError):  # the question of when they were a stranger
        end.hear()
    end.sock.close()


def test_a_contact_gives_only_what_was_asked_for(scene: Scene, mallory: HostilePeer) -> None:
    accept(scene, mallory)
    end = give(mallory, b"not asked for")
    mallory.say_hello(picture=picture_hash(MINE))
    assert mallory.hear(PictureAsk).picture == picture_hash(MINE)
    say_frame(end, PictureGive(b"another one"))
    say_frame(end, PictureGive(MINE))
    scene.victim.wait("peer", peer_id=mallory.peer_id, picture=picture_hash(MINE).hex())
    assert stored(scene, mallory) == MINE
    end.sock.close()


def test_a_contact_who_changes_pictures_all_the_time_is_asked_seldom(
    scene: Scene, mallory: HostilePeer
) -> None:
    accept(scene, mallory)
    for _ in range(300):
        mallory.say_hello(picture=os.urandom(32))
    mallory.listen(0.5)
    assert 1 <= len(asks(mallory)) <= 4


def test_a_flood_of_questions_is_answered_a_few_times(scene: Scene, mallory: HostilePeer) -> None:
    face = os.urandom(PICTURE_MAX_BYTES)
    scene.user_takes_picture(face)
    accept(scene, mallory)
    end = give(mallory)
    is_read(mallory, end)
    question = PictureAsk(picture_hash(face))
    for _ in range(200):
        mallory.say(*[question] * 20)
    mallory.is_answered()
    end.sock.settimeout(0.5)
    assert 1 <= len(list(given_on(end))) <= 4
    end.sock.close()


@pytest.mark.parametrize("size", [0, PICTURE_MAX_BYTES + 1])
def test_a_picture_of_no_or_too_many_bytes_refuses_its_payload(
    scene: Scene, mallory: HostilePeer, size: int
) -> None:
    accept(scene, mallory)
    mallory.say_hello(picture=picture_hash(bytes(size)))
    mallory.hear(PictureAsk)
    end = give(mallory, bytes(size))
    is_read(mallory, end)
    assert stored(scene, mallory) == b""
    end.sock.close()
