"""The simulated strap: a heart that follows work as hearts do, the same every time."""

from __future__ import annotations

import itertools
import math
import statistics

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aicoach.adapters.heart_rate.heart import Heart, SimulatedPerson
from aicoach.adapters.heart_rate.simulator import SimulatedHeartRate, Trouble
from aicoach.observations import HeartRateLink, HeartRateSample
from aicoach.ports import HeartRateSource

WORK_MET = 4.0


def samples(source: SimulatedHeartRate, until_s: float) -> list[HeartRateSample]:
    return [seen for seen in source.poll(until_s) if isinstance(seen, HeartRateSample)]


def rates(source: SimulatedHeartRate, until_s: float) -> list[float]:
    return [seen.bpm for seen in samples(source, until_s) if seen.bpm is not None]


def test_at_rest_the_rate_stays_at_the_resting_rate() -> None:
    seen = rates(SimulatedHeartRate(SimulatedPerson(rest_bpm=64.0), seed=1), 600.0)
    assert len(seen) == 601
    assert statistics.fmean(seen) == pytest.approx(64.0, abs=0.3)
    assert max(abs(bpm - 64.0) for bpm in seen) < 6.0


@pytest.mark.parametrize(("age_years", "tau_s"), [(20.0, 30.0), (50.0, 45.0), (80.0, 60.0)])
def test_the_rise_is_first_order_and_slower_with_age(age_years: float, tau_s: float) -> None:
    heart = Heart(SimulatedPerson(age_years=age_years, capacity_met=20.0))
    heart.load(0.0, 5.0)  # below the share of the reserve from which drift begins
    target_bpm = heart.rest_bpm + 4.0 / 19.0 * (heart.peak_bpm - heart.rest_bpm)
    reached_bpm = heart.bpm_at(tau_s)
    expected = heart.rest_bpm + (1 - math.exp(-1)) * (target_bpm - heart.rest_bpm)
    assert reached_bpm == pytest.approx(expected, abs=1e-9)
    assert heart.bpm_at(20.0 * tau_s) == pytest.approx(target_bpm, abs=1e-3)


def test_after_work_the_rate_climbs_a_little_further_and_then_falls_slower_than_it_rose() -> None:
    heart = Heart(SimulatedPerson(age_years=70.0))
    heart.load(0.0, WORK_MET)
    at_end = heart.bpm_at(45.0)
    heart.load(45.0, 1.0)
    peak = heart.bpm_at(53.0)
    assert peak > at_end
    recovered = heart.bpm_at(113.0)
    assert peak - recovered >= 12.0
    assert recovered > heart.rest_bpm + math.exp(-60.0 / heart.on_tau_s) * (peak - heart.rest_bpm)
    assert heart.bpm_at(1200.0) == pytest.approx(heart.rest_bpm, abs=0.1)


def test_steady_work_drifts_upwards_by_10_to_20_beats() -> None:
    heart = Heart(SimulatedPerson(age_years=60.0))
    heart.load(0.0, WORK_MET)
    settled, after_hour = heart.bpm_at(600.0), heart.bpm_at(3600.0)
    assert 8.0 <= after_hour - settled <= 20.0
    assert heart.bpm_at(7200.0) <= heart.peak_bpm


def test_a_beta_blocker_lowers_what_the_heart_can_reach() -> None:
    usual, blocked = (
        Heart(SimulatedPerson(age_years=65.0, beta_blocker=blocker)) for blocker in (False, True)
    )
    assert usual.peak_bpm == pytest.approx(162.5)
    assert blocked.peak_bpm == pytest.approx(118.5)
    for heart in (usual, blocked):
        heart.load(0.0, WORK_MET)
    assert blocked.bpm_at(300.0) < usual.bpm_at(300.0) - 15.0


@given(
    st.lists(st.tuples(st.floats(0.0, 300.0), st.floats(0.0, 12.0)), max_size=8),
    st.lists(st.floats(0.0, 400.0), max_size=40),
)
def test_the_rate_does_not_depend_on_how_often_it_is_asked(
    loads: list[tuple[float, float]], asked: list[float]
) -> None:
    seldom, often = (Heart(SimulatedPerson()) for _ in range(2))
    events = sorted([(t_s, "load", met) for t_s, met in loads] + [(t, "ask", 0.0) for t in asked])
    for t_s, kind, met in events:
        if kind == "load":
            seldom.load(t_s, met)
            often.load(t_s, met)
        else:
            often.bpm_at(t_s)
    assert often.bpm_at(400.0) == pytest.approx(seldom.bpm_at(400.0), abs=1e-6)
    assert seldom.rest_bpm - 1e-9 <= seldom.bpm_at(400.0) <= seldom.peak_bpm + 1e-9


