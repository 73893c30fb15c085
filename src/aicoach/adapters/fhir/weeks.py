"""Weeks in the two public numbers of physical activity, and the report over all of them."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from aicoach.adapters.fhir.addresses import LOINC
from aicoach.adapters.fhir.elements import (
    Json,
    absent,
    coding,
    concept,
    moment,
    ours,
    period,
    quantity,
)
from aicoach.adapters.fhir.observations import CATEGORIES, NOT_DONE, shown
from aicoach.adapters.fhir.plans import ACTIVITY_CATEGORY
from aicoach.adherence import summarise, tally_week
from aicoach.adherence.periods import Period
from aicoach.zones import day_in

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from aicoach.adapters.fhir.plans import PlanReferences
    from aicoach.adapters.fhir.transaction import Transaction
    from aicoach.adapters.fhir.wording import Words
    from aicoach.adherence import SessionSummary, Tally
    from aicoach.resident_file import ResidentFile


def add_weeks(into: Transaction, file: ResidentFile, patient: Json, words: Words) -> list[Json]:
    """Observations of every whole week that is over; a week cut off by the export has none."""
    summaries = [summarise(one) for one in file.sessions]
    if not summaries:
        return []
    made: list[Json] = []
    for week in _whole_weeks(file, summaries):
        tally = tally_week(summaries, (), week)
        made += [
            into.add(
                body,
                "observation",
                f"{file.resident}/{week.first.isoformat()}/{name}",
                (text,),
                changing=True,  # a cabin may hand in a session of that week later
            )
            for name, body, text in _week(week, tally, patient, words)
        ]
    return made


def today_of(file: ResidentFile) -> date:
    """The resident's day on which the file was read."""
    return day_in(file.time_zone, file.read_at)


def _whole_weeks(file: ResidentFile, summaries: list[SessionSummary]) -> Iterator[Period]:
    first = file.first or summaries[0].day
    last = min(file.last or today_of(file), today_of(file) - timedelta(days=1))
    begin = first - timedelta(days=first.weekday())
    if file.first is not None and begin < first:
        begin += timedelta(days=7)
    while begin + timedelta(days=6) <= last:
        yield Period(begin, begin + timedelta(days=6))
        begin += timedelta(days=7)


def _week(
    week: Period, tally: Tally, patient: Json, words: Words
) -> Iterator[tuple[str, Json, str]]:
    """Name, resource and text of each number of a week."""
    note = words.say("note.supervised_only")
    done = tally.completed + tally.partial
    rows = (
        (
            "moderate-minutes",
            _loinc("82290-8", "Frequency of moderate to vigorous aerobic physical activity",
                   words.say("measure.moderate_week")),
            tally.moderate_s / 60.0 if done else None,
            "min/wk",
            ">=",
        ),
        (
            "strength-days",
            _loinc("82291-6", "Frequency of muscle-strengthening physical activity",
                   words.say("measure.strength_week")),
            tally.strength_days if done else None,
            "d/wk",
            ">=",
        ),
        (
            "sessions",
            ours("sessions-per-week", words.say("measure.sessions_per_week")),
            done,
            "/wk",
            "",
        ),
    )  # fmt: skip
    for name, code, value, unit, comparator in rows:
        known = (
            None
            if value is None
            else {"valueQuantity": quantity(value, unit, comparator=comparator)}
        )
        body: Json = {
            "resourceType": "Observation",
            "status": "final",
            "category": CATEGORIES,
            "code": code,
            "subject": patient,
            "effectivePeriod": period(week.first, week.last),
            **(known or {"dataAbsentReason": absent(NOT_DONE)}),
            "note": [{"text": note}] if comparator else None,
        }
        yield name, body, f"{code['text']}: {shown(known, words)}"


def _loinc(code: str, display: str, text: str) -> Json:
    return concept(text, coding(LOINC, code, display))


def add_report(
    into: Transaction,
    file: ResidentFile,
    results: list[Json],
    plans: list[PlanReferences],
    patient: Json,
    words: Words,
) -> Json | None:
    """One report about everything in the bundle; None where there is no session."""
    if not file.sessions:
        return None
    first = file.first or file.sessions[0].session.day
    last = file.last or today_of(file)
    minutes = [one.session.lasted_s for one in file.sessions]
    known = [one for one in minutes if one is not None]
    conclusion = words.say(
        "report",
        n=len(file.sessions),
        first=first.isoformat(),
        last=last.isoformat(),
        minutes=round(sum(known) / 60.0),
    )
    body: Json = {
        "resourceType": "DiagnosticReport",
        "basedOn": [one.care_plan for one in plans],
        "status": "final",
        "category": [ACTIVITY_CATEGORY],
        "code": ours("exercise-report", words.say("measure.report")),
        "subject": patient,
        "effectivePeriod": period(first, last),
        "issued": moment(file.read_at),
        "result": results,
        "conclusion": conclusion,
    }
    key = f"{file.resident}/{first.isoformat()}/{last.isoformat()}"
    boundary = words.say("device.boundary")
    return into.add(body, "report", key, (conclusion, boundary), changing=True)
