"""From packets of a heart-rate sensor to one rate that limits can be judged by.

Every step keeps order: of two traces with the same times, the one that is nowhere lower
never gives a lower rate. A jump is therefore not thrown away but cut, until it has lasted;
and a rate that no heart has still counts as a high one, though it is never shown.
"""

from __future__ import annotations

import math
from collections import Counter, deque
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from aicoach.intensity.held import EPS_S

if TYPE_CHECKING:
    from aicoach.intensity.settings import SignalSettings
    from aicoach.observations import HeartRateSample, HeartRateSensor

Freshness = Literal["ok", "stale", "lost"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Rate:
    """What is known after one sample."""

    t_s: float
    elapsed_s: float
    """Since the sample before; 0 at the first and after a long gap."""
    raw_bpm: float
    """As sent, at most the highest rate that counts."""
    middle_bpm: float
    """Median of the newest raw samples; NaN until there are enough."""
    bpm: float
    """Smoothed; NaN until there are enough samples."""
    slope_bpm_min: float
    """How fast it changes; NaN while unknown."""
    cut: bool
    """The sample jumped, and was cut."""
    restarted: bool
    """A gap went before; nothing from before it counts."""
    sensor: HeartRateSensor


class HeartRateSignal:
    """Judges samples one by one.

    Attributes
    ----------
    notes
        How often a sample could not be used, by reason.
    """

    def __init__(self, settings: SignalSettings) -> None:
        self._settings = settings
        self._sample_s = -math.inf
        self._fresh_s = -math.inf
        self._rate: Rate | None = None
        self.notes: Counter[str] = Counter()
        self._restart()

    def _restart(self) -> None:
        self._raw: deque[tuple[float, float]] = deque()
        self._kept: deque[tuple[float, float]] = deque()
        self._smooth: deque[tuple[float, float]] = deque()
        self._average = math.nan

    @property
    def rate(self) -> Rate | None:
        """What the newest usable sample said."""
        return self._rate

    def take(self, sample: HeartRateSample) -> Rate | None:
        """Judge one sample; None if it says nothing about the heart."""
        t_s = sample.t_s
        if not t_s > self._sample_s:
            self.notes["time_not_later"] += 1
            return None
        self._sample_s = t_s
        bpm = math.nan if sample.bpm is None else float(sample.bpm)
        if sample.contact is False:
            self.notes["no_skin_contact"] += 1
            return None
        if not bpm >= self._settings.lowest_bpm:
            self.notes["no_rate"] += 1
            return None
        if bpm > self._settings.highest_bpm:
            self.notes["implausibly_high"] += 1
            bpm = self._settings.highest_bpm
        else:
            self._fresh_s = t_s
        self._rate = self._follow(t_s, bpm, sample.sensor)
        return self._rate

    def age_s(self, t_s: float) -> float:
        """Seconds since the newest plausible rate; inf before the first."""
        return t_s - self._fresh_s

    def freshness(self, t_s: float) -> Freshness:
        """How old the newest plausible rate is."""
        age_s = self.age_s(t_s)
        if age_s <= self._settings.stale_s:
            return "ok"
        return "stale" if age_s <= self._settings.lost_s else "lost"

    def shown_bpm(self, t_s: float) -> float | None:
        """The rate a person may read; None when there is none to trust."""
        if self._rate is None or self.freshness(t_s) == "lost" or math.isnan(self._rate.bpm):
            return None
        return self._rate.bpm

    def _follow(self, t_s: float, bpm: float, sensor: HeartRateSensor) -> Rate:
        settings = self._settings
        before_s = math.inf if self._rate is None else t_s - self._rate.t_s
        restarted = before_s > settings.lost_s
        if restarted:
            self._restart()
        elapsed_s = 0.0 if restarted else before_s
        kept = self._without_jump(t_s, bpm)
        middle = _median([value for _, value in list(self._kept)[-int(settings.median_of) :]])
        if math.isnan(self._average):
            if len(self._kept) >= settings.settle_samples:
                self._average = middle
        else:
            weight = 1.0 - math.exp(-elapsed_s / settings.smoothing_s)
            self._average += weight * (middle - self._average)
        return Rate(
            t_s=t_s,
            elapsed_s=elapsed_s,
            raw_bpm=bpm,
            middle_bpm=self._raw_median(t_s),
            bpm=self._average,
            slope_bpm_min=self._slope(t_s),
            cut=kept != bpm,
            restarted=restarted,
            sensor=sensor,
        )

    def _without_jump(self, t_s: float, bpm: float) -> float:
        """The sample, at most ``jump_bpm`` from those before it until it has lasted."""
        settings = self._settings
        raw, kept = self._raw, self._kept
        raw.append((t_s, bpm))
        keep_s = max(settings.jump_persists_s, settings.median_age_s)
        while len(raw) > 1 and raw[1][0] <= t_s - keep_s:
            raw.popleft()
        value = bpm
        if len(kept) >= settings.settle_samples:
            reference = _median([known for _, known in kept])
            low, high = self._lasted(t_s)
            value = min(value, max(low, reference + settings.jump_bpm))
            value = max(value, min(high, reference - settings.jump_bpm))
        kept.append((t_s, value))
        while len(kept) > settings.median_of and kept[0][0] < t_s - settings.jump_persists_s:
            kept.popleft()
        while kept[0][0] < t_s - settings.median_age_s:
            kept.popleft()
        return value

    def _lasted(self, t_s: float) -> tuple[float, float]:
        """Lowest and highest sample of the time that a jump must last."""
        start_s = t_s - self._settings.jump_persists_s + EPS_S
        values = [value for at_s, value in self._raw if at_s > start_s]
        earlier = [value for at_s, value in self._raw if at_s <= start_s]
        if not earlier:
            return -math.inf, math.inf
        return min(*values, earlier[-1]), max(*values, earlier[-1])

    def _raw_median(self, t_s: float) -> float:
        newest = list(self._raw)[-int(self._settings.median_of) :]
        values = [value for at_s, value in newest if at_s >= t_s - self._settings.median_age_s]
        return _median(values) if len(values) >= self._settings.settle_samples else math.nan

    def _slope(self, t_s: float) -> float:
        """Theil-Sen: median of the slopes of all pairs, in bpm per minute."""
        settings, points = self._settings, self._smooth
        if math.isnan(self._average):
            return math.nan
        if not points or t_s - points[-1][0] >= settings.slope_spacing_s:
            points.append((t_s, self._average))
        while points[0][0] < t_s - settings.slope_window_s:
            points.popleft()
        if points[-1][0] - points[0][0] < settings.slope_window_s / 2.0:
            return math.nan
        listed = list(points)
        slopes = [
            (later[1] - earlier[1]) / (later[0] - earlier[0])
            for i, earlier in enumerate(listed)
            for later in listed[i + 1 :]
        ]
        return 60.0 * _median(slopes)


def _median(values: list[float]) -> float:
    """The middle value, the lower of two."""
    return sorted(values)[(len(values) - 1) // 2]
