"""The numbers of adherence, read from ``rules/adherence.toml``."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from aicoach.catalog.thresholds import load_settings


@dataclass(frozen=True, slots=True)
class CountingSettings:
    """How done becomes comparable with prescribed."""

    bridge_s: float
    """Gaps between repetitions up to this long belong to the work."""
    volume_cap: float
    """Nothing beyond this multiple of the prescribed is credited."""
    session_share: float
    """Share of the main part from which a session is completed."""
    tempo_tolerance: float
    """Per phase, of the prescribed seconds."""
    moderate_met: float
    """Energy cost from which work is moderate."""
    packet_s: float
    """A packet of the heart-rate sensor stands for so long at most."""


@dataclass(frozen=True, slots=True)
class LabelSettings:
    """From here on a share is called good or partial; below it is low."""

    good: float
    partial: float


@dataclass(frozen=True, slots=True)
class IndexSettings:
    """Weights of the compliance index."""

    session: float
    volume: float
    intensity: float
    quality: float


@dataclass(frozen=True, slots=True)
class WeekSettings:
    """The weekly dose to compare with."""

    moderate_min: float
    moderate_enough_min: float
    strength_days: float


@dataclass(frozen=True, slots=True)
class PersistenceSettings:
    """Staying with it."""

    dropout_days: float
    week_share: float
    """Share of the week's sessions from which the week counts."""


@dataclass(frozen=True, slots=True)
class TriageSettings:
    """What staff look at first."""

    window_days: float
    trend_days: float
    pain_above: float
    effort_from: float
    share_below: float
    coverage_below: float
    fault_rate_rise: float
    range_loss_deg: float
    trend_reps: float
    """Fewer judged repetitions on either side of a trend tell nothing."""


@dataclass(frozen=True, slots=True)
class ProgressionSettings:
    """When more is proposed."""

    extra_reps: float
    sessions_in_a_row: float
    load_pct: float
    load_pct_least: float
    load_pct_most: float
    load_grain_kg: float
    weekly_pct: float
    aerobic_most_min: float
    """Longest step of aerobic work."""
    aerobic_longest_min: float
    """Aerobic work in one session is not proposed beyond this."""
    weeks_between: float
    sessions_ok: float
    cap: float
    """Multiple of the first dose, where the plan names none."""
    seconds_grain_s: float
    pain_most: float
    effort_most: float
    """Nothing more is proposed after a session above either."""
    valid_ratio: float


@dataclass(frozen=True, slots=True)
class RegressionSettings:
    """When less is proposed."""

    window_days: float
    pain_above: float
    effort_from: float
    step_pct: float


@dataclass(frozen=True, slots=True)
class AdherenceSettings:
    """All of it."""

    counting: CountingSettings
    labels: LabelSettings
    index: IndexSettings
    week: WeekSettings
    persistence: PersistenceSettings
    triage: TriageSettings
    progression: ProgressionSettings
    regression: RegressionSettings


@cache
def adherence_settings() -> AdherenceSettings:
    """Read the settings that come with aicoach.

    Raises
    ------
    ExerciseSpecError
        If the file is wrong.
    """
    return AdherenceSettings(
        counting=load_settings(CountingSettings, "adherence", "counting"),
        labels=load_settings(LabelSettings, "adherence", "labels"),
        index=load_settings(IndexSettings, "adherence", "index"),
        week=load_settings(WeekSettings, "adherence", "week"),
        persistence=load_settings(PersistenceSettings, "adherence", "persistence"),
        triage=load_settings(TriageSettings, "adherence", "triage"),
        progression=load_settings(ProgressionSettings, "adherence", "progression"),
        regression=load_settings(RegressionSettings, "adherence", "regression"),
    )
