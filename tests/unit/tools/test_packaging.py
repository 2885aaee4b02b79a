"""What packages put on a desktop: valid for its own tools, and understood by the program."""

import plistlib
import re
import shlex
import shutil
import struct
import subprocess
from pathlib import Path

import pytest

from app.arguments import parse_arguments
from tools.app_icons import SIZES, build

ROOT = Path(__file__).resolve().parents[3]
LINUX = ROOT / "packaging" / "linux"
SENDERS = [
    "landline.desktop",
    "landline-send.nemo_action",
    "landline-send.dolphin.desktop",
    "thunar-uca.xml",
    "send-with-landline.nautilus.sh",
]


@pytest.fixture(scope="module")
def icons(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("icons")
    build(folder)
    return folder


def test_icon_is_there_in_every_size_and_the_same_each_time(icons: Path, tmp_path: Path) -> None:
    build(tmp_path)
    for size in SIZES:
        name = f"hicolor/{size}x{size}/apps/landline.png"
        data = (icons / name).read_bytes()
        assert struct.unpack(">II", data[16:24]) == (size, size)
        assert data == (tmp_path / name).read_bytes()


def test_ico_holds_whole_pngs(icons: Path) -> None:
    data = (icons / "landline.ico").read_bytes()
    _, kind, count = struct.unpack("<HHH", data[:6])
    assert (kind, count) == (1, len(SIZES) - 1)
    for number in range(count):
        length, place = struct.unpack("<II", data[6 + 16 * number + 8 : 6 + 16 * (number + 1)])
        assert data[place : place + 4] == b"\x89PNG"
        assert data[place + length - 8 : place + length - 4] == b"IEND"


def test_icns_is_as_long_as_it_says(icons: Path) -> None:
    data = (icons / "landline.icns").read_bytes()
    place, kinds = 8, []
    while place < len(data):
        kinds.append(data[place : place + 4])
        (length,) = struct.unpack(">I", data[place + 4 : place + 8])
        assert data[place + 8 : place + 12] == b"\x89PNG"
        place += length
    assert data[:8] == b"icns" + struct.pack(">I", place)
    assert kinds == [b"icp4", b"icp5", b"icp6", b"ic07", b"ic08", b"ic09"]


def test_desktop_entry_is_valid() -> None:
    _validate("desktop-file-validate", str(LINUX / "landline.desktop"))


def test_metainfo_is_valid() -> None:
    """But for a homepage, which Landline has not got: only newer validators want one."""
    name = "org.landline.Landline.metainfo.xml"
    told = _run("appstreamcli", "validate", "--no-net", str(LINUX / name)).stdout
    assert "Validation" in told
    grave = [line for line in told.splitlines() if line.startswith(("E:", "W:"))]
    assert [line for line in grave if not line.endswith("url-homepage-missing")] == []


def _validate(program: str, *words: str) -> None:
    done = _run(program, *words)
    assert done.returncode == 0, done.stdout + done.stderr


def _run(program: str, *words: str) -> "subprocess.CompletedProcess[str]":
    if shutil.which(program) is None:
        pytest.skip(f"needs {program}")
    return subprocess.run([program, *words], capture_output=True, text=True, check=False)


@pytest.mark.parametrize("name", SENDERS)
def test_command_of_every_entry_is_understood(name: str) -> None:
    text = (LINUX / name).read_text(encoding="utf-8")
    commands = re.findall(r"(?:Exec=|<command>|exec )(landline[^<\n]*)", text)
    assert commands
    for command in commands:
        filled = re.sub(r'%F|"\$@"', "'/a b' /c", command).replace("%u", "landline:connect")
        found = parse_arguments(shlex.split(filled)[1:], "main.py", has_window=True)
        assert found.link or found.send is not None


def test_windows_entries_say_what_their_bytes_say() -> None:
    text = (ROOT / "packaging/windows/landline.reg").read_text(encoding="ascii")
    held = re.findall(r"hex\(2\):([0-9a-f,\\\s]+)", text)
    values = [
        bytes.fromhex(re.sub(r"[^0-9a-f]", "", one)).decode("utf-16-le").rstrip("\0")
        for one in held
    ]
    program = r"%LOCALAPPDATA%\Programs\Landline\Landline.exe"
    assert set(values) == {program, f'"{program}" -- "%1"', f'"{program}" --send "%1"'}


def test_a_link_that_breaks_out_of_its_quotes_chooses_nothing() -> None:
    words = ["--", "landline:x", "--profile=//evil/share"]
    with pytest.raises(SystemExit):
        parse_arguments(words, "main.py", has_window=True)
    assert parse_arguments(words[:2], "main.py", has_window=True).link == "landline:x"


def test_no_entry_of_windows_goes_through_a_batch_file() -> None:
    assert not [*ROOT.glob("packaging/windows/*.cmd"), *ROOT.glob("packaging/windows/*.bat")]


def test_macos_knows_the_links() -> None:
    held = plistlib.loads((ROOT / "packaging/macos/Info.plist").read_bytes())
    assert held["CFBundleURLTypes"][0]["CFBundleURLSchemes"] == ["landline"]
