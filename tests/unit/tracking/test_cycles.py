"""Cycles on signals whose turning points are known."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aicoach.catalog.settings import counting_settings
from aicoach.tracking.cycles import CycleDetector

SETTINGS = counting_settings().cycle.model_copy(
    update={
        "swing_share": 0.4,
        "return_share": 0.6,
        "memory": 5,
        "trough_band": 0.12,
        "arrive_phase": 0.6,
        "arrive_share": 0.6,
    }
)
FLOOR = 0.22


def detector(**how):
    return CycleDetector(FLOOR, SETTINGS, **how)


def through(machine, *points, fps=30.0):
    """Cycles given on the way through (time, phase) points, joined by straight lines."""
    times, phases = zip(*points, strict=True)
    t_s = np.arange(times[0], times[-1] + 1e-9, 1.0 / fps)
    found = [machine.step(float(t), float(np.interp(t, times, phases))) for t in t_s]
    return [cycle for cycle in found if cycle is not None]


def swings(*peaks, half_s=1.0, start_s=0.0):
    """Straight there and back, once per peak."""
    points = [(start_s, 0.0)]
    for peak in peaks:
        points += [(points[-1][0] + half_s, peak), (points[-1][0] + 2 * half_s, 0.0)]
    return points


@given(n=st.integers(1, 6), fps=st.floats(8.0, 60.0), period_s=st.floats(1.0, 8.0))
@settings(max_examples=40)
def test_a_wave_of_n_periods_has_n_cycles_at_any_frame_rate(n, fps, period_s):
    machine, t_s = detector(), np.arange(0.0, n * period_s + 1e-9, 1.0 / fps)
    phase = (1.0 - np.cos(2.0 * np.pi * t_s / period_s)) / 2.0
    assert sum(machine.step(t, p) is not None for t, p in zip(t_s, phase, strict=True)) == n


def test_a_cycle_is_given_when_enough_of_the_way_is_undone_not_at_its_end():
    (cycle,) = through(detector(), *swings(1.0))
    assert cycle.peak_s == pytest.approx(1.0, abs=0.04)
    assert cycle.end_s == pytest.approx(1.6, abs=0.07)
    assert (cycle.trough, cycle.peak) == pytest.approx((0.0, 1.0), abs=0.04)
    assert cycle.low == pytest.approx(0.4, abs=0.04)
    assert cycle.start_s < cycle.left_s < cycle.peak_s < cycle.end_s
    assert cycle.amplitude == pytest.approx(cycle.peak - cycle.trough)
    assert cycle.duration_s == pytest.approx(cycle.end_s - cycle.start_s)


def test_a_cycle_starts_when_the_rest_before_it_ends():
    (cycle,) = through(detector(), (0.0, 0.0), (5.0, 0.02), (6.0, 1.0), (7.0, 0.0))
    assert cycle.start_s == pytest.approx(5.0, abs=0.1)


@given(st.integers(0, 2**32 - 1))
@settings(max_examples=30)
def test_jitter_below_the_floor_is_never_a_cycle(seed):
    machine = detector()
    phase = np.random.default_rng(seed).uniform(0.0, 0.99 * FLOOR, 600)
    assert not any(machine.step(i / 30.0, p) for i, p in enumerate(phase))


def test_a_movement_below_the_floor_is_no_cycle_and_one_above_it_is():
    assert not through(detector(), *swings(0.9 * FLOOR))
    assert len(through(detector(), *swings(1.5 * FLOOR))) == 1


def test_a_small_dip_on_the_way_is_part_of_the_same_cycle():
    dip = (0.0, 0.0), (1.0, 0.9), (1.3, 0.7), (1.8, 1.0), (3.0, 0.0)
    assert len(through(detector(), *dip)) == 1


def test_after_large_swings_a_small_one_is_no_cycle():
    assert len(through(detector(), *swings(1.0, 1.0, 1.0, 0.3, 1.0))) == 4


def test_a_person_of_small_swings_is_measured_by_their_own():
    assert len(through(detector(), *swings(0.35, 0.3, 0.35, 0.3))) == 4


def test_who_stays_at_the_target_is_given_one_cycle_only():
    assert not through(detector(), (0.0, 0.0), (1.0, 1.0), (20.0, 1.0))
    assert len(through(detector(), (0.0, 0.0), (1.0, 1.0), (20.0, 0.95), (21.0, 0.0))) == 1


def test_repetitions_without_coming_all_the_way_back_are_all_found():
    way = [(0.0, 0.0), (1.0, 1.0)]
    for i in range(4):
        way += [(2.0 + 2 * i, 0.3), (3.0 + 2 * i, 1.0)]
    assert len(through(detector(), *way, (11.0, 0.0))) == 5


def test_at_the_target_a_cycle_is_given_when_the_rise_has_ended_and_once():
    machine = detector(at_target=True)
    (cycle,) = through(machine, (0.0, 0.0), (1.0, 1.0), (5.0, 1.0), (6.0, 0.0))
    assert cycle.peak_s == pytest.approx(1.0, abs=0.1)
    assert cycle.end_s == pytest.approx(1.2, abs=0.1)
    assert cycle.start_s == pytest.approx(0.0, abs=0.2)


def test_at_the_target_every_further_arrival_counts():
    assert len(through(detector(at_target=True), *swings(1.0, 1.0, 1.0))) == 3


def test_at_the_target_who_begins_there_has_not_arrived():
    assert not through(detector(at_target=True), (0.0, 1.0), (2.0, 1.0), (3.0, 0.0), (4.0, 0.0))


def test_the_movement_under_way_is_known_until_it_turns_back():
    machine = detector()
    assert machine.open_cycle is None
    through(machine, (0.0, 0.0), (1.0, 0.8))
    opened = machine.open_cycle
    assert opened.peak == pytest.approx(0.8, abs=0.03)
    assert machine.under_way
    through(machine, (1.1, 0.7), (2.0, 0.0), (2.5, 0.0))
    assert machine.open_cycle is None
    assert not machine.under_way


def test_a_reset_forgets_the_movement_but_not_the_persons_swing():
    machine = detector()
    through(machine, *swings(1.0, 1.0))
    through(machine, (4.1, 0.0), (5.0, 0.9))
    machine.reset()
    assert machine.open_cycle is None
    assert not through(machine, (6.0, 0.9), (7.0, 0.0))
    assert not through(machine, *swings(0.3, start_s=7.1))
    assert len(through(machine, *swings(1.0, start_s=10.0))) == 1


@given(
    st.lists(st.floats(0.5, 1.2), min_size=1, max_size=6),
    st.floats(-1e6, 1e6),
)
@settings(max_examples=30)
def test_the_clock_may_start_anywhere(peaks, start_s):
    t_s = np.arange(0.0, 2.0 * len(peaks) + 1e-9, 0.05)
    phase = np.interp(t_s, *zip(*swings(*peaks), strict=True))
    counts = []
    for shift in (0.0, start_s):
        machine = detector()
        steps = zip(t_s, phase, strict=True)
        counts.append(sum(machine.step(t + shift, p) is not None for t, p in steps))
    assert counts[0] == counts[1] == len(peaks)
