"""The list that staff begin the day with: never stale without saying so, on both databases."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from aicoach.access import console_actor
from aicoach.adapters.store import Store, tables
from aicoach.adapters.store.enrolments import answer_enrolment
from aicoach.adapters.store.people import Account, PlanVersion, Resident, Review, Site
from aicoach.adapters.store.standing_rows import plain_course, plain_reasons, read_course
from aicoach.adherence import (
    PlanInForce,
    Reason,
    TriageLevel,
    adherence_of,
    course_of_plans,
    in_force_on,
    summarise,
    triage,
    weeks_until,
)
from aicoach.catalog import load_catalog
from aicoach.desk.reports import Asked as Report
from aicoach.prescription import parse_prescription, read_prescription
from aicoach.prescription.drafts import ready_plans
from aicoach.prescription.writing import to_json

from .conftest import keep_session

ZONE = "Asia/Shanghai"
DAY = date(2026, 3, 2)
NOON = datetime(2026, 3, 2, 4, 0, tzinfo=timezone.utc)
"""Noon in Shanghai on the day of the sessions that are kept here."""


def plan_row(resident: str, first: date, *, version: int = 1, due: date | None = None) -> Any:
    ready = read_prescription(ready_plans()["healthy_adult"])
    plan = ready.model_copy(
        update={
            "id": f"{resident}-plan", "version": version, "status": "active",
            "signed_at": first, "valid_from": first, "valid_until": date(2027, 1, 1),
            "review_due": due,
        }
    )  # fmt: skip
    return PlanVersion(
        resident=resident, plan=plan.id, version=version, status="active", kind=plan.kind,
        author="coach-1", signed_at=first, valid_from=first, document=json.loads(to_json(plan)),
    )  # fmt: skip


def course_in(store: Store, resident: str) -> tuple[PlanInForce, ...]:
    rows = store.shelf(PlanVersion).find(resident=resident)
    plans = [parse_prescription(json.dumps(one.document), "plan.json") for one in rows]
    return course_of_plans(plans, load_catalog())


def test_a_standing_is_what_the_pure_triage_says(store: Store) -> None:
    session = keep_session(store)
    store.shelf(PlanVersion).add(plan_row("R-0001", DAY - timedelta(days=20)))
    (before,) = store.standings(now=NOON).rows
    assert (before.level, before.out_of_date, before.as_of) == (None, True, None)
    assert store.refresh_standings(now=NOON).residents == 1
    (standing,) = store.standings(now=NOON).rows
    course = course_in(store, "R-0001")
    pure = triage(store.summaries("R-0001"), course, DAY)
    assert (standing.level, standing.reasons) == (pure.level, pure.reasons)
    assert standing.level is TriageLevel.AMBER
    assert (standing.as_of, standing.out_of_date) == (DAY, False)
    assert (standing.last_session, standing.plan) == (session, "R-0001-plan")
    # From the course that was kept, the plan need not be read again.
    assert store.refresh_standings(now=NOON, every=True).residents == 1
    assert store.standings(now=NOON).rows == (standing,)


def test_whatever_changes_a_standing_puts_it_out_of_date(store: Store) -> None:
    store.shelf(Account).add(Account(id="s-1", login="s-1", name="Staff 1", role="staff"))
    session = keep_session(store)

    def stale_after(what: str) -> None:
        assert store.standings(now=NOON).out_of_date == 1, what
        assert store.refresh_standings(now=NOON).residents == 1
        assert store.standings(now=NOON).out_of_date == 0, what

    stale_after("a session was closed")
    keep_session(store)
    stale_after("another one was closed")
    store.shelf(PlanVersion).add(plan_row("R-0001", DAY - timedelta(days=30)))
    stale_after("a plan was signed")
    (plan,) = store.shelf(PlanVersion).find(resident="R-0001")
    store.shelf(PlanVersion).change(plan.id, status="paused")
    stale_after("a plan was paused")
    assert store.standings(now=NOON).rows[0].plan is None
    store.shelf(Review).add(Review(session_id=session, account="s-1"))
    stale_after("a session was reviewed")
    store.shelf(Resident).change("R-0001", time_zone="Europe/London")
    stale_after("the resident moved")
    assert store.refresh_standings(now=NOON).residents == 0


def test_the_day_turns_where_the_resident_is(store: Store) -> None:
    store.shelf(Resident).add(Resident(id="R-1", time_zone=ZONE))
    store.shelf(Resident).add(Resident(id="R-2", time_zone="Europe/London"))
    store.refresh_standings(now=NOON)
    late = datetime(2026, 3, 2, 17, 0, tzinfo=timezone.utc)  # tomorrow in Shanghai
    old = {one.resident: one.out_of_date for one in store.standings(now=late).rows}
    assert old == {"R-1": True, "R-2": False}
    assert store.refresh_standings(now=late).residents == 1
    days = {one.resident: one.as_of for one in store.standings(now=late).rows}
    assert days == {"R-1": DAY + timedelta(days=1), "R-2": DAY}


def test_what_happens_while_a_standing_is_found_keeps_it_out_of_date(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    from aicoach.adapters.store import refreshing  # noqa: PLC0415

    keep_session(store)
    found = refreshing._found

    def meanwhile(*given: Any) -> Any:
        monkeypatch.setattr(refreshing, "_found", found)
        keep_session(store)
        return found(*given)

    monkeypatch.setattr(refreshing, "_found", meanwhile)
    store.refresh_standings(now=NOON)
    assert store.standings(now=NOON).out_of_date == 1


def test_what_staff_have_seen_is_not_raised_again(store: Store) -> None:
    store.shelf(Account).add(Account(id="s-1", login="s-1", name="Staff 1", role="staff"))
    session = keep_session(store)
    with store.writing() as connection:  # somebody fell in it
        table = tables.session_summaries
        fall = [{"rule": "STOP-9", "level": "stop", "exercise": "squat", "times": 1}]
        connection.execute(table.update().values(alerts=fall))
    store.refresh_standings(now=NOON)
    (standing,) = store.standings(now=NOON).rows
    assert standing.level is TriageLevel.RED
    assert standing.reasons[0].key == "staff.triage.fall"
    assert standing.reasons[0].session == session
    store.shelf(Review).add(Review(session_id=session, account="s-1", note="called"))
    store.refresh_standings(now=NOON)
    (standing,) = store.standings(now=NOON).rows
    # What happened is not raised again; what persists, little heart rate all week, is.
    assert [one.key for one in standing.reasons] == ["staff.triage.coverage"]


@pytest.fixture
def filled_list(store: Store) -> Store:
    """Nine residents at two sites, of all levels, and one whom nobody has looked at."""
    for site in ("a", "b"):
        store.shelf(Site).add(Site(id=site, name=site, time_zone=ZONE))
    for k in range(10):
        site = "a" if k < 6 else "b"
        store.shelf(Resident).add(Resident(id=f"R-{k:04d}", site=site, time_zone=ZONE))
    with store.writing() as connection:
        table = tables.standings
        for k in range(9):
            values = {
                "seen": 1, "changes": 1, "level": k % 3, "reasons": [], "as_of": DAY,
                "found_at": NOON, "good_until": NOON + timedelta(hours=12),
                "last_at": NOON - timedelta(days=k), "asked": 3.0, "done": k % 4,
                "next_review": DAY + timedelta(days=30 - k),
            }  # fmt: skip
            where = table.c.resident == f"R-{k:04d}"
            connection.execute(table.update().where(where).values(**values))
    return store


def test_the_list_is_filtered_counted_sorted_and_paged(filled_list: Store) -> None:
    def codes(**wanted: Any) -> list[int]:
        page = filled_list.standings(now=NOON, **wanted)
        return [int(one.resident.removeprefix("R-")) for one in page.rows]

    assert codes() == [2, 5, 8, 9, 1, 4, 7, 0, 3, 6]  # red, not looked at, amber, green
    assert codes(site="a") == [2, 5, 1, 4, 0, 3]
    assert codes(site="nowhere") == []
    assert codes(level=TriageLevel.AMBER) == [1, 4, 7]
    assert codes(level=TriageLevel.AMBER, site="b") == [7]
    assert codes(text="r-000", sort="resident") == list(range(10))
    assert codes(text="0003") == [3]
    assert codes(text="%") == []
    assert codes(text="_") == []
    assert codes(sort="last_session") == [9, 8, 7, 6, 5, 4, 3, 2, 1, 0]
    assert codes(sort="next_review") == [8, 7, 6, 5, 4, 3, 2, 1, 0, 9]
    assert codes(sort="sessions")[:3] == [0, 4, 8]
    assert codes(sort="sessions")[-1] == 9
    assert codes(sort="resident", size=4, page=3) == [8, 9]
    assert codes(size=4, page=9) == []
    page = filled_list.standings(now=NOON, level=TriageLevel.RED, size=2)
    assert (page.total, page.pages, len(page.rows), page.out_of_date) == (3, 2, 2, 1)
    assert page.counts == {
        TriageLevel.RED: 3, TriageLevel.AMBER: 3, TriageLevel.GREEN: 3, None: 1,
    }  # fmt: skip
    assert filled_list.standings(now=NOON, site="b").counts[None] == 1


def test_a_plan_that_cannot_be_read_stops_nobody_else(store: Store) -> None:
    for code in ("R-1", "R-2"):
        store.shelf(Resident).add(Resident(id=code, time_zone=ZONE))
    good = plan_row("R-1", DAY)
    store.shelf(PlanVersion).add(replace(good, document={"schema": 99}))
    done = store.refresh_standings(now=NOON)
    assert done.residents == 1
    ((resident, problem),) = done.failed
    assert resident == "R-1"
    assert "schema" in problem
    old = {one.resident: one.out_of_date for one in store.standings(now=NOON).rows}
    assert old == {"R-1": True, "R-2": False}


def test_only_those_who_are_named_and_no_more_than_asked_are_looked_at(store: Store) -> None:
    for k in range(5):
        store.shelf(Resident).add(Resident(id=f"R-{k}", time_zone=ZONE))
    assert store.refresh_standings(["R-3", "R-1", "R-9"], now=NOON).residents == 2
    assert store.refresh_standings(now=NOON, at_most=2).residents == 2
    assert store.standings(now=NOON).out_of_date == 1
    assert store.refresh_standings(now=NOON, at_most=0).residents == 0


def test_residents_of_an_older_database_are_in_the_list(store: Store) -> None:
    store.shelf(Resident).add(Resident(id="R-1", time_zone="No/Such_Zone"))
    with store.reading() as connection:
        assert connection.scalars(select(tables.standings.c.resident)).all() == ["R-1"]
    assert store.refresh_standings(now=NOON).residents == 1


def test_reasons_and_courses_come_back_as_they_were(tmp_path: Path) -> None:
    part = PlanInForce(
        plan_id="p", version=2, first=DAY, last=None, sessions_per_week=3, sets_per_week=18.0,
        zone_asked=True, review_due=DAY,
    )  # fmt: skip
    assert read_course(json.loads(json.dumps(plain_course([part])))) == (part,)
    reason = Reason(
        level=TriageLevel.AMBER, key="staff.triage.review_due", values={"date": DAY}, day=DAY
    )
    (body,) = json.loads(json.dumps(plain_reasons([reason])))
    assert body["values"] == {"date": {"day": "2026-03-02"}}


def test_summaries_that_are_closed_again_are_counted_again(store: Store) -> None:
    from aicoach.adapters.store import sessions  # noqa: PLC0415

    session = keep_session(store)
    store.refresh_standings(now=NOON)
    with store.writing() as connection:
        kept = sessions.close_session(connection, session)
    assert summarise(kept) == store.summaries()[0]
    assert store.standings(now=NOON).out_of_date == 1


def test_a_yes_about_health_raises_a_resident_until_staff_have_written_it_down(
    store: Store,
) -> None:
    store.shelf(Site).add(Site(id="site-1", name="Peace", time_zone=ZONE))
    store.shelf(Resident).add(Resident(id="R-0001", site="site-1", time_zone=ZONE))
    gate = store.gate(console_actor("test"))
    store.refresh_standings(now=NOON)
    answers = {"active": True, "disease": False, "symptoms": True}

    def keys(at: datetime) -> list[str]:
        assert store.standings(now=at).rows[0].out_of_date, "an answer is seen at once"
        store.refresh_standings(now=at)
        return [one.key for one in store.standings(now=at).rows[0].reasons]

    answer_enrolment(gate, "R-0001", answers, place="home", at=NOON)
    assert keys(NOON) == ["staff.triage.health_answer"]
    answer_enrolment(gate, "R-0001", answers, place="staff", at=NOON + timedelta(hours=1))
    assert keys(NOON + timedelta(hours=1)) == []


@pytest.mark.parametrize("days_ago", [0, 1, 3, 6, 7, 20, 40])
@pytest.mark.parametrize("followed_by_another", [False, True])
def test_a_plan_set_aside_leaves_the_same_weeks_in_the_list_and_in_a_report(
    store: Store, days_ago: int, followed_by_another: bool
) -> None:
    keep_session(store)
    aside = DAY - timedelta(days=days_ago)
    rows = store.shelf(PlanVersion)
    long = rows.add(plan_row("R-0001", DAY - timedelta(days=30)))
    store.refresh_standings(now=NOON)
    gate = store.gate(console_actor("test"))
    gate.set_plan_aside(long.id, "completed", aside)
    assert store.standings(now=NOON).out_of_date == 1
    if followed_by_another:
        rows.add(replace(plan_row("R-0001", aside, version=2)))
    store.refresh_standings(now=NOON)
    (standing,) = store.standings(now=NOON).rows
    followed = Report(
        store=store, gate=gate, resident="R-0001", period="4w", session=None, reader="staff",
        form="html", language="en", now=NOON,
    ).followed()  # fmt: skip
    course = followed.course(load_catalog())
    pure = triage(store.summaries("R-0001"), course, DAY)
    assert (standing.level, standing.reasons) == (pure.level, pure.reasons)
    held = in_force_on(course, DAY)
    assert standing.version == (None if held is None else held.version)
    assert (held is not None) == followed_by_another
    if held is not None and days_ago <= 30:  # the weeks of both are there
        week = adherence_of(followed.summaries, course, weeks_until(DAY, 7), DAY)
        assert week.tally.days_in_force == 7
        assert standing.asked == week.tally.prescribed_sessions


def test_before_a_plan_was_in_force_for_a_week_the_list_compares_with_nothing(
    store: Store,
) -> None:
    keep_session(store)
    store.shelf(PlanVersion).add(plan_row("R-0001", DAY - timedelta(days=5)))
    store.refresh_standings(now=NOON)
    (young,) = store.standings(now=NOON).rows
    assert (young.plan, young.asked) == ("R-0001-plan", None)
    assert young.done is not None
    tomorrow = NOON + timedelta(days=1)
    store.refresh_standings(now=tomorrow)
    assert store.standings(now=tomorrow).rows[0].asked is not None
