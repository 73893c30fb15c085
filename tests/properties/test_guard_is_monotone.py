"""A higher heart rate, more pain, more effort never lowers the alert: at any moment."""

from __future__ import annotations

import math

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from aicoach.intensity.guard import IntensityGuard
from aicoach.limits import EffortLimits, HeartRateLimits, Limit, SessionLimits
from aicoach.observations import Answer, HeartRateSample


def limit(value: float) -> Limit:
    return Limit(value=value, unit="bpm", author="dr-lin", source="plan")


def session(*, cap: float | None, required: bool) -> SessionLimits:
    return SessionLimits(
        heart_rate=HeartRateLimits(
            method="hrr",
            lower=limit(105.0),
            upper=limit(120.0),
            hard_cap=None if cap is None else limit(cap),
            rest_bpm=70.0,
            max_bpm=160.0,
            required=required,
        ),
        effort=EffortLimits(
            rpe_lower=None,
            rpe_upper=limit(5.0),
            rpe_stop=limit(8.0),
            pain_stop=limit(5.0),
            talk="moderate",
        ),
        exercises=(),
        longest_s=None,
        medical=True,
        beta_blocker="no",
    )


GAPS_S = st.sampled_from([0.25, 0.5, 1.0, 1.0, 1.0, 1.0, 2.0, 3.5, 6.0, 11.0, 40.0])
RATES = st.one_of(
    st.floats(30.0, 260.0),
    st.sampled_from([90.0, 100.0, 116.9, 119.0, 120.0, 121.0, 125.1, 131.0, 145.0, 150.0, 230.0]),
)
RISES = st.one_of(st.just(0.0), st.floats(0.0, 4.0), st.floats(0.0, 120.0))


@st.composite
def pair_of_traces(draw):
    """Stretches of constant rates, as two traces of which one is nowhere lower."""
    stretches = draw(
        st.lists(
            st.tuples(st.integers(1, 40), RATES, RISES, GAPS_S, st.integers(0, 10)),
            min_size=1,
            max_size=14,
        )
    )
    t_s, steps = 0.0, []
    for length, bpm, rise, gap_s, effort in stretches:
        for i in range(length):
            t_s += gap_s
            steps.append((t_s, bpm, bpm + rise, effort if i == length // 2 else None))
    return steps


def levels(limits, steps, which):
    guard = IntensityGuard(limits)
    guard.begin_main(0.0)
    out = []
    for t_s, low, high, effort in steps:
        guard.heart_rate(HeartRateSample(t_s=t_s, bpm=high if which else low))
        out.append(guard.level)
        if effort is not None:
            guard.answered(Answer(t_s=t_s, question="effort", value=effort))
            out.append(guard.level)
        guard.tick(t_s + 0.2)
        out.append(guard.level)
    return out


REST_AGAIN = [
    *[(float(t), 132.0, 132.0, None) for t in range(1, 30)],
    *[(float(t), 90.0, 133.0, 2 if t == 95 else None) for t in range(30, 130)],
    *[(float(t), 132.0, 132.0, None) for t in range(130, 170)],
]
"""Rests twice, against somebody who never leaves the first rest."""


@settings(max_examples=250)
@given(steps=pair_of_traces(), cap=st.sampled_from([None, 135.0, 150.0]), required=st.booleans())
@example(steps=REST_AGAIN, cap=None, required=False)
def test_a_higher_heart_rate_never_lowers_the_alert(steps, cap, required):
    limits = session(cap=cap, required=required)
    lower, higher = levels(limits, steps, 0), levels(limits, steps, 1)
    assert all(one <= other for one, other in zip(lower, higher, strict=True))


@settings(max_examples=100)
@given(
    steps=st.lists(
        st.tuples(st.integers(0, 10), st.integers(0, 10), st.sampled_from([100.0, 118.0, 135.0])),
        min_size=1,
        max_size=12,
    )
)
@pytest.mark.parametrize("question", ["effort", "pain"])
def test_more_effort_or_pain_never_lowers_the_alert(question, steps):
    guards = [IntensityGuard(session(cap=150.0, required=False)) for _ in range(2)]
    for i, (less, more, bpm) in enumerate(steps):
        values = (less, max(less, more))
        for guard, value in zip(guards, values, strict=True):
            for second in range(15):
                guard.heart_rate(HeartRateSample(t_s=float(15 * i + second), bpm=bpm))
            guard.answered(Answer(t_s=15.0 * i + 14.0, question=question, value=value))
        assert guards[0].level <= guards[1].level


@settings(max_examples=100)
@given(
    samples=st.lists(
        st.tuples(
            st.one_of(st.floats(-50.0, 400.0), st.floats()),
            st.one_of(st.none(), st.floats(allow_nan=True, allow_infinity=True)),
            st.sampled_from([None, True, False]),
        ),
        max_size=80,
    )
)
def test_whatever_comes_the_guard_shows_a_rate_that_a_heart_can_have_or_none(samples):
    guard = IntensityGuard(session(cap=150.0, required=True))
    for t_s, bpm, contact in samples:
        for alert in guard.heart_rate(HeartRateSample(t_s=t_s, bpm=bpm, contact=contact)):
            assert alert.value is not None
            assert math.isfinite(alert.value)
        shown = guard.heart_rate_bpm
        assert shown is None or 30.0 <= shown <= 220.0
        assert guard.coverage is None or 0.0 <= guard.coverage <= 1.0
