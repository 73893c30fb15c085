from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from aicoach.adherence import summarise
from aicoach.events import RejectedRepetition, Rejection
from aicoach.observations import HeartRateSample
from aicoach.session_events import (
    AlertLevel,
    AnswerTaken,
    CommandGiven,
    Cue,
    CuePriority,
    ExerciseReplaced,
    Input,
    IntensityAlert,
    LimitInForce,
    Noticed,
    Screened,
    SetBegan,
    StaffNotified,
)
from aicoach.session_records import interrupted
from aicoach.wire import event_line


def limit(what, value, exercise=None):
    return LimitInForce(
        what=what, exercise=exercise, value=value, unit="", author="dr-7", source="plan"
    )


def alert(rule="HR-HIGH-1", level=AlertLevel.WARN, **changes):
    whole = {
        "t_s": 5.0, "rule": rule, "level": level, "cue": "alerts.x", "quantity": "heart_rate",
        "value": 150.0, "limit": 140.0, "unit": "bpm", "author": "dr-7",
        "inputs": (Input(name="newest", value=151.0, unit="bpm"),),
    }  # fmt: skip
    return IntensityAlert(**{**whole, **changes})


def reps(make, n, start_s=10.0, **changes):
    return [make.repetition(i + 1, start_s + 5.0 * i, **changes) for i in range(n)]


def test_every_repetition_stands_beside_its_target(keep, make):
    kept = keep(*make.a_set(10.0, 40.0, reps(make, 5))).kept()
    (one,) = kept.sets
    assert (one.planned, one.done, one.valid, one.planned_ordinal) == (5.0, 5.0, 5.0, 1)
    first = kept.repetitions[0]
    assert (first.range_deg, first.target_deg) == (85.0, 80.0)
    assert (first.eccentric_s, first.target_eccentric_s) == (2.0, 2.0)
    assert first.valid is True


@pytest.mark.parametrize(
    ("changes", "ended", "valid"),
    [
        ({}, {}, True),
        ({"target_reached": False}, {}, False),
        ({"target_reached": None, "range_deg": None}, {}, None),
        ({"score": None}, {"not_assessed": ("knees_in",)}, None),
        ({"score": None}, {}, True),  # the exercise has no rules of form
        ({"score": None, "target_reached": False}, {"not_assessed": ("knees_in",)}, False),
    ],
)
def test_only_what_was_seen_in_full_is_valid(keep, make, changes, ended, valid):
    events = make.a_set(10.0, 20.0, reps(make, 1, **changes), ended=ended)
    assert keep(*events).kept().repetitions[0].valid is valid


@pytest.mark.parametrize(
    ("severity", "valid"), [("info", 1.0), ("minor", 1.0), ("major", 0.0), ("safety", 0.0)]
)
def test_a_grave_fault_makes_a_repetition_invalid(keep, make, severity, valid):
    one = make.repetition(1, 10.0, faults=(make.fault(severity=severity),))
    kept = keep(*make.a_set(10.0, 20.0, [one])).kept()
    assert kept.sets[0].valid == valid
    assert kept.faults[0].limit == 10.0


def test_a_set_of_which_nothing_was_seen_is_not_judged(keep, make):
    unseen = make.a_set(10.0, 70.0, [], make.march, ended={"seen_share": 0.0})
    (one,) = keep(*unseen).kept().sets
    assert (one.valid, one.active_s) == (None, None)


def test_a_set_by_time_counts_the_seconds_in_movement(keep, make):
    # four repetitions without a gap worth the name, a long rest, one more
    seen = [*reps(make, 4), make.repetition(5, 55.0)]
    kept = keep(*make.a_set(10.0, 70.0, seen, make.march)).kept()
    assert kept.sets[0].done == 60.0
    assert kept.sets[0].active_s == pytest.approx(19.0 + 4.0)
    assert kept.sets[0].valid == pytest.approx(23.0)


def test_standing_about_for_a_set_by_time_is_no_exercise(keep, make):
    kept = keep(*make.a_set(10.0, 70.0, [], make.march)).kept()
    assert (kept.sets[0].valid, kept.sets[0].active_s) == (0.0, 0.0)
    assert summarise(kept).done_share == 0.0


def test_the_longest_accepted_hold_counts_without_its_grave_faults(keep, make):
    seen = [
        make.hold(10.0, 25.0),
        make.fault(severity="major", start_s=12.0, end_s=15.0, repetition=None),
        make.fault(severity="minor", start_s=16.0, end_s=20.0, repetition=None),
        make.hold(30.0, 60.0, accepted=False),
    ]
    (one,) = keep(*make.a_set(10.0, 61.0, seen, make.plank)).kept().sets
    assert one.valid == pytest.approx(12.0)


def test_the_same_exercise_twice_in_a_plan_is_told_apart(keep, make):
    again = replace(make.squat, ordinal=4, field="items.4")
    events = []
    for t_s, number in ((10.0, 1), (50.0, 2), (90.0, 1), (130.0, 2)):
        events += make.a_set(t_s, t_s + 30.0, reps(make, 5, t_s), number=number)
    kept = keep(*events, planned=(make.squat, make.march, again)).kept()
    assert [one.planned_ordinal for one in kept.sets] == [1, 1, 4, 4]


