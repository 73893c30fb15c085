"""Holds whose beginning, end and reason are known."""

from __future__ import annotations

import math

import numpy as np
import pytest

from aicoach.adapters.recording import read_recording
from aicoach.catalog.loader import load_catalog
from aicoach.catalog.spec import Gate, HoldCondition
from aicoach.features import FEATURE_INDEX, N_FEATURES
from aicoach.kinematics import Features, features_of_track
from aicoach.synth import perform
from aicoach.tracking.holds import HoldMachine

CATALOG = load_catalog()
HOLDS = sorted(name for name in CATALOG if CATALOG[name].kind == "hold")


def hold_spec(*conditions, gates=(), **settings):
    plank = CATALOG["plank"]
    conditions = conditions or (condition(at_most=30.0),)
    settings = {
        "settle_s": 0.5, "grace_s": 1.0, "min_s": 2.0, "still_within": 0.6, **settings,
    }  # fmt: skip
    hold = plank.hold.model_copy(update={"conditions": conditions, **settings})
    return plank.model_copy(update={"hold": hold, "gates": gates})


def condition(name="upright", feature="trunk_inclination_deg", side=None, **bounds):
    return HoldCondition(id=name, feature=feature, side=side, source="design_default", **bounds)


def row(t_s, score=1.0, hip_x=3.0, scale_px=100.0, **columns):
    values, scores = np.full(N_FEATURES, np.nan), np.full(N_FEATURES, score)
    still = {
        "hip_x": hip_x,
        "hip_rise": -2.0,
        "shoulder_rise": -1.0,
        "log_scale": math.log(scale_px),
    }
    for name, value in {**still, **columns}.items():
        values[FEATURE_INDEX[name.replace("__", ".")]] = value
    return Features(t_s, values, scores)


def hold(spec, seconds, make, fps=30.0):
    """Step through ``seconds``; ``make`` gives a row's keywords, or None for nobody."""
    machine, ended = HoldMachine(spec), []
    for i in range(round(seconds * fps)):
        how = make(i / fps)
        ended += machine.step(i / fps, None if how is None else row(i / fps, **how))
    return [*ended, *machine.finish(seconds)], machine


def leaning(*bad):
    """Upright, but bent between the given times."""
    return lambda t: {"trunk_inclination_deg": 60.0 if any(a <= t < b for a, b in bad) else 5.0}


@pytest.mark.parametrize("fps", [8.0, 30.0, 60.0])
def test_a_hold_counts_from_its_first_moment_to_the_breach_that_ended_it(fps):
    (found,), _ = hold(hold_spec(), 10.0, leaning((0.0, 1.0), (7.0, 10.0)), fps)
    assert found.start_s == pytest.approx(1.0, abs=1 / fps)
    assert found.end_s == pytest.approx(7.0, abs=1.1 / fps)
    assert (found.ended_by, found.accepted, found.reason) == ("upright", True, "")


def test_a_wobble_shorter_than_the_grace_does_not_end_a_hold():
    (found,), _ = hold(hold_spec(), 10.0, leaning((3.0, 3.8), (6.0, 6.8)))
    assert (found.start_s, found.ended_by) == (0.0, "end")
    assert found.duration_s == pytest.approx(10.0, abs=0.1)


def test_a_breach_longer_than_the_grace_ends_it_and_another_may_begin():
    first, second = hold(hold_spec(), 10.0, leaning((3.0, 4.5)))[0]
    assert (first.ended_by, second.ended_by) == ("upright", "end")
    assert (first.end_s, second.start_s) == pytest.approx((3.0, 4.5), abs=0.05)


def test_a_short_hold_is_reported_as_not_accepted():
    (found,), _ = hold(hold_spec(), 5.0, leaning((1.5, 5.0)))
    assert (found.accepted, found.reason) == (False, "too_short")


def test_a_position_passed_through_is_no_hold():
    assert hold(hold_spec(), 5.0, leaning((0.0, 2.0), (2.3, 5.0)))[0] == []


