"""One voice: who speaks first, what interrupts, what is dropped."""

from __future__ import annotations

import itertools
import math

import pytest

from aicoach.coaching import CueRequest, Spelled, Voice, coaching_settings
from aicoach.session_events import AlertLevel, CuePriority

VOICE = coaching_settings().voice
P = CuePriority


def ask(t_s, key, priority, **more):
    return CueRequest(t_s=t_s, key=key, priority=priority, **more)


def safety(t_s, key="coaching.alert.stop", level=AlertLevel.STOP, **more):
    return ask(t_s, key, P.SAFETY, level=level, **more)


def count(t_s, n):
    return ask(t_s, "coaching.count", P.COUNT, places=(("n", Spelled(n)),))


def said(voice, until_s, begin_s=0.0, step_s=0.1):
    """All cues that are spoken between two times."""
    steps = round((until_s - begin_s) / step_s)
    times = [begin_s + n * step_s for n in range(steps + 1)]
    return [cue for t_s in times for cue in voice.step(t_s) if cue.spoken]


@pytest.fixture
def voice():
    return Voice("en")


def test_nothing_asked_nothing_said(voice):
    assert voice.step(0.0) == ()
    assert voice.quiet(0.0)
    assert voice.speaking_until_s == -math.inf


def test_the_graver_thing_is_said_first_and_only_one_thing_at_a_time(voice):
    voice.ask(ask(0.0, "coaching.praise.steady_1", P.PRAISE))
    voice.ask(ask(0.0, "session.set.keep_going", P.GUIDE))
    voice.ask(ask(0.0, "cues.heels_down", P.MINOR))
    voice.ask(ask(0.0, "cues.knees_over_toes", P.MAJOR))
    (cue,) = voice.step(0.0)
    assert (cue.key, cue.priority) == ("cues.knees_over_toes", P.MAJOR)
    assert voice.step(cue.until_s - 0.01) == ()


def test_equals_are_said_in_order_with_a_breath_between(voice):
    voice.ask(ask(0.0, "session.greeting", P.GUIDE))
    voice.ask(ask(0.0, "session.how_to_stop", P.GUIDE))
    first, second = said(voice, 10.0)
    assert [first.key, second.key] == ["session.greeting", "session.how_to_stop"]
    assert second.t_s >= first.until_s + VOICE.breath_s


def test_safety_cuts_in_within_the_step_and_empties_the_queue(voice):
    voice.ask(ask(0.0, "session.how_to_stop", P.GUIDE))
    voice.step(0.0)
    voice.ask(ask(0.0, "session.water_and_shoes", P.GUIDE))
    voice.ask(ask(0.4, "cues.heels_down", P.MINOR, valid_for_s=60.0))
    voice.ask(safety(0.5, cause="STOP-10"))
    (cue,) = voice.step(0.5)
    assert (cue.priority, cue.interrupts, cue.cause) == (P.SAFETY, True, "STOP-10")
    assert said(voice, 60.0, begin_s=0.5) == []


def test_guidance_that_belongs_to_the_stop_is_said_after_it(voice):
    voice.ask(safety(1.0))
    voice.ask(ask(1.0, "session.stop.sit_down", P.GUIDE))
    assert [cue.key for cue in said(voice, 10.0, begin_s=1.0)] == [
        "coaching.alert.stop",
        "session.stop.sit_down",
    ]


def test_a_warning_does_not_forget_the_guidance_that_waits(voice):
    voice.ask(ask(0.0, "session.rest.sit", P.GUIDE))
    voice.ask(safety(0.5, "coaching.alert.warn", AlertLevel.WARN))
    voice.step(0.5)
    assert [cue.key for cue in said(voice, 10.0, begin_s=0.6)] == ["session.rest.sit"]


def test_several_alerts_are_all_said_the_gravest_first_then_in_order(voice):
    voice.ask(safety(0.0, "coaching.alert.warn", AlertLevel.WARN))
    voice.ask(safety(0.0, "coaching.alert.slow", AlertLevel.SLOW))
    voice.ask(safety(0.0, "coaching.alert.stop", AlertLevel.STOP))
    voice.ask(safety(0.0, "session.stop.fall", AlertLevel.STOP))
    voice.ask(ask(0.0, "session.rest.sit", P.GUIDE))
    cues = said(voice, 30.0)
    assert [cue.key for cue in cues] == [
        "coaching.alert.stop",
        "session.stop.fall",
        "coaching.alert.slow",
        "coaching.alert.warn",
        "session.rest.sit",
    ]
    assert all(a.until_s <= b.t_s for a, b in itertools.pairwise(cues))


