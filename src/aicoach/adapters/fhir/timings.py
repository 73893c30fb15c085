"""How often and for how long, from the many ways in which FHIR can say it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Final

from aicoach.adapters.fhir.recognising import find_weekly, left_over, plain_numbers

if TYPE_CHECKING:
    from aicoach.adapters.fhir.imported import Account
    from aicoach.adapters.fhir.ledger import Node

_DAYS: Final = {"d": 1.0, "wk": 7.0}
_SECONDS: Final = {"s": 1.0, "min": 60.0, "h": 3600.0}
_MOST_PER_WEEK: Final = 7


@dataclass(slots=True, kw_only=True)
class Timing:
    """What was understood; None: not said, or not understood."""

    per_week: int | None = None
    seconds: float | None = None
    """Of one occasion."""
    first: date | None = None
    last: date | None = None


def read_timing(node: Node, account: Account) -> Timing:
    """A Timing, or the Period or text that stands in its place."""
    found = Timing()
    repeat = node.get("repeat")
    if repeat is not None:
        _read_repeat(repeat, found, account)
    words = node.text("code", "text")
    coded = node.text("code", "coding", 0, "code")
    if found.per_week is None and (words or coded):
        read_words(words or {"QD": "daily"}.get(coded or "", ""), found)
        if found.per_week is not None:
            node.use("code")
            account.note("understood", node.get("code") or node, "per_week", n=found.per_week)
    return found


def read_words(text: str, found: Timing) -> str:
    """Times a week from plain words; returns what is left of the text."""
    seen = find_weekly(plain_numbers(text))
    if seen is None:
        return text
    low, _, rest = seen
    if 1 <= low <= _MOST_PER_WEEK:
        found.per_week = low
        return left_over(rest)
    return text


def read_period(node: Node, found: Timing, account: Account) -> None:
    """Start and end as days; what is no date stays in the account."""
    for key in ("start", "end"):
        day = _day(node.text(key))
        if day is None:
            continue
        node.use(key)
        if key == "start":
            found.first = day
        else:
            found.last = day
    if found.first or found.last:
        first, last = (day.isoformat() if day else "…" for day in (found.first, found.last))
        account.note("understood", node, "period", first=first, last=last)


def _day(text: str | None) -> date | None:
    try:
        return date.fromisoformat(text[:10]) if text else None
    except ValueError:
        return None


def _read_repeat(repeat: Node, found: Timing, account: Account) -> None:
    bounds = repeat.get("boundsPeriod")
    if bounds is not None:
        read_period(bounds, found, account)
    length, unit = repeat.number("duration"), repeat.text("durationUnit")
    if length is not None and unit in _SECONDS:
        found.seconds = length * _SECONDS[unit]
        repeat.use("duration")
        repeat.use("durationUnit")
        account.note("understood", repeat, "duration", n=f"{found.seconds:g}")
    weekly, often = _weekly(repeat), repeat.number("frequency")
    if weekly is None:
        return
    if not 1 <= weekly <= _MOST_PER_WEEK or weekly != int(weekly):
        account.note("not_understood", repeat, "not_whole", n=f"{weekly:.3g}")
        return
    found.per_week = int(weekly)
    most = repeat.number("frequencyMax")
    for key in ("frequency", "period", "periodUnit", "dayOfWeek", "frequencyMax"):
        if repeat.get(key) is not None:
            repeat.use(key)
    if most is not None and most != often:
        account.note("understood", repeat, "per_week_range", n=found.per_week, most=f"{most:g}")
    else:
        account.note("understood", repeat, "per_week", n=found.per_week)


def _weekly(repeat: Node) -> float | None:
    """Times a week, whole or not; None: it does not say, or not in numbers."""
    days = {one.text() for one in repeat.each("dayOfWeek")} - {None}
    often = 1.0 if repeat.get("frequency") is None else repeat.number("frequency")
    every, per = repeat.number("period"), repeat.text("periodUnit")
    if often is None:
        return None
    once_a_day = often == 1.0 and per in (None, "d", "wk") and every in (None, 1.0)
    if days and (once_a_day or often == len(days)):
        return float(len(days))
    if days or every is None or per not in _DAYS:
        return None
    return often * 7.0 / (every * _DAYS[per]) if every > 0 else None
