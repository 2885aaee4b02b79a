"""People called by an @ and their name: found in what is shown, and in what is sent."""

import re
from collections.abc import Mapping, Sequence
from typing import Final

from net.protocol.limits import MENTIONS_MAX
from ui.chat.markdown import Span, Style

_SHOWN_MAX: Final = 20
"""Marked in one message: nobody is called more often in earnest."""
_BEGUN: Final = re.compile(r"(?<!\w)@([^@\n]{0,60})$")
"""An @ and what is typed of the name; names have spaces, addresses have no space before."""


def find_mention(text: str, name: str) -> list[Span]:
    """Where ``text`` calls ``name``."""
    if not name:
        return []
    pattern = re.compile(rf"(?<!\w)@{re.escape(name)}(?!\w)", re.IGNORECASE)
    found = [Span(one.start(), one.end(), Style.MENTION) for one in pattern.finditer(text)]
    return found[:_SHOWN_MAX]


def begun_mention(before: str) -> str | None:
    """What is typed of a name in front of the cursor; None when there is no @ to complete."""
    found = _BEGUN.search(before)
    return None if found is None else found[1]


def matching(begun: str, people: Sequence[tuple[str, str]]) -> list[tuple[str, str]]:
    """Of peer ids with names those that go on like this, at their beginning first."""
    wanted = begun.casefold()
    names = [(one, one[1].casefold()) for one in people]
    first = [one for one, name in names if name.startswith(wanted)]
    later = [one for one, name in names if f" {wanted}" in name and one not in first]
    return first + later


def mentioned(
    text: str, people: Sequence[tuple[str, str]], chosen: Mapping[str, str]
) -> tuple[str, ...]:
    """The ids of those whom ``text`` calls, in the order of ``people``.

    ``chosen``: ids by the name they were picked under; it tells namesakes apart, and who
    cannot be told apart is not called. "@Ann Lee" does not call Ann.
    """
    by_name: dict[str, list[str]] = {}
    for peer_id, name in people:
        by_name.setdefault(name, []).append(peer_id)
    called: set[str] = set()
    left = text
    for name in sorted(by_name, key=len, reverse=True):
        spans = find_mention(left, name)
        ids = by_name[name]
        if spans and name in chosen:
            called.add(chosen[name])
        elif spans and len(ids) == 1:
            called.add(ids[0])
        for span in reversed(spans):
            left = f"{left[: span.start]} {left[span.end :]}"
    return tuple(peer_id for peer_id, _name in people if peer_id in called)[:MENTIONS_MAX]
