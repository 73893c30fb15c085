"""A resident as an exporter sees one, without a database."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta, timezone
from typing import Any

import pytest

from aicoach.bench.store_session import made_head, made_plan, made_session
from aicoach.observations import HeartRateSample
from aicoach.prescription import Prescription, read_prescription
from aicoach.prescription.drafts import ready_plans
from aicoach.records import KeptSession
from aicoach.resident_file import (
    AuditRecord,
    ConsentRecord,
    EnrolmentRecord,
    PlanRecord,
    ResidentFile,
)
from aicoach.session import SessionEvent
from aicoach.session_records import SessionKeeper

MONDAY = datetime(2026, 3, 2, 1, 30, tzinfo=timezone.utc)
"""09:30 in Shanghai."""
READ_AT = datetime(2026, 3, 20, 4, 0, tzinfo=timezone.utc)


def signed(group: str = "hypertension", resident: str = "R-0001", version: int = 2) -> Prescription:
    """A ready plan as if it had been signed for a resident."""
    plan = read_prescription(ready_plans()[group])
    assert plan.resident is not None
    return plan.model_copy(
        update={
            "id": "steady",
            "version": version,
            "status": "active",
            "resident": plan.resident.model_copy(update={"id": resident}),
        }
    )


def kept(number: int = 1, *, strap: bool = True, **head: Any) -> KeptSession:
    """The session of a day; the same for the same number."""
    at = MONDAY + timedelta(days=2 * (number - 1))
    name = f"0195a3c0-0000-7000-8000-{number:012d}"
    keeper = SessionKeeper(replace(made_head(session_id=name), started_at=at, **head), made_plan())
    for t_s, cause, event in made_session():
        if isinstance(event, HeartRateSample):
            if strap:
                keeper.heart_rate(event)
        else:
            keeper.take(SessionEvent(t_s=t_s, cause=cause, event=event))  # type: ignore[arg-type]
    return keeper.kept()


def consent(kind: str = "sharing", **more: Any) -> ConsentRecord:
    return ConsentRecord(
        id=f"consent-{kind}", kind=kind, text_version="2026.1", given_at=MONDAY, given_by="R-0001",
        **more,
    )  # fmt: skip


def answered(name: str, at: datetime, by: str, place: str, **said: bool | None) -> EnrolmentRecord:
    return EnrolmentRecord(
        id=name, answered_at=at, answered_by=by, place=place, question_version="2026.1",
        active=True, disease=said.get("disease", False), symptoms=said.get("symptoms", False),
    )  # fmt: skip


@pytest.fixture(scope="session")
def resident_file() -> ResidentFile:
    """Eight days with four sessions, a signed plan, consents, an audit."""
    return ResidentFile(
        resident="R-0001",
        time_zone="Asia/Shanghai",
        language="zh",
        read_at=READ_AT,
        birth_year=1958,
        site="site-1",
        consents=(consent(), consent("camera")),
        enrolments=(
            answered("health-1", MONDAY - timedelta(days=400), "account-1", "home", symptoms=None),
            answered("health-2", MONDAY, "staff-1", "staff", disease=True),
        ),
        plans=(PlanRecord(id="1", plan=signed(), status="active", created_at=MONDAY),),
        sessions=tuple(kept(number) for number in range(1, 5)),
        audit=(
            AuditRecord(
                number=1, at=MONDAY, actor="staff-1", action="session.view", hash="ab" * 32,
                details={"session": "x"},
            ),
        ),
    )  # fmt: skip


Find = Callable[..., list[dict[str, Any]]]


@pytest.fixture(scope="session")
def find() -> Find:
    """Resources of a bundle, by their kind and what their identifier ends with."""

    def search(bundle: dict[str, Any], kind: str, end: str = "") -> list[dict[str, Any]]:
        found = [one["resource"] for one in bundle["entry"]]
        return [one for one in found if one["resourceType"] == kind and name_of(one).endswith(end)]

    return search


def name_of(resource: dict[str, Any]) -> str:
    """Value of the identifier, wherever the resource has it."""
    identifier = resource.get("identifier", [{"value": ""}])
    one = identifier[0] if isinstance(identifier, list) else identifier
    return str(one["value"])
