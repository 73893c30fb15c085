"""The coach as the session sees it."""

from __future__ import annotations

import pytest

from aicoach.coaching import Coach, InBoth
from aicoach.events import Rejection
from aicoach.session_events import AlertLevel, CuePriority

STEP_S = 0.1


class Heard:
    """A coach that is stepped through time; keeps every cue."""

    def __init__(self, **given):
        self.coach = Coach(given.pop("language", "en"), session_number=1, **given)
        self.coach.begin_set(10)
        self.cues = []
        self.t_s = 0.0

    def until(self, t_s):
        while self.t_s < t_s - STEP_S / 2:
            self.cues += self.coach.step(round(self.t_s, 3))
            self.t_s += STEP_S
        return self

    @property
    def said(self):
        return [cue.text for cue in self.cues if cue.spoken]

    @property
    def shown(self):
        return [cue.text for cue in self.cues if not cue.spoken]


@pytest.fixture
def heard():
    return Heard()


def test_the_count_comes_first_and_the_correction_follows_within_a_second(heard, repetition, fault):
    for n in range(1, 4):
        heard.until(4.0 * n)
        heard.coach.repetition(repetition(n, 4.0 * n, *([fault()] if n > 1 else [])))
    heard.until(20.0)
    assert heard.said == ["One", "Two", "Three", "Knees in line with your toes"]
    correction = heard.cues[-1]
    assert 0.0 < correction.t_s - 12.0 <= 1.0
    assert correction.cause == "knees_in"


def test_a_correction_is_praised_when_it_was_followed(heard, repetition, fault):
    for n in range(1, 7):
        heard.until(5.0 * n)
        heard.coach.repetition(repetition(n, 5.0 * n, *([fault()] if n <= 2 else [])))
    heard.until(40.0)
    keys = [cue.key for cue in heard.cues if cue.spoken]
    assert keys.index("coaching.praise.corrected_1") > keys.index("cues.knees_over_toes")


def test_a_repetition_confirmed_late_is_counted_but_not_corrected(heard, repetition, fault):
    heard.until(20.0)
    heard.coach.repetition(repetition(1, 12.0, fault(), counted_s=20.0))
    heard.coach.repetition(repetition(2, 16.0, fault(), counted_s=20.0))
    heard.until(30.0)
    assert heard.said == ["Two"]
    assert heard.shown == ["One"]


def test_a_breach_of_a_safety_rule_speaks_in_mid_movement_and_once(heard, repetition, fault):
    heard.until(10.0)
    breach = fault("drops", severity="safety", cue="sit_down_slowly", end_s=10.0)
    heard.coach.fault(10.0, breach)
    heard.until(12.0)
    heard.coach.repetition(repetition(1, 12.0, breach))
    heard.until(20.0)
    safety = [cue for cue in heard.cues if cue.priority is CuePriority.SAFETY]
    assert [(cue.t_s, cue.cause) for cue in safety] == [(10.0, "drops")]


def test_in_a_slow_repetition_it_is_not_said_again_at_the_end(heard, repetition, fault):
    heard.until(10.0)
    breach = fault("drops", severity="safety", cue="sit_down_slowly", end_s=10.0)
    heard.coach.fault(10.0, breach)
    heard.until(19.0)
    heard.coach.repetition(repetition(1, 19.0, breach, start_s=8.0))
    heard.until(25.0)
    assert [cue.t_s for cue in heard.cues if cue.priority is CuePriority.SAFETY] == [10.0]


def test_a_breach_in_every_quick_repetition_leaves_time_to_follow(heard, repetition, fault):
    for n in range(1, 8):
        heard.until(2.0 * n)
        breach = fault("drops", severity="safety", cue="sit_down_slowly", end_s=2.0 * n)
        heard.coach.repetition(repetition(n, 2.0 * n, breach, start_s=2.0 * n - 1.9))
    heard.until(20.0)
    times = [cue.t_s for cue in heard.cues if cue.priority is CuePriority.SAFETY]
    assert times == [2.0, 8.0, 14.0]


