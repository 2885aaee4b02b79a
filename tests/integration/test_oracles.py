"""The oracles of the hostile tests themselves: each must be able to fail."""

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from net.protocol.packet import PacketType, prefix
from tests.e2e.headless import wait_until
from tests.hostile import oracles
from tests.hostile.oracles import (
    DESCRIPTORS_MAX,
    DESCRIPTORS_MEANWHILE_MAX,
    RSS_GROWTH_MAX_BYTES,
    THREADS_MAX,
    Cost,
    FolderWatch,
    Kept,
    Pulse,
    hold,
    is_of_profile,
    log_faults,
    prompt_faults,
    told_in_ms,
)
from tests.hostile.peer import HostilePeer
from tests.hostile.scene import Scene

needs_linux = pytest.mark.skipif(sys.platform != "linux", reason="folders are watched on Linux")


@pytest.fixture
def scene(_scene: Scene) -> Scene:
    """Without its guard: here it is harmed."""
    return _scene


def test_what_harms_nobody_passes(scene: Scene) -> None:
    with scene.unharmed():
        scene.victim.send(scene.honest, "as always")
    assert "beats" in told_in_ms(scene.beats_s)


# --- O1 -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "place", ["new", "etc/new", "landing/new", "landing2/new", "victim/new", "victim/offers.txt"]
)
def test_a_file_that_was_made_is_told(scene: Scene, place: str) -> None:
    path = scene.folder / place
    with pytest.raises(AssertionError, match=place), scene.unharmed():
        path.touch()
    path.unlink()


@needs_linux
@pytest.mark.parametrize("place", ["new", "etc/new", "landing/new", "victim/new"])
def test_a_file_that_was_made_and_is_gone_again_is_told(scene: Scene, place: str) -> None:
    path = scene.folder / place
    with pytest.raises(AssertionError, match=f"CREATE {place}\nDELETE {place}"), scene.unharmed():
        _make_and_remove(path)


def _make_and_remove(path: Path) -> None:
    path.touch()
    path.unlink()


def test_where_files_may_land_they_may(scene: Scene) -> None:
    with scene.unharmed(lands=True):
        _make_and_remove(scene.landing / "here")


@needs_linux
@pytest.mark.parametrize("name", ["identity.key", "settings.json"])
def test_a_key_or_a_setting_that_was_written_anew_is_told(scene: Scene, name: str) -> None:
    path = scene.folder / "victim" / name
    with pytest.raises(AssertionError, match=f"MODIFY victim/{name}"), scene.unharmed():
        path.write_bytes(path.read_bytes())


def test_a_canary_that_was_changed_or_swapped_is_told(scene: Scene) -> None:
    canary = scene.folder / "canary"
    for harm in (lambda: canary.write_text("silent"), lambda: canary.chmod(0o777), canary.unlink):
        with pytest.raises(AssertionError, match="canary"), scene.unharmed():
            harm()
        canary.write_text("sings")
        canary.chmod(0o644)


