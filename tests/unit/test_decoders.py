"""Everything that reads what others wrote: any bytes, and whatever becomes of good ones, is read
to something that is written and read again to the same, or is refused as documented.
"""

import ast
import tracemalloc
from pathlib import Path
from typing import Final

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.pace import examples
from tests.unit import decoders
from tests.unit.changes import EDITS, change
from tests.unit.decoders import DECODERS

ROOT: Final = Path(__file__).parents[2]
MEMORY_MAX_BYTES: Final = 8 * 1024 * 1024
"""For 64 KiB of input: what claims more than it brings costs gigabytes, or nothing."""


@pytest.mark.parametrize("name", DECODERS)
@settings(max_examples=examples(50))
@given(data=st.data())
def test_a02_a05_any_change_of_good_bytes_is_read_truly_or_refused(
    name: str, data: st.DataObject
) -> None:
    decoder = DECODERS[name]
    seed = data.draw(st.sampled_from(decoder.seeds) | st.binary(max_size=64))
    changed = change(seed, data.draw(EDITS))
    try:
        found = decoder.read(changed)
    except decoder.errors:
        return
    if decoder.write is not None and found is not None:
        assert decoder.read(decoder.write(found)) == found


@pytest.mark.parametrize("name", DECODERS)
def test_good_bytes_are_read_and_written_the_same(name: str) -> None:
    decoder = DECODERS[name]
    for seed in decoder.seeds:
        found = decoder.read(seed)
        assert found is not None
        if decoder.write is not None:
            assert decoder.read(decoder.write(found)) == found


BOMBS: Final = (
    *(head + b"\xff" * 4 + b"\xc0" * 40 for head in (b"\xdd", b"\xdf", b"\xc6", b"\xdb", b"\xc9")),
    *(b"\x92\x01" + head + b"\xff" * 4 for head in (b"\xdd", b"\xdf", b"\xc6", b"\xdb")),
    b"\x91" * 50_000,
    b"\xdd\x00\x01\x00\x00" + b"\x90" * 65_536,
    b"[" * 50_000,
    b'{"t":' * 10_000,
    b'{"t":"' + b"\\u0041" * 8_000 + b'"}',
    b'{"size":' + b"9" * 50_000 + b"}",
    b"\xff" * 60_000,
    b"\x7f\xff\xff\xff" * 15_000,
    b"A" * 60_000,
    b":" * 60_000,
    b"landline:" + b"%41" * 20_000,
)


@pytest.mark.parametrize("name", DECODERS)
def test_a08_b03_what_claims_to_be_large_takes_no_room(name: str) -> None:
    decoder = DECODERS[name]
    for bomb in BOMBS:
        tracemalloc.start()
        try:
            decoder.read(bomb)
        except decoder.errors:
            pass
        finally:
            _, peak = tracemalloc.get_traced_memory()
            tracemalloc.stop()
        assert peak < MEMORY_MAX_BYTES, f"{peak} bytes for {len(bomb)}"


def test_no_decoder_is_left_out() -> None:
    """What is called so reads foreign bytes. The rest of them: test_own_files, test_stream,
    test_handshake, test_journal, test_portraits, test_decode, test_notification_bus."""
    here = Path(decoders.__file__).read_text("utf-8")
    missing = [
        f"{path.relative_to(ROOT)}: {one.name}"
        for room in ("net", "app", "ui")
        for path in (ROOT / room).rglob("*.py")
        for one in ast.parse(path.read_text("utf-8")).body
        if isinstance(one, ast.FunctionDef)
        and one.name.startswith(("decode_", "parse_"))
        and one.name not in here
    ]
    assert missing == []
