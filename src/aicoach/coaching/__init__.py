"""What to say: one voice, safety first, one thing at a time. See docs/coaching.md."""

from aicoach.coaching.arbiter import Voice
from aicoach.coaching.coach import QUESTION, Coach
from aicoach.coaching.requests import CORRECTIVE, CueRequest, InBoth, KeyOf, Spelled
from aicoach.coaching.settings import CoachingSettings, coaching_settings
from aicoach.coaching.summaries import Line, SetPraise, SetRecord

__all__ = [
    "CORRECTIVE",
    "QUESTION",
    "Coach",
    "CoachingSettings",
    "CueRequest",
    "InBoth",
    "KeyOf",
    "Line",
    "SetPraise",
    "SetRecord",
    "Spelled",
    "Voice",
    "coaching_settings",
]
