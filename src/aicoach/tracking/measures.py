"""What one repetition measured: range, asymmetry, speed and the seconds of its phases."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from aicoach.features import CENTRAL_FEATURES
from aicoach.tracking.history import Window
from aicoach.tracking.parts import durations_of, parts_of
from aicoach.tracking.ranks import median_of, share_of
from aicoach.tracking.sides import SideReader

if TYPE_CHECKING:
    from aicoach.catalog.spec import ExerciseSpec, Statistic
    from aicoach.events import PhaseDurations, Side
    from aicoach.pose import FloatArray

MEDIAN_S: Final = 0.1
"""Length of the running median that takes single misplaced frames out."""
EDGE_S: Final = 0.2
"""Length of the stretch that stands for the start, the target or the end of a window."""
MIN_SEEN_SHARE: Final = 0.5
"""Share of a repetition in which a value must have been seen to be reported."""
MIN_EXCURSION_DEG: Final = 10.0
"""Below this excursion an asymmetry is measurement error (about 7 deg per joint)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RepetitionMeasures:
    """Ranges are the angles reached, in degrees; None where they were not seen."""

    range_left_deg: float | None
    range_right_deg: float | None
    range_deg: float | None
    """The better of both, or the one that was seen."""
    asymmetry: float | None
    """|left - right| / larger, of the excursions."""
    peak_speed_deg_s: float | None
    durations: PhaseDurations