def test_a_repeated_set_belongs_to_the_same_exercise(keep, make):
    again = replace(make.squat, ordinal=2, field="items.2")
    events = [
        *make.a_set(10.0, 20.0, reps(make, 1), ended={"why": "repeat"}),
        *make.a_set(30.0, 60.0, reps(make, 5, 30.0)),
    ]
    kept = keep(*events, planned=(make.squat, again)).kept()
    assert [one.planned_ordinal for one in kept.sets] == [1, 1]


def test_what_was_done_in_place_of_another_counts_for_it_by_its_share(keep, make):
    swapped = ExerciseReplaced(planned="squat", instead="wall_sit", why=("knee_pain",))
    events = [
        make.event(1.0, swapped),
        *make.a_set(
            10.0, 30.0, [make.hold(10.0, 25.0)], make.plank, exercise="wall_sit", of=2,
            ended={"done": 15.0},
        ),
    ]  # fmt: skip
    kept = keep(*events).kept()
    assert (kept.sets[0].planned_ordinal, kept.sets[0].replaces) == (1, "squat")
    squat = summarise(kept).exercises[0]
    assert squat.instead == "wall_sit"
    assert squat.valid == pytest.approx(0.75 * 5)
    assert squat.share == pytest.approx(0.75)
    assert squat.last_set_valid is None


def test_an_exercise_that_was_not_planned_is_kept_but_counts_for_nothing(keep, make):
    kept = keep(*make.a_set(10.0, 20.0, reps(make, 1), exercise="lunge")).kept()
    assert kept.sets[0].planned_ordinal is None
    assert summarise(kept).done_share == 0.0


def test_a_session_cut_off_keeps_all_that_was_measured(keep, make):
    whole = make.a_set(10.0, 40.0, reps(make, 5))
    cut = make.a_set(60.0, 90.0, reps(make, 3, 60.0), number=2)[:-1]
    kept = keep(*whole, *cut).kept()
    assert kept.session.why_ended is None
    assert kept.sets[1].end_s is None
    assert (kept.sets[1].done, kept.sets[1].counted) == (3.0, 3)
    closed = interrupted(kept, make.head.at(80.0))
    assert closed.session.why_ended == "interrupted"
    assert closed.session.ended_at == make.head.started_at + timedelta(seconds=80)
    assert closed.session.lasted_s == 80.0
    assert [one.why_ended for one in closed.sets] == ["complete", "interrupted"]
    assert closed.repetitions == kept.repetitions
    assert summarise(closed).done_share == pytest.approx(1.6)


def test_a_session_that_has_ended_is_not_interrupted(keep, make):
    kept = keep(make.the_end(100.0)).kept()
    assert interrupted(kept, make.head.at(200.0)) is kept
    assert kept.session.ended_at == make.head.at(100.0)


def test_the_guards_own_seconds_stand_where_it_came_to_the_end(keep, make):
    keeper = keep(
        make.event(0.0, limit("heart_rate_lower", 100.0)),
        make.event(0.0, limit("heart_rate_upper", 140.0)),
        *make.a_set(10.0, 40.0, []),
    )
    for i in range(60):
        keeper.heart_rate(HeartRateSample(t_s=float(i), bpm=120.0))
    keeper.take(make.the_end(100.0))
    heart = keeper.kept().heart_rate
    assert (heart.main_s, heart.measured_s, heart.in_zone_s) == (100.0, 50.0, 40.0)
    assert (heart.above_zone_s, heart.coverage) == (10.0, 0.5)
    assert (heart.lower_bpm, heart.upper_bpm) == (100.0, 140.0)
    assert len(heart.t_s) == len(heart.bpm) == 60


def test_a_cut_off_session_adds_its_heart_rate_up_from_the_series(keep, make):
    keeper = keep(
        make.event(0.0, limit("heart_rate_lower", 100.0)),
        make.event(0.0, limit("heart_rate_upper", 140.0)),
        make.event(10.0, make.a_set(10.0, 40.0, [])[0].event),
    )
    for t_s, bpm, contact in [
        (0.0, 90.0, None), (10.0, 120.0, None), (14.0, 150.0, True), (18.0, None, None),
        (22.0, 120.0, False), (26.0, 90.0, None), (28.0, 120.0, None), (50.0, 120.0, None),
    ]:  # fmt: skip
        keeper.heart_rate(HeartRateSample(t_s=t_s, bpm=bpm, contact=contact))
    heart = keeper.kept().heart_rate
    assert heart.main_s == 40.0
    # a second each: 10 and 28 in, 14 above, 26 below; no rate at 18, no contact at 22
    assert heart.in_zone_s == pytest.approx(2.0)
    assert heart.above_zone_s == pytest.approx(1.0)
    assert heart.measured_s == pytest.approx(4.0)
    assert heart.mean_bpm == pytest.approx((2 * 120 + 150 + 90) / 4)


