"""Maximal heart rate, zones and intensity classes: arithmetic, without a plan."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aicoach.prescription.rules import table, zone_rules

if TYPE_CHECKING:
    from aicoach.prescription.parts import EffortScale, FormulaName


def predicted_max_bpm(formula: FormulaName, age: float) -> float:
    """Maximal heart rate from the age in years, in bpm; the standard error is 7 to 11 bpm."""
    intercept, slope = table("formula_intercept"), table("formula_slope")
    return intercept[formula].value - slope[formula].value * age


def reserve_to_bpm(fraction: float, rest_bpm: float, max_bpm: float) -> float:
    """Heart rate at ``fraction`` of the heart-rate reserve (Karvonen), in bpm.

    Raises
    ------
    ValueError
        If ``rest_bpm`` is not below ``max_bpm``. Source: SOURCES.toml, ``karvonen1957``.
    """
    if not rest_bpm < max_bpm:
        raise ValueError(f"the resting heart rate {rest_bpm:g} is not below {max_bpm:g}")
    return rest_bpm + fraction * (max_bpm - rest_bpm)


def bpm_to_reserve(bpm: float, rest_bpm: float, max_bpm: float) -> float:
    """Fraction of the heart-rate reserve at ``bpm``.

    Raises
    ------
    ValueError
        If ``rest_bpm`` is not below ``max_bpm``.
    """
    if not rest_bpm < max_bpm:
        raise ValueError(f"the resting heart rate {rest_bpm:g} is not below {max_bpm:g}")
    return (bpm - rest_bpm) / (max_bpm - rest_bpm)


def zones_may_be_computed(rest_bpm: float | None) -> bool:
    """Whether a resting heart rate is known and plausible enough to build zones on."""
    rules = zone_rules()
    return rest_bpm is not None and rules.rest_lowest_bpm <= rest_bpm <= rules.rest_highest_bpm


def effort_on_our_scale(value: float, scale: EffortScale) -> float:
    """An effort of another scale on ours, 0 to 10; between two points the lower one.

    Raises
    ------
    ValueError
        If the scale does not hold the value.
    """
    if scale == "project0_10":
        lowest, highest = 0.0, 10.0
    else:
        points = sorted(map(int, table(f"effort_{scale}")))
        lowest, highest = float(points[0]), float(points[-1])
    if not lowest <= value <= highest:
        raise ValueError(f"must lie between {lowest:g} and {highest:g} on the scale {scale}")
    return value if scale == "project0_10" else table(f"effort_{scale}")[str(int(value))].value
