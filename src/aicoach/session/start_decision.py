"""What the pre-check decides by, and what authorised staff may change about it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from aicoach.coaching.requests import InBoth
from aicoach.phrases import load_phrases
from aicoach.prescription import state_of
from aicoach.prescription.resident import conditions_of
from aicoach.prescription.start import start_limits
from aicoach.screening import Outcome, ReleaseError, StaffRelease, release
from aicoach.screening.pre_check import ScreeningContext
from aicoach.screening.rules import DEFAULT_AUTHOR
from aicoach.session_events import Screened

if TYPE_CHECKING:
    from aicoach.observations import StaffLift
    from aicoach.screening import ScreeningResult
    from aicoach.screening.pre_check import PlanState
    from aicoach.session.room import Room

_STANDING: Final[dict[str, PlanState]] = {
    "in_force": "in_force", "draft": "unsigned", "example": "unsigned", "unsigned": "unsigned",
    "expired": "expired", "completed": "expired", "not_yet_valid": "not_yet_valid",
    "paused": "paused", "revoked": "revoked",
}  # fmt: skip


def context_of(room: Room) -> ScreeningContext:
    """What the screening knows before anything is asked."""
    plan, resident = room.plan, room.plan.resident
    return ScreeningContext(
        plan=_standing(room),
        medical=plan.kind == "medical",
        conditions=conditions_of(plan),
        beta_blocker=plan.medications.beta_blocker,
        insulin=plan.medications.insulin,
        sulfonylurea_glinide=plan.medications.sulfonylurea_glinide,
        measures=frozenset(plan.measures),
        clearance=room.clearance,
        falls_12_months=None if resident is None else resident.falls_12_months,
        tug_s=None if resident is None else resident.tug_s,
        staff_present=room.staff_present,
        clinician_limits=start_limits(plan.start_limits),
    )


def _standing(room: Room) -> PlanState:
    """The plan's standing as the screening names it; a demonstration may run an example."""
    state = state_of(room.plan, room.today)
    if state == "example" and room.demonstration:
        return "in_force"
    return _STANDING[state]


def may_be_lifted(result: ScreeningResult) -> bool:
    """Whether staff could lift everything that keeps the resident from starting."""
    return all(reason.lift != "never" for reason in result.reasons if _stops(reason.outcome))


def lifted(result: ScreeningResult, lift: StaffLift) -> ScreeningResult:
    """The result after staff lifted all of what they were shown.

    Raises
    ------
    ReleaseError
        If something else holds besides what was named, or they may not lift it.
    """
    held = dict.fromkeys(reason.rule for reason in result.reasons if _stops(reason.outcome))
    unnamed = [rule for rule in held if rule not in lift.rules]
    if unnamed:
        raise ReleaseError("rules", f"{', '.join(unnamed)} holds too and was not named")
    return release(
        result, StaffRelease(by=lift.by, role=lift.role, reason=lift.reason, t_s=lift.t_s)
    )


def _stops(outcome: Outcome) -> bool:
    return outcome >= Outcome.REFER


def screened(result: ScreeningResult) -> Screened:
    """What the pre-check came to, as it is kept."""
    return Screened(
        outcome=result.outcome.name.lower(),
        rules=tuple(reason.rule for reason in result.reasons),
        unanswered=result.unanswered,
        question_version=result.question_version,
        rule_version=result.rule_version,
    )


def own_limits(result: ScreeningResult) -> tuple[str, ...]:
    """The reasons that hold by a clinician's own value, each with who set it."""
    return tuple(
        f"{reason.rule}: {reason.limit.value:g} {reason.limit.unit} ({reason.limit.author})"
        for reason in result.reasons
        if reason.limit is not None and reason.limit.author != DEFAULT_AUTHOR
    )


def gravest(result: ScreeningResult) -> InBoth:
    """The gravest reason in both languages, without its full stop: it ends a sentence."""
    reason = result.reasons[0]
    zh, en = (reason.text(load_phrases(lang)).rstrip("。. ") for lang in ("zh", "en"))
    return InBoth(zh=zh, en=en)
