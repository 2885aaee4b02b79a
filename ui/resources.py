"""Where the files that travel with the program are: icons, style, translations."""

from pathlib import Path
from typing import Final

RESOURCES: Final = Path(__file__).resolve().parent.parent / "resources"
ICONS: Final = RESOURCES / "icons"
THEMES: Final = RESOURCES / "themes"
LICENCES: Final = RESOURCES / "licences"
TRANSLATIONS: Final = RESOURCES / "translations"
