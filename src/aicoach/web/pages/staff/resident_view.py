"""One resident: the plan in force, done against prescribed, what needs a look, and what to do."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Final

from aicoach.access.consents import consent_kinds
from aicoach.adapters.store.people import Consent, Enrolment, Message
from aicoach.adherence import say_reason
from aicoach.desk.plans import HOLDS_DAYS, REVIEW_DAYS, ready_names
from aicoach.desk.proposals import open_proposals
from aicoach.desk.reports import Asked as Report
from aicoach.follow_up import staff_page
from aicoach.screening.kept_answers import ASKED
from aicoach.visit.enrolment import known_enrolment
from aicoach.web.pages.staff.asking import Answer
from aicoach.web.pages.staff.resident_charts import of_sessions, of_weeks
from aicoach.web.pages.staff.resident_tables import (
    EventsAsked,
    ResidentAsked,
    SessionsAsked,
    VersionsAsked,
    events_page,
    versions_page,
)
from aicoach.web.pages.staff.shell import framed
from aicoach.zones import day_in, zone_of

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from aicoach.adapters.store.people import Resident
    from aicoach.adapters.store.standing_rows import Standing
    from aicoach.adherence import SessionSummary
    from aicoach.follow_up import Followed
    from aicoach.web.pages.staff.desk import Desk

_ON_A_PAGE: Final = 12
_WHOLE: Final = "complete"
_MESSAGES: Final = 30
_TIMES: Final = 5
"""So many of the newest answers about health are shown."""
_GRAVE: Final = frozenset({"stop", "rest"})


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionRow:
    """One session in the table."""

    session: str
    day: str
    weekday: str
    minutes: str
    done: str
    as_asked: str
    highest: str
    effort: str
    pain: str
    ended: str
    alerts: int
    reviewed: bool
    demonstration: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionsPage:
    """A page of the table."""

    rows: tuple[SessionRow, ...]
    total: int
    page: int
    pages: int


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageRow:
    """One message, and as what its sender wrote."""

    text: str
    mine: bool
    name: str
    role: str
    at: datetime
    """On the resident's clock."""
    read: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class EnrolmentRow:
    """What was answered about health, once."""

    day: date
    place: str
    by: str
    answers: tuple[tuple[str, str, bool], ...]
    """Question, answer in words, and whether it asks for care."""


def resident_view(desk: Desk, asked: ResidentAsked) -> Answer:
    """The page."""
    row = desk.resident(asked.code)
    html = desk.draw("resident.html", row=row, asked=asked, **_facts(desk, asked, row))
    title = f"{row.id} · {desk.text('resident.title')}"
    return framed(desk, html, "resident", title)


def sessions_region(desk: Desk, asked: SessionsAsked) -> Answer:
    """Another page of the table of sessions."""
    row = desk.resident(asked.code)
    desk.see("session.view", desk.gate.of_resident(asked.code))
    found = _sessions(desk, asked, row)
    return {"html": desk.draw("sessions.html", found=found, asked=asked), "region": "sessions"}


def events_region(desk: Desk, asked: EventsAsked) -> Answer:
    """Another page of the safety events."""
    row = desk.resident(asked.code)
    desk.see("session.view", desk.gate.of_resident(row.id))
    desk.see("plan.view", desk.gate.of_resident(row.id))
    page = staff_page(_followed(desk, asked), desk.language, desk.words.catalog)
    found = events_page(asked, page)
    return {"html": desk.draw("events.html", found=found, asked=asked), "region": "events"}


def versions_region(desk: Desk, asked: VersionsAsked) -> Answer:
    """Another page of the versions of plans."""
    row = desk.resident(asked.code)
    desk.see("plan.view", desk.gate.of_resident(row.id))
    found = versions_page(desk, asked, row)
    html = desk.draw("versions.html", found=found, asked=asked, row=row)
    return {"html": html, "region": "versions"}


