"""What is kept: one SQLite file, one writer thread, readers by key."""
