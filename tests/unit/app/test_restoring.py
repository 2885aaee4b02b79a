"""A backup in the place of a profile: whole in the end, wherever it was cut; nothing is lost."""

import os
from pathlib import Path

import msgspec
import pytest

from app import backup
from app.backup import Cost, write_backup
from app.errors import KnownError
from app.model import TransferState
from app.profile import Profile
from app.restoring import finish, kept_profiles, restore
from app.store.types import TransferFields, Word
from net.protocol.records import Verdict
from net.transfer.choices import Choices, Existing
from tests.unit.app.store.desk import Desk, an_offer, offer_item

WORD = "correct horse"


def make(folder: Path, text: str) -> Path:
    profile = Profile.open(folder)
    profile.change(profile.settings)
    profile.close()
    with Desk(folder / "landline.db") as desk:
        desk.send(desk.meet(), 1, text)
    return folder


def text_in(folder: Path) -> str:
    with Desk(folder / "landline.db") as desk:
        return desk.chat(desk.meet())[0].text


@pytest.fixture
def here(tmp_path: Path) -> Path:
    made = make(tmp_path / "here", "mine")
    (made / "pictures").mkdir()
    (made / "pictures" / "one.png").write_bytes(b"png")
    return made


@pytest.fixture
def sealed(tmp_path: Path) -> Path:
    there = make(tmp_path / "there", "theirs")
    target = tmp_path / "me.landline-backup"
    write_backup(there, target, WORD, cost=Cost(passes=1, memory_kib=64))
    return target


def bring(source: Path, profile: Path, word: str = WORD) -> bool:
    return restore(source, profile, word, told=lambda *_: None, is_cancelled=lambda: False)


def seed_of(folder: Path) -> bytes:
    return (folder / "identity.key").read_bytes()


def test_it_takes_its_place_at_the_next_start_and_what_was_there_is_kept(
    here: Path, sealed: Path, tmp_path: Path
) -> None:
    mine, theirs = seed_of(here), seed_of(tmp_path / "there")
    assert bring(sealed, here)
    assert seed_of(here) == mine
    assert kept_profiles(here) == []
    opened = Profile.open(here)
    opened.close()
    assert opened.seed == theirs != mine
    assert text_in(here) == "theirs"
    (kept,) = kept_profiles(here)
    assert seed_of(kept) == mine
    assert text_in(kept) == "mine"
    assert (kept / "pictures" / "one.png").exists()
    again = Profile.open(here)
    again.close()
    assert again.seed == theirs
    assert kept_profiles(here) == [kept]
    assert {one.name for one in here.iterdir()} == {
        *("identity.key", "settings.json", "landline.db", "profile.lock", kept.name),
        *(one.name for one in here.glob("landline.db-*")),
    }


def test_a_profile_that_is_in_use_is_left_as_it_is(here: Path, sealed: Path) -> None:
    opened = Profile.open(here)
    try:
        with Desk(here / "landline.db") as desk:
            assert bring(sealed, here)
            assert [one.text for one in desk.chat(desk.meet())] == ["mine"]
    finally:
        opened.close()


