"""What the profile takes on the disk: counted once, cleared when asked, never what is needed."""

import os
import time
from pathlib import Path

import pytest
from PySide6.QtWidgets import QLabel, QPushButton

from app.model import MessageKind, TransferState
from app.restoring import kept_profiles
from app.store.types import NewTransfer
from tests.unit.ui.stage import START_MS, Stage, peer_of, person, wait_until
from ui.dialogs.clear import ClearPicturesDialog, DeleteProfileDialog
from ui.settings.disk import DAY_S, FRESH_S, delete_kept, measure, spare_pictures
from ui.settings.storage import StoragePage

SIZE = 1000
PAGE = 7


@pytest.fixture
def folder(stage: Stage) -> Path:
    stage.meet("Ann")
    stage.be_ready(person("Ann"))
    folder = stage.board.preferences.window.folder
    (folder / "pictures").mkdir()
    return folder


def paste(folder: Path, name: str, days: float) -> Path:
    path = folder / "pictures" / f"{name}.png"
    path.write_bytes(bytes(SIZE))
    then_s = time.time() - days * DAY_S
    os.utime(path, (then_s, then_s))
    return path


def send(stage: Stage, path: Path, state: TransferState, *, is_shown: bool = True) -> None:
    """Offered to Ann; ``is_shown``: with its card in the chat."""
    number = path.stem.encode().ljust(16, b"0")[:16]
    new = NewTransfer(number, bytes(32), 1, 0, SIZE, (path.name,), START_MS, (str(path),))
    stage.write(lambda w: w.add_transfer(peer_of("Ann"), new))
    if is_shown:
        stage.write(lambda w: w.lane_for(peer_of("Ann"), lambda: b"lanelane"))
        stage.write(
            lambda w: w.add_message(
                peer_of("Ann"), number, kind=MessageKind.FILES, text="", time_ms=START_MS,
                encode=lambda _: b"", transfer_id=number,
            )
        )  # fmt: skip
    if state is not TransferState.OFFERED:
        stage.write(lambda w: w.update_transfer(number, state=state))


def opened(stage: Stage) -> StoragePage:
    window = stage.board.settings.open()
    window.open_page(PAGE)
    page = window.pages()[PAGE]
    assert isinstance(page, StoragePage)
    wait_until(lambda: page._messages.text() != "…")
    return page


def told(page: StoragePage) -> str:
    lines = (one.text() for one in page.findChildren(QLabel) if one.isVisible())
    return next((one for one in lines if "free now" in one or "There is none" in one), "")


def ask(stage: Stage, page: StoragePage, which: str) -> ClearPicturesDialog | None:
    """None where there is nothing to ask about."""
    page._tell("")
    page.which.setCurrentText(which)
    page.clear.click()
    asked: list[ClearPicturesDialog] = []

    def is_answered() -> bool:
        asked[:] = page.window().findChildren(ClearPicturesDialog)
        return bool(asked or told(page))

    wait_until(is_answered)
    return asked[0] if asked else None


def test_each_kind_is_counted_once(folder: Path) -> None:
    before = measure(folder)
    paste(folder, "one", 0)
    (folder / "offers").mkdir()
    (folder / "offers" / "list").write_bytes(bytes(300))
    kept = folder / "before-20261121-153000"
    kept.mkdir()
    (kept / "landline.db").write_bytes(bytes(5000))
    (kept / "pictures").mkdir()
    (kept / "pictures" / "two.png").write_bytes(bytes(70))
    now = measure(folder)
    assert (now.pictures, now.picture_count) == (SIZE, 1)
    assert now.kept == ((kept, 5070),)
    assert now.messages == before.messages > 0
    assert now.rest == before.rest + 300


def test_what_somebody_may_still_fetch_is_never_spare(stage: Stage, folder: Path) -> None:
    for state in TransferState:
        send(stage, paste(folder, state.value, 400), state)
    paste(folder, "never-sent", 400)
    paste(folder, "just-now", 0)
    assert stage.desk.open_history is not None
    history = stage.desk.open_history()
    spare = spare_pictures(folder, history.sent_files(), time.time())
    history.close()
    assert {one.path.stem for one in spare} == {"done", "declined", "cancelled", "never-sent"}
    assert {one.path.stem for one in spare if not one.is_shown} == {"never-sent"}
    assert all(one.age_s > FRESH_S for one in spare)


def test_the_age_is_chosen_and_what_goes_is_said_before(stage: Stage, folder: Path) -> None:
    send(stage, paste(folder, "old", 400), TransferState.DONE)
    send(stage, paste(folder, "needed", 400), TransferState.OFFERED)
    paste(folder, "spring", 100)
    paste(folder, "week", 7)
    page = opened(stage)
    assert page._pictures.text() == "4 pictures, 4.00 kB"
    dialog = ask(stage, page, "Older than 3 months")
    assert dialog is not None
    assert dialog.title.text() == "Delete 2 pictures?"
    assert "1 of them is still shown" in dialog.text.text()
    assert len([*(folder / "pictures").iterdir()]) == 4
    dialog.accept()
    wait_until(lambda: page._pictures.text() == "2 pictures, 2.00 kB")
    assert told(page) == "2.00 kB are free now."
    assert {one.stem for one in (folder / "pictures").iterdir()} == {"needed", "week"}


def test_what_no_chat_shows_is_the_first_choice(stage: Stage, folder: Path) -> None:
    send(stage, paste(folder, "shown", 400), TransferState.DONE)
    page = opened(stage)
    assert page.which.currentText() == "No longer shown anywhere"
    assert ask(stage, page, "No longer shown anywhere") is None
    assert told(page) == "There is none of these that could go."
    send(stage, paste(folder, "alone", 400), TransferState.DONE, is_shown=False)
    dialog = ask(stage, page, "No longer shown anywhere")
    assert dialog is not None
    assert dialog.title.text() == "Delete 1 picture?"
    dialog.reject()
    assert len([*(folder / "pictures").iterdir()]) == 2


def test_a_former_profile_is_listed_and_deleted_by_hand_only(stage: Stage, folder: Path) -> None:
    kept = folder / "before-20240110-153000"
    kept.mkdir()
    (kept / "identity.key").write_bytes(bytes(32))
    page = opened(stage)

    def buttons() -> list[QPushButton]:
        found = page.findChildren(QPushButton)
        return [one for one in found if "Former profile of" in one.accessibleName()]

    wait_until(lambda: bool(buttons()))
    (button,) = buttons()
    assert "10 January 2024, 15:30:00" in button.accessibleName()
    button.click()
    (dialog,) = page.window().findChildren(DeleteProfileDialog)
    assert kept_profiles(folder) == [kept]
    dialog.accept()
    wait_until(lambda: not any("Former" in one.text() for one in page.findChildren(QLabel)))
    assert kept_profiles(folder) == []


def test_a_profile_that_cannot_be_deleted_is_said_to_be_there(tmp_path: Path) -> None:
    (tmp_path / "before-x").write_text("no folder")
    assert not delete_kept(tmp_path / "before-x")
