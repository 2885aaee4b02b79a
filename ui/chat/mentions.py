"""People named in a text with an @: found in what came, and completed in what is written."""

import re

from ui.chat.markdown import Span, Style

_SHOWN_MAX = 20
"""Marked in one message: nobody is called more often in earnest."""


def find_mention(text: str, name: str) -> list[Span]:
    """Where ``text`` calls ``name``."""
    if not name:
        return []
    pattern = re.compile(rf"@{re.escape(name)}(?!\w)", re.IGNORECASE)
    found = [Span(one.start(), one.end(), Style.MENTION) for one in pattern.finditer(text)]
    return found[:_SHOWN_MAX]
