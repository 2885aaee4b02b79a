"""The engine without a window: JSON lines in, JSON lines out (see HEADLESS.md)."""
