"""Figures, each beside a reference measured in the same run: the ratio is what counts."""
