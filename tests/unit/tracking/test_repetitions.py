"""The counter as a whole, on features whose movement is written down."""

from __future__ import annotations

import math
from itertools import pairwise

import numpy as np
import pytest

from aicoach.catalog.loader import load_catalog
from aicoach.catalog.settings import counting_settings
from aicoach.catalog.spec import Signal
from aicoach.events import Rejection
from aicoach.features import FEATURE_INDEX, N_FEATURES
from aicoach.kinematics import Features
from aicoach.tracking.repetitions import RepetitionCounter

CATALOG = load_catalog()
SETTINGS = counting_settings()
STILL = {
    "trunk_inclination_world_deg": 5.0,
    "hip_height": 1.5,
    "hip_x": 3.0,
    "hip_rise": -2.0,
    "log_scale": math.log(100.0),
}


def plain(exercise="squat", side="mean", **changes):
    """The exercise reduced to one signal, without gates."""
    spec = CATALOG[exercise]
    signal = Signal(
        feature="knee_flexion_deg", side=side, start=0.0, target=100.0, source="design_default"
    )
    repetition = spec.repetition.model_copy(
        update={
            "alone": True, "count_at": "return", "min_amplitude": 0.22, "duration_s": (0.4, 15.0),
            **changes,
        }
    )  # fmt: skip
    return spec.model_copy(
        update={"signals": (signal,), "gates": (), "repetition": repetition, "stance": "free"}
    )


def row(t_s, left, right, **columns):
    values, scores = np.full(N_FEATURES, np.nan), np.ones(N_FEATURES)
    bends = {
        f"knee_flexion_{kind}.{side}": bend
        for side, bend in (("left", left), ("right", right))
        for kind in ("deg", "world_deg")
    }
    for name, value in {**STILL, **bends, **columns}.items():
        values[FEATURE_INDEX[name]] = value
    return Features(t_s, values, scores)


def knees(*points):
    """Knee flexion through (time, degrees) points, eased at each."""
    times, degrees = zip(*points, strict=True)

    def at(t_s):
        i = min(max(int(np.searchsorted(times, t_s, "right")) - 1, 0), len(times) - 2)
        share = min(max((t_s - times[i]) / (times[i + 1] - times[i]), 0.0), 1.0)
        eased = (1.0 - math.cos(math.pi * share)) / 2.0
        return degrees[i] + eased * (degrees[i + 1] - degrees[i])

    return at


def set_of(n, peak_deg=100.0, cycle_s=3.0, lead_s=1.0):
    points = [(0.0, 0.0), (lead_s, 0.0)]
    for i in range(n):
        base = lead_s + i * cycle_s
        points += [(base + 0.5 * cycle_s, peak_deg), (base + cycle_s, 0.0)]
    return knees(*points, (points[-1][0] + 1.0, 0.0)), points[-1][0] + 1.0


def run(spec, left, seconds, *, right=None, gone=(), fps=20.0, settings=SETTINGS, **how):
    """Step through; ``gone`` are times at which nobody is seen. The counter and its updates."""
    counter, updates = RepetitionCounter(spec, settings, **how), []
    for i in range(int(seconds * fps) + 1):
        t_s = i / fps
        nobody = any(a <= t_s < b for a, b in gone)
        seen = None if nobody else row(t_s, left(t_s), (right or left)(t_s))
        updates.append(counter.step(t_s, seen))
    updates.append(counter.finish(seconds))
    return counter, updates


def reasons(updates):
    return [r.reason for update in updates for r in update.rejected]


@pytest.mark.parametrize("n", [1, 2, 5, 10])
def test_n_repetitions_are_n(n):
    left, seconds = set_of(n)
    counter, updates = run(plain(), left, seconds)
    assert counter.count == n
    assert sum(len(update.accepted) for update in updates) == n
    assert reasons(updates) == []


def test_repetitions_come_in_order_and_do_not_overlap():
    left, seconds = set_of(5)
    _, updates = run(plain(), left, seconds)
    cycles = [e.cycle for update in updates for e in update.accepted]
    for one, other in pairwise(cycles):
        assert one.end_s <= other.start_s + 1e-9
    for i, cycle in enumerate(cycles):
        assert cycle.peak_s == pytest.approx(2.5 + 3.0 * i, abs=0.25)


def test_a_first_repetition_out_of_the_start_pose_is_shown_before_its_end():
    left, seconds = set_of(1)
    _, updates = run(plain(), left, seconds)
    shown_s = next(i / 20.0 for i, update in enumerate(updates) if update.accepted)
    assert 2.5 < shown_s < 4.0


def test_standing_still_is_nothing():
    counter, updates = run(plain(), lambda _: 3.0, 60.0)
    assert counter.count == 0
    assert reasons(updates) == []