def test_a_graver_alert_cuts_off_a_lesser_one_and_not_the_other_way_round(voice):
    voice.ask(safety(0.0, "coaching.alert.slow", AlertLevel.SLOW))
    (slow,) = voice.step(0.0)
    voice.ask(safety(0.2, "coaching.alert.warn", AlertLevel.WARN))
    assert voice.step(0.2) == ()
    voice.ask(safety(0.4, "coaching.alert.stop", AlertLevel.STOP))
    (stop,) = voice.step(0.4)
    assert stop.interrupts
    assert slow.until_s > stop.t_s
    assert [cue.key for cue in said(voice, 10.0, begin_s=0.5)] == ["coaching.alert.warn"]


def test_two_alerts_with_the_same_words_are_said_once_with_both_causes(voice):
    voice.ask(safety(0.0, "coaching.alert.slow", AlertLevel.SLOW, cause="HR-HIGH-2"))
    voice.ask(safety(0.0, "coaching.alert.slow", AlertLevel.SLOW, cause="EFFORT-2"))
    (cue,) = said(voice, 10.0)
    assert cue.cause == "HR-HIGH-2 + EFFORT-2"


def test_a_range_limit_cuts_off_a_count_but_waits_for_safety(voice):
    near = ask(0.1, "cues.that_is_far_enough", P.RANGE_LIMIT, valid_for_s=1.5)
    voice.ask(count(0.0, 1))
    voice.step(0.0)
    voice.ask(near)
    (cue,) = voice.step(0.1)
    assert (cue.key, cue.interrupts) == ("cues.that_is_far_enough", True)
    other = Voice("en")
    other.ask(safety(0.0, "coaching.alert.stop"))
    other.step(0.0)
    other.ask(near)
    assert other.step(0.1) == ()


def test_a_count_that_cannot_be_said_at_once_is_only_shown(voice):
    voice.ask(ask(0.0, "session.how_to_stop", P.GUIDE))
    voice.step(0.0)
    voice.ask(count(1.0, 3))
    (cue,) = voice.step(1.0)
    assert (cue.text, cue.spoken, cue.interrupts) == ("Three", False, False)
    assert said(voice, 20.0, begin_s=1.1) == []


def test_of_two_counts_the_newer_is_said(voice):
    voice.ask(count(0.0, 1))
    voice.ask(count(0.0, 2))
    spoken, shown = voice.step(0.0)
    assert (spoken.text, spoken.spoken) == ("Two", True)
    assert (shown.text, shown.spoken) == ("One", False)


def test_what_comes_too_late_is_not_said(voice):
    voice.ask(ask(0.0, "session.how_to_stop", P.GUIDE))
    voice.step(0.0)
    voice.ask(ask(0.0, "cues.heels_down", P.MINOR, valid_for_s=1.5))
    assert said(voice, 60.0, begin_s=0.1) == []


def test_what_is_for_later_is_not_said_before(voice):
    voice.ask(ask(2.0, "cues.heels_down", P.MINOR))
    assert voice.step(1.9) == ()
    assert [cue.t_s for cue in voice.step(2.0)] == [2.0]


def test_two_corrections_keep_the_gap_after_the_end_of_the_first(voice):
    voice.ask(ask(0.0, "cues.heels_down", P.MINOR, valid_for_s=60.0))
    voice.ask(ask(0.0, "cues.chest_up", P.MINOR, valid_for_s=60.0))
    first, second = said(voice, 30.0)
    assert second.t_s - first.until_s >= VOICE.gap_s
    assert second.t_s - first.until_s < VOICE.gap_s + 0.2


def test_after_a_safety_cue_corrections_keep_the_gap_too(voice):
    voice.ask(safety(0.0, "coaching.alert.warn", AlertLevel.WARN))
    (alert,) = voice.step(0.0)
    voice.ask(ask(0.1, "cues.chest_up", P.MAJOR, valid_for_s=60.0))
    (cue,) = said(voice, 30.0, begin_s=0.1)
    assert cue.t_s - alert.until_s >= VOICE.gap_s


