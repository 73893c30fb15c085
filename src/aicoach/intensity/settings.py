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
class FallSettings:
    """Who is on the floor. Heights in body units of half a metre over the lower ankle."""

    trunk_deg: float
    """Trunk from upright of somebody who lies or crouches."""
    hip_upright: float
    """In standing exercises the hip of such a person lies below this,"""
    hip_any: float
    """in seated ones and between exercises below this,"""
    shoulder_any: float
    """and the shoulders below this."""
    hip_floor: float
    """Below this somebody who should stand sits on the floor, however upright."""
    hold_s: float
    forgive_s: float
    """Another posture of less than this does not interrupt it."""
    gap_s: float
    """Frames further apart say nothing about the time between."""
    seen_s: float
    """Least time in which it was really seen; the rest may be out of sight."""
    upright_trunk_deg: float
    upright_shoulder: float
    upright_s: float
    """Only who was seen up for so long can fall."""
    score: float
    drop: float
    """Who sinks by so much"""
    drop_s: float
    """within this and is gone, has gone low."""
    answer_s: float


@dataclass(frozen=True, slots=True, kw_only=True)
class GestureSettings:
    """Crossed forearms."""

    hold_s: float
    forgive_s: float
    score: float
    angle_deg: float
    crossing_from: float
    crossing_to: float
    above_shoulders: float
    """Both wrists are raised so far above the line of the shoulders."""
    trunk_upright: float
    """The hips lie so far below it."""
    shoulders_apart: float


@dataclass(frozen=True, slots=True, kw_only=True)
class HandOnHeadSettings:
    """One hand on the head, the other at rest: "pause"."""

    hold_s: float
    forgive_s: float
    score: float
    other_score: float
    """The hand at rest may be half hidden behind the body."""
    above_from: float
    above_to: float
    """The hand lies so far above the ears,"""
    beside: float
    """so far beside them at most,"""
    still: float
    """and moves so little."""
    other_below: float
    """The other wrist is so far below the line of the shoulders."""
    trunk_upright: float


@dataclass(frozen=True, slots=True, kw_only=True)
class RangeSettings:
    """A joint near or beyond its hard limit."""

    warn_deg: float
    clear_deg: float
    hold_s: float
    """A single frame is no evidence."""
    clear_s: float
    unseen_s: float
    score: float


@dataclass(frozen=True, slots=True, kw_only=True)
class PaceSettings:
    """Cadence and tempo."""

    intervals: float
    least_intervals: float
    tempo_tolerance: float
    """A phase shorter than the tempo by more than this is hasty,"""
    tempo_fast: float
    """by more than this it is fast, once is enough."""
    tempo_of: float
    tempo_hasty: float
    tempo_least_s: float
    """A way that is asked to take less is rhythm, not tempo, and is not judged."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FatigueSettings:
    """Signs of fatigue against the person's own first repetitions."""

    baseline_of: float
    baseline_best: float
    speed_warn_pct: float
    speed_end_pct: float
    speed_end_trained_pct: float
    duration_drift_pct: float
    range_loss_pct: float
    pause_ratio: float
    least_pause_s: float
    """A shorter usual pause counts as this one."""
    faulty: float
    faulty_of: float
    in_a_row: float


@dataclass(frozen=True, slots=True, kw_only=True)
class TrendSettings:
    """Heart rate against work over minutes."""

    drift_share: float
    drift_min: float
    drift_from_min: float
    """So many minutes the rate needs to settle."""
    drift_cadence_share: float
    recovery_bpm: float
    recovery_s: float
    recovery_grace_s: float
    recovery_after_reserve: float
    response_s: float
    response_part_s: float
    response_fall_bpm: float
    response_work_share: float
    response_hold_s: float


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
    falls: FallSettings
    gestures: GestureSettings
    hand_on_head: HandOnHeadSettings
    range: RangeSettings
    pace: PaceSettings
    fatigue: FatigueSettings
    trends: TrendSettings

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
        falls=load_settings(FallSettings, FILE, "falls"),
        gestures=load_settings(GestureSettings, FILE, "gestures"),
        hand_on_head=load_settings(HandOnHeadSettings, FILE, "hand_on_head"),
        range=load_settings(RangeSettings, FILE, "range"),
        pace=load_settings(PaceSettings, FILE, "pace"),
        fatigue=load_settings(FatigueSettings, FILE, "fatigue"),
        trends=load_settings(TrendSettings, FILE, "trends"),
    )
