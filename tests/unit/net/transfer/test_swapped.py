"""C-19: where others may rename, a folder that goes is never the one they put in its place."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from net.transfer import landing
from net.transfer.landing import Landing, discard_landing

NAME = ".landline-0123456789abcdef"


@pytest.fixture
def inbox(tmp_path: Path) -> Path:
    """With what a transfer has left, and something of the user's."""
    made = tmp_path / "inbox"
    left = Landing(made, NAME, bytes(16), bytes(32))
    (made / NAME / "files" / "half").write_text("half")
    (made / "dear").mkdir()
    (made / "dear" / "diary").write_text("dear diary")
    os.rename(made / NAME, made / "kept")
    left.close()
    os.rename(made / "kept", made / NAME)
    return made


def swapping(real: Callable[..., object], inbox: Path) -> Callable[..., object]:
    """Does it, and then somebody renames."""

    def swap(*words: object) -> object:
        result = real(*words)
        os.rename(inbox / NAME, inbox / "moved")
        os.rename(inbox / "dear", inbox / NAME)
        return result

    return swap


def test_c19_a_folder_put_in_place_of_a_leftover_stays(
    inbox: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(landing, "lock_file", swapping(landing.lock_file, inbox))
    discard_landing(inbox, NAME)
    assert (inbox / NAME / "diary").read_text() == "dear diary"
    assert os.listdir(inbox / "moved") == []


def test_c19_a_folder_put_in_place_of_a_foreign_transfer_stays(
    inbox: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (inbox / NAME / "journal").write_text("damaged")
    monkeypatch.setattr(landing, "_empty", swapping(landing._empty, inbox))
    with pytest.raises(OSError, match="not empty"):
        Landing(inbox, NAME, bytes(16), bytes(32))
    assert (inbox / NAME / "diary").read_text() == "dear diary"
