"""The heart-rate ladder: warn, slow, rest, stop, each with its delay and its way back.

Each rung is a latch that is set by a condition which a higher rate can only make truer,
and released by one which a higher rate can only make less true. So a higher heart rate
never gives a lower rung, whatever went before. Two rules of everyday ladders do not keep
that order and are put differently here:

* "the second rest ends the session" would spare whoever never left the first one. It is:
  at the rung of rest again, or still, ``second_rest_s`` after it was first reached.
* "at least a minute of rest" counts from the last moment that asked for it.

A prediction cannot keep it at all (a rate that rises towards a value says more than one
that has long stood there), so it is advice and no rung: see ``advice.py``.
"""

from __future__ import annotations

import math
from enum import IntEnum
from typing import TYPE_CHECKING

from aicoach.intensity.held import EPS_S, Held, Mean

if TYPE_CHECKING:
    from aicoach.intensity.heart_rate import Rate
    from aicoach.intensity.settings import GuardSettings
    from aicoach.limits import HeartRateLimits


class Rung(IntEnum):
    """How far the heart rate took the guard."""

    IN = 0
    HIGH_1 = 1
    """Warn: slow down, breathe."""
    HIGH_2 = 2
    """Slow: half the pace."""
    HIGH_3 = 3
    """Rest, seated."""
    HARD = 4
    """The session ends."""


