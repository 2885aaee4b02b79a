"""From the engine's thread to the window's."""

from PySide6.QtCore import QObject, Signal


class Bridge(QObject):
    """Lives in the GUI thread. Any thread may call ``event.emit``; slots run in the GUI's.

    Connect bound methods of QObjects only: for a lambda Qt knows no thread to queue to.
    """

    event = Signal(object)
    """One value of app.events.Event: frozen, so it is shared, never copied."""
