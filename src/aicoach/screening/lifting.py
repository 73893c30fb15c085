"""Lifting a block or a referral: by authorised staff, with a reason, never by the resident."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from aicoach.limits import stricter
from aicoach.screening.bounds import applied
from aicoach.screening.outcomes import Outcome, ReleaseError
from aicoach.screening.rules import load_screening

if TYPE_CHECKING:
    from aicoach.screening.outcomes import ScreeningResult, StaffRelease
    from aicoach.screening.rules import ScreeningRules


def release(
    result: ScreeningResult, lifted: StaffRelease, rules: ScreeningRules | None = None
) -> ScreeningResult:
    """The result after staff lifted it: limited at best, with all reasons and who lifted them.

    Raises
    ------
    ReleaseError
        If there is nothing to lift, nobody or no reason is named, the role may not lift
        every reason, or a reason can only be answered by a new measurement or signature.
    """
    rules = load_screening() if rules is None else rules
    stopped = [reason for reason in result.reasons if reason.outcome >= Outcome.REFER]
    if not stopped:
        raise ReleaseError("outcome", f"is {result.outcome.name}; there is nothing to lift")
    for field in ("by", "role", "reason"):
        if not getattr(lifted, field).strip():
            raise ReleaseError(field, "is empty; say who lifts it, in which role, and why")
    for reason in stopped:
        if reason.lift == "never":
            raise ReleaseError(
                reason.rule, "nobody may lift this; it takes a new measurement, answer or plan"
            )
        roles = getattr(rules.tables.release, reason.lift)
        if lifted.role not in roles:
            raise ReleaseError(
                "role", f"'{lifted.role}' may not lift {reason.rule}; allowed: {', '.join(roles)}"
            )
    after = applied(rules.tables.light_moderate, f"release by {lifted.by}", rules.bounds)
    return replace(
        result,
        outcome=Outcome.LIMITED,
        limits=stricter(result.limits, after),
        notify_staff=True,
        release=lifted,
    )
