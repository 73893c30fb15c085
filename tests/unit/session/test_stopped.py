"""After a stop: what is asked, what is advised, and when nobody answers."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from aicoach.catalog.session_settings import session_settings
from aicoach.observations import Answer
from aicoach.session.closing import Stopped


def room(**answers):
    said, asked = [], []
    return SimpleNamespace(
        answers=answers, emergency=False, left_silent=False, said=said, asked=asked, guard=None,
        settings=session_settings(), clock=lambda t_s: t_s,
        say=lambda _t_s, key, *_more, **_rest: said.append(key),
        ask=lambda _t_s, question, *_more: asked.append(question),
        wait_for_answer=lambda _t_s: False,
        coach=SimpleNamespace(quiet=lambda _t_s: True, speaking_until_s=0.0),
    )  # fmt: skip


def test_a_symptom_that_stopped_it_is_advised_on_and_not_asked_again():
    here, stopped = room(symptom="chest_pain"), Stopped("STOP-1")
    stopped.enter(here, 0.0)
    assert "screening.symptom.chest_pain.more" in here.said
    assert here.asked == []
    assert stopped.emergency
    assert here.emergency


def test_a_cramp_of_before_is_no_reason_for_the_stop_of_now():
    here, stopped = room(symptom="leg_cramp"), Stopped("STOP-10")
    stopped.enter(here, 0.0)
    assert here.asked == ["symptom"]
    assert not any("leg_cramp" in key for key in here.said)


@pytest.mark.parametrize("value", ["none", False])
def test_who_feels_nothing_is_let_go_on(value):
    here, stopped = room(), Stopped("STOP-7")
    stopped.enter(here, 0.0)
    stopped.answered(here, Answer(t_s=1.0, question="symptom", value=value))
    assert "session.are_you_ok.glad" in here.said
    assert stopped.done(here, 10.0)


def test_an_emergency_stays_until_the_resident_is_well_or_a_minute_is_over():
    here, stopped = room(symptom="dizziness"), Stopped("STOP-2")
    stopped.enter(here, 0.0)
    assert not stopped.done(here, 59.0)
    assert stopped.done(here, 61.0)
    again = Stopped("STOP-2")
    again.enter(here, 0.0)
    again.said_well(here, 5.0)
    assert again.done(here, 10.0)


def test_who_fell_is_called_for_until_a_word_or_the_end_of_three_minutes():
    here, stopped = room(), Stopped("STOP-9")
    stopped.enter(here, 0.0)
    assert stopped.waits_for_word(here)
    assert not any(stopped.done(here, float(t_s)) for t_s in range(179))
    assert here.said.count("alerts.stop_9_silent") >= 3
    assert here.said.count("session.are_you_ok.again") >= 3
    assert stopped.done(here, 181.0)
    assert here.left_silent


def test_a_word_ends_the_calling():
    here, stopped = room(), Stopped("STOP-9")
    stopped.enter(here, 0.0)
    stopped.answered(here, Answer(t_s=30.0, question="are_you_ok", value=True))
    assert not stopped.waits_for_word(here)
    assert not stopped.emergency
    assert stopped.done(here, 40.0)
    assert not here.left_silent
