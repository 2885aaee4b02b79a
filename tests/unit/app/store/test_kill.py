"""G-01: the process is killed while it writes."""

import signal
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import apsw
import pytest

from tests.unit.app.store.desk import WAIT_S, Desk

WRITE_UNTIL_KILLED = """
import sys
from pathlib import Path
from tests.unit.app.store.desk import Desk, an_id, item, meet, send
desk = Desk(Path(sys.argv[1])).__enter__()
peer = desk.meet()
for number in range(1, 100_000):
    desk.do(lambda w: (send(w, peer, number), w.receive(peer, b"their-id", 1, [item(number)])))
    print(number, flush=True)
"""


@pytest.mark.parametrize("lines", [1, 7, 40, 173])
def test_g01_kill_nine_while_writing_loses_nothing_that_was_promised(
    database: Path, lines: int
) -> None:
    process = subprocess.Popen(
        [sys.executable, "-c", WRITE_UNTIL_KILLED, str(database)], stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    with process, process.stdout:
        for _ in range(lines):
            process.stdout.readline()
        process.send_signal(signal.SIGKILL)
        process.wait(WAIT_S)
        promised = lines + len(process.stdout.read().split())
    with Desk(database) as desk:
        assert desk.report.set_aside is None
        peer = desk.meet()
        assert len(desk.do(lambda w: w.pending(peer, 0, 100_000))) >= promised
        lane = desk.do(lambda w: w.inbound(peer))
        assert lane is not None
        assert lane.next_seq > promised
        assert desk.do(lambda w: len(w.messages_before(peer, None, 200_000))) >= 2 * promised
    with closing(apsw.Connection(str(database))) as found:
        assert found.execute("PRAGMA integrity_check").get == "ok"
