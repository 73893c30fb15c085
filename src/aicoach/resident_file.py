"""Everything that is kept of one resident, as plain values: what an export hands out.

A store reads it, the exporters write it; neither knows the other. No picture, no video and
no keypoint is among it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from datetime import date, datetime

    from aicoach.prescription import Prescription
    from aicoach.records import KeptSession


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsentRecord:
    """One thing the resident agreed to, apart from the others."""

    id: str
    kind: str
    """``records``, ``camera``, ``keypoints``, ``hospital``, ``sharing`` or ``video``."""
    text_version: str
    given_at: datetime
    given_by: str
    withdrawn_at: datetime | None = None
    withdrawn_by: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class EnrolmentRecord:
    """What the resident answered about their health at the enrolment; None: not known."""

    id: str
    answered_at: datetime
    answered_by: str
    """Account."""
    place: str
    """``cabin``, ``home`` or ``staff``."""
    active: bool | None
    disease: bool | None
    symptoms: bool | None
    question_version: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanRecord:
    """One version of a plan, and how it stands today."""

    id: str
    plan: Prescription
    """As it was written."""
    status: str
    """As it stands; a plan may have been paused or revoked since."""
    created_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditRecord:
    """One thing that somebody did with the resident's data."""

    number: int
    at: datetime
    actor: str
    action: str
    hash: str
    details: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageRecord:
    """A word to the resident, or from the resident to staff."""

    sender: str
    """Account."""
    sent_at: datetime
    text: str
    read_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewRecord:
    """What staff noted on a session."""

    session: str
    account: str
    reviewed_at: datetime
    note: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ResidentFile:
    """One resident with consents, plans and sessions, each list in order of time."""

    resident: str
    """The code."""
    time_zone: str
    language: str
    read_at: datetime
    """When this was read from the store."""
    name: str | None = None
    birth_year: int | None = None
    site: str | None = None
    first: date | None = None
    last: date | None = None
    """Days of the sessions, both included; None: from the first, to the last."""
    consents: tuple[ConsentRecord, ...] = ()
    enrolments: tuple[EnrolmentRecord, ...] = ()
    """Every time they were answered."""
    plans: tuple[PlanRecord, ...] = ()
    sessions: tuple[KeptSession, ...] = ()
    """Closed ones; a session that is going on, and a demonstration, are left out."""
    messages: tuple[MessageRecord, ...] = ()
    reviews: tuple[ReviewRecord, ...] = ()
    """Of the sessions above."""
    audit: tuple[AuditRecord, ...] = ()

    def plan(self, plan_id: str, version: int) -> PlanRecord | None:
        """The version that a session ran with; None where it is not kept."""
        for one in self.plans:
            if (one.plan.id, one.plan.version) == (plan_id, version):
                return one
        return None
