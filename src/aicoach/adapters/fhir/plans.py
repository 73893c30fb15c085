"""A plan as CarePlan, ServiceRequests and Goals.

What R4 has an element for stands there, for every hospital system to read; the whole plan
stands besides in our extensions, so that nothing is lost on the way and back.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from aicoach.adapters.fhir.addresses import (
    ACTIVITY_IG,
    CONDITIONS,
    EXERCISES,
    ITEM_EXTENSION,
    PLAN_EXTENSION,
    STRUCTURE,
    UCUM,
)
from aicoach.adapters.fhir.elements import (
    Json,
    coding,
    concept,
    loinc,
    ours,
    period,
    quantity,
    rounded,
    without_none,
)
from aicoach.adapters.fhir.plan_extension import extension_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from aicoach.adapters.fhir.transaction import Transaction
    from aicoach.adapters.fhir.wording import Words
    from aicoach.prescription import Prescription
    from aicoach.prescription.items import Item
    from aicoach.resident_file import PlanRecord

PARTS: Final = ("warm_up", "items", "cool_down")
_CARE_PLAN: Final = {
    "draft": "draft",
    "example": "draft",
    "active": "active",
    "paused": "on-hold",
    "completed": "completed",
    "revoked": "revoked",
}
"""Our status to that of CarePlan and ServiceRequest, which are the same words in R4."""
_GOAL: Final = {
    "draft": "proposed",
    "example": "proposed",
    "active": "active",
    "paused": "on-hold",
    "completed": "completed",
    "revoked": "cancelled",
}
ACTIVITY_CATEGORY: Final = concept(
    "Physical activity", coding(ACTIVITY_IG, "PhysicalActivity", "Physical Activity")
)


@dataclass(frozen=True, slots=True)
class PlanReferences:
    """By what a session refers to the plan that it ran with."""

    care_plan: Json
    items: dict[str, Json]
    """ServiceRequest by field of the plan, ``items.2``."""

    def all(self) -> list[Json]:
        """Every resource of the plan that a person answers for."""
        return [self.care_plan, *self.items.values()]


def add_plan(
    into: Transaction, record: PlanRecord, resident: str, patient: Json, words: Words
) -> PlanReferences:
    """Put one version of a plan in."""
    plan = record.plan
    key = plan_key(resident, plan.id, plan.version)
    items: dict[str, Json] = {}
    texts: list[str] = []
    for part, index, item in plan.parts():
        field = f"{part}.{index + 1}"
        resource = service_request(record, field, item, words)
        texts.append(item_text(item, words))
        items[field] = into.add(
            {**resource, "subject": patient, **_requester(into, plan)},
            "plan-item",
            f"{key}/{field}",
            (texts[-1],),
            changing=True,
        )
    goals = [
        into.add(
            {**resource, "subject": patient},
            "goal",
            f"{key}/{name}",
            (resource["description"]["text"],),
            changing=True,
        )
        for name, resource in goals_of(record, words)
    ]
    body = {
        **care_plan(record, words),
        "subject": patient,
        **({"author": author_of(into, plan)} if plan.author else {}),
        "goal": goals,
        "activity": [{"reference": reference} for reference in items.values()],
    }
    about = [plan.title.text(words.language), *texts]
    reference = into.add(body, "plan", key, about, changing=True)
    return PlanReferences(reference, items)


def plan_key(resident: str, plan_id: str, version: int) -> str:
    """Name of a version among all plans; two residents may have a plan of one name."""
    return f"{resident}/{plan_id}/{version}"


def author_of(into: Transaction, plan: Prescription) -> Json | None:
    """Who answers for the plan, by the code; nothing else is known of them."""
    if plan.author is None:
        return None
    kind = "Patient" if plan.author.role == "resident" else "Practitioner"
    return into.somebody("staff", plan.author.id, kind)


def _requester(into: Transaction, plan: Prescription) -> Json:
    author = author_of(into, plan)
    return {} if author is None else {"requester": author}


def care_plan(record: PlanRecord, words: Words) -> Json:
    """The CarePlan without what refers to other resources."""
    plan = record.plan
    other = "en" if words.language == "zh" else "zh"
    parts = [{"url": "lang", "valueCode": other}]
    parts.append({"url": "content", "valueString": plan.title.text(other)})  # type: ignore[arg-type]
    translation = {"url": f"{STRUCTURE}/translation", "extension": parts}
    return without_none(
        {
            "resourceType": "CarePlan",
            "extension": [extension_of(PLAN_EXTENSION, plan, *PARTS)],
            "status": _CARE_PLAN[record.status],
            "intent": "plan",
            "category": [ACTIVITY_CATEGORY],
            "title": plan.title.text(words.language),
            "_title": {"extension": [translation]},
            "period": period(plan.valid_from, plan.valid_until),
            "created": plan.signed_at.isoformat() if plan.signed_at else None,
            "addresses": [
                {"type": "Condition", "display": words.condition(code)} for code in plan.conditions
            ],
        }
    )


def service_request(record: PlanRecord, field: str, item: Item, words: Words) -> Json:
    """One exercise as a ServiceRequest, without what refers to other resources."""
    plan = record.plan
    position = {"url": "field", "valueString": field}
    extension = extension_of(ITEM_EXTENSION, item)
    signed = plan.signed_at is not None and record.status not in ("draft", "example")
    return without_none(
        {
            "resourceType": "ServiceRequest",
            "extension": [{**extension, "extension": [position, *extension["extension"]]}],
            "status": _CARE_PLAN[record.status],
            "intent": "order" if signed else "proposal",
            "category": [ACTIVITY_CATEGORY],
            "code": concept(
                words.exercise(item.exercise),
                coding(EXERCISES, item.exercise, words.exercise(item.exercise)),
            ),
            "orderDetail": [concept(dose_text(item, words))],
            "occurrenceTiming": {"repeat": _repeat(plan, item)},
            "authoredOn": plan.signed_at.isoformat() if plan.signed_at else None,
            "reasonCode": [
                concept(words.condition(code), coding(CONDITIONS, code)) for code in plan.conditions
            ],
            "patientInstruction": item_text(item, words),
        }
    )


def _repeat(plan: Prescription, item: Item) -> Json:
    bounds = period(plan.valid_from, plan.valid_until)
    whole_s = item.duration_s * item.sets if item.duration_s is not None else None
    return without_none(
        {
            "boundsPeriod": bounds,
            "duration": rounded(whole_s) if whole_s is not None else None,
            "durationUnit": "s" if whole_s is not None else None,
            "frequency": item.per_week or plan.session.frequency_per_week,
            "period": 1,
            "periodUnit": "wk",
        }
    )


def goals_of(record: PlanRecord, words: Words) -> Iterator[tuple[str, Json]]:
    """Name and resource of every aim that the plan gives in numbers."""
    plan = record.plan

    def goal(text: str, target: Json | None = None) -> Json:
        return without_none(
            {
                "resourceType": "Goal",
                "lifecycleStatus": _GOAL[record.status],
                "category": [ACTIVITY_CATEGORY],
                "description": {"text": text},
                "startDate": plan.valid_from.isoformat() if plan.valid_from else None,
                "target": [target] if target else None,
            }
        )

    often = plan.session.frequency_per_week
    text = words.say("goal.sessions", n=often)
    measure = ours("sessions-per-week", words.say("measure.sessions_per_week"))
    yield (
        "sessions-per-week",
        goal(text, {"measure": measure, "detailQuantity": quantity(often, "/wk")}),
    )
    if plan.session.main_min is not None:
        minutes = plan.session.main_min
        measure = loinc("55411-3", "Exercise duration", words.say("measure.duration"))
        target = {"measure": measure, "detailQuantity": quantity(minutes, "min")}
        yield "duration", goal(words.say("goal.duration", n=rounded(minutes)), target)
    heart = plan.intensity.heart_rate
    if heart.method == "absolute" and (heart.lower_bpm or heart.upper_bpm):
        measure = loinc("8867-4", "Heart rate", words.say("measure.heart_rate"))
        target = {"measure": measure, "detailRange": _range(heart.lower_bpm, heart.upper_bpm)}
        ends = {"low": _shown(heart.lower_bpm), "high": _shown(heart.upper_bpm)}
        yield "heart-rate", goal(words.say("goal.heart_rate", **ends), target)
    elif heart.method in ("hrr", "pct_hrmax"):
        # Beats a minute are worked out on the day, from age and resting rate: not said here.
        ends = {"low": _shown(heart.lower_pct), "high": _shown(heart.upper_pct)}
        yield "heart-rate", goal(words.say(f"goal.heart_rate_{heart.method}", **ends))
    effort = plan.intensity.effort
    if effort.lower is not None or effort.upper is not None:
        ends = {"low": _shown(effort.lower), "high": _shown(effort.upper)}
        scale = words.say(f"scale.{effort.scale}")
        yield "effort", goal(words.say("goal.effort", scale=scale, **ends))


def _range(low: float | None, high: float | None) -> Json:
    unit = {"unit": "/min", "system": UCUM, "code": "/min"}
    ends = {"low": low, "high": high}
    return {key: {"value": rounded(v), **unit} for key, v in ends.items() if v is not None}


def _shown(value: float | None) -> str:
    return "…" if value is None else f"{value:g}"


def item_text(item: Item, words: Words) -> str:
    """One exercise in a line: what, how often, how much."""
    return words.say("item", exercise=words.exercise(item.exercise), dose=dose_text(item, words))


def dose_text(item: Item, words: Words) -> str:
    """Sets and what is done in each, how, and with what."""
    if item.mode == "reps":
        ends = {item.reps_min, item.reps_max} - {None}
        said = [words.say("dose.reps", sets=item.sets, n="-".join(map(str, sorted(ends))))]  # type: ignore[type-var]
    else:
        each = item.hold_s if item.mode == "hold" else item.duration_s
        said = [words.say(f"dose.{item.mode}", sets=item.sets, n=_shown(each))]
    if item.tempo is not None:
        said.append(words.say("dose.tempo", tempo=item.tempo))
    if item.side in ("left", "right"):
        said.append(words.say(f"dose.{item.side}"))
    if item.support != "none":
        said.append(words.say(f"dose.support_{item.support}"))
    load = item.load
    if load.kg is not None:
        said.append(words.say("dose.kg", n=_shown(load.kg)))
    if load.band_colour is not None:
        said.append(words.say("dose.band", colour=words.say(f"band.{load.band_colour}")))
    if item.pain_max is not None:
        said.append(words.say("dose.pain", n=_shown(item.pain_max)))
    return words.say("dose.between").join(said)
