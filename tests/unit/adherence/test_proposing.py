from __future__ import annotations

from datetime import date, timedelta

import pytest

from aicoach.adherence import AlertCount, accept, propose
from aicoach.errors import PrescriptionError
from aicoach.prescription import find_problems
from aicoach.prescription.parts import Author

TODAY = date(2026, 3, 2)
COACH = Author(id="coach-2", role="coach")
DOCTOR = Author(id="dr-7", role="physician", qualification_no="Q1")
DAYS = [TODAY - timedelta(days=i) for i in (5, 3, 1)]


@pytest.fixture
def ask(plan, session, done, catalog):
    """Proposals after three sessions; the newest exercise or session may be changed."""

    def proposed(*, newest=None, last=None, given=None, first=None, days=DAYS, **of_plan):
        made = plan(**of_plan)
        sessions = [session(day, exercises=(done(),)) for day in days[:-1]]
        exercise = done(**(newest or {}))
        sessions.append(session(days[-1], exercises=(exercise,), **(last or {})))
        return propose(made, sessions if given is None else given, catalog, TODAY, first=first)

    return proposed


def waits(found):
    return {one.key.removeprefix("staff.waiting.") for one in found.waiting}


def stop(rule, level="stop", exercise="sit_to_stand"):
    return {"alerts": (AlertCount(rule=rule, level=level, exercise=exercise, times=1),)}


def test_two_extra_repetitions_twice_propose_more(ask, plan):
    (found,) = ask().proposals
    assert (found.direction, found.rule, found.field) == ("more", "2for2", "items.1")
    assert (found.what, found.before, found.after) == ("reps", "8-12", "9-13")
    assert [one.value for one in found.evidence] == [2.0, 2.0]
    assert [one.day for one in found.evidence] == DAYS[1:]
    assert found.draft.status == "draft"
    assert found.draft.version == 2
    assert found.draft.signed_at is None
    assert found.draft.author is None
    assert found.draft.items[1] == plan().items[1]


def test_load_grows_before_repetitions(ask):
    items = [
        {
            "exercise": "bicep_curl", "type": "strength", "mode": "reps", "sets": 2,
            "reps_min": 8, "reps_max": 12, "load": {"type": "dumbbell", "kg": 5.0},
        }
    ]  # fmt: skip
    (found,) = ask(items=items).proposals
    assert (found.what, found.before, found.after, found.unit) == ("load.kg", 5.0, 5.25, "kg")
    assert found.draft.items[0].reps_max == 12


@pytest.mark.parametrize(
    ("newest", "key"),
    [
        ({"last_set_valid": 9.0}, "extra_reps"),
        ({"last_set_valid": None}, "not_judged"),
        ({"highest_effort": None}, "not_told"),
        ({"highest_pain": None}, "not_told"),
        ({"highest_effort": 6.5}, "hard_enough"),
        ({"highest_pain": 3.0}, "hard_enough"),
        ({"instead": "squat"}, "replaced"),
        ({"sets_done": 0}, None),
    ],
)
def test_what_is_not_well_or_not_known_waits(ask, newest, key):
    found = ask(newest=newest)
    if key is None:  # not done at all: the two sessions before still speak
        assert len(found.proposals) == 1
        return
    assert not found.proposals
    assert waits(found) == {key}


def test_a_session_that_was_slowed_down_waits(ask):
    assert waits(ask(last=stop("HR-HIGH-2", "slow"))) == {"alerts"}
    assert ask(last=stop("HR-HIGH-2", "slow", "marching")).proposals


def test_one_good_session_is_not_enough(ask):
    assert waits(ask(days=DAYS[:1])) == {"more_sessions"}


def test_old_sessions_say_nothing_about_today(ask):
    days = [day - timedelta(days=28) for day in DAYS]
    assert waits(ask(days=days)) == {"more_sessions"}


def test_a_range_without_room_for_two_more_is_said(ask, plan):
    items = [one.model_dump(exclude_unset=True) for one in plan().items]
    items[0]["reps_max"] = 9
    assert waits(ask(items=items)) == {"range_too_narrow"}


def test_a_plan_that_does_not_grow_proposes_nothing(ask):
    found = ask(progression={"type": "none"})
    assert found.proposals == ()
    assert found.waiting == ()


@pytest.mark.parametrize("status", ["draft", "paused", "completed", "example"])
def test_only_a_plan_in_force_gets_proposals(ask, status):
    assert ask(status=status, last={"highest_pain": 9.0}).proposals == ()


def test_each_change_is_given_a_week(ask):
    assert waits(ask(valid_from=TODAY - timedelta(days=6))) == {"too_soon"}
    assert ask(valid_from=TODAY - timedelta(days=7)).proposals


def test_sessions_with_another_version_are_no_evidence(ask, session, done):
    given = [session(day, exercises=(done(),), plan_version=1) for day in DAYS]
    assert waits(ask(given=given, version=2)) == {"more_sessions"}


def test_growth_ends_at_a_multiple_of_the_first_dose(ask, session, done, plan):
    given = [session(day, exercises=(done(),), plan_version=4) for day in DAYS]
    items = [one.model_dump(exclude_unset=True) for one in plan().items]
    items[0] |= {"reps_min": 2, "reps_max": 6}
    small = plan(items=items)
    assert waits(ask(given=given, version=4, first=small)) == {"cap_reached"}
    assert waits(ask(given=given, version=4)) == {"first_dose_unknown"}
    assert ask(given=given, version=4, first=plan()).proposals


