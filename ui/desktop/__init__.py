"""Where the window meets the desktop around it: tray, notifications, a second start."""
