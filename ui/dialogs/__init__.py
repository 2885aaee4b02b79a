"""The few dialogs. Never modal to other windows, never blocking."""
