"""What nobody may say in a transfer: as its sender, as its receiver, and in the names of files."""

from collections.abc import Callable
from typing import Any

from net.protocol.limits import CONTENT_BYTES
from net.protocol.manifest import HASH_BYTES
from net.protocol.stream import StreamType
from net.protocol.transfer import (
    Alive,
    Checked,
    Compare,
    Done,
    Fetch,
    Files,
    Part,
    Piece,
    encode_parts,
    encode_pieces,
)
from net.protocol.transfer import End as EndOfAll
from tests.hostile.trick import WHOLE, after_manifest
from tests.unit.net.transfer.talk import End

LIES = {
    "b05-more-than-said": after_manifest(WHOLE, b"x" * 16),
    "b08-header-in-the-middle": after_manifest(WHOLE, b"x" * 5, WHOLE),
    "b09-run-too-short": after_manifest(Files(0, 3, 0, 14)),
    "b09-run-too-long": after_manifest(Files(0, 3, 0, 16)),
    "b09-run-of-2-to-the-62": after_manifest(Files(0, 3, 0, 2**62 - 1)),
    "b10-more-files": after_manifest(Files(0, 4096, 0, 15)),
    "b10-fewer-files": after_manifest(Files(0, 1, 0, 10), b"x" * 10, Checked(), EndOfAll()),
    "b11-fetch-from-the-sender": after_manifest(Fetch(0)),
    "b11-done-from-the-sender": after_manifest(Done()),
    "b13-run-from-the-middle": after_manifest(Files(1, 2, 0, 5)),
    "b14-checked-other-files": after_manifest(WHOLE, b"x" * 15, Checked((9,))),
    "e18-end-without-content": after_manifest(EndOfAll()),
    "e18-end-without-checked": after_manifest(WHOLE, b"x" * 15, EndOfAll()),
    "d03-only-signs-of-life": after_manifest(*[Alive()] * 300),
}


CUTS = {
    "after-the-manifest": after_manifest(),
    "after-the-header": after_manifest(WHOLE),
    "in-the-content": after_manifest(WHOLE, b"x" * 7),
    "before-checked": after_manifest(WHOLE, b"x" * 15),
    "before-the-end": after_manifest(WHOLE, b"x" * 15, Checked()),
}


LYING_OFFERS: dict[str, dict[str, Any]] = {
    "f11-names": {"names": ("holiday.jpg",)},
    "f11-fewer-names": {"names": ()},
    "b10-files": {"files": 1},
    "b10-folders": {"folders": 0},
    "b09-size": {"size_bytes": 1},
    "b14-hash": {"manifest": bytes(32)},
}


SMUGGLED = [
    b"{}",
    b'{"t":"files","first":0,"count":1,"offset":0,"size":NaN}',
    b"[" * 60_000,
    b"\xff",
]


RECEIVERS: dict[str, Callable[[End], object]] = {
    "b13-a-file-beyond-the-last": lambda end: end.ask(Piece(1, 1, 0, 0)),
    "b13-a-byte-beyond-the-end": lambda end: end.ask(Piece(0, 1, 0, 2 * CONTENT_BYTES + 1)),
    "b13-nothing-from-beyond": lambda end: end.ask(Piece(0, 1, 2 * CONTENT_BYTES + 1, 0)),
    "b13-more-pieces-than-files": lambda end: end.say(Fetch(1_000_000)),
    "b13-hashes-of-what-is-not": lambda end: [end.say(Compare(1)), end.give(b"\xff" * 12)],
    "b09-negative": lambda end: end.say_bytes(b'{"t":"fetch","count":-1}'),
    "b11-content-from-the-receiver": lambda end: end.give(b"x"),
    "b11-files-from-the-receiver": lambda end: end.say(WHOLE),
    "b11-chat-on-this-stream": lambda end: end.say_bytes(b"x", StreamType.FRAME),
    "b03-a-prefix-of-4-gib": lambda end: end.sock.sendall(b"\xff\xff\xff\xff\x01"),
    "e18-done-before-anything": lambda end: end.say(Done()),
}


SIZES = (100, 2 * CONTENT_BYTES, 300)


def compare(*parts: Part) -> Callable[[End], None]:
    def say(end: End) -> None:
        end.say(Compare(len(parts)))
        end.give(encode_parts(parts))

    return say


def ask(*pieces: Piece) -> Callable[[End], None]:
    return lambda end: end.ask(*pieces)


def compare_twice(end: End) -> None:
    compare(Part(0, 100))(end)
    end.hear_content(HASH_BYTES)
    compare(Part(0, 100))(end)


