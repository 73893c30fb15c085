"""The heart-rate window and cap of a plan: what was entered, what is computed, what holds."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

from aicoach.catalog.vocabulary import conditions
from aicoach.limits import AppliedLimits, HeartRateLimits, Limit
from aicoach.prescription.bounds import (
    PlanProblem,
    Settled,
    computed,
    entered,
    settle,
    strictest,
)
from aicoach.prescription.heart_rate import (
    predicted_max_bpm,
    reserve_to_bpm,
    zones_may_be_computed,
)
from aicoach.prescription.resident import age_on, conditions_of, is_chronic, rate_is_unreliable
from aicoach.prescription.rules import table, zone_rules
from aicoach.screening.bounds import standing_limits

if TYPE_CHECKING:
    from datetime import date

    from aicoach.prescription.model import Prescription
    from aicoach.prescription.parts import FormulaName, HeartRateAim

AT = "intensity.heart_rate"
FORMULA = "formula:"
_NOTHING = AppliedLimits()


@dataclass(frozen=True, slots=True)
class Basis:
    """What zones are built on; None where it is not known or must not be used."""

    rest_bpm: float | None
    max_bpm: float | None
    source: str
    by_effort: bool
    """Formulas say nothing here: effort and talk test lead."""

    def of_reserve(self, percent: float) -> float | None:
        """Heart rate at per cent of the reserve; None where it cannot be computed."""
        if self.rest_bpm is None or self.max_bpm is None or self.rest_bpm >= self.max_bpm:
            return None
        return reserve_to_bpm(percent / 100.0, self.rest_bpm, self.max_bpm)

    def of_max(self, percent: float) -> float | None:
        """Heart rate at per cent of the maximum."""
        return None if self.max_bpm is None else percent / 100.0 * self.max_bpm


def basis_of(plan: Prescription, today: date, applied: AppliedLimits = _NOTHING) -> Basis:
    """Resting and maximal heart rate that zones may be built on."""
    aim = plan.intensity.heart_rate
    unreliable = applied.effort_guided or rate_is_unreliable(plan, conditions_of(plan, applied))
    rest_bpm = aim.rest_bpm if zones_may_be_computed(aim.rest_bpm) else None
    if not aim.max_source.startswith(FORMULA):
        return Basis(rest_bpm, aim.max_bpm, f"{aim.max_source} maximum", by_effort=False)
    name = cast("FormulaName", aim.max_source.removeprefix(FORMULA))
    age = age_on(plan, today)
    if age is None or unreliable:
        return Basis(rest_bpm, None, aim.max_source, by_effort=unreliable)
    slope, intercept = table("formula_slope")[name], table("formula_intercept")[name]
    text = f"maximum {intercept.value:g} - {slope.value:g} x {age} years ({name})"
    return Basis(rest_bpm, predicted_max_bpm(name, age), text, by_effort=False)


@dataclass(frozen=True, slots=True)
class HeartRateFindings:
    """The limits, and what is wrong with what was entered."""

    limits: HeartRateLimits
    problems: tuple[PlanProblem, ...]
    by_effort: bool


def heart_rate_findings(
    plan: Prescription, today: date, applied: AppliedLimits = _NOTHING
) -> HeartRateFindings:
    """The heart-rate limits of a plan on a day, each with its author."""
    aim, basis = plan.intensity.heart_rate, basis_of(plan, today, applied)
    problems: list[PlanProblem] = []

    def settled(found: Settled) -> Limit | None:
        if found.problem is not None:
            problems.append(found.problem)
        return found.limit

    lower, wanted, field = _wanted_window(plan, aim, basis)
    windowed = wanted is not None
    upper = None
    if windowed:
        default = _default_upper(plan, aim, basis, applied)
        upper = settled(settle(plan, "heart_rate.upper", wanted, default, field=field))
        upper = strictest(upper, _ischaemic(plan, aim), _of_today(applied, basis))
    asked = None
    if aim.hard_cap_bpm is not None:
        asked = entered(plan, aim.hard_cap_bpm, "bpm", f"{AT}.hard_cap_bpm")
    cap_default = _default_cap(basis, conditions_of(plan, applied))
    at_cap = f"{AT}.hard_cap_bpm"
    cap = settled(settle(plan, "heart_rate.hard_cap", asked, cap_default, field=at_cap))
    if aim.ischaemic_threshold_bpm is not None:
        threshold = f"{AT}.ischaemic_threshold_bpm"
        cap = strictest(cap, entered(plan, aim.ischaemic_threshold_bpm, "bpm", threshold))
    if upper is not None and cap is not None and cap.value <= upper.value:
        text = f"the window ends at {upper.value:.0f} bpm, not below the cap of {cap.value:.0f}"
        problems.append(PlanProblem(at_cap if asked is not None else field, text))
    rest_bpm = aim.rest_bpm
    if rest_bpm is not None and upper is not None and upper.value <= rest_bpm:
        text = f"the window ends at {upper.value:.0f} bpm, not above rest_bpm {rest_bpm:g}"
        problems.append(PlanProblem(field, text))
    if lower is not None and upper is not None and lower.value >= upper.value:
        lower = None
    return HeartRateFindings(
        HeartRateLimits(
            method=aim.method if windowed else "none",
            lower=lower,
            upper=upper,
            hard_cap=cap,
            rest_bpm=basis.rest_bpm,
            max_bpm=basis.max_bpm,
            required=aim.required,
        ),
        tuple(problems),
        basis.by_effort,
    )


def _wanted_window(
    plan: Prescription, aim: HeartRateAim, basis: Basis
) -> tuple[Limit | None, Limit | None, str]:
    """The window as entered, in bpm; nothing where it cannot be computed."""
    if aim.method == "absolute":
        bounds = (aim.lower_bpm, aim.upper_bpm)
        names, notes = ("lower_bpm", "upper_bpm"), ("", "")
    elif aim.method in ("hrr", "pct_hrmax"):
        at = basis.of_reserve if aim.method == "hrr" else basis.of_max
        of = "the reserve" if aim.method == "hrr" else "the maximum"
        percents = (aim.lower_pct, aim.upper_pct)
        bounds = tuple(None if p is None else at(p) for p in percents)  # type: ignore[assignment]
        names = ("lower_pct", "upper_pct")
        notes = tuple(  # type: ignore[assignment]
            "" if p is None else f"{p:g} % of {of}, {basis.source}" for p in percents
        )
    else:
        return None, None, f"{AT}.upper_bpm"
    low, high = (
        None if bound is None else entered(plan, bound, "bpm", f"{AT}.{name}", note)
        for bound, name, note in zip(bounds, names, notes, strict=True)
    )
    return low, high, f"{AT}.{names[1]}"


def _default_upper(
    plan: Prescription, aim: HeartRateAim, basis: Basis, applied: AppliedLimits
) -> Limit | None:
    """The upper end that the conditions of the resident ask for."""
    codes = conditions_of(plan, applied)
    found: list[Limit] = []
    standing = standing_limits(codes).hr_reserve_upper_pct
    bpm = None if standing is None else basis.of_reserve(standing.value)
    if standing is not None and bpm is not None:
        found.append(
            computed(bpm, "bpm", f"{standing.value:g} % of the reserve, {standing.source}")
        )
    else:
        for code, percent in table("max_upper").items():
            bpm = basis.of_max(percent.value) if code in codes else None
            if bpm is not None:
                note = f"{percent.value:g} % of the maximum with {code}"
                found.append(computed(bpm, "bpm", note))
    heart_patient = any(conditions()[c].clinician_cap for c in codes)
    if heart_patient and aim.max_source != "measured" and basis.rest_bpm is not None:
        over = zone_rules().cardiac_over_rest_bpm
        note = f"rest + {over:g} bpm without an exercise test"
        found.append(computed(basis.rest_bpm + over, "bpm", note))
    return strictest(*found)


def _ischaemic(plan: Prescription, aim: HeartRateAim) -> Limit | None:
    if aim.ischaemic_threshold_bpm is None:
        return None
    bpm = aim.ischaemic_threshold_bpm - zone_rules().ischaemic_margin_bpm
    return entered(plan, bpm, "bpm", f"{AT}.ischaemic_threshold_bpm")


def _of_today(applied: AppliedLimits, basis: Basis) -> Limit | None:
    today = applied.hr_reserve_upper_pct
    bpm = None if today is None else basis.of_reserve(today.value)
    if today is None or bpm is None:
        return None
    return Limit(value=bpm, unit="bpm", author=today.author, source=today.source)


def _default_cap(basis: Basis, codes: frozenset[str]) -> Limit | None:
    """The cautious cap where no clinician entered one."""
    if basis.max_bpm is None:
        return None
    rules = zone_rules()
    if not is_chronic(codes):
        percent, bpm, of = rules.cap_pct_max, basis.of_max(rules.cap_pct_max), "maximum"
    elif (bpm := basis.of_reserve(rules.chronic_cap_pct_reserve)) is not None:
        percent, of = rules.chronic_cap_pct_reserve, "reserve"
    else:
        percent, of = rules.chronic_cap_pct_max, "maximum"
        bpm = basis.of_max(percent)
    return (
        None if bpm is None else computed(bpm, "bpm", f"{percent:g} % of the {of}, {basis.source}")
    )
