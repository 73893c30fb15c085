"""What speaks for and against a movement, one reason at a time."""

from __future__ import annotations

import math

import numpy as np
import pytest

from aicoach.catalog.loader import load_catalog
from aicoach.catalog.settings import counting_settings
from aicoach.catalog.spec import Gate, Signal
from aicoach.events import Rejection
from aicoach.features import FEATURE_INDEX, N_FEATURES
from aicoach.tracking.cycles import Cycle
from aicoach.tracking.evidence import EvidenceReader
from aicoach.tracking.history import History

CATALOG = load_catalog()
SETTINGS = counting_settings()
FPS = 20.0
START_S, PEAK_S, END_S = 2.0, 3.0, 3.8
CYCLE = Cycle(
    trough_s=START_S,
    start_s=START_S,
    left_s=2.2,
    peak_s=PEAK_S,
    end_s=END_S,
    trough=0.0,
    peak=1.0,
    low=0.3,
)
STILL = {
    "trunk_inclination_world_deg": 5.0,
    "hip_height": 1.5,
    "hip_x": 3.0,
    "hip_rise": -2.0,
    "log_scale": math.log(100.0),
    "ankle_x.left": 2.9,
    "ankle_x.right": 3.1,
    "ankle_rise.left": -3.5,
    "ankle_rise.right": -3.5,
}


def spec_of(*gates, exercise="squat", **changes):
    signal = Signal(
        feature="knee_flexion_deg", side="mean", start=0.0, target=100.0, source="design_default"
    )
    repetition = CATALOG[exercise].repetition.model_copy(
        update={"duration_s": (0.5, 10.0), "count_at": "return", "min_peak": 0.35}
    )
    plain = {"signals": (signal,), "gates": gates, "repetition": repetition, "stance": "free"}
    return CATALOG[exercise].model_copy(update={**plain, **changes})


def gate(feature="wrist_gap", side=None, statistic="maximum", *, strict=True, **bounds):
    return Gate(
        id="a_gate",
        feature=feature,
        side=side,
        statistic=statistic,
        strict=strict,
        source="design_default",
        **bounds,
    )


def phase_at(t_s):
    return float(np.interp(t_s, [START_S, PEAK_S, 4.2], [0.0, 1.0, 0.0]))


def history_of(columns=None, score=1.0, phase=phase_at):
    """Five seconds; a column is a number or a function of the time."""
    history = History()
    for i in range(int(5.0 * FPS)):
        t_s = i / FPS
        values, scores = np.full(N_FEATURES, np.nan), np.full(N_FEATURES, score)
        bend = 100.0 * phase_at(t_s)
        moving = {f"knee_flexion_{kind}.{s}": bend for kind in ("deg", "world_deg") for s in SIDES}
        for name, value in {**STILL, **moving, **(columns or {})}.items():
            values[FEATURE_INDEX[name]] = value(t_s) if callable(value) else value
        history.append(t_s, values, scores, phase(t_s))
    return history


SIDES = ("left", "right")


def read(spec, history, cycle=CYCLE, side="both"):
    return EvidenceReader(spec, SETTINGS, 1.0).read(cycle, side, history, 0.0)


def refusal(spec, columns=None, **how):
    return read(spec, history_of(columns), **how).rejection


def cycle_of(start_s, end_s, **how):
    shape = {"trough": 0.0, "peak": 1.0, "low": 0.3, **how}
    return Cycle(
        trough_s=start_s,
        start_s=start_s,
        left_s=start_s,
        peak_s=(start_s + end_s) / 2,
        end_s=end_s,
        **shape,
    )


def test_nothing_speaks_against_a_good_repetition():
    found = read(spec_of(), history_of())
    assert found.rejection is None
    assert found.weak == ()
    assert found.ready


def test_a_movement_may_be_too_fast_or_too_slow():
    assert refusal(spec_of(), cycle=cycle_of(2.0, 2.3)) is Rejection.TOO_FAST
    quick = spec_of().repetition.model_copy(update={"duration_s": (0.1, 1.0)})
    assert refusal(spec_of(repetition=quick)) is Rejection.TOO_SLOW


def test_until_the_target_only_half_the_shortest_time_is_asked():
    at_target = spec_of().repetition.model_copy(update={"count_at": "target"})
    assert refusal(spec_of(repetition=at_target), cycle=cycle_of(2.0, 2.3)) is None


def test_faint_joints_everywhere_are_nobody():
    history = history_of(score=0.05)
    assert read(spec_of(), history).rejection is Rejection.LOST_FROM_SIGHT


@pytest.mark.parametrize(
    ("exercise", "trunk_deg"), [("squat", 120.0), ("sit_to_stand", 150.0), ("push_up", 3.0)]
)
def test_the_body_must_be_oriented_as_the_exercise_asks(exercise, trunk_deg):
    lying = {"trunk_inclination_world_deg": trunk_deg}
    assert refusal(spec_of(exercise=exercise), lying) is Rejection.WRONG_POSTURE


def test_orientation_is_asked_of_the_start_pose_not_of_the_target():
    """Who bends forward in a hip hinge is still upright before and after."""
    bends = {"trunk_inclination_world_deg": lambda t: 5.0 + 85.0 * (phase_at(t) > 0.5)}
    assert refusal(spec_of(exercise="hip_hinge"), bends) is None


