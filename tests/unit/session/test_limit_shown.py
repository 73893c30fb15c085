"""Which limit of a joint is shown beside a set: the one that the movement leads towards."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from aicoach.catalog import load_catalog
from aicoach.limits import JointLimits, Limit
from aicoach.session.exercise import ExerciseSet


@pytest.mark.parametrize(("exercise", "shown"), [("seated_knee_extension", 10.0), ("squat", 90.0)])
def test_of_two_limits_of_a_joint_the_one_ahead_is_shown(exercise: str, shown: float) -> None:
    catalog = load_catalog()
    motion = catalog[exercise].range_of_motion
    assert motion is not None

    def never(value: float, direction: str) -> JointLimits:
        limit = Limit(value=value, unit="deg", author="clinician-1", source="protocol")
        return JointLimits(
            feature=motion.feature, target_deg=None, hard_limit=limit,
            direction=direction,  # type: ignore[arg-type]
        )  # fmt: skip

    limits = SimpleNamespace(joint=never(90.0, "at_most"), more_joints=(never(10.0, "at_least"),))
    room = SimpleNamespace(catalog=catalog, limits_of=lambda _exercise: limits)
    being_done = ExerciseSet(SimpleNamespace(exercise=exercise), 1)  # type: ignore[arg-type]
    assert being_done.joint_limit_deg(room) == shown  # type: ignore[arg-type]
