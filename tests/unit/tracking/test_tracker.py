"""One set from poses to a summary: what is said agrees with what is kept."""

from __future__ import annotations

import math

import pytest

from aicoach.catalog.loader import load_catalog
from aicoach.events import PhaseChange, RejectedRepetition, Rejection, Repetition
from aicoach.synth import Imperfections, perform
from aicoach.tracking.tracker import ExerciseTracker

CATALOG = load_catalog()
SQUAT = CATALOG["squat"]


def follow(track, spec=SQUAT, **how):
    """The tracker after the track, and every update, the last one from finish."""
    tracker = ExerciseTracker(spec, **how)
    updates = [tracker.step(t_s, pose) for t_s, pose in track.poses()]
    return tracker, [*updates, tracker.finish()]


def squats(reps=3, **how):
    return perform(SQUAT, reps=reps, view="side", fps=15.0, cycle_s=3.0, **how).track


@pytest.fixture(scope="module")
def three():
    return follow(squats())


def events(updates, kind):
    return [event for update in updates for event in update.events if isinstance(event, kind)]


def test_the_summary_holds_what_the_updates_said(three):
    tracker, updates = three
    summary, said = tracker.summary(), events(updates, Repetition)
    assert summary.count == updates[-1].count == len(said) == 3
    assert list(summary.repetitions) == said
    assert [r.index for r in said] == [1, 2, 3]
    assert summary.exercise == "squat"
    assert summary.kind == "repetition"


def test_the_count_never_falls_and_rises_with_its_events(three):
    _, updates = three
    count = 0
    for update in updates:
        count += len(events([update], Repetition))
        assert update.count == count


def test_a_repetition_is_in_order_of_time(three):
    tracker, _ = three
    for r in tracker.summary().repetitions:
        assert r.start_s < r.peak_s < r.end_s <= r.counted_s + 1e-9
        assert r.range_deg == pytest.approx(102.0, abs=15.0)
        assert r.target_reached is True
        phases = r.phases
        whole = phases.eccentric_s + phases.bottom_hold_s + phases.concentric_s
        assert 2.0 < whole <= 3.3


def test_each_repetition_goes_down_before_it_goes_up(three):
    _, updates = three
    said = [p.phase for p in events(updates, PhaseChange)]
    assert said.count("eccentric") == said.count("concentric") == 3
    assert said.index("eccentric") < said.index("concentric")


def test_quality_tells_how_much_was_seen(three):
    quality = three[0].summary().quality
    assert quality.seen_fraction == 1.0
    assert quality.measured_fraction == 1.0
    assert quality.mean_fps == pytest.approx(15.0, abs=0.1)
    assert quality.notes == ()
    lossy = follow(squats(imperfections=Imperfections(drop_out=0.7), seed=4))[0]
    assert lossy.summary().quality.notes == ("often_not_seen",)


def test_the_view_is_found_out_unless_it_is_given(three):
    assert three[0].summary().view == "side"
    assert follow(squats(1), view="front")[0].summary().view == "front"


def test_readiness_goes_from_not_ready_to_the_set(three):
    _, updates = three
    told = [update.readiness for update in updates]
    assert told.index("not_ready") < told.index("ready") < told.index("in_set")
    assert ExerciseTracker(SQUAT).step(0.0, None).readiness == "not_seen"


def test_short_of_the_prescribed_range_is_partial_with_the_measurement():
    tracker, updates = follow(squats(rom=0.6), target_rom_deg=100.0)
    assert tracker.summary().count == 0
    told = events(updates, RejectedRepetition)
    assert [r.reason for r in told] == [Rejection.PARTIAL] * 3
    for r in told:
        assert "of 100 deg" in r.detail
        assert r.range_deg < 90.0
    assert list(tracker.summary().rejected) == told


def test_repetitions_that_reach_the_prescription_are_numbered_without_gaps():
    deep_and_shallow = squats(4, rom=(1.0, 0.6, 1.0, 1.0))
    summary = follow(deep_and_shallow, target_rom_deg=100.0)[0].summary()
    assert [r.index for r in summary.repetitions] == [1, 2, 3]
    assert [r.reason for r in summary.rejected] == [Rejection.PARTIAL]


def test_time_must_increase():
    tracker = ExerciseTracker(SQUAT)
    tracker.step(1.0, None)
    for t_s in (1.0, 0.5):
        with pytest.raises(ValueError, match="time must increase"):
            tracker.step(t_s, None)


def test_without_a_single_frame_there_is_an_empty_summary():
    tracker = ExerciseTracker(SQUAT)
    tracker.finish()
    summary = tracker.summary()
    assert summary.count == summary.quality.frames == 0
    assert summary.quality.notes == ("nobody_found",)
    assert math.isfinite(summary.quality.duration_s)


