"""What screening says: an outcome, its reasons, the limits applied, and who lifted a block."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from typing import TYPE_CHECKING, Final, Literal

from aicoach.errors import CoachError
from aicoach.limits import AppliedLimits

if TYPE_CHECKING:
    from aicoach.limits import Limit
    from aicoach.phrases import Phrases
    from aicoach.session_events import Input

Lift = Literal["staff", "clinician", "never"]
"""Who may lift a reason; 'never': only a new measurement, answer or signature does."""
LIFTS: Final[tuple[Lift, ...]] = ("staff", "clinician", "never")
"""From the one that most people may lift to the one that nobody may."""


NO_LIMITS: Final = AppliedLimits()


class Outcome(IntEnum):
    """What may happen today; a higher one is stricter."""

    PROCEED = 0
    LIMITED = 1
    """The session runs with the limits applied."""
    REFER = 2
    """Staff or a doctor first."""
    BLOCK = 3
    """No exercise today, unless authorised staff lift it."""


def named(outcome: str) -> Outcome:
    """The outcome that a table names in small letters."""
    return Outcome[outcome.upper()]


class ScreeningInputError(CoachError):
    """An answer or a fact given to screening cannot be used."""

    def __init__(self, field: str, problem: str) -> None:
        super().__init__(f"screening: {field}: {problem}")
        self.field, self.problem = field, problem


class ReleaseError(CoachError):
    """Somebody tried to lift what they may not lift."""

    def __init__(self, field: str, problem: str) -> None:
        super().__init__(f"release: {field}: {problem}")
        self.field, self.problem = field, problem


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """One row that held, with what it was compared with."""

    rule: str
    outcome: Outcome
    phrase: str
    """Key of what the resident is told, with the places ``value`` and ``limit``."""
    inputs: tuple[Input, ...] = ()
    """What was compared; the value is None where it is not known."""
    limit: Limit | None = None
    notify_staff: bool = False
    lift: Lift = "staff"

    def text(self, phrases: Phrases) -> str:
        """The reason in plain words."""
        known = [i.value for i in self.inputs if i.value is not None]
        value = _shown(known[0]) if known else ""
        limit = _shown(self.limit.value) if self.limit is not None else ""
        return phrases.text(self.phrase, value=value, limit=limit)


@dataclass(frozen=True, slots=True, kw_only=True)
class StaffRelease:
    """Who lifted a block or a referral, and why."""

    by: str
    """The person's id."""
    role: str
    reason: str
    t_s: float
    """On the session clock."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ScreeningResult:
    """The outcome of a pre-check, with everything needed to explain it later."""

    outcome: Outcome
    reasons: tuple[Reason, ...]
    """Strictest first, without those that say nothing is wrong."""
    limits: AppliedLimits = NO_LIMITS
    """Today's, beside those that the conditions always ask for."""
    notify_staff: bool = False
    unanswered: tuple[str, ...] = ()
    """Questions that must be asked and have no answer, or the answer 'don't know'."""
    question_version: str
    rule_version: str
    release: StaffRelease | None = None

    @property
    def forbidden_tags(self) -> frozenset[str]:
        """Movement tags that are off today."""
        return self.limits.forbidden_tags

    def texts(self, phrases: Phrases) -> tuple[str, ...]:
        """What the resident is told, strictest first, each sentence once."""
        return tuple(dict.fromkeys(reason.text(phrases) for reason in self.reasons))


def _shown(value: float | str | bool) -> str:
    return f"{value:g}" if isinstance(value, (int, float)) else value
