"""The laws of adherence hold for believable residents too, whoever they are."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aicoach.adherence import (
    PlanInForce,
    SessionSummary,
    adherence_of,
    course_of_plans,
    summarise,
    total,
    weeks_until,
)
from aicoach.catalog import load_catalog
from aicoach.demo_site import Order, made_resident
from aicoach.observations import HeartRateSample
from aicoach.prescription import parse_prescription
from aicoach.records import KeptSession
from aicoach.session import SessionEvent
from aicoach.session_events import SessionEnded
from aicoach.session_records import SessionKeeper, interrupted

UNTIL = date(2026, 11, 20)
ORDER = Order(seed=5, residents=40, weeks=4, until=UNTIL, recorded_by="", driver="sqlite")
WEEKS = weeks_until(UNTIL, 28)
CAP = 1.2
RESIDENTS = st.integers(0, 7)
fewer = settings(max_examples=25)


@cache
def lived(k: int) -> tuple[tuple[KeptSession, ...], tuple[PlanInForce, ...]]:
    """Every session of a resident as it is kept, and what was prescribed."""
    made = made_resident(ORDER, 5 * k)
    kept = []
    for one in made.sessions():
        keeper = SessionKeeper(one.head, one.planned)
        for said in one.happened:
            take(keeper, said)
        last = one.head.at(max(said.t_s for said in one.happened))
        kept.append(interrupted(keeper.kept(), last))
    plans = [parse_prescription(json.dumps(one.document), "p.json") for one in made.plans]
    return tuple(kept), course_of_plans(plans, load_catalog())


def take(keeper: SessionKeeper, said: SessionEvent | HeartRateSample) -> None:
    if isinstance(said, SessionEvent):
        keeper.take(said)
    else:
        keeper.heart_rate(said)


def summed(k: int) -> tuple[list[SessionSummary], tuple[PlanInForce, ...]]:
    kept, course = lived(k)
    return [summarise(one) for one in kept], course


def credited(
    summaries: list[SessionSummary], course: tuple[PlanInForce, ...]
) -> Iterator[tuple[str, float]]:
    found = adherence_of(summaries, course, WEEKS, UNTIL)
    for name in ("sessions", "volume", "intensity", "quality", "tempo", "range"):
        yield name, getattr(found, name).credited or 0.0
    yield "index", 0.0 if found.index is None else found.index.low


@fewer
@given(RESIDENTS)
def test_four_weeks_are_the_sum_of_each(k: int) -> None:
    summaries, course = summed(k)
    whole = adherence_of(summaries, course, WEEKS, UNTIL).tally
    parts = [adherence_of(summaries, course, (week,), UNTIL).tally for week in WEEKS]
    assert total(parts) == whole


@fewer
@given(RESIDENTS)
def test_nothing_exceeds_its_cap(k: int) -> None:
    summaries, course = summed(k)
    for weeks in (*((week,) for week in WEEKS), WEEKS):
        found = adherence_of(summaries, course, weeks, UNTIL)
        for one in (found.sessions, found.intensity, found.quality, found.tempo, found.range):
            assert one.credited is None or 0.0 <= one.credited <= 1.0
            assert one.coverage is None or 0.0 <= one.coverage <= 1.0
        assert found.volume.credited is None or 0.0 <= found.volume.credited <= CAP
        if found.index is not None:
            assert 0.0 <= found.index.low <= found.index.high <= 1.0 + 1e-9


@fewer
@given(RESIDENTS, st.data())
def test_a_session_that_is_lost_never_raises_sessions_or_volume(
    k: int, data: st.DataObject
) -> None:
    summaries, course = summed(k)
    if not summaries:
        return
    lost = data.draw(st.integers(0, len(summaries) - 1))
    before = dict(credited(summaries, course))
    after = dict(credited(summaries[:lost] + summaries[lost + 1 :], course))
    assert after["sessions"] <= before["sessions"] + 1e-9
    assert after["volume"] <= before["volume"] + 1e-9


@fewer
@given(RESIDENTS, st.floats(0.0, 1.0))
def test_less_heart_rate_never_raises_anything(k: int, share: float) -> None:
    summaries, course = summed(k)
    dim = [
        one
        if one.measured_s is None
        else replace(
            one,
            measured_s=one.measured_s * share,
            in_zone_s=None if one.in_zone_s is None or share == 0.0 else one.in_zone_s * share,
        )
        for one in summaries
    ]
    before, after = dict(credited(summaries, course)), dict(credited(dim, course))
    for name, value in after.items():
        assert value <= before[name] + 1e-9, name


@settings(max_examples=10)
@given(RESIDENTS, st.data())
def test_a_repetition_nobody_could_judge_never_raises_anything(k: int, data: st.DataObject) -> None:
    kept, course = lived(k)
    whole = [i for i, one in enumerate(kept) if one.repetitions]
    if not whole:
        return
    nth = data.draw(st.sampled_from(whole))
    blind = tuple(
        replace(one, valid=None, score=None, target_reached=None, range_deg=None)
        for one in kept[nth].repetitions
    )
    unseen = tuple(replace(one, valid=None) for one in kept[nth].sets)
    changed = [
        replace(one, repetitions=blind, sets=unseen, faults=()) if i == nth else one
        for i, one in enumerate(kept)
    ]
    before = dict(credited([summarise(one) for one in kept], course))
    after = dict(credited([summarise(one) for one in changed], course))
    for name in ("sessions", "volume", "quality", "range"):
        assert after[name] <= before[name] + 1e-9, name


def test_sessions_of_the_site_end_as_sessions_do() -> None:
    ends = [
        said.event
        for one in made_resident(ORDER, 0).sessions()
        for said in one.happened
        if isinstance(said, SessionEvent) and isinstance(said.event, SessionEnded)
    ]
    assert ends
    assert all(0.0 <= one.completed <= 1.0 for one in ends)
    assert all(one.in_zone_s <= one.main_s + 1e-6 for one in ends)
    assert sum(one.met_minutes_low for one in ends) == pytest.approx(
        sum(one.met_minutes_high for one in ends) * 0.85 / 1.15, rel=1e-2
    )
