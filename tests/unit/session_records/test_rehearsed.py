"""A session of a synthetic resident: live events and their lines give the same records."""

from __future__ import annotations

import pytest

from aicoach.adherence import summarise
from aicoach.catalog import load_catalog
from aicoach.observations import HeartRateSample
from aicoach.rehearsal.director import run_scenario
from aicoach.rehearsal.scenario import read_scenario
from aicoach.session_records import SessionKeeper, planned_session, read_event
from aicoach.wire import event_line


@pytest.fixture(scope="module")
def rehearsed(root):
    catalog = load_catalog()
    scenario = read_scenario(root / "tests" / "scenarios" / "coach" / "hard_cap.toml")
    return scenario.plan, run_scenario(scenario, catalog, 8.0)


def test_lines_and_live_events_give_the_same_records_and_every_line_comes_back(rehearsed, make):
    plan, run = rehearsed
    planned = planned_session(plan, load_catalog())
    live, read = SessionKeeper(make.head, planned), SessionKeeper(make.head, planned)
    for sample in run.observations:
        if isinstance(sample, HeartRateSample):
            live.heart_rate(sample)
            read.heart_rate(sample)
    for one in (event for update in run.updates for event in update.events):
        line = event_line(one.t_s, one.cause, one.event)
        back = read_event(line)
        assert event_line(back.t_s, back.cause, back.event) == line
        live.take(one)
        read.take_line(line)
    kept = live.kept()
    assert kept == read.kept()
    assert kept.session.why_ended == "STOP-10"
    assert kept.heart_rate.main_s is not None
    assert 0.0 < (kept.heart_rate.in_zone_s or 0.0) < kept.heart_rate.main_s
    (stop,) = [one for one in kept.alerts if one.rule == "STOP-10"]
    assert stop.limit is not None
    assert isinstance(stop.value, float)
    assert stop.value > stop.limit
    assert stop.said
    summary = summarise(kept)
    assert 0.0 < summary.valid_share <= summary.done_share < 0.5
    assert summary.moderate_s > 0.0
    assert summary.zone_asked


def test_what_is_planned_is_what_the_plan_says(rehearsed):
    plan, _ = rehearsed
    planned = planned_session(plan, load_catalog(), session_of_week=1)
    main = [one for one in planned.exercises if one.part == "main"]
    assert [one.exercise for one in main] == [item.exercise for item in plan.items]
    assert [one.field for one in main] == [f"items.{i + 1}" for i in range(len(main))]
    assert main[0].per_set == plan.items[0].duration_s
    assert main[0].met == load_catalog()["marching"].met.value
    assert main[0].eccentric_s is not None
