"""`make demo`: two people meet on this machine, chat, and send a file and a folder.

Two real instances with profiles of their own: no root, no display, no network needed.
They speak over loopback alone, so that nobody else on the network sees them; with
ARGS=--everywhere on all networks. Leaves a transcript, what was received, and pictures
of both windows in build/demo, or in the folder after ARGS=--into.
"""

import argparse
import hashlib
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from tools.debian import WINDOW_LIBRARIES, missing_libraries
from tools.headless import ROOT, Headless, Line

FOLDER = ROOT / "build" / "demo"
PICTURE_S = 60.0
SOURCES = (ROOT / "README.md", ROOT / "resources")
"""A real file and a real folder."""
TALK = (
    (0, "Hi Ming, are you there? 👋"),
    (1, "在的!我这边看到你上线了。"),
    (0, "No server, no account — just this cable between us."),
    (1, "太好了。能把说明文档和资源文件夹发给我吗?"),
    (0, "Sure, here they come:"),
)
THANKS = "都收到了,谢谢!All there, byte for byte."
PATIENCE_S = 60.0


class Transcript:
    """What happens, as it happens: on the terminal and in a file."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._start = time.monotonic()

    def say(self, line: str) -> None:
        text = f"{time.monotonic() - self._start:6.2f} s  {line}"
        print(text, flush=True)
        with self._path.open("a", encoding="utf-8") as file:
            file.write(text + "\n")


class Speaker:
    """One person of the demo: a profile, and a headless instance while one runs."""

    def __init__(self, name: str, key: str, folder: Path, bind: Sequence[str]) -> None:
        self.name = name
        self.folder = folder
        self.bind = [word for address in bind for word in ("--bind", address)]
        self.profile = folder / "profiles" / key
        self.received = folder / "received" / key
        self.received.mkdir(parents=True)
        self.peer_id = ""
        self._running: Headless | None = None

    @property
    def instance(self) -> Headless:
        assert self._running is not None
        return self._running

    def start(self) -> None:
        self._running = Headless(self.profile, *self.bind, "--downloads", str(self.received))
        self.peer_id = self.instance.peer_id
        self.instance.ask("set", name=self.name)

    def quit(self) -> None:
        self.instance.quit()
        self._running = None

    def kill(self) -> None:
        if self._running is not None:
            self._running.kill()


def main(words: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="make demo")
    parser.add_argument("--everywhere", action="store_true")
    parser.add_argument("--into", type=Path, help="a folder that is not there yet")
    wanted = parser.parse_args(words)
    bind = () if wanted.everywhere else ("127.0.0.1",)
    folder: Path = wanted.into or FOLDER
    if not wanted.into:
        shutil.rmtree(FOLDER, ignore_errors=True)
    try:
        folder.mkdir(parents=True)
    except FileExistsError:
        raise SystemExit(f"{folder} is there already") from None
    transcript = Transcript(folder / "transcript.txt")
    anna = Speaker("Anna", "anna", folder, bind)
    ming = Speaker("小明", "ming", folder, bind)
    try:
        _meet(transcript, anna, ming)
        for who, text in TALK:
            speakers = (anna, ming) if who == 0 else (ming, anna)
            _send_text(transcript, *speakers, text)
        for path in SOURCES:
            _send_path(transcript, anna, ming, path)
        _send_text(transcript, ming, anna, THANKS)
        with _pictures_possible(transcript) as is_possible:
            if is_possible:
                _take_pictures(transcript, anna, ming)
        anna.quit()
        ming.quit()
        transcript.say("both closed cleanly")
    finally:
        anna.kill()
        ming.kill()
    print(f"transcript, pictures and what was received: {folder}")
    return 0


def _meet(transcript: Transcript, anna: Speaker, ming: Speaker) -> None:
    for one in (anna, ming):
        one.start()
        ready = one.instance.wait("ready")
        transcript.say(f"{one.name} is up: port {ready['udp_port']}, {one.peer_id[:14]}…")
    for one, other in ((anna, ming), (ming, anna)):
        seen = one.instance.wait("peer", peer_id=other.peer_id, online=True, name=other.name)
        transcript.say(f"{one.name} sees {seen['name']} at {seen['address']}")


def _send_text(transcript: Transcript, sender: Speaker, receiver: Speaker, text: str) -> None:
    start = time.monotonic()
    message = sender.instance.send(receiver.peer_id, text)
    sender.instance.delivered(message)
    took_ms = (time.monotonic() - start) * 1000
    got = receiver.instance.wait("message", id=message)
    receiver.instance.ask("read", **{"with": sender.peer_id})
    sender.instance.reached(message, "read")
    transcript.say(f"{sender.name} → {receiver.name}: {got['text']}   ✓✓ {took_ms:.0f} ms, read")


def _send_path(transcript: Transcript, sender: Speaker, receiver: Speaker, path: Path) -> None:
    offer = sender.instance.ask("send_files", to=receiver.peer_id, paths=[str(path)])
    transfer = offer["transfer"]
    asked = receiver.instance.wait("offer", transfer=transfer)
    count = f"{asked['files']} files" if asked["files"] != 1 else "1 file"
    what = f"{asked['names'][0]}, {count}, {asked['size']:,} bytes"
    transcript.say(f"{sender.name} offers {what}")
    start = time.monotonic()
    receiver.instance.ask("accept", transfer=transfer)
    done = receiver.instance.wait(
        "transfer", transfer=transfer, where=_is_over, within_s=PATIENCE_S
    )
    if done["state"] != "done":
        raise SystemExit(f"the transfer ended as {done['state']}: {done['reason']}")
    sender.instance.wait("transfer", transfer=transfer, state="done")
    took_ms = (time.monotonic() - start) * 1000
    landed = Path(done["path"])
    if _digest(landed) != _digest(path):
        raise SystemExit(f"{landed} is not what was sent")
    receiver.instance.ask("read", **{"with": sender.peer_id})
    where = landed.relative_to(receiver.folder)
    transcript.say(f"{receiver.name} has it in {took_ms:.0f} ms, equal by SHA-256: {where}")


def _is_over(line: Line) -> bool:
    return line["state"] in {"done", "failed", "cancelled"}


def _digest(path: Path) -> str:
    """Of a file, or of all names and contents of a folder."""
    digest = hashlib.sha256()
    for one in [path, *sorted(path.rglob("*"))]:
        digest.update(str(one.relative_to(path)).encode())
        if one.is_file():
            digest.update(one.read_bytes())
    return digest.hexdigest()


@contextmanager
def _pictures_possible(transcript: Transcript) -> Iterator[bool]:
    """The window is drawn into memory, but Qt still needs a few libraries of the system."""
    missing = missing_libraries(WINDOW_LIBRARIES)
    if missing:
        transcript.say(f"no pictures: apt install {' '.join(missing)}")
    yield not missing


def _take_pictures(transcript: Transcript, anna: Speaker, ming: Speaker) -> None:
    """Each person's window, while the other one is there."""
    for one, other, language in ((anna, ming, "en"), (ming, anna, "zh_CN")):
        one.quit()
        for theme in ("light", "dark"):
            target = one.folder / f"{one.profile.name}-{theme}.png"
            words = [str(one.profile), other.peer_id, str(target), *one.bind]
            words += ["--theme", theme, "--language", language]
            done = subprocess.run(
                [sys.executable, "-m", "tools.picture", *words],
                cwd=ROOT,
                stdin=subprocess.DEVNULL,
                check=False,
                timeout=PICTURE_S,
            )
            if done.returncode or not target.exists():
                raise SystemExit(f"no picture of {one.name}'s window")
            transcript.say(f"{one.name}'s window, {theme}: {target.name}")
        one.start()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
