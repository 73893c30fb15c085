"""Done against prescribed: pure functions of what was kept of the sessions."""

from aicoach.adherence.course import (
    PlanInForce,
    course_of,
    course_of_plans,
    in_force_on,
    plan_in_force,
    prescribed,
)
from aicoach.adherence.health_answers import HealthAnswers
from aicoach.adherence.metrics import (
    Adherence,
    ComplianceIndex,
    Dose,
    Share,
    adherence_of,
    by_day,
    by_week,
    judged,
    label_of,
)
from aicoach.adherence.next_day import next_session_day
from aicoach.adherence.periods import Period, iso_weeks, weeks_until
from aicoach.adherence.persistence import Persistence, persistence
from aicoach.adherence.proposal import Evidence, Proposal, Proposals, Waiting
from aicoach.adherence.proposing import accept, propose
from aicoach.adherence.settings import AdherenceSettings, adherence_settings
from aicoach.adherence.summarising import summarise
from aicoach.adherence.summary import AlertCount, ExerciseSummary, FaultCount, SessionSummary
from aicoach.adherence.tally import Tally, tally_week, total
from aicoach.adherence.technique import fault_changes, fault_rates, range_changes, top_faults
from aicoach.adherence.triage import Reason, Triage, TriageLevel, triage
from aicoach.adherence.wording import say_proposal, say_reason, say_waiting

__all__ = [
    "Adherence",
    "AdherenceSettings",
    "AlertCount",
    "ComplianceIndex",
    "Dose",
    "Evidence",
    "ExerciseSummary",
    "FaultCount",
    "HealthAnswers",
    "Period",
    "Persistence",
    "PlanInForce",
    "Proposal",
    "Proposals",
    "Reason",
    "SessionSummary",
    "Share",
    "Tally",
    "Triage",
    "TriageLevel",
    "Waiting",
    "accept",
    "adherence_of",
    "adherence_settings",
    "by_day",
    "by_week",
    "course_of",
    "course_of_plans",
    "fault_changes",
    "fault_rates",
    "in_force_on",
    "iso_weeks",
    "judged",
    "label_of",
    "next_session_day",
    "persistence",
    "plan_in_force",
    "prescribed",
    "propose",
    "range_changes",
    "say_proposal",
    "say_reason",
    "say_waiting",
    "summarise",
    "tally_week",
    "top_faults",
    "total",
    "triage",
    "weeks_until",
]
