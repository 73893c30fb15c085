"""Ranges, speeds and seconds of repetitions whose motion is a formula."""

from __future__ import annotations

import numpy as np
import pytest

from aicoach.catalog.loader import load_catalog
from aicoach.features import FEATURE_INDEX, N_FEATURES
from aicoach.tracking.history import Window
from aicoach.tracking.measures import measure_repetition, running_median, statistic_of
from aicoach.tracking.parts import PhaseLabeler

SQUAT = load_catalog()["squat"]
CURL = load_catalog()["bicep_curl"]


def trapezoid(t_s, out_s, hold_s, back_s, rest_s=1.0):
    """Phase that rests, eases out, holds, eases back and rests."""
    marks = np.cumsum([rest_s, out_s, hold_s, back_s])
    up = np.clip((t_s - marks[0]) / out_s, 0.0, 1.0)
    down = np.clip((t_s - marks[2]) / back_s, 0.0, 1.0)
    ease = lambda x: (1.0 - np.cos(np.pi * x)) / 2.0  # noqa: E731
    return ease(up) - ease(down)


def window_of(t_s, phase, left=None, right=None, feature="knee_flexion_deg"):
    values, scores = np.full((len(t_s), N_FEATURES), np.nan), np.ones((len(t_s), N_FEATURES))
    for side, angle in (("left", left), ("right", right)):
        if angle is not None:
            values[:, FEATURE_INDEX[f"{feature}.{side}"]] = angle
    return Window(t_s, values, scores, phase)


def measured(window, spec=SQUAT, **more):
    peak = float(window.t_s[np.nanargmax(window.phase)])
    return measure_repetition(
        spec, window, float(window.t_s[0]), peak, float(window.t_s[-1]), **more
    )


@pytest.mark.parametrize("fps", [10.0, 30.0, 60.0])
@pytest.mark.parametrize(
    ("out_s", "hold_s", "back_s"), [(2.0, 0.0, 2.0), (3.0, 1.0, 1.0), (1.0, 2.0, 3.0)]
)
def test_the_seconds_of_each_phase_are_those_of_the_movement(fps, out_s, hold_s, back_s):
    t_s = np.arange(0.0, out_s + hold_s + back_s + 2.0, 1.0 / fps)
    found = measured(window_of(t_s, trapezoid(t_s, out_s, hold_s, back_s))).durations
    assert found.eccentric_s == pytest.approx(out_s, rel=0.1, abs=0.1)
    assert found.bottom_hold_s == pytest.approx(hold_s, abs=0.3)
    assert found.concentric_s == pytest.approx(back_s, rel=0.1, abs=0.1)
    assert found.top_hold_s == pytest.approx(2.0, abs=0.3)


def test_the_way_out_of_a_curl_is_concentric():
    t_s = np.arange(0.0, 6.0, 1 / 30)
    found = measured(window_of(t_s, trapezoid(t_s, 1.0, 0.0, 3.0)), CURL).durations
    assert found.concentric_s == pytest.approx(1.0, abs=0.2)
    assert found.eccentric_s == pytest.approx(3.0, abs=0.3)


def test_a_repetition_believed_on_its_way_back_is_timed_to_its_end():
    t_s = np.arange(0.0, 6.0, 1 / 30)
    phase = trapezoid(t_s, 2.0, 0.0, 2.0)
    cut = t_s <= 4.2
    found = measured(window_of(t_s[cut], phase[cut])).durations
    assert found.concentric_s == pytest.approx(2.0, abs=0.4)


def test_a_phase_that_was_never_seen_leaves_the_times_of_the_counter():
    t_s = np.arange(0.0, 3.0, 0.1)
    window = window_of(t_s, np.full(len(t_s), np.nan))
    found = measure_repetition(SQUAT, window, 0.0, 1.0, 2.9).durations
    assert (found.eccentric_s, found.bottom_hold_s) == (1.0, 0.0)
    assert found.concentric_s == pytest.approx(1.9)


def test_the_range_is_the_angle_reached_on_each_side():
    t_s = np.arange(0.0, 6.0, 1 / 30)
    phase = trapezoid(t_s, 2.0, 0.0, 2.0)
    found = measured(window_of(t_s, phase, 5.0 + 90.0 * phase, 5.0 + 72.0 * phase))
    assert found.range_left_deg == pytest.approx(95.0, abs=0.5)
    assert found.range_right_deg == pytest.approx(77.0, abs=0.5)
    assert found.range_deg == found.range_left_deg
    assert found.asymmetry == pytest.approx(0.2, abs=0.01)


def test_a_single_misplaced_frame_is_no_range_and_no_speed():
    t_s = np.arange(0.0, 6.0, 1 / 30)
    phase = trapezoid(t_s, 2.0, 0.0, 2.0)
    clean = 90.0 * phase
    spiked = clean.copy()
    spiked[40] = 175.0
    want, found = (measured(window_of(t_s, phase, a, a)) for a in (clean, spiked))
    assert found.range_deg == pytest.approx(want.range_deg, abs=2.0)
    assert found.peak_speed_deg_s == pytest.approx(want.peak_speed_deg_s, rel=0.1)


