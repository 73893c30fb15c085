"""What a plan says about itself: numbers outside physiology, and contradictions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from aicoach.prescription.bounds import PlanProblem
from aicoach.prescription.check_heart_rate import of_heart_rate
from aicoach.prescription.check_items import of_item, of_joint
from aicoach.prescription.parts import PlanModel
from aicoach.prescription.quantities import quantity_of
from aicoach.prescription.rules import default_rules
from aicoach.prescription.start import of_start_values
from aicoach.prescription.substitutes import circle_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from aicoach.prescription.model import Prescription


def outside_physiology(node: Any, field: str = "") -> Iterator[PlanProblem]:
    """Every number that no living person can have, however deep it stands."""
    if isinstance(node, PlanModel):
        for name, info in type(node).model_fields.items():
            value = getattr(node, name)
            where = f"{field}.{info.alias or name}".lstrip(".")
            quantity = quantity_of(info)
            if quantity is not None and value is not None:
                low, high, unit = quantity.range()
                if not low <= value <= high:
                    text = f"is {value:g}, must lie between {low:g} and {high:g} {unit}"
                    yield PlanProblem(where, text)
            yield from outside_physiology(value, where)
    elif isinstance(node, tuple):
        for i, part in enumerate(node):
            yield from outside_physiology(part, f"{field}.{i + 1}")


def contradictions(plan: Prescription) -> Iterator[PlanProblem]:
    """What a plan says that cannot hold together."""
    yield from _of_dates(plan)
    yield from of_heart_rate(plan)
    yield from _of_effort(plan)
    yield from _of_session(plan)
    for i, bound in enumerate(plan.joint_limits):
        field = f"joint_limits.{i + 1}"
        yield from of_joint(bound.joint, bound.never_above_deg, bound.never_below_deg, None, field)
        if bound.never_above_deg is None and bound.never_below_deg is None:
            yield PlanProblem(field, "give never_above_deg or never_below_deg")
    for name, i, item in plan.parts():
        yield from of_item(plan, item, f"{name}.{i + 1}")
    yield from _of_substitutes(plan)
    yield from of_start_values(plan.start_limits)


def _of_dates(plan: Prescription) -> Iterator[PlanProblem]:
    for first, last in (
        ("valid_from", "valid_until"),
        ("signed_at", "valid_until"),
        ("valid_from", "review_due"),
    ):
        early, late = getattr(plan, first), getattr(plan, last)
        if early is not None and late is not None and early > late:
            yield PlanProblem(last, f"is {late}, before {first} {early}")


def _of_effort(plan: Prescription) -> Iterator[PlanProblem]:
    aim, at = plan.intensity.effort, "intensity.effort"
    for low, high in (("lower", "upper"), ("lower", "stop_at"), ("upper", "stop_at")):
        below, above = getattr(aim, low), getattr(aim, high)
        if below is not None and above is not None and below > above:
            yield PlanProblem(f"{at}.{high}", f"is {above:g}, below {low} {below:g}")
    met = plan.intensity.met
    if met.lower is not None and met.upper is not None and met.lower > met.upper:
        yield PlanProblem("intensity.met.upper", f"is {met.upper:g}, below lower {met.lower:g}")


def _of_session(plan: Prescription) -> Iterator[PlanProblem]:
    volume, least = plan.session, default_rules().cool_down_min
    parts = (volume.warm_up_min, volume.main_min or 0.0, volume.cool_down_min)
    if volume.total_min_max is not None and sum(parts) > volume.total_min_max:
        text = (
            f"is {volume.total_min_max:g}, but warm-up, main part and cool-down are "
            f"{' + '.join(f'{part:g}' for part in parts)} = {sum(parts):g}"
        )
        yield PlanProblem("session.total_min_max", text)
    if plan.has_aerobic_work and volume.cool_down_min < least:
        text = f"is {volume.cool_down_min:g}, at least {least:g} after aerobic work"
        yield PlanProblem("session.cool_down_min", text)
    strength = [item for item in plan.items if item.type == "strength"]
    rest = volume.min_rest_days_between_strength
    most = 7 // (1 + rest)
    for i, item in enumerate(plan.items):
        days = volume.frequency_per_week if item.per_week is None else item.per_week
        if item.per_week is not None and item.per_week > volume.frequency_per_week:
            text = f"is {item.per_week}, above frequency_per_week {volume.frequency_per_week}"
            yield PlanProblem(f"items.{i + 1}.per_week", text)
        elif item in strength and days > most:
            text = (
                f"strength on {days} days a week leaves no {rest} rest day(s) between; at most "
                f"{most}: lower it, or min_rest_days_between_strength"
            )
            yield PlanProblem(f"items.{i + 1}.per_week", text)


def _of_substitutes(plan: Prescription) -> Iterator[PlanProblem]:
    seen: set[frozenset[str]] = set()
    for exercise in plan.substitutes:
        circle = circle_of(exercise, plan.substitutes)
        if circle and frozenset(circle) not in seen:
            seen.add(frozenset(circle))
            text = f"goes in a circle: {' -> '.join(circle)}"
            yield PlanProblem(f"substitutes.{exercise}", text)
