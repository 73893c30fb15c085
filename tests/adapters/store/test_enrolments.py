"""What residents answered about their health: kept, read, asked again, on both databases."""

from __future__ import annotations

from datetime import date, datetime, timedelta, timezone
from typing import Any

import pytest
from sqlalchemy import insert, select, text

from aicoach.access import Actor, Role, console_actor
from aicoach.access.consents import NEEDED
from aicoach.adapters.store import Store, tables
from aicoach.adapters.store.consents import give
from aicoach.adapters.store.enrolments import (
    answer_enrolment,
    change_reported_since,
    enrolment_on,
    enrolments_of,
)
from aicoach.adapters.store.gate import Gate
from aicoach.adapters.store.people import Enrolment, Resident, Site
from aicoach.adapters.store.resident_file import read_resident_file
from aicoach.errors import AccessError, CoachError, StoreError
from aicoach.screening import load_screening
from aicoach.visit.enrolment import known_enrolment
from aicoach.visit.from_store import ask_opened

from .conftest import keep_session

ZONE = "Asia/Shanghai"
WELL: dict[str, bool | None] = {"active": True, "disease": False, "symptoms": False}
NOON = datetime(2026, 3, 2, 4, 0, tzinfo=timezone.utc)
DAY = date(2026, 3, 2)


@pytest.fixture
def gate(store: Store) -> Gate:
    """The console; R-0001 lives at site-1."""
    store.shelf(Site).add(Site(id="site-1", name="Peace", time_zone=ZONE))
    store.shelf(Resident).add(Resident(id="R-0001", site="site-1", time_zone=ZONE))
    return store.gate(console_actor("test"))


def answer(gate: Gate, at: datetime = NOON, **changed: bool | None) -> Enrolment:
    return answer_enrolment(gate, "R-0001", {**WELL, **changed}, place="home", at=at)


def said(store: Store, session: str, question: str, value: object) -> None:
    """Something that a resident answers in a session."""
    table = tables.UNDER_SESSION["answers"][0]
    row = {"session_id": session, "position": 90, "t_s": 1.0, "question": question,
           "value": value, "by": "resident", "exercise": None}  # fmt: skip
    with store.writing() as connection:
        connection.execute(insert(table), [row])


def test_answers_are_kept_with_when_where_by_whom_and_to_which_questions(gate: Gate) -> None:
    row = answer(gate, disease=None)
    assert enrolments_of(gate, "R-0001") == (row,)
    assert row.answers == {"active": True, "disease": None, "symptoms": False}
    assert (row.place, row.answered_by, row.answered_at) == ("home", "console:test", NOON)
    assert row.question_version == load_screening().question_version


def test_the_audit_names_the_deed_and_not_the_answers(gate: Gate) -> None:
    answer(gate, symptoms=True)
    entry = gate.store.audit.entries("R-0001")[-1]
    assert (entry.action, entry.details) == ("enrolment.answer", {"at": "home"})


@pytest.mark.parametrize(
    ("answers", "problem"),
    [
        ({"active": True, "disease": False}, "enrolment: symptoms: is missing"),
        ({**WELL, "sleep": True}, "enrolment: sleep: is no answer"),
        ({**WELL, "disease": "no"}, "enrolment: disease: is 'no'; allowed: true, false, null"),
        ({**WELL, "active": 1}, "enrolment: active: is 1; allowed"),
    ],
)
def test_what_is_no_answer_is_refused_and_nothing_is_written(
    gate: Gate, answers: Any, problem: str
) -> None:
    with pytest.raises(CoachError, match=problem):
        answer_enrolment(gate, "R-0001", answers, place="home")
    assert gate.store.shelf(Enrolment).find() == ()


def test_nobody_and_nowhere_are_refused(gate: Gate) -> None:
    with pytest.raises(CoachError, match="R-0002: nobody has this code"):
        answer_enrolment(gate, "R-0002", WELL, place="home")
    with pytest.raises(StoreError):
        answer_enrolment(gate, "R-0001", WELL, place="bus")


