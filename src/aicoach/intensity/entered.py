"""Pressure, glucose and oxygen that are measured while the session is on."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final

from aicoach.intensity.alerts import DEFAULT, NOTHING, Alerts, cue_of
from aicoach.intensity.effort import UNCLEAR
from aicoach.session_events import AlertLevel, Input, IntensityAlert

if TYPE_CHECKING:
    from aicoach.intensity.settings import GuardSettings
    from aicoach.observations import Answer

PRESSURE, GLUCOSE, OXYGEN = "STOP-11", "STOP-12", "STOP-14"
MMHG: Final = "mmHg"


class MeasurementWatch:
    """Measured values against the bounds at which every training session stops."""

    def __init__(self, settings: GuardSettings) -> None:
        rules = settings.measurements
        self._rules = rules
        self._plausible = {
            "systolic_mmhg": (
                rules.plausible_systolic_low_mmhg,
                rules.plausible_systolic_high_mmhg,
            ),
            "diastolic_mmhg": (
                rules.plausible_diastolic_low_mmhg,
                rules.plausible_diastolic_high_mmhg,
            ),
            "glucose_mmol": (
                rules.plausible_glucose_low_mmol_l,
                rules.plausible_glucose_high_mmol_l,
            ),
            "spo2_pct": (rules.plausible_oxygen_low_pct, rules.plausible_oxygen_high_pct),
        }
        self._first: dict[str, float] = {}
        self._before: dict[str, float] = {}

    def answered(self, t_s: float, answer: Answer, *, symptoms: bool) -> Alerts:
        """Judge one value; ``symptoms``: the resident complained in this session."""
        name = answer.question.partition(".")[0]
        if name not in self._plausible:
            return NOTHING
        low, high = self._plausible[name]
        value = answer.value
        number = isinstance(value, (int, float)) and not isinstance(value, bool)
        if not number or not low <= float(value) <= high:  # type: ignore[arg-type]
            return (self._unclear(t_s, name, None if value is None else str(value)[:40]),)
        measured = float(value)  # type: ignore[arg-type]
        first = self._first.setdefault(name, measured)
        before = self._before.get(name, math.nan)
        self._before[name] = measured
        if name == "spo2_pct":
            return self._oxygen(t_s, measured, first)
        if name == "glucose_mmol":
            bound = self._rules.glucose_below_mmol_l
            return self._stop(t_s, GLUCOSE, name, measured, bound, "mmol/L", measured < bound)
        if name == "diastolic_mmhg":
            bound = self._rules.diastolic_above_mmhg
            return self._stop(t_s, PRESSURE, name, measured, bound, MMHG, measured > bound)
        bound = self._rules.systolic_above_mmhg
        found = self._stop(t_s, PRESSURE, name, measured, bound, MMHG, measured > bound)
        bound = before - self._rules.systolic_drop_mmhg
        return found or self._stop(
            t_s, PRESSURE, name, measured, bound, MMHG, symptoms and measured <= bound
        )

    def _oxygen(self, t_s: float, measured: float, first: float) -> Alerts:
        bound = max(self._rules.oxygen_below_pct, first - self._rules.oxygen_fall_pct)
        low = measured < self._rules.oxygen_below_pct
        fell = measured <= first - self._rules.oxygen_fall_pct
        return self._stop(t_s, OXYGEN, "spo2_pct", measured, bound, "%", low or fell)

    @staticmethod
    def _stop(
        t_s: float, rule: str, name: str, value: float, bound: float, unit: str, broken: bool
    ) -> Alerts:
        if not broken:
            return NOTHING
        return (
            IntensityAlert(
                t_s=t_s, rule=rule, level=AlertLevel.STOP, cue=cue_of(rule), quantity=name,
                value=value, limit=bound, unit=unit, author=DEFAULT,
                inputs=(Input(name=name, value=value, unit=unit),),
                notify_staff=True, ends="session",
            ),
        )  # fmt: skip

    @staticmethod
    def _unclear(t_s: float, name: str, value: str | None) -> IntensityAlert:
        return IntensityAlert(
            t_s=t_s, rule=UNCLEAR, level=AlertLevel.NONE, cue=cue_of(UNCLEAR), quantity=name,
            value=value, limit=None, unit="", author=DEFAULT,
        )  # fmt: skip
