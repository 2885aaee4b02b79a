"""Pictures of people: told to contacts, fetched once, gone when they are taken away."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from app.commands import ChangeSettings, ForgetPerson, GetPicture, SetTrust
from app.engine.pictures import ASK_CAP_S, pause_s
from app.errors import ErrorCode
from app.events import Failed, PersonChanged, PersonForgotten, PictureRead, SettingsChanged
from net.protocol.limits import PICTURE_MAX_BYTES
from net.protocol.records import picture_hash
from tests.integration.engines import Host

FACE = b"\x89PNG" + bytes(range(256)) * 100
OTHER = b"\xff\xd8\xff another face"


@pytest.fixture
def pair(tmp_path: Path) -> Iterator[tuple[Host, Host]]:
    with Host(tmp_path, "Ann") as ann, Host(tmp_path, "Bob") as bob:
        ann.meet(bob)
        bob.meet(ann)
        yield ann, bob


def shown(host: Host, other: Host) -> str:
    """The hash of the other's picture, as it was told last."""
    told = [e.person for e in host.events if isinstance(e, PersonChanged)]
    return [one for one in told if one.peer_id == other.peer_id][-1].picture


def read(host: Host, chat: str | None, ref: str) -> bytes:
    host.submit(GetPicture(chat, ref))
    return host.wait(PictureRead, lambda e: e.ref == ref).image


def accept(host: Host, other: Host) -> None:
    host.submit(SetTrust(other.peer_id, accepted=True, ref="accept"))
    host.wait(PersonChanged, lambda e: e.ref == "accept")


def sees(host: Host, other: Host, image: bytes) -> None:
    wanted = picture_hash(image).hex() if image else ""
    host.until(lambda: shown(host, other) == wanted)


def test_contacts_see_a_picture_and_its_change_and_its_end(pair: tuple[Host, Host]) -> None:
    ann, bob = pair
    bob.submit(ChangeSettings(picture=FACE))
    assert bob.wait(SettingsChanged).picture == FACE
    accept(ann, bob)
    accept(bob, ann)
    sees(ann, bob, FACE)
    assert read(ann, bob.peer_id, "1") == FACE
    bob.submit(ChangeSettings(picture=OTHER))
    sees(ann, bob, OTHER)
    assert read(ann, bob.peer_id, "2") == OTHER
    assert read(bob, None, "mine") == OTHER
    bob.submit(ChangeSettings(picture=b""))
    sees(ann, bob, b"")
    assert read(ann, bob.peer_id, "3") == b""


@pytest.mark.parametrize("is_theirs", [True, False])
def test_one_who_is_not_accepted_by_both_is_shown_without(
    pair: tuple[Host, Host], is_theirs: bool
) -> None:
    """Ann sees Bob only when both accepted; a room of words passes, so nothing is on its way."""
    ann, bob = pair
    bob.submit(ChangeSettings(picture=FACE, ref="set"))
    bob.wait(SettingsChanged, lambda e: e.ref == "set")
    first, second = (bob, ann) if is_theirs else (ann, bob)
    accept(first, second)
    bob.submit(ChangeSettings(name="Robert"))
    ann.wait(PersonChanged, lambda e: e.person.name == "Robert")
    assert shown(ann, bob) == ""
    accept(second, first)
    sees(ann, bob, FACE)


def test_a_picture_outlives_a_restart_and_absence(tmp_path: Path) -> None:
    ann, bob = Host(tmp_path, "Ann"), Host(tmp_path, "Bob")
    with ann:
        with bob:
            ann.meet(bob)
            bob.meet(ann)
            accept(ann, bob)
            accept(bob, ann)
            bob.submit(ChangeSettings(picture=FACE))
            sees(ann, bob, FACE)
        ann.wait(PersonChanged, lambda e: not e.person.is_online)
        assert read(ann, bob.peer_id, "away") == FACE
    with ann:
        assert read(ann, bob.peer_id, "later") == FACE
    with bob:
        assert read(bob, None, "mine") == FACE


def test_a_blocked_contact_is_shown_without_and_a_forgotten_one_has_none(
    pair: tuple[Host, Host],
) -> None:
    ann, bob = pair
    accept(ann, bob)
    accept(bob, ann)
    bob.submit(ChangeSettings(picture=FACE))
    sees(ann, bob, FACE)
    ann.submit(SetTrust(bob.peer_id, blocked=True))
    sees(ann, bob, b"")
    ann.submit(SetTrust(bob.peer_id, blocked=False))
    sees(ann, bob, FACE)
    ann.submit(ForgetPerson(bob.peer_id))
    ann.wait(PersonForgotten)
    ann.until(lambda: shown(ann, bob) == "")
    assert read(ann, bob.peer_id, "forgotten") == b""


def test_a_picture_above_the_limit_is_refused_and_the_old_one_stays(
    pair: tuple[Host, Host],
) -> None:
    ann, _ = pair
    ann.submit(ChangeSettings(picture=FACE))
    ann.wait(SettingsChanged)
    ann.submit(ChangeSettings(name="Anna", picture=bytes(PICTURE_MAX_BYTES + 1), ref="big"))
    assert ann.wait(Failed, lambda e: e.ref == "big").code is ErrorCode.TOO_LONG
    assert read(ann, None, "mine") == FACE


def test_who_never_answers_is_asked_ever_more_rarely_and_for_ever() -> None:
    pauses = [pause_s(tries) for tries in range(12)]
    assert pauses == sorted(pauses)
    assert pauses[0] < 10
    assert pauses[-1] == pause_s(100_000) == ASK_CAP_S
