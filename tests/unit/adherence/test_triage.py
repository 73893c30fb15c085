from __future__ import annotations

from datetime import date, datetime, timedelta, timezone

import pytest

from aicoach.adherence import (
    AlertCount,
    FaultCount,
    Reason,
    TriageLevel,
    say_reason,
    triage,
)

TODAY = date(2026, 3, 29)
START = TODAY - timedelta(days=27)
STEADY = [TODAY - timedelta(days=i) for i in (1, 3, 5)]
GREEN, AMBER, RED = TriageLevel.GREEN, TriageLevel.AMBER, TriageLevel.RED


@pytest.fixture
def look(session, held):
    """Three good sessions this week, the newest one with changes."""

    def judged(*, course=None, reviewed_at=None, **changes):
        given = [session(day) for day in STEADY[1:]]
        given.append(session(STEADY[0], **changes))
        return triage(
            given, [held(START)] if course is None else course, TODAY, reviewed_at=reviewed_at
        )

    return judged


def keys(found):
    return [reason.key.removeprefix("staff.triage.") for reason in found.reasons]


def stopped(rule, level="stop"):
    return {"alerts": (AlertCount(rule=rule, level=level, exercise="squat", times=1),)}


def test_a_steady_week_is_green(look):
    assert look().level is GREEN
    assert look().reasons == ()


@pytest.mark.parametrize(
    ("changes", "level", "key"),
    [
        (stopped("STOP-9"), RED, "fall"),
        (stopped("STOP-10"), RED, "heart_rate_cap"),
        (stopped("STOP-10") | {"highest_bpm": None}, RED, "heart_rate_cap_unseen"),
        (stopped("STOP-1"), RED, "safety_stop"),
        (stopped("STOP-11"), RED, "safety_stop"),
        (stopped("STOP-6", "rest"), AMBER, "symptom"),
        (stopped("STOP-7"), AMBER, "asked_to_stop"),
        (stopped("STOP-8"), AMBER, "monitoring_lost"),
        (stopped("STOP-8", "rest"), GREEN, None),
        (stopped("STOP-13", "rest"), RED, "pain_stop"),
        (stopped("STOP-13", "rest") | {"highest_pain": 6.0}, RED, "pain"),
        ({"highest_pain": 6.0}, RED, "pain"),
        ({"highest_pain": 5.0}, GREEN, None),
        ({"highest_pain": None}, GREEN, None),
        ({"highest_effort": 8.0}, AMBER, "effort"),
        ({"highest_effort": 7.9}, GREEN, None),
        ({"why_ended": "not_recovered"}, RED, "not_recovered"),
        ({"why_ended": "refer"}, AMBER, "turned_away"),
        (stopped("HR-HIGH-1", "warn"), GREEN, None),
    ],
)
def test_what_happened_in_a_session_is_the_reason(look, changes, level, key):
    found = look(**changes)
    assert found.level is level
    assert keys(found) == ([] if key is None else [key])
    assert all(reason.session == f"s-{STEADY[0]}" for reason in found.reasons)


def test_one_fall_is_one_reason(look):
    alerts = tuple(
        AlertCount(rule=rule, level="stop", exercise=None, times=1)
        for rule in ("STOP-9", "STOP-9-SILENT")
    )
    assert keys(look(alerts=alerts)) == ["fall"]


def test_red_comes_first_and_every_reason_is_told(look):
    found = look(highest_effort=9.0, highest_pain=7.0, **stopped("STOP-7"))
    assert keys(found)[0] == "pain"
    assert set(keys(found)) == {"pain", "effort", "asked_to_stop"}
    assert found.level is RED


def test_what_staff_have_seen_is_not_raised_again(look):
    seen = datetime(2026, 3, 28, 23, tzinfo=timezone.utc)
    assert look(highest_pain=8.0, reviewed_at=seen).level is GREEN
    assert look(highest_pain=8.0, reviewed_at=seen - timedelta(days=2)).level is RED


