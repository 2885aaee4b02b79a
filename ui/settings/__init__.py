"""The settings window, its pages, the first run, keys, licences, export and backup."""