def test_a_safety_rule_judged_at_the_end_speaks_then(heard, repetition, fault):
    heard.until(12.0)
    breach = fault("drops", severity="safety", cue="sit_down_slowly", end_s=12.0)
    heard.coach.repetition(repetition(1, 12.0, breach))
    heard.until(14.0)
    assert heard.said == ["Sit down slowly and softly"]
    assert heard.shown == ["One"]


def test_a_breach_of_safety_is_the_thing_for_next_time(heard, repetition, fault):
    for n in range(1, 6):
        heard.until(5.0 * n)
        drop = fault("drops", severity="safety", cue="sit_down_slowly", end_s=5.0 * n)
        heard.coach.repetition(repetition(n, 5.0 * n, drop))
    praise = heard.coach.end_set(25.0)
    assert praise.fix is not None
    assert praise.fix.key == "coaching.fix.cue"


def test_a_breach_of_safety_that_stops_is_praised(heard, repetition, fault):
    for n in range(1, 4):
        heard.until(5.0 * n)
        drop = [fault("drops", severity="safety", cue="sit_down_slowly", end_s=5.0 * n)]
        heard.coach.repetition(repetition(n, 5.0 * n, *(drop if n == 1 else [])))
    assert "Yes, just like that" in heard.until(20.0).said


def test_an_ordinary_fault_waits_for_the_end_of_the_repetition(heard, fault):
    heard.coach.fault(0.0, fault())
    assert heard.until(5.0).cues == []


def test_in_a_hold_faults_are_corrected_while_it_lasts(heard, fault):
    heard.coach.begin_set(60, mode="hold")
    sag = fault("hips_sag", cue="hips_up_a_little")
    for second in range(1, 61):
        heard.until(float(second))
        heard.coach.holding(float(second), float(second))
        if second in {12, 13, 33}:
            heard.coach.fault(float(second), sag)
    heard.until(70.0)
    corrections = [cue.t_s for cue in heard.cues if cue.priority is CuePriority.MAJOR]
    assert len(corrections) == 2
    assert corrections[1] - corrections[0] >= 20.0
    assert "Twenty seconds" in heard.said
    praise = heard.coach.end_set(70.0)
    assert praise.strength.key == "coaching.strength.held"
    assert praise.fix is not None


def test_safety_silences_the_count(heard, repetition, alert):
    heard.until(8.0)
    heard.coach.alert(alert(t_s=8.0))
    heard.coach.repetition(repetition(1, 8.0))
    heard.until(12.0)
    assert heard.said == ["Please slow down and breathe"]
    assert heard.shown == ["One"]


def test_relief_comes_when_the_last_rung_is_left_and_not_every_minute(heard, alert):
    coach = heard.coach
    coach.alert(alert("HR-HIGH-1", AlertLevel.WARN))
    coach.alert(alert("HR-HIGH-2", AlertLevel.SLOW, t_s=1.0))
    heard.until(10.0)
    coach.alert(alert("HR-HIGH-1", AlertLevel.WARN, t_s=10.0, cleared=True))
    heard.until(20.0)
    assert len(heard.said) == 2
    coach.alert(alert("HR-HIGH-2", AlertLevel.SLOW, t_s=20.0, cleared=True))
    heard.until(30.0)
    assert heard.said[2:] == ["Your heart is calmer, well done"]
    coach.alert(alert("HR-HIGH-1", AlertLevel.WARN, t_s=30.0))
    heard.until(40.0)
    coach.alert(alert("HR-HIGH-1", AlertLevel.WARN, t_s=40.0, cleared=True))
    heard.until(50.0)
    assert heard.said[3:] == ["A little slower, please"]


def test_the_end_of_an_alert_that_was_never_heard_is_not_celebrated(heard, alert):
    heard.coach.alert(alert("HR-HIGH-1", AlertLevel.WARN, cleared=True))
    assert heard.until(5.0).cues == []


def test_too_small_a_movement_is_spoken_of_at_the_second_and_never_at_a_limit(heard, rejected):
    for n in range(1, 4):
        heard.until(5.0 * n)
        heard.coach.rejected(5.0 * n, rejected(Rejection.PARTIAL), range_limited=n > 2)
    heard.until(20.0)
    assert heard.said == ["Just a little further"]
    assert heard.shown == [
        "Just a little further", "Just a little further", "That far is right for you",
    ]  # fmt: skip