def running_median(t_s: FloatArray, values: FloatArray, span_s: float = MEDIAN_S) -> FloatArray:
    """Median around each moment, over ``span_s`` and at least three seen values.

    Returns shape (n,); NaN stays NaN, and NaN neighbours are left out.
    """
    out = np.full(len(values), np.nan)
    seen = np.isfinite(values).nonzero()[0]
    times, known = t_s[seen], values[seen]
    if not len(seen):
        return out
    here = np.arange(len(seen))
    first = times.searchsorted(times - span_s / 2.0 - 1e-9, "left")
    last = times.searchsorted(times + span_s / 2.0 + 1e-9, "right")
    first = np.minimum(first, np.maximum(here - 1, 0))
    count = np.minimum(np.maximum(last, here + 2), len(seen)) - first
    # All windows at once: what a shorter one lacks is infinite, and sorts behind the rest.
    steps = np.arange(int(count.max()))
    taken = np.minimum(first[:, np.newaxis] + steps, len(seen) - 1)
    ordered = np.where(steps < count[:, np.newaxis], known[taken], np.inf)
    ordered.sort(axis=1)
    low, high = ordered[here, (count - 1) // 2], ordered[here, count // 2]
    out[seen] = np.where(count % 2 == 1, high, (low + high) / 2.0)
    return out


def statistic_of(
    name: Statistic, t_s: FloatArray, values: FloatArray, peak_s: float
) -> float | None:
    """One number for a whole repetition; None when less than half of it was seen.

    ``start`` and ``target`` are medians around the first moment and around ``peak_s``;
    ``drift`` is the end less the start. Single frames do not decide.
    """
    if not _seen_enough(values):
        return None
    first, last = float(t_s[0]), float(t_s[-1])
    start = _median_in(t_s, values, first, first + EDGE_S)
    if name == "start":
        return start
    if name == "target":
        return _median_in(t_s, values, peak_s - EDGE_S / 2.0, peak_s + EDGE_S / 2.0)
    if name == "drift":
        end = _median_in(t_s, values, last - EDGE_S, last)
        return None if start is None or end is None else end - start
    smooth = running_median(t_s, values)
    low, high = float(np.fmin.reduce(smooth)), float(np.fmax.reduce(smooth))
    if name == "mean":
        return float(np.nanmean(values))
    return {"minimum": low, "maximum": high, "range": high - low}[name]


def measure_repetition(
    spec: ExerciseSpec,
    window: Window,
    start_s: float,
    peak_s: float,
    end_s: float,
    side: Side = "both",
) -> RepetitionMeasures:
    """Measure one repetition; ``window`` must reach from ``start_s`` to ``end_s``.

    Sides are compared only where both move: not in an alternating exercise nor in a
    repetition of one ``side``.
    """
    durations = durations_of(parts_of(window, start_s, peak_s, end_s), spec.tempo.outward)
    wanted = spec.range_of_motion
    if wanted is None:
        return RepetitionMeasures(
            range_left_deg=None, range_right_deg=None, range_deg=None, asymmetry=None,
            peak_speed_deg_s=None, durations=durations,
        )  # fmt: skip
    inside = (window.t_s >= start_s) & (window.t_s <= end_s)
    if not inside.all():
        window = Window(
            window.t_s[inside], window.values[inside], window.scores[inside], window.phase[inside]
        )
    times = window.t_s
    grows = wanted.target_deg >= wanted.rest_deg
    found: dict[str, tuple[float, float, float]] = {}
    central = wanted.feature in CENTRAL_FEATURES
    for name in ("both",) if central else ("left", "right"):
        if wanted.side in ("left", "right") and name != wanted.side:
            continue
        reader = SideReader(wanted.feature, None if name == "both" else name)  # type: ignore[arg-type]
        values, _ = reader.read_rows(window.values, window.scores)
        one = _reach_of(times, values, grows=grows)
        if one is not None:
            found[name] = one
    reaches = [reach for reach, _, _ in found.values()]
    moving = found.get(side) if side in found else None
    if moving is not None:
        reached: float | None = moving[0]
    elif wanted.side == "mean" and reaches:
        reached = sum(reaches) / len(reaches)
    else:
        best = max if grows == (wanted.side != "min") else min
        reached = best(reaches) if reaches else None
    speeds = [speed for _, _, speed in found.values() if not math.isnan(speed)]
    return RepetitionMeasures(
        range_left_deg=found["left"][0] if "left" in found else None,
        range_right_deg=found["right"][0] if "right" in found else None,
        range_deg=reached,
        asymmetry=_asymmetry(found) if side == "both" and spec.kind != "alternating" else None,
        peak_speed_deg_s=max(speeds) if speeds else None,
        durations=durations,
    )


def _seen_enough(values: FloatArray) -> bool:
    return len(values) > 0 and share_of(np.isfinite(values)) >= MIN_SEEN_SHARE


def _reach_of(
    t_s: FloatArray, values: FloatArray, *, grows: bool
) -> tuple[float, float, float] | None:
    """Angle reached, excursion to it and greatest speed; None when too little was seen."""
    if not _seen_enough(values):
        return None
    smooth = running_median(t_s, values)
    low, high = float(np.fmin.reduce(smooth)), float(np.fmax.reduce(smooth))
    return (high if grows else low), high - low, _peak_speed(t_s, smooth)


def _peak_speed(t_s: FloatArray, smooth: FloatArray) -> float:
    """Greatest slope over ``EDGE_S``, deg/s; NaN when the series is shorter than that."""
    seen = np.isfinite(smooth)
    times, angle = t_s[seen], smooth[seen]
    ahead = times.searchsorted(times + EDGE_S - 1e-9, "left")
    whole = ahead < len(times)
    here = whole.nonzero()[0]
    if not len(here):
        return math.nan
    there = ahead[whole]
    return float((np.abs(angle[there] - angle[here]) / (times[there] - times[here])).max())


def _median_in(t_s: FloatArray, values: FloatArray, first_s: float, last_s: float) -> float | None:
    inside = values[(t_s >= first_s - 1e-9) & (t_s <= last_s + 1e-9)]
    inside = inside[np.isfinite(inside)]
    return median_of(inside) if len(inside) else None


def _asymmetry(found: dict[str, tuple[float, float, float]]) -> float | None:
    if "left" not in found or "right" not in found:
        return None
    left, right = found["left"][1], found["right"][1]
    larger = max(left, right)
    return abs(left - right) / larger if larger >= MIN_EXCURSION_DEG else None
