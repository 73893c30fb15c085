"""The guard as a whole: commands, time, dose, summary, bad input."""

from __future__ import annotations

import math

import pytest

from aicoach.intensity.guard import IntensityGuard
from aicoach.observations import Command
from aicoach.phrases import load_phrases
from aicoach.screening.symptoms import load_symptoms
from aicoach.session_events import AlertLevel


@pytest.fixture
def guard(given):
    return IntensityGuard(given.session())


@pytest.mark.parametrize("by", ["button", "voice", "gesture", "staff"])
def test_stop_is_obeyed_at_once_and_for_good(guard, by):
    (alert,) = guard.command(Command(t_s=3.0, name="stop", by=by))
    assert (alert.rule, alert.level, alert.ends, alert.value) == (
        "STOP-7", AlertLevel.STOP, "session", by,
    )  # fmt: skip
    assert guard.command(Command(t_s=4.0, name="stop", by=by)) == ()
    guard.command(Command(t_s=5.0, name="resume"))
    assert guard.stopped


def test_a_stop_from_an_earlier_time_is_obeyed_too(guard):
    guard.tick(100.0)
    (alert,) = guard.command(Command(t_s=5.0, name="stop"))
    assert alert.t_s == 100.0
    (alert,) = IntensityGuard(guard._limits).command(Command(t_s=math.nan, name="stop"))
    assert alert.level is AlertLevel.STOP


@pytest.mark.parametrize("name", ["start", "pause", "resume", "skip", "repeat", "end"])
def test_other_commands_are_no_alert(guard, name):
    assert guard.command(Command(t_s=3.0, name=name)) == ()


def test_a_session_that_is_too_long_ends(given):
    guard = IntensityGuard(given.session(longest_s=120.0))
    guard.begin_warm_up(10.0)
    assert guard.tick(129.0) == ()
    (alert,) = guard.tick(130.0)
    assert (alert.rule, alert.ends, alert.limit) == ("TIME-LONG", "session", 120.0)
    assert guard.tick(131.0) == ()


def test_a_pause_is_no_exercise(given, guard):
    guard.begin_main(0.0)
    guard.begin_exercise(0.0, given.exercise(met=4.0))
    guard.begin_set(0.0)
    guard.pause(60.0)
    guard.tick(600.0)
    guard.resume(1000.0)
    guard.tick(1030.0)
    summary = guard.summary()
    assert summary.main_s == summary.active_s == pytest.approx(90.0)
    assert summary.met_minutes.middle == pytest.approx(4.0 * 1.5)


def test_after_a_cramp_the_guard_still_warns(given):
    guard = IntensityGuard(given.session(), symptoms=load_symptoms())
    guard.begin_main(0.0)
    guard.begin_exercise(0.0, given.exercise())
    guard.begin_set(0.0)
    (cramp,) = guard.answered(given.answer(1.0, "symptom", "leg_cramp"))
    assert (cramp.level, cramp.ends) == (AlertLevel.REST, "exercise")
    guard.begin_exercise(2.0, given.exercise())
    assert guard.level is AlertLevel.NONE, "another exercise begins without the cramp"
    (hard,) = guard.answered(given.answer(3.0, "effort", 10))
    assert hard.rule == "EFFORT-STOP"


def test_it_says_how_long_the_session_may_still_last(given):
    guard = IntensityGuard(given.session(longest_s=120.0))
    assert guard.left_s == math.inf
    guard.begin_warm_up(10.0)
    guard.tick(40.0)
    assert guard.left_s == 90.0


def test_zone_coverage_and_dose_are_counted_by_the_clock(given, guard):
    guard.begin_main(0.0)
    guard.begin_exercise(0.0, given.exercise(met=4.0))
    guard.begin_set(0.0)
    trace = lambda t_s: 115.0 if t_s < 60 else 130.0 if t_s < 66 else None  # noqa: E731
    given.play(guard, trace, 120.0, every_s=0.5)
    guard.end_set(120.0)
    guard.tick(180.0)
    assert guard.coverage == pytest.approx(75.0 / 180.0, abs=0.02)
    assert guard.time_in_zone_s == pytest.approx(60.0, abs=3.0)
    assert guard.time_above_s == pytest.approx(14.0, abs=4.0)
    dose = guard.met_minutes
    assert dose.middle == pytest.approx(8.0)
    assert (dose.low, dose.high) == (pytest.approx(5.6), pytest.approx(10.4))


def test_before_the_main_part_there_is_no_coverage(guard):
    guard.begin_warm_up(0.0)
    guard.tick(60.0)
    assert guard.coverage is None