def test_without_a_strap_the_zone_is_not_measured(keep, make):
    limits = [make.event(0.0, limit("heart_rate_upper", 140.0))]
    heart = keep(
        *limits, *make.a_set(10.0, 40.0, []), make.the_end(60.0, coverage=0.0, highest_bpm=None)
    ).kept().heart_rate  # fmt: skip
    assert (heart.in_zone_s, heart.above_zone_s, heart.mean_bpm) == (None, None, None)
    assert heart.coverage == 0.0


def test_an_alert_keeps_value_limit_author_inputs_words_and_end(keep, make):
    said = Cue(
        t_s=6.0, key="alerts.x", text="Slow down.", language="en", priority=CuePriority.SAFETY,
        until_s=8.0, cause="HR-HIGH-1",
    )  # fmt: skip
    kept = keep(
        make.a_set(1.0, 40.0, [])[0],
        make.event(5.0, alert()),
        make.event(6.0, said),
        make.event(9.0, alert(cleared=True)),
        make.event(20.0, alert(level=AlertLevel.SLOW)),
    ).kept()
    first, second = kept.alerts
    assert (first.value, first.limit, first.author, first.level) == (150.0, 140.0, "dr-7", "warn")
    assert (first.inputs[0].name, first.inputs[0].value) == ("newest", 151.0)
    assert (first.said, first.cleared_s) == ("Slow down.", 9.0)
    assert (first.exercise, first.set) == ("squat", 1)
    assert (second.level, second.cleared_s, second.said) == ("slow", None, None)


def test_effort_and_pain_stand_beside_their_limits(keep, make):
    kept = keep(
        make.event(0.0, AnswerTaken(question="pain", value=1.0, by="resident")),
        make.event(0.0, limit("effort_upper", 6.0)),
        make.event(0.0, limit("pain_stop", 5.0)),
        *make.a_set(10.0, 40.0, reps(make, 5)),
        make.event(45.0, AnswerTaken(question="effort", value=7.0, by="resident")),
        make.event(46.0, AnswerTaken(question="pain", value=None, by="nobody")),
        make.event(47.0, AnswerTaken(question="talk", value="words", by="resident")),
    ).kept()
    before, effort, pain = kept.efforts
    assert (before.exercise, before.set) == (None, None)
    assert (effort.value, effort.limit, effort.limit_author, effort.set) == (7.0, 6.0, "dr-7", 1)
    assert (pain.value, pain.limit) == (None, 5.0)
    assert kept.answers[0].value == "words"
    summary = summarise(kept)
    assert (summary.highest_effort, summary.highest_pain) == (7.0, None)
    assert summary.exercises[0].highest_effort == 7.0


def test_screening_rejections_notices_and_staff_are_kept(keep, make):
    screened = Screened(
        outcome="proceed", rules=("r",), unanswered=(), question_version="1", rule_version="2"
    )
    refused = RejectedRepetition(
        side="left", start_s=11.0, end_s=12.0, reason=Rejection.PARTIAL, detail="60 of 80",
        range_deg=60.0,
    )  # fmt: skip
    kept = keep(
        make.event(0.0, screened),
        *make.a_set(10.0, 40.0, [refused]),
        make.event(41.0, Noticed(what="frame_out_of_order")),
        make.event(42.0, StaffNotified(why="STOP-9")),
        make.event(43.0, CommandGiven(name="stop", by="voice")),
    ).kept()
    assert kept.screening is not None
    assert kept.screening.outcome == "proceed"
    (rejected,) = kept.rejected
    assert (rejected.reason, rejected.range_deg, rejected.target_deg) == ("partial", 60.0, 80.0)
    assert [(one.what, one.urgent) for one in kept.notices] == [
        ("frame_out_of_order", False), ("staff_notified", True), ("asked_to_stop", False),
    ]  # fmt: skip


def test_an_event_of_a_newer_program_is_noticed_and_the_rest_is_kept(keep, make):
    keeper = keep()
    keeper.take_line('{"type": "Levitation", "t_s": 1.0, "cause": "x"}')
    for one in make.a_set(10.0, 40.0, reps(make, 5)):
        keeper.take_line(event_line(one.t_s, one.cause, one.event))
    kept = keeper.kept()
    assert (kept.notices[0].what, kept.notices[0].detail) == ("unknown_event", "Levitation")
    assert kept.sets[0].valid == 5.0


def test_a_set_whose_end_was_lost_is_closed_by_the_next(keep, make):
    events = [*make.a_set(10.0, 40.0, reps(make, 2))[:-1], *make.a_set(60.0, 90.0, [], number=2)]
    kept = keep(*events).kept()
    assert [one.ordinal for one in kept.sets] == [1, 2]
    assert isinstance(events[0].event, SetBegan)


def test_a_quality_gate_that_is_not_met_is_credited_nothing(keep, make):
    gated = replace(make.squat, min_valid_ratio=0.8)
    seen = [*reps(make, 3), make.repetition(4, 30.0, target_reached=False)]
    events = make.a_set(10.0, 40.0, seen)
    strict = summarise(keep(*events, planned=(gated,)).kept())
    assert (strict.valid_share, strict.done_share) == (0.0, pytest.approx(0.8))
    assert summarise(keep(*events, planned=(make.squat,)).kept()).valid_share == pytest.approx(0.6)
