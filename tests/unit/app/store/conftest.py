from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.unit.app.store import lodge
from tests.unit.app.store.desk import Desk, peer_id


@pytest.fixture
def database(tmp_path: Path) -> Path:
    return tmp_path / "landline.db"


@pytest.fixture
def desk(database: Path) -> Iterator[Desk]:
    with Desk(database) as opened:
        yield opened


@pytest.fixture
def lodge_of_three(desk: Desk) -> Desk:
    """A room with Ann and Ben, and lanes to both."""
    desk.meet(1, "Ann")
    desk.meet(2, "Ben")
    desk.do(lambda w: lodge.save(w, peer_id(1), peer_id(2)))
    return desk
