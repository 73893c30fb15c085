"""Real falls are found in time, real graded tests are stopped in time, and nobody else is."""

from __future__ import annotations

import io
import math
from itertools import islice

import pytest
from rich.console import Console

from aicoach.bench.safety import (
    ASKED,
    CAP_BAR_S,
    DELAY_BAR_S,
    FALLS,
    CapTrial,
    Safety,
    Watched,
    cap_trials,
    fifth_second,
    run,
    watch,
)
from aicoach.catalog.loader import load_catalog

CATALOG = load_catalog()
THOROUGH = pytest.mark.thorough


def watched(**changes):
    given = {"source": "falls", "name": "x", "asked": "squat", "down_s": 4.0, "alarms": ()}
    return Watched(**{**given, **changes})


def test_an_alarm_before_the_body_is_down_is_a_false_one_and_the_fall_is_missed():
    early = watched(alarms=(("STOP-9", 3.0),))
    assert early.false_alarms
    assert early.delay_s == math.inf
    assert len(Safety((early,), ()).failures) == 2


@pytest.mark.parametrize(
    ("alarms", "down_s", "failures"),
    [
        ((("STOP-9", 6.0),), 4.0, 0),
        ((), 4.0, 1),
        ((("STOP-9", 9.0),), 4.0, 1),
        ((), None, 0),
        ((("STOP-9", 9.0),), None, 1),
        ((("STOP-7", 9.0), ("STOP-9", 6.0)), 4.0, 1),
    ],
)
def test_every_miss_and_every_false_alarm_is_a_failure(alarms, down_s, failures):
    assert len(Safety((watched(alarms=alarms, down_s=down_s),), ()).failures) == failures


@pytest.mark.parametrize(("stopped_s", "failures"), [(15.0, 0), (20.0, 0), (20.1, 1), (None, 1)])
def test_a_late_stop_is_a_failure(stopped_s, failures):
    trial = CapTrial(name="x", cap_bpm=150.0, fifth_s=15.0, stopped_s=stopped_s)
    assert len(Safety((), (trial,)).failures) == failures


def test_the_fifth_second_is_five_seconds_above_without_a_break():
    rising = [(float(t), 100.0 + t) for t in range(60)]
    assert fifth_second(rising, 120.0) == 25.0
    broken = [(float(t), 99.0 if t % 4 == 0 else 130.0) for t in range(60)]
    assert fifth_second(broken, 120.0) is None
    assert fifth_second([(0.0, 130.0), (2.0, 130.0), (7.0, 110.0)], 120.0) is None


@pytest.mark.parametrize("exercise", ASKED)
@pytest.mark.parametrize("name", FALLS)
def test_a_real_fall_is_asked_about_within_four_seconds(data_dir, name, exercise):
    from aicoach.adapters.recording import read_recording  # noqa: PLC0415 only with the data

    alarms = watch(read_recording(data_dir / "idle" / f"{name}.npz"), exercise, CATALOG)
    (asked,) = alarms
    assert asked[0] == "STOP-9"
    assert 1.5 <= asked[1] - FALLS[name] <= DELAY_BAR_S


@pytest.mark.parametrize(("first", "least"), [(15, 12), pytest.param(None, 60, marks=THOROUGH)])
def test_every_cap_within_a_real_graded_test_is_obeyed_in_time(data_dir, first, least):
    trials = islice(cap_trials(data_dir / "heart-rate"), first)
    passed = [trial for trial in trials if trial.fifth_s is not None]
    assert len(passed) >= least
    assert all(math.isfinite(trial.late_s) and trial.late_s <= CAP_BAR_S for trial in passed)


def test_the_tables_name_bars_and_failures(data_dir):
    out = io.StringIO()
    safety = run(data_dir, only="idle_tug_d0", console=Console(file=out, width=200))
    assert not safety.failures
    assert {w.source for w in safety.watched} == {"idle"}
    assert "false alarms" in out.getvalue()
