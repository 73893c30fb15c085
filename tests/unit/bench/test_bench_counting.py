"""The counting bench adds up what the counter says, and holds it against its bars."""

from __future__ import annotations

import io
import math

import numpy as np
import pytest
from rich.console import Console

from aicoach.bench.counting import CountingReport, Figure, Section, Trial, run
from aicoach.bench.counting.altered import ALTERATIONS, at_rate, joined, rebuilt, slower
from aicoach.bench.counting.machine import count_features, count_poses
from aicoach.bench.counting.material import Material
from aicoach.bench.counting.played import idle_minutes
from aicoach.bench.counting.shown import failure_lines
from aicoach.bench.counting.trials import (
    false_counts,
    missing_counts,
    share_in_range,
    share_within_one,
)
from aicoach.catalog.loader import load_catalog
from aicoach.kinematics import features_of_track
from aicoach.synth import IDLE_KINDS, perform

CATALOG = load_catalog()
SQUATS = perform(CATALOG["squat"], reps=3, view="side", fps=20.0)


def trial(counted, low=4, high=5, name="squat_01"):
    return Trial(name=name, exercise="squat", low=low, high=high, counted=counted, story="why")


def section(*trials, figures=(), key="recordings"):
    return Section(key=key, title="Recordings", figures=figures, trials=trials)


@pytest.mark.parametrize(("counted", "off"), [(2, -2), (3, -1), (4, 0), (5, 0), (7, 2)])
def test_a_count_is_off_by_its_distance_to_the_accepted_range(counted, off):
    assert trial(counted).off == off


def test_shares_and_sums_are_over_all_trials():
    trials = [trial(4), trial(3), trial(8), trial(5)]
    assert share_in_range(trials).value == 0.5
    assert share_within_one(trials).value == 0.75
    assert false_counts(trials, None).value == 3
    assert missing_counts(trials, None).value == 1
    assert math.isnan(share_in_range([]).value)


def test_a_bar_is_held_when_it_is_just_met():
    assert Figure(what="in range", value=0.93, trials=10, at_least=0.93).held
    assert not Figure(what="in range", value=0.92, trials=10, at_least=0.93).held
    assert Figure(what="false", value=5, trials=10, at_most=5).held
    assert not Figure(what="false", value=6, trials=10, at_most=5).held
    assert Figure(what="false", value=6, trials=10).held


def test_missed_bars_and_miscounted_trials_are_not_the_same():
    figures = (Figure(what="in range", value=0.95, trials=20, at_least=0.93),)
    fine = CountingReport((section(trial(3), trial(4), figures=figures),))
    assert fine.failures == ()
    assert [t.counted for t in fine.sections[0].failures] == [3]
    missed = Figure(what="extra", value=4, trials=48, at_most=3)
    assert CountingReport((section(figures=(missed,)),)).failures == (
        "Recordings: extra 4, bar <= 3",
    )


def test_every_failure_is_listed_however_many():
    few = section(*(trial(0, name=f"squat_{i:02d}") for i in range(5)))
    many = section(*(trial(0, name=f"squat_{i:02d}") for i in range(90)))
    for told, n in ((few, 5), (many, 90)):
        text = "\n".join(failure_lines(told))
        assert all(f"squat_{i:02d}" in text for i in range(n))


def test_two_hundred_idle_minutes_are_all_kinds_views_and_rates_and_never_the_same_twice():
    minutes = idle_minutes(200)
    assert len(set(minutes)) == len({m.name for m in minutes}) == 200
    for kind in IDLE_KINDS:
        mine = [m for m in minutes if m.kind == kind]
        assert {m.view for m in mine} == {"front", "oblique", "side"}
        assert len({m.fps for m in mine}) == 3
        assert len({m.seed for m in mine}) == len(mine)


def test_features_and_poses_give_the_same_count():
    spec = CATALOG["squat"]
    by_features = count_features(spec, features_of_track(SQUATS.track))
    by_poses = count_poses(spec, SQUATS.track.poses())
    assert by_features.repetitions == by_poses.repetitions == 3
    assert by_features.story.startswith("counted ")


def test_a_slower_camera_shows_the_nearest_frames():
    slow = at_rate(SQUATS.track, 8.0)
    assert np.isin(slow.t_s, SQUATS.track.t_s).all()
    assert 1.0 / np.mean(np.diff(slow.t_s)) == pytest.approx(8.0, abs=0.1)
    assert len(at_rate(SQUATS.track, 60.0)) == len(SQUATS.track)


def test_slowed_movement_takes_its_time_from_where_it_began():
    slow = slower(SQUATS.track, 1.7)
    assert slow.t_s[0] == SQUATS.track.t_s[0]
    assert np.ptp(slow.t_s) == pytest.approx(1.7 * np.ptp(SQUATS.track.t_s))


@pytest.mark.parametrize("name", ALTERATIONS)
def test_a_clean_set_survives_every_alteration(name):
    track = ALTERATIONS[name](SQUATS.track)
    assert count_features(CATALOG["squat"], features_of_track(track)).repetitions == 3


@pytest.mark.parametrize("shape", ["median shape", "square"])
def test_a_rebuilt_body_fills_its_box_wherever_it_was(shape):
    boxed = rebuilt(SQUATS.track, shape).image_xyzs[..., :2]
    spans = np.ptp(boxed, axis=1)
    assert spans == pytest.approx(np.broadcast_to(spans[0], spans.shape), abs=1e-6)
    assert boxed.min() > 0.0
    assert boxed.max() < 1.0


def test_joined_tracks_follow_each_other_with_nobody_between():
    features = features_of_track(SQUATS.track)
    both = joined((features, features), gap_s=1.0)
    assert len(both) == 2 * len(features)
    assert max(np.diff(both.t_s)) == pytest.approx(1.0)
    assert count_features(CATALOG["squat"], both).repetitions == 6


def test_only_takes_tables_and_inputs_by_the_beginning_of_their_names(tmp_path):
    material = Material(tmp_path, ("squat_0", "sess"))
    assert material.wants("recordings", "squat_01")
    assert material.wants("sessions", "none_05 + lunge_01")
    assert not material.wants("recordings", "lunge_01")
    assert Material(tmp_path).wants("recordings", "lunge_01")


@pytest.mark.thorough
def test_the_bench_prints_figures_bars_and_failures(data_dir):
    out = Console(file=io.StringIO(), width=200)
    report = run(data_dir, only="squat_15", console=out)
    text = out.file.getvalue()
    assert {s.key for s in report.sections} >= {"recordings", "robustness"}
    assert ">= 0.93" in text
    assert "squat_15" in text
    assert all(failure in text.replace("\n", " ") for failure in report.failures)
