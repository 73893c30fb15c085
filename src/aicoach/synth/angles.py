"""Joint angles of the synthetic body: their names, as columns of one array.

The vocabulary and its signs are those of ``exercises/README.md``. An array of angles has
shape (T, N_ANGLES), degrees (metres for the names that end in ``_m``).
"""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Final

import numpy as np

from aicoach.pose import FloatArray

if TYPE_CHECKING:
    from collections.abc import Mapping

SIDED_ANGLES: Final = (
    "hip_flexion",
    "hip_abduction",
    "hip_rotation",
    "knee_flexion",
    "ankle_plantarflexion",
    "shoulder_flexion",
    "shoulder_abduction",
    "shoulder_rotation",
    "elbow_flexion",
)
BODY_ANGLES: Final = (
    "pitch",
    "lean",
    "yaw",
    "spine_flexion",
    "spine_lean",
    "spine_twist",
    "neck_flexion",
    "neck_turn",
    "rise_m",
    "shift_left_m",
    "shift_forward_m",
)
_TURNED_IN_A_MIRROR: Final = (
    "lean",
    "yaw",
    "spine_lean",
    "spine_twist",
    "neck_turn",
    "shift_left_m",
)
ANGLES: Final[tuple[str, ...]] = (
    *(f"{name}.{side}" for name in SIDED_ANGLES for side in ("left", "right")),
    *BODY_ANGLES,
)
ANGLE_INDEX: Final[MappingProxyType[str, int]] = MappingProxyType(
    {name: i for i, name in enumerate(ANGLES)}
)
N_ANGLES: Final = len(ANGLES)

_SWAPPED: Final = [
    ANGLE_INDEX[
        name.replace(".left", ".right")
        if name.endswith(".left")
        else name.replace(".right", ".left")
    ]
    for name in ANGLES
]
_SIGNS: Final = np.array([-1.0 if name in _TURNED_IN_A_MIRROR else 1.0 for name in ANGLES])


def mirrored(angles: FloatArray) -> FloatArray:
    """The same movement done with the other side; shape (..., N_ANGLES)."""
    return np.asarray(angles[..., _SWAPPED] * _SIGNS)


def angle_row(
    both: Mapping[str, float] | None = None,
    left: Mapping[str, float] | None = None,
    right: Mapping[str, float] | None = None,
    body: Mapping[str, float] | None = None,
    *,
    onto: FloatArray | None = None,
) -> FloatArray:
    """One row of angles from names; what is not named comes from ``onto``, else 0.

    Raises
    ------
    KeyError
        For a name that is not in the vocabulary.
    """
    row = np.zeros(N_ANGLES) if onto is None else np.array(onto, dtype=float)
    for side in ("left", "right"):
        for name, value in (both or {}).items():
            row[ANGLE_INDEX[f"{name}.{side}"]] = value
    for side, values in (("left", left), ("right", right)):
        for name, value in (values or {}).items():
            row[ANGLE_INDEX[f"{name}.{side}"]] = value
    for name, value in (body or {}).items():
        row[ANGLE_INDEX[name]] = value
    return row
