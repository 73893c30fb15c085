"""The guided session: a deterministic core from observations to events."""

from aicoach.session.room import SessionEvent
from aicoach.session.session import Session
from aicoach.session.update import SessionUpdate

__all__ = ["Session", "SessionEvent", "SessionUpdate"]
