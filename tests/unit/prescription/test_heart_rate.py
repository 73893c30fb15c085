"""Maximal heart rate and zones, against the test vectors of the domain reference."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aicoach.prescription.heart_rate import (
    bpm_to_reserve,
    effort_on_our_scale,
    predicted_max_bpm,
    reserve_to_bpm,
    zones_may_be_computed,
)

VECTORS = [
    (65, 70, "tanaka", 162.5, (97.8, 107.0, 124.6, 125.5, 152.3)),
    (65, 70, "gellish", 161.5, (97.5, 106.6, 124.0, 124.9, 151.4)),
    (65, 70, "fox", 155.0, (95.5, 104.0, 120.2, 121.0, 145.7)),
    (65, 70, "brawner", 118.5, (84.5, 89.4, 98.6, 99.1, 113.2)),
    (35, 62, "tanaka", 183.5, (98.4, 110.6, 133.7, 134.9, 170.1)),
    (75, 68, "gellish", 154.5, (94.0, 102.6, 119.0, 119.9, 145.0)),
]
PERCENTS = (30, 40, 59, 60, 89)


@pytest.mark.parametrize(("age", "rest_bpm", "formula", "max_bpm", "zones"), VECTORS)
def test_zones_are_those_of_the_table(
    age: int, rest_bpm: float, formula: str, max_bpm: float, zones: tuple[float, ...]
) -> None:
    found = predicted_max_bpm(formula, age)  # type: ignore[arg-type]
    assert found == pytest.approx(max_bpm, abs=1e-9)
    for percent, bpm in zip(PERCENTS, zones, strict=True):
        # The table is rounded to a tenth; on a half either neighbour may be printed.
        assert reserve_to_bpm(percent / 100, rest_bpm, found) == pytest.approx(bpm, abs=0.0501)


def test_formula_of_the_stroke_guideline() -> None:
    assert predicted_max_bpm("aerobics", 60) == pytest.approx(206.9 - 0.67 * 60)


@given(rest=st.floats(30, 120), span=st.floats(1, 140), low=st.floats(0, 1), high=st.floats(0, 1))
def test_more_of_the_reserve_is_never_a_lower_heart_rate(
    rest: float, span: float, low: float, high: float
) -> None:
    low, high = sorted((low, high))
    slower, faster = (reserve_to_bpm(share, rest, rest + span) for share in (low, high))
    assert rest - 1e-9 <= slower <= faster + 1e-9 <= rest + span + 2e-9
    assert bpm_to_reserve(faster, rest, rest + span) == pytest.approx(high, abs=1e-6)


@pytest.mark.parametrize("conversion", [reserve_to_bpm, bpm_to_reserve])
def test_a_resting_rate_above_the_maximum_is_refused(conversion: object) -> None:
    with pytest.raises(ValueError, match="not below"):
        conversion(0.5, 120.0, 110.0)  # type: ignore[operator]


@pytest.mark.parametrize(
    ("rest_bpm", "may"),
    [(39.9, False), (40.0, True), (70.0, True), (100.0, True), (100.1, False), (None, False),
     (math.nan, False)],
)  # fmt: skip
def test_zones_are_built_only_on_a_plausible_resting_rate(
    rest_bpm: float | None, may: bool
) -> None:
    assert zones_may_be_computed(rest_bpm) is may


@pytest.mark.parametrize(
    ("value", "scale", "ours"),
    [(5, "project0_10", 5), (8.5, "project0_10", 8.5), (6, "borg6_20", 0), (11, "borg6_20", 4),
     (12, "borg6_20", 5), (13, "borg6_20", 6), (13.9, "borg6_20", 6), (14, "borg6_20", 7),
     (17, "borg6_20", 8), (18, "borg6_20", 9), (20, "borg6_20", 10), (3, "cr10", 3)],
)  # fmt: skip
def test_efforts_keep_their_class_on_our_scale(value: float, scale: str, ours: float) -> None:
    assert effort_on_our_scale(value, scale) == ours  # type: ignore[arg-type]


@pytest.mark.parametrize(("value", "scale"), [(5, "borg6_20"), (11, "project0_10"), (-1, "cr10")])
def test_an_effort_beyond_its_scale_is_refused(value: float, scale: str) -> None:
    with pytest.raises(ValueError, match=scale):
        effort_on_our_scale(value, scale)  # type: ignore[arg-type]


@given(st.floats(6, 20), st.floats(6, 20))
def test_more_effort_is_never_less_on_our_scale(first: float, second: float) -> None:
    low, high = sorted((first, second))
    assert effort_on_our_scale(low, "borg6_20") <= effort_on_our_scale(high, "borg6_20")