def test_nobody_for_a_minute_is_nobody():
    tracker = ExerciseTracker(SQUAT)
    for i in range(600):
        update = tracker.step(i / 10.0, None)
    assert update.count == 0
    assert math.isnan(update.phase_value)
    assert tracker.summary().quality.seen_fraction == 0.0


def test_a_hold_is_kept_as_a_hold():
    plank = CATALOG["plank"]
    track = perform(plank, hold_s=6.0, fps=10.0).track
    tracker, updates = follow(track, plank)
    (hold,) = tracker.summary().holds
    assert hold.accepted
    assert 6.0 <= hold.duration_s <= 6.0 + 2 * 1.5  # the way in and out may belong to it
    assert max(update.held_s for update in updates) > 4.0
    assert tracker.summary().count == 0


def test_sides_of_an_alternating_set_take_turns():
    marching = CATALOG["marching"]
    performed = perform(marching, reps=6, fps=15.0)
    summary = follow(performed.track, marching)[0].summary()
    assert [r.side for r in summary.repetitions] == list(performed.truth.sides)


def test_the_same_poses_give_the_same_events():
    track = squats(2, noise=0.01, seed=9)
    assert follow(track)[0].summary() == follow(track)[0].summary()


@pytest.mark.parametrize("exercise", ["squat", "sit_to_stand", "bicep_curl", "glute_bridge"])
def test_both_ways_last_as_long_as_they_were_given(exercise):
    spec = CATALOG[exercise]
    track = perform(spec, reps=5, view=spec.views[0], fps=20.0, cycle_s=6.0).track
    tempo = spec.tempo
    slower = 6.0 / (tempo.eccentric_s + tempo.bottom_s + tempo.concentric_s + tempo.top_s)
    for one in follow(track, spec)[0].summary().repetitions[1:]:
        assert one.phases.eccentric_s == pytest.approx(slower * tempo.eccentric_s, rel=0.2)
        assert one.phases.concentric_s == pytest.approx(slower * tempo.concentric_s, rel=0.2)


def test_a_rest_between_repetitions_is_not_taken_for_slowness():
    track = perform(SQUAT, reps=4, view="side", fps=20.0, cycle_s=1.6, pause_s=2.0).track
    for one in follow(track)[0].summary().repetitions:
        assert one.phases.eccentric_s + one.phases.concentric_s < 2.4


EXTENSION = CATALOG["seated_knee_extension"]


@pytest.mark.parametrize(("side", "other"), [("left", "right"), ("right", "left")])
def test_where_one_side_is_asked_for_the_other_one_is_seen_but_not_counted(side, other):
    track = perform(EXTENSION, reps=6, view="side", fps=15.0).track
    tracker, updates = follow(track, EXTENSION, side=side)
    said = events(updates, Repetition)
    assert [r.side for r in said] == [side] * 3
    assert [r.index for r in said] == [1, 2, 3]
    refused = events(updates, RejectedRepetition)
    assert {(r.side, r.reason) for r in refused} == {(other, Rejection.OTHER_SIDE)}
    assert tracker.summary().count == 3


def test_both_sides_together_count_what_each_side_counts_alone():
    track = perform(EXTENSION, reps=6, view="side", fps=15.0).track
    both = follow(track, EXTENSION)[0].summary()
    alone = [follow(track, EXTENSION, side=side)[0].summary() for side in ("left", "right")]
    assert both.count == sum(one.count for one in alone)
    assert not any(r.reason is Rejection.OTHER_SIDE for r in both.rejected)


def test_the_phase_of_a_set_for_one_side_is_that_side_s():
    track = perform(EXTENSION, reps=2, view="side", fps=15.0).track  # the left one first
    _, updates = follow(track, EXTENSION, side="right")
    first = [u.phase_value for u in updates if u.t_s < track.t_s[-1] / 2.0 - 0.5]
    assert max(p for p in first if not math.isnan(p)) < 0.5


@pytest.mark.parametrize("exercise", ["single_leg_stand", "side_plank"])
@pytest.mark.parametrize("mirror", [False, True])
def test_a_hold_on_one_side_is_timed_on_that_side_only(exercise, mirror):
    spec = CATALOG[exercise]
    track = perform(
        spec, view=spec.views[0], hold_s=6.0, fps=15.0, noise=0.008, seed=7, mirror=mirror
    ).track
    held = {
        side: sum(h.duration_s for h in follow(track, spec, side=side)[0].summary().holds)
        for side in (None, "left", "right")
    }
    drawn = "right" if exercise == "single_leg_stand" else "left"
    done, other = (drawn, "left" if drawn == "right" else "right")[:: -1 if mirror else 1]
    assert held[done] == pytest.approx(held[None])
    assert held[done] > 5.0
    assert held[other] == 0.0
