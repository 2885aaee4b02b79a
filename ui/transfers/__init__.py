"""All transfers in one place, and what of them runs right now."""
