"""What residents do and other counters miscount: sixteen scenarios, all exact."""

from __future__ import annotations

import pytest

from aicoach.catalog.loader import load_catalog
from aicoach.pipeline import analyse_poses
from aicoach.synth import SCENARIOS
from aicoach.tracking.tracker import ExerciseTracker

CATALOG = load_catalog()


@pytest.mark.one_in(2)
@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda scenario: scenario.name)
def test_the_scenario_is_counted_exactly(scenario):
    tracker = ExerciseTracker(CATALOG[scenario.exercise], target_rom_deg=scenario.target_rom_deg)
    summary = analyse_poses(scenario.play().poses(), tracker)
    refused = [(r.reason.value, round(r.start_s, 1), r.detail) for r in summary.rejected]
    counted = summary.count
    assert counted == scenario.truth, refused
