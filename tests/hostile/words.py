"""What nobody may say inside a session: payloads, records, numbers and names."""

import os
from typing import Any

import msgspec

from net.protocol.records import Offer, Text

HIGHEST = 2**62 - 1


pack = msgspec.msgpack.encode


def text(words: str, message: bytes | None = None, order: int = 1) -> Text:
    return Text(message or os.urandom(16), order, 1, words)


PAYLOADS = {
    "a02-nothing-in-it": b"\x90",
    "a02-cut": pack([[3, 5]])[:-1],
    "a06-trailing": pack([[3, 5]]) + b"\0",
    "a07-a-later-kind": pack([[200, {"new": True}], [8]]),
    "a07-no-array": pack({"t": "ping"}),
    "a07-kind-in-words": pack([["ping", 5]]),
    "a08-deep": b"\x91" * 1168,
    "a09-flag-as-number": pack([[3, True]]),
    "a09-nan": pack([[3, float("nan")]]),
    "a10-beyond-62-bits": pack([[3, 2**63]]),
    "a12-lone-surrogate": b"\x91\x98\1\1\xc4\x08" + b"e" * 8 + b"\xa3\xed\xa0\x80" * 3 + b"\1\1",
    "a13-utf16-name": pack([[1, 9, b"e" * 8, "x".encode("utf-16"), "", "", 1, 2000]]),
    "a15-endless-name": pack([[1, 9, b"e" * 8, "x" * 1100, "", "", 1, 2000]]),
    "a16-lane-of-seven-bytes": pack([[6, b"l" * 7, 1, []]]),
    "a16-lane-in-words": pack([[6, "l" * 8, 1, []]]),
    "b03-length-of-4-gib": b"\x91\x94\x06\xc6\xff\xff\xff\xff",
    "b03-frames-of-4-gib": b"\xdd\xff\xff\xff\xff",
    "b09-negative-number": pack([[6, b"l" * 8, 1, [[-1, [0]]]]]),
    "b09-negative-low": pack([[6, b"l" * 8, -1, []]]),
    "b10-frames-above-the-cap": pack([[5]] * 257),
    "b11-stranger-than-fiction": os.urandom(1168),
}  # fmt: skip


NUMBERS = [0, 1025, 5000, 2**31, 2**32, 2**53, HIGHEST]


RECORDS: dict[str, Any] = {
    "a02-empty": b"\x90",
    "a07-of-a-later-kind": [77, "x"],
    "a07-no-array": {"t": "text"},
    "a09-order-as-flag": [1, b"i" * 16, True, 1, "x"],
    "a10-order-beyond": [1, b"i" * 16, 2**62, 1, "x"],
    "a12-surrogate": b"\x95\x01\xc4\x10" + b"i" * 16 + b"\x01\x01\xa3\xed\xa0\x80",
    "a15-text-of-nothing": [1, b"i" * 16, 1, 1, ""],
    "a16-id-too-short": [1, b"i" * 15, 1, 1, "x"],
    "decision-of-no-kind": [4, b"i" * 16, 99, ""],
    "decision-reason-endless": [4, b"i" * 16, 1, "x" * 33],
    "decision-about-nothing": [4, b"i" * 16, 4, "x"],
    "read-of-another-lane": [2, b"l" * 8, HIGHEST],
    "offer-cut": [3, b"i" * 16, 1, 1],
    "offer-negative": [3, b"i" * 16, 1, 1, b"t" * 16, b"h" * 32, -1, 0, 0, []],
    "offer-with-21-names": [3, b"i" * 16, 1, 1, b"t" * 16, b"h" * 32, 1, 0, 0, ["x"] * 21],
    "offer-hash-short": [3, b"i" * 16, 1, 1, b"t" * 16, b"h" * 31, 1, 0, 0, []],
    "void-with-more": [0, 1, 2, 3],
}


def offer(transfer: bytes, names: list[str], size_bytes: int = 1) -> Offer:
    return Offer(
        os.urandom(16), 1, 1, transfer, os.urandom(32), len(names), 0, size_bytes, tuple(names)
    )


NAMES = [
    "../x", "..", "/etc/x", "C:\\x", "a\0b", "CON", "x.", "x:y", "a\x1b[1A\nb", "\u202egpj.exe",
    "\u200b", "", "n" * 500, "．．／x", "-rf", ".bashrc", "invoice.pdf" + " " * 80 + ".exe",
]  # fmt: skip
