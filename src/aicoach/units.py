"""Units as types, and the only conversions between them."""

from __future__ import annotations

from typing import NewType

Degrees = NewType("Degrees", float)
Seconds = NewType("Seconds", float)


def flexion_from_included(included_deg: float) -> float:
    """Clinical flexion in degrees of a joint whose included angle is 180 when straight.

    NaN stays NaN. Convention: SOURCES.toml, ``domain_5``.
    """
    return 180.0 - included_deg
