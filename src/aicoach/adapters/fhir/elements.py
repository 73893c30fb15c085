"""The small pieces of which resources are made, as plain JSON values."""

from __future__ import annotations

from datetime import date, datetime, timedelta, timezone
from html import escape
from typing import TYPE_CHECKING, Any

from aicoach.adapters.fhir.addresses import CODES, LOINC, STRUCTURE, TERMINOLOGY, UCUM

if TYPE_CHECKING:
    from collections.abc import Iterable

    from aicoach.records import SessionRecord

Json = dict[str, Any]


def coding(system: str, code: str, display: str | None = None) -> Json:
    """One code of one system."""
    return {"system": system, "code": code, **({"display": display} if display else {})}


def concept(text: str, *codings: Json) -> Json:
    """What is meant, in words and in codes."""
    return {**({"coding": list(codings)} if codings else {}), "text": text}


def ours(code: str, text: str) -> Json:
    """A concept for which no public code says the same."""
    return concept(text, coding(CODES, code))


def loinc(code: str, display: str, text: str, *more: Json) -> Json:
    """A concept with its LOINC code."""
    return concept(text, coding(LOINC, code, display), *more)


def quantity(value: float, unit: str, code: str | None = None, comparator: str = "") -> Json:
    """A measured value; ``code`` is its UCUM unit where ``unit`` is a word."""
    return {
        "value": rounded(value),
        **({"comparator": comparator} if comparator else {}),
        "unit": unit,
        "system": UCUM,
        "code": code or unit,
    }


def rounded(value: float) -> float:
    """To a thousandth: nothing here is measured finer, and whole numbers stay whole."""
    near = round(value, 3)
    return int(near) if near == int(near) else near


def absent(reason: str) -> Json:
    """Why there is no value; ``reason`` is a code of HL7's data-absent-reason."""
    return {"coding": [coding(f"{TERMINOLOGY}/data-absent-reason", reason)]}


def moment(at: datetime, utc_offset_min: int = 0) -> str:
    """A time with the offset of the resident's time zone."""
    zone = timezone(timedelta(minutes=utc_offset_min))
    return at.astimezone(zone).isoformat(timespec="milliseconds")


def in_session(session: SessionRecord, t_s: float) -> str:
    """A time of the session's clock, as the resident's clock showed it."""
    return moment(session.at(t_s), session.utc_offset_min)


def period(start: str | date | None, end: str | date | None) -> Json | None:
    """From and to; None where neither is known."""
    ends = {"start": start, "end": end}
    known = {
        key: value.isoformat() if isinstance(value, date) else value
        for key, value in ends.items()
        if value is not None
    }
    return known or None


def with_zone(found: Json, time_zone: str) -> Json:
    """A period whose start also names the time zone, by HL7's own extension."""
    named = {"url": f"{STRUCTURE}/tz-code", "valueCode": time_zone}
    return {**found, "_start": {"extension": [named]}}


def narrative(lines: Iterable[str], language: str) -> Json:
    """The text that a person may read instead of the data."""
    said = "".join(f"<p>{escape(line)}</p>" for line in lines if line)
    div = f'<div xmlns="http://www.w3.org/1999/xhtml" lang="{language}" xml:lang="{language}">'
    return {"status": "generated", "div": f"{div}{said}</div>"}


def without_none(found: Json) -> Json:
    """What is known; FHIR has neither null nor empty lists."""
    return {key: value for key, value in found.items() if value not in (None, [], {}, "")}
