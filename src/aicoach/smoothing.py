"""Causal smoothing: what may be said about now, knowing only the past.

Small machines with memory. Time is handed in, in seconds; NaN is "not seen" and is
never turned into a number. A value that was not seen breaks the memory of that
element: what comes after starts afresh instead of being pulled back to where the
keypoint was before.
"""

from __future__ import annotations

import math

import numpy as np

from aicoach.pose import FloatArray


class OneEuro:
    """One-Euro filter over an array: little jitter at rest, little lag in motion.

    Each element is low-passed with a cut-off that grows with its own smoothed speed:
    ``min_cutoff_hz + beta * |speed|``. Source: SOURCES.toml, ``casiez2012``.

    Parameters
    ----------
    min_cutoff_hz
        Cut-off at rest; lower is calmer.
    beta
        How much one unit of speed (of the scaled value, per second) opens the cut-off.
    derivative_cutoff_hz
        Cut-off of the speed itself.
    """

    def __init__(
        self, *, min_cutoff_hz: float, beta: float, derivative_cutoff_hz: float = 1.0
    ) -> None:
        if min_cutoff_hz <= 0.0 or derivative_cutoff_hz <= 0.0 or beta < 0.0:
            raise ValueError("cut-offs must be positive and beta not negative")
        self._min_cutoff_hz, self._beta = min_cutoff_hz, beta
        self._derivative_cutoff_hz = derivative_cutoff_hz
        self.reset()

    def reset(self) -> None:
        """Forget everything: the next value passes unchanged."""
        self._t_s: float | None = None
        self._raw = self._smooth = self._speed = np.empty(0)

    def step(self, t_s: float, value: FloatArray, scale: float = 1.0) -> FloatArray:
        """Smoothed ``value`` at ``t_s``, same shape and unit; NaN where ``value`` is NaN.

        ``scale`` turns the value's unit into the one that ``beta`` was chosen for
        (1 / body size in pixels makes the speed independent of the distance).
        At a time that was already seen the value passes and nothing is remembered.

        Raises
        ------
        ValueError
            If time runs backwards.
        """
        value = np.asarray(value, dtype=float)
        if self._t_s is None:
            self._t_s, self._raw, self._smooth = t_s, value, value
            self._speed = np.where(np.isnan(value), np.nan, 0.0)
            return value
        elapsed_s = t_s - self._t_s
        if elapsed_s < 0.0:
            raise ValueError(f"time runs backwards: {t_s} s after {self._t_s} s")
        if elapsed_s == 0.0:
            return value
        speed = (value - self._raw) * (scale / elapsed_s)
        known = np.isfinite(speed)
        weight = _low_pass_weight(np.asarray(self._derivative_cutoff_hz), elapsed_s)
        speed = np.where(known, self._speed + weight * (speed - self._speed), 0.0)
        weight = _low_pass_weight(self._min_cutoff_hz + self._beta * np.abs(speed), elapsed_s)
        smooth = np.where(known, self._smooth + weight * (value - self._smooth), value)
        self._t_s, self._raw, self._smooth, self._speed = t_s, value, smooth, speed
        return smooth


def _low_pass_weight(cutoff_hz: FloatArray, elapsed_s: float) -> FloatArray:
    """Weight of the newest value in a first-order low-pass, (0, 1)."""
    turn = 2.0 * math.pi * cutoff_hz * elapsed_s
    weight: FloatArray = turn / (turn + 1.0)
    return weight


class ExponentialAverage:
    """Weighted mean of the past, newest weighted ``weight``; per value, not per second."""

    def __init__(self, weight: float) -> None:
        if not 0.0 < weight <= 1.0:
            raise ValueError(f"weight must lie in (0, 1], got {weight}")
        self._weight = weight
        self.reset()

    def reset(self) -> None:
        """Forget everything: the next value passes unchanged."""
        self._mean: FloatArray | None = None

    def step(self, value: FloatArray) -> FloatArray:
        """Mean after ``value``, same shape; an element that is NaN stays NaN and starts afresh."""
        value = np.asarray(value, dtype=float)
        if self._mean is not None:
            kept = self._mean + self._weight * (value - self._mean)
            value = np.where(np.isnan(self._mean), value, kept)
        self._mean = value
        return value


class GapHold:
    """Bridges a short absence with the last value; a long one stays NaN.

    Parameters
    ----------
    longest_s
        Age of the last seen value up to which it still stands, in seconds.
    """

    def __init__(self, longest_s: float) -> None:
        if longest_s < 0.0:
            raise ValueError(f"longest_s must not be negative, got {longest_s}")
        self._longest_s = longest_s
        self.reset()

    def reset(self) -> None:
        """Forget the last value."""
        self._value: FloatArray | None = None
        self._seen_s: FloatArray | None = None

    def step(self, t_s: float, value: FloatArray) -> FloatArray:
        """``value`` with its NaN elements replaced by what was seen at most ``longest_s`` ago."""
        value = np.asarray(value, dtype=float)
        if self._value is None or self._seen_s is None:
            self._value, self._seen_s = value, np.full(value.shape, t_s)
            return value
        seen = ~np.isnan(value)
        self._value = np.where(seen, value, self._value)
        self._seen_s = np.where(seen, t_s, self._seen_s)
        held: FloatArray = np.where(t_s - self._seen_s <= self._longest_s, self._value, np.nan)
        return held