def test_a_cut_between_any_two_steps_is_gone_on_from(
    here: Path, sealed: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert bring(sealed, here)
    rename, left, cuts = os.rename, 0, 0

    def dying(source: Path, target: Path) -> None:
        nonlocal left
        if left == 0:
            raise OSError("the power is gone")
        left -= 1
        rename(source, target)

    monkeypatch.setattr(os, "rename", dying)
    for allowed in (0, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1):
        left = allowed
        try:
            finish(here)
        except OSError:
            cuts += 1
            continue
        break
    assert cuts > 5
    monkeypatch.undo()
    finish(here)
    assert seed_of(here) == seed_of(tmp_path / "there")
    assert text_in(here) == "theirs"
    (kept,) = kept_profiles(here)
    assert text_in(kept) == "mine"
    assert (kept / "pictures" / "one.png").exists()


def test_two_in_a_row_are_both_kept(
    here: Path, sealed: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("time.strftime", lambda _: "20260101-000000")
    assert bring(sealed, here)
    finish(here)
    assert bring(sealed, here)
    finish(here)
    assert sorted(map(text_in, kept_profiles(here))) == ["mine", "theirs"]
    assert seed_of(here) == seed_of(tmp_path / "there")


def test_what_was_not_read_whole_is_nothing(here: Path, sealed: Path) -> None:
    before = sorted(here.iterdir())
    with pytest.raises(KnownError):
        bring(sealed, here, "another one")
    assert not restore(sealed, here, WORD, told=lambda *_: None, is_cancelled=lambda: True)
    assert sorted(here.iterdir()) == before
    (here / ".landline-restore-abc").mkdir()
    (here / ".backup-abc").mkdir()
    (here / ".backup-abc" / "landline.db").write_bytes(b"what was deleted since")
    assert not finish(here)
    assert sorted(here.iterdir()) == before


@pytest.mark.parametrize("folder", ["/gone/elsewhere", "/" + "x" * 5000, "/a\0b"])
def test_a_folder_of_another_computer_is_not_used(
    here: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, folder: str
) -> None:
    there = Profile.open(make(tmp_path / "there", "theirs"))
    there.change(msgspec.structs.replace(there.settings, downloads=folder))
    there.close()
    monkeypatch.setattr(backup, "Cost", lambda: Cost(passes=1, memory_kib=64))
    write_backup(there.path, tmp_path / "b", WORD)
    assert bring(tmp_path / "b", here)
    opened = Profile.open(here)
    opened.close()
    assert opened.settings.downloads == ""
    assert opened.settings.name == there.settings.name


def test_a_folder_where_programs_start_is_not_used_for_being_there(
    here: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Only a folder that was used here before stays."""
    monkeypatch.setattr(backup, "Cost", lambda: Cost(passes=1, memory_kib=64))
    for name in ("autostart", "mine"):
        (tmp_path / name).mkdir()
        for folder in (make(tmp_path / f"there-{name}", "x"), here):
            one = Profile.open(folder)
            one.change(msgspec.structs.replace(one.settings, downloads=str(tmp_path / name)))
            one.close()
            if name == "autostart":
                break
        write_backup(tmp_path / f"there-{name}", tmp_path / "b", WORD)
        assert bring(tmp_path / "b", here)
        opened = Profile.open(here)
        opened.close()
        assert opened.settings.downloads == ("" if name == "autostart" else str(tmp_path / name))


def test_what_was_accepted_in_a_backup_is_asked_about_again(here: Path, tmp_path: Path) -> None:
    """Else it would land, of whoever and wherever it says, and over what is there."""
    there, offer = make(tmp_path / "there", "theirs"), an_offer(1, "x.desktop")
    said = Word(Verdict.ACCEPTED, 7, 3, "")
    wanted = TransferFields(
        into="/home/me/.config/autostart", choices=Choices(Existing.REPLACE), ours=said,
        landing=".landline-0123456789abcdef",
    )  # fmt: skip
    with Desk(there / "landline.db") as desk:
        desk.receive(desk.meet(2), offer_item(1, offer))
        desk.do(
            lambda w: w.update_transfer(
                offer.transfer_id, state=TransferState.WAITING, reason=None, **wanted
            )
        )
    write_backup(there, tmp_path / "b", WORD, cost=Cost(passes=1, memory_kib=64))
    assert bring(tmp_path / "b", here)
    Profile.open(here).close()
    for _ in range(2):
        with Desk(here / "landline.db") as desk:
            found = desk.do(lambda w: w.transfer(offer.transfer_id))
            assert found is not None
            assert (found.state, found.into, found.landing) == (TransferState.OFFERED, None, None)
            assert found.choices == Choices()
            assert found.ours == Word(None, 7, 3, "")


def test_it_tells_how_far_it_is(here: Path, sealed: Path) -> None:
    told: list[tuple[int, int]] = []
    restore(sealed, here, WORD, told=lambda *one: told.append(one), is_cancelled=lambda: False)
    size = sealed.stat().st_size
    assert told[-1] == (size, size)
