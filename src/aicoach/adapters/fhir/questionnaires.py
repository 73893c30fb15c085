"""What was asked and answered: before a session, on the way, and about health once a year."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from aicoach.adapters.fhir.addresses import QUESTIONS
from aicoach.adapters.fhir.elements import Json, in_session, moment, without_none
from aicoach.screening.kept_answers import ASKED, STAFF

if TYPE_CHECKING:
    from collections.abc import Iterator

    from aicoach.adapters.fhir.observations import Told
    from aicoach.adapters.fhir.transaction import Transaction
    from aicoach.adapters.fhir.wording import Words
    from aicoach.resident_file import EnrolmentRecord


def add_enrolment(into: Transaction, one: EnrolmentRecord, patient: Json, words: Words) -> Json:
    """What was answered about health on one day; who wrote it down where it was the staff."""
    items = [_item(name, _question(name, words), getattr(one, name)) for name in ASKED]
    body = _questionnaire(items, moment(one.answered_at), patient)
    body["questionnaire"] = f"{QUESTIONS}:enrolment|{one.question_version}"
    if one.place == STAFF:
        body["author"] = into.somebody("staff", one.answered_by, "Practitioner")
    return into.add(body, "answers", one.id, (words.say("questionnaire.enrolment"),))


def add_answers(into: Transaction, told: Told, words: Words) -> Iterator[Json]:
    """Two questionnaires: the pre-check of the day, and effort and pain on the way."""
    kept, before = told.kept, told.kept.screening
    asked = {
        one.question: one.value
        for one in kept.answers
        if words.known(f"screening.ask.{one.question}") is not None
    }
    for name in before.unanswered if before is not None else ():
        asked.setdefault(name, None)
    items = [_item(name, _question(name, words), value) for name, value in asked.items()]
    if before is not None or items:
        version = f"|{before.question_version}" if before is not None else ""
        said = words.say("outcome", outcome=before.outcome) if before is not None else ""
        at = in_session(kept.session, before.t_s) if before is not None else told.period["end"]
        body = _questionnaire(items, at, told.patient, told.procedure)
        body["questionnaire"] = f"{QUESTIONS}:pre-check{version}"
        text = (words.say("questionnaire.pre_check"), said)
        yield into.add(body, "answers", f"{kept.session.id}/pre-check", text)
    rated = [
        _item(
            f"{one.question}-{number}",
            words.say(f"asked.{one.question}", at=in_session(kept.session, one.t_s)[11:16]),
            one.value,
        )
        for number, one in enumerate(kept.efforts, start=1)
    ]
    if rated:
        body = _questionnaire(rated, told.period["end"], told.patient, told.procedure)
        body["questionnaire"] = f"{QUESTIONS}:effort-and-pain"
        name = words.say("questionnaire.effort_and_pain")
        yield into.add(body, "answers", f"{kept.session.id}/effort-and-pain", (name,))


def _question(name: str, words: Words) -> str:
    return words.known(f"screening.ask.{name}") or name


def _item(link: str, text: str, value: bool | float | str | None) -> Json:
    answer: list[dict[str, Any]] = []
    if isinstance(value, bool):
        answer = [{"valueBoolean": value}]
    elif isinstance(value, int):
        answer = [{"valueInteger": value}]
    elif isinstance(value, float):
        answer = [{"valueDecimal": value}]
    elif value:
        answer = [{"valueString": value}]
    return without_none({"linkId": link, "text": text, "answer": answer})


def _questionnaire(items: list[Json], at: str, patient: Json, part_of: Json | None = None) -> Json:
    """Stopped where a question has no answer, as FHIR calls what was only partly filled in."""
    whole = all("answer" in one for one in items)
    return {
        "resourceType": "QuestionnaireResponse",
        "partOf": None if part_of is None else [part_of],
        "status": "completed" if whole else "stopped",
        "subject": patient,
        "authored": at,
        "source": patient,
        "item": items,
    }
