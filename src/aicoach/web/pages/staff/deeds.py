"""What staff change from the pages: reviews, messages, drafts. Each answer says what was done."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Annotated, Final, Literal

from pydantic import Field

from aicoach.adapters.store.enrolments import answer_enrolment
from aicoach.desk.plans import as_row, draft_from, next_version, ready_names
from aicoach.desk.proposals import open_proposals, refuse_proposal
from aicoach.desk.reports import Asked as Report
from aicoach.screening.kept_answers import ASKED, STAFF
from aicoach.web.pages.staff.asking import Answer, Asked
from aicoach.web.pages.staff.desk import NotThereError
from aicoach.web.pages.staff.drawing import address
from aicoach.web.pages.staff.resident_tables import Code
from aicoach.web.pages.staff.session_view import SessionId, subject_of

if TYPE_CHECKING:
    from aicoach.desk.proposals import OpenProposal
    from aicoach.web.pages.staff.desk import Desk

_WEEK: Final = timedelta(days=6)
Words = Annotated[str, Field(max_length=1000)]


class ReviewAsked(Asked):
    """A session was looked at."""

    session: SessionId
    note: Words = ""


class ReviewWeekAsked(Asked):
    """All sessions of a resident's last seven days were looked at."""

    code: Code


class MessageAsked(Asked):
    """A word to a resident."""

    code: Code
    text: Annotated[str, Field(min_length=1, max_length=1000)]


class EnrolmentAsked(Asked):
    """What a resident told the staff about their health."""

    code: Code
    active: Literal["yes", "no", "unknown"]
    disease: Literal["yes", "no", "unknown"]
    symptoms: Literal["yes", "no", "unknown"]


class AssignAsked(Asked):
    """A ready plan for a resident, as a draft."""

    code: Code
    ready: Annotated[str, Field(min_length=1, max_length=64)]


class ProposalAsked(Asked):
    """A proposal, by its key."""

    code: Code
    key: Annotated[str, Field(min_length=1, max_length=200)]


class RefusalAsked(ProposalAsked):
    """A proposal is not taken."""

    reason: Annotated[str, Field(max_length=300)]


def review(desk: Desk, asked: ReviewAsked) -> Answer:
    """Mark a session as seen."""
    subject = subject_of(desk, asked.session)
    desk.gate.review(asked.session, asked.note.strip())
    desk.store.refresh_standings([str(subject.resident)], now=desk.now)
    return {"say": desk.text("done.reviewed"), "again": True}


def review_week(desk: Desk, asked: ReviewWeekAsked) -> Answer:
    """Mark every session of the last seven days as seen."""
    every = desk.gate.summaries(asked.code)
    since = every[-1].day - _WEEK if every else None
    chosen = [one.session for one in every if since is not None and one.day >= since]
    for one in chosen:
        desk.gate.review(one)
    desk.store.refresh_standings([asked.code], now=desk.now)
    return {"say": desk.text("done.reviewed_week", count=len(chosen)), "again": True}


def message(desk: Desk, asked: MessageAsked) -> Answer:
    """Write to a resident."""
    desk.resident(asked.code)
    desk.gate.message(asked.code, asked.text.strip())
    return {"say": desk.text("done.sent"), "again": True, "to": "messages"}


def enrolment(desk: Desk, asked: EnrolmentAsked) -> Answer:
    """Write down what the resident answered to the three questions about health."""
    desk.resident(asked.code)
    said = {"yes": True, "no": False, "unknown": None}
    answers = {name: said[getattr(asked, name)] for name in ASKED}
    answer_enrolment(desk.gate, asked.code, answers, place=STAFF, at=desk.now)
    return {"say": desk.text("done.enrolled"), "again": True, "to": "health-h"}


def assign(desk: Desk, asked: AssignAsked) -> Answer:
    """Give a resident a ready plan, as a draft, and open it."""
    if asked.ready not in {name for name, _ in ready_names(desk.language)}:
        raise NotThereError(desk.text("problem.no_ready"))
    row = desk.gate.resident(asked.code)
    made = draft_from(asked.ready, row.id, row.birth_year)
    made = made.model_copy(update={"version": next_version(desk.gate.plans(row.id), made.id)})
    kept = desk.gate.draft_plan(as_row(made, row.id))
    return {
        "say": desk.text("done.assigned"),
        "go": address("plan", code=row.id, start=kept.id),
    }


def take_proposal(desk: Desk, asked: ProposalAsked) -> Answer:
    """Make a draft of a proposal and open it, to be looked at and signed."""
    found = _proposal(desk, asked)
    rows = desk.gate.plans(asked.code)
    draft = found.proposal.draft
    draft = draft.model_copy(update={"version": next_version(rows, draft.id)})
    kept = desk.gate.draft_plan(as_row(draft, asked.code))
    return {"say": desk.text("done.drafted"), "go": address("plan", code=asked.code, start=kept.id)}


def refuse(desk: Desk, asked: RefusalAsked) -> Answer:
    """Decide against a proposal, with a reason."""
    if not asked.reason.strip():
        return {"problem": "failed", "say": desk.text("problem.no_reason")}
    found = _proposal(desk, asked)
    refuse_proposal(desk.gate, asked.code, found.proposal, asked.reason)
    desk.store.refresh_standings([asked.code], now=desk.now)
    return {"say": desk.text("done.refused"), "again": True}


def _proposal(desk: Desk, asked: ProposalAsked) -> OpenProposal:
    """The proposal as it is made now; the data may have changed since the page was drawn."""
    of = desk.gate.of_resident(asked.code)
    desk.gate.require("plan.draft", of)
    desk.resident(asked.code)
    report = Report(
        store=desk.store, gate=desk.gate, resident=asked.code, period="12w", session=None,
        reader="staff", form="html", language=desk.language, now=desk.now,
    )  # fmt: skip
    followed = report.followed()
    every = open_proposals(desk.store, followed, desk.language, desk.words.catalog)
    for one in every:
        if one.key == asked.key:
            return one
    raise NotThereError(desk.text("problem.no_proposal"))
