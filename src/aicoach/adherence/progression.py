"""More, when the last sessions were done well: by two extra repetitions, or by the week."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final

from aicoach.adherence.changes import dose, heavier, more_work
from aicoach.adherence.proposal import Evidence, Proposal, Waiting, proposal
from aicoach.adherence.tally import reaches

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from aicoach.adherence.proposal import ItemChange, ProposalRule, Value
    from aicoach.adherence.settings import AdherenceSettings, ProgressionSettings
    from aicoach.adherence.summary import ExerciseSummary, SessionSummary
    from aicoach.prescription import Prescription
    from aicoach.prescription.items import Item

_STRAINED: Final = frozenset({"slow", "rest", "stop"})
"""Levels of alerts after which nothing more is proposed."""
Done = tuple["SessionSummary", "ExerciseSummary"]


class _Wait(Exception):  # noqa: N818 - it is no error, it is the answer "not yet"
    """Not yet, and why."""

    def __init__(self, name: str, **values: Value) -> None:
        super().__init__(name)
        self.name, self.values = name, values


def more(
    plan: Prescription,
    sessions: Sequence[SessionSummary],
    today: date,
    settings: AdherenceSettings,
    first: Prescription | None,
) -> tuple[list[Proposal], list[Waiting]]:
    """What the last sessions with this version allow to be raised, item by item."""
    proposals, waiting = [], []
    for i, item in enumerate(plan.items):
        if not _grows(plan, item):
            continue
        try:
            proposals.append(_of_item(plan, i, sessions, today, settings, first))
        except _Wait as wait:
            waiting.append(
                Waiting(
                    field=f"items.{i + 1}",
                    exercise=item.exercise,
                    key=f"staff.waiting.{wait.name}",
                    values=wait.values,
                )
            )
    return proposals, waiting


def _grows(plan: Prescription, item: Item) -> bool:
    kind = plan.progression.type
    if kind == "2for2":
        return item.type == "strength" and item.mode == "reps"
    return kind == "weekly_pct"


def _of_item(
    plan: Prescription,
    index: int,
    sessions: Sequence[SessionSummary],
    today: date,
    settings: AdherenceSettings,
    first: Prescription | None,
) -> Proposal:
    rules, item = settings.progression, plan.items[index]
    _has_held_long_enough(plan, sessions, today, rules)
    begin = today - timedelta(days=int(settings.triage.trend_days) - 1)
    done = [
        (one, exercise)
        for one in sessions
        if begin <= one.day <= today
        for exercise in one.exercises
        if exercise.field == f"items.{index + 1}" and exercise.sets_done > 0
    ]
    asked = plan.progression.min_sessions_ok
    if plan.progression.type == "2for2":
        wanted = max(int(rules.sessions_in_a_row), asked or 0)
    else:
        wanted = asked or int(rules.sessions_ok)
    if len(done) < wanted:
        raise _Wait("more_sessions", done=len(done), asked=wanted)
    last = done[-wanted:]
    for one in last:
        _went_well(one, item.exercise, rules)
    rule: ProposalRule
    if plan.progression.type == "2for2":
        rule, evidence = "2for2", _two_for_two(item, last, rules)
        pct = plan.progression.pct
        change = heavier(item, pct, rules) or more_work(item, pct or rules.load_pct, rules)
    else:
        rule, evidence = "weekly_pct", _done_in_full(last, rules)
        change = more_work(item, plan.progression.pct or rules.weekly_pct, rules)
    if change is None:
        raise _Wait("longest_reached")
    _within_cap(plan, index, change, first, rules)
    return proposal(plan, index, change, direction="more", rule=rule, evidence=evidence)


def _has_held_long_enough(
    plan: Prescription,
    sessions: Sequence[SessionSummary],
    today: date,
    rules: ProgressionSettings,
) -> None:
    """One change at a time, and each one is given its time."""
    began = plan.valid_from or plan.signed_at or (sessions[0].day if sessions else today)
    days = int(7 * rules.weeks_between)
    if (today - began).days < days:
        raise _Wait("too_soon", days=days)


def _went_well(done: Done, exercise: str, rules: ProgressionSettings) -> None:
    one, mine = done
    if mine.instead is not None:
        raise _Wait("replaced")
    if mine.highest_effort is None or mine.highest_pain is None:
        raise _Wait("not_told")
    if mine.highest_pain > rules.pain_most or mine.highest_effort > rules.effort_most:
        raise _Wait("hard_enough")
    if any(alert.exercise == exercise and alert.level in _STRAINED for alert in one.alerts):
        raise _Wait("alerts")


def _two_for_two(
    item: Item, last: Sequence[Done], rules: ProgressionSettings
) -> tuple[Evidence, ...]:
    least, most = item.reps_min, item.reps_max
    extra = int(rules.extra_reps)
    # The coach ends a set at its upper end: extra repetitions must fit below it.
    if least is None or most is None or most - least < extra:
        raise _Wait("range_too_narrow", extra=extra)
    for _, mine in last:
        if mine.last_set_valid is None:
            raise _Wait("not_judged")
        if mine.last_set_valid < least + extra:
            raise _Wait("extra_reps", asked=least + extra)
    return tuple(
        Evidence(
            session=one.session,
            day=one.day,
            what="extra_reps",
            value=(mine.last_set_valid or 0.0) - least,
            limit=float(extra),
            unit="reps",
        )
        for one, mine in last
    )


def _done_in_full(last: Sequence[Done], rules: ProgressionSettings) -> tuple[Evidence, ...]:
    if not all(reaches(one.share, rules.valid_ratio * one.planned_sets) for _, one in last):
        raise _Wait("not_in_full", percent=round(100 * rules.valid_ratio))
    return tuple(
        Evidence(
            session=one.session,
            day=one.day,
            what="volume",
            value=mine.share / mine.planned_sets,
            limit=rules.valid_ratio,
            unit="share",
        )
        for one, mine in last
    )


def _within_cap(
    plan: Prescription,
    index: int,
    change: ItemChange,
    first: Prescription | None,
    rules: ProgressionSettings,
) -> None:
    """Never beyond a multiple of the first dose; without the first dose, not at all."""
    begun = plan if plan.version == 1 else first
    if begun is None:
        raise _Wait("first_dose_unknown")
    item = plan.items[index]
    same = [
        one
        for i, one in enumerate(begun.items)
        if (one.exercise, one.mode) == (item.exercise, item.mode)
        and (one.load.kg is None) == (item.load.kg is None)
        and (i == index or plan.version != 1)
    ]
    if not same:
        raise _Wait("first_dose_unknown")
    cap = plan.progression.cap or rules.cap
    if not reaches(cap * dose(same[0]), dose(change.item)):
        raise _Wait("cap_reached", times=cap)
