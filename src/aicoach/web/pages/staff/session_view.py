"""One session: what happened when, every alert with its cause, sets, and the kept skeletons."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any

from pydantic import Field
from sqlalchemy import select

from aicoach.adapters.store import tables
from aicoach.adapters.store.people import Resident, Review
from aicoach.errors import StoreError
from aicoach.follow_up import session_page
from aicoach.web.pages.staff.asking import Answer, Asked
from aicoach.web.pages.staff.desk import NotThereError
from aicoach.web.pages.staff.shell import framed
from aicoach.zones import day_in

if TYPE_CHECKING:
    from collections.abc import Iterator

    from aicoach.access import Subject
    from aicoach.follow_up import SessionPage
    from aicoach.records import KeptSession
    from aicoach.web.pages.staff.desk import Desk

SessionId = Annotated[str, Field(min_length=1, max_length=64)]


class SessionAsked(Asked):
    """Which session."""

    id: SessionId


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """One thing that happened, on the session's clock."""

    t_s: float
    kind: str
    """``alert``, ``set``, ``answer``, ``notice``, ``rejected`` or ``fault``."""
    sign: str
    text: str
    more: str = ""


def session_view(desk: Desk, asked: SessionAsked) -> Answer:
    """The page."""
    subject = subject_of(desk, asked.id)
    desk.see("session.view", subject, {"session": asked.id})
    kept = desk.store.session(asked.id)
    row = desk.store.shelf(Resident).get(kept.session.resident)
    made_on = desk.premises.today() if row is None else desk.today_of(row)
    page = session_page(kept, desk.language, desk.words.catalog, made_on)
    zone = "UTC" if row is None else row.time_zone
    until = _kept_until(desk, asked.id)
    reviews = None
    if desk.may("review.view", subject):
        desk.see("review.view", subject, {"session": asked.id})
        reviews = [
            (desk.called(one.account), day_in(zone, one.reviewed_at), one.note)
            for one in desk.store.shelf(Review).find(session_id=asked.id)
        ]
    html = desk.draw(
        "session.html",
        page=page, kept=kept, reviews=reviews, may=lambda action: desk.may(action, subject),
        chart=heart_data(desk, page), moments=sorted(_moments(desk, kept, page), key=_when),
        rep_charts=[_rep_chart(desk, one) for one in page.exercises],
        joints=_joints(desk, asked.id, subject),
        kept_until=None if until is None else day_in(zone, until),
        report=f"/staff/files/report?resident={kept.session.resident}&session={asked.id}",
        before_after=_neighbours(desk, kept),
    )  # fmt: skip
    title = f"{kept.session.resident} · {desk.words.day(page.day, year=True)}"
    return framed(desk, html, "session", title)


def subject_of(desk: Desk, session: str) -> Subject:
    """Whose session it is.

    Raises
    ------
    NotThereError
        If there is none of this id.
    """
    try:
        return desk.gate.of_session(session)
    except StoreError as problem:
        if "there is no session" not in problem.detail:
            raise
        raise NotThereError(desk.text("problem.no_session")) from problem


def heart_data(desk: Desk, page: SessionPage) -> dict[str, Any]:
    """The heart rate with its window, the sets and the alerts, for the script."""
    course = page.heart_rate
    return {
        "kind": "time", "unit": "bpm", "end": round(page.ended_s, 1),
        "pieces": [
            [[round(t, 1), round(bpm)] for t, bpm in piece] for piece in course.pieces
        ],
        "zone": [course.lower_bpm, course.upper_bpm], "cap": course.hard_cap_bpm,
        "words": {
            "zone": desk.words("chart.zone"), "cap": desk.words("chart.cap"),
            "none": desk.words("session.no_heart"),
        },
        "spans": [
            [round(one.start_s, 1), round(one.end_s, 1), one.part, one.label] for one in page.spans
        ],
        "marks": [[round(one.t_s, 1), one.number, one.level, one.what] for one in page.alerts],
    }  # fmt: skip


