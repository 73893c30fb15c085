"""A screen that lists the day's questions may answer them before they are asked."""

from __future__ import annotations

from datetime import date

import pytest

from aicoach.bench.session import plans
from aicoach.catalog import load_catalog
from aicoach.observations import Answer, Command, PoseSeen
from aicoach.session import Session, SessionUpdate
from aicoach.session.room import Controls
from aicoach.session_events import Asked, Cue, Screen, Screened


def at_the_questions(controls: Controls) -> tuple[Session, SessionUpdate]:
    session = Session(
        plans()[0], load_catalog(), date(2026, 3, 2), controls=controls, demonstration=True
    )
    update = session.step(Command(t_s=0.1, name="start"))
    for fifth in range(1, 300):
        update = session.step(PoseSeen(t_s=fifth / 5.0, pose=None))
        if update.question is not None:
            return session, update
    raise AssertionError("nothing was asked")


def test_questions_that_a_well_person_denies_are_listed() -> None:
    _session, update = at_the_questions("screen")
    assert update.screen is Screen.PRE_CHECK
    assert {"unwell", "chest_breath", "dizzy_weak", "pain"} <= set(update.ahead)
    assert update.question in update.ahead
    assert not {"systolic_mmhg", "glucose_mmol"} & set(update.ahead), "a number is measured"


@pytest.mark.parametrize(
    ("controls", "key"),
    [("screen", "session.pre_check.list"), ("keys", "screening.ask.unwell")],
)
def test_the_list_is_announced_where_there_is_one(controls: Controls, key: str) -> None:
    session, update = at_the_questions(controls)
    said = []
    for _fifth in range(50):
        update = session.step(PoseSeen(t_s=update.t_s + 0.2, pose=None))
        said += [one.event.key for one in update.events if isinstance(one.event, Cue)]
    assert said[0] == key


def test_answers_given_ahead_are_not_asked_for_again() -> None:
    session, update = at_the_questions("screen")
    current, t_s = update.question, update.t_s
    asked: list[str] = []
    screened: list[Screened] = []
    ahead = [one for one in update.ahead if one != current]
    for question in (*ahead, current):
        value = 0 if question == "pain" else False
        update = session.step(Answer(t_s=t_s, question=str(question), value=value))
        asked += [one.event.question for one in update.events if isinstance(one.event, Asked)]
    for fifth in range(1, 100):
        update = session.step(PoseSeen(t_s=t_s + fifth / 5.0, pose=None))
        asked += [one.event.question for one in update.events if isinstance(one.event, Asked)]
        screened += [one.event for one in update.events if isinstance(one.event, Screened)]
    assert not {*ahead, current} & set(asked)
    assert screened or asked, "what is left is asked, or the day is decided"
    assert not {*ahead, current} & set(screened[0].unanswered if screened else ())
    assert update.ahead == ()
