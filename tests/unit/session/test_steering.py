"""What may be asked for, what waits, and what is done again."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from aicoach.bench.session import plans
from aicoach.catalog import load_catalog
from aicoach.rehearsal.chance import chance_session
from aicoach.session.closing import Stopped
from aicoach.session.exercise import Countdown, Demonstration, ExerciseSet
from aicoach.session.resting import Rest
from aicoach.session.steering import refusal, rest_before, to_repeat
from aicoach.session_events import AlertLevel

BLOCK, NEXT = (
    SimpleNamespace(exercise="squat", part="main"),
    SimpleNamespace(exercise="marching", part="main"),
)


def room(level=AlertLevel.NONE, *, pausing="", paused_by="", seen=True):
    guard = SimpleNamespace(level=level, pausing=pausing, awaiting_answer=False)
    sight = SimpleNamespace(pose=object() if seen else None)
    return SimpleNamespace(guard=guard, sight=sight, paused_by=paused_by)


@pytest.mark.parametrize("level", [AlertLevel.SLOW, AlertLevel.REST])
@pytest.mark.parametrize("name", ["skip", "repeat", "start"])
@pytest.mark.parametrize("stage", [Demonstration(BLOCK), Countdown(BLOCK), Rest(BLOCK, 30.0)])
def test_no_button_leads_on_while_the_guard_wants_less(level, name, stage):
    assert refusal(room(level), stage, name) == "session.rest.longer"
    assert refusal(room(AlertLevel.WARN), stage, name) == ""


@pytest.mark.parametrize("name", ["stop", "pause", "end", "i_am_ok", "speak_zh"])
def test_slower_and_the_end_are_never_refused(name):
    held = room(AlertLevel.REST, pausing="STOP-8", paused_by="camera", seen=False)
    assert refusal(held, Rest(BLOCK, 30.0), name) == ""


@pytest.mark.parametrize("name", ["resume", "skip", "repeat", "start"])
@pytest.mark.parametrize(
    ("by", "said"),
    [("camera", "session.camera.lost_picture"), ("away", "session.away.come_back")],
)
def test_nobody_goes_on_unseen(name, by, said):
    stage = ExerciseSet(BLOCK, 1)
    assert refusal(room(paused_by=by, seen=False), stage, name) == said
    assert refusal(room(paused_by=by), stage, name) == ""


def test_the_last_questions_may_be_skipped_whatever_the_guard_wants():
    assert refusal(room(AlertLevel.REST), Rest(BLOCK, 0.0, last=True), "skip") == ""


def test_nothing_leads_on_after_a_fall_without_a_word():
    assert refusal(room(), Stopped("STOP-9"), "skip") == "session.are_you_ok.question"
    assert refusal(room(), Stopped("STOP-10"), "skip") == ""


def test_a_set_is_always_counted_in_again():
    last, rest = ExerciseSet(BLOCK, 1), Rest(BLOCK, 30.0)
    again = to_repeat(rest, [last])
    assert [type(one) for one in again] == [Countdown, ExerciseSet, Rest]
    assert again[1:] == [last, rest]
    running = ExerciseSet(NEXT, 2)
    assert [type(one) for one in to_repeat(running, [last])] == [Countdown, ExerciseSet]


def test_what_is_repeated_before_a_set_is_that_exercise_and_not_the_one_before():
    counting = Countdown(NEXT)
    again = to_repeat(counting, [ExerciseSet(BLOCK, 1)])
    assert [one.block for one in again] == [NEXT, NEXT]
    assert isinstance(again[0], Demonstration)
    shown = Demonstration(NEXT)
    assert to_repeat(shown, [ExerciseSet(BLOCK, 1)]) == [shown]


@pytest.mark.parametrize("stage", [Countdown(BLOCK), ExerciseSet(BLOCK, 1)])
def test_nobody_is_counted_in_against_the_guard(stage):
    assert isinstance(rest_before(stage, room(AlertLevel.REST))[0], Rest)
    assert rest_before(stage, room(AlertLevel.SLOW)) == []
    assert rest_before(Demonstration(BLOCK), room(AlertLevel.REST)) == []


def test_the_limits_that_hold_are_those_of_the_exercise_that_is_done(monkeypatch):
    session = chance_session(plans()[0], load_catalog(), 5)
    told = []
    ours = session.room
    ours.guard = SimpleNamespace(
        exercise="squat", begin_exercise=lambda _t, limits, _spec: told.append(limits) or ()
    )
    monkeypatch.setattr(type(ours), "limits_of", lambda _room, exercise: exercise)
    ours.guard_exercise(1.0, "squat", anew=False)
    assert told == []
    ours.ranges_on.add("RANGE-UNSEEN")
    ours.guard_exercise(1.0, "marching", anew=False)
    assert told == ["marching"]
    assert not ours.ranges_on
