"""Before the exercise: patience is measured from the moment on at which it began."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from types import SimpleNamespace

import pytest

from aicoach.bench.session import plans
from aicoach.catalog import load_catalog
from aicoach.catalog.session_settings import session_settings
from aicoach.observations import Answer, PoseSeen
from aicoach.session import Session
from aicoach.session.opening import CameraSetup
from aicoach.session.room import Sight
from aicoach.session_events import Noticed

CATALOG = load_catalog()
SETTINGS = session_settings()


@pytest.mark.parametrize("began_s", [0.0, 100.0])
def test_nobody_for_so_long_ends_it_also_when_the_clock_began_at_zero(began_s):
    room = SimpleNamespace(
        settings=SETTINGS, blocks=(), catalog=CATALOG, sight=Sight(), why_ended="",
        clock=lambda t_s: t_s, say=lambda *_, **__: None, notice=lambda *_, **__: None,
        coach=SimpleNamespace(quiet=lambda _: True),
    )  # fmt: skip
    stage = CameraSetup()
    stage.enter(room, began_s)
    patience_s = SETTINGS.camera.give_up_s
    for t_s in (began_s, began_s + 1.0, began_s + patience_s - 0.1):
        stage.seen(room, t_s)
        assert not stage.done(room, t_s)
    stage.seen(room, began_s + patience_s)
    assert stage.done(room, began_s + patience_s)
    assert room.why_ended == "nobody_seen"


@pytest.mark.parametrize("tries", [1, 3])
def test_the_rules_say_how_often_an_answer_may_make_no_sense(tries):
    session = Session(plans()[0], CATALOG, date(2026, 11, 22), demonstration=True)
    how = replace(SETTINGS.pre_check, tries=float(tries))
    session.room.settings = replace(SETTINGS, pre_check=how)
    t_s, first, refused = 0.0, None, 0
    while t_s < 120.0:
        t_s += 0.5
        question = session.step(PoseSeen(t_s=t_s, pose=None)).question
        first = first or question
        if question is not None and question != first:
            break
        if question is not None:
            update = session.step(Answer(t_s=t_s, question=question, value="nonsense"))
            refused += sum(
                isinstance(one.event, Noticed) and one.event.what == "answer_not_usable"
                for one in update.events
            )
    assert question != first
    assert refused == tries
