"""A plan against the catalogue: unknown names, forbidden movements, limits that cannot hold."""

from __future__ import annotations

import difflib
from typing import TYPE_CHECKING

from aicoach.catalog.permission import refusals
from aicoach.catalog.sides import limb_of
from aicoach.catalog.vocabulary import conditions, movement_tags
from aicoach.prescription.blocks import block_of
from aicoach.prescription.bounds import PlanProblem
from aicoach.prescription.ranges import joint_bounds, joint_of
from aicoach.prescription.resident import conditions_of
from aicoach.prescription.rules import default_rules
from aicoach.screening.bounds import standing_limits

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from aicoach.catalog.permission import Refusal
    from aicoach.catalog.spec import ExerciseSpec
    from aicoach.prescription.items import Item, Support
    from aicoach.prescription.model import Prescription


def nearest(name: str, known: Iterable[str]) -> str:
    """``; did you mean ...?``, or nothing where no name is near."""
    close = difflib.get_close_matches(name, list(known), n=2, cutoff=0.5)
    return f"; did you mean {' or '.join(close)}?" if close else ""


def against_catalogue(
    plan: Prescription, specs: Mapping[str, ExerciseSpec]
) -> Iterator[PlanProblem]:
    """Every name that does not exist and every exercise that may not stand in this plan."""
    yield from _unknown_codes(plan)
    for name, i, item in plan.parts():
        field = f"{name}.{i + 1}"
        if item.exercise not in specs:
            text = f"unknown exercise '{item.exercise}'{nearest(item.exercise, specs)}"
            yield PlanProblem(f"{field}.exercise", text)
            continue
        yield from _of_item(plan, item, specs[item.exercise], field)
    yield from _of_substitutes(plan, specs)
    yield from _of_time(plan, specs)
    for i, override in enumerate(plan.overrides):
        if override.exercise is not None and override.exercise not in specs:
            text = f"unknown exercise '{override.exercise}'{nearest(override.exercise, specs)}"
            yield PlanProblem(f"overrides.{i + 1}.exercise", text)


def _unknown_codes(plan: Prescription) -> Iterator[PlanProblem]:
    for field, names, known in (
        ("conditions", plan.conditions, conditions().keys()),
        ("forbidden_tags", plan.forbidden_tags, movement_tags().keys()),
    ):
        for name in names:
            if name not in known:
                allowed = f"; allowed: {', '.join(sorted(known))}"
                yield PlanProblem(field, f"'{name}' is not known{nearest(name, known) or allowed}")


def _of_item(
    plan: Prescription, item: Item, spec: ExerciseSpec, field: str
) -> Iterator[PlanProblem]:
    if item.mode == "reps" and spec.kind == "hold":
        yield PlanProblem(f"{field}.mode", f"{spec.id} is a hold; use mode 'hold'")
    if item.mode == "hold" and spec.kind != "hold":
        text = f"{spec.id} is counted; use mode 'reps' or 'duration'"
        yield PlanProblem(f"{field}.mode", text)
    if item.side != "both" and limb_of(spec) is None:
        text = f"{spec.id} works both sides at once; use 'both'"
        yield PlanProblem(f"{field}.side", text)
    if item.support == "seated" and spec.posture not in ("seated", "any"):
        text = f"{spec.id} is done in posture '{spec.posture}', not seated"
        yield PlanProblem(f"{field}.support", text)
    upper = plan.intensity.met.upper
    if upper is not None and spec.met.value > upper:
        text = f"{spec.id} costs {spec.met.value:g} MET, intensity.met.upper is {upper:g}"
        yield PlanProblem(f"{field}.exercise", text)
    below = standing_limits(_codes(plan)).met_below
    if below is not None and spec.met.value >= below.value and item.allowance is None:
        text = f"{spec.id} costs {spec.met.value:g} MET, must lie below {below.value:g}"
        yield PlanProblem(f"{field}.exercise", f"{text} ({below.source}){_WAY}")
    if item.allowance is None:
        refused = refusals(spec, _codes(plan), plan.forbidden_tags, item.support)
        if refused:
            yield PlanProblem(f"{field}.exercise", f"{spec.id} is off: {in_words(refused)}{_WAY}")
    yield from _of_ranges(plan, item, spec, field)


_WAY = "; replace it, or let a clinician allow it with [items.allowance] author, role and reason"


def _codes(plan: Prescription) -> frozenset[str]:
    return conditions_of(plan)


