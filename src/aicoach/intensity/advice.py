"""What a heart rate suggests without a limit being passed: advice, never a rung.

A rate that climbs towards the limit, one that stays low, one that creeps up at the same
work, one that comes down slowly afterwards: said once, at no alert level.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final

from aicoach.intensity.alerts import NOTHING, Alerts, cue_of, over
from aicoach.intensity.held import Held
from aicoach.session_events import AlertLevel, Input, IntensityAlert

if TYPE_CHECKING:
    from aicoach.intensity.heart_rate import Rate
    from aicoach.intensity.settings import GuardSettings
    from aicoach.limits import Limit

RISING, LOW = "HR-RISING", "HR-LOW"
BPM: Final = "bpm"


def advice(
    t_s: float,
    rule: str,
    value: float,
    limit: Limit,
    *,
    inputs: tuple[Input, ...] = (),
    unit: str = BPM,
) -> IntensityAlert:
    """An alert that asks for something and limits nothing."""
    return IntensityAlert(
        t_s=t_s,
        rule=rule,
        level=AlertLevel.NONE,
        cue=cue_of(rule),
        quantity="heart_rate",
        value=round(value, 1),
        limit=limit.value,
        unit=unit,
        author=limit.author,
        inputs=inputs,
    )


class RisingAdvice:
    """The rate will pass the limit soon if it climbs on like this."""

    def __init__(self, upper: Limit | None, settings: GuardSettings) -> None:
        self._upper = upper
        self._settings = settings
        self._climbs, self._eased = Held(), Held()
        self._said_s = -math.inf
        self._on = False

    def step(self, rate: Rate, *, high: bool) -> Alerts:
        """Take one sample; ``high``: a rung of the ladder has taken over."""
        if self._upper is None:
            return NOTHING
        rules, t_s = self._settings.ladder, rate.t_s
        limit = self._upper.value + self._settings.sensor(rate.sensor).margin_bpm
        ahead = rate.bpm + rate.slope_bpm_min * rules.rising_ahead_s / 60.0
        climbs = rate.slope_bpm_min > 0.0 and ahead > limit + rules.rising_margin_bpm
        climbs_s = self._climbs.step(t_s, climbs and not rate.restarted)
        eased_s = self._eased.step(t_s, not climbs)
        if self._on:
            if high or eased_s >= rules.rising_clear_s:
                self._on = False
                return (over(t_s, RISING),)
            return NOTHING
        if high or climbs_s < rules.rising_s or t_s - self._said_s < rules.rising_again_s:
            return NOTHING
        self._on, self._said_s = True, t_s
        slope = Input(name="slope", value=round(rate.slope_bpm_min, 1), unit="bpm/min")
        expected = Input(name="expected", value=round(ahead, 1), unit=BPM)
        return (advice(t_s, RISING, rate.bpm, self._upper, inputs=(slope, expected)),)


class LowAdvice:
    """A little more would do: only in the main part, not at once, not after complaints."""

    def __init__(self, lower: Limit | None, settings: GuardSettings) -> None:
        self._lower = lower
        self._rules = settings.ladder
        self._below, self._back = Held(), Held()
        self.on = False

    def step(self, rate: Rate, *, allowed: bool) -> Alerts:
        """Take one sample; ``allowed``: the resident may be asked for more now."""
        if self._lower is None:
            return NOTHING
        t_s, bpm = rate.t_s, rate.bpm
        low = allowed and bpm < self._lower.value - self._rules.low_margin_bpm
        below_s = self._below.step(t_s, low and not rate.restarted)
        back_s = self._back.step(t_s, bpm >= self._lower.value)
        if self.on:
            if allowed and back_s < self._rules.low_clear_s:
                return NOTHING
            self.on = False
            return (over(t_s, LOW),)
        if below_s < self._rules.low_s:
            return NOTHING
        self.on = True
        return (advice(t_s, LOW, bpm, self._lower),)
