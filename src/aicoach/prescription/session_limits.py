"""All limits of one session: plan, conditions and today's screening, the strictest of each."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from aicoach.limits import (
    AppliedLimits,
    EffortLimits,
    ExerciseLimits,
    Limit,
    SessionLimits,
    Tempo,
)
from aicoach.prescription.blocks import default_tempo
from aicoach.prescription.bounds import (
    COMPUTED,
    PlanProblem,
    Settled,
    computed,
    entered,
    settle,
    strictest,
)
from aicoach.prescription.heart_rate import effort_on_our_scale
from aicoach.prescription.heart_rate_limits import heart_rate_findings
from aicoach.prescription.ranges import joint_limits_of
from aicoach.prescription.resident import conditions_of, is_chronic, is_older
from aicoach.prescription.rules import default_rules, table
from aicoach.screening.bounds import standing_limits

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from aicoach.catalog.spec import ExerciseSpec
    from aicoach.prescription.items import Item
    from aicoach.prescription.model import Prescription
    from aicoach.prescription.parts import TalkTest

TALK: Final[tuple[TalkTest, ...]] = ("light", "moderate", "vigorous")
RULES: Final = "rules/prescription.toml"


@dataclass(frozen=True, slots=True)
class Findings:
    """The limits of a session, and every bound that was looser than it may be."""

    limits: SessionLimits
    problems: tuple[PlanProblem, ...]


class _Bounds:
    """Settles one bound after the other and keeps what is wrong."""

    def __init__(self, plan: Prescription) -> None:
        self.plan = plan
        self.problems: list[PlanProblem] = []

    def take(self, found: Settled) -> Limit | None:
        if found.problem is not None:
            self.problems.append(found.problem)
        return found.limit

    def settle(
        self,
        name: str,
        wanted: Limit | None,
        default: Limit,
        field: str,
        exercise: str | None = None,
    ) -> Limit:
        found = settle(self.plan, name, wanted, default, field=field, exercise=exercise)
        return self.take(found) or default

    def of_items(
        self,
        name: str,
        wanted: list[tuple[str, Limit | None]],
        default: Limit,
        exercise: str,
    ) -> Limit:
        """The strictest of what the items of one exercise ask for; otherwise the default."""
        held = [
            self.settle(name, limit, default, field, exercise)
            for field, limit in wanted
            if limit is not None
        ]
        return strictest(*held) or default

    def entered(self, value: float | None, unit: str, field: str, how: str = "") -> Limit | None:
        return None if value is None else entered(self.plan, value, unit, field, how)

    def effort(self, value: float | None, field: str) -> Limit | None:
        """An effort of the plan on our scale."""
        if value is None:
            return None
        scale = self.plan.intensity.effort.scale
        try:
            ours = effort_on_our_scale(value, scale)
        except ValueError as problem:
            self.problems.append(PlanProblem(field, f"is {value:g}; {problem}"))
            return None
        how = "" if scale == "project0_10" else f"{value:g} on {scale}"
        return entered(self.plan, ours, "points", field, how)


def limits_and_problems(
    plan: Prescription,
    specs: Mapping[str, ExerciseSpec],
    today: date,
    applied: AppliedLimits | None = None,
) -> Findings:
    """The limits of a session on a day, without asking whether the plan may be carried out."""
    applied = AppliedLimits() if applied is None else applied
    bounds = _Bounds(plan)
    codes = conditions_of(plan, applied)
    heart = heart_rate_findings(plan, today, applied)
    bounds.problems += heart.problems
    effort = _effort(bounds, codes, applied)
    longest = "longest_min_chronic" if is_chronic(codes) else "longest_min"
    default = computed(60.0 * getattr(default_rules(), longest), "s", f"{RULES}: {longest}")
    asked: dict[str, list[tuple[str, Item]]] = {}
    for name, i, item in plan.parts():
        asked.setdefault(item.exercise, []).append((f"{name}.{i + 1}", item))
    older = is_older(plan, today)
    total = plan.session.total_min_max
    wanted = bounds.entered(None if total is None else 60.0 * total, "s", "session.total_min_max")
    limits = SessionLimits(
        heart_rate=heart.limits,
        effort=effort,
        exercises=tuple(
            _exercise(bounds, spec, asked.get(spec.id, []), effort, codes, applied, older=older)
            for spec in specs.values()
        ),
        longest_s=bounds.settle("total_min_max", wanted, default, "session.total_min_max"),
        medical=plan.kind == "medical",
        beta_blocker=plan.medications.beta_blocker,
        glucose_required=needs_glucose(plan, codes),
        body_mass_kg=None if plan.resident is None else plan.resident.mass_kg,
        birth_year=None if plan.resident is None else plan.resident.birth_year,
        may_encourage=plan.intensity.encourage,
    )
    return Findings(limits, tuple(bounds.problems))


def needs_glucose(plan: Prescription, codes: frozenset[str]) -> bool:
    """Whether the blood sugar must be known before the session starts."""
    drugs = (plan.medications.insulin, plan.medications.sulfonylurea_glinide)
    lowered = any(drug != "no" for drug in drugs)
    return "type_1_diabetes" in codes or ("type_2_diabetes" in codes and lowered)


def _effort(bounds: _Bounds, codes: frozenset[str], applied: AppliedLimits) -> EffortLimits:
    plan, rules = bounds.plan, default_rules()
    aim, ending = plan.intensity.effort, "_chronic" if is_chronic(codes) else ""
    at = "intensity.effort"
    default_upper, default_stop = (
        computed(getattr(rules, f"{name}{ending}"), "points", f"{RULES}: {name}{ending}")
        for name in ("effort_upper", "effort_stop")
    )
    standing = standing_limits(codes)
    default_upper = strictest(standing.rpe_upper, default_upper) or default_upper
    wanted = bounds.effort(aim.upper, f"{at}.upper")
    upper = bounds.settle("effort.upper", wanted, default_upper, f"{at}.upper")
    wanted = bounds.effort(aim.stop_at, f"{at}.stop_at")
    stop = bounds.settle("effort.stop_at", wanted, default_stop, f"{at}.stop_at")
    pain_default = computed(rules.pain_stop, "points", f"{RULES}: pain_stop")
    pain_default = strictest(pain_default, standing.pain_stop) or pain_default
    asked = bounds.entered(plan.intensity.pain_stop, "points", "intensity.pain_stop")
    pain = bounds.settle("pain_stop", asked, pain_default, "intensity.pain_stop")
    ceiling = None
    if applied.ceiling is not None:
        value = rules.effort_light if applied.ceiling == "light" else rules.effort_upper_chronic
        ceiling = Limit(value=value, unit="points", author=COMPUTED, source="screening of today")
    return EffortLimits(
        rpe_lower=bounds.effort(aim.lower, f"{at}.lower"),
        rpe_upper=strictest(upper, ceiling, applied.rpe_upper, stop),
        rpe_stop=stop,
        pain_stop=strictest(pain, applied.pain_stop) or pain,
        talk=_talk(bounds, codes, applied),
    )


def _talk(bounds: _Bounds, codes: frozenset[str], applied: AppliedLimits) -> TalkTest:
    default: TalkTest = "moderate" if is_chronic(codes) else "vigorous"
    wanted = bounds.plan.intensity.talk
    talk = default if wanted is None else wanted
    if TALK.index(talk) > TALK.index(default) and not any(
        override.limit == "talk" for override in bounds.plan.overrides
    ):
        text = f"is '{talk}', looser than '{default}' with these conditions; allowed with an "
        text += "[[overrides]] of limit 'talk', with author and reason"
        bounds.problems.append(PlanProblem("intensity.talk", text))
        talk = default
    return min(talk, applied.ceiling or talk, key=TALK.index)


def _exercise(
    bounds: _Bounds,
    spec: ExerciseSpec,
    mine: list[tuple[str, Item]],
    effort: EffortLimits,
    codes: frozenset[str],
    applied: AppliedLimits,
    *,
    older: bool,
) -> ExerciseLimits:
    plan = bounds.plan
    items = tuple(item for _, item in mine)
    cadence, pain, upper = [], [], []
    for field, item in mine:
        at = f"{field}.cadence.max_per_min"
        most = None if item.cadence is None else item.cadence.max_per_min
        cadence.append((at, bounds.entered(most, "1/min", at)))
        pain.append(
            (f"{field}.pain_max", bounds.entered(item.pain_max, "points", f"{field}.pain_max"))
        )
        upper.append(
            (f"{field}.effort_upper", bounds.effort(item.effort_upper, f"{field}.effort_upper"))
        )
    hardest = effort.rpe_upper
    if hardest is not None:
        hardest = bounds.of_items("effort.upper", upper, hardest, spec.id)
    joint, more = joint_limits_of(plan, spec, items)
    tempo = next((item.wanted_tempo for item in items if item.tempo is not None), None)
    usual = default_tempo(spec)
    slow = tempo is not None and (
        tempo.eccentric_s + tempo.concentric_s > usual.eccentric_s + usual.concentric_s
    )
    person = plan.resident
    return ExerciseLimits(
        exercise=spec.id,
        tempo=tempo or usual,
        slow_on_purpose=slow,
        cadence_per_min=bounds.of_items(
            "cadence",
            cadence,
            _default_cadence(spec, tempo or usual, older),
            spec.id,
        ),
        joint=joint,
        more_joints=more,
        pain_stop=bounds.of_items("pain_stop", pain, effort.pain_stop, spec.id),
        rpe_upper=hardest,
        longest_hold_s=_longest_hold(bounds, spec, mine, codes, applied),
        met=spec.met.value,
        trained=bool(person and person.trained and not is_chronic(codes) and not older),
    )


def _default_cadence(spec: ExerciseSpec, tempo: Tempo, older: bool) -> Limit:
    name = "cadence_older" if older and spec.id in table("cadence_older") else "cadence"
    rows = table(name)
    key = spec.id if spec.id in rows else "other"
    value, source = rows[key].value, f"{RULES}: {name}.{key}"
    cycle_s = tempo.cycle_s
    paced = default_rules().cadence_headroom * 60.0 / cycle_s if cycle_s > 0.0 else 0.0
    if paced > value:
        value, source = round(paced, 1), f"{RULES}: cadence_headroom over the tempo"
    return computed(value, "1/min", source)


def _longest_hold(
    bounds: _Bounds,
    spec: ExerciseSpec,
    mine: list[tuple[str, Item]],
    codes: frozenset[str],
    applied: AppliedLimits,
) -> Limit | None:
    """The longest static hold: short where pressure must not rise; balance is no strain."""
    if spec.kind == "hold" and "isometric_long" not in spec.tags:
        return None
    short = standing_limits(codes).longest_hold_s
    if short is None:
        return applied.longest_hold_s
    wanted = [
        (f"{field}.hold_s", bounds.entered(item.hold_s, "s", f"{field}.hold_s"))
        for field, item in mine
    ]
    return strictest(bounds.of_items("hold_s", wanted, short, spec.id), applied.longest_hold_s)
