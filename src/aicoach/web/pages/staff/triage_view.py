"""Whom to look at first: the list that staff begin the day with."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any, Final, Literal

from pydantic import Field

from aicoach.adapters.store.standings import SORTS
from aicoach.adherence import TriageLevel, say_reason
from aicoach.web.pages.staff.asking import Answer, Asked
from aicoach.web.pages.staff.freshening import FRESHENING
from aicoach.web.pages.staff.shell import framed
from aicoach.zones import day_in

if TYPE_CHECKING:
    from datetime import date

    from aicoach.adapters.store.standing_rows import Standing
    from aicoach.web.pages.staff.desk import Desk

PAGE: Final = 25
_REASONS: Final = 4
_POLL_S: Final = 3
"""Until all is up to date; after that a page looks again once a minute."""
_LOOK_AGAIN_S: Final = 60


class TriageAsked(Asked):
    """Filters, order and page of the list."""

    level: Literal["", "red", "amber", "green"] = ""
    site: Annotated[str, Field(max_length=64)] = ""
    text: Annotated[str, Field(max_length=64)] = ""
    sort: Literal["", "gravest", "resident", "last_session", "next_review", "sessions"] = ""
    p: Annotated[int, Field(ge=1, le=100_000)] = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class TriageRow:
    """One resident, in words."""

    resident: str
    site: str
    level: str
    level_text: str
    reasons: tuple[tuple[str, str, date | None, str | None], ...]
    """Level, text, day, and the session that shows it."""
    more: int
    old: date | None
    sessions: str
    share: float | None
    last: date | None
    last_session: str | None
    review: date | None
    review_is_due: bool
    plan: str


def triage_view(desk: Desk, asked: TriageAsked) -> Answer:
    """The page."""
    site = asked.site or _own_site(desk)
    desk.see("triage.view", desk.gate.of_site(site))
    level = TriageLevel[asked.level.upper()] if asked.level else None
    found = desk.store.standings(
        site=site, level=level, text=asked.text, sort=asked.sort or "gravest", page=asked.p,
        size=PAGE, now=desk.now,
    )  # fmt: skip
    if found.out_of_date:
        FRESHENING.begin(desk.store, [one.resident for one in found.rows if one.out_of_date])
    today = desk.premises.today()
    sites = desk.sites("triage.view")
    zones: dict[str | None, str] = {one.id: one.time_zone for one in sites}
    counts: list[tuple[str, str, int]] = [
        ("none" if one is None else one.name.lower(), _level_text(desk, one), number)
        for one, number in found.counts.items()
    ]
    rows = [_row(desk, one, today, zones.get(one.site, "UTC")) for one in found.rows]
    html = desk.draw(
        "triage.html",
        asked=asked, found=found, rows=rows,
        counts=counts, everybody=sum(found.counts.values()), sorts=SORTS,
        sites=sites, site=site, today=today,
    )  # fmt: skip
    return framed(
        desk, html, "triage", desk.words.phrases.text("triage.title"),
        again_s=_POLL_S if found.out_of_date else _LOOK_AGAIN_S,
    )  # fmt: skip


def _own_site(desk: Desk) -> str | None:
    actor = desk.visitor.actor
    return None if actor is None else actor.site


def _level_text(desk: Desk, level: TriageLevel | None) -> str:
    phrases = desk.words.phrases
    if level is None:
        return phrases.text("triage.not_looked")
    return phrases.text(f"staff.level.{level.name.lower()}")


def _sessions(desk: Desk, one: Standing) -> str:
    """Done of asked; before a plan was in force for a week, only what was done."""
    if one.done is None:
        return ""
    if one.asked is None:
        return desk.words.phrases.text("triage.done_so_far", done=one.done)
    return desk.words("of", done=one.done, asked=f"{round(one.asked, 1):g}")


def _row(desk: Desk, one: Standing, today: date, zone: str) -> TriageRow:
    words = desk.words
    share: Any = None
    if one.asked and one.done is not None:
        share = min(1.0, one.done / one.asked)
    no_plan = one.plan is None and one.as_of is not None
    return TriageRow(
        resident=one.resident,
        site=one.site or "",
        level="none" if one.level is None else one.level.name.lower(),
        level_text=_level_text(desk, one.level),
        reasons=tuple(
            (
                reason.level.name.lower(),
                say_reason(reason, desk.language, words.catalog),
                None if reason.session is None else reason.day,
                reason.session,
            )
            for reason in one.reasons[:_REASONS]
        ),
        more=max(0, len(one.reasons) - _REASONS),
        old=one.as_of if one.out_of_date else None,
        sessions=_sessions(desk, one),
        share=share,
        last=None if one.last_at is None else day_in(zone, one.last_at),
        last_session=one.last_session,
        review=one.next_review,
        review_is_due=one.next_review is not None and one.next_review < today,
        plan=words.phrases.text("triage.no_plan") if no_plan else one.plan or "",
    )
