"""What hypothesis does to good bytes: a few places hold something else, odd or not, or less."""

from typing import Final

from hypothesis import strategies as st

ODD: Final = st.sampled_from([
    b"", b"\0", b"\xff", b"\xc0", b"\x80", b"\xed\xa0\x80", b"\xcf" + b"\xff" * 8,
    b"\xdd\xff\xff\xff\xff", b"\xdb\x7f\xff\xff\xff", b"\xca\x7f\xc0\0\0", b"9" * 400, b"-1",
    b"1e999", b"NaN", b"true", b"null", b'"', b"{", b"[", b"\\ud800", b"%00", b":", b"/", b"\n",
])  # fmt: skip
EDITS: Final = st.lists(
    st.tuples(st.integers(0, 2000), st.integers(0, 4), st.one_of(ODD, st.binary(max_size=4))),
    max_size=4,
)


def change(data: bytes, edits: list[tuple[int, int, bytes]]) -> bytes:
    """Each puts bytes in the place of as many as it says."""
    for where, taken, put in edits:
        at = where % (len(data) + 1)
        data = data[:at] + put + data[at + taken :]
    return data
