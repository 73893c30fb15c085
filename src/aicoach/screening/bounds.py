"""Bounds as they hold for one person, and the limits that rows and conditions bring."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cache, reduce
from typing import TYPE_CHECKING

from aicoach.catalog.vocabulary import conditions as known_conditions
from aicoach.catalog.vocabulary import with_implied
from aicoach.limits import AppliedLimits, Limit, stricter
from aicoach.screening.outcomes import ScreeningInputError
from aicoach.screening.rules import DEFAULT_AUTHOR, load_screening

if TYPE_CHECKING:
    from aicoach.screening.rules import ScreeningRules
    from aicoach.screening.tables import LimitTable

Bounds = Mapping[str, Limit]


@dataclass(frozen=True, slots=True, kw_only=True)
class StartLimit:
    """A bound that a clinician set for this person."""

    key: str
    """``section.key`` of screening.toml, e.g. ``blood_pressure.systolic_block_mmhg``."""
    limit: Limit


def personal_bounds(rules: ScreeningRules, set_by_clinician: Iterable[StartLimit]) -> Bounds:
    """The defaults with what a clinician set: stricter at once, looser only where allowed.

    Raises
    ------
    ScreeningInputError
        If a bound may not be set, has no author, or is no number.
    """
    bounds = dict(rules.bounds)
    settable = {entry.limit: entry for entry in rules.tables.settable}
    for start in set_by_clinician:
        entry = settable.get(start.key)
        if entry is None:
            raise ScreeningInputError(
                f"clinician limit {start.key}", f"may not be set; allowed: {', '.join(settable)}"
            )
        if not math.isfinite(start.limit.value) or start.limit.value <= 0:
            raise ScreeningInputError(
                f"clinician limit {start.key}", f"is {start.limit.value}; allowed: above 0"
            )
        if not start.limit.author.strip() or start.limit.author == DEFAULT_AUTHOR:
            raise ScreeningInputError(f"clinician limit {start.key}", "names no author")
        now = bounds[start.key]
        lower = start.limit.value < now.value
        is_stricter = lower if entry.stricter == "lower" else start.limit.value > now.value
        # Looser only against the default: of two clinicians the stricter one holds.
        may_loosen = entry.looser == "with_author" and now.author == DEFAULT_AUTHOR
        if is_stricter or may_loosen:
            bounds[start.key] = replace(start.limit, unit=now.unit)
    return bounds


def check_start_limit(rules: ScreeningRules, key: str, value: float) -> None:
    """Refuse what no clinician may set, as a plan is checked.

    Raises
    ------
    ScreeningInputError
        If the bound may not be set, the value is none that can be measured, or it is looser
        than the rules ever let a session start.
    """
    settable = {entry.limit: entry for entry in rules.tables.settable}
    entry = settable.get(key)
    if entry is None:
        known = ", ".join(settable)
        raise ScreeningInputError(f"start limit {key}", f"'{key}' may not be set; allowed: {known}")
    measured = _measured_by(rules, key)
    for question in measured:
        low, high = rules.entries[question].range or (-math.inf, math.inf)
        if not low <= value <= high:
            raise ScreeningInputError(
                f"start limit {key}",
                f"is {value:g}; {question} is measured from {low:g} to {high:g}",
            )
    sign = 1.0 if entry.stricter == "lower" else -1.0
    for other in rules.tables.settable:
        same = other.stricter == entry.stricter and measured & _measured_by(rules, other.limit)
        bound = rules.bounds[other.limit]
        if other.looser == "never" and same and sign * (value - bound.value) > 0.0:
            most = "at most" if entry.stricter == "lower" else "at least"
            text = f"is {value:g}; {most} {bound.value:g} {bound.unit}, which nobody may loosen"
            raise ScreeningInputError(f"start limit {key}", f"{text} ({other.limit})")


def _measured_by(rules: ScreeningRules, key: str) -> frozenset[str]:
    """The questions whose answers are compared with a bound."""
    return frozenset(
        test.input
        for row in rules.tables.day
        for test in row.when
        if test.input in rules.entries and key in [bound for _, bound in test.bounds]
    )


def applied(table: LimitTable, rule: str, bounds: Bounds) -> AppliedLimits:
    """The limits of a row or a condition, each with its author; the source names the rule."""

    def bound(key: str | None) -> Limit | None:
        return None if key is None else replace(bounds[key], source=f"{rule}: {bounds[key].source}")

    return AppliedLimits(
        ceiling=table.ceiling,
        rpe_upper=bound(table.rpe_upper),
        pain_stop=bound(table.pain_stop),
        hr_reserve_upper_pct=bound(table.hr_reserve_upper_pct),
        met_below=bound(table.met_below),
        longest_hold_s=bound(table.longest_hold_s),
        cool_down_min=bound(table.cool_down_min),
        forbidden_tags=frozenset(table.forbid),
        conditions=frozenset(table.conditions),
        effort_guided=table.effort_guided,
        staff_present=table.staff_present,
        advice=tuple(f"screening.advice.{key}" for key in table.advice),
    )


def strictest(limits: Iterable[AppliedLimits]) -> AppliedLimits:
    """All of them at once."""
    return reduce(stricter, limits, AppliedLimits())


def all_conditions(codes: Iterable[str]) -> frozenset[str]:
    """The conditions and what they imply.

    Raises
    ------
    ScreeningInputError
        If a code is not in the list.
    """
    codes = frozenset(codes)
    for code in sorted(codes - known_conditions().keys()):
        allowed = ", ".join(known_conditions())
        raise ScreeningInputError("conditions", f"'{code}' is not known; allowed: {allowed}")
    return with_implied(codes)


def standing_limits(
    conditions: Iterable[str], rules: ScreeningRules | None = None
) -> AppliedLimits:
    """What the conditions ask for in every session, beside their movement tags.

    Raises
    ------
    ScreeningInputError
        If a condition is not known.
    """
    codes = frozenset(conditions)
    return _known_limits(codes) if rules is None else _limits(codes, rules)


@cache
def _known_limits(codes: frozenset[str]) -> AppliedLimits:
    """With the rules of the installation; asked for once per exercise of a plan."""
    return _limits(codes, load_screening())


def _limits(codes: frozenset[str], rules: ScreeningRules) -> AppliedLimits:
    mine = all_conditions(codes)
    return strictest(
        applied(rules.standing[code], code, rules.bounds)
        for code in sorted(mine & rules.standing.keys())
    )
