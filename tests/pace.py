"""How much hypothesis tries: what a test says in a run of the checks, and fifty times as much, each
time anew, with ``--hypothesis-profile=search``.
"""

from hypothesis import settings


def examples(count: int) -> int:
    return count * settings().max_examples // 100


def pace(count: int, steps: int) -> settings:
    """So many lives of a machine, of at most so many steps each."""
    return settings(max_examples=examples(count), stateful_step_count=steps)