def _followed(desk: Desk, asked: ResidentAsked) -> Followed:
    return Report(
        store=desk.store, gate=desk.gate, resident=asked.code, period=f"{asked.weeks}w",
        session=None, reader="staff", form="html", language=desk.language, now=desk.now,
    ).followed()  # fmt: skip


def _facts(desk: Desk, asked: ResidentAsked, row: Resident) -> dict[str, object]:
    gate, store, words = desk.gate, desk.store, desk.words
    code = asked.code
    of = gate.of_resident(code)
    facts: dict[str, object] = {"may": lambda action: desk.may(action, of)}
    standing = _standing(desk, row)
    facts["standing"] = standing
    facts["reasons"] = [
        (
            one.level.name.lower(),
            say_reason(one, desk.language, words.catalog),
            one.day,
            one.session,
        )
        for one in (() if standing is None else standing.reasons)
    ]
    seen = all(desk.may(action, of) for action in ("session.view", "plan.view"))
    facts |= {"page": None, "charts": {}, "sessions": None, "versions": None, "proposals": ()}
    if seen:
        desk.see("session.view", of)
        desk.see("plan.view", of)
        followed = _followed(desk, asked)
        page = staff_page(followed, desk.language, words.catalog)
        facts["page"] = page
        facts["charts"] = of_weeks(desk, page) | of_sessions(desk, page, followed.in_period)
        facts["sessions"] = _sessions(desk, asked, row)
        facts["versions"] = versions_page(desk, asked, row)
        facts["events"] = events_page(asked, page)
        facts["proposals"] = open_proposals(store, followed, desk.language, words.catalog)
        facts["waiting"] = page.waiting
    facts["messages"] = None
    if desk.may("message.view", of):
        desk.see("message.view", of)
        rows = store.shelf(Message).find(resident=code)
        facts["messages"] = [_message(desk, one, row) for one in rows[-_MESSAGES:]]
    facts["consents"] = _consents(desk, row) if desk.may("consent.view", of) else None
    facts["enrolment"] = _enrolment(desk, row) if desk.may("enrolment.view", of) else None
    facts["ready"] = ready_names(desk.language)
    today = desk.today_of(row)
    facts |= {
        "until": today + timedelta(days=HOLDS_DAYS),
        "review": today + timedelta(days=REVIEW_DAYS),
        "today": today,
    }
    return facts


def _message(desk: Desk, one: Message, row: Resident) -> MessageRow:
    return MessageRow(
        text=one.text,
        mine=one.sender == desk.gate.actor.account,
        name=desk.called(one.sender),
        role=desk.roles.get(one.sender, ""),
        at=one.sent_at.astimezone(zone_of(row.time_zone)),
        read=one.read_at is not None,
    )


def _standing(desk: Desk, row: Resident) -> Standing | None:
    desk.store.refresh_standings([row.id], now=desk.now)
    found = desk.store.standings(text=row.id, size=500, now=desk.now)
    return next((one for one in found.rows if one.resident == row.id), None)


_SORTS: Final[dict[str, Callable[[SessionSummary], object]]] = {
    "longest": lambda one: -(one.lasted_s or 0.0),
    "effort": lambda one: -(one.highest_effort if one.highest_effort is not None else -1.0),
    "pain": lambda one: -(one.highest_pain if one.highest_pain is not None else -1.0),
    "heart": lambda one: -(one.highest_bpm or 0.0),
    "alerts": lambda one: -_grave(one),
}


def _grave(one: SessionSummary) -> int:
    return sum(alert.times for alert in one.alerts if alert.level in _GRAVE)


