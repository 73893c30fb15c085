"""Makes the records of a session from its events, live or from their lines of JSON."""

from aicoach.session_records.closing import interrupted
from aicoach.session_records.event_lines import UnknownEventError, read_event
from aicoach.session_records.keeper import SessionKeeper
from aicoach.session_records.planned import planned_session

__all__ = [
    "SessionKeeper",
    "UnknownEventError",
    "interrupted",
    "planned_session",
    "read_event",
]
