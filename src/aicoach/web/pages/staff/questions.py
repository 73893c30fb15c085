"""Everything that may be asked on the pages of staff, by name."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from aicoach.web.pages.staff import accounts_view, audit_view, deeds, plan_view, site_view
from aicoach.web.pages.staff.asking import Answer, Asked, Question
from aicoach.web.pages.staff.resident_tables import (
    EventsAsked,
    ResidentAsked,
    SessionsAsked,
    VersionsAsked,
)
from aicoach.web.pages.staff.resident_view import (
    events_region,
    resident_view,
    sessions_region,
    versions_region,
)
from aicoach.web.pages.staff.session_view import SessionAsked, session_view
from aicoach.web.pages.staff.shell import ways
from aicoach.web.pages.staff.triage_view import TriageAsked, triage_view

if TYPE_CHECKING:
    from aicoach.web.pages.staff.desk import Desk


class HomeAsked(Asked):
    """The first page of whoever signed in."""


def home(desk: Desk, _asked: HomeAsked) -> Answer:
    """The list for who may see it, else the first page that may be opened."""
    first = ways(desk, "")[0].page
    question = QUESTIONS[first]
    return question.answer(desk, question.fields())


QUESTIONS: Final[dict[str, Question]] = {
    "home": Question(HomeAsked, home),
    "triage": Question(TriageAsked, triage_view),
    "resident": Question(ResidentAsked, resident_view),
    "sessions": Question(SessionsAsked, sessions_region),
    "events": Question(EventsAsked, events_region),
    "versions": Question(VersionsAsked, versions_region),
    "session": Question(SessionAsked, session_view),
    "review": Question(deeds.ReviewAsked, deeds.review, looks_only=False),
    "review_week": Question(deeds.ReviewWeekAsked, deeds.review_week, looks_only=False),
    "message": Question(deeds.MessageAsked, deeds.message, looks_only=False),
    "enrolment": Question(deeds.EnrolmentAsked, deeds.enrolment, looks_only=False),
    "assign": Question(deeds.AssignAsked, deeds.assign, looks_only=False),
    "take_proposal": Question(deeds.ProposalAsked, deeds.take_proposal, looks_only=False),
    "plan": Question(plan_view.PlanAsked, plan_view.plan_view),
    "plan_check": Question(plan_view.CheckAsked, plan_view.check_plan),
    "plan_save": Question(plan_view.SaveAsked, plan_view.save_plan, looks_only=False),
    "plan_sign": Question(plan_view.SignAsked, plan_view.sign_plan, looks_only=False),
    "plan_aside": Question(plan_view.AsideAsked, plan_view.set_aside, looks_only=False),
    "site": Question(site_view.SiteAsked, site_view.site_view),
    "accounts": Question(accounts_view.AccountsAsked, accounts_view.accounts_view),
    "account_add": Question(accounts_view.AddAsked, accounts_view.add, looks_only=False),
    "account_password": Question(
        accounts_view.PasswordAsked, accounts_view.password, looks_only=False
    ),
    "account_close": Question(accounts_view.CloseAsked, accounts_view.close, looks_only=False),
    "account_pin": Question(accounts_view.PinAsked, accounts_view.pin, looks_only=False),
    "account_card": Question(accounts_view.CardAsked, accounts_view.card, looks_only=False),
    "audit": Question(audit_view.AuditAsked, audit_view.audit_view),
    "audit_chain": Question(audit_view.ChainAsked, audit_view.check_chain),
    "refuse_proposal": Question(deeds.RefusalAsked, deeds.refuse, looks_only=False),
}
