from __future__ import annotations

from datetime import date, timedelta

import pytest

from aicoach.adherence import Period, adherence_of, by_day, by_week, iso_weeks, weeks_until

MONDAY = date(2026, 3, 2)
SUNDAY = MONDAY + timedelta(days=6)
WEEK = (Period(MONDAY, SUNDAY),)
THREE = [MONDAY, MONDAY + timedelta(days=2), MONDAY + timedelta(days=4)]


def test_everything_done_and_measured_is_good_throughout(session, held):
    found = adherence_of([session(day) for day in THREE], [held(MONDAY)], WEEK, SUNDAY)
    assert found.sessions.credited == 1.0
    assert found.volume.credited == 1.0
    assert found.intensity.measured == pytest.approx(0.9)
    assert found.intensity.coverage == 1.0
    assert found.quality.credited == pytest.approx(0.9)
    assert found.tempo.credited == pytest.approx(0.75)
    assert found.range.credited == pytest.approx(0.95)
    assert found.mean_score == 90.0
    assert found.index is not None
    # 0.4 + 0.3 + 0.15 x 0.9 + 0.15 x 0.9
    assert found.index.low == found.index.high == pytest.approx(0.97)
    assert sum(part.weight for part in found.index.parts) == pytest.approx(1.0)
    assert found.not_measured == ()
    assert {found.session_label, found.volume_label, found.index_label} == {"good"}


@pytest.mark.parametrize(
    ("n", "label"), [(0, "low"), (1, "low"), (2, "partial"), (3, "good"), (5, "good")]
)
def test_labels_follow_the_share_of_sessions(session, held, n, label):
    days = [MONDAY + timedelta(days=i) for i in range(n)]
    found = adherence_of([session(day) for day in days], [held(MONDAY)], WEEK, SUNDAY)
    assert found.session_label == label
    assert found.sessions.credited == pytest.approx(min(1.0, n / 3))
    assert found.tally.completed == n


def test_a_busy_week_does_not_make_up_for_an_empty_one(session, held):
    busy = [session(MONDAY + timedelta(days=i), valid_share=6.0) for i in range(6)]
    weeks = iso_weeks(MONDAY, MONDAY + timedelta(days=13))
    found = adherence_of(busy, [held(MONDAY)], weeks, weeks[-1].last)
    assert found.sessions.credited == pytest.approx(0.5)
    assert found.volume.credited == pytest.approx(0.6)  # 1.2 and 0


@pytest.mark.parametrize(
    ("done", "completed", "partial"), [(3.2, 1, 0), (3.19, 0, 1), (0.1, 0, 1), (0.0, 0, 0)]
)
def test_four_fifths_of_the_main_part_complete_a_session(session, held, done, completed, partial):
    one = session(MONDAY, done_share=done, valid_share=min(done, 1.0))
    tally = adherence_of([one], [held(MONDAY)], WEEK, SUNDAY).tally
    assert (tally.completed, tally.partial) == (completed, partial)
    assert tally.turned_away == (done == 0.0)


def test_no_heart_rate_is_not_measured_and_neither_good_nor_bad(session, held):
    blind = {"measured_s": 0.0, "in_zone_s": None, "above_zone_s": None, "highest_bpm": None}
    found = adherence_of([session(day, **blind) for day in THREE], [held(MONDAY)], WEEK, SUNDAY)
    assert found.intensity.measured is None
    assert found.intensity.credited == 0.0
    assert found.intensity.coverage == 0.0
    assert found.intensity_label is None
    assert found.above_zone_s is None
    assert "intensity" in found.not_measured
    assert found.index is not None
    part = next(part for part in found.index.parts if part.name == "intensity")
    assert (part.low, part.high) == (0.0, 1.0)
    assert found.index.high - found.index.low == pytest.approx(0.15)


