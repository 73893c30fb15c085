"""A session as Procedures, with what was asked and answered, and how the exercises went."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from aicoach.adapters.fhir.addresses import CODES, EXERCISES, RULES
from aicoach.adapters.fhir.elements import (
    Json,
    coding,
    concept,
    in_session,
    ours,
    quantity,
    with_zone,
    without_none,
)
from aicoach.adapters.fhir.observations import CATEGORIES, Told, add_group, component
from aicoach.adapters.fhir.people import add_software, add_strap
from aicoach.adapters.fhir.plans import plan_key
from aicoach.adapters.fhir.questionnaires import add_answers
from aicoach.adapters.fhir.trail import add_session_provenance
from aicoach.adherence import summarise
from aicoach.records import COMPLETE

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from aicoach.adapters.fhir.plans import PlanReferences
    from aicoach.adapters.fhir.transaction import Transaction
    from aicoach.adapters.fhir.wording import Words
    from aicoach.records import (
        AlertRecord,
        KeptSession,
        PlannedExercise,
        RepetitionRecord,
        SetRecord,
    )

FAULTS_SHOWN: Final = 3


def add_session(
    into: Transaction,
    kept: KeptSession,
    plans: Mapping[tuple[str, int], PlanReferences],
    patient: Json,
    words: Words,
) -> Json:
    """Put one session in with everything measured; returns the reference of its group."""
    head = kept.session
    ended = head.ended_at or head.started_at
    plan = plans.get((head.plan_id, head.plan_version))
    span = {
        "start": in_session(head, head.start_s),
        "end": in_session(head, head.start_s + (ended - head.started_at).total_seconds()),
    }
    sensor = kept.heart_rate.sensor
    software = add_software(into, words, head.program_version)
    strap = add_strap(into, head.resident, sensor, patient, words) if sensor else None
    based_on = (
        plan.care_plan
        if plan is not None
        else into.somebody(
            "plan", plan_key(head.resident, head.plan_id, head.plan_version), "CarePlan"
        )
    )
    body: Json = {
        "resourceType": "Procedure",
        "basedOn": [based_on],
        "status": _status(kept),
        "statusReason": _reason(head.why_ended, words),
        "code": ours("exercise-session", words.say("measure.session")),
        "subject": patient,
        "performedPeriod": with_zone(span, head.time_zone),
        "performer": [
            {"function": ours("supervision", words.say("supervised_by")), "actor": software}
        ],
        "location": into.somebody("cabin", head.cabin, "Location") if head.cabin else None,
        "note": [{"time": at, "text": text} for at, text in _told(kept, words)],
        "usedReference": [strap] if strap is not None else None,
    }
    text = words.say("session", day=head.day.isoformat())
    procedure = into.add(body, "session", head.id, (text,))
    told = Told(
        kept=kept,
        patient=patient,
        software=software,
        strap=strap,
        procedure=procedure,
        period=span,
    )
    made = add_group(into, told, summarise(kept), words)
    group = made[0]
    made += list(add_answers(into, told, words))
    made += list(_exercises(into, told, plan, words))
    add_session_provenance(into, told, [procedure, *made])
    return group


def _status(kept: KeptSession) -> str:
    if not kept.sets:
        return "not-done"
    return "completed" if kept.session.why_ended == COMPLETE else "stopped"


def _reason(why: str | None, words: Words) -> Json | None:
    """Why it ended early; None where it did not."""
    if why is None or why == COMPLETE:
        return None
    said = words.known(f"exchange.why.{why}") or why
    return concept(said, coding(RULES, why))


def _told(kept: KeptSession, words: Words) -> Iterator[tuple[str, str]]:
    """Alerts, replaced exercises and what staff were told, with their times."""
    found: list[tuple[float, str]] = []
    for one in kept.alerts:
        limit = words.say("note.limit", limit=f"{one.limit:g}") if one.limit is not None else ""
        said = words.say(
            "note.alert",
            rule=one.rule,
            level=words.say(f"level.{one.level}"),
            what=_measured(one),
            limit=limit,
        )
        found.append((one.t_s, said))
    for swap in kept.replacements:
        key = "note.replaced" if swap.instead else "note.left_out"
        instead = words.exercise(swap.instead) if swap.instead else ""
        planned = words.exercise(swap.planned)
        found.append((swap.t_s, words.say(key, planned=planned, instead=instead)))
    found += [
        (one.t_s, words.say("note.staff", what=one.detail or one.what))
        for one in kept.notices
        if one.urgent
    ]
    for t_s, said in sorted(found):
        yield in_session(kept.session, t_s), said


def _measured(alert: AlertRecord) -> str:
    """What was measured, with its unit where it is a number."""
    if alert.value is None:
        return alert.quantity
    if isinstance(alert.value, str):
        return f"{alert.quantity} {alert.value}"
    return f"{alert.quantity} {alert.value:g} {alert.unit}".strip()


def _exercises(
    into: Transaction, told: Told, plan: PlanReferences | None, words: Words
) -> Iterator[Json]:
    """One Procedure for each exercise that was planned or done, with how it went."""
    kept = told.kept
    if not kept.sets:
        return
    for planned in kept.planned.exercises:
        mine = [one for one in kept.sets if one.planned_ordinal == planned.ordinal]
        yield from _exercise(into, told, plan, planned, mine, words)
    others = [one for one in kept.sets if one.planned_ordinal is None]
    for name in dict.fromkeys(one.exercise for one in others):
        mine = [one for one in others if one.exercise == name]
        yield from _exercise(into, told, plan, None, mine, words)


def _exercise(
    into: Transaction,
    told: Told,
    plan: PlanReferences | None,
    planned: PlannedExercise | None,
    sets: list[SetRecord],
    words: Words,
) -> Iterator[Json]:
    head = told.kept.session
    name = sets[0].exercise if sets else planned.exercise if planned else ""
    field = planned.field if planned is not None else f"{name}.unplanned"
    order = plan.items.get(field) if plan is not None else None
    ends = [one.end_s for one in sets if one.end_s is not None]
    span = None
    if sets:
        last = max(ends, default=None)
        span = {
            "start": in_session(head, sets[0].start_s),
            "end": in_session(head, last) if last is not None else None,
        }
    enough = planned is None or len(ends) >= planned.sets
    replaced = next((one.replaces for one in sets if one.replaces), None)
    body: Json = {
        "resourceType": "Procedure",
        "basedOn": [order] if order is not None else None,
        "partOf": [told.procedure],
        "status": "not-done" if not sets else "completed" if enough else "stopped",
        "code": concept(words.exercise(name), coding(EXERCISES, name, words.exercise(name))),
        "subject": told.patient,
        "performedPeriod": without_none(span) if span else None,
        "note": (
            [{"text": words.say("note.instead_of", planned=words.exercise(replaced))}]
            if replaced
            else None
        ),
    }
    ordinal = planned.ordinal if planned is not None else 0
    key = f"{head.id}/{ordinal}/{name}"
    text = words.exercise(name)
    done = into.add(body, "exercise", key, (text,))
    yield done
    if sets:
        yield into.add(
            {
                "resourceType": "Observation",
                "partOf": [done],
                "status": "final",
                "category": CATEGORIES,
                "code": ours("exercise-performance", words.say("measure.performance")),
                "subject": told.patient,
                "effectivePeriod": told.period if not ends else without_none(span or {}),
                "method": ours("camera-pose", words.say("camera_pose")),
                "device": told.software,
                "component": list(_performance(told.kept, sets, words)),
            },
            "observation",
            f"{key}/performance",
            (f"{text}: {words.say('measure.performance')}",),
        )


def _performance(kept: KeptSession, sets: list[SetRecord], words: Words) -> Iterator[Json]:
    """What was done beside what was asked for, and what could not be judged."""
    ordinals = {one.ordinal for one in sets}
    reps = [one for one in kept.repetitions if one.set in ordinals]

    def part(name: str, value: float | None, unit: str) -> Json:
        code = ours(name, words.say(f"part.{name.replace('-', '_')}"))
        found = None if value is None else {"valueQuantity": quantity(value, unit)}
        return component(code, found)

    yield part("sets", len(sets), "{sets}")
    unit = "{repetitions}" if sets[0].mode == "reps" else "s"
    yield part("planned", sum(one.planned for one in sets), unit)
    yield part("done", sum(one.done for one in sets), unit)
    valid = [one.valid for one in sets if one.valid is not None]
    whole = len(valid) == len(sets)  # a set that nobody could judge is no zero
    yield part("done-as-asked", sum(valid) if whole else None, unit)
    yield part("active-time", _sum(one.active_s for one in sets), "s")
    if sets[0].mode == "reps":
        yield part("rejected", sum(one.rejected for one in sets), "{repetitions}")
    if reps:
        yield part("score", _mean(one.score for one in reps), "{score}")
        yield part("angle-reached", _mean(one.range_deg for one in reps), "deg")
    yield from _faults(kept, reps, words)


def _faults(kept: KeptSession, reps: list[RepetitionRecord], words: Words) -> Iterator[Json]:
    """The most frequent faults, by the number of repetitions in which they were found."""
    places = {(one.set, one.index) for one in reps}
    found: dict[tuple[str, str], set[tuple[int, int | None]]] = {}
    for one in kept.faults:
        if (one.set, one.repetition) in places:
            found.setdefault((one.rule, one.cue), set()).add((one.set, one.repetition))
    most = sorted(found.items(), key=lambda pair: (-len(pair[1]), pair[0]))
    for (rule, cue), where in most[:FAULTS_SHOWN]:
        said = words.known(f"cues.{cue}") or rule
        code = concept(said, coding(f"{CODES}:faults", rule))
        yield component(code, {"valueQuantity": quantity(len(where), "{repetitions}")})


def _sum(values: Iterable[float | None]) -> float | None:
    given = list(values)
    known = [one for one in given if one is not None]
    return sum(known) if known and len(known) == len(given) else None


def _mean(values: Iterable[float | None]) -> float | None:
    known = [one for one in values if one is not None]
    return sum(known) / len(known) if known else None
