"""Numbers of the guard, read from ``rules/intensity.toml``."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Final

from aicoach.catalog.thresholds import load_settings

if TYPE_CHECKING:
    from aicoach.observations import HeartRateSensor

FILE: Final = "intensity"


@dataclass(frozen=True, slots=True, kw_only=True)
class SignalSettings:
    """From packets of a sensor to one rate."""

    lowest_bpm: float
    highest_bpm: float
    """Outside of these no heart beats; 0 is 'no rate'."""
    jump_bpm: float
    """A larger step is cut to this one ..."""
    jump_persists_s: float
    """... until it has lasted so long."""
    median_of: float
    median_age_s: float
    smoothing_s: float
    """Time constant of the average."""
    settle_samples: float
    """So many samples before there is a rate at all."""
    slope_window_s: float
    slope_spacing_s: float
    """Samples closer than this are not taken twice for the slope."""
    stale_s: float
    lost_s: float


@dataclass(frozen=True, slots=True, kw_only=True)
class SensorSettings:
    """What a kind of sensor is good for."""

    margin_bpm: float
    persistence_s: float
    """Least time above a rung before it is believed."""
    cap_hold_s: float
    """Time at or above the hard cap before the session stops."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LadderSettings:
    """The rungs above the upper limit and the ways back."""

    warn_s: float
    slow_margin_bpm: float
    slow_s: float
    rest_margin_bpm: float
    rest_s: float
    escalate_s: float
    steady_margin_bpm: float
    steady_window_s: float
    clear_margin_bpm: float
    clear_s: float
    noise_margin_bpm: float
    noise_clear_s: float
    slow_clear_margin_bpm: float
    slow_clear_s: float
    rest_clear_reserve: float
    rest_clear_margin_bpm: float
    rest_clear_effort: float
    rest_least_s: float
    second_rest_s: float
    cap_gap_s: float
    """Two samples further apart say nothing about the time between them."""
    rising_ahead_s: float
    rising_margin_bpm: float
    rising_s: float
    rising_clear_s: float
    rising_again_s: float
    low_margin_bpm: float
    low_s: float
    low_clear_s: float
    low_not_before_s: float


@dataclass(frozen=True, slots=True, kw_only=True)
class MonitoringSettings:
    """What follows when there is no rate."""

    fresh_s: float
    pause_after_s: float
    end_after_pause_s: float


@dataclass(frozen=True, slots=True, kw_only=True)
class EffortSettings:
    """The resident's own scale."""

    scale_top: float
    slow_above_upper: float


@dataclass(frozen=True, slots=True, kw_only=True)
class MeasurementSettings:
    """Measurements that are entered while the session is on."""

    systolic_above_mmhg: float
    diastolic_above_mmhg: float
    systolic_drop_mmhg: float
    glucose_below_mmol_l: float
    oxygen_below_pct: float
    oxygen_fall_pct: float
    plausible_systolic_low_mmhg: float
    plausible_systolic_high_mmhg: float
    plausible_diastolic_low_mmhg: float
    plausible_diastolic_high_mmhg: float
    plausible_glucose_low_mmol_l: float
    plausible_glucose_high_mmol_l: float
    plausible_oxygen_low_pct: float
    plausible_oxygen_high_pct: float


@dataclass(frozen=True, slots=True, kw_only=True)
class DoseSettings:
    """How sure an estimate is."""

    met_uncertainty: float


@dataclass(frozen=True, slots=True, kw_only=True)
class GuardSettings:
    """Everything the guard reads from the rules."""

    signal: SignalSettings
    chest_strap: SensorSettings
    arm_optical: SensorSettings
    wrist_optical: SensorSettings
    ladder: LadderSettings
    monitoring: MonitoringSettings
    effort: EffortSettings
    measurements: MeasurementSettings
    dose: DoseSettings

    def sensor(self, kind: HeartRateSensor) -> SensorSettings:
        """What holds for a kind of sensor; a replayed or simulated one counts as a strap."""
        if kind == "wrist_optical":
            return self.wrist_optical
        return self.arm_optical if kind == "arm_optical" else self.chest_strap


@cache
def guard_settings() -> GuardSettings:
    """The numbers of this installation.

    Raises
    ------
    ExerciseSpecError
        If ``rules/intensity.toml`` is missing or wrong.
    """
    return GuardSettings(
        signal=load_settings(SignalSettings, FILE, "signal"),
        chest_strap=load_settings(SensorSettings, FILE, "chest_strap"),
        arm_optical=load_settings(SensorSettings, FILE, "arm_optical"),
        wrist_optical=load_settings(SensorSettings, FILE, "wrist_optical"),
        ladder=load_settings(LadderSettings, FILE, "ladder"),
        monitoring=load_settings(MonitoringSettings, FILE, "monitoring"),
        effort=load_settings(EffortSettings, FILE, "effort"),
        measurements=load_settings(MeasurementSettings, FILE, "measurements"),
        dose=load_settings(DoseSettings, FILE, "dose"),
    )