def test_after_a_set_there_is_one_strength_one_fix_and_the_question(heard, repetition, fault):
    for n in range(1, 11):
        heard.until(5.0 * n)
        heard.coach.repetition(repetition(n, 5.0 * n, *([fault()] if n in {4, 9, 10} else [])))
    heard.coach.end_set(50.0)
    heard.until(80.0)
    assert heard.said[-4:] == [
        "Ten, done",
        "All ten done",
        "For next time: knees in line with your toes",
        "How hard was that? Zero is no effort, ten is all you have.",
    ]


def test_an_answer_takes_the_question_back(heard):
    heard.coach.end_set(0.0)
    heard.until(0.5)
    heard.coach.answered(0.5)
    heard.until(30.0)
    assert not any("How hard" in text for text in heard.said)
    assert heard.said[-1] == "Got it, thank you"


def test_in_a_pause_only_safety_and_guidance_are_heard(heard, repetition, alert):
    heard.coach.mute()
    heard.coach.repetition(repetition(1, 0.0))
    heard.coach.say(0.0, "session.pause.paused")
    heard.until(5.0)
    heard.coach.alert(alert(t_s=5.0))
    heard.until(10.0)
    assert heard.said == ["We pause. Have a rest.", "Please slow down and breathe"]
    heard.coach.unmute()
    heard.coach.repetition(repetition(2, 10.0))
    assert heard.until(12.0).said[-1] == "Two"


def test_the_language_changes_in_mid_session(heard, repetition):
    heard.coach.say(0.0, "session.exercise.next", exercise=InBoth(zh="坐站", en="Sit to stand"))
    heard.coach.language = "zh"
    heard.until(5.0)
    heard.coach.repetition(repetition(1, 5.0))
    heard.until(8.0)
    assert heard.said == ["下一个动作：坐站。", "一"]
    assert heard.coach.language == "zh"


def test_a_session_says_stop_before_alerts_that_do_not_end_it(heard, alert):
    heard.coach.alert(alert(level=AlertLevel.SLOW))
    heard.coach.say(0.0, "session.stop.resident", CuePriority.SAFETY, cause="STOP-7")
    heard.until(10.0)
    assert heard.said[0] == "All right, we stop. Have a rest."


def test_a_countdown_is_said_on_time_or_not_at_all(heard):
    coach = heard.coach
    for n, word in enumerate(("three", "two", "one", "go")):
        heard.until(float(n))
        coach.say(float(n), f"session.countdown.{word}", CuePriority.COUNT)
    heard.until(5.0)
    assert heard.said == ["Three", "Two", "One", "Go"]
    assert [cue.t_s for cue in heard.cues] == [0.0, 1.0, 2.0, 3.0]
    assert coach.quiet(5.0)


def test_a_slower_voice_is_given_more_time():
    lengths = []
    for slower in (False, True):
        heard = Heard(slower=slower)
        heard.coach.say(0.0, "session.how_to_stop")
        heard.until(0.5)
        lengths.append(heard.coach.speaking_until_s)
    assert lengths[1] > lengths[0]


def test_skipping_cuts_off_a_long_sentence(heard):
    heard.coach.say(0.0, "session.how_to_stop")
    heard.until(1.0)
    heard.coach.fall_silent(1.0)
    heard.coach.say(1.0, "session.pause.skip")
    heard.until(4.0)
    assert heard.cues[-1].interrupts
    assert heard.cues[-1].t_s - 1.0 <= 0.5


def test_the_session_ends_with_its_best(heard, repetition):
    for n in range(1, 5):
        heard.until(5.0 * n)
        heard.coach.repetition(repetition(n, 5.0 * n))
    heard.coach.end_set(20.0, ask_effort=False)
    heard.until(60.0)
    heard.coach.session_lines(60.0, completed=0.9)
    heard.until(80.0)
    assert heard.said[-2:] == [
        "You did most of today's plan",
        "Best of all today: your form was very good",
    ]