def test_nobody_is_nothing_and_has_no_phase():
    counter = RepetitionCounter(plain(), SETTINGS)
    update = counter.step(0.0, None)
    assert all(math.isnan(phase) for phase in update.phases)
    assert counter.count == 0
    assert not counter.moving
    assert not counter.finish(1.0).accepted


def test_the_phase_follows_the_movement():
    left, _ = set_of(1)
    counter = RepetitionCounter(plain(), SETTINGS)
    phases = [
        counter.step(i / 20.0, row(i / 20.0, *[left(i / 20.0)] * 2)).phases for i in range(60)
    ]
    assert phases[5][0] == pytest.approx(0.0, abs=0.02)
    assert max(p for (p,) in phases) == pytest.approx(1.0, abs=0.1)


def test_who_leaves_on_the_way_is_lost_from_sight_and_not_counted():
    left, seconds = set_of(2)
    counter, updates = run(plain(), left, seconds, gone=[(2.3, 3.9)])
    assert Rejection.LOST_FROM_SIGHT in reasons(updates)
    assert counter.count == 1


def test_a_short_blink_costs_nothing():
    left, seconds = set_of(3)
    counter, _ = run(plain(), left, seconds, gone=[(2.4, 2.7), (5.0, 5.3)])
    assert counter.count == 3


def test_what_is_open_at_the_end_is_aborted():
    counter, updates = run(plain(), knees((0.0, 0.0), (1.0, 0.0), (2.0, 90.0)), 2.0)
    assert counter.count == 0
    assert reasons(updates) == [Rejection.ABORTED]


def test_a_single_shallow_bend_is_told_as_partial():
    left, seconds = set_of(1, peak_deg=30.0)
    counter, updates = run(plain(min_peak=0.6), left, seconds)
    assert counter.count == 0
    assert reasons(updates) == [Rejection.PARTIAL]


def test_a_prescribed_shallow_bend_counts():
    left, seconds = set_of(3, peak_deg=50.0)
    assert run(plain(), left, seconds, target_share=0.5)[0].count == 3


def test_a_twitch_is_too_fast():
    left = knees((0.0, 0.0), (1.0, 0.0), (1.2, 100.0), (1.4, 0.0), (3.0, 0.0))
    counter, updates = run(plain(duration_s=(0.8, 15.0)), left, 3.0, fps=60.0)
    assert counter.count == 0
    assert reasons(updates) == [Rejection.TOO_FAST]


def test_each_side_of_an_alternating_exercise_counts_its_own():
    spec = plain("marching", side="each")
    left = knees(
        (0.0, 0.0), (1.0, 0.0), (1.8, 90.0), (2.6, 0.0), (4.4, 0.0), (5.2, 90.0), (6.0, 0.0)
    )
    right = knees((0.0, 0.0), (2.7, 0.0), (3.5, 90.0), (4.3, 0.0), (7.0, 0.0))
    counter, updates = run(spec, left, 8.0, right=right)
    assert counter.count == 3
    assert [e.side for u in updates for e in u.accepted] == ["left", "right", "left"]


def test_both_legs_at_once_are_no_step():
    left, seconds = set_of(4)
    counter, updates = run(plain("marching", side="each"), left, seconds, right=left)
    assert counter.count <= 4
    assert reasons(updates).count(Rejection.OTHER_MOVEMENT) >= 4


def test_moving_and_ready_tell_what_is_going_on():
    left, _ = set_of(1)
    counter, seen = RepetitionCounter(plain(), SETTINGS), {}
    for i in range(100):
        t_s = i / 20.0
        counter.step(t_s, row(t_s, left(t_s), left(t_s)))
        seen[t_s] = (counter.moving, counter.ready(t_s))
    assert seen[0.9] == (False, True)
    assert seen[2.4] == (True, False)


def test_a_counter_holds_no_state_of_another():
    left, seconds = set_of(2)
    first = run(plain(), left, seconds)[0].count
    assert run(plain(), left, seconds)[0].count == first == 2


def test_a_hold_cannot_be_counted():
    with pytest.raises(ValueError, match="plank"):
        RepetitionCounter(CATALOG["plank"], SETTINGS)


def test_a_rise_beyond_the_target_is_counted_as_soon_as_it_ends():
    """The phase is cut at its upper end and creeps towards it; that is no rise."""
    left = knees((0.0, 0.0), (1.0, 0.0), (2.0, 180.0), (8.0, 180.0))
    _, updates = run(plain("sit_to_stand", count_at="target"), left, 8.0)
    shown_s = next(i / 20.0 for i, update in enumerate(updates) if update.accepted)
    assert shown_s <= 3.0