@given(st.integers(0, 99), st.lists(st.floats(0.0, 119.0), max_size=40))
def test_polling_often_or_seldom_gives_the_same_samples(seed: int, times: list[float]) -> None:
    troubles = [Trouble(kind="spikes", start_s=20.0, end_s=60.0)]
    whole = SimulatedHeartRate(troubles=troubles, seed=seed, met=WORK_MET).poll(120.0)
    source = SimulatedHeartRate(troubles=troubles, seed=seed, met=WORK_MET)
    parts = tuple(itertools.chain.from_iterable(map(source.poll, [*sorted(times), 120.0])))
    assert parts == whole


def test_seeds_differ_in_noise_and_not_in_the_heart() -> None:
    one, same, other = (
        rates(SimulatedHeartRate(seed=seed, met=WORK_MET), 300.0) for seed in (1, 1, 2)
    )
    assert one == same
    assert one != other
    assert statistics.fmean(one) == pytest.approx(statistics.fmean(other), abs=1.0)


def test_beat_intervals_are_those_of_the_rate_and_fill_the_time() -> None:
    seen = samples(SimulatedHeartRate(SimulatedPerson(rest_bpm=75.0), seed=4), 300.0)
    intervals = [rr_ms for sample in seen for rr_ms in sample.rr_ms]
    assert statistics.fmean(intervals) == pytest.approx(800.0, rel=0.01)
    assert sum(intervals) / 1000.0 == pytest.approx(301.0, abs=2.0)


def test_a_lost_link_is_said_and_comes_back() -> None:
    trouble = Trouble(kind="link_lost", start_s=10.0, end_s=20.0)
    with SimulatedHeartRate(troubles=[trouble], start_s=5.0) as source:
        assert isinstance(source, HeartRateSource)
        seen = source.poll(30.0)
    links = [(link.t_s, link.state) for link in seen if isinstance(link, HeartRateLink)]
    assert links == [(5.0, "connected"), (10.0, "lost"), (20.0, "connected")]
    assert [s.t_s for s in seen if isinstance(s, HeartRateSample)] == [
        float(t) for t in (*range(5, 10), *range(20, 31))
    ]


def test_a_silent_strap_sends_nothing_and_says_nothing() -> None:
    source = SimulatedHeartRate(troubles=[Trouble(kind="silent", start_s=3.0)])
    seen = source.poll(60.0)
    assert [type(observation) for observation in seen] == [HeartRateLink, *[HeartRateSample] * 3]


def test_without_contact_the_last_rate_is_repeated_and_marked() -> None:
    trouble = Trouble(kind="no_contact", start_s=10.0, end_s=15.0)
    seen = samples(SimulatedHeartRate(troubles=[trouble], met=WORK_MET), 20.0)
    off = seen[10:15]
    assert [sample.contact for sample in seen] == [True] * 10 + [False] * 5 + [True] * 6
    assert {sample.bpm for sample in off} == {seen[9].bpm}
    assert all(not sample.rr_ms for sample in off)


def test_spikes_are_far_off_and_leave_the_other_rates_alone() -> None:
    clean = rates(SimulatedHeartRate(seed=3), 200.0)
    trouble = Trouble(kind="spikes", start_s=50.0, end_s=150.0)
    spiked = samples(SimulatedHeartRate(seed=3, troubles=[trouble]), 200.0)
    off = [abs((seen.bpm or 0.0) - bpm) for seen, bpm in zip(spiked, clean, strict=True)]
    assert not any(off[:50])
    assert not any(off[150:])
    far = [bpm for bpm in off[50:150] if bpm]
    assert 15 <= len(far) <= 45
    assert min(far) >= 35.0


@pytest.mark.parametrize("met", [-1.0, math.nan, math.inf])
def test_a_load_that_is_no_metabolic_rate_is_refused(met: float) -> None:
    with pytest.raises(ValueError, match="met: must be a number of 0 or more"):
        SimulatedHeartRate().load(0.0, met)


@pytest.mark.parametrize(
    ("settings", "problem"),
    [
        ({"age_years": 200.0}, "age_years: must lie between 5 and 110, is 200"),
        ({"rest_bpm": 10.0}, "rest_bpm: must lie between 30 and 120"),
        ({"peak_bpm": 300.0}, "peak_bpm: must lie between 60 and 230"),
        ({"rest_bpm": 100.0, "peak_bpm": 90.0}, "peak_bpm: must lie above rest_bpm, 100"),
        ({"capacity_met": math.nan}, "capacity_met: must lie between"),
    ],
)
def test_a_person_that_cannot_be_is_refused(settings: dict[str, float], problem: str) -> None:
    with pytest.raises(ValueError, match=problem):
        SimulatedPerson(**settings)  # type: ignore[arg-type]


def test_a_trouble_must_end_after_it_begins() -> None:
    with pytest.raises(ValueError, match="silent: must end after 20 s"):
        Trouble(kind="silent", start_s=20.0, end_s=20.0)