def _sessions(desk: Desk, asked: ResidentAsked, row: Resident) -> SessionsPage:
    every = list(reversed(desk.store.summaries(row.id)))
    reviewed = _reviewed(desk, [one.session for one in every])
    if asked.only == "alerts":
        every = [one for one in every if _grave(one)]
    elif asked.only == "open":
        every = [one for one in every if one.session not in reviewed]
    elif asked.only == "cut_short":
        every = [one for one in every if one.why_ended not in (_WHOLE, None)]
    if asked.sort == "oldest":
        every.reverse()
    elif asked.sort in _SORTS:
        every.sort(key=_SORTS[asked.sort])  # type: ignore[arg-type]
    pages = max(1, -(-len(every) // _ON_A_PAGE))
    page = min(asked.p, pages)
    shown = every[(page - 1) * _ON_A_PAGE : page * _ON_A_PAGE]
    rows = tuple(_session_row(desk, one, reviewed) for one in shown)
    return SessionsPage(rows=rows, total=len(every), page=page, pages=pages)


def _reviewed(desk: Desk, sessions: Sequence[str]) -> frozenset[str]:
    """Which of them somebody marked as seen."""
    from sqlalchemy import select  # noqa: PLC0415

    from aicoach.adapters.store import tables  # noqa: PLC0415

    found: set[str] = set()
    column = tables.reviews.c.session_id
    with desk.store.reading() as connection:
        for i in range(0, len(sessions), 500):
            query = select(column).where(column.in_(sessions[i : i + 500]))
            found |= set(connection.scalars(query))
    return frozenset(found)


def _session_row(desk: Desk, one: SessionSummary, reviewed: frozenset[str]) -> SessionRow:
    words = desk.words
    share = one.reps_valid / one.reps_judged if one.reps_judged else None
    return SessionRow(
        session=one.session,
        day=words.day(one.day, year=True),
        weekday=words.weekday(one.day),
        minutes=words.minutes(one.lasted_s),
        done=words(
            "of", done=words.number(one.done_share, 1), asked=words.number(one.planned_share, 1)
        ),
        as_asked=words.percent(share),
        highest=words.number(one.highest_bpm),
        effort=words.number(one.highest_effort),
        pain=words.number(one.highest_pain),
        ended=words.ended(one.why_ended),
        alerts=_grave(one),
        reviewed=one.session in reviewed,
        demonstration=one.demonstration,
    )


def _enrolment(desk: Desk, row: Resident) -> dict[str, object]:
    """What was answered about health, the newest first, and whether it holds."""
    desk.see("enrolment.view", desk.gate.of_resident(row.id))
    rows = desk.store.shelf(Enrolment).find(resident=row.id)
    known = known_enrolment(desk.store, row.id, desk.today_of(row), row.time_zone)
    state = known.why or "holds"
    return {
        "state": state,
        "said": desk.text(f"enrolment.state.{state}"),
        "questions": [(one, desk.words.phrases.text(f"screening.ask.{one}")) for one in ASKED],
        "times": [
            EnrolmentRow(
                day=day_in(row.time_zone, one.answered_at),
                place=desk.known(f"enrolment.place.{one.place}", one.place),
                by=desk.called(one.answered_by) if one.place == "staff" else "",
                answers=tuple(_answered(desk, one, question) for question in ASKED),
            )
            for one in reversed(rows[-_TIMES:])
        ],
    }


def _answered(desk: Desk, row: Enrolment, question: str) -> tuple[str, str, bool]:
    answer = row.answers[question]
    said = {True: "yes", False: "no", None: "unknown"}[answer]
    grave = answer is None or (answer and question != "active")
    return desk.text(f"enrolment.short.{question}"), desk.text(f"enrolment.{said}"), grave


def _consents(desk: Desk, row: Resident) -> list[tuple[str, str, str, date | None]]:
    """Name, whether it holds, in words, and since when."""
    desk.see("consent.view", desk.gate.of_resident(row.id))
    rows = desk.store.shelf(Consent).find(resident=row.id)
    lines = []
    for kind in consent_kinds().values():
        mine = [one for one in rows if one.kind == kind.kind]
        if not kind.asked and not mine:
            continue
        last = mine[-1] if mine else None
        state = "never" if last is None else "withdrawn" if last.withdrawn_at else "holds"
        moment = None if last is None else last.withdrawn_at or last.given_at
        at = None if moment is None else day_in(row.time_zone, moment)
        lines.append((kind.title(desk.language), state, desk.text(f"consent.{state}"), at))
    return lines
