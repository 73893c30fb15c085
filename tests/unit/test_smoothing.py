"""Smoothing, on signals whose answer is known."""

from __future__ import annotations

import numpy as np
import pytest

from aicoach.smoothing import ExponentialAverage, GapHold, OneEuro

RATE_HZ = 30.0


def smoothed(times, values, **settings):
    machine = OneEuro(**({"min_cutoff_hz": 0.5, "beta": 1.0} | settings))
    return np.array([machine.step(t, np.array([v]))[0] for t, v in zip(times, values, strict=True)])


def test_a_first_time_of_zero_is_a_time_like_any_other():
    from_zero = np.arange(60) / RATE_HZ
    signal = np.sin(from_zero)
    late = smoothed(from_zero + 1000.0, signal)
    assert smoothed(from_zero, signal) == pytest.approx(late, abs=1e-9)


def test_the_first_value_passes_unchanged():
    assert smoothed([0.0], [3.5]) == [3.5]


def test_a_constant_stays_what_it_is():
    times = np.arange(90) / RATE_HZ
    assert smoothed(times, np.full(90, 7.0)) == pytest.approx(np.full(90, 7.0))


def test_the_weight_is_that_of_a_first_order_low_pass():
    cutoff_hz, elapsed_s = 2.0, 0.05
    turn = 2.0 * np.pi * cutoff_hz * elapsed_s
    found = smoothed([0.0, elapsed_s], [0.0, 1.0], min_cutoff_hz=cutoff_hz, beta=0.0)
    assert found[1] == pytest.approx(turn / (turn + 1.0))


def test_jitter_at_rest_shrinks_and_motion_hardly_lags():
    rng = np.random.default_rng(0)
    times = np.arange(300) / RATE_HZ
    jitter = rng.normal(0.0, 0.01, 300)
    still = smoothed(times, jitter, min_cutoff_hz=0.3, beta=5.0)
    assert still[60:].std() < 0.4 * jitter[60:].std()
    ramp = 2.0 * times
    lag_s = (ramp - smoothed(times, ramp, min_cutoff_hz=0.3, beta=5.0))[60:] / 2.0
    assert lag_s.max() < 0.03


def test_more_beta_means_less_lag():
    times = np.arange(120) / RATE_HZ
    ramp = 2.0 * times
    calm, quick = (smoothed(times, ramp, beta=beta)[-1] for beta in (0.0, 10.0))
    assert ramp[-1] - quick < 0.2 * (ramp[-1] - calm)


@pytest.mark.parametrize("rate_hz", [10.0, 15.0, 60.0])
def test_the_frame_rate_hardly_changes_a_slow_movement(rate_hz):
    def at(rate):
        times = np.arange(0.0, 8.0, 1.0 / rate)
        found = smoothed(times, np.sin(times), min_cutoff_hz=1.0, beta=3.0)
        return np.interp(np.arange(2.0, 7.5, 0.1), times, found)

    assert np.abs(at(rate_hz) - at(30.0)).max() < 0.05


def test_scaling_the_value_and_its_unit_changes_nothing():
    times = np.arange(60) / RATE_HZ
    metres, pixels = OneEuro(min_cutoff_hz=0.05, beta=80.0), OneEuro(min_cutoff_hz=0.05, beta=80.0)
    for t in times:
        value = np.array([np.sin(t)])
        in_pixels = pixels.step(t, 250.0 * value, scale=1.0 / 250.0)
        assert in_pixels == pytest.approx(250.0 * metres.step(t, value))


def test_what_is_not_seen_stays_not_seen_and_leaves_the_others_alone():
    machine, alone = (OneEuro(min_cutoff_hz=0.5, beta=1.0) for _ in range(2))
    for i in range(40):
        value = float(np.sin(i / 5.0))
        hidden = np.nan if 10 <= i < 20 else value
        both = machine.step(i / RATE_HZ, np.array([hidden, value]))
        assert np.isnan(both[0]) == np.isnan(hidden)
        assert both[1] == alone.step(i / RATE_HZ, np.array([value]))[0]


def test_a_keypoint_that_comes_back_is_not_pulled_to_where_it_was():
    machine = OneEuro(min_cutoff_hz=0.01, beta=0.0)
    machine.step(0.0, np.array([0.0]))
    machine.step(0.1, np.array([np.nan]))
    assert machine.step(0.2, np.array([5.0])) == [5.0]


def test_the_same_time_twice_changes_no_memory():
    machine, other = OneEuro(min_cutoff_hz=0.5, beta=1.0), OneEuro(min_cutoff_hz=0.5, beta=1.0)
    for each in (machine, other):
        each.step(0.0, np.array([1.0]))
    assert machine.step(0.0, np.array([9.0])) == [9.0]
    assert machine.step(0.1, np.array([2.0])) == other.step(0.1, np.array([2.0]))


def test_time_that_runs_backwards_is_refused():
    machine = OneEuro(min_cutoff_hz=0.5, beta=1.0)
    machine.step(1.0, np.array([1.0]))
    with pytest.raises(ValueError, match="backwards"):
        machine.step(0.5, np.array([1.0]))


def test_after_a_reset_the_next_value_passes_unchanged():
    machine = OneEuro(min_cutoff_hz=0.5, beta=1.0)
    machine.step(10.0, np.array([1.0]))
    machine.reset()
    assert machine.step(0.0, np.array([4.0])) == [4.0]


@pytest.mark.parametrize(
    "settings",
    [
        {"min_cutoff_hz": 0.0, "beta": 1.0},
        {"min_cutoff_hz": 1.0, "beta": -1.0},
        {"min_cutoff_hz": 1.0, "beta": 1.0, "derivative_cutoff_hz": 0.0},
    ],
)
def test_a_filter_that_cannot_work_is_refused(settings):
    with pytest.raises(ValueError, match="must be positive"):
        OneEuro(**settings)


def test_an_exponential_average_weighs_the_newest_by_its_weight():
    mean = ExponentialAverage(0.1)
    assert mean.step(np.array([1.0])) == [1.0]
    assert mean.step(np.array([0.0])) == pytest.approx([0.9])


def test_an_average_over_nothing_seen_starts_afresh():
    mean = ExponentialAverage(0.1)
    mean.step(np.array([1.0]))
    assert np.isnan(mean.step(np.array([np.nan])))
    assert mean.step(np.array([0.5])) == [0.5]


def test_a_weight_outside_its_range_is_refused():
    with pytest.raises(ValueError, match="weight"):
        ExponentialAverage(0.0)


def test_a_short_gap_is_bridged_and_a_long_one_is_not():
    hold = GapHold(longest_s=0.2)
    assert hold.step(0.0, np.array([1.0])) == [1.0]
    assert hold.step(0.2, np.array([np.nan])) == [1.0]
    assert np.isnan(hold.step(0.21, np.array([np.nan])))
    assert hold.step(0.3, np.array([2.0])) == [2.0]


def test_what_was_never_seen_is_not_invented():
    hold = GapHold(longest_s=1.0)
    assert np.isnan(hold.step(0.0, np.array([np.nan])))
    assert np.isnan(hold.step(0.1, np.array([np.nan])))
    hold.step(0.2, np.array([3.0]))
    hold.reset()
    assert np.isnan(hold.step(0.3, np.array([np.nan])))


def test_a_negative_gap_is_refused():
    with pytest.raises(ValueError, match="longest_s"):
        GapHold(longest_s=-0.1)
