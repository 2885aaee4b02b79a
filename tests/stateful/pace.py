"""How long machines are run."""

from hypothesis import settings


def pace(examples: int, steps: int) -> settings:
    """``examples`` lives of ``steps`` each; ``--hypothesis-profile=search`` plays fifty times
    as many, each time others."""
    return settings(
        max_examples=examples * settings().max_examples // 100, stateful_step_count=steps
    )
