"""Range of motion: what is aimed for, and what a joint must never pass."""

from __future__ import annotations

import operator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from aicoach.limits import JointLimits
from aicoach.prescription.bounds import entered, strictest
from aicoach.prescription.rules import default_rules

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from aicoach.catalog.spec import ExerciseSpec, RangeOfMotion
    from aicoach.limits import Limit
    from aicoach.prescription.items import Item
    from aicoach.prescription.model import Prescription


@dataclass(frozen=True, slots=True)
class JointBounds:
    """Both ends of what one joint may do; None where nothing was set."""

    never_above: Limit | None
    never_below: Limit | None

    def ends(self) -> tuple[tuple[Limit, Callable[[float, float], bool]], ...]:
        """Each end that was set, with what it means to lie beyond it."""
        ends = ((self.never_above, operator.gt), (self.never_below, operator.lt))
        return tuple((limit, beyond) for limit, beyond in ends if limit is not None)


def joint_of(feature: str) -> str:
    """The joint behind a feature: ``knee_flexion_world_deg`` reads knee_flexion."""
    return feature.removesuffix("_deg").removesuffix("_world").removesuffix("_image")


def joint_bounds(plan: Prescription, exercise: str) -> dict[str, JointBounds]:
    """Hard limits of every joint in one exercise: of the whole plan and of its items."""
    above: dict[str, Limit] = {}
    below: dict[str, Limit] = {}

    def add(joint: str, high: float | None, low: float | None, field: str) -> None:
        if high is not None:
            new = entered(plan, high, "deg", f"{field}.never_above_deg")
            above[joint] = strictest(above.get(joint), new) or new
        if low is not None:
            new = entered(plan, low, "deg", f"{field}.never_below_deg")
            held = below.get(joint)
            below[joint] = new if held is None or new.value > held.value else held

    for i, bound in enumerate(plan.joint_limits):
        field = f"joint_limits.{i + 1}"
        add(bound.joint, bound.never_above_deg, bound.never_below_deg, field)
    for name, i, item in plan.parts():
        if item.exercise == exercise:
            for k, rom in enumerate(r.in_flexion() for r in item.rom):
                field = f"{name}.{i + 1}.rom.{k + 1}"
                add(rom.joint, rom.never_above_deg, rom.never_below_deg, field)
    return {
        joint: JointBounds(above.get(joint), below.get(joint))
        for joint in sorted(above.keys() | below.keys())
    }


def target_deg(plan: Prescription, spec: ExerciseSpec, item: Item | None) -> float | None:
    """What the repetition aims for, of the joint by which the exercise is measured.

    The item's own target, otherwise the catalogue's, drawn back so far before a hard limit
    that a good repetition brings no warning. None where the exercise has no range.
    """
    if spec.range_of_motion is None:
        return None
    return _target(spec.range_of_motion, joint_bounds(plan, spec.id), item)


def _target(
    motion: RangeOfMotion, bounds: Mapping[str, JointBounds], item: Item | None
) -> float | None:
    joint = joint_of(motion.feature)
    for rom in item.rom if item is not None else ():
        if rom.joint == joint and rom.target_deg is not None:
            return rom.in_flexion().target_deg
    return _before(bounds.get(joint), motion)


def _before(bounds: JointBounds | None, motion: RangeOfMotion) -> float:
    """The catalogue's target, or what lies the margin before a hard limit."""
    margin = default_rules().range_margin_deg
    target = motion.target_deg
    if bounds is not None and target > motion.rest_deg and bounds.never_above is not None:
        return min(target, bounds.never_above.value - margin)
    if bounds is not None and target < motion.rest_deg and bounds.never_below is not None:
        return max(target, bounds.never_below.value + margin)
    return target


def joint_limits_of(
    plan: Prescription, spec: ExerciseSpec, items: tuple[Item, ...]
) -> tuple[JointLimits | None, tuple[JointLimits, ...]]:
    """Limits of the joint that measures the exercise, and all further ones."""
    motion = spec.range_of_motion
    own = None if motion is None else joint_of(motion.feature)
    bounds = joint_bounds(plan, spec.id)
    first = items[0] if items else None
    found: list[JointLimits] = []
    for joint in sorted(bounds, key=lambda name: name != own):
        feature = motion.feature if motion is not None and joint == own else f"{joint}_deg"
        target = _target(motion, bounds, first) if motion is not None and joint == own else None
        for limit, direction in (
            (bounds[joint].never_above, "at_most"),
            (bounds[joint].never_below, "at_least"),
        ):
            if limit is not None:
                found.append(
                    JointLimits(
                        feature=feature,
                        target_deg=target,
                        hard_limit=limit,
                        direction=direction,  # type: ignore[arg-type]
                    )
                )
    if motion is not None and own not in bounds:
        target = _target(motion, bounds, first)
        found.insert(0, JointLimits(feature=motion.feature, target_deg=target, hard_limit=None))
    return (found[0], tuple(found[1:])) if found else (None, ())