def test_a_misplaced_frame_while_the_position_settles_does_not_restart_it():
    (found,), _ = hold(hold_spec(), 5.0, leaning((0.20, 0.24)))
    assert found.start_s == 0.0


@pytest.mark.parametrize(
    "unseen",
    [None, {"trunk_inclination_deg": math.nan}, {"trunk_inclination_deg": 5.0, "score": 0.1}],
)  # fmt: skip
def test_a_person_out_of_sight_ends_the_hold_after_the_grace(unseen):
    def make(t):
        return {"trunk_inclination_deg": 5.0} if t < 4.0 else unseen

    (found,), _ = hold(hold_spec(), 8.0, make)
    assert found.ended_by == "lost_from_sight"
    assert found.end_s == pytest.approx(4.0, abs=0.05)


def test_a_stream_that_stops_ends_the_hold_where_it_was_last_seen():
    machine = HoldMachine(hold_spec())
    for i in range(90):
        machine.step(i / 30, row(i / 30, trunk_inclination_deg=5.0))
    (found,) = machine.step(60.0, row(60.0, trunk_inclination_deg=5.0))
    assert (found.ended_by, found.end_s) == ("lost_from_sight", pytest.approx(3.0, abs=0.05))


@pytest.mark.parametrize(
    "walk",
    [
        lambda t: {"hip_x": 3.0 + t / 2.0},
        lambda t: {"hip_rise": -2.0 + t / 2.0},
        lambda t: {"shoulder_rise": -1.0 + t / 2.0},
        lambda t: {"scale_px": 100.0 * math.exp(t / 5.0), "hip_x": 3.0 * math.exp(-t / 5.0)},
    ],
    ids=["sideways", "upwards", "the shoulders", "towards the camera"],
)
def test_who_moves_away_does_not_hold(walk):
    found, _ = hold(hold_spec(), 8.0, lambda t: {"trunk_inclination_deg": 5.0, **walk(t)})
    assert found[0].ended_by == "moved"
    assert found[0].duration_s < 2.0


def test_the_live_seconds_stand_still_while_the_position_is_broken():
    machine = HoldMachine(hold_spec())
    for i in range(90):
        machine.step(i / 30, row(i / 30, trunk_inclination_deg=5.0))
    held = machine.held_s
    assert (held, machine.broken, machine.grace_left_s) == (pytest.approx(89 / 30), None, None)
    machine.step(3.4, row(3.4, trunk_inclination_deg=60.0))
    assert (machine.held_s, machine.broken) == (held, "upright")
    assert machine.grace_left_s == pytest.approx(89 / 30 + 1.0 - 3.4)


def test_between_holds_nothing_is_held():
    machine = HoldMachine(hold_spec())
    machine.step(0.0, row(0.0, trunk_inclination_deg=60.0))
    assert (machine.holding, machine.held_s, machine.grace_left_s) == (False, 0.0, None)
    assert machine.finish(1.0) == ()


LIFTED = condition("foot_lifted", "ankle_height", side="max", at_least=0.15)


def test_one_lifted_foot_is_a_hold_on_either_side_alike():
    for side in ("left", "right"):
        other = "right" if side == "left" else "left"
        feet = {f"ankle_height__{side}": 0.4, f"ankle_height__{other}": 0.0}
        (found,), _ = hold(hold_spec(LIFTED), 5.0, lambda _, feet=feet: feet)
        assert (found.ended_by, found.accepted) == ("end", True)


def test_steps_are_not_one_lifted_foot():
    def step(t):
        left = math.sin(2 * math.pi * t) > 0
        return {"ankle_height__left": 0.4 * left, "ankle_height__right": 0.4 * (not left)}

    found, _ = hold(hold_spec(LIFTED, grace_s=0.4, settle_s=0.3), 8.0, step)
    assert not any(one.accepted for one in found)


