"""A session as a whole: what a scenario cannot say in a line."""

from __future__ import annotations

from datetime import date

import pytest

from aicoach.bench.session import plans
from aicoach.catalog import load_catalog
from aicoach.observations import Answer, Command, HeartRateSample, PoseSeen, SourceEnded
from aicoach.rehearsal.chance import chance_session
from aicoach.session import Session
from aicoach.session_events import CommandGiven, Noticed, Paused, Resumed, Screen, SessionEnded
from aicoach.synth.signs import hand_on_head

CATALOG = load_catalog()
PLANS = plans()


@pytest.fixture
def session():
    return chance_session(PLANS[0], CATALOG, 5)


def events(update, kind):
    return [one.event for one in update.events if isinstance(one.event, kind)]


def run_until_ended(session, t_s):
    for i in range(300):
        update = session.step(PoseSeen(t_s=t_s + i, pose=None))
        if session.ended:
            return update
    raise AssertionError("the session does not end")


def test_before_the_first_observation_nothing_has_happened(session):
    assert not session.ended
    assert session.room.guard is None


def test_the_first_observation_opens_it_and_the_first_word_is_a_greeting(session):
    update = session.step(PoseSeen(t_s=3.0, pose=None))
    assert update.screen is Screen.CHECK_IN
    assert [cue.key for cue in update.cues] == ["session.greeting"]


def test_nothing_happens_after_the_end(session):
    session.step(PoseSeen(t_s=0.0, pose=None))
    session.step(Command(t_s=1.0, name="stop"))
    last = run_until_ended(session, 2.0)
    assert last.ended
    later = session.step(HeartRateSample(t_s=last.t_s + 1.0, bpm=250.0))
    assert later.events == ()
    assert later.cues == ()
    assert later.screen is Screen.ENDED


def test_finish_closes_it_once(session):
    session.step(PoseSeen(t_s=0.0, pose=None))
    first = session.finish(5.0)
    assert [one.why for one in events(first, SessionEnded)] == ["picture_ended"]
    assert events(session.finish(6.0), SessionEnded) == []


def test_the_end_is_the_last_event_also_when_something_is_said_with_it(session):
    session.step(PoseSeen(t_s=0.0, pose=None))
    update = session.finish(0.5)
    assert isinstance(update.events[-1].event, SessionEnded)


def test_a_session_that_never_saw_anything_can_be_finished(session):
    assert session.finish(0.0).ended


def test_an_observation_of_the_past_is_taken_as_of_now(session):
    session.step(PoseSeen(t_s=10.0, pose=None))
    update = session.step(Command(t_s=2.0, name="pause"))
    assert update.t_s == 10.0
    assert events(update, CommandGiven)
    assert update.screen is Screen.PAUSED


def test_a_frame_of_the_past_is_noted(session):
    session.step(PoseSeen(t_s=10.0, pose=None))
    told = events(session.step(PoseSeen(t_s=9.0, pose=None)), Noticed)
    assert [one.what for one in told] == ["frame_out_of_order"]


def test_a_camera_that_ends_makes_everything_wait(session):
    session.step(PoseSeen(t_s=0.0, pose=None))
    update = session.step(SourceEnded(t_s=1.0, reason="broken", detail="unplugged"))
    assert update.screen is Screen.PAUSED
    assert [one.detail for one in events(update, Noticed)] == ["unplugged"]


def test_an_answer_to_what_nobody_asked_is_kept_and_harms_nothing(session):
    session.step(PoseSeen(t_s=0.0, pose=None))
    session.step(Answer(t_s=1.0, question="favourite_colour", value="blue"))
    assert session.room.answers["favourite_colour"] == "blue"


def test_the_language_may_change_in_the_middle(session):
    session.step(PoseSeen(t_s=0.0, pose=None))
    for name, language in (("speak_en", "en"), ("speak_zh", "zh")):
        session.step(Command(t_s=1.0, name=name))
        assert session.room.coach.language == language


def test_without_an_enrolment_nobody_exercises():
    session = Session(PLANS[0], CATALOG, date(2026, 11, 22), demonstration=True, language="en")
    t_s = 0.0
    update = session.step(PoseSeen(t_s=t_s, pose=None))
    while not session.ended and t_s < 600.0:
        t_s += 0.5
        update = session.step(
            Answer(t_s=t_s, question=update.question, value=False)
            if update.question is not None
            else PoseSeen(t_s=t_s, pose=None)
        )
    assert session.ended
    assert session.room.guard is None
    assert session.room.why_ended in ("refer", "block")


def shows_a_hand_on_the_head(session, from_s):
    """Feed the sign and what follows; the pauses and resumptions, with who asked."""
    found = []
    for t_s, pose in hand_on_head("crown", fps=10.0).poses():
        update = session.step(PoseSeen(t_s=from_s + t_s, pose=pose))
        found += events(update, (CommandGiven, Paused, Resumed))
    return found


def test_a_hand_on_the_head_pauses_and_the_same_again_goes_on(session):
    first = shows_a_hand_on_the_head(session, 1.0)
    assert first == [CommandGiven(name="pause", by="gesture"), Paused(by="gesture")]
    assert session.room.paused_by == "gesture"
    second = shows_a_hand_on_the_head(session, 12.0)
    assert second == [CommandGiven(name="resume", by="gesture"), Resumed(by="gesture")]


def test_a_pause_by_a_button_ends_by_a_hand_on_the_head(session):
    session.step(Command(t_s=0.5, name="pause"))
    assert Resumed(by="gesture") in shows_a_hand_on_the_head(session, 1.0)


def test_a_hand_on_the_head_does_not_go_on_while_the_camera_has_no_picture(session):
    session.step(SourceEnded(t_s=0.5, reason="error"))
    assert CommandGiven(name="resume", by="gesture") not in shows_a_hand_on_the_head(session, 0.6)


def test_the_greeting_says_how_to_pause(session):
    said = [
        cue.key
        for second in range(1, 30)
        for cue in session.step(PoseSeen(t_s=float(second), pose=None)).cues
    ]
    assert "session.how_to_pause" in said
