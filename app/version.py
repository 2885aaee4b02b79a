"""The program's version, told to peers and shown in About."""

VERSION = "1.0.0"
