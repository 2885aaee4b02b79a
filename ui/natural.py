"""The order in which people look for names: Person 2 before Person 10."""

import re
from functools import lru_cache
from typing import Final, TypeAlias

NameOrder: TypeAlias = tuple[tuple[str, int], ...]

_PART: Final = re.compile(r"(\D*)(\d*)")


@lru_cache(4096)
def name_order(name: str) -> NameOrder:
    """To sort by. ``name`` has fewer digits than Python turns into a number: 4,300."""
    return tuple((text, int(number or 0)) for text, number in _PART.findall(name.casefold()))
