"""Fuzzing with libFuzzer under Python's coverage: ``make fuzz MINUTES=n``."""
