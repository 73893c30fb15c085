"""Whatever wants to be said, one voice says it: safety first, never too much, never too late."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from aicoach.coaching import CORRECTIVE, Coach, CueRequest, Spelled, Voice, coaching_settings
from aicoach.events import (
    FormFault,
    PhaseDurations,
    RejectedRepetition,
    Rejection,
    Repetition,
)
from aicoach.session_events import AlertLevel, CuePriority, IntensityAlert

VOICE = coaching_settings().voice
STEP_S = 0.1
EPSILON_S = 1e-6
KEYS = {
    CuePriority.PRAISE: ("coaching.praise.steady_1", "coaching.praise.corrected_1"),
    CuePriority.COUNT: ("coaching.encouragement.last_one", "session.countdown.three"),
    CuePriority.GUIDE: ("session.greeting", "session.set.keep_going", "session.how_to_stop"),
    CuePriority.PACE: ("cues.slow_down",),
    CuePriority.MINOR: ("cues.heels_down", "cues.chest_up"),
    CuePriority.MAJOR: ("cues.knees_over_toes", "cues.heels_down"),
    CuePriority.RANGE_LIMIT: ("cues.that_is_far_enough",),
    CuePriority.SAFETY: ("coaching.alert.stop", "coaching.alert.slow", "session.stop.fall"),
}


@st.composite
def requests(draw):
    """One request at some time of the first two minutes."""
    priority = draw(st.sampled_from(list(CuePriority)))
    return CueRequest(
        t_s=draw(st.integers(0, 1200)) * STEP_S,
        key=draw(st.sampled_from(KEYS[priority])),
        priority=priority,
        side=draw(st.sampled_from(["both", "left", "right"])),
        valid_for_s=draw(st.sampled_from([0.0, 0.5, 1.5, 4.0, 30.0])),
        cause=f"cause {draw(st.integers(0, 10_000))}",
        show_only=draw(st.booleans()) and draw(st.booleans()),
        level=draw(st.sampled_from(list(AlertLevel))),
        subject=draw(st.sampled_from(["", "", "", "camera", "correction"])),
    )


def play(stream, language="en"):
    """The cues of a stream of requests, and the requests still waiting at no time lost."""
    voice = Voice(language)
    ordered = sorted(stream, key=lambda one: one.t_s)
    cues = []
    for step in range(1600):
        t_s = step * STEP_S
        while ordered and ordered[0].t_s <= t_s:
            voice.ask(ordered.pop(0))
        cues += voice.step(t_s)
    return cues


streams = st.lists(requests(), max_size=60)


@settings(max_examples=80)
@given(streams, st.sampled_from(["zh", "en"]))
def test_no_two_voices_overlap(stream, language):
    spoken = [cue for cue in play(stream, language) if cue.spoken]
    for one, following in pairwise(spoken):
        cut = following.t_s < one.until_s - EPSILON_S
        assert cut == following.interrupts
        if cut:
            assert following.priority >= CuePriority.RANGE_LIMIT
            assert following.priority >= one.priority


@settings(max_examples=80)
@given(streams)
def test_never_two_corrections_in_one_gap(stream):
    spoken = [cue for cue in play(stream) if cue.spoken and cue.priority in CORRECTIVE]
    for one, following in pairwise(spoken):
        assert following.t_s - one.until_s >= VOICE.gap_s - EPSILON_S


@settings(max_examples=80)
@given(streams)
def test_the_same_correction_comes_at_most_twice_in_a_set_and_after_its_cool_down(stream):
    times = {}
    for cue in play(stream):
        if cue.spoken and cue.priority in CORRECTIVE:
            times.setdefault(cue.key, []).append(cue.t_s)
    for said in times.values():
        assert len(said) <= VOICE.most_same
        assert all(b - a >= VOICE.repeat_s - EPSILON_S for a, b in pairwise(said))


@settings(max_examples=80)
@given(streams)
def test_every_safety_request_is_the_next_thing_said_and_none_is_lost(stream):
    cues = [cue for cue in play(stream) if cue.spoken]
    asked = [r for r in stream if r.priority is CuePriority.SAFETY and not r.show_only]
    for request in asked:
        answers = [
            cue
            for cue in cues
            if request.cause in cue.cause.split(" + ") and cue.t_s >= request.t_s - EPSILON_S
        ]
        assert answers, request
        said = answers[0]
        between = [c for c in cues if request.t_s - EPSILON_S <= c.t_s < said.t_s]
        assert all(cue.priority is CuePriority.SAFETY for cue in between)
        if not any(c.priority is CuePriority.SAFETY and c.until_s > request.t_s for c in cues
                   if c.t_s < request.t_s) and not between:  # fmt: skip
            assert said.t_s - request.t_s <= STEP_S


@settings(max_examples=80)
@given(streams)
def test_nothing_is_said_before_its_time_or_after_its_validity(stream):
    by_cause = {}
    for request in stream:
        by_cause.setdefault((request.cause, request.key), []).append(request)
    for cue in play(stream):
        if not cue.spoken or cue.priority is CuePriority.SAFETY:
            continue
        candidates = by_cause[(cue.cause, cue.key)]
        assert any(
            one.t_s - EPSILON_S <= cue.t_s
            and (
                cue.t_s <= one.t_s + STEP_S
                if one.priority is CuePriority.COUNT
                else cue.t_s <= one.until_s + EPSILON_S
            )
            for one in candidates
        )


@settings(max_examples=100)
@given(streams)
def test_the_same_requests_give_the_same_cues(stream):
    assert play(stream) == play(stream)


CUES = ("heels_down", "chest_up", "knees_over_toes", "sit_down_slowly")
faults = st.builds(
    lambda cue, severity, side, confidence: (cue, severity, side, confidence),
    st.sampled_from(CUES),
    st.sampled_from(["info", "minor", "minor", "major", "safety"]),
    st.sampled_from(["both", "left", "right"]),
    st.sampled_from([0.3, 0.6, 1.0]),
)
happenings = st.one_of(
    st.tuples(st.just("repetition"), st.lists(faults, max_size=2), st.floats(1.0, 6.0)),
    st.tuples(st.just("rejected"), st.sampled_from(list(Rejection)), st.floats(1.0, 4.0)),
    st.tuples(st.just("alert"), st.sampled_from(list(AlertLevel)), st.floats(0.0, 3.0)),
    st.tuples(st.just("said"), st.sampled_from(KEYS[CuePriority.GUIDE]), st.floats(0.0, 3.0)),
    st.tuples(st.just("language"), st.sampled_from(["zh", "en"]), st.just(0.0)),
    st.tuples(st.just("pause"), st.booleans(), st.floats(0.0, 3.0)),
    st.tuples(st.just("set"), st.sampled_from([None, 3, 8, 12]), st.floats(0.0, 8.0)),
)


def happen(coach, t_s, what, given_with, index):
    if what == "repetition":
        made = tuple(
            FormFault(
                rule=cue,
                severity=severity,
                start_s=t_s - 1.0,
                end_s=t_s,
                value=1.0,
                limit=0.0,
                cue=cue,
                side=side,
                repetition=index,
                confidence=confidence,
            )
            for cue, severity, side, confidence in given_with
        )
        coach.repetition(
            Repetition(
                index=index,
                side="both",
                start_s=t_s - 0.9,
                peak_s=t_s - 0.5,
                end_s=t_s,
                counted_s=t_s,
                phases=PhaseDurations(
                    eccentric_s=0.4, bottom_hold_s=0.0, concentric_s=0.5, top_hold_s=0.0
                ),
                range_left_deg=None,
                range_right_deg=None,
                range_deg=None,
                target_reached=None,
                asymmetry=None,
                peak_speed_deg_s=None,
                score=70 if made else 100,
                faults=made,
            )
        )
    elif what == "rejected":
        moved = RejectedRepetition(
            side="both", start_s=t_s - 1.0, end_s=t_s, reason=given_with, detail=""
        )
        coach.rejected(t_s, moved)
    elif what == "alert":
        coach.alert(
            IntensityAlert(
                t_s=t_s,
                rule=f"HR-{given_with.name}",
                level=given_with,
                cue="none",
                quantity="heart_rate",
                value=140.0,
                limit=120.0,
                unit="bpm",
                author="plan",
            )
        )
    elif what == "said":
        coach.say(t_s, given_with)
    elif what == "language":
        coach.language = given_with
    elif what == "pause":
        (coach.mute if given_with else coach.unmute)()
    else:
        coach.end_set(t_s)
        coach.begin_set(given_with)


@settings(max_examples=1000)
@given(st.lists(happenings, max_size=40), st.sampled_from([None, 1, 4, 9]))
def test_in_a_thousand_sessions_the_coach_keeps_to_one_voice(story, session_number):
    coach = Coach("zh", session_number=session_number)
    coach.begin_set(10)
    t_s, cues, praise_at, alerts, repetitions = 0.0, [], [], [], 0
    for what, given_with, wait_s in story:
        until_s = t_s + wait_s
        while t_s < until_s:
            cues += coach.step(t_s)
            t_s += STEP_S
        repetitions += what == "repetition"
        happen(coach, t_s, what, given_with, repetitions)
        if what == "alert" and given_with >= AlertLevel.WARN:
            heard = sum(cue.spoken for cue in cues)
            alerts.append((heard, f"HR-{given_with.name}"))
        now = coach.step(t_s)
        cues += now
        praise_at += [repetitions for c in now if c.spoken and c.key.startswith("coaching.praise")]
    for _ in range(200):
        t_s += 2 * STEP_S
        cues += coach.step(t_s)
    spoken = [cue for cue in cues if cue.spoken]
    for one, following in pairwise(spoken):
        assert following.interrupts == (following.t_s < one.until_s - EPSILON_S)
    corrective = [cue for cue in spoken if cue.priority in CORRECTIVE]
    assert all(b.t_s - a.until_s >= VOICE.gap_s - EPSILON_S for a, b in pairwise(corrective))
    for heard, rule in alerts:
        following = spoken[heard:]
        said = next(n for n, cue in enumerate(following) if rule in cue.cause.split(" + "))
        assert all(cue.priority is CuePriority.SAFETY for cue in following[:said])
    assert all(b - a >= 3 for a, b in pairwise(praise_at))
    assert all(cue.text and "{" not in cue.text for cue in cues)


@given(st.integers(1, 30), st.sampled_from(["zh", "en"]), st.floats(0.2, 2.0))
def test_a_count_is_said_at_its_repetition_or_only_shown(planned, language, every_s):
    voice = Voice(language)
    busy_until_s = 0.0
    for n in range(1, planned + 1):
        t_s = n * every_s
        number = (("n", Spelled(n)),)
        voice.ask(
            CueRequest(t_s=t_s, key="coaching.count", priority=CuePriority.COUNT, places=number)
        )
        (cue,) = voice.step(t_s)
        assert cue.t_s == t_s
        assert cue.spoken == (t_s >= busy_until_s)
        busy_until_s = cue.until_s if cue.spoken else busy_until_s
        assert voice.step(t_s + 0.1) == ()