class Ladder:
    """One session's heart rate against its limits.

    Attributes
    ----------
    rung
        Where it stands; ``HARD`` is never left.
    reason
        What led to ``HARD``: ``cap`` or ``second_rest``; empty before.
    """

    def __init__(self, limits: HeartRateLimits, settings: GuardSettings) -> None:
        self._settings = settings
        self._rules = settings.ladder
        self._upper = math.inf if limits.upper is None else limits.upper.value
        self._cap = math.inf if limits.hard_cap is None else limits.hard_cap.value
        self._rested_bpm = _rested_bpm(limits, settings)
        self.rung = Rung.IN
        self.reason = ""
        self._rate: Rate | None = None
        self._warned = self._slowed = self._resting = False
        self._above = Held()
        self._well_above = Held()
        self._far_above = Held()
        self._warned_for = Held()
        self._slowed_for = Held()
        self._below_near = Held()
        self._below_far = Held()
        self._below_slow = Held()
        self._over_cap = Held()
        self._middle_over_cap = Held()
        self._short_mean = Mean(self._rules.escalate_s)
        self._long_mean = Mean(self._rules.steady_window_s)
        self._means = (math.nan, math.nan)
        self._first_rest_s = math.inf
        self._last_rest_s = -math.inf
        self._effort: float | None = None
        self._effort_s = -math.inf

    def effort(self, t_s: float, effort: float) -> None:
        """The resident's effort, which decides with the rate whether a rest was enough."""
        self._effort, self._effort_s = effort, t_s

    def take(self, rate: Rate) -> Rung:
        """A new sample."""
        before, self._rate = self._rate, rate
        if rate.restarted:
            for clock in (
                self._above, self._well_above, self._far_above,
                self._below_near, self._below_far, self._below_slow, self._middle_over_cap,
            ):  # fmt: skip
                clock.reset()
            self._short_mean.reset()
            self._long_mean.reset()
            if before is None or rate.t_s - before.t_s > self._rules.cap_gap_s:
                self._over_cap.reset()
        if not math.isnan(rate.bpm):
            self._means = (
                self._short_mean.step(rate.t_s, rate.elapsed_s, rate.bpm),
                self._long_mean.step(rate.t_s, rate.elapsed_s, rate.bpm),
            )
        return self._judge(rate.t_s, rate)

    def tick(self, t_s: float) -> Rung:
        """Time passed without a sample: the newest stands while it is fresh."""
        if self._rate is None:
            return self.rung
        known_s = min(t_s, self._rate.t_s + self._settings.signal.stale_s)
        return self._judge(known_s, self._rate, t_s)

    def _judge(self, t_s: float, rate: Rate, now_s: float | None = None) -> Rung:
        sensor = self._settings.sensor(rate.sensor)
        if self._passed_cap(t_s, rate, sensor.cap_hold_s):
            self._end("cap")
        rules, limit = self._rules, self._upper + sensor.margin_bpm
        least_s = sensor.persistence_s
        bpm = rate.bpm
        above_s = self._above.step(t_s, bpm > limit)
        well_s = self._well_above.step(t_s, bpm > limit + rules.slow_margin_bpm)
        far_s = self._far_above.step(t_s, bpm > limit + rules.rest_margin_bpm)
        self._release(t_s, bpm, t_s if now_s is None else now_s)
        self._warned |= above_s >= max(rules.warn_s, least_s)
        warned_s = self._warned_for.step(t_s, self._warned)
        short, long = self._means
        stays = warned_s >= rules.escalate_s and bpm > limit and short > limit
        self._slowed |= stays or well_s >= max(rules.slow_s, least_s)
        slowed_s = self._slowed_for.step(t_s, self._slowed)
        steady = well_s >= rules.escalate_s or long > limit + rules.steady_margin_bpm
        asks_rest = far_s >= max(rules.rest_s, least_s) or (
            slowed_s >= rules.escalate_s and bpm > limit and steady
        )
        if asks_rest:
            self._resting = True
            self._first_rest_s = min(self._first_rest_s, t_s)
            self._last_rest_s = t_s
            if t_s >= self._first_rest_s + rules.second_rest_s:
                self._end("second_rest")
        if self.rung is not Rung.HARD:
            self.rung = (
                Rung.HIGH_3 if self._resting
                else Rung.HIGH_2 if self._slowed
                else Rung.HIGH_1 if self._warned
                else Rung.IN
            )  # fmt: skip
        return self.rung

    def _passed_cap(self, t_s: float, rate: Rate, hold_s: float) -> bool:
        """Raw samples decide, so that nothing smooths a cap away; one low sample does not."""
        straight_s = self._over_cap.step(t_s, rate.raw_bpm >= self._cap)
        middle_s = self._middle_over_cap.step(t_s, rate.middle_bpm >= self._cap)
        return max(straight_s, middle_s) >= hold_s

    def _release(self, t_s: float, bpm: float, now_s: float) -> None:
        """The ways back; what a lower rate can only make truer."""
        rules, upper = self._rules, self._upper
        near_s = self._below_near.step(t_s, bpm < upper - rules.clear_margin_bpm)
        far_s = self._below_far.step(t_s, bpm < upper - rules.noise_margin_bpm)
        slow_s = self._below_slow.step(t_s, bpm < upper - rules.slow_clear_margin_bpm)
        if far_s >= rules.clear_s or near_s >= rules.noise_clear_s:
            self._warned = False
        if slow_s >= rules.slow_clear_s:
            self._slowed = False
        if (
            bpm <= self._rested_bpm
            and now_s - self._last_rest_s + EPS_S >= rules.rest_least_s
            and self._effort is not None
            and self._effort <= rules.rest_clear_effort
            and self._effort_s >= self._last_rest_s
        ):
            self._resting = False

    def _end(self, reason: str) -> None:
        if self.rung is not Rung.HARD:
            self.rung, self.reason = Rung.HARD, reason


def _rested_bpm(limits: HeartRateLimits, settings: GuardSettings) -> float:
    """The rate at which a rest was enough: 40 % of the reserve, or well below the limit."""
    if limits.upper is None:
        return math.inf
    rules, upper = settings.ladder, limits.upper.value
    if limits.rest_bpm is not None and limits.max_bpm is not None:
        share = rules.rest_clear_reserve
        rested = limits.rest_bpm + share * (limits.max_bpm - limits.rest_bpm)
    else:
        rested = upper - rules.rest_clear_margin_bpm
    return min(rested, upper - rules.slow_clear_margin_bpm)