def _when(moment: Moment) -> float:
    return moment.t_s


def _moments(desk: Desk, kept: KeptSession, page: SessionPage) -> Iterator[Moment]:
    words, text = desk.words, desk.text
    for line in page.alerts:
        about = {"what": line.what, "measured": line.measured, "rule": line.rule}
        if line.limit == words("no_limit"):
            cause = text("moment.cause_no_limit", **about)
        else:
            cause = text("moment.cause", limit=line.limit, author=line.author, **about)
        yield Moment(
            t_s=line.t_s, kind="alert", sign=line.level, text=f"{line.number}. {line.level_text}",
            more=cause,
        )  # fmt: skip
    for one in kept.sets:
        name = words.exercise(one.exercise)
        begun = text("moment.set_began", exercise=name, number=one.number, of=one.of)
        yield Moment(t_s=one.start_s, kind="set", sign="begin", text=begun)
        if one.end_s is not None:
            unit = "s" if one.mode != "reps" else "rep"
            done = words(
                f"done_of.{unit}", done=words.number(one.done), asked=words.number(one.planned)
            )
            yield Moment(
                t_s=one.end_s, kind="set", sign="end",
                text=text("moment.set_ended", exercise=name, done=done),
                more=words.ended(one.why_ended),
            )  # fmt: skip
    for answer in page.answers:
        more = answer.limit
        said = f"{answer.question}: {answer.answer}"
        yield Moment(t_s=answer.t_s, kind="answer", sign="told", text=said, more=more)
    for t_s, said in page.notices:
        yield Moment(t_s=t_s, kind="notice", sign="notice", text=said)
    for refused in kept.rejected:
        reason = words.known(f"reason.{refused.reason}", refused.reason)
        yield Moment(
            t_s=refused.end_s, kind="rejected", sign="no", text=text("moment.rejected"), more=reason
        )
    for other in kept.replacements:
        done = "–" if other.instead is None else words.exercise(other.instead)
        said = text("moment.replaced", planned=words.exercise(other.planned), done=done)
        yield Moment(t_s=other.t_s, kind="notice", sign="notice", text=said)


def _rep_chart(desk: Desk, detail: Any) -> dict[str, Any] | None:
    """Range of every repetition with its target and limit; None where nothing was measured."""
    reps = detail.repetitions
    if not any(one.range_deg is not None for one in reps):
        return None
    limits = [
        {"name": desk.text(f"chart.{name}"), "value": value, "style": style}
        for name, value, style in (
            ("target", detail.target_deg, "asked"), ("limit", detail.limit_deg, "pain"),
        )
        if value is not None
    ]  # fmt: skip
    return {
        "kind": "bars", "unit": "°", "limits": limits,
        "x": [f"{one.set}·{one.index}" for one in reps],
        "long": [desk.text("chart.rep", set=one.set, number=one.index) for one in reps],
        "series": [
            {
                "name": desk.text("chart.range"), "style": "good",
                "values": [None if one.range_deg is None else round(one.range_deg) for one in reps],
            }
        ],
    }  # fmt: skip


def _joints(desk: Desk, session: str, subject: Subject) -> str:
    """Where the skeletons are, or empty; the reason stands in the template."""
    if not desk.may("keypoints.view", subject):
        return "refused"
    until = _kept_until(desk, session)
    return "none" if until is None else f"/staff/files/joints/{session}"


def _kept_until(desk: Desk, session: str) -> Any:
    column = tables.keypoints.c
    with desk.store.reading() as connection:
        return connection.scalar(select(column.keep_until).where(column.session_id == session))


def _neighbours(desk: Desk, kept: KeptSession) -> tuple[str | None, str | None]:
    """The resident's session before this one, and the one after."""
    ids = [one.session for one in desk.store.summaries(kept.session.resident)]
    if kept.session.id not in ids:
        return None, None
    at = ids.index(kept.session.id)
    return (ids[at - 1] if at else None), (ids[at + 1] if at + 1 < len(ids) else None)
