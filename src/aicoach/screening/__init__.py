"""Screening: may this resident exercise today, and with which limits? Decision tables as data.

Nothing here diagnoses. What is unknown counts as the worst it could be, and whoever is
told "not today" is told why, in plain words.
"""

from aicoach.screening.bounds import StartLimit, standing_limits
from aicoach.screening.enrolment import (
    Clearance,
    ClearanceRecord,
    EnrolmentAnswers,
    clearance,
    enrolment_questions,
)
from aicoach.screening.lifting import release
from aicoach.screening.outcomes import (
    Outcome,
    Reason,
    ReleaseError,
    ScreeningInputError,
    ScreeningResult,
    StaffRelease,
)
from aicoach.screening.pre_check import ScreeningContext, check_answer, evaluate, questions_for
from aicoach.screening.questions import Question
from aicoach.screening.rules import ScreeningRules, load_screening

__all__ = [
    "Clearance",
    "ClearanceRecord",
    "EnrolmentAnswers",
    "Outcome",
    "Question",
    "Reason",
    "ReleaseError",
    "ScreeningContext",
    "ScreeningInputError",
    "ScreeningResult",
    "ScreeningRules",
    "StaffRelease",
    "StartLimit",
    "check_answer",
    "clearance",
    "enrolment_questions",
    "evaluate",
    "load_screening",
    "questions_for",
    "release",
    "standing_limits",
]
