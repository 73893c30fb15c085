"""Medians, quantiles and means of short series.

The same numbers as numpy's, by one sort or sum and no dispatch: a repetition's end reads dozens of
them within one frame.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from aicoach.pose import FloatArray


def quantiles_of(values: FloatArray, *shares: float) -> tuple[float, ...]:
    """Quantiles of ``values``, shape (n,), n > 0 and no NaN, interpolated linearly."""
    ordered = np.sort(values)
    last = len(ordered) - 1
    found = []
    for share in shares:
        at = share * last
        below = int(at)
        low, high = float(ordered[below]), float(ordered[min(below + 1, last)])
        found.append(low + (high - low) * (at - below))
    return tuple(found)


def median_of(values: FloatArray) -> float:
    """Median of ``values``, shape (n,), n > 0 and no NaN."""
    return quantiles_of(values, 0.5)[0]


def mean_of(values: FloatArray) -> float:
    """Mean of ``values``, shape (n,), n > 0 and no NaN."""
    return float(np.add.reduce(values)) / len(values)


def share_of(true: NDArray[np.bool_]) -> float:
    """Share of ``true``, shape (n,), n > 0."""
    return int(np.count_nonzero(true)) / len(true)