@pytest.mark.parametrize(
    ("medical", "may", "said"), [(True, False, 0), (True, True, 1), (False, False, 1)]
)
def test_more_is_asked_for_after_three_minutes_and_only_if_the_plan_allows(
    given, medical, may, said
):
    guard = IntensityGuard(given.session(medical=medical, may_encourage=may))
    guard.begin_main(0.0)
    guard.begin_set(0.0)
    alerts = given.play(guard, lambda _: 95.0, 400.0)
    assert len(given.begun(alerts, "HR-LOW")) == said
    if said:
        assert alerts[0].level is AlertLevel.NONE
        assert alerts[0].t_s >= 180.0 + 60.0 - 1.0
        assert guard.state == "low"
        back = given.play(guard, lambda _: 110.0, 440.0, start_s=401.0)
        assert given.over(back, "HR-LOW")


def test_more_is_never_asked_for_after_a_complaint_or_in_a_rest(given):
    for complaint, in_set in ((True, True), (False, False)):
        guard = IntensityGuard(given.session(medical=False))
        guard.begin_main(0.0)
        if in_set:
            guard.begin_set(0.0)
        if complaint:
            guard.answered(given.answer(1.0, "symptom", "leg_cramp"))
        assert given.begun(given.play(guard, lambda _: 90.0, 500.0, start_s=2.0), "HR-LOW") == []


@pytest.mark.parametrize("t_s", [math.nan, math.inf, -math.inf])
def test_a_packet_without_a_time_is_noted(guard, given, t_s):
    assert guard.heart_rate(given.sample(t_s, 200.0)) == ()
    assert guard.heart_rate_bpm is None
    assert guard.notes


def test_a_wild_trace_is_survived_and_its_flaws_are_named(guard, given):
    wild = [
        (0, 110), (1, 0), (2, math.nan), (2, 111), (1, 112), (5, 300), (6, -4), (7, None),
        (8, 113), (9, 25), (40, 112), (41, 1e9), (42, 113), (43, 112),
    ]  # fmt: skip
    for t_s, bpm in wild:
        guard.heart_rate(given.sample(float(t_s), bpm))
        shown = guard.heart_rate_bpm
        assert shown is None or 30.0 <= shown <= 220.0
    named = " ".join(guard.notes)
    for flaw in ("no_rate", "time_not_later", "implausibly_high"):
        assert flaw in named
    assert guard.level <= AlertLevel.INFORM


def test_the_summary_says_what_was_highest_and_what_happened(guard, given):
    guard.begin_main(0.0)
    given.play(guard, lambda _: 128.0, 30.0)
    guard.answered(given.answer(31.0, "effort", 7))
    guard.answered(given.answer(32.0, "pain", 2))
    summary = guard.summary()
    assert summary.highest_bpm == pytest.approx(128.0)
    assert (summary.highest_effort, summary.highest_pain) == (7.0, 2.0)
    assert ("HR-HIGH-1", 1) in summary.alerts
    assert summary.main_s == 32.0


def test_every_alert_has_words_in_both_languages(given):
    cues = set()
    for feed in (
        lambda guard: given.play(guard, lambda _: 150.0, 30.0),
        lambda guard: given.play(guard, lambda t_s: 100.0 + t_s, 40.0),
        lambda guard: given.play(guard, lambda t_s: 110.0 if t_s < 20 else None, 60.0),
        lambda guard: guard.answered(given.answer(1.0, "effort", 9)),
        lambda guard: guard.answered(given.answer(1.0, "effort", 6)),
        lambda guard: guard.answered(given.answer(1.0, "talk", "none")),
        lambda guard: guard.answered(given.answer(1.0, "talk", "words")),
        lambda guard: guard.answered(given.answer(1.0, "pain", 9)),
        lambda guard: guard.answered(given.answer(1.0, "symptom", True)),
        lambda guard: guard.answered(given.answer(1.0, "systolic_mmhg", 240)),
        lambda guard: guard.answered(given.answer(1.0, "glucose_mmol", 3)),
        lambda guard: guard.answered(given.answer(1.0, "spo2_pct", 80)),
        lambda guard: guard.answered(given.answer(1.0, "effort", None)),
        lambda guard: guard.command(Command(t_s=2.0, name="stop")),
    ):
        cues |= {alert.cue for alert in feed(IntensityGuard(given.session()))}
    assert len(cues) >= 15
    for language in ("zh", "en"):
        assert cues <= load_phrases(language).by_key.keys()


def test_after_a_stop_only_a_graver_reason_is_said(guard, given):
    guard.begin_main(0.0)
    guard.command(Command(t_s=1.0, name="stop"))
    alerts = given.play(guard, lambda _: 130.0, 60.0, start_s=2.0)
    alerts += given.play(guard, lambda _: None, 200.0, start_s=61.0)
    alerts += guard.answered(given.answer(201.0, "effort", 9))
    assert alerts == []
    assert given.rules(guard.answered(given.answer(202.0, "symptom", "chest"))) == ["STOP-2"]
