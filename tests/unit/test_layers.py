"""Imports go one way, Qt stays in ui/, SQL in app/store/, and net/protocol/ is pure."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.layers import breaches

ROOT = Path(__file__).resolve().parents[2]


def test_imports_go_one_way() -> None:
    assert breaches(ROOT) == []


def test_every_room_is_read() -> None:
    """An empty report must not come from looking at the wrong place."""
    assert all((ROOT / name).exists() for name in ("main.py", "ui", "app", "net/protocol"))


def test_headless_shell_loads_no_qt(tmp_path: Path) -> None:
    command = [sys.executable, "-X", "importtime", "main.py", "headless"]
    done = subprocess.run(
        [*command, "--profile", str(tmp_path / "profile"), "--bind", "127.0.0.1"],
        cwd=ROOT,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    loaded = [line.rsplit("|", 1)[-1].strip() for line in done.stderr.splitlines()]
    assert "app.headless" in loaded
    assert [name for name in loaded if name.startswith(("PySide6", "shiboken6", "ui"))] == []


# fmt: off
IMPURE = [
    "socket", "threading", "time", "datetime", "os", "os.path", "io", "pathlib", "random",
    "secrets", "logging", "asyncio", "select", "selectors", "subprocess", "uuid", "tempfile",
    "queue", "concurrent.futures", "ssl", "psutil", "apsw",
]
# fmt: on

CASES = [
    ("net/x.py", "import app.model", "net imports app"),
    ("net/x.py", "from app import model", "net imports app"),
    ("net/deep/x.py", "def f():\n    from ui.window import Window", "net imports ui"),
    ("app/x.py", "import ui.window as w", "app imports ui"),
    ("app/x.py", "from importlib import import_module\nimport_module('ui.x')", "app imports ui"),
    ("app/x.py", "name = 'ui'\n__import__(name)", "made at run time"),
    ("app/x.py", "import main", "app imports main"),
    ("ui/x.py", "import main", "ui imports main"),
    ("app/x.py", "from tests import leaks", "no part of the program"),
    ("app/x.py", "from PySide6.QtCore import QObject", "Qt stays in ui/"),
    ("net/x.py", "import PySide6", "Qt stays in ui/"),
    ("main.py", "def f():\n    import PySide6.QtWidgets", "Qt stays in ui/"),
    ("net/x.py", "import sqlite3", "SQL stays in app/store/"),
    ("ui/x.py", "import apsw", "SQL stays in app/store/"),
    ("app/engine/x.py", "import apsw", "SQL stays in app/store/"),
    ("app/x.py", "import pickle", "runs what it reads"),
    ("net/protocol/x.py", "from net import udp", "it is pure"),
    ("net/protocol/x.py", "from .. import udp", "it is pure"),
    ("net/protocol/__init__.py", "from ..udp import x", "it is pure"),
    ("net/protocol/x.py", "import nacl.utils", "it is pure"),
    ("net/protocol/x.py", "from nacl import utils", "it is pure"),
    ("net/protocol/x.py", "open('x')", "calls open()"),
    ("net/protocol/x.py", "print('x')", "calls print()"),
    ("net/protocol/x.py", "K.generate()", "calls .generate()"),
    *(("net/protocol/x.py", f"import {module}", "it is pure") for module in IMPURE),
]


@pytest.mark.parametrize(("path", "source", "why"), CASES)
def test_breach_is_found(tmp_path: Path, path: str, source: str, why: str) -> None:
    _write(tmp_path, path, source)
    found = breaches(tmp_path)
    assert found
    assert all(line.startswith(f"{path}:") for line in found)
    assert any(why in line for line in found)


FINE = [
    ("main.py", "import ui.window\nimport app.headless"),
    ("ui/x.py", "from PySide6 import QtCore\nfrom app.model import Person\nimport net.addresses"),
    ("app/x.py", "import net.udp\nimport os\nimport logging"),
    ("app/store/x.py", "import apsw"),
    ("net/x.py", "import socket\nfrom net.protocol import limits"),
    ("net/protocol/x.py", "import struct\nimport nacl.bindings\nfrom net.protocol.limits import X"),
    ("net/protocol/x.py", "from . import limits\nfrom .limits import X"),
    ("net/protocol/x.py", "class A:\n    def open(self): ...\nA().open()"),
]


@pytest.mark.parametrize(("path", "source"), FINE)
def test_import_downwards_is_fine(tmp_path: Path, path: str, source: str) -> None:
    _write(tmp_path, path, source)
    assert breaches(tmp_path) == []


def _write(root: Path, path: str, source: str) -> None:
    target = root / path
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(source, encoding="utf-8")
