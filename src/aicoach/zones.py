"""The clock of a resident, by the name of the time zone that was kept."""

from __future__ import annotations

from datetime import date, datetime, timezone
from zoneinfo import ZoneInfo


def zone_of(name: str) -> ZoneInfo:
    """The zone of this name; UTC where this computer does not know it."""
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        return ZoneInfo("UTC")


def day_in(name: str | None, moment: datetime) -> date:
    """The calendar day that somebody in this zone has at a moment; None: at this computer."""
    return moment.astimezone(None if name is None else zone_of(name)).date()


def today_in(name: str | None) -> date:
    """The calendar day that somebody in this zone has now; None: at this computer."""
    return day_in(name, datetime.now(timezone.utc))