def test_the_peak_speed_of_an_eased_movement_is_half_pi_times_its_mean():
    t_s = np.arange(0.0, 6.0, 1 / 60)
    phase = trapezoid(t_s, 2.0, 0.0, 2.0)
    found = measured(window_of(t_s, phase, 90.0 * phase, 90.0 * phase))
    assert found.peak_speed_deg_s == pytest.approx(np.pi / 2.0 * 45.0, rel=0.02)


def test_a_hidden_side_has_no_range_and_no_asymmetry():
    t_s = np.arange(0.0, 6.0, 1 / 30)
    phase = trapezoid(t_s, 2.0, 0.0, 2.0)
    window = window_of(t_s, phase, 90.0 * phase, 20.0 * phase)
    window.scores[:, FEATURE_INDEX["knee_flexion_deg.right"]] = 0.2
    found = measured(window)
    assert found.range_right_deg is None
    assert found.asymmetry is None
    assert found.range_deg == found.range_left_deg


def test_a_joint_hidden_for_most_of_the_repetition_is_not_measured():
    t_s = np.arange(0.0, 6.0, 1 / 30)
    phase = trapezoid(t_s, 2.0, 0.0, 2.0)
    angle = np.where(t_s < 3.5, np.nan, 90.0 * phase)
    assert measured(window_of(t_s, phase, angle, angle)).range_deg is None


def test_the_sides_of_a_one_sided_repetition_are_not_compared():
    t_s = np.arange(0.0, 6.0, 1 / 30)
    phase = trapezoid(t_s, 2.0, 0.0, 2.0)
    found = measured(window_of(t_s, phase, 60.0 * phase, 5.0 * phase), side="left")
    assert found.asymmetry is None
    assert found.range_deg == found.range_left_deg


def test_a_mirrored_repetition_has_mirrored_ranges():
    t_s = np.arange(0.0, 6.0, 1 / 30)
    phase = trapezoid(t_s, 2.0, 0.0, 2.0)
    one = measured(window_of(t_s, phase, 90.0 * phase, 70.0 * phase))
    other = measured(window_of(t_s, phase, 70.0 * phase, 90.0 * phase))
    assert (one.range_left_deg, one.range_right_deg) == (
        other.range_right_deg,
        other.range_left_deg,
    )
    assert one.asymmetry == other.asymmetry


def test_the_running_median_leaves_unseen_moments_unseen():
    t_s = np.arange(10) / 30
    values = np.arange(10.0)
    values[4] = np.nan
    smooth = running_median(t_s, values)
    assert np.isnan(smooth[4])
    assert np.isfinite(np.delete(smooth, 4)).all()


@pytest.mark.parametrize(
    ("name", "value"),
    [("minimum", 0.0), ("maximum", 10.0), ("range", 10.0), ("start", 0.1), ("target", 5.0),
     ("mean", 5.0), ("drift", 9.8)],
)  # fmt: skip
def test_the_statistics_of_a_steady_rise_are_those_of_a_ramp(name, value):
    t_s = np.linspace(0.0, 10.0, 301)
    assert statistic_of(name, t_s, t_s.copy(), 5.0) == pytest.approx(value, abs=0.1)


def test_there_is_no_statistic_of_what_was_hardly_seen():
    t_s = np.linspace(0.0, 10.0, 301)
    assert statistic_of("mean", t_s, np.where(t_s < 6.0, np.nan, 1.0), 5.0) is None


def labels_over(phase, fps, spec=SQUAT):
    labeler = PhaseLabeler(spec)
    found = [labeler.step(i / fps, float(p)) for i, p in enumerate(phase)]
    return [name for i, name in enumerate(found) if i == 0 or name != found[i - 1]]


@pytest.mark.parametrize("fps", [8.0, 30.0, 60.0])
def test_the_live_phases_of_two_held_repetitions_follow_each_other_without_chatter(fps):
    t_s = np.arange(0.0, 6.0, 1 / fps)
    one = trapezoid(t_s, 1.5, 1.5, 1.0)
    cycle = ["eccentric", "bottom_hold", "concentric", "top_hold"]
    assert labels_over(np.concatenate((one, one)), fps) == ["top_hold", *cycle, *cycle]


def test_noise_at_rest_is_not_a_movement():
    noise = np.random.default_rng(1).normal(0.0, 0.012, 900)
    assert labels_over(noise, 30.0) == ["top_hold"]


def test_nothing_is_said_of_a_phase_that_is_not_seen():
    labeler = PhaseLabeler(SQUAT)
    assert labeler.step(0.0, float("nan")) is None
    labeler.step(0.1, 0.0)
    assert labeler.step(0.3, float("nan")) == "top_hold"
    assert labeler.step(1.0, float("nan")) is None
