"""What was measured in a session, and what could not be: one group of Observations each.

Codes are those of HL7's Physical Activity guide where it has one that says what was
measured, and ours otherwise. A value that is not there has its reason and never a zero;
steps and calories are not measured, so they do not appear.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from aicoach.adapters.fhir.addresses import ACTIVITY_IG, CODES, TERMINOLOGY, UCUM
from aicoach.adapters.fhir.elements import (
    Json,
    absent,
    coding,
    concept,
    loinc,
    ours,
    quantity,
    rounded,
)
from aicoach.adapters.fhir.plans import ACTIVITY_CATEGORY

if TYPE_CHECKING:
    from collections.abc import Iterator

    from aicoach.adapters.fhir.transaction import Transaction
    from aicoach.adapters.fhir.wording import Words
    from aicoach.adherence import SessionSummary
    from aicoach.records import HeartRateRecord, KeptSession

CATEGORIES: Final = [
    {"coding": [coding(f"{TERMINOLOGY}/observation-category", "activity", "Activity")]},
    ACTIVITY_CATEGORY,
]
PANEL: Final = coding(ACTIVITY_IG, "PAPanel", "Physical Activity Panel")
NOT_DONE: Final = "not-performed"
NOT_ASKED: Final = "not-asked"
NO_ANSWER: Final = "asked-unknown"
UNKNOWN: Final = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """To whom and when all Observations of a session belong."""

    kept: KeptSession
    patient: Json
    software: Json
    strap: Json | None
    procedure: Json
    period: Json


@dataclass(frozen=True, slots=True, kw_only=True)
class Measure:
    """One Observation: a value, or why there is none."""

    name: str
    """Among the Observations of the session."""
    code: Json
    value: Json | None
    """``{"valueQuantity": ...}``; None: absent."""
    why_absent: str = UNKNOWN
    by: str = "software"
    """``software``, ``strap`` or ``resident``: what or who said it."""
    components: tuple[Json, ...] = ()
    note: str | None = None


def add_group(into: Transaction, told: Told, summary: SessionSummary, words: Words) -> list[Json]:
    """The Observations of one session; the first reference is that of their group."""
    members = [
        _add(into, told, one, words)
        for one in (*_heart_rate(told.kept, words), *_others(told.kept, summary, words))
    ]
    body: Json = {
        "resourceType": "Observation",
        "status": "final",
        "category": CATEGORIES,
        "code": concept(words.say("measure.session"), PANEL),
        "subject": told.patient,
        "effectivePeriod": told.period,
        "partOf": [told.procedure],
        "hasMember": members,
    }
    key = f"{told.kept.session.id}/group"
    return [into.add(body, "observation", key, (words.say("measure.session"),)), *members]


def _add(into: Transaction, told: Told, one: Measure, words: Words) -> Json:
    device = {"software": told.software, "strap": told.strap or told.software}.get(one.by)
    body: Json = {
        "resourceType": "Observation",
        "status": "final",
        "category": CATEGORIES,
        "code": one.code,
        "subject": told.patient,
        "effectivePeriod": told.period,
        "performer": [told.patient] if one.by == "resident" else None,
        **(one.value if one.value is not None else {"dataAbsentReason": absent(one.why_absent)}),
        "note": [{"text": one.note}] if one.note else None,
        "device": device,
        "partOf": [told.procedure],
        "component": list(one.components),
    }
    text = f"{one.code['text']}: {shown(one.value, words)}"
    key = f"{told.kept.session.id}/{one.name}"
    return into.add(body, "observation", key, (text, one.note or ""))


def shown(value: Json | None, words: Words) -> str:
    """A value for people."""
    if value is None:
        return words.say("not_measured")
    if "valueRange" in value:
        low, high = value["valueRange"]["low"], value["valueRange"]["high"]
        return f"{low['value']:g}-{high['value']:g} {low['unit']}"
    found = value["valueQuantity"]
    unit = found["unit"].strip("{}") if not found["unit"].startswith("{") else ""
    return f"{found.get('comparator', '')}{found['value']:g} {unit}".strip()


def _quantity(
    value: float | None, unit: str, comparator: str = "", factor: float = 1.0
) -> Json | None:
    if value is None:
        return None
    return {"valueQuantity": quantity(value * factor, unit, comparator=comparator)}


def component(code: Json, value: Json | None, why_absent: str = UNKNOWN) -> Json:
    """A part of an Observation, or why it is missing."""
    return {"code": code, **(value or {"dataAbsentReason": absent(why_absent)})}


def _heart_rate(kept: KeptSession, words: Words) -> Iterator[Measure]:
    """Mean and highest rate, each with how much of the main part it rests on."""
    heart = kept.heart_rate
    worn = heart.sensor is not None or any(bpm is not None for bpm in heart.bpm)
    why = UNKNOWN if worn else NOT_DONE
    if not worn:  # nothing was put on, so that nought seconds in the zone say nothing
        heart = replace(heart, measured_s=None, in_zone_s=None, above_zone_s=None)
    parts = _coverage(heart, why, words)
    for name, number, display, value in (
        ("heart-rate-mean", "55425-3", "Heart rate unspecified time mean by Pedometer",
         heart.mean_bpm),
        ("heart-rate-max", "55426-1", "Heart rate unspecified time maximum by Pedometer",
         heart.highest_bpm),
    ):  # fmt: skip
        text = words.say(f"measure.{name.replace('-', '_')}")
        yield Measure(
            name=name,
            code=loinc(number, display, text, coding(CODES, name)),
            value=_quantity(value, "/min"),
            why_absent=why,
            by="strap",
            components=parts,
        )
    if heart.lower_bpm is None and heart.upper_bpm is None:
        return
    limits = {"low": heart.lower_bpm, "high": heart.upper_bpm}
    for name, seconds in (
        ("minutes-in-zone", heart.in_zone_s),
        ("minutes-above-zone", heart.above_zone_s),
    ):
        zone = {
            key: {"value": rounded(v), "unit": "/min", "system": UCUM, "code": "/min"}
            for key, v in limits.items()
            if v is not None
        }
        yield Measure(
            name=name,
            code=ours(name, words.say(f"measure.{name.replace('-', '_')}")),
            value=_quantity(seconds, "min", factor=1.0 / 60.0),
            why_absent=why,
            by="strap",
            components=(
                component(ours("heart-rate-zone", words.say("measure.zone")), {"valueRange": zone}),
                *parts,
            ),
        )


def _coverage(heart: HeartRateRecord, why: str, words: Words) -> tuple[Json, ...]:
    code = ours("heart-rate-coverage", words.say("measure.coverage"))
    share = heart.coverage
    return (component(code, _quantity(share, "%", factor=100.0), why),)


def _others(kept: KeptSession, summary: SessionSummary, words: Words) -> Iterator[Measure]:
    head = kept.session
    yield Measure(
        name="duration",
        code=loinc("55411-3", "Exercise duration", words.say("measure.duration")),
        value=_quantity(head.lasted_s, "min", factor=1.0 / 60.0),
    )
    yield Measure(
        name="moderate-minutes",
        code=ours("moderate-minutes", words.say("measure.moderate_minutes")),
        value=_moderate(summary),
        note=words.say("note.estimate"),
    )
    low, high = head.met_minutes_low, head.met_minutes_high
    energy = None
    if low is not None and high is not None:
        unit = {"unit": "MET.min", "system": UCUM, "code": "[MET].min"}
        ends = {"low": {"value": rounded(low), **unit}, "high": {"value": rounded(high), **unit}}
        energy = {"valueRange": ends}
    yield Measure(
        name="met-minutes",
        code=ours("met-minutes", words.say("measure.met_minutes")),
        value=energy,
        note=words.say("note.estimate"),
    )
    for name, code, value in (
        ("effort", ours("rpe-0-10", words.say("measure.effort")), summary.effort),
        (
            "pain",
            loinc(
                "72514-3",
                "Pain severity - 0-10 verbal numeric rating [Score] - Reported",
                words.say("measure.pain"),
            ),
            summary.highest_pain,
        ),
    ):
        asked = any(one.question == name for one in kept.efforts)
        yield Measure(
            name=name,
            code=code,
            value=_quantity(value, "{score}"),
            why_absent=NO_ANSWER if asked else NOT_ASKED,
            by="resident",
        )


def _moderate(summary: SessionSummary) -> Json | None:
    """Minutes of moderate work; at least so many where some work could not be seen."""
    minutes = summary.moderate_s / 60.0
    if summary.moderate_judged:
        return _quantity(minutes, "min")
    return _quantity(minutes, "min", ">=") if minutes > 0.0 else None
