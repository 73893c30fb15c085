"""Less, after pain, after an effort that was too high, after a stop for safety."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final

from aicoach.adherence.changes import less_work
from aicoach.adherence.proposal import Evidence, Proposal, Waiting, proposal
from aicoach.adherence.triage import ASKED, UNWATCHED

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import date

    from aicoach.adherence.proposal import ProposalRule
    from aicoach.adherence.settings import AdherenceSettings, RegressionSettings
    from aicoach.adherence.summary import SessionSummary
    from aicoach.prescription import Prescription

Ground = tuple["ProposalRule", Evidence]
_GRAVEST: Final[tuple[ProposalRule, ...]] = ("safety_stop", "pain", "effort")


def less(
    plan: Prescription,
    sessions: Sequence[SessionSummary],
    today: date,
    settings: AdherenceSettings,
) -> tuple[list[Proposal], list[Waiting]]:
    """What the last sessions with this version ask to be taken back."""
    rules = settings.regression
    begin = today - timedelta(days=int(rules.window_days) - 1)
    recent = [one for one in sessions if begin <= one.day <= today]
    proposals, waiting = [], []
    assigned: set[str] = set()
    for i, item in enumerate(plan.items):
        grounds = [
            ground
            for one in recent
            for ground in _grounds(one, f"items.{i + 1}", item.exercise, rules)
        ]
        if not grounds:
            continue
        assigned |= {ground[1].session for ground in grounds}
        change = less_work(item, rules, settings.progression)
        if change is None:
            waiting.append(_wait(f"items.{i + 1}", item.exercise, "nothing_to_take"))
            continue
        rule = next(one for one in _GRAVEST if any(one == kind for kind, _ in grounds))
        evidence = tuple(found for _, found in grounds)
        proposals.append(proposal(plan, i, change, direction="less", rule=rule, evidence=evidence))
    for one in recent:
        # Known of the session, but of none of its exercises: a person must decide.
        if one.session not in assigned and unwell(one, rules):
            waiting.append(_wait("", "", "not_assigned"))
            break
    return proposals, waiting


def unwell(one: SessionSummary, rules: RegressionSettings) -> bool:
    """Whether anything of a session speaks against more."""
    pain, effort = one.highest_pain, one.highest_effort
    hurts = pain is not None and pain > rules.pain_above
    strained = effort is not None and effort >= rules.effort_from
    return hurts or strained or any(safety_stop(a.rule, a.level) for a in one.alerts)


def safety_stop(rule: str, level: str) -> bool:
    """Whether an alert ended something for safety, and not at the resident's wish."""
    return rule.startswith("STOP-") and level in ("rest", "stop") and rule not in ASKED | UNWATCHED


def _grounds(
    one: SessionSummary, field: str, exercise: str, rules: RegressionSettings
) -> Iterator[Ground]:
    names = {exercise}
    for done in one.exercises:
        if done.field != field:
            continue
        names |= {done.instead or exercise}
        pain, effort = done.highest_pain, done.highest_effort
        if pain is not None and pain > rules.pain_above:
            yield "pain", _evidence(one, "pain", pain, rules.pain_above)
        if effort is not None and effort >= rules.effort_from:
            yield "effort", _evidence(one, "effort", effort, rules.effort_from)
    for alert in one.alerts:
        if alert.exercise in names and safety_stop(alert.rule, alert.level):
            yield "safety_stop", _evidence(one, alert.rule, None, None)


def _evidence(one: SessionSummary, what: str, value: float | None, limit: float | None) -> Evidence:
    return Evidence(
        session=one.session,
        day=one.day,
        what=what,
        value=value,
        limit=limit,
        unit="" if value is None else "points",
    )


def _wait(field: str, exercise: str, name: str) -> Waiting:
    return Waiting(field=field, exercise=exercise, key=f"staff.waiting.{name}")
