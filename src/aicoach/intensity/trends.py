"""Heart rate against work over minutes: drift, recovery, and a fall while work rises.

A falling heart rate under rising work is the one sign in which a lower rate is the worse
one. It stops the session only on strong evidence: a minute of clearly faster repetitions,
no jump in the signal, and a sensor that can be trusted.
"""

from __future__ import annotations

import math
from collections import deque
from typing import TYPE_CHECKING

from aicoach.intensity.advice import BPM
from aicoach.intensity.alerts import DEFAULT, NOTHING, Alerts, cue_of
from aicoach.intensity.heart import PASSED
from aicoach.intensity.held import Held
from aicoach.session_events import AlertLevel, Input, IntensityAlert

if TYPE_CHECKING:
    from aicoach.intensity.heart_rate import Rate
    from aicoach.intensity.settings import TrendSettings
    from aicoach.limits import HeartRateLimits

DRIFT, RECOVERY = "HR-DRIFT", "HR-RECOVERY"


class DriftAdvice:
    """At equal cadence the rate creeps up for ten minutes: water, and a little less."""

    def __init__(self, settings: TrendSettings) -> None:
        self._rules = settings
        self.begin()

    def begin(self) -> None:
        """Another exercise."""
        self._minute: list[tuple[float, float]] = []  # rate, cadence
        self._minute_s = math.nan
        self._minutes: list[tuple[float, float, float]] = []  # end, mean rate, mean cadence
        self._said = False

    def step(self, t_s: float, bpm: float, cadence_per_min: float | None) -> Alerts:
        """Take one sample of a set."""
        if cadence_per_min is None or math.isnan(bpm):
            return NOTHING
        if math.isnan(self._minute_s):
            self._minute_s = t_s
        self._minute.append((bpm, cadence_per_min))
        if t_s - self._minute_s < 60.0:
            return NOTHING
        n = len(self._minute)
        mean = sum(b for b, _ in self._minute) / n, sum(c for _, c in self._minute) / n
        self._minutes.append((t_s, *mean))
        self._minute, self._minute_s = [], t_s
        return self._judge(t_s)

    def _judge(self, t_s: float) -> Alerts:
        rules = self._rules
        settled = int(rules.drift_from_min)
        if self._said or len(self._minutes) <= settled:
            return NOTHING
        base_s, base_bpm, base_cadence = self._minutes[settled - 1]
        _, bpm, cadence = self._minutes[-1]
        same = abs(cadence / base_cadence - 1.0) <= rules.drift_cadence_share
        rise = bpm / base_bpm - 1.0
        if t_s - base_s < 60.0 * rules.drift_min or not same or rise < rules.drift_share:
            return NOTHING
        self._said = True
        return (
            IntensityAlert(
                t_s=t_s, rule=DRIFT, level=AlertLevel.NONE, cue=cue_of(DRIFT),
                quantity="heart_rate_drift", value=round(100.0 * rise, 1),
                limit=100.0 * rules.drift_share, unit="%", author=DEFAULT,
                inputs=(
                    Input(name="before", value=round(base_bpm, 1), unit=BPM),
                    Input(name="now", value=round(bpm, 1), unit=BPM),
                    Input(name="cadence", value=round(cadence, 1), unit="1/min"),
                ),
            ),
        )  # fmt: skip


