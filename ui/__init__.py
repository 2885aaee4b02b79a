"""The window. The only place that imports PySide6."""

import builtins

_import = builtins.__import__
import PySide6.QtCore  # noqa: E402, F401 - puts an import function of its own in place

builtins.__import__ = _import
"""PySide's looks through the source of every module for ``__feature__``, which nobody here
uses, and keeps it all: 11 MB, and a tenth of the time in which all modules load."""
