"""Whatever reaches a session in whatever order, its laws hold and it can be replayed."""

from __future__ import annotations

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aicoach.bench.session import chance_breaches, plans
from aicoach.catalog import load_catalog
from aicoach.observations import (
    Answer,
    Command,
    HeartRateLink,
    HeartRateSample,
    PoseSeen,
    SourceEnded,
)
from aicoach.rehearsal.chance import chance_session
from aicoach.rehearsal.laws import breaches
from aicoach.session_events import Screen

CATALOG = load_catalog()
PLANS = plans()
SESSIONS = 240
SOME = 60
"""`make test` runs these; `make thorough` and `aicoach bench session` run more."""
CHUNK = 20
"""More of them: ``aicoach bench session`` runs a thousand."""


@pytest.mark.parametrize(
    "first",
    [
        pytest.param(first, marks=() if first < SOME else pytest.mark.thorough)
        for first in range(0, SESSIONS, CHUNK)
    ],
)
def test_the_laws_hold_in_sessions_by_chance(first):
    assert chance_breaches(CATALOG, PLANS, range(first, first + CHUNK)) == []


times = st.one_of(
    st.floats(-10.0, 400.0), st.sampled_from([0.0, -1e9, 1e6, math.nan, math.inf, -math.inf])
)
values = st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=8))
observations = st.one_of(
    st.builds(
        PoseSeen,
        t_s=times,
        pose=st.none(),
        people=st.one_of(st.none(), st.integers(0, 5)),
        brightness=st.one_of(st.none(), st.floats(0.0, 1.0)),
    ),
    st.builds(
        HeartRateSample,
        t_s=times,
        bpm=st.one_of(st.none(), st.floats()),
        contact=st.one_of(st.none(), st.booleans()),
    ),
    st.builds(
        HeartRateLink,
        t_s=times,
        state=st.sampled_from(["connecting", "connected", "lost", "absent"]),
    ),
    st.builds(
        Answer,
        t_s=times,
        question=st.sampled_from(["effort", "pain", "talk", "symptom", "unwell", "x", ""]),
        value=values,
    ),
    st.builds(
        Command,
        t_s=times,
        name=st.sampled_from(["start", "stop", "pause", "resume", "skip", "repeat", "end",
                              "i_am_ok", "speak_zh", "speak_en"]),
    ),
    st.builds(SourceEnded, t_s=times, reason=st.sampled_from(["end", "broken"])),
)  # fmt: skip


@settings(max_examples=60)
@given(st.lists(observations, max_size=40), st.integers(0, len(PLANS) - 1))
def test_no_order_of_observations_raises_or_turns_time_back(stream, which):
    session = chance_session(PLANS[which], CATALOG, 5)
    updates = [session.step(one) for one in stream]
    last_s = -math.inf
    for update in updates:
        assert not math.isnan(update.t_s)
        assert update.t_s >= last_s
        last_s = update.t_s


@settings(max_examples=30)
@given(st.integers(0, 400), st.integers(0, len(PLANS) - 1))
def test_after_stop_every_session_ends_whenever_it_is_said(when, which):
    session = chance_session(PLANS[which], CATALOG, 5)
    updates = [session.step(PoseSeen(t_s=i * 1.0, pose=None)) for i in range(when)]
    updates.append(session.step(Command(t_s=float(when), name="stop", by="voice")))
    for i in range(1, 200):
        if session.ended:
            break
        updates.append(session.step(PoseSeen(t_s=when + i * 1.0, pose=None)))
    assert session.ended
    assert updates[-1].screen is Screen.ENDED
    assert breaches(updates) == []
