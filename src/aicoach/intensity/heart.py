"""The heart rate's share of the guard: signal, ladder, advice and monitoring in one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Literal

from aicoach.intensity.advice import BPM, LowAdvice, RisingAdvice
from aicoach.intensity.alerts import NOTHING, Alerts, cue_of, over
from aicoach.intensity.heart_rate import Freshness, HeartRateSignal
from aicoach.intensity.ladder import Ladder, Rung
from aicoach.intensity.monitoring import MonitoringWatch
from aicoach.session_events import AlertLevel, Input, IntensityAlert

if TYPE_CHECKING:
    from aicoach.intensity.heart_rate import Rate
    from aicoach.intensity.settings import GuardSettings
    from aicoach.limits import HeartRateLimits
    from aicoach.observations import HeartRateLink, HeartRateSample

HeartState = Literal["no_limits", "unknown", "low", "in", "high_1", "high_2", "high_3", "hard"]
Zone = Literal["below", "in", "above"]

PASSED: Final = "STOP-10"
RULES: Final = {
    Rung.HIGH_1: "HR-HIGH-1",
    Rung.HIGH_2: "HR-HIGH-2",
    Rung.HIGH_3: "HR-HIGH-3",
    Rung.HARD: PASSED,
}
_LEVELS: Final = {
    Rung.HIGH_1: AlertLevel.WARN,
    Rung.HIGH_2: AlertLevel.SLOW,
    Rung.HIGH_3: AlertLevel.REST,
    Rung.HARD: AlertLevel.STOP,
}
_STATES: Final[dict[Rung, HeartState]] = {
    Rung.HIGH_1: "high_1",
    Rung.HIGH_2: "high_2",
    Rung.HIGH_3: "high_3",
    Rung.HARD: "hard",
}


class HeartWatch:
    """Samples in, alerts out.

    Attributes
    ----------
    signal, ladder, low
        The machines inside, for reading.
    may_encourage
        Whether the resident may be asked for more at this moment.
    """

    def __init__(self, limits: HeartRateLimits, settings: GuardSettings) -> None:
        self._limits = limits
        self.signal = HeartRateSignal(settings.signal)
        self.ladder = Ladder(limits, settings)
        self.low = LowAdvice(limits.lower, settings)
        self._rising = RisingAdvice(limits.upper, settings)
        self._monitoring = MonitoringWatch(settings, required=limits.required)
        self._rung = Rung.IN
        self._said: set[Rung] = set()
        self.may_encourage = False

    def begin(self, t_s: float) -> None:
        """Exercise begins: where a rate is required, it is owed from now on."""
        if self._limits.required:
            self._monitoring.begin(t_s)

    def state(self, t_s: float) -> HeartState:
        """Where the heart rate stands; a rung stands even while the rate is lost."""
        rung = self.ladder.rung
        if rung is not Rung.IN:
            return _STATES[rung]
        if self._limits.upper is None and self._limits.hard_cap is None:
            return "no_limits"
        if self.signal.shown_bpm(t_s) is None:
            return "unknown"
        return "low" if self.low.on else "in"

    def zone(self, t_s: float) -> Zone | None:
        """Where the shown rate lies in the window; None without a rate or a window."""
        bpm = self.signal.shown_bpm(t_s)
        lower, upper = self._limits.lower, self._limits.upper
        if bpm is None or (lower is None and upper is None):
            return None
        if upper is not None and bpm > upper.value:
            return "above"
        return "below" if lower is not None and bpm < lower.value else "in"

    def take(self, sample: HeartRateSample, now_s: float) -> tuple[Rate | None, Alerts]:
        """Judge one sample; ``now_s`` is the session's time, never before the sample's."""
        rate = self.signal.take(sample)
        if rate is None:
            return None, self.tick(now_s)
        self._monitoring.begin(now_s)
        self.ladder.take(rate)
        found = self._climbed(now_s)
        high = self.ladder.rung is not Rung.IN
        found += self._rising.step(rate, high=high)
        found += self.low.step(rate, allowed=self.may_encourage and not high)
        return rate, found + self._monitor(now_s)

    def link(self, link: HeartRateLink, now_s: float) -> Alerts:
        """The connection changed."""
        if link.state == "connecting":
            return NOTHING
        return self._monitoring.link(now_s, up=link.state == "connected")

    def tick(self, t_s: float) -> Alerts:
        """Time passed."""
        self.ladder.tick(t_s)
        return self._climbed(t_s) + self._monitor(t_s)

    def _monitor(self, t_s: float) -> Alerts:
        signal = self.signal
        return self._monitoring.step(t_s, signal.freshness(t_s), signal.age_s(t_s))

    def _climbed(self, t_s: float) -> Alerts:
        """Say the rung that was reached, end those that were left."""
        rung = self.ladder.rung
        if rung is self._rung:
            return NOTHING
        self._rung = rung
        found = tuple(over(t_s, RULES[left]) for left in sorted(self._said) if left > rung)
        self._said = {said for said in self._said if said <= rung}
        if rung is Rung.IN or rung in self._said:
            return found
        self._said.add(rung)
        return found + self._reached(t_s, rung)

    def _reached(self, t_s: float, rung: Rung) -> Alerts:
        rate, reason = self.signal.rate, self.ladder.reason
        limit = self._limits.hard_cap if reason == "cap" else self._limits.upper
        if rate is None or limit is None:  # no rung without both
            return NOTHING
        bpm = rate.raw_bpm if reason == "cap" else rate.bpm
        ends: Literal["nothing", "set", "session"] = "nothing"
        if rung >= Rung.HIGH_3:
            ends = "session" if rung is Rung.HARD else "set"
        alert = IntensityAlert(
            t_s=t_s,
            rule=RULES[rung],
            level=_LEVELS[rung],
            cue=cue_of(RULES[rung]),
            quantity="heart_rate",
            value=round(bpm, 1),
            limit=limit.value,
            unit=BPM,
            author=limit.author,
            inputs=(
                Input(name="newest", value=round(rate.raw_bpm, 1), unit=BPM),
                Input(name="smoothed", value=_known(rate.bpm), unit=BPM),
                Input(name="slope", value=_known(rate.slope_bpm_min), unit="bpm/min"),
                Input(name="sensor", value=rate.sensor),
                Input(name="limit_from", value=limit.source),
                *((Input(name="reason", value=reason),) if reason else ()),
            ),
            notify_staff=rung is Rung.HARD,
            ends=ends,
        )
        return (alert,)


def _known(value: float) -> float | None:
    return round(value, 1) if value == value else None  # noqa: PLR0124 NaN is unlike itself


__all__ = ["Freshness", "HeartState", "HeartWatch", "Zone"]