@pytest.mark.parametrize(
    ("role", "may"),
    [(Role.RESIDENT, True), (Role.STAFF, True), (Role.FAMILY, False), (Role.SITE_ADMIN, False)],
)
def test_only_who_may_reads_and_answers(gate: Gate, role: Role, may: bool) -> None:
    resident = "R-0001" if role in (Role.RESIDENT, Role.FAMILY) else None
    mine = gate.store.gate(Actor(account="a-1", role=role, site="site-1", resident=resident))
    if may:
        answer(mine)
        assert len(enrolments_of(mine, "R-0001")) == 1
        return
    for attempt in (lambda: answer(mine), lambda: enrolments_of(mine, "R-0001")):
        with pytest.raises(AccessError):
            attempt()
    assert gate.store.shelf(Enrolment).find() == ()


def test_the_newest_answers_count_and_those_before_stay(gate: Gate) -> None:
    first = answer(gate, NOON, symptoms=True)
    second = answer(gate, NOON + timedelta(hours=1))
    assert enrolment_on(gate.store, "R-0001", DAY, ZONE) == second
    assert gate.store.shelf(Enrolment).find() == (first, second)
    with pytest.raises(StoreError, match="never written over"):
        gate.store.shelf(Enrolment).change(first.id, answers={})


def test_a_clock_that_ran_ahead_neither_wins_nor_is_lost(gate: Gate) -> None:
    ahead = answer(gate, NOON + timedelta(days=300), symptoms=True)
    known = known_enrolment(gate.store, "R-0001", DAY, ZONE)
    assert (known.row, known.why) == (ahead, "expired")
    assert known.given["symptoms"] is True
    assert known.given["active"] is None
    now = answer(gate)
    assert known_enrolment(gate.store, "R-0001", DAY, ZONE).row == now


def test_a_day_is_the_residents(gate: Gate) -> None:
    late = datetime(2026, 3, 1, 17, 0, tzinfo=timezone.utc)  # one o'clock of the 2nd in Shanghai
    answer(gate, late)
    known = known_enrolment(gate.store, "R-0001", DAY, ZONE)
    assert known.given["answered_on"] == DAY
    assert known.why is None


@pytest.mark.parametrize(
    ("question", "value", "reported"),
    [
        ("chest_breath", True, True), ("chest_breath", False, False),
        ("symptom", "dizziness", True), ("pain", 7.0, False),
    ],
)  # fmt: skip
def test_what_a_session_tells_takes_answers_given_before_out_of_force(
    gate: Gate, question: str, value: object, reported: bool
) -> None:
    store = gate.store
    session = keep_session(store)
    said(store, session, question, value)
    ended = store.session(session).session.ended_at
    assert ended is not None
    before, after = ended - timedelta(hours=2), ended + timedelta(hours=1)
    answer(gate, before)
    assert change_reported_since(store, "R-0001", before) is reported
    known = known_enrolment(store, "R-0001", ended.date(), ZONE)
    assert known.why == ("reported" if reported else None)
    assert known.given["symptoms"] is (None if reported else False)
    answer(gate, after)
    assert change_reported_since(store, "R-0001", after) is False
    assert change_reported_since(store, "R-0009", before) is False


def test_a_session_takes_the_answers_from_the_store(gate: Gate) -> None:
    for kind in NEEDED:
        give(gate, "R-0001", kind, given_by="R-0001")
    asked = lambda: ask_opened(gate.store, "R-0001", DAY, with_plan=False).enrolment  # noqa: E731
    assert asked() == {}
    answer(gate, symptoms=True)
    assert asked() == {"active": True, "disease": False, "symptoms": True, "answered_on": DAY}
    assert ask_opened(gate.store, None, DAY, with_plan=False).enrolment == {}


def test_they_are_handed_out_with_everything_else(gate: Gate) -> None:
    row = answer(gate, disease=True)
    file = read_resident_file(gate.store, "R-0001", NOON)
    assert [(one.id, one.active, one.disease) for one in file.enrolments] == [(row.id, True, True)]


def test_they_are_sealed_where_there_is_a_key(gate: Gate, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AICOACH_KEY", "A" * 43 + "=")
    row = answer(gate, disease=True)
    with gate.store.reading() as connection:
        stored = connection.scalar(text("SELECT answers FROM enrolments"))
        assert "disease" not in str(stored)
        assert connection.scalar(select(tables.enrolments.c.answers)) == row.answers