def in_words(refused: tuple[Refusal, ...]) -> str:
    """Refusals as one line for staff."""
    said = []
    for refusal in refused:
        if refusal.kind == "tag":
            said.append(f"{refusal.by} forbids {refusal.name}")
        elif refusal.kind == "only":
            said.append(f"{refusal.by} allows only some exercises")
        else:
            said.append(f"not with {refusal.by}")
    return ", ".join(said)


def _of_ranges(
    plan: Prescription, item: Item, spec: ExerciseSpec, field: str
) -> Iterator[PlanProblem]:
    motion = spec.range_of_motion
    own = None if motion is None else joint_of(motion.feature)
    for k, rom in enumerate(item.rom):
        if rom.target_deg is not None and rom.joint != own:
            measured = f"is measured by {own}" if own else "has no range of motion"
            text = f"{spec.id} {measured}; a target for {rom.joint} cannot be watched"
            yield PlanProblem(f"{field}.rom.{k + 1}.target_deg", text)
    if motion is None or own is None:
        return
    yield from _of_start(plan, spec, own, field)
    bounds = joint_bounds(plan, spec.id).get(own)
    for k, rom in enumerate(item.rom):
        target = rom.in_flexion().target_deg if rom.joint == own else None
        at = f"{field}.rom.{k + 1}.target_deg"
        if target is None:
            continue
        for limit, beyond in () if bounds is None else bounds.ends():
            if beyond(target, limit.value):
                text = f"is {target:g} deg, beyond the hard limit of {limit.value:g}"
                yield PlanProblem(at, f"{text} ({limit.source})")
        if abs(target - motion.rest_deg) <= motion.tolerance_deg:
            text = f"is {target:g} deg, hardly a movement: the start pose is {motion.rest_deg:g}"
            yield PlanProblem(at, text)


def _of_start(
    plan: Prescription, spec: ExerciseSpec, joint: str, field: str
) -> Iterator[PlanProblem]:
    """Whether the very start pose lies beyond a hard limit."""
    motion, bounds = spec.range_of_motion, joint_bounds(plan, spec.id).get(joint)
    for limit, beyond in () if bounds is None else bounds.ends():
        if motion is not None and beyond(motion.rest_deg, limit.value):
            text = f"{spec.id} starts at {motion.rest_deg:g} deg of {joint}"
            yield PlanProblem(f"{field}.exercise", f"{text}, beyond {limit.source}")


def _of_substitutes(plan: Prescription, specs: Mapping[str, ExerciseSpec]) -> Iterator[PlanProblem]:
    for exercise, other in plan.substitutes.items():
        field = f"substitutes.{exercise}"
        for name in (exercise, other):
            if name not in specs:
                yield PlanProblem(field, f"unknown exercise '{name}'{nearest(name, specs)}")
        if other in specs:
            support = _support_of(plan, exercise)
            refused = refusals(specs[other], _codes(plan), plan.forbidden_tags, support)
            if refused:
                yield PlanProblem(field, f"{other} is off itself: {in_words(refused)}")


def _support_of(plan: Prescription, exercise: str) -> Support:
    """What the resident holds on to in the item that the substitute stands for."""
    return next((i.support for _, _, i in plan.parts() if i.exercise == exercise), "none")


def _of_time(plan: Prescription, specs: Mapping[str, ExerciseSpec]) -> Iterator[PlanProblem]:
    """Whether the items fit into the minutes; only what certainly does not is a problem."""
    seconds = {"warm_up": 0.0, "items": 0.0, "cool_down": 0.0}
    for name, i, item in plan.parts():
        block = block_of(item, specs.get(item.exercise), "main", f"{name}.{i + 1}")
        seconds[name] += block.expected_s
    minutes = {name: value / 60.0 for name, value in seconds.items()}
    volume, least = plan.session, default_rules().cool_down_min
    if plan.cool_down and plan.has_aerobic_work and minutes["cool_down"] < least:
        text = f"takes {minutes['cool_down']:.1f} min, at least {least:g} after aerobic work"
        yield PlanProblem("cool_down", text)
    whole = (
        (minutes["warm_up"] or volume.warm_up_min)
        + minutes["items"]
        + (minutes["cool_down"] or volume.cool_down_min)
    )
    if volume.total_min_max is not None and whole > volume.total_min_max:
        text = f"is {volume.total_min_max:g}, but the session takes about {whole:.0f} min"
        yield PlanProblem("session.total_min_max", text)