def test_a_condition_of_each_side_needs_both():
    both = condition("straight", "knee_flexion_deg", side="each", at_most=20.0)
    knees = {"knee_flexion_deg__left": 5.0}
    for right, n in ((5.0, 1), (60.0, 0), (math.nan, 0)):
        found, _ = hold(
            hold_spec(both), 4.0, lambda _, r=right: {**knees, "knee_flexion_deg__right": r}
        )
        assert len(found) == n


SLID = Gate(id="slid_down", feature="trunk_inclination_deg", statistic="maximum", at_most=25.0,
            strict=True, source="design_default")  # fmt: skip
LOW = condition("hips_low", "hip_height", at_most=1.1)


def test_a_strict_gate_speaks_of_the_way_into_the_position():
    for lean, n in ((10.0, 1), (50.0, 0)):

        def sit(t, lean=lean):
            return {"trunk_inclination_deg": lean if 1.0 < t < 2.0 else 3.0,
                    "hip_height": 1.5 if t < 2.0 else 0.9}  # fmt: skip

        found, machine = hold(hold_spec(LOW, gates=(SLID,)), 10.0, sit)
        assert len(found) == n
        assert machine.broken == (None if n else "slid_down")


def test_the_machine_is_for_holds_only():
    with pytest.raises(ValueError, match="squat"):
        HoldMachine(CATALOG["squat"])


def holds_in(spec, track):
    features, machine, ended = features_of_track(track), HoldMachine(spec), []
    for i, (t_s, pose) in enumerate(track.poses()):
        ended += machine.step(t_s, None if pose is None else features.row(i))
    return [*ended, *machine.finish(float(track.t_s[-1]))]


@pytest.mark.parametrize("view", ["side", "oblique"])
@pytest.mark.parametrize("exercise", ["plank", "single_leg_stand", "wall_sit"])
def test_a_played_hold_is_found_with_its_seconds(exercise, view):
    played = perform(CATALOG[exercise], view=view, hold_s=12.0, noise=0.008, seed=7)
    ((start_s, end_s),) = played.truth.times
    (found,) = [one for one in holds_in(CATALOG[exercise], played.track) if one.accepted]
    assert found.start_s == pytest.approx(start_s, abs=1.3)
    assert found.end_s == pytest.approx(end_s, abs=2.6)


@pytest.mark.parametrize("played", HOLDS)
@pytest.mark.parametrize("asked", HOLDS)
def test_one_hold_is_not_taken_for_another(asked, played):
    spec = CATALOG[played]
    track = perform(spec, view=spec.motion.view, hold_s=8.0, noise=0.008, seed=7).track
    accepted = any(one.accepted for one in holds_in(CATALOG[asked], track))
    assert accepted is (asked == played)


@pytest.mark.parametrize(
    ("recording", "exercise", "seconds"),
    [("plank_02", "plank", 3.8), ("plank_03", "plank", 6.5),
     ("single_leg_stand_01", "single_leg_stand", 8.0)],
)  # fmt: skip
def test_real_holds_have_the_seconds_a_person_measured(data_dir, recording, exercise, seconds):
    track = read_recording(data_dir / "recordings" / f"{recording}.npz")
    (found,) = holds_in(CATALOG[exercise], track)
    assert found.accepted
    assert found.duration_s == pytest.approx(seconds, abs=0.2)


def test_a_wide_warrior_stance_is_none_of_the_holds(data_dir):
    track = read_recording(data_dir / "recordings" / "none_11.npz")
    assert not any(one.accepted for name in HOLDS for one in holds_in(CATALOG[name], track))


@pytest.mark.parametrize("every", [3, pytest.param(1, marks=pytest.mark.thorough)])
def test_people_who_do_not_exercise_hold_nothing(data_dir, every):
    accepted = [
        (path.stem, name)
        for path in sorted((data_dir / "idle").glob("*.npz"))[::every]
        for name in HOLDS
        if any(one.accepted for one in holds_in(CATALOG[name], read_recording(path)))
    ]
    assert accepted == []