@needs_linux
def test_more_than_the_system_keeps_count_of_is_told(tmp_path: Path) -> None:
    limit = int(Path("/proc/sys/fs/inotify/max_queued_events").read_text())
    one, other = tmp_path / "landline.db", tmp_path / "landline.db-wal"
    with FolderWatch(tmp_path, is_of_profile) as watch:
        with one.open("wb", buffering=0) as first, other.open("wb", buffering=0) as second:
            for _ in range(limit // 2 + 2):
                first.write(b"x")
                second.write(b"x")
        assert any("Q_OVERFLOW" in fault for fault in watch.faults())


# --- O2 -------------------------------------------------------------------------------------

HOLDS = {
    "threads": f"""
import threading
over = threading.Event()
for _ in range({THREADS_MAX + 1}):
    threading.Thread(target=over.wait, daemon=True).start()
""",
    "descriptors": f"import os; held = [os.dup(0) for _ in range({DESCRIPTORS_MAX + 1})]",
    "bytes": f"held = bytearray(b'x') * {RSS_GROWTH_MAX_BYTES + (1 << 20)}",
}


@contextmanager
def process(holding: str) -> Iterator["subprocess.Popen[str]"]:
    """At the first line it is told it takes what it is ``holding``, and says so."""
    program = f"print('here', flush=True); input()\n{holding}\nprint('held', flush=True); input()"
    with subprocess.Popen(
        [sys.executable, "-c", program], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as made:
        try:
            yield made
        finally:
            made.kill()


@pytest.mark.parametrize("what", HOLDS)
def test_what_a_process_has_taken_is_told(what: str) -> None:
    with process(HOLDS[what]) as made:
        assert made.stdin is not None
        assert made.stdout is not None
        assert made.stdout.readline() == "here\n"
        before = Cost.of(made.pid)
        assert Cost.of(made.pid).faults(before) == []
        made.stdin.write("\n")
        made.stdin.flush()
        assert made.stdout.readline() == "held\n"
        assert [fault.split()[1] for fault in Cost.of(made.pid).faults(before)] == [what]


PASSING = f"""
import os
held = [os.dup(0) for _ in range({DESCRIPTORS_MEANWHILE_MAX + 1})]
print('held', flush=True); input()
for one in held: os.close(one)
"""


def test_descriptors_that_are_held_only_for_a_while_are_told() -> None:
    with process(PASSING) as made:
        assert made.stdin is not None
        assert made.stdout is not None
        assert made.stdout.readline() == "here\n"
        before = Cost.of(made.pid)
        with Pulse(lambda: None, lambda: None, made.pid) as pulse:
            made.stdin.write("\n")
            made.stdin.flush()
            assert made.stdout.readline() == "held\n"
            wait_until(lambda: bool(pulse.faults()))
            made.stdin.write("\n")
            made.stdin.flush()
            assert made.stdout.readline() == "held\n"
        assert pulse.faults() == [f"{DESCRIPTORS_MEANWHILE_MAX + 1} descriptors more"]
        assert Cost.of(made.pid).faults(before) == []


@pytest.mark.parametrize("cap", ["THREADS_MAX", "DESCRIPTORS_MAX", "RSS_GROWTH_MAX_BYTES"])
def test_what_the_victim_has_taken_is_told(
    scene: Scene, monkeypatch: pytest.MonkeyPatch, cap: str
) -> None:
    """With caps that are met at once: no attack is known that meets the true ones."""
    monkeypatch.setattr(oracles, cap, -(1 << 30))
    with pytest.raises(AssertionError, match=" more"), scene.unharmed():
        pass


# --- O3, O5 ---------------------------------------------------------------------------------


def test_a_loop_that_stands_still_is_told(scene: Scene) -> None:
    with pytest.raises(AssertionError, match=r"no (state)? \{'"), scene.unharmed():
        _stand_still(scene)


def _stand_still(scene: Scene) -> None:
    scene.victim.signal(signal.SIGSTOP)
    try:
        wait_until(lambda: bool(scene.pulse.faults()))
    finally:
        scene.victim.signal(signal.SIGCONT)


def test_an_honest_word_that_is_not_delivered_is_told(scene: Scene) -> None:
    def word() -> None:
        scene.honest.delivered("00" * 16, within_s=0.1)

    with Pulse(lambda: None, word, scene.victim.process.pid) as pulse:
        wait_until(lambda: bool(pulse.faults()))
    assert "no state" in pulse.faults()[0]


def test_an_honest_person_who_cannot_write_is_told(scene: Scene) -> None:
    with pytest.raises(AssertionError, match="blocked"), scene.unharmed():
        scene.honest.ask("trust", peer=scene.victim.peer_id, blocked=True)
    mark = scene.honest.mark()
    scene.honest.ask("trust", peer=scene.victim.peer_id, blocked=False)
    scene.honest.wait("peer", peer_id=scene.victim.peer_id, online=True, since=mark)


# --- O4 -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "line",
    [
        "Traceback (most recent call last):",
        "2026-11-21 18:11:52,123 INFO net.node: it \x1b[2J clears the screen",
        '{"event":"ready"}',
    ],
)
def test_a_line_that_is_no_record_of_ours_is_told(line: str) -> None:
    good = "2026-11-21 18:11:52,123 INFO net.node: a line"
    assert log_faults(good) == []
    assert log_faults(f"{good}\n{line}\n{good}") == [line]


def test_what_the_victim_says_besides_is_told(scene: Scene) -> None:
    with pytest.raises(AssertionError, match="not a JSON object a line"), scene.unharmed():
        scene.victim.garbage.append(b"ready")
    scene.victim.garbage.clear()
    log = scene.victim.log
    with pytest.raises(AssertionError, match="no record of ours"), scene.unharmed():
        scene.victim.log += "no record of ours\n"
    scene.victim.log = log


# --- O6 -------------------------------------------------------------------------------------


@pytest.mark.parametrize("what", ["verified", "auto_accept"])
def test_trust_that_was_changed_is_told(scene: Scene, what: str) -> None:
    with pytest.raises(AssertionError, match=" became "), scene.unharmed():
        scene.victim.ask("trust", peer=scene.honest.peer_id, **{what: True})
    scene.victim.ask("trust", peer=scene.honest.peer_id, **{what: False})


def test_a_word_that_was_changed_or_taken_away_is_told(scene: Scene) -> None:
    mine = scene.victim.send(scene.honest, "as I said it")
    with pytest.raises(AssertionError, match="as I never said it"), scene.unharmed():
        scene.victim.ask("edit", message=mine, text="as I never said it")
    with pytest.raises(AssertionError, match="as I never said it"), scene.unharmed():
        scene.victim.ask("delete", message=mine)


def test_a_word_that_the_honest_one_does_not_know_of_is_told(scene: Scene) -> None:
    kept = Kept.of(scene.victim, scene.honest)
    hold(kept.faults(scene.victim, scene.honest))
    scene.honest.ask("forget", peer=scene.victim.peer_id)
    assert "never said" in kept.faults(scene.victim, scene.honest)[0]


# --- O7 -------------------------------------------------------------------------------------


def test_more_than_was_sent_to_an_unproven_address_is_told() -> None:
    with HostilePeer() as mallory, socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as generous:
        generous.bind(("127.0.0.1", 0))
        mallory.port = generous.getsockname()[1]
        mallory.throw(prefix(PacketType.KNOCK) + bytes(20))
        assert generous.recv(100)
        generous.sendto(os.urandom(25), mallory.address)
        with pytest.raises(AssertionError, match="unproven"):
            mallory.listen(5.0)


# --- O8 -------------------------------------------------------------------------------------

COUNTED = ["Landline 1 request from strangers", "Landline 12 requests from strangers"]


def test_one_note_that_counts_and_what_known_people_write_are_no_prompts() -> None:
    assert prompt_faults([COUNTED[1], "Ben still there?"], 1, "Nobody") == []


@pytest.mark.parametrize(
    ("notes", "windows", "faults"),
    [
        ([], 2, ["2 windows"]),
        ([], 0, ["0 windows"]),
        (COUNTED, 1, COUNTED[1:]),
        (3 * COUNTED[:1], 1, 2 * COUNTED[:1]),
        (["Nobody 3 wants to send a file"], 1, ["Nobody 3 wants to send a file"]),
    ],
)
def test_more_than_one_note_a_window_or_a_word_of_theirs_is_told(
    notes: list[str], windows: int, faults: list[str]
) -> None:
    assert prompt_faults(notes, windows, "Nobody") == faults
