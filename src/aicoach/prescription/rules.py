"""The numbers behind a plan, read once from ``rules/prescription.toml``."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from aicoach.catalog.thresholds import Threshold, load_settings, read_thresholds

FILE = "prescription"


@dataclass(frozen=True, slots=True, kw_only=True)
class ZoneRules:
    """When heart-rate zones are computed, and the caps where no clinician entered one."""

    rest_lowest_bpm: float
    rest_highest_bpm: float
    chronic_cap_pct_reserve: float
    chronic_cap_pct_max: float
    cap_pct_max: float
    cardiac_over_rest_bpm: float
    ischaemic_margin_bpm: float
    icd_margin_bpm: float


@dataclass(frozen=True, slots=True, kw_only=True)
class DefaultRules:
    """Limits that hold where the plan gives none."""

    older_from_age: float
    obesity_bmi: float
    effort_upper_chronic: float
    effort_upper: float
    effort_light: float
    effort_stop_chronic: float
    effort_stop: float
    pain_stop: float
    longest_min_chronic: float
    longest_min: float
    cool_down_min: float
    range_margin_deg: float
    stand_in_hold_s: float
    breath_pause_s: float
    cadence_headroom: float
    """Least of our caps over the pace of the tempo."""


@cache
def zone_rules() -> ZoneRules:
    """Section ``zones``."""
    return load_settings(ZoneRules, FILE, "zones")


@cache
def default_rules() -> DefaultRules:
    """Section ``defaults``."""
    return load_settings(DefaultRules, FILE, "defaults")


def table(name: str) -> dict[str, Threshold]:
    """A section whose keys are names of exercises, conditions, joints or points of a scale."""
    return read_thresholds(FILE)[name]
