"""Form rules on signals whose faults are known."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from aicoach.catalog.loader import load_catalog
from aicoach.catalog.spec import FormRule, Limit, TempoRule
from aicoach.events import PhaseDurations
from aicoach.features import CENTRAL_FEATURES, FEATURE_INDEX, N_FEATURES
from aicoach.kinematics import Features
from aicoach.tracking.form import FormJudge, score_of
from aicoach.tracking.history import Window
from aicoach.tracking.parts import PhaseLabeler

CATALOG = load_catalog()
SLOW = PhaseDurations(eccentric_s=2.0, bottom_hold_s=0.0, concentric_s=2.0, top_hold_s=0.0)
MOVING = ("eccentric", "bottom_hold", "concentric")


def rule(**changes):
    fields = {
        "id": "trunk_lean", "feature": "trunk_inclination_deg", "during": MOVING,
        "limit": Limit(at_most=45.0, major=55.0, hold_s=0.3), "severity": "minor",
        "views": ("side",), "confidence": "high", "cue": "chest_up", "source": "design_default",
    }  # fmt: skip
    return FormRule(**{**fields, **changes})


def knee_rule(**changes):
    fields = {
        "id": "knee", "feature": "knee_flexion_deg", "side": "each",
        "limit": Limit(at_most=100.0, hold_s=0.1),
    }  # fmt: skip
    return rule(**{**fields, **changes})


def judge_of(*rules, exercise="squat", tempo_rules=()):
    spec = CATALOG[exercise].model_copy(update={"form_rules": rules, "tempo_rules": tempo_rules})
    return FormJudge(spec)


def cycle(t_s):
    """One squat of 4 s that begins at 1 s and has been back for 1 s at 6 s."""
    return (1.0 - np.cos(np.pi * np.clip((t_s - 1.0) / 2.0, 0.0, 2.0))) / 2.0


def window_of(t_s, scores=1.0, **columns):
    values = np.full((len(t_s), N_FEATURES), np.nan)
    score = np.full((len(t_s), N_FEATURES), float(scores))
    for name, value in columns.items():
        ends = [name] if name in CENTRAL_FEATURES else [f"{name}.left", f"{name}.right"]
        for column, one in zip(ends, value if len(ends) == 2 else [value], strict=True):
            values[:, FEATURE_INDEX[column]] = one
    return Window(t_s, values, score, cycle(t_s))


def watch(judge, window, *, side="both", view="side", spec_id="squat"):
    labeler = PhaseLabeler(CATALOG[spec_id])
    faults = []
    for i, t_s in enumerate(window.t_s.tolist()):
        phase = labeler.step(t_s, float(window.phase[i]))
        features = Features(t_s, window.values[i], window.scores[i])
        faults += judge.step(features, phase, side, view, phase in MOVING)
    return faults


def times(fps=30.0, until_s=6.0):
    return np.arange(0.0, until_s, 1.0 / fps)


def leaning(t_s, from_s, to_s, by_deg=50.0):
    return np.where((t_s >= from_s) & (t_s < to_s), by_deg, 20.0)


def test_a_breach_that_lasts_is_one_fault_with_its_interval_and_worst_value():
    t_s = times()
    window = window_of(t_s, trunk_inclination_deg=leaning(t_s, 2.5, 3.5))
    for faults in (
        watch(judge_of(rule()), window),
        judge_of(rule()).judge(window, 3, "both", "side", SLOW).faults,
    ):
        (fault,) = faults
        assert (fault.rule, fault.severity, fault.cue) == ("trunk_lean", "minor", "chest_up")
        assert fault.start_s == pytest.approx(2.5, abs=0.05)
        assert (fault.value, fault.limit) == (50.0, 45.0)


def test_the_judgement_names_the_repetition_and_the_end_of_the_breach():
    t_s = times()
    window = window_of(t_s, trunk_inclination_deg=leaning(t_s, 2.5, 3.5))
    (fault,) = judge_of(rule()).judge(window, 3, "both", "side", SLOW).faults
    assert fault.repetition == 3
    assert fault.end_s == pytest.approx(3.5, abs=0.05)


def test_a_breach_beyond_the_marked_bound_is_major():
    t_s = times()
    window = window_of(t_s, trunk_inclination_deg=leaning(t_s, 2.5, 3.5, by_deg=60.0))
    (fault,) = judge_of(rule()).judge(window, 1, "both", "side", SLOW).faults
    assert fault.severity == "major"


@pytest.mark.parametrize("fps", [8.0, 15.0, 30.0, 60.0])
@pytest.mark.parametrize(("lasts_s", "faults"), [(0.15, 0), (0.75, 1)])
def test_persistence_is_in_seconds_not_frames(fps, lasts_s, faults):
    t_s = times(fps)
    window = window_of(t_s, trunk_inclination_deg=leaning(t_s, 2.5, 2.5 + lasts_s))
    assert len(watch(judge_of(rule()), window)) == faults
    assert len(judge_of(rule()).judge(window, 1, "both", "side", SLOW).faults) == faults


@pytest.mark.parametrize("fps", [8.0, 30.0, 60.0])
def test_a_single_misplaced_frame_neither_raises_a_fault_nor_excuses_one(fps):
    t_s = times(fps)
    lean = leaning(t_s, 9.0, 9.0)
    lean[len(lean) // 2] = 80.0
    assert not watch(judge_of(rule()), window_of(t_s, trunk_inclination_deg=lean))
    lean = leaning(t_s, 2.0, 4.0)
    lean[len(lean) // 2] = 20.0
    assert len(watch(judge_of(rule()), window_of(t_s, trunk_inclination_deg=lean))) == 1


def test_a_rule_the_view_cannot_judge_is_not_assessed():
    t_s = times()
    window = window_of(t_s, trunk_inclination_deg=leaning(t_s, 2.0, 4.0))
    judge = judge_of(rule())
    for view in ("front", "unknown"):
        assert not watch(judge, window, view=view)
        judgement = judge.judge(window, 1, "both", view, SLOW)
        assert not judgement.faults
        assert judgement.score is None
        (missed,) = judgement.not_assessed
        assert (missed.rule, missed.reason, missed.needs) == ("trunk_lean", "view", ("side",))


@pytest.mark.parametrize("hidden", ["nan", "score"])
def test_hidden_joints_never_give_good(hidden):
    t_s = times()
    lean = np.full(len(t_s), np.nan if hidden == "nan" else 20.0)
    window = window_of(t_s, 1.0 if hidden == "nan" else 0.3, trunk_inclination_deg=lean)
    judgement = judge_of(rule()).judge(window, 1, "both", "side", SLOW)
    assert judgement.score is None
    assert [(n.rule, n.reason) for n in judgement.not_assessed] == [("trunk_lean", "visibility")]


def test_one_hidden_side_keeps_a_rule_of_each_side_from_being_good():
    t_s = times()
    window = window_of(t_s, knee_flexion_deg=(90.0 * cycle(t_s), np.full(len(t_s), np.nan)))
    judgement = judge_of(knee_rule()).judge(window, 1, "both", "side", SLOW)
    assert [n.rule for n in judgement.not_assessed] == ["knee"]
    assert judgement.score == 100


def test_the_resting_side_does_not_matter_in_a_one_sided_repetition():
    t_s = times()
    window = window_of(t_s, knee_flexion_deg=(90.0 * cycle(t_s), np.full(len(t_s), np.nan)))
    judgement = judge_of(knee_rule()).judge(window, 1, "left", "side", SLOW)
    assert (judgement.not_assessed, judgement.score) == ((), 100)


def test_a_fault_seen_in_half_hidden_joints_is_still_a_fault():
    t_s = times()
    lean = leaning(t_s, 2.0, 3.0)
    lean[t_s > 3.0] = np.nan
    judgement = judge_of(rule()).judge(
        window_of(t_s, trunk_inclination_deg=lean), 1, "both", "side", SLOW
    )
    assert [f.rule for f in judgement.faults] == ["trunk_lean"]
    assert not judgement.not_assessed


@given(st.lists(st.booleans(), min_size=180, max_size=180))
def test_unseen_moments_never_raise_a_fault(seen):
    t_s = times()
    lean = leaning(t_s, 2.5, 2.75)  # too short
    lean[~np.array(seen)] = np.nan
    window = window_of(t_s, trunk_inclination_deg=lean)
    assert not watch(judge_of(rule()), window)
    assert not judge_of(rule()).judge(window, 1, "both", "side", SLOW).faults


def test_a_breach_interrupted_by_darkness_is_not_carried_over_it():
    t_s = times()
    lean = leaning(t_s, 2.0, 4.0)
    lean[(t_s > 2.2) & (t_s < 3.85)] = np.nan
    assert not watch(judge_of(rule()), window_of(t_s, trunk_inclination_deg=lean))


def test_a_rule_is_silent_outside_its_phases():
    t_s = times()
    window = window_of(t_s, trunk_inclination_deg=leaning(t_s, 1.2, 2.4))
    judge = judge_of(rule(during=("concentric",)))
    assert not watch(judge, window)
    assert not judge.judge(window, 1, "both", "side", SLOW).faults


def test_a_way_back_that_was_not_yet_made_is_not_good():
    t_s = times()
    whole = window_of(t_s, trunk_inclination_deg=np.full(len(t_s), 20.0))
    rows = int(np.argmax(whole.phase)) + 1
    up_to_the_bottom = Window(
        t_s[:rows], whole.values[:rows], whole.scores[:rows], whole.phase[:rows]
    )
    judge = judge_of(rule(during=("concentric",)))
    judgement = judge.judge(up_to_the_bottom, 1, "both", "side", SLOW)
    assert [n.rule for n in judgement.not_assessed] == ["trunk_lean"]
    assert judgement.score is None


def test_one_fault_per_repetition_and_one_more_in_the_next():
    t_s = times(until_s=11.0)
    window = window_of(t_s, trunk_inclination_deg=np.full(len(t_s), 50.0))
    again = np.where(t_s < 5.5, cycle(t_s), cycle(t_s - 5.0))
    window = Window(t_s, window.values, window.scores, again)
    assert len(watch(judge_of(rule()), window)) == 2


def test_mirrored_sides_have_mirrored_faults():
    t_s = times()
    deep, fine = 130.0 * cycle(t_s), 90.0 * cycle(t_s)
    for knees, side in (((deep, fine), "left"), ((fine, deep), "right")):
        window = window_of(t_s, knee_flexion_deg=knees)
        (live,) = watch(judge_of(knee_rule()), window)
        (late,) = judge_of(knee_rule()).judge(window, 1, "both", "side", SLOW).faults
        assert live.side == late.side == side


def test_a_change_is_measured_from_the_pose_at_the_start():
    moved = rule(relative_to="start", limit=Limit(at_most=15.0, hold_s=0.2))
    t_s = times()
    for change, faults in ((10.0, 0), (20.0, 1)):
        window = window_of(t_s, trunk_inclination_deg=40.0 + change * cycle(t_s))
        assert len(watch(judge_of(moved), window)) == faults
        assert len(judge_of(moved).judge(window, 1, "both", "side", SLOW).faults) == faults


def test_a_change_from_the_baseline_needs_a_baseline():
    moved = rule(relative_to="baseline", limit=Limit(at_most=15.0, hold_s=0.2))
    t_s = times()
    window = window_of(t_s, trunk_inclination_deg=10.0 + 30.0 * cycle(t_s))
    judge = judge_of(moved)
    assert [n.reason for n in judge.judge(window, 1, "both", "side", SLOW).not_assessed] == [
        "visibility"
    ]
    assert len(watch(judge, window)) == 1
    assert len(judge.judge(window, 1, "both", "side", SLOW).faults) == 1


@pytest.mark.parametrize(
    ("statistic", "limit", "faulty"),
    [
        ("maximum", Limit(at_most=85.0), True), ("maximum", Limit(at_most=95.0), False),
        ("target", Limit(at_least=95.0), True), ("target", Limit(at_least=80.0), False),
        ("start", Limit(at_most=5.0), False), ("range", Limit(at_least=95.0), True),
        ("drift", Limit(at_most=2.0), False),
    ],
)  # fmt: skip
def test_a_rule_over_the_repetition_judges_its_statistic(statistic, limit, faulty):
    t_s = times()
    knee = knee_rule(side="mean", during=(), statistic=statistic, limit=limit)
    window = window_of(t_s, knee_flexion_deg=(90.0 * cycle(t_s), 90.0 * cycle(t_s)))
    judgement = judge_of(knee).judge(window, 1, "both", "side", SLOW)
    assert bool(judgement.faults) is faulty
    assert not judgement.not_assessed


def test_a_safety_rule_does_not_wait_for_the_end_of_the_repetition():
    t_s = times()
    knee = knee_rule(
        side="max", during=(), statistic="maximum", severity="safety",
        limit=Limit(at_most=60.0, hold_s=0.1),
    )  # fmt: skip
    window = window_of(t_s, knee_flexion_deg=(90.0 * cycle(t_s), 90.0 * cycle(t_s)))
    (fault,) = watch(judge_of(knee), window)
    assert fault.severity == "safety"
    assert fault.end_s < 2.5


def test_what_was_said_live_stands_in_the_judgement():
    t_s = times()
    judge = judge_of(rule())
    watch(judge, window_of(t_s, trunk_inclination_deg=leaning(t_s, 2.0, 4.0)))
    clean = window_of(t_s, trunk_inclination_deg=np.full(len(t_s), 20.0))
    assert len(judge.judge(clean, 1, "both", "side", SLOW).faults) == 1
    later = Window(t_s + 10.0, clean.values, clean.scores, clean.phase)
    assert not judge.judge(later, 2, "both", "side", SLOW).faults


def test_the_difference_of_two_sides_needs_both():
    t_s = times()
    uneven = knee_rule(side="difference", limit=Limit(at_most=15.0, hold_s=0.2))
    window = window_of(t_s, knee_flexion_deg=(90.0 * cycle(t_s), 60.0 * cycle(t_s)))
    assert len(judge_of(uneven).judge(window, 1, "both", "side", SLOW).faults) == 1
    window.scores[:, FEATURE_INDEX["knee_flexion_deg.right"]] = 0.1
    judgement = judge_of(uneven).judge(window, 1, "both", "side", SLOW)
    assert [n.reason for n in judgement.not_assessed] == ["visibility"]


def test_confidence_falls_with_the_scores_and_with_an_oblique_view():
    t_s = times()
    lean = leaning(t_s, 2.0, 4.0)
    loose = rule(views=("side", "oblique"))

    def confidence(view, score):
        window = window_of(t_s, score, trunk_inclination_deg=lean)
        return judge_of(loose).judge(window, 1, "both", view, SLOW).faults[0].confidence

    assert confidence("side", 1.0) == pytest.approx(0.9)
    assert confidence("side", 0.6) < confidence("side", 1.0)
    assert confidence("oblique", 1.0) < confidence("side", 1.0)


def tempo_rule(**changes):
    fields = {"id": "fast", "phase": "eccentric", "at_least_s": 1.0, "severity": "minor",
              "cue": "slow_down", "source": "design_default"}  # fmt: skip
    return TempoRule(**{**fields, **changes})


def test_a_fast_phase_is_a_fault_and_an_unseen_one_is_not_assessed():
    t_s = times()
    window = window_of(t_s, trunk_inclination_deg=np.full(len(t_s), 20.0))
    for seconds, faults, missed in ((0.6, ["fast"], []), (1.4, [], []), (0.0, [], ["fast"])):
        durations = PhaseDurations(
            eccentric_s=seconds, bottom_hold_s=0.0, concentric_s=2.0, top_hold_s=0.0
        )
        judge = judge_of(rule(), tempo_rules=(tempo_rule(),))
        judgement = judge.judge(window, 1, "both", "side", durations)
        assert [f.rule for f in judgement.faults] == faults
        assert [n.rule for n in judgement.not_assessed] == missed


def test_the_score_takes_the_heaviest_fault_of_each_rule():
    t_s = times()
    deep = 130.0 * cycle(t_s)
    window = window_of(
        t_s, trunk_inclination_deg=leaning(t_s, 2.0, 4.0), knee_flexion_deg=(deep, deep)
    )
    judgement = judge_of(rule(), knee_rule(severity="major")).judge(window, 1, "both", "side", SLOW)
    assert len(judgement.faults) == 3
    assert judgement.score == 100 - 10 - 25
    assert score_of(judgement.faults * 2) == judgement.score


def test_a_score_needs_a_rule_that_was_judged():
    t_s = times()
    fast = PhaseDurations(eccentric_s=0.5, bottom_hold_s=0.0, concentric_s=0.5, top_hold_s=0.0)
    judge = judge_of(rule(), tempo_rules=(tempo_rule(),))
    assert judge.judge(window_of(t_s), 1, "both", "side", fast).score is None


def test_an_empty_window_is_not_assessed():
    judgement = judge_of(rule()).judge(window_of(np.empty(0)), 1, "both", "side", SLOW)
    assert judgement.score is None
    assert [n.reason for n in judgement.not_assessed] == ["visibility"]


def test_in_a_hold_every_moment_counts_and_a_corrected_fault_can_return():
    spec = CATALOG["plank"].model_copy(
        update={"form_rules": (rule(during=("bottom_hold",), limit=Limit(at_most=45, hold_s=1.0)),)}
    )
    judge, t_s = FormJudge(spec), times(until_s=12.0)
    lean = np.where(((t_s > 1.0) & (t_s < 3.0)) | ((t_s > 8.0) & (t_s < 10.0)), 60.0, 20.0)
    window = window_of(t_s, trunk_inclination_deg=lean)
    faults = [
        fault
        for i, t in enumerate(t_s.tolist())
        for fault in judge.step(
            Features(t, window.values[i], window.scores[i]), None, "both", "side", True
        )
    ]
    assert [round(fault.start_s) for fault in faults] == [1, 8]
    held = Window(t_s, window.values, window.scores, np.full(len(t_s), np.nan))
    assert len(judge.judge(held, 1, "both", "side", SLOW).faults) == 1


@pytest.mark.parametrize("exercise", sorted(CATALOG))
def test_every_exercise_of_the_catalogue_can_be_judged(exercise):
    judge, t_s = FormJudge(CATALOG[exercise]), times()
    judgement = judge.judge(window_of(t_s), 1, "both", "side", SLOW)
    spec = CATALOG[exercise]
    assert {n.rule for n in judgement.not_assessed} == {r.id for r in spec.form_rules}
    assert judgement.score is None
