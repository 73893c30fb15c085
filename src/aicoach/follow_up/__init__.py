"""What a report says: pure values made of sessions, plans, triage and proposals."""

from aicoach.follow_up.followed import DatedAlert, Followed
from aicoach.follow_up.period import report_period
from aicoach.follow_up.resident_page import ResidentPage, resident_page
from aicoach.follow_up.session_page import SessionPage, session_page
from aicoach.follow_up.staff_page import StaffPage, staff_page
from aicoach.follow_up.stick_figures import PoseAt
from aicoach.follow_up.wording import Words, words_of

__all__ = [
    "DatedAlert",
    "Followed",
    "PoseAt",
    "ResidentPage",
    "SessionPage",
    "StaffPage",
    "Words",
    "report_period",
    "resident_page",
    "session_page",
    "staff_page",
    "words_of",
]