def test_a_plan_without_a_window_is_not_asked_for_a_heart_rate(session, held):
    free = {"zone_asked": False, "in_zone_s": None, "above_zone_s": None}
    course = [held(MONDAY, zone_asked=False)]
    found = adherence_of([session(day, **free) for day in THREE], course, WEEK, SUNDAY)
    assert found.intensity.coverage is None
    assert "intensity" not in found.not_measured
    assert found.index is not None
    assert [part.name for part in found.index.parts] == ["session", "volume", "quality"]


def parts(found):
    return {part.name: (part.low, part.high) for part in found.index.parts}


def test_a_session_that_is_missing_raises_no_part_of_the_index(session, held):
    bad = {"in_zone_s": 0.0, "reps_valid": 0, "valid_share": 0.0}
    three = [session(THREE[0]), session(THREE[1]), session(THREE[2], **bad)]
    course = [held(MONDAY, sessions_per_week=2, sets_per_week=8.0)]
    whole, less = (adherence_of(given, course, WEEK, SUNDAY) for given in (three, three[:2]))
    assert parts(whole) == parts(less), "the best two of the two that were prescribed"
    one = parts(adherence_of(three[:1], course, WEEK, SUNDAY))
    assert one["session"] == one["volume"] == (0.5, 0.5)
    assert one["intensity"] == one["quality"] == pytest.approx((0.45, 0.45))
    none = adherence_of([], course, WEEK, SUNDAY)
    assert parts(none) == dict.fromkeys(("session", "volume", "intensity", "quality"), (0.0, 0.0))
    assert none.index_label == "low"


def test_repetitions_that_nobody_saw_raise_no_quality_of_the_index(session, held, done):
    good = done(planned=20.0, done=20.0, valid=20.0)
    bad = done(field="items.2", planned=20.0, done=20.0, valid=0.0)
    unseen = done(field="items.2", planned=20.0, done=0.0, valid=0.0, sets_not_judged=2)
    course = [held(MONDAY, sessions_per_week=1)]
    seen = session(MONDAY, exercises=(good, bad), reps=40, reps_judged=40, reps_valid=20)
    blind = session(MONDAY, exercises=(good, unseen), reps=20, reps_judged=20, reps_valid=20)
    for one, expected in ((seen, (0.5, 0.5)), (blind, (0.5, 1.0))):
        assert parts(adherence_of([one], course, WEEK, SUNDAY))["quality"] == expected


def test_of_a_main_part_that_was_broken_off_the_time_in_the_window_counts_for_what_was_done(
    session, held
):
    broken = session(MONDAY, done_share=1.0, valid_share=1.0, main_s=225.0, measured_s=225.0,
                     in_zone_s=225.0)  # fmt: skip
    course = [held(MONDAY, sessions_per_week=1)]
    assert parts(adherence_of([broken], course, WEEK, SUNDAY))["intensity"] == (0.25, 0.25)


def test_a_plan_without_repetitions_is_not_asked_for_their_quality(session, held):
    course = [held(MONDAY, sessions_with_reps=0)]
    found = adherence_of([session(MONDAY)], course, WEEK, SUNDAY)
    assert list(parts(found)) == ["session", "volume", "intensity"]


def test_what_nobody_could_judge_is_no_good_repetition(session, held):
    unseen = session(MONDAY, reps_judged=10, reps_valid=10)
    found = adherence_of([unseen], [held(MONDAY)], WEEK, SUNDAY)
    assert found.quality.measured == 1.0
    assert found.quality.credited == pytest.approx(0.25)
    assert found.quality_label == "low"
    assert "quality" in found.not_measured


def test_a_week_that_goes_on_has_no_label(session, held):
    weeks = by_week([session(MONDAY)], [held(MONDAY)], MONDAY, MONDAY + timedelta(days=1))
    assert not weeks[-1].finished
    assert weeks[-1].session_label is None
    assert weeks[-1].index_label is None
    assert weeks[-1].tally.prescribed_sessions == pytest.approx(6 / 7)


