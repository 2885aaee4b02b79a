"""Profiles for tests, figures and shows, made before their first start."""

import contextlib
import json
from pathlib import Path


def let_anyone_write(profile: Path, name: str = "") -> None:
    """A stranger's texts and offers come in without number there, as a contact's do. What
    exists is left alone, and where nothing can be made the start will say so."""
    with contextlib.suppress(OSError):
        profile.mkdir(mode=0o700, parents=True)
        settings = profile / "settings.json"
        settings.touch(mode=0o600)
        settings.write_text(json.dumps({"reach": "everyone", **({"name": name} if name else {})}))
