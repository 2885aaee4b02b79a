from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.unit.app.store.desk import Desk


@pytest.fixture
def database(tmp_path: Path) -> Path:
    return tmp_path / "landline.db"


@pytest.fixture
def desk(database: Path) -> Iterator[Desk]:
    with Desk(database) as opened:
        yield opened
