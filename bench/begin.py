"""Starts a program of this folder as main.py starts the window: ui before anything of Qt.

python -m bench.begin NAME [WORD...]
"""

import importlib
import sys

if __name__ == "__main__":
    importlib.import_module("ui")
    program = importlib.import_module(f"bench.{sys.argv[1]}")
    sys.exit(program.main(sys.argv[2:]))
