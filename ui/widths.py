"""How wide a column is."""

from typing import Final

from PySide6.QtWidgets import QWidget

NO_LIMIT: Final = (1 << 24) - 1
"""Qt's own largest size: none was set."""


def hold_width(column: QWidget, width_px: int, *, fills: bool) -> None:
    """``fills``: whatever there is, else exactly ``width_px``."""
    column.setMinimumWidth(0 if fills else width_px)
    column.setMaximumWidth(NO_LIMIT if fills else width_px)