def test_weeks_come_one_by_one_and_the_first_may_be_short(session, held):
    start = MONDAY + timedelta(days=3)
    weeks = by_week([], [held(start)], start, SUNDAY + timedelta(days=7))
    assert [one.tally.days_in_force for one in weeks] == [4, 7]
    assert [one.session_label for one in weeks] == ["low", "low"]


def test_nothing_prescribed_gives_no_share(session):
    found = adherence_of([session(MONDAY)], [], WEEK, SUNDAY)
    assert found.sessions.credited is None
    assert found.index is None
    assert found.dose is None
    assert found.session_label is None
    assert found.tally.completed == 1


def test_a_paused_week_asks_for_nothing(session, held):
    course = [held(MONDAY, MONDAY), held(SUNDAY, None, version=2)]
    found = adherence_of([], course, WEEK, SUNDAY)
    assert found.tally.days_in_force == 2
    assert found.tally.prescribed_sessions == pytest.approx(6 / 7)


def test_the_weekly_dose_is_per_week_and_says_what_it_lacks(session, held):
    weeks = weeks_until(SUNDAY, 14)
    given = [
        session(MONDAY),
        session(MONDAY, session="second", strength=True),
        session(THREE[1], moderate_judged=False, effort=None, strength=False),
    ]
    dose = adherence_of(given, [held(MONDAY - timedelta(days=7))], weeks, SUNDAY).dose
    assert dose is not None
    assert dose.moderate_min_per_week == pytest.approx(3 * 20 / 2)
    assert dose.at_least
    assert dose.strength_days_per_week == 0.5
    assert dose.load_per_week == pytest.approx(2 * 4 * 30 / 2)
    assert dose.load_at_least
    assert dose.moderate_target_min == 150.0


def test_no_effort_told_is_no_load(session, held):
    found = adherence_of([session(MONDAY, effort=None)], [held(MONDAY)], WEEK, SUNDAY)
    assert found.dose is not None
    assert found.dose.load_per_week is None


def test_a_day_has_work_but_no_share(session):
    days = by_day([session(MONDAY)], Period(MONDAY, SUNDAY))
    assert [day for day, tally in days.items() if tally.completed] == [MONDAY]
    assert days[SUNDAY].prescribed_sessions == 0.0


def test_a_demonstration_and_a_doubled_session_do_not_count(session, held):
    given = [session(MONDAY), session(MONDAY), session(THREE[1], demonstration=True)]
    assert adherence_of(given, [held(MONDAY)], WEEK, SUNDAY).tally.completed == 1


def test_adherence_of_nothing_is_refused():
    with pytest.raises(ValueError, match="at least one week"):
        adherence_of([], [], [], MONDAY)


def test_less_than_a_week_in_force_is_no_figure_per_week(session, held):
    weeks = weeks_until(SUNDAY, 28)
    given = [session(SUNDAY - timedelta(days=nth)) for nth in range(0, 28, 3)]
    for days in range(1, 10):
        since = SUNDAY - timedelta(days=days - 1)
        found = adherence_of(given, [held(since)], weeks, SUNDAY)
        assert found.too_early == (days < 7)
    one_week = [one for one in given if one.day >= MONDAY]
    found = adherence_of(one_week, [held(SUNDAY)], WEEK[:1], SUNDAY)
    assert found.too_early
    young = adherence_of([session(SUNDAY)], [held(SUNDAY)], weeks, SUNDAY)
    assert young.dose is None
    assert not adherence_of(given, [], weeks, SUNDAY).too_early, "nothing was asked for"


def test_what_was_done_without_a_plan_is_not_crowded_into_the_days_of_one(session, held):
    weeks = weeks_until(SUNDAY, 28)
    given = [session(SUNDAY - timedelta(days=nth)) for nth in range(28)]
    dose = adherence_of(given, [held(SUNDAY - timedelta(days=6))], weeks, SUNDAY).dose
    assert dose is not None
    assert dose.strength_days_per_week == pytest.approx(7.0)
    assert dose.moderate_min_per_week == pytest.approx(7 * 20.0)
