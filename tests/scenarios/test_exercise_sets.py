"""Every exercise of the catalogue counts its own set, from every view it is judged from.

Its first view by default, every view in `make thorough`. Rates and mirror images take turns here;
``aicoach bench counting --only sets`` runs them all.
"""

from __future__ import annotations

from itertools import product

import pytest

from aicoach.catalog.loader import load_catalog
from aicoach.pipeline import analyse_poses
from aicoach.synth import perform
from aicoach.tracking.tracker import ExerciseTracker

CATALOG = load_catalog()
REPS = 3
SEEN = [(spec.id, view) for spec in CATALOG.values() for view in spec.views]
WAYS = list(product((8.0, 15.0, 30.0), (False, True)))
CASES = [(*seen, *WAYS[i % len(WAYS)]) for i, seen in enumerate(SEEN)]


def named(case):
    exercise, view, fps, mirror = case
    return f"{exercise}-{view}-{fps:g}fps{'-mirrored' * mirror}"


FIRST = {spec.id: spec.views[0] for spec in CATALOG.values()}
MARKED = [
    pytest.param(
        case, id=named(case), marks=() if case[1] == FIRST[case[0]] else pytest.mark.thorough
    )
    for case in CASES
]


@pytest.mark.one_in(2)
@pytest.mark.parametrize("case", MARKED)
def test_a_set_is_counted_exactly(case):
    exercise, view, fps, mirror = case
    spec = CATALOG[exercise]
    performed = perform(
        spec, reps=REPS, view=view, fps=fps, mirror=mirror, hold_s=6.0, noise=0.01, seed=1
    )
    summary = analyse_poses(performed.track.poses(), ExerciseTracker(spec))
    refused = [(r.reason.value, round(r.start_s, 1), r.detail) for r in summary.rejected]
    held = [(hold.accepted, hold.ended_by, hold.reason) for hold in summary.holds]
    sides, counted = [r.side for r in summary.repetitions], summary.count
    if spec.kind == "hold":
        assert [accepted for accepted, _, _ in held] == [True], held
        return
    assert counted == performed.truth.reps, refused
    if spec.kind == "alternating":
        assert sides == list(performed.truth.sides)


def test_the_turns_reach_every_exercise_rate_and_mirror_image():
    assert {case[2:] for case in CASES} == set(WAYS)
    assert {case[0] for case in CASES} == set(CATALOG)
