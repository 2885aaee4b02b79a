"""The middle: one conversation."""
