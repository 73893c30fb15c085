"""A standing as a row, and back: reasons and the course of a plan as JSON."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any, Final

from aicoach.adherence.course import PlanInForce
from aicoach.adherence.triage import Reason, TriageLevel

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import datetime

_DAY: Final = "day"
"""Marks a date among the values of a reason, which JSON does not know."""
_DATES: Final = ("first", "last", "review_due")


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """One line of the list that staff begin the day with."""

    resident: str
    site: str | None
    language: str
    time_zone: str
    """The resident's: their days are told by it."""
    level: TriageLevel | None
    """None: never looked at yet."""
    reasons: tuple[Reason, ...]
    """The gravest first."""
    as_of: date | None
    """The resident's day for which it was found."""
    found_at: datetime | None
    out_of_date: bool
    """Something happened since, or the day is over."""
    last_session: str | None
    last_at: datetime | None
    """When that session began."""
    next_review: date | None
    """Of the plan."""
    plan: str | None
    version: int | None
    """The plan that is in force; None: there is none."""
    done: int | None
    asked: float | None
    """Sessions of the last days: completed, and prescribed; ``asked`` is None without a plan, and
    until one was in force for a week."""


def standing_of(row: Mapping[str, Any], *, out_of_date: bool) -> Standing:
    """The standing of a row; what was never found is None."""
    level = row["level"]
    return Standing(
        resident=row["id"],
        site=row["site"],
        language=row["language"],
        time_zone=row["time_zone"],
        level=None if level is None else TriageLevel(level),
        reasons=tuple(_reason(one) for one in row["reasons"] or ()),
        as_of=row["as_of"],
        found_at=row["found_at"],
        out_of_date=out_of_date,
        last_session=row["last_session"],
        last_at=row["last_at"],
        next_review=row["next_review"],
        plan=row["plan"],
        version=row["version"],
        done=row["done"],
        asked=row["asked"],
    )


def plain_reasons(reasons: Iterable[Reason]) -> list[dict[str, Any]]:
    """Reasons for JSON."""
    return [
        {
            "level": int(one.level),
            "key": one.key,
            "values": {name: _plain(value) for name, value in one.values.items()},
            "day": None if one.day is None else one.day.isoformat(),
            "session": one.session,
        }
        for one in reasons
    ]


def plain_course(course: Iterable[PlanInForce]) -> list[dict[str, Any]]:
    """The course of a plan for JSON."""
    return [{name: _text(value) for name, value in dataclasses.asdict(one).items()}
            for one in course]  # fmt: skip


def read_course(body: Sequence[Mapping[str, Any]]) -> tuple[PlanInForce, ...]:
    """The way back of :func:`plain_course`."""
    return tuple(_part(one) for one in body)


def _part(body: Mapping[str, Any]) -> PlanInForce:
    values: dict[str, Any] = {
        name: date.fromisoformat(value) if name in _DATES and value else value
        for name, value in body.items()
    }
    return PlanInForce(**values)


def _reason(body: Mapping[str, Any]) -> Reason:
    return Reason(
        level=TriageLevel(body["level"]),
        key=body["key"],
        values={
            name: date.fromisoformat(value[_DAY]) if isinstance(value, dict) else value
            for name, value in body["values"].items()
        },
        day=None if body["day"] is None else date.fromisoformat(body["day"]),
        session=body["session"],
    )


def _plain(value: Any) -> Any:
    return {_DAY: value.isoformat()} if isinstance(value, date) else value


def _text(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value
