"""Everything that is wrong with a plan, and the door that only a sound plan passes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aicoach.errors import PrescriptionError
from aicoach.limits import AppliedLimits
from aicoach.prescription.bounds import PlanProblem
from aicoach.prescription.check_exercises import against_catalogue
from aicoach.prescription.check_plan import contradictions, outside_physiology
from aicoach.prescription.check_standing import standing
from aicoach.prescription.session_limits import limits_and_problems

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import date

    from aicoach.catalog.spec import ExerciseSpec
    from aicoach.limits import SessionLimits
    from aicoach.prescription.model import Prescription


def content_problems(
    plan: Prescription, specs: Mapping[str, ExerciseSpec], today: date
) -> tuple[PlanProblem, ...]:
    """What is wrong with what a plan says, whatever its status."""
    problems = [
        *outside_physiology(plan),
        *contradictions(plan),
        *against_catalogue(plan, specs),
    ]
    # What follows from a field that is wrong already is not said besides.
    wrong = {problem.field for problem in problems}
    problems += [p for p in _of_limits(plan, specs, today) if p.field not in wrong]
    return tuple(dict.fromkeys(problems))


def find_problems(
    plan: Prescription,
    specs: Mapping[str, ExerciseSpec],
    today: date,
    *,
    demonstration: bool = False,
) -> tuple[PlanProblem, ...]:
    """Every reason why a plan must not be carried out today; none: it may.

    demonstration : an example plan is let through.
    """
    said = content_problems(plan, specs, today)
    return (*standing(plan, today, demonstration=demonstration), *said)


def _of_limits(
    plan: Prescription, specs: Mapping[str, ExerciseSpec], today: date
) -> Iterator[PlanProblem]:
    """Bounds that are looser than they may be, and a watch that has nothing to watch."""
    # Of an exercise that the plan does not name, nothing can be wrong.
    named = {item.exercise for _, _, item in plan.parts()}
    named |= {override.exercise for override in plan.overrides if override.exercise}
    mine = {name: spec for name, spec in specs.items() if name in named}
    found = limits_and_problems(plan, mine, today)
    yield from found.problems
    heart = found.limits.heart_rate
    if heart.required and heart.upper is None and heart.hard_cap is None:
        text = (
            "is true, but no limit can be computed (formulas do not hold on a beta-blocker, or "
            "without the age); a clinician must enter hard_cap_bpm"
        )
        yield PlanProblem("intensity.heart_rate.required", text)


def refuse(problems: tuple[PlanProblem, ...], name: str) -> None:
    """Raise the first problem, with how many more there are.

    Raises
    ------
    PrescriptionError
        If there is a problem.
    """
    if problems:
        first, *others = problems
        rest = tuple((problem.field, problem.text) for problem in others)
        raise PrescriptionError(name, first.field, first.text, rest)


def require_runnable(
    plan: Prescription,
    specs: Mapping[str, ExerciseSpec],
    today: date,
    *,
    demonstration: bool = False,
    name: str = "plan",
) -> None:
    """Let only a plan through that may be carried out today.

    Raises
    ------
    PrescriptionError
        With the first reason why not, and how many more there are.
    """
    refuse(find_problems(plan, specs, today, demonstration=demonstration), name)


def session_limits(
    plan: Prescription,
    specs: Mapping[str, ExerciseSpec],
    today: date,
    applied: AppliedLimits | None = None,
    *,
    demonstration: bool = False,
) -> SessionLimits:
    """All limits of one session; every exercise of ``specs`` has its own.

    Raises
    ------
    PrescriptionError
        If the plan must not be carried out today: there are no limits for it.
    """
    require_runnable(plan, specs, today, demonstration=demonstration, name=plan.id)
    return limits_and_problems(plan, specs, today, applied).limits
