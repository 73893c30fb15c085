"""Features become a phase: 0 at the start pose, 1 at the target pose, NaN unseen."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aicoach.catalog.loader import load_catalog
from aicoach.catalog.settings import counting_settings
from aicoach.catalog.spec import Signal
from aicoach.features import FEATURE_INDEX, N_FEATURES
from aicoach.tracking.phases import PhaseFilter, PhaseReader

CATALOG = load_catalog()
SETTINGS = counting_settings().signal.model_copy(
    update={"low_clip": -0.2, "high_clip": 1.35, "min_score": 0.2}
)
BASELINE_S = 12.0


def reader(*signals, exercise="squat"):
    spec = CATALOG[exercise].model_copy(update={"signals": signals})
    return PhaseReader(spec, SETTINGS, BASELINE_S)


def knee(side="mean", weight=1.0, start=0.0, target=100.0):
    return Signal(
        feature="knee_flexion_deg",
        side=side,
        start=start,
        target=target,
        weight=weight,
        source="design_default",
    )


def central(feature, start, target, weight=1.0):
    return Signal(
        feature=feature, start=start, target=target, weight=weight, source="design_default"
    )


def read(machine, t_s=0.0, scores=None, **columns):
    """Phases for one row: columns as ``knee_flexion_deg__left``; the rest is not seen."""
    values, seen = [math.nan] * N_FEATURES, [1.0] * N_FEATURES
    for name, value in columns.items():
        values[FEATURE_INDEX[name.replace("__", ".")]] = value
    for name, score in (scores or {}).items():
        seen[FEATURE_INDEX[name.replace("__", ".")]] = score
    return machine.read(t_s, values, seen)


def knees(left, right):
    return {"knee_flexion_deg__left": left, "knee_flexion_deg__right": right}


@pytest.mark.parametrize(
    ("degrees", "phase"), [(0.0, 0.0), (50.0, 0.5), (100.0, 1.0), (120.0, 1.2)]
)
def test_the_phase_runs_from_start_to_target(degrees, phase):
    assert read(reader(knee()), **knees(degrees, degrees)) == pytest.approx((phase,))


def test_a_signal_may_fall_towards_the_target():
    machine = reader(central("hip_height", 1.5, 0.8))
    assert read(machine, hip_height=1.15) == pytest.approx((0.5,))


def test_the_phase_is_cut_at_both_ends():
    machine = reader(knee())
    assert read(machine, **knees(-90.0, -90.0)) == (-0.2,)
    assert read(machine, **knees(500.0, 500.0)) == (1.35,)


@pytest.mark.parametrize(
    ("rule", "phase"), [("mean", 0.5), ("max", 0.8), ("min", 0.2), ("left", 0.2), ("right", 0.8)]
)
def test_left_and_right_become_one_as_the_file_asks(rule, phase):
    assert read(reader(knee(rule)), **knees(20.0, 80.0)) == pytest.approx((phase,))


def test_nearest_is_the_side_that_is_seen_better():
    scores = {"knee_flexion_deg__left": 0.9, "knee_flexion_deg__right": 0.4}
    assert read(reader(knee("nearest")), scores=scores, **knees(20.0, 80.0)) == pytest.approx(
        (0.2,)
    )


@pytest.mark.parametrize("rule", ["mean", "max", "min", "nearest"])
def test_one_side_is_enough_where_the_other_is_hidden(rule):
    assert read(reader(knee(rule)), **knees(20.0, math.nan)) == pytest.approx((0.2,))


@pytest.mark.parametrize("rule", ["mean", "max", "min", "nearest"])
def test_what_nobody_sees_is_no_phase(rule):
    (phase,) = read(reader(knee(rule)), **knees(math.nan, math.nan))
    assert math.isnan(phase)


def test_a_joint_below_the_lowest_score_is_silent():
    scores = {"knee_flexion_deg__left": 0.1, "knee_flexion_deg__right": 0.9}
    assert read(reader(knee()), scores=scores, **knees(90.0, 30.0)) == pytest.approx((0.3,))


def test_voters_count_by_their_weight_and_by_how_well_they_are_seen():
    machine = reader(knee(weight=3.0), central("hip_height", 1.5, 0.5, weight=1.0))
    assert read(machine, **knees(100.0, 100.0), hip_height=1.5) == pytest.approx((0.75,))
    dim = {"knee_flexion_deg__left": 0.25, "knee_flexion_deg__right": 0.25}
    assert read(machine, scores=dim, **knees(100.0, 100.0), hip_height=1.5) == pytest.approx((0.6,))


def test_a_hidden_voter_leaves_the_others_their_say():
    machine = reader(knee(), central("hip_height", 1.5, 0.5))
    assert read(machine, **knees(math.nan, math.nan), hip_height=1.0) == pytest.approx((0.5,))


def test_an_alternating_exercise_has_a_phase_for_each_side():
    machine = reader(knee("each"), exercise="marching")
    assert machine.sides == ("left", "right")
    left, right = read(machine, **knees(80.0, math.nan))
    assert left == pytest.approx(0.8)
    assert math.isnan(right)


def test_an_absolute_height_is_read_from_where_the_person_stands():
    for level in (-3.0, 40.0):
        machine = reader(central("hip_rise", 0.0, 0.5))
        assert read(machine, hip_rise=level) == (0.0,)
        for i in range(1, 60):
            read(machine, i / 30.0, hip_rise=level)
        assert read(machine, 2.1, hip_rise=level + 0.5)[0] == pytest.approx(1.0, abs=0.05)


def test_after_a_reset_the_level_is_learned_anew():
    machine = reader(central("hip_rise", 0.0, 0.5))
    read(machine, 0.0, hip_rise=1.0)
    machine.reset()
    assert read(machine, 5.0, hip_rise=9.0) == (0.0,)


@given(
    values=st.lists(st.floats(0.0, 1.0), min_size=1, max_size=30),
    smoothing_s=st.floats(0.02, 0.5),
)
@settings(max_examples=40)
def test_a_smoothed_phase_stays_within_what_was_read(values, smoothing_s):
    machine = PhaseFilter(smoothing_s)
    out = [machine.step(i / 20.0, value) for i, value in enumerate(values)]
    assert out[0] == values[0]
    for i, smoothed in enumerate(out):
        seen = values[: i + 1]
        assert min(seen) - 1e-9 <= smoothed <= max(seen) + 1e-9


@pytest.mark.parametrize("fps", [8.0, 30.0, 60.0])
def test_smoothing_takes_time_not_frames(fps):
    machine = PhaseFilter(0.1)
    machine.step(0.0, 0.0)
    for t_s in np.arange(1.0 / fps, 0.5 + 1e-9, 1.0 / fps):
        last = machine.step(float(t_s), 1.0)
    assert last == pytest.approx(1.0 - math.exp(-5.0), abs=0.01)


def test_a_reset_filter_takes_the_next_reading_as_it_is():
    machine = PhaseFilter(0.1)
    machine.step(0.0, 0.0)
    machine.reset()
    assert machine.step(0.01, 0.9) == 0.9
