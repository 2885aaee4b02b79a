"""A database taken along: whole, whoever writes meanwhile, and looked at before it is believed."""

from contextlib import closing
from pathlib import Path

import apsw
import pytest

from app.errors import ErrorCode, KnownError
from app.store.copying import check_copy, copy_database
from tests.unit.app.store.desk import Desk, texts


def marks(database: Path) -> set[str]:
    return {one.suffix for one in database.parent.iterdir()} & {".suspect", ".restored"}


def test_a_copy_has_what_is_committed_and_no_more_comes_into_it(
    database: Path, tmp_path: Path
) -> None:
    copy = tmp_path / "copy.db"
    with Desk(database) as desk:
        ann = desk.meet()
        desk.send(ann, 1, "before")
        copy_database(database, copy)
        desk.send(ann, 2, "after")
    with Desk(copy) as desk:
        assert texts(desk.chat(ann)) == ["before"]


@pytest.mark.parametrize("content", [None, b"no database " * 999], ids=["missing", "foreign"])
def test_what_cannot_be_copied_is_told(tmp_path: Path, content: bytes | None) -> None:
    source = tmp_path / "source.db"
    if content:
        source.write_bytes(content)
    with pytest.raises(KnownError) as fault:
        copy_database(source, tmp_path / "copy.db")
    assert fault.value.code is ErrorCode.DISK_ERROR


@pytest.mark.parametrize(
    ("pragma", "value", "code"),
    [
        ("application_id", 7, ErrorCode.BAD_REQUEST),
        ("user_version", 999, ErrorCode.PROFILE_TOO_NEW),
    ],
)
def test_a_copy_that_is_not_ours_or_of_the_future_is_refused_and_not_marked(
    database: Path, pragma: str, value: int, code: ErrorCode
) -> None:
    with Desk(database):
        pass
    with closing(apsw.Connection(str(database))) as forged:
        forged.pragma(pragma, value)
    with pytest.raises(KnownError) as fault:
        check_copy(database)
    assert fault.value.code is code
    assert marks(database) == set()


def test_a_copy_that_is_believed_is_looked_at_whole_at_its_first_start(database: Path) -> None:
    with Desk(database):
        pass
    check_copy(database)
    assert marks(database) == {".suspect", ".restored"}
