"""A message on one line: in the list, in a quote, in a notification."""

from typing import Final

from ui.plain import LINE_MAX_CHARS, shown_line

_MARKERS: Final = "*_`"


def said_line(text: str) -> str:
    """Without what marks it up."""
    if not any(marker in text for marker in _MARKERS):
        return shown_line(text)
    from ui.chat.markdown import read_markdown  # noqa: PLC0415 - not before the first frame

    return shown_line(read_markdown(text[:LINE_MAX_CHARS])[0])
