"""What was a moment ago can be looked at whole; what is long ago is forgotten."""

from __future__ import annotations

import numpy as np

from aicoach.features import N_FEATURES
from aicoach.tracking.history import History


def filled(seconds, fps=10.0, span_s=75.0, start_s=0.0):
    history = History(span_s)
    for i in range(int(seconds * fps)):
        t_s = start_s + i / fps
        row = np.full(N_FEATURES, t_s)
        history.append(t_s, row, row + 0.5, t_s / 100.0)
    return history


def test_both_ends_of_a_window_are_included():
    window = filled(10.0).between(2.0, 3.0)
    assert len(window) == 11
    assert (window.t_s[0], window.t_s[-1]) == (2.0, 3.0)


def test_every_row_keeps_its_values_scores_and_phase():
    window = filled(10.0).between(4.0, 6.0)
    assert window.values.shape == (21, N_FEATURES)
    assert np.array_equal(window.values[:, 7], window.t_s)
    assert np.array_equal(window.scores[:, 7], window.t_s + 0.5)
    assert np.array_equal(window.phase, window.t_s / 100.0)


def test_a_window_outside_of_what_was_seen_is_empty():
    history = filled(5.0, start_s=100.0)
    assert len(history.between(0.0, 50.0)) == 0
    assert len(history.between(200.0, 300.0)) == 0
    assert len(History().between(0.0, 1.0)) == 0


def test_the_span_is_kept_however_long_the_run_and_whatever_the_rate():
    for fps in (8.0, 60.0):
        history = filled(300.0, fps=fps, span_s=20.0)
        assert len(history.between(300.0 - 20.0, 300.0)) == int(20.0 * fps)


def test_memory_stays_flat_over_hours():
    history = filled(3600.0, span_s=20.0)
    everything = history.between(0.0, 1e9)
    assert everything.t_s[0] > 3600.0 - 150.0


def test_the_clock_may_start_below_zero():
    assert len(filled(10.0, start_s=-5.0).between(-1.0, 1.0)) == 21
