"""Limits as the guard obeys them: plain numbers, each with the one who set it.

A target is aimed for, a limit is never passed. Every limit says where it comes from, so
that an alert can name its author.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

HeartRateMethod = Literal["hrr", "pct_hrmax", "absolute", "none"]
AnswerScale = Literal["project0_10"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Limit:
    """One bound, with its author."""

    value: float
    unit: str
    author: str
    """Who set it: a clinician's id, ``resident plan``, or ``computed``."""
    source: str
    """Where it stands or how it was computed: a field of the plan, a rule id, a formula."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HeartRateLimits:
    """The aerobic window; None where there is no such limit."""

    method: HeartRateMethod
    lower: Limit | None
    upper: Limit | None
    hard_cap: Limit | None
    rest_bpm: float | None
    max_bpm: float | None
    required: bool
    """Whether the session may not go on without a heart rate."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EffortLimits:
    """Effort and pain on 0 to 10 scales in our own words."""

    rpe_lower: Limit | None
    rpe_upper: Limit | None
    rpe_stop: Limit
    pain_stop: Limit
    talk: Literal["light", "moderate", "vigorous"] | None
    """The hardest talk-test level allowed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class JointLimits:
    """Range of motion of one exercise, clinical flexion in degrees."""

    feature: str
    """The catalogue feature that measures it, e.g. ``knee_flexion_deg``."""
    target_deg: float | None
    hard_limit: Limit | None
    """Never to be passed; a warning comes before it."""
    direction: Literal["at_most", "at_least"] = "at_most"


@dataclass(frozen=True, slots=True, kw_only=True)
class Tempo:
    """Seconds per phase."""

    eccentric_s: float
    bottom_s: float
    concentric_s: float
    top_s: float

    @property
    def cycle_s(self) -> float:
        """Seconds of one repetition."""
        return self.eccentric_s + self.bottom_s + self.concentric_s + self.top_s


@dataclass(frozen=True, slots=True, kw_only=True)
class ExerciseLimits:
    """What one exercise of the session aims for and must not pass."""

    exercise: str
    tempo: Tempo | None
    slow_on_purpose: bool
    """Whether the tempo is prescribed, so that slowness is no fatigue."""
    cadence_per_min: Limit | None
    """Most repetitions (or steps) a minute."""
    joint: JointLimits | None
    pain_stop: Limit
    rpe_upper: Limit | None
    longest_hold_s: Limit | None
    met: float
    trained: bool = False
    """Whether the higher fatigue bounds hold."""
    more_joints: tuple[JointLimits, ...] = ()
    """Hard limits of further joints, or the other bound of the same one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionLimits:
    """All limits of one session, the stricter of plan, screening and computation."""

    heart_rate: HeartRateLimits
    effort: EffortLimits
    exercises: tuple[ExerciseLimits, ...]
    longest_s: Limit | None
    """Longest whole session."""
    medical: bool
    beta_blocker: Literal["yes", "no", "unknown"]
    glucose_required: bool = False
    body_mass_kg: float | None = None
    birth_year: int | None = None
    may_encourage: bool = False
    """Whether a medical plan lets the coach ask for more when the heart rate is low."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AppliedLimits:
    """What screening or a condition adds to a plan; an empty one limits nothing."""

    ceiling: Literal["light", "moderate"] | None = None
    """Hardest intensity allowed, as the talk test names it."""
    rpe_upper: Limit | None = None
    pain_stop: Limit | None = None
    hr_reserve_upper_pct: Limit | None = None
    """Upper end of the heart-rate window, per cent of the reserve."""
    met_below: Limit | None = None
    """Every exercise must lie below this energy cost."""
    longest_hold_s: Limit | None = None
    cool_down_min: Limit | None = None
    """At least so many minutes; the longer one is the stricter one."""
    forbidden_tags: frozenset[str] = frozenset()
    conditions: frozenset[str] = frozenset()
    """What the resident counts as having today, e.g. ``hypertension_uncontrolled``."""
    postures: frozenset[str] | None = None
    """Postures of the catalogue that are allowed; None: all."""
    effort_guided: bool = False
    """Zones from a formula say nothing: effort and talk test lead."""
    staff_present: bool = False
    """Somebody of the staff stays beside the resident."""
    advice: tuple[str, ...] = ()
    """Phrase keys of what the resident is reminded of."""


_LOWER_IS_STRICTER: Final = (
    "rpe_upper", "pain_stop", "hr_reserve_upper_pct", "met_below", "longest_hold_s",
)  # fmt: skip


def stricter(first: AppliedLimits, second: AppliedLimits) -> AppliedLimits:
    """Both at once: of every bound the stricter one, of equal ones the first."""
    bounds = {
        name: _least(getattr(first, name), getattr(second, name)) for name in _LOWER_IS_STRICTER
    }
    cool_downs = [c for c in (first.cool_down_min, second.cool_down_min) if c is not None]
    postures = [p for p in (first.postures, second.postures) if p is not None]
    ceilings = {first.ceiling, second.ceiling}
    return AppliedLimits(
        **bounds,
        ceiling="light" if "light" in ceilings else "moderate" if "moderate" in ceilings else None,
        cool_down_min=max(cool_downs, key=lambda limit: limit.value, default=None),
        forbidden_tags=first.forbidden_tags | second.forbidden_tags,
        conditions=first.conditions | second.conditions,
        postures=frozenset.intersection(*postures) if postures else None,
        effort_guided=first.effort_guided or second.effort_guided,
        staff_present=first.staff_present or second.staff_present,
        advice=tuple(dict.fromkeys(first.advice + second.advice)),
    )


def _least(first: Limit | None, second: Limit | None) -> Limit | None:
    given = [limit for limit in (first, second) if limit is not None]
    return min(given, key=lambda limit: limit.value, default=None)