class RecoveryNote:
    """How far the rate falls in the first minute after hard work: a note for the staff."""

    def __init__(self, limits: HeartRateLimits, settings: TrendSettings) -> None:
        self._rules = settings
        rest, most = limits.rest_bpm, limits.max_bpm
        share = settings.recovery_after_reserve
        self._hard_bpm = math.inf if rest is None or most is None else rest + share * (most - rest)
        self._end_s = math.nan
        self._end_bpm = math.nan

    def end_set(self, t_s: float, bpm: float | None) -> None:
        """Work is over."""
        hard = bpm is not None and bpm >= self._hard_bpm
        self._end_s, self._end_bpm = (t_s, bpm or math.nan) if hard else (math.nan, math.nan)

    def begin_set(self) -> None:
        """Work again: the minute was not all rest."""
        self._end_s = math.nan

    def step(self, t_s: float, bpm: float | None) -> Alerts:
        """Time passed in rest."""
        rested_s = t_s - self._end_s
        if not rested_s >= self._rules.recovery_s:
            return NOTHING
        if rested_s > self._rules.recovery_s + self._rules.recovery_grace_s:
            self._end_s = math.nan
        if bpm is None or math.isnan(self._end_s):
            return NOTHING
        fell = self._end_bpm - bpm
        self._end_s = math.nan
        if fell >= self._rules.recovery_bpm:
            return NOTHING
        return (
            IntensityAlert(
                t_s=t_s, rule=RECOVERY, level=AlertLevel.NONE, cue=cue_of(RECOVERY),
                quantity="heart_rate_recovery", value=round(fell, 1),
                limit=self._rules.recovery_bpm, unit=BPM, author=DEFAULT,
                inputs=(
                    Input(name="at_end", value=round(self._end_bpm, 1), unit=BPM),
                    Input(name="after", value=self._rules.recovery_s, unit="s"),
                ),
                notify_staff=True,
            ),
        )  # fmt: skip


class ResponseWatch:
    """The rate falls by more than 20 while the repetitions become clearly faster."""

    def __init__(self, settings: TrendSettings) -> None:
        self._rules = settings
        self._seen: deque[tuple[float, float, float, bool]] = deque()
        self._falls = Held()

    def begin(self) -> None:
        """Another set."""
        self._seen.clear()
        self._falls.reset()

    def step(self, rate: Rate, cadence_per_min: float | None, cap: float | None) -> Alerts:
        """Take one sample of a set."""
        if rate.restarted or rate.sensor == "wrist_optical" or math.isnan(rate.bpm):
            self.begin()
            return NOTHING
        if cadence_per_min is None:
            return NOTHING
        rules, t_s, seen = self._rules, rate.t_s, self._seen
        seen.append((t_s, rate.bpm, cadence_per_min, rate.cut))
        while seen[0][0] < t_s - rules.response_s:
            seen.popleft()
        whole = t_s - seen[0][0] >= 0.9 * rules.response_s
        then, now = _means(seen, t_s, rules.response_part_s)
        fell = then[0] - now[0]
        falls = (
            whole
            and not any(cut for *_, cut in seen)
            and fell > rules.response_fall_bpm
            and now[1] >= then[1] * (1.0 + rules.response_work_share)
        )
        if self._falls.step(t_s, falls) < rules.response_hold_s:
            return NOTHING
        return (
            IntensityAlert(
                t_s=t_s, rule=PASSED, level=AlertLevel.STOP, cue=cue_of(PASSED),
                quantity="heart_rate_fall", value=round(fell, 1),
                limit=rules.response_fall_bpm, unit=BPM, author=DEFAULT,
                inputs=(
                    Input(name="reason", value="falls_while_work_rises"),
                    Input(name="heart_rate_before", value=round(then[0], 1), unit=BPM),
                    Input(name="heart_rate", value=round(now[0], 1), unit=BPM),
                    Input(name="cadence_before", value=round(then[1], 1), unit="1/min"),
                    Input(name="cadence", value=round(now[1], 1), unit="1/min"),
                    Input(name="cap", value=cap, unit=BPM),
                ),
                notify_staff=True, ends="session",
            ),
        )  # fmt: skip


def _means(
    seen: deque[tuple[float, float, float, bool]], t_s: float, part_s: float
) -> tuple[tuple[float, float], tuple[float, float]]:
    """Mean rate and cadence of the first and the last part of the window."""
    start_s = seen[0][0]
    parts = (
        [(bpm, cadence) for at_s, bpm, cadence, _ in seen if at_s <= start_s + part_s],
        [(bpm, cadence) for at_s, bpm, cadence, _ in seen if at_s >= t_s - part_s],
    )
    first, last = (
        (sum(b for b, _ in part) / len(part), sum(c for _, c in part) / len(part)) for part in parts
    )
    return first, last