def list_of_another_size(end: End) -> None:
    end.say(Fetch(2))
    end.give(encode_pieces([Piece(0, 1, 0, 100)] * 3))


QUESTIONS: dict[str, Callable[[End], None]] = {
    "b13-hashes-beyond-the-end": compare(Part(0, 101)),
    "b13-hashes-of-no-file": compare(Part(3, 1)),
    "b13-hashes-of-nothing": compare(Part(0, 0)),
    "b13-hashes-of-2-to-the-64": compare(Part(1, 2**64 - 1)),
    "b13-hashes-backwards": compare(Part(2, 1), Part(0, 1)),
    "b13-hashes-of-one-file-twice": compare(Part(0, 1), Part(0, 100)),
    "b10-hashes-of-a-million-files": lambda end: end.say(Compare(1_000_000)),
    "b11-hashes-asked-for-twice": compare_twice,
    "b09-a-list-of-another-size": list_of_another_size,
    "b13-pieces-one-over-another": ask(Piece(1, 1, 0, 100), Piece(1, 1, 50, 100)),
    "b13-one-piece-twice": ask(Piece(0, 1, 0, 100), Piece(0, 1, 0, 100)),
    "b13-pieces-backwards": ask(Piece(2, 1, 0, 300), Piece(0, 1, 0, 100)),
    "b13-a-piece-of-no-files": ask(Piece(0, 0, 0, 0)),
    "b13-a-piece-of-more-files": ask(Piece(0, 4, 0, 400 + 2 * CONTENT_BYTES)),
    "b13-a-piece-of-4-billion-files": ask(Piece(0, 2**32 - 1, 0, 2**64 - 1)),
    "b13-a-piece-that-is-smaller-than-its-files": ask(Piece(0, 2, 0, 100)),
    "b13-a-piece-from-2-to-the-64": ask(Piece(1, 1, 2**64 - 1, 1)),
    "b13-a-piece-of-2-to-the-64": ask(Piece(1, 1, 1, 2**64 - 1)),
    "e18-done-instead-of-a-list": lambda end: end.say(Done()),
}


REFUSED_NAMES = {
    "c01-parent": "../x",
    "c01-parent-deeper": "a/../../x",
    "c01-dot": ".",
    "c01-dot-dot": "..",
    "c01-doubled": "....//x",
    "c02-absolute": "/etc/x",
    "c02-share": "//srv/share/x",
    "c03-url": "file:///x",
    "c03-home": "~/x",
    "c03-variable": "$HOME/x",
    "c04-sibling": "../landing2/x",
    "c05-nul": "a.txt\0.exe",
    "c13-endless": "n" * 1025,
    "c16-autostart": ".config/autostart/x.desktop",
    "a15-empty": "",
}


ODD_NAMES = [
    "..\\x", "..\\..\\x", "\\\\srv\\share\\x", "\\\\?\\C:\\x", "\\\\.\\PhysicalDrive0", "C:x",
    "C:\\x", "~", "~root", "$HOME", "%APPDATA%", "...", "....", "CON", "nul.txt", "AUX.h",
    "COM1", "COM¹.txt", "LPT0", "CONIN$", "NUL ", "x.exe.", "x ", "x . .", "x.txt:evil.exe",
    "x::$DATA", "a<b", "a>b", 'a"b', "a|b", "a?b", "a*b", "a\x01b", "a\x1fb", "a\x7fb", "a\x85b",
    "gnp\u202egpj.exe", "a\u2066b", "a\u200fb", "a\u200bb", "\ufeffx", "a\u00adb",
    "a\U000e0041b", "\u3164", "a\u034fb", "a\x1b[1A\rb", "a\nb", "a" * 255, "b" * 256,
    "c" * 1024, "é" * 200, "e\u0301" * 120, "界" * 300 + ".tar.gz", "．．／x", "-rf", "--help",
    ".bashrc", ".ssh", "desktop.ini", "autorun.inf", "x.lnk", "x.url", "x.scf", "x.library-ms",
    "x.desktop", "x.command", "x.pyzw", "invoice.pdf.exe", "invoice.pdf" + " " * 80 + ".exe",
    ".landline-0123456789abcdef", "`id`", "$(id)", "a;b", "a&b", "%2e%2e%2fx",
    "\u2024\u2024\u2215x", "journal", "manifest", "files",
]  # fmt: skip


TWINS = [
    "twin", "twin", "TWIN", "e\u0301", "é", "straße", "STRASSE", "\u212aelvin", "kelvin", "İ", "i̇",
    "a:b", "a_b", "dot", "dot.", "dot ", "d\u200bot",
]  # fmt: skip
