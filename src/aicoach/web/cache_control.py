"""How long a browser may keep what it was sent; all else is ``no-store`` (see ``guarding``)."""

from __future__ import annotations

from typing import Final

KEEP: Final = "public, max-age=31536000, immutable"
"""For good: what has its version in its address."""