def test_only_the_sessions_that_staff_have_seen_fall_silent(session, held):
    given = [session(day) for day in STEADY[1:]]
    bad = session(STEADY[0], highest_pain=8.0)
    course = [held(START)]
    assert triage([*given, bad], course, TODAY, reviewed={bad.session}).level is GREEN
    others = {one.session for one in given} - {bad.session}
    assert triage([*given, bad], course, TODAY, reviewed=others).level is RED


def test_an_old_event_has_left_the_window(session, held):
    old = session(TODAY - timedelta(days=7), highest_pain=9.0)
    given = [old, *(session(day) for day in STEADY)]
    assert triage(given, [held(START)], TODAY).level is GREEN


def test_few_sessions_are_amber_but_not_for_who_has_just_begun(session, held):
    one = [session(STEADY[0])]
    found = triage(one, [held(START)], TODAY)
    assert keys(found) == ["few_sessions"]
    assert found.reasons[0].values == {"done": 1, "asked": 3, "days": 7}
    assert triage(one, [held(TODAY - timedelta(days=3))], TODAY).level is GREEN


def test_little_heart_rate_is_amber_only_where_it_is_asked_for(session, held):
    def week(**changes):
        return [session(day, **changes) for day in STEADY]

    course = [held(START)]
    assert keys(triage(week(measured_s=300.0), course, TODAY)) == ["coverage"]
    assert triage(week(measured_s=450.0), course, TODAY).level is GREEN
    assert triage(week(measured_s=0.0, zone_asked=False), course, TODAY).level is GREEN


def test_a_fault_that_comes_more_often_is_a_trend(session, held):
    def fault(day, reps, n=10):
        count = FaultCount(
            exercise="squat", rule="knees_in", cue="knees_out", severity="minor", reps=reps
        )
        return session(day, faults=(count,), form_judged=(("squat", n),))

    before = TODAY - timedelta(days=10)
    course = [held(START)]
    steady = [session(day, form_judged=()) for day in STEADY[1:]]
    worse = triage([fault(before, 1), fault(STEADY[0], 3), *steady], course, TODAY)
    assert keys(worse) == ["fault_trend"]
    assert worse.reasons[0].values["now"] == 30
    assert worse.reasons[0].values["before"] == 10
    same = triage([fault(before, 2), fault(STEADY[0], 3), *steady], course, TODAY)
    assert same.level is GREEN
    few = triage([fault(before, 0, n=9), fault(STEADY[0], 9), *steady], course, TODAY)
    assert few.level is GREEN


def test_range_that_is_lost_is_a_trend(session, held, done):
    def reached(day, degrees):
        return session(day, exercises=(done(range_sum_deg=10 * degrees, range_count=10),))

    before, course = TODAY - timedelta(days=10), [held(START)]
    steady = [session(day) for day in STEADY[1:]]
    lost = triage([reached(before, 90), reached(STEADY[0], 80), *steady], course, TODAY)
    assert keys(lost) == ["range_loss"]
    kept = triage([reached(before, 90), reached(STEADY[0], 81), *steady], course, TODAY)
    assert kept.level is GREEN


def test_a_review_that_is_due_and_a_resident_who_stays_away(session, held):
    course = [held(START, review_due=TODAY - timedelta(days=1))]
    found = triage([session(START)], course, TODAY)
    assert set(keys(found)) == {"review_due", "dropout", "few_sessions"}
    assert found.level is AMBER


def test_nobody_without_a_plan_is_called_late(session):
    assert triage([], [], TODAY).level is GREEN


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("name", ["safety_stop", "symptom"])
def test_a_rule_in_a_reason_is_said_in_words_beside_its_code(catalog, language, name):
    reason = Reason(level=TriageLevel.RED, key=f"staff.triage.{name}", values={"rule": "STOP-2"})
    said = say_reason(reason, language, catalog)
    word = {"zh": "头晕", "en": "dizziness"}[language]
    assert said.index(word) < said.index("STOP-2")
