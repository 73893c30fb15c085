"""Medians, quantiles and means of short series.

The same numbers as numpy's, by one sort or sum and no dispatch: a repetition's end reads dozens of
them within one frame.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from aicoach.pose import FloatArray


_FEW: Final = 8
"""Up to so many values Python sorts them before numpy has begun."""


def quantiles_of(values: FloatArray, *shares: float) -> tuple[float, ...]:
    """Quantiles of ``values``, shape (n,), n > 0 and no NaN, interpolated linearly."""
    ordered = values.copy()
    ordered.sort()
    return tuple([quantile_in(ordered, share) for share in shares])


def quantile_in(ordered: FloatArray, share: float) -> float:
    """A quantile of what is sorted already."""
    last = len(ordered) - 1
    at = share * last
    below = int(at)
    low, high = ordered.item(below), ordered.item(min(below + 1, last))
    found: float = low + (high - low) * (at - below)
    return found


def medians_of(columns: FloatArray) -> FloatArray:
    """Median of each column, shape (n, k), n > 0 and no NaN."""
    ordered = columns.T.copy()
    ordered.sort(axis=1)
    n = len(columns)
    low = ordered[:, (n - 1) // 2]
    return low if n % 2 else low + (ordered[:, n // 2] - low) * 0.5


def median_of(values: FloatArray) -> float:
    """Median of ``values``, shape (n,), n > 0 and no NaN."""
    if len(values) > _FEW:
        ordered = values.copy()
        ordered.sort()
        return quantile_in(ordered, 0.5)
    few = sorted(values.tolist())
    low, high = few[(len(few) - 1) // 2], few[len(few) // 2]
    found: float = low + (high - low) * (0.0 if len(few) % 2 else 0.5)
    return found


def mean_of(values: FloatArray) -> float:
    """Mean of ``values``, shape (n,), n > 0 and no NaN."""
    return float(np.add.reduce(values)) / len(values)


def share_of(true: NDArray[np.bool_]) -> float:
    """Share of ``true``, shape (n,), n > 0."""
    return int(np.count_nonzero(true)) / len(true)
