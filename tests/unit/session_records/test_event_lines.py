from __future__ import annotations

import math

import pytest

from aicoach.events import PhaseChange
from aicoach.session_events import (
    AlertLevel,
    Cue,
    CuePriority,
    Input,
    IntensityAlert,
    Screen,
    ScreenChanged,
)
from aicoach.session_records import UnknownEventError, read_event
from aicoach.wire import WireError, event_line

ALERT = IntensityAlert(
    t_s=4.5, rule="STOP-10", level=AlertLevel.STOP, cue="alerts.stop_10", quantity="heart_rate",
    value=172.0, limit=158.0, unit="bpm", author="dr-7", ends="session", notify_staff=True,
    inputs=(Input(name="newest", value=172.0), Input(name="seen", value=None)),
)  # fmt: skip
CUE = Cue(
    t_s=1.0, key="k", text="慢一点", language="zh", priority=CuePriority.PACE, until_s=2.0,
    cause="TEMPO",
)  # fmt: skip


@pytest.mark.parametrize(
    "event",
    [
        ALERT,
        CUE,
        ScreenChanged(screen=Screen.REST, exercise=None),
        PhaseChange(t_s=1.0, phase="eccentric"),
    ],
)
def test_an_event_comes_back_as_it_went(event):
    back = read_event(event_line(5.0, "TEMPO", event))
    assert (back.t_s, back.cause, back.event) == (5.0, "TEMPO", event)


def test_the_unmeasured_comes_back_as_not_a_number(make):
    line = event_line(1.0, "x", make.fault(value=math.nan))
    back = read_event(line)
    assert math.isnan(back.event.value)
    assert event_line(1.0, "x", back.event) == line


def test_every_kind_of_a_set_comes_back_as_it_went(make):
    seen = [make.repetition(1, 10.0, faults=(make.fault(),)), make.hold(20.0, 25.0)]
    for one in [*make.a_set(10.0, 40.0, seen), make.the_end(50.0)]:
        assert read_event(event_line(one.t_s, one.cause, one.event)) == one


def test_what_a_newer_program_added_to_an_event_is_left_out():
    line = event_line(5.0, "x", ALERT)
    assert read_event(line[:-1] + ', "colour": "red"}').event == ALERT


def test_an_unknown_kind_says_which():
    with pytest.raises(UnknownEventError, match="Levitation") as caught:
        read_event('{"type": "Levitation", "t_s": 1.0}')
    assert caught.value.kind == "Levitation"


@pytest.mark.parametrize(
    ("line", "field"),
    [
        ("{", "line"),
        ("[]", "line"),
        ('{"t_s": 1.0}', "type"),
        ('{"type": "Paused", "by": "x"}', "t_s"),
        ('{"type": "Paused", "t_s": true, "by": "x"}', "t_s"),
        ('{"type": "Paused", "t_s": 1.0}', "by"),
        ('{"type": "ScreenChanged", "t_s": 1.0, "screen": "moon"}', "screen"),
        ('{"type": "Screened", "t_s": 1.0, "outcome": "o", "rules": 3}', "rules"),
        ('{"type": "Paused", "t_s": 1.0, "by": 3}', "by"),
        ('{"type": "StaffNotified", "t_s": 1.0, "why": null}', "why"),
        ('{"type": "Hold", "t_s": 1.0, "start_s": "x", "end_s": 1.0}', "start_s"),
        ('{"type": "Hold", "t_s": 1.0, "start_s": true, "end_s": 1.0}', "start_s"),
        ('{"type": "IntensityAlert", "t_s": 1.0, "at_s": 1.0, "rule": "r", "level": 7}', "level"),
    ],
)
def test_a_broken_line_names_its_field(line, field):
    with pytest.raises(WireError) as caught:
        read_event(line)
    assert caught.value.field == field
