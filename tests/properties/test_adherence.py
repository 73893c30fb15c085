"""Whatever was done or measured: weeks add up, caps hold, what is missing is never a gain."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from aicoach.adherence import (
    PlanInForce,
    SessionSummary,
    TriageLevel,
    adherence_of,
    by_week,
    iso_weeks,
    label_of,
    persistence,
    summarise,
    tally_week,
    total,
    triage,
    weeks_until,
)
from aicoach.events import FormFault, Hold, PhaseDurations, Repetition
from aicoach.observations import HeartRateSample
from aicoach.records import PlannedExercise, PlannedSession, SessionRecord
from aicoach.session import SessionEvent
from aicoach.session_events import LimitInForce, SessionEnded, SetBegan, SetEnded
from aicoach.session_records import SessionKeeper

START = date(2026, 12, 7)
"""Four weeks from here on hold the new year."""
CAP = 1.2
LABELS = {None: -1, "low": 0, "partial": 1, "good": 2}
SETS = st.integers(0, 18).map(lambda n: n / 3.0)
PART = st.sampled_from([0.0, 0.3, 0.5, 1.0])
ONE = st.tuples(
    st.integers(0, 27),
    st.tuples(SETS, SETS),
    st.tuples(st.sampled_from([0.0, 60.1, 900.7]), PART, PART),
    st.integers(0, 30),
)
"""Day, sets done and valid, heart rate, repetitions of a session."""
fewer = settings(max_examples=40)


@st.composite
def summaries(draw):
    """Sessions of a month, any quality, any coverage. Few draws, so that many are tried."""
    made = []
    for i, (nth, work, heart, reps) in enumerate(draw(st.lists(ONE, max_size=8))):
        day = START + timedelta(days=nth)
        (done, valid), (main_s, measured, inside) = work, heart
        measured_s = main_s * measured
        judged = reps // 2
        told = None if nth % 4 == 0 else float(reps % 11)
        made.append(
            SessionSummary(
                session=f"s{i}", resident="r", plan_id="p", plan_version=1, medical=False,
                started_at=datetime(day.year, day.month, day.day, 9, i, tzinfo=timezone.utc),
                day=day, lasted_s=None if nth % 5 == 0 else 1200.0, why_ended="complete",
                exercises=(), planned_share=4.0, valid_share=min(done, valid), done_share=done,
                not_judged_share=float(nth % 2), zone_asked=nth % 3 > 0, main_s=main_s,
                measured_s=measured_s,
                in_zone_s=None if measured_s == 0.0 else measured_s * inside,
                above_zone_s=measured_s * (1.0 - inside), highest_bpm=None, reps=reps,
                reps_judged=judged, reps_valid=min(judged, nth), score_sum=50.0 * judged,
                score_count=judged, tempo_judged=judged, tempo_kept=min(judged, nth),
                range_judged=judged, range_kept=min(judged, nth), faults=(),
                form_judged=(("squat", judged),), moderate_s=main_s, moderate_judged=nth % 2 > 0,
                strength=nth % 3 == 0, effort=told, highest_effort=told, highest_pain=told,
                alerts=(),
            )
        )  # fmt: skip
    return made


@st.composite
def courses(draw):
    """One plan, or two versions with a pause between them."""
    first = START + timedelta(days=draw(st.integers(-10, 10)))

    def plan(**held):
        return PlanInForce(
            plan_id="p", sessions_per_week=draw(st.integers(1, 7)),
            sets_per_week=float(draw(st.integers(1, 40))), zone_asked=True, **held,
        )  # fmt: skip

    change = first + timedelta(days=draw(st.integers(0, 20)))
    pause = draw(st.integers(1, 9))
    if draw(st.booleans()):
        return [plan(version=1, first=first, last=None)]
    return [
        plan(version=1, first=first, last=change),
        plan(version=2, first=change + timedelta(days=pause), last=None),
    ]


LAST = START + timedelta(days=27)
WEEKS = iso_weeks(START, LAST)


@fewer
@given(summaries(), courses())
def test_a_plan_is_the_sum_of_its_weeks(sessions, course):
    whole = adherence_of(sessions, course, WEEKS, LAST)
    parts = [adherence_of(sessions, course, (week,), LAST).tally for week in WEEKS]
    assert total(parts) == whole.tally
    for name in ("sessions", "volume"):
        asked = [getattr(adherence_of(sessions, course, (w,), LAST), name) for w in WEEKS]
        together = getattr(whole, name)
        assert together.good == pytest.approx(sum(one.good for one in asked))
        assert together.asked == pytest.approx(sum(one.asked for one in asked))
        if together.asked > 0.0:
            weighted = sum((one.credited or 0.0) * one.asked for one in asked) / together.asked
            assert together.credited == pytest.approx(weighted)


@fewer
@given(summaries(), courses(), st.integers(1, 3))
def test_the_cut_between_two_halves_changes_nothing(sessions, course, cut):
    whole = total(tally_week(sessions, course, week) for week in WEEKS)
    first = total(tally_week(sessions, course, week) for week in WEEKS[:cut])
    rest = total(tally_week(sessions, course, week) for week in WEEKS[cut:])
    joined = first + rest
    for name in ("completed", "partial", "reps", "weeks", "days_in_force", "strength_days"):
        assert getattr(joined, name) == getattr(whole, name)
    for name in ("credited_sessions", "credited_sets", "in_zone_s", "load", "prescribed_sets"):
        assert getattr(joined, name) == pytest.approx(getattr(whole, name))


@fewer
@given(summaries(), courses())
def test_nothing_exceeds_its_cap(sessions, course):
    for weeks in (*((week,) for week in WEEKS), WEEKS, weeks_until(LAST, 28)):
        found = adherence_of(sessions, course, weeks, LAST)
        shares = (found.sessions, found.intensity, found.quality, found.tempo, found.range)
        for one in shares:
            for value in (one.measured, one.credited, one.coverage):
                assert value is None or 0.0 <= value <= 1.0
        for one in (found.volume, found.done_volume):
            assert one.credited is None or 0.0 <= one.credited <= CAP
        if found.index is not None:
            assert 0.0 <= found.index.low <= found.index.high <= 1.0 + 1e-9
            assert sum(part.weight for part in found.index.parts) == pytest.approx(1.0)
            assert all(0.0 <= part.low <= part.high <= 1.0 for part in found.index.parts)


@fewer
@given(summaries(), courses(), st.randoms(use_true_random=False))
def test_the_order_of_sessions_changes_nothing(sessions, course, dice):
    mixed = [*sessions, *sessions[:2]]
    dice.shuffle(mixed)
    assert adherence_of(mixed, course, WEEKS, LAST) == adherence_of(sessions, course, WEEKS, LAST)
    assert triage(mixed, course, LAST) == triage(sessions, course, LAST)
    assert persistence(mixed, course, LAST) == persistence(sessions, course, LAST)


@fewer
@given(summaries(), courses(), st.data())
def test_a_lost_session_never_raises_sessions_or_volume(sessions, course, data):
    assume(sessions)
    lost = data.draw(st.sampled_from(sessions))
    kept = [one for one in sessions if one is not lost]
    before = adherence_of(sessions, course, WEEKS, LAST)
    after = adherence_of(kept, course, WEEKS, LAST)
    for name in ("sessions", "volume", "done_volume"):
        was, now = getattr(before, name).credited, getattr(after, name).credited
        assert (was is None) == (now is None)
        assert now is None or now <= was + 1e-9
    assert LABELS[after.session_label] <= LABELS[before.session_label]
    if before.volume_label is not None:  # none is given where nothing could be judged
        assert LABELS[after.volume_label] <= LABELS[before.volume_label]
    assert persistence(kept, course, LAST).weeks_reached <= (
        persistence(sessions, course, LAST).weeks_reached
    )


@fewer
@given(summaries(), courses())
def test_less_heart_rate_never_raises_intensity_or_index(sessions, course):
    blind = [
        replace(
            one,
            measured_s=(one.measured_s or 0.0) / 2.0,
            in_zone_s=None if one.in_zone_s is None else one.in_zone_s / 2.0,
        )
        for one in sessions
    ]
    before = adherence_of(sessions, course, WEEKS, LAST)
    after = adherence_of(blind, course, WEEKS, LAST)
    assert (after.intensity.credited or 0.0) <= (before.intensity.credited or 0.0) + 1e-9
    if before.index is not None:
        assert after.index is not None
        assert after.index.low <= before.index.low + 1e-9


@fewer
@given(courses(), st.integers(0, 27))
def test_every_day_is_prescribed_once(course, days):
    today = START + timedelta(days=days)
    weeks = by_week([], course, START, today)
    assert sum(one.tally.days_in_force for one in weeks) == sum(
        any(plan.first <= day and (plan.last is None or day <= plan.last) for plan in course)
        for day in (START + timedelta(days=i) for i in range(days + 1))
    )
    assert all(one.first.weekday() == 0 for one in weeks[1:])


@fewer
@given(summaries(), courses())
def test_pain_never_looks_better_than_none(sessions, course):
    hurt = [replace(one, highest_pain=9.0) for one in sessions]
    before, after = triage(sessions, course, LAST), triage(hurt, course, LAST)
    assert after.level >= before.level
    recent = [one for one in sessions if one.day > LAST - timedelta(days=7)]
    assert not recent or after.level is TriageLevel.RED


@given(st.floats(0, 1), st.floats(0, 1))
def test_a_higher_share_never_has_a_lower_label(one, other):
    low, high = sorted((one, other))
    assert LABELS[label_of(low)] <= LABELS[label_of(high)]


@given(
    st.sampled_from(["Europe/Berlin", "Asia/Shanghai", "America/New_York", "Pacific/Auckland"]),
    st.integers(0, 2 * 366 * 24 * 60),
)
def test_every_moment_belongs_to_one_day_and_one_week_of_its_zone(zone, minutes):
    moment = datetime(2026, 1, 1, tzinfo=timezone.utc) + timedelta(minutes=minutes)
    local = moment.astimezone(ZoneInfo(zone))
    offset = local.utcoffset()
    assert offset is not None
    head = SessionRecord(
        id="s", resident="r", plan_id="p", plan_version=1, medical=False, started_at=moment,
        time_zone=zone, utc_offset_min=int(offset.total_seconds() // 60),
    )  # fmt: skip
    assert head.day == local.date()
    weeks = iso_weeks(head.day - timedelta(days=400), head.day + timedelta(days=20))
    (mine,) = [week for week in weeks if head.day in week]
    assert mine.first.isocalendar()[:2] == head.day.isocalendar()[:2]
    assert mine.n_days == 7


# -- from the events on ----------------------------------------------------------------------

PLANNED = (
    PlannedExercise(
        ordinal=1, field="items.1", part="main", type="strength", exercise="squat", mode="reps",
        sets=2, reps_min=3, reps_max=4, eccentric_s=2.0, concentric_s=2.0, target_deg=80.0, met=5.0,
    ),
    PlannedExercise(
        ordinal=2, field="items.2", part="main", type="aerobic", exercise="marching",
        mode="duration", sets=1, duration_s=30.0, met=4.0, target_deg=60.0,
    ),
    PlannedExercise(
        ordinal=3, field="items.3", part="main", type="strength", exercise="plank", mode="hold",
        sets=1, hold_s=10.0, met=2.8,
    ),
)  # fmt: skip
ONE_WEEK = (PlanInForce(
    plan_id="p", version=1, first=START, last=None, sessions_per_week=1, sets_per_week=4.0,
    zone_asked=True,
),)  # fmt: skip


@st.composite
def sessions_in_events(draw):
    """Sets of a session as events, and the heart rate beside them."""
    t_s, sets = 10.0, []
    for planned in PLANNED:
        for number in range(1, draw(st.integers(0, planned.sets)) + 1):
            seen, start_s = [], t_s
            if planned.mode == "hold":
                length = draw(st.floats(1.0, 15.0))
                seen.append(
                    Hold(
                        start_s=t_s, end_s=t_s + length, ended_by="moved",
                        accepted=draw(st.booleans()),
                    )
                )  # fmt: skip
                t_s += length
            else:
                for index in range(1, draw(st.integers(0, 6)) + 1):
                    seen.append(draw(repetitions(index, t_s)))
                    t_s += 5.0
            t_s += 1.0
            sets.append((planned, number, seen, start_s, t_s))
    beats = draw(st.lists(st.integers(80, 170), max_size=int(t_s) + 1))
    return sets, [HeartRateSample(t_s=float(i), bpm=float(b)) for i, b in enumerate(beats)], t_s


@st.composite
def repetitions(draw, index, start_s):
    grave = draw(st.booleans())
    fault = FormFault(
        rule="knees_in", severity="major", start_s=start_s, end_s=start_s + 1.0, value=12.0,
        limit=10.0, cue="knees_out", repetition=index,
    )  # fmt: skip
    reached = draw(st.booleans())
    return Repetition(
        index=index, side="both", start_s=start_s, peak_s=start_s + 2.0, end_s=start_s + 4.0,
        counted_s=start_s + 4.0, range_left_deg=None, range_right_deg=None,
        phases=PhaseDurations(
            eccentric_s=draw(st.floats(0.5, 4.0)), bottom_hold_s=0.0,
            concentric_s=2.0, top_hold_s=0.0,
        ),
        range_deg=90.0 if reached else 70.0, target_reached=reached, asymmetry=None,
        peak_speed_deg_s=None, score=60 if grave else 100, faults=(fault,) if grave else (),
    )  # fmt: skip


def kept(sets, beats, end_s, *, cut=False):
    head = SessionRecord(
        id="s", resident="r", plan_id="p", plan_version=1, medical=False,
        started_at=datetime(2026, 12, 7, 9, tzinfo=timezone.utc), time_zone="UTC",
        utc_offset_min=0,
    )  # fmt: skip
    keeper = SessionKeeper(head, PlannedSession(frequency_per_week=1, exercises=PLANNED))
    limits = {"heart_rate_lower": 100.0, "heart_rate_upper": 140.0}
    for what, value in limits.items():
        limit = LimitInForce(
            what=what, exercise=None, value=value, unit="bpm", author="a", source="s"
        )
        keeper.take(SessionEvent(t_s=0.0, cause="", event=limit))
    for planned, number, seen, start_s, stop_s, *seen_share in sets:
        about = {
            "part": "main", "exercise": planned.exercise, "number": number, "of": planned.sets,
            "mode": planned.mode, "planned": planned.per_set,
        }  # fmt: skip
        counted = sum(isinstance(one, Repetition) for one in seen)
        longest = max((one.duration_s for one in seen if isinstance(one, Hold)), default=0.0)
        done = {"reps": counted, "hold": longest}.get(planned.mode, stop_s - start_s)
        keeper.take(SessionEvent(t_s=start_s, cause="", event=SetBegan(**about)))
        for one in seen:
            keeper.take(SessionEvent(t_s=one.end_s, cause="", event=one))
        ended = SetEnded(
            **about, done=float(done), counted=counted, rejected=0, held_s=longest,
            lasted_s=stop_s - start_s, why="complete", mean_score=None, view="side",
            seen_share=seen_share[0] if seen_share else 1.0, not_assessed=("hips_shift",),
        )  # fmt: skip
        keeper.take(SessionEvent(t_s=stop_s, cause="", event=ended))
    for beat in beats:
        keeper.heart_rate(beat)
    if not cut:
        end = SessionEnded(
            why="complete",
            completed=1.0,
            lasted_s=end_s,
            coverage=None,
            met_minutes_low=0.0,
            met_minutes_high=0.0,
            highest_bpm=None,
            notes=(),
        )
        keeper.take(SessionEvent(t_s=end_s, cause="", event=end))
    return keeper.kept()


def shares(one):
    week = iso_weeks(START, START + timedelta(days=6))
    found = adherence_of([summarise(one)], ONE_WEEK, week, week[0].last)
    names = ("sessions", "volume", "done_volume", "intensity", "quality", "tempo", "range")
    values = {name: getattr(found, name).credited or 0.0 for name in names}
    index = found.index.low if found.index else 0.0
    return {**values, "proven_quality": found.tally.proven_quality, "index": index}


def never_more(before, after):
    assert {name: after[name] for name in after if after[name] > before[name] + 1e-9} == {}


@fewer
@given(sessions_in_events(), st.data())
def test_a_measurement_that_is_lost_never_raises_anything(session, data):
    sets, beats, end_s = session
    before = shares(kept(sets, beats, end_s))
    what = data.draw(st.sampled_from(["range", "form", "both", "heart", "sight"]))
    if what == "heart":
        some = [one for one in beats if data.draw(st.booleans())]
        never_more(before, shares(kept(sets, some, end_s)))
        return

    def blind(one):
        if not isinstance(one, Repetition) or not data.draw(st.booleans()):
            return one
        if what in ("range", "both"):
            one = replace(one, range_deg=None, target_reached=None)
        return replace(one, score=None, faults=()) if what in ("form", "both") else one

    if what == "sight":
        blinded = [(*one, 0.0) if data.draw(st.booleans()) else one for one in sets]
        after = shares(kept(blinded, beats, end_s))
        # Nothing is seen in such a set, so nothing of it is done as asked.
        names = ("volume", "index")
        never_more({n: before[n] for n in names}, {n: after[n] for n in names})
        return
    blinded = [(*one[:2], [blind(rep) for rep in one[2]], *one[3:]) for one in sets]
    never_more(before, shares(kept(blinded, beats, end_s)))


@fewer
@given(summaries(), courses(), st.data())
def test_a_session_that_is_lost_never_raises_the_index_nor_a_part_of_it(sessions, course, data):
    left = [one for one in sessions if data.draw(st.booleans())]
    for weeks in (*((week,) for week in WEEKS), WEEKS, weeks_until(LAST, 28)):
        before, after = (adherence_of(some, course, weeks, LAST) for some in (sessions, left))
        assert (before.index is None) == (after.index is None)
        if before.index is None or after.index is None:
            continue
        assert after.index.low <= before.index.low + 1e-9
        names = [part.name for part in before.index.parts]
        assert [part.name for part in after.index.parts] == names, "the plan says what counts"
        lows = [{part.name: part.low for part in found.index.parts} for found in (before, after)]
        never_more(*lows)
        never_more({"label": LABELS[before.index_label]}, {"label": LABELS[after.index_label]})


@fewer
@given(st.lists(st.integers(80, 170), min_size=12, max_size=30), st.data())
def test_a_lost_packet_of_the_heart_never_raises_the_time_in_zone(bpm, data):
    """The rate before is not held on over the gap: sets from the 10th second on."""
    planned = PLANNED[1]
    beats = [HeartRateSample(t_s=float(i), bpm=float(b)) for i, b in enumerate(bpm)]
    sets = [(planned, 1, [], 10.0, float(len(bpm)))]
    some = [one for one in beats if data.draw(st.booleans())]
    before = kept(sets, beats, float(len(bpm))).heart_rate
    after = kept(sets, some, float(len(bpm))).heart_rate
    assert (after.in_zone_s or 0.0) <= (before.in_zone_s or 0.0)
    assert (after.measured_s or 0.0) <= (before.measured_s or 0.0)


@fewer
@given(sessions_in_events())
def test_nothing_of_a_session_exceeds_what_was_planned_by_more_than_the_cap(session):
    one = summarise(kept(*session))
    assert 0.0 <= one.valid_share <= one.done_share + 1e-9
    assert one.done_share <= CAP * one.planned_share + 1e-9
    assert all(done.share <= CAP * done.planned_sets + 1e-9 for done in one.exercises)
    assert one.reps_valid <= one.reps_judged <= one.reps
    assert (one.in_zone_s or 0.0) + (one.above_zone_s or 0.0) <= (one.measured_s or 0.0) + 1e-9
    assert (one.measured_s or 0.0) <= (one.main_s or 0.0) + 1e-9


@fewer
@given(sessions_in_events())
def test_a_session_cut_off_after_its_last_set_counts_like_a_whole_one(session):
    assert shares(kept(*session, cut=True)) == shares(kept(*session))


@fewer
@given(sessions_in_events(), st.data())
def test_a_lost_set_never_raises_sessions_or_volume(session, data):
    sets, beats, end_s = session
    assume(sets)
    lost = data.draw(st.integers(0, len(sets) - 1))
    before = shares(kept(sets, beats, end_s))
    after = shares(kept([*sets[:lost], *sets[lost + 1 :]], beats, end_s))
    # The window counts by time, and sets are not equally long: it is asked by the share done.
    names = ("sessions", "volume", "done_volume", "proven_quality")
    never_more({n: before[n] for n in names}, {n: after[n] for n in names})


@fewer
@given(summaries(), courses())
def test_a_figure_per_week_is_never_more_than_the_days_could_hold(sessions, course):
    for nth in range(28):
        found = adherence_of(sessions, course, weeks_until(LAST, nth + 1), LAST)
        if found.dose is not None:
            assert found.dose.strength_days_per_week <= 7.0 + 1e-9
            spread = found.tally.dose_days / 7.0
            assert found.tally.days_in_force <= found.tally.dose_days <= nth + 1
            done = found.dose.moderate_min_per_week * spread
            assert done == pytest.approx(found.tally.moderate_s / 60.0)
        else:
            assert found.too_early or found.tally.days_in_force == 0
