"""A page as text, with the pictures that stand beside it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Document:
    """A page as text, and the pictures that stand beside it: none where they stand in it."""

    html: str
    pictures: Mapping[str, str]
    """Address in the page to SVG."""
