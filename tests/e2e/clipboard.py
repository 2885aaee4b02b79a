"""A program that has copied something, until it is ended.

    python -m tests.e2e.clipboard KIND FILE

The file's content is offered as KIND; ``image`` stands for the picture in it.
"""

import sys
from pathlib import Path

from PySide6.QtCore import QMimeData
from PySide6.QtGui import QGuiApplication, QImage


def main() -> int:
    kind, path = sys.argv[1:]
    app = QGuiApplication(sys.argv[:1])
    copied = QMimeData()
    if kind == "image":
        copied.setImageData(QImage(path))
    else:
        copied.setData(kind, Path(path).read_bytes())
    app.clipboard().setMimeData(copied)
    print("copied", flush=True)
    return app.exec()


if __name__ == "__main__":
    sys.exit(main())