@pytest.mark.parametrize(
    "columns",
    [
        {"hip_x": lambda t: 3.0 + 1.5 * (t - START_S)},
        {"log_scale": lambda t: math.log(100.0) + 0.5 * (t - START_S)},
    ],
)
def test_who_walks_or_comes_nearer_is_not_in_place(columns):
    assert refusal(spec_of(), columns) is Rejection.NOT_IN_PLACE


def test_who_sways_out_and_back_is_in_place():
    sways = {"hip_x": lambda t: 3.0 + 0.3 * math.sin(2 * math.pi * t)}
    assert refusal(spec_of(), sways) is None


def test_a_planted_foot_that_walks_away_is_no_squat():
    walks = {"ankle_x.left": lambda t: 2.9 + 3.0 * max(t - 2.2, 0.0)}
    assert refusal(spec_of(stance="both_feet"), walks) is Rejection.NOT_IN_PLACE
    assert refusal(spec_of(stance="free"), walks) is None
    assert refusal(spec_of(stance="one_foot"), walks) is None


def test_a_hidden_foot_cannot_tell():
    history = history_of({"ankle_x.left": math.nan, "ankle_x.right": math.nan})
    assert read(spec_of(stance="both_feet"), history).rejection is None


@pytest.mark.parametrize(
    ("bounds", "value", "passes"),
    [
        ({"at_most": 1.0}, 0.5, True),
        ({"at_most": 1.0}, 1.5, False),
        ({"at_least": 1.0}, 1.5, True),
        ({"at_least": 1.0}, 0.5, False),
    ],
)
def test_a_strict_gate_refuses_and_a_soft_one_leaves_a_doubt(bounds, value, passes):
    columns = {"wrist_gap": value}
    refused = refusal(spec_of(gate(**bounds)), columns)
    assert refused is (None if passes else Rejection.OTHER_MOVEMENT)
    soft = read(spec_of(gate(strict=False, **bounds)), history_of(columns))
    assert soft.rejection is None
    assert soft.weak == (() if passes else ("a_gate",))


def test_a_gate_does_not_speak_of_what_was_not_seen():
    hidden = {"wrist_gap": math.nan}
    assert refusal(spec_of(gate(at_least=1.0)), hidden) is None
    faint = history_of({"wrist_gap": 0.0}, score=0.4)
    assert read(spec_of(gate(at_least=1.0)), faint).rejection is None


@pytest.mark.parametrize(
    ("statistic", "value"),
    [
        ("minimum", 0.0), ("maximum", 1.0), ("range", 1.0), ("start", 0.0), ("target", 1.0),
        ("drift", 0.3),
    ],
)  # fmt: skip
def test_the_statistics_of_a_gate_are_what_they_say(statistic, value):
    columns = {"wrist_gap": phase_at}
    for slack, passes in ((0.2, True), (-0.2, False)):  # extremes are robust ones
        low = gate(statistic=statistic, at_least=value - slack)
        high = gate(statistic=statistic, at_most=value + slack)
        assert (refusal(spec_of(low), columns) is None) == passes
        assert (refusal(spec_of(high), columns) is None) == passes


def test_active_and_passive_are_the_leg_that_moves_and_the_other():
    one_leg = {f"knee_flexion_{kind}.right": 2.0 for kind in ("deg", "world_deg", "image_deg")} | {
        "heel_height.left": 0.9,
        "heel_height.right": 0.1,
    }
    active = gate("heel_height", "active", "mean", at_least=0.5)
    passive = gate("heel_height", "passive", "mean", at_most=0.5)
    assert refusal(spec_of(active, passive), one_leg) is None
    assert refusal(spec_of(gate("heel_height", "active", "mean", at_most=0.5)), one_leg)


def test_a_peak_short_of_the_target_and_a_start_far_from_rest_are_doubts():
    shallow = cycle_of(2.0, 3.8, peak=0.3)
    assert "peak" in read(spec_of(), history_of(), cycle=shallow).weak
    assert "start" in read(spec_of(), history_of(), cycle=cycle_of(2.0, 3.8, trough=0.7)).weak


def test_a_prescribed_short_range_is_no_doubt():
    shallow = cycle_of(2.0, 3.8, peak=0.3)
    reader = EvidenceReader(spec_of(), SETTINGS, 0.5)
    assert "peak" not in reader.read(shallow, "both", history_of(), 0.0).weak


def test_joints_seen_badly_are_a_doubt():
    assert "score" in read(spec_of(), history_of(score=0.4)).weak


def test_the_start_pose_was_held_or_not():
    reader = EvidenceReader(spec_of(), SETTINGS, 1.0)
    assert reader.held(history_of(), START_S)
    assert not reader.held(history_of(), PEAK_S)
    assert not reader.held(history_of(phase=lambda t: 0.3 * math.sin(20.0 * t)), START_S)
    walking = history_of({"hip_x": lambda t: 1.0 * t})
    assert not reader.held(walking, START_S)
    assert not reader.held(history_of(), 0.05)


def test_a_cycle_right_after_somebody_appeared_is_an_opening():
    reader = EvidenceReader(spec_of(), SETTINGS, 1.0)
    assert reader.read(CYCLE, "both", history_of(), START_S - 0.1).opening
    assert not reader.read(CYCLE, "both", history_of(), START_S - 2.0).opening


def test_an_exercise_without_repetitions_has_no_evidence():
    with pytest.raises(ValueError, match="plank"):
        EvidenceReader(CATALOG["plank"], SETTINGS, 1.0)
