"""The laws of a session find what breaks them."""

from __future__ import annotations

from types import SimpleNamespace

from aicoach.rehearsal import laws
from aicoach.session import SessionEvent
from aicoach.session_events import (
    AlertLevel,
    Cue,
    CuePriority,
    IntensityAlert,
    LimitInForce,
    Screen,
    SessionEnded,
    SetBegan,
)


def cue(t_s, until_s, priority=CuePriority.GUIDE, **more):
    told = {"key": "session.greeting", "text": "x", "language": "en"}
    return Cue(t_s=t_s, until_s=until_s, priority=priority, **{**told, **more})


def alert(t_s, rule="STOP-10", level=AlertLevel.STOP, **more):
    return IntensityAlert(
        t_s=t_s, rule=rule, level=level, cue="alerts.stop_10", quantity="heart_rate", value=1.0,
        limit=1.0, unit="bpm", author="x", **more,
    )  # fmt: skip


def update(t_s, *events, screen=Screen.REST):
    found = tuple(SessionEvent(t_s=t_s, cause="test", event=event) for event in events)
    cues = tuple(event for event in events if isinstance(event, Cue))
    return SimpleNamespace(t_s=t_s, events=found, cues=cues, screen=screen)


def ended():
    return SessionEnded(
        why="complete", completed=1.0, lasted_s=1.0, coverage=None, met_minutes_low=0.0,
        met_minutes_high=0.0, highest_bpm=None, notes=(),
    )  # fmt: skip


def began():
    return SetBegan(part="main", exercise="squat", number=1, of=1, mode="reps", planned=5.0)


def test_safety_that_is_not_said_in_its_step_is_found():
    assert list(laws.safety_is_spoken_next([update(1.0, alert(1.0)), update(2.0)]))


def test_something_else_said_before_safety_is_found():
    found = list(laws.safety_is_spoken_next([update(1.0, alert(1.0), cue(1.0, 2.0))]))
    assert found == ["1.00 s: 'session.greeting' is said before STOP-10"]


def test_safety_said_at_once_is_fine_and_a_lesser_one_may_follow():
    safety = CuePriority.SAFETY
    first = update(
        1.0, alert(1.0), alert(1.0, "HR-LOST", AlertLevel.WARN),
        cue(1.0, 3.0, safety, cause="STOP-10"),
    )  # fmt: skip
    second = update(3.0, cue(3.0, 4.0, safety, cause="HR-LOST"))
    assert list(laws.safety_is_spoken_next([first, update(2.0), second])) == []


def test_two_voices_are_found():
    overlap = [update(1.0, cue(1.0, 3.0)), update(2.0, cue(2.0, 4.0))]
    assert list(laws.one_voice(overlap))
    assert list(laws.one_voice([update(1.0, cue(1.0, 2.0), cue(1.0, 2.0))]))
    cut = [update(1.0, cue(1.0, 3.0)), update(2.0, cue(2.0, 4.0, interrupts=True))]
    assert list(laws.one_voice(cut)) == []


def test_two_corrections_in_a_gap_are_found():
    minor = CuePriority.MINOR
    soon = [update(t, cue(t, t + 1.0, minor)) for t in (1.0, 6.0)]
    late = [update(t, cue(t, t + 1.0, minor)) for t in (1.0, 9.5)]
    assert list(laws.one_correction_per_gap(soon))
    assert list(laws.one_correction_per_gap(late)) == []


def test_what_comes_after_the_end_is_found():
    assert list(laws.nothing_after_the_end([update(1.0, ended(), cue(1.0, 2.0))]))
    assert list(laws.nothing_after_the_end([update(1.0)]))
    assert list(laws.nothing_after_the_end([update(1.0, cue(1.0, 2.0), ended())])) == []
    assert list(laws.nothing_after_the_end([update(2.0), update(1.0, ended())]))


def test_a_set_without_limits_or_left_open_is_found():
    limit = LimitInForce(
        what="pain", exercise=None, value=4.0, unit="points", author="x", source="x"
    )
    assert list(laws.never_without_limits([update(1.0, began())]))
    assert list(laws.never_without_limits([update(1.0, limit, began())])) == []
    assert list(laws.sets_are_closed([update(1.0, began(), ended())]))


def test_going_on_after_a_stop_is_found():
    stop = update(1.0, alert(1.0, ends="session"), screen=Screen.STOPPED)
    assert list(laws.stops_stop([stop, update(2.0, screen=Screen.EXERCISE_SET)]))
    assert list(laws.stops_stop([stop, update(2.0, screen=Screen.SUMMARY)])) == []
