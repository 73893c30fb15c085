"""From packets to a rate: what is taken, cut, smoothed, and when it is lost."""

from __future__ import annotations

import math

import pytest

from aicoach.intensity.heart_rate import HeartRateSignal
from aicoach.intensity.settings import guard_settings


@pytest.fixture
def signal():
    return HeartRateSignal(guard_settings().signal)


def feed(signal, given, values, every_s=1.0, start_s=0.0):
    return [signal.take(given.sample(start_s + i * every_s, v)) for i, v in enumerate(values)]


@pytest.mark.parametrize("bpm", [0.0, -5.0, 29.9, math.nan, None, -math.inf])
def test_what_is_no_rate_says_nothing(signal, given, bpm):
    assert signal.take(given.sample(0.0, bpm)) is None
    assert signal.notes == {"no_rate": 1}
    assert signal.freshness(0.0) == "lost"


def test_a_rate_without_skin_contact_says_nothing(signal, given):
    assert signal.take(given.sample(0.0, 80.0, contact=False)) is None
    assert signal.take(given.sample(1.0, 80.0, contact=True)) is not None
    assert signal.take(given.sample(2.0, 80.0, contact=None)) is not None
    assert signal.notes == {"no_skin_contact": 1}


def test_time_that_stands_or_runs_back_is_noted_and_ignored(signal, given):
    feed(signal, given, [100.0] * 10)
    before = signal.rate
    for t_s in (9.0, 4.0, -1.0, math.nan):
        assert signal.take(given.sample(t_s, 180.0)) is None
    assert signal.rate is before
    assert signal.notes["time_not_later"] == 4


def test_a_steady_rate_is_shown_as_it_is_from_the_third_packet_on(signal, given):
    shown = []
    for i in range(6):
        signal.take(given.sample(float(i), 101.0))
        shown.append(signal.shown_bpm(float(i)))
    assert shown == [None, None, 101.0, 101.0, 101.0, 101.0]


def test_three_hundred_is_never_shown_and_does_not_keep_the_rate_fresh(signal, given):
    feed(signal, given, [100.0] * 10)
    for i in range(10, 30):
        signal.take(given.sample(float(i), 300.0))
    assert signal.notes["implausibly_high"] == 20
    assert signal.freshness(29.0) == "lost"
    assert signal.shown_bpm(29.0) is None


@pytest.mark.parametrize("spike_s", [1, 2])
@pytest.mark.parametrize("size", [26.0, 60.0, 110.0])
def test_a_short_spike_leaves_the_rate_alone(signal, given, spike_s, size):
    values = [100.0] * 20 + [100.0 + size] * spike_s + [100.0] * 20
    rates = feed(signal, given, values)
    assert max(rate.bpm for rate in rates[3:]) == pytest.approx(100.0)
    assert any(rate.cut for rate in rates) == (size > 25.0)


@pytest.mark.parametrize("size", [40.0, -40.0, 70.0, -60.0])
def test_a_jump_that_lasts_is_believed_after_five_seconds(signal, given, size):
    rates = feed(signal, given, [110.0] * 20 + [110.0 + size] * 40)
    cut = [i for i, rate in enumerate(rates) if rate.cut]
    assert cut[0] == 20
    assert cut[-1] < 26
    assert rates[-1].bpm == pytest.approx(110.0 + size, abs=0.1)


def test_dropouts_to_a_third_do_not_pull_the_rate_down(signal, given):
    rates = feed(signal, given, [120.0 if i % 7 else 40.0 for i in range(1, 100)])
    assert min(rate.bpm for rate in rates[10:]) > 119.0


def test_the_average_follows_time_and_not_packets(given):
    """A step of 20, seen once a second and four times a second, settles alike."""
    after = []
    for every_s in (1.0, 0.25):
        signal = HeartRateSignal(guard_settings().signal)
        n = round(20 / every_s)
        feed(signal, given, [100.0] * n + [120.0] * n, every_s)
        after.append(signal.rate.bpm)
    assert after[0] == pytest.approx(after[1], abs=0.5)
    assert after[0] > 119.0


@pytest.mark.parametrize("slope", [-30.0, 0.0, 12.0, 40.0])
def test_the_slope_of_a_ramp_is_its_slope_in_bpm_per_minute(signal, given, slope):
    rates = feed(signal, given, [120.0 + slope * i / 60.0 for i in range(60)])
    assert rates[-1].slope_bpm_min == pytest.approx(slope, abs=0.5)


def test_the_slope_is_unknown_at_first_and_deaf_to_an_outlier(signal, given):
    values = [100.0 + 0.2 * i for i in range(40)]
    values[30] += 60.0
    rates = feed(signal, given, values)
    assert math.isnan(rates[5].slope_bpm_min)
    assert rates[-1].slope_bpm_min == pytest.approx(12.0, abs=1.5)


@pytest.mark.parametrize(
    ("age_s", "freshness"), [(0, "ok"), (3, "ok"), (3.1, "stale"), (10, "stale"), (10.1, "lost")]
)
def test_a_rate_grows_old(signal, given, age_s, freshness):
    feed(signal, given, [100.0] * 5)
    assert signal.freshness(4.0 + age_s) == freshness
    assert (signal.shown_bpm(4.0 + age_s) is None) == (freshness == "lost")


def test_after_a_long_gap_nothing_from_before_counts(signal, given):
    feed(signal, given, [150.0] * 30)
    rates = feed(signal, given, [90.0] * 5, start_s=60.0)
    assert rates[0].restarted
    assert not rates[1].restarted
    assert math.isnan(rates[0].bpm)
    assert rates[2].bpm == 90.0


def test_a_false_first_packet_is_outvoted_at_once(signal, given):
    rates = feed(signal, given, [200.0, 95.0, 96.0, 95.0, 96.0])
    assert rates[2].bpm == pytest.approx(96.0)