def test_by_the_week_time_grows_when_all_was_done(ask, session, done):
    marched = {
        "field": "items.2", "exercise": "marching", "type": "aerobic", "mode": "duration",
        "planned_sets": 1, "planned": 240.0, "done": 240.0, "valid": 230.0, "share": 0.96,
        "last_set_valid": 230.0, "reps_min": None, "reps_max": None,
    }  # fmt: skip
    growing = {"progression": {"type": "weekly_pct", "pct": 10.0, "min_sessions_ok": 3}}
    given = [session(day, exercises=(done(**marched),)) for day in DAYS]
    (found,) = ask(given=given, **growing).proposals
    assert (found.field, found.what, found.after) == ("items.2", "duration_s", 265.0)
    assert found.rule == "weekly_pct"
    assert len(found.evidence) == 3
    lazy = [session(day, exercises=(done(**{**marched, "share": 0.7}),)) for day in DAYS]
    assert "not_in_full" in waits(ask(given=lazy, **growing))


@pytest.mark.parametrize(
    ("newest", "last", "rule"),
    [
        ({"highest_pain": 6.0}, {"highest_pain": 6.0}, "pain"),
        ({"highest_effort": 8.0}, {"highest_effort": 8.0}, "effort"),
        ({}, stop("STOP-10"), "safety_stop"),
        ({}, stop("STOP-13", "rest"), "safety_stop"),
        ({"highest_pain": 7.0}, {"highest_pain": 7.0, **stop("STOP-2")}, "safety_stop"),
    ],
)
def test_pain_effort_and_stops_propose_less(ask, newest, last, rule):
    (found,) = ask(newest=newest, last=last).proposals
    assert (found.direction, found.rule, found.field) == ("less", rule, "items.1")
    assert found.after == "5-9"
    assert {one.session for one in found.evidence} == {f"s-{DAYS[-1]}"}


def test_less_is_proposed_even_where_the_plan_does_not_grow(ask):
    bad = {"newest": {"highest_pain": 6.0}, "last": {"highest_pain": 6.0}}
    assert ask(progression={"type": "none"}, **bad).proposals[0].direction == "less"


def test_who_asked_to_stop_or_lost_the_strap_is_not_set_back(ask):
    for rule in ("STOP-7", "STOP-8"):
        found = ask(last=stop(rule))
        assert all(one.direction == "more" for one in found.proposals)


def test_pain_that_belongs_to_no_exercise_is_left_to_staff(ask):
    found = ask(last={"highest_pain": 8.0})
    assert not found.proposals
    assert waits(found) == {"not_assigned"}


def test_an_old_pain_does_not_set_back(ask, session, done):
    old = session(TODAY - timedelta(days=14), exercises=(done(highest_pain=9.0),), highest_pain=9.0)
    given = [old, *(session(day, exercises=(done(),)) for day in DAYS)]
    assert ask(given=given).proposals[0].direction == "more"


def test_nothing_changes_until_it_is_signed_and_then_the_version_counts_up(ask, plan, catalog):
    before = plan()
    (found,) = ask().proposals
    signed = accept(found, COACH, TODAY, catalog, current=before)
    assert (signed.version, signed.status) == (2, "active")
    assert (signed.signed_at, signed.valid_from) == (TODAY, TODAY)
    assert signed.author == COACH
    assert signed.items[0].reps_max == 13
    assert find_problems(signed, catalog, TODAY) == ()
    assert before == plan()
    assert found.draft.status == "draft"


def test_a_resident_may_not_sign(ask, catalog):
    (found,) = ask().proposals
    with pytest.raises(PrescriptionError, match="may not sign"):
        accept(found, Author(id="r-1", role="resident"), TODAY, catalog)


def test_a_medical_plan_is_signed_by_a_clinician_only(ask, catalog):
    medical = {
        "kind": "medical", "author": DOCTOR.model_dump(), "valid_until": TODAY + timedelta(days=60)
    }  # fmt: skip
    (found,) = ask(**medical).proposals
    with pytest.raises(PrescriptionError, match=r"author\.role"):
        accept(found, COACH, TODAY, catalog)
    unnumbered = Author(id="dr-8", role="physiotherapist")
    with pytest.raises(PrescriptionError, match="qualification_no"):
        accept(found, unnumbered, TODAY, catalog)
    assert accept(found, DOCTOR, TODAY, catalog).author == DOCTOR


def test_a_proposal_of_an_older_version_is_refused(ask, plan, catalog):
    (found,) = ask().proposals
    with pytest.raises(PrescriptionError, match="is 2 now; the proposal is of version 1"):
        accept(found, COACH, TODAY, catalog, current=plan(version=2))


def test_an_expired_plan_is_not_revived_by_a_signature(ask, catalog):
    (found,) = ask(valid_until=TODAY).proposals
    with pytest.raises(PrescriptionError, match="expired"):
        accept(found, COACH, TODAY + timedelta(days=1), catalog)


def test_a_step_that_breaks_a_limit_is_not_proposed(ask, session, done, catalog, plan):
    items = [
        {
            "exercise": "squat", "type": "strength", "mode": "reps", "sets": 1,
            "reps_min": 60, "reps_max": 68,
        }
    ]  # fmt: skip
    short = {"frequency_per_week": 3, "warm_up_min": 0.0, "cool_down_min": 5.0}
    tight = {"items": items, "session": {**short, "total_min_max": 11.2}}
    assert find_problems(plan(**tight), catalog, TODAY) == ()
    squats = {"exercise": "squat", "last_set_valid": 66.0, "reps_min": 60, "reps_max": 68}
    given = [session(day, exercises=(done(**squats),)) for day in DAYS]
    found = ask(given=given, **tight)
    assert found.proposals == ()
    assert waits(found) == {"breaks_a_limit"}
    assert ask(given=given, items=items, session=short).proposals
