"""What Landline needs from a Debian or Ubuntu system: found by trying, installed where root may.

Standard library only, and readable by Pythons too old for Landline itself: this runs
before there is an environment.
"""

from __future__ import annotations

import ctypes
import os
import shutil
import subprocess
import sys

# Shared libraries that Qt's own files name and PyPI does not carry, each with its package.
WINDOW_LIBRARIES = {
    "libEGL.so.1": "libegl1",
    "libGL.so.1": "libgl1",
    "libdbus-1.so.3": "libdbus-1-3",
    "libfontconfig.so.1": "libfontconfig1",
    "libfreetype.so.6": "libfreetype6",
    "libglib-2.0.so.0": "libglib2.0-0",
    "libxkbcommon.so.0": "libxkbcommon0",
}
X11_LIBRARIES = {
    "libX11.so.6": "libx11-6",
    "libX11-xcb.so.1": "libx11-xcb1",
    "libxcb.so.1": "libxcb1",
    "libxcb-cursor.so.0": "libxcb-cursor0",
    "libxcb-icccm.so.4": "libxcb-icccm4",
    "libxcb-image.so.0": "libxcb-image0",
    "libxcb-keysyms.so.1": "libxcb-keysyms1",
    "libxcb-randr.so.0": "libxcb-randr0",
    "libxcb-render.so.0": "libxcb-render0",
    "libxcb-render-util.so.0": "libxcb-render-util0",
    "libxcb-shape.so.0": "libxcb-shape0",
    "libxcb-shm.so.0": "libxcb-shm0",
    "libxcb-sync.so.1": "libxcb-sync1",
    "libxcb-util.so.1": "libxcb-util1",
    "libxcb-xfixes.so.0": "libxcb-xfixes0",
    "libxcb-xkb.so.1": "libxcb-xkb1",
    "libxkbcommon-x11.so.0": "libxkbcommon-x11-0",
}
WAYLAND_LIBRARIES = {
    "libwayland-client.so.0": "libwayland-client0",
    "libwayland-cursor.so.0": "libwayland-cursor0",
    "libwayland-egl.so.1": "libwayland-egl1",
}

# Programs that tests use: hosts on one machine, a desktop without a screen, a file manager,
# the bus of screen readers.
TEST_PROGRAMS = {
    "appstreamcli": "appstream",
    "at-spi-bus-launcher": "at-spi2-core",
    "dbus-daemon": "dbus",
    "desktop-file-validate": "desktop-file-utils",
    "dunst": "dunst",
    "ethtool": "ethtool",
    "fc-list": "fontconfig",
    "fcitx5": "fcitx5",
    "import": "imagemagick",
    "ip": "iproute2",
    "nft": "nftables",
    "openbox": "openbox",
    "pcmanfm": "pcmanfm",
    "ps": "procps",
    "sysctl": "procps",
    "trayer": "trayer",
    "unshare": "util-linux",
    "xauth": "xauth",
    "xdotool": "xdotool",
    "xdpyinfo": "x11-utils",
    "Xvfb": "xvfb",
}
TEST_FILES = {"/usr/share/fcitx5/addon/pinyin.conf": "fcitx5-pinyin"}
FONTS = {"zh": "fonts-noto-cjk", "und-zsye": "fonts-noto-color-emoji"}
"""Language as fontconfig names it, and the package that has it."""


def missing_libraries(*tables: dict[str, str]) -> list[str]:
    """Packages of the libraries that the system's own loader does not find."""
    if sys.platform != "linux":
        return []
    return [package for table in tables for name, package in table.items() if not _loads(name)]


def missing_programs(programs: dict[str, str]) -> list[str]:
    path = os.environ.get("PATH", os.defpath) + os.pathsep + "/usr/sbin:/sbin:/usr/libexec"
    return [package for name, package in programs.items() if not shutil.which(name, path=path)]


def missing_files(files: dict[str, str]) -> list[str]:
    return [package for path, package in files.items() if not os.path.exists(path)]


def missing_fonts(fonts: dict[str, str]) -> list[str]:
    if not shutil.which("fc-list"):
        return list(fonts.values())
    return [package for lang, package in fonts.items() if not _has_font(lang)]


def provide(packages: list[str], purpose: str) -> bool:
    """Install ``packages``; where that may not be, one line that says what to install.

    Returns whether all of them are there now.
    """
    wanted = sorted(set(packages))
    if not wanted:
        return True
    names = " ".join(wanted)
    if not shutil.which("apt-get"):
        say(f"{purpose} needs these (by their Debian names): {names}")
        return False
    if os.geteuid() != 0:
        say(f"{purpose} needs more packages: sudo apt install {names}")
        return False
    say(f"installing for {purpose}: {names}")
    if _apt("install", *wanted) or (_apt("update") and _apt("install", *wanted)):
        return True
    say(f"could not install them; try: apt update && apt install {names}")
    return False


def _apt(verb: str, *packages: str) -> bool:
    options = ["-qq", "-y", "--no-install-recommends", "-o", "Dpkg::Use-Pty=0"]
    environment = dict(os.environ, DEBIAN_FRONTEND="noninteractive", LC_ALL="C.UTF-8")
    done = subprocess.run(
        ["apt-get", verb, *options, *packages],
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        check=False,
    )
    if done.returncode:
        say(done.stderr.strip().rpartition("\n")[2] or f"apt-get {verb} failed")
    return done.returncode == 0


def _loads(name: str) -> bool:
    try:
        ctypes.CDLL(name)
    except OSError:
        return False
    return True


def _has_font(lang: str) -> bool:
    found = subprocess.run(
        ["fc-list", ":lang=" + lang, "family"], stdout=subprocess.PIPE, check=False
    )
    return bool(found.stdout.strip())


def say(line: str) -> None:
    print("landline:", line, file=sys.stderr, flush=True)
