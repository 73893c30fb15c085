"""The heart rate of a rehearsal goes where it is sent."""

from __future__ import annotations

import pytest

from aicoach.observations import HeartRateLink, HeartRateSample
from aicoach.rehearsal import PulseCourse


def rates(pulse, until_s):
    return {one.t_s: one.bpm for one in pulse.poll(until_s)}


def test_nothing_comes_before_it_is_told_where_to_go():
    assert PulseCourse().poll(10.0) == ()


def test_it_follows_straight_lines_from_where_it_is():
    pulse = PulseCourse(80.0)
    assert rates(pulse, 4.0) == {t: 80.0 for t in (0.0, 1.0, 2.0, 3.0, 4.0)}
    pulse.follow(4.0, ((10.0, 100.0),))
    assert rates(pulse, 16.0) == {float(t): min(80.0 + 2.0 * (t - 4), 100.0) for t in range(5, 17)}


def test_noise_stays_within_its_width_and_comes_from_the_seed():
    one, same, other = (PulseCourse(100.0, noise_bpm=4.0, seed=s) for s in (1, 1, 2))
    first = rates(one, 300.0)
    assert all(abs(bpm - 100.0) <= 4.0 for bpm in first.values())
    assert len(set(first.values())) > 5
    assert first == rates(same, 300.0) != rates(other, 300.0)


@pytest.mark.parametrize(
    ("strap", "bpm", "contact"), [("zero", 0.0, True), ("no_contact", None, False)]
)
def test_a_strap_that_sits_badly_says_so(strap, bpm, contact):
    pulse = PulseCourse(80.0)
    pulse.strap = strap
    assert pulse.poll(0.0) == (HeartRateSample(t_s=0.0, bpm=bpm, contact=contact),)


def test_a_silent_strap_sends_nothing_and_loses_no_time():
    pulse = PulseCourse(80.0)
    pulse.strap = "silent"
    assert pulse.poll(5.0) == ()
    pulse.strap = "worn"
    assert list(rates(pulse, 7.0)) == [6.0, 7.0]


def test_the_connection_is_told_once():
    pulse = PulseCourse()
    pulse.link("lost")
    assert pulse.poll(3.0) == (HeartRateLink(t_s=3.0, state="lost"),)
    assert pulse.poll(4.0) == ()
