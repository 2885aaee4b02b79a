"""What Landline does, without Qt and without a screen."""

import sys

try:
    __import__("_md5")
except ImportError:
    pass  # a Python whose hashes are all OpenSSL's
else:
    sys.modules.setdefault("_hashlib", None)  # type: ignore[arg-type]
    sys.modules.setdefault("ssl", None)  # type: ignore[arg-type]
"""Python has these hashes itself, as fast for what is hashed here, and asyncio goes without TLS. So
the system's OpenSSL is not loaded beside cryptography's own: 5 MB, and 20 ms of the start."""