def test_the_same_correction_waits_for_its_cool_down_and_comes_twice_in_a_set(voice):
    times = []
    for second in range(0, 200):
        if second % 4 == 0:
            voice.repetition()
        voice.ask(ask(float(second), "cues.heels_down", P.MINOR, valid_for_s=0.5))
        times += [cue.t_s for cue in voice.step(float(second))]
    assert len(times) == VOICE.most_same
    assert times[1] - times[0] >= VOICE.repeat_s
    voice.begin_set()
    voice.ask(ask(300.0, "cues.heels_down", P.MINOR))
    assert len(voice.step(300.0)) == 1


def test_the_same_correction_waits_for_three_slow_repetitions(voice):
    times = []
    for second in range(0, 100):
        if second % 15 == 0:
            voice.repetition()
        voice.ask(ask(float(second), "cues.heels_down", P.MINOR, valid_for_s=0.5))
        times += [cue.t_s for cue in voice.step(float(second))]
    assert times == [0.0, 45.0]


def test_a_warning_before_the_range_limit_is_not_silenced_by_the_number_in_a_set(voice):
    key = "cues.that_is_far_enough"
    times = []
    for second in range(0, 60):
        voice.ask(ask(float(second), key, P.RANGE_LIMIT, valid_for_s=0.5))
        times += [cue.t_s for cue in voice.step(float(second))]
    assert len(times) > VOICE.most_same
    assert min(b - a for a, b in itertools.pairwise(times)) >= VOICE.range_repeat_s


def test_a_newer_request_about_the_same_subject_replaces_the_one_that_waits(voice):
    voice.ask(ask(0.0, "session.greeting", P.GUIDE))
    voice.step(0.0)
    voice.ask(ask(0.1, "session.camera.step_back", P.GUIDE, subject="camera"))
    voice.ask(ask(0.2, "session.camera.come_nearer", P.GUIDE, subject="camera"))
    assert [cue.key for cue in said(voice, 20.0, begin_s=0.2)] == ["session.camera.come_nearer"]


def test_muted_the_voice_keeps_safety_and_guidance(voice):
    voice.ask(ask(0.0, "cues.heels_down", P.MINOR, valid_for_s=60.0))
    voice.mute()
    voice.ask(count(0.0, 1))
    voice.ask(ask(0.0, "coaching.praise.steady_1", P.PRAISE))
    voice.ask(ask(0.0, "session.pause.paused", P.GUIDE))
    assert [cue.key for cue in said(voice, 5.0)] == ["session.pause.paused"]
    voice.ask(safety(5.0))
    assert len(voice.step(5.0)) == 1
    voice.unmute()
    voice.ask(count(60.0, 2))
    assert [cue.text for cue in voice.step(60.0)] == ["Two"]


def test_falling_silent_cuts_off_and_drops_all_but_safety(voice):
    voice.ask(ask(0.0, "session.how_to_stop", P.GUIDE))
    voice.step(0.0)
    voice.ask(ask(0.0, "session.water_and_shoes", P.GUIDE))
    voice.fall_silent(1.0)
    assert voice.quiet(1.0)
    voice.ask(ask(1.0, "session.pause.skip", P.GUIDE))
    cues = said(voice, 20.0, begin_s=1.0)
    assert [cue.key for cue in cues] == ["session.pause.skip"]
    assert cues[0].interrupts
    voice.ask(safety(30.0))
    voice.step(30.0)
    voice.fall_silent(30.1)
    assert not voice.quiet(30.1)


def test_a_language_chosen_in_between_speaks_what_waits(voice):
    voice.ask(ask(0.0, "session.greeting", P.GUIDE))
    voice.language = "zh"
    (cue,) = voice.step(0.0)
    assert (cue.language, cue.text) == ("zh", "您好，很高兴陪您锻炼。")


def test_a_phrase_that_does_not_exist_is_refused_when_it_is_asked_for(voice):
    with pytest.raises(KeyError):
        voice.ask(ask(0.0, "session.nonsense", P.GUIDE))
    with pytest.raises(KeyError, match="exercise"):
        voice.ask(ask(0.0, "session.exercise.next", P.GUIDE))
